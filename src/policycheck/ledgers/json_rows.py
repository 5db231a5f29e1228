"""JSON and NDJSON as tables: a row an object, a column a key."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..inventory import json_text
from ..inventory.discovery import name_of
from ..inventory.text import MAX_DEPTH, Flaw
from ..model import Location, Origin, Problem
from ..nearest import nearest
from .cells import Raw
from .encodings import codec_of, read_encoding

_LARGEST = 1 << 28
"""Bytes of a JSON file, which is read as a whole, or of one line of NDJSON."""
_KEYS = 1 << 14

Keys = tuple[str, ...]


class _Entry(NamedTuple):
    """An object, with the pointer to it."""

    pointer: str
    value: dict[str, Any]


class JsonSheet:
    """A JSON file as `Sheet` says. Its first row are the keys of all objects, in the order in which they first appear;
    those of objects within objects are joined by dots, and lists stay what they are. NDJSON is read twice, and a pointer
    into it begins with the number of the line."""

    name = None
    merged = ()
    epoch = None

    def __init__(self, path: Path, rows_at: str | None = None, encoding: str | None = None) -> None:
        """`rows_at` is the dotted path to the objects. Where it leads through a list, it goes on from every entry of that.
        Raises LedgerError for what is no JSON, and where there are no objects."""
        self.file = name_of(path)
        self._path, self._rows_at = path, rows_at
        self._lines = path.suffix.lower() in (".ndjson", ".jsonl")
        given = read_encoding(encoding) if encoding else None
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise LedgerError(
                    "unreadable_ledger", file=self.file, reason=Problem("no_plain_file", Location(self.file))
                )
            if status.st_size > _LARGEST and not self._lines:
                raise LedgerError("huge_json", file=self.file, limit=_LARGEST >> 20)
            with path.open("rb") as stream:
                self._codec = codec_of(stream.read(4), given) or "utf-8"
        except OSError as error:
            raise LedgerError("unreadable_ledger", file=self.file, reason=error.strerror) from None
        self._entries = None if self._lines else list(self._below(self._whole(), "", self._steps()))
        self._columns: dict[Keys, int] = {}
        self._pointers: list[str] = []
        for pointer, value in self._found():
            self._pointers.append(pointer)
            for keys, _ in _flat(value):
                self._columns.setdefault(keys, len(self._columns))
            if len(self._columns) > _KEYS:
                raise LedgerError("many_keys_in_json", file=self.file, limit=_KEYS)
        names = [".".join(keys) for keys in self._columns]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise LedgerError("double_key_in_json", file=self.file, key=twice)
        if not names:
            raise LedgerError("empty_ledger", file=self.file)
        self._header: list[Raw] = list(names)

    def rows(self) -> Iterator[tuple[int, list[Raw]]]:
        yield 1, list(self._header)
        for number, (_, value) in enumerate(self._found(), 2):
            row: list[Raw] = [None] * len(self._columns)
            for keys, part in _flat(value):
                if keys not in self._columns:
                    raise LedgerError("changed_ledger", file=self.file)
                row[self._columns[keys]] = part
            yield number, row

    def origin(self, row: int, column: int) -> Origin:
        keys = list(self._columns)[column - 1] if column <= len(self._columns) else ()
        start = self._pointers[row - 2] if 2 <= row < len(self._pointers) + 2 else ""
        return Origin(self.file, None, start + "".join(map(_step, keys)) or "/")

    def _steps(self) -> list[str]:
        return self._rows_at.split(".") if self._rows_at else []

    def _found(self) -> Iterator[_Entry]:
        return iter(self._entries) if self._entries is not None else self._of_lines()

    def _of_lines(self) -> Iterator[_Entry]:
        try:
            with self._path.open("rb") as raw, io.TextIOWrapper(raw, self._codec, newline="\n") as stream:
                number = 0
                while line := stream.readline(_LARGEST):
                    number += 1
                    if line.strip():
                        value = json_text.parse_line(line.encode(), number)
                        yield from self._below(value, f"{number}:", self._steps())
        except Flaw as flaw:
            raise self._broken(flaw) from None
        except UnicodeError:
            raise LedgerError("json_encoding", file=self.file) from None
        except OSError as error:
            raise LedgerError("unreadable_ledger", file=self.file, reason=error.strerror) from None

    def _whole(self) -> Any:
        try:
            return json_text.parse(self._path.read_text(self._codec)).value
        except Flaw as flaw:
            raise self._broken(flaw) from None
        except UnicodeError:
            raise LedgerError("json_encoding", file=self.file) from None

    def _broken(self, flaw: Flaw) -> LedgerError:
        place = Location(self.file, flaw.line)
        return LedgerError("broken_json_ledger", place=place, detail=Problem(flaw.key, place, flaw.facts))

    def _below(self, value: Any, pointer: str, steps: list[str]) -> Iterator[_Entry]:
        """The objects at the end of the steps."""
        if isinstance(value, dict) and steps and steps[0] in value:
            yield from self._below(value[steps[0]], pointer + _step(steps[0]), steps[1:])
        elif isinstance(value, list):
            for position, entry in enumerate(value):
                yield from self._below(entry, f"{pointer}/{position}", steps)
        elif isinstance(value, dict) and not steps and pointer:
            yield _Entry(pointer, value)
        else:
            keys = (
                [key for key, part in value.items() if isinstance(part, (list, dict))]
                if isinstance(value, dict)
                else []
            )
            near = nearest(steps[0], keys) if steps else None
            raise LedgerError("no_rows_in_json", file=self.file, place=pointer or "/", known=keys, nearest=near)


def _flat(value: dict[str, Any], above: Keys = ()) -> Iterator[tuple[Keys, Raw]]:
    for key, part in value.items():
        if isinstance(part, dict) and len(above) < MAX_DEPTH:
            yield from _flat(part, (*above, key))
        else:
            yield (*above, key), part


def _step(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
