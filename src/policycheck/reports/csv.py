"""The findings as a table for a spreadsheet: UTF-8 with a byte order mark, as Excel expects it in Japan."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from ..report import Report
from ..texts import Texts, plain
from . import View, facts
from .rows import Row, besides, headings, rows

_AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "#")
"""With what a formula or the name of an error begins."""
_NUMBER = re.compile(
    r"""true|false|(?=.*\d)(?:
        [\d\s.,:;/+\-‐-―−'’()%‰$€£¥￥\\年月日時分秒元] | (?<=[\d.])[ed](?=[\d+-]) | (?<=\d)\s*[ap]m | (?<=\d\s)[ap]
        | jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?
        | nov(?:ember)?|dec(?:ember)? | (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?
        | 明治|大正|昭和|平成|令和|午前|午後|[mtshr](?=\d+[./\-年]) | [月火水木金土日]曜日?
    )+""",
    re.IGNORECASE | re.VERBOSE,
)
"""What is a number, a day, a time or a truth value to some spreadsheet in Japanese or English."""


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """A row for each result, and behind them one for everything that stands beside the results, the counts too."""
    del view
    yield "\ufeff".encode() + _lines([headings(texts)])
    results = (row._replace(status=_mark_last(row.status)) for row in rows(report, texts))
    everything = chain(results, besides(report, texts), _about(report, texts))
    while block := list(islice(everything, _AT_ONCE)):
        yield _lines(_cells(_named(row, texts)) for row in block)


def _about(report: Report, texts: Texts) -> Iterator[Row]:
    """What was judged, and what came of it."""
    for label, value in facts.heading(report, texts).items():
        yield Row(label, message=value)
    yield Row(texts("report.totals"), message=facts.counts(report.summary, texts))
    for name, counts in facts.by_measure(report, texts).items():
        told = facts.counts(counts, texts) if counts else texts("report.nothing_judged")
        yield Row(texts("explain.measure"), name=name, message=told)
    yield Row(texts("report.outcome"), message=facts.outcome(report, texts))


def _mark_last(status: str) -> str:
    """A cell that begins with － might be taken for a formula."""
    mark, _, word = status.partition(" ")
    return f"{word} {mark}"


def _named(row: Row, texts: Texts) -> Row:
    """A clause such as 1-2 is called a clause, or a spreadsheet takes it for a day."""
    return row._replace(clauses=f"{texts('report.clauses')} {row.clauses}") if row.clauses else row


def _cells(row: Row) -> Iterator[str]:
    return (cell if name == "line" else as_text(cell) for name, cell in zip(Row._fields, row, strict=True))


@lru_cache(4096)
def as_text(cell: str) -> str:
    """What every spreadsheet takes for the text that it is. In Japan, full-width signs and digits count too."""
    cell = plain(cell)
    normal = unicodedata.normalize("NFKC", cell).strip()
    return f"'{cell}" if normal.startswith(_FORMULA) or _NUMBER.fullmatch(normal) else cell


def _lines(block: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(block)
    return text.getvalue().encode()
