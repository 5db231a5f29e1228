"""Whole reports: the same input gives the same bytes, so those of an earlier scan will do."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..inventory.discovery import find_files
from ..inventory.sources import is_remote, open_source
from . import Cache, Unfinished
from .keys import key_of, program

if TYPE_CHECKING:
    from ..report import Report

_BLOCK = 1 << 20


class KeptReport:
    """The report of one scan: as an earlier one kept it, or to be kept for later ones. None is kept where something
    that the scan reads cannot be read, or is not the same before the scan and after it."""

    def __init__(self, cache: Cache, paths: Sequence[str | Path], files: Sequence[Path | None], *settings: Any) -> None:
        """`files` are what the scan reads beside the inventory, `settings` what else makes a difference to its report."""
        self._cache = cache
        self._paths = paths
        self._files = files
        self._key: str | None = None
        if any(is_remote(str(path)) for path in paths):
            return
        self._found = find_files(paths)
        if self._found.problems:
            return
        try:
            self._beside = self._digests_beside()
            self._inventory = [(source.name, _sha256(open_source(source))) for source in self._found.files]
        except OSError:
            return
        names = ([str(path) for path in (*paths, *self._found.skipped)], [source.path for source in self._found.files])
        self._key = key_of("report", program(), names, self._inventory, self._beside, settings)

    def found(self) -> tuple[Iterator[bytes], int] | None:
        """The report and its exit code."""
        file = self._cache.open(self._key) if self._key else None
        return (_rest_of(file), int(file.readline())) if file else None

    def keep(self, content: Iterable[bytes], report: Report) -> Iterator[bytes]:
        """The content as it is, of which a copy is kept."""
        if self._key is None:
            yield from content
            return
        entry = Unfinished(self._cache, self._key)
        try:
            entry.write(b"%d\n" % report.exit_code)
            for block in content:
                entry.write(block)
                yield block
            if self._is_of(report):
                entry.finish()
        finally:
            entry.drop()

    def _is_of(self, report: Report) -> bool:
        """Whether the report is of what was found before the scan, and nothing has changed since."""
        try:
            same = find_files(self._paths) == self._found and self._digests_beside() == self._beside
        except OSError:
            return False
        return same and [(file.path, file.sha256) for file in report.inventory.files] == self._inventory

    def _digests_beside(self) -> list[tuple[str, str]]:
        """Raises OSError where one of them cannot be read twice."""
        found = []
        for file in self._files:
            if file is None or not file.exists():  # a standard may be the name of one that comes with the program
                found.append((str(file), ""))
            elif stat.S_ISREG(file.stat().st_mode):
                found.append((str(file), _sha256(file.open("rb"))))
            else:
                raise OSError
        return found


def _sha256(file: IO[bytes]) -> str:
    with file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _rest_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
