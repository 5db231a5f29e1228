"""The sheets of measures in a workbook, told by their headings: whoever copies one gives it another name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from .errors import UsageError
from .excel.reading import Workbook
from .excel.rows import letters
from .excel.sheets import ExcelSheet
from .ledgers.cells import Raw
from .ledgers.words import fold, shown
from .model import Location, MeasureState
from .nearest import nearest
from .reports.xlsx_measures import ABOUT, GIVEN
from .texts import LANGUAGES, texts

_TOP = 20
"""Rows that hold anything, among which the headings are looked for."""
_OWN = frozenset(GIVEN) - frozenset(ABOUT)
_LIKE = 3
"""How many headings that only the sheet of measures has make one of a sheet; so do more than other sheets have of the
others."""


class Row(NamedTuple):
    """A row in which a column that is read holds something. `listed` is one that the scan took from a file of measures."""

    sheet: ExcelSheet
    columns: Mapping[str, int]
    number: int
    cells: Mapping[str, Raw]
    listed: bool

    def place(self, name: str) -> Location:
        return Location(str(self.sheet.origin(self.number, self.columns[name] + 1)))


class MeasureSheets:
    """What `rows` found beside the rows: `read` are the sheets of measures, `left` the others that hold anything and that
    no scan writes; `unread` counts the cells with a text that was not read, by sheet and column."""

    def __init__(self, workbook: Workbook) -> None:
        self.read: list[str] = []
        self.left: list[str] = []
        self.unread: dict[str, Counter[str]] = defaultdict(Counter)
        self._workbook = workbook
        self._titles = {word: name for name in (*GIVEN, "state", *_TOLD) for word in words(f"xlsx.{name}")}
        self._states = {word for state in MeasureState for word in words(f"measure_state.{state}")}
        self._written = self._states | words("no_measure.fail")
        self._no_rows = words("report.no_findings")

    def rows(self) -> Iterator[Row]:
        """Raises UsageError where a sheet has some of the headings, but not all, or has one twice."""
        named = words("xlsx.measures")
        others = set().union(*map(words, _OTHERS))
        for sheet in self._workbook.sheets:
            rows = sheet.rows()
            top = list(islice(rows, _TOP))
            base = fold(re.sub(" [0-9]+$", "", sheet.name))
            found = [self._found(values) for _, values in top]
            head = max(range(len(top)), key=lambda place: len(found[place]), default=0)
            if (top and _is_like(found[head])) or base in named:
                columns = self._columns(sheet, top[head][1] if top else [])
                self.read.append(sheet.name)
                titles = top[head][1]
                for _, values in top[:head]:
                    self._note(sheet.name, [], values)
                for number, values in chain(top[head + 1 :], rows):
                    yield from self._row(sheet, columns, titles, number, values)
            elif top and base not in others:
                self.left.append(sheet.name)

    def _found(self, values: Sequence[Raw]) -> set[str]:
        return {self._titles[word] for value in values if (word := fold(shown(value))) in self._titles}

    def _columns(self, sheet: ExcelSheet, titles: Sequence[Raw]) -> dict[str, int]:
        columns: dict[str, int] = {}
        facts = {"file": sheet.file, "sheet": sheet.name}
        for position, title in enumerate(titles):
            name = self._titles.get(fold(shown(title)))
            if name in columns:
                raise UsageError("double_measures_column", **facts, column=shown(title))
            if name:
                columns[name] = position
        for name in GIVEN:
            if name not in columns:
                wanted = [texts(language)(f"xlsx.{name}") for language in LANGUAGES]
                others = [shown(title) for title in titles if title and fold(shown(title)) not in self._titles]
                near = next(filter(None, (nearest(word, others) for word in wanted)), None)
                raise UsageError("no_measures_column", **facts, column=" / ".join(wanted), nearest=near)
        return columns

    def _row(
        self, sheet: ExcelSheet, columns: Mapping[str, int], titles: Sequence[Raw], number: int, values: list[Raw]
    ) -> Iterator[Row]:
        width = len(values)
        held = {name: values[place] for name, place in columns.items() if place < width and values[place] is not None}
        state = fold(shown(held.get("state")))
        known = {"state"} if state in self._written else set()
        if isinstance(held.get("fails"), int) or fold(shown(held.get("title"))) in self._no_rows:
            known |= _TOLD
        for name in (*GIVEN, *known):
            if name in held:
                values[columns[name]] = None
        self._note(sheet.name, titles, values)
        cells = {name: value for name, value in held.items() if name in GIVEN}
        if any(shown(value).strip() for value in cells.values()):
            yield Row(sheet, columns, number, cells, state in self._states)

    def _note(self, sheet: str, titles: Sequence[Raw], values: Sequence[Raw]) -> None:
        """Counts what is left in a row. Most of a wide one is empty."""
        held: Iterable[Any] = filter(None, values)
        place = -1
        for value in held:
            if shown(value).strip():
                place = values.index(value, place + 1)
                title = shown(titles[place]).strip() if place < len(titles) else ""
                self.unread[sheet][title or letters(place + 1)] += 1


_TOLD = frozenset(("title", "fails", "resources"))
"""The columns that a scan fills for whoever reads them."""
_OTHERS = ("xlsx.summary", "xlsx.matrix", "xlsx.findings", "report.waivers", "report.gone", "xlsx.problems")
"""The names of the other sheets that a scan writes."""


def words(key: str) -> set[str]:
    """A text in every language, as it is compared."""
    return {fold(texts(language)(key)) for language in LANGUAGES}


def _is_like(found: set[str]) -> bool:
    return len(found & _OWN) >= _LIKE or len(found & set(GIVEN)) > len(ABOUT)
