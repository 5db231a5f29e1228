"""The archive that an Excel workbook is: its parts, and nothing of them that could harm."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ..errors import LedgerError
from ..inventory.discovery import name_of
from ..model import Location, Problem

LARGEST = 1 << 28
"""Bytes of a workbook, packed or unpacked. 100,000 rows of 20 columns need 75 MiB of it where texts repeat, and 200 MiB with
another text of twenty Japanese characters in every cell."""
_LARGEST_LIST = 1 << 24
"""Bytes of the parts that are read as a whole: the lists of parts, sheets and properties."""
_PARTS = 10_000
_DEPTH = 100
_CHUNK = 1 << 13
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


_BROKEN = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # of XML, too
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
)


class Unsafe(ValueError):  # noqa: N818 (what is wrong is in a file, not in this program)
    """A part that is not read. `key` names the problem with it, `facts` fill its message."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


def content_of(path: Path) -> bytes:
    """The bytes of a file. Raises LedgerError for what surely is no workbook, or too much of one."""
    file = name_of(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise LedgerError("unreadable_workbook", file=file, reason=Problem("no_plain_file", Location(file)))
        if status.st_size > LARGEST:
            raise LedgerError("huge_workbook", file=file, limit=LARGEST >> 20)
        content = path.read_bytes()
    except OSError as error:
        raise LedgerError("unreadable_workbook", file=file, reason=error.strerror) from None
    if not content:
        raise LedgerError("no_workbook", file=file, reason=Problem("file_empty", Location(file)))
    if content.startswith(_OLE):
        raise LedgerError("encrypted_workbook" if _ENCRYPTED in content else "old_workbook", file=file)
    return content


@contextmanager
def sound(file: str) -> Iterator[None]:
    """Raises LedgerError for all that the reader raises, and what is under it, where a file is no workbook."""
    try:
        yield
    except Unsafe as error:
        raise LedgerError("no_workbook", file=file, reason=Problem(error.key, Location(file), error.facts)) from None
    except _BROKEN:
        raise LedgerError("no_workbook", file=file, reason=Problem("file_damaged", Location(file))) from None


class Package(zipfile.ZipFile):
    """The parts of a workbook. Nothing is ever written to a disk, so their names are but names; not more comes out of a
    part than the archive declares."""

    def __init__(self, content: bytes, file: str) -> None:
        super().__init__(io.BytesIO(content))
        parts = self.infolist()
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > LARGEST:
            raise LedgerError("huge_workbook", file=file, limit=LARGEST >> 20)
        names: set[str] = set()
        for part in parts:
            if part.filename.lower() in names:
                raise Unsafe("part_twice", part=part.filename)
            names.add(part.filename.lower())
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unsafe("part_compressed", part=part.filename)

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """A part that is a list of something, after a look at what is in it."""
        info = self.getinfo(name) if isinstance(name, str) else name
        if info.file_size > _LARGEST_LIST:
            raise Unsafe("part_too_large", part=info.filename, limit=_LARGEST_LIST >> 20)
        content = super().read(info, pwd)
        safe_parser(info.filename, _Depth(info.filename)).Parse(content, True)
        return content

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece."""
        with self.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


class _Depth:
    def __init__(self, part: str) -> None:
        self._part, self._depth = part, 0

    def start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise Unsafe("part_too_deep", part=self._part)

    def end(self, _name: str) -> None:
        self._depth -= 1


def safe_parser(part: str, target: Any) -> Any:
    """An XML parser that calls `start` and `end` of a target with names such as `namespace name`, and stops where a document
    type begins: no part of a workbook has one, and all that entities can do begins there."""

    def stop(*_: object) -> None:
        raise Unsafe("part_unexpected", part=part, detail="<!DOCTYPE>")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = stop
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.buffer_text = True
    return parser
