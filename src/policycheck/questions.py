"""What is asked of an engine: the resources, and what each check has to know beside them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import isodate

from .engines import EngineInput
from .errors import UsageError
from .indexes import Built, Group, Index, Lookup, indexes_of
from .inventory.columns import Chunk, KindColumns, Wanted
from .model import Check

RECORDED = Lookup("department", ())
"""The departments that keep a record of themselves."""


def wanted(checks: Sequence[Check], named: AbstractSet[tuple[str, str]] = frozenset()) -> Wanted:
    """What judging by the checks needs to know of an inventory. Of each resource these are the fields that its controls
    read: no other leaves the program."""
    fields: dict[str, set[str]] = defaultdict(lambda: {"id"})
    references: dict[str, dict[str, None]] = defaultdict(dict)
    indexes: dict[Index, None] = {}
    for check in checks:
        control = check.control
        fields[control.kind] |= control.reads
        for index in indexes_of(control).values():
            indexes[index] = None
            if isinstance(index, Lookup):
                references[control.kind][index.kind] = None
    if "department" in fields:
        indexes[RECORDED] = None
    return Wanted(
        dict(fields),
        {kind: list(names) for kind, names in references.items()},
        [index for index in indexes if isinstance(index, Lookup)],
        [index for index in indexes if isinstance(index, Group)],
        named,
    )


class Questions:
    """The questions of all checks, on a day, by an inventory of which the indexes are built."""

    def __init__(self, checks: Sequence[Check], built: Built, as_of: datetime.date) -> None:
        self.checks = checks
        self._built = built
        self._asked = [
            ({"as_of": as_of.isoformat(), "parameters": _parameters(check, as_of)}, indexes_of(check.control))
            for check in checks
        ]

    def ask(self, chunk: Chunk) -> EngineInput:
        """What is to be judged of a chunk, with what the indexes say of it."""
        asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for check, (settings, indexes) in zip(self.checks, self._asked, strict=True):
            if columns := chunk.kinds.get(check.control.kind):
                said = {name: self._said(index, columns) for name, index in indexes.items()}
                asked[check.control.id].append(settings | {"index": said})
        return {"checks": asked, "resources": chunk.resources}

    def _said(self, index: Index, columns: KindColumns) -> dict[str, Any]:
        built = self._built[index]
        if not built:
            return {}
        keys = columns.ids if isinstance(index, Group) else columns.references[index.kind]
        return {key: built[key] for key in keys if key in built}


def _parameters(check: Check, as_of: datetime.date) -> dict[str, Any]:
    """The values as the policies want them: a duration comes with the first day that lies within it."""
    given: dict[str, Any] = {}
    for name, value in check.parameters.items():
        if check.control.parameters[name]["type"] == "duration":
            given[name] = {"value": value, "since": days_since(value, as_of).isoformat()}
        else:
            given[name] = value
    return given


def days_since(duration: str, as_of: datetime.date) -> datetime.date:
    """The day that lies a duration before `as_of`; a day that the month does not have becomes its last."""
    try:
        day: datetime.date = as_of - isodate.parse_duration(duration)
    except (OverflowError, ValueError):
        raise UsageError("duration_too_long", duration=duration, as_of=as_of.isoformat()) from None
    return day
