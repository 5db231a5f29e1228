"""The first sheet of the workbook: what was judged, what a reader must know, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..excel.writing import CHART_COLORS, Book
from ..model import Counts, MeasureState, Status
from ..report import Report
from ..texts import Texts
from . import facts

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LAST = len(Status) + 1
"""The last column: names, one for each status, and their sum."""
_NAMES, _NUMBERS = 34, 11
_PAGE = 54
"""Rows that go on a printed page."""
_CHARTED = 40
"""Groups that a chart can show."""


def write_summary(book: Book, sheet: Worksheet, report: Report, texts: Texts) -> None:
    """Comes last, though it stands first: it says what the other sheets could not hold."""
    page = _Summary(book, sheet, texts)
    page.heading(report)
    page.section("report.totals")
    page.counts("", {texts("report.judgements"): report.summary})
    page.comparison(report)
    page.measures(report)
    departments = {name: report.by_department[name] for name in report.most_pressing if name in report.by_department}
    page.charted("report.by_department", "column.department", departments)
    chapters = sorted(report.by_chapter.items(), key=lambda item: (item[0] is None, item[0] or 0))
    named = {texts(f"chapter.{number}" if number else "report.no_chapter"): counts for number, counts in chapters}
    page.charted("report.by_chapter", "explain.chapter", named)
    kinds = {texts.kind(kind): counts for kind, counts in report.by_kind.items()}
    page.section("report.by_kind", rows=len(kinds) + 1)
    page.counts(texts("column.kind"), kinds)
    measures = facts.by_measure(report, texts)
    page.section("report.by_measure", rows=len(measures) + 1)
    page.counts(texts("explain.measure"), measures)
    page.section("xlsx.besides")
    page.lines([*facts.left_out(report, texts), texts("xlsx.to_fill_in")])
    page.close()


class _Summary:
    def __init__(self, book: Book, sheet: Worksheet, texts: Texts) -> None:
        self._book, self._sheet, self._texts = book, sheet, texts
        self._row = self._top = 0
        self._breaks: list[int] = []
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.set_print_scale(70)
        sheet.set_column(0, 0, _NAMES)
        sheet.set_column(1, _LAST, _NUMBERS)

    def heading(self, report: Report) -> None:
        texts, book = self._texts, self._book
        book.write(self._sheet, 0, 0, texts("report.title"), "title")
        self._sheet.set_row(0, 26)
        self._row = 1
        for label, value in facts.heading(report, texts).items():
            self._labelled(label, value)
        alerts = facts.notices(report, texts)
        if not report.complete:
            count = len(report.problems)
            alerts.insert(1, texts("report.problems", count=count))
        alerts += book.continued
        if book.cut:
            alerts.append(texts("xlsx.cut_cells", count=book.cut))
        self.lines(alerts, "alert")
        self.lines([*([facts.completeness(report, texts)] if report.complete else []), facts.outcome(report, texts)])

    def comparison(self, report: Report) -> None:
        """What became of what the baseline found."""
        if not report.comparison:
            return
        self.section("report.comparison", as_of=report.comparison.as_of)
        if not report.comparison.complete:
            self.lines([self._texts("report.baseline_incomplete")], "alert")
        for name, count in (report.trend or {}).items():
            self._counted(self._texts(f"report.{name}"), count)
        self.lines([self._texts("xlsx.see_gone", sheet=self._texts("report.gone_title"))])

    def measures(self, report: Report) -> None:
        """How many measures stand how."""
        if not report.measures:
            return
        self.section("report.measures")
        counts = Counter(use.state for use in report.measures)
        for state in MeasureState:
            if counts[state]:
                self._counted(self._texts(f"measure_total.{state}"), counts[state])

    def section(self, key: str, rows: int = 1, **values: object) -> None:
        """A heading, and so many rows that are not to be parted from it."""
        self._together(rows + 2)
        self._row += 1
        for column in range(_LAST + 1):
            self._write(column, "" if column else self._texts(key, **values), "section")
        self._row += 1

    def lines(self, lines: Iterable[str], look: str = "line") -> None:
        """Each over the whole width, and as high as it needs."""
        for line in lines:
            self._wide(0, line, look, _NAMES + _NUMBERS * _LAST)

    def counts(self, label: str, groups: Mapping[str, Counts | None]) -> None:
        """A row for each group; nothing was judged for one without counts."""
        titles = [label, *map(self._texts.status, Status), self._texts("xlsx.sum")]
        self._book.fit(self._sheet, self._row, [(label, _NAMES), *((title, _NUMBERS + 1) for title in titles[1:])])
        for column, title in enumerate(titles):
            self._write(column, title, "heading")
        self._row += 1
        for name, counts in groups.items():
            self._book.fit(self._sheet, self._row, [(name, _NAMES)])
            self._write(0, name, "cell")
            if counts:
                for column, status in enumerate(Status, 1):
                    self._write(column, counts[status], f"count_{status}" if counts[status] else "number")
                self._write(_LAST, sum(counts.values()), "number")
            else:
                self._write(1, self._texts("report.nothing_judged"), "cell")
            self._row += 1

    def close(self) -> None:
        self._sheet.set_h_pagebreaks(self._breaks)

    def charted(self, heading: str, label: str, groups: Mapping[str, Counts]) -> None:
        """The counts, and under them a bar for each group."""
        title = self._texts(label)
        self.section(heading, rows=1 + len(groups))
        self.counts(title, groups)
        if len(groups) > _CHARTED:
            self.lines([self._texts("xlsx.no_chart", count=len(groups))])
            return
        if not groups:
            return
        rows = 8 + len(groups) * (2 if len(groups) <= 12 else 1)
        name, last = self._sheet.get_name(), self._row - 1
        first = self._row - len(groups)
        chart = self._book.file.add_chart({"type": "bar", "subtype": "stacked"})
        for column, status in enumerate(Status, 1):
            if status is Status.NOT_APPLICABLE:
                continue
            chart.add_series(
                {
                    "name": self._texts.status(status),
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    "fill": {"color": CHART_COLORS[status]},
                    "gap": 40,
                }
            )
        chart.set_title({"name": self._texts("xlsx.chart", by=title), "name_font": {"size": 11}})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis(
            {
                "num_format": "#,##0",
                "label_position": "high",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 800, "height": rows * 20 - 20})
        self._together(rows)
        self._row += 1
        self._sheet.insert_chart(self._row, 0, chart, {"object_position": 2, "x_offset": 4})
        self._row += rows

    def _labelled(self, label: str, value: str) -> None:
        self._book.write(self._sheet, self._row, 0, label, "label")
        self._wide(1, value, "line", _NUMBERS * _LAST)

    def _counted(self, label: str, count: int) -> None:
        self._book.fit(self._sheet, self._row, [(label, _NAMES)])
        self._write(0, label, "cell")
        self._write(1, count, "number")
        self._row += 1

    def _wide(self, column: int, text: str, look: str, width: float) -> None:
        self._book.fit(self._sheet, self._row, [(text, width)])
        self._sheet.merge_range(self._row, column, self._row, _LAST, "", self._book.look(look))
        self._write(column, text, look)
        self._row += 1

    def _together(self, rows: int) -> None:
        """Begins a printed page where so many rows would not go on this one."""
        if self._row - self._top + rows > _PAGE and self._row > self._top:
            self._breaks.append(self._row)
            self._top = self._row

    def _write(self, column: int, value: str | int, look: str) -> None:
        self._book.write(self._sheet, self._row, column, value, look)
