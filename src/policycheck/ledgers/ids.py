"""Ids that may be those of other resources: rows that have one twice, and events whose ids are not written as listed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from ..indexes import fingerprints, repeated
from ..model import Fields, Location, Problem
from .merge import Key, sheet_of
from .output import Output, place_of
from .words import fold

_SEVERAL = re.compile("[、，,～〜~\n\r]")


def doubles(outputs: Sequence[Output]) -> Iterator[Problem]:
    """Rows of which an earlier one has the id, except events of one resource."""
    kinds = {kind for output in outputs for kind in output.prints}
    suspects = {kind: repeated([output.prints[kind] for output in outputs]) for kind in kinds}
    if not any(suspects.values()):
        return
    first: dict[Key, tuple[object, str]] = {}
    for table, fields in chain.from_iterable(output.stated() for output in outputs):
        if table.log or fingerprints([fields["id"]])[0] not in suspects[table.kind]:
            continue
        key, place = (table.kind, fields["id"]), place_of(fields)
        if key in first:
            other, before = first[key]
            facts = {"kind": table.kind, "id": fields["id"], "first": Location(before)}
            yield Problem("row_twice" if other == sheet_of(fields) else "row_in_two_sheets", Location(place), facts)
        first.setdefault(key, (sheet_of(fields), place))


def odd_events(outputs: Sequence[Output]) -> Iterator[Problem]:
    """Events of which nobody knows for sure of what they are: whose id is not listed, but one that differs in its width, its
    case or its spaces alone; or that may name several."""
    if not any(table.log for output in outputs for table in output.tables.values()):
        return
    listed: dict[str, dict[str, str]] = defaultdict(dict)
    events: list[tuple[str, Fields]] = []
    for table, fields in chain.from_iterable(output.stated() for output in outputs):
        if table.log:
            events.append((table.kind, fields))
        else:
            listed[table.kind][fields["id"]] = fold(fields["id"])
    like = {kind: {folded: written for written, folded in ids.items()} for kind, ids in listed.items()}
    for kind, fields in events:
        written = fields["id"]
        if written in listed[kind]:
            continue
        near = like.get(kind, {}).get(fold(written))
        if near is not None:
            yield Problem("event_like_listed", Location(place_of(fields)), {"id": written, "listed": near})
        elif _SEVERAL.search(written):
            yield Problem("event_of_several", Location(place_of(fields)), {"id": written})
