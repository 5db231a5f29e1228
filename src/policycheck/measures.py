"""What was done about findings, and whether a scan bears it out: a finding that is called done while one of its controls
still fails is not done."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .model import Location, MeasureState, Problem, Resource, Result, Standard, Status, Subject
from .nearest import nearest
from .registers import read_register
from .selectors import matches, may_match, names_of

if TYPE_CHECKING:
    from .baseline import Gone


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
        return any(matches(entry, names_of(subject, resource), subject.clauses) for entry in self.about)


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

    def about(self, subject: Subject) -> list[Mapping[str, str]]:
        """The entries that may speak of results of the subject."""
        return [entry for measure in self.given for entry in measure.about if may_match(entry, subject)]

    def apply(self, results: Sequence[Result], gone: Sequence[Gone], as_of: str) -> list[MeasureUse]:
        """How each measure stands on the day. The results must hold the passes that it covers; `gone` is what cannot be
        compared any more."""
        return [_use(measure, results, gone, as_of) for measure in self.given]


def read_measures(path: Path, standard: Standard, schema: Mapping[str, Any], called: str | None = None) -> Measures:
    """The measures of a file, as far as they can be used: one that names a clause or control that the standard does not
    have is a problem. `called` is as for read_register.

    Raises UsageError where the file cannot be read, or belongs to another standard.
    """
    entries, problems = read_register(path, "measures", standard, schema, called)
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


def _use(measure: Measure, results: Sequence[Result], gone: Sequence[Gone], as_of: str) -> MeasureUse:
    reached: set[int] = set()
    covered = []
    for result in results:
        names = names_of(result.check, result.resource)
        own = {number for number, entry in enumerate(measure.about) if matches(entry, names, result.check.clauses)}
        if own:
            reached |= own
            covered.append(result)
    lost = any(matches(entry, _names_gone(item), item.clauses) for item in gone for entry in measure.about)
    whole = len(reached) == len(measure.about) and not lost
    left = [result for result in covered if result.status is not Status.PASS]
    state = _state(measure, {result.status for result in covered}, as_of, whole=whole)
    return MeasureUse(measure, state, left, len(covered) - len(left))


def _names_gone(item: Gone) -> dict[str, str | None]:
    return {
        "control": item.control,
        "kind": item.kind,
        "id": item.id,
        "department": item.department,
        "system": item.id if item.kind == "system" else item.system,
    }


def _state(measure: Measure, found: Container[Status], as_of: str, *, whole: bool) -> MeasureState:
    """`whole`: everything that the measure names was judged."""
    due = measure.on is not None and measure.on <= as_of
    done = measure.status == "done" and due
    if Status.FAIL in found:
        return MeasureState.REFUTED if done else MeasureState.OVERDUE if due else MeasureState.OPEN
    if not whole or Status.UNKNOWN in found:
        return MeasureState.UNVERIFIED
    if Status.WAIVED in found:
        return MeasureState.WAIVED
    if Status.PASS in found or Status.CORRECTED in found:
        return MeasureState.CONFIRMED if done else MeasureState.SETTLED
    return MeasureState.UNVERIFIED
