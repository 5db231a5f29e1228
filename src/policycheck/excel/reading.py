"""Reading what people wrote into an Excel workbook: its cells, and nothing that runs."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UsageError

_LARGEST = 1 << 28
"""Bytes of a workbook, packed or unpacked."""
_PARTS = 10_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_BROKEN = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # of XML, too
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the reader raises, and the archive under it, where a file is no workbook."""


class Cell(NamedTuple):
    """`flaw` is the key of the problem with a cell that has no value to be used."""

    place: str
    value: object
    flaw: str | None = None


class Workbook(NamedTuple):
    """The names of all sheets, and the rows of those that were asked for. `standard` is what policycheck noted in a
    workbook of its own."""

    names: list[str]
    rows: dict[str, list[list[Cell]]]
    standard: str | None


def read_workbook(path: Path, wanted: Callable[[str], bool]) -> Workbook:
    """The workbook in a file, with the rows of the sheets whose names are wanted.

    Raises UsageError for what is no workbook, and for one that is encrypted or unpacks to too much.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError("unreadable_workbook", file=path, reason=error.strerror) from None
    if content.startswith(_OLE):
        raise UsageError("encrypted_workbook" if _ENCRYPTED in content else "old_workbook", file=path)
    if len(content) > _LARGEST:
        raise UsageError("huge_workbook", file=path, limit=_LARGEST >> 20)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
        if len(parts) > _PARTS or sum(part.file_size for part in parts) > _LARGEST:
            raise UsageError("huge_workbook", file=path, limit=_LARGEST >> 20)
        return _read(content, wanted)
    except _BROKEN as error:
        raise UsageError("no_workbook", file=path, reason=f"{type(error).__name__}: {error}") from None


def _read(content: bytes, wanted: Callable[[str], bool]) -> Workbook:
    """Read twice: once for what formulas gave when the workbook was saved, once to know which cells are formulas."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about looks and extensions that are not read
        values, formulas = (
            openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)
            for data_only in (True, False)
        )
        names = [sheet.title for sheet in values.worksheets]
        rows = {name: list(_rows(values[name], formulas[name])) for name in names if wanted(name)}
        noted = {entry.name: entry.value for entry in values.custom_doc_props.props}
    standard = noted.get("policycheck.standard")
    return Workbook(names, rows, None if standard is None else str(standard))


def _rows(values: Any, formulas: Any) -> Iterator[list[Cell]]:
    """The rows, none shorter than the first."""
    from openpyxl.utils import get_column_letter

    for sheet in (values, formulas):
        sheet.reset_dimensions()  # which not every program notes as they are
    width = 0
    for number, (told, given) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), 1):
        row = []
        for position, (cell, source) in enumerate(zip(told, given, strict=True), 1):
            flaw = None
            if cell.data_type == "e":
                flaw = "cell_error"
            elif source.data_type == "f" and cell.value is None:
                flaw = "cell_formula"
            row.append(Cell(f"{get_column_letter(position)}{number}", cell.value, flaw))
        width = width or len(row)
        row += (Cell(f"{get_column_letter(position)}{number}", None) for position in range(len(row) + 1, width + 1))
        yield row
