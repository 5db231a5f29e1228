"""Inventory files → documents → entries → resources that are valid by the schema of their kind.

What cannot be used becomes a Problem and never stops the rest. The files are read in parts, each a job of its own.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple

import orjson

from ..errors import PolicycheckError
from ..indexes import Built, Index, Lookup, build_groups, fingerprints, repeated
from ..jobs import Jobs
from ..jobs.local import Here
from ..model import InputFile, Inventory, Location, Problem, Sheet
from .columns import Path, Wanted, chunks_of, rows_in
from .discovery import Found, find_files, name_of
from .places import line_of
from .reading import PartRead, Reader
from .schemas import Schemas
from .sources import Digest, Part, Source, cut


class Place(NamedTuple):
    """A part of the inventory, and the lines of its file that came before it."""

    part: Part
    lines: int


class Read(NamedTuple):
    """An inventory that has been read. `places` are its parts by the numbers of the jobs that hold them; `built` says
    what the indexes say."""

    inventory: Inventory
    places: Mapping[int, Place]
    built: Built


def load_inventory(paths: Sequence[str | PurePath], schemas: Schemas) -> Inventory:
    """Reads every inventory file at or below the paths, in the order of the paths and of the names below them."""
    with Here() as jobs:
        return read_inventory(paths, find_files(paths), Reader(schemas, Wanted()), jobs).inventory


def read_inventory(paths: Sequence[str | PurePath], found: Found, reader: Reader, jobs: Jobs, first: int = 0) -> Read:
    """As load_inventory, for what was found at the paths, with what judging it needs to know. The jobs have numbers from
    `first` on."""
    work: list[tuple[Part, frozenset[int]] | Digest] = []
    for part in cut(found.files, jobs.enough):
        if part.end is not None and part.start == 0:
            work.append(Digest(part.sources[0]))
        work.append((part, frozenset()))
    tasks = dict(enumerate(work, first))
    digests: dict[int, tuple[Source, PartRead]] = {}
    reads: dict[int, PartRead] = {}
    places: dict[int, Place] = {}
    line = 0
    for (number, task), read in zip(tasks.items(), jobs.read(reader, tasks), strict=True):
        if isinstance(task, Digest):
            digests[number] = task.source, read
            continue
        part, _ = task
        line = line if part.start else 0
        places[number] = Place(part, line)
        reads[number] = read
        line += read.files[0].lines
    _leave_out_changed(reads, places, digests)
    _leave_out_repeated(reads, places, reader, jobs)
    _leave_out_changed(reads, places, digests)
    whole = {source: digest.files[0].sha256 for source, digest in digests.values()}
    return _merged([name_of(path) for path in paths], found, whole, reads, places, reader.wanted, jobs)


def _leave_out_changed(
    reads: dict[int, PartRead], places: dict[int, Place], digests: Mapping[int, tuple[Source, PartRead]]
) -> None:
    """A file is used as a whole or not at all: where one of its parts could not be read, the lines of those after it are
    unknown, and so is whether they belong together. In place of the parts the job that made the digest says so."""
    unread = {source: read for source, read in digests.values() if not read.files[0].readable}
    cut_up = {number: place.part.sources[0] for number, place in places.items() if place.part.end is not None}
    for number, source in cut_up.items():
        if not reads[number].files[0].readable:
            unread.setdefault(source, reads[number])
    if not unread:
        return
    for number, source in cut_up.items():
        if source in unread:
            del reads[number], places[number]
    for number, (source, _) in digests.items():
        if read := unread.get(source):
            reads[number] = PartRead(read.files, read.problems[:1])
            places[number] = Place(Part((source,)), 0)
    for number in sorted(places):
        reads[number], places[number] = reads.pop(number), places.pop(number)


def _leave_out_repeated(reads: dict[int, PartRead], places: Mapping[int, Place], reader: Reader, jobs: Jobs) -> None:
    """Of several entries of a kind and id the first counts; the parts of the others are read again without them."""
    kinds = {kind for read in reads.values() for kind in read.gathered.prints}
    suspects = {kind: repeated(read.gathered.prints.get(kind, _NONE) for read in reads.values()) for kind in kinds}
    if not any(suspects.values()):
        return
    seen: dict[tuple[str, str], Location] = {}
    left_out: dict[int, set[int]] = defaultdict(set)
    problems: dict[int, list[tuple[int, Problem]]] = defaultdict(list)
    for number, suspicious in zip(places, jobs.look(partial(_suspicious, suspects), places), strict=True):
        for (kind, identity), (entry, file, location) in suspicious:
            first = seen.setdefault((kind, identity), location)
            if first is not location:
                left_out[number].add(entry)
                facts = {"kind": kind, "id": identity, "first": first}
                problems[number].append((file, Problem("duplicate_id", location, facts)))
    again = {number: (places[number].part, frozenset(entries)) for number, entries in left_out.items()}
    for number, read in zip(again, jobs.read(reader, again), strict=True):
        readable = [[file.readable for file in one.files] for one in (reads[number], read)]
        if places[number].part.end is None and readable[0] != readable[1]:
            raise PolicycheckError("changed_between")  # the entries are left out by their numbers in all its files
        before = places[number].lines
        own = [(file, _shifted(problem, before)) for file, problem in read.problems]
        both = sorted([*own, *problems[number]], key=lambda item: (item[0], item[1].location.line or 0))
        read.problems = [(file, _shifted(problem, -before)) for file, problem in both]
        reads[number] = read


def _suspicious(
    suspects: Mapping[str, set[int]], left: bytes, place: Place
) -> list[tuple[tuple[str, str], tuple[int, int, Location]]]:
    """The entries whose id may be that of another one, in their order: kind and id, number, file and place."""
    suspicious = []
    before = 0
    for chunk in chunks_of(left):
        found = [
            (entry, kind, identity)
            for kind, columns in chunk.kinds.items()
            if (prints := suspects[kind])
            for entry, identity, one in zip(columns.places, columns.ids, fingerprints(columns.ids), strict=True)
            if one in prints
        ]
        for entry, kind, identity in sorted(found):
            file, path = chunk.place(entry)
            source = place.part.sources[file]
            location = Location(source.name, line_of(source, path, before=place.lines))
            suspicious.append(((kind, identity), (before + entry, file, location)))
        before += len(chunk.paths)
    return suspicious


def _shifted(problem: Problem, lines: int) -> Problem:
    """The problem of a part, where it is in the whole file."""
    place = problem.location
    if not lines or place.line is None:
        return problem
    first = problem.facts.get("first")  # of a repeated key the line, of a repeated id a place that is whole already
    facts = {**problem.facts, "first": first + lines} if isinstance(first, int) else problem.facts
    return Problem(problem.key, place._replace(line=place.line + lines), facts)


def _merged(
    paths: Sequence[str],
    found: Found,
    digests: Mapping[Source, str | None],
    reads: Mapping[int, PartRead],
    places: Mapping[int, Place],
    wanted: Wanted,
    jobs: Jobs,
) -> Read:
    problems = list(found.problems)
    files: dict[Source, InputFile] = {}
    departments: dict[str, str] = {}
    sheets: list[Sheet] = []
    kinds: Counter[str] = Counter()
    named: set[tuple[str, str]] = set()
    built: dict[Lookup, dict[str, Any]] = {lookup: {} for lookup in wanted.lookups}
    shared: dict[bytes, Any] = {}
    for number, read in reads.items():
        sources, before = places[number].part.sources, places[number].lines
        problems += (_shifted(problem, before) for _, problem in read.problems)
        for source, file in zip(sources, read.files, strict=True):
            if file.readable:
                earlier = files.get(source)
                usable = file.usable + (earlier.resources if earlier else 0)
                files[source] = InputFile(source.name, file.sha256 or digests.get(source) or "", usable)
        for department, position in read.departments.items():
            departments.setdefault(department, sources[position].name)
        for position, path, fields in read.gathered.sheets:
            sheets.append(Sheet(fields, sources[position].name, _answers(sources[position], path, before)))
        for kind, prints in read.gathered.prints.items():
            kinds[kind] += len(prints)
        named |= read.gathered.named
        for lookup, entries in read.gathered.lookups.items():
            built[lookup] |= {key: shared.setdefault(orjson.dumps(own), own) for key, own in entries.items()}
    problems += _blank(files, problems)
    if not kinds.total() and not problems:
        problems.append(Problem("nothing_to_check", Location(", ".join(paths))))
    numbers = list(reads)
    rows = {group: [read.gathered.groups.get(group, _NONE) for read in reads.values()] for group in wanted.groups}
    picked = partial(rows_in, wanted.groups)
    groups = build_groups(rows, lambda asked: jobs.look(picked, {numbers[part]: own for part, own in asked.items()}))
    skipped = [name_of(path) for path in found.skipped]
    inventory = Inventory(paths, kinds, problems, list(files.values()), skipped, departments, sheets, named)
    indexes: list[tuple[Index, Mapping[str, Any]]] = [*built.items(), *groups.items()]
    return Read(inventory, places, dict(indexes))


def _blank(files: Mapping[Source, InputFile], problems: Sequence[Problem]) -> Iterator[Problem]:
    """Files of nothing but blank lines, read in parts of which none could tell."""
    told = {problem.location.file for problem in problems}
    for source, file in files.items():
        if source.by_lines and not file.resources and file.path not in told:
            yield Problem("empty_file", Location(file.path))


def _answers(source: Source, path: Path, before: int) -> Callable[[str], int | None]:
    return lambda clause: line_of(source, path, ("answers", clause), before)


_NONE: array[int] = array("q")
