"""Clauses × departments: one mark for each pair, the worst of what was judged there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .model import WORST_FIRST, Clause, Question, Status
from .report import Report


@dataclass(frozen=True, slots=True)
class Row:
    """A clause and its status by department. A department that has nothing to be judged by the clause is left out."""

    clause: Clause
    cells: Mapping[str, Status]


def matrix(report: Report) -> list[Row]:
    """The clauses of the standard in their order."""
    found: dict[str, dict[str, set[Status]]] = defaultdict(lambda: defaultdict(set))
    for subject, tally in report.tallies:
        for department, counts in tally.items():
            statuses = {status for status, count in counts.items() if count}
            for clause in subject.clauses:
                found[clause][department] |= statuses
    for result in report.results:  # an answer that was refuted stands under two clauses
        if isinstance(result.check, Question):
            for clause in result.check.clauses[1:]:
                found[clause][result.resource.department].add(result.status)
    return [
        Row(
            clause,
            {
                department: next(status for status in WORST_FIRST if status in statuses)
                for department, statuses in found[clause.id].items()
                if statuses
            },
        )
        for clause in report.standard.clauses
    ]


def columns(report: Report, rows: Iterable[Row]) -> list[str]:
    """The departments that have something in one of the rows, in their order."""
    used = {department for row in rows for department in row.cells}
    return [department for department in report.departments if department in used]
