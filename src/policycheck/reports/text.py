"""The report for people at a terminal: what to do, by department, then the problems, then the counts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style

from ..model import Check, Report, Result, Status
from ..texts import Texts, plain, shorten
from . import Screen
from .wrap import indented

_STYLES = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.UNKNOWN: "bold yellow",
    Status.NOT_APPLICABLE: "dim",
    Status.WAIVED: "cyan",
    Status.CORRECTED: "green",
}
_TO_BE_DEALT_WITH = (Status.FAIL, Status.UNKNOWN)
_BROKEN = (Status.FAIL, Status.WAIVED)


def render(report: Report, texts: Texts, screen: Screen) -> str:
    """Plain text, or text with the colours of a terminal, wrapped to the screen."""
    page = _Page(texts, screen, compared=report.comparison is not None)
    page.head(report)
    page.findings([result for result in report.results if result.status in _TO_BE_DEALT_WITH])
    page.others([result for result in report.results if result.status not in _TO_BE_DEALT_WITH])
    page.waivers(report)
    page.comparison(report)
    page.problems(report)
    page.totals(report)
    return page.text()


class _Page:
    def __init__(self, texts: Texts, screen: Screen, *, compared: bool) -> None:
        self._texts = texts
        self._compared = compared
        self._screen = screen
        self._lines: list[str] = []

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"

    def head(self, report: Report) -> None:
        texts, standard = self._texts, report.standard
        self._line(0, texts("report.title"), "bold")
        inventory = report.inventory
        rows = {
            "standard": f"{standard.title[texts.language]} [{standard.id}]",
            "as_of": report.as_of,
            "inventory": texts("report.files", files=len(inventory.files), resources=len(inventory.resources)),
            "engine": f"{report.engine.name} ({report.engine.version})",
        }
        for name, value in rows.items():
            self._labelled(2, f"report.{name}", value)
        if standard.effective_from and report.as_of < standard.effective_from:
            self._line(2, texts("report.not_yet_effective", first=standard.effective_from), "bold yellow")
        if standard.effective_until and report.as_of > standard.effective_until:
            self._line(2, texts("report.no_longer_effective", last=standard.effective_until), "bold yellow")

    def findings(self, results: Sequence[Result]) -> None:
        self._heading("report.findings")
        if not results:
            self._line(2, self._texts("report.no_findings"))
        departments: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            departments[result.resource.department].append(result)
        for department, members in departments.items():
            self._department(department, members)

    def _department(self, department: str, results: Sequence[Result]) -> None:
        texts = self._texts
        counts = Counter(result.status for result in results)
        marks = [f"{texts(f'mark.{status}')} {counts[status]}" for status in _TO_BE_DEALT_WITH if counts[status]]
        self._line(0, "")
        self._line(0, f"■ {shorten(department)}  {'  '.join(marks)}", "bold")
        for check, members in _by_check(results):
            self._title(check)
            for result in members:
                self._result(result)
            if any(result.status is Status.FAIL for result in members):
                self._labelled(4, "report.remedy", check.control.remediation[texts.language], "cyan")

    def _title(self, check: Check) -> None:
        texts, control = self._texts, check.control
        clauses = texts("word.comma").join(check.clauses)
        severity = f"{texts('report.severity')} {texts(f'severity.{control.severity}')}"
        self._line(2, control.title[texts.language], "bold")
        rows = [f"{texts('report.clauses')} {clauses} | {control.id} | {severity}"]
        rows += (texts.parameter(control, name, value) for name, value in check.parameters.items())
        whole = " | ".join(rows)
        for row in [whole] if cell_len(whole) + 4 <= self._screen.width else rows:
            self._line(4, row, "dim")

    def _result(self, result: Result) -> None:
        resource = result.resource
        name = resource.fields.get("name")
        label = f"{resource.kind}/{resource.id}" + (f" {name}" if name else "")
        mark = self._texts(f"mark.{result.status}")
        news = self._news(result)
        self._line(4, f"{mark} {shorten(label)}  {resource.location}{news}", _STYLES[result.status])
        if message := self._texts.message(result):
            self._line(8, message)

    def _news(self, result: Result) -> str:
        """Of a fail, whether the baseline had it."""
        if not self._compared or result.status is not Status.FAIL:
            return ""
        return "  " + self._texts("report.persisting" if result.before in _BROKEN else "report.new")

    def waivers(self, report: Report) -> None:
        if not report.waivers:
            return
        texts = self._texts
        self._heading("report.waivers")
        for use in report.waivers:
            waiver = use.waiver
            style = _STYLES[Status.WAIVED] if use.hides else "bold yellow"
            mark = texts(f"mark.{Status.WAIVED}")
            label = f"{mark} {waiver.clause} {waiver.kind}/{waiver.id}  {waiver.location}"
            self._line(2, f"{label}  {texts(f'waiver.{use.state}')}", style)
            facts = {"reason": waiver.reason, "by": waiver.approved_by, "measure": waiver.compensating_measure}
            period = {"first": waiver.approved_on, "last": waiver.expires_on}
            self._line(6, texts("report.waiver", **facts, **period, hides=use.hides))

    def comparison(self, report: Report) -> None:
        """What became of what the baseline found."""
        if not (comparison := report.comparison):
            return
        texts = self._texts
        self._heading("report.comparison", as_of=comparison.as_of)
        if not comparison.complete:
            self._line(2, texts("report.baseline_incomplete"), "bold yellow")
        fails = [result for result in report.results if result.status is Status.FAIL]
        persisting = sum(result.before in _BROKEN for result in fails)
        rows = {
            "new": len(fails) - persisting,
            "persisting": persisting,
            "corrected": report.summary[Status.CORRECTED],
            "gone": len(comparison.gone),
        }
        for name, count in rows.items():
            self._line(2, f"{texts(f'report.{name}')} {count}")
        for gone in comparison.gone:
            label = f"{gone.department} {gone.kind}/{gone.id}"
            self._line(4, texts(f"gone.{gone.reason}", resource=label, control=gone.control))

    def others(self, results: Sequence[Result]) -> None:
        """Passes are there only where they were asked for, and then everything else is worth showing too. What was
        corrected always is."""
        if not any(result.status is Status.PASS for result in results):
            results = [result for result in results if result.status is Status.CORRECTED]
        if not results:
            return
        self._heading("report.passes")
        for check, members in _by_check(results):
            self._title(check)
            for result in members:
                self._result(result)

    def problems(self, report: Report) -> None:
        if not report.problems:
            return
        self._heading("report.problems", count=len(report.problems))
        for problem in report.problems:
            self._line(2, f"{problem.location}: {self._texts.problem(problem)}", "bold yellow")

    def totals(self, report: Report) -> None:
        texts, summary = self._texts, report.summary
        self._heading("report.totals")
        resources, judgements = len(report.inventory.resources), sum(summary.values())
        self._line(2, f"{texts('report.resources')} {resources}")
        self._line(2, f"{texts('report.judgements')} {judgements}")
        for status in Status:
            self._line(4, f"{texts(f'mark.{status}')} {texts(f'status.{status}')} {summary[status]}", _STYLES[status])
        if report.unjudged:
            kinds = [f"{kind} {count}" for kind, count in report.unjudged.items()]
            self._line(2, texts("report.beyond", kinds=kinds), "bold yellow")
        if unjudged := report.standard.unjudged:
            self._line(2, texts("report.unjudged", clauses=[clause.id for clause in unjudged]))
        if skipped := report.inventory.skipped:
            self._line(2, texts("report.skipped", files=skipped))
        done = texts("report.complete" if report.complete else "report.incomplete")
        self._line(2, done, "" if report.complete else "bold yellow")
        code = report.exit_code
        self._line(2, texts("report.exit", code=code, meaning=texts(f"exit.{code}")), "bold")

    def _heading(self, key: str, **facts: object) -> None:
        self._line(0, "")
        self._line(0, f"== {self._texts(key, **facts)} ==", "bold")

    def _labelled(self, indent: int, key: str, value: str, style: str = "") -> None:
        self._line(indent, self._texts.labelled(key, value), style)

    def _line(self, indent: int, line: str, style: str = "") -> None:
        """A paragraph, every line of it indented."""
        for part in indented(" " * indent + plain(line), self._screen.width):
            self._lines.append(_colored(part, style) if self._screen.color else part)


def _colored(line: str, style: str) -> str:
    return _style(style).render(line, color_system=ColorSystem.STANDARD)


@cache
def _style(name: str) -> Style:
    return Style.parse(name)


def _by_check(results: Sequence[Result]) -> list[tuple[Check, list[Result]]]:
    """The results of each check together, in the order in which the checks first appear."""
    checks: dict[int, list[Result]] = defaultdict(list)
    for result in results:
        checks[id(result.check)].append(result)
    return [(members[0].check, members) for members in checks.values()]
