"""Mappings as people write them in YAML, held against the schemas of the kinds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import translate
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import orjson

from ..errors import UsageError
from ..inventory import yaml_text
from ..inventory.schemas import Schemas, describe
from ..inventory.text import Flaw, as_json, decode
from ..model import FieldPath, Fields, Location, Problem
from ..nearest import nearest
from .dates import DayOptions
from .mapping import OWN, Column, MappingFile, Rule, Table, folded_pattern
from .values import Options, codes_of, meant_by, reader
from .words import fold, shown

OPEN = "?"
"""Stands in a draft where people write what a word means; neither yes nor no, and no word of any schema."""
_READY = Path(__file__).parent / "mappings"


def ready_mappings() -> dict[str, Path]:
    """The mappings that come with policycheck, by name."""
    return {path.stem: path for path in sorted(_READY.glob("*.yaml"))}


def text_of_mapping(given: str) -> bytes:
    """Raises UsageError where there is none of this name, and no such file."""
    try:
        return ready_mappings().get(given, Path(given)).read_bytes()
    except OSError as error:
        names = list(ready_mappings())
        near = nearest(given, names)
        raise UsageError("no_mapping", file=given, reason=error.strerror, nearest=near, known=names) from None


def read_mapping(given: str, schemas: Mapping[str, Any]) -> MappingFile:
    """A mapping by its name or its file.

    Raises UsageError where there is none, or it does not fit the schemas of the kinds.
    """
    return _File(given, schemas).read(text_of_mapping(given))


class _File:
    """Reads the text of a mapping."""

    def __init__(self, name: str, schemas: Mapping[str, Any]) -> None:
        self._name, self._schemas = name, schemas

    def read(self, content: bytes) -> MappingFile:
        try:
            document = yaml_text.parse(decode(content))
        except Flaw as flaw:
            raise self._bad(flaw.key, flaw.line, flaw.facts) from None
        self._lines = document.lines
        for error in self._validator.iter_errors(document.value):
            for key, path, facts in describe(error):
                name = ".".join(map(str, path[:2])) or "-"
                raise self._bad(key, self._lines(path), {"kind": "mapping", "id": name, **facts})
        given = document.value
        tables: list[Table] = []
        for number, table in enumerate(given["tables"]):
            made = self._table(table, ("tables", number))
            if any(made.name == other.name for other in tables):
                raise self._odd("double_table", ("tables", number), name=made.name)
            tables.append(made)
        names = ("output", "department", "encoding", "rows_at", "separator")
        return MappingFile(tuple(tables), *map(given.get, names))

    @cached_property
    def _validator(self) -> Any:
        import jsonschema

        schema = orjson.loads((Path(__file__).parent / "mapping.schema.json").read_bytes())
        return jsonschema.Draft202012Validator(schema)

    def _table(self, given: Fields, path: FieldPath) -> Table:
        kinds = list(Schemas(self._schemas).kinds.values())
        kind = given["kind"]
        if kind not in kinds:
            raise self._odd(
                "unknown_kind", (*path, "kind"), value=as_json(kind), nearest=nearest(kind, kinds), known=kinds
            )
        columns = tuple(self._columns(given, kind, path))
        titles = [title for column in columns for title in column.titles]
        if twice := [title for title in titles if titles.count(title) > 1]:
            raise self._odd("double_title", (*path, "columns"), title=twice[0])
        key = tuple(self._key(given, columns, path))
        fields = [column.field for column in columns if column.field]
        if bool(key) == ("id" in fields):
            raise self._odd("no_id_column" if not key else "double_id_column", path)
        if twice := [name for name in fields if fields.count(name) > 1]:
            raise self._odd("double_field_column", (*path, "columns"), field=twice[0])
        first, last = map(_number, given.get("area", "A:XFD").split(":"))
        return Table(
            given.get("name") or kind,
            kind,
            columns,
            _patterns(given.get("file")),
            _patterns(given.get("sheet")),
            (first, last),
            given.get("header_row"),
            given.get("header_rows", 1),
            key,
            {name: self._given(kind, name, value, path) for name, value in given.get("set", {}).items()},
            tuple(_rule(rule, columns) for rule in given.get("skip", ())),
            tuple(_rule(rule, columns) for rule in given.get("only", ())),
            frozenset(title for written in given.get("without", ()) for title in _titles(written)),
            Column(having := " | ".join(given["with"]), _titles(having)) if "with" in given else None,
            given.get("optional", False),
            given.get("log", False),
        )

    def _columns(self, given: Fields, kind: str, path: FieldPath) -> Iterator[Column]:
        required = given.get("require")
        for written, rule in given["columns"].items():
            place = (*path, "columns", written)
            titles = _titles(written)
            if rule is None:
                yield Column(written, titles)
                continue
            own: Fields = {"field": rule} if isinstance(rule, str) else rule
            field = own["field"]
            if required is not None and field not in required and field != "id":
                needed = False
            else:
                needed = not OWN.intersection(titles)
            days = DayOptions(own.get("serial"), own.get("order", "ymd"), own.get("coarse"), own.get("unix", False))
            node = self._node(kind, field, place)
            values = {
                shown(word): meant_by(value, node, self._schemas) for word, value in own.get("values", {}).items()
            }
            options = Options(values, tuple(own.get("empty", ())), days, split=own.get("split"))
            column = Column(written, titles, field, node, options, own.get("fill_down", False), needed)
            try:
                column.reader(self._schemas, None)
            except ValueError as error:
                raise self._odd_value(str(error), values, node, field, place) from None
            except TypeError:
                raise self._odd("no_single_field", place, field=field) from None
            yield column

    def _key(self, given: Fields, columns: Sequence[Column], path: FieldPath) -> Iterator[str | Column]:
        node = self._node(given["kind"], "id", path)
        for number, part in enumerate(re.split(r"(\{[^{}]+\})", given.get("id", ""))):
            if number % 2 == 0:
                if part:
                    yield part
                continue
            titles = _same(part if part in OWN else part[1:-1], columns)
            yield Column(part[1:-1], titles, "id", node, required=not OWN.intersection(titles))

    def _odd_value(
        self, word: str, values: Mapping[str, object], node: Mapping[str, Any], field: str, place: FieldPath
    ) -> UsageError:
        if other := next((other for other in values if other != word and fold(other) == fold(word)), None):
            return self._odd("double_word", place, word=word, other=other)
        key = "open_word" if values[word] == OPEN else "odd_word"
        known = codes_of(node, self._schemas)
        return self._odd(key, place, word=word, value=as_json(values[word]), field=field, known=known)

    def _given(self, kind: str, field: str, value: object, path: FieldPath) -> object:
        place = (*path, "set", field)
        node = self._node(kind, field, place)
        value = meant_by(value, node, self._schemas)
        try:
            reader(node, self._schemas, Options({"given": value}))
        except ValueError:
            known = codes_of(node, self._schemas)
            raise self._odd("odd_set", place, value=as_json(value), field=field, known=known) from None
        return value

    def _node(self, kind: str, field: str, path: FieldPath) -> Mapping[str, Any]:
        """The node of the schema that describes a field."""
        node: Mapping[str, Any] = self._schemas[kind]
        for name in field.split("."):
            known = list(node.get("properties", ()))
            if name not in known or field == "imported_from":
                facts = {"field": field, "nearest": nearest(name, known), "known": known}
                raise self._odd("unknown_field", path, kind=kind, id="?", **facts)
            node = node["properties"][name]
        return node

    def _odd(self, key: str, path: FieldPath, /, **facts: object) -> UsageError:
        return self._bad(key, self._lines(path), facts)

    def _bad(self, key: str, line: int | None, facts: Mapping[str, object]) -> UsageError:
        place = Location(self._name, line)
        return UsageError("bad_mapping", place=place, detail=Problem(key, place, facts))


def _number(column: str) -> int:
    """Of a column by its letters, counted from 0."""
    return reduce(lambda number, letter: number * 26 + ord(letter) - 64, column, 0) - 1


def _titles(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(title if title in OWN else fold(title) for title in written.split(" | ")))


def _patterns(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return tuple(map(folded_pattern, [given] if isinstance(given, str) else given or ()))


def _same(written: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """The titles of the column that has one of these; where there is none, these."""
    titles = _titles(written)
    return next((column.titles for column in columns if not set(column.titles).isdisjoint(titles)), titles)


def _rule(rule: str | Fields, columns: Sequence[Column]) -> Rule:
    if isinstance(rule, str):
        return Rule(rule, (), _any(rule), (rule,))
    like = rule["like"]
    if "below" in rule:
        return Rule(" | ".join(like), (), _any(like), (*like,), below=True)
    return Rule(
        rule["column"], _same(rule["column"], columns), _any(like), (like,) if isinstance(like, str) else (*like,)
    )


def _any(patterns: str | Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, _patterns(patterns))))
