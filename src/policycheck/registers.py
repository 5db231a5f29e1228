"""Registers beside the inventory, such as that of the waivers: a YAML file that names its standard and lists entries.

An entry that cannot be used becomes a Problem and never stops the others.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import UsageError
from .inventory import yaml_text
from .inventory.discovery import name_of
from .inventory.schemas import describe
from .inventory.text import Document, Flaw, decode
from .model import FieldPath, Fields, Location, Problem, Standard


def read_register(
    path: Path, name: str, standard: Standard, schema: Mapping[str, Any], called: str | None = None
) -> tuple[list[tuple[Fields, Location]], list[Problem]]:
    """The valid entries of the list `name` with their places, and the problems with the others. The file is named as it
    is `called`, if that is not its path.

    Raises UsageError where the file cannot be read, or belongs to another standard.
    """
    file = called or name_of(path)
    try:
        document = yaml_text.parse(decode(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"unreadable_{name}", file=called or path, reason=error.strerror) from None
    except Flaw as flaw:
        return [], [Problem(flaw.key, Location(file, flaw.line), flaw.facts)]
    entries, problems = _valid_entries(document, name, file, schema)
    found = document.value.get("standard") if isinstance(document.value, dict) else None
    if entries and found != standard.id:
        raise UsageError(f"{name}_of_other_standard", file=called or path, found=found, standard=standard.id)
    return entries, problems


def _valid_entries(
    document: Document, name: str, file: str, schema: Mapping[str, Any]
) -> tuple[list[tuple[Fields, Location]], list[Problem]]:
    import jsonschema

    draft = jsonschema.Draft202012Validator
    validator: Any = draft(schema, format_checker=draft.FORMAT_CHECKER)
    problems: list[Problem] = []
    malformed: set[str | int] = set()

    def problem(key: str, path: FieldPath, facts: Mapping[str, object]) -> Problem:
        number = int(path[1]) + 1 if len(path) > 1 else "?"
        field = str(facts.get("field", ""))
        if path[:1] == (name,):
            field = field.removeprefix(".".join(map(str, path[:2]))).removeprefix(".")
        shown = {**facts, "field": field or name} if "field" in facts else facts
        return Problem(key, Location(file, document.lines(path)), {"kind": name, "id": number, **shown})

    for error in sorted(validator.iter_errors(document.value), key=lambda error: list(map(str, error.absolute_path))):
        for key, path, facts in describe(error):
            told = problem(key, path, facts)
            if told not in problems:  # jsonschema tells of each missing field, and describe of all of them each time
                problems.append(told)
            if path[:1] != (name,) or len(path) < 2:
                return [], problems
            malformed.add(path[1])
    return [
        (entry, Location(file, document.lines((name, position))))
        for position, entry in enumerate(document.value[name] or ())
        if position not in malformed
    ], problems
