"""Reading what people wrote into an Excel workbook: its cells, and nothing that runs."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..inventory.discovery import name_of
from .formats import BUILTIN, Format, format_of
from .package import Package, Unsafe, content_of, safe_parser, sound
from .rows import Book, unescaped
from .sheets import ExcelSheet

_SHEETS = 1000
_STYLES = 1 << 16
_STRINGS = 1 << 22
"""More than two million cells with a text of their own each."""


class Workbook(NamedTuple):
    """The sheets that hold cells. `noted` are its custom properties, by name; `macros` and `links` say
    that there are macros, and values from other workbooks as they were when this one was saved."""

    sheets: list[ExcelSheet]
    noted: Mapping[str, str]
    macros: bool
    links: bool


def open_workbook(path: Path) -> Workbook:
    """The workbook in a file, whose bytes are held in memory; its sheets are read when they are asked for rows.

    Raises LedgerError for what is no workbook, for one that is encrypted or damaged, and for one that unpacks to too much.
    """
    content, file = content_of(path), name_of(path)
    with sound(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about looks and extensions that are not read
        return _open(content, file)


def _open(content: bytes, file: str) -> Workbook:
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.xml.functions import fromstring

    package = Package(content, file)
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.archive = package
    reader.read_manifest()
    reader.read_workbook()
    reader.read_custom()
    parser: Any = reader.parser
    properties: Any = reader.wb.custom_doc_props
    parts = {rel.Type.rpartition("/")[2]: rel.target for rel in parser.rels.values()}
    calculation = fromstring(package.read(parser.workbook_part_name)).find("{*}calcPr")
    book = Book(
        file,
        package,
        _Strings(package, parts["sharedStrings"]).strings if "sharedStrings" in parts else [],
        _Styles(package, parts["styles"]).formats if "styles" in parts else [format_of("General")],
        "1904" if reader.wb.epoch.year == 1904 else "1900",
        calculation is None or calculation.get("fullCalcOnLoad", "0") not in ("1", "true"),
    )
    names: set[str] = set(package.namelist())
    sheets = []
    for sheet, rel in parser.find_sheets():
        if rel.Type.endswith("/worksheet"):
            if rel.target not in names:
                raise LedgerError("no_sheet_part", file=file, sheet=sheet.name)
            sheets.append(ExcelSheet(book, sheet.name, rel.target, hidden=sheet.state != "visible"))
    if not sheets or len(sheets) > _SHEETS or len({sheet.name.casefold() for sheet in sheets}) < len(sheets):
        raise Unsafe("odd_sheets", count=len(sheets), limit=_SHEETS)
    noted = {str(entry.name): str(entry.value) for entry in properties.props}
    macros = any(name.endswith("vbaProject.bin") or "/macrosheets/" in name for name in names)
    return Workbook(sheets, noted, macros, "externalLink" in parts)


class _Strings:
    """The texts that cells name by their numbers, without the readings above the characters."""

    def __init__(self, package: Package, part: str) -> None:
        self.strings: list[str] = []
        self._part, self._phonetic, self._depth = part, 0, 0
        self._pieces: list[str] = []
        self._texts: list[str] = []
        _parse(package, part, self, self._pieces)

    def start(self, tag: str, _attributes: Any) -> None:
        self._depth += 1
        if self._depth > 10:
            raise Unsafe("part_too_deep", part=self._part)
        self._phonetic += tag.endswith(" rPh")
        self._pieces.clear()

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag.endswith(" t") and not self._phonetic:
            self._texts += self._pieces
        elif tag.endswith(" si"):
            self.strings.append(unescaped("".join(self._texts)))
            self._texts.clear()
            if len(self.strings) > _STRINGS:
                raise Unsafe("part_too_long", part=self._part, limit=_STRINGS)
        elif tag.endswith(" rPh"):
            self._phonetic -= 1


class _Styles:
    """The number formats of cells by the numbers of their styles."""

    def __init__(self, package: Package, part: str) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        self.formats: list[Format] = []
        self._codes: dict[int, str] = {**BUILTIN_FORMATS, **BUILTIN}
        self._inside = False
        self._part, self._depth = part, 0
        _parse(package, part, self, [])

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 100:
            raise Unsafe("part_too_deep", part=self._part)
        if len(self.formats) > _STYLES:
            raise Unsafe("part_too_long", part=self._part, limit=_STYLES)
        name = tag.rpartition(" ")[2]
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = int(attributes.get("numFmtId", 0))
            self.formats.append(format_of(self._codes.get(number, f'"numFmtId {number}"')))

    def end(self, tag: str) -> None:
        self._depth -= 1
        if tag.endswith(" cellXfs"):
            self._inside = False


def _parse(package: Package, part: str, target: Any, pieces: list[str]) -> None:
    parser = safe_parser(part, target)
    parser.CharacterDataHandler = pieces.append
    for chunk in package.chunks(part):
        parser.Parse(chunk)
    parser.Parse(b"", True)
