"""What reading an inventory leaves for judging it: the fields that controls read, as JSON that is not parsed again, and
beside them what names each resource."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import orjson

from ..indexes import Group, Lookup, Row, fingerprints, fingerprints_of, look_up, rows_of
from ..model import ANSWERS, FieldPath, Fields

CHUNK = 1000
"""Resources in one question: few enough for a small memory, enough to make the cost of asking vanish."""

Path: TypeAlias = int | FieldPath | None
"""Where an entry stands in its file: of NDJSON the line, counted from the beginning of the part. None for what stands
nowhere."""

ByKind: TypeAlias = Mapping[str, tuple[list[int], list[Fields]]]
"""Valid entries by kind: their places among all, and their fields."""


class Wanted(NamedTuple):
    """What judging needs to know. `fields` are those that controls read, by kind; `references` those of them that name
    a resource of another kind; `named` the kinds and ids of which it must be known whether they are there."""

    fields: Mapping[str, AbstractSet[str]] = {}
    references: Mapping[str, Sequence[str]] = {}
    lookups: Sequence[Lookup] = ()
    groups: Sequence[Group] = ()
    named: AbstractSet[tuple[str, str]] = frozenset()


def _no_prints() -> array[int]:
    return array("q")


@dataclass
class Gathered:
    """What the entries of one part say to the rest of the inventory. `prints` are the fingerprints of the ids by kind,
    in the order of their places in each chunk."""

    prints: dict[str, array[int]] = field(default_factory=lambda: defaultdict(_no_prints))
    lookups: dict[Lookup, dict[str, Fields]] = field(default_factory=lambda: defaultdict(dict))
    groups: dict[Group, array[int]] = field(default_factory=lambda: defaultdict(_no_prints))
    named: set[tuple[str, str]] = field(default_factory=set)
    sheets: list[tuple[int, Path, Fields]] = field(default_factory=list)


class KindColumns(NamedTuple):
    """The resources of one kind in a chunk. `references` holds the ids that they name, by field."""

    places: list[int]
    ids: list[str]
    departments: list[str]
    systems: list[str | None] | None
    names: list[str | None] | None
    origins: list[Fields | None] | None
    references: dict[str, list[str]]

    def only(self, members: Sequence[int]) -> KindColumns:
        """Some of the resources, by their numbers here."""
        return KindColumns(
            [self.places[member] for member in members],
            [self.ids[member] for member in members],
            [self.departments[member] for member in members],
            self.systems and [self.systems[member] for member in members],
            self.names and [self.names[member] for member in members],
            self.origins and [self.origins[member] for member in members],
            self.references,
        )


class Chunk(NamedTuple):
    """Some resources of a part in the order of their places. `resources` is the JSON of what controls read of them, by
    kind; `files` says from which place on the entries stand in which file of the part."""

    kinds: dict[str, KindColumns]
    files: list[tuple[int, int]]
    paths: list[Path]
    resources: bytes

    def place(self, number: int) -> tuple[int, Path]:
        """The file and the path of an entry."""
        run = bisect_right(self.files, number, key=itemgetter(0)) - 1 if len(self.files) > 1 else 0
        path = self.paths[number]
        return self.files[run][1], tuple(path) if isinstance(path, (list, tuple)) else path


class Payload:
    """Collects the entries of a part in chunks."""

    def __init__(self, wanted: Wanted, columns: Mapping[str, AbstractSet[str]]) -> None:
        """`columns` are the fields that each kind can have."""
        self.gathered = Gathered()
        self._wanted = wanted
        self._known = columns
        self._lookups = _by_kind(wanted.lookups)
        self._groups = _by_kind(wanted.groups)
        self._chunks: list[bytes] = []
        self._rows: dict[Group, list[bytes]] = defaultdict(list)
        self._begin()

    def _begin(self) -> None:
        self._entries: dict[str, tuple[list[int], list[Fields]]] = defaultdict(lambda: ([], []))
        self._files: list[tuple[int, int]] = []
        self._paths: list[Path] = []

    def add(self, file: int, entries: ByKind, paths: Sequence[Path]) -> None:
        """Entries of one file, each with its place in `paths`."""
        first = len(self._paths)
        self._files.append((first, file))
        self._paths += paths
        for kind, (places, members) in entries.items():
            own = self._entries[kind]
            own[0].extend([place + first for place in places] if first else places)
            own[1].extend(members)
        if len(self._paths) >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        judged: dict[str, list[Fields]] = {}
        kinds: dict[str, Any] = {}
        for kind, (places, members) in self._entries.items():
            ids = [fields["id"] for fields in members]
            known = self._known[kind]
            self._gather(kind, ids, places, members)
            kinds[kind] = (
                places,
                ids,
                [fields["department"] for fields in members],
                [fields.get("system") for fields in members] if "system" in known else None,
                [fields.get("name") for fields in members] if "name" in known else None,
                origins if any(origins := [fields.get("imported_from") for fields in members]) else None,
                {
                    name: sorted({fields[name] for fields in members if name in fields})
                    for name in self._wanted.references.get(kind, ())
                },
            )
            if read := self._wanted.fields.get(kind):
                judged[kind] = [{name: value for name, value in fields.items() if name in read} for fields in members]
        self._chunks += (orjson.dumps((kinds, self._files, self._paths)), orjson.dumps(judged))
        self._begin()

    def _gather(self, kind: str, ids: list[str], places: list[int], members: list[Fields]) -> None:
        gathered = self.gathered
        gathered.prints[kind].extend(fingerprints(ids))
        if self._wanted.named:
            gathered.named |= self._wanted.named & {(kind, identity) for identity in ids}
        for lookup in self._lookups.get(kind, ()):
            gathered.lookups[lookup] |= look_up(lookup, members)
        for group in self._groups.get(kind, ()):
            rows = rows_of(group, members)
            gathered.groups[group].extend(fingerprints_of(rows))
            self._rows[group].append(orjson.dumps(rows))
        if kind == ANSWERS:
            chunk = Chunk({}, self._files, self._paths, b"")
            gathered.sheets += ((*chunk.place(place), fields) for place, fields in zip(places, members, strict=True))

    def content(self) -> bytes:
        if self._paths:
            self._flush()
        rows = (b"\n".join(self._rows[group]) for group in self._wanted.groups)
        return b"\0".join((b"\n".join(self._chunks), *rows))


def chunks_of(payload: bytes) -> Iterator[Chunk]:
    """The chunks that a part was left as."""
    lines = iter(payload.partition(b"\0")[0].split(b"\n") if payload[:1] == b"[" else ())
    for head, resources in zip(lines, lines, strict=True):
        kinds, files, paths = orjson.loads(head)
        yield Chunk({kind: KindColumns(*columns) for kind, columns in kinds.items()}, files, paths, resources)


def rows_in(groups: Sequence[Group], payload: bytes, places: Mapping[Group, Sequence[int]]) -> dict[Group, list[Row]]:
    """What a part says to the groups: the rows at some places."""
    found: dict[Group, list[Row]] = {}
    for group, section in zip(groups, payload.split(b"\0")[1:], strict=True):
        if own := places.get(group):
            rows = [row for line in section.splitlines() for row in orjson.loads(line)]
            found[group] = [rows[place] for place in own]
    return found


def _by_kind(indexes: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for index in indexes:
        found[index.kind].append(index)
    return found
