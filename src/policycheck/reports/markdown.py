"""The report as Markdown, for wherever people discuss: a wiki, a pull request, the summary of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ..matrix import columns, matrix
from ..model import Counts, Result, Status
from ..report import Report
from ..texts import Texts, plain
from . import View, facts
from .facts import heading, left_out, notices, outcome
from .rows import in_order, row

_ODD = re.compile(r"([\\`*_{}\[\]<>#|~&!]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What Markdown would read as markup or, as GitHub does, as a link to a page. Addresses of mail remain what they are."""
_LIST = re.compile(r"^(?:(\d+)(?=[.)])|(?=[-+=]))")
"""What begins a list, or underlines a heading."""


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """CommonMark with the tables that GitHub and GitLab know."""
    del view
    yield _lines(_head(report, texts))
    yield _lines(_summary(report, texts))
    if not report.results:
        yield _lines([*_title(texts("report.findings")), escaped(facts.no_findings(report, texts))])
    for department, results in groupby(in_order(report), lambda result: result.resource.department):
        yield _lines(_findings(department, results, report, texts))
    yield _lines(_matrix(report, texts))
    yield _lines(_rest(report, texts))


def _head(report: Report, texts: Texts) -> Iterator[str]:
    yield f"# {escaped(texts('report.title'))}"
    yield ""
    for label, value in heading(report, texts).items():
        yield f"- {escaped(texts('word.labelled', label=label, value=value))}"
    for notice in notices(report, texts):
        yield f"- **{escaped(notice)}**"
    if report.complete:
        yield f"- {escaped(facts.completeness(report, texts))}"
    yield f"- {escaped(outcome(report, texts))}"
    if report.problems:
        yield from _title(texts("report.problems", count=len(report.problems)))
    for problem in report.problems:
        yield f"- **{escaped(str(problem.location))}** {escaped(texts.problem(problem))}"


def _summary(report: Report, texts: Texts) -> Iterator[str]:
    yield from _title(texts("report.summary"))
    yield from _counts("", {texts("report.totals"): report.summary}, texts)
    if report.comparison:
        yield from _title(texts("report.comparison", as_of=report.comparison.as_of))
        if not report.comparison.complete:
            yield f"- **{escaped(texts('report.baseline_incomplete'))}**"
        gone = (facts.gone(item, texts) for item in report.comparison.gone)
        for line in [*facts.trend(report, texts), *gone]:
            yield f"- {escaped(line)}"
    yield from _title(texts("report.by_department"))
    departments = {name: report.by_department.get(name) for name in report.most_pressing}
    yield from _counts(texts("column.department"), departments, texts)
    yield from _title(texts("report.by_measure"))
    yield from _counts(texts("explain.measure"), facts.by_measure(report, texts), texts)


def _counts(label: str, groups: Mapping[str, Counts | None], texts: Texts) -> Iterator[str]:
    nothing = [texts("report.nothing_judged"), *[""] * (len(Status) - 1)]
    cells = (
        [name, *([str(counts[status]) for status in Status] if counts else nothing)] for name, counts in groups.items()
    )
    yield from _table([label, *map(texts.status, Status)], cells, right=len(Status))


_SHOWN = ("status", "clauses", "title", "parameters", "severity", "id", "name", "message", "remedy")


def _findings(department: str, results: Iterable[Result], report: Report, texts: Texts) -> Iterator[str]:
    yield from _title(department)

    def cells(result: Result) -> list[str]:
        own = row(result, report, texts)
        found = {name: getattr(own, name) for name in _SHOWN}
        found["status"] = f"{own.status} {own.news}".strip()
        found["id"] = f"{own.kind} {own.id}"
        return [*found.values(), str(result.resource.location)]

    titles = [texts(f"column.{name}") for name in _SHOWN]
    yield from _table([*titles, texts("column.file")], map(cells, results))


def _matrix(report: Report, texts: Texts) -> Iterator[str]:
    judged = [line for line in matrix(report) if line.cells]
    departments = columns(report, judged)
    yield from _title(texts("report.matrix"))
    cells = (
        [
            f"{line.clause.id} {line.clause.title[texts.language]}",
            *(texts(f"mark.{line.cells.get(name, Status.NOT_APPLICABLE)}") for name in departments),
        ]
        for line in judged
    )
    yield from _table([texts("column.clauses"), *departments], cells)
    yield from ("", escaped("  ".join(map(texts.status, Status))), "", escaped(texts("report.nothing_there")))


def _rest(report: Report, texts: Texts) -> Iterator[str]:
    if waivers := facts.waivers(report):
        yield from _title(texts("report.waivers"))
    for use in waivers:
        waiver = use.waiver
        label = f"{waiver.clause} {waiver.kind}/{waiver.id} {waiver.location} {texts(f'waiver.{use.state}')}"
        yield f"- {escaped(f'{label} {facts.waiver(waiver, use.hides, texts)}')}"
    if report.measures:
        yield from _title(texts("report.measures"))
    for measure in report.measures or ():
        label = f"{measure.measure.finding} {measure.measure.owner}"
        yield f"- {escaped(f'{label} {facts.measure(measure, texts)}')}"
    if lines := left_out(report, texts):
        yield from _title(texts("report.notice"))
    for line in lines:
        yield f"- {escaped(line)}"


def _title(text: str) -> Iterator[str]:
    yield ""
    yield f"## {escaped(text)}"
    yield ""


def _table(head: Sequence[str], cells: Iterable[Sequence[str]], right: int = 0) -> Iterator[str]:
    """`right` says how many columns at the end are numbers."""
    yield _line(head)
    yield "|" + "---|" * (len(head) - right) + "---:|" * right
    yield from map(_line, cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(escaped, cells))} |"


def escaped(text: str) -> str:
    """The text itself on one line, whatever Markdown would read in it."""
    return _LIST.sub(r"\1\\", _ODD.sub(r"\\\1", plain(text).strip()))


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
