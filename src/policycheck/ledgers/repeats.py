"""What in a sheet may be headings, of tables that were found already or not yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain

from .cells import Raw
from .layouts import Layout, columns_of
from .mapping import Table
from .words import fold, shown


class Finder:
    """Looks for some words among many cells. Most are left alone after a look at their first character."""

    def __init__(self, words: set[str]) -> None:
        """The words are folded."""
        self._words = words
        self._begin = {unicodedata.normalize("NFD", word)[:1] for word in words}
        self._may_begin: dict[str, bool] = {}

    def among(self, cells: Iterable[Raw]) -> set[str]:
        """The cells that say one of them."""
        said = [cell for cell in {*cells} if type(cell) is str and cell]
        begin = {character for character in {cell[0] for cell in said} if self._is_begin(character)}
        return {cell for cell in said if cell[0] in begin and fold(cell) in self._words}

    def counts(self, rows: Sequence[Sequence[Raw]]) -> list[int]:
        """How many cells of each row say one of them."""
        known = self.among(chain.from_iterable(rows))
        return [sum(map(known.__contains__, row)) if known else 0 for row in rows]

    def _is_begin(self, character: str) -> bool:
        """Whether a word may be written with this character first: whatever its width, its case and its marks."""
        known = self._may_begin.get(character)
        if known is None:
            plain = unicodedata.normalize("NFD", fold(character))[:1]
            known = self._may_begin[character] = not plain or plain in self._begin
        return known


def headings_of(tables: Sequence[Table]) -> Finder:
    """The headings that some tables know, and the lines of those that have several."""
    return Finder({*chain.from_iterable(map(_titles_of, tables))})


def no_ids_of(tables: Sequence[Table]) -> Finder:
    """What is a heading where an id should stand: one over the ids of any table, or its end (番号 of 管理番号)."""
    titles = {title for table in tables for column in table.ids for title in column.titles}
    ends = {title[place:] for title in titles for place in range(1, len(title) - 1)}
    return Finder(titles | {end for end in ends if not end.isascii()})


def _titles_of(table: Table) -> set[str]:
    titles = {title for column in columns_of(table) for title in column.titles}
    return titles | {part for title in titles for part in title.split("/")} if table.header_rows > 1 else titles


def is_heading(row: Layout, before: Layout) -> bool:
    """Whether a row is most likely one of headings, and not an entry under those that stand before: most of its cells are
    headings that the table knows, three of them or one in another column."""
    filled = sum(bool(shown(cell).strip()) for cell in row.headings[-1] if cell is not None)
    moved = any(before.columns.get(written) != place for written, place in row.columns.items())
    known = len(row.columns)
    return known * 2 > filled and (known > 2 or (known > 1 and moved))


def is_same(one: Layout, other: Layout) -> bool:
    """Whether all rows under one can be read as those under the other."""
    return (
        one.table.name == other.table.name and one.alike == other.alike and one.unnamed.keys() == other.unnamed.keys()
    )
