"""Files as git has them: in its index, or in a revision."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from operator import itemgetter
from pathlib import Path, PurePath
from shutil import copyfileobj
from typing import BinaryIO, cast

from .errors import UsageError
from .inventory.discovery import SUFFIXES, Found, find_files, name_of
from .inventory.sources import Source, is_remote, local_version, open_source
from .spool import no_room

_BLOCK = 1 << 20

_LINK = "120000"
"""The mode of a symbolic link."""

_SUBMODULE = "160000"
"""The mode of a submodule."""

_MOST_STEPS = 4096
"""Parts of a path and of the links in it: more are links in a circle."""

_OURS = ("0", "2")
"""The stages of the index that hold our content, where nothing is being merged and where something is."""


def earlier(paths: Iterable[str | PurePath], revision: str | None, folder: Path) -> Found:
    """The inventory at the paths as the revision has it, or git's index. Files that are not as they are now are written
    to the folder. Raises UsageError where git cannot tell."""
    old = Found()
    for path in paths:
        if is_remote(str(path)):
            raise UsageError("changed_remote", path=path)
        old.files += _known(Path(path), revision, folder)
    return old


def earlier_beside(file: Path, paths: Iterable[str | PurePath], revision: str | None, folder: Path) -> Path | None:
    """A file that is given beside the inventory as the revision has it, or git's index: written to the folder. None where
    there was none. What lies in no work tree of the paths is no part of a change, and so is as it was. Raises UsageError
    where git cannot tell."""
    roots = {_top(Path(path)) for path in paths if not is_remote(str(path))}
    whole = _without_links(file, roots)
    root = next((root for root in roots if whole.is_relative_to(root)), None)
    if root is None:
        return file
    if revision is not None:
        _git(root, "ls-tree", "--end-of-options", revision)  # says so where there is no such revision
    try:
        written = _written(root, f"{revision or ''}:{whole.relative_to(root).as_posix()}", file.name, folder)
    except UsageError:
        return None
    return Path(written.path)


def _top(path: Path) -> Path:
    """The work tree of the path. Raises UsageError where there is none."""
    whole = Path(os.path.realpath(path))
    inside = next(above for above in (whole, *whole.parents) if above.is_dir())
    return Path(os.fsdecode(_git(inside, "rev-parse", "--show-toplevel")).removesuffix("\n")).resolve()


def _without_links(path: Path, roots: Iterable[Path]) -> Path:
    """Where the path leads. Raises UsageError where a link of a work tree leads there: it may have led elsewhere."""
    ahead = deque(Path(os.path.abspath(path)).parts)  # noqa: PTH100 (Path.resolve follows the links)
    here = Path(ahead.popleft())
    for _ in range(_MOST_STEPS):
        if not ahead:
            return here
        step = ahead.popleft()
        here = here.parent if step == os.pardir else here / step
        if here.is_symlink():
            if any(here.parent.is_relative_to(root) for root in roots):
                raise UsageError("changed_unclear", path=path, place=here)
            target = here.readlink()
            ahead.extendleft(reversed(target.parts))
            here = Path(target.anchor) if target.anchor else here.parent
            if target.anchor:
                ahead.popleft()
    raise UsageError("changed_unclear", path=path, place=here)


def _known(path: Path, revision: str | None, folder: Path) -> Iterator[Source]:
    """The files at or below the path as git knows them, in their order: the first of an id counts."""
    root = _top(path)
    whole = _without_links(path, [root])
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
    being merged, of ours. Links are followed, as far as git knows where they lead. Raises UsageError for what lies in a
    submodule, or behind a link that is above the path."""
    done.add(path)
    above = {inner for inner in path.parents if inner != root and inner.is_relative_to(root)}
    found: dict[Path, str] = {}
    for mode, blob, file in _entries(root, revision, [path, *above]):
        if (file in above and mode == _LINK) or (mode == _SUBMODULE and (file in above or file.is_relative_to(path))):
            raise UsageError("changed_unclear", path=path, place=file)
        if not file.is_relative_to(path) or any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        known = file.suffix.lower() in SUFFIXES
        if mode == _LINK:
            target = Path(os.path.normpath(file.parent / os.fsdecode(_git(root, "cat-file", "blob", blob))))
            is_taken = known or target.suffix.lower() not in SUFFIXES
            if is_taken and target.is_relative_to(root) and target not in done:
                found |= _listed(target, root, revision, done)
        elif known and mode != _SUBMODULE:
            found[file] = blob
    return found


def _entries(root: Path, revision: str | None, paths: Iterable[Path]) -> Iterator[tuple[str, str, Path]]:
    """Mode, name of the content and place of what git knows at and below the paths."""
    where = [os.path.relpath(path, root) for path in paths]
    if revision is None:
        lines = _git(root, "ls-files", "--stage", "-z", "--", *where)
    else:
        lines = _git(root, "ls-tree", "-r", "-z", "--end-of-options", revision, *where)
    for line in lines.split(b"\0"):
        facts, _, name = line.partition(b"\t")
        if facts:
            mode, *rest = facts.decode().split()
            blob, stage = (rest[1], "0") if revision is not None else rest
            if stage in _OURS:
                yield mode, blob, root / os.fsdecode(name)


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
    try:
        handle, file = tempfile.mkstemp(suffix=Path(name).suffix, dir=folder)
        with os.fdopen(handle, "wb") as content:
            _git_to(content, root, "cat-file", "blob", blob)
        status = Path(file).stat()
    except OSError as error:
        raise no_room(error, str(folder)) from None
    return Source(name, file, status.st_size, local_version(status))


def _git(folder: Path, *command: str) -> bytes:
    output = BytesIO()
    _git_to(output, folder, *command)
    return output.getvalue()


def _git_to(output: BinaryIO, folder: Path, *command: str) -> None:
    try:
        process = subprocess.Popen(
            ("git", "--literal-pathspecs", "-c", "core.fsmonitor=false", *command),
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise UsageError("no_git", reason=error.strerror) from None
    with process:
        copyfileobj(cast("BinaryIO", process.stdout), output, _BLOCK)
        told = cast("BinaryIO", process.stderr).read()
    if process.returncode:
        reason = told.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UsageError("git_failed", folder=folder, reason=reason)


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
