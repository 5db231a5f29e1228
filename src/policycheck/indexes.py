"""What a control must know of other resources. Built in one pass over the inventory, so that chunks of it can then be
judged apart."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Self

from .model import Control, Fields, Resource

SHOWN = 5
"""How many of the others a group names: enough to find them, and a group of any size stays small."""


class Indexes:
    """The indexes that the controls declare in their METADATA."""

    def __init__(self, controls: Iterable[Control], resources: Sequence[Resource]) -> None:
        kinds: dict[str, list[Resource]] = defaultdict(list)
        for resource in resources:
            kinds[resource.kind].append(resource)
        self._built: dict[tuple[str, str], Mapping[str, Any]] = {
            (control.id, name): _group(index, kinds[control.kind])
            if "group" in index
            else _lookup(index, kinds[index["lookup"]])
            for control in controls
            for name, index in control.index.items()
        }

    def extract(self, control: Control, chunk: Sequence[Fields]) -> dict[str, dict[str, Any]]:
        """What the indexes of the control say of the resources in the chunk."""
        extracts: dict[str, dict[str, Any]] = {}
        for name, index in control.index.items():
            built = self._built[control.id, name]
            named = index.get("lookup", "id")
            keys = {fields[named] for fields in chunk if named in fields} if built else set()
            extracts[name] = {key: built[key] for key in sorted(keys & built.keys())}
        return extracts


@dataclass(slots=True)
class _Group:
    """Resources of the same values. Those that certainly count, and those that may, by the value of the split."""

    sure: dict[str | None, list[str]] = field(default_factory=lambda: defaultdict(list))
    unsure: dict[str | None, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, members: Sequence[Resource], split: str, where: Mapping[str, Any]) -> Self:
        group = cls()
        for member in members:
            place = member.fields.get(split)
            part = group.sure if where.keys() <= member.fields.keys() else group.unsure
            part[place and _fold(place)].append(member.id)
        return group

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


def _group(index: Mapping[str, Any], resources: Sequence[Resource]) -> dict[str, Any]:
    """By id, the others of the same group; ids that are alone in theirs are left out."""
    by, name, where = index["group"], index["name"], list(index["where"].items())
    groups: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for resource in resources:
        fields = resource.fields
        if any(fields.get(key, value) != value for key, value in where):
            continue
        if by in fields and name in fields:  # else it is itself unknown, and like no other
            groups[fields[by], _fold(fields[name])].append(resource)
    return {
        member: relation
        for members in groups.values()
        if len(members) > 1
        for member, relation in _Group.of(members, index["split"], index["where"]).relations()
    }


@lru_cache(maxsize=1 << 14)
def _fold(text: str) -> str:
    """Names that people take for the same are the same: full and half width, upper and lower case."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold().strip()


def _lookup(index: Mapping[str, Any], resources: Sequence[Resource]) -> dict[str, Fields]:
    return {
        resource.id: {name: resource.fields[name] for name in index["fields"] if name in resource.fields}
        for resource in resources
    }
