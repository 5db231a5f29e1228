"""Paths that the user gave → the inventory files at or below them."""

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import category

from ..model import Location, Problem
from .text import MAX_DEPTH

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson")


@dataclass
class Found:
    """Files to read, files of other types that lie beside them, and paths that lead nowhere."""

    files: list[Path] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find_files(paths: Iterable[Path]) -> Found:
    """Walks the paths. Links are followed; one that leads back to a folder above itself is a problem. Names that begin
    with a dot are left alone below a folder. A file is read once, however many paths lead to it."""
    found = Found()
    for path in paths:
        before = len(found.files)
        problems = len(found.problems)
        try:
            if path.is_dir():
                _walk(path, found, frozenset())
                if len(found.files) == before and len(found.problems) == problems:
                    found.problems.append(Problem("empty_folder", Location(name_of(path))))
            else:
                path.stat()
                if path.suffix.lower() in SUFFIXES:
                    _take(path, found)
                else:
                    found.problems.append(Problem("unknown_type", Location(name_of(path)), {"suffixes": SUFFIXES}))
        except OSError as error:
            found.problems.append(_unreadable(path, error))
    found.files = _once(found.files)
    found.skipped = _once(found.skipped)
    return found


def _once(paths: list[Path]) -> list[Path]:
    first: dict[Path, Path] = {}
    for path in paths:
        first.setdefault(path.resolve(), path)
    return list(first.values())


def _walk(folder: Path, found: Found, above: frozenset[tuple[int, int]]) -> None:
    status = folder.stat()
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        found.problems.append(Problem("link_loop", Location(name_of(folder))))
        return
    if len(above) == MAX_DEPTH:
        found.problems.append(Problem("too_deep", Location(name_of(folder)), {"limit": MAX_DEPTH}))
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = folder / entry.name
        try:
            if entry.is_dir():
                _walk(path, found, above | {identity})
            elif path.suffix.lower() in SUFFIXES:
                _take(path, found)
            else:
                found.skipped.append(path)
        except OSError as error:
            found.problems.append(_unreadable(path, error))


def _take(path: Path, found: Found) -> None:
    if stat.S_ISREG(path.stat().st_mode):
        found.files.append(path)
    else:
        found.problems.append(Problem("not_a_file", Location(name_of(path))))


def name_of(path: Path) -> str:
    """The path as reports print it. What is no character, or would move a terminal's cursor, is written out."""
    printable = (
        character if character.isprintable() or category(character) == "Zs" else ascii(character)[1:-1]
        for character in path.as_posix()
    )
    return "".join(printable)


def _unreadable(path: Path, error: OSError) -> Problem:
    keys = {errno.ENOENT: "missing_path", errno.ELOOP: "link_loop"}
    key = keys.get(error.errno or 0, "unreadable")
    return Problem(key, Location(name_of(path)), {"reason": error.strerror or str(error)})
