"""Where tables seem to stand in a sheet whose headings nobody has told: the rows of headings, and the rows below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import NamedTuple

from .cells import Raw, Sheet
from .guess_headings import KnownHeadings, said_by_rows, tells_of_events
from .layouts import Headings, joined
from .tables import SheetReader
from .words import UNSEEN, fold, shown

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
    """A table in a sheet. `first` is the number of the first of its `high` rows of headings, which `lines` are; `above` are the texts over it;
    `rows` are those below it that are looked at; `skipped` are the numbers of rows that are no entries, by the place and the
    text of their first cell."""

    sheet: Sheet
    first: int
    high: int
    headings: list[Heading]
    above: list[str]
    rows: list[list[Raw]]
    skipped: dict[tuple[int, str], list[int]]
    lines: list[tuple[int, list[Raw]]]

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


def find_tables(sheet: Sheet, known: KnownHeadings) -> list[Found]:
    """The tables one below the other, whose headings are known at least in part. Only the first rows are looked at."""
    numbers, rows = _looked_at(sheet)
    heads = _without_entries(_best(_heads(Headings(sheet), numbers, rows, known)), rows, known)
    lines = [[_texts(row) for row in rows[head.place : head.below]] for head in heads]
    found = []
    for number, head in enumerate(heads):
        end = heads[number + 1].place if number + 1 < len(heads) else len(rows)
        start = heads[number - 1].below if number else 0
        above = [texts[0] for row in rows[start : head.place] if len(texts := _texts(row)) == 1]
        kept, skipped = _entries(
            head, lines[number], numbers[head.below : end], rows[head.below : end], last=end == len(rows)
        )
        high = [*zip(numbers[head.place : head.below], rows[head.place : head.below], strict=True)]
        found.append(Found(sheet, numbers[head.place], head.high, head.headings, above[-_HIGH:], kept, skipped, high))
    return found


def grouped(found: Sequence[list[Found]]) -> list[tuple[list[Found], bool]]:
    """Tables with the same headings, each alone in its sheet, are one; and whether those of a group are alone."""
    groups: dict[tuple[object, ...], list[Found]] = {}
    for number, tables in enumerate(found):
        for table in tables:
            alone = len(tables) == 1
            titles = tuple(fold(title.written) for title in table.headings)
            key = (table.high, titles) if alone else (number, table.first)
            groups.setdefault((alone, *key), []).append(table)
    return [(group, bool(key[0])) for key, group in groups.items()]


def seen(sheet: Sheet) -> list[str]:
    """What may be the headings of a sheet of which none is known: the texts of the first row that has most of them."""
    return max((_texts(row) for row in _looked_at(sheet)[1]), key=len, default=[])


def _looked_at(sheet: Sheet) -> tuple[list[int], list[list[Raw]]]:
    numbers, rows = [], []
    read = chain.from_iterable(zip(*block, strict=True) for block in SheetReader(sheet, ()).read())
    for number, row in islice(read, ROWS):
        if _texts(row[:COLUMNS]):
            numbers.append(number)
            rows.append(list(row[:COLUMNS]))
    return numbers, rows


def _heads(
    headings: Headings, numbers: Sequence[int], rows: Sequence[list[Raw]], known: KnownHeadings
) -> Iterator[_Head]:
    """Rows that may be headings, with how many of them are known to the kind that knows most."""
    least = min(_LEAST_KNOWN, max((len(_texts(row)) for row in rows), default=0))
    for place, row in enumerate(rows):
        for high in range(1, _HIGH + 1):
            window = numbers[place : place + high]
            if len(window) < high or any(later != earlier + 1 for earlier, later in pairwise(window)):
                break
            stacks = headings.stacks(list(zip(window, rows[place:], strict=False)), _line)
            read = (Heading(joined(own, " / "), joined(bare, " / "), at) for at, (own, bare) in stacks.items())
            titles = [title for title in read if title.written]
            if high == 1 and sum(isinstance(cell, str) for cell in row) * 2 < len(titles):
                break
            best = _explained(titles, known, least)
            if best and (least > 1 or place + high < len(rows)):
                yield _Head(place, high, titles, best)


def _explained(titles: Sequence[Heading], known: KnownHeadings, least: int) -> float:
    """How much the kind says that knows most of these headings; 0 where none knows enough. Next to one that is known, a
    heading of events is enough."""
    best, sure = 0.0, [title for title in titles if known.knows(title.written)]
    events = sum(tells_of_events(title.written) and title not in sure for title in titles)
    for kind in known.columns if len(sure) + events >= least else ():
        likeness: dict[tuple[str, ...], float] = {}
        for title in sure:
            match = known.exact(kind, title.written)
            likeness[match.fields] = max(match.likeness, likeness.get(match.fields, 0))
        if (fields := len(likeness.keys() - {()})) and fields + events >= least:
            best = max(best, sum(likeness.values()))
    return best


def _best(heads: Iterator[_Head]) -> list[_Head]:
    """Those that know most, none of which shares a row with another, or only repeats the headings of an earlier one."""
    chosen: list[_Head] = []
    repeated: list[_Head] = []
    for head in sorted(heads, key=lambda head: (-head.known, head.high, head.place)):
        if all(head.place >= other.below or other.place >= head.below for other in chosen + repeated):
            again = any(head.headings == other.headings for other in chosen)
            (repeated if again else chosen).append(head)
    return sorted(chosen, key=lambda head: head.place)


def _without_entries(heads: Sequence[_Head], rows: Sequence[list[Raw]], known: KnownHeadings) -> list[_Head]:
    """Those that are headings even without what is a value under the headings above: a value of their field, or a text that
    the same column says in another row, too, that may be no headings."""
    kept: list[_Head] = []
    headed = {place for head in heads for place in range(head.place, head.below)}
    for head in heads:
        above = {title.place: title for title in kept[-1].headings} if kept else {}
        own, first = rows[head.below - 1], head.headings[0].place
        below = (row for place, row in enumerate(rows) if place >= head.below and place not in headed)
        others = [row for row in below if cell_at(row, first) != cell_at(own, first)]
        titles = []
        for title in head.headings:
            cell = cell_at(own, title.place)
            if not (_line(cell) and title.place in above) or (
                not any(cell_at(row, title.place) == cell for row in others)
                and not known.is_value(above[title.place].written, cell)
            ):
                titles.append(title)
        if not kept or _explained(titles, known, _LEAST_KNOWN if len(head.headings) > 1 else 1):
            kept.append(head)
    return kept


def cell_at(row: Sequence[Raw], place: int) -> Raw:
    return row[place] if place < len(row) else None


def _line(raw: Raw) -> str:
    return " ".join(UNSEEN.sub("", shown(raw)).split())


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
