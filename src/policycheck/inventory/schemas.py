"""Holds entries against the JSON Schema of their kind: jsonschema-rs says whether, jsonschema says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from ..model import FieldPath, Fields, Location, Origin, Problem
from ..nearest import nearest
from .documents import Entry
from .text import as_json

if TYPE_CHECKING:
    import jsonschema_rs

Description: TypeAlias = tuple[str, FieldPath, dict[str, object]]
"""What is wrong: the key of the message, the path of the value, and the facts that fill the message."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_VALUE_RULES = ("type", "minLength", "maxLength", "enum", "format", "pattern")
"""What can be wrong with one value, in the order of how much it says."""


class Schemas:
    """The schemas by name, as the bundle holds them."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self.kinds: dict[str, str] = {
            plural: section["items"]["$ref"].removesuffix(".schema.json")
            for plural, section in schemas["inventory"]["properties"].items()
            if "items" in section
        }
        self._validators: dict[str, Any] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Schemas, (self._schemas,)

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        import jsonschema_rs

        return jsonschema_rs.Registry([(schema["$id"], schema) for schema in self._schemas.values()])

    @cached_property
    def fields(self) -> dict[str, AbstractSet[str]]:
        """By kind, the fields that it can have."""
        return {kind: frozenset(self._schemas[kind]["properties"]) for kind in self.kinds.values()}

    def are_valid(self, kind: str, entries: Sequence[Fields]) -> bool:
        """Whether all of them are valid by the schema of the kind, and name a department."""
        validator = self._validators.get(kind)
        if validator is None:
            import jsonschema_rs

            members = {"$ref": self._schemas[kind]["$id"], "required": ["department"]}
            validator = jsonschema_rs.validator_for(
                {"$schema": _DRAFT, "type": "array", "items": members}, registry=self._registry, validate_formats=True
            )
            self._validators[kind] = validator
        try:
            return bool(validator.is_valid(entries))
        except ValueError:  # a key that is no string
            return False

    def explain(self, entry: Entry, file: str) -> Iterator[Problem]:
        """What is wrong with an entry that is not valid, one problem for each flaw."""
        identity = entry.fields.get("id", "?")
        name = {"kind": entry.kind, "id": identity if isinstance(identity, str) else as_json(identity)}
        given = entry.fields.get("imported_from")
        origin = Origin.of(given) if given and self._origins.is_valid(given) else None
        flaws: list[Description] = []
        if "department" not in entry.fields:
            flaws.append(("no_department", (), {}))
        odd = list(_odd_keys(entry.fields))
        flaws += odd
        if not odd:
            for error in _telling(list(self._explainers[entry.kind].iter_errors(entry.fields))):
                flaws += (flaw for flaw in describe(error) if flaw not in flaws)
            flaws.sort(key=lambda flaw: (list(map(str, flaw[1])), flaw[0], str(flaw[2])))
        for key, path, facts in flaws or [("invalid", (), {})]:
            shown = name | ({"id": "?"} if path == ("id",) else {}) | facts
            yield Problem(key, Location(file, entry.lines((*entry.path, *path)), origin), shown)

    @cached_property
    def _origins(self) -> Any:
        import jsonschema_rs

        return jsonschema_rs.validator_for(
            {"$ref": f"{self._schemas['common']['$id']}#/$defs/origin"}, registry=self._registry
        )

    @cached_property
    def _explainers(self) -> dict[str, Any]:
        """By kind, a validator that is slow and says what is wrong."""
        import jsonschema
        from referencing import Registry, Resource

        schemas = self._schemas.values()
        registry: Any = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas)
        draft = jsonschema.Draft202012Validator
        return {
            kind: draft(self._schemas[kind], registry=registry, format_checker=draft.FORMAT_CHECKER)
            for kind in self.kinds.values()
        }


def _odd_keys(value: object, path: FieldPath = ()) -> Iterator[Description]:
    if isinstance(value, dict):
        for key, inner in value.items():
            name = key if isinstance(key, str) else as_json(key)
            if name is not key:
                yield "non_string_key", (*path, name), {"key": name}
            yield from _odd_keys(inner, (*path, name))


def _telling(errors: list[Any]) -> Iterator[Any]:
    """One error for each flaw: of those that one value breaks, the one that says most."""
    ranks: dict[FieldPath, int] = {}
    for error in errors:
        if error.validator in _VALUE_RULES:
            path, rank = tuple(error.absolute_path), _VALUE_RULES.index(error.validator)
            ranks[path] = min(rank, ranks.get(path, rank))
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator not in _VALUE_RULES or _VALUE_RULES.index(error.validator) == ranks[path]:
            yield error


def describe(error: Any) -> Iterator[Description]:
    """One error of jsonschema → problems in the words of this program."""
    path = tuple(error.absolute_path)
    value = error.instance
    facts: dict[str, object] = {"field": ".".join(str(part) for part in path), "value": value}
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            for name in value:
                if name not in error.schema["properties"]:
                    yield (
                        "unknown_field",
                        (*path, name),
                        {"field": name, "nearest": nearest(name, known), "known": known},
                    )
        case "required":
            for name in error.validator_value:
                if name not in value:
                    yield "missing_field", path, {"field": ".".join((*map(str, path), name))}
        case "type":
            expected = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            key = "unquoted" if "string" in expected and isinstance(value, (bool, int, float)) else "wrong_type"
            yield key, path, facts | {"expected": expected, "value": as_json(value)}
        case "enum":
            yield "not_allowed", path, facts | {"known": error.validator_value}
        case "format" | "pattern" if error.schema.get("format") == "date":
            yield "impossible_date", path, facts
        case "minLength":
            yield "empty_value", path, facts
        case "pattern" if value.strip() != value or "\n" in value:
            yield "outer_space", path, facts
        case _:
            demand = f"{error.validator}: {as_json(error.validator_value)}"  # unlike error.message, without the value
            yield "malformed", path, facts | {"value": as_json(value), "detail": demand}
