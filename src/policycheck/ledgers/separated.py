"""Text files of separated values, as spreadsheets, directories and asset tools write them."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ..errors import LedgerError
from ..excel.rows import letters
from ..inventory.discovery import name_of
from ..model import Location, Origin, Problem
from .cells import Raw
from .encodings import CHUNK, ENCODINGS, decide

_FIELD = 1 << 20
_FIRST_LINES = 20
_BLOCK = 1024
_FLAWS = {"unexpected end": "quote_left_open", "expected after": "text_behind_quote", "field larger": "cell_too_long"}
"""The problems that the reader of separated values tells of in these words."""


class SeparatedSheet:
    """A text file as `Sheet` says; an empty text is an empty cell. Every reading of it goes through the file again, and
    raises LedgerError if it is no longer the file that was opened."""

    name = None
    merged = ()
    epoch = None

    def __init__(self, path: Path, encoding: str | None = None, separator: str | None = None) -> None:
        """Finds out the encoding and the separator that are not given. Raises LedgerError for what cannot be read for sure,
        and UsageError for an encoding that there is not."""
        self.file = name_of(path)
        self.detected = encoding is None
        self._path = path
        self._version: tuple[int, ...] | None = None
        with self._open() as stream:
            self.codec, look = decide(stream, self.file, encoding)
        self._formulas = look.formulas
        if look.empty:
            raise LedgerError("empty_ledger", file=self.file)
        lines = self._first_lines()
        self._named = lines[0].lower().startswith("sep=") and len(lines[0].rstrip("\r\n")) == 5
        if separator is None:
            separator = lines[0][4] if self._named else _separator_of(lines, path.suffix.lower(), self.codec)
        self.separator = separator

    @property
    def read_as(self) -> dict[str, object]:
        """The encoding and the separator, for people."""
        return {
            "encoding": ENCODINGS[self.codec],
            "separator": "TAB" if self.separator == "\t" else self.separator,
        }

    def blocks(self) -> Iterator[tuple[int, list[list[str]]]]:
        """All records in lists, each with the number of its first; a record without anything is empty."""
        csv.field_size_limit(max(csv.field_size_limit(), _FIELD))
        with self._open() as raw, io.TextIOWrapper(raw, self.codec, newline="") as stream:
            reader = csv.reader(stream, delimiter=self.separator, strict=True)
            first = 1
            try:
                while block := list(islice(reader, _BLOCK)):
                    if first == 1 and self._named:
                        block[0] = []
                    yield first, _unwrapped(block) if self._formulas else block
                    first += len(block)
            except csv.Error as error:
                line = self._line_of_flaw()
                key = next((key for said, key in _FLAWS.items() if said in str(error)), None)
                reason = Problem(key, Location(self.file, line)) if key else str(error)
                raise LedgerError("broken_record", file=self.file, line=line, reason=reason) from None
            except UnicodeDecodeError:
                raise LedgerError("changed_ledger", file=self.file) from None
            self._same(raw)

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        for first, block in self.blocks():
            for number, row in enumerate(block, first):
                if any(row):
                    yield number, row  # type: ignore[misc]

    def origin(self, row: int, column: int) -> Origin:
        return Origin(self.file, None, f"{letters(column)}{row}")

    def _open(self) -> BinaryIO:
        try:
            if not stat.S_ISREG(self._path.stat().st_mode):
                raise LedgerError(
                    "unreadable_ledger", file=self.file, reason=Problem("no_plain_file", Location(self.file))
                )
            stream = self._path.open("rb", buffering=CHUNK)
        except OSError as error:
            raise LedgerError("unreadable_ledger", file=self.file, reason=error.strerror) from None
        self._same(stream)
        return stream

    def _same(self, stream: BinaryIO) -> None:
        status = os.fstat(stream.fileno())
        version = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        if self._version not in (None, version):
            raise LedgerError("changed_ledger", file=self.file)
        self._version = version

    def _first_lines(self) -> list[str]:
        with self._open() as raw, io.TextIOWrapper(raw, self.codec, newline="") as stream:
            return list(islice(stream, _FIRST_LINES))

    def _line_of_flaw(self) -> int:
        """The line on which the record begins that is broken."""
        with self._open() as raw, io.TextIOWrapper(raw, self.codec, newline="") as stream:
            reader = csv.reader(stream, delimiter=self.separator, strict=True)
            line = 0
            try:
                for _ in reader:
                    line = reader.line_num
            except csv.Error:
                pass
            return line + 1


def _separator_of(lines: list[str], suffix: str, codec: str) -> str:
    """The one that most of the lines have; of several, the type of the file decides: tabs go before commas except in a .csv
    file, and semicolons come last."""
    if suffix == ".tsv":
        return "\t"
    order = ",\t;" if suffix == ".csv" and not codec.startswith("utf-16") else "\t,;"
    bare = ["".join(line.split('"')[::2]) for line in lines]
    return max(order, key=lambda separator: sum(separator in line for line in bare))


def _unwrapped(block: list[list[str]]) -> list[list[str]]:
    """Texts that were written as formulas, so that a spreadsheet leaves them alone: ="0012"."""
    return [
        [field[2:-1] if field.startswith('="') and field.endswith('"') and len(field) > 2 else field for field in row]
        for row in block
    ]
