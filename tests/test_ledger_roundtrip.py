"""Exporting the inventory as a workbook, correcting it, and importing it again."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest
from conftest import AS_OF, ROOT, Run
from generated import KINDS, days, value_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from importing import REGISTER, contents, die_at, done, importer, put_csv, refused
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from test_xlsx import converted

from policycheck.bundle import Bundle
from policycheck.errors import LedgerError
from policycheck.inventory.documents import Entry, read_entries
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.bring import Coming, Terms
from policycheck.ledgers.changes import What
from policycheck.ledgers.corrected import prepare_corrected
from policycheck.ledgers.export import export_workbook
from policycheck.ledgers.steps import write_steps
from policycheck.ledgers.workbook_columns import Form, Role
from policycheck.ledgers.workbook_import import read_exported
from policycheck.ledgers.workbook_sheets import ExportSheet, sheets_of
from policycheck.model import Problem
from policycheck.texts import LANGUAGES, texts

NODES = Bundle().schemas
SCHEMAS = Schemas(NODES)
SHEETS = {sheet.kind: sheet for kind in SCHEMAS.kinds.values() for sheet in sheets_of(kind, NODES) if not sheet.field}
Entries: TypeAlias = dict[tuple[str, str], dict[str, Any]]
AUDITS = sorted((ROOT / "tests" / "audits").rglob("inventory*"))


def export(book: Path, *paths: Path, lang: str = "ja") -> Path:
    found = export_workbook(list(paths), NODES, texts(lang), AS_OF)
    assert found.problems == []
    book.write_bytes(b"".join(found.content))
    return book


def read_back(book: Path, folder: Path, *, prefer: Any = None, delete_vanished: bool = False) -> list[Coming]:
    """Imports the workbook into the folder."""
    corrected = read_exported(book, NODES)
    assert corrected
    assert corrected.refusals == []
    terms = Terms(AS_OF, delete_vanished, prefer, "取込み")
    prepared = prepare_corrected(corrected, book, folder, SCHEMAS, terms)
    assert prepared.refusals == []
    write_steps(prepared.steps)
    return prepared.coming


def told(coming: list[Coming]) -> list[tuple[What, str, str | None]]:
    return [(one.what, one.key[1], one.field) for own in coming if own.changes for one in own.changes.differences]


def entries_in(folder: Path) -> Entries:
    """What the files in a folder hold, but for where it was imported from, and for groups of which no field is known."""
    found: Entries = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".yaml", ".yml", ".json", ".ndjson") and ".policycheck" not in path.parts:
            for one in read_entries(path.name, path.read_bytes(), SCHEMAS.kinds):
                assert not isinstance(one, Problem)
                if isinstance(one, Entry):
                    bare = {name: value for name, value in one.fields.items() if name != "imported_from"}
                    found[one.kind, one.fields["id"]] = _known(bare)
    return found


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    made = {name: _known(value) if isinstance(value, dict) else value for name, value in fields.items()}
    return {name: value for name, value in made.items() if value != {}}


def edit(book: Path, change: Callable[[Any], None]) -> None:
    opened = openpyxl.load_workbook(book)
    change(opened)
    opened.save(book)


def column_of(sheet: Any, title: str) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == title)


SMALL = """\
# 手で書いた
department: 福祉課
usb_media:
  - id: U-1  # 一本目
    name: 福祉用
    encrypted: true
    virus_checked_on: 2023-09-29
    imported_from: {file: 管理簿.xlsx, sheet: 管理簿, cell: A2}
  - {id: U-2, name: 予備}
systems:
  - id: S-1
    name: 公害
    sites: [東, 西]
    classification: "3"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a small inventory."""
    folder = tmp_path / "inventory"
    (folder / "sub").mkdir(parents=True)
    (folder / "福祉.yaml").write_text(SMALL, encoding="utf-8")
    line = '{"kind": "usb_medium", "id": "U-%d", "department": "税務課", "encrypted": false}\n'
    (folder / "sub" / "bulk.ndjson").write_text(line % 3 + line % 4, encoding="utf-8")
    return folder


# What was not corrected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [ROOT / "inventory", *AUDITS], ids=lambda path: "/".join(path.parts[-2:]))
def test_an_untouched_workbook_changes_nothing_and_makes_the_same_elsewhere(
    source: Path, language: str, tmp_path: Path
) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    for file in source.rglob("*") if source.is_dir() else [source]:
        if file.is_file() and file.suffix in (".yaml", ".yml", ".json", ".ndjson"):
            target = folder / file.relative_to(source if source.is_dir() else source.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    before = contents(folder)
    book = export(tmp_path / "book.xlsx", folder, lang=language)
    coming = read_back(book, folder, delete_vanished=True)
    assert told(coming) == []
    assert contents(folder) == before
    read_back(book, tmp_path / "other")
    assert entries_in(tmp_path / "other") == entries_in(folder)


def _inventories(draw: st.DrawFn) -> dict[str, Any]:
    dates = days(AS_OF)
    document: dict[str, Any] = {"department": "市民局"}
    for plural in draw(st.sets(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3)):
        made = value_of(KINDS[plural], dates).map(_holdable)
        document[plural] = draw(st.lists(made, max_size=4, unique_by=lambda entry: entry["id"]))
    return document


def _holdable(value: Any) -> Any:
    """A value without what no cell can hold; that exporting refuses it is shown elsewhere."""
    if isinstance(value, dict):
        return {_holdable(name): _holdable(one) for name, one in value.items()}
    if isinstance(value, list):
        return list(map(_holdable, value))
    return re.sub("[\x00-\x1f\ufffe\uffff]", "x", value) if isinstance(value, str) else value


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=st.composite(_inventories)(), language=st.sampled_from(LANGUAGES))
def test_any_inventory_comes_back_as_it_was(
    document: dict[str, Any], language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("city")
    (folder / "in").mkdir()
    (folder / "in" / "a.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    found = export_workbook([folder / "in"], NODES, texts(language), AS_OF)
    assume(not found.problems and any(document[name] for name in document if name != "department"))
    book = export(folder / "book.xlsx", folder / "in", lang=language)
    before = contents(folder / "in")
    coming = read_back(book, folder / "in", delete_vanished=True)
    assert told(coming) == []
    assert contents(folder / "in") == before
    read_back(book, folder / "new")
    assert entries_in(folder / "new") == entries_in(folder / "in")


# Corrections


EDITABLE = [
    (kind, column)
    for kind, sheet in SHEETS.items()
    for column in sheet.columns
    if column.role is Role.FIELD and column.path not in (("id",), ("department",)) and not column.required
]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the sample city."""
    return export(tmp_path_factory.mktemp("city") / "book.xlsx", ROOT / "inventory")


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_a_cell_that_is_changed_changes_its_field_and_nothing_else(
    city: Path, tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    folder = tmp_path_factory.mktemp("edit") / "inventory"
    shutil.copytree(ROOT / "inventory", folder)
    before = entries_in(folder)
    key = data.draw(st.sampled_from(sorted(before)))
    column = data.draw(st.sampled_from([column for kind, column in EDITABLE if kind == key[0]]))
    value = data.draw(value_of(dict(column.node), days(AS_OF)) | st.just(None), label=".".join(column.path))
    old: Any = before[key]
    for name in column.path:
        old = old.get(name) if isinstance(old, dict) else None
    nullable = "null" in str(column.node.get("type")) or "or_none" in str(column.node.get("$ref"))
    clears = value is None and not (nullable and column.words["ja"])
    assume((value != old) or (clears and old is not None))
    cell = None if clears else column.to_cell(value, "ja")
    assume(not any(ILLEGAL_CHARACTERS_RE.search(str(part)) for part in (value if isinstance(value, list) else [value])))
    book = folder.parent / "book.xlsx"
    book.write_bytes(city.read_bytes())

    def change(opened: Any) -> None:
        sheet = opened[SHEETS[key[0]].titles["ja"]]
        ids = column_of(sheet, next(c.titles["ja"] for c in SHEETS[key[0]].columns if c.path == ("id",)))
        row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, ids).value == key[1])
        changed = sheet.cell(row, column_of(sheet, column.titles["ja"]))
        changed.value = cell
        changed.data_type = "s" if isinstance(cell, str) else changed.data_type  # not a formula

    edit(book, change)
    coming = read_back(book, folder)
    expected = copy.deepcopy(before)
    inner = expected[key]
    for name in column.path[:-1]:
        inner = inner.setdefault(name, {})
    if clears:
        inner.pop(column.path[-1], None)
    else:
        inner[column.path[-1]] = value
    expected[key] = _known(expected[key])
    assert entries_in(folder) == expected
    wanted = [] if clears and old is None else [(What.UPDATED, key[1], ".".join(column.path))]
    assert told(coming) == wanted


def _sheet(opened: Any, kind: str) -> Any:
    return next(opened[title] for title in SHEETS[kind].titles.values() if title in opened.sheetnames)


def _title(kind: str, *path: str, role: Role = Role.FIELD) -> str:
    return next(c.titles["ja"] for c in SHEETS[kind].columns if c.path == path and c.role is role)


def test_an_entry_moves_to_the_file_that_its_row_names(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        place = column_of(sheet, _title("usb_medium", role=Role.FILE))
        for row in range(2, sheet.max_row + 1):
            if sheet.cell(row, 1).value in ("U-2", "U-3"):
                sheet.cell(row, place).value = {"U-2": "新規.yaml", "U-3": "福祉.yaml"}[sheet.cell(row, 1).value]

    before = entries_in(small)
    edit(book, change)
    coming = read_back(book, small)
    assert sorted(one for one in told(coming) if one[0] is not What.ADDED) == [
        (What.REFILED, "U-2", None),
        (What.REFILED, "U-3", None),
    ]
    assert entries_in(small) == before
    assert "U-2" in (small / "新規.yaml").read_text(encoding="utf-8")
    assert "U-3" in (small / "福祉.yaml").read_text(encoding="utf-8")
    assert "U-3" not in (small / "sub" / "bulk.ndjson").read_text(encoding="utf-8")
    assert "# 一本目" in (small / "福祉.yaml").read_text(encoding="utf-8")


def test_rows_are_added_and_what_is_deleted_is_asked_about_first(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == "U-2")
        sheet.delete_rows(row)
        last = sheet.max_row + 1
        for path, value in {
            ("id",): "U-9",
            ("department",): "市民課",
            ("encrypted",): "○",
            ("virus_checked_on",): "R5.9.29",
        }.items():
            sheet.cell(last, column_of(sheet, _title("usb_medium", *path))).value = value

    edit(book, change)
    coming = read_back(book, small)
    assert sorted(told(coming)) == [(What.ADDED, "U-9", None), (What.VANISHED, "U-2", None)]
    found = entries_in(small)
    assert found["usb_medium", "U-9"] == {
        "id": "U-9",
        "department": "市民課",
        "encrypted": True,
        "virus_checked_on": "2023-09-29",
    }
    assert ("usb_medium", "U-2") in found


def test_what_is_deleted_goes_where_that_is_asked(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)
    edit(book, lambda opened: _sheet(opened, "usb_medium").delete_rows(2))
    gone = set(entries_in(small))
    read_back(book, small, delete_vanished=True)
    gone -= set(entries_in(small))
    assert len(gone) == 1
    assert gone.pop()[0] == "usb_medium"


@pytest.mark.parametrize("path", [("encrypted",), ("name",), ("note",), ()], ids=str)
def test_a_column_that_is_deleted_says_nothing(path: tuple[str, ...], small: Path, tmp_path: Path) -> None:
    """That of the files, too: what was exported stays where it is."""
    book = export(tmp_path / "book.xlsx", small)
    title = _title("usb_medium", *path, role=Role.FIELD if path else Role.FILE)
    edit(book, lambda opened: _sheet(opened, "usb_medium").delete_cols(column_of(_sheet(opened, "usb_medium"), title)))
    before = contents(small)
    coming = read_back(book, small, delete_vanished=True)
    assert told(coming) == []
    assert contents(small) == before


def test_columns_may_be_in_another_order_and_sheets_may_be_missing(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        rows = [list(reversed(row)) for row in sheet.iter_rows(values_only=True)]
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value
        opened.remove(_sheet(opened, "system"))

    before = contents(small)
    edit(book, change)
    coming = read_back(book, small, delete_vanished=True)
    assert told(coming) == []
    assert contents(small) == before


MEMBERS = [sheet for kind in SCHEMAS.kinds.values() for sheet in sheets_of(kind, NODES) if sheet.field]
"""Sheets of what a resource has several of."""


def _name_of(sheet: ExportSheet) -> str:
    return ".".join((sheet.kind, *sheet.field))


def _member(sheet: ExportSheet, number: int) -> dict[str, Any]:
    """What a row of such a sheet holds."""
    made: dict[str, Any] = {}
    for column in sheet.columns:
        if column.role is Role.FIELD and (column.required or column.form in (Form.TEXT, Form.NOTE)):
            inner = made
            for name in column.path[:-1]:
                inner = inner.setdefault(name, {})
            words = [value for value in column.words["ja"].values() if value not in (None, [])]
            inner[column.path[-1]] = words[0] if words else "2023-09-29" if column.form is Form.DAY else f"v{number}"
    return made


@pytest.fixture
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ExportSheet, Path, Path]:
    """A sheet of what a resource has several of, a folder with such a resource, and its workbook."""
    sheet: ExportSheet = request.param
    keyed = any(column.role is Role.KEY for column in sheet.columns)
    plural = next(plural for plural, kind in SCHEMAS.kinds.items() if kind == sheet.kind)
    members: Any = {f"k{n}": _member(sheet, n) for n in (1, 2)} if keyed else [_member(sheet, n) for n in (1, 2)]
    entry: dict[str, Any] = {"id": "X-1"} | {
        column.path[0]: "2026-11-20" if column.form is Form.DAY else "x"
        for column in SHEETS[sheet.kind].columns
        if column.role is Role.FIELD and column.required and column.path[0] not in ("id", "department")
    }
    inner = entry
    for name in sheet.field[:-1]:
        inner = inner.setdefault(name, {})
    inner[sheet.field[-1]] = members
    folder = tmp_path / "inventory"
    folder.mkdir()
    document = {"department": "福祉課", plural: [entry]}
    (folder / "a.json").write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    return sheet, folder, export(tmp_path / "book.xlsx", folder)


@pytest.mark.parametrize(
    "listed",
    [sheet for sheet in MEMBERS if sheet.field[0] not in NODES[sheet.kind]["required"]],
    ids=_name_of,
    indirect=True,
)
def test_a_sheet_of_several_that_is_deleted_says_nothing(listed: tuple[ExportSheet, Path, Path]) -> None:
    sheet, folder, book = listed
    before = contents(folder)
    assert told(read_back(book, folder)) == []
    edit(book, lambda opened: opened.remove(opened[sheet.titles["ja"]]))
    coming = read_back(book, folder)
    assert told(coming) == []
    assert contents(folder) == before


FAULTS = {
    Role.KEY: {"no key": None, "same key": "k1", "error in the key": "#REF!"},
    Role.PARENT: {"no parent": None, "unknown parent": "Y", "error in the parent": "#REF!"},
}


@pytest.mark.parametrize(
    ("listed", "role", "value"),
    [
        pytest.param(sheet, role, value, id=f"{_name_of(sheet)}-{fault}")
        for sheet in MEMBERS
        for role, faults in FAULTS.items()
        for fault, value in faults.items()
        if role in {column.role for column in sheet.columns}
    ],
    indirect=["listed"],
)
def test_a_row_of_several_that_belongs_nowhere_is_refused(
    listed: tuple[ExportSheet, Path, Path], role: Role, value: str | None, run: Run
) -> None:
    sheet, folder, book = listed
    title = next(column.titles["ja"] for column in sheet.columns if column.role is role)

    def change(opened: Any) -> None:
        own = opened[sheet.titles["ja"]]
        own.cell(3, column_of(own, title)).value = value

    edit(book, change)
    before = contents(folder)
    result = run("import", book, "--output", folder)
    assert result.exit_code == 4, result.output
    assert sheet.titles["ja"] in result.stderr
    assert not isinstance(result.exception, AttributeError)
    assert contents(folder) == before


# Files that were changed meanwhile


def _corrected_name(book: Path, name: str) -> None:
    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == "U-1")
        sheet.cell(row, column_of(sheet, _title("usb_medium", "name"))).value = name

    edit(book, change)


@pytest.mark.parametrize(("side", "name"), [("ledger", "表の名"), ("inventory", "手の名")])
def test_what_both_changed_is_asked_about(side: str, name: str, small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    file = small / "福祉.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("福祉用", "手の名"), encoding="utf-8")
    _corrected_name(book, "表の名")
    before = contents(small)
    result = run("import", book, "--output", small)
    assert result.exit_code == 4
    assert "! usb_medium/U-1 name" in result.stderr
    assert "--prefer" in result.stderr
    assert contents(small) == before
    done(run("import", book, "--output", small, "--prefer", side))
    assert entries_in(small)["usb_medium", "U-1"]["name"] == name
    assert "# 一本目" in file.read_text(encoding="utf-8")


def test_what_was_added_to_a_file_meanwhile_is_asked_about_and_stays(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)
    file = small / "福祉.yaml"
    new = "  - id: U-8\n    imported_from: {file: 管理簿.xlsx, sheet: 管理簿, cell: A9}\n"
    file.write_text(file.read_text(encoding="utf-8").replace("systems:\n", f"{new}systems:\n"), encoding="utf-8")
    before = contents(small)
    coming = read_back(book, small, delete_vanished=True)
    assert told(coming) == [(What.CONFLICT, "U-8", None)]
    coming = read_back(book, small, delete_vanished=True, prefer="inventory")
    assert told(coming) == [(What.VANISHED, "U-8", None)]
    assert contents(small) == before


def _deleted_by_hand(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  - {id: U-2, name: 予備}\n", ""), encoding="utf-8")


def _field_removed_by_hand(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("    encrypted: true\n", ""), encoding="utf-8")


def _row_deleted(book: Path, identity: str) -> None:
    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.delete_rows(next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == identity))

    edit(book, change)


STALE = {
    "an entry deleted by hand": (_deleted_by_hand, None, "usb_medium/U-2"),
    "a field removed by hand": (_field_removed_by_hand, None, "usb_medium/U-1 encrypted"),
    "a row deleted in the workbook": (_field_removed_by_hand, "U-2", "usb_medium/U-2"),
}


@pytest.mark.parametrize(("by_hand", "row", "conflict"), STALE.values(), ids=STALE)
def test_nothing_of_a_file_that_was_changed_meanwhile_is_changed_unasked(
    by_hand: Callable[[Path], None], row: str | None, conflict: str, small: Path, tmp_path: Path, run: Run
) -> None:
    book = export(tmp_path / "book.xlsx", small)
    by_hand(small / "福祉.yaml")
    if row:
        _row_deleted(book, row)
    before = contents(small)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--lang", language)
        assert result.exit_code == 4
        assert f"! {conflict}" in result.stderr
        assert f"{small / '福祉.yaml'}" in result.stderr
        assert "前回の取込み" not in result.stderr
        assert "last import" not in result.stderr
        assert contents(small) == before
    done(run("import", book, "--output", small, "--prefer", "inventory"))
    assert contents(small) == before
    exported = tmp_path / "exported"
    (exported / "sub").mkdir(parents=True)
    (exported / "福祉.yaml").write_text(SMALL, encoding="utf-8")
    (exported / "sub" / "bulk.ndjson").write_bytes((small / "sub" / "bulk.ndjson").read_bytes())
    done(run("import", book, "--output", small, "--prefer", "ledger", "--delete-vanished"))
    wanted = {key: fields for key, fields in entries_in(exported).items() if key[1] != row}
    assert entries_in(small) == wanted


def test_a_file_that_was_not_changed_is_taken_as_it_is_corrected_beside_one_that_was(
    small: Path, tmp_path: Path
) -> None:
    book = export(tmp_path / "book.xlsx", small)
    file = small / "sub" / "bulk.ndjson"
    file.write_bytes(file.read_bytes() + b"\n")
    _corrected_name(book, "表の名")
    assert told(read_back(book, small)) == [(What.UPDATED, "U-1", "name")]


def test_a_file_that_was_renamed_by_hand_is_not_undone(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    (small / "福祉.yaml").rename(small / "welfare.yaml")
    before = contents(small)
    result = run("import", book, "--output", small)
    assert result.exit_code == 4
    assert "! usb_medium/U-1 file" in result.stderr
    assert "福祉.yaml" in result.stderr
    done(run("import", book, "--output", small, "--prefer", "inventory"))
    assert contents(small) == before


def test_an_entry_of_a_file_that_was_deleted_by_hand_does_not_come_back_unasked(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)
    (small / "福祉.yaml").unlink()
    before = contents(small)
    assert {what for what, *_ in told(read_back(book, small))} == {What.CONFLICT}
    assert {what for what, *_ in told(read_back(book, small, prefer="inventory"))} == {What.LEFT_OUT}
    assert contents(small) == before


# What of a workbook is not read


def test_headings_are_found_below_a_title(small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)
    _corrected_name(book, "表の名")

    def change(opened: Any) -> None:
        for kind in ("usb_medium", "system"):
            _sheet(opened, kind).insert_rows(1, 2)
            _sheet(opened, kind).cell(1, 1).value = "令和8年度の台帳"

    edit(book, change)
    coming = read_back(book, small, delete_vanished=True)
    assert told(coming) == [(What.UPDATED, "U-1", "name")]


def test_a_sheet_without_its_headings_is_refused(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    edit(book, lambda opened: _sheet(opened, "usb_medium").delete_rows(1))
    before = contents(small)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--lang", language)
        assert result.exit_code == 4
        assert SHEETS["usb_medium"].titles["ja"] in result.stderr
        assert _title("usb_medium", "id") in result.stderr
        assert contents(small) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_that_was_exported_and_is_missing_is_told(lang: str, small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small, lang=lang)
    edit(book, lambda opened: opened.remove(_sheet(opened, "system")))
    before = contents(small)
    result = done(run("import", book, "--output", small, "--delete-vanished"))
    assert f"「{SHEETS['system'].titles[lang]}」がありません" in result.stderr
    assert contents(small) == before


def test_the_sheet_of_several_alone_says_nothing_of_the_kind(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "a.yaml").write_text("department: 市民局\ncontracts: [{id: c, contractor: 電算}]\n", encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    edit(book, lambda opened: opened.remove(_sheet(opened, "contract")))
    before = contents(folder)
    result = done(run("import", book, "--output", folder, "--delete-vanished"))
    assert SHEETS["contract"].titles["ja"] in result.stderr
    assert contents(folder) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_renamed_column_and_one_that_was_added_are_told(lang: str, small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small, lang=lang)
    title = next(c.titles[lang] for c in SHEETS["usb_medium"].columns if c.path == ("virus_checked_on",))

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.cell(1, column_of(sheet, title)).value = f"{title}x"
        sheet.cell(1, sheet.max_column + 1).value = "所見欄"

    edit(book, change)
    before = contents(small)
    for language in LANGUAGES:
        printed = done(run("import", book, "--output", small, "--lang", language)).stderr
        assert f"{title}x" in printed
        assert "所見欄" in printed
        assert printed.count(title) >= 3  # as it is, as it should be, and as missing
        assert "!A1" in printed
    assert contents(small) == before


def test_a_total_is_no_resource(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        last = sheet.max_row + 1
        sheet.cell(last, 1).value = "合　計"
        sheet.cell(last, column_of(sheet, _title("usb_medium", "department"))).value = "福祉課"

    edit(book, change)
    before = contents(small)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--lang", language)
        assert result.exit_code == 4
        assert "!A6" in result.stderr
        assert contents(small) == before


def test_an_entry_may_have_the_name_of_a_total(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "a.yaml").write_text("department: 市民局\nservers: [{id: 計}]\n", encoding="utf-8")
    coming = read_back(export(tmp_path / "book.xlsx", folder), folder)
    assert told(coming) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [("encrypted", "たぶん"), ("virus_checked_on", "1/2/3"), ("virus_checked_on", "令和5年"), ("classification", "9")],
)
def test_what_cannot_be_read_is_told_without_a_mapping(
    path: str, value: str, small: Path, tmp_path: Path, run: Run
) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.cell(3, column_of(sheet, _title("usb_medium", path))).value = value

    edit(book, change)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--dry-run", "--lang", language)
        assert result.exit_code == 4
        assert value in result.stderr
        assert "対応表" not in result.output
        assert "mapping" not in result.output


def test_rows_that_are_refused_are_told_without_a_mapping(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.cell(2, 1).value = None
        sheet.cell(3, column_of(sheet, _title("usb_medium", "department"))).value = None

    edit(book, change)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--lang", language)
        assert result.exit_code == 4
        assert "対応表" not in result.output
        assert "mapping" not in result.output


def test_a_row_that_was_deleted_is_not_said_to_be_marked(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    _row_deleted(book, "U-2")
    result = done(run("import", book, "--output", small, "--dry-run"))
    assert "? usb_medium/U-2 の行がブックにない（台帳には残してあります）" in result.stdout


# Which file an entry is in


def _filed(book: Path, files: dict[str, str]) -> None:
    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        place = column_of(sheet, _title("usb_medium", role=Role.FILE))
        for row in range(2, sheet.max_row + 1):
            cell = sheet.cell(row, place)
            cell.value = files.get(sheet.cell(row, 1).value, cell.value)

    edit(book, change)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("新規.yaml", "新規.yaml"),
        ("more/new.yaml", "more/new.yaml"),
        ("more\\new.yaml", "more/new.yaml"),
        ("inventory/more/new.yaml", "more/new.yaml"),
        ("more/福祉.yaml", "more/福祉.yaml"),
    ],
)
def test_a_new_file_is_where_its_name_says(name: str, file: str, small: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", small)
    _filed(book, {"U-2": name})
    before = entries_in(small)
    read_back(book, small)
    assert "U-2" in (small / file).read_text(encoding="utf-8")
    assert entries_in(small) == before


@pytest.mark.parametrize(
    "name",
    [
        "../evil.yaml",
        "../../evil.yaml",
        "more/../../evil.yaml",
        "/evil.yaml",
        "C:\\evil.yaml",
        "inventory/.policycheck/x.ndjson",
        ".x.yaml",
        "more//x.yaml",
        "x.txt",
        "more/",
        "out/x.yaml",
    ],
)
def test_a_file_that_no_inventory_has_is_refused_with_its_cell(
    name: str, small: Path, tmp_path: Path, run: Run
) -> None:
    book = export(tmp_path / "book.xlsx", small)
    _filed(book, {"U-2": name})
    (tmp_path / "elsewhere").mkdir()
    (small / "out").symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path)
    result = run("import", book, "--output", small)
    assert result.exit_code == 4
    column = openpyxl.utils.get_column_letter(len(SHEETS["usb_medium"].columns))
    assert f"!{column}5: 「{name}」" in result.stderr
    assert contents(tmp_path) == before


@pytest.fixture
def two(tmp_path: Path) -> Path:
    folder = tmp_path / "inventory"
    folder.mkdir()
    for name in "ab":
        text = f"department: 課{name}\nusb_media:\n  - {{id: {name}-1, name: 媒体}}\n  - {{id: {name}-2}}\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_entries_that_swap_files_are_never_in_none(
    failing: int, two: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries_in(two)
    book = export(tmp_path / "book.xlsx", two)
    _filed(book, {"a-1": "b.yaml", "b-1": "a.yaml"})
    files = contents(two)
    die_at(failing - 1, monkeypatch, OSError)
    result = run("import", book, "--output", two)
    monkeypatch.undo()
    assert result.exit_code == 4
    assert entries_in(two) == before
    assert contents(two).keys() == files.keys()
    assert (contents(two) == files) == (failing == 1)
    assert ("書き終えたファイル" in result.stderr) == (failing > 1)
    done(run("import", book, "--output", two, "--prefer", "ledger"))
    assert entries_in(two) == before
    for file, there, gone in (("a.yaml", "b-1", "a-1"), ("b.yaml", "a-1", "b-1")):
        assert there in (two / file).read_text(encoding="utf-8")
        assert gone not in (two / file).read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_keeps_all_others_from_being_written(two: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", two)
    _filed(book, {"b-1": "a.yaml", "a-1": "b.yaml"})
    (two / "b.yaml").chmod(0o444)
    before = contents(tmp_path)
    for how in ([], ["--dry-run"]):
        result = run("import", book, "--output", two, *how)
        assert (result.exit_code, "b.yaml" in result.stderr) == (4, True)
        assert contents(tmp_path) == before


@pytest.mark.parametrize("deleted", [False, True])
def test_a_file_of_ndjson_that_loses_its_last_entry_is_removed(
    deleted: bool, two: Path, tmp_path: Path, run: Run
) -> None:
    (two / "c.ndjson").write_text('{"kind":"usb_medium","id":"c-1","department":"課c"}\n\n', encoding="utf-8")
    book = export(tmp_path / "book.xlsx", two)
    if deleted:
        edit(book, lambda opened: _sheet(opened, "usb_medium").delete_rows(6))
    else:
        _filed(book, {"c-1": "a.yaml"})
    result = done(run("import", book, "--output", two, "--delete-vanished"))
    assert "ファイルごと削除" in result.stdout
    assert not (two / "c.ndjson").exists()
    assert (("usb_medium", "c-1") in entries_in(two)) != deleted
    done(run("validate", two))


def test_a_file_behind_a_link_is_removed_with_the_link(
    two: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "real" / "c.ndjson"
    real.parent.mkdir()
    real.write_text('{"kind":"usb_medium","id":"c-1","department":"課c"}\n', encoding="utf-8")
    link = two / "links" / "c.ndjson"
    link.parent.mkdir()
    link.symlink_to(real)
    book = export(tmp_path / "book.xlsx", two)
    _filed(book, {"c-1": "a.yaml"})
    before = contents(tmp_path)
    with monkeypatch.context() as patched:  # a mode would not keep root from it
        patched.setattr("os.access", lambda path, _: path != link.parent)
        for how in ([], ["--dry-run"]):
            result = run("import", book, "--output", two, *how)
            assert (result.exit_code, "c.ndjson" in result.stderr) == (4, True)
            assert contents(tmp_path) == before
    done(run("import", book, "--output", two))
    assert (link.is_symlink(), real.exists()) == (False, False)
    assert ("usb_medium", "c-1") in entries_in(two)


def test_what_has_no_column_goes_with_an_entry_into_another_file(two: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", two)
    title = _title("usb_medium", "name")
    edit(book, lambda opened: _sheet(opened, "usb_medium").delete_cols(column_of(_sheet(opened, "usb_medium"), title)))
    _filed(book, {"a-1": "b.yaml"})
    before = entries_in(two)
    read_back(book, two)
    assert entries_in(two) == before
    assert "a-1" not in (two / "a.yaml").read_text(encoding="utf-8")


def test_what_was_changed_by_hand_goes_with_an_entry_into_another_file_only_when_that_is_asked(
    two: Path, tmp_path: Path
) -> None:
    book = export(tmp_path / "book.xlsx", two)
    _filed(book, {"a-1": "b.yaml"})
    file = two / "a.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("媒体", "手の名"), encoding="utf-8")
    before = contents(two)
    assert told(read_back(book, two)) == [(What.CONFLICT, "a-1", "name"), (What.CONFLICT, "a-1", "file")]
    read_back(book, two, prefer="inventory")
    assert contents(two) == before
    read_back(book, two, prefer="ledger")
    assert entries_in(two)["usb_medium", "a-1"]["name"] == "媒体"
    assert "a-1" in (two / "b.yaml").read_text(encoding="utf-8")


def test_an_entry_that_two_files_have_is_refused(two: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", two)
    (two / "c.yaml").write_text("department: 課c\nusb_media: [{id: a-1, name: 別}]\n", encoding="utf-8")
    before = contents(two)
    result = run("import", book, "--output", two)
    assert result.exit_code == 4
    assert "c.yaml" in result.stderr
    assert "a.yaml" in result.stderr
    assert contents(two) == before


def test_a_file_that_is_edited_while_a_workbook_is_read_is_left_as_it_is(two: Path, tmp_path: Path) -> None:
    book = export(tmp_path / "book.xlsx", two)
    _filed(book, {"a-1": "b.yaml", "b-1": "a.yaml"})
    corrected = read_exported(book, NODES)
    assert corrected
    prepared = prepare_corrected(corrected, book, two, SCHEMAS, Terms(AS_OF, False, None, "取込み"))
    (two / "b.yaml").write_text("department: 課b\n", encoding="utf-8")
    before = contents(two)
    with pytest.raises(LedgerError, match="edited_meanwhile"):
        write_steps(prepared.steps)
    assert contents(two) == before


def test_an_imported_entry_that_was_moved_is_named_with_its_file_at_the_next_import(tmp_path: Path, run: Run) -> None:
    importing = importer(run, tmp_path)
    put_csv(tmp_path / "管理簿.csv", REGISTER)
    done(importing("管理簿.csv"))
    folder = tmp_path / "inventory"
    book = export(tmp_path / "book.xlsx", folder)
    _filed(book, {"U-1": "手元.yaml"})
    done(run("import", book, "--output", folder))
    before = contents(folder)
    for language in LANGUAGES:
        printed = refused(importing("管理簿.csv", lang=language), tmp_path, before)
        assert str(folder / "手元.yaml") in printed
        assert str(folder / "管理簿.yaml") in printed
        assert "skip" in printed


def test_an_entry_that_is_kept_by_hand_in_the_file_of_another_ledger_is_named_with_both(
    tmp_path: Path, run: Run
) -> None:
    importing = importer(run, tmp_path)
    put_csv(tmp_path / "b.csv", REGISTER)
    folder = tmp_path / "inventory"
    folder.mkdir()
    for name in ("a", "c"):
        put_csv(tmp_path / f"{name}.csv", [REGISTER[0], [f"{name}-9", "別", "", ""]])
        text = "department: 福祉課\nusb_media: [{id: U-1}]\n"
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        before = contents(folder)
        printed = refused(importing("b.csv", f"{name}.csv"), tmp_path, before)
        assert f"取り込むなら {folder / 'b.yaml'} に移し" in printed
        assert f"{folder / name}.yaml に記載されています" in printed
        (folder / f"{name}.yaml").unlink()


# The command line


def test_a_workbook_of_another_language_is_read(small: Path, tmp_path: Path, run: Run) -> None:
    for one, other in (("en", "ja"), ("ja", "en")):
        book = export(tmp_path / f"{one}.xlsx", small, lang=one)
        before = contents(small)
        done(run("import", book, "--output", small, "--lang", other))
        assert contents(small) == before


def test_a_correction_is_shown_before_it_is_made_and_remembers_nothing(small: Path, tmp_path: Path, run: Run) -> None:
    book = tmp_path / "book.xlsx"
    done(run("export", small, "--output", book))
    _corrected_name(book, "表の名")
    before = contents(small)
    result = done(run("import", book, "--output", small, "--dry-run"))
    assert "~ usb_medium/U-1 name: 福祉用 → 表の名" in result.stdout
    assert contents(small) == before
    done(run("import", book, "--output", small))
    text = (small / "福祉.yaml").read_text(encoding="utf-8")
    assert text == SMALL.replace("福祉用", "表の名")
    assert not (small / ".policycheck").exists()
    again = contents(small)
    done(run("import", book, "--output", small))
    assert contents(small) == again


@pytest.mark.parametrize("value", ["#REF!", "=1+"])
def test_a_cell_without_a_value_refuses_the_whole(value: str, small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    _corrected_name(book, value)
    before = contents(small)
    result = run("import", book, "--output", small)
    assert result.exit_code == 4
    assert contents(small) == before
    assert "!" in result.stderr


def test_a_renamed_sheet_is_told_and_says_nothing(small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)
    edit(book, lambda opened: setattr(_sheet(opened, "usb_medium"), "title", "わたしの表"))
    before = contents(small)
    result = done(run("import", book, "--output", small, "--delete-vanished"))
    assert "わたしの表" in result.stderr
    assert contents(small) == before


@pytest.mark.parametrize("column", ["id", "department"])
def test_a_column_that_has_to_be_there_is_named(column: str, small: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", small)

    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.delete_cols(column_of(sheet, _title("usb_medium", column)))

    edit(book, change)
    for language in LANGUAGES:
        result = run("import", book, "--output", small, "--lang", language)
        assert result.exit_code == 4
        assert _title("usb_medium", column) in result.stderr
        assert "{" not in result.stderr


def test_a_workbook_that_libreoffice_saved_says_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", folder)
    book = export(tmp_path / "book.xlsx", folder)
    saved = converted(book, "xlsx", tmp_path)
    before = contents(folder)
    coming = read_back(saved, folder, delete_vanished=True)
    assert told(coming) == []
    assert contents(folder) == before
    _corrected_name_in(saved)
    coming = read_back(saved, folder)
    assert [one[0] for one in told(coming)] == [What.UPDATED]


def _corrected_name_in(book: Path) -> None:
    def change(opened: Any) -> None:
        sheet = _sheet(opened, "usb_medium")
        sheet.cell(2, column_of(sheet, _title("usb_medium", "note"))).value = "直した"

    edit(book, change)
