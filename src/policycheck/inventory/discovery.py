"""Paths that the user gave → the inventory files at or below them."""

import errno
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TypeVar
from unicodedata import category

from ..model import Location, Problem
from .sources import Source, is_remote, local_version
from .text import MAX_DEPTH

_T = TypeVar("_T")

_LOCAL = "file://"

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson")


@dataclass
class Found:
    """Files to read, files of other types that lie beside them, and paths that lead nowhere."""

    files: list[Source] = field(default_factory=list)
    skipped: list[str | PurePath] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find_files(paths: Iterable[str | PurePath]) -> Found:
    """Walks the paths. Links are followed; one that leads back to a folder above itself is a problem. Names that begin
    with a dot are left alone below a folder. A file is read once, however many paths lead to it."""
    found = Found()
    for given in paths:
        if is_remote(str(given)) and not str(given).startswith(_LOCAL):
            from .remote import find_remote

            find_remote(str(given), found)
            continue
        path = Path(str(given).removeprefix(_LOCAL))
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
            found.problems.append(unreadable(path, error))
    found.files = _once(found.files, lambda source: source.path)
    found.skipped = _once(found.skipped, str)
    return found


def _once(found: list[_T], path: Callable[[_T], str]) -> list[_T]:
    first: dict[str, _T] = {}
    for one in found:
        place = path(one)
        first.setdefault(place if is_remote(place) else os.path.realpath(place), one)
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
            found.problems.append(unreadable(path, error))


def _take(path: Path, found: Found) -> None:
    status = path.stat()
    if stat.S_ISREG(status.st_mode):
        found.files.append(Source(name_of(path), str(path.absolute()), status.st_size, local_version(status)))
    else:
        found.problems.append(Problem("not_a_file", Location(name_of(path))))


def name_of(path: str | PurePath) -> str:
    """The path as reports print it. What is no character, or would move a terminal's cursor, is written out."""
    printable = (
        character if character.isprintable() or category(character) == "Zs" else ascii(character)[1:-1]
        for character in (path if isinstance(path, str) else path.as_posix())
    )
    return "".join(printable)


def unreadable(path: str | PurePath, error: OSError) -> Problem:
    loop = error.errno == errno.ELOOP
    key = "missing_path" if isinstance(error, FileNotFoundError) else "link_loop" if loop else "unreadable"
    return Problem(key, Location(name_of(path)), {"reason": error.strerror or str(error)})
