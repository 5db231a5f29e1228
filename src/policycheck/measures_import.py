"""What departments wrote on the sheet of measures, as a file of measures: all of it, or nothing but what is wrong with
it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .errors import LedgerError, UsageError
from .excel.reading import open_workbook
from .excel.writing import CHARACTERS
from .ledgers.cells import Odd
from .ledgers.dates import day_of
from .ledgers.words import fold
from .measures import Measure
from .measures_sheets import MeasureSheets, Row, words
from .model import Fields, Problem, Standard
from .nearest import nearest
from .reports.xlsx_measures import ABOUT, STATUSES
from .texts import LANGUAGES, texts

_FULL = CHARACTERS - 64
"""A cell with more was cut, or could be."""
EARLIEST = datetime.date(2000, 1, 1)
"""No measure was taken before it: the first standards of cities are of 2001."""
_DONE = ("status", "on", "text")
_UNREADABLE = "?"
"""Stands for a value with a problem, so that it is not told as missing, too."""


class Imported(NamedTuple):
    """The entries of the file of measures, the earlier ones first, and how many of them are new, updated, and kept; how many
    rows nobody filled in. With problems there are no entries.

    `unread` counts the cells with a text in columns that are not read, by sheet and column; `left` are sheets that hold no
    measures.
    """

    entries: list[Fields]
    new: int
    updated: int
    kept: int
    left_out: int
    problems: list[Problem]
    unread: Mapping[str, Mapping[str, int]]
    left: list[str]


class _Row(NamedTuple):
    """A row, and what its columns say that are not empty."""

    values: Mapping[str, str]
    at: Row


def import_measures(
    path: Path, standard: Standard, kinds: Iterable[str], as_of: datetime.date, earlier: Sequence[Measure] = ()
) -> Imported:
    """The measures of a workbook, in any language, added to earlier ones. `as_of` is the day of the import, before which
    lies what is done.

    Raises UsageError where it is no workbook, belongs to another standard, or has no sheet of measures.
    """
    reader = _Reader(standard, kinds, as_of)
    try:
        workbook = open_workbook(path)
        noted = workbook.noted.get("policycheck.standard", standard.id)
        if noted != standard.id:
            raise UsageError("workbook_of_other_standard", file=path, found=noted, standard=standard.id)
        sheets = MeasureSheets(workbook)
        for row in sheets.rows():
            reader.read(row)
    except LedgerError as error:
        other = error.key == "no_workbook" and path.suffix.lower() not in (".xlsx", ".xlsm")
        raise UsageError("not_xlsx" if other else error.key, **error.facts) from None
    if not sheets.read:
        raise UsageError("no_measures_sheet", file=path, sheets=[sheet.name for sheet in workbook.sheets])
    filled = reader.entries()
    entries = {measure.finding: _entry(measure) for measure in earlier}
    new = len(filled.keys() - entries.keys())
    updated = sum(entries[finding] != entry for finding, entry in filled.items() if finding in entries)
    kept = len(entries) - updated
    entries |= filled
    if reader.problems:
        return Imported([], 0, 0, 0, reader.left_out, reader.problems, sheets.unread, sheets.left)
    counts = (new, updated, kept, reader.left_out)
    return Imported(list(entries.values()), *counts, [], sheets.unread, sheets.left)


class _Reader:
    """Collects rows, and what is wrong with them."""

    def __init__(self, standard: Standard, kinds: Iterable[str], as_of: datetime.date) -> None:
        self.problems: list[Problem] = []
        self.left_out = 0
        self._as_of = as_of
        self._rows: dict[str, list[_Row]] = defaultdict(list)
        self._statuses = {word: name for name in STATUSES for word in (name, *words(f"measure_status.{name}"))}
        self._kinds = {
            word: kind
            for kind in kinds
            for word in (fold(kind), *(fold(texts(language).kind(kind)) for language in LANGUAGES))
        }
        self._known = {
            "clause": {clause.id for clause in standard.clauses},
            "control": {use.control for clause in standard.clauses for use in clause.uses},
        }

    def read(self, row: Row) -> None:
        values = {name: value for name in row.cells if (value := self._value(name, row))}
        if "finding" in values:
            self._rows[values["finding"]].append(_Row(values, row._replace(cells={})))
        else:
            self._problem("measure_no_finding", row, "finding")

    def entries(self) -> dict[str, Fields]:
        """An entry for each finding that was filled in, or was a measure before."""
        found: dict[str, Fields] = {}
        for finding, rows in self._rows.items():
            if not any(name in row.values for row in rows for name in _DONE) and not any(row.at.listed for row in rows):
                self.left_out += len(rows)
                continue
            values = {name: self._only(rows, name) for name in ("owner", *_DONE)}
            status = values["status"] or ("none" if not values["on"] and not values["text"] else "")
            needed = ["owner", *(["on", "text"] if status == "done" else ["text"] if status == "planned" else [])]
            for name in needed:
                if not values[name]:
                    self._problem(_MISSING[name], rows[0].at, name, finding=finding)
            if not status:
                self._problem("measure_no_status", rows[0].at, "status", finding=finding)
            if (day := values["on"]) not in ("", _UNREADABLE):
                self._check_day(day, status, next(row.at for row in rows if row.values.get("on") == day))
            about: list[dict[str, str]] = []
            for row in rows:
                entry = {name: row.values[name] for name in ABOUT if name in row.values}
                if not entry:
                    self._problem("measure_no_about", row.at, "clause", finding=finding)
                if entry not in about:
                    about.append(entry)
            given = {"on": values["on"], "text": values["text"]}
            more = {name: value for name, value in given.items() if value}
            found[finding] = {"finding": finding, "owner": values["owner"], "about": about, "status": status, **more}
        return found

    def _check_day(self, day: str, status: str, row: Row) -> None:
        """What is done lies behind, and nothing lies before there were standards."""
        facts = {"value": day, "earliest": EARLIEST, "as_of": self._as_of}
        if day < EARLIEST.isoformat():
            self._problem("measure_early_date", row, "on", **facts)
        elif status == "done" and day > self._as_of.isoformat():
            self._problem("measure_later_date", row, "on", **facts)

    def _value(self, name: str, row: Row) -> str:
        value = row.cells[name]
        if isinstance(value, Odd):
            self._problem(value.key, row, name, value=value.shown)
            return _UNREADABLE
        if name == "on" and str(value).strip():
            day = day_of(value)
            if day:
                return day.isoformat()
            self._problem("measure_bad_date", row, name, value=value)
            return _UNREADABLE
        text = _text(value)
        if text is None:
            self._problem("cell_no_text", row, name, value=value)
            return _UNREADABLE
        if len(text.encode("utf-16-le")) > _FULL * 2:
            self._problem("cell_full", row, name, limit=CHARACTERS)
        return self._word(name, text, row) if text else ""

    def _word(self, name: str, text: str, row: Row) -> str:
        """What is meant by a word, where there is a list of those that are known."""
        known = {"status": self._statuses, "kind": self._kinds}.get(name)
        if known:
            if word := known.get(fold(text)):
                return word
            self._problem(_UNKNOWN[name], row, name, value=text, nearest=nearest(text, known))
            return _UNREADABLE
        if name in self._known and text not in self._known[name]:
            self._problem(_UNKNOWN[name], row, name, value=text, nearest=nearest(text, self._known[name]))
        return text

    def _only(self, rows: Sequence[_Row], name: str) -> str:
        """The value that the rows of one finding agree on; some may leave it empty."""
        given = [row for row in rows if name in row.values]
        readable = [row for row in given if row.values[name] != _UNREADABLE]
        for row in readable[1:]:
            if row.values[name] != readable[0].values[name]:
                facts = {"finding": row.values["finding"], "first": readable[0].at.place(name)}
                self._problem("measure_conflict", row.at, name, **facts)
        return (readable or given)[0].values[name] if given else ""

    def _problem(self, key: str, row: Row, column: str, **facts: object) -> None:
        self.problems.append(Problem(key, row.place(column), facts))


_MISSING = {"owner": "measure_no_owner", "on": "measure_no_date", "text": "measure_no_text"}
_UNKNOWN = {
    "status": "unknown_measure_status",
    "clause": "unknown_measure_clause",
    "control": "unknown_measure_control",
    "kind": "unknown_measure_kind",
}


def _text(value: object) -> str | None:
    """What a cell says; None where a spreadsheet has made something else of it than a text or a whole number."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _entry(measure: Measure) -> Fields:
    given = {"on": measure.on, "text": measure.text}
    about = [dict(entry) for entry in measure.about]
    head = {"finding": measure.finding, "owner": measure.owner, "about": about, "status": measure.status}
    return head | {name: value for name, value in given.items() if value}
