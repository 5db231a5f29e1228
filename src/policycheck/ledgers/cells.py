"""What stands in a cell, where it stands, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Literal, NamedTuple, Protocol

from ..excel.cells import Moment, Odd, Raw
from ..model import Origin

__all__ = ["ABSENT", "NO_VALUE", "UNKNOWN", "Moment", "Nothing", "Odd", "Origin", "Raw", "Sheet", "Unread"]


class Unread(NamedTuple):
    """A value that nobody can read for sure. `key` names the problem, `facts` fill its message."""

    key: str
    facts: Mapping[str, object] = {}


NO_VALUE = ("cell_error", "cell_formula")
"""The keys of cells of which nobody wrote what they hold: with them nothing is imported."""


class Nothing(Enum):
    """What an empty cell says: nothing, and the field is left out. Or that nobody knows what a field was."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


ABSENT: Literal[Nothing.ABSENT] = Nothing.ABSENT
UNKNOWN: Literal[Nothing.UNKNOWN] = Nothing.UNKNOWN


class Sheet(Protocol):
    """A table of cells, read from the first row to the last each time it is asked for."""

    @property
    def file(self) -> str:
        """The name of the file, as problems print it."""

    @property
    def name(self) -> str | None:
        """The name of the sheet; None where a file has none."""

    @property
    def epoch(self) -> Literal["1900", "1904"] | None:
        """Where the serial numbers of its days begin; None where a number is just a number."""

    @property
    def merged(self) -> tuple[tuple[int, int, int, int], ...]:
        """First row, first column, last row, last column of each group of merged cells, counted from 1."""

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        """The rows that hold anything, with their numbers counted from 1. The first value of a row is that of column A;
        empty cells at its end may be left out."""

    def origin(self, row: int, column: int) -> Origin:
        """The place of a cell, counted from 1."""
