"""A workbook that was exported and corrected by people → the files that it was exported from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..excel.reading import open_workbook
from ..inventory.documents import Entry
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Problem
from ..texts import LANGUAGES, texts
from .cells import ABSENT, NO_VALUE, Unread
from .mapping import Column
from .merge import Key
from .tables import Block, SheetReader
from .workbook_columns import Role
from .workbook_mapping import WorkbookColumn, table_of
from .workbook_sheets import ExportSheet, sheets_of


class Own(NamedTuple):
    """An entry of the workbook, the name of the file that it belongs to (None if it does not say), and its place."""

    fields: Fields
    file: str | None
    place: str


class Corrected(NamedTuple):
    """What a workbook says. `kinds` are those whose sheets were there, with the fields that they have columns for;
    `digests` are the SHA-256 of the files that it was made from."""

    entries: dict[Key, Own]
    kinds: dict[str, frozenset[str]]
    digests: frozenset[str]
    problems: list[Problem]
    refusals: list[Problem]
    unknown: list[str]


def read_exported(path: Path, nodes: Mapping[str, Any]) -> Corrected | None:
    """The entries of a workbook; None where it is not one that was exported. `nodes` are the schemas by name.

    Raises LedgerError where it cannot be read.
    """
    workbook = open_workbook(path)
    if "policycheck.export" not in workbook.noted:
        return None
    if workbook.noted["policycheck.export"] != "1":
        raise LedgerError("export_of_other_version", file=path.name)
    digests = frozenset(value for name, value in workbook.noted.items() if name.startswith("policycheck.sha256."))
    reading = _Reading(nodes)
    guides = {texts(language)("export.guide") for language in LANGUAGES}
    unknown = [sheet.name for sheet in workbook.sheets if sheet.name not in guides and not reading.read(sheet)]
    return reading.done(digests, unknown)


class _Reading:
    def __init__(self, nodes: Mapping[str, Any]) -> None:
        self._nodes = nodes
        self._schemas = Schemas(nodes)
        sheets = [sheet for kind in self._schemas.kinds.values() for sheet in sheets_of(kind, nodes)]
        self._tables = [table_of(sheet) for sheet in sheets]
        self._sheets = {table.name: sheet for table, sheet in zip(self._tables, sheets, strict=True)}
        self._entries: dict[Key, Own] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        self._parts: list[tuple[ExportSheet, Fields, str | None, str | None, str]] = []
        self._problems: list[Problem] = []
        self._refusals: list[Problem] = []

    def read(self, sheet: Any) -> bool:
        """Whether it is one of the sheets that are exported."""
        wanted = [table for table in self._tables if table.may_stand_in("", sheet.name)]
        reader = SheetReader(sheet, wanted)
        for block in reader.blocks():
            self._rows(self._sheets[block.layout.table.name], block)
        for layout in reader.found:
            own = self._sheets[layout.table.name]
            fields = {
                column.field for column in layout.table.columns if column.written in layout.columns and column.field
            }
            elsewhere = {column.field for column in layout.table.columns if _is_elsewhere(column)}
            name = ".".join(own.field)
            owned = {name} if name else fields - elsewhere
            self._kinds[own.kind] = self._kinds.get(own.kind, frozenset()) | owned
        if wanted and not reader.found and reader.near:
            near = next(iter(reader.near.values()))
            column = near.missing[0].written if near.missing else wanted[0].columns[0].written
            raise LedgerError("no_ledger_column", place=near.layout.place(1), column=column, table=sheet.name)
        return bool(wanted)

    def _rows(self, own: ExportSheet, block: Block) -> None:
        layout = block.layout
        columns = [
            (column, position, column.reader(self._nodes, layout.sheet.epoch))
            for column in layout.table.columns
            if isinstance(column, WorkbookColumn) and (position := layout.columns.get(column.written)) is not None
        ]
        for number, row in zip(block.numbers, block.rows, strict=True):
            fields: Fields = {}
            said: dict[Role, str] = {}
            for column, position, read in columns:
                value = read(row[position] if position < len(row) else None)
                if isinstance(value, Unread):
                    lost = value.key in NO_VALUE or column.exported.role in (Role.FILE, Role.PARENT, Role.KEY)
                    problem = Problem(value.key, Location(layout.place(number, column)), value.facts)
                    (self._refusals if lost else self._problems).append(problem)
                elif value is not ABSENT and column.exported.role in (Role.FIELD, Role.ELSEWHERE):
                    _put(fields, column.exported.path, value)
                elif value is not ABSENT:
                    said[column.exported.role] = str(value)
            place = layout.place(number)
            if own.field:
                self._parts.append((own, fields, said.get(Role.PARENT), said.get(Role.KEY), place))
            elif "id" not in fields or "department" not in fields:
                key = "row_without_department" if "id" in fields else "row_without_id"
                self._refusals.append(Problem(key, Location(place), {"id": fields.get("id")}))
            elif first := self._entries.get((own.kind, fields["id"])):
                facts = {"kind": own.kind, "id": fields["id"], "first": Location(first.place)}
                self._refusals.append(Problem("row_twice", Location(place), facts))
            else:
                self._entries[own.kind, fields["id"]] = Own(fields, said.get(Role.FILE), place)

    def done(self, digests: frozenset[str], unknown: list[str]) -> Corrected:
        for own, fields, parent, key, place in self._parts:
            entry = self._entries.get((own.kind, parent or ""))
            if entry is None:
                facts = {"kind": own.kind, "id": parent}
                self._refusals.append(Problem("row_of_no_entry", Location(place), facts))
            elif any(column.role is Role.KEY for column in own.columns):
                members = entry.fields
                for name in own.field:
                    members = members.setdefault(name, {})
                if key is None or key in members:
                    facts = {"kind": own.kind, "id": parent}
                    self._refusals.append(Problem("row_without_key", Location(place), facts))
                else:
                    members[key] = fields
            else:
                entry.fields.setdefault(own.field[0], []).append(fields)
        for (kind, _), one in self._entries.items():
            if not self._schemas.are_valid(kind, [one.fields]):
                entry_ = Entry(kind, one.fields, (), lambda _: None)
                self._refusals += (
                    problem._replace(location=Location(one.place))
                    for problem in self._schemas.explain(entry_, one.place)
                )
        return Corrected(self._entries, self._kinds, digests, self._problems, self._refusals, unknown)


def _is_elsewhere(column: Column) -> bool:
    """Whether a sheet of its own says what it holds."""
    return isinstance(column, WorkbookColumn) and column.exported.role is Role.ELSEWHERE


def _put(fields: Fields, path: Sequence[str], value: object) -> None:
    for name in path[:-1]:
        fields = fields.setdefault(name, {})
    fields[path[-1]] = value
