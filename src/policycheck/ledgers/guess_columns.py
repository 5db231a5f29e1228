"""What a table of a ledger seems to be: its kind, the fields of its columns, and what makes its ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from .cells import ABSENT, Raw, Unread
from .guess_headings import NOTHING, KnownHeadings, Match, said_by_rows
from .guess_tables import Found, Heading, cell_at
from .guess_text import Guessed, GuessedColumn
from .mapping import Column
from .values import Options, codes_of
from .words import fold, shown
from .workbook_columns import ExportColumn, Form

SURE = 0.7
"""How sure a column must be so that it is imported; others are written as comments."""

_NO_VALUES = 0.8
_TWICE = 0.6
_NAMED = 0.3
_AHEAD = 0.05
_NEAR = 0.1
_PARTS = ("id", "name", "system")
"""Fields of which ids can be made, besides those of which ready mappings make them."""
_WORDS = 8
_LONGEST_WORD = 20


class _Kind(NamedTuple):
    """The kind that explains some headings best, how sure that is, and others that explain them almost as well. It is 0
    sure where it is not clearly ahead of them."""

    kind: str
    sure: float
    others: list[str]


class Guesser:
    """Guesses by the headings that are known, and the name of the file."""

    def __init__(self, schemas: Mapping[str, Any], headings: KnownHeadings, file: str) -> None:
        self._schemas, self._headings, self._file = schemas, headings, file

    def table(self, group: list[Found], *, alone: bool) -> Guessed:
        """What some tables with the same headings are. `alone` says that each is the only one in its sheet."""
        kind = self._kind(group)
        often = Counter(title for heading in group[0].headings for title in {fold(heading.written), fold(heading.bare)})
        matches = {title: self._match(kind, title) for title in group[0].headings}
        known = [title.place for title, match in matches.items() if match.exact or not match.fields]
        group = [found.with_any(known) for found in group]
        columns = _without_doubles(
            [
                self._column(kind.kind, title, match, group, usable=title.usable and often[fold(title.written)] == 1)
                for title, match in matches.items()
            ]
        )
        ids = [column for column in columns if column.active and column.field == "id"]
        key = () if ids else self._key(kind.kind, columns, group)
        active = [column.sure for column in columns if column.active]
        sure = kind.sure * sum(active) / len(active) if active and (ids or key) else 0.0
        made = Guessed(kind.kind, sure, kind.others, group, alone, columns, key, open=not kind.sure)
        kinds = [one for one in (kind.kind, *kind.others) if (one, made.of_events) in self._headings.given]
        given = self._headings.given[kinds[0], made.of_events] if kinds else {}
        return made._replace(given={field: value for field, value in given.items() if not made.has(field)})

    def _kind(self, group: Sequence[Found]) -> _Kind:
        names = [self._file, *(found.sheet.name or "" for found in group), *group[0].above]
        totals: dict[str, float] = {}
        for kind in self._headings.columns:
            fields: dict[str, float] = {}
            for title in group[0].headings:
                match = self._headings.exact(kind, title.written)
                if len(match.fields) == 1:
                    fields[match.fields[0]] = max(match.likeness, fields.get(match.fields[0], 0))
            explained = sum(fields.values()) / len(group[0].headings)
            totals[kind] = explained + _NAMED * self._headings.named(kind, names) if explained else 0
        ranked = sorted(totals, key=lambda kind: -totals[kind])
        best, margin = ranked[0], totals[ranked[0]] - totals[ranked[1]]
        near = [kind for kind in ranked[1:] if totals[best] - totals[kind] < _NEAR]
        return _Kind(best, 0 if margin < _AHEAD else min(1, 0.5 + margin * 2), near)

    def _match(self, kind: _Kind, title: Heading) -> Match:
        """Where the kind is open, a heading must not mean different fields of those that it can be."""
        match = self._headings.exact(kind.kind, title.written)
        if match.fields and not kind.sure:
            others = [field for other in kind.others for field in self._headings.exact(other, title.written).fields]
            return match._replace(fields=tuple(dict.fromkeys([*match.fields, *others])))
        return match if match.fields or not title.usable else self._headings.near(kind.kind, title.written)

    def _column(
        self, kind: str, title: Heading, match: Match, group: Sequence[Found], *, usable: bool
    ) -> GuessedColumn:
        gone = {
            raw.strip(): None
            for raw in _cells(group, title)
            if isinstance(raw, str) and fold(raw) in said_by_rows("gone")
        }
        column = GuessedColumn(title, match, usable=usable, gone=list(gone))
        if len(match.fields) != 1 or not usable:
            return column
        field = match.fields[0]
        meanings = self._headings.meanings(kind, field, title.written)
        values, words = self._values(self._headings.columns[kind][field], title, group, meanings)
        filled = [value for value in values if value is not ABSENT]
        read = [value for value in filled if not isinstance(value, Unread)]
        sure = match.likeness * ((1 + len(read) / len(filled)) / 2 if filled else _NO_VALUES)
        if field == "id" and filled:
            sure *= len(filled) / len(values)
            repeated = len(set(map(str, read))) < len(read)
            column, sure = column._replace(repeated=repeated), sure * (_TWICE if repeated else 1)
        if not match.exact and filled and not read:
            return column._replace(match=NOTHING)
        said = {fold(raw) for raw in _cells(group, title) if isinstance(raw, str)}
        meant = {word: value for word, value in meanings.items() if fold(word) in said}
        return column._replace(
            meanings=meant,
            field=field,
            sure=sure,
            read=len(read),
            filled=len(filled),
            words=words,
            codes=codes_of(self._headings.columns[kind][field].node, self._schemas) if words else (),
            active=match.exact and sure >= SURE,
        )

    def _values(
        self, known: ExportColumn, title: Heading, group: Sequence[Found], meanings: Mapping[str, object]
    ) -> tuple[list[object], list[str]]:
        """What the cells of a column say as a field, and the words among them of which that is not known."""
        values: list[object] = []
        words: list[str] = []
        for found in group:
            column = Column(title.written, (), ".".join(known.path), known.node, Options(meanings))
            read = column.reader(self._schemas, found.sheet.epoch)
            for raw in _cells([found], title):
                value = read(raw)
                values.append(value)
                if isinstance(value, Unread) and known.form is Form.WORD and len(words) < _WORDS:
                    text = shown(raw).strip()
                    if isinstance(raw, str) and len(text) <= _LONGEST_WORD and text.isprintable() and text not in words:
                        words.append(text)
        return values, words

    def _key(self, kind: str, columns: Sequence[GuessedColumn], group: Sequence[Found]) -> tuple[str, ...]:
        """One or two columns of which the meaning is known, or one and the name of the sheet, whose values make ids: none is
        empty, and none is there twice."""
        known, preferred = self._headings.columns[kind], [*self._headings.parts[kind], *_PARTS]
        parts = [
            column
            for column in columns
            if (column.active or (column.field == "id" and column.match.exact))
            and column.field in preferred
            and known[column.field or ""].form is Form.TEXT
            and column.heading.written not in ("sheet", "file")
        ]
        parts.sort(key=lambda column: preferred.index(column.field or ""))
        fields = {column.heading.written: column.field for column in parts}
        values: dict[str, list[object]] = {
            column.heading.written: self._values(known["id"], column.heading, group, {})[0] for column in parts
        }
        if len(group) > 1:
            values["sheet"] = [found.sheet.name for found in group for _ in found.rows]
        order = ["sheet", *(column.heading.written for column in columns)]
        usual = [name for name in values if name == "sheet" or fields[name] in preferred[: -len(_PARTS)]]
        for chosen in (one for names in (usual, values) for size in (1, 2) for one in combinations(names, size)):
            rows = list(zip(*(values[name] for name in chosen), strict=True)) if chosen != ("sheet",) else []
            if all(isinstance(value, str) for row in rows for value in row) and len(set(rows)) == len(rows) > 1:
                return tuple(sorted(chosen, key=order.index))
        return ()


def _cells(group: Sequence[Found], title: Heading) -> list[Raw]:
    return [cell_at(row, title.place) for found in group for row in found.rows]


def _without_doubles(columns: Sequence[GuessedColumn]) -> list[GuessedColumn]:
    """Of several columns for one field only the surest is imported, and none where several are equally sure."""
    best: dict[str | None, list[float]] = {}
    for column in columns:
        if column.active:
            best.setdefault(column.field, []).append(column.sure)
    made = []
    for column in columns:
        rivals = best.get(column.field, [])
        beaten = column.active and (rivals.count(column.sure) > 1 or column.sure < max(rivals))
        made.append(column._replace(active=False, rivals=True) if beaten else column)
    return made
