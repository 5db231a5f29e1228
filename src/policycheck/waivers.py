"""Approved exceptions. A waiver that is expired, not yet valid, malformed, or for something that is not there hides
nothing, and is listed all the same."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import UsageError
from .inventory import yaml_text
from .inventory.schemas import describe
from .inventory.text import Document, Flaw, decode
from .model import Location, Problem, Resource, Result, Standard, Status, Waiver, WaiverState, WaiverUse


@dataclass(frozen=True, slots=True)
class Waivers:
    """What a file of waivers gave: those that can be used, and the problems with the others."""

    given: list[Waiver]
    problems: list[Problem]

    def apply(
        self,
        results: Sequence[Result],
        standard: Standard,
        resources: Sequence[Resource],
        as_of: datetime.date,
    ) -> tuple[list[Result], list[WaiverUse]]:
        """The results, with the fails that are waived under every clause that they break, and what each waiver did."""
        clauses = {clause.id for clause in standard.clauses}
        present = {(resource.kind, resource.id) for resource in resources}
        states = [_state(waiver, clauses, present, as_of.isoformat()) for waiver in self.given]
        in_force: dict[tuple[str, str, str], int] = {
            (waiver.clause, waiver.kind, waiver.id): number
            for number, (waiver, state) in enumerate(zip(self.given, states, strict=True))
            if state is WaiverState.IN_FORCE
        }
        hides = [0] * len(self.given)
        judged = []
        for result in results:
            keys = [(clause, result.resource.kind, result.resource.id) for clause in result.check.clauses]
            if result.status is Status.FAIL and all(key in in_force for key in keys):
                for key in keys:
                    hides[in_force[key]] += 1
                judged.append(replace(result, status=Status.WAIVED))
            else:
                judged.append(result)
        uses = [WaiverUse(waiver, state, count) for waiver, state, count in zip(self.given, states, hides, strict=True)]
        return judged, uses


def read_waivers(path: Path, standard: Standard, schema: Mapping[str, Any]) -> Waivers:
    """The waivers of a file, as far as they can be used.

    Raises UsageError where the file cannot be read, or belongs to another standard.
    """
    name = path.as_posix()
    try:
        document = yaml_text.parse(decode(path.read_bytes()))
    except OSError as error:
        raise UsageError("unreadable_waivers", file=path, reason=error.strerror) from None
    except Flaw as flaw:
        return Waivers([], [Problem(flaw.key, Location(name, flaw.line), flaw.facts)])
    waivers = _valid_waivers(document, name, schema)
    found = document.value.get("standard") if isinstance(document.value, dict) else None
    if waivers.given and found != standard.id:
        raise UsageError("waivers_of_other_standard", file=path, found=found, standard=standard.id)
    return waivers


def _valid_waivers(document: Document, file: str, schema: Mapping[str, Any]) -> Waivers:
    import jsonschema

    draft = jsonschema.Draft202012Validator
    validator: Any = draft(schema, format_checker=draft.FORMAT_CHECKER)
    problems: list[Problem] = []
    malformed: set[str | int] = set()
    for error in validator.iter_errors(document.value):
        for key, path, facts in describe(error):
            if path[:1] != ("waivers",) or len(path) < 2:
                return Waivers([], [*problems, _problem(key, path, facts, document, file)])
            malformed.add(path[1])
            problems.append(_problem(key, path, facts, document, file))
    waivers = []
    for position, entry in enumerate(document.value["waivers"] or ()):
        if position in malformed:
            continue
        location = Location(file, document.lines(("waivers", position)))
        resource = entry.pop("resource")
        waiver = Waiver(**entry, kind=resource["kind"], id=resource["id"], location=location)
        if waiver.approved_on > waiver.expires_on:
            problems.append(
                Problem("reversed_waiver", location, {"first": waiver.approved_on, "last": waiver.expires_on})
            )
        else:
            waivers.append(waiver)
    return Waivers(waivers, problems)


def _problem(key: str, path: Any, facts: dict[str, object], document: Document, file: str) -> Problem:
    number = path[1] + 1 if len(path) > 1 else "?"
    return Problem(key, Location(file, document.lines(path)), {"kind": "waiver", "id": number} | facts)


def _state(waiver: Waiver, clauses: set[str], present: set[tuple[str, str]], as_of: str) -> WaiverState:
    if waiver.clause not in clauses:
        return WaiverState.UNKNOWN_CLAUSE
    if (waiver.kind, waiver.id) not in present:
        return WaiverState.UNKNOWN_RESOURCE
    if as_of < waiver.approved_on:
        return WaiverState.NOT_YET_VALID
    return WaiverState.EXPIRED if as_of > waiver.expires_on else WaiverState.IN_FORCE
