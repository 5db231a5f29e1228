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

FILE = f"({Role.FILE})"
"""Stands for the field of the column that names the file."""


def table_of(sheet: ExportSheet) -> Table:
    """The table that a sheet holds, in whatever language; its columns are those of the sheet, in their order."""
    names = tuple(map(fold, sheet.titles.values()))
    name = ".".join((sheet.kind, *sheet.field))
    return Table(name, sheet.kind, tuple(map(_column, sheet.columns)), sheets=names, optional=True)


def reader_of(column: ExportColumn, schemas: Mapping[str, Any], epoch: Literal["1900", "1904"] | None) -> Reader:
    """What reads the cells of a column. What was exported is read as it was; anything else as in any ledger."""
    otherwise = _not_here if column.role is Role.ELSEWHERE else _column(column).reader(schemas, epoch)
    return partial(column.from_cell, otherwise=otherwise)


def _column(column: ExportColumn) -> Column:
    titles = tuple(dict.fromkeys(map(fold, column.titles.values())))
    words = {word: value for own in column.words.values() for word, value in own.items()}
    field = ".".join(column.path) or f"({column.role})"
    return Column(column.titles["ja"], titles, field, column.node, Options(words), required=column.required)


def _not_here(raw: Raw) -> Unread:
    return Unread("malformed_value", {"value": raw})
