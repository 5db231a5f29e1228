"""Rows further down that may be headings once more: of a table that was found already."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import chain

from .cells import Raw
from .layouts import Layout
from .mapping import Table
from .words import fold, shown


class Repeats:
    """Looks for the headings of tables among many rows. Most cells are left alone after a look at their first character."""

    def __init__(self) -> None:
        self._titles: set[str] = set()
        self._begin: set[str] = set()
        self._high = 1
        self._may_begin: dict[str, bool] = {}

    def expect(self, table: Table, titles: set[str]) -> None:
        """From now on, headings of this table are looked for, too."""
        if table.header_rows > 1:
            titles = titles | {part for title in titles for part in title.split("/")}
        self._titles |= titles
        self._begin |= {unicodedata.normalize("NFD", title)[:1] for title in titles}
        self._high = max(self._high, table.header_rows)
        self._may_begin.clear()

    def among(self, rows: Sequence[Sequence[Raw]]) -> list[int]:
        """The places of rows that may be the last one of headings."""
        if not self._titles:
            return []
        said = [cell for cell in {*chain.from_iterable(rows)} if type(cell) is str and cell]
        begin = {character for character in {cell[0] for cell in said} if self._is_begin(character)}
        known = {cell for cell in said if cell[0] in begin and fold(cell) in self._titles}
        if not known:
            return []
        few = 2 if self._high == 1 else 1
        found = [
            place for place, row in enumerate(rows) if sum(type(cell) is str and cell in known for cell in row) >= few
        ]
        if self._high == 1:
            return found
        return sorted({place + more for place in found for more in range(self._high) if place + more < len(rows)})

    def _is_begin(self, character: str) -> bool:
        """Whether a title may be written with this character first: whatever its width, its case and its marks."""
        known = self._may_begin.get(character)
        if known is None:
            plain = unicodedata.normalize("NFD", fold(character))[:1]
            known = self._may_begin[character] = not plain or plain in self._begin
        return known


def is_heading(row: Layout, before: Layout) -> bool:
    """Whether a row is most likely one of headings, and not an entry under those that stand before: most of its cells are
    headings that the table knows, three of them or one in another column."""
    known = len(row.columns)
    filled = sum(bool(shown(cell).strip()) for cell in row.headings[-1])
    moved = any(before.columns.get(written) != place for written, place in row.columns.items())
    return known * 2 > filled and (known > 2 or (known > 1 and moved))


def is_same(one: Layout, other: Layout) -> bool:
    """Whether all rows under one can be read as those under the other."""
    return (
        one.table.name == other.table.name
        and one.columns == other.columns
        and one.unnamed.keys() == other.unnamed.keys()
    )
