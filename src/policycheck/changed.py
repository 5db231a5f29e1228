"""What a change touches: the resources that are not as git has them, and those of which another resource decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import orjson

from .indexes import Lookup
from .inventory import Read
from .inventory.columns import Chunk, KindColumns, chunks_of
from .inventory.sources import Source
from .jobs import Jobs
from .model import Check, Fields, Sheet, Standard


@dataclass(frozen=True, slots=True)
class Touched:
    """What is to be judged: some resources by kind and id, those that name a changed resource of a kind, and everything
    of some departments and of some kinds."""

    ids: AbstractSet[tuple[str, str]]
    references: Mapping[str, AbstractSet[str]]
    departments: AbstractSet[str]
    kinds: AbstractSet[str] = frozenset()

    def only(self, chunk: Chunk) -> Chunk:
        """The chunk without the resources that are not touched."""
        judged = orjson.loads(chunk.resources)
        kinds, left = {}, {}
        for kind, columns in chunk.kinds.items():
            fields = judged.get(kind) or [{}] * len(columns.ids)
            kept = [number for number, own in enumerate(fields) if self._touches(kind, columns, number, own)]
            if kept:
                kinds[kind] = columns.only(kept)
                left[kind] = [fields[number] for number in kept]
        return chunk._replace(kinds=kinds, resources=orjson.dumps(left))

    def _touches(self, kind: str, columns: KindColumns, number: int, fields: Mapping[str, Any]) -> bool:
        return (
            kind in self.kinds
            or (kind, columns.ids[number]) in self.ids
            or columns.departments[number] in self.departments
            or any(fields.get(name) in keys for name, keys in self.references.items())
        )


def touched(
    now: Read,
    then: Read,
    differing: AbstractSet[Source],
    jobs: Jobs,
    standard: Standard | None = None,
    checks: Sequence[Check] = (),
    waived: AbstractSet[tuple[str, str]] = frozenset(),
) -> Touched:
    """What differs between two readings, of which only the differing files are looked at, and what is `waived` otherwise.
    What the answers of a department are held against is judged too, which may be more than its own."""
    before, after = _entries(then, differing, jobs), _entries(now, differing, jobs)
    # An entry that is gone may leave its id to another, which was left out beside it and stands in any file.
    ids = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} | waived
    references: dict[str, set[str]] = defaultdict(set)
    for index, built in now.built.items():
        other = then.built[index]
        changed = {key for key in built.keys() | other.keys() if built.get(key) != other.get(key)}
        ids |= {(index.kind, key) for key in changed}
        if isinstance(index, Lookup):
            references[index.kind] |= changed
    departments = now.inventory.departments.keys() - then.inventory.departments.keys()
    sheets = _differing(now.inventory.sheets, then.inventory.sheets)
    departments |= {identity for kind, identity in waived if kind == "department"}
    departments |= {str(own["department"]) for own in sheets if not standard or own["standard"] == standard.id}
    clauses = standard.clauses if standard else ()
    asked = {clause.id for clause in clauses if not departments.isdisjoint(clause.asked_of)}
    kinds = {check.kind for check in checks if not asked.isdisjoint(check.clauses)}
    return Touched(ids, references, departments, kinds)


def _entries(read: Read, differing: AbstractSet[Source], jobs: Jobs) -> dict[tuple[str, str], Any]:
    """By kind and id, everything of the entries in the differing files that can change a result or how it is told."""
    found: dict[tuple[str, str], Any] = {}
    for number, place in read.places.items():
        sources = place.part.sources
        if differing.isdisjoint(sources):
            continue
        for chunk in chunks_of(jobs.left(number)):
            judged = orjson.loads(chunk.resources)
            for kind, columns in chunk.kinds.items():
                for own, fields in enumerate(judged.get(kind, ())):
                    if sources[chunk.place(columns.places[own])[0]] in differing:
                        told = [column and column[own] for column in (columns.systems, columns.names)]
                        found[kind, columns.ids[own]] = (columns.departments[own], *told, fields)
    return found


def _differing(now: Sequence[Sheet], then: Sequence[Sheet]) -> Iterator[Fields]:
    """The sheets of answers that are in one of the inventories alone."""
    ours, theirs = ({sheet.fields["id"]: sheet.fields for sheet in side} for side in (now, then))
    for own, other in ((ours, theirs), (theirs, ours)):
        yield from (fields for identity, fields in own.items() if other.get(identity) != fields)
