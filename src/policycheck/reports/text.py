"""The report for people at a terminal: what to do, by department or by measure, then the problems, then the counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ..model import BROKEN, MEASURES, OPEN, SHOWN_AS, Check, Question, Result, Status, Subject
from ..report import Report
from ..texts import Texts, shorten
from . import View, facts
from .page import STYLES, Page
from .rows import by_subject, in_order, news, urgency


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """Plain text, or text with the colours of a terminal, wrapped to the screen."""
    page = _Text(texts, view, report)
    page.head(report, "report.title")
    page.findings()
    page.others()
    page.waivers()
    page.comparison()
    page.measures()
    page.problems(report)
    if view.by == "measure":
        page.by_measure()
    page.totals(report)
    return page.content()


class _Text(Page):
    def __init__(self, texts: Texts, view: View, report: Report) -> None:
        super().__init__(texts, view)
        self._report = report
        self._results = in_order(report)
        if view.by == "measure":
            self._results.sort(key=urgency)

    def findings(self) -> None:
        self.heading("report.findings")
        results = [result for result in self._results if result.status in OPEN]
        if not results:
            self.line(2, facts.no_findings(self._report, self.texts))
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            groups[self._group(result)].append(result)
        names = (
            [self._measure(number) for number in (*sorted(set(MEASURES.values())), None)]
            if self.view.by == "measure"
            else groups
        )
        for name in names:
            if name in groups:
                self._findings_of(name, groups[name])

    def _group(self, result: Result) -> str:
        if self.view.by == "measure":
            return self._measure(result.check.measure)
        return result.resource.department

    def _measure(self, number: int | None) -> str:
        return self.texts(f"measure.{number or 'none'}")

    def _findings_of(self, name: str, results: Sequence[Result]) -> None:
        texts = self.texts
        counts = Counter(result.status for result in results)
        marks = [f"{texts(f'mark.{status}')} {counts[status]}" for status in OPEN if counts[status]]
        self.line(0, "")
        self.line(0, f"■ {shorten(name)}  {'  '.join(marks)}", "bold")
        for members in by_subject(result for result in results if result.reason != "unanswered"):
            self._subject(members)
            if any(result.status is Status.FAIL for result in members):
                self.labelled(4, "report.remedy", texts.remediation(members[0].check), "cyan")
        self._unanswered([result for result in results if result.reason == "unanswered"])

    def _unanswered(self, results: Sequence[Result]) -> None:
        """The questions without an answer, all of a department together."""
        if not results:
            return
        self.line(2, self.texts("report.unanswered"), "bold")
        clauses: dict[str, list[str]] = defaultdict(list)
        for result in results:
            clauses[result.resource.department].append(result.check.clauses[0])
        mark = self.texts(f"mark.{Status.UNKNOWN}")
        for department, names in clauses.items():
            whole = self.texts("report.unanswered_clauses", department=department, clauses=names)
            self.line(4, f"{mark} {whole}", STYLES[Status.UNKNOWN])

    def _subject(self, results: Sequence[Result]) -> None:
        self._title(results[0].check)
        for result in results:
            self._result(result)

    def _title(self, subject: Subject) -> None:
        texts = self.texts
        self.line(2, subject.title[texts.language], "bold")
        rows = [texts("explain.value", name=texts("report.clauses"), value=subject.clauses)]
        if isinstance(subject, Check):
            severity = f"{texts('report.severity')} {texts(f'severity.{subject.control.severity}')}"
            rows[0] += f" | {subject.control.id} | {severity}"
        rows += facts.parameters(subject, texts)
        whole = " | ".join(rows)
        for row in [whole] if cell_len(whole) + 4 <= self.view.width else rows:
            self.line(4, row, "dim")

    def _result(self, result: Result) -> None:
        resource = result.resource
        label = f"{resource.kind}/{resource.id}" + (f" {resource.name}" if resource.name else "")
        if isinstance(result.check, Question):
            label = resource.department
        mark = self.texts(f"mark.{result.status}")
        parts = (f"{mark} {shorten(label)}", str(resource.location), news(result, self._report, self.texts))
        self.line(4, "  ".join(filter(None, parts)), STYLES[result.status])
        if message := self.texts.message(result):
            self.line(8, message)

    def waivers(self) -> None:
        if not (told := facts.waivers(self._report)):
            return
        texts = self.texts
        self.heading("report.waivers")
        for use in told:
            waiver = use.waiver
            style = STYLES[Status.WAIVED] if use.hides else "bold yellow"
            mark = texts(f"mark.{Status.WAIVED}")
            label = f"{mark} {waiver.clause} {waiver.kind}/{waiver.id}  {waiver.location}"
            self.line(2, f"{label}  {texts(f'waiver.{use.state}')}", style)
            self.line(6, facts.waiver(waiver, use.hides, texts))

    def comparison(self) -> None:
        """What became of what the baseline found."""
        if not (comparison := self._report.comparison):
            return
        texts = self.texts
        self.heading("report.comparison", as_of=comparison.as_of)
        if not comparison.complete:
            self.line(2, texts("report.baseline_incomplete"), "bold yellow")
        for line in facts.trend(self._report, texts):
            self.line(2, line)
        for result in self._results:
            if result.status is Status.NOT_APPLICABLE and result.before in BROKEN:
                self._result(result)
        for gone in comparison.gone:
            self.line(4, facts.gone(gone, texts))

    def measures(self) -> None:
        """How the measures stand; `--format measures` says more."""
        if not self._report.measures:
            return
        self.heading("report.measures")
        for use in self._report.measures:
            self.line(2, f"{use.measure.finding}  {use.measure.owner}", "bold")
            self.line(6, facts.measure(use, self.texts), STYLES[SHOWN_AS[use.state]])

    def others(self) -> None:
        """What was corrected; and where passes were asked for, those and all the rest."""
        results = [
            result
            for result in self._results
            if result.status is Status.CORRECTED or (self._report.lists_passes and result.status not in OPEN)
        ]
        if not results:
            return
        self.heading("report.passes")
        for members in by_subject(results):
            self._subject(members)

    def by_measure(self) -> None:
        """The counts of each of the eight measures; one that nothing was judged for is said to be so."""
        texts = self.texts
        self.heading("report.by_measure")
        for name, counts in facts.by_measure(self._report, texts).items():
            if not counts:
                self.line(2, f"{name}  {texts('report.nothing_judged')}", "bold yellow")
                continue
            cells = "  ".join(f"{texts(f'mark.{status}')} {counts[status]}" for status in Status)
            self.line(2, f"{name}  {cells}", STYLES[Status.FAIL] if counts[Status.FAIL] else "")
