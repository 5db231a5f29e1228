"""Rows under headings that may not be what they seem."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import chain, islice

from ..model import Location, Problem
from .cells import Raw
from .layouts import Layout
from .repeats import Finder
from .words import shown


class Checks:
    """Looks at the entries of a table. `width` is how many columns there are that have a heading, or may have one; None where
    cells to the right of these are no harm."""

    def __init__(self, layout: Layout, width: int | None) -> None:
        self._layout, self._width = layout, width
        columns, ids = layout.table.columns, layout.ids
        read = [column for column in columns if column.field and column.written in layout.columns]
        said = {layout.columns[column.written] for column in read if not column.fill_down} - ids
        self._said = sorted(said)
        self._other = [
            place for place in (*chain.from_iterable(layout.alike.values()), *layout.unnamed) if place not in ids | said
        ]
        self._ids = sorted(ids)

    def refusals(self, numbers: Sequence[int], rows: Sequence[list[Raw]], entries: Sequence[int]) -> Iterator[Problem]:
        """The entries, given by their places, that cannot be imported, as they may be something else."""
        first, width = self._said[0] if self._said else -1, self._width or 1 << 20
        for place in entries:
            row = rows[place]
            if width < len(row) or len(row) <= first or row[first] is None or row[first] == "":
                yield from self._refusal(numbers[place], row)

    def headings(
        self, numbers: Sequence[int], rows: Sequence[list[Raw]], entries: Sequence[int], words: Finder
    ) -> Iterator[Problem]:
        """The entries that have nothing but headings, which are among the words, where their id should stand."""
        own = [[row[place] for place in self._ids if place < len(row)] for row in map(rows.__getitem__, entries)]
        said = words.among(chain.from_iterable(own))
        for entry, cells in zip(entries, own, strict=True) if said else ():
            if cells and all(type(cell) is str and cell in said for cell in cells):
                facts = {"table": self._layout.table.name}
                yield self._problem("headings_inside", numbers[entry], self._ids[0], facts)

    def _refusal(self, number: int, row: list[Raw]) -> Iterator[Problem]:
        width = self._width or len(row)
        beyond = next((place for place in range(width, len(row)) if shown(row[place]).strip()), None)
        if beyond is not None:
            yield self._problem("row_too_wide", number, beyond, {"value": row[beyond], "count": width})
        elif self._said and not any(self._tells(row, place) for place in (*self._said, *self._other)):
            place = self._ids[0] if self._ids else self._layout.left
            said = shown(row[place]).strip() if place < len(row) else ""
            if said:
                yield self._problem("row_of_id_alone", number, place, {"value": said})

    def _tells(self, row: list[Raw], place: int) -> bool:
        text = shown(row[place]).strip() if place < len(row) else ""
        return bool(text) and not (place in self._other and text.isdecimal())

    def _problem(self, key: str, number: int, place: int, facts: Mapping[str, object]) -> Problem:
        return Problem(key, Location(str(self._layout.sheet.origin(number, place + 1))), facts)


def width_of(layout: Layout) -> int:
    """How many columns there are up to the last one that has anything in the rows of the headings."""
    filled = (place for row in layout.headings for place, cell in enumerate(row, 1) if shown(cell).strip())
    return max(filled, default=0)


def is_only_numbered(layout: Layout, row: list[Raw], unread: Container[int]) -> bool:
    """Whether a row holds nothing but a number in a column that is not read: it was numbered ahead."""
    span = enumerate(row[layout.left : layout.right + 1], layout.left)
    said = list(islice(((place, cell) for place, cell in span if cell is not None and cell != ""), 2))
    return len(said) == 1 and said[0][0] in unread and shown(said[0][1]).isdecimal()
