"""A guessed mapping as people read it: YAML, with what is not sure in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

from ..texts import Texts, shorten
from ..yaml_out import flow
from .files import Ledger
from .guess_headings import NOTHING, Match, tells_of_events
from .guess_tables import Found, Heading
from .mapping_files import OPEN
from .words import fold

_SHOWN = 5
_YEAR = r"(?:(?:令和|平成|[RHＲＨ])(?:元|\d{1,2})|20\d{2})"
_DAY = re.compile(
    rf"(?<![\dA-Za-zＡ-Ｚ])(?:{_YEAR}年?度?(?:[-._．－]?\d{{1,2}}月?){{0,2}}|\d{{1,2}}月(?:\d{{1,2}})?)日?(?:現在|時点|分|末)*"
    r"(?![\dA-Za-zＡ-Ｚ])"
)
_EMPTY = re.compile(r"[(（\[【]\s*[)）\]】]")
_OUTER = "-_.・－＿．　 "


class GuessedColumn(NamedTuple):
    """What a column seems to be. `read` of its `filled` cells can be read as its field; `words` are some that cannot,
    `codes` what they can mean, and `meanings` what others mean in the ready mappings. `gone` are words among the cells for
    what is there no more.
    `active` tells whether it is sure enough to be imported; `repeated`, that an id is there twice; `rivals`, that several
    columns seem to hold the field; without `usable` no mapping can name its heading, or that is there twice."""

    heading: Heading
    match: Match = NOTHING
    field: str | None = None
    sure: float = 0
    read: int = 0
    filled: int = 0
    words: Sequence[str] = ()
    codes: Sequence[str] = ()
    gone: Sequence[str] = ()
    meanings: Mapping[str, object] = {}
    active: bool = False
    usable: bool = True
    repeated: bool = False
    rivals: bool = False


class Guessed(NamedTuple):
    """What a table seems to be, and the sheets in which it is. `others` are kinds that explain it as well; `alone` tells
    whether no other table is in its sheets; `key` are the headings that make an id, where no column holds it; `open` tells
    that people say which kind it is; `given` is what may be said of all rows."""

    kind: str
    sure: float
    others: Sequence[str]
    found: Sequence[Found]
    alone: bool
    columns: Sequence[GuessedColumn]
    key: tuple[str, ...]
    open: bool
    given: Mapping[str, object] = {}

    def has(self, field: str) -> bool:
        """Whether a column is imported as this field."""
        return any(column.active and column.field == field for column in self.columns)

    @property
    def complete(self) -> bool:
        """Whether nothing is left for people without which it is no table of a mapping."""
        return not self.open and (bool(self.key) or self.has("id"))

    @property
    def of_events(self) -> bool:
        """Whether its rows seem to tell what happened, not what there is."""
        return any(tells_of_events(column.heading.written) for column in self.columns)


class TextOfGuess:
    """Writes a mapping for a ledger, in the language of the texts."""

    def __init__(self, texts: Texts, ledger: Ledger, rows_at: str | None, encoding: str | None) -> None:
        self._texts, self._file, self._sheets = texts, PurePath(ledger.file).name, len(ledger.sheets)
        self._top = {"output": f"{_undated(PurePath(ledger.file).stem)}.yaml", "encoding": encoding, "rows_at": rows_at}

    def render(self, tables: Sequence[Guessed], remarks: Sequence[tuple[str, dict[str, object]]]) -> str:
        """`remarks` are what people should know of the draft."""
        return "".join(f"{line}\n" for line in self._lines(tables, remarks))

    def _lines(self, tables: Sequence[Guessed], remarks: Sequence[tuple[str, dict[str, object]]]) -> Iterator[str]:
        yield self._said("top", file=self._file)
        yield self._said("explained")
        for key, facts in remarks:
            yield self._said(key.removeprefix("guess."), **facts)
        for name, value in self._top.items():
            if value:
                yield _entry(name, value)
        if not all(table.has("department") for table in tables):
            yield self._said("department")
            yield f"# department: {self._texts('guess.some_department')}"
        yield "tables:"
        names: list[str] = []
        for table in tables:
            names.append(_name(table, names))
            yield f"  - {_entry('name', names[-1])}"
            for line in self._table(table):
                yield f"    {line}"

    def _table(self, table: Guessed) -> Iterator[str]:
        kinds = [
            self._texts("word.field", label=self._texts.kind(kind), name=kind)
            for kind in ((table.kind, *table.others) if table.open else table.others)
        ]
        if table.open:
            yield f"{_entry('kind', None)}  {self._said('kind_open', kinds=kinds)}"
        else:
            key = "kind" if table.complete else "kind_incomplete"
            said = self._said(key, title=self._texts.kind(table.kind), sure=_percent(table.sure))
            yield f"{_entry('kind', table.kind)}  {said}"
            if kinds:
                yield self._said("others", kinds=kinds)
        if table.of_events:
            yield f"# log: true  {self._said('events')}"
        sheets = [_pattern(found.sheet.name) for found in table.found if fold(found.sheet.name or "")]
        if self._sheets > 1 and sheets:
            yield _entry("sheet", sheets[0] if len(sheets) == 1 else sheets)
        if not table.alone:
            yield _entry("header_row", table.found[0].first)
        if table.found[0].high > 1:
            yield _entry("header_rows", table.found[0].high)
        if table.key:
            template = "-".join(f"{{{heading}}}" for heading in table.key)
            yield f"{_entry('id', template)}  {self._said('id_made')}"
        elif not table.has("id"):
            yield self._said("id_open")
        if table.given:
            yield f"# {_entry('set', table.given)}  {self._said('set_events' if table.of_events else 'set_list')}"
        columns = [f"  {line}" for column in table.columns for line in self._column(column)]
        yield "columns:" if any(not line.startswith("  #") for line in columns) else "columns: {}"
        yield from columns
        yield from self._skip(table)

    def _column(self, column: GuessedColumn) -> Iterator[str]:
        heading = column.heading.written
        if not column.usable:
            yield self._said("unusable", heading=heading)
        elif not column.match.fields:
            yield f"{_entry(heading, None)}  {self._said('no_field')}"
        elif not column.active:
            yield f"# {_entry(heading, _rule(column.match.fields[0], column.meanings))}  {self._why(column)}"
        else:
            yield f"{_entry(heading, _rule(column.field, column.meanings))}  {self._why(column)}"
        if column.words and column.match.exact:
            yield self._said("words", known=list(column.codes))
            open_words = dict.fromkeys(column.words, OPEN)
            yield f"# {_entry(heading, _rule(column.field, {**column.meanings, **open_words}))}"

    def _why(self, column: GuessedColumn) -> str:
        match = column.match
        if len(match.fields) > 1:
            return self._said("several", fields=list(match.fields[:_SHOWN]))
        how = "same" if match.likeness == 1 else "known" if match.exact else "similar"
        parts = [self._texts(f"guess.{how}")]
        if column.filled:
            parts.append(self._texts("guess.values_read", read=column.read, filled=column.filled))
        else:
            parts.append(self._texts("guess.no_values"))
        if column.repeated:
            parts.append(self._texts("guess.repeated"))
        if column.rivals:
            parts.append(self._texts("guess.rivals"))
        return self._said("why", sure=_percent(column.sure), reasons=parts)

    def _skip(self, table: Guessed) -> Iterator[str]:
        columns = {column.heading.place: column for column in table.columns}
        rules: dict[str, tuple[object, list[int]]] = {}
        for found in table.found:
            for (place, text), rows in found.skipped.items():
                column = columns.get(place)
                alike: object = _pattern(text)
                if column and column.usable and not column.active and column.match.fields:
                    alike = {"column": column.heading.written, "like": alike}
                rules.setdefault(text, (alike, []))[1].extend(rows)
        gone = [
            {"column": column.heading.written, "like": list(map(_pattern, column.gone))}
            for column in table.columns
            if column.gone and column.usable and not column.active
        ]
        if rules:
            yield "skip:"
        for rule, rows in rules.values():
            yield f"  - {flow(rule)}  {self._said('skipped', rows=rows[:_SHOWN])}"
        if gone:
            line = [f"  # - {flow(rule)}" for rule in gone] if rules else [f"# {_entry('skip', gone)}"]
            yield from (f"{own}  {self._said('gone')}" for own in line)

    def _said(self, key: str, **facts: object) -> str:
        return f"# {shorten(self._texts(f'guess.{key}', **facts), 500)}"


def _rule(field: str | None, meanings: Mapping[str, object]) -> object:
    return {"field": field, "values": meanings} if meanings else field


def _entry(name: str, value: object) -> str:
    return f"{flow(name)}: {flow(value)}"


def _name(table: Guessed, taken: Sequence[str]) -> str:
    """What a table is called: its sheet, if it is alone in one, else its kind if that is known; with a number where that is
    taken."""
    sheet = " ".join((table.found[0].sheet.name or "").split())
    name = sheet if sheet and table.alone and len(table.found) == 1 else "table" if table.open else table.kind
    number = 1
    own = name
    while own in taken:
        number += 1
        own = f"{name} {number}"
    return own


def _undated(name: str) -> str:
    """The name of a file without the day, month or year that it is of."""
    usable = name.replace("\\", "-").strip(_OUTER) or "ledger"
    return _EMPTY.sub("", _DAY.sub("", usable)).strip(_OUTER) or usable


def _pattern(text: str | None) -> str:
    """What only this text is like, as far as patterns can say it."""
    return re.sub(r"[\[\]*]", "?", " ".join((text or "").split()))


def _percent(sure: float) -> int:
    return int(sure * 100)
