"""The cells of a sheet, from the elements of its XML as they come."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from ..errors import LedgerError
from .cells import Odd, Raw
from .formats import Format, value_of
from .package import Package, Unsafe

ROWS, COLUMNS = 1 << 20, 1 << 14
"""What Excel has of them."""
_DEPTH = 100
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", re.ASCII)
_ESCAPE = re.compile("(?:_x[0-9A-Fa-f]{4}_)+")


Epoch: TypeAlias = Literal["1900", "1904"]


class Book(NamedTuple):
    """What the sheets of a workbook share. `calculated` is false where the workbook asks to be calculated when it is opened:
    programs that cannot do it themselves write that, and 0 for every result."""

    file: str
    package: Package
    strings: Sequence[str]
    formats: Sequence[Format]
    epoch: Epoch
    calculated: bool


class RowReader:
    """Takes the elements of a sheet as they come, and leaves rows in `done`."""

    def __init__(self, book: Book, sheet: str) -> None:
        self.done: list[tuple[int, list[Raw]]] = []
        self.pieces: list[str] = []
        self.merged: list[str] = []
        self._book, self._sheet = book, sheet
        self._strings, self._formats = book.strings, book.formats
        self._plain = [form.plain for form in book.formats]
        self._texts = [form.text for form in book.formats]
        self._row_tag = self._cell_tag = self._value_tag = ""
        self._row, self._row_text, self._cells = 0, "", list[Raw]()
        self._in_row = False
        self._at: dict[str, str] | None = None
        self._column = 0
        self._value: str | None = None
        self._formula: str | None = None
        self._inline: list[str] = []
        self._depth = self._phonetic = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self._value_tag:
            self.pieces.clear()
        elif tag == self._cell_tag:
            if self._at is not None or not self._in_row:
                self._refuse("broken_cell", "c")
            self._at = attributes
            self._value = self._formula = None
            reference = attributes.get("r")
            if reference is None:
                column = self._column + 1
            else:
                ahead = reference.removesuffix(self._row_text)
                column = 0 if ahead == reference else COLUMN[ahead]
            if not self._column < column <= COLUMNS:
                self._refuse("cells_out_of_order", reference or letters(self._column))
            self._column = column
        elif tag == self._row_tag:
            if self._in_row:
                self._refuse("broken_cell", "row")
            given = attributes.get("r")
            row = self._row + 1 if given is None else int(given) if given.isdecimal() and len(given) < 8 else 0
            if not self._row < row <= ROWS:
                self._refuse("cells_out_of_order", given or str(self._row))
            self._row, self._row_text, self._in_row, self._column = row, str(row), True, 0
        else:
            self._start_other(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == self._value_tag:
            self._value = "".join(self.pieces)
        elif tag == self._cell_tag:
            value = self._cell()
            self._at = None
            if value is not None:
                missing = self._column - 1 - len(self._cells)
                if missing:
                    self._cells += [None] * missing
                self._cells.append(value)
        elif tag == self._row_tag:
            if self._cells:
                self.done.append((self._row, self._cells))
                self._cells = []
            self._in_row = False
            self.pieces.clear()
        else:
            self._end_other(tag.rpartition(" ")[2])

    def _start_other(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not self._depth:
            if name != "worksheet":
                raise Unsafe("part_unexpected", part=self._sheet, detail=f"<{name}>")
            self._row_tag, self._cell_tag, self._value_tag = f"{space} row", f"{space} c", f"{space} v"
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unsafe("part_too_deep", part=self._sheet)
        if name == "rPh":
            self._phonetic += 1
        elif name == "is":
            self._inline = []
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        self.pieces.clear()

    def _end_other(self, name: str) -> None:
        self._depth -= 1
        if name == "rPh":
            self._phonetic -= 1
        elif name == "t" and not self._phonetic:
            self._inline += self.pieces
        elif name == "is":
            self._value = "".join(self._inline)
        elif name == "f" and self._at is not None:
            self._formula = "=" + "".join(self.pieces)
        self.pieces.clear()

    def _cell(self) -> Raw:
        """What the cell holds that ends here."""
        at, text = self._at, self._value
        assert at is not None
        kind = at.get("t", "n")
        if kind == "e":
            return Odd("cell_error", text or "")
        if self._formula is not None and (
            not (text or (text is not None and kind == "str")) or (text == "0" and not self._book.calculated)
        ):
            return Odd("cell_formula", self._formula)
        if not text:
            return None
        try:
            if kind == "s":
                if text[0] == "-":
                    raise ValueError(text)
                return self._shown(self._strings[int(text)], at)
            if kind == "n":
                return self._number(text, int(at.get("s", 0)))
            if kind in ("str", "inlineStr"):
                return self._shown(unescaped(text), at)
            if kind == "b":
                return {"1": True, "0": False, "true": True, "false": False}[text]
            if kind == "d":
                return datetime.datetime.fromisoformat(text)
        except (ValueError, LookupError, OverflowError):
            pass
        return self._refuse("broken_cell", f'<c t="{kind}"><v>{text[:40]}')

    def _number(self, text: str, style: int) -> Raw:
        if text.isdecimal() and text.isascii():
            number: float = int(text)
        else:
            found = _NUMBER.fullmatch(text.strip())
            if not found:
                raise ValueError(text)
            number = float(text) if found[1] or found[2] else int(text)
            if number in (float("inf"), float("-inf")):
                raise ValueError(text)
        if self._plain[style]:
            return number
        return value_of(number, self._formats[style], self._book.epoch)

    def _shown(self, text: str, at: dict[str, str]) -> Raw:
        style = at.get("s")
        if style is None or self._texts[int(style)]:
            return text or None
        return Odd("cell_format", f"{text} [{self._formats[int(style)].code}]")

    def _refuse(self, key: str, detail: str) -> NoReturn:
        place = f"{letters(self._column) if self._column else 'A'}{self._row or 1}"
        raise LedgerError(key, file=self._book.file, sheet=self._sheet, cell=place, detail=detail)


def unescaped(text: str) -> str:
    """A text without the way in which Excel writes what XML cannot hold. Line ends are those of Unix."""
    if "_x" in text:
        text = _ESCAPE.sub(_characters, text)
    return text.replace("\r\n", "\n") if "\r" in text else text


def _characters(match: re.Match[str]) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "little") for unit in re.findall("_x(.{4})_", match[0]))
    return units.decode("utf-16-le", "replace")


class _Columns(dict[str, int]):
    """The numbers of columns by their letters; 0 for what names no column."""

    def __missing__(self, name: str) -> int:
        number = 0
        for letter in name if re.fullmatch("[A-Z]{1,3}", name) else "":
            number = number * 26 + ord(letter) - 64
        if 0 < number <= COLUMNS:
            self[name] = number
            return number
        return 0


COLUMN = _Columns()


def letters(column: int) -> str:
    """The letters of a column, counted from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
