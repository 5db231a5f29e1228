"""Redaction: an inventory, and what goes with it, in which pseudonyms stand for people, ids and free texts.

What stays is known to tell nothing of a person: names of departments, dates, counts, the values that a schema lists,
and the words of the standard. Everything else becomes a pseudonym, the same text the same one wherever it stands, so
that all is judged as before. Each thing stays on its line, and comments are dropped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import Any

import orjson

from ..errors import UsageError
from ..inventory import yaml_text
from ..inventory.discovery import SUFFIXES
from ..inventory.documents import parse
from ..inventory.json_text import parse_line
from ..inventory.schemas import Schemas
from ..inventory.text import Flaw, decode, refuse_mark
from ..model import Location, Problem, Standard
from .layout import laid_out
from .pseudonyms import Pseudonyms, Rule
from .words import is_date, words_in, words_of

_PEOPLE = ("holder", "by", "approved_by", "owner")
_WORDS = ("standard", "clause", "control", "importance", "medium", "disposal", "topics")
"""Fields that name something of the standard, or are held against its words: those words stay."""

_MODELS = frozenset(("α", "α′", "β", "β′"))
"""What messages call the models of networks."""


class Redaction:
    """Of one package, whose pseudonyms are those of the key. An id that is the name of a department stays, too: what
    names it, and no kind, can mean either. So once all files were redacted, they are to be redacted again where one
    before was `mistaken`."""

    def __init__(self, key: bytes, schemas: Mapping[str, Any], standard: Standard) -> None:
        self._schemas = schemas
        self._files: dict[str, str] = {}
        self._departments = {name for clause in standard.clauses for name in clause.asked_of}
        self._ids: set[str] = set()
        self._words = words_of(standard)
        self._listed = frozenset(words_in(schemas))
        self._pseudonyms = names = Pseudonyms(key)
        kinds = list(Schemas(schemas).kinds.values())
        self._longest_id: int = schemas["common"]["$defs"]["id"]["maxLength"]
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
            **dict.fromkeys(("answer", "field"), names.text(self._field)),
            "model": names.one_of(_MODELS),
            "fields": names.each(names.text(self._field)),
        }
        self._in_reports: dict[str, Rule] = {
            **self._rules,
            **dict.fromkeys(("clauses", "title", "period"), self._rules["clause"]),
            **dict.fromkeys(("file", "path", "skipped"), names.text(self.name)),
            **dict.fromkeys(("sha256", "bundle_sha256"), names.text(names.sha256)),
            "parameters": partial(self._by, self._word, self._parameter),
            "departments": partial(self._by, self._department, names.one_of(self._listed)),
            "unjudged": partial(self._by, self._field, names.anything),
            "facts": self._told,
        }
        whole = ("inventory", "waivers", "measures", "report")
        self._documents = {name: self._rule(schemas[name], name) for name in whole}

    @property
    def mistaken(self) -> bool:
        """Whether an id became a pseudonym before it came out that a department is called so."""
        return not self._ids.isdisjoint(self._departments)

    def name(self, path: str) -> str:
        """What a file is called. Names have the order in which they are first asked for."""
        if path and path not in self._files:
            suffix = PurePath(path).suffix.lower()
            code = self._pseudonyms.file(path)
            self._files[path] = f"{len(self._files) + 1:06}-{code}{suffix if suffix in SUFFIXES else ''}"
        return self._files.get(path, "")

    def inventory(self, name: str, content: bytes) -> bytes:
        """A file of the inventory. Raises UsageError where it cannot be read: then it cannot be redacted."""
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

    def beside(self, what: str, name: str, content: bytes) -> bytes:
        """A file of waivers or measures, or the earlier report. Raises UsageError as `inventory` does."""
        try:
            if what == "baseline":
                return orjson.dumps(self._documents["report"](orjson.loads(content))) + b"\n"
            document = yaml_text.parse(decode(content))
        except orjson.JSONDecodeError as error:
            raise UsageError("broken_baseline", file=name, reason=str(error)) from None
        except Flaw as flaw:
            raise _unreadable(name, flaw) from None
        return laid_out(document, self._documents[what](document.value))

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
        if "properties" in node:
            return self._object(node, home)
        if own := (self._in_reports if home == "report" else self._rules).get(name):
            return own
        if isinstance(answer := node.get("additionalProperties"), Mapping):
            return partial(self._by, self._word, self._rule(answer, home))
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
        elif home == "report" and "title" in rules:  # it is of the standard
            rules["id"] = self._rules["clause"]
            refers = False
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
            if refers and value.get("kind") == "department" and type(value.get("id")) is str:
                found["id"] = value["id"]
            return found

        return redact

    def _by(self, name: Callable[[str], str], rule: Rule, value: Any) -> Any:
        """Something by what it is called, such as the answers of a sheet by clause."""
        if type(value) is not dict:
            return self._pseudonyms.anything(value)
        return {
            name(key) if type(key) is str else self._pseudonyms.field(key, place): rule(inner)
            for place, (key, inner) in enumerate(value.items())
        }

    def _parameter(self, value: Any) -> Any:
        if type(value) is list:
            return [self._parameter(inner) for inner in value]
        return value if type(value) is int else self._rules["clause"](value)

    def _id(self, text: str) -> str:
        if text in self._departments:
            return text
        self._ids.add(text)
        return self._pseudonyms.of("id", text, most=self._longest_id)

    def _field(self, text: str) -> str:
        """The name of a field, or a value that a schema lists."""
        return text if set(re.split("[.|]", text)) <= self._listed else self._pseudonyms.of("text", text)

    def _number(self, below: float, above: float, value: Any) -> Any:
        """A whole number where one is due. What is out of bounds stays so, and what is no whole number."""
        if type(value) not in (int, float):
            return self._pseudonyms.anything(value)
        part = 0 if type(value) is int or value.is_integer() else 0.5
        if value > above:
            return above + part
        if value < below:
            return below - part
        if math.isfinite(value):
            return value
        return part + (below + 1 if math.isfinite(below) else 0)  # JSON has no such number

    def _date(self, text: str) -> str:
        return text if is_date(text) else self._pseudonyms.of("text", text)

    def _word(self, text: str) -> str:
        return text if text in self._words else self._pseudonyms.of("text", text)

    def _department(self, text: str) -> str:
        self._departments.add(text)
        return text

    def _told(self, facts: Any) -> Any:
        """What filled a message of the earlier report."""
        if type(facts) is not dict:
            return self._pseudonyms.anything(facts)
        names = {name: name if re.fullmatch("[a-z_]+", name) else self._pseudonyms.of("field", name) for name in facts}
        return {names[name]: self._facts.get(name, self._fact)(fact) for name, fact in facts.items()}

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


def _fields(node: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    properties: Mapping[str, Mapping[str, Any]] = node["properties"]
    return properties.items()


def _unreadable(name: str, flaw: Flaw) -> UsageError:
    place = Location(name, flaw.line)
    return UsageError("unredactable", place=place, reason=Problem(flaw.key, place, flaw.facts))
