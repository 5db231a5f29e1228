"""Approved exceptions. A waiver that is expired, not yet valid, malformed, or for something that is not there hides
nothing, and is listed all the same."""

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from .model import Location, Problem, Result, Standard, Status
from .registers import read_register


class WaiverState(StrEnum):
    """Whether a waiver holds on the day of the scan, and if not, why."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN_CLAUSE = "unknown_clause"
    UNKNOWN_RESOURCE = "unknown_resource"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception for one clause on one resource, from the day of approval to that of expiry, both
    included."""

    clause: str
    kind: str
    id: str
    reason: str
    approved_by: str
    approved_on: str
    expires_on: str
    compensating_measure: str
    location: Location


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver, its state, and how many fails it hides."""

    waiver: Waiver
    state: WaiverState
    hides: int


@dataclass(frozen=True, slots=True)
class Waivers:
    """What a file of waivers gave: those that can be used, and the problems with the others."""

    given: list[Waiver]
    problems: list[Problem]

    def apply(
        self,
        results: Sequence[Result],
        standard: Standard,
        present: Container[tuple[str, str]],
        as_of: datetime.date,
    ) -> tuple[list[Result], list[WaiverUse]]:
        """The results, with the fails that are waived under every clause that they break, and what each waiver did.
        `present` holds kind and id of everything that is there."""
        clauses = {clause.id for clause in standard.clauses}
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
    entries, problems = read_register(path, "waivers", standard, schema)
    waivers = []
    for entry, location in entries:
        resource = entry.pop("resource")
        waiver = Waiver(**entry, kind=resource["kind"], id=resource["id"], location=location)
        if waiver.approved_on > waiver.expires_on:
            facts = {"first": waiver.approved_on, "last": waiver.expires_on}
            problems.append(Problem("reversed_waiver", location, facts))
        else:
            waivers.append(waiver)
    return Waivers(waivers, problems)


def _state(waiver: Waiver, clauses: set[str], present: Container[tuple[str, str]], as_of: str) -> WaiverState:
    if waiver.clause not in clauses:
        return WaiverState.UNKNOWN_CLAUSE
    if (waiver.kind, waiver.id) not in present:
        return WaiverState.UNKNOWN_RESOURCE
    if as_of < waiver.approved_on:
        return WaiverState.NOT_YET_VALID
    return WaiverState.EXPIRED if as_of > waiver.expires_on else WaiverState.IN_FORCE
