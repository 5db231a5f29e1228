"""Each clause, and the findings under it or －, as auditors print their viewpoints. Findings bear the names that a file
of measures gives them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ..matrix import matrix
from ..model import OPEN, Result, Status
from ..report import Report
from ..texts import Texts
from . import View
from .page import STYLES, Page

_NO_PASS = (*OPEN, Status.WAIVED)


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    page = Page(texts, view)
    page.head(report, "report.viewpoints")
    broken: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        if result.status in _NO_PASS:
            for name in result.check.clauses:
                broken[name].append(result)
    group = None
    for row in matrix(report):
        clause = row.clause
        if clause.group != group:
            group = clause.group
            if group:
                page.line(0, "")
                page.line(0, f"{group} {report.standard.groups[group][texts.language]}", "bold")
        page.line(2, f"{clause.id}  {clause.title[texts.language]}")
        if not row.cells:
            page.line(6, texts("report.nothing_judged"), "bold yellow")
            continue
        findings = list(_findings(broken[clause.id], report, texts))
        for status, line in findings:
            page.line(6, f"{texts(f'mark.{status}')} {line}", STYLES[status])
        if not findings:
            page.line(6, texts(f"mark.{Status.NOT_APPLICABLE}"))
    page.line(0, "")
    page.line(2, texts("report.without_finding"))
    page.problems(report)
    page.line(0, "")
    page.ending(report)
    return page.content()


def _findings(results: Sequence[Result], report: Report, texts: Texts) -> Iterator[tuple[Status, str]]:
    """The findings that a file of measures names, then what it does not name, what could not be judged, and what is
    waived."""
    fails = [result for result in results if result.status is Status.FAIL]
    named: set[int] = set()
    for use in report.measures or ():
        own = [result for result in fails if use.measure.covers(result.check, result.resource)]
        if own:
            named |= {id(result) for result in own}
            yield Status.FAIL, texts("report.finding", finding=use.measure.finding, count=len(own))
    rest = [result for result in fails if id(result) not in named]
    for status in _NO_PASS:
        members = rest if status is Status.FAIL else [result for result in results if result.status is status]
        counts = Counter((result.resource.department, result.check.title[texts.language]) for result in members)
        for (department, title), count in counts.items():
            yield status, texts("report.unnamed_finding", department=department, title=title, count=count)
