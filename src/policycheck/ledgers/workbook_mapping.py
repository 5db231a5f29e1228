"""How a workbook that was exported, in whatever language, is read back: its sheets as the tables of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

from .cells import Raw, Unread
from .mapping import Column, Table
from .values import Options, Reader
from .words import fold
from .workbook_columns import ExportColumn, Role
from .workbook_sheets import ExportSheet


class WorkbookColumn(Column):
    """A column of an exported sheet. What was exported is read as it was; anything else as in any ledger."""

    exported: ExportColumn

    def reader(self, schemas: Mapping[str, Any], epoch: Literal["1900", "1904"] | None) -> Reader:
        elsewhere = self.exported.role is Role.ELSEWHERE
        otherwise = _not_here if elsewhere else super().reader(schemas, epoch)
        return partial(self.exported.from_cell, otherwise=otherwise)


def table_of(sheet: ExportSheet) -> Table:
    """The table that a sheet holds, in whatever language."""
    columns = tuple(map(_column, sheet.columns))
    names = tuple(map(fold, sheet.titles.values()))
    name = ".".join((sheet.kind, *sheet.field))
    return Table(name, sheet.kind, columns, sheets=names, header_row=1, optional=True)


def _column(column: ExportColumn) -> Column:
    titles = tuple(dict.fromkeys(map(fold, column.titles.values())))
    words = {word: value for own in column.words.values() for word, value in own.items()}
    field = ".".join(column.path) or None
    made = WorkbookColumn(column.titles["ja"], titles, field, column.node, Options(words), required=column.required)
    made.exported = column
    return made


def _not_here(raw: Raw) -> Unread:
    return Unread("malformed_value", {"value": raw})
