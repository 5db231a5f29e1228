"""In what two reports differ, in the words of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from .faults import Fault
from .pack import BLOCK, REPORT

_TOLD = 20
"""Differences that are told one by one."""

_COMPARED = 1 << 27
"""Bytes of a report that is taken apart; of a larger one only the first difference is told."""


def differences(sealed: Path, again: Path) -> list[Fault]:
    """Between the report of a package and the one that its members give. Empty where every byte is the same."""
    place = _first_byte(sealed, again)
    if place is None:
        return []
    if max(sealed.stat().st_size, again.stat().st_size) <= _COMPARED:
        try:
            given = orjson.loads(sealed.read_bytes())
        except orjson.JSONDecodeError as error:
            return [Fault("no_report", {"line": error.lineno, "column": error.colno})]
        found = [*_between(REPORT, given, orjson.loads(again.read_bytes()))]
        if found:
            more = len(found) - _TOLD
            return [*found[:_TOLD], *([Fault("more", {"count": more})] if more > 0 else [])]
    return [Fault("report_byte", {"byte": place})]


def _first_byte(sealed: Path, again: Path) -> int | None:
    with sealed.open("rb") as one, again.open("rb") as other:
        place = 0
        while True:
            first, second = one.read(BLOCK), other.read(BLOCK)
            if first != second:
                shorter = min(len(first), len(second))
                return place + next((n for n in range(shorter) if first[n] != second[n]), shorter)
            if not first:
                return None
            place += len(first)


def _between(path: str, sealed: Any, again: Any) -> Iterator[Fault]:
    if isinstance(sealed, dict) and isinstance(again, dict):
        for key in {**again, **sealed}:
            where = key if path == REPORT else f"{path}.{key}"
            yield from _between(where, sealed.get(key, _NOTHING), again.get(key, _NOTHING))
    elif isinstance(sealed, list) and isinstance(again, list):
        ours, theirs = _by_name(sealed), _by_name(again)
        for name in {**theirs, **ours}:
            yield from _between(f"{path}[{name}]", ours.get(name, _NOTHING), theirs.get(name, _NOTHING))
    elif sealed != again:
        yield Fault("differs", {"path": path, "sealed": shown(sealed), "again": shown(again)})


def _by_name(entries: Sequence[Any]) -> Mapping[str, Any]:
    """The entries of a list: results by what they speak of and where that stands, what has an id or names a clause by
    that, all others by their numbers."""
    named: dict[str, Any] = {}
    for number, entry in enumerate(entries):
        name = _name(entry) or str(number)
        named[name if name not in named else f"{name} ({number})"] = entry
    return named


def _name(entry: Any) -> str | None:
    match entry:
        case {
            "resource": {"kind": kind, "id": identity},
            "location": {"file": file, "line": line},
            "control": control,
            "clauses": [*clauses],
        }:
            return f"{kind}/{identity} {control or ', '.join(map(str, clauses))} {file}:{line}"
        case {"id": str(name)} | {"clause": str(name)} | {"finding": str(name)}:
            return name
    return None


_NOTHING = object()


def shown(value: object) -> str | None:
    """A value as a report prints it; None where there is none."""
    try:
        return None if value is _NOTHING else orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # more levels than any report has
        return "…"
