"""Workbooks and text files from rows."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font

Rows = Sequence[Sequence[object]]


def write_book(path: Path, sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """A workbook with a title in bold, and the cells in `merged`, by sheet, joined."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet["A1"].font = Font(bold=True, size=14)
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
            sheet[area.split(":")[0]].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    book.save(path)
    return path


def write_text(path: Path, rows: Rows, encoding: str, separator: str = ",", *, quoted: bool = False) -> Path:
    """Separated values. What the encoding does not have becomes a question mark, as in what PowerShell writes."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding, errors="replace"))
    return path
