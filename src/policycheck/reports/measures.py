"""Each finding with its measure, its status, and what the scan says of it; and the fails that no measure speaks of."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ..measures import MeasureUse
from ..model import OPEN, SHOWN_AS, MeasureState, Result, Status
from ..report import Report
from ..texts import Texts
from . import View
from .page import STYLES, Page


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    page = Page(texts, view)
    page.head(report, "report.measures")
    uses = report.measures or ()
    for use in uses:
        _measure(page, use)
    for status in OPEN:
        _without(page, status, [result for result in report.unmeasured if result.status is status])
    if uses:
        _totals(page, uses)
    page.problems(report)
    page.line(0, "")
    page.ending(report)
    return page.content()


def _measure(page: Page, use: MeasureUse) -> None:
    texts, measure = page.texts, use.measure
    page.line(0, "")
    page.line(0, f"■ {measure.finding}  {measure.owner}", "bold")
    status = texts(f"measure_status.{measure.status}")
    dated = texts("report.measure", status=status, on=measure.on) if measure.on else status
    page.line(2, texts("word.labelled", label=dated, value=measure.text) if measure.text else dated)
    page.line(2, texts(f"measure_state.{use.state}"), STYLES[SHOWN_AS[use.state]])
    for status_of in (*OPEN, Status.WAIVED, Status.CORRECTED):
        _by_title(page, status_of, [result for result in use.results if result.status is status_of])
    if use.passes:
        page.line(4, f"{texts(f'mark.{Status.PASS}')} {texts('report.passing', count=use.passes)}", STYLES[Status.PASS])


def _without(page: Page, status: Status, results: Sequence[Result]) -> None:
    if results:
        page.line(0, "")
        page.line(0, f"■ {page.texts(f'no_measure.{status}')}", "bold")
        _by_title(page, status, results)


def _by_title(page: Page, status: Status, results: Sequence[Result]) -> None:
    texts = page.texts
    counts = Counter((result.resource.department, result.check.title[texts.language]) for result in results)
    for (department, title), count in counts.items():
        line = texts("report.unnamed_finding", department=department, title=title, count=count)
        page.line(4, f"{texts(f'mark.{status}')} {line}", STYLES[status])


def _totals(page: Page, uses: Sequence[MeasureUse]) -> None:
    counts = Counter(use.state for use in uses)
    page.heading("report.totals")
    for state in MeasureState:
        if counts[state]:
            page.line(2, f"{page.texts(f'measure_total.{state}')} {counts[state]}", STYLES[SHOWN_AS[state]])
