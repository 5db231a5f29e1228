"""Inventory files beyond this machine: whatever fsspec opens by a URL, such as the objects of an S3 bucket."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from ..errors import PolicycheckError, UsageError
from ..model import Location, Problem
from .discovery import SUFFIXES, Found, name_of, unreadable
from .sources import ChangedError, Source
from .text import MAX_DEPTH

_BLOCK = 1 << 16
"""Bytes that are read beyond what is asked for: enough for the rest of a line."""

_VERSIONS = ("ETag", "etag", "md5", "mtime", "LastModified", "last_modified", "updated", "modified", "created")
"""What a file system may say of a file that becomes another one when its content changes; the surest first."""

_SECRET = re.compile(r"(?<=://)[^/@]*:[^/@]*@|(?<=\?).*")
"""A password, or what comes with a signed address."""

_Info = Mapping[str, Any]


def find_remote(url: str, found: Found) -> None:
    """What lies at or below the URL, by the rules and in the order of a folder of this machine."""
    if _SECRET.search(url if url.startswith("http") else url.partition("?")[0]):
        raise UsageError("secret_in_url", url=name_of(_SECRET.sub("***", url)))
    before = len(found.files), len(found.problems)
    try:
        files, path = _opened(url)
        files.invalidate_cache()  # another file system of this process may have looked before
        info = _info(files, path)
        if info["type"] == "directory":
            _walk(files, url, path, 0, found)
            if (len(found.files), len(found.problems)) == before:
                found.problems.append(Problem("empty_folder", Location(name_of(url))))
        elif PurePosixPath(url).suffix.lower() in SUFFIXES:
            _take(url, info, found)
        else:
            found.problems.append(Problem("unknown_type", Location(name_of(url)), {"suffixes": SUFFIXES}))
        files.invalidate_cache()  # what is opened later is looked at again
    except OSError as error:
        found.problems.append(unreadable(url, error))


def _walk(files: Any, url: str, path: str, depth: int, found: Found) -> None:
    if depth == MAX_DEPTH:
        found.problems.append(Problem("too_deep", Location(name_of(url)), {"limit": MAX_DEPTH}))
        return
    with _as_os_error():
        listed = files.ls(path, detail=True)
    for entry in sorted(listed, key=_name):
        name = _name(entry)
        if name.startswith("."):
            continue
        if entry["name"].strip("/") == path.strip("/"):  # some tools mark a folder by an empty object
            if entry["type"] == "directory":
                found.problems.append(unreadable(f"{url}//", OSError("no name")))
            continue
        inner = f"{url if url.endswith('/') else f'{url}/'}{name}"
        try:
            if entry["type"] == "directory":
                _walk(files, inner, entry["name"], depth + 1, found)
            elif PurePosixPath(name).suffix.lower() in SUFFIXES:
                _take(inner, entry, found)
            else:
                found.skipped.append(inner)
        except OSError as error:
            found.problems.append(unreadable(inner, error))


def _name(entry: _Info) -> str:
    return str(entry["name"].rstrip("/").rpartition("/")[2])


def _take(url: str, info: _Info, found: Found) -> None:
    if info["type"] != "file":
        found.problems.append(Problem("not_a_file", Location(name_of(url))))
    elif info.get("size") is None:
        raise OSError("unknown size")
    else:
        found.files.append(Source(name_of(url), url, info["size"], _version(info)))


def _version(info: _Info) -> str:
    return next((f"{key} {_said(info[key])}" for key in _VERSIONS if info.get(key)), "")


def _said(value: object) -> str:
    """The same for a time, whether it comes from a listing or from the file itself."""
    if isinstance(value, datetime.datetime):
        value = value.timestamp()
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def open_remote(source: Source) -> BinaryIO:
    """Raises OSError where it cannot be opened, and ChangedError where it is not as it was found. What is read of it is
    fetched, and not the rest."""
    files, path = _opened(source.path)
    with _as_os_error():
        file = files.open(path, "rb", block_size=_BLOCK)
        info = getattr(file, "details", None) or files.info(path)
    key, _, value = source.version.partition(" ")
    if info["size"] != source.size or _said(info.get(key) or value) != value:
        file.close()
        raise ChangedError
    return cast(BinaryIO, _File(file))


class _File:
    """What this program does with a file, with errors as those of any file."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        with _as_os_error():
            return cast(bytes, self._file.read(size))

    def readline(self) -> bytes:
        with _as_os_error():
            return cast(bytes, self._file.readline())

    def seek(self, offset: int) -> int:
        return cast(int, self._file.seek(offset))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _info(files: Any, path: str) -> _Info:
    with _as_os_error():
        return cast(_Info, files.info(path))


@contextmanager
def _as_os_error() -> Iterator[None]:
    """The libraries below fsspec have errors of their own: no credentials, no such host."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Not by fsspec's own reading of URLs, for which `::` in a name has a
    meaning."""
    protocol = url.partition("://")[0]
    try:
        from fsspec import get_filesystem_class

        kind: Any = get_filesystem_class(protocol)
    except ImportError as error:
        if error.name == "fsspec" or protocol in ("s3", "s3a"):
            raise PolicycheckError("extra_missing", what=f"{protocol}://") from None
        raise PolicycheckError("unusable_url", url=name_of(url), reason=str(error)) from None
    except ValueError as error:
        raise UsageError("unusable_url", url=name_of(url), reason=str(error)) from None
    with _as_os_error():
        return kind(**kind._get_kwargs_from_urls(url)), kind._strip_protocol(url)  # noqa: SLF001 (no other way)
