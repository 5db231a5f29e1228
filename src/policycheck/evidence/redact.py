"""Redaction: an inventory, and what goes with it, in which pseudonyms stand for people, ids and free texts.

What stays is known to tell nothing of a person: names of departments, dates, counts, the values that a schema lists,
and the words of the standard. Everything else becomes a pseudonym, the same text the same one wherever it stands, so
that all is judged as before. Each thing stays on its line, and comments are dropped.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any

import orjson

from ..errors import PolicycheckError, UsageError
from ..inventory import yaml_text
from ..inventory.discovery import SUFFIXES
from ..inventory.documents import parse
from ..inventory.json_text import parse_line
from ..inventory.schemas import Schemas
from ..inventory.text import Flaw, decode, refuse_mark
from ..model import Location, Problem, Standard
from .layout import laid_out
from .pseudonyms import Pseudonyms, Rule

_PEOPLE = ("holder", "by", "approved_by", "owner")
_WORDS = ("standard", "clause", "control", "importance", "medium", "disposal", "topics")
"""Fields that name something of the standard, or are held against its words: those words stay."""

_OF_THE_STANDARD = (
    *("standard", "engine", "controls", "attested", "matrix", "by_measure", "unjudged", "unjudged_clauses"),
    *("clauses", "clause", "control"),
)
"""What in a report speaks of the standard and of departments alone."""


class Redaction:
    """Of one package, whose pseudonyms are those of the key. The files of the inventory come first: where a register
    names an id and no kind, it is that of a department if the inventory has one of this name."""

    def __init__(self, key: bytes, schemas: Mapping[str, Any], standard: Standard) -> None:
        self._schemas = schemas
        self._files: dict[str, str] = {}
        self._departments = {name for clause in standard.clauses for name in clause.asked_of}
        self._words = _words_of(standard)
        self._pseudonyms = names = Pseudonyms(key)
        kinds = list(Schemas(schemas).kinds.values())
        self._id = partial(names.of, "id", most=schemas["common"]["$defs"]["id"]["maxLength"])
        self._rules: dict[str, Rule] = {
            **dict.fromkeys(("id", "system"), names.text(self._id)),
            **dict.fromkeys(_PEOPLE, names.text(partial(names.of, "person"))),
            **dict.fromkeys(_WORDS, names.text(self._word)),
            "kind": names.one_of(frozenset(kinds)),
            "department": names.text(self._department),
            "account": names.text(partial(names.of, "account", folded=True)),
            "site": names.text(partial(names.of, "text", folded=True)),
        }
        self._entries = {kind: self._object(schemas[kind], kind, kind=self._rules["kind"]) for kind in kinds}
        self._stray = self._object({"properties": {"kind": {}}}, "")
        self._facts: dict[str, Rule] = {
            **self._rules,
            **{name: self._rule(node, kind, name) for kind in kinds for name, node in _fields(schemas[kind])},
            "others": names.each(self._rules["id"]),
            "resources": names.each(names.text(self._reference)),
            **dict.fromkeys(("words", "absent", "controls"), names.each(self._rules["control"])),
            **dict.fromkeys(("field", "fields", "model", "answer"), _as_it_is),
        }
        self._in_reports: dict[str, Rule] = {
            **self._rules,
            **dict.fromkeys(_OF_THE_STANDARD, _as_it_is),
            **dict.fromkeys(("file", "path", "skipped"), names.text(self.name)),
            "sha256": names.text(names.sha256),
            "facts": self._told,
        }
        whole = ("inventory", "waivers", "measures", "report")
        self._documents = {name: self._rule(schemas[name], name) for name in whole}

    def name(self, path: str) -> str:
        """What a file is called. Names have the order in which they are first asked for."""
        if path and path not in self._files:
            suffix = PurePath(path).suffix.lower()
            code = self._pseudonyms.file(path)
            self._files[path] = f"{len(self._files) + 1:06}-{code}{suffix if suffix in SUFFIXES else ''}"
        return self._files.get(path, "")

    def inventory(self, name: str, content: bytes) -> bytes:
        """A file of the inventory. Raises PolicycheckError where it cannot be read: then it cannot be redacted."""
        if not content or content.isspace():
            return b""
        try:
            if name.lower().endswith(".ndjson"):
                refuse_mark(content)
                return b"\n".join(self._lines(content))
            document = parse(name, content)
        except Flaw as flaw:
            raise _unreadable(name, flaw) from None
        return laid_out(document, self._documents["inventory"](document.value))

    def waivers(self, content: bytes) -> bytes:
        """A file of waivers. Raises PolicycheckError as `inventory` does."""
        return self._register("waivers", content)

    def measures(self, content: bytes) -> bytes:
        """A file of measures. Raises PolicycheckError as `inventory` does."""
        return self._register("measures", content)

    def baseline(self, content: bytes) -> bytes:
        """An earlier report. Raises UsageError where it is none."""
        try:
            report = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise UsageError("broken_baseline", file="--baseline", reason=str(error)) from None
        return orjson.dumps(self._documents["report"](report)) + b"\n"

    def _register(self, name: str, content: bytes) -> bytes:
        try:
            document = yaml_text.parse(decode(content))
        except Flaw as flaw:
            raise _unreadable(f"--{name}", flaw) from None
        return laid_out(document, self._documents[name](document.value))

    def _lines(self, content: bytes) -> Iterator[bytes]:
        for number, line in enumerate(content.split(b"\n"), 1):
            if not line or line.isspace():
                yield b""
                continue
            entry = parse_line(line, number)
            kind = entry.get("kind") if type(entry) is dict else None
            rule = self._entries.get(kind) if type(kind) is str else None
            yield orjson.dumps((rule or self._stray)(entry))

    def _rule(self, node: Mapping[str, Any], home: str, name: str = "") -> Rule:
        """The rule for what a node of a schema describes. `home` is the schema that it stands in, `name` the field."""
        if "$ref" in node:
            file, _, defined = node["$ref"].partition("#/$defs/")
            home = file.removesuffix(".schema.json") or home
            whole = self._schemas[home]
            is_id = defined == "id" and name not in self._rules
            return self._rule(whole["$defs"][defined] if defined else whole, home, "id" if is_id else name)
        if "items" in node:
            return self._pseudonyms.each(self._rule(node["items"], home, name))
        if own := (self._in_reports if home == "report" else self._rules).get(name):
            return own
        if "properties" in node:
            return self._object(node, home)
        if isinstance(answer := node.get("additionalProperties"), Mapping):
            return partial(self._answers, self._rule(answer, home))
        if node.get("format") == "date":
            return self._pseudonyms.text(self._date)
        if "enum" in node or "const" in node:
            return self._pseudonyms.one_of(frozenset(node.get("enum", [node.get("const")])))
        if "integer" in node.get("type", ()):
            return partial(self._number, node.get("minimum", -math.inf) - 1, node.get("maximum", math.inf) + 1)
        return self._pseudonyms.anything

    def _object(self, node: Mapping[str, Any], home: str, **more: Rule) -> Rule:
        """The rule for objects that have these fields, and others that the schema does not know."""
        rules = {name: self._rule(inner, home, name) for name, inner in _fields(node)}
        refers = "kind" in rules and "id" in rules
        rules |= more
        if home == "department":
            rules["id"] = self._rules["department"]
        names = self._pseudonyms

        def redact(value: Any) -> Any:
            if type(value) is not dict:
                return names.anything(value)
            found = {}
            for place, (key, inner) in enumerate(value.items()):
                rule = rules.get(key)
                if rule:
                    found[key] = rule(inner)
                else:
                    found[names.field(key, place)] = names.anything(inner)
            if refers and self._is_department(value):
                found["id"] = value["id"]
            return found

        return redact

    def _is_department(self, reference: Mapping[str, Any]) -> bool:
        identity = reference.get("id")
        if type(identity) is not str:
            return False
        return reference["kind"] == "department" if "kind" in reference else identity in self._departments

    def _answers(self, rule: Rule, value: Any) -> Any:
        """The answers of a sheet, by clause."""
        if type(value) is not dict:
            return self._pseudonyms.anything(value)
        return {
            self._word(key) if type(key) is str else self._pseudonyms.field(key, place): rule(inner)
            for place, (key, inner) in enumerate(value.items())
        }

    def _number(self, below: float, above: float, value: Any) -> Any:
        """A number where one is due. What is out of bounds stays so."""
        return min(max(value, below), above) if type(value) in (int, float) else self._pseudonyms.anything(value)

    def _date(self, text: str) -> str:
        return text if _is_date(text) else self._pseudonyms.of("text", text)

    def _word(self, text: str) -> str:
        return text if text in self._words else self._pseudonyms.of("text", text)

    def _department(self, text: str) -> str:
        self._departments.add(text)
        return text

    def _told(self, facts: Any) -> Any:
        """What filled a message of the earlier report."""
        if type(facts) is not dict:
            return self._pseudonyms.anything(facts)
        return {name: self._facts.get(name, self._fact)(fact) for name, fact in facts.items()}

    def _fact(self, fact: Any) -> Any:
        if type(fact) is list:
            return [self._fact(inner) for inner in fact]
        if type(fact) is str:
            return self._date(fact)
        return fact if type(fact) in (int, float) else self._pseudonyms.anything(fact)

    def _reference(self, text: str) -> str:
        """A resource as `kind/id`."""
        kind, _, identity = text.partition("/")
        return text if kind == "department" else f"{self._rules['kind'](kind)}/{self._id(identity)}"


def _words_of(standard: Standard) -> frozenset[str]:
    """What the standard is called, its clauses and their controls, and the words of its vocabularies."""
    uses = [use for clause in standard.clauses for use in clause.uses]
    lists = [value for use in uses for value in use.parameters.values() if isinstance(value, list)]
    names = [standard.id, *(clause.id for clause in standard.clauses), *(use.control for use in uses)]
    return frozenset(names).union(*lists)


def _fields(node: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    properties: Mapping[str, Mapping[str, Any]] = node["properties"]
    return properties.items()


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache(maxsize=1 << 14)
def _is_date(text: str) -> bool:
    """Whether it is a date by the schemas."""
    try:
        return bool(re.fullmatch("[12][0-9]{3}-[0-9]{2}-[0-9]{2}", text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _unreadable(name: str, flaw: Flaw) -> PolicycheckError:
    place = Location(name, flaw.line)
    return PolicycheckError("unredactable", place=place, reason=Problem(flaw.key, place, flaw.facts))
