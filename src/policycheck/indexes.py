"""What a control must know of other resources. Every part of the inventory tells what it has to say to each index; put
together, that lets the parts be judged apart."""

from __future__ import annotations

import unicodedata
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any, NamedTuple, TypeAlias

from .model import Control, Fields

SHOWN = 5
"""How many of the others a group names: enough to find them, and a group of any size stays small."""

_AT_ONCE = 50_000
"""Fingerprints that are compared in one go, for the sake of memory."""


class Lookup(NamedTuple):
    """Fields of the resources of a kind, by their id. The resources that are judged name them in the field `kind`."""

    kind: str
    fields: tuple[str, ...]


class Group(NamedTuple):
    """The resources of a kind that have the same values of `by` and `name`, and of `split`, and the values `where`."""

    kind: str
    by: str
    name: str
    split: str
    where: tuple[tuple[str, str], ...]


Index: TypeAlias = Lookup | Group

Built: TypeAlias = Mapping[Index, Mapping[str, Any]]
"""What each index says: of a lookup, the fields by id; of a group, the others by id, where there are any."""


Row: TypeAlias = tuple[str, str, str, str | None, bool]
"""What a resource says to a group: the values of `by` and `name`, its id, the value of `split`, and whether it is sure
to have the values `where`."""


def indexes_of(control: Control) -> dict[str, Index]:
    """The indexes that the control declares in its METADATA, by name."""
    return {
        name: Group(control.kind, index["group"], index["name"], index["split"], tuple(index["where"].items()))
        if "group" in index
        else Lookup(index["lookup"], tuple(index["fields"]))
        for name, index in control.index.items()
    }


_as_number: Callable[[bytes], int] = partial(int.from_bytes, byteorder="little")


def fingerprints(texts: Iterable[str]) -> array[int]:
    """For each text a number that is almost surely another one for another text, and the same in every process."""
    return array("q", map(hash, map(_as_number, map(str.encode, texts))))


def repeated(prints: Iterable[array[int]]) -> set[int]:
    """The fingerprints that occur more than once in all of these."""
    whole = array("q")
    for own in prints:
        whole.extend(own)
    found: set[int] = set()
    for part in _slices(whole):
        if len(set(part)) != len(part):
            found |= {one for one, count in Counter(part).items() if count > 1}
    return found


def _slices(prints: array[int]) -> Sequence[array[int]]:
    """Parts that have no fingerprint in common, each small enough to be looked at in memory."""
    count = len(prints) // _AT_ONCE + 1
    if count == 1:
        return [prints]
    slices = [array("q") for _ in range(count)]
    appends = [part.append for part in slices]
    for one in prints:
        appends[one % count](one)
    return slices


def look_up(index: Lookup, members: Iterable[Fields]) -> dict[str, Fields]:
    """What some resources say to a lookup."""
    return {fields["id"]: {name: fields[name] for name in index.fields if name in fields} for fields in members}


def rows_of(index: Group, members: Iterable[Fields]) -> list[Row]:
    """What some resources say to a group: a row for each that may belong to one."""
    rows = []
    for fields in members:
        sure = True
        for key, value in index.where:
            given = fields.get(key)
            if given is None:
                sure = False
            elif given != value:
                break
        else:
            by, name, place = fields.get(index.by), fields.get(index.name), fields.get(index.split)
            if by is not None and name is not None:  # else it is itself unknown, and like no other
                rows.append((by, fold(name), fields["id"], place and fold(place), sure))
    return rows


def fingerprints_of(rows: Iterable[Row]) -> array[int]:
    """A number for each row, the same for those of one group."""
    return fingerprints([f"{row[0]}\0{row[1]}" for row in rows])


@lru_cache(maxsize=1 << 14)
def fold(text: str) -> str:
    """Names that people take for the same are the same: full and half width, upper and lower case."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold().strip()


def relations(rows: Iterable[Row]) -> dict[str, Any]:
    """By id, the others of the same group; ids that are alone in theirs are left out. The rows are those of all groups
    that may have several members, in the order of the inventory."""
    groups: dict[tuple[str, str], _Members] = defaultdict(_Members)
    for group, name, identity, place, sure in rows:
        members = groups[group, name]
        (members.sure if sure else members.unsure)[place].append(identity)
    return {member: relation for members in groups.values() for member, relation in members.relations()}


@dataclass(slots=True)
class _Members:
    """Resources of the same values. Those that certainly count, and those that may, by the value of the split."""

    sure: dict[str | None, list[str]] = field(default_factory=lambda: defaultdict(list))
    unsure: dict[str | None, list[str]] = field(default_factory=lambda: defaultdict(list))

    def relations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """By id, what is told of those that certainly count and are not alone."""
        for place, members in self.sure.items():
            if place is None:
                elsewhere = (ids for other, ids in self.sure.items() if other is not None)
                doubtful = _first(elsewhere, self.unsure.values())
            else:
                doubtful = _first([self.sure.get(None, ()), self.unsure.get(place, ()), self.unsure.get(None, ())])
            if len(members) == 1 and not doubtful:
                continue
            named = members[: SHOWN + 1]
            for member in members:
                others = [other for other in named if other != member][:SHOWN]
                yield member, {"count": len(members) - 1, "others": others, "doubtful": doubtful}


def _first(*lists: Iterable[Iterable[str]]) -> list[str]:
    return list(islice(chain.from_iterable(chain(*lists)), SHOWN))


def build_groups(
    prints: Mapping[Group, Sequence[array[int]]],
    rows: Callable[[Mapping[int, Mapping[Group, Sequence[int]]]], Iterable[Mapping[Group, Sequence[Row]]]],
) -> dict[Group, dict[str, Any]]:
    """The groups, from the fingerprints that each part gives and, only where some are the same, those of its rows."""
    hot = {group: repeated(parts) for group, parts in prints.items()}
    found: dict[Group, list[Row]] = defaultdict(list)
    asked = {}
    for number in range(max(map(len, prints.values()), default=0)):
        wanted = {
            group: places
            for group, parts in prints.items()
            if (places := [place for place, one in enumerate(parts[number]) if one in hot[group]])
        }
        if wanted:
            asked[number] = wanted
    for own in rows(asked):
        for group, members in own.items():
            found[group] += members
    return {group: relations(found[group]) for group in prints}
