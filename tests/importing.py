"""Ledgers for the tests of importing, and what comes of them."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest
import yaml
from click.testing import Result
from conftest import AS_OF, Run

Rows: TypeAlias = Sequence[Sequence[object]]
Fields: TypeAlias = dict[str, Any]

HEADINGS = ["番号", "名称", "暗号化", "ウイルスチェック日"]
COLUMNS: Fields = {"番号": "id", "名称": "name", "暗号化": "encrypted", "ウイルスチェック日": "virus_checked_on"}
"""Of a small register of USB media."""

REGISTER: Rows = [HEADINGS, ["U-1", "福祉用", "○", "R5.9.29"], ["Ｕ－２", "㈱髙橋①", "×", "2023/10/1"]]


def mapping_of(*tables: Fields, **given: Any) -> str:
    """The text of a mapping; without tables, of one for the small register."""
    whole = {"department": "福祉課", "tables": list(tables) or [{"kind": "usb_medium", "columns": COLUMNS}]} | given
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def usb(**given: Any) -> Fields:
    """A table of a mapping for the small register, in which something is different."""
    return {"kind": "usb_medium", "columns": COLUMNS, **given}


def put_csv(path: Path, rows: Rows, codec: str = "utf-8", separator: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(codec))
    return path


def put_book(path: Path, *merged: str, **sheets: Rows) -> Path:
    """A workbook; the merged cells are those of its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for area in merged:
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def entries(file: Path) -> dict[str, Fields]:
    """The entries of an inventory file by id, without the department of the file and the places they come from."""
    if file.suffix == ".ndjson":
        listed = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    else:
        whole = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader) or {}
        listed = [entry for section in whole.values() if isinstance(section, list) for entry in section]
    return {entry["id"]: {k: v for k, v in entry.items() if k not in ("id", "imported_from")} for entry in listed}


def cells(file: Path) -> dict[str, str]:
    """Where the entries of an inventory file come from, by id."""
    whole = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        entry["id"]: entry["imported_from"]["cell"]
        for section in whole.values()
        if isinstance(section, list)
        for entry in section
    }


Import: TypeAlias = Callable[..., Result]


def importer(run: Run, folder: Path) -> Import:
    """Imports files of a folder into `inventory` in it, by the text of a mapping."""

    def importing(*files: object, mapping: str | None = None, **settings: Any) -> Result:
        made = folder / "mapping.yaml"
        made.write_text(mapping or mapping_of(), encoding="utf-8")
        given = [folder / file if isinstance(file, str) and not file.startswith("-") else file for file in files]
        more = ["--mapping", made, "--output", folder / "inventory", "--as-of", AS_OF.isoformat()]
        more += [part for name, value in settings.items() for part in _option(name, value)]
        return run("import", *given, *more)

    return importing


def _option(name: str, value: object) -> list[object]:
    flag = f"--{name.replace('_', '-')}"
    return [flag] if value is True else [flag, value]


def refused(result: Result, folder: Path, before: Mapping[str, bytes] | None = None) -> str:
    """What is told of an import that wrote nothing."""
    assert result.exit_code == 4, result.output
    assert not result.stdout
    assert contents(folder / "inventory") == (before or {})
    if not before:
        assert not (folder / "inventory").exists()
    assert "Traceback" not in result.stderr
    return result.stderr


def done(result: Result, code: int = 0) -> Result:
    """An import that was carried out."""
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code != code:
        pytest.fail(f"exit code {result.exit_code}: {result.output}")
    return result


class KilledError(BaseException):
    """In place of a signal that nobody can catch."""


def die_at(step: int, monkeypatch: pytest.MonkeyPatch, error: type[BaseException] = KilledError) -> None:
    """The process ends, or fails, before a file is moved into its place, after so many that were."""
    left, replace = [step], Path.replace

    def dying(source: Path, target: Path) -> Path:
        if not left[0]:
            raise error(28, "No space left on device")
        left[0] -= 1
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", dying)
