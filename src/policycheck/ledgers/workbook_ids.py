"""Ids in a workbook, whatever their width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model import Fields, Location, Problem
from .changes import Key
from .paths import put, value_at
from .values import identifier
from .workbook_entries import Own


def in_one_width(text: str) -> str:
    """An id as an import from a ledger has it."""
    plain = text if text.isascii() else identifier(text)
    return plain if isinstance(plain, str) else text


def with_plain_ids(
    entries: Mapping[Key, Own], references: Mapping[str, Sequence[str]], held: Iterable[Mapping[Key, Fields]]
) -> tuple[dict[Key, Own], list[Problem]]:
    """The entries with their ids, and those that they refer to in the fields of `references`, in one width: but for what
    the files hold as it is written. And rows that are then of one entry."""
    known = {key: fields for entries in held for key, fields in entries.items()}
    ids = {identity for _, identity in known}
    made: dict[Key, Own] = {}
    refusals = []
    for (kind, written), own in entries.items():
        key = (kind, written if written in ids else in_one_width(written))
        changed = {"id": key[1]} if key[1] != written else {}
        for field in references[kind]:
            value = value_at(own.fields, field)
            if isinstance(value, str) and value not in ids and value != value_at(known.get(key, {}), field):
                changed[field] = in_one_width(value)
        fields = own.fields
        for field, value in changed.items():
            fields = put(fields, field, value)
        if key in made:
            facts = {"kind": kind, "id": key[1], "first": Location(made[key].spot.cell())}
            refusals.append(Problem("row_twice", Location(own.spot.cell()), facts))
        else:
            made[key] = own._replace(fields=fields)
    return made, refusals
