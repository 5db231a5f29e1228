"""The whole way from an inventory to a report."""

import datetime
from collections.abc import Sequence

from .engines import Engine
from .evaluate import Progress, evaluate
from .model import Check, Inventory, Location, Problem, Report, Standard


def scan(
    inventory: Inventory,
    standard: Standard,
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    keep_passes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Judges every resource, and says what could not be judged."""
    counts, results = evaluate(inventory.resources, checks, engine, as_of, keep_passes=keep_passes, progress=progress)
    problems = list(inventory.problems)
    if inventory.resources and not any(sum(count.values()) for _, count in counts):
        problems.append(Problem("nothing_to_judge", Location(", ".join(inventory.paths)), {"standard": standard.id}))
    return Report(as_of.isoformat(), standard, engine.info, inventory, counts, results, problems)
