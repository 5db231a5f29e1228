"""How tables become resources: what a mapping says, whatever it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

from .values import Options, Reader, reader
from .words import fold

OWN = {"{sheet}", "{file}"}
"""What can stand in the place of a heading: the names of the sheet and of the file."""


class Column(NamedTuple):
    """A column that is read. `written` is its heading as the mapping has it, and `titles` are those that it may have,
    folded; `field` is None for one that is known and not read."""

    written: str
    titles: tuple[str, ...]
    field: str | None = None
    node: Mapping[str, Any] = {}
    options: Options = Options()
    fill_down: bool = False
    required: bool = False

    def reader(self, schemas: Mapping[str, Any], epoch: Literal["1900", "1904"] | None) -> Reader:
        """What reads its cells in a sheet whose serial numbers of days begin at `epoch`."""
        days = self.options.days
        own = days if days.epoch else days._replace(epoch=epoch, stated=False)
        return reader(self.node, schemas, self.options._replace(days=own))


class Rule(NamedTuple):
    """Says which rows: those whose cell under one of the headings is like one of the patterns; without headings, the first
    cell that holds anything. `patterns` are these as the mapping has them; `below` are the rows that follow without an empty
    one between them, too."""

    written: str
    titles: tuple[str, ...]
    like: re.Pattern[str]
    patterns: tuple[str, ...] = ()
    below: bool = False

    @property
    def is_of_ascii(self) -> bool:
        """Whether a text of ASCII alone can be like it."""
        return any(pattern.isascii() for pattern in self.like.pattern.split("|"))

    def pattern_of(self, text: str) -> str:
        """The one of its patterns that a folded text is like."""
        return next(one for one in self.patterns if fnmatchcase(text, folded_pattern(one)))


class Table(NamedTuple):
    """One table of a mapping. `key` is how the id is made: texts, and the columns whose cells stand between them; without
    it, a column holds the id. `area` are the columns between which it stands, counted from 0. Under headings of which one
    is in `without` it does not stand; nor, if there is `having`, under headings of which none is a title of that. Its rows
    are those that all of `only` fit; without `only`, those that no other table under the same headings claims by its
    own."""

    name: str
    kind: str
    columns: tuple[Column, ...]
    files: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    area: tuple[int, int] = (0, 1 << 14)
    header_row: int | None = None
    header_rows: int = 1
    key: tuple[str | Column, ...] = ()
    given: Mapping[str, object] = {}
    skip: tuple[Rule, ...] = ()
    only: tuple[Rule, ...] = ()
    without: frozenset[str] = frozenset()
    having: Column | None = None
    optional: bool = False
    log: bool = False

    def may_stand_in(self, file: str, sheet: str | None) -> bool:
        """Whether the mapping lets it stand in this sheet of this file."""
        return _is_like(file, self.files) and (sheet is None or _is_like(sheet, self.sheets))

    @property
    def ids(self) -> list[Column]:
        """The columns that ids are made of."""
        parts = [part for part in self.key if isinstance(part, Column)]
        return parts or [column for column in self.columns if column.field == "id"]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it speaks of."""
        own = {column.field for column in self.columns if column.field}
        return frozenset({"id", "department", *own, *self.given})


class MappingFile(NamedTuple):
    """A mapping. `department` is that of rows that name none."""

    tables: tuple[Table, ...]
    output: str | None = None
    department: str | None = None
    encoding: str | None = None
    rows_at: str | None = None
    separator: str | None = None


def folded_pattern(written: str) -> str:
    """Of the characters that mean something in patterns of names, the brackets do not."""
    return fold(written).replace("[", "[[]")


def _is_like(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns fits that do not begin with “!”, if there are any, and none of those that do."""
    text = fold(name)
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    fits = not wanted or any(fnmatchcase(text, pattern) for pattern in wanted)
    return fits and not any(fnmatchcase(text, pattern[1:]) for pattern in patterns if pattern.startswith("!"))
