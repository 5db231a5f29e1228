"""Ids that may be those of other resources: rows that have one twice, and events whose ids are not written as listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from ..indexes import fingerprints, repeated
from ..model import Location, Problem
from .changes import Key, sheet_of
from .output import Output, place_of
from .words import fold

_JOINTS = "[・･&＆+＋]|及び|および|並びに|ならびに|と"
_SEVERAL = re.compile(f"[、，,;；～〜~\n\r]|(?<=[0-9]) ?(?:{_JOINTS}) ?(?=[0-9A-Za-z])")
_PARTS = re.compile(f"{_JOINTS}|[、，,;；～〜~\n\r/／ \u3000]")
"""What may stand between several ids, and may belong to one."""


def doubles(outputs: Sequence[Output]) -> Iterator[Problem]:
    """Rows of which an earlier one has the id, except events of one resource."""
    kinds = {kind for output in outputs for kind in output.prints}
    suspects = {kind: repeated([output.prints[kind] for output in outputs]) for kind in kinds}
    if not any(suspects.values()):
        return
    first: dict[Key, tuple[object, str, str]] = {}
    for table, fields in chain.from_iterable(output.stated() for output in outputs):
        if table.log or fingerprints([fields["id"]])[0] not in suspects[table.kind]:
            continue
        key, place = (table.kind, fields["id"]), place_of(fields)
        if key in first:
            other, before, name = first[key]
            facts = {"kind": table.kind, "id": fields["id"]}
            if before == place:
                both = {"first": name, "table": table.name}
                yield Problem("row_of_two_tables", Location(place), facts | both)
            else:
                odd = "row_twice" if other == sheet_of(fields) else "row_in_two_sheets"
                yield Problem(odd, Location(place), facts | {"first": Location(before)})
        first.setdefault(key, (sheet_of(fields), place, table.name))


def odd_events(events: Iterable[tuple[Key, str]], listed: AbstractSet[Key]) -> Iterator[Problem]:
    """Events, given with their places, of which nobody knows for sure of what they are: whose id is not listed, but one that
    differs in its width, its case or its spaces alone; or that may name several."""
    like = {(kind, fold(written)): written for kind, written in listed}
    for (kind, written), place in events:
        if (kind, written) in listed:
            continue
        near = like.get((kind, fold(written)))
        if near is not None:
            yield Problem("event_like_listed", Location(place), {"id": written, "listed": near})
        elif _SEVERAL.search(written) or any((kind, fold(part)) in like for part in _PARTS.split(written)):
            yield Problem("event_of_several", Location(place), {"id": written})
