"""A page of text: what every report for people begins and ends with, and the lines between."""

from collections.abc import Iterator

from ..model import MeasureState, Status
from ..report import Report
from ..texts import Texts, plain
from . import View
from .wrap import indented

STYLES = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.UNKNOWN: "bold yellow",
    Status.NOT_APPLICABLE: "dim",
    Status.WAIVED: "cyan",
    Status.CORRECTED: "green",
}

MEASURE_STYLES = {
    MeasureState.CONFIRMED: "green",
    MeasureState.SETTLED: "green",
    MeasureState.WAIVED: "cyan",
    MeasureState.REFUTED: "bold red",
    MeasureState.OVERDUE: "bold red",
    MeasureState.OPEN: "red",
    MeasureState.UNVERIFIED: "bold yellow",
}


class Page:
    """Collects lines, wrapped to the screen and in its colours."""

    def __init__(self, texts: Texts, view: View) -> None:
        self.texts = texts
        self.view = view
        self._lines: list[str] = []

    def content(self) -> Iterator[bytes]:
        """The page in UTF-8."""
        yield ("\n".join(self._lines) + "\n").encode()

    def line(self, indent: int, line: str, style: str = "") -> None:
        """A paragraph, every line of it indented."""
        for part in indented(" " * indent + plain(line), self.view.width):
            self.row(part, style)

    def row(self, line: str, style: str = "") -> None:
        """One line as it is."""
        self._lines.append(_colored(line, style) if self.view.color else line)

    def heading(self, key: str, **facts: object) -> None:
        self.line(0, "")
        self.line(0, f"== {self.texts(key, **facts)} ==", "bold")

    def labelled(self, indent: int, key: str, value: str, style: str = "") -> None:
        self.line(indent, self.texts.labelled(key, value), style)

    def head(self, report: Report, title: str) -> None:
        texts, standard, inventory = self.texts, report.standard, report.inventory
        self.line(0, texts(title), "bold")
        rows = {
            "standard": f"{standard.title[texts.language]} [{standard.id}]",
            "as_of": report.as_of,
            "inventory": texts("report.files", files=len(inventory.files), resources=inventory.resources),
            "engine": f"{report.engine.name} ({report.engine.version})",
        }
        for name, value in rows.items():
            self.labelled(2, f"report.{name}", value)
        if changes := report.changes:
            against = texts("report.index") if changes.against == "index" else changes.against
            self.line(2, texts("report.changes", against=against, resources=changes.resources), "bold yellow")
        if standard.effective_from and report.as_of < standard.effective_from:
            self.line(2, texts("report.not_yet_effective", first=standard.effective_from), "bold yellow")
        if standard.effective_until and report.as_of > standard.effective_until:
            self.line(2, texts("report.no_longer_effective", last=standard.effective_until), "bold yellow")

    def problems(self, report: Report) -> None:
        if not report.problems:
            return
        self.heading("report.problems", count=len(report.problems))
        for problem in report.problems:
            self.line(2, f"{problem.location}: {self.texts.problem(problem)}", "bold yellow")

    def totals(self, report: Report) -> None:
        texts, summary = self.texts, report.summary
        self.heading("report.totals")
        resources, judgements = report.inventory.resources, sum(summary.values())
        self.line(2, f"{texts('report.resources')} {resources}")
        self.line(2, f"{texts('report.judgements')} {judgements}")
        for status in Status:
            self.line(4, f"{texts(f'mark.{status}')} {texts(f'status.{status}')} {summary[status]}", STYLES[status])
        if report.changes:
            self._left_out(report)
            return
        if report.unjudged:
            kinds = [f"{kind} {count}" for kind, count in report.unjudged.items()]
            self.line(2, texts("report.beyond", kinds=kinds), "bold yellow")
        if clauses := report.unjudged_clauses:
            self.line(2, texts("report.unjudged", clauses=[clause.id for clause in clauses]))
        if clauses := report.inapplicable_clauses:
            self.line(2, texts("report.inapplicable", clauses=[clause.id for clause in clauses]))
        self._left_out(report)

    def _left_out(self, report: Report) -> None:
        if skipped := report.inventory.skipped:
            self.line(2, self.texts("report.skipped", files=skipped))
        self.ending(report)

    def ending(self, report: Report) -> None:
        done = self.texts("report.complete" if report.complete else "report.incomplete")
        self.line(2, done, "" if report.complete else "bold yellow")
        code = report.exit_code
        meaning = self.texts("report.changes_pass" if report.changes and code == 0 else f"exit.{code}")
        self.line(2, self.texts("report.exit", code=code, meaning=meaning), "bold")


def _colored(line: str, style: str) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(line, color_system=ColorSystem.STANDARD)
