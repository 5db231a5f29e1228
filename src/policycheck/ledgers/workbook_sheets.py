"""The sheets of an inventory that is a workbook, as the schemas of the kinds have their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import ryaml

from ..texts import LANGUAGES, texts
from .changes import SOURCE
from .workbook_columns import NONE, YES_NO, ExportColumn, Form, Role


class ExportSheet(NamedTuple):
    """A sheet: that of a kind, or that of a `field` of it which holds several things."""

    kind: str
    field: tuple[str, ...]
    titles: Mapping[str, str]
    columns: list[ExportColumn]


def sheets_of(kind: str, schemas: Mapping[str, Any]) -> list[ExportSheet]:
    """The sheet of a kind, and those of its fields that have sheets of their own."""
    return _Sheets(kind, schemas).all()


def columns_of(kind: str, schemas: Mapping[str, Any]) -> list[ExportColumn]:
    """The columns of the sheet of a kind: the id, the department, the other fields in the order of the schema, and the
    file."""
    return sheets_of(kind, schemas)[0].columns


class _Sheets:
    """Collects the sheets of a kind."""

    def __init__(self, kind: str, schemas: Mapping[str, Any]) -> None:
        self._kind, self._schemas = kind, schemas
        self._more: list[ExportSheet] = []

    def all(self) -> list[ExportSheet]:
        schema = self._schemas[self._kind]
        given = {name: node for name, node in schema["properties"].items() if name != SOURCE}
        fields = {name: given.pop(name) for name in ("id", "department")} | given
        required = {"department", *schema["required"]}
        columns = list(self._columns({"properties": fields, "required": required}, (), (), ()))
        columns.append(self._own(Role.FILE, _in_all("export.file"), _in_all("export.file_help"), required=False))
        titles = {"ja": schema["title"], "en": texts("en").kind(self._kind)}
        return [ExportSheet(self._kind, (), titles, _distinct(columns)), *self._more]

    def _columns(
        self, node: Mapping[str, Any], above: tuple[str, ...], path: tuple[str, ...], titles: tuple[str, ...]
    ) -> Iterator[ExportColumn]:
        """Those of an object at `path` of what the sheet lists, which itself stands at `above` in the entry."""
        for name, own in node["properties"].items():
            inner = self._resolved(own)
            here, headings = (*path, name), (*titles, inner["title"])
            members = self._resolved(inner.get("items") or inner.get("additionalProperties") or {})
            if "properties" in inner:
                yield from self._columns(inner, above, here, headings)
                continue
            role = Role.ELSEWHERE if "properties" in members else Role.FIELD
            if role is Role.ELSEWHERE:
                self._add(here, inner["title"], members, keyed="items" not in inner)
                if "items" not in inner:  # of no map it can be said that there is nothing in it
                    continue
            form = _form(inner) if role is Role.FIELD else Form.WORD
            words = _words(inner, self._kind, ".".join((*above, *here)))
            helps = {"ja": told("help", self._kind, (*above, *here)), "en": inner["description"]}
            heading = {"ja": " / ".join(headings), "en": ".".join(here)}
            yield ExportColumn(role, here, heading, helps, inner, form, words, name in node.get("required", ()))

    def _add(self, path: tuple[str, ...], title: str, members: Mapping[str, Any], *, keyed: bool) -> None:
        schema = self._schemas[self._kind]
        above = {"ja": f"{schema['title']} / {schema['properties']['id']['title']}", "en": f"{self._kind}.id"}
        columns = [self._own(Role.PARENT, above, _in_all("export.parent_help"), required=True)]
        if keyed:
            key = (*path, "*")
            titles = {"ja": told("titles", self._kind, key), "en": "key"}
            helps = {"ja": told("help", self._kind, key), "en": texts("en")("export.key_help")}
            columns.append(self._own(Role.KEY, titles, helps, required=True))
        columns += self._columns(members, path, (), ())
        titles = {"ja": f"{schema['title']}（{title}）", "en": ".".join((self._kind, *path))}
        self._more.append(ExportSheet(self._kind, path, titles, _distinct(columns)))

    def _own(self, role: Role, titles: Mapping[str, str], helps: Mapping[str, str], *, required: bool) -> ExportColumn:
        words: dict[str, dict[str, object]] = {language: {} for language in LANGUAGES}
        return ExportColumn(role, (), titles, helps, {"type": "string"}, Form.NOTE, words, required)

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        file, _, name = node.get("$ref", "").partition("#/$defs/")
        return {**self._schemas[file.removesuffix(".schema.json")]["$defs"][name], **node} if file else node


def told(table: str, kind: str, path: tuple[str, ...]) -> Any:
    """What the Japanese words about fields say of one; where a kind has none of its own, those for all kinds."""
    entries, name = _japanese()[table], ".".join(path)
    return entries.get(f"{kind}/{name}") or entries[name]


def _form(node: Mapping[str, Any]) -> Form:
    types = _types(node)
    if "enum" in node or "boolean" in types:
        return Form.WORD
    if "array" in types:
        return Form.LINES
    if "integer" in types:
        return Form.COUNT
    if node.get("format") == "date":
        return Form.DAY
    return Form.TEXT if "pattern" in node else Form.NOTE


def _words(node: Mapping[str, Any], kind: str, name: str) -> dict[str, dict[str, object]]:
    types = _types(node)
    found: dict[str, dict[str, object]] = {}
    for language in LANGUAGES:
        words: dict[str, object] = {}
        if "boolean" in types:
            words.update(zip(YES_NO[language], (True, False), strict=True))
        for value in node.get("enum", ()):
            if value is not None:
                words[in_japanese(kind, name, value) if language == "ja" else value] = value
        if "null" in types or "array" in types:
            words[NONE[language]] = None if "null" in types else []
        found[language] = words
    return found


def in_japanese(kind: str, name: str, value: str) -> str:
    """The word for a value that a field allows."""
    words = _japanese()["words"]
    own: Mapping[str, str] = words.get(f"{kind}/{name}") or words.get(name) or {}
    return own.get(value, value)


def _types(node: Mapping[str, Any]) -> list[str]:
    found: str | list[str] = node["type"]
    return [found] if isinstance(found, str) else found


def _in_all(key: str) -> dict[str, str]:
    return {language: texts(language)(key) for language in LANGUAGES}


def _distinct(columns: list[ExportColumn]) -> list[ExportColumn]:
    """Where several would have one title, each with the name of its field."""
    often = Counter(column.titles["ja"] for column in columns)
    return [
        column._replace(titles={**column.titles, "ja": f"{title}（{'.'.join(column.path)}）"})
        if often[title := column.titles["ja"]] > 1
        else column
        for column in columns
    ]


@cache
def _japanese() -> Mapping[str, Mapping[str, Any]]:
    file = Path(__file__).parent.parent / "texts" / "fields.ja.yaml"
    found: Mapping[str, Mapping[str, Any]] = ryaml.loads(file.read_text("utf-8"))
    return found
