"""A workbook that was exported and corrected by people → the files that it was exported from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from ..errors import LedgerError
from ..excel.reading import Workbook, open_workbook
from ..inventory.documents import Entry
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Problem
from ..nearest import nearest
from ..texts import LANGUAGES, texts
from .cells import ABSENT, Sheet, Unread
from .changes import Key
from .guess_headings import said_by_rows
from .layouts import Layout
from .paths import value_at
from .tables import Block, SheetReader
from .words import fold
from .workbook_columns import FORMAT, ExportColumn, Role
from .workbook_entries import Corrected, Kind, Own, Part, Spot
from .workbook_ids import in_one_width
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
    "value_ditto": "workbook_ditto",
}
"""What is told otherwise than of other ledgers: here is no mapping that could be changed."""


def read_exported(path: Path, nodes: Mapping[str, Any]) -> Corrected | None:
    """The entries of a workbook; None where it is not one that was exported. `nodes` are the schemas by name.

    Raises LedgerError where it cannot be read, and where one of its sheets lacks the headings without which it says nothing.
    """
    workbook = open_workbook(path)
    if "policycheck.export" not in workbook.noted:
        return None
    if workbook.noted["policycheck.export"] != FORMAT:
        raise LedgerError("export_of_other_version", file=path.name)
    reading = _Reading(nodes)
    guides = {fold(texts(language)("export.guide")) for language in LANGUAGES}
    unknown = [sheet.name for sheet in workbook.sheets if fold(sheet.name) not in guides and not reading.read(sheet)]
    entries = reading.entries()
    notices = [*_sheets_told(workbook, path.name, unknown), *reading.notices]
    digests = {
        name: workbook.noted.get(f"policycheck.sha256.{number}", "") for number, name in _noted(workbook, "file")
    }
    return Corrected(entries, reading.kinds(), digests, reading.refusals, notices)


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
        self.refusals: list[Problem] = []
        self.notices: list[tuple[str, Mapping[str, object]]] = []
        self._nodes = nodes
        self._schemas = Schemas(nodes)
        sheets = [sheet for kind in self._schemas.kinds.values() for sheet in sheets_of(kind, nodes)]
        self._tables = [table_of(sheet) for sheet in sheets]
        self._sheets = {table.name: sheet for table, sheet in zip(self._tables, sheets, strict=True)}
        self._missing: dict[tuple[str, tuple[str, ...]], dict[str, str]] = defaultdict(dict)
        self._unread: set[tuple[str | None, int]] = set()
        self._entries: dict[Key, Own] = {}
        self._parts: list[tuple[ExportSheet, Fields, str | None, str | None, Spot]] = []

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
            language = _language(own, sheet)
            self._missing[own.kind, own.field] |= {
                ".".join(column.path): column.titles[language]
                for column in own.columns
                if column.titles["ja"] not in layout.columns
            }
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
        titles = {column.field or "": column for column in layout.table.columns if column.written in layout.columns}
        for number, row in zip(block.numbers, block.rows, strict=True):
            fields: Fields = {}
            said: dict[Role, str] = {}
            spot, before = Spot(layout, number, titles), len(self.refusals)
            for column, title, position, read in columns:
                value = read(row[position] if position < len(row) else None)
                if isinstance(value, Unread):
                    place = Location(layout.place(number, title))
                    self.refusals.append(Problem(_OWN_TEXTS.get(value.key, value.key), place, value.facts))
                elif value is not ABSENT and column.role in (Role.FIELD, Role.ELSEWHERE):
                    _put(fields, column.path, value)
                elif value is not ABSENT:
                    said[column.role] = str(value)
            if len(self.refusals) > before:
                self._unread.add(_row_of(spot))
            self._row(own, fields, said, spot)

    def _row(self, own: ExportSheet, fields: Fields, said: Mapping[Role, str], spot: Spot) -> None:
        place, identity = Location(spot.cell()), fields.get("id")
        known = {column.role for column in own.columns} - {Role.FIELD, Role.ELSEWHERE, Role.FILE}
        if self._is_unread(spot) and not (said.keys() >= known if own.field else fields.keys() >= {"id", "department"}):
            return
        if own.field:
            self._parts.append((own, fields, said.get(Role.PARENT), said.get(Role.KEY), spot))
        elif identity and Role.FILE not in said and fold(identity) in said_by_rows("totals"):
            self.refusals.append(Problem("workbook_total", place, {"value": identity}))
        elif identity is None or "department" not in fields:
            key = "workbook_row_without_department" if identity else "workbook_row_without_id"
            self.refusals.append(Problem(key, place, {"id": identity}))
        elif first := self._entries.get((own.kind, identity)):
            facts = {"kind": own.kind, "id": identity, "first": Location(first.spot.cell())}
            self.refusals.append(Problem("row_twice", place, facts))
        else:
            self._entries[own.kind, identity] = Own(fields, said.get(Role.FILE), spot, {})

    def kinds(self) -> dict[str, Kind]:
        """The kinds whose own sheets were there."""
        sheets = [sheet for sheet in self._sheets.values() if (sheet.kind, sheet.field) in self._missing]
        return {sheet.kind: self._kind(sheet, sheets) for sheet in sheets if not sheet.field}

    def _kind(self, own: ExportSheet, sheets: Sequence[ExportSheet]) -> Kind:
        missing = self._missing[own.kind, ()]
        columns = [column for column in own.columns if column.role is Role.FIELD]
        there = [column for column in columns if ".".join(column.path) not in missing]
        parts = [
            Part(
                ".".join(sheet.field),
                [".".join(column.path) for column in sheet.columns if column.role is Role.FIELD and column.required],
                self._missing[sheet.kind, sheet.field],
                ".".join(sheet.field) not in missing,
            )
            for sheet in sheets
            if sheet.kind == own.kind and sheet.field
        ]
        owned = frozenset((*(".".join(column.path) for column in there), *(part.field for part in parts)))
        return Kind(owned, [".".join(column.path) for column in there if _is_reference(column)], parts)

    def entries(self) -> dict[Key, Own]:
        """The entries of all sheets that were read, with what stands in sheets of its own."""
        widths = {(kind, in_one_width(identity)): own for (kind, identity), own in self._entries.items()}
        for own, fields, parent, key, spot in self._parts:
            name, facts = ".".join(own.field), {"kind": own.kind, "id": parent}
            entry = self._entries.get((own.kind, parent or "")) or widths.get((own.kind, in_one_width(parent or "")))
            if entry is None:
                self.refusals.append(Problem("row_of_no_entry", Location(spot.cell()), facts))
                continue
            rows = entry.rows.setdefault(name, [])
            if any(column.role is Role.KEY for column in own.columns):
                members = entry.fields
                for part in own.field:
                    members = members.setdefault(part, {})
                if key is None or key in members:
                    self.refusals.append(Problem("row_without_key", Location(spot.cell()), facts))
                    continue
                members[key] = fields
            elif value_at(entry.fields, name) == []:
                if not rows:
                    place = Location(entry.spot.cell(name))
                    self.refusals.append(Problem("none_beside_rows", place, facts | {"first": Location(spot.cell())}))
            else:
                entry.fields.setdefault(own.field[0], []).append(fields)
            rows.append(spot)
        for (kind, _), one in self._entries.items():
            spots = [one.spot, *chain.from_iterable(one.rows.values())]
            if not self._schemas.are_valid(kind, [one.fields]) and not any(map(self._is_unread, spots)):
                found = self._schemas.explain(Entry(kind, one.fields, (), lambda _: None), one.spot.cell())
                self.refusals += (problem._replace(location=Location(one.spot.cell())) for problem in found)
        return self._entries

    def _is_unread(self, spot: Spot) -> bool:
        """Whether a cell of the row could not be read."""
        return _row_of(spot) in self._unread


def _row_of(spot: Spot) -> tuple[str | None, int]:
    return spot.layout.sheet.name, spot.number


def _is_reference(column: ExportColumn) -> bool:
    return column.path != ("id",) and str(column.node.get("$ref")).endswith("/id")


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
