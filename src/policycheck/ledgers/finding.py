"""Where the tables of a sheet begin, found while its rows go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ..errors import LedgerError
from ..model import Location, Problem
from .cells import Raw, Sheet
from .layouts import Headings, Layout, Near, missing_table
from .mapping import Table
from .missing import is_most, nearest_of
from .repeats import headings_of, is_heading, is_same

TALLEST = 4
"""Of how many rows the headings of a table are at most."""


class Search:
    """Looks for the headings of some tables. `found` are the tables that were there, `near` is what came closest to the
    others; `odd` are rows inside a table, by their
    numbers, that are like headings of it; `fixed` are, by table, the rows in which the mapping says that its headings are.
    When all is done, `lacking` are the rows that are meant as headings, but lack a column, and `refusals` those of `odd`
    that no table has as its headings."""

    def __init__(self, sheet: Sheet, tables: Sequence[Table], *, is_grid: bool) -> None:
        """In what is no grid, headings stand once, in the first row."""
        self.found: list[Layout] = []
        self.near: dict[str, Near] = {}
        self.odd: dict[int, Layout] = {}
        self.lacking: list[Near] = []
        self.refusals: list[Problem] = []
        self.fixed: dict[str, list[Raw]] = {}
        self.headings = Headings(sheet)
        self.words = headings_of(tables)
        self._sheet, self._tables, self._is_grid = sheet, tables, is_grid
        self._high = max((table.header_rows for table in tables), default=1)
        self._few = 1 if any(len(_headed(table)) == 1 for table in tables) else 2
        self._ends = {table.header_row + table.header_rows - 1 for table in tables if table.header_row is not None}
        self._lines: list[tuple[int, list[Raw]]] = []
        self._counts: list[int] = []
        self._heads: dict[int, list[Layout]] = defaultdict(list)
        self._repeated: dict[int, list[Layout]] = defaultdict(list)

    def take(self, numbers: Sequence[int], rows: Sequence[list[Raw]]) -> None:
        """The next rows of the sheet, with their numbers."""
        counts = self.words.counts(rows) if self._is_grid else [self._few * (number == 1) for number in numbers]
        self._counts = [*self._counts[-TALLEST:], *counts]
        self._lines = [*self._lines[-TALLEST:], *zip(numbers, rows, strict=True)]

    def next(self, active: Sequence[Layout], rows: Sequence[list[Raw]], start: int, seen: int) -> int | None:
        """Where the next headings end among rows of which the last were taken last. They begin at `start` or above; those
        that end before `seen` were found already. `active` are the tables that go on there."""
        above = len(self._lines) - len(rows)
        for place in range(max(start, seen), len(rows)) if self._ends or any(self._counts) else ():
            end = above + place + 1
            known = sum(self._counts[max(0, end - self._high) : end])
            may_end = known >= (self._few if self.found else 1) or self._lines[end - 1][0] in self._ends
            if may_end and self._head(active, end):
                return place
        return None

    def _window(self, table: Table, end: int) -> list[tuple[int, list[Raw]]] | None:
        """As many rows as the headings of a table have, one right above the other."""
        window = self._lines[max(0, end - table.header_rows) : end]
        last = window[-1][0]
        return window if [number for number, _ in window] == [*range(last - table.header_rows + 1, last + 1)] else None

    def _head(self, active: Sequence[Layout], end: int) -> bool:
        """Whether headings end in this row below which tables begin, for the first time or with their columns in other
        places; notes them."""
        number = self._lines[end - 1][0]
        latest = {layout.table.name: layout for layout in self.found}
        whole: list[Near] = []
        like: list[Layout] = []
        for table in self._tables:
            before, window = latest.get(table.name), self._window(table, end)
            if window is None or (before and window[0][0] < before.first):
                continue
            if before is None and table.header_row is not None:
                if window[0][0] != table.header_row:
                    continue
                self.fixed[table.name] = [cell for _, row in window for cell in row]
            near = self.headings.match(table, window)
            if near and not near.missing and (near.layout.known > 1 or (before is None and len(_headed(table)) == 1)):
                whole.append(near)
            elif before and before in active:
                other = self.headings.match(table._replace(without=frozenset(), having=None), window)
                like += [other.layout] if other and is_heading(other.layout, before) else []
            elif near and near.missing:
                self._note(near, is_new=before is None)
        if not whole:
            if like:
                self.odd[number] = like[0]
            return False
        whole = [near for near in whole if not any(_is_better(other, near) for other in whole)]
        new = [near for near in whole if near.layout.table.name not in latest or near.layout.table.only]
        if all(near.layout.table.name in latest for near in whole):
            firsts = {near.layout.table.name: latest[near.layout.table.name].first for near in whole}
            _, first = max((near.layout.known, firsts[near.layout.table.name]) for near in whole)
            new = [near for near in whole if firsts[near.layout.table.name] == first]
            if all(any(is_same(near.layout, other) for other in active) for near in new):
                high = max(near.layout.table.header_rows for near in new)
                for row in range(number + 1 - high, number + 1):
                    self._repeated[row] += [near.layout for near in new]
                return False
        for near in new:
            self.found.append(near.layout)
            for row in _rows_of(near.layout):
                self._heads[row].append(near.layout)
        return True

    def is_repeated(self, number: int, layout: Layout) -> bool:
        """Whether a row only says headings once more where a table stands."""
        return any(layout.overlaps(one) for one in self._repeated.get(number, ()))

    def _note(self, near: Near, *, is_new: bool) -> None:
        """A row that lacks something of a table, which may be found yet."""
        name = near.layout.table.name
        known = self.near.get(name)
        if is_new and (known is None or near.layout.known > known.layout.known):
            self.near[name] = near
        if is_most(near):
            self.lacking.append(near)

    def end(self) -> None:
        """Looks at the headings that were found. Raises LedgerError where they do not say what its columns are."""
        for layout in self.found:
            self._refuse_unclear(layout)
        self.lacking = [near for near in self.lacking if not (self._is_taken(near.layout) or self._is_above(near))]
        self.refusals = [
            Problem("headings_inside", Location(one.place(number)), {"table": one.table.name})
            for number, one in self.odd.items()
            if not self._is_taken(one)
        ]

    def _is_above(self, near: Near) -> bool:
        """Whether it is a small block of names above the headings of the same table, which have the id that it lacks, and no
        heading in common in one column."""
        row = near.layout
        return not row.has_id and any(
            head.table.name == row.table.name
            and 0 < head.first - row.first <= TALLEST
            and row.columns.items().isdisjoint(head.columns.items())
            for head in self.found
        )

    def _is_taken(self, layout: Layout) -> bool:
        """Whether its rows are the headings of a table that was found."""
        return any(
            self.is_repeated(row, layout) or any(layout.overlaps(head) for head in self._heads.get(row, ()))
            for row in _rows_of(layout)
        )

    def _refuse_unclear(self, layout: Layout) -> None:
        """Headings that are merged with cells below them are not the last ones over their table, and a column has one."""
        last = layout.first - 1
        for column in layout.columns.values():
            if (area := self.headings.area(last, column + 1)) and area[2] > last:
                higher = [near for near in self.lacking if last in _rows_of(near.layout)[:-1]]
                if higher := [near for near in higher if near.layout.overlaps(layout)]:
                    raise missing_table(nearest_of(higher))
                rows = layout.table.header_rows + area[2] - last
                place = str(self._sheet.origin(last, column + 1))
                raise LedgerError("headings_go_on", place=place, table=layout.table.name, rows=rows)
        for written, positions in layout.double.items():
            places = [str(self._sheet.origin(last, position + 1)) for position in positions]
            raise LedgerError("double_ledger_column", column=written, places=places)


def _headed(table: Table) -> list[str]:
    """The columns of a table that have a heading in the sheet."""
    return [column.written for column in table.columns if not all(title.startswith("{") for title in column.titles)]


def _rows_of(layout: Layout) -> range:
    """The numbers of the rows that head it."""
    return range(layout.first - layout.table.header_rows, layout.first)


def _is_better(one: Near, other: Near) -> bool:
    """Whether other headings are left alone, as these, of the same rows, say more of them. Rules for rows may tell the rows
    apart, and so may columns for the id."""
    ours, theirs = one.layout.table, other.layout.table
    return (
        (ours.kind, ours.log) == (theirs.kind, theirs.log)
        and not (ours.only or theirs.only)
        and one.layout.ids == other.layout.ids
        and one.layout.overlaps(other.layout)
        and (one.layout.known, ours.header_rows) > (other.layout.known, theirs.header_rows)
    )
