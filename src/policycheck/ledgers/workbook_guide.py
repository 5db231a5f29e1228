"""The first sheet of an inventory that is a workbook: how it is filled in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from .. import __version__
from ..excel.writing import Book
from ..model import InputFile
from .workbook_columns import ESCAPE

_GUIDE = ("sheets", "unknown", "none", "lines", "elsewhere")


def write_guide(
    book: Book, sheet: Any, rows: Mapping[str, int], files: Sequence[InputFile], as_of: datetime.date
) -> None:
    """What the sheets are, how they are filled in and read back, and what they were made from."""
    texts, widths = book.texts, (44, 68)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    book.write(sheet, 0, 0, texts("export.title"), "title")
    row = 1
    made = texts("export.made", as_of=as_of, version=__version__)
    told = [*(texts(f"export.{name}") for name in _GUIDE), texts("export.mark", mark=ESCAPE), texts("export.back")]
    for line in (made, *told, texts("export.command")):
        row += 1
        sheet.merge_range(row, 0, row, 1, "")
        book.fit(sheet, row, [(line, sum(widths))])
        book.write(sheet, row, 0, line)
    listed = [
        (("export.sheet", "export.rows"), [(title, f"{count:,}") for title, count in rows.items()]),
        (("export.from", "export.sha256"), [(file.path, file.sha256) for file in files]),
    ]
    for headings, entries in listed:
        row += 2
        for column, heading in enumerate(headings):
            book.write(sheet, row, column, texts(heading), "heading")
        for name, value in entries or [(texts("export.blank"), "")]:
            row += 1
            book.fit(sheet, row, [(name, widths[0])])
            book.write(sheet, row, 0, name, "cell")
            book.write(sheet, row, 1, value, "cell")
