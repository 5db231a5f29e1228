"""What a change touches: the resources that are not as git has them, and those of which another resource decides."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import orjson

from .errors import UsageError
from .indexes import Lookup
from .inventory import Read
from .inventory.columns import Chunk, KindColumns, chunks_of
from .inventory.discovery import SUFFIXES, Found, find_files, name_of
from .inventory.sources import Source, is_remote, local_version, open_source
from .jobs import Jobs
from .model import Check, Fields, Sheet, Standard

_BLOCK = 1 << 20

_LINK = "120000"
"""The mode of a symbolic link."""

_OURS = ("0", "2")
"""The stages of the index that hold our content, where nothing is being merged and where something is."""


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
) -> Touched:
    """What differs between two readings, of which only the differing files are looked at. What the answers of a department
    are held against is judged too, which may be more than its own."""
    before, after = _entries(then, differing, jobs), _entries(now, differing, jobs)
    # An entry that is gone may leave its id to another, which was left out beside it and stands in any file.
    ids = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    references: dict[str, set[str]] = defaultdict(set)
    for index, built in now.built.items():
        other = then.built[index]
        changed = {key for key in built.keys() | other.keys() if built.get(key) != other.get(key)}
        ids |= {(index.kind, key) for key in changed}
        if isinstance(index, Lookup):
            references[index.kind] |= changed
    departments = now.inventory.departments.keys() - then.inventory.departments.keys()
    sheets = _differing(now.inventory.sheets, then.inventory.sheets)
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
                        found[kind, columns.ids[own]] = (columns.departments[own], fields)
    return found


def _differing(now: Sequence[Sheet], then: Sequence[Sheet]) -> Iterator[Fields]:
    """The sheets of answers that are in one of the inventories alone."""
    ours, theirs = ({sheet.fields["id"]: sheet.fields for sheet in side} for side in (now, then))
    for own, other in ((ours, theirs), (theirs, ours)):
        yield from (fields for identity, fields in own.items() if other.get(identity) != fields)


def earlier(paths: Iterable[str | PurePath], revision: str | None, folder: Path) -> Found:
    """The inventory at the paths as the revision has it, or git's index. Files that are not as they are now are written
    to the folder. Raises UsageError where git cannot tell."""
    old = Found()
    for path in paths:
        if is_remote(str(path)):
            raise UsageError("changed_remote", path=path)
        old.files += _known(Path(path), revision, folder)
    return old


def _known(path: Path, revision: str | None, folder: Path) -> Iterator[Source]:
    """The files at or below the path as git knows them, in their order: the first of an id counts."""
    whole = Path(os.path.realpath(path))
    inside = next(above for above in (whole, *whole.parents) if above.is_dir())
    root = Path(os.fsdecode(_git(inside, "rev-parse", "--show-toplevel")).removesuffix("\n")).resolve()
    listed = _listed(whole, root, revision, set())
    algorithm = "sha256" if listed and len(next(iter(listed.values()))) == 64 else "sha1"
    then: list[tuple[tuple[str, ...], Source]] = []
    for source in find_files([path]).files:
        if blob := listed.pop(Path(source.path).resolve(), None):
            same = blob == _blob(source, algorithm)
            earlier = source if same else _written(root, blob, source.name, folder)
            then.append((Path(os.path.relpath(source.path, path)).parts, earlier))
    for gone, blob in listed.items():
        earlier = _written(root, blob, name_of(gone.relative_to(root)), folder)
        then.append((Path(os.path.relpath(gone, whole)).parts, earlier))
    return (source for _, source in sorted(then, key=itemgetter(0)))


def _listed(path: Path, root: Path, revision: str | None, done: set[Path]) -> dict[Path, str]:
    """The inventory files at or below the path as git knows them, each with the name of its content: of a file that is
    being merged, of ours. Links are followed, as far as git knows where they lead."""
    done.add(path)
    where = os.path.relpath(path, root)
    if revision is None:
        lines = _git(root, "ls-files", "--stage", "-z", "--", where)
    else:
        lines = _git(root, "ls-tree", "-r", "-z", "--end-of-options", revision, where)
    found: dict[Path, str] = {}
    for line in lines.split(b"\0"):
        facts, _, name = line.partition(b"\t")
        file = root / os.fsdecode(name)
        below = file.relative_to(path).parts if file.is_relative_to(path) else ()
        if not facts or any(part.startswith(".") for part in below):
            continue
        mode, *rest = facts.decode().split()
        blob, stage = (rest[1], "0") if revision is not None else rest
        known = file.suffix.lower() in SUFFIXES
        if mode == _LINK and stage in _OURS:
            target = Path(os.path.normpath(file.parent / os.fsdecode(_git(root, "cat-file", "blob", blob))))
            is_taken = known or target.suffix.lower() not in SUFFIXES
            if is_taken and target.is_relative_to(root) and target not in done:
                found |= _listed(target, root, revision, done)
        elif mode.startswith("100") and known and stage in _OURS:
            found[file] = blob
    return found


def _blob(source: Source, algorithm: str) -> str | None:
    """What git calls the content of a file; None where it cannot be read."""
    digest = hashlib.new(algorithm, b"blob %d\0" % source.size, usedforsecurity=False)
    try:
        with open_source(source) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:  # reading the inventory says so
        return None
    return digest.hexdigest()


def _written(root: Path, blob: str, name: str, folder: Path) -> Source:
    handle, file = tempfile.mkstemp(suffix=Path(name).suffix, dir=folder)
    with os.fdopen(handle, "wb") as content:
        _git(root, "cat-file", "blob", blob, output=content)
    status = Path(file).stat()
    return Source(name, file, status.st_size, local_version(status))


def _git(folder: Path, *command: str, output: BinaryIO | int = subprocess.PIPE) -> bytes:
    try:
        done = subprocess.run(
            ("git", "--literal-pathspecs", "-c", "core.fsmonitor=false", *command),
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            check=True,
        )
    except OSError as error:
        raise UsageError("no_git", reason=error.strerror) from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UsageError("git_failed", folder=folder, reason=reason) from None
    return done.stdout or b""


def _environment() -> dict[str, str]:
    """In a hook, git says by relative paths where its files are: relative to the top of the work tree, where hooks begin.
    That of the index is so wherever git runs."""
    environment = dict(os.environ)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"):
        if name in environment:
            environment[name] = str(Path(environment[name]).absolute())
    if "GIT_DIR" in environment:
        environment.setdefault("GIT_WORK_TREE", str(Path.cwd()))
    return environment
