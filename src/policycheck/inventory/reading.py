"""One job: the bytes of a part → its valid entries, and the problems with the others."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import orjson

from ..model import Fields, Location, Problem
from .columns import CHUNK, ByKind, Gathered, Path, Payload, Wanted
from .documents import Department, Entry, is_text, read_entries, read_lines
from .schemas import Schemas
from .sources import ChangedError, Digest, Part, Source, open_source, read_source

_BLOCK = 1 << 20


@dataclass
class FilePart:
    """What was read of one file. `sha256` is None where a part is not the whole file, `lines` the number of its lines."""

    readable: bool
    sha256: str | None = None
    lines: int = 0
    usable: int = 0


@dataclass
class PartRead:
    """What a part tells beside its payload. Files are named by their position in it, and lines of a part of an NDJSON
    file are counted from its beginning. `departments` are in the order in which they are named."""

    files: list[FilePart] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    departments: dict[str, int] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)


class Unrecorded(NamedTuple):
    """Departments that keep no record of themselves, each with a file that names it. As a task it gives a record for
    each, of which nothing is known."""

    departments: Mapping[str, str]

    @property
    def part(self) -> Part:
        """What stands for the files of the records."""
        return Part(tuple(Source(file, file, 0, "") for file in self.departments.values()))


Task: TypeAlias = tuple[Part, Collection[int]] | Digest | Unrecorded
"""A part without some of its valid entries, by their numbers; or something that is done beside."""


class Reader:
    """Reads parts for what is wanted of them."""

    def __init__(self, schemas: Schemas, wanted: Wanted) -> None:
        self.schemas = schemas
        self.wanted = wanted

    def __call__(self, task: Task) -> tuple[PartRead, bytes]:
        """What the task asks for. The digest of a file is alone in a part that has no entries."""
        if isinstance(task, Digest):
            return _digest(task.source), b""
        if isinstance(task, Unrecorded):
            return PartRead(), self._records(task)
        part, left_out = task
        return self.read(part, left_out, contents_of(part))

    def _records(self, task: Unrecorded) -> bytes:
        payload = Payload(self.wanted, self.schemas.fields)
        for number, name in enumerate(task.departments):
            payload.add(number, {"department": ([0], [{"id": name, "department": name}])}, [None])
        return payload.content()

    def read(
        self, part: Part, left_out: Collection[int], contents: Sequence[bytes | OSError]
    ) -> tuple[PartRead, bytes]:
        """A part of these contents."""
        return _Reading(self, left_out).read(part, contents)


def contents_of(part: Part) -> list[bytes | OSError]:
    """What the part is of each of its files, or why that cannot be read."""
    contents: list[bytes | OSError] = []
    for source in part.sources:
        try:
            contents.append(read_source(source, part.start, part.end))
        except OSError as error:
            contents.append(error)
    return contents


def _digest(source: Source) -> PartRead:
    digest = hashlib.sha256()
    try:
        with open_source(source) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        return PartRead([FilePart(readable=False)], [(0, _unread(source, error))])
    return PartRead([FilePart(True, digest.hexdigest())])


def _unread(source: Source, error: OSError) -> Problem:
    gone = isinstance(error, FileNotFoundError)
    key = "changed_file" if isinstance(error, ChangedError) else "vanished_file" if gone else "unreadable"
    return Problem(key, Location(source.name), {"reason": error.strerror or str(error)})


class _Reading:
    def __init__(self, reader: Reader, left_out: Collection[int]) -> None:
        self._schemas = reader.schemas
        self._left_out = left_out
        self._done = PartRead()
        self._payload = Payload(reader.wanted, reader.schemas.fields)
        self._entries = 0

    def read(self, part: Part, contents: Sequence[bytes | OSError]) -> tuple[PartRead, bytes]:
        for number, (source, content) in enumerate(zip(part.sources, contents, strict=True)):
            if isinstance(content, OSError):
                self._done.problems.append((number, _unread(source, content)))
                self._done.files.append(FilePart(readable=False))
                continue
            whole = part.end is None
            file = FilePart(True, hashlib.sha256(content).hexdigest() if whole else None, content.count(b"\n"))
            self._done.files.append(file)
            if source.by_lines and (not whole or is_text(content)):
                self._by_lines(number, source.name, content)
            else:
                self._one_by_one(number, source.name, read_entries(source.name, content, self._schemas.kinds))
        payload = self._payload.content()
        self._done.gathered = self._payload.gathered
        return self._done, payload

    def _by_lines(self, file: int, name: str, content: bytes) -> None:
        """Many lines at once, where there is nothing odd about them; else one by one."""
        lines = content.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for first in range(0, len(lines), CHUNK):
            block = lines[first : first + CHUNK]
            entries = None if self._leaves_out(len(block)) else plain_lines(block, self._schemas)
            if entries is None:
                self._one_by_one(file, name, read_lines(name, b"\n".join(block), self._schemas.kinds, first))
            else:
                self._note_departments(file, entries)
                self._entries += len(block)
                self._done.files[file].usable += len(block)
                self._payload.add(file, entries, range(first + 1, first + 1 + len(block)))

    def _note_departments(self, file: int, entries: ByKind) -> None:
        """Those that are new, in the order in which they are named."""
        everyone = {fields["department"] for _, members in entries.values() for fields in members}
        if everyone <= self._done.departments.keys():
            return
        pairs = (zip(places, members, strict=True) for places, members in entries.values())
        for _, department in sorted((place, fields["department"]) for one in pairs for place, fields in one):
            self._done.departments.setdefault(department, file)

    def _leaves_out(self, count: int) -> bool:
        return any(self._entries <= place < self._entries + count for place in self._left_out)

    def _one_by_one(self, file: int, name: str, found: Iterator[Entry | Problem | Department]) -> None:
        valid = self._valid(file, name, found)
        while entries := list(islice(valid, CHUNK)):
            kinds: dict[str, tuple[list[int], list[Fields]]] = defaultdict(lambda: ([], []))
            self._done.files[file].usable += len(entries)
            for place, entry in enumerate(entries):
                kinds[entry.kind][0].append(place)
                kinds[entry.kind][1].append(entry.fields)
            self._payload.add(file, kinds, [_path(entry) for entry in entries])

    def _valid(self, file: int, name: str, found: Iterator[Entry | Problem | Department]) -> Iterator[Entry]:
        for entry in found:
            if isinstance(entry, Problem):
                self._done.problems.append((file, entry))
            elif isinstance(entry, Department):
                self._done.departments.setdefault(str(entry), file)
            elif not self._schemas.are_valid(entry.kind, [entry.fields]):
                self._done.problems += ((file, problem) for problem in self._schemas.explain(entry, name))
            else:
                self._entries += 1
                if self._entries - 1 not in self._left_out:
                    self._done.departments.setdefault(entry.fields["department"], file)
                    yield entry


def _path(entry: Entry) -> Path:
    match entry.path:
        case (int() as line,):
            return line
        case path:
            return path


def plain_lines(lines: Sequence[bytes], schemas: Schemas) -> ByKind | None:
    """The entries of lines of NDJSON; None where one of them needs a second look."""
    try:
        values: list[Any] = list(map(orjson.loads, lines))
        text = b"\n".join(lines)
        # Every key has a colon. A key that occurs twice is lost with its own; an escaped colon would make up for it.
        if orjson.dumps(values).count(b":") != text.count(b":") or b"\\u003" in text:
            return None
        kinds: dict[str, tuple[list[int], list[Fields]]] = {}
        for place, fields in enumerate(values):
            own = kinds.get(kind := fields.pop("kind"))
            if own is None:
                own = kinds[kind] = ([], [])
            own[0].append(place)
            own[1].append(fields)
        for fields in kinds["department"][1] if "department" in kinds else ():
            fields.setdefault("department", fields["id"])
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, AttributeError, KeyError, TypeError):
        return None
    known = set(schemas.kinds.values())
    sound = kinds.keys() <= known and all(schemas.are_valid(kind, members) for kind, (_, members) in kinds.items())
    return kinds if sound else None
