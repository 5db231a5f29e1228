"""Where tables stand in a sheet, which of their rows are theirs, and what is said where that is not clear."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import ryaml
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers.writing import Rows, write_book, write_text

from policycheck.bundle import Bundle
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.collect import Collected, collect
from policycheck.ledgers.mapping_files import read_mapping
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
    assert "ledger.csv!C4: “” fits the `only` of no table" in result.stderr
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
    rows = [["番号", "名称"], ["固定", "固定"], ["S-2", "b"], ["機器番号", "固定"], ["SV-1", "○"]]
    found = _collected(tmp_path, rows, {"kind": "system", "columns": COLUMNS}, server)
    assert _kinds(found) == {"固定": "system", "S-2": "system", "SV-1": "server"}


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
