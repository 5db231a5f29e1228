"""An Excel workbook: texts stay texts, and a table that fills a sheet goes on on the next one."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..model import Status
from ..texts import Texts

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS = 1_048_576
COLUMNS = 16_384
CHARACTERS = 32_767
"""What a sheet and a cell of Excel can hold; it counts characters as UTF-16 does."""

_LINE = {"ja": 17, "en": 15}
"""Points that a line of text needs in the font of a language."""
_HIGHEST = 409

_NOTE = 320
"""Pixels of a note across; a character of the font takes six."""

_PAGE = 350
"""Characters across that can still be read on one page; a wider table goes on on the page beside it."""

SPARE = 1000
"""Rows below a table in which people may go on writing."""

_ODD = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = ("=", "+", "-", "@", "\t")

_FILLS = {
    Status.PASS: ("#E2F0D9", "#1E5B1E"),
    Status.FAIL: ("#F8CBAD", "#9C0006"),
    Status.UNKNOWN: ("#FFE699", "#7F4F00"),
    Status.NOT_APPLICABLE: ("#EDEDED", "#595959"),
    Status.WAIVED: ("#DDEBF7", "#1F4E79"),
    Status.CORRECTED: ("#C6E0B4", "#1E5B1E"),
}
CHART_COLORS = {
    Status.PASS: "#70AD47",
    Status.FAIL: "#C00000",
    Status.UNKNOWN: "#FFC000",
    Status.WAIVED: "#5B9BD5",
    Status.CORRECTED: "#A9D18E",
}

_CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
_INPUT = {**_CELL, "bg_color": "#FFFBE6", "num_format": "@"}
_HEADING = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "border": 1, "border_color": "#BFBFBF"}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "title": {"bold": True, "font_size": 16},
    "section": {"bold": True, "font_size": 12, "bottom": 2, "bottom_color": "#1F3864"},
    "label": {"bold": True, "valign": "top"},
    "line": {"text_wrap": True, "valign": "top"},
    "alert": {"text_wrap": True, "valign": "top", "bold": True, "bg_color": "#FFE699", "font_color": "#9C0006"},
    "heading": {**_HEADING, "text_wrap": True, "valign": "vcenter"},
    "stacked": {**_HEADING, "align": "center", "valign": "top", "rotation": 270},
    "upright": {**_HEADING, "align": "center", "valign": "bottom", "rotation": 90, "text_wrap": True},
    "group": {"bold": True, "bg_color": "#D9E2F3", "border": 1, "border_color": "#BFBFBF"},
    "cell": _CELL,
    "text": {**_CELL, "num_format": "@"},
    "number": {**_CELL, "num_format": "#,##0"},
    "date": {**_CELL, "num_format": "yyyy-mm-dd", "align": "left"},
    "input": _INPUT,
    "input_date": {**_INPUT, "num_format": "yyyy-mm-dd", "align": "left"},
    "below_text": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "below_date": {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
    **{status.value: _CELL | {"bg_color": fill, "font_color": ink} for status, (fill, ink) in _FILLS.items()},
    **{
        f"count_{status}": _CELL | {"bg_color": fill, "font_color": ink, "num_format": "#,##0"}
        for status, (fill, ink) in _FILLS.items()
    },
    **{
        f"mark_{status}": _CELL | {"bg_color": fill, "font_color": ink, "align": "center", "valign": "vcenter"}
        for status, (fill, ink) in _FILLS.items()
    },
}

Value: TypeAlias = str | int | datetime.date


class Column(NamedTuple):
    """A column of a table: `below` is how the cells under the table look, where people go on writing; `allowed` is
    what they may write, and `note` tells it at the heading."""

    title: str
    width: float
    look: str = "cell"
    below: str = "plain"
    allowed: Mapping[str, Any] | None = None
    note: str = ""


class Book:
    """A workbook in a file. Its rows are written in their order and forgotten, whatever their number."""

    def __init__(self, file: Path, texts: Texts, created: datetime.datetime, title: str) -> None:
        import xlsxwriter

        self.texts = texts
        self.cut = 0
        self.continued: list[str] = []
        self.font = "Yu Gothic" if texts.language == "ja" else "Calibri"
        settings = {
            "constant_memory": True,
            "tmpdir": str(file.parent),
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": self.font, "font_size": 10},
        }
        self.file: Any = xlsxwriter.Workbook(str(file), settings)
        self.file.use_zip64()
        self.file.set_properties({"title": self.clean(title), "created": created})
        self._formats: dict[tuple[str, bool], Format] = {}

    def sheet(self, name: str) -> Worksheet:
        """A sheet that fits the width of a page, A3 across."""
        sheet: Any = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&L&A&R&P / &N")
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{ROWS}"})
        found: Worksheet = sheet
        return found

    def look(self, name: str, *, quoted: bool = False) -> Format:
        """`quoted` keeps the text of a cell a text while it is edited, too."""
        found = self._formats.get((name, quoted))
        if found is None:
            found = self._formats[name, quoted] = self.file.add_format({**_LOOKS[name], "quote_prefix": quoted})
        return found

    def write(self, sheet: Worksheet, row: int, column: int, value: Value, look: str = "line") -> None:
        """Writes a cell. An empty text leaves it empty."""
        if isinstance(value, str):
            text = self.clean(value)
            if text:
                code = sheet.write_string(row, column, text, self.look(look, quoted=text.startswith(_FORMULA)))
            else:
                code = sheet.write_blank(row, column, None, self.look(look))
        elif isinstance(value, datetime.date):
            day = datetime.datetime.combine(value, datetime.time())
            code = sheet.write_datetime(row, column, day, self.look(look))
        else:
            code = sheet.write_number(row, column, value, self.look(look))
        if code:
            raise ValueError(f"a cell that no sheet has: {row}, {column}")

    def fit(self, sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]], least: int = 1) -> None:
        """Makes a row as high as its texts need in columns of these widths: not every program does so by itself."""
        lines = max((_lines(text, width) for text, width in texts if text), default=1)
        sheet.set_row(row, min(max(lines, least) * _LINE[self.texts.language] + 2, _HIGHEST))

    def clean(self, text: str) -> str:
        """The text as far as a cell can hold it; what it cannot hold is visibly replaced."""
        text = _ODD.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) * 2 <= CHARACTERS:
            return text
        units = text.encode("utf-16-le")
        if len(units) <= CHARACTERS * 2:
            return text
        self.cut += 1
        room = CHARACTERS - len(self.texts("xlsx.cut", count=len(text)))
        kept = units[: room * 2].decode("utf-16-le", "ignore")
        return kept + self.texts("xlsx.cut", count=len(text) - len(kept))

    def close(self) -> None:
        self.file.close()


def _lines(text: str, width: float) -> int:
    """How many lines a text takes; a wide character, three bytes of UTF-8, takes two columns."""
    room = width * 0.97
    return sum(
        max(math.ceil((len(part) + len(part.encode("utf-8", "replace"))) / 2 / room), 1) for part in text.split("\n")
    )


class Table:
    """Rows under headings that stay in view, with a filter, and repeated on each printed page."""

    def __init__(
        self, book: Book, name: str, columns: Sequence[Column], *, frozen: int = 0, note: int = 0, least: int = 1
    ) -> None:
        self._book, self._name, self._columns = book, name, columns
        self._frozen, self._note, self._least = frozen, note, least
        self._sheets = 0
        self._start()

    def add(self, values: Iterable[Value], looks: Mapping[int, str] | None = None) -> None:
        """A row; `looks` are those of cells that look otherwise than their column."""
        if self._row == ROWS - 1:  # the last row says where it goes on
            following = self._title(self._sheets + 1)
            notice = self._book.texts("xlsx.continued", sheet=self._title(self._sheets), following=following)
            self._book.continued.append(notice)
            self._book.fit(self._sheet, self._row, [(notice, self._columns[self._note].width)])
            self._book.write(self._sheet, self._row, self._note, notice, "alert")
            self._finish()
            self._start()
        told = list(zip(values, self._columns, strict=True))
        texts = [(value, column.width) for value, column in told if isinstance(value, str)]
        self._book.fit(self._sheet, self._row, texts, self._least)
        for number, (value, column) in enumerate(told):
            look = looks.get(number, column.look) if looks else column.look
            self._book.write(self._sheet, self._row, number, value, look)
        self._row += 1

    def close(self, empty: str) -> None:
        """Ends the table; one without rows says what that means, if anything."""
        if empty and self._row == 1 and self._sheets == 1:
            self._book.fit(self._sheet, 1, [(empty, self._columns[self._note].width)])
            self._book.write(self._sheet, 1, self._note, empty, "line")
        self._finish()

    def _title(self, number: int) -> str:
        return self._name if number == 1 else f"{self._name} {number}"

    def _start(self) -> None:
        self._sheets += 1
        self._row = 1
        self._sheet = sheet = self._book.sheet(self._title(self._sheets))
        self._book.fit(sheet, 0, [(column.title, column.width - 3) for column in self._columns])
        for number, column in enumerate(self._columns):
            sheet.set_column(number, number, column.width, self._book.look(column.below))
            self._book.write(sheet, 0, number, column.title, "heading")
            if column.note:
                height = _lines(column.note, _NOTE // 6) * 18 + 8
                look = {"font_name": self._book.font, "font_size": 10, "width": _NOTE, "height": height}
                sheet.write_comment(0, number, self._book.clean(column.note), look | {"color": "#FFFBE6"})
        sheet.freeze_panes(1, self._frozen)
        sheet.repeat_rows(0)
        if (pages := math.ceil(sum(column.width for column in self._columns) / _PAGE)) > 1:
            sheet.fit_to_pages(pages, 0)
            sheet.repeat_columns(0, max(self._frozen - 1, 0))

    def _finish(self) -> None:
        last = self._row - 1
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        for number, column in enumerate(self._columns):
            if column.allowed:
                end = min(last + SPARE, ROWS - 1)
                self._sheet.data_validation(1, number, end, number, dict(column.allowed))
