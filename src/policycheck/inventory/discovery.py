"""Paths that the user gave → the inventory files at or below them."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..model import Location, Problem

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson")


@dataclass
class Found:
    """Files to read, files of other types that lie beside them, and paths that lead nowhere."""

    files: list[Path] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> Found:
    """Walks the paths. Links are followed; one that leads back to a folder above itself is a problem. Names that begin
    with a dot are left alone below a folder."""
    found = Found()
    for path in paths:
        before = len(found.files)
        problems = len(found.problems)
        try:
            if path.is_dir():
                _walk(path, found, frozenset())
                if len(found.files) == before and len(found.problems) == problems:
                    found.problems.append(Problem("empty_folder", Location(path.as_posix())))
            else:
                path.stat()
                if path.suffix.lower() in SUFFIXES:
                    found.files.append(path)
                else:
                    found.problems.append(Problem("unknown_type", Location(path.as_posix()), {"suffixes": SUFFIXES}))
        except OSError as error:
            found.problems.append(_unreadable(path, error))
    found.files = list(dict.fromkeys(found.files))
    return found


def _walk(folder: Path, found: Found, above: frozenset[tuple[int, int]]) -> None:
    status = folder.stat()
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        found.problems.append(Problem("link_loop", Location(folder.as_posix())))
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        try:
            if entry.is_dir():
                _walk(path, found, above | {identity})
            elif path.suffix.lower() in SUFFIXES:
                path.stat()
                found.files.append(path)
            else:
                found.skipped.append(path.as_posix())
        except OSError as error:
            found.problems.append(_unreadable(path, error))


def _unreadable(path: Path, error: OSError) -> Problem:
    keys = {errno.ENOENT: "missing_path", errno.ELOOP: "link_loop"}
    key = keys.get(error.errno or 0, "unreadable")
    return Problem(key, Location(path.as_posix()), {"reason": error.strerror or str(error)})
