"""Approved exceptions. A waiver that is expired, not yet valid, malformed, or for something that is not there hides
nothing, and is listed all the same."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from .model import Location, Problem, Result, Standard
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
    included. Where it stands makes it no other one."""

    clause: str
    kind: str
    id: str
    reason: str
    approved_by: str
    approved_on: str
    expires_on: str
    compensating_measure: str
    location: Location = field(compare=False)


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

    def judged(self, standard: Standard, present: Container[tuple[str, str]], as_of: datetime.date) -> JudgedWaivers:
        """The waivers with their states. `present` holds kind and id of everything that is there."""
        clauses = {clause.id for clause in standard.clauses}
        return JudgedWaivers([(waiver, _state(waiver, clauses, present, as_of.isoformat())) for waiver in self.given])


class JudgedWaivers:
    """The waivers of a scan, and which of them hide something."""

    def __init__(self, waivers: Sequence[tuple[Waiver, WaiverState]]) -> None:
        self._waivers = waivers
        self.in_force: dict[tuple[str, str, str], int] = {
            (waiver.clause, waiver.kind, waiver.id): number
            for number, (waiver, state) in enumerate(waivers)
            if state is WaiverState.IN_FORCE
        }

    def hiding(self, result: Result) -> list[int]:
        """The numbers of the waivers that hide a fail: none, unless it is waived under every clause that it breaks."""
        keys = [(clause, result.resource.kind, result.resource.id) for clause in result.check.clauses]
        return [self.in_force[key] for key in keys] if all(key in self.in_force for key in keys) else []

    def uses(self, hides: Mapping[int, int]) -> list[WaiverUse]:
        """What each waiver did, by how many fails it hides."""
        return [WaiverUse(waiver, state, hides.get(number, 0)) for number, (waiver, state) in enumerate(self._waivers)]


def read_waivers(path: Path, standard: Standard, schema: Mapping[str, Any], called: str | None = None) -> Waivers:
    """The waivers of a file, as far as they can be used. `called` is as for read_register.

    Raises UsageError where the file cannot be read, or belongs to another standard.
    """
    entries, problems = read_register(path, "waivers", standard, schema, called)
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
