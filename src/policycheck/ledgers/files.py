"""A file that people keep → its sheets."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ..errors import UsageError
from ..inventory.discovery import name_of
from .cells import Sheet

EXCEL = (".xlsx", ".xlsm")
SEPARATED = (".csv", ".tsv", ".txt")
JSON = (".json", ".ndjson", ".jsonl")


class Ledger(NamedTuple):
    """The sheets of a file. `notices` are what its reader is to be told, as the keys of texts and their
    facts."""

    file: str
    sheets: list[Sheet]
    notices: list[tuple[str, dict[str, object]]]


def open_ledger(
    path: Path, *, encoding: str | None = None, rows_at: str | None = None, separator: str | None = None
) -> Ledger:
    """The ledger in a file, by the suffix of its name. `encoding` is that of a text file or of JSON, `separator` that of a
    text file, each detected if it is not given; `rows_at` is the dotted path to the entries in JSON.

    Raises UsageError for another type of file, and for what does not go with the type; LedgerError, now or while rows are
    read, for a file that cannot be read as a whole and for sure.
    """
    file, suffix = name_of(path), path.suffix.lower()
    if suffix not in EXCEL + SEPARATED + JSON:
        raise UsageError("no_ledger_type", file=file, known=[*EXCEL, *SEPARATED, *JSON])
    if encoding and suffix in EXCEL:
        raise UsageError("encoding_of_workbook", file=file)
    if rows_at and suffix not in JSON:
        raise UsageError("rows_at_without_json", file=file)
    if suffix in EXCEL:
        return _workbook(path, file)
    if suffix in JSON:
        from .json_rows import JsonSheet

        return Ledger(file, [JsonSheet(path, rows_at, encoding)], [])
    from .separated import SeparatedSheet

    sheet = SeparatedSheet(path, encoding, separator)
    key = "ledger.detected" if sheet.detected else "ledger.read_as"
    return Ledger(file, [sheet], [(key, {"file": file, **sheet.read_as})])


def _workbook(path: Path, file: str) -> Ledger:
    from ..excel.reading import open_workbook

    workbook = open_workbook(path)
    hidden = [sheet.name for sheet in workbook.sheets if sheet.hidden]
    notices: list[tuple[str, dict[str, object]]] = []
    if workbook.macros:
        notices.append(("ledger.macros", {"file": file}))
    if workbook.links:
        notices.append(("ledger.links", {"file": file}))
    if hidden:
        notices.append(("ledger.hidden", {"file": file, "sheets": hidden}))
    return Ledger(file, list[Sheet](workbook.sheets), notices)
