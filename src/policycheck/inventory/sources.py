"""Where inventory files are opened: on this machine, or wherever fsspec reaches. And how a big one is cut into parts."""

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

PART = 1 << 20
"""Bytes that one job reads: enough to make the cost of a job vanish, few enough for a small memory."""

_MOST = 8 * PART
"""Where a job costs more."""


class Source(NamedTuple):
    """A file as it was found. `name` is its path as reports print it, `size` is in bytes, and `version` is another one
    when its content may have changed since."""

    name: str
    path: str
    size: int
    version: str

    @property
    def by_lines(self) -> bool:
        """Whether it is NDJSON, which can be read from any line on."""
        return self.path.lower().endswith(".ndjson")


class Part(NamedTuple):
    """What one job reads: whole files, or of one NDJSON file the lines that begin in [`start`, `end`)."""

    sources: tuple[Source, ...]
    start: int = 0
    end: int | None = None


class Digest(NamedTuple):
    """A job of its own: the SHA-256 of a file that is read in several parts."""

    source: Source


class ChangedError(OSError):
    """The file is not the one that was found."""


def is_remote(path: str) -> bool:
    """Whether it is the URL of something that fsspec opens, and no path of this machine."""
    return "://" in path


def local_version(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}"


def open_source(source: Source) -> BinaryIO:
    """Raises OSError where it cannot be opened, and ChangedError where it is not as it was found."""
    if is_remote(source.path):
        from .remote import open_remote

        return open_remote(source)
    file = open(source.path, "rb")  # noqa: PTH123, SIM115 (the caller closes it)
    status = os.fstat(file.fileno())
    if (status.st_size, local_version(status)) != (source.size, source.version):
        file.close()
        raise ChangedError
    return file


def read_source(source: Source, start: int = 0, end: int | None = None) -> bytes:
    """The whole file, or the lines that begin in [`start`, `end`)."""
    with open_source(source) as file:
        if end is None:
            return file.read()
        file.seek(max(start - 1, 0))
        content = file.read(end - max(start - 1, 0))
        if start:
            content = content.partition(b"\n")[2]
        if content and not content.endswith(b"\n"):
            content += file.readline()
        return content


def cut(sources: Sequence[Source], enough: int = 0) -> Iterator[Part]:
    """Parts of about the same size, in the order of the files; larger ones where there are still `enough`."""
    part = max(PART, min(_MOST, sum(source.size for source in sources) // enough)) if enough else PART
    batch: list[Source] = []
    size = 0
    for source in sources:
        if source.by_lines and source.size > 2 * part and not _is_marked(source):
            if batch:
                yield Part(tuple(batch))
                batch, size = [], 0
            for start in range(0, source.size, part):
                yield Part((source,), start, min(start + part, source.size))
            continue
        if batch and size + source.size > part:
            yield Part(tuple(batch))
            batch, size = [], 0
        batch.append(source)
        size += source.size
    if batch:
        yield Part(tuple(batch))


def _is_marked(source: Source) -> bool:
    """Whether it begins with a byte order mark or as UTF-16 does, and so is refused as a whole; so is what cannot be
    opened."""
    from .documents import is_text

    try:
        with open_source(source) as file:
            return not is_text(file.read(4) + b".")
    except OSError:
        return True
