"""What departments wrote on the sheet of measures, as a file of measures: all of it, or nothing but what is wrong with
it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .errors import UsageError
from .excel.reading import Cell, read_workbook
from .excel.writing import CHARACTERS
from .measures import Measure
from .model import Fields, Location, MeasureState, Problem, Standard
from .nearest import nearest
from .reports.xlsx_measures import ABOUT, GIVEN, STATUSES
from .texts import LANGUAGES, Texts, texts
from .yaml_out import dump

_ERAS = {
    "令和": (datetime.date(2019, 5, 1), datetime.date.max),
    "平成": (datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    "昭和": (datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
}
_INITIALS = {"R": "令和", "H": "平成", "S": "昭和"}
_DAY = re.compile(r"(?:([0-9]{4})|(令和|平成|昭和|[RHS])([0-9]{1,2}|元))[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_FULL = CHARACTERS - 64
"""A cell with more was cut, or could be."""
_DONE = ("status", "on", "text")
_UNREADABLE = "?"
"""Stands for a value with a problem, so that it is not told as missing, too."""


class Imported(NamedTuple):
    """The entries of the file of measures, and how many of them are new, updated, and kept from the earlier file; how many
    rows nobody filled in. With problems there are no entries."""

    entries: list[Fields]
    new: int
    updated: int
    kept: int
    left_out: int
    problems: list[Problem]


class _Row(NamedTuple):
    """A row that is not empty, by its columns. `listed` is one that the scan took from a file of measures."""

    values: Mapping[str, str]
    places: Mapping[str, Location]
    listed: bool


def import_measures(path: Path, standard: Standard, kinds: Iterable[str], earlier: Sequence[Measure] = ()) -> Imported:
    """The measures of a workbook, in any language, added to earlier ones.

    Raises UsageError where it is no workbook, belongs to another standard, or has no sheet of measures.
    """
    names = _words("xlsx.measures")
    workbook = read_workbook(path, lambda name: re.sub(" [0-9]+$", "", _plain(name)) in names)
    if not workbook.rows:
        near = nearest(texts(LANGUAGES[0])("xlsx.measures"), workbook.names)
        near = near or nearest(texts(LANGUAGES[1])("xlsx.measures"), workbook.names)
        raise UsageError("no_measures_sheet", file=path, nearest=near, sheets=workbook.names)
    if workbook.standard not in (None, standard.id):
        raise UsageError("workbook_of_other_standard", file=path, found=workbook.standard, standard=standard.id)
    reader = _Reader(path, standard, kinds)
    for name, rows in workbook.rows.items():
        reader.read(name, rows)
    found = reader.entries()
    entries = {measure.finding: _entry(measure) for measure in earlier}
    updated = len(entries.keys() & found.keys())
    kept = len(entries) - updated
    entries |= found
    if reader.problems:
        return Imported([], 0, 0, 0, reader.left_out, reader.problems)
    return Imported(list(entries.values()), len(found) - updated, updated, kept, reader.left_out, [])


def as_yaml(entries: Sequence[Fields], standard: Standard, language: Texts) -> bytes:
    """A file for `policycheck scan --measures`."""
    return f"# {language('xlsx.comment')}\n{dump({'standard': standard.id, 'measures': list(entries)})}".encode()


def day_of(value: object) -> datetime.date | None:
    """The day that a cell holds as a date, or as a text in one of the ways in which it is written in Japan."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if not isinstance(value, str):
        return None
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", value).upper().split()))
    if not found:
        return None
    year, era, count, month, day = found.groups()
    try:
        if year:
            return datetime.date(int(year), int(month), int(day))
        first, last = _ERAS[_INITIALS.get(era, era)]
        whole = datetime.date(first.year - 1 + (1 if count == "元" else int(count)), int(month), int(day))
    except ValueError:
        return None
    return whole if first <= whole <= last else None


class _Reader:
    """Collects rows, and what is wrong with them."""

    def __init__(self, path: Path, standard: Standard, kinds: Iterable[str]) -> None:
        self.problems: list[Problem] = []
        self.left_out = 0
        self._file = path
        self._rows: dict[str, list[_Row]] = defaultdict(list)
        self._titles = {word: name for name in GIVEN for word in _words(f"xlsx.{name}")}
        self._statuses = {word: name for name in STATUSES for word in (name, *_words(f"measure_status.{name}"))}
        self._states = {word for state in MeasureState for word in _words(f"measure_state.{state}")}
        self._state_titles = _words("xlsx.state")
        self._kinds = {
            word: kind
            for kind in kinds
            for word in (kind, *(_plain(texts(language).kind(kind)) for language in LANGUAGES))
        }
        self._known = {
            "clause": {clause.id for clause in standard.clauses},
            "control": {use.control for clause in standard.clauses for use in clause.uses},
        }

    def read(self, sheet: str, rows: Sequence[Sequence[Cell]]) -> None:
        titles = [_plain(str(cell.value or "")) for cell in rows[0]] if rows else []
        columns: dict[str, int] = {}
        for position, title in enumerate(titles):
            name = "state" if title in self._state_titles else self._titles.get(title)
            if name in columns:
                raise UsageError("double_measures_column", file=self._file, sheet=sheet, column=rows[0][position].value)
            if name:
                columns[name] = position
        for name in GIVEN:
            if name not in columns:
                wanted = [texts(language)(f"xlsx.{name}") for language in LANGUAGES]
                others = [str(cell.value) for cell in rows[0] if cell.value] if rows else []
                near = next(filter(None, (nearest(word, others) for word in wanted)), None)
                facts = {"sheet": sheet, "column": " / ".join(wanted), "nearest": near}
                raise UsageError("no_measures_column", file=self._file, **facts)
        for row in rows[1:]:
            self._row(sheet, {name: row[position] for name, position in columns.items()})

    def entries(self) -> dict[str, Fields]:
        """An entry for each finding that was filled in, or was a measure before."""
        found: dict[str, Fields] = {}
        for finding, rows in self._rows.items():
            if not any(row.values[name] for row in rows for name in _DONE) and not any(row.listed for row in rows):
                self.left_out += len(rows)
                continue
            values = {name: self._only(rows, name) for name in ("owner", *_DONE)}
            status = values["status"] or ("none" if not values["on"] and not values["text"] else "")
            needed = ["owner", *(["on", "text"] if status == "done" else ["text"] if status == "planned" else [])]
            for name in needed:
                if not values[name]:
                    self._problem(_MISSING[name], rows[0].places[name], finding=finding)
            if not status:
                self._problem("measure_no_status", rows[0].places["status"], finding=finding)
            about: list[dict[str, str]] = []
            for row in rows:
                entry = {name: row.values[name] for name in ABOUT if row.values[name]}
                if not entry:
                    self._problem("measure_no_about", row.places["clause"], finding=finding)
                if entry not in about:
                    about.append(entry)
            given = {"on": values["on"], "text": values["text"]}
            more = {name: value for name, value in given.items() if value}
            found[finding] = {"finding": finding, "owner": values["owner"], "about": about, "status": status, **more}
        return found

    def _row(self, sheet: str, cells: Mapping[str, Cell]) -> None:
        places = {name: Location(f"{self._file.as_posix()} {sheet}!{cell.place}") for name, cell in cells.items()}
        state = cells.get("state")
        listed = state is not None and _plain(str(state.value or "")) in self._states
        values = {name: self._value(name, cells[name], places[name]) for name in GIVEN}
        if not any(values.values()):
            return
        if not values["finding"]:
            self._problem("measure_no_finding", places["finding"])
        self._rows[values["finding"]].append(_Row(values, places, listed))

    def _value(self, name: str, cell: Cell, place: Location) -> str:
        if cell.flaw:
            self._problem(cell.flaw, place, value=cell.value)
            return _UNREADABLE
        if cell.value is None:
            return ""
        if name == "on" and str(cell.value).strip():
            day = day_of(cell.value)
            if day:
                return day.isoformat()
            self._problem("measure_bad_date", place, value=cell.value)
            return _UNREADABLE
        text = _text(cell.value)
        if text is None:
            self._problem("cell_no_text", place, value=cell.value)
            return _UNREADABLE
        if len(text.encode("utf-16-le")) > _FULL * 2:
            self._problem("cell_full", place, limit=CHARACTERS)
        return self._word(name, text, place) if text else ""

    def _word(self, name: str, text: str, place: Location) -> str:
        """What is meant by a word, where there is a list of those that are known."""
        words = {"status": self._statuses, "kind": self._kinds}.get(name)
        if words:
            if word := words.get(_plain(text)):
                return word
            self._problem(_UNKNOWN[name], place, value=text, nearest=nearest(text, words))
            return _UNREADABLE
        if name in self._known and text not in self._known[name]:
            self._problem(_UNKNOWN[name], place, value=text, nearest=nearest(text, self._known[name]))
        return text

    def _only(self, rows: Sequence[_Row], name: str) -> str:
        """The value that the rows of one finding agree on; some may leave it empty."""
        given = [row for row in rows if row.values[name]]
        readable = [row for row in given if row.values[name] != _UNREADABLE]
        for row in readable[1:]:
            if row.values[name] != readable[0].values[name]:
                facts = {"finding": row.values["finding"], "first": readable[0].places[name]}
                self._problem("measure_conflict", row.places[name], **facts)
        return (readable or given)[0].values[name] if given else ""

    def _problem(self, key: str, place: Location, **facts: object) -> None:
        self.problems.append(Problem(key, place, facts))


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
        # the reader leaves in place how Excel writes line ends, and, in part, texts that look like it
        return value.replace("x005F_", "").replace("_x000D_\n", "\n").strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _plain(text: str) -> str:
    """A word whatever its width, its case and the spaces in it."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(key: str) -> set[str]:
    """A text in every language."""
    return {_plain(texts(language)(key)) for language in LANGUAGES}


def _entry(measure: Measure) -> Fields:
    given = {"on": measure.on, "text": measure.text}
    about = [dict(entry) for entry in measure.about]
    head = {"finding": measure.finding, "owner": measure.owner, "about": about, "status": measure.status}
    return head | {name: value for name, value in given.items() if value}
