"""The report as an Excel workbook: what a meeting looks at, what an office filters, and what departments fill in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import islice

from ..excel.writing import COLUMNS, Book, Column, Table
from ..matrix import columns, matrix
from ..model import Status
from ..report import Report
from ..spool import no_room, temporary_folder
from ..texts import Texts
from . import View, facts
from .rows import headings, rows
from .xlsx_measures import write_measures
from .xlsx_summary import write_summary

_BLOCK = 1 << 20
_WIDTHS = {
    "status": 11,
    "news": 8,
    "department": 15,
    "clauses": 12,
    "title": 28,
    "severity": 8,
    "kind": 14,
    "id": 14,
    "name": 18,
    "system": 12,
    "message": 38,
    "remedy": 32,
    "control": 22,
    "parameters": 22,
    "file": 20,
    "line": 6,
    "origin": 30,
}
_STACKED = 24
"""Departments with longer names are headed by lines that stand upright instead of characters one under the other."""
_ON_A_PAGE = 60
"""Departments of the matrix on the width of a page."""


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """A workbook without macros, formulas and links, with every word in the language of the report."""
    del view
    from xlsxwriter.exceptions import FileCreateError

    with temporary_folder() as folder:
        file = folder / "book.xlsx"
        day = datetime.datetime.combine(datetime.date.fromisoformat(report.as_of), datetime.time())
        book = Book(file, texts, day, texts("report.title"))
        book.file.set_custom_property("policycheck.standard", report.standard.id, "text")
        summary = book.sheet(texts("xlsx.summary"))
        _matrix(book, report, texts)
        _findings(book, report, texts)
        write_measures(book, report, texts)
        _waivers(book, report, texts)
        if report.comparison:
            _gone(book, report, texts)
        _problems(book, report, texts)
        write_summary(book, summary, report, texts)
        try:
            book.close()
        except FileCreateError as error:
            raise no_room(error.args[0], str(folder)) from None
        with file.open("rb") as whole:
            while block := whole.read(_BLOCK):
                yield block


def _matrix(book: Book, report: Report, texts: Texts) -> None:
    """Clauses × departments; where there are more departments than columns, on several sheets."""
    lines = matrix(report)
    departments = iter(columns(report, lines))
    number = 0
    while (block := list(islice(departments, COLUMNS - 3))) or not number:
        number += 1
        name = texts("xlsx.matrix") + (f" {number}" if number > 1 else "")
        if number > 1:
            book.continued.append(texts("xlsx.continued", sheet=texts("xlsx.matrix"), following=name))
        sheet = book.sheet(name)
        sheet.fit_to_pages(-(-max(len(block), 1) // _ON_A_PAGE), 0)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 46)
        sheet.set_column(2, 1 + len(block), 4)
        sheet.set_column(2 + len(block), 2 + len(block), 14)
        longest = max(map(len, block), default=0)
        look = "stacked" if longest <= _STACKED and texts.language == "ja" else "upright"
        sheet.set_row(0, min(max(longest * 16, 40), 400))
        titles = [texts("column.clauses"), texts("column.title"), *block, texts("xlsx.remark")]
        for column, title in enumerate(titles):
            book.write(sheet, 0, column, title, look if 2 <= column < 2 + len(block) else "heading")
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0, 1)
        row, group = 0, None
        for line in lines:
            if line.clause.group != group:
                group, row = line.clause.group, row + 1
                if group:
                    heading = f"{group} {report.standard.groups[group][texts.language]}"
                    for column in range(len(titles)):
                        book.write(sheet, row, column, "" if column else heading, "group")
                else:
                    row -= 1
            row += 1
            title = line.clause.title[texts.language]
            book.fit(sheet, row, [(line.clause.id, 18), (title, 46)])
            book.write(sheet, row, 0, line.clause.id, "cell")
            book.write(sheet, row, 1, title, "cell")
            for column, department in enumerate(block, 2):
                status = line.cells.get(department, Status.NOT_APPLICABLE)
                mark = texts(f"mark.{status}") if line.cells else ""
                book.write(sheet, row, column, mark, f"mark_{status}")
            remark = "" if line.cells else texts("report.nothing_judged")
            book.write(sheet, row, 2 + len(block), remark, "cell")
        for told in (" ".join(map(texts.status, Status)), texts("report.nothing_there")):
            row += 1
            book.write(sheet, row, 0, told, "plain")


def _findings(book: Book, report: Report, texts: Texts) -> None:
    given = [Column(title, width) for title, width in zip(headings(texts), _WIDTHS.values(), strict=True)]
    statuses = {texts.status(status): status.value for status in Status}
    table = Table(book, texts("xlsx.findings"), given, frozen=1, note=4)
    for row in rows(report, texts):
        line = int(row.line) if row.line else ""
        table.add([*row[:-2], line, row.origin], {0: statuses[row.status]})
    table.close(facts.no_findings(report, texts))


def _waivers(book: Book, report: Report, texts: Texts) -> None:
    titles = ("validity", "clause", "kind", "id", "reason", "approved_by", "first", "last", "instead", "hides", "place")
    widths = (26, 14, 16, 16, 34, 24, 12, 12, 34, 10, 24)
    given = [Column(texts(f"xlsx.{name}"), width) for name, width in zip(titles, widths, strict=True)]
    table = Table(book, texts("report.waivers"), given, note=4)
    for use in facts.waivers(report):
        waiver = use.waiver
        state = texts(f"waiver.{use.state}")
        names = (waiver.clause, texts.kind(waiver.kind), waiver.id, waiver.reason, waiver.approved_by)
        days = (waiver.approved_on, waiver.expires_on)
        place = str(waiver.location)
        look = Status.WAIVED.value if use.hides else Status.UNKNOWN.value
        table.add([state, *names, *days, waiver.compensating_measure, use.hides, place], {0: look})
    table.close(texts("xlsx.no_waivers"))


def _gone(book: Book, report: Report, texts: Texts) -> None:
    """What the baseline had, and nobody can say anything of any more."""
    assert report.comparison
    titles = ("department", "clauses", "kind", "id", "control", "message")
    widths = (20, 16, 18, 20, 30, 80)
    given = [Column(texts(f"column.{name}"), width) for name, width in zip(titles, widths, strict=True)]
    table = Table(book, texts("report.gone_title"), given, note=5)
    for gone in report.comparison.gone:
        clauses = texts("word.list", items=gone.clauses)
        names = (gone.department, clauses, texts.kind(gone.kind), gone.id, gone.control or "")
        table.add([*names, facts.gone(gone, texts)])
    table.close(texts("xlsx.nothing_gone"))


def _problems(book: Book, report: Report, texts: Texts) -> None:
    widths = {"file": 40, "line": 8, "message": 100, "origin": 30}
    given = [Column(texts(f"column.{name}"), width) for name, width in widths.items()]
    table = Table(book, texts("xlsx.problems"), given, note=2)
    for problem in report.problems:
        place = problem.location
        line = "" if place.line is None else place.line
        table.add([place.file, line, texts.problem(problem), str(place.origin or "")])
    table.close(texts("report.complete"))
