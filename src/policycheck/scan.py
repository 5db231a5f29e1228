"""The whole way from an inventory to a report."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, NamedTuple

from .attestations import CONTRADICTED, judge_answers
from .engines import Engine
from .evaluate import Evaluation, Judged, Listing, followed
from .inventory import Place, Read, read_inventory
from .inventory.discovery import Found, find_files
from .inventory.reading import Reader, Unrecorded
from .jobs import Jobs
from .model import Check, EngineInfo, Location, Problem, Question, Result, Standard, Status, Subject, Tally, new_tally
from .questions import RECORDED, Questions, wanted
from .report import Changes, Report
from .spool import Spool, temporary_folder

if TYPE_CHECKING:
    from pathlib import PurePath

    from .baseline import Baseline
    from .changed import Touched
    from .inventory.schemas import Schemas
    from .measures import Measures
    from .progress import Progress
    from .waivers import Waivers


_UNRECORDED = -1
"""The number of the part that stands for the departments without a record."""


class Against(NamedTuple):
    """What an inventory is judged against, and on which day."""

    standard: Standard
    checks: Sequence[Check]
    as_of: datetime.date
    baseline: Baseline | None = None
    waivers: Waivers | None = None
    measures: Measures | None = None

    @property
    def named(self) -> frozenset[tuple[str, str]]:
        """The kinds and ids that the waivers and the baseline speak of."""
        waived = {(waiver.kind, waiver.id) for waiver in self.waivers.given} if self.waivers else set()
        listed = {(kind, identity) for _, kind, identity in self.baseline.results} if self.baseline else set()
        return frozenset(waived | listed)


class Since(NamedTuple):
    """Only what has changed since a revision is to be judged, or since git's index. `waived` are the kinds and ids of
    which other waivers speak than then."""

    revision: str | None
    waived: AbstractSet[tuple[str, str]] = frozenset()


def scan(
    paths: Sequence[str | PurePath],
    schemas: Schemas,
    against: Against,
    engine: tuple[EngineInfo, Callable[[], Engine]],
    jobs: Jobs,
    *,
    keep_passes: bool = False,
    entry: Callable[[Result], bytes] | None = None,
    since: Since | None = None,
    found: Found | None = None,
    progress: Progress | None = None,
) -> Report:
    """Judges every resource by the controls and every department by its answers; says what could not be judged, what is
    waived, which answers a control refutes, what has changed since the baseline, and how the measures stand. `entry`
    prints a result for a format that lists them all, and so does not need them at hand. With `since`, only what has
    changed since then, or is touched by a change, is judged. `found` is what the paths lead to, where that is known."""
    standard, checks = against.standard, against.checks
    info, open_engine = engine
    reader = Reader(schemas, wanted(checks, against.named))
    found = found or find_files(paths)
    read = read_inventory(paths, found, reader, jobs)
    touched = _touched(paths, found, since, read, reader, jobs, against) if since else None
    inventory = read.inventory
    departments = dict(inventory.departments)
    for clause in standard.clauses:
        departments |= {name: "" for name in clause.asked_of if name not in departments}
    present = {*inventory.present, *(("department", department) for department in departments)}
    waivers = against.waivers.judged(standard, present, against.as_of) if against.waivers else None
    attested = frozenset(clause.id for clause in standard.clauses if clause.attested and inventory.sheets)
    evaluation = Evaluation(
        Questions(checks, read.built, against.as_of),
        open_engine,
        Listing(keep_passes, entry, attested),
        baseline=against.baseline,
        waivers=waivers,
        about=[against.measures.about(check) for check in checks] if against.measures else (),
        touched=touched,
    )
    if progress:
        progress.expect(inventory.resources)
    entries = Spool()
    hides: Counter[int] = Counter()
    counts: dict[tuple[int, str], list[int]] = {}
    results: list[Result] = []
    reached = 0

    def take(judged: Judged) -> None:
        nonlocal reached
        reached += judged.resources
        for key, found in judged.counts.items():
            known = counts.get(key)
            counts[key] = [one + more for one, more in zip(known, found, strict=True)] if known else found
        results.extend(row.result(checks) for row in judged.rows)
        entries.write(judged.entries)
        hides.update(judged.hides)

    unrecorded = {name: file for name, file in departments.items() if name not in read.built.get(RECORDED, departments)}
    places = {**read.places}
    if unrecorded:
        task = Unrecorded(unrecorded)
        places[_UNRECORDED] = Place(task.part, 0)
        list(jobs.read(reader, {_UNRECORDED: task}))
    with evaluation:
        for judged in jobs.judge(evaluation, places):
            take(judged)
            if progress:
                progress.advance(judged.resources)
    asked, answers, problems = judge_answers(standard, inventory.sheets, departments, results, against.as_of)
    if touched:
        answers = [a for a in answers if a.resource.department in touched.departments or a.reason == CONTRADICTED]
    problems = [*inventory.problems, *problems]
    answers = [followed(answer, waivers, against.baseline, hides) for answer in answers]
    tallies = [*_counted(checks, counts, departments), *_answered(asked, answers)]
    if entry:
        entries.write(b"".join(entry(a) for a in answers if keep_passes or a.status is not Status.PASS))
    results += answers
    comparison = against.baseline.compare(results, present) if against.baseline else None
    if (inventory.resources or unrecorded) and not touched and not any(tally for _, tally in tallies):
        place = Location(", ".join(inventory.paths))
        problems.append(Problem("nothing_to_judge", place, {"standard": standard.id}))
    taken = None
    if against.measures:
        taken = against.measures.apply(results, comparison.gone if comparison else (), against.as_of.isoformat())
    for register in (against.waivers, against.measures):
        problems += register.problems if register else ()
    return Report(
        against.as_of.isoformat(),
        standard,
        info,
        inventory,
        list(departments),
        tallies,
        [result for result in results if keep_passes or result.status is not Status.PASS],
        problems,
        comparison,
        waivers.uses(hides) if waivers else (),
        taken,
        entries,
        Changes(since.revision or "index", reached) if since else None,
        keep_passes,
    )


def _touched(
    paths: Sequence[str | PurePath],
    found: Found,
    since: Since,
    now: Read,
    reader: Reader,
    jobs: Jobs,
    against: Against,
) -> Touched:
    from .changed import touched
    from .revisions import earlier

    with temporary_folder() as folder:
        then = earlier(paths, since.revision, folder)
        before = read_inventory(paths, then, reader, jobs, first=max(now.places, default=-1) + 1)
        differing = frozenset(found.files) ^ frozenset(then.files)
        return touched(now, before, differing, jobs, against.standard, against.checks, since.waived)


def _counted(
    checks: Sequence[Check], counts: Mapping[tuple[int, str], Sequence[int]], departments: Iterable[str]
) -> list[tuple[Subject, Tally]]:
    """The departments in their order, however the inventory was cut into parts."""
    tallies: list[tuple[Subject, Tally]] = [(check, new_tally()) for check in checks]
    order = {department: position for position, department in enumerate(departments)}
    for (number, department), found in sorted(counts.items(), key=lambda item: order[item[0][1]]):
        tallies[number][1][department] = dict(zip(Status, found, strict=True))
    return tallies


def _answered(questions: Sequence[Question], answers: Iterable[Result]) -> list[tuple[Subject, Tally]]:
    """The counts of each question: a refuted answer stands under another clause too, and counts under its own."""
    tallies = {question.clause.id: new_tally() for question in questions}
    for answer in answers:
        tallies[answer.check.clauses[0]][answer.resource.department][answer.status] += 1
    return [(question, tallies[question.clause.id]) for question in questions]
