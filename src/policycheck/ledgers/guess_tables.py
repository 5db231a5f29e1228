"""Where tables seem to stand in a sheet whose headings nobody has told: the rows of headings, and the rows below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple, TypeAlias

from .cells import Raw, Sheet
from .headings import Headings, said_by_rows
from .words import UNSEEN, fold, shown

Areas: TypeAlias = Sequence[tuple[int, int, int, int]]

ROWS = 200
"""Rows of a sheet that are looked at."""
COLUMNS = 256
"""Columns of a sheet that are looked at."""
_HIGH = 3
_LEAST_KNOWN = 2
_LONGEST = 200
"""Characters of a heading."""
_UNUSABLE = re.compile(r"[{}]| \| ")
"""What no heading in a mapping can have."""


class Heading(NamedTuple):
    """What stands over a column, counted from 0: its lines parted by “ / ”. `bare` leaves out what only stands to its
    left."""

    written: str
    bare: str
    place: int

    @property
    def usable(self) -> bool:
        """Whether a mapping can name it."""
        return bool(fold(self.written)) and len(self.written) <= _LONGEST and not _UNUSABLE.search(self.written)


class Found(NamedTuple):
    """A table in a sheet. `first` is the number of the first of its `high` rows of headings; `above` are the texts over it;
    `rows` are those below it that are looked at; `skipped` are the numbers of rows that are no entries, by the place and the
    text of their first cell."""

    sheet: Sheet
    first: int
    high: int
    headings: list[Heading]
    above: list[str]
    rows: list[list[Raw]]
    skipped: dict[tuple[int, str], list[int]]

    def with_any(self, places: Sequence[int]) -> Found:
        """With the rows alone that have something at one of these places."""
        rows = [row for row in self.rows if any(place < len(row) and _line(row[place]) for place in places)]
        return self._replace(rows=rows)


class _Head(NamedTuple):
    place: int
    high: int
    headings: list[Heading]
    known: float

    @property
    def below(self) -> int:
        return self.place + self.high


def find_tables(sheet: Sheet, headings: Headings) -> list[Found]:
    """The tables one below the other, whose headings are known at least in part. Only the first rows are looked at."""
    numbers, rows = _looked_at(sheet)
    areas = [area for area in sheet.merged if numbers and area[0] <= numbers[-1]]
    heads = _best(_heads(numbers, rows, areas, headings))
    lines = [[_texts(row) for row in rows[head.place : head.below]] for head in heads]
    _fill_down(numbers, rows, areas)
    found = []
    for number, head in enumerate(heads):
        end = heads[number + 1].place if number + 1 < len(heads) else len(rows)
        start = heads[number - 1].below if number else 0
        above = [texts[0] for row in rows[start : head.place] if len(texts := _texts(row)) == 1]
        kept, skipped = _entries(
            head, lines[number], numbers[head.below : end], rows[head.below : end], last=end == len(rows)
        )
        found.append(Found(sheet, numbers[head.place], head.high, head.headings, above[-_HIGH:], kept, skipped))
    return found


def _looked_at(sheet: Sheet) -> tuple[list[int], list[list[Raw]]]:
    numbers, rows = [], []
    for number, row in islice(sheet.rows(), ROWS):
        if _texts(row[:COLUMNS]):
            numbers.append(number)
            rows.append(list(row[:COLUMNS]))
    return numbers, rows


def _heads(numbers: Sequence[int], rows: Sequence[list[Raw]], areas: Areas, headings: Headings) -> Iterator[_Head]:
    """Rows that may be headings, with how many of them are known to the kind that knows most."""
    least = min(_LEAST_KNOWN, max((len(_texts(row)) for row in rows), default=0))
    for place, row in enumerate(rows):
        for high in range(1, _HIGH + 1):
            window = numbers[place : place + high]
            if len(window) < high or any(later != earlier + 1 for earlier, later in pairwise(window)):
                break
            titles = [title for title in _titles(window, rows[place : place + high], areas) if title.written]
            if high == 1 and sum(isinstance(cell, str) for cell in row) * 2 < len(titles):
                break
            best, known = 0.0, [title for title in titles if headings.knows(title.written)]
            for kind in headings.columns if len(known) >= least else ():
                likeness: dict[tuple[str, ...], float] = {}
                for title in known:
                    match = headings.exact(kind, title.written)
                    likeness[match.fields] = max(match.likeness, likeness.get(match.fields, 0))
                if len(likeness.keys() - {()}) >= least:
                    best = max(best, sum(likeness.values()))
            if best and (least > 1 or place + high < len(rows)):
                yield _Head(place, high, titles, best)


def _best(heads: Iterator[_Head]) -> list[_Head]:
    """Those that know most, none of which shares a row with another, or only repeats the headings of an earlier one."""
    chosen: list[_Head] = []
    repeated: list[_Head] = []
    for head in sorted(heads, key=lambda head: (-head.known, head.high, head.place)):
        if all(head.place >= other.below or other.place >= head.below for other in chosen + repeated):
            again = any(head.headings == other.headings for other in chosen)
            (repeated if again else chosen).append(head)
    return sorted(chosen, key=lambda head: head.place)


def _titles(numbers: Sequence[int], rows: Sequence[list[Raw]], areas: Areas) -> list[Heading]:
    """By column, the cells one above the other as the reader of tables joins them: an empty one may belong to the group that
    the cell to its left names."""
    width = max(map(len, rows))
    grid = [[_line(row[place]) if place < len(row) else "" for place in range(width)] for row in rows]
    inside: set[tuple[int, int]] = set()
    for first, left, last, right in areas:
        for level in range(max(first, numbers[0]) - numbers[0], min(last, numbers[-1]) - numbers[0] + 1):
            said = grid[first - numbers[0]][left - 1] if first >= numbers[0] and left <= width else ""
            for place in range(left - 1, min(right, width)):
                grid[level][place] = said
                inside.add((level, place))
    bare = [list(line) for line in grid]
    for level, line in enumerate(grid):
        for place in range(1, width):
            if not line[place] and (level, place) not in inside and any(lower[place] for lower in grid[level + 1 :]):
                line[place] = line[place - 1]
    return [Heading(_joined(grid, place), _joined(bare, place), place) for place in range(width)]


def _joined(grid: Sequence[Sequence[str]], place: int) -> str:
    parts: list[str] = []
    for line in grid:
        if line[place] and fold(line[place]) not in map(fold, parts[-1:]):
            parts.append(line[place])
    return " / ".join(parts)


def _line(raw: Raw) -> str:
    return " ".join(UNSEEN.sub("", shown(raw)).split())


def _fill_down(numbers: Sequence[int], rows: Sequence[list[Raw]], areas: Areas) -> None:
    """Cells that are merged downwards all say what the first of them says."""
    places = {number: place for place, number in enumerate(numbers)}
    for first, left, last, _ in areas:
        if last > first and first in places and left <= COLUMNS:
            row = rows[places[first]]
            said = row[left - 1] if left <= len(row) else None
            for place in range(places[first] + 1, len(rows)):
                if numbers[place] > last:
                    break
                rows[place].extend([None] * (left - len(rows[place])))
                rows[place][left - 1] = said


def _entries(
    head: _Head, lines: Sequence[list[str]], numbers: Sequence[int], rows: Sequence[list[Raw]], *, last: bool
) -> tuple[list[list[Raw]], dict[tuple[int, str], list[int]]]:
    """The rows that seem to be entries, and the others. `lines` are the texts of the headings, which may come again."""
    left, right = head.headings[0].place, head.headings[-1].place
    kept: list[list[Raw]] = []
    skipped: dict[tuple[int, str], list[int]] = {}
    for place, row in enumerate(rows):
        texts = _texts(row[left : right + 1])
        if not texts or texts in lines:
            continue
        over_next = not last and all(len(_texts(later)) == 1 for later in rows[place:])
        if len(head.headings) > 1 and (over_next or _is_no_entry(texts, len(head.headings))):
            start = next(at for at, cell in enumerate(row) if at >= left and _line(cell))
            skipped.setdefault((start, texts[0]), []).append(numbers[place])
        else:
            kept.append(row)
    return kept, skipped


def _is_no_entry(texts: Sequence[str], width: int) -> bool:
    """Whether a row is a total, a note or the end of a list; a row that says much is none of these."""
    word = fold(texts[0])
    if len(texts) * 2 > width > 2:
        return False
    return word in said_by_rows("totals") + said_by_rows("ends") or (
        len(texts) == 1 and word.startswith(said_by_rows("notes"))
    )


def _texts(row: Sequence[Raw]) -> list[str]:
    return [text for cell in row if (text := _line(cell))]
