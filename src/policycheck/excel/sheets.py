"""One sheet of a workbook, row by row, in one pass over its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Origin
from .cells import Raw
from .package import Unsafe, safe_parser, sound
from .rows import COLUMN, COLUMNS, ROWS, Book, Epoch, RowReader, letters

_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_MERGE = re.compile(rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([^\"']*)[\"']")
_AREAS = 1 << 18
_OVERLAP = 1 << 10
"""No tag of a group of merged cells is longer."""

Area = tuple[int, int, int, int]


class ExcelSheet:
    """A sheet as `Sheet` says. Its rows raise LedgerError where the XML is not what a spreadsheet writes."""

    def __init__(self, book: Book, name: str, part: str, *, hidden: bool) -> None:
        self.file, self.name, self.hidden = book.file, name, hidden
        self.epoch: Epoch = book.epoch
        self._book, self._part = book, part
        self._merged: tuple[Area, ...] | None = None

    @property
    def merged(self) -> tuple[Area, ...]:
        """They stand behind the cells, so they are looked for in the bytes, where no text can look like them."""
        if self._merged is None:
            found: list[Area] = []
            tail = b""
            with sound(self.file):
                for chunk in self._book.package.chunks(self._part):
                    window = tail + chunk
                    ends = 0
                    for match in _MERGE.finditer(window) if b"mergeCell" in window else ():
                        found.append(self._area(match[1].decode("latin-1")))
                        ends = match.end()
                    tail = window[max(ends, len(window) - _OVERLAP) :]
                    if len(found) > _AREAS:
                        raise Unsafe("part_too_long", part=self._part, limit=_AREAS)
            self._merged = tuple(found)
        return self._merged

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        merged = self.merged
        reader = RowReader(self._book, self.name)
        with sound(self.file):
            parser = safe_parser(self._part, reader)
            parser.CharacterDataHandler = reader.pieces.append
            for chunk in self._book.package.chunks(self._part):
                parser.Parse(chunk)
                yield from reader.done
                reader.done.clear()
                if len(reader.merged) > len(merged):
                    break
            else:
                parser.Parse(b"", True)
            if tuple(map(self._area, reader.merged)) != merged:
                raise Unsafe("part_unexpected", part=self._part, detail="mergeCell")

    def origin(self, row: int, column: int) -> Origin:
        return Origin(self.file, self.name, f"{letters(column)}{row}")

    def _area(self, text: str) -> Area:
        corners = [_REFERENCE.fullmatch(corner) for corner in text.split(":")]
        if not all(corners) or len(corners) > 2:
            raise Unsafe("part_unexpected", part=self._part, detail=f"mergeCell {text}")
        places = [(int(corner[2]), COLUMN[corner[1]]) for corner in corners if corner]
        (top, left), (bottom, right) = places[0], places[-1]
        if not (1 <= top <= bottom <= ROWS and left <= right <= COLUMNS):
            raise Unsafe("part_unexpected", part=self._part, detail=f"mergeCell {text}")
        return top, left, bottom, right
