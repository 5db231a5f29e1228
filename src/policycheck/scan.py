"""The whole way from an inventory to a report."""

import datetime
from collections.abc import Sequence

from .baseline import Baseline
from .engines import Engine
from .evaluate import Progress, evaluate, keep_all
from .model import Check, Comparison, Inventory, Location, Problem, Report, Standard, Status


def scan(
    inventory: Inventory,
    standard: Standard,
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    baseline: Baseline | None = None,
    keep_passes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Judges every resource, says what could not be judged, and what has changed since the baseline."""
    resources = inventory.resources
    keep = keep_all if keep_passes else baseline.was_broken if baseline else None
    counts, results = evaluate(resources, checks, engine, as_of, keep=keep, progress=progress)
    comparison = None
    if baseline:
        results = [baseline.follow(result) for result in results]
        by_check = {id(check): count for check, count in counts}
        for result in results:
            if result.status is Status.CORRECTED:
                by_check[id(result.check)][Status.PASS] -= 1
                by_check[id(result.check)][Status.CORRECTED] += 1
        gone = baseline.gone(checks, resources)
        comparison = Comparison(baseline.file, baseline.sha256, baseline.as_of, baseline.complete, gone)
    problems = list(inventory.problems)
    if resources and not any(sum(count.values()) for _, count in counts):
        problems.append(Problem("nothing_to_judge", Location(", ".join(inventory.paths)), {"standard": standard.id}))
    return Report(as_of.isoformat(), standard, engine.info, inventory, counts, results, problems, comparison)
