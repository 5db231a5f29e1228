"""What was done about findings, and whether a scan bears it out: a finding that is called done while one of its controls
still fails is not done."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from .model import Location, Problem, Resource, Result, Standard, Status, Subject
from .nearest import nearest
from .registers import read_register


class MeasureState(StrEnum):
    """What the scan says of a measure."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    SETTLED = "settled"
    OVERDUE = "overdue"
    OPEN = "open"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Measure:
    """A finding and what was done about it. `status` is done, planned or none; `about` says which results belong to it:
    those that have all the values of one of its entries."""

    finding: str
    owner: str
    about: tuple[Mapping[str, str], ...]
    status: str
    on: str | None
    text: str
    location: Location

    def covers(self, subject: Subject, resource: Resource) -> bool:
        return any(_matches(entry, subject, resource) for entry in self.about)


@dataclass(frozen=True, slots=True)
class MeasureUse:
    """A measure, what the scan says of it, and its results: those that are no pass, and how many pass."""

    measure: Measure
    state: MeasureState
    results: list[Result]
    passes: int


@dataclass(frozen=True, slots=True)
class Measures:
    """What a file of measures gave: those that can be used, and the problems with the others."""

    given: list[Measure]
    problems: list[Problem]

    def cover(self, subject: Subject, resource: Resource) -> bool:
        return any(measure.covers(subject, resource) for measure in self.given)

    def apply(self, results: Sequence[Result], as_of: str) -> list[MeasureUse]:
        """How each measure stands on the day. The results must hold the passes that it covers."""
        uses = []
        for measure in self.given:
            covered = [result for result in results if measure.covers(result.check, result.resource)]
            open_results = [result for result in covered if result.status is not Status.PASS]
            state = _state(measure, {result.status for result in covered}, as_of)
            uses.append(MeasureUse(measure, state, open_results, len(covered) - len(open_results)))
        return uses


def read_measures(path: Path, standard: Standard, schema: Mapping[str, Any]) -> Measures:
    """The measures of a file, as far as they can be used: one that names a clause or control that the standard does not
    have is a problem.

    Raises UsageError where the file cannot be read, or belongs to another standard.
    """
    entries, problems = read_register(path, "measures", standard, schema)
    known = {
        "clause": {clause.id for clause in standard.clauses},
        "control": {use.control for clause in standard.clauses for use in clause.uses},
    }
    measures = []
    seen: dict[str, Location] = {}
    for entry, location in entries:
        finding = entry["finding"]
        unknown = [
            Problem(
                f"measure_unknown_{name}",
                location,
                {"finding": finding, "value": selector[name], "nearest": nearest(selector[name], names)},
            )
            for selector in entry["about"]
            for name, names in known.items()
            if name in selector and selector[name] not in names
        ]
        if finding in seen:
            unknown.append(Problem("duplicate_finding", location, {"finding": finding, "first": seen[finding]}))
        problems += unknown
        if not unknown:
            seen[finding] = location
            measures.append(
                Measure(
                    finding,
                    entry["owner"],
                    tuple(entry["about"]),
                    entry["status"],
                    entry.get("on"),
                    entry.get("text", ""),
                    location,
                )
            )
    return Measures(measures, problems)


def _matches(selector: Mapping[str, str], subject: Subject, resource: Resource) -> bool:
    system = resource.id if resource.kind == "system" else resource.fields.get("system")
    values = {
        "control": subject.control_id,
        "kind": resource.kind,
        "id": resource.id,
        "department": resource.department,
        "system": system,
    }
    return all(
        value in subject.clauses if name == "clause" else values[name] == value for name, value in selector.items()
    )


def _state(measure: Measure, found: Container[Status], as_of: str) -> MeasureState:
    due = measure.on is not None and measure.on <= as_of
    done = measure.status == "done" and due
    if Status.FAIL in found:
        return MeasureState.REFUTED if done else MeasureState.OVERDUE if due else MeasureState.OPEN
    if Status.UNKNOWN in found or not any(status in found for status in (Status.PASS, Status.CORRECTED, Status.WAIVED)):
        return MeasureState.UNVERIFIED
    return MeasureState.CONFIRMED if done else MeasureState.SETTLED
