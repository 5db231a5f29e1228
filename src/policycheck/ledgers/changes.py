"""What differs between the inventory and the ledgers, entry by entry and field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from ..model import Fields
from .cells import ABSENT

Key: TypeAlias = tuple[str, str]
"""The kind and the id of a resource."""

Prefer: TypeAlias = Literal["ledger", "inventory"] | None
"""Whose word counts where both were changed."""

SOURCE = "imported_from"
MARK = "vanished_on"


class Halves(NamedTuple):
    """What a table itself lists of a resource, if one does, and what events say of it, by the names of their tables and the
    latest last; each with what could not be read."""

    listed: Fields | None
    events: Mapping[str, Fields]


class Stated(NamedTuple):
    """What a table of a ledger says of a resource. `owned` are the fields that the mapping of the table covers, nested ones
    with dots, and so all of those in `fields`: one that is not there is one of which the ledger says nothing. Without
    `halves` the table says all of it by itself."""

    table: str
    fields: Fields
    owned: AbstractSet[str]
    halves: Halves | None = None


class Written(NamedTuple):
    """What an import took from a table. Without `halves` the table said all of it by itself."""

    table: str
    fields: Fields
    halves: Halves | None = None


class What(StrEnum):
    """What becomes of an entry or of one of its fields."""

    ADDED = "added"
    UPDATED = "updated"
    KEPT = "kept"
    """The inventory says something else than the ledger, and the ledger still says what it said before."""
    RETURNED = "returned"
    VANISHED = "vanished"
    """The ledger lists it no more. It stays, and is marked with the day on which that was first seen."""
    DELETED = "deleted"
    RELEASED = "released"
    """People took away where it was imported from: it is theirs, whatever the ledger says."""
    REFILED = "refiled"
    """It goes into another file."""
    LEFT_OUT = "left_out"
    """People deleted it from the inventory; the ledger still lists it."""
    CONFLICT = "conflict"


class Difference(NamedTuple):
    """Between the inventory and the ledger. `field` is None where it is of a whole entry; `old` is what the inventory
    holds, `base` what the last import wrote; UNKNOWN where that is not known. `origin` is the place in the ledger."""

    what: What
    key: Key
    origin: str | None
    field: str | None = None
    old: object = ABSENT
    new: object = ABSENT
    base: object = ABSENT


class Changes(NamedTuple):
    """The entries as they are to be, those of the inventory first and in its order; what to remember of this import; what
    is different, in the order of the entries; and of how many nothing changes but their place in the ledger, or
    nothing."""

    entries: dict[Key, Fields]
    base: dict[Key, Written]
    differences: list[Difference]
    moved: int
    unchanged: int

    @property
    def counts(self) -> Counter[What]:
        """How many differences there are of each sort."""
        return Counter(difference.what for difference in self.differences)


def sheet_of(fields: Fields) -> tuple[object, object] | None:
    """The file and the sheet that an entry was imported from, if it was."""
    source = fields.get(SOURCE)
    return (source.get("file"), source.get("sheet")) if isinstance(source, dict) else None
