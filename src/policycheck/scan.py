"""The whole way from an inventory to a report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from .attestations import judge_answers
from .engines import Engine
from .evaluate import Progress, evaluate, keep_all
from .model import (
    ANSWERS,
    Check,
    Inventory,
    Location,
    Problem,
    Question,
    Resource,
    Result,
    Standard,
    Status,
    Subject,
    Tally,
)
from .report import Report

if TYPE_CHECKING:
    from .baseline import Baseline
    from .measures import Measures
    from .waivers import Waivers, WaiverUse


def scan(
    inventory: Inventory,
    standard: Standard,
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    baseline: Baseline | None = None,
    waivers: Waivers | None = None,
    measures: Measures | None = None,
    keep_passes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Judges every resource by the controls and every department by its answers; says what could not be judged, what is
    waived, which answers a control refutes, what has changed since the baseline, and how the measures stand."""
    departments = dict(inventory.departments)
    for clause in standard.clauses:
        departments |= {name: "" for name in clause.asked_of if name not in departments}
    resources = [*inventory.resources, *_unrecorded(inventory, departments, checks)]

    def wanted(subject: Subject, resource: Resource) -> bool:
        broken = baseline is not None and baseline.was_broken(subject, resource)
        return broken or (measures is not None and measures.cover(subject, resource))

    keep = keep_all if keep_passes else wanted if baseline or measures else None
    judged, results = evaluate(resources, checks, engine, as_of, keep=keep, progress=progress)
    asked, answered, odd = judge_answers(standard, resources, departments, results, as_of)
    results += answered
    tallies: list[tuple[Subject, Tally]] = [*judged, *asked]
    problems = [*inventory.problems, *odd]
    present = {(resource.kind, resource.id) for resource in resources if resource.kind != ANSWERS}
    present |= {("department", department) for department in departments}
    final: Sequence[Result] = results
    uses: Sequence[WaiverUse] = ()
    if waivers:
        problems += waivers.problems
        final, uses = waivers.apply(results, standard, present, as_of)
    comparison = None
    if baseline:
        final = [baseline.follow(result) for result in final]
        comparison = baseline.compare(final, present)
    _recount(tallies, results, final)
    if resources and not any(tally for _, tally in tallies):
        problems.append(Problem("nothing_to_judge", Location(", ".join(inventory.paths)), {"standard": standard.id}))
    taken = None
    if measures:
        problems += measures.problems
        taken = measures.apply(final, comparison.gone if comparison else (), as_of.isoformat())
    final = [result for result in final if keep_passes or result.status is not Status.PASS]
    return Report(
        as_of.isoformat(),
        standard,
        engine.info,
        inventory,
        list(departments),
        tallies,
        final,
        problems,
        comparison,
        uses,
        taken,
    )


def _unrecorded(inventory: Inventory, departments: Mapping[str, str], checks: Sequence[Check]) -> Iterator[Resource]:
    """The departments that keep no record of themselves, where a control asks for one: nothing is known of them."""
    if any(check.control.kind == "department" for check in checks):
        recorded = {resource.id for resource in inventory.resources if resource.kind == "department"}
        for name, file in departments.items():
            if name not in recorded:
                yield Resource("department", name, name, {"id": name}, file, (), lambda _: None)


def _recount(tallies: Sequence[tuple[Subject, Tally]], before: Sequence[Result], after: Sequence[Result]) -> None:
    """Moves the count of every result whose status has changed since the engine gave it."""
    by_subject = {_key(subject): tally for subject, tally in tallies}
    for old, new in zip(before, after, strict=True):
        if old.status is not new.status:
            counts = by_subject[_key(old.check)][old.resource.department]
            counts[old.status] -= 1
            counts[new.status] += 1


def _key(subject: Subject) -> int | str:
    """Of a question the clause: a refuted answer stands under another one too."""
    return subject.clause.id if isinstance(subject, Question) else id(subject)
