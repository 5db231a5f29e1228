"""The table of clauses × departments with one mark in each cell, as auditors print it."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len

from ..matrix import Row, columns, matrix
from ..model import OPEN, Status
from ..report import Report
from ..texts import Texts, plain
from . import View
from .page import STYLES, Page
from .wrap import wrap

_CELL = 3
_NARROWEST = 30
"""Columns that the clauses need beside the cells; a table that leaves fewer is broken into several."""
_UPRIGHT = str.maketrans("ー－-（）()", "｜｜｜︵︶︵︶")
"""How characters stand in a column that is read downwards."""


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    page = Page(texts, view)
    page.head(report, "report.matrix")
    rows = matrix(report)
    judged = [row for row in rows if row.cells]
    departments = columns(report, judged)
    block = max((view.width - _NARROWEST) // _CELL, 1)
    for start in range(0, len(departments), block):
        _table(page, report, judged, departments[start : start + block])
    page.line(0, "")
    page.line(2, "  ".join(map(texts.status, Status)))
    page.line(2, texts("report.nothing_there"))
    if clauses := [row.clause.id for row in rows if not row.cells]:
        page.line(2, texts("report.unjudged", clauses=clauses))
    page.problems(report)
    page.line(0, "")
    page.ending(report)
    return page.content()


def _table(page: Page, report: Report, rows: Sequence[Row], departments: Sequence[str]) -> None:
    texts = page.texts
    label = page.view.width - _CELL * len(departments)
    page.line(0, "")
    for line in _headings(departments, label):
        page.row(line)
    group = None
    for row in rows:
        if row.clause.group != group:
            group = row.clause.group
            if group:
                page.line(0, f"{group} {report.standard.groups[group][texts.language]}", "bold")
        statuses = [row.cells.get(department, Status.NOT_APPLICABLE) for department in departments]
        cells = "".join(_padded(" " + texts(f"mark.{status}"), _CELL) for status in statuses)
        lines = list(wrap(plain(f"{row.clause.id}  {row.clause.title[texts.language]}"), label - 3))
        worst = next((status for status in OPEN if status in statuses), None)
        page.row((_padded("  " + lines[0], label) + cells).rstrip(), STYLES[worst] if worst else "")
        for line in lines[1:]:
            page.row("    " + line)


def _headings(departments: Sequence[str], label: int) -> Iterator[str]:
    """The names of the departments, each read downwards."""
    names = [plain(department).translate(_UPRIGHT) for department in departments]
    for characters in zip_longest(*names, fillvalue=" "):
        yield (" " * label + "".join(_padded(" " + character, _CELL) for character in characters)).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - cell_len(text), 0)
