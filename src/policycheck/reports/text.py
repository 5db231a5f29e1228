"""The report for people at a terminal: what to do, by department or by measure, then the problems, then the counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from ..model import BROKEN, MEASURES, Check, Counts, Question, Result, Status, Subject
from ..report import Report
from ..texts import Texts, shorten
from . import View, facts
from .page import MEASURE_STYLES, STYLES, Page

_TO_BE_DEALT_WITH = (Status.FAIL, Status.UNKNOWN)


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """Plain text, or text with the colours of a terminal, wrapped to the screen."""
    page = _Text(texts, view, compared=report.comparison is not None)
    page.head(report, "report.title")
    page.findings([result for result in report.results if result.status in _TO_BE_DEALT_WITH])
    page.others([result for result in report.results if result.status not in _TO_BE_DEALT_WITH])
    page.waivers(report)
    page.comparison(report)
    page.measures(report)
    page.problems(report)
    if view.by == "measure":
        page.by_measure(report)
    page.totals(report)
    return page.content()


class _Text(Page):
    def __init__(self, texts: Texts, view: View, *, compared: bool) -> None:
        super().__init__(texts, view)
        self._compared = compared

    def findings(self, results: Sequence[Result]) -> None:
        self.heading("report.findings")
        if not results:
            self.line(2, self.texts("report.no_findings"))
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
        marks = [f"{texts(f'mark.{status}')} {counts[status]}" for status in _TO_BE_DEALT_WITH if counts[status]]
        self.line(0, "")
        self.line(0, f"■ {shorten(name)}  {'  '.join(marks)}", "bold")
        for subject, members in _by_subject([result for result in results if result.reason != "unanswered"]):
            self._title(subject)
            for result in members:
                self._result(result)
            if any(result.status is Status.FAIL for result in members):
                self.labelled(4, "report.remedy", texts.remediation(subject), "cyan")
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

    def _title(self, subject: Subject) -> None:
        texts = self.texts
        self.line(2, subject.title[texts.language], "bold")
        rows = [texts("explain.value", name=texts("report.clauses"), value=subject.clauses)]
        if isinstance(subject, Check):
            severity = f"{texts('report.severity')} {texts(f'severity.{subject.control.severity}')}"
            rows[0] += f" | {subject.control.id} | {severity}"
            rows += (texts.parameter(subject.control, name, value) for name, value in subject.parameters.items())
        else:
            rows[0] += f" | {texts.question(subject)}"
        whole = " | ".join(rows)
        for row in [whole] if cell_len(whole) + 4 <= self.view.width else rows:
            self.line(4, row, "dim")

    def _result(self, result: Result) -> None:
        resource = result.resource
        label = f"{resource.kind}/{resource.id}" + (f" {resource.name}" if resource.name else "")
        if isinstance(result.check, Question):
            label = resource.department
        mark = self.texts(f"mark.{result.status}")
        news = self._news(result)
        self.line(4, f"{mark} {shorten(label)}  {resource.location}{news}", STYLES[result.status])
        if message := self.texts.message(result):
            self.line(8, message)

    def _news(self, result: Result) -> str:
        """Of a fail, whether the baseline had it."""
        if not self._compared or result.status is not Status.FAIL:
            return ""
        return "  " + self.texts("report.persisting" if result.before in BROKEN else "report.new")

    def waivers(self, report: Report) -> None:
        if not (told := facts.waivers(report)):
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

    def comparison(self, report: Report) -> None:
        """What became of what the baseline found."""
        if not (comparison := report.comparison):
            return
        texts = self.texts
        self.heading("report.comparison", as_of=comparison.as_of)
        if not comparison.complete:
            self.line(2, texts("report.baseline_incomplete"), "bold yellow")
        for name, count in (report.trend or {}).items():
            if count or not name.startswith("now_"):
                self.line(2, f"{texts(f'report.{name}')} {count}")
        for result in report.results:
            if result.status is Status.NOT_APPLICABLE and result.before in BROKEN:
                self._result(result)
        for gone in comparison.gone:
            self.line(4, facts.gone(gone, texts))

    def measures(self, report: Report) -> None:
        """How the measures stand, the ones that do not hold first to be seen; `--format measures` says more."""
        if not report.measures:
            return
        self.heading("report.measures")
        for use in report.measures:
            status = self.texts(f"measure_status.{use.measure.status}")
            state = self.texts(f"measure_state.{use.state}")
            self.line(2, f"{use.measure.finding}  {status}  {state}", MEASURE_STYLES[use.state])

    def others(self, results: Sequence[Result]) -> None:
        """Passes are there only where they were asked for, and then everything else is worth showing too. What was
        corrected always is."""
        if not any(result.status is Status.PASS for result in results):
            results = [result for result in results if result.status is Status.CORRECTED]
        if not results:
            return
        self.heading("report.passes")
        for subject, members in _by_subject(results):
            self._title(subject)
            for result in members:
                self._result(result)

    def by_measure(self, report: Report) -> None:
        """The counts of each of the eight measures; one that nothing was judged for is said to be so."""
        texts = self.texts
        self.heading("report.by_measure")
        totals: dict[int | None, Counts] = report.by_measure
        for number in (*sorted(set(MEASURES.values())), *([None] if totals.get(None) else [])):
            counts = totals.get(number)
            if not counts:
                self.line(2, f"{self._measure(number)}  {texts('report.nothing_judged')}", "bold yellow")
                continue
            cells = "  ".join(f"{texts(f'mark.{status}')} {counts[status]}" for status in Status)
            self.line(2, f"{self._measure(number)}  {cells}", STYLES[Status.FAIL] if counts[Status.FAIL] else "")


def _by_subject(results: Sequence[Result]) -> list[tuple[Subject, list[Result]]]:
    """The results of each subject together, in the order in which the subjects first appear."""
    subjects: dict[object, list[Result]] = defaultdict(list)
    for result in results:
        key = (
            (result.check.control_id, result.check.clauses) if isinstance(result.check, Question) else id(result.check)
        )
        subjects[key].append(result)
    return [(members[0].check, members) for members in subjects.values()]
