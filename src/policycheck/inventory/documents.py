"""The bytes of one file → its entries, each with its kind, its department and its place in the file."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..model import FieldPath, Fields, Lines, Location, Problem
from ..nearest import nearest
from . import json_text, yaml_text
from .text import Document, Flaw, as_json, decode, refuse_mark


class Entry(NamedTuple):
    """One entry of a file, not yet held against the schema of its kind."""

    kind: str
    fields: Fields
    path: FieldPath
    lines: Lines


class Department(str):
    """A department that a file names as its own, whether or not it lists anything."""

    __slots__ = ()


def is_text(content: bytes) -> bool:
    """Whether a file is neither empty nor refused for how it begins."""
    try:
        refuse_mark(content)
    except Flaw:
        return False
    return bool(content) and not content.isspace()


def read_entries(name: str, content: bytes, kinds: Mapping[str, str]) -> Iterator[Entry | Problem | Department]:
    """Yields the department of a file, its entries and the problems with it, in their order. `kinds` gives the kind by
    its plural."""
    try:
        if not content.strip():
            raise Flaw("empty_file", None)
        if name.lower().endswith(".ndjson"):
            refuse_mark(content)
            yield from read_lines(name, content, kinds)
        else:
            yield from _sections(name, parse(name, content), kinds)
    except Flaw as flaw:
        yield Problem(flaw.key, Location(name, flaw.line), flaw.facts)


def lines_in(name: str, content: bytes) -> Lines:
    """Where things stand in a file that lists resources by kind."""
    try:
        return parse(name, content).lines
    except Flaw:
        return lambda _: None


def parse(name: str, content: bytes) -> Document:
    """A file that is no NDJSON. Raises Flaw where it cannot be read."""
    text = decode(content)
    return json_text.parse(text) if name.lower().endswith(".json") else yaml_text.parse(text)


def _sections(name: str, document: Document, kinds: Mapping[str, str]) -> Iterator[Entry | Problem | Department]:
    """The entries of a document that lists resources by kind, under the department of the file."""

    def problem(key: str, path: FieldPath, /, **facts: object) -> Problem:
        return Problem(key, Location(name, document.lines(path)), facts)

    sections = document.value
    if sections is None:
        raise Flaw("empty_file", None)
    if not isinstance(sections, dict):
        raise Flaw("not_sections", 1)
    department = sections.get("department")
    if department is not None and not isinstance(department, str):
        yield problem("odd_department", ("department",), value=as_json(department))
        department = None
    elif not sections.keys() - {"department"}:
        raise Flaw("no_sections", None)
    if department is not None:
        yield Department(department)
    for section, entries in sections.items():
        if section == "department":
            continue
        if not isinstance(section, str):
            key = as_json(section)
            yield problem("non_string_key", (key,), key=key)
        elif section not in kinds:
            known = ["department", *kinds]
            yield problem("unknown_section", (section,), section=section, nearest=nearest(section, known), known=known)
        elif entries is None:
            yield problem("no_value", (section,), section=section)
        elif not isinstance(entries, list):
            yield problem("no_list", (section,), section=section, value=as_json(entries))
        else:
            for position, fields in enumerate(entries):
                path = (section, position)
                if not isinstance(fields, dict):
                    yield problem("no_resource", path, value=as_json(fields))
                    continue
                kind = kinds[section]
                if kind == "department" and isinstance(fields.get("id"), str):
                    fields.setdefault("department", fields["id"])
                elif department is not None:
                    fields.setdefault("department", department)
                yield Entry(kind, fields, path, document.lines)


def read_lines(
    name: str, content: bytes, kinds_by_plural: Mapping[str, str], before: int = 0
) -> Iterator[Entry | Problem | Department]:
    """The entries of NDJSON: one resource a line, naming its kind and its department. So many lines were `before`."""
    kinds = kinds_by_plural.values()
    for number, line in enumerate(content.split(b"\n"), before + 1):
        if not line or line.isspace():
            continue
        try:
            fields = json_text.parse_line(line, number)
        except Flaw as flaw:
            yield Problem(flaw.key, Location(name, flaw.line), flaw.facts)
            continue
        if not isinstance(fields, dict):
            yield Problem("no_resource", Location(name, number), {"value": as_json(fields)})
        elif "kind" not in fields:
            yield Problem("no_kind", Location(name, number), {"known": list(kinds)})
        elif (kind := fields.pop("kind")) not in kinds:
            facts = {"value": as_json(kind), "nearest": nearest(kind, kinds), "known": list(kinds)}
            yield Problem("unknown_kind", Location(name, number), facts)
        else:
            if kind == "department" and isinstance(fields.get("id"), str):
                fields.setdefault("department", fields["id"])
            yield Entry(kind, fields, (number,), _own_line)


def _own_line(path: FieldPath) -> int | None:
    return path[0] if isinstance(path[0], int) else None
