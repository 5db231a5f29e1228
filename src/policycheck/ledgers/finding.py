"""Where the tables of a sheet begin, found while its rows go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import LedgerError
from ..model import Location, Problem
from .cells import Raw, Sheet
from .layouts import Headings, Layout, Near, titles_of
from .mapping import Table
from .repeats import Repeats, is_heading, is_same

TALLEST = 3
"""Of how many rows the headings of a table are at most."""


class Search:
    """Looks for the headings of some tables. `found` are the tables that were there, `near` is what came closest to the
    others; `repeated` are the numbers of rows that only say headings once more; `refusals` are rows that may be headings;
    `fixed` are, by table, the rows in which the mapping says that its headings are."""

    def __init__(self, sheet: Sheet, tables: Sequence[Table], *, is_grid: bool) -> None:
        """In what is no grid, headings stand once."""
        self.found: list[Layout] = []
        self.near: dict[str, Near] = {}
        self.repeated: set[int] = set()
        self.refusals: list[Problem] = []
        self.fixed: dict[str, list[Raw]] = {}
        self.headings = Headings(sheet)
        self._sheet, self._is_grid = sheet, is_grid
        self._pending = list(tables)
        self._lines: list[tuple[int, list[Raw]]] = []
        self._repeats = Repeats()
        self._double: dict[tuple[int, str], Mapping[str, list[str]]] = {}

    def take(self, numbers: Sequence[int], rows: Sequence[list[Raw]]) -> None:
        """The next rows of the sheet, with their numbers."""
        self._lines = [*self._lines[-TALLEST:], *zip(numbers, rows, strict=True)]

    def next(self, active: Sequence[Layout], rows: Sequence[list[Raw]], start: int, seen: int) -> int | None:
        """Where the next headings end among rows of which the last were taken last. They begin at `start` or above; those
        that end before `seen` were found already. `active` are the tables that go on there."""
        first = max(start, seen)
        again = {start + place for place in self._repeats.among(rows[start:])} if self._is_grid else set()
        above = len(self._lines) - len(rows)
        for place in range(first, len(rows)) if self._pending else sorted(again):
            if place < first:
                continue
            line = above + place + 1
            if self._heads(line) or (place in again and self._heads_again(active, line)):
                return place
        return None

    def _window(self, table: Table, end: int) -> list[tuple[int, list[Raw]]] | None:
        """As many rows as the headings of a table have, one right above the other."""
        window = self._lines[max(0, end - table.header_rows) : end]
        last = window[-1][0]
        return window if [number for number, _ in window] == [*range(last - table.header_rows + 1, last + 1)] else None

    def _heads(self, end: int) -> bool:
        """Whether headings of pending tables end in this row; notes those that do."""
        done = []
        for table in self._pending:
            window = self._window(table, end)
            if window is None:
                continue
            if table.header_row is not None:
                if window[0][0] != table.header_row:
                    continue
                self.fixed[table.name] = [cell for _, row in window for cell in row]
            near = self.headings.match(table, window)
            if near is None:
                continue
            headed = [column for column in table.columns if not all(title.startswith("{") for title in column.titles)]
            if not near.missing and (len(near.layout.columns) > 1 or len(headed) == 1):
                done.append(table)
                self._found(near)
            elif near.missing and (
                (known := self.near.get(table.name)) is None or len(near.layout.columns) > len(known.layout.columns)
            ):
                self.near[table.name] = near
        self._pending = [table for table in self._pending if table not in done]
        return bool(done)

    def _found(self, near: Near) -> None:
        self.found.append(near.layout)
        self._double[near.layout.first, near.layout.table.name] = near.double
        self._repeats.expect(near.layout.table, titles_of(near.layout.table))

    def _heads_again(self, active: Sequence[Layout], end: int) -> bool:
        """Whether a table that was found begins once more below this row, with its columns in other places; notes it."""
        whole: list[tuple[int, Near]] = []
        like: list[Layout] = []
        for before in {layout.table.name: layout for layout in self.found}.values():
            table = before.table
            window = self._window(table, end)
            if window is None or window[0][0] < before.first:
                continue
            near = self.headings.match(table, window)
            if near and not near.missing and len(near.layout.columns) > 1:
                whole.append((before.first, near))
            elif before in active and (
                other := self.headings.match(table._replace(without=frozenset(), having=None), window)
            ):
                like += [other.layout] * is_heading(other.layout, before)
        if not whole:
            self.refusals += (
                Problem("headings_inside", Location(one.place(one.first - 1)), {"table": one.table.name})
                for one in like[:1]
            )
            return False
        _, latest = max((len(near.layout.columns), first) for first, near in whole)
        new = [near for first, near in whole if first == latest]
        if all(any(is_same(near.layout, other) for other in active) for near in new):
            number = self._lines[end - 1][0]
            self.repeated.update(range(number + 1 - max(len(near.layout.headings) for near in new), number + 1))
            return False
        for near in new:
            self._found(near)
        return True

    def end(self) -> None:
        """Looks at the headings that were found. Raises LedgerError where they do not say what its columns are."""
        for layout in self.found:
            self._refuse_unclear(layout)

    def _refuse_unclear(self, layout: Layout) -> None:
        """Headings that are merged with cells below them are not the last ones over their table, and a column has one."""
        last = layout.first - 1
        for column in layout.columns.values():
            if (area := self.headings.area(last, column + 1)) and area[2] > last:
                rows = layout.table.header_rows + area[2] - last
                place = str(self._sheet.origin(last, column + 1))
                raise LedgerError("headings_go_on", place=place, table=layout.table.name, rows=rows)
        for written, places in self._double[layout.first, layout.table.name].items():
            raise LedgerError("double_ledger_column", column=written, places=places)
