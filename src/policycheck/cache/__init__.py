"""What a scan keeps for later ones, in a folder that may be deleted at any time.

Nothing kept is believed unless it bears the right checksum: an entry that is damaged, or is another one, is not there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MOST = 1 << 32
"""Bytes that the folder holds between scans, at most."""

_LEAST = 1 << 18
"""Bytes that an entry counts for at least, so that there are never too many to look through."""

_BLOCK = 1 << 20
_DIGEST = 32
_ENTRY = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = re.compile(r"[0-9a-f]{64}\..+\.new")

_ABANDONED = 3600
"""Seconds after which what is still unfinished belongs to a scan that was stopped."""


def default_folder() -> Path:
    """Raises RuntimeError where there is no home folder."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".cache") / "policycheck"


class Cache:
    """Entries by their keys, which are SHA-256 in hex. What cannot be read is not there; what cannot be written is not
    kept, and `failure` then says why."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder cannot be used: where others could put something into it, too."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
        if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        self.folder = folder
        self.failure: str | None = None

    def open(self, key: str) -> IO[bytes] | None:
        """The content of an entry, from its beginning."""
        path = self.folder / key
        try:
            file = path.open("rb")
        except OSError:
            return None
        try:
            expected = file.read(_DIGEST)
            digest = _digest(key)
            while block := file.read(_BLOCK):
                digest.update(block)
            if digest.digest() == expected:
                file.seek(_DIGEST)
                os.utime(path)
                return file
        except OSError:
            pass
        file.close()
        return None

    def get(self, key: str) -> bytes | None:
        """The content of an entry that is small."""
        try:
            with (self.folder / key).open("rb") as file:
                expected, content = file.read(_DIGEST), file.read()
                os.utime(file.name)
        except OSError:
            return None
        digest = _digest(key)
        digest.update(content)
        return content if digest.digest() == expected else None

    def put(self, key: str, blocks: Iterable[bytes]) -> None:
        entry = Unfinished(self, key)
        for block in blocks:
            entry.write(block)
        entry.finish()

    def prune(self) -> None:
        """Removes what was not used for longest, where there is too much."""
        entries = []
        with suppress(OSError), os.scandir(self.folder) as found:
            for entry in found:
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    abandoned = status.st_mtime < time.time() - _ABANDONED
                    if _ENTRY.fullmatch(entry.name):
                        entries.append((status.st_mtime_ns, max(status.st_size, _LEAST), entry.path))
                    elif abandoned and _UNFINISHED.fullmatch(entry.name):
                        Path(entry.path).unlink()
        size = sum(size for _, size, _ in entries)
        for _, own, path in sorted(entries):
            if size <= MOST:
                break
            with suppress(OSError):
                Path(path).unlink()
                size -= own


class Unfinished:
    """An entry that is being written; nobody sees it before it is finished."""

    def __init__(self, cache: Cache, key: str) -> None:
        self._cache = cache
        self._path = cache.folder / key
        self._digest = _digest(key)
        self._size = 0
        self._file: IO[bytes] | None = None
        if cache.failure is None:
            with self._noted():
                handle, self._name = tempfile.mkstemp(".new", f"{key}.", cache.folder)
                self._file = os.fdopen(handle, "wb")
                self._file.write(bytes(_DIGEST))

    def write(self, block: bytes) -> None:
        self._size += len(block)
        if self._file and self._size > MOST:
            self.drop()
        if self._file:
            self._digest.update(block)
            with self._noted():
                self._file.write(block)

    def finish(self) -> None:
        if self._file:
            with self._noted():
                self._file.seek(0)
                self._file.write(self._digest.digest())
                self._file.close()
                Path(self._name).replace(self._path)
                self._file = None

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:  # the folder was deleted: so it may be
            self.drop()
        except OSError as error:
            self._cache.failure = error.strerror or str(error)
            self.drop()

    def drop(self) -> None:
        """Leaves nothing behind."""
        if self._file:
            with suppress(OSError):
                self._file.close()
            with suppress(OSError):
                Path(self._name).unlink()
            self._file = None


def _digest(key: str) -> hashlib._Hash:
    """What an entry is held against: its name belongs to it, so that no other can take its place."""
    return hashlib.sha256(key.encode())
