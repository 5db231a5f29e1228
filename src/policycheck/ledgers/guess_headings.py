"""Headings that are known, and the fields that they stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import ryaml

from ..texts import LANGUAGES, texts
from .cells import ABSENT, Raw, Unread
from .mapping_files import ready_mappings
from .values import Options, reader
from .words import fold
from .workbook_columns import ExportColumn, Form, Role
from .workbook_sheets import columns_of

_MARKS = re.compile(r"^(?:[※*●■◆□○]|\([0-9]{1,2}\)|[0-9]{1,2}[.)])+|(?:[※*][0-9]?)+$|[_-]|[:：]$")
"""What headings begin or end with, and it says nothing: numbers, signs of footnotes. An English name has other spaces."""
_BRACKETS = re.compile(r"[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]")
_FOOTNOTE = re.compile(r"(?:[※*]|注)?[0-9]*")
_PART = 0.9
_REMARK = 0.95
_GROUPED = 0.8
_LEAST_SHARE = 0.34
_LEAST_NEAR = 0.75
_LEAST_NAMED = 0.5
_TELLING = 6
"""Characters of a name that say enough: a short one may stand in a longer one that means something else."""


class Match(NamedTuple):
    """The fields that a heading may stand for, and how much alike it and a known heading are, from 0 to 1. `exact` tells
    whether it says the same as a known heading, and nothing else."""

    fields: tuple[str, ...]
    likeness: float
    exact: bool


class _Use(NamedTuple):
    """A heading in a ready mapping, and the words under it that have a meaning of their own."""

    kind: str
    field: str
    heading: str
    makes_id: bool
    meanings: Mapping[str, object]


NOTHING = Match((), 0, exact=False)


class KnownHeadings:
    """The headings of all kinds: the titles and names of fields in the schemas, and the headings in the ready mappings."""

    def __init__(self, schemas: Mapping[str, Any], kinds: Sequence[str]) -> None:
        """`schemas` are those by name. A kind that needs what no cell can hold is left out."""
        fields: dict[str, dict[str, ExportColumn]] = {
            kind: {".".join(own.path): own for own in columns_of(kind, schemas) if own.role is Role.FIELD}
            for kind in kinds
        }
        self.columns = {kind: own for kind, own in fields.items() if own.keys() >= set(schemas[kind]["required"])}
        self._schemas = schemas
        self._known: dict[str, dict[str, dict[str, float]]] = {kind: defaultdict(dict) for kind in self.columns}
        self._written: set[str] = set()
        self._names: dict[str, set[str]] = {
            kind: {fold(name) for name in (kind, schemas[kind]["title"], *(texts(one).kind(kind) for one in LANGUAGES))}
            for kind in self.columns
        }
        for kind, columns in self.columns.items():
            for field, column in columns.items():
                for title in column.titles.values():
                    self._learn(kind, field, title, 1)
                inner = column.titles["ja"].rpartition(" / ")[2]
                self._learn(kind, field, inner, _PART)
        self.parts: dict[str, dict[str, None]] = {kind: {} for kind in self.columns}
        """By kind, the fields of which ready mappings make ids."""
        self.given: dict[tuple[str, bool], Mapping[str, object]] = {}
        """By kind, and whether rows are events, what ready mappings say of all rows."""
        self._meanings: dict[tuple[str, str, str], dict[str, object]] = defaultdict(dict)
        self._learn_mappings()

    def _learn_mappings(self) -> None:
        """A heading that several kinds have for one and the same field, other kinds have for it, too."""
        uses: dict[str, dict[str, str]] = defaultdict(dict)
        for use in _of_mappings(self._names, self.given):
            if use.field in self.columns.get(use.kind, ()):
                self._learn(use.kind, use.field, use.heading, 1)
                uses[use.heading][use.kind] = use.field
                if use.makes_id:
                    self.parts[use.kind][use.field] = None
                own = self._meanings[use.kind, use.field, bare(use.heading)]
                own |= {word: value for word, value in use.meanings.items() if fold(word) not in map(fold, own)}
        for heading, fields in uses.items():
            if len(fields) > 1 and len(set(fields.values())) == 1:
                field = next(iter(fields.values()))
                for kind, columns in self.columns.items():
                    if field in columns:
                        self._learn(kind, field, heading, _PART)

    def _learn(self, kind: str, field: str, heading: str, weight: float) -> None:
        known = self._known[kind][bare(heading)]
        known[field] = max(weight, known.get(field, 0))
        self._written.add(fold(heading))

    def knows(self, heading: str) -> bool:
        """Whether a heading says something of any kind."""
        lines = [bare(line) for line in heading.split(" / ")]
        return any(text in known for known in self._known.values() for text in (*lines[-1:], bare(heading)) if text)

    def exact(self, kind: str, heading: str) -> Match:
        """What a heading of a table of this kind says, if it is known. Lines of a heading are parted by “ / ”: if all of it
        is not known, the last of them decides, and that is less sure. The very name of a field goes before other uses of the
        word."""
        if heading in self.columns[kind]:
            return Match((heading,), 1, exact=True)
        lines = [line for line in heading.split(" / ") if bare(line)]
        for start, weight in ((0, 1.0), (len(lines) - 1, _GROUPED)):
            said = "/".join(lines[start:])
            if found := self._known[kind].get(bare(said)):
                best = max(found.values())
                likeness = best * weight * (1 if fold(said) in self._written else _REMARK)
                return Match(tuple(name for name, one in found.items() if one == best), likeness, exact=True)
        return NOTHING

    def meanings(self, kind: str, field: str, heading: str) -> Mapping[str, object]:
        """What words under a heading mean as a field, according to the ready mappings."""
        return self._meanings.get((kind, field, bare(heading.rpartition(" / ")[2]))) or self._meanings.get(
            (kind, field, bare(heading)), {}
        )

    def is_value(self, heading: str, raw: Raw) -> bool:
        """Whether a cell says something of a field that the heading stands for; of what may be any text it never does."""
        for kind, columns in self.columns.items():
            for field in self.exact(kind, heading).fields:
                if columns[field].form in (Form.WORD, Form.DAY, Form.COUNT):
                    value = reader(columns[field].node, self._schemas, Options(self.meanings(kind, field, heading)))(
                        raw
                    )
                    if not (value is ABSENT or isinstance(value, Unread)):
                        return True
        return False

    def near(self, kind: str, heading: str) -> Match:
        """The known heading that is most like one that is not known. That is never sure: “not encrypted” is like
        “encrypted”."""
        own, best = bare(heading), NOTHING
        for known, fields in self._known[kind].items():
            shorter, longer = sorted((own, known), key=len)
            if len(shorter) > 1 and shorter in longer:
                share = len(shorter) / len(longer)
                likeness = 0.3 + 0.3 * share if share >= _LEAST_SHARE else 0
            else:
                matcher = SequenceMatcher(None, known, own, autojunk=False)
                if matcher.real_quick_ratio() < _LEAST_NEAR or matcher.quick_ratio() < _LEAST_NEAR:
                    continue
                ratio = matcher.ratio()
                likeness = 0.6 * ratio if ratio >= _LEAST_NEAR else 0
            if likeness > best.likeness:
                best = Match(tuple(fields), likeness, exact=False)
        return best

    def named(self, kind: str, names: Sequence[str]) -> float:
        """How much the name of a file or a sheet, or a title, sounds like a kind, from 0 to 1."""
        found = 0.0
        for name in map(fold, names):
            for known in self._names[kind]:
                size = SequenceMatcher(None, name, known, autojunk=False).find_longest_match().size
                if size >= _LEAST_NAMED * len(known):
                    found = max(found, size / len(known) * min(1, size / _TELLING))
        return found


@lru_cache(maxsize=1 << 14)
def bare(heading: str) -> str:
    """A heading folded, without the signs and remarks that say nothing."""
    text = _BRACKETS.sub(lambda found: "" if _says_nothing(found[1]) else found[0], fold(heading))
    text = _MARKS.sub("", text)
    for word in said_by_rows("harmless"):
        if len(text) > len(word) and text.endswith(word) and "無" in word:
            return text.removesuffix(word)
    return text


def tells_of_events(heading: str) -> bool:
    """Whether it is a heading of what happened, not of what there is."""
    return bare(heading.rpartition(" / ")[2]) in said_by_rows("events")


def _says_nothing(remark: str) -> bool:
    return bool(_FOOTNOTE.fullmatch(remark)) or remark in said_by_rows("harmless")


@cache
def said_by_rows(name: str) -> tuple[str, ...]:
    """The words of this name, folded, the longest first."""
    data = ryaml.loads((Path(__file__).parent / "guess_headings.yaml").read_text("utf-8"))
    return tuple(sorted(map(fold, data[name]), key=len, reverse=True))


def _of_mappings(names: Mapping[str, set[str]], given: dict[tuple[str, bool], Mapping[str, object]]) -> Iterator[_Use]:
    """The headings in the ready mappings, whose titles become names of their kinds, and what they say of all rows."""
    for path in ready_mappings().values():
        mapping = ryaml.loads(path.read_text("utf-8"))
        kinds = {table["kind"] for table in mapping["tables"]}
        for table in mapping["tables"]:
            kind = table["kind"]
            if len(kinds) == 1:
                names[kind].update(fold(title) for title in mapping.get("title", {}).values())
            if "set" in table:
                given[kind, table.get("log", False)] = table["set"]
            if "name" in table:
                names[kind].add(fold(table["name"]))
            for written, rule in table["columns"].items():
                own = rule if isinstance(rule, dict) else {"field": rule}
                for heading in written.split(" | ") if own["field"] else ():
                    makes_id = f"{{{heading}}}" in table.get("id", "")
                    yield _Use(kind, own["field"], heading, makes_id, own.get("values", {}))
