"""What stands in a cell, where it stands, and what became of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Literal, NamedTuple, Protocol, TypeAlias

from ..model import Origin


class Odd(NamedTuple):
    """A cell that has no value to be used: an error, a formula without its result, a number that is shown as something
    else. `key` is that of the problem with it."""

    key: str
    shown: str


Moment: TypeAlias = datetime.datetime | datetime.date | datetime.time | datetime.timedelta
Raw: TypeAlias = str | int | float | bool | Moment | list[object] | dict[str, object] | Odd | None
"""What a cell holds as it was read. Of texts nothing is taken away; None is an empty cell."""


class Unread(NamedTuple):
    """A value that nobody can read for sure. `key` names the problem, `facts` fill its message."""

    key: str
    facts: Mapping[str, object] = {}


NO_VALUE = ("cell_error", "cell_formula")
"""The keys of cells of which nobody wrote what they hold: with them nothing is imported."""


class Nothing(Enum):
    """What an empty cell says: nothing. The field is left out."""

    ABSENT = "absent"


ABSENT: Literal[Nothing.ABSENT] = Nothing.ABSENT


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
