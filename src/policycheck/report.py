"""The outcome of a scan, whatever it is then printed as."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .model import (
    ANSWERS,
    BROKEN,
    OPEN,
    Check,
    Clause,
    Counts,
    EngineInfo,
    Inventory,
    Problem,
    Result,
    Standard,
    Status,
    Subject,
    Tally,
    total,
)

if TYPE_CHECKING:
    from .baseline import Comparison
    from .measures import MeasureUse
    from .waivers import WaiverUse


_Key = TypeVar("_Key")


class Changes(NamedTuple):
    """That only what a change touches was judged: since which revision, or git's "index", and how many resources."""

    against: str
    resources: int


@dataclass(frozen=True)
class Report:
    """`departments` are those that the inventory names or the standard asks, in this order. `results` holds the passes
    only where they were asked for; the tallies always do. For a format that lists all results `entries` holds them as it
    prints them, and `results` those alone that are needed besides. `lists_passes` says that passes were asked for."""

    as_of: str
    standard: Standard
    engine: EngineInfo
    inventory: Inventory
    departments: Sequence[str]
    tallies: Sequence[tuple[Subject, Tally]]
    results: Sequence[Result]
    problems: Sequence[Problem]
    comparison: Comparison | None = None
    waivers: Sequence[WaiverUse] = ()
    measures: Sequence[MeasureUse] | None = None
    entries: Iterable[bytes] = ()
    changes: Changes | None = None
    lists_passes: bool = False

    @cached_property
    def counts(self) -> list[tuple[Subject, Counts]]:
        """The counts of each subject over all departments."""
        return [(subject, total(tally.values())) for subject, tally in self.tallies]

    @cached_property
    def summary(self) -> Counts:
        return total(counts for _, counts in self.counts)

    @cached_property
    def by_measure(self) -> dict[int | None, Counts]:
        """The counts of each measure of the ordinance for which something was judged; None where a clause names none."""
        return _together((subject.measure, counts) for subject, counts in self.counts)

    @cached_property
    def by_chapter(self) -> dict[int | None, Counts]:
        """The counts of each chapter of the ministry's guideline; None where a clause names none."""
        return _together((subject.topic, counts) for subject, counts in self.counts)

    @cached_property
    def by_kind(self) -> dict[str, Counts]:
        """The counts of each kind of resource; the answers of people are those of departments."""
        return _together((subject.kind, counts) for subject, counts in self.counts)

    @cached_property
    def by_department(self) -> dict[str, Counts]:
        """The counts of each department, in their order."""
        found = _together(item for _, tally in self.tallies for item in tally.items())
        return {department: found[department] for department in self.departments if department in found}

    @cached_property
    def most_pressing(self) -> list[str]:
        """The departments, those with the most fails first, then those with the most that is unknown."""
        nothing = total(())
        counts = {name: self.by_department.get(name, nothing) for name in self.departments}
        return sorted(counts, key=lambda name: [-counts[name][status] for status in OPEN])

    @cached_property
    def unmeasured(self) -> list[Result]:
        """The results that no measure speaks of."""
        covered = {id(result) for use in self.measures or () for result in use.results}
        return [result for result in self.results if id(result) not in covered]

    @cached_property
    def trend(self) -> dict[str, int] | None:
        """How many fails are new since the baseline, and what became of those that it had; None without one."""
        if self.comparison is None:
            return None
        counts = Counter(result.status for result in self.results if result.before in BROKEN)
        return {
            "new": self.summary[Status.FAIL] - counts[Status.FAIL],
            "persisting": counts[Status.FAIL],
            "corrected": counts[Status.CORRECTED],
            "now_unknown": counts[Status.UNKNOWN],
            "now_not_applicable": counts[Status.NOT_APPLICABLE],
            "now_waived": counts[Status.WAIVED],
            "gone": len(self.comparison.gone),
        }

    @cached_property
    def unjudged(self) -> dict[str, int]:
        """By kind, the resources that no control of the standard judges, and the answers to other standards."""
        judged = {subject.kind for subject, _ in self.tallies if isinstance(subject, Check)}
        kinds = Counter(self.inventory.kinds)
        kinds[ANSWERS] -= sum(sheet.fields["standard"] == self.standard.id for sheet in self.inventory.sheets)
        return {kind: count for kind, count in sorted(kinds.items()) if count and kind not in judged}

    @cached_property
    def unjudged_clauses(self) -> list[Clause]:
        """The clauses for which the inventory has nothing to judge."""
        judged = {clause for subject, tally in self.tallies if tally for clause in subject.clauses}
        judged |= {clause for result in self.results for clause in result.check.clauses}
        return [clause for clause in self.standard.clauses if clause.id not in judged]

    @cached_property
    def inapplicable_clauses(self) -> list[Clause]:
        """The clauses that apply to nothing in the inventory, though there was something to ask."""
        found: dict[str, set[Status]] = defaultdict(set)
        for subject, counts in self.counts:
            for clause in subject.clauses:
                found[clause] |= {status for status, count in counts.items() if count}
        return [clause for clause in self.standard.clauses if found[clause.id] == {Status.NOT_APPLICABLE}]

    @property
    def complete(self) -> bool:
        """Everything that was given could be used."""
        return not self.problems

    @property
    def exit_code(self) -> int:
        if self.summary[Status.FAIL]:
            return 3
        return 4 if self.problems or self.summary[Status.UNKNOWN] else 0


def _together(counted: Iterable[tuple[_Key, Counts]]) -> dict[_Key, Counts]:
    """The sum of the counts of each key that has any."""
    parts: dict[_Key, list[Counts]] = defaultdict(list)
    for key, counts in counted:
        if any(counts.values()):
            parts[key].append(counts)
    return {key: total(members) for key, members in parts.items()}
