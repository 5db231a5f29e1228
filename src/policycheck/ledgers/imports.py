"""What an import remembers beside the inventory, and how both are written so that it may be cut short anywhere.

For `DIR/usb.yaml` it is `DIR/.policycheck/usb.yaml.ndjson`: the SHA-256 of the inventory file that was written with it, and
then the entries as the ledgers gave them. First it is written under another name, then the inventory, then it gets its own.
Cut short before the inventory is written, nothing has happened; after it, the hash tells that what lies under the other
name is what was imported last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from ..errors import LedgerError, PolicycheckError
from ..files import replace_file
from .changes import Changes, Key, What, Written
from .inventory_files import Now
from .steps import refuse_edited

_FOLDER = ".policycheck"


def read_base(now: Now) -> dict[Key, Written] | None:
    """What the last import wrote into this file; None where there was none, or it is not remembered.

    Raises LedgerError where it is damaged.
    """
    kept, coming = files_of(now.path)
    for file in (coming, kept):
        try:
            lines = file.read_bytes().splitlines()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LedgerError("unreadable_base", file=file, reason=error.strerror or error) from None
        try:
            head = orjson.loads(lines[0])
            entries = [orjson.loads(line) for line in lines[1:]]
            written = {
                (entry["kind"], entry["fields"]["id"]): Written(entry["table"], entry["fields"]) for entry in entries
            }
            if len(written) != head["entries"]:
                raise ValueError
            if file == kept or head["sha256"] == _sha256(now.content):
                return written
        except (ValueError, LookupError, TypeError):
            raise LedgerError("broken_base", file=file) from None
    return None


def write(now: Now, content: bytes, changes: Changes) -> None:
    """Writes the inventory file, and remembers what was imported into it. What is there already is not written again.

    Raises LedgerError where there are conflicts, or the file is no longer as it was read; PolicycheckError where something
    cannot be written.
    """
    if conflicts := changes.counts[What.CONFLICT]:
        raise LedgerError("conflicts", file=now.path, count=conflicts)
    kept, coming = files_of(now.path)
    memory = b"".join(_lines(content, changes.base))
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        if now.content == content and kept.is_file() and kept.read_bytes() == memory:
            return
    except OSError as error:
        raise PolicycheckError("unwritable", file=kept.parent, reason=error.strerror or error) from None
    replace_file(coming, [memory])
    refuse_edited(now.path, now.content)
    if content != (now.content or b""):
        replace_file(now.path, [content])
    try:
        coming.replace(kept)
    except OSError as error:
        raise PolicycheckError("unwritable", file=kept, reason=error.strerror or error) from None


def files_of(path: Path) -> tuple[Path, Path]:
    kept = path.parent / _FOLDER / f"{path.name}.ndjson"
    return kept, kept.with_name(f"{kept.name}.next")


def _lines(content: bytes, base: Mapping[Key, Written]) -> Iterator[bytes]:
    yield orjson.dumps({"sha256": _sha256(content), "entries": len(base)}) + b"\n"
    for (kind, _), written in base.items():
        yield orjson.dumps({"kind": kind, "table": written.table, "fields": written.fields}) + b"\n"


def _sha256(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
