"""Holds entries against the JSON Schema of their kind: jsonschema-rs says whether, jsonschema says why not."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from ..model import Location, Problem
from ..nearest import nearest
from .documents import Entry


class Schemas:
    """The schemas by name, as the bundle holds them."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self.kinds: dict[str, str] = {
            plural: section["items"]["$ref"].removesuffix(".schema.json")
            for plural, section in schemas["inventory"]["properties"].items()
            if "items" in section
        }
        registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas.values()])
        self._validators = {
            kind: jsonschema_rs.validator_for(schemas[kind], registry=registry, validate_formats=True)
            for kind in self.kinds.values()
        }

    def is_valid(self, entry: Entry) -> bool:
        """Whether the fields are valid by the schema of the kind, and name a department."""
        try:
            return "department" in entry.fields and self._validators[entry.kind].is_valid(entry.fields)
        except ValueError:  # a key that is no string
            return False

    def explain(self, entry: Entry, file: str) -> Iterator[Problem]:
        """What is wrong with an entry that is not valid, one problem for each flaw."""
        found = False
        if "department" not in entry.fields:
            found = True
            yield Problem("no_department", _place(entry, file), {"kind": entry.kind, "id": entry.fields.get("id")})
        if odd := list(_odd_keys(entry.fields)):
            yield from (Problem("non_string_key", _place(entry, file), {"key": key}) for key in odd)
            return
        for error in _validator(self._schemas, entry.kind).iter_errors(entry.fields):
            found = True
            yield from _problems(error, entry, file)
        if not found:
            yield Problem("invalid", _place(entry, file), {"kind": entry.kind, "id": entry.fields.get("id")})


def _place(entry: Entry, file: str, *path: str | int) -> Location:
    return Location(file, entry.lines((*entry.path, *path)))


def _odd_keys(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield key
            yield from _odd_keys(inner)


def _validator(schemas: Mapping[str, Any], kind: str) -> Any:
    import jsonschema
    from referencing import Registry, Resource

    registry: Any = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in schemas.values())
    draft = jsonschema.Draft202012Validator
    return draft(schemas[kind], registry=registry, format_checker=draft.FORMAT_CHECKER)


def _problems(error: Any, entry: Entry, file: str) -> Iterator[Problem]:
    """One flaw that jsonschema found → a problem in the words of this program."""
    path = tuple(error.absolute_path)
    facts = {
        "kind": entry.kind,
        "id": entry.fields.get("id"),
        "field": ".".join(str(part) for part in path),
        "value": error.instance,
    }
    place = _place(entry, file, *path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            for name in error.instance.keys() - error.schema["properties"].keys():
                near = {"field": name, "nearest": nearest(name, known), "known": known}
                yield Problem("unknown_field", _place(entry, file, *path, name), facts | near)
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from (Problem("missing_field", place, facts | {"field": name}) for name in missing)
        case "type":
            expected = error.validator_value
            names = expected if isinstance(expected, str) else "/".join(expected)
            yield Problem("wrong_type", place, facts | {"expected": names})
        case "enum":
            yield Problem("not_allowed", place, facts | {"known": error.validator_value})
        case "format":
            yield Problem("impossible_date", place, facts)
        case _:
            yield Problem("malformed", place, facts | {"detail": error.message})
