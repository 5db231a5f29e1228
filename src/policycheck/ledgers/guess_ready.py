"""Ready mappings that fit a ledger as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from .guess_tables import Found
from .layouts import Headings
from .mapping import MappingFile, Table
from .mapping_files import read_mapping, ready_mappings
from .words import fold

_LEAST_SHARE = 2 / 3


class Ready(NamedTuple):
    """A ready mapping under which every table of a ledger stands, and how many of all headings it knows."""

    name: str
    known: int
    columns: int


def fitting(found: Sequence[Found], file: str, schemas: Mapping[str, Any]) -> Ready | None:
    """The one that knows most headings, if it knows most of them, and no other knows as many."""
    titles = [fold(title.written.rpartition(" / ")[2]) for table in found for title in table.headings]
    least = len(titles) * _LEAST_SHARE
    known: dict[str, int] = {}
    for name, path in ready_mappings().items():
        text = fold(path.read_text("utf-8"))
        if sum(title in text for title in titles) >= least:  # it may, and is worth reading
            known[name] = _known(read_mapping(name, schemas), found, PurePath(file).name)
    best = [name for name, count in known.items() if count >= least and count == max(known.values())]
    return Ready(best[0], known[best[0]], len(titles)) if len(best) == 1 else None


def _known(mapping: MappingFile, found: Sequence[Found], file: str) -> int:
    """How many headings it knows; 0 if a table of the ledger or of the mapping is left over."""
    unnamed = [
        {table.name: own for table in mapping.tables if (own := _unnamed(table, one, file)) is not None}
        for one in found
    ]
    needed = {table.name for table in mapping.tables if not table.optional}
    if not all(unnamed) or not needed <= set().union(*unnamed):
        return 0
    return sum(
        len(one.headings) - len(set.intersection(*own.values())) for one, own in zip(found, unnamed, strict=True)
    )


def _unnamed(table: Table, found: Found, file: str) -> set[int] | None:
    """The columns that a table does not know; None if it does not stand there."""
    if table.header_rows != found.high or not table.may_stand_in(file, found.sheet.name):
        return None
    near = Headings(found.sheet).match(table, found.lines)
    return None if near is None or near.missing else {*near.layout.unnamed}
