"""Results as the rows of a table: the same columns, words and order in every format that lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..model import SEVERITIES, WORST_FIRST, Check, Location, Result, Status
from ..report import Report
from ..texts import Texts
from . import facts


class Row(NamedTuple):
    """One result in the words of a language; each field is a column. What does not apply is empty."""

    status: str
    news: str = ""
    department: str = ""
    clauses: str = ""
    title: str = ""
    severity: str = ""
    kind: str = ""
    id: str = ""
    name: str = ""
    system: str = ""
    message: str = ""
    remedy: str = ""
    control: str = ""
    parameters: str = ""
    file: str = ""
    line: str = ""
    origin: str = ""


def urgency(result: Result) -> tuple[int, int]:
    """By this, the most pressing results come first."""
    severity = result.check.control.severity if isinstance(result.check, Check) else SEVERITIES[-1]
    return WORST_FIRST.index(result.status), SEVERITIES.index(severity)


def in_order(report: Report) -> list[Result]:
    """The results by department; the most pressing departments first, and in each the most pressing results."""
    departments = {name: position for position, name in enumerate(report.most_pressing)}
    return sorted(report.results, key=lambda result: (departments[result.resource.department], urgency(result)))


def by_subject(results: Iterable[Result]) -> list[list[Result]]:
    """The results of each subject together, in the order in which the subjects first appear. Refuted answers, which
    stand under another clause too, are apart from the others."""
    found: dict[object, list[Result]] = defaultdict(list)
    for result in results:
        found[result.check.key, result.check.clauses].append(result)
    return list(found.values())


def rows(report: Report, texts: Texts) -> Iterator[Row]:
    """The results in their order."""
    return (row(result, report, texts) for result in in_order(report))


def row(result: Result, report: Report, texts: Texts) -> Row:
    """One result of the report."""
    check, resource = result.check, result.resource
    severity = texts(f"severity.{check.control.severity}") if isinstance(check, Check) else ""
    return Row(
        texts.status(result.status),
        news(result, report, texts),
        resource.department,
        texts("word.list", items=check.clauses),
        check.title[texts.language],
        severity,
        texts.kind(resource.kind),
        resource.id,
        resource.name or "",
        resource.system or "",
        texts.message(result),
        texts.remediation(check) if result.status is Status.FAIL else "",
        check.control_id or "",
        texts("word.list", items=facts.parameters(check, texts) or [""]),
        resource.file,
        "" if resource.line is None else str(resource.line),
        str(resource.origin or ""),
    )


def news(result: Result, report: Report, texts: Texts) -> str:
    """Of a fail, whether the baseline had it; empty without a baseline."""
    return texts(f"report.{result.news}") if report.comparison and result.news else ""


def besides(report: Report, texts: Texts) -> Iterator[Row]:
    """What stands beside the results: input that could not be used, what else a reader must know, what has changed,
    waivers and measures."""
    for problem in report.problems:
        yield Row(texts("report.problem"), message=texts.problem(problem), **_place(problem.location))
    for notice in [*facts.notices(report, texts), *facts.left_out(report, texts)]:
        yield Row(texts("report.notice"), message=notice)
    if report.comparison:
        heading = texts("report.comparison", as_of=report.comparison.as_of)
        incomplete = [] if report.comparison.complete else [texts("report.baseline_incomplete")]
        for line in [*incomplete, *facts.trend(report, texts)]:
            yield Row(heading, message=line)
        for gone in report.comparison.gone:
            names = {"department": gone.department, "id": gone.id, "control": gone.control or ""}
            clauses = texts("word.list", items=gone.clauses)
            kind = texts.kind(gone.kind)
            yield Row(texts("report.gone_title"), clauses=clauses, kind=kind, message=facts.gone(gone, texts), **names)
    for use in facts.waivers(report):
        waiver = use.waiver
        status = texts.labelled("report.waivers", texts(f"waiver.{use.state}"))
        told_of = {"clauses": waiver.clause, "kind": texts.kind(waiver.kind), "id": waiver.id} | _place(waiver.location)
        yield Row(status, message=facts.waiver(waiver, use.hides, texts), **told_of)
    for measure in report.measures or ():
        given = measure.measure
        told_of = {"department": given.owner, "name": given.finding} | _place(given.location)
        yield Row(texts("report.measures"), message=facts.measure(measure, texts), **told_of)


def told(row: Row, texts: Texts) -> str:
    """A row of what stands beside the results, as a line of text."""
    place = f"{row.file}:{row.line}" if row.line else row.file
    parts = (place, row.origin and f"← {row.origin}", row.department, row.clauses, row.id, row.name, row.message)
    return texts("word.labelled", label=row.status, value=" ".join(filter(None, parts)))


def _place(place: Location) -> dict[str, str]:
    line = "" if place.line is None else str(place.line)
    return {"file": place.file, "line": line, "origin": str(place.origin or "")}


def headings(texts: Texts) -> list[str]:
    return [texts(f"column.{name}") for name in Row._fields]
