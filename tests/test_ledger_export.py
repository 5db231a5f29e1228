"""The inventory as a workbook: what stands in it, that nothing is lost on the way back, and what it cannot hold."""

import datetime
import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import openpyxl
import pytest
import ryaml
from conftest import AS_OF, ROOT, Run
from generated import KINDS, days, value_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_xlsx import converted

from policycheck.bundle import Bundle
from policycheck.errors import LedgerError, PolicycheckError
from policycheck.excel import writing
from policycheck.inventory import load_inventory
from policycheck.inventory.documents import Entry, read_entries
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers import export
from policycheck.ledgers.cells import ABSENT, Raw, Unread
from policycheck.ledgers.changes import SOURCE
from policycheck.ledgers.export import Exported, export_workbook
from policycheck.ledgers.values import Options, reader
from policycheck.ledgers.words import fold
from policycheck.ledgers.workbook_columns import ESCAPE, FORMAT, NONE, ExportColumn, Form, Role
from policycheck.ledgers.workbook_mapping import reader_of, table_of
from policycheck.ledgers.workbook_sheets import ExportSheet, columns_of, sheets_of
from policycheck.texts import LANGUAGES, texts

BUNDLE = Bundle()
SCHEMAS = BUNDLE.schemas
SHEETS = [sheet for kind in Schemas(SCHEMAS).kinds.values() for sheet in sheets_of(kind, SCHEMAS)]
FIELDS = {
    (sheet.kind, *sheet.field, *column.path): column
    for sheet in SHEETS
    for column in sheet.columns
    if column.role is Role.FIELD
}
WORDS = ryaml.loads((ROOT / "src" / "policycheck" / "texts" / "fields.ja.yaml").read_text(encoding="utf-8"))
PIECES = [
    "|",
    "'",
    "（なし）",
    "(none)",
    " ",
    "\u3000",
    "=",
    "+",
    "-",
    "@",
    "\\",
    "_x000D_",
    "_x005F_",
    "0012",
    "3-1",
    "\t",
    "髙",
]
MOMENT = datetime.datetime.fromisoformat("2026-03-01")
NASTY = st.lists(st.sampled_from([*PIECES, "\n"]) | st.text(st.characters(exclude_categories=["C"])), max_size=4).map(
    "".join
)

Entries: TypeAlias = dict[tuple[str, str], dict[str, Any]]


def never(raw: Raw) -> NoReturn:
    pytest.fail(f"no own way to write {raw!r}")


def exported(*paths: Path, lang: str = "ja", all_kinds: bool = False) -> Exported:
    return export_workbook(list(paths), SCHEMAS, texts(lang), AS_OF, all_kinds=all_kinds)


def book_of(*paths: Path, lang: str = "ja", all_kinds: bool = False) -> Any:
    found = exported(*paths, lang=lang, all_kinds=all_kinds)
    assert found.problems == []
    return openpyxl.load_workbook(io.BytesIO(b"".join(found.content)))


def rows_of(book: Any, sheet: ExportSheet) -> Iterator[list[tuple[ExportColumn, Raw]]]:
    """The rows of a sheet, if it is there; columns are known by their titles in any language."""
    known = {title: column for column in sheet.columns for title in column.titles.values()}
    for name in set(sheet.titles.values()) & set(book.sheetnames):
        headings, *rows = book[name].iter_rows(values_only=True)
        for row in rows:
            yield [(known[title], _unescaped(value)) for title, value in zip(headings, row, strict=True)]


def _unescaped(value: Any) -> Any:
    """A text as Excel takes it: the library leaves its way to write characters as it is."""
    if not isinstance(value, str):
        return value
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value)


def read_back(book: Any) -> tuple[Entries, dict[tuple[str, str], str]]:
    """The entries of a workbook, and their files."""
    entries: Entries = {}
    files: dict[tuple[str, str], str] = {}
    for sheet in SHEETS:
        for row in rows_of(book, sheet):
            own: dict[str, Any] = {}
            said: dict[Role, Any] = {}
            for column, raw in row:
                value = column.from_cell(raw, never)
                if column.role is Role.FIELD and value is not ABSENT:
                    _put(own, column.path, value)
                elif column.role is Role.ELSEWHERE and value is not ABSENT:
                    assert value == []
                    _put(own, column.path, value)
                else:
                    said[column.role] = value
            if not sheet.field:
                entries[sheet.kind, own["id"]] = own
                files[sheet.kind, own["id"]] = said[Role.FILE]
                continue
            entry = entries[sheet.kind, said[Role.PARENT]]
            if Role.KEY in said:
                _put(entry, (*sheet.field, said[Role.KEY]), own)
            else:
                entry.setdefault(sheet.field[0], []).append(own)
    return entries, files


def _put(fields: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        fields = fields.setdefault(name, {})
    fields[path[-1]] = value


def entries_in(*paths: Path) -> tuple[Entries, dict[tuple[str, str], str]]:
    """What the files hold, but for groups of fields of which none is known."""
    entries: Entries = {}
    files: dict[tuple[str, str], str] = {}
    for path in paths:
        for found in read_entries(path.as_posix(), path.read_bytes(), Schemas(SCHEMAS).kinds):
            if isinstance(found, Entry):
                key = found.kind, found.fields["id"]
                entries[key] = {name: value for name, value in found.fields.items() if value != {}}
                files[key] = path.as_posix()
    return entries, files


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sample_city_comes_back_as_it_was(lang: str) -> None:
    book = book_of(ROOT / "inventory", lang=lang)
    paths = [path for path in sorted((ROOT / "inventory").rglob("*")) if path.suffix in (".yaml", ".json", ".ndjson")]
    assert read_back(book) == entries_in(*paths)


DATES = days(AS_OF)


def _entries(plural: str, schema: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(value_of(schema, DATES), max_size=3, unique_by=lambda entry: entry["id"])


def _holdable(value: Any) -> Any:
    """The value without the characters that no cell can hold."""
    if isinstance(value, dict):
        return {_holdable(name): _holdable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_holdable(inner) for inner in value]
    if isinstance(value, str):
        return re.sub("[\0-\x08\x0b-\x1f\ufffe\uffff]", lambda found: f"<{ord(found[0])}>", value)
    return value


@given(
    document=st.fixed_dictionaries({plural: _entries(plural, schema) for plural, schema in KINDS.items()}),
    lang=st.sampled_from(LANGUAGES),
)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_any_inventory_comes_back_as_it_was(
    document: dict[str, Any], lang: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for plural, entries in document.items():
        for entry in entries:
            entry.setdefault("department", entry["id"] if plural == "departments" else "市民局")
            entry.pop(SOURCE, None)
    file = tmp_path_factory.mktemp("city") / "a.json"
    file.write_text(json.dumps(_holdable(document)), encoding="utf-8")
    kept = {plural: entries for plural, entries in document.items() if entries}
    found = exported(file, lang=lang, all_kinds=True)
    assert [problem.key for problem in found.problems] in ([], ["no_sections"])
    assert {kind: count for kind, count in found.kinds.items() if count} == {
        Schemas(SCHEMAS).kinds[plural]: len(entries) for plural, entries in kept.items()
    }
    book = openpyxl.load_workbook(io.BytesIO(b"".join(found.content)))
    assert read_back(book) == entries_in(file)


def _value(column: ExportColumn) -> st.SearchStrategy[Any]:
    """What the schema allows in a field."""
    line = NASTY.map(lambda text: text.replace("\n", "").strip() or "x")
    made = {Form.TEXT: line, Form.NOTE: NASTY.map(lambda text: text or " "), Form.LINES: st.lists(line, max_size=3)}
    return value_of(dict(column.node), DATES) | made.get(column.form, st.nothing())


@given(field=st.sampled_from(list(FIELDS)), language=st.sampled_from(LANGUAGES), data=st.data())
@settings(max_examples=1000)
def test_a_cell_says_what_was_written_into_it(field: tuple[str, ...], language: str, data: st.DataObject) -> None:
    column = FIELDS[field]
    value = data.draw(_value(column))
    cell = column.to_cell(value, language)
    raw = datetime.datetime.combine(cell, datetime.time()) if isinstance(cell, datetime.date) else cell
    assert column.from_cell(raw, never) == value
    assert isinstance(cell, int) or cell
    if column.form in (Form.WORD, Form.COUNT):  # which the reader of ledgers does not read otherwise
        words = {word: meant for own in column.words.values() for word, meant in own.items()}
        assert reader(column.node, SCHEMAS, Options(values=words))(raw) == value


def test_what_people_write_is_left_to_the_reader_of_ledgers() -> None:
    columns = {".".join(column.path): column for column in columns_of("usb_medium", SCHEMAS)}
    asked: list[Raw] = []

    def asks(raw: Raw) -> object:
        asked.append(raw)
        return "read"

    written: dict[str, Raw] = {
        "virus_checked_on": "令和8年11月20日",
        "registered": "済",
        "classification": "機密性3A",
        "id": 12,
        "name": MOMENT,
        "note": 1.5,
    }
    for name, raw in written.items():
        assert columns[name].from_cell(raw, asks) == "read"
    assert asked == list(written.values())
    assert all(column.from_cell(raw, never) is ABSENT for column in columns.values() for raw in (None, "", "　", " \n"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_mapping_of_a_workbook_reads_what_was_exported_and_what_people_change(lang: str) -> None:
    book = book_of(ROOT / "inventory", lang=lang)
    tables = {sheet.kind: table_of(sheet) for sheet in SHEETS if not sheet.field}
    for sheet in SHEETS:
        if not sheet.field:
            table = tables[sheet.kind]
            assert table.optional
            assert table.may_stand_in("a.xlsx", sheet.titles[lang])
            known = {title: column for column in table.columns for title in column.titles}
            for row in rows_of(book, sheet):
                for column, raw in row:
                    read = known[fold(column.titles[lang])]
                    assert read.field == (".".join(column.path) or "(file)")
                    assert reader_of(column, SCHEMAS, "1900")(raw) == column.from_cell(raw, never)
    changed = {".".join(own.path): reader_of(own, SCHEMAS, "1900") for own in columns_of("usb_medium", SCHEMAS)}
    written = {
        "registered": ("済", True),
        "virus_checked_on": ("R8.11.1", "2026-11-01"),
        "classification": ("機密性３Ａ", "3A"),
        "id": ("ＵＳＢ－０１", "ＵＳＢ－０１"),
        "note": ("|（なし）", "（なし）"),
    }
    for name, (raw, value) in written.items():
        assert changed[name](raw) == value
    contract = {".".join(own.path): reader_of(own, SCHEMAS, None) for own in columns_of("contract", SCHEMAS)}
    assert contract["subcontractors"]("こもれび電算") == Unread("malformed_value", {"value": "こもれび電算"})


def test_that_there_is_nothing_can_be_stated_only_where_the_schema_knows_it() -> None:
    columns = {".".join(column.path): column for column in columns_of("contract", SCHEMAS)}
    for word in NONE.values():
        assert columns["reported_on"].from_cell(word, never) is None
        assert columns["sla_items"].from_cell(word, never) == []
        assert columns["subcontractors"].from_cell(word, never) == []
        assert columns["contractor"].from_cell(word, never) == Unread("none_impossible", {"value": word})
        assert columns["sla_items"].from_cell(f"稼働率\n{word}", never) == Unread(
            "none_impossible", {"value": f"稼働率\n{word}"}
        )
        assert columns["contractor"].from_cell(ESCAPE + word, never) == word
    for word in ("(なし)", "（ なし ）", "(None)"):
        assert columns["sla_items"].from_cell(word, never) == []
        assert columns["contractor"].from_cell(word, never) == Unread("none_impossible", {"value": word})
        assert columns["sla_items"].from_cell(columns["sla_items"].to_cell([word], "ja"), never) == [word]
    assert columns["subcontractors"].from_cell("こもれび電算", lambda raw: Unread("told")) == Unread("told")


@pytest.mark.parametrize(
    "text", [r"\\fs01\共有", "|", "||", "| ", "a|b", "|a", "||（なし）", "'a", "|'a", "（なし）", " x", "=1+1", "-"]
)
def test_only_a_text_that_a_cell_would_lose_is_marked(text: str) -> None:
    (note,) = [column for column in columns_of("server", SCHEMAS) if column.path == ("note",)]
    cell = note.to_cell(text, "ja")
    assert note.from_cell(cell, never) == text
    core = text.lstrip(ESCAPE)
    assert (cell != text) == (not core or core[0] in "' " or core == "（なし）")


def test_headings_are_told_apart_and_sheets_have_names_that_excel_takes() -> None:
    for language in LANGUAGES:
        names = [sheet.titles[language] for sheet in SHEETS]
        assert len({name.casefold() for name in [*names, texts(language)("export.guide")]}) == len(names) + 1
        assert not [name for name in names if len(name) > 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name)]
        for sheet in SHEETS:
            titles = [column.titles[language] for column in sheet.columns]
            assert len({title.casefold() for title in titles}) == len(titles), titles
            assert all(titles)
    assert [column.role for column in SHEETS[0].columns[:2]] == [Role.FIELD, Role.FIELD]
    for sheet in SHEETS:
        if not sheet.field:
            assert [column.path for column in sheet.columns[:2]] == [("id",), ("department",)]
            assert sheet.columns[-1].role is Role.FILE


def test_every_field_of_every_schema_has_its_column() -> None:
    def leaves(node: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, inner in node.get("properties", {}).items():
            if (*path, name) != (SOURCE,):
                members = inner.get("items") or inner.get("additionalProperties") or {}
                further = {**inner, **members} if "properties" in members else inner
                yield from leaves(further, (*path, name)) if "properties" in further else [(*path, name)]

    for kind in Schemas(SCHEMAS).kinds.values():
        columns = [
            (*sheet.field, *column.path)
            for sheet in sheets_of(kind, SCHEMAS)
            for column in sheet.columns
            if column.role is Role.FIELD
        ]
        assert sorted(columns) == sorted(leaves(SCHEMAS[kind], ()))


def _described() -> Iterator[tuple[str, str, str]]:
    """Kind, name and meaning of everything that has a column."""
    for sheet in SHEETS:
        for column in sheet.columns:
            name = ".".join((*sheet.field, *(column.path or "*")))
            if column.role in (Role.FIELD, Role.ELSEWHERE, Role.KEY):
                yield sheet.kind, name, f"{column.node.get('title')}: {column.node.get('description')}"


def test_every_field_is_explained_in_japanese_and_nothing_else_is() -> None:
    used: dict[str, set[str]] = {}
    for kind, name, meaning in _described():
        key = f"{kind}/{name}" if f"{kind}/{name}" in WORDS["help"] else name
        used.setdefault(key, set()).add(meaning)
    assert set(used) == set(WORDS["help"])
    assert {key: meanings for key, meanings in used.items() if len(meanings) > 1} == {}
    for key, text in WORDS["help"].items():
        assert text.endswith(("。", "例：PC-01", "例：kenkou-2026")) or "例：" in text, key
        assert "  " not in text
        assert text == text.strip()


def test_every_word_is_one_that_its_field_allows() -> None:
    allowed = {
        key: set(column.node.get("enum", ())) - {None}
        for sheet in SHEETS
        for column in sheet.columns
        if column.role is Role.FIELD
        for name in [".".join((*sheet.field, *column.path))]
        for key in (name, f"{sheet.kind}/{name}")
    }
    for key, words in WORDS["words"].items():
        assert set(words) == allowed[key]
        assert len(set(words.values())) == len(words)
        assert not [word for word in words.values() if "," in word]
    told = {name.partition("/")[2] or name for name in WORDS["words"]}
    plain = {key for key, values in allowed.items() if values and key.rpartition("/")[2] not in told}
    assert {key for key in plain if "/" not in key} == {"classification", "answers.answer"}


def test_groups_that_the_workbook_does_not_list_are_not_explained() -> None:
    assert set(WORDS) == {"help", "titles", "words"}
    assert set(WORDS["titles"]) == {"answers.*"}


def test_the_same_inventory_gives_the_same_bytes() -> None:
    first, second = (b"".join(exported(ROOT / "inventory").content) for _ in range(2))
    assert first == second


def test_the_guide_says_what_it_was_made_from_and_how_to_read_it_back() -> None:
    book = book_of(ROOT / "inventory")
    guide = book.worksheets[0]
    assert guide.title == "記入のしかた"
    told = [[cell for cell in row if cell is not None] for row in guide.iter_rows(values_only=True)]
    inventory = load_inventory([ROOT / "inventory"], Schemas(SCHEMAS))
    for file in inventory.files:
        assert [file.path, file.sha256] in told
    assert any("policycheck import" in str(row) for row in told)
    assert any("2026-11-20" in str(row) for row in told)
    assert ["USBメモリ等の記録媒体", str(inventory.kinds["usb_medium"])] in told
    noted = {entry.name: entry.value for entry in book.custom_doc_props.props}
    assert noted["policycheck.export"] == FORMAT
    for name, wanted in {
        "sha256": [file.sha256 for file in inventory.files],
        "file": [file.path for file in inventory.files],
        "sheet": book.sheetnames[1:],
    }.items():
        assert [value for own, value in noted.items() if own.startswith(f"policycheck.{name}.")] == wanted


def test_a_wide_sheet_goes_on_on_the_next_page_with_its_ids() -> None:
    book = book_of(all_kinds=True)
    wide, narrow = book["情報システム"], book["USBメモリ等の記録媒体"]
    assert (wide.page_setup.fitToWidth, wide.page_setup.fitToHeight) == (2, 0)
    assert (wide.print_title_cols, wide.print_title_rows) == ("$A:$A", "$1:$1")
    assert narrow.page_setup.fitToWidth in (None, 1)


@pytest.mark.parametrize("name", ["book.xls", "book", "book.csv"])
def test_a_workbook_has_the_name_of_one(name: str, tmp_path: Path, run: Run) -> None:
    for language in LANGUAGES:
        result = run("export", ROOT / "inventory", "--format", "xlsx", "--output", tmp_path / name, "--lang", language)
        assert result.exit_code == 2
        assert ".xlsx" in result.stderr
    assert not (tmp_path / name).exists()


def test_headings_are_explained_and_cells_offer_what_may_be_written() -> None:
    book = book_of(ROOT / "inventory")
    sheet = book["USBメモリ等の記録媒体"]
    headings = {cell.value: cell for cell in sheet[1]}
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}"
    note = headings["ウイルスチェック日"].comment.text
    assert note.startswith("virus_checked_on\n")
    assert "2026-11-20" in note
    assert "（なし）" in note
    assert "空欄" in note
    offered = {
        column: rule
        for rule in sheet.data_validations.dataValidation
        for column in re.findall("([A-Z]+)2:", str(rule.sqref))
    }
    registered = offered[headings["管理簿登録"].column_letter]
    assert (registered.formula1, registered.showErrorMessage) == ('"○,×"', True)
    checked = offered[headings["ウイルスチェック日"].column_letter]
    assert (checked.formula1, bool(checked.showErrorMessage)) == ('"（なし）"', False)
    assert {sheet.cell(2, column).number_format for column in range(1, sheet.max_column + 1)} == {"@", "yyyy-mm-dd"}
    assert all(cell.comment for sheet in book.worksheets[1:] for cell in sheet[1])


def test_every_field_with_codes_offers_the_words_for_them() -> None:
    book = book_of(all_kinds=True)
    offering = 0
    for own in SHEETS:
        sheet = book[own.titles["ja"]]
        offered = {
            letter: str(rule.formula1)
            for rule in sheet.data_validations.dataValidation
            for letter in re.findall("([A-Z]+)2:", str(rule.sqref))
        }
        for number, column in enumerate(own.columns, 1):
            codes = [code for code in column.node.get("enum", ()) if code is not None]
            if not codes or column.form is Form.LINES:
                continue
            said = offered[sheet.cell(1, number).column_letter].strip('"').split(",")
            read = reader_of(column, SCHEMAS, None)
            assert {read(word) for word in said} >= set(codes), (own.kind, column.path)
            offering += 1
    assert offering > 15


def test_a_workbook_can_be_begun_without_an_inventory() -> None:
    book = book_of(all_kinds=True)
    assert book.sheetnames == ["記入のしかた", *(sheet.titles["ja"] for sheet in SHEETS)]
    assert all(sheet.max_row == 1 for sheet in book.worksheets[1:])
    assert read_back(book) == ({}, {})


def test_kinds_without_resources_have_no_sheet(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "department: 市民局\nservers: [{id: s1}]\ncontracts: [{id: c, subcontractors: []}]\n", encoding="utf-8"
    )
    book = book_of(file, lang="en")
    assert book.sheetnames == ["Guide", "Server", "Contract", "contract.subcontractors"]
    assert read_back(book)[0]["contract", "c"]["subcontractors"] == []


def test_an_inventory_with_problems_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("department: 市民局\nservers: [{id: a}, {id: a}, {id: b, fixde: true}]\n", encoding="utf-8")
    found = exported(file)
    assert [problem.key for problem in found.problems] == ["unknown_field", "duplicate_id"]
    assert list(found.content) == []
    assert [problem.key for problem in exported(tmp_path / "none").problems] == ["missing_path"]
    (tmp_path / "empty").mkdir()
    assert exported(tmp_path / "empty").problems


@pytest.mark.parametrize("text", ["a\u0001b", "a\r\nb", "x" * 32_768, "\U00020000" * 16_384, "\ufffe"])
def test_what_a_cell_cannot_hold_is_refused_and_not_changed(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"department": "市民局", "servers": [{"id": "s1", "note": text}]}), encoding="utf-8")
    with pytest.raises(LedgerError) as raised:
        b"".join(exported(file).content)
    assert raised.value.key == "cell_cannot_hold"
    assert raised.value.exit_code == 4
    assert {name: raised.value.facts[name] for name in ("id", "field", "line")} == {
        "id": "s1",
        "field": "備考",
        "line": 1,
    }
    for language in LANGUAGES:
        assert "s1" in texts(language)("error.cell_cannot_hold", **raised.value.facts)


def test_a_cell_may_be_full(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(
        json.dumps({"department": "市民局", "servers": [{"id": "s1", "note": "髙" * 32_767}]}), encoding="utf-8"
    )
    assert read_back(book_of(file)) == entries_in(file)


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (export, writing):
        monkeypatch.setattr(module, "ROWS", 20)
    with pytest.raises(LedgerError, match="sheet_full"):
        b"".join(exported(ROOT / "inventory").content)


def test_a_file_that_changes_meanwhile_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("department: 市民局\nservers: [{id: a}]\n", encoding="utf-8")
    found = exported(file)
    file.write_text("department: 市民局\nservers: [{id: bb}]\n", encoding="utf-8")
    with pytest.raises(PolicycheckError, match="changed_between"):
        b"".join(found.content)


def test_a_large_file_of_lines_comes_back_whole(tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    note = "x" * 1500
    lines = [{"kind": "server", "id": f"s{n}", "department": "市民局", "note": note} for n in range(2000)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert file.stat().st_size > 3_000_000
    assert read_back(book_of(file)) == entries_in(file)


def test_libreoffice_keeps_everything(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    file.write_bytes(b"".join(exported(ROOT / "inventory").content))
    again = openpyxl.load_workbook(converted(file, "xlsx", tmp_path))
    assert read_back(again) == read_back(openpyxl.load_workbook(file))
    assert again["利用者ID"]["A1"].comment.text.startswith("id\n")
