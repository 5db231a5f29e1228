"""What an import remembers beside the inventory, so that it may be cut short anywhere.

For `DIR/usb.yaml` it is `DIR/.policycheck/usb.yaml.ndjson`: the SHA-256 of the inventory file that was written with it and
of the one before it, and then the entries as the ledgers gave them; apart from each other what a table listed and what
events said, so that either may be read anew alone. First it is written under another name, then the
inventory, then it gets its own. Cut short, the hashes tell which of the two names has what was imported last; if neither is
the hash of the inventory, people changed it since then, and nobody knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ..errors import LedgerError
from .changes import Changes, Halves, Key, What, Written
from .inventory_files import Now
from .steps import Memory, Step

_FOLDER = ".policycheck"


class Base(NamedTuple):
    """What the last import wrote into a file; None where there was none, or it is not remembered. `lost` says that there
    was one."""

    written: dict[Key, Written] | None
    lost: bool = False


def read_base(now: Now) -> Base:
    """Raises LedgerError where it is damaged."""
    kept, coming = _files_of(now.path)
    if found := _read(coming):
        head, written = found
        if head["sha256"] == _sha256(now.content):
            return Base(written)
        if head.get("before") != _sha256(now.content):
            return Base(None, lost=True)
    found = _read(kept)
    return Base(found[1] if found else None)


def _read(file: Path) -> tuple[Mapping[str, Any], dict[Key, Written]] | None:
    """The hashes and the entries that a file has, None where there is no file."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerError("unreadable_base", file=file, reason=error.strerror or error) from None
    try:
        head, *entries = map(orjson.loads, lines)
        written = {
            (entry["kind"], entry["fields"]["id"]): Written(
                entry["table"], entry["fields"], Halves(entry["listed"], entry["events"]) if "events" in entry else None
            )
            for entry in entries
        }
        if len(written) != head["entries"] or "sha256" not in head:
            raise ValueError
    except (ValueError, LookupError, TypeError):
        raise LedgerError("broken_base", file=file) from None
    return head, written


def steps_of(now: Now, content: bytes, changes: Changes) -> list[Step]:
    """How the inventory file is written, and what was imported into it is remembered. There is nothing to be done where
    both are there already.

    Raises LedgerError where there are conflicts.
    """
    if conflicts := changes.counts[What.CONFLICT]:
        raise LedgerError("conflicts", file=now.path, count=conflicts)
    lines = list(_lines(changes.base))
    kept, coming = _files_of(now.path)
    if now.content == (content or None) and not coming.exists() and kept.is_file():
        head, _, rest = kept.read_bytes().partition(b"\n")
        if rest == b"".join(lines) and orjson.loads(head)["sha256"] == _sha256(now.content):
            return []
    return [step_of(now, content, hashlib.sha256(content).hexdigest() if content else None, len(lines), lines)]


def step_of(
    now: Now, content: bytes | Iterable[bytes], digest: str | None, entries: int, lines: Iterable[bytes]
) -> Step:
    """How a file is written of which some lines are to be remembered."""
    kept, coming = _files_of(now.path)
    before = _sha256(now.content)
    found = _read(coming)
    head = orjson.dumps({"sha256": digest, "before": before, "entries": entries}) + b"\n"
    is_due = found is not None and found[0]["sha256"] == before
    return Step(now.path, now.content, content, Memory(kept, coming, chain([head], lines), is_due))


def _files_of(path: Path) -> tuple[Path, Path]:
    kept = path.parent / _FOLDER / f"{path.name}.ndjson"
    return kept, kept.with_name(f"{kept.name}.next")


def _lines(base: Mapping[Key, Written]) -> Iterator[bytes]:
    for (kind, _), written in base.items():
        halves = written.halves._asdict() if written.halves else {}
        yield orjson.dumps({"kind": kind, "table": written.table, "fields": written.fields, **halves}) + b"\n"


def _sha256(content: bytes | None) -> str | None:
    """None where there is no file, or nothing in it."""
    return hashlib.sha256(content).hexdigest() if content else None
