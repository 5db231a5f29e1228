"""The form of a package: a zip whose bytes follow from its members alone.

Every field of the format has one value only: nothing is compressed, the times, attributes and versions are always the
same, and the members stand in one order. So a package is read by writing down what it must be, and holding that against
what it is.
"""

import hashlib
import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from ..errors import PolicycheckError
from .faults import FaultyError

MANIFEST = "manifest.json"
SIGNATURE = "signature.dsse.json"
PUBLIC_KEY = "public-key.pem"
REPORT = "report.json"
BESIDE = {"waivers": "waivers.yaml", "measures": "measures.yaml", "baseline": "baseline.json"}
STANDARD = "standard.yaml"
POLICIES = tuple(
    f"policies/{name}"
    for name in ("controls.json", "manifest.json", "policies.tar.gz", "policy.wasm", "schemas.json", "standards.json")
)

_FIRST = (MANIFEST, SIGNATURE, PUBLIC_KEY)
_FIXED = frozenset((*_FIRST, REPORT, *BESIDE.values(), STANDARD, *POLICIES))
_INVENTORY = re.compile(r'inventory/[0-9]{4,5}/(?!\.{1,2}$)[^\x00-\x1f\x7f\\/:*?"<>|]{1,80}')

LARGEST = (1 << 32) - 2
"""Bytes of a package, at most: what a zip can hold without an extension of the format."""

MOST = (1 << 16) - 2
"""Members of a package, at most, for the same reason."""

_SMALL = 1 << 26
"""Bytes of a member, at most, that is read as a whole."""

_UNBOUNDED = (REPORT, BESIDE["baseline"])

BLOCK = 1 << 20
"""Bytes that are read at once."""

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_BEGINS = b"PK\3\4"
_SINCE_2_0 = 20
_UNIX_2_0 = 3 << 8 | 20
_UTF8 = 1 << 11  # where the name is not ASCII
_FIRST_DAY = 1 << 5 | 1  # 1980-01-01
_FILE = 0o100644 << 16


class Content(NamedTuple):
    """What a member holds. `start` is where its first byte stands in the package, `crc` what the package says it is."""

    size: int
    crc: int
    sha256: str
    start: int = 0


class Pack(NamedTuple):
    """A package that has the right form. `damaged` are the members that are not what their checksum says."""

    file: IO[bytes]
    members: Mapping[str, Content]
    damaged: frozenset[str]

    def read(self, name: str) -> bytes:
        """A member of those that are small."""
        content = self.members[name]
        self.file.seek(content.start)
        return self.file.read(content.size)

    def unpack(self, folder: Path) -> None:
        """Lays the members out below a folder that is empty."""
        for name, content in self.members.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file.seek(content.start)
            digest = hashlib.sha256()
            with path.open("wb") as copy:
                for block in _blocks(self.file, content.size):
                    digest.update(block)
                    copy.write(block)
            if digest.hexdigest() != content.sha256:
                raise FaultyError("moving")


def in_order(names: Iterable[str]) -> list[str]:
    """The names of members in the order in which they stand in a package."""
    return sorted(names, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))


def content_of(path: Path) -> Content:
    """What a package says of a file."""
    size = crc = 0
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            size += len(block)
            crc = zlib.crc32(block, crc)
            digest.update(block)
    return Content(size, crc, digest.hexdigest())


def packed(folder: Path, members: Mapping[str, Content]) -> Iterator[bytes]:
    """The bytes of a package of these files of the folder. Raises PolicycheckError where they are too many or too
    large."""
    if len(members) > MOST:
        raise PolicycheckError("evidence_too_large", what=len(members), limit=MOST)
    for name, content in members.items():
        if content.size > _limit(name):
            raise PolicycheckError("evidence_too_large", what=f"{name} ({content.size})", limit=_limit(name))
    names = in_order(members)
    total = sum(_LOCAL.size + _CENTRAL.size + 2 * len(name.encode()) + members[name].size for name in names) + _END.size
    if total > LARGEST:
        raise PolicycheckError("evidence_too_large", what=total, limit=LARGEST)
    offset = 0
    central = []
    for name in names:
        content = members[name]
        head = _head(name, content)
        central.append(_entry(name, content, offset))
        yield head
        with (folder / name).open("rb") as file:
            yield from _blocks(file, content.size)
        offset += len(head) + content.size
    yield _tail(central, offset)


def begins_as_pack(file: IO[bytes]) -> bool:
    """Whether a file, from its beginning on, is a package or what is left of one."""
    head = file.read(_LOCAL.size + len(MANIFEST))
    return head.startswith(_BEGINS) and head.endswith(MANIFEST.encode())


def read_pack(file: IO[bytes]) -> Pack:
    """The members of a package, none of which is held in memory. Raises FaultyError where a byte beside their contents
    is not the only one that can stand there."""
    if file.seek(0, os.SEEK_END) > LARGEST:
        raise FaultyError("too_large", limit=LARGEST)
    file.seek(0)
    members: dict[str, Content] = {}
    places = set()
    damaged = set()
    central = []
    offset = 0
    while (head := file.read(_LOCAL.size))[: len(_BEGINS)] == _BEGINS:
        name, said = _announced(head, file, offset)
        place = name.rpartition("/")[0] if name.startswith("inventory/") else name
        if place in places:  # names that differ by case alone would be one file on some systems
            raise FaultyError("twice", member=name)
        places.add(place)
        crc, found = 0, 0
        digest = hashlib.sha256()
        start = file.tell()
        for block in _blocks(file, said.size):
            found += len(block)
            crc = zlib.crc32(block, crc)
            digest.update(block)
        if found < said.size:
            raise FaultyError("cut_off", member=name)
        if crc != said.crc:
            damaged.add(name)
        members[name] = Content(said.size, said.crc, digest.hexdigest(), start)
        central.append(_entry(name, said, offset))
        offset = start + said.size
        if len(members) > MOST:
            raise FaultyError("too_large", limit=MOST)
    expected = _tail(central, offset)
    given = head + file.read(max(0, len(expected) + 1 - len(head)))
    if given != expected:
        pairs = zip(given, expected, strict=False)
        same = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(given), len(expected)))
        raise FaultyError("form", byte=offset + same)
    if list(members) != in_order(members):
        raise FaultyError("order")
    return Pack(file, members, frozenset(damaged))


def _announced(head: bytes, file: IO[bytes], offset: int) -> tuple[str, Content]:
    """The name of the member that comes, and what is said of it."""
    if len(head) < _LOCAL.size:
        raise FaultyError("form", byte=offset + len(head))
    *_, crc, _, size, length, _ = _LOCAL.unpack(head)
    raw = file.read(length)
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        raise FaultyError("form", byte=offset + _LOCAL.size) from None
    if name not in _FIXED and not _INVENTORY.fullmatch(name):
        raise FaultyError("stranger", member=name)
    content = Content(size, crc, "")
    if head + raw != _head(name, content):
        raise FaultyError("form", byte=offset)
    if size > _limit(name):
        raise FaultyError("too_large", limit=_limit(name))
    return name, content


def _limit(name: str) -> int:
    return LARGEST if name in _UNBOUNDED or name.startswith("inventory/") else _SMALL


def _head(name: str, content: Content) -> bytes:
    size, raw = content.size, name.encode()
    form = (_SINCE_2_0, 0 if name.isascii() else _UTF8, 0, 0, _FIRST_DAY)
    return _LOCAL.pack(_BEGINS, *form, content.crc, size, size, len(raw), 0) + raw


def _entry(name: str, content: Content, offset: int) -> bytes:
    size, raw = content.size, name.encode()
    form = (_UNIX_2_0, _SINCE_2_0, 0 if name.isascii() else _UTF8, 0, 0, _FIRST_DAY)
    return _CENTRAL.pack(b"PK\1\2", *form, content.crc, size, size, len(raw), 0, 0, 0, 0, _FILE, offset) + raw


def _tail(central: list[bytes], offset: int) -> bytes:
    entries = b"".join(central)
    return entries + _END.pack(b"PK\5\6", 0, 0, len(central), len(central), len(entries), offset, 0)


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    """The next bytes of the file: as many as are asked for, or fewer where it ends."""
    while size and (block := file.read(min(size, BLOCK))):
        size -= len(block)
        yield block
