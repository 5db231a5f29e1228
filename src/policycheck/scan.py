"""The whole way from an inventory to a report."""

import datetime
from collections.abc import Sequence

from .baseline import Baseline
from .engines import Engine
from .evaluate import Progress, evaluate, keep_all
from .model import Check, Comparison, Counts, Inventory, Location, Problem, Report, Result, Standard, WaiverUse
from .waivers import Waivers


def scan(
    inventory: Inventory,
    standard: Standard,
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    baseline: Baseline | None = None,
    waivers: Waivers | None = None,
    keep_passes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Judges every resource, says what could not be judged, what is waived, and what has changed since
    the baseline."""
    resources = inventory.resources
    keep = keep_all if keep_passes else baseline.was_broken if baseline else None
    counts, results = evaluate(resources, checks, engine, as_of, keep=keep, progress=progress)
    problems = list(inventory.problems)
    judged: Sequence[Result] = results
    uses: Sequence[WaiverUse] = ()
    if waivers:
        problems += waivers.problems
        judged, uses = waivers.apply(results, standard, resources, as_of)
    comparison = None
    if baseline:
        judged = [baseline.follow(result) for result in judged]
        gone = baseline.gone(checks, resources)
        comparison = Comparison(baseline.file, baseline.sha256, baseline.as_of, baseline.complete, gone)
    _recount(counts, results, judged)
    if resources and not any(sum(count.values()) for _, count in counts):
        problems.append(Problem("nothing_to_judge", Location(", ".join(inventory.paths)), {"standard": standard.id}))
    return Report(as_of.isoformat(), standard, engine.info, inventory, counts, judged, problems, comparison, uses)


def _recount(counts: Sequence[tuple[Check, Counts]], before: Sequence[Result], after: Sequence[Result]) -> None:
    """Moves the count of every result whose status a waiver or the baseline has changed."""
    by_check = {id(check): count for check, count in counts}
    for old, new in zip(before, after, strict=True):
        if old.status is not new.status:
            by_check[id(old.check)][old.status] -= 1
            by_check[id(old.check)][new.status] += 1
