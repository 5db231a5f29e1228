"""What a report lists, kept until the rest of it is known."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from .errors import PolicycheckError

_IN_MEMORY = 1 << 24
"""Bytes that are kept in memory; what is beyond them goes to a temporary file."""

_BLOCK = 1 << 20

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What a system says where there is no room to write."""


def no_room(error: OSError, folder: str | None = None) -> PolicycheckError:
    """What to raise where nothing can be written to the temporary folder, or where no folder would do for one."""
    import tempfile

    place = folder or tempfile.tempdir or os.environ.get("TMPDIR") or "TMPDIR"
    return PolicycheckError("no_temporary_room", folder=place, reason=error.strerror)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """For no other user to read, and gone at the end. Raises PolicycheckError where it has no room."""
    import tempfile

    try:
        made = tempfile.TemporaryDirectory(prefix="policycheck-")
    except OSError as error:
        raise no_room(error) from None
    with made as folder:
        try:
            yield Path(folder)
        except OSError as error:
            if error.errno in FULL:
                raise no_room(error, folder) from None
            raise


class Spool:
    """Bytes that are written once, and read from the beginning as often as needed."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    def write(self, content: bytes) -> None:
        self._size += len(content)
        if self._size <= _IN_MEMORY:
            self._blocks.append(content)
            return
        import tempfile

        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="policycheck-")  # noqa: SIM115 (it lives as long)
                self._file.writelines(self._blocks)
                self._blocks = []
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            raise no_room(error) from None

    def __iter__(self) -> Iterator[bytes]:
        yield from filter(None, self._blocks)
        if self._file:
            self._file.seek(0)
            while block := self._file.read(_BLOCK):
                yield block
            self._file.seek(0, 2)
