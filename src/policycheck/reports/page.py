"""A page of text: what every report for people begins and ends with, and the lines between."""

from collections.abc import Iterator

from ..model import Status
from ..report import Report
from ..texts import Texts, plain
from . import View
from .facts import completeness, heading, left_out, notices, outcome
from .wrap import indented

STYLES = {
    Status.PASS: "green",
    Status.FAIL: "bold red",
    Status.UNKNOWN: "bold yellow",
    Status.NOT_APPLICABLE: "dim",
    Status.WAIVED: "cyan",
    Status.CORRECTED: "green",
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
        self.line(0, self.texts(title), "bold")
        for label, value in heading(report, self.texts).items():
            self.line(2, self.texts("word.labelled", label=label, value=value))
        for notice in notices(report, self.texts):
            self.line(2, notice, "bold yellow")

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
            self.line(4, f"{texts.status(status)} {summary[status]}", STYLES[status])
        for line in left_out(report, texts):
            self.line(2, line)
        self.ending(report)

    def ending(self, report: Report) -> None:
        self.line(2, completeness(report, self.texts), "" if report.complete else "bold yellow")
        self.line(2, outcome(report, self.texts), "bold")


def _colored(line: str, style: str) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(line, color_system=ColorSystem.STANDARD)
