"""The headings of tables: which rows of a sheet they are, and where its columns stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from ..errors import LedgerError
from ..nearest import nearest
from .cells import Raw, Sheet
from .mapping import Column, Rule, Table
from .words import fold, shown

_REMEMBERED = 1 << 14


class Layout(NamedTuple):
    """A table as it stands in a sheet. `first` is the number of the row under its headings; `columns` gives, for each
    column that is there, its position, counted from 0, and `left` and `right` are the first and the last of them;
    `skip_ascii` are the rules for rows that are left out which can apply where their first cell is of ASCII alone;
    `headings` are the cells of the rows that head it; `unnamed` are, by position, the headings that it does not know."""

    table: Table
    sheet: Sheet
    first: int
    columns: dict[str, int]
    left: int
    right: int
    skip_ascii: list[Rule]
    headings: list[list[Raw]]
    unnamed: dict[int, str]

    def place(self, row: int, column: Column | None = None) -> str:
        """Where a cell is, or a row begins, as problems print it."""
        position = self.left if column is None else self.columns.get(column.written, self.left)
        return str(self.sheet.origin(row, position + 1))


class Near(NamedTuple):
    """A row that has some headings of a table. `double` are the places of the headings that may be one column."""

    layout: Layout
    missing: list[Column]
    titles: list[str]
    double: Mapping[str, list[str]]


class Headings:
    """Looks for the headings of tables in the rows of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._areas = sorted(sheet.merged)
        self._folded: dict[str, str] = {}

    def match(self, table: Table, window: Sequence[tuple[int, list[Raw]]]) -> Near | None:
        """What of a table is in these rows, if they are its headings; None where nothing is."""
        wanted = _columns_of(table)
        known = {title for column in wanted for title in column.titles}
        if known.isdisjoint(self.fold(cell) for _, row in window for cell in row if type(cell) is str) and (
            table.header_rows == 1 or not any("/" in title for title in known)
        ):
            return None
        first, last = table.area
        stacks = enumerate(self.stacks(window, self.fold))
        said = {place: {joined(lines) for lines in own} - {""} for place, own in stacks if first <= place <= last}
        titles = {place: own for place, own in said.items() if own}
        if any(not table.without.isdisjoint(own) for own in titles.values()):
            return None
        columns: dict[str, int] = {}
        missing: list[Column] = []
        double: dict[str, list[str]] = {}
        for column in wanted:
            places = [place for place, own in titles.items() if not own.isdisjoint(column.titles)]
            if len(places) > 1:
                double[column.written] = [str(self._sheet.origin(window[-1][0], place + 1)) for place in places]
            if places:
                columns[column.written] = places[0]
            elif column.required:
                missing.append(column)
        if not columns:
            return None
        if (having := table.having) and all(own.isdisjoint(having.titles) for own in titles.values()):
            missing.append(having)
        used = {*columns.values()}
        rows = [list(row) for _, row in window]
        told = {place: _told(rows, place) for place in titles if place not in used}
        edges = min(used), max(used)
        layout = Layout(table, self._sheet, window[-1][0] + 1, columns, *edges, _of_ascii(table), rows, told)
        return Near(layout, missing, [_told(rows, place) for place in titles], double)

    def stacks(
        self, window: Sequence[tuple[int, list[Raw]]], text: Callable[[Raw], str]
    ) -> list[tuple[list[str], list[str]]]:
        """By column, what its headings may be read as: the texts of its cells from top to bottom, where one that is empty
        belongs to the group that the cell to its left names, and where it does not."""
        width = max(len(row) for _, row in window)
        grid = [[text(row[place]) if place < len(row) else "" for place in range(width)] for _, row in window]
        bare = [list(line) for line in grid]
        for level, (number, _) in enumerate(window):
            for place in range(width):
                if area := self.area(number, place + 1):
                    row, column = area[0] - window[0][0], area[1] - 1
                    grid[level][place] = bare[level][place] = grid[row][column] if row >= 0 else ""
                elif not grid[level][place] and place and any(line[place] for line in grid[level + 1 :]):
                    grid[level][place] = grid[level][place - 1]
        return [([line[place] for line in grid], [line[place] for line in bare]) for place in range(width)]

    def area(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The group of merged cells that a cell, counted from 1, belongs to."""
        end = bisect_right(self._areas, (row, 1 << 20))
        return next((a for a in self._areas[:end] if a[0] <= row <= a[2] and a[1] <= column <= a[3]), None)

    def fold(self, cell: Raw) -> str:
        """What a cell shows, as titles and words are compared."""
        if type(cell) is not str:
            return fold(shown(cell)) if cell is not None else ""
        found = self._folded.get(cell)
        if found is None:
            if len(self._folded) == _REMEMBERED:
                self._folded.clear()
            found = self._folded[cell] = fold(cell)
        return found


def titles_of(table: Table) -> set[str]:
    """All headings that a table knows, folded."""
    return {title for column in _columns_of(table) for title in column.titles}


def _columns_of(table: Table) -> list[Column]:
    """Those of a table, of its id, and of its rules for rows that are no entries."""
    parts = [part for part in table.key if isinstance(part, Column)]
    rules = [Column(rule.written, rule.titles) for rule in table.skip if rule.titles]
    rules += [Column(rule.written, rule.titles, required=True) for rule in table.only]
    known: dict[str, Column] = {}
    for column in chain(table.columns, parts, rules):
        own = known.setdefault(column.written, column)
        if column.required and not own.required:
            known[column.written] = own._replace(required=True)
    return list(known.values())


def _of_ascii(table: Table) -> list[Rule]:
    return [rule for rule in table.skip if rule.titles or rule.is_of_ascii]


def joined(parts: Sequence[str], joint: str = "/") -> str:
    """The headings over a column, without those that only repeat the one above."""
    found: list[str] = []
    for part in parts:
        if part and fold(part) not in map(fold, found[-1:]):
            found.append(part)
    return joint.join(found)


def _told(rows: list[list[Raw]], place: int) -> str:
    return " / ".join(text for row in rows if place < len(row) and (text := shown(row[place]).strip()))


def missing_table(near: Near) -> LedgerError:
    """That a table lacks columns, each with the heading that is most like it."""
    column = near.missing[0]
    titles = {fold(title): title for title in near.titles}
    found = next(filter(None, (nearest(title, titles) for title in column.titles)), "")
    facts = {"column": column.written, "nearest": titles.get(found), "known": near.titles}
    layout = near.layout
    return LedgerError("no_ledger_column", place=layout.place(layout.first - 1), table=layout.table.name, **facts)
