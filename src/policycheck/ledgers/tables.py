"""The tables of a mapping in a sheet, and their rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ..model import Problem
from .cells import Odd, Raw, Sheet
from .finding import TALLEST, Search
from .layouts import Layout
from .mapping import Rule, Table
from .repeats import no_ids_of
from .row_checks import Checks, is_only_numbered, width_of
from .words import shown

_BLOCK = 1000
_WIDTH = 256
"""Columns of a workbook that are looked at, and those up to the last heading that a table knows."""


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
    """Reads a sheet once, for some tables. When its blocks are done, `search` tells which tables were there; `unclaimed`
    are, by number, the rows that no table takes; `skipped` are the numbers of those that a rule leaves out, by table and
    what of the rule they fit; `left_out` are those rows themselves, of the kinds that are `logged`; `refusals` are rows that
    may not be what they seem."""

    def __init__(self, sheet: Sheet, tables: Sequence[Table], logged: AbstractSet[str] = frozenset()) -> None:
        self.skipped: dict[tuple[str, str], list[int]] = {}
        self.left_out: list[tuple[str, Block]] = []
        self.unclaimed: dict[int, Unclaimed] = {}
        self.refusals: list[Problem] = []
        self._sheet, self._logged = sheet, logged
        self._is_text = sheet.name is None and sheet.origin(1, 1).cell == "A1"
        self._is_grid = sheet.name is not None or self._is_text
        self.search = Search(sheet, tables, is_grid=self._is_grid)
        self._no_ids = no_ids_of(tables)
        self._width = _WIDTH if sheet.name is not None else 1 << 20
        self._tall = deque(sorted({area for area in sheet.merged if area[2] > area[0]}))
        self._open: list[tuple[int, int, Raw]] = []
        self._above: dict[tuple[str, int, int], Raw] = {}
        self._asked: dict[tuple[str, int, int], list[int]] = {}
        self._skipping: dict[tuple[str, int], tuple[str, int]] = {}

    def blocks(self) -> Iterator[Block]:
        """The rows below the headings, block by block. What may be the first line of headings waits for the next."""
        search = self.search
        active: list[Layout] = []
        numbers: list[int] = []
        rows: list[list[Raw]] = []
        for more_numbers, more in self.read():
            search.take(more_numbers, more)
            start, seen = 0, len(rows)
            numbers, rows = numbers + more_numbers, rows + more
            while (place := search.next(active, rows, start, seen)) is not None:
                new = [layout for layout in search.found if layout.first == numbers[place] + 1 and layout not in active]
                head = numbers[place] + 1 - max(layout.table.header_rows for layout in new)
                before = max(place - numbers[place] + head, start)
                yield from self._parts(active, numbers[start:before], rows[start:before])
                ended = [one for one in active if any(one.overlaps(other) for other in new)]
                search.found = [one for one in search.found if one not in ended or one.first <= head]
                beside = [one for one in active if one not in ended]
                active = beside + new
                start = place + 1
                yield from self._parts(beside, numbers[before:start], rows[before:start], active)
            waiting = max(start, len(rows) - TALLEST + 1)
            yield from self._parts(active, numbers[start:waiting], rows[start:waiting])
            numbers, rows = numbers[waiting:], rows[waiting:]
        yield from self._parts(active, numbers, rows)
        search.end()

    def read(self) -> Iterator[tuple[list[int], list[list[Raw]]]]:
        """All rows, with their numbers, each cell that is merged downwards as the first of its group."""
        numbers: list[int] = []
        rows: list[list[Raw]] = []
        for number, row in self._sheet.rows():
            numbers.append(number)
            rows.append(row if len(row) <= self._width else self._cut(row))
            if len(rows) == _BLOCK:
                yield self._filled(numbers, rows)
                numbers, rows = [], []
        yield self._filled(numbers, rows)

    def _cut(self, row: list[Raw]) -> list[Raw]:
        """A row without what stands far to the right of all headings."""
        far = row[self._width :]
        if words := self.search.words.among(filter(None, far)):
            self._width += max(place for place, cell in enumerate(far, 1) if cell in words)
        end = next((place for place in range(self._width, 0, -1) if row[place - 1] is not None), 0)
        return row[:end]

    def _filled(self, numbers: list[int], rows: list[list[Raw]]) -> tuple[list[int], list[list[Raw]]]:
        """Cells that are merged downwards all say what the first of them says."""
        if self._tall or self._open:
            for number, row in zip(numbers, rows, strict=True):
                self._open = [area for area in self._open if area[0] >= number]
                for _, column, said in self._open:
                    if said is not None:
                        row.extend([None] * (column - len(row)))
                    if column <= len(row):
                        row[column - 1] = said
                while self._tall and self._tall[0][0] <= number:
                    first, column, last, _ = self._tall.popleft()
                    said = row[column - 1] if first == number and column <= len(row) else None
                    self._open.append((last, column, said))
        return numbers, rows

    def _parts(
        self, active: list[Layout], numbers: list[int], rows: list[list[Raw]], among: Sequence[Layout] = ()
    ) -> Iterator[Block]:
        """The rows of each table, without those that are none of its entries. `among` are the tables beside which they
        stand, where these are more."""
        filled = []
        entries = []
        for layout in active:
            kept = [place for place, row in enumerate(rows) if self._is_entry(layout, numbers[place], row)]
            written = [column.written for column in layout.table.columns if not column.field]
            if unread := {layout.columns[own] for own in written if own in layout.columns}:
                kept = [place for place in kept if not is_only_numbered(layout, rows[place], unread)]
            checks = Checks(layout, max(map(width_of, among or active)) if self._is_text else None)
            if self._is_grid:
                self.refusals += checks.refusals(numbers, rows, kept)
                plain = [place for place in kept if numbers[place] not in self.search.odd]
                self.refusals += checks.headings(numbers, rows, plain, self._no_ids)
            entries.append(kept)
            filled.append(self._filled_down(layout, kept, numbers, rows))
        for layout, own_rows, seen in zip(active, entries, filled, strict=True):
            kept = own_rows
            rivals = [(other, own) for other, own in zip(active, filled, strict=True) if layout.overlaps(other)]
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

    def _filled_down(
        self, layout: Layout, kept: list[int], numbers: list[int], rows: list[list[Raw]]
    ) -> list[list[Raw]]:
        """The rows as a table sees them: among its entries, whichever table takes them, a cell that is empty says what the
        one above it says, where its column has that; also where a rule for another column leaves that row out."""
        places = [
            layout.columns[column.written]
            for column in layout.table.columns
            if column.fill_down and column.written in layout.columns
        ]
        if not places:
            return rows
        made, entries = list(rows), set(kept)
        for index, (number, line) in enumerate(zip(numbers, rows, strict=True)):
            asked = self._asked.pop((layout.table.name, layout.first, number), None)
            if index not in entries and asked is None:
                continue
            row = [*line, *[None] * (max(places) + 1 - len(line))]
            for place in places:
                key = layout.table.name, layout.first, place
                if not shown(row[place]).strip():
                    row[place] = self._above.get(key)
                elif place not in (asked or ()):
                    self._above[key] = row[place]
            if index in entries:
                made[index] = row
        return made

    def _is_entry(self, layout: Layout, number: int, row: list[Raw]) -> bool:
        left, end = layout.left, layout.right + 1
        span = row[left:end]
        first = next((cell for cell in span if cell is not None and not (type(cell) is str and not cell.strip())), None)
        if (
            first is None
            or self.search.is_repeated(number, layout)
            or any(span == heading[left:end] for heading in layout.headings)
        ):
            return False
        table = layout.table.name, layout.first
        above, until = self._skipping.get(table, ("", -1))
        if number == until + 1:
            self._skipping[table] = above, number
            self.skipped.setdefault((layout.table.name, above), []).append(number)
            return False
        for rule in layout.table.skip if not (type(first) is str and first.isascii()) else layout.skip_ascii:
            if (fitted := self._fitted(rule, layout, row, first)) is not None:
                self.skipped.setdefault((layout.table.name, fitted), []).append(number)
                if rule.titles and any(column.fill_down for column in layout.table.columns):
                    self._asked[*table, number] = layout.alike[rule.written]
                if rule.below:
                    self._skipping[table] = fitted, number
                if layout.table.kind in self._logged and not layout.table.log:
                    self.left_out.append((fitted, Block(layout, [number], [row])))
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
            cell = next(iter(_under(rule, layout, row)), None)
            place = str(layout.sheet.origin(number, layout.columns[rule.written] + 1))
            self.unclaimed.setdefault(number, Unclaimed(place, cell.shown if isinstance(cell, Odd) else shown(cell)))
        return not layout.table.only

    def _fitted(self, rule: Rule, layout: Layout, row: list[Raw], first: Raw) -> str | None:
        """What of a rule a row fits, as people know it; None where it does not. `first` is its first cell."""
        if not rule.titles:
            return rule.pattern_of(self.search.headings.fold(first)) if self._fits(rule, [first]) else None
        for place in layout.alike.get(rule.written, ()):
            if place < len(row) and self._fits(rule, [row[place]]):
                return f"{_heading(layout, place, rule)}：{rule.pattern_of(self.search.headings.fold(row[place]))}"
        return None

    def _fits(self, rule: Rule, cells: Sequence[Raw]) -> bool:
        return any(cell is not None and rule.like.match(self.search.headings.fold(cell)) for cell in cells)


def _heading(layout: Layout, place: int, rule: Rule) -> str:
    """What stands over the column of a rule; above merged cells, what they belong to."""
    lines = (shown(row[place]).strip() for row in reversed(layout.headings) if place < len(row))
    return next(filter(None, lines), rule.written)


def _under(rule: Rule, layout: Layout, row: list[Raw]) -> list[Raw]:
    return [row[place] for place in layout.alike.get(rule.written, ()) if place < len(row)]
