"""The inventory as a workbook that people correct and that is read back: a sheet a kind, a row a resource."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from ..errors import LedgerError, PolicycheckError
from ..excel.writing import CHARACTERS, ROWS, Book, Column, Table, Value
from ..inventory import read_inventory
from ..inventory.columns import Wanted
from ..inventory.discovery import find_files
from ..inventory.documents import Entry, read_entries, read_lines
from ..inventory.reading import Reader
from ..inventory.schemas import Schemas
from ..inventory.sources import Part, Source, cut, read_source
from ..jobs.local import Here
from ..model import Fields, InputFile, Inventory, Problem
from ..spool import no_room, temporary_folder
from ..texts import Texts
from .places import NOTED
from .workbook_columns import EARLIEST, FORMAT, ExportColumn, Form, Role
from .workbook_guide import write_guide
from .workbook_sheets import ExportSheet, sheets_of

_BLOCK = 1 << 20
_WIDTHS = {Form.TEXT: 22, Form.NOTE: 30, Form.LINES: 24, Form.DAY: 13, Form.COUNT: 11, Form.WORD: 13}
_LONGEST_LIST = 255
"""Characters of the words in a drop-down of Excel, with the commas between them."""


class Exported(NamedTuple):
    """How many resources of each kind there are, and the workbook, block by block. With problems it is empty: what a
    part of the inventory would leave out were lost when it is read back."""

    problems: list[Problem]
    kinds: Mapping[str, int]
    content: Iterable[bytes]


class Filed(NamedTuple):
    """A valid entry, and the name of the file in which it stands."""

    entry: Entry
    file: str


def export_workbook(
    paths: Sequence[str | PurePath],
    schemas: Mapping[str, Any],
    texts: Texts,
    as_of: datetime.date,
    *,
    all_kinds: bool = False,
) -> Exported:
    """The inventory at the paths as a workbook in the language of the texts; the same inventory gives the same bytes. With
    `all_kinds` there is a sheet for kinds without resources, too, even where there is no inventory. A group of fields of
    which none is known is not told from one that is left out.

    Reading the content raises LedgerError where a cell or a sheet cannot hold what it should, and PolicycheckError where a
    file has changed since the call.
    """
    known = Schemas(schemas)
    found = find_files(paths)
    with Here() as jobs:
        inventory = read_inventory(paths, found, Reader(known, Wanted()), jobs).inventory
    problems = [problem for problem in inventory.problems if not (all_kinds and problem.key == "nothing_to_check")]
    if problems:
        return Exported(problems, {}, ())
    kinds = {kind: inventory.kinds[kind] for kind in known.kinds.values() if all_kinds or inventory.kinds[kind]}
    sheets = [sheet for kind in kinds for sheet in sheets_of(kind, schemas)]
    entries = entries_of(found.files, inventory.files, known)
    return Exported([], kinds, _content(sheets, entries, inventory, texts, as_of))


def entries_of(sources: Sequence[Source], files: Sequence[InputFile], schemas: Schemas) -> Iterator[Filed]:
    """The entries of an inventory that was read without problems, in its order. Raises PolicycheckError where a file is
    not any more what it was then."""
    wanted = {file.path: file.sha256 for file in files}
    whole = hashlib.sha256()
    for part in cut(sources):
        for source in part.sources:
            content = _read(source, part)
            if not part.start:
                whole = hashlib.sha256()
            whole.update(content)
            last = part.end is None or part.end == source.size
            if last and whole.hexdigest() != wanted[source.name]:
                raise PolicycheckError("changed_between")
            found = (
                read_entries(source.name, content, schemas.kinds)
                if part.end is None
                else read_lines(source.name, content, schemas.kinds)
            )
            for one in found:
                if isinstance(one, Entry):
                    yield Filed(one, source.name)


def _read(source: Source, part: Part) -> bytes:
    try:
        return read_source(source, part.start, part.end)
    except OSError:
        raise PolicycheckError("changed_between") from None


def _content(
    sheets: Sequence[ExportSheet], entries: Iterator[Filed], inventory: Inventory, texts: Texts, as_of: datetime.date
) -> Iterator[bytes]:
    from xlsxwriter.exceptions import FileCreateError

    with temporary_folder() as folder:
        file = folder / "book.xlsx"
        book = Book(file, texts, datetime.datetime.combine(as_of, datetime.time()), texts("export.title"))
        book.file.set_custom_property("policycheck.export", FORMAT, "text")
        for number, one in enumerate(inventory.files, 1):
            book.file.set_custom_property(f"policycheck.file.{number}", one.path[-NOTED:], "text")
            book.file.set_custom_property(f"policycheck.sha256.{number}", one.sha256, "text")
        for number, sheet in enumerate(sheets, 1):
            book.file.set_custom_property(f"policycheck.sheet.{number}", sheet.titles[texts.language], "text")
        guide = book.sheet(texts("export.guide"))
        writer = _Writer(book, sheets)
        for filed in entries:
            writer.add(filed)
        counts = writer.close()
        write_guide(book, guide, counts, inventory.files, as_of)
        try:
            book.close()
        except FileCreateError as error:
            raise no_room(error.args[0], str(folder)) from None
        yield from _blocks(file)


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as whole:
        while block := whole.read(_BLOCK):
            yield block


class _Writer:
    """Writes each entry into the sheets of its kind, and counts their rows."""

    def __init__(self, book: Book, sheets: Sequence[ExportSheet]) -> None:
        self._book = book
        self._language = book.texts.language
        self._tables: dict[str, list[tuple[ExportSheet, Table]]] = {}
        self._rows = Counter({sheet.titles[self._language]: 0 for sheet in sheets})
        for sheet in sheets:
            others = {other.field: other.titles[self._language] for other in sheets if other.kind == sheet.kind}
            columns = [self._column(column, others) for column in sheet.columns]
            table = Table(book, sheet.titles[self._language], columns, frozen=1)
            self._tables.setdefault(sheet.kind, []).append((sheet, table))

    def add(self, filed: Filed) -> None:
        for sheet, table in self._tables[filed.entry.kind]:
            title = sheet.titles[self._language]
            for key, fields in _members(sheet, filed.entry.fields):
                self._rows[title] += 1
                if self._rows[title] >= ROWS:
                    raise LedgerError("sheet_full", sheet=title, limit=ROWS - 1)
                table.add([self._value(column, fields, key, filed) for column in sheet.columns])

    def close(self) -> Mapping[str, int]:
        for _, table in chain.from_iterable(self._tables.values()):
            table.close("")
        return self._rows

    def _value(self, column: ExportColumn, fields: Fields, key: str, filed: Filed) -> Value:
        match column.role:
            case Role.FILE:
                return filed.file
            case Role.PARENT:
                value = filed.entry.fields["id"]
            case Role.KEY:
                value = key
            case Role.ELSEWHERE:
                value = [] if _at(fields, column.path) == [] else _UNKNOWN
            case Role.FIELD:
                value = _at(fields, column.path)
        if value is _UNKNOWN:
            return ""
        cell = column.to_cell(value, self._language)
        if isinstance(cell, str) and self._book.clean(cell) != cell:
            entry = filed.entry
            kind, field = self._book.texts.kind(entry.kind), column.titles[self._language]
            place = {"file": filed.file, "line": entry.lines(entry.path) or 0, "limit": CHARACTERS}
            raise LedgerError("cell_cannot_hold", kind=kind, id=entry.fields["id"], field=field, **place)
        return cell

    def _column(self, column: ExportColumn, others: Mapping[tuple[str, ...], str]) -> Column:
        texts = self._book.texts
        words = list(column.words[self._language])
        listed, form = "", ""
        if column.form is Form.WORD:
            listed = texts("export.allowed", words=words)
        elif words:
            listed = texts("export.none_format", word=words[0])
        if column.role is Role.ELSEWHERE:
            form = texts("export.elsewhere_format", sheet=others[column.path])
        elif column.form in _FORMATS:
            form = texts(f"export.{_FORMATS[column.form]}")
        empty = texts("export.required" if column.required else "export.empty") if column.role is not Role.FILE else ""
        parts = [".".join(column.path), column.helps[self._language], form, listed, empty]
        look, below = ("date", "below_date") if column.form is Form.DAY else ("text", "below_text")
        note = "\n".join(filter(None, parts))
        title, width = column.titles[self._language], _WIDTHS[column.form]
        return Column(title, width, look, below, _allowed(column, words, note), note)


_UNKNOWN = object()
_FORMATS = {Form.DAY: "day_format", Form.COUNT: "count_format", Form.LINES: "lines_format"}


def _allowed(column: ExportColumn, words: Sequence[str], told: str) -> Mapping[str, Any] | None:
    """What Excel offers and refuses. It offers a word where something else may stand, too; what is read back is more than
    what it lets in."""
    error = {"error_message": told[:_LONGEST_LIST]}
    if words and len(",".join(words)) <= _LONGEST_LIST:
        return {"validate": "list", "source": words, "show_error": column.form is Form.WORD, **error}
    if column.form is Form.DAY:
        return {"validate": "date", "criteria": ">=", "value": EARLIEST, "error_type": "warning", **error}
    if column.form is Form.COUNT:
        bounds = {"minimum": column.node["minimum"], "maximum": column.node["maximum"]}
        return {"validate": "integer", "criteria": "between", **bounds, **error}
    return None


def _members(sheet: ExportSheet, fields: Fields) -> Iterator[tuple[str, Fields]]:
    """What an entry has a row for in the sheet, and under which name."""
    if not sheet.field:
        yield "", fields
        return
    held = _at(fields, sheet.field)
    if isinstance(held, dict):
        yield from held.items()
    elif isinstance(held, list):
        yield from (("", member) for member in held)


def _at(fields: Any, path: Sequence[str]) -> Any:
    for name in path:
        fields = fields.get(name, _UNKNOWN) if isinstance(fields, dict) else _UNKNOWN
    return fields
