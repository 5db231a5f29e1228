"""A workbook that was exported and corrected by people → the files that it was exported from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..excel.reading import Workbook, open_workbook
from ..inventory.documents import Entry
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Problem
from ..nearest import nearest
from ..texts import LANGUAGES, texts
from .cells import ABSENT, NO_VALUE, Sheet, Unread
from .changes import Key
from .headings import said_by_rows
from .layouts import Layout
from .tables import Block, SheetReader
from .words import fold
from .workbook_columns import Role
from .workbook_mapping import reader_of, table_of
from .workbook_sheets import ExportSheet, sheets_of

_OWN_TEXTS = {
    "date_order": "workbook_date_order",
    "date_coarse": "workbook_date_coarse",
    "yes_no_unclear": "workbook_yes_no",
    "word_unknown": "workbook_word",
    "no_value_unclear": "workbook_no_value",
    "double_ledger_column": "double_workbook_column",
    "headings_go_on": "workbook_headings_go_on",
}
"""What is told otherwise than of other ledgers: here is no mapping that could be changed."""


class Own(NamedTuple):
    """An entry of the workbook, the name of the file that it belongs to (None if it does not say), the place of the entry,
    and that of the name (None where its sheet has no column for it)."""

    fields: Fields
    file: str | None
    place: str
    file_place: str | None


class Corrected(NamedTuple):
    """What a workbook says. `kinds` are those whose sheets were there, with the fields that they have columns for; `files`
    are those that it was made from, with their SHA-256; `notices` are what of it was not read, as the keys of texts with
    their facts."""

    entries: dict[Key, Own]
    kinds: dict[str, frozenset[str]]
    files: Mapping[str, str]
    problems: list[Problem]
    refusals: list[Problem]
    notices: list[tuple[str, Mapping[str, object]]]


def read_exported(path: Path, nodes: Mapping[str, Any]) -> Corrected | None:
    """The entries of a workbook; None where it is not one that was exported. `nodes` are the schemas by name.

    Raises LedgerError where it cannot be read, and where one of its sheets lacks the headings without which it says nothing.
    """
    workbook = open_workbook(path)
    if "policycheck.export" not in workbook.noted:
        return None
    if workbook.noted["policycheck.export"] != "1":
        raise LedgerError("export_of_other_version", file=path.name)
    reading = _Reading(nodes)
    guides = {fold(texts(language)("export.guide")) for language in LANGUAGES}
    unknown = [sheet.name for sheet in workbook.sheets if fold(sheet.name) not in guides and not reading.read(sheet)]
    entries = reading.entries()
    notices = [*_sheets_told(workbook, path.name, unknown), *reading.notices]
    digests = {
        name: workbook.noted.get(f"policycheck.sha256.{number}", "") for number, name in _noted(workbook, "file")
    }
    return Corrected(entries, reading.kinds(), digests, reading.problems, reading.refusals, notices)


def _noted(workbook: Workbook, what: str) -> Iterator[tuple[str, str]]:
    """What was noted when it was exported, with the numbers."""
    prefix = f"policycheck.{what}."
    return ((name.removeprefix(prefix), value) for name, value in workbook.noted.items() if name.startswith(prefix))


def _sheets_told(workbook: Workbook, file: str, unknown: Sequence[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    known = {fold(sheet.name) for sheet in workbook.sheets}
    missing = [title for _, title in _noted(workbook, "sheet") if fold(title) not in known]
    for sheet in unknown:
        yield "ledger.workbook_sheet_not_read", {"file": file, "sheet": sheet, "nearest": nearest(sheet, missing)}
    for title in missing:
        yield "ledger.workbook_sheet_missing", {"file": file, "sheet": title}


class _Reading:
    """Reads the sheets of a workbook, one after the other."""

    def __init__(self, nodes: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = []
        self.refusals: list[Problem] = []
        self.notices: list[tuple[str, Mapping[str, object]]] = []
        self._nodes = nodes
        self._schemas = Schemas(nodes)
        sheets = [sheet for kind in self._schemas.kinds.values() for sheet in sheets_of(kind, nodes)]
        self._tables = [table_of(sheet) for sheet in sheets]
        self._sheets = {table.name: sheet for table, sheet in zip(self._tables, sheets, strict=True)}
        self._owned: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        self._entries: dict[Key, Own] = {}
        self._parts: list[tuple[ExportSheet, Fields, str | None, str | None, str]] = []

    def read(self, sheet: Sheet) -> bool:
        """Whether it is one of the sheets that are exported."""
        wanted = [table for table in self._tables if table.may_stand_in("", sheet.name)]
        if not wanted:
            return False
        reader = SheetReader(sheet, wanted)
        try:
            for block in reader.blocks():
                self._rows(self._sheets[block.layout.table.name], block)
        except LedgerError as error:
            raise LedgerError(_OWN_TEXTS.get(error.key, error.key), **error.facts) from None
        if not reader.search.found:
            self._refuse(sheet, self._sheets[wanted[0].name], reader)
        for layout in reader.search.found:
            own = self._sheets[layout.table.name]
            there = [column for column in own.columns if column.titles["ja"] in layout.columns]
            fields = {".".join(column.path) for column in there if column.role is Role.FIELD}
            self._owned[own.kind, own.field] = frozenset({".".join(own.field)} if own.field else fields)
            self.notices += _columns_told(own, layout)
        return True

    def _refuse(self, sheet: Sheet, own: ExportSheet, reader: SheetReader) -> None:
        """Says which heading is missing in the row that is most like headings, or that there is none."""
        language = _language(own, sheet)
        titles = [column.titles[language] for column in own.columns if column.required]
        if near := next(iter(reader.search.near.values()), None):
            missing = {column.written for column in near.missing}
            column = next(column.titles[language] for column in own.columns if column.titles["ja"] in missing)
            place, known = near.layout.place(near.layout.first - 1), list(near.layout.unnamed.values())
            raise LedgerError(
                "no_workbook_column", place=place, column=column, nearest=nearest(column, known), known=known
            )
        raise LedgerError("no_workbook_headings", file=sheet.file, sheet=sheet.name, columns=titles)

    def _rows(self, own: ExportSheet, block: Block) -> None:
        layout = block.layout
        columns = [
            (column, title, position, reader_of(column, self._nodes, layout.sheet.epoch))
            for column, title in zip(own.columns, layout.table.columns, strict=True)
            if (position := layout.columns.get(title.written)) is not None
        ]
        for number, row in zip(block.numbers, block.rows, strict=True):
            fields: Fields = {}
            said: dict[Role, str] = {}
            places = {Role.FIELD: layout.place(number)}
            for column, title, position, read in columns:
                value = read(row[position] if position < len(row) else None)
                if column.role is Role.FILE:
                    places[Role.FILE] = layout.place(number, title)
                if isinstance(value, Unread):
                    lost = value.key in NO_VALUE or column.role in (Role.FILE, Role.PARENT, Role.KEY)
                    place = Location(layout.place(number, title))
                    problem = Problem(_OWN_TEXTS.get(value.key, value.key), place, value.facts)
                    (self.refusals if lost else self.problems).append(problem)
                elif value is not ABSENT and column.role in (Role.FIELD, Role.ELSEWHERE):
                    _put(fields, column.path, value)
                elif value is not ABSENT:
                    said[column.role] = str(value)
            self._row(own, fields, said, places)

    def _row(self, own: ExportSheet, fields: Fields, said: Mapping[Role, str], places: Mapping[Role, str]) -> None:
        place, identity = places[Role.FIELD], fields.get("id")
        if own.field:
            self._parts.append((own, fields, said.get(Role.PARENT), said.get(Role.KEY), place))
        elif identity and Role.FILE not in said and fold(identity) in said_by_rows("totals"):
            self.refusals.append(Problem("workbook_total", Location(place), {"value": identity}))
        elif identity is None or "department" not in fields:
            key = "workbook_row_without_department" if identity else "workbook_row_without_id"
            self.refusals.append(Problem(key, Location(place), {"id": identity}))
        elif first := self._entries.get((own.kind, identity)):
            facts = {"kind": own.kind, "id": identity, "first": Location(first.place)}
            self.refusals.append(Problem("row_twice", Location(place), facts))
        else:
            self._entries[own.kind, identity] = Own(fields, said.get(Role.FILE), place, places.get(Role.FILE))

    def kinds(self) -> dict[str, frozenset[str]]:
        """The kinds whose own sheets were there, with the fields that have columns in any of their sheets."""
        return {
            kind: frozenset().union(*(fields for (own, _), fields in self._owned.items() if own == kind))
            for kind, field in self._owned
            if not field
        }

    def entries(self) -> dict[Key, Own]:
        """The entries of all sheets that were read, with what stands in sheets of its own."""
        for own, fields, parent, key, place in self._parts:
            entry = self._entries.get((own.kind, parent or ""))
            facts = {"kind": own.kind, "id": parent}
            if entry is None:
                self.refusals.append(Problem("row_of_no_entry", Location(place), facts))
            elif any(column.role is Role.KEY for column in own.columns):
                members = entry.fields
                for name in own.field:
                    members = members.setdefault(name, {})
                if key is None or key in members:
                    self.refusals.append(Problem("row_without_key", Location(place), facts))
                else:
                    members[key] = fields
            else:
                entry.fields.setdefault(own.field[0], []).append(fields)
        for (kind, _), one in self._entries.items():
            if not self._schemas.are_valid(kind, [one.fields]):
                found = self._schemas.explain(Entry(kind, one.fields, (), lambda _: None), one.place)
                self.refusals += (problem._replace(location=Location(one.place)) for problem in found)
        return self._entries


def _columns_told(own: ExportSheet, layout: Layout) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The columns that were not read, and those that were exported and are not there."""
    place, language = layout.place(layout.first - 1), _language(own, layout.sheet)
    missing = [column.titles[language] for column in own.columns if column.titles["ja"] not in layout.columns]
    for title in layout.unnamed.values():
        yield "ledger.workbook_column_not_read", {"place": place, "column": title, "nearest": nearest(title, missing)}
    if missing:
        yield "ledger.workbook_columns_missing", {"place": place, "columns": missing}


def _language(own: ExportSheet, sheet: Sheet) -> str:
    """That in which the sheet was exported."""
    return next(language for language, title in own.titles.items() if fold(title) == fold(sheet.name or ""))


def _put(fields: Fields, path: Sequence[str], value: object) -> None:
    for name in path[:-1]:
        fields = fields.setdefault(name, {})
    fields[path[-1]] = value
