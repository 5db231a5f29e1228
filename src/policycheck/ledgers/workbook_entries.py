"""What a workbook that was exported says, entry by entry, and where each value stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from ..model import Fields, Location, Problem
from .cells import ABSENT, UNKNOWN
from .changes import Difference, Key
from .layouts import Layout
from .mapping import Column
from .paths import put, same, value_at


class Spot(NamedTuple):
    """A row of a sheet. `columns` are those of the sheet by their fields, or what else they are."""

    layout: Layout
    number: int
    columns: Mapping[str, Column]

    def cell(self, field: str = "") -> str:
        """The place of the cell of a field; that of the row where there is none."""
        return self.layout.place(self.number, self.columns.get(field))

    def named(self, field: str = "") -> str:
        """The same, with the name of the file alone."""
        file = self.layout.sheet.file
        return f"{PurePath(file).name}{self.cell(field).removeprefix(file)}"


class Own(NamedTuple):
    """An entry of the workbook, the name of the file that it belongs to (None if it does not say), its row, and those of
    what it lists on sheets of their own, by their fields."""

    fields: Fields
    file: str | None
    spot: Spot
    rows: dict[str, list[Spot]]


class UnsureError(Exception):
    """Nobody knows to which of the members in the file the rows of a sheet belong."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Part(NamedTuple):
    """A sheet of what the entries of a kind list. The members of a list are told apart by the fields of `names`; `lacking`
    are the fields without a column, with its title; `says_none` tells whether the sheet of the kind has the column in which
    it is said that there are none."""

    field: str
    names: Sequence[str]
    lacking: Mapping[str, str]
    says_none: bool

    def completed(self, key: Key, own: Own, held: object) -> object:
        """The members that the workbook has, with those fields of the file for which it has no column.

        Raises UnsureError.
        """
        said = value_at(own.fields, self.field)
        if said is ABSENT and not self.says_none:
            return held
        if not said or not isinstance(said, (dict, list)) or not self._loses(own for _, own in self._members(held)):
            return said
        bare = [[name, self._bare(fields)] for name, fields in self._members(held)]
        if same([*map(list, self._members(said))], bare):
            return held
        known, wanted = self.by_name(held), self.by_name(said)
        gone = [] if known is None or wanted is None else [known[name] for name in known.keys() - wanted.keys()]
        if known is None or wanted is None or (wanted.keys() - known.keys() and self._loses(gone)):
            facts = {"kind": key[0], "id": key[1], "columns": [*self.lacking.values()]}
            raise UnsureError(Problem("workbook_rows_unsure", Location(own.rows[self.field][0].cell()), facts))
        made = {name: self._filled(fields, known.get(name, {})) for name, fields in wanted.items()}
        return made if isinstance(said, dict) else [*made.values()]

    def _loses(self, members: Iterable[Fields]) -> bool:
        """Whether one of them has a field without a column."""
        return any(value_at(fields, name) is not ABSENT for fields in members for name in self.lacking)

    def _bare(self, fields: Fields) -> Fields:
        for name in self.lacking:
            fields = put(fields, name, ABSENT)
        return fields

    def _filled(self, fields: Fields, held: Fields) -> Fields:
        for name in self.lacking:
            fields = put(fields, name, value_at(held, name))
        return fields

    def by_name(self, value: object) -> dict[str, Fields] | None:
        """The members by their names; None where two have one name."""
        members = [*self._members(value)]
        found = dict(members)
        return found if len(found) == len(members) else None

    def _members(self, value: object) -> Iterator[tuple[str, Fields]]:
        if isinstance(value, dict):
            yield from value.items()
        elif isinstance(value, list):
            yield from ((" / ".join(str(fields.get(name)) for name in self.names), fields) for fields in value)

    def told(self, difference: Difference, own: Own) -> Iterator[Difference]:
        """What is different in the members, with the cells in which it stands. That of another order is one difference."""
        old, new = self.by_name(difference.old), self.by_name(difference.new)
        found = []
        for number, name in enumerate({**new, **old} if old and new else ()):
            before, after = (side.get(name, ABSENT) for side in (old or {}, new or {}))
            spot = own.rows[self.field][number] if after is not ABSENT else own.spot
            if before is ABSENT or after is ABSENT:
                found.append((name, before, after, spot.named()))
                continue
            for field in {**before, **after}:
                sides = (fields.get(field, ABSENT) for fields in (before, after))
                found.append((f"{name}.{field}", *sides, spot.named(field)))
        split = [one for one in found if not same(one[1], one[2])]
        if not split:
            yield difference._replace(origin=own.spot.named(self.field))
        for name, before, after, place in split:
            base = UNKNOWN if difference.base is UNKNOWN else before
            yield Difference(difference.what, difference.key, place, f"{self.field}.{name}", before, after, base)


class Kind(NamedTuple):
    """What a workbook has of a kind: the fields with columns, and among those the ones that refer to others; and the sheets
    of what its entries list."""

    owned: frozenset[str]
    references: list[str]
    parts: list[Part]


class Corrected(NamedTuple):
    """What a workbook says. `kinds` are those whose sheets were there; `files` are those that it was made from, with their
    SHA-256; `refusals` are rows and cells that cannot be read, and for which nothing can be imported at all; `notices` are
    what of it was not read, as the keys of texts with their facts."""

    entries: dict[Key, Own]
    kinds: dict[str, Kind]
    files: Mapping[str, str]
    refusals: list[Problem]
    notices: list[tuple[str, Mapping[str, object]]]


def completed(key: Key, own: Own, held: Fields, parts: Sequence[Part]) -> Fields:
    """The entry as the workbook has it, with what it has no columns for in the sheets of several. Raises UnsureError."""
    fields = own.fields
    for part in parts:
        value = part.completed(key, own, value_at(held, part.field))
        if value is not value_at(fields, part.field):
            fields = put(fields, part.field, value)
    return fields
