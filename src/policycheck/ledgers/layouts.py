"""The headings of tables: which rows of a sheet they are, and where its columns stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, chain, compress
from typing import NamedTuple, TypeAlias

from ..errors import LedgerError
from ..nearest import nearest
from .cells import Raw, Sheet
from .mapping import Column, Rule, Table
from .words import fold, shown

_REMEMBERED = 1 << 14
_ROWS = 16

Area: TypeAlias = tuple[int, int, int, int]


class Layout(NamedTuple):
    """A table as it stands in a sheet. `first` is the number of the row under its headings; `columns` gives, for each
    column that is there, its position, counted from 0, `alike` all positions that may be it, and `left` and `right` are the
    first and the last of them; `skip_ascii` are the rules for rows that are left out which can apply where their first cell
    is of ASCII alone; `headings` are the cells of the rows that head it; `unnamed` are, by position, the headings that it
    does not know."""

    table: Table
    sheet: Sheet
    first: int
    columns: dict[str, int]
    alike: dict[str, list[int]]
    left: int
    right: int
    skip_ascii: list[Rule]
    headings: list[list[Raw]]
    unnamed: dict[int, str]

    def place(self, row: int, column: Column | None = None) -> str:
        """Where a cell is, or a row begins, as problems print it."""
        position = self.left if column is None else self.columns.get(column.written, self.left)
        return str(self.sheet.origin(row, position + 1))

    @property
    def known(self) -> int:
        """Over how many columns there is a heading that the table knows."""
        return len({*chain.from_iterable(self.alike.values())})

    @property
    def ids(self) -> set[int]:
        """The positions of what the id is made of."""
        return {self.columns[column.written] for column in self.table.ids if column.written in self.columns}

    @property
    def has_id(self) -> bool:
        """Whether all is there that the id is made of."""
        return all(column.written in self.columns for column in self.table.ids)

    @property
    def double(self) -> dict[str, list[int]]:
        """The columns that are read, and that several headings may be."""
        read = {column.written for column in columns_of(self.table) if column.field or column.required}
        return {written: places for written, places in self.alike.items() if len(places) > 1 and written in read}

    def overlaps(self, other: Layout) -> bool:
        """Whether they share columns."""
        return self.left <= other.right and other.left <= self.right


class Near(NamedTuple):
    """A row that has some headings of a table, and what it lacks. `titles` are all headings in it."""

    layout: Layout
    missing: list[Column]
    titles: list[str]


class Headings:
    """Looks for the headings of tables in the rows of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._areas = sorted(set(sheet.merged))
        self._reach = [*accumulate((area[2] for area in self._areas), max)]
        self._in_row: dict[int, list[Area]] = {}
        self._wanted: dict[str, list[Column]] = {}
        self._folded: dict[str, str] = {}

    def match(self, table: Table, window: Sequence[tuple[int, list[Raw]]]) -> Near | None:
        """What of a table is in these rows, if they are its headings; None where nothing is."""
        if (wanted := self._wanted.get(table.name)) is None:
            wanted = self._wanted[table.name] = columns_of(table)
        first, last = table.area
        stacks = self.stacks(window, self.fold)
        said = {place: {joined(own) for own in stacks[place]} - {""} for place in stacks if first <= place <= last}
        titles = {place: own for place, own in said.items() if own}
        if any(not table.without.isdisjoint(own) for own in titles.values()):
            return None
        alike: dict[str, list[int]] = {}
        missing: list[Column] = []
        for column in wanted:
            places = [place for place, own in titles.items() if not own.isdisjoint(column.titles)]
            if places:
                alike[column.written] = places
            elif column.required:
                missing.append(column)
        if not alike:
            return None
        if (having := table.having) and all(own.isdisjoint(having.titles) for own in titles.values()):
            missing.append(having)
        columns = {written: places[0] for written, places in alike.items()}
        used = {*chain.from_iterable(alike.values())}
        rows = [list(row) for _, row in window]
        told = {place: _told(rows, place) for place in titles if place not in used}
        edges = min(used), max(used)
        layout = Layout(table, self._sheet, window[-1][0] + 1, columns, alike, *edges, _of_ascii(table), rows, told)
        return Near(layout, missing, [text for place in titles if (text := _told(rows, place))])

    def stacks(
        self, window: Sequence[tuple[int, list[Raw]]], text: Callable[[Raw], str]
    ) -> dict[int, tuple[list[str], list[str]]]:
        """By column where anything is, what its headings may be read as: the texts of its cells from top to bottom, where
        one that is empty belongs to the group that the cell to its left names, and where it does not."""
        width = max(len(row) for _, row in window)
        grid = [{place: text(row[place]) for place in compress(range(width), row)} for _, row in window]
        bare = [dict(line) for line in grid]
        merged = (area for number, _ in window for area in self._areas_in(number))
        places = sorted({*chain(*grid, *(range(area[1] - 1, min(area[3], width)) for area in merged))})
        for level, (number, _) in enumerate(window):
            for place in places:
                if area := self.area(number, place + 1):
                    row, column = area[0] - window[0][0], area[1] - 1
                    grid[level][place] = bare[level][place] = grid[row].get(column, "") if row >= 0 else ""
                elif not grid[level].get(place) and any(line.get(place) for line in grid[level + 1 :]):
                    grid[level][place] = grid[level].get(place - 1, "")
        return {
            place: ([line.get(place, "") for line in grid], [line.get(place, "") for line in bare]) for place in places
        }

    def area(self, row: int, column: int) -> Area | None:
        """The group of merged cells that a cell, counted from 1, belongs to."""
        return next((area for area in self._areas_in(row) if area[1] <= column <= area[3]), None)

    def _areas_in(self, row: int) -> list[Area]:
        found = self._in_row.get(row)
        if found is None:
            if len(self._in_row) == _ROWS:
                self._in_row.clear()
            found = self._in_row[row] = []
            place = bisect_right(self._areas, (row, 1 << 20)) - 1
            while place >= 0 and self._reach[place] >= row:
                found += [self._areas[place]] * (self._areas[place][2] >= row)
                place -= 1
        return found

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


def columns_of(table: Table) -> list[Column]:
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
    return joined([shown(row[place]).strip() for row in rows if place < len(row)], " / ")


def missing_table(near: Near) -> LedgerError:
    """That a table lacks columns, each with the heading that is most like it."""
    column = near.missing[0]
    titles = {fold(title): title for title in near.layout.unnamed.values()}
    found = next(filter(None, (nearest(title, titles) for title in column.titles)), "")
    facts = {"column": column.written, "nearest": titles.get(found), "known": near.titles}
    layout = near.layout
    key = "no_ledger_sign" if column == layout.table.having else "no_ledger_column"
    return LedgerError(key, place=layout.place(layout.first - 1), table=layout.table.name, **facts)
