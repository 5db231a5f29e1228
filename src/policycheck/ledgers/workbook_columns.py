"""The columns of an inventory that is a workbook: what stands over them, what may stand in them, and what that means."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from ..excel.writing import Value
from .cells import ABSENT, Raw, Unread
from .words import fold

FORMAT = "1"
"""The version of what an exported workbook looks like; it stands in the property `policycheck.export`."""

NONE: Mapping[str, str] = {"ja": "（なし）", "en": "(none)"}
"""How a cell states that there is nothing. An empty one says that nothing is known."""

YES_NO: Mapping[str, tuple[str, str]] = {"ja": ("○", "×"), "en": ("yes", "no")}

ESCAPE = "|"
"""Stands before a text that a cell would otherwise lose, or that would be taken for something else."""

EARLIEST = datetime.date(1900, 3, 1)
"""Before it, spreadsheets do not agree on the numbers of days."""

_NONES = frozenset(map(fold, NONE.values()))
_BRACKETS = ("(", "\N{FULLWIDTH LEFT PARENTHESIS}")
_LONGEST = 20
"""Characters of a text that can mean that there is nothing."""
_OUTER = " \t\n\N{IDEOGRAPHIC SPACE}"


class Role(StrEnum):
    """What a column is: a field; what stands for a field with a sheet of its own; the file of an entry; the id of the
    entry that a row of such a sheet belongs to; the name under which it stands there."""

    FIELD = "field"
    ELSEWHERE = "elsewhere"
    FILE = "file"
    PARENT = "parent"
    KEY = "key"


class Form(StrEnum):
    """How a value is written. A note may hold anything; no other text begins or ends with white space."""

    TEXT = "text"
    NOTE = "note"
    LINES = "lines"
    DAY = "day"
    COUNT = "count"
    WORD = "word"


class ExportColumn(NamedTuple):
    """`path` leads to the field from the entry, or from the row of a sheet of its own. `titles` and `helps` are by
    language; `words` are those that have a meaning of their own, by language, with the value that each stands for. An
    entry without a `required` one is not valid."""

    role: Role
    path: tuple[str, ...]
    titles: Mapping[str, str]
    helps: Mapping[str, str]
    node: Mapping[str, Any]
    form: Form
    words: Mapping[str, Mapping[str, object]]
    required: bool

    def to_cell(self, value: object, language: str) -> Value:
        """What is written for a value that the schema allows. Days that spreadsheets do not know are texts."""
        if self.form is Form.WORD or value is None or value == []:
            # True == 1, but no field allows both
            return next(word for word, meant in self.words[language].items() if meant == value)
        if self.form is Form.LINES:
            assert isinstance(value, list)
            return "\n".join(map(_escaped, value))
        if isinstance(value, int):
            return value
        assert isinstance(value, str)
        if self.form is Form.DAY:
            day = datetime.date.fromisoformat(value)
            return day if day >= EARLIEST else value
        return _escaped(value)

    def from_cell(self, raw: Raw, otherwise: Callable[[Raw], object]) -> object:
        """The value that a cell states in any language; ABSENT for an empty one, Unread where nothing is stated of a field
        that knows no such thing. What `to_cell` would not have written is read by `otherwise`."""
        if raw is None or (isinstance(raw, str) and not raw.strip(_OUTER)):
            return ABSENT
        if isinstance(raw, str):
            text = raw if self.form is Form.NOTE else raw.strip(_OUTER)
            text = NONE["ja"] if _says_none(text) else text
            for words in self.words.values():
                if text in words:
                    return [] if words[text] == [] else words[text]
            lines = [line.strip(_OUTER) for line in text.split("\n")] if self.form is Form.LINES else [text]
            if any(map(_says_none, lines)):
                return Unread("none_impossible", {"value": raw})
            if self.form is Form.LINES:
                return [_plain(line) for line in lines if line]
            if self.form in (Form.TEXT, Form.NOTE):
                return _plain(text)
            if self.form is Form.DAY and _is_day(text):
                return text
        elif self.form is Form.DAY and isinstance(raw, datetime.datetime):
            return raw.date().isoformat()
        elif self.form is Form.COUNT and type(raw) is int:
            return raw
        return otherwise(raw)


def _escaped(text: str) -> str:
    return ESCAPE + text if _is_special(text) else text


def _plain(text: str) -> str:
    return text.removeprefix(ESCAPE) if _is_special(text) else text


def _is_special(text: str) -> bool:
    """Whether a cell says something else than this text, or would do so behind marks that are taken away."""
    core = text.lstrip(ESCAPE)
    return not core or core[0] == "'" or core[0].isspace() or _says_none(core)


def _says_none(text: str) -> bool:
    """Whatever the width and the case."""
    return text[:1] in _BRACKETS and len(text) < _LONGEST and fold(text) in _NONES


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
