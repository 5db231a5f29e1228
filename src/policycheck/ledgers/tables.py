"""The tables of a mapping in a sheet, and their rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..errors import LedgerError
from ..model import Location, Problem
from .cells import Odd, Raw, Sheet
from .layouts import Headings, Layout, Near, titles_of
from .mapping import Rule, Table
from .repeats import Repeats, is_heading, is_same
from .row_checks import Checks, is_only_numbered, width_of
from .words import shown

_BLOCK = 1000
_TALLEST = 3


class Block(NamedTuple):
    """Rows of a table, with their numbers."""

    layout: Layout
    numbers: list[int]
    rows: list[list[Raw]]


class Unclaimed(NamedTuple):
    """A row that would be of a table, but that no rule for rows gives to any: where the cell is that the rule asks for, and
    what it holds."""

    place: str
    value: str


class SheetReader:
    """Reads a sheet once, for some tables. When its blocks are done, `found` holds the tables that were there, and `near`
    what came closest to the others; `unclaimed` are, by number, the rows that no table takes. `refusals` are rows that may
    not be what they seem; `fixed` are, by table, the rows in which the mapping says that its headings are."""

    def __init__(self, sheet: Sheet, tables: Sequence[Table]) -> None:
        self.found: list[Layout] = []
        self.near: dict[str, Near] = {}
        self.skipped: dict[tuple[str, str], list[int]] = {}
        self.unclaimed: dict[int, Unclaimed] = {}
        self.refusals: list[Problem] = []
        self.fixed: dict[str, list[Raw]] = {}
        self._sheet = sheet
        self._pending = list(tables)
        self._headings = Headings(sheet)
        self._tall = deque(sorted(area for area in sheet.merged if area[2] > area[0]))
        self._open: list[tuple[int, int, Raw]] = []
        self._above: dict[tuple[str, int, int], Raw] = {}
        self._lines: list[tuple[int, list[Raw]]] = []
        self._repeats = Repeats()
        self._repeated: set[int] = set()
        self._is_text = sheet.name is None and sheet.origin(1, 1).cell == "A1"
        self._is_grid = sheet.name is not None or self._is_text
        self._double: dict[tuple[int, str], Mapping[str, list[str]]] = {}

    def blocks(self) -> Iterator[Block]:
        """The rows below the headings, block by block."""
        active: list[Layout] = []
        for numbers, rows in self.read():
            start = 0
            self._lines = [*self._lines[-_TALLEST:], *zip(numbers, rows, strict=True)]
            while (place := self._next_heading(active, rows, start)) is not None:
                new = [layout for layout in self.found if layout.first == numbers[place] + 1 and layout not in active]
                head = numbers[place] + 1 - max(layout.table.header_rows for layout in new)
                before = max(place - numbers[place] + head, start)
                yield from self._parts(active, numbers[start:before], rows[start:before])
                ended = [one for one in active if any(_overlap(one, other) for other in new)]
                self.found = [one for one in self.found if one not in ended or one.first <= head]
                active = [one for one in active if one not in ended] + new
                start = place + 1
            yield from self._parts(active, numbers[start:], rows[start:])
        for layout in self.found:
            self._refuse_unclear(layout)

    def _refuse_unclear(self, layout: Layout) -> None:
        """Headings that are merged with cells below them are not the last ones over their table, and a column has one."""
        last = layout.first - 1
        for column in layout.columns.values():
            if (area := self._headings.area(last, column + 1)) and area[2] > last:
                rows = layout.table.header_rows + area[2] - last
                place = str(self._sheet.origin(last, column + 1))
                raise LedgerError("headings_go_on", place=place, table=layout.table.name, rows=rows)
        for written, places in self._double[layout.first, layout.table.name].items():
            raise LedgerError("double_ledger_column", column=written, places=places)

    def read(self) -> Iterator[tuple[list[int], list[list[Raw]]]]:
        """All rows, with their numbers, each cell that is merged downwards as the first of its group."""
        numbers: list[int] = []
        rows: list[list[Raw]] = []
        for number, row in self._sheet.rows():
            numbers.append(number)
            rows.append(row)
            if len(rows) == _BLOCK:
                yield self._filled(numbers, rows)
                numbers, rows = [], []
        yield self._filled(numbers, rows)

    def _filled(self, numbers: list[int], rows: list[list[Raw]]) -> tuple[list[int], list[list[Raw]]]:
        """Cells that are merged downwards all say what the first of them says."""
        if self._tall or self._open:
            for number, row in zip(numbers, rows, strict=True):
                self._open = [area for area in self._open if area[0] >= number]
                for _, column, said in self._open:
                    row.extend([None] * (column - len(row)))
                    row[column - 1] = said
                while self._tall and self._tall[0][0] <= number:
                    first, column, last, _ = self._tall.popleft()
                    said = row[column - 1] if first == number and column <= len(row) else None
                    self._open.append((last, column, said))
        return numbers, rows

    def _next_heading(self, active: Sequence[Layout], rows: list[list[Raw]], start: int) -> int | None:
        """Where the next headings end, from a place in the rows on."""
        again = {start + place for place in self._repeats.among(rows[start:])} if self._is_grid else set()
        above = len(self._lines) - len(rows)
        for place in range(start, len(rows)) if self._pending else sorted(again):
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
            near = self._headings.match(table, window)
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
            near = self._headings.match(table, window)
            if near and not near.missing and len(near.layout.columns) > 1:
                whole.append((before.first, near))
            elif before in active and (
                other := self._headings.match(table._replace(without=frozenset(), having=None), window)
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
            self._repeated.update(range(number + 1 - max(len(near.layout.headings) for near in new), number + 1))
            return False
        for near in new:
            self._found(near)
        return True

    def _parts(self, active: list[Layout], numbers: list[int], rows: list[list[Raw]]) -> Iterator[Block]:
        """The rows of each table, without those that are none of its entries."""
        filled = []
        entries = []
        for layout in active:
            kept = [place for place, row in enumerate(rows) if self._is_entry(layout, numbers[place], row)]
            written = [column.written for column in layout.table.columns if not column.field]
            if unread := {layout.columns[own] for own in written if own in layout.columns}:
                kept = [place for place in kept if not is_only_numbered(layout, rows[place], unread)]
            checks = Checks(layout, max(map(width_of, active)) if self._is_text else None)
            if self._is_grid:
                self.refusals += checks.refusals(numbers, rows, kept)
            entries.append(kept)
            filled.append(self._filled_down(layout, kept, rows))
        for layout, own_rows, seen in zip(active, entries, filled, strict=True):
            kept = own_rows
            rivals = [(other, own) for other, own in zip(active, filled, strict=True) if _overlap(layout, other)]
            if any(other.table.only for other, _ in rivals):
                kept = [
                    place
                    for place in kept
                    if self._takes(layout, [(other, own[place]) for other, own in rivals], numbers[place])
                ]
            if len(kept) == len(seen):
                made = Block(layout, numbers, seen)
            else:
                made = Block(layout, [numbers[place] for place in kept], [seen[place] for place in kept])
            if made.rows:
                yield made

    def _filled_down(self, layout: Layout, kept: list[int], rows: list[list[Raw]]) -> list[list[Raw]]:
        """The rows as a table sees them: among its entries, whichever table takes them, a cell that is empty says what the
        one above it says, where its column has that."""
        places = [
            layout.columns[column.written]
            for column in layout.table.columns
            if column.fill_down and column.written in layout.columns
        ]
        if not places:
            return rows
        made = list(rows)
        for number in kept:
            row = made[number] = [*rows[number], *[None] * (max(places) + 1 - len(rows[number]))]
            for place in places:
                key = layout.table.name, layout.first, place
                if shown(row[place]).strip():
                    self._above[key] = row[place]
                else:
                    row[place] = self._above.get(key)
        return made

    def _is_entry(self, layout: Layout, number: int, row: list[Raw]) -> bool:
        left, end = layout.left, layout.right + 1
        span = row[left:end]
        first = next((cell for cell in span if cell is not None and not (type(cell) is str and not cell.strip())), None)
        if first is None or number in self._repeated or any(span == heading[left:end] for heading in layout.headings):
            return False
        for rule in layout.table.skip if not (type(first) is str and first.isascii()) else layout.skip_ascii:
            cell = _under(rule, layout, row) if rule.titles else first
            if self._fits(rule, cell):
                self.skipped.setdefault((layout.table.name, rule.written), []).append(number)
                return False
        return True

    def _takes(self, layout: Layout, rivals: Sequence[tuple[Layout, list[Raw]]], number: int) -> bool:
        """Whether an entry is of a table, by what the tables under the same headings claim, each of the row as it sees it."""
        claiming = [
            own
            for own, row in rivals
            if own.table.only and all(self._fits(rule, _under(rule, own, row)) for rule in own.table.only)
        ]
        if claiming:
            return any(own is layout for own in claiming)
        if layout.table.only and all(own.table.only for own, _ in rivals):
            row = next(row for own, row in rivals if own is layout)
            rule = next(rule for rule in layout.table.only if not self._fits(rule, _under(rule, layout, row)))
            cell = _under(rule, layout, row)
            place = str(layout.sheet.origin(number, layout.columns[rule.written] + 1))
            self.unclaimed.setdefault(number, Unclaimed(place, cell.shown if isinstance(cell, Odd) else shown(cell)))
        return not layout.table.only

    def _fits(self, rule: Rule, cell: Raw) -> bool:
        return cell is not None and rule.like.match(self._headings.fold(cell)) is not None


def _under(rule: Rule, layout: Layout, row: list[Raw]) -> Raw:
    position = layout.columns.get(rule.written)
    return row[position] if position is not None and position < len(row) else None


def _overlap(one: Layout, other: Layout) -> bool:
    return one.left <= other.right and other.left <= one.right
