"""Where tables stand in a sheet, which of their rows are theirs, and what is said where that is not clear."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import ryaml
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers.writing import Rows, write_book, write_text

from policycheck.bundle import Bundle
from policycheck.errors import LedgerError
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.cells import Raw, Sheet
from policycheck.ledgers.collect import Collected, collect
from policycheck.ledgers.files import open_ledger
from policycheck.ledgers.layouts import Headings, Near
from policycheck.ledgers.mapping import Table
from policycheck.ledgers.mapping_files import read_mapping
from policycheck.ledgers.tables import SheetReader
from policycheck.model import Problem

SCHEMAS = Bundle().schemas
COLUMNS = {"番号": "id", "名称": "name"}
STANDALONE: Mapping[str, Any] = {
    "name": "独立",
    "kind": "standalone_pc",
    "columns": COLUMNS,
    "only": [{"column": "系統", "like": ["独立*", "単独"]}],
}
OFFICE: Mapping[str, Any] = {
    "name": "事務",
    "kind": "office_pc",
    "columns": COLUMNS,
    "only": [{"column": "系統", "like": "LGWAN*"}],
}
REST: Mapping[str, Any] = {"name": "ほか", "kind": "office_pc", "columns": COLUMNS}
HEADINGS = ["番号", "名称", "系統"]


def _mapping(folder: Path, *tables: Mapping[str, Any]) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(json.dumps({"department": "A", "tables": tables}, ensure_ascii=False), encoding="utf-8")
    return path


def _collected(folder: Path, rows: Rows, *tables: Mapping[str, Any]) -> Collected:
    ledger = write_text(folder / "ledger.csv", rows, "utf-8")
    mapping = read_mapping(str(_mapping(folder, *tables)), SCHEMAS)
    return collect([ledger], mapping, Schemas(SCHEMAS), SCHEMAS)


def _kinds(found: Collected) -> dict[str, str]:
    return {fields["id"]: table.kind for output in found.outputs.values() for table, fields in output.stated()}


def _cell(problem: Problem) -> str:
    return str(problem.location).rpartition("!")[2]


def test_a_row_is_of_the_table_whose_rule_it_fits(tmp_path: Path) -> None:
    rows = [HEADINGS, ["1", "a", "独立系"], ["2", "b", "ＬＧＷＡＮ接続系"], ["3", "c", "単独"]]
    found = _collected(tmp_path, rows, STANDALONE, OFFICE)
    assert _kinds(found) == {"1": "standalone_pc", "2": "office_pc", "3": "standalone_pc"}
    assert not found.unclaimed


def test_a_table_without_a_rule_takes_what_no_other_claims(tmp_path: Path) -> None:
    rows = [HEADINGS, ["1", "a", "独立系"], ["2", "b", ""], ["3", "c", "住基"]]
    found = _collected(tmp_path, rows, STANDALONE, REST)
    assert _kinds(found) == {"1": "standalone_pc", "2": "office_pc", "3": "office_pc"}
    assert not found.unclaimed


def test_all_rules_of_a_table_must_fit(tmp_path: Path) -> None:
    both = {**STANDALONE, "only": [*STANDALONE["only"], {"column": "名称", "like": "PC*"}]}
    found = _collected(tmp_path, [HEADINGS, ["1", "PC-a", "独立"], ["2", "b", "独立"]], both)
    assert _kinds(found) == {"1": "standalone_pc"}
    assert [(_cell(problem), problem.facts["value"]) for problem in found.unclaimed] == [("B3", "b")]


def test_a_row_that_no_rule_fits_is_told_with_its_cell_and_the_import_says_so(run: Run, tmp_path: Path) -> None:
    ledger = write_text(
        tmp_path / "ledger.csv", [HEADINGS, ["1", "a", "独立"], ["2", "b", "住基"], ["3", "c"]], "utf-8"
    )
    mapping = _mapping(tmp_path, STANDALONE, OFFICE)
    result = run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory", "--lang", "en")
    assert result.exit_code == 4
    assert "ledger.csv!C3: “住基” fits the `only` of no table" in result.stderr
    assert "ledger.csv!C4: This cell is empty, and fits the `only` of no table" in result.stderr
    assert "not imported: 2." in result.stdout
    assert "left out" not in result.stdout
    written = ryaml.loads((tmp_path / "inventory" / "ledger.yaml").read_text("utf-8"))
    assert [entry["id"] for entry in written["standalone_pcs"]] == ["1"]


def test_the_column_of_a_rule_must_be_there(run: Run, tmp_path: Path) -> None:
    ledger = write_text(tmp_path / "ledger.csv", [["番号", "名称", "系統名"], ["1", "a", "独立"]], "utf-8")
    result = run("import", ledger, "--mapping", _mapping(tmp_path, STANDALONE), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "「系統」" in result.stderr
    assert "系統名" in result.stderr
    assert not (tmp_path / "inventory").exists()


def test_a_rule_knows_the_other_headings_of_its_column(tmp_path: Path) -> None:
    table = {**STANDALONE, "columns": {**COLUMNS, "系統 | 接続形態": None}}
    found = _collected(tmp_path, [["番号", "名称", "接続形態"], ["1", "a", "独立"]], table)
    assert _kinds(found) == {"1": "standalone_pc"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    networks=st.lists(st.sampled_from(["独立", "独立系", "単独", "LGWAN", "住基", "", "－"]), min_size=1, max_size=12)
)
def test_no_row_is_lost_between_tables_and_none_is_of_two(tmp_path: Path, networks: Sequence[str]) -> None:
    rows = [HEADINGS, *([str(number), "x", network] for number, network in enumerate(networks))]
    found = _collected(tmp_path, rows, STANDALONE, OFFICE)
    stated = [fields["id"] for output in found.outputs.values() for _, fields in output.stated()]
    assert len(stated) == len(set(stated))
    assert len(stated) + len(found.unclaimed) == len(networks)


def test_under_a_heading_that_it_must_not_have_a_table_does_not_stand(tmp_path: Path) -> None:
    register = {
        "name": "管理簿",
        "kind": "usb_medium",
        "columns": COLUMNS,
        "optional": True,
        "without": ["貸出日 | 返却日"],
    }
    log = {"name": "貸出簿", "kind": "usb_medium", "columns": {"番号": "id", "返却日": "last_used_on"}, "log": True}
    found = _collected(tmp_path, [["番号", "名称", "返却日"], ["1", "a", "2026/11/1"]], register, log)
    assert [table.name for output in found.outputs.values() for table, _ in output.stated()] == ["貸出簿"]


def test_headings_that_go_on_below_are_refused_and_not_read_as_an_entry(run: Run, tmp_path: Path) -> None:
    rows: Rows = [["番号", "名称", "ネットワーク", None], [None, None, "系統", "接続"], ["S-1", "a", "LGWAN", "無"]]
    ledger = write_book(tmp_path / "l.xlsx", {"台帳": rows}, {"台帳": ["A1:A2", "B1:B2", "C1:D1"]})
    table = {"kind": "system", "columns": COLUMNS}
    result = run("import", ledger, "--mapping", _mapping(tmp_path, table), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "l.xlsx 台帳!A1" in result.stderr
    assert "`header_rows: 2`" in result.stderr
    assert not (tmp_path / "inventory").exists()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_table_with_higher_headings_takes_the_place_of_one_that_knows_only_their_top(
    tmp_path: Path, suffix: str
) -> None:
    rows: Rows = [["番号", "名称", "所管", None], [None, None, "課", "係"], ["S-1", "a", "税務課", "市民税係"]]
    path = tmp_path / f"l{suffix}"
    if suffix == ".csv":
        write_text(path, rows, "utf-8")
    else:
        write_book(path, {"台帳": rows}, {"台帳": ["A1:A2", "B1:B2", "C1:D1"]})
    low = {"name": "一行", "kind": "system", "columns": {**COLUMNS, "所管": "department"}, "optional": True}
    columns = {**COLUMNS, "所管 / 課": "department", "所管 / 係": "unit"}
    high = {"name": "二行", "kind": "system", "columns": columns, "optional": True, "header_rows": 2}
    found = collect([path], read_mapping(str(_mapping(tmp_path, low, high)), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    (output,) = found.outputs.values()
    ((table, fields),) = output.stated()
    assert (table.name, fields["department"], fields["unit"]) == ("二行", "税務課", "市民税係")
    assert list(output.tables) == ["二行"]
    assert not [key for key, _ in found.notices if key == "ledger.columns_not_read"]


def test_two_headings_for_one_column_are_refused_where_the_table_stands(run: Run, tmp_path: Path) -> None:
    ledger = write_text(tmp_path / "ledger.csv", [["番号", "名称", "名称"], ["1", "a", "b"]], "utf-8")
    table = {"kind": "system", "columns": COLUMNS}
    result = run("import", ledger, "--mapping", _mapping(tmp_path, table), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "ledger.csv!B1" in result.stderr
    assert "ledger.csv!C1" in result.stderr


def test_cells_that_are_like_headings_of_a_table_further_down_do_no_harm(tmp_path: Path) -> None:
    server = {"name": "サーバ", "kind": "server", "columns": {"機器番号": "id", "固定": "fixed"}, "optional": True}
    rows = [["番号", "名称"], ["S-1", "固定"], ["S-2", "b"], ["機器番号", "固定"], ["SV-1", "○"]]
    found = _collected(tmp_path, rows, {"kind": "system", "columns": COLUMNS}, server)
    assert _kinds(found) == {"S-1": "system", "S-2": "system", "SV-1": "server"}


def test_rows_that_were_only_numbered_ahead_are_no_entries(tmp_path: Path) -> None:
    table = {"kind": "system", "columns": {"No.": None, **COLUMNS, "摘要": None}}
    rows = [
        ["No.", "番号", "名称", "摘要"],
        ["1", "S-1", "a", ""],
        ["2", "", "", ""],
        ["3", "", "", "廃止"],
        ["x", "", "", ""],
    ]
    found = _collected(tmp_path, rows, table)
    assert _kinds(found) == {"S-1": "system"}
    assert [_cell(problem) for problem in found.refusals] == ["A4", "A5"]


def test_a_heading_that_no_table_reads_is_told_once_and_one_that_another_reads_is_not(tmp_path: Path) -> None:
    office = {**OFFICE, "columns": {**COLUMNS, "形状": None}}
    found = _collected(tmp_path, [[*HEADINGS, "形状", "色"], ["1", "a", "独立", "", ""]], STANDALONE, office)
    assert [facts["columns"] for key, facts in found.notices if key == "ledger.columns_not_read"] == [["色"]]


def test_one_heading_alone_is_no_table_where_there_could_be_more(run: Run, tmp_path: Path) -> None:
    ledger = write_text(tmp_path / "ledger.csv", [["番号"], ["S-1"]], "utf-8")
    table = {"kind": "system", "columns": COLUMNS, "require": ["id"]}
    result = run("import", ledger, "--mapping", _mapping(tmp_path, table), "--output", tmp_path / "inventory")
    assert result.exit_code == 4, result.output
    assert "ledger.csv" in result.stderr


def test_the_name_of_the_file_stands_in_where_there_is_no_sheet(tmp_path: Path) -> None:
    table = {"kind": "user_id", "id": "{sheet}-{ID}", "columns": {"{sheet} | {file}": "site", "ID": "account"}}
    (output,) = _collected(tmp_path, [["ID"], ["u1"]], table).outputs.values()
    ((_, fields),) = output.stated()
    assert (fields["id"], fields["site"]) == ("ledger-u1", "ledger")


# No row is read under other headings than its own, and none is lost in silence

REGISTER: Mapping[str, Any] = {
    "name": "管理簿",
    "kind": "usb_medium",
    "columns": {"番号": "id", "名称": "name", "暗号化": "encrypted", "施錠": "locked_storage"},
    "require": ["id"],
}
LOG: Mapping[str, Any] = {
    "name": "授受簿",
    "kind": "usb_medium",
    "log": True,
    "columns": {"媒体": "id", "受渡日": "last_used_on"},
    "set": {"registered": False},
}
WIDE = ["番号", "名称", "暗号化", "施錠"]


def _all(found: Collected) -> dict[str, dict[str, Any]]:
    return {fields["id"]: fields for output in found.outputs.values() for _, fields in output.stated()}


def _refusals(found: Collected) -> list[tuple[str, str]]:
    return [(problem.key, _cell(problem)) for problem in found.refusals]


def test_a_value_that_was_cut_at_its_comma_is_refused_and_does_not_move_the_columns(run: Run, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("番号,名称,備考,暗号化,施錠\nU-1,SD,赤,,○,×\n", encoding="utf-8")
    result = run("import", ledger, "--mapping", _mapping(tmp_path, REGISTER), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "ledger.csv!F2" in result.stderr
    assert not (tmp_path / "inventory").exists()


def test_empty_cells_beyond_the_headings_of_a_text_file_do_no_harm(tmp_path: Path) -> None:
    found = _collected(tmp_path, [WIDE, ["U-1", "a", "○", "×", "", " "]], REGISTER)
    assert not found.refusals
    assert not _all(found)["U-1"]["locked_storage"]


def test_a_note_beside_a_table_of_a_workbook_does_no_harm(tmp_path: Path) -> None:
    book = write_book(tmp_path / "l.xlsx", {"台帳": [WIDE, ["U-1", "a", "○", "×", None, "要確認"]]})
    found = collect([book], read_mapping(str(_mapping(tmp_path, REGISTER)), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    assert list(_all(found)) == ["U-1"]
    assert not found.refusals


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(order=st.permutations(range(4)), gap=st.integers(min_value=0, max_value=1200), marks=st.integers(0, 2))
def test_a_table_that_begins_again_is_read_by_its_own_headings(
    tmp_path: Path, order: Sequence[int], gap: int, marks: int
) -> None:
    headings = [
        [WIDE[place], f"{WIDE[place][0]} {WIDE[place][1:]}", f"{WIDE[place][0]}\n{WIDE[place][1:]}"] for place in order
    ]
    second = ["U-b", "b", "×", "○"]
    rows = [
        WIDE,
        *([f"U-{number}", "a", "○", "×"] for number in range(gap)),
        [own[marks] for own in headings],
        [second[place] for place in order],
    ]
    found = _collected(tmp_path, rows, REGISTER)
    made = _all(found)
    assert len(made) == gap + 1
    own = made["U-b"]
    assert (own["name"], own["encrypted"], own["locked_storage"]) == ("b", False, True)
    assert not found.refusals


def test_half_width_headings_begin_a_table_again(tmp_path: Path) -> None:
    table = {**REGISTER, "columns": {"番号": "id", "パスワード": "password_protected", "名称": "name"}}
    rows = [["番号", "パスワード", "名称"], ["U-1", "○", "a"], ["名称", "ﾊﾟｽﾜｰﾄﾞ", "番号"], ["b", "×", "U-2"]]
    assert _all(_collected(tmp_path, rows, table))["U-2"]["name"] == "b"


def test_a_cell_above_a_second_table_does_not_fill_those_in_it(tmp_path: Path) -> None:
    table = {**REGISTER, "columns": {"番号": "id", "係": {"field": "unit", "fill_down": True}, "名称": "name"}}
    rows = [["番号", "係", "名称"], ["U-1", "庶務係", "a"], ["名称", "係", "番号"], ["b", "", "U-2"]]
    assert "unit" not in _all(_collected(tmp_path, rows, table))["U-2"]


def test_headings_of_another_table_below_are_refused(tmp_path: Path) -> None:
    rows = [WIDE, ["U-1", "a", "○", "×"], ["品目", "施錠", "名称", "暗号化"], ["U-2", "○", "b", "×"]]
    assert ("headings_inside", "A3") in [
        (key, f"A{cell[1:]}") for key, cell in _refusals(_collected(tmp_path, rows, REGISTER))
    ]


def test_headings_under_which_a_table_must_not_stand_end_no_table_in_silence(tmp_path: Path) -> None:
    table = {**REGISTER, "without": ["貸出日"]}
    rows = [WIDE, ["U-1", "a", "○", "×"], ["貸出日", "番号", "名称"], ["R5.1.1", "U-1", "b"]]
    assert "headings_inside" in dict(_refusals(_collected(tmp_path, rows, table)))


def test_words_that_are_headings_elsewhere_are_but_values(tmp_path: Path) -> None:
    rows = [WIDE, ["U-1", "施錠", "○", "×"], ["U-2", "暗号化", "○", "施錠"]]
    found = _collected(tmp_path, rows, REGISTER)
    assert [*_all(found)] == ["U-1", "U-2"]
    assert not found.refusals


def test_a_sheet_that_lacks_a_required_column_is_refused_though_another_has_them(run: Run, tmp_path: Path) -> None:
    sheets = {"中央": [WIDE, ["U-1", "a", "○", "×"]], "北": [["媒体番", *WIDE[1:]], ["U-2", "b", "×", "×"]]}
    ledger = write_book(tmp_path / "l.xlsx", sheets)
    result = run("import", ledger, "--mapping", _mapping(tmp_path, REGISTER), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "l.xlsx 北!" in result.stderr
    assert not (tmp_path / "inventory").exists()
    mapping = _mapping(tmp_path, {**REGISTER, "sheet": "中央"})
    assert run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory").exit_code == 0


def test_a_sheet_with_one_known_heading_is_told_as_not_read(run: Run, tmp_path: Path) -> None:
    sheets: dict[str, Any] = {"中央": [WIDE, ["U-1", "a", "○", "×"]], "集計": [["名称", "数"], ["SD", 1]]}
    ledger = write_book(tmp_path / "l.xlsx", sheets)
    result = run("import", ledger, "--mapping", _mapping(tmp_path, REGISTER), "--output", tmp_path / "inventory")
    assert result.exit_code == 0
    assert "集計" in result.stderr


@pytest.mark.parametrize("note", ["以下余白", "計 3本", "（半角）"])
def test_a_row_that_holds_nothing_but_an_id_is_refused(tmp_path: Path, note: str) -> None:
    found = _collected(tmp_path, [["No.", *WIDE], ["1", "U-1", "a", "○", "×"], ["2", note]], REGISTER)
    assert _refusals(found) == [("row_of_id_alone", "B3")]
    assert not _collected(tmp_path, [WIDE, ["U-1", "a", "○", "×"], [note]], {**REGISTER, "skip": [note]}).refusals


def test_a_table_of_ids_alone_is_read(tmp_path: Path) -> None:
    table = {"kind": "usb_medium", "columns": {"番号": "id", "係": {"field": "unit", "fill_down": True}}}
    found = _collected(tmp_path, [["番号", "係"], ["U-1", "庶務係"], ["U-2", ""]], table)
    assert {own["unit"] for own in _all(found).values()} == {"庶務係"}
    assert not found.refusals


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("u-1", "event_like_listed"),
        ("U -1", "event_like_listed"),
        ("U-1、U-2", "event_of_several"),
        ("U-1，U-2", "event_of_several"),
        ("U-1～U-3", "event_of_several"),
        ("U-1〜U-3", "event_of_several"),
    ],
)
def test_an_event_whose_id_may_be_one_that_is_listed_is_refused(tmp_path: Path, written: str, key: str) -> None:
    rows = [WIDE, ["U-1", "a", "○", "×"]]
    write_text(
        tmp_path / "log.csv",
        [["媒体", "受渡日"], ["Ｕ－１", "R5.4.1"], ["U-9", "R5.4.1"], [written, "R5.4.1"]],
        "utf-8",
    )
    ledger = write_text(tmp_path / "ledger.csv", rows, "utf-8")
    path = _mapping(tmp_path, REGISTER, LOG)
    found = collect([ledger, tmp_path / "log.csv"], read_mapping(str(path), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    assert _refusals(found) == [(key, "A4")]


def test_where_nothing_is_found_the_headings_and_the_sheets_are_named(run: Run, tmp_path: Path) -> None:
    ledger = write_book(tmp_path / "l.xlsx", {"台帳": [["品目", "数"], ["a", 1]]})
    command = ("import", ledger, "--output", tmp_path / "inventory", "--mapping")
    told = run(*command, _mapping(tmp_path, REGISTER)).stderr
    assert "l.xlsx 台帳" in told
    assert "番号" in told
    told = run(*command, _mapping(tmp_path, {**REGISTER, "header_row": 2})).stderr
    assert "2行目" in told
    assert "a、1" in told
    told = run(*command, _mapping(tmp_path, {**REGISTER, "sheet": "台帖"})).stderr
    assert "台帳" in told


def test_a_table_that_no_file_has_is_missing_in_all_of_them(run: Run, tmp_path: Path) -> None:
    files = [write_text(tmp_path / f"{name}.csv", [WIDE, [name, "a", "○", "×"]], "utf-8") for name in ("x", "y")]
    other = {"kind": "system", "columns": {"系統": "id", "概要": "name"}}
    result = run("import", *files, "--mapping", _mapping(tmp_path, REGISTER, other), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "x.csv" in result.stderr.splitlines()[-2]
    assert "y.csv" in result.stderr.splitlines()[-2]


def test_a_rule_whose_column_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    table = {**REGISTER, "skip": [{"column": "状熊", "like": "廃棄"}]}
    ledger = write_text(tmp_path / "ledger.csv", [WIDE, ["U-1", "a", "○", "×"]], "utf-8")
    result = run("import", ledger, "--mapping", _mapping(tmp_path, table), "--output", tmp_path / "inventory")
    assert "状熊" in result.stderr


def test_one_id_on_two_sheets_is_told_with_what_leaves_a_sheet_out(run: Run, tmp_path: Path) -> None:
    rows = [WIDE, ["U-1", "a", "○", "×"]]
    ledger = write_book(tmp_path / "l.xlsx", {"台帳": rows, "履歴": rows})
    result = run("import", ledger, "--mapping", _mapping(tmp_path, REGISTER), "--output", tmp_path / "inventory")
    assert result.exit_code == 4
    assert "`sheet`" in result.stderr.splitlines()[0]


@pytest.mark.parametrize("gap", range(994, 1001))
def test_headings_of_two_lines_are_found_wherever_a_sheet_is_cut_for_reading(tmp_path: Path, gap: int) -> None:
    first: Rows = [["媒体", None, "保管"], ["番号", "名称", "施錠"]]
    again: Rows = [["保管", "媒体", None], ["施錠", "番号", "名称"]]
    rows: Rows = [*first, *([f"U-{number}", "a", "○"] for number in range(gap)), *again, ["×", "U-b", "b"]]
    columns = {"媒体 / 番号": "id", "媒体 / 名称": "name", "保管 / 施錠": "locked_storage"}
    found = _collected(tmp_path, rows, {**REGISTER, "header_rows": 2, "columns": columns})
    assert len(_all(found)) == gap + 1
    assert _all(found)["U-b"]["name"] == "b"
    assert not found.refusals


@pytest.mark.parametrize("gap", range(992, 1000))
def test_headings_of_four_lines_are_found_wherever_a_sheet_is_cut_for_reading(tmp_path: Path, gap: int) -> None:
    first = [["甲", ""], ["乙", ""], ["丙", ""], ["番号", "名称"]]
    again = [["丁", ""], *first[1:3], ["名称", "番号"]]
    rows = [*first, *([f"U-{number}", "a"] for number in range(gap)), *again, ["b", "U-b"]]
    columns = {f"甲 / 乙 / 丙 / {title} | 丁 / 乙 / 丙 / {title}": field for title, field in COLUMNS.items()}
    found = _collected(tmp_path, rows, {**REGISTER, "header_rows": 4, "columns": columns})
    assert len(_all(found)) == gap + 1
    assert _all(found)["U-b"]["name"] == "b"
    assert not found.refusals


@pytest.mark.parametrize(("row", "cell", "column"), [(["", "1"], "A3", "課"), (["情報課", ""], "B3", "番号")])
def test_an_empty_part_of_an_id_is_named_with_its_cell(
    tmp_path: Path, row: Sequence[str], cell: str, column: str
) -> None:
    table = {"kind": "system", "id": "{課}-{番号}", "columns": {"課": "department", "番号": "note"}}
    found = _collected(tmp_path, [["課", "番号"], ["情報課", "1"], row], table)
    assert [(problem.key, _cell(problem), problem.facts.get("column")) for problem in found.refusals] == [
        ("row_without_id_part", cell, column)
    ]


# A row that is meant as headings is never forgotten

SYSTEM: Mapping[str, Any] = {
    "name": "システム",
    "kind": "system",
    "columns": {"No.": None, "番号": "id", "名称": "name", "機密性": "classification"},
    "without": ["機器番号"],
    "optional": True,
}
SERVER: Mapping[str, Any] = {
    "name": "サーバ",
    "kind": "server",
    "columns": {"機器番号": "id", "名称": "name", "固定": "fixed"},
    "require": ["id"],
    "optional": True,
}
SERVERS = [["機器番号", "名称", "固定"], ["SV-1", "a", "○"]]
SYSTEMS = [["No.", "名称", "機密性"], ["1", "住基", "3"]]


@pytest.mark.parametrize(
    "rows",
    [
        [*SYSTEMS, *SERVERS],
        [*SERVERS, *SYSTEMS],
        [*SERVERS, ["", "", ""], *SYSTEMS],
        [*SERVERS, *SYSTEMS, *SERVERS],
        [*SYSTEMS, ["番号", "名称", "機密性"], ["S-1", "a", "3"]],
    ],
    ids=["above", "below", "after a gap", "between", "of a table that is there"],
)
def test_headings_that_lack_a_column_are_refused_beside_tables_that_have_theirs(tmp_path: Path, rows: Rows) -> None:
    with pytest.raises(LedgerError) as caught:
        _collected(tmp_path, rows, SYSTEM, SERVER)
    assert caught.value.key == "no_ledger_column"
    assert caught.value.facts["column"] == "番号"


def test_headings_without_the_one_that_tells_their_table_are_refused_beside_others(tmp_path: Path) -> None:
    register = {**REGISTER, "with": ["暗号化 | 施錠"], "without": ["受渡日"], "optional": True}
    rows = [["番号", "名称", "係"], ["U-1", "a", "x"], [], ["媒体", "受渡日"], ["U-1", "R5.4.1"]]
    with pytest.raises(LedgerError) as caught:
        _collected(tmp_path, rows, register, LOG)
    assert caught.value.key == "no_ledger_sign"
    assert str(caught.value.facts["place"]).endswith("!A1")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(values=st.lists(st.sampled_from(["名称", "固定", "機密性", "a", "○", ""]), min_size=1, max_size=8))
def test_entries_are_not_taken_for_headings_of_another_table(tmp_path: Path, values: Sequence[str]) -> None:
    rows = [SERVERS[0], *([f"SV-{number}", value, "○"] for number, value in enumerate(values))]
    found = _collected(tmp_path, rows, SYSTEM, SERVER)
    assert len(_kinds(found)) == len(values)
    assert not found.refusals


@pytest.mark.parametrize("said", ["番号", "機器 番号"])
def test_a_heading_in_the_place_of_an_id_is_refused(tmp_path: Path, said: str) -> None:
    rows = [*SERVERS, ["", "", ""], [said, "廃棄日", "方法"], ["SV-0", "R7.3.1", "破砕"]]
    assert ("headings_inside", "A4") in _refusals(_collected(tmp_path, rows, SERVER, SYSTEM))


def test_the_end_of_the_heading_over_an_id_is_no_id(tmp_path: Path) -> None:
    table = {**REGISTER, "columns": {"管理番号": "id", "名称": "name", "ID": "note"}}
    rows = [["管理番号", "名称"], ["U-1", "a"], ["番号", "廃棄日"], ["号", "b"]]
    assert _refusals(_collected(tmp_path, rows, table)) == [("headings_inside", "A3")]


def test_headings_in_all_parts_of_an_id_are_refused(tmp_path: Path) -> None:
    table = {"kind": "system", "id": "{課}-{番号}", "columns": {"課": "department", "番号": "note", "名称": "name"}}
    rows = [["課", "番号", "名称"], ["情報課", "1", "a"], ["課", "番号", "b"], ["税務課", "番号", "c"]]
    assert _refusals(_collected(tmp_path, rows, table)) == [("headings_inside", "A3")]


# Of two ways to read the same headings, one is taken

ONE_LINE: Mapping[str, Any] = {"name": "一行", "kind": "system", "columns": COLUMNS, "optional": True}
TWO_LINES: Mapping[str, Any] = {
    "name": "二行",
    "kind": "system",
    "header_rows": 2,
    "columns": {"基本 / 番号": "id", "基本 / 名称": "name"},
    "optional": True,
}
STACKED = [["基本", ""], ["番号", "名称"]]


@pytest.mark.parametrize("tables", [(ONE_LINE, TWO_LINES), (TWO_LINES, ONE_LINE)])
def test_headings_of_two_lines_are_read_by_the_table_that_has_both(
    tmp_path: Path, tables: Sequence[Mapping[str, Any]]
) -> None:
    rows = [*STACKED, ["S-1", "a"], *STACKED, ["S-2", "b"], [], ["番号", "名称"], ["S-3", "c"]]
    found = _collected(tmp_path, rows, *tables)
    assert [(fields["id"], table.name) for output in found.outputs.values() for table, fields in output.stated()] == [
        ("S-1", "二行"),
        ("S-2", "二行"),
        ("S-3", "一行"),
    ]
    assert not found.refusals


def test_tables_that_read_other_ids_below_the_same_headings_are_both_read(tmp_path: Path) -> None:
    first = {"name": "甲", "kind": "office_pc", "columns": {"番号1": "id", "名称": "name"}}
    second = {"name": "乙", "kind": "office_pc", "columns": {"番号2": "id", "係": "unit", "名称": "name"}}
    found = _collected(tmp_path, [["番号1", "名称", "番号2", "係"], ["P-1", "a", "P-2", "x"]], first, second)
    assert {*_all(found)} == {"P-1", "P-2"}


def test_a_row_that_two_tables_take_is_not_said_to_stand_twice(tmp_path: Path) -> None:
    again = {**OFFICE, "name": "事務（再）"}
    found = _collected(tmp_path, [HEADINGS, ["1", "a", "LGWAN"]], OFFICE, again)
    assert [(problem.key, problem.facts["table"]) for problem in found.refusals] == [
        ("row_of_two_tables", "事務（再）")
    ]


def test_a_file_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    ledger = write_text(tmp_path / "ledger.csv", [["番号", "名称"], ["S-1", "a"]], "utf-8")
    mapping = read_mapping(str(_mapping(tmp_path, ONE_LINE)), SCHEMAS)
    found = collect([ledger, tmp_path / ".." / tmp_path.name / "ledger.csv"], mapping, Schemas(SCHEMAS), SCHEMAS)
    assert not found.refusals
    assert {*_all(found)} == {"S-1"}


# Several headings for a column that nobody reads do no harm


def test_two_headings_for_a_column_that_is_not_read_do_no_harm(tmp_path: Path) -> None:
    table = {**REGISTER, "columns": {"番号": "id", "名称": "name", "購入日 | 登録日": None}}
    found = _collected(tmp_path, [["番号", "名称", "登録日", "購入日"], ["U-1", "a", "R5.4.1", "R5.4.2"]], table)
    assert {*_all(found)} == {"U-1"}
    assert not [key for key, _ in found.notices if key == "ledger.columns_not_read"]


@pytest.mark.parametrize("states", [("廃棄", "毎日"), ("使用中", "廃棄"), ("", "廃棄")])
def test_a_rule_looks_at_all_of_its_columns(tmp_path: Path, states: Sequence[str]) -> None:
    table = {**REGISTER, "skip": [{"column": "状態 | 利用状況", "like": "廃棄"}]}
    rows = [["番号", "名称", "状態", "利用状況"], ["U-1", "a", *states], ["U-2", "b", "使用中", "毎日"]]
    assert {*_all(_collected(tmp_path, rows, table))} == {"U-2"}


# What stands far away, and what is merged, costs little


def test_cells_far_to_the_right_are_left_alone_unless_a_heading_is_there(tmp_path: Path) -> None:
    far = [None] * 16000
    rows: Rows = [["番号", "名称"], *([f"S-{number}", "a", *far, 1] for number in range(3))]
    ledger = write_book(tmp_path / "l.xlsx", {"台帳": rows, "右": [[*far, "番号", "名称"], [*far, "S-9", "z"]]})
    mapping = read_mapping(str(_mapping(tmp_path, ONE_LINE)), SCHEMAS)
    read = SheetReader(open_ledger(ledger).sheets[0], mapping.tables).read()
    assert max(len(row) for _, block in read for row in block) == 2
    assert {*_all(collect([ledger], mapping, Schemas(SCHEMAS), SCHEMAS))} == {"S-0", "S-1", "S-2", "S-9"}


def test_rows_that_are_no_headings_are_not_looked_at_cell_by_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = 0
    match = Headings.match

    def counted(self: Headings, table: Table, window: Sequence[tuple[int, list[Raw]]]) -> Near | None:
        nonlocal looked
        looked += 1
        return match(self, table, window)

    monkeypatch.setattr(Headings, "match", counted)
    rows = [["番号", "名称"], *([f"S-{number}", "a"] for number in range(3000))]
    assert len(_kinds(_collected(tmp_path, rows, ONE_LINE, TWO_LINES, SERVER))) == 3000
    assert looked < 10


@given(st.data())
def test_the_group_of_a_merged_cell_is_found(data: st.DataObject) -> None:
    tops = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=12))
    areas, row = [], 1
    for high in tops:
        areas.append((row, high, row + high - 1, high + 1))
        row += high

    class Merged:
        merged = tuple(areas)

    headings = Headings(cast("Sheet", Merged()))
    for number in range(1, row + 2):
        for column in range(1, 7):
            own = [area for area in areas if area[0] <= number <= area[2] and area[1] <= column <= area[3]]
            assert headings.area(number, column) == (own[0] if own else None)


# What is told names what is missing


def test_what_is_needed_is_told_table_by_table(run: Run, tmp_path: Path) -> None:
    ledger = write_text(tmp_path / "ledger.csv", [["a", "b"], ["1", "2"]], "utf-8")
    mapping = _mapping(tmp_path, SYSTEM, {**SERVER, "columns": {"機器番号 | 機器": "id", "名称": "name"}})
    told = run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory", "--lang", "en").stderr
    assert "システム (番号, 名称, 機密性), サーバ (機器番号 | …)" in told


@pytest.mark.parametrize(("other", "nearest"), [("No.", None), ("システム番", "システム番")])
def test_a_heading_that_is_another_column_is_not_suggested(tmp_path: Path, other: str, nearest: str | None) -> None:
    table = {"kind": "system", "columns": {"システム番号": "id", "システム名": "name"}}
    with pytest.raises(LedgerError) as caught:
        _collected(tmp_path, [[other, "システム名"], ["1", "a"]], table)
    assert caught.value.facts["nearest"] == nearest


def test_headings_that_go_on_in_lines_that_a_table_nearly_has_are_told_by_what_it_lacks(tmp_path: Path) -> None:
    rows: Rows = [["番号", "名称", "所管", None], [None, None, "課", "係"], ["S-1", "a", "税務課", "市民税係"]]
    ledger = write_book(tmp_path / "l.xlsx", {"台帳": rows}, {"台帳": ["A1:A2", "B1:B2", "C1:D1"]})
    columns = {**COLUMNS, "所管 / 課": "department", "所管 / 係": "unit", "接続 / 系統": "network"}
    high = {"name": "二行", "kind": "system", "columns": columns, "optional": True, "header_rows": 2}
    mapping = read_mapping(str(_mapping(tmp_path, ONE_LINE, high)), SCHEMAS)
    with pytest.raises(LedgerError) as caught:
        collect([ledger], mapping, Schemas(SCHEMAS), SCHEMAS)
    assert (caught.value.key, caught.value.facts["column"]) == ("no_ledger_column", "接続 / 系統")
    assert caught.value.facts["known"] == ["番号", "名称", "所管 / 課", "係"]


@pytest.mark.parametrize("sheet", ["不明", "なし", "4月1日"])
def test_the_name_of_a_sheet_that_cannot_be_part_of_an_id_is_told_once(tmp_path: Path, sheet: str, run: Run) -> None:
    rows: Rows = [["ID", "氏名"], ["a01", "山田"], ["a02", "田中"]]
    ledger = write_book(tmp_path / "ids.xlsx", {sheet: rows})
    mapping = _mapping(
        tmp_path,
        {"kind": "user_id", "id": "{{sheet}}-{ID}", "columns": {"ID": "account", "氏名": "holder", "{sheet}": "site"}},
    )
    found = collect([ledger], read_mapping(str(mapping), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    (refusal,) = found.refusals
    assert not found.problems
    assert str(refusal.location).endswith(f"ids.xlsx {sheet}")
    assert run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory").exit_code == 4


def test_a_cell_that_is_read_twice_is_told_once(tmp_path: Path) -> None:
    table = {"kind": "user_id", "id": "x-{ID}", "columns": {"ID": "account", "氏名": "holder"}}
    found = _collected(tmp_path, [["ID", "氏名"], ["-", "山田"]], table)
    assert _refusals(found) == [("no_value_unclear", "A2")]
    assert not found.problems


def test_a_row_that_two_tables_may_have_is_refused_once(tmp_path: Path) -> None:
    found = _collected(tmp_path, [HEADINGS, ["1", "a", "独立"], ["支所分", "", ""]], STANDALONE, OFFICE)
    assert _refusals(found) == [("row_of_id_alone", "A3")]


def test_a_row_without_a_department_is_named_by_its_cell(tmp_path: Path) -> None:
    rows = [["番号", "名称", "課"], ["1", "a", "情報課"], ["2", "b", ""]]
    path = tmp_path / "mapping.yaml"
    table = {"kind": "system", "columns": {**COLUMNS, "課": "department"}}
    path.write_text(json.dumps({"tables": [table]}), encoding="utf-8")
    ledger = write_text(tmp_path / "ledger.csv", rows, "utf-8")
    found = collect([ledger], read_mapping(str(path), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    assert _refusals(found) == [("row_without_department", "C3")]


def test_rows_that_are_left_out_are_told_with_what_took_them(tmp_path: Path, run: Run) -> None:
    skip = ["合計*", "計", {"column": "状況 | 状態", "like": ["廃棄", "返却済*"]}]
    rows = [
        ["番号", "名称", "状態\n（現況）", "状態"],
        ["1", "a", "", ""],
        ["2", "b", "", "廃棄"],
        ["3", "c", "", "返却済み"],
        ["4", "d", "", "返却済"],
        ["計", "4", "", ""],
    ]
    ledger = write_text(tmp_path / "ledger.csv", rows, "utf-8")
    mapping = _mapping(tmp_path, {"kind": "system", "columns": COLUMNS, "skip": skip})
    told = run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory", "--lang", "en").stderr
    assert "ledger.csv: a row that is like “状態：廃棄” was left out (row 3)." in told
    assert "ledger.csv: rows that are like “状態：返却済*” were left out: 2 (rows 4, 5)." in told
    assert "ledger.csv: a row that is like “計” was left out (row 6)." in told
    assert "状態 （現況）" in told


@pytest.mark.parametrize("rows", [[["a", "b"], ["1", "2"]], [["番号", "名称"], ['"1', "2"]]])
def test_how_a_file_was_read_is_told_though_it_cannot_be_used(tmp_path: Path, run: Run, rows: Rows) -> None:
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("".join(f"{';'.join(map(str, row))}\n" for row in rows), encoding="cp932")
    mapping = _mapping(tmp_path, {"kind": "system", "columns": COLUMNS})
    result = run("import", ledger, "--mapping", mapping, "--output", tmp_path / "inventory", "--lang", "en")
    assert result.exit_code == 4
    assert "the separator is “;”" in result.stderr
    assert "`separator` in the mapping" in result.stderr


def test_the_separator_can_be_given(tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_text("番号|名称\n1|a,b;c\n", encoding="utf-8")
    mapping = _mapping(tmp_path, {"kind": "system", "columns": COLUMNS})
    given = json.loads(mapping.read_text("utf-8")) | {"separator": "|"}
    mapping.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
    found = collect([tmp_path / "ledger.csv"], read_mapping(str(mapping), SCHEMAS), Schemas(SCHEMAS), SCHEMAS)
    assert _all(found)["1"]["name"] == "a,b;c"
