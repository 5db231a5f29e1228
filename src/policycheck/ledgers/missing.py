"""Tables that are not where the mapping says: what is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import NoReturn

from ..errors import LedgerError
from ..model import Location, Problem
from ..nearest import nearest
from .cells import Raw
from .layouts import Near, missing_table
from .mapping import Table
from .words import fold, shown


def nearest_of(near: Sequence[Near]) -> Near:
    """The row that has most headings."""
    return max(near, key=lambda one: one.layout.known)


def is_meant(near: Near) -> bool:
    """Whether a sheet in which no table was found has one nevertheless."""
    return is_most(near) or (_is_much(near) and near.layout.table.having not in near.missing)


def is_most(near: Near) -> bool:
    """Whether a row cannot be but headings: most of its cells are some that the table knows."""
    return _is_much(near) and near.layout.known > len(near.layout.unnamed)


def _is_much(near: Near) -> bool:
    """Whether there are more than the two headings that summaries and blocks of names have, too, or those of the id."""
    known = near.layout.known
    return known > 2 or (known > 1 and near.layout.has_id)


def refuse(
    sheets: Sequence[tuple[str, str | None]],
    tables: Sequence[Table],
    near: Sequence[Near],
    fixed: Mapping[str, list[Raw]],
) -> NoReturn:
    """Says what comes closest to a table that is in none of some sheets, given by their file and their name. `fixed` is what
    stands where the mapping says that its headings are.

    Raises LedgerError.
    """
    if near:
        raise missing_table(nearest_of(near))
    names = [table.name for table in tables]
    needed = [Problem("table_needs", Location(table.name), _needs(table)) for table in tables]
    rows = {str(table.header_row): table for table in tables if table.header_row is not None}
    files = list(dict.fromkeys(file for file, _ in sheets))
    if len(rows) == len(tables):
        said = [text for name in names for cell in fixed.get(name, ()) if (text := shown(cell).strip())]
        raise LedgerError("no_headings_in_row", file=files, rows=[*rows], tables=names, columns=needed, said=said)
    looked = [
        f"{file} {name}" if name else file
        for file, name in sheets
        if any(table.may_stand_in(PurePath(file).name, name) for table in tables)
    ]
    if looked:
        raise LedgerError("no_ledger_headings", places=looked, tables=names, columns=needed)
    titles = {fold(name): name for _, name in sheets if name}
    found = next(
        filter(None, (nearest(pattern, titles) for table in tables for pattern in table.sheets if pattern[:1] != "!")),
        "",
    )
    raise LedgerError("no_ledger_table", file=files, tables=names, nearest=titles.get(found), known=[*titles.values()])


def _needs(table: Table) -> Mapping[str, object]:
    """The headings without which a table is none; of several for one column, the first."""
    titles = [column.written.split(" | ") for column in table.columns if column.required]
    return {"table": table.name, "columns": [f"{first} | …" if more else first for first, *more in titles]}
