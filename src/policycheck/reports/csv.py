"""The findings as a table for a spreadsheet: UTF-8 with a byte order mark, as Excel expects it in Japan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from ..report import Report
from ..texts import Texts
from . import View
from .rows import Row, besides, headings, rows

_AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a spreadsheet may take for the beginning of a formula; in Japan, the full-width signs too."""


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """A row for each result, and behind them one for everything that stands beside the results."""
    del view
    yield "\ufeff".encode() + _lines([headings(texts)])
    results = (row._replace(status=_mark_last(row.status)) for row in rows(report, texts))
    everything = chain(results, besides(report, texts))
    while block := list(islice(everything, _AT_ONCE)):
        yield _lines(map(as_text, _named(row, texts)) for row in block)


def _mark_last(status: str) -> str:
    """A cell that begins with － might be taken for a formula."""
    mark, _, word = status.partition(" ")
    return f"{word} {mark}"


def _named(row: Row, texts: Texts) -> Row:
    """A clause such as 1-2 is called a clause, or a spreadsheet takes it for a day."""
    return row._replace(clauses=f"{texts('report.clauses')} {row.clauses}") if row.clauses else row


def as_text(cell: str) -> str:
    """What no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _lines(block: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(block)
    return text.getvalue().encode()
