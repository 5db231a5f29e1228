"""The files of an inventory that ledgers are merged into, in each of its formats."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ..errors import LedgerError, UsageError
from ..inventory.discovery import SUFFIXES, find_files, name_of
from ..inventory.documents import Department, Entry, lines_in, parse, read_entries
from ..model import FieldPath, Fields, Location, Problem
from ..yaml_out import document
from .changes import Key
from .paths import same
from .yaml_edit import Section, edit
from .yaml_tree import NotEditableError


class Now(NamedTuple):
    """A file as it stands. `content` is None where there is no file yet; `paths` say where each entry stands in it, and
    `department` is that of the file. The entries name their departments, whether or not the file repeats them."""

    path: Path
    content: bytes | None
    department: str | None
    entries: dict[Key, Fields]
    paths: dict[Key, FieldPath]


class Moved(NamedTuple):
    """Entries that go from file to file with their comments: for those that come, what gives their lines where they are to
    say something; and those that leave."""

    come: Mapping[Key, Callable[[Fields], str | None]] = {}
    leave: AbstractSet[Key] = frozenset()


_NONE = Moved()


def files_in(folder: Path) -> list[Path]:
    """The files of the inventory in a folder, which need not be there."""
    here = folder.absolute()
    found = find_files([folder]).files if folder.is_dir() else ()
    return [folder / Path(source.path).relative_to(here) for source in found]


def read_now(path: Path, kinds: Mapping[str, str]) -> Now:
    """The file at the path. `kinds` gives the kinds by their plurals, in the order of the schema.

    Raises UsageError for a suffix that no inventory has and for a file that cannot be read, LedgerError naming file and line
    where something in it is not an entry, and where two entries are one.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError("inventory_suffix", file=path, known=list(SUFFIXES))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Now(path, None, None, {}, {})
    except OSError as error:
        raise UsageError("unreadable_inventory", file=path, reason=error.strerror or error) from None
    return _read(path, content, kinds)


def is_yaml(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml")


def apply(
    now: Now, entries: Mapping[Key, Fields], kinds: Mapping[str, str], comment: str, moved: Moved = _NONE
) -> bytes:
    """The content of the file that holds these entries. What does not change stays as it is written, with its comments; in
    JSON what is written anew is written as orjson does. The comment is for the head of a new file. Without entries there
    is nothing in a new file, nor in one of NDJSON.

    Raises LedgerError, naming file, line and entry, where the file is written in a way that a change would not leave it
    saying what it should.
    """
    if now.content is not None and _are_alike(now.entries, entries):
        return now.content
    content = tried(now, entries, kinds, comment, moved)
    if content is None:
        key = _first_refused(now, entries, kinds, comment)
        path = now.paths.get(key, tuple(plural for plural, kind in kinds.items() if kind == key[0]))
        place = Location(name_of(now.path), lines_in(name_of(now.path), now.content or b"")(path))
        raise LedgerError("entry_not_editable", place=place, kind=key[0], id=key[1])
    return content


def tried(
    now: Now, entries: Mapping[Key, Fields], kinds: Mapping[str, str], comment: str, moved: Moved = _NONE
) -> bytes | None:
    """None where the file would not say what it should."""
    for whole_lists in (False, True):
        try:
            content = _changed(now, entries, kinds, comment, moved, whole_lists=whole_lists)
            if _are_alike(_read(now.path, content, kinds).entries, entries):
                return content
        except (NotEditableError, LedgerError):
            pass
    return None


def _first_refused(now: Now, entries: Mapping[Key, Fields], kinds: Mapping[str, str], comment: str) -> Key:
    """The entry with whose change the changes before it can no longer be made."""
    keys = [*{**now.entries, **entries}]
    changed = [key for key in keys if not same(now.entries.get(key), entries.get(key))]

    def refused(last: int) -> bool:
        later = set(changed[last + 1 :])
        sources = {key: now.entries if key in later else entries for key in keys}
        some = {key: source[key] for key, source in sources.items() if key in source}
        return tried(now, some, kinds, comment) is None

    return changed[bisect_left(range(len(changed) - 1), True, key=refused)]


def _read(path: Path, content: bytes, kinds: Mapping[str, str]) -> Now:
    name = name_of(path)
    department = None
    seen: dict[Key, Entry] = {}
    for found in read_entries(name, content, kinds) if content.strip() else ():
        if isinstance(found, Problem):
            raise _unusable(found)
        if isinstance(found, Department):
            department = str(found)
            continue
        identity = found.fields.get("id")
        if not isinstance(identity, str):
            raise _unusable(
                Problem("missing_field", _place(name, found), {"kind": found.kind, "id": "?", "field": "id"})
            )
        if first := seen.get((found.kind, identity)):
            facts = {"kind": found.kind, "id": identity, "first": _place(name, first)}
            raise _unusable(Problem("duplicate_id", _place(name, found), facts))
        seen[found.kind, identity] = found
    entries = {key: entry.fields for key, entry in seen.items()}
    return Now(path, content, department, entries, {key: entry.path for key, entry in seen.items()})


def _place(name: str, entry: Entry) -> Location:
    return Location(name, entry.lines(entry.path))


def _unusable(problem: Problem) -> LedgerError:
    return LedgerError("unusable_inventory", place=problem.location, problem=problem)


def _are_alike(before: Mapping[Key, Fields], after: Mapping[Key, Fields]) -> bool:
    return before.keys() == after.keys() and all(same(fields, after[key]) for key, fields in before.items())


def _changed(
    now: Now,
    entries: Mapping[Key, Fields],
    kinds: Mapping[str, str],
    comment: str,
    moved: Moved,
    *,
    whole_lists: bool,
) -> bytes:
    suffix = now.path.suffix.lower()
    if suffix == ".ndjson":
        return b"".join(_lines(now, entries)) if entries else b""
    if not now.content or now.content.isspace():
        return _new(suffix, entries, kinds, comment, moved)
    value = parse(name_of(now.path), now.content).value
    sections = _sections(now, value, entries, kinds, moved)
    if suffix != ".json":
        return edit(now.content.decode(), value, sections, whole_lists=whole_lists).encode()
    for plural, section in sections.items():
        old = [section.changed.get(position, fields) for position, fields in enumerate(value.get(plural, ()))]
        value[plural] = [*(fields for fields in old if fields is not None), *section.added]
    return _indented(value)


def _new(suffix: str, entries: Mapping[Key, Fields], kinds: Mapping[str, str], comment: str, moved: Moved) -> bytes:
    if not entries:
        return b""
    departments = {fields.get("department") for (kind, _), fields in entries.items() if kind != "department"}
    department = departments.pop() if len(departments) == 1 else None
    members: dict[str, list[Fields | str]] = defaultdict(list)
    for key, fields in entries.items():
        members[key[0]].append(_written(key, _bare(key[0], fields, department), moved))
    sections = {plural: members[kind] for plural, kind in kinds.items() if kind in members}
    if suffix != ".json":
        return document(comment, department, sections).encode()
    return _indented(({} if department is None else {"department": department}) | sections)


def _sections(
    now: Now, value: Mapping[str, Any], entries: Mapping[Key, Fields], kinds: Mapping[str, str], moved: Moved
) -> dict[str, Section]:
    """What becomes of each section that changes, by its plural. An entry repeats the department of the file only where it
    does already."""
    changed: dict[str, dict[int, Fields | None]] = defaultdict(dict)
    added: dict[str, list[Fields | str]] = defaultdict(list)
    leave = defaultdict(set)
    for key, before in now.entries.items():
        plural, position = now.paths[key]
        if key not in entries:
            changed[key[0]][int(position)] = None
            if key in moved.leave:
                leave[key[0]].add(int(position))
        elif not same(before, entries[key]):
            named = "department" in value[str(plural)][int(position)]
            fields = entries[key] if named else _bare(key[0], entries[key], now.department)
            changed[key[0]][int(position)] = fields
    for key, fields in entries.items():
        if key not in now.entries:
            added[key[0]].append(_written(key, _bare(key[0], fields, now.department), moved))
    return {
        plural: Section(changed[kind], added[kind], leave[kind])
        for plural, kind in kinds.items()
        if kind in changed or kind in added
    }


def _written(key: Key, fields: Fields, moved: Moved) -> Fields | str:
    lines = moved.come[key](fields) if key in moved.come else None
    return fields if lines is None else lines


def _bare(kind: str, fields: Fields, department: str | None) -> Fields:
    """The entry without a department that a reader gives it anyway: a department is its own."""
    if fields.get("department") != (fields["id"] if kind == "department" else department):
        return fields
    return {name: value for name, value in fields.items() if name != "department"}


def _lines(now: Now, entries: Mapping[Key, Fields]) -> Iterator[bytes]:
    """NDJSON: byte for byte the lines that stay, and then those that are new."""
    lines = (now.content or b"").split(b"\n")
    end = b"\r\n" if lines[0].endswith(b"\r") else b"\n"
    keys = {path[0]: key for key, path in now.paths.items()}
    for number, line in enumerate(lines, 1):
        key = keys.get(number)
        if key is None and number == len(lines):
            yield line
        elif key is None or (key in entries and same(now.entries[key], entries[key])):
            yield line + (b"\n" if number < len(lines) else end)
        elif key in entries:
            yield _line(key, entries[key]) + end
    yield from (_line(key, fields) + end for key, fields in entries.items() if key not in now.entries)


def _line(key: Key, fields: Fields) -> bytes:
    return orjson.dumps({"kind": key[0], **fields})


def _indented(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
