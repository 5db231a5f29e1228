"""`policycheck import` as a whole: what a mapping says, and what becomes of the inventory."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import ryaml
import yaml
from conftest import AS_OF, Run
from importing import (
    COLUMNS,
    HEADINGS,
    REGISTER,
    Fields,
    Import,
    KilledError,
    Rows,
    cells,
    contents,
    die_at,
    done,
    entries,
    importer,
    mapping_of,
    put_book,
    put_csv,
    refused,
    usb,
)

from policycheck.texts import LANGUAGES

EXPECTED = {
    "U-1": {"name": "福祉用", "encrypted": "true", "virus_checked_on": "2023-09-29"},
    "U-2": {"name": "㈱髙橋①", "encrypted": "false", "virus_checked_on": "2023-10-01"},
}


@pytest.fixture
def imports(run: Run, tmp_path: Path) -> Import:
    return importer(run, tmp_path)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The file that an import of usb.csv or usb.xlsx writes."""
    return tmp_path / "inventory" / "usb.yaml"


# What a mapping says


def test_a_small_register_is_imported(imports: Import, tmp_path: Path, made: Path, run: Run) -> None:
    put_book(tmp_path / "usb.xlsx", 管理簿=REGISTER)
    result = done(imports("usb.xlsx"))
    assert entries(made) == EXPECTED
    whole = yaml.safe_load(made.read_text(encoding="utf-8"))
    assert whole["department"] == "福祉課"
    assert whole["usb_media"][1]["imported_from"] == {"file": "usb.xlsx", "sheet": "管理簿", "cell": "A3"}
    assert "追加2" in result.stdout
    assert run("validate", tmp_path / "inventory").exit_code == 0


def test_sheets_are_chosen_by_patterns_whatever_their_width_and_case(
    imports: Import, tmp_path: Path, made: Path
) -> None:
    other = [HEADINGS, ["U-9", "別", "○", "R5.9.29"]]
    sheets: dict[str, Rows] = {"ＵＳＢ管理簿": REGISTER, "旧台帳": other, "メモ": [["何か"]]}
    put_book(tmp_path / "usb.xlsx", **sheets)
    told = done(imports("usb.xlsx", mapping=mapping_of(usb(sheet=["usb*", "台帳?"])))).stderr
    assert entries(made) == EXPECTED
    assert "旧台帳" in told
    assert "メモ" in told


def test_brackets_in_patterns_are_but_characters(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", [*REGISTER, ["[廃止]U-3", "", "", ""], ["廃U-4", "別", "", ""]])
    done(imports("usb.csv", mapping=mapping_of(usb(skip=["[廃止]*"]))))
    assert [*entries(made)] == ["U-1", "U-2", "廃U-4"]


def test_files_are_chosen_by_patterns(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    put_csv(tmp_path / "ids.csv", [["番号", "施設"], ["K-1", "東会館"]])
    ids = {"kind": "user_id", "file": "IDS.*", "columns": {"番号": "id", "施設": "site"}}
    result = done(imports("usb.csv", "ids.csv", mapping=mapping_of(usb(file="usb*"), ids)))
    assert entries(tmp_path / "inventory" / "usb.yaml") == EXPECTED
    assert entries(tmp_path / "inventory" / "ids.yaml") == {"K-1": {"site": "東会館"}}
    assert "ids.yaml" in result.stdout


def test_one_output_takes_all_files(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER[:2])
    put_csv(tmp_path / "more.csv", [HEADINGS, REGISTER[2]])
    done(imports("usb.csv", "more.csv", mapping=mapping_of(output="all.yml")))
    assert sorted(contents(tmp_path / "inventory")) == [".policycheck/all.yml.ndjson", "all.yml"]
    assert entries(tmp_path / "inventory" / "all.yml") == EXPECTED


@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.yaml"])
def test_every_format_of_inventory_is_written_and_valid(name: str, imports: Import, tmp_path: Path, run: Run) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv", mapping=mapping_of(output=name)))
    found = entries(tmp_path / "inventory" / name)
    assert [fields["name"] for fields in found.values()] == ["福祉用", "㈱髙橋①"]
    assert run("validate", tmp_path / "inventory").exit_code == 0
    before = contents(tmp_path / "inventory")
    done(imports("usb.csv", mapping=mapping_of(output=name)))
    assert contents(tmp_path / "inventory") == before


def test_headings_may_stand_anywhere(imports: Import, tmp_path: Path, made: Path) -> None:
    moved: Rows = [["USB管理簿"], [], ["", "令和5年度", "", ""], *(["", "", *row] for row in REGISTER)]
    put_book(tmp_path / "usb.xlsx", 管理簿=moved)
    done(imports("usb.xlsx"))
    assert entries(made) == EXPECTED
    assert cells(made) == {"U-1": "C5", "U-2": "C6"}


def test_a_row_of_headings_can_be_named(imports: Import, tmp_path: Path, made: Path) -> None:
    rows = [HEADINGS, ["例-1", "見本", "○", "R5.9.29"], *REGISTER]
    put_csv(tmp_path / "usb.csv", rows)
    done(imports("usb.csv", mapping=mapping_of(usb(header_row=3))))
    assert entries(made) == EXPECTED
    told = refused(
        imports("usb.csv", mapping=mapping_of(usb(header_row=2), output="other.yaml")),
        tmp_path,
        contents(tmp_path / "inventory"),
    )
    assert "usb.csv" in told


GROUPED: Rows = [
    ["番号", "ウイルス対策", "", "保管", ""],
    ["", "確認日", "常駐", "施錠", "備考"],
    ["U-1", "R5.9.29", "○", "×", "あ"],
]
GROUPS = {
    "番号": "id",
    "ウイルス対策 / 確認日": "virus_checked_on",
    "ウイルス対策/常駐": None,
    "保管 / 施錠": "locked_storage",
    "保管 / 備考": "note",
}


@pytest.mark.parametrize("name", ["usb.csv", "usb.xlsx", "blank.xlsx"])
def test_headings_of_two_rows_with_groups(name: str, imports: Import, tmp_path: Path) -> None:
    if name.endswith("csv"):
        put_csv(tmp_path / name, GROUPED)
    else:
        merged = ("A1:A2", "B1:C1", "D1:E1") if name == "usb.xlsx" else ()
        put_book(tmp_path / name, *merged, 表=[[cell or None for cell in row] for row in GROUPED])
    done(imports(name, mapping=mapping_of(usb(header_rows=2, columns=GROUPS), output="usb.yaml")))
    assert entries(tmp_path / "inventory" / "usb.yaml") == {
        "U-1": {"virus_checked_on": "2023-09-29", "locked_storage": "false", "note": "あ"}
    }


def test_headings_that_go_on_below_are_told(imports: Import, tmp_path: Path) -> None:
    put_book(tmp_path / "usb.xlsx", "A1:A2", 表=[HEADINGS, ["", "", "有無", ""], *REGISTER[1:]])
    assert "header_rows: 2" in refused(imports("usb.xlsx"), tmp_path)


def test_an_id_is_made_of_columns_and_of_names(imports: Import, tmp_path: Path) -> None:
    ids = {
        "kind": "user_id",
        "id": "{file}-{sheet}/{施設}・{ID}",
        "columns": {"施設 | 拠点": "site", "ID": "account", "{sheet}": "unit", "{file}": "name"},
    }
    put_book(tmp_path / "ids.xlsx", 東=[["拠点", "ID"], ["Ａ館", "０１"]], 西=[["施設", "ID"], ["B館", 2]])
    done(imports("ids.xlsx", mapping=mapping_of(ids)))
    assert entries(tmp_path / "inventory" / "ids.yaml") == {
        "ids-東/A館・01": {"site": "Ａ館", "account": "０１", "unit": "東", "name": "ids"},
        "ids-西/B館・2": {"site": "B館", "account": "2", "unit": "西", "name": "ids"},
    }


def test_an_id_is_made_of_cells_that_are_filled_down(imports: Import, tmp_path: Path) -> None:
    ids = {
        "kind": "user_id",
        "id": "{施設}-{ID}",
        "columns": {"施設": {"field": "site", "fill_down": True}, "ID": "account"},
    }
    put_csv(tmp_path / "ids.csv", [["施設", "ID"], ["東会館", "a"], ["", "b"], ["西会館", "c"], ["", "d"]])
    done(imports("ids.csv", mapping=mapping_of(ids)))
    assert [*entries(tmp_path / "inventory" / "ids.yaml")] == ["東会館-a", "東会館-b", "西会館-c", "西会館-d"]


def test_a_part_of_an_id_that_cannot_be_read_is_named_with_its_cell(imports: Import, tmp_path: Path) -> None:
    ids = {"kind": "user_id", "id": "{施設}-{ID}", "columns": {"施設": "site", "ID": "account"}}
    put_csv(tmp_path / "ids.csv", [["施設", "ID"], ["東会館", "a"], ["東会館", "〃"]])
    assert "ids.csv!B3:" in refused(imports("ids.csv", mapping=mapping_of(ids)), tmp_path)


COLUMN_RULES: list[tuple[Any, str, object, dict[str, Any]]] = [
    ({"field": "encrypted", "values": {"暗": True, "平": False}}, "暗", "平", {"encrypted": ("true", "false")}),
    ({"field": "name", "empty": ["※", "―――"]}, "※", "―――", {}),
    (
        {"field": "virus_checked_on", "coarse": "first"},
        "令和5年9月",
        "2023年度",
        {"virus_checked_on": ("2023-09-01", "2023-04-01")},
    ),
    (
        {"field": "virus_checked_on", "coarse": "last"},
        "令和5年9月",
        "2023年度",
        {"virus_checked_on": ("2023-09-30", "2024-03-31")},
    ),
    (
        {"field": "virus_checked_on", "coarse": "last"},
        "令和5年度第2四半期",
        "2023年度第4四半期",
        {"virus_checked_on": ("2023-09-30", "2024-03-31")},
    ),
    (
        {"field": "virus_checked_on", "order": "mdy"},
        "3/4/2023",
        "12/31/2023",
        {"virus_checked_on": ("2023-03-04", "2023-12-31")},
    ),
    (
        {"field": "virus_checked_on", "order": "dmy"},
        "3/4/2023",
        "31/12/2023",
        {"virus_checked_on": ("2023-04-03", "2023-12-31")},
    ),
    (
        {"field": "virus_checked_on", "serial": "1900"},
        "45198",
        "45199",
        {"virus_checked_on": ("2023-09-29", "2023-09-30")},
    ),
    (
        {"field": "virus_checked_on", "serial": "1904"},
        "43736",
        "43737",
        {"virus_checked_on": ("2023-09-29", "2023-09-30")},
    ),
    (
        {"field": "virus_checked_on", "unix": True},
        "1695949200",
        "1696035600",
        {"virus_checked_on": ("2023-09-29", "2023-09-30")},
    ),
    ({"field": "note", "fill_down": True}, "上", "", {"note": ("上", "上")}),
    (None, "何でも", "", {}),
]


@pytest.mark.parametrize(("rule", "one", "two", "expected"), COLUMN_RULES)
def test_a_column_is_read_as_its_rule_says(
    rule: Any, one: str, two: str, expected: dict[str, Any], imports: Import, tmp_path: Path, made: Path
) -> None:
    put_csv(tmp_path / "usb.csv", [["番号", "値"], ["U-1", one], ["U-2", two]])
    done(imports("usb.csv", mapping=mapping_of(usb(columns={"番号": "id", "値": rule}))))
    found = entries(made)
    assert [*found] == ["U-1", "U-2"]
    for number, fields in enumerate(found.values()):
        assert fields == {name: values[number] for name, values in expected.items()}


def test_a_list_is_split_where_its_column_says(imports: Import, tmp_path: Path) -> None:
    system = {"kind": "system", "columns": {"ID": "id", "拠点": {"field": "sites", "split": "+"}}}
    put_csv(tmp_path / "a.csv", [["ID", "拠点"], ["S-1", "本庁、東＋西+北"]], "utf-8")
    done(imports("a.csv", mapping=mapping_of(system)))
    assert entries(tmp_path / "inventory" / "a.yaml")["S-1"]["sites"] == ["本庁、東＋西", "北"]


def test_a_cell_that_is_filled_down_says_what_stands_above_it_whichever_table_that_row_is_of(
    imports: Import, tmp_path: Path
) -> None:
    rows = [
        ["施設", "番号", "区分"],
        ["東会館", "A1", "単独"],
        ["", "B1", "庁内"],
        ["西会館", "B2", "庁内"],
        ["", "A2", "単独"],
    ]
    columns = {"施設": {"field": "unit", "fill_down": True}, "番号": "id"}
    one = {"kind": "standalone_pc", "columns": columns, "only": [{"column": "区分", "like": "単独"}]}
    two = {"kind": "office_pc", "columns": columns, "only": [{"column": "区分", "like": "庁内"}]}
    put_csv(tmp_path / "pc.csv", rows)
    done(imports("pc.csv", mapping=mapping_of(one, two)))
    found = entries(tmp_path / "inventory" / "pc.yaml")
    assert {key: fields["unit"] for key, fields in found.items()} == {
        "A1": "東会館",
        "A2": "西会館",
        "B1": "東会館",
        "B2": "西会館",
    }


def test_columns_have_other_headings_and_some_may_be_missing(imports: Import, tmp_path: Path, made: Path) -> None:
    columns = {"番号 | 管理 番号": "id", "名称": "name", "暗号化": "encrypted"}
    put_csv(tmp_path / "usb.csv", [["管理番号", "名称"], ["U-1", "福祉用"]])
    told = refused(imports("usb.csv", mapping=mapping_of(usb(columns=columns))), tmp_path)
    assert "「暗号化」" in told
    done(imports("usb.csv", mapping=mapping_of(usb(columns=columns, require=["name"]))))
    assert entries(made) == {"U-1": {"name": "福祉用"}}


def test_what_is_set_is_said_where_a_row_says_nothing(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", [HEADINGS, ["U-1", "", "×", ""], ["U-2", "名", "", ""]])
    done(
        imports(
            "usb.csv",
            mapping=mapping_of(
                usb(set={"encrypted": True, "registered": True, "name": "予備", "virus_checked_on": None})
            ),
        )
    )
    assert entries(made) == {
        "U-1": {"name": "予備", "registered": "true", "encrypted": "false", "virus_checked_on": "null"},
        "U-2": {"name": "名", "registered": "true", "encrypted": "true", "virus_checked_on": "null"},
    }


def test_rows_are_skipped_by_the_first_cell_or_by_a_column_and_told(
    imports: Import, tmp_path: Path, made: Path
) -> None:
    rows = [*REGISTER, ["合　計", "2本", "", ""], ["U-3", "廃棄済", "", ""], ["", "※ 注意", "", ""]]
    put_csv(tmp_path / "usb.csv", rows)
    skip = ["合計*", "※*", {"column": "名称", "like": ["廃棄*", "返却*"]}]
    told = done(imports("usb.csv", mapping=mapping_of(usb(skip=skip)))).stderr
    assert entries(made) == EXPECTED
    assert "合計*" in told
    assert "廃棄*" in told or "名称" in told


def test_a_total_without_a_rule_is_refused_and_told_with_its_cell(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", [*REGISTER, ["", "合計", "2本", ""]])
    told = refused(imports("usb.csv"), tmp_path)
    assert "usb.csv!A4" in told
    assert "skip" in told


def test_an_optional_table_may_be_missing_and_another_one_may_not(imports: Import, tmp_path: Path, made: Path) -> None:
    pcs: Fields = {"kind": "office_pc", "columns": {"端末番号": "id"}}
    put_csv(tmp_path / "usb.csv", REGISTER)
    assert "office_pc" in refused(imports("usb.csv", mapping=mapping_of(usb(), pcs)), tmp_path)
    done(imports("usb.csv", mapping=mapping_of(usb(), pcs | {"optional": True})))
    assert entries(made) == EXPECTED


# Where tables stand


def test_repeated_headings_and_blank_rows_are_no_entries(imports: Import, tmp_path: Path, made: Path) -> None:
    rows = [["一頁"], HEADINGS, REGISTER[1], [], ["", "　", "", ""], HEADINGS, REGISTER[2]]
    put_csv(tmp_path / "usb.csv", rows)
    done(imports("usb.csv", mapping=mapping_of(usb())))
    assert entries(made) == EXPECTED
    put_book(tmp_path / "usb2.xlsx", 表=[[cell or None for cell in row] for row in rows])
    done(imports("usb2.xlsx", mapping=mapping_of(usb(), output="usb.yaml"), prefer="ledger"))
    assert entries(made) == EXPECTED


def test_tables_one_below_the_other_and_side_by_side(imports: Import, tmp_path: Path) -> None:
    ids = {"kind": "user_id", "columns": {"ID": "id", "拠点": "site"}}
    below: Rows = [*REGISTER, [], ["利用者"], ["ID", "拠点"], ["K-1", "東"], ["K-2", "西"]]
    beside: Rows = [
        [*HEADINGS, "", "ID", "拠点"],
        [*REGISTER[1], "", "K-1", "東"],
        [*REGISTER[2], "", "", ""],
        ["", "", "", "", "", "K-2", "西"],
    ]
    for name, rows in {"below.csv": below, "beside.csv": beside}.items():
        put_csv(tmp_path / name, rows)
        done(imports(name, mapping=mapping_of(usb(skip=["利用者"]), ids, output="all.yaml"), prefer="ledger"))
        found = entries(tmp_path / "inventory" / "all.yaml")
        assert found == EXPECTED | {"K-1": {"site": "東"}, "K-2": {"site": "西"}}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("head", [1, 2])
def test_headings_beside_a_table_cost_it_no_row(imports: Import, tmp_path: Path, suffix: str, head: int) -> None:
    ids = {"kind": "user_id", "columns": {"ID": "id", "拠点": "site"}}
    rights: Rows = [["", "", ""]] * head + [
        ["", "ID", "拠点"],
        ["", "K-1", "東"],
        ["", "ID", "拠点"],
        ["", "K-2", "西"],
    ]
    lefts = [*REGISTER, HEADINGS, ["U-3", "", "", ""], ["U-4", "", "○", ""], ["U-5", "", "○", ""]]
    rows = [[*left, *right] for left, right in zip(lefts, [*rights, *[["", "", ""]] * 9], strict=False)]
    path = tmp_path / f"beside.{suffix}"
    put_csv(path, rows) if suffix == "csv" else put_book(path, 表=[[cell or None for cell in row] for row in rows])
    lenient = usb(require=["id"], columns=COLUMNS | {"番号": "id"})
    imports(path.name, mapping=mapping_of(lenient | {"skip": ["U-3"]}, ids, output="all.yaml"))
    assert [*entries(tmp_path / "inventory" / "all.yaml")] == ["U-1", "U-2", "U-4", "U-5", "K-1", "K-2"]


def test_tables_under_the_same_headings_side_by_side_are_told_apart_by_their_areas(
    imports: Import, tmp_path: Path, made: Path
) -> None:
    put_csv(tmp_path / "usb.csv", [[*HEADINGS, *HEADINGS], [*REGISTER[1], *REGISTER[2]]])
    assert "area" in refused(imports("usb.csv"), tmp_path)
    tables = usb(name="左", area="A:D"), usb(name="右", area="E:H")
    done(imports("usb.csv", mapping=mapping_of(*tables)))
    assert entries(made) == EXPECTED
    assert cells(made) == {"U-1": "A2", "U-2": "E2"}


def test_cells_that_are_merged_downwards_speak_for_all_their_rows(imports: Import, tmp_path: Path, made: Path) -> None:
    rows: Rows = [["番号", "名称", "備考"], ["U-1", "共通", "一"], ["U-2", None, "二"], ["U-3", "別", None]]
    put_book(tmp_path / "usb.xlsx", "B2:B3", "C3:C4", 表=rows)
    done(imports("usb.xlsx", mapping=mapping_of(usb(columns={"番号": "id", "名称": "name", "備考": "note"}))))
    assert entries(made) == {
        "U-1": {"name": "共通", "note": "一"},
        "U-2": {"name": "共通", "note": "二"},
        "U-3": {"name": "別", "note": "二"},
    }


# Departments, encodings, and other types of files


def test_a_department_comes_from_its_column_or_the_option_or_the_mapping(imports: Import, tmp_path: Path) -> None:
    columns = COLUMNS | {"課": "department"}
    put_csv(tmp_path / "usb.csv", [[*HEADINGS, "課"], [*REGISTER[1], "市民課"], [*REGISTER[2], ""]])
    for option, other in (({}, "福祉課"), ({"department": "税務課"}, "税務課")):
        name = f"{other}.yaml"
        for old in (tmp_path / "inventory").glob("*.yaml"):
            old.unlink()
        done(imports("usb.csv", mapping=mapping_of(usb(columns=columns), output=name), **option))
        found = entries(tmp_path / "inventory" / name)
        assert [found[key]["department"] for key in ("U-1", "U-2")] == ["市民課", other]


def test_a_row_without_a_department_is_refused(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    mapping = yaml.safe_dump({"tables": [usb()]})
    told = refused(imports("usb.csv", mapping=mapping), tmp_path)
    assert "usb.csv!A2" in told
    assert "--department" in told


@pytest.mark.parametrize(
    ("codec", "separator", "name", "shown"),
    [
        ("utf-8", ",", "usb.csv", "UTF-8"),
        ("utf-8-sig", ",", "usb.csv", "UTF-8 (BOM)"),
        ("cp932", ",", "usb.csv", "cp932"),
        ("utf-16", "\t", "usb.txt", "UTF-16"),
        ("utf-8", "\t", "usb.tsv", "TAB"),
        ("cp932", ";", "usb.csv", ";"),
    ],
)
def test_an_encoding_is_found_and_told(
    codec: str, separator: str, name: str, shown: str, imports: Import, tmp_path: Path, made: Path
) -> None:
    put_csv(tmp_path / name, REGISTER, codec, separator)
    assert shown in done(imports(name)).stderr
    assert entries(made) == EXPECTED


def test_an_encoding_can_be_given_and_has_to_fit(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER, "cp932")
    assert "UTF-8" in refused(imports("usb.csv", encoding="utf-8"), tmp_path)
    assert imports("usb.csv", encoding="klingon").exit_code == 2
    assert "klingon" in imports("usb.csv", encoding="klingon").stderr
    done(imports("usb.csv", encoding="shift_jis"))
    assert entries(made) == EXPECTED
    done(imports("usb.csv", mapping=mapping_of(encoding="cp932")))


def test_json_is_read_where_the_mapping_says(imports: Import, tmp_path: Path, run: Run) -> None:
    hosts = {"data": {"hosts": [{"id": 7, "os": {"name": "Windows"}}, {"id": 8, "os": {"name": None}}]}}
    (tmp_path / "fleet.json").write_text(json.dumps(hosts), encoding="utf-8")
    table = {"kind": "office_pc", "columns": {"id": "id", "os.name": "name"}}
    done(imports("fleet.json", mapping=mapping_of(table, rows_at="data.hosts")))
    made = tmp_path / "inventory" / "fleet.yaml"
    assert entries(made) == {"7": {"name": "Windows"}, "8": {}}
    assert cells(made) == {"7": "/data/hosts/0/id", "8": "/data/hosts/1/id"}
    told = refused(
        imports("fleet.json", mapping=mapping_of(table, rows_at="data.host")),
        tmp_path,
        contents(tmp_path / "inventory"),
    )
    assert "hosts" in told


# What cannot be read


def test_a_value_that_cannot_be_read_is_left_out_told_and_unknown(
    imports: Import, tmp_path: Path, made: Path, run: Run
) -> None:
    put_book(tmp_path / "usb.xlsx", 管理簿=[HEADINGS, ["U-1", "福祉用", "△", "R5.9.31"]])
    result = done(imports("usb.xlsx"), 4)
    assert entries(made) == {"U-1": {"name": "福祉用"}}
    assert "usb.xlsx 管理簿!C2: " in result.stderr
    assert "usb.xlsx 管理簿!D2: " in result.stderr
    scan = run("scan", tmp_path / "inventory", "--as-of", AS_OF, "--format", "json")
    found = [one for one in json.loads(scan.stdout)["results"] if one["resource"]["id"] == "U-1"]
    assert "unknown" in {one["status"] for one in found}
    assert all("管理簿" in json.dumps(one["location"], ensure_ascii=False) for one in found)


def test_two_rows_with_one_id_are_refused_with_both_cells(imports: Import, tmp_path: Path) -> None:
    put_book(tmp_path / "usb.xlsx", 甲=REGISTER, 乙=[HEADINGS, ["u－1".upper(), "", "", ""]])
    told = refused(imports("usb.xlsx"), tmp_path)
    assert "甲!A2" in told
    assert "乙!A2" in told


def test_two_files_with_one_id_are_refused_though_each_goes_into_its_own(imports: Import, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        put_csv(tmp_path / name, REGISTER)
    told = refused(imports("a.csv", "b.csv"), tmp_path)
    assert "a.csv!A2" in told
    assert "b.csv!A2" in told


def test_what_another_file_of_the_inventory_lists_is_refused(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    put_csv(tmp_path / "more.csv", [HEADINGS, ["U-3", "予備", "", ""]])
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hand.yaml").write_text("department: 福祉課\nusb_media: [{id: U-2}]\n", encoding="utf-8")
    for output in ({}, {"output": "new.ndjson"}):
        before = contents(tmp_path / "inventory")
        told = refused(imports("usb.csv", "more.csv", mapping=mapping_of(**output)), tmp_path, before)
        assert "usb.csv!A3" in told


def test_what_the_other_file_of_an_import_lists_by_hand_is_refused(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    put_csv(tmp_path / "more.csv", [HEADINGS, ["U-3", "予備", "", ""]])
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "more.yaml").write_text("department: 福祉課\nusb_media: [{id: U-2}]\n", encoding="utf-8")
    told = refused(imports("usb.csv", "more.csv"), tmp_path, contents(tmp_path / "inventory"))
    assert "usb.csv!A3" in told


# Again and again


def test_no_line_is_broken_within_a_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(mapping_of(), encoding="utf-8")
    ledger = put_csv(tmp_path / f"USB管理{'台帳' * 20}.csv", [*REGISTER, ["U-3", "a", "△", ""]])
    folder = tmp_path / "台帳 の フォルダ"
    told = run("import", ledger, "--mapping", tmp_path / "m.yaml", "--output", folder)
    assert told.exit_code == 4
    assert str(folder / ledger.with_suffix(".yaml").name) in told.stdout
    assert f"{ledger.name}!C4" in told.stderr


def test_nothing_is_written_by_a_dry_run(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    told = done(imports("usb.csv", dry_run=True))
    assert "+ usb_medium/U-1" in told.stdout
    assert not (tmp_path / "inventory").exists()
    done(imports("usb.csv"))
    before = contents(tmp_path / "inventory")
    put_csv(tmp_path / "usb.csv", [*REGISTER, ["U-3", "新", "", ""]])
    told = done(imports("usb.csv", dry_run=True))
    assert "U-3" in told.stdout
    assert contents(tmp_path / "inventory") == before


def test_importing_again_changes_nothing(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    before = contents(tmp_path / "inventory")
    result = done(imports("usb.csv"))
    assert contents(tmp_path / "inventory") == before
    assert "変わりません" in result.stdout or "変更なし" in result.stdout


def test_what_only_stands_elsewhere_in_the_ledger_is_told(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    put_csv(tmp_path / "usb.csv", [["表題"], *REGISTER])
    for dry_run in (True, False):
        told = done(imports("usb.csv", **({"dry_run": True} if dry_run else {}))).stdout
        assert "変更なし" not in told
        assert "2" in told
    assert cells(made) == {"U-1": "A3", "U-2": "A4"}


def test_what_people_wrote_survives_what_the_ledger_changes(imports: Import, tmp_path: Path, made: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    text = made.read_text(encoding="utf-8")
    text = text.replace("name: 福祉用", "name: 直した名  # 課長に確認済み\n    locked_storage: true")
    text += "  - id: 手-1  # 手で足した\n    note: 私物\n"
    made.write_text(text, encoding="utf-8")
    put_csv(tmp_path / "usb.csv", [HEADINGS, ["U-1", "福祉用", "×", "R5.9.29"], REGISTER[2]])
    result = done(imports("usb.csv"))
    after = made.read_text(encoding="utf-8")
    assert "課長に確認済み" in after
    assert "# 手で足した" in after
    assert entries(made) == EXPECTED | {
        "U-1": EXPECTED["U-1"] | {"name": "直した名", "locked_storage": "true", "encrypted": "false"},
        "手-1": {"note": "私物"},
    }
    assert "更新1" in result.stdout


def test_an_empty_cell_says_what_stands_above_it_in_a_row_that_is_left_out(imports: Import, tmp_path: Path) -> None:
    rows: Rows = [
        ["拠点", "ID", "状態"],
        ["東", "a", "有効"],
        ["西", "c", "削除"],
        ["", "d", "有効"],
        ["合計", "", ""],
        ["", "e", "有効"],
    ]
    put_csv(tmp_path / "ids.csv", rows)
    columns = {"拠点": {"field": "site", "fill_down": True}, "ID": "id", "状態": "status"}
    table = {"kind": "user_id", "columns": columns, "skip": ["合計", {"column": "状態", "like": ["削除"]}]}
    done(imports("ids.csv", mapping=mapping_of(table)))
    found = entries(tmp_path / "inventory" / "ids.yaml")
    assert {key: fields["site"] for key, fields in found.items()} == {"a": "東", "d": "西", "e": "西"}


def test_what_vanished_is_marked_told_deleted_on_demand_and_comes_back(
    imports: Import, tmp_path: Path, made: Path
) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    put_csv(tmp_path / "usb.csv", REGISTER[:2])
    told = done(imports("usb.csv"))
    assert "--delete-vanished" in told.stdout
    assert "vanished_on: 2026-11-20" in made.read_text(encoding="utf-8").replace('"', "").replace("'", "")
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    assert "vanished_on" not in made.read_text(encoding="utf-8")
    put_csv(tmp_path / "usb.csv", REGISTER[:2])
    done(imports("usb.csv", delete_vanished=True))
    assert [*entries(made)] == ["U-1"]


def test_a_dry_run_shows_what_would_change_in_a_file_that_cannot_be_edited(
    imports: Import, tmp_path: Path, made: Path
) -> None:
    server = {"kind": "server", "sheet": "サーバ", "columns": {"番号": "id"}, "optional": True}
    mapping = mapping_of(usb(sheet="管理簿"), server)
    put_book(tmp_path / "usb.xlsx", 管理簿=REGISTER)
    done(imports("usb.xlsx", mapping=mapping))
    made.write_text(f"---\n{made.read_text(encoding='utf-8')}...\n", encoding="utf-8")
    before = contents(tmp_path / "inventory")
    put_book(tmp_path / "usb.xlsx", 管理簿=REGISTER, サーバ=[["番号"], ["S-1"]])
    for dry_run in (True, False):
        result = imports("usb.xlsx", mapping=mapping, **({"dry_run": True} if dry_run else {}))
        assert ("+ server/S-1" in result.stdout) == dry_run
        assert result.exit_code == 4
        assert "usb.yaml:" in result.stderr
        assert contents(tmp_path / "inventory") == before


@pytest.mark.parametrize(("side", "name"), [("inventory", "手の名"), ("ledger", "新しい名")])
def test_conflicts_are_refused_until_a_side_is_preferred(
    side: str, name: str, imports: Import, tmp_path: Path, made: Path
) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    done(imports("usb.csv"))
    made.write_text(made.read_text(encoding="utf-8").replace("福祉用", "手の名"), encoding="utf-8")
    put_csv(tmp_path / "usb.csv", [HEADINGS, ["U-1", "新しい名", "○", "R5.9.29"], REGISTER[2]])
    told = refused(imports("usb.csv"), tmp_path, contents(tmp_path / "inventory"))
    assert "! usb_medium/U-1 name" in told
    assert "--prefer" in told
    done(imports("usb.csv", prefer=side))
    assert entries(made)["U-1"]["name"] == name


# The hand-over log


LOG = {
    "kind": "usb_medium",
    "name": "授受簿",
    "log": True,
    "columns": {"媒体番号": "id", "貸出日": "last_used_on"},
    "set": {"registered": False},
}
EVENTS: Rows = [["貸出日", "媒体番号"], ["R5.9.1", "U-1"], ["R5.11.2", "U-1"], ["R5.10.3", "U-1"], ["R5.8.1", "U-7"]]


def _lists(
    imports: Import, folder: Path, register: Rows = REGISTER, events: Rows = EVENTS, **log: Any
) -> dict[str, Fields]:
    put_book(folder / "usb.xlsx", 管理簿=register, 授受簿=events)
    done(imports("usb.xlsx", mapping=mapping_of(usb(set={"registered": True}), LOG | log)))
    return entries(folder / "inventory" / "usb.yaml")


def test_a_log_gives_known_media_their_latest_day_and_shows_unknown_ones(imports: Import, tmp_path: Path) -> None:
    found = _lists(imports, tmp_path)
    assert {key: (fields["registered"], fields.get("last_used_on")) for key, fields in found.items()} == {
        "U-1": ("true", "2023-11-02"),
        "U-2": ("true", None),
        "U-7": ("false", "2023-08-01"),
    }
    before = contents(tmp_path / "inventory")
    _lists(imports, tmp_path)
    assert contents(tmp_path / "inventory") == before
    registered = [*REGISTER, ["U-7", "別", "", ""]]
    assert _lists(imports, tmp_path, registered)["U-7"] == {
        "name": "別",
        "registered": "true",
        "last_used_on": "2023-08-01",
    }


@pytest.mark.parametrize("listed_in", ["usb.yaml", "other.yaml"])
def test_an_event_is_compared_with_what_the_inventory_lists(
    imports: Import, tmp_path: Path, run: Run, listed_in: str
) -> None:
    file = tmp_path / "inventory" / listed_in
    file.parent.mkdir()
    file.write_text("department: 福祉課\nusb_media:\n- {id: U-1, registered: true}\n", encoding="utf-8")
    before = contents(tmp_path / "inventory")
    put_book(tmp_path / "usb.xlsx", 授受簿=[EVENTS[0], ["R5.9.1", "u-1"]])
    told = refused(imports("usb.xlsx", mapping=mapping_of(LOG)), tmp_path, before)
    assert "授受簿!A2" in told
    assert "U-1" in told


def test_an_event_without_a_day_says_nothing_against_later_ones(imports: Import, tmp_path: Path) -> None:
    columns = {"媒体番号": "id", "貸出日": "last_used_on", "借受人": "note"}
    rows = [["貸出日", "媒体番号", "借受人"], ["R5.9.1", "U-7", "甲"], ["R5.11.2", "U-7", "乙"], ["", "U-7", "丙"]]
    assert _lists(imports, tmp_path, events=rows, columns=columns)["U-7"] == {
        "registered": "false",
        "last_used_on": "2023-11-02",
        "note": "乙",
    }


def test_a_log_may_set_the_department_and_fields_inside_others(imports: Import, tmp_path: Path, run: Run) -> None:
    table = {
        "kind": "standalone_pc",
        "name": "点検簿",
        "log": True,
        "columns": {"番号": "id", "定義日": "antivirus.definitions_updated_on"},
        "set": {"department": "税務課", "antivirus.resident": True},
    }
    rows = [["番号", "定義日"], ["P-1", "R5.9.1"], ["P-1", "R5.11.2"], ["P-1", "R5.10.2"]]
    put_csv(tmp_path / "log.csv", rows)
    done(imports("log.csv", mapping=yaml.safe_dump({"tables": [table]}, allow_unicode=True)))
    found = entries(tmp_path / "inventory" / "log.yaml")
    assert found == {"P-1": {"antivirus": {"resident": "true", "definitions_updated_on": "2023-11-02"}}}
    assert run("validate", tmp_path / "inventory").exit_code == 0


def test_a_log_says_nothing_of_what_another_file_lists(imports: Import, tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hand.yaml").write_text("department: 福祉課\nusb_media: [{id: U-7}]\n", encoding="utf-8")
    assert [*_lists(imports, tmp_path)] == ["U-1", "U-2"]


# Much, and cut short


def test_lines_that_are_streamed_say_what_yaml_says_and_are_merged_the_next_time(
    imports: Import, tmp_path: Path
) -> None:
    rows = [HEADINGS, *([f"U-{n}", f"名{n}", "○×"[n % 2], "R5.9.29"] for n in range(2500))]
    put_csv(tmp_path / "usb.csv", rows)
    lines = tmp_path / "inventory" / "usb.ndjson"
    done(imports("usb.csv", mapping=mapping_of(output="usb.ndjson")))
    streamed, remembered = lines.read_text(encoding="utf-8"), contents(tmp_path / "inventory" / ".policycheck")
    done(imports("usb.csv", mapping=mapping_of(output="usb.ndjson")))
    assert lines.read_text(encoding="utf-8") == streamed
    assert contents(tmp_path / "inventory" / ".policycheck") == remembered
    lines.unlink()
    done(imports("usb.csv"))
    whole = ryaml.loads((tmp_path / "inventory" / "usb.yaml").read_text(encoding="utf-8"))
    expected = [{"kind": "usb_medium", **entry, "department": "福祉課"} for entry in whole["usb_media"]]
    same = [json.loads(line) for line in streamed.splitlines()] == expected
    assert same


def _peak(folder: Path, count: int) -> int:
    put_csv(folder / f"{count}.csv", [HEADINGS, *([f"U-{n}", f"媒体{n}", "○", "R5.9.29"] for n in range(count))])
    mapping = folder / "mapping.yaml"
    mapping.write_text(mapping_of(output=f"{count}.ndjson"), encoding="utf-8")
    code = "import resource, sys; from policycheck.cli import main\ntry: main()\nfinally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    command = [sys.executable, "-c", code, "import", f"{count}.csv", "--mapping", mapping, "--output", str(count)]
    done = subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True, text=True)
    return int(done.stderr.split()[-1])


def test_ten_times_the_rows_need_hardly_more_memory(tmp_path: Path) -> None:
    few, many = _peak(tmp_path, 5_000), _peak(tmp_path, 50_000)
    assert many < few * 1.5
    assert len((tmp_path / "50000" / "50000.ndjson").read_bytes().splitlines()) == 50_000


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("output", ["usb.yaml", "usb.ndjson"])
@pytest.mark.parametrize("again", [False, True])
def test_cut_short_anywhere_the_next_import_makes_it_whole(
    step: int, output: str, again: bool, imports: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = mapping_of(output=output)
    if again:
        put_csv(tmp_path / "usb.csv", [HEADINGS, ["U-1", "古い名", "○", ""], ["U-9", "別", "", ""]])
        done(imports("usb.csv", mapping=mapping))
    put_csv(tmp_path / "usb.csv", REGISTER)
    die_at(step, monkeypatch)
    with pytest.raises(KilledError):
        done(imports("usb.csv", mapping=mapping))
    monkeypatch.undo()
    done(imports("usb.csv", mapping=mapping, delete_vanished=True))
    found = entries(tmp_path / "inventory" / output)
    assert {key: fields["name"] for key, fields in found.items()} == {"U-1": "福祉用", "U-2": "㈱髙橋①"}


@pytest.mark.parametrize("given", [{}, {"output": "usb.ndjson"}])
def test_the_next_issue_of_a_ledger_comes_into_the_same_file_by_its_name_in_the_mapping(
    given: Fields, imports: Import, tmp_path: Path
) -> None:
    put_csv(tmp_path / "管理簿_R8.11.csv", REGISTER)
    put_csv(tmp_path / "管理簿_R8.12.csv", [HEADINGS, ["U-1", "新しい名", "○", "R8.12.1"], ["U-3", "別", "", ""]])
    done(imports("管理簿_R8.11.csv"))
    before = contents(tmp_path / "inventory")
    for language in LANGUAGES:
        told = refused(imports("管理簿_R8.12.csv", lang=language, mapping=mapping_of(**given)), tmp_path, before)
        assert "`output: 管理簿_R8.11.yaml`" in told
    done(imports("管理簿_R8.12.csv", mapping=mapping_of(output="管理簿_R8.11.yaml")))
    found = entries(tmp_path / "inventory" / "管理簿_R8.11.yaml")
    assert {key: fields["name"] for key, fields in found.items()} == {
        "U-1": "新しい名",
        "U-2": "㈱髙橋①",
        "U-3": "別",
    }


def _two_ledgers(folder: Path, name: str) -> None:
    for number in (1, 2):
        put_csv(folder / f"{number}.csv", [HEADINGS, [f"U-{number}", name, "○", ""]])


def test_a_file_that_cannot_be_written_keeps_all_others_from_being_written(imports: Import, tmp_path: Path) -> None:
    _two_ledgers(tmp_path, "旧")
    done(imports("1.csv", "2.csv"))
    _two_ledgers(tmp_path, "新")
    (tmp_path / "inventory" / "2.yaml").chmod(0o444)
    before = contents(tmp_path / "inventory")
    assert "2.yaml" in refused(imports("1.csv", "2.csv"), tmp_path, before)
    looked = imports("1.csv", "2.csv", dry_run=True)
    assert (looked.exit_code, "2.yaml" in looked.stderr) == (4, True)


def test_what_cannot_be_written_leaves_nothing_behind(
    imports: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two_ledgers(tmp_path, "旧")
    die_at(0, monkeypatch, OSError)
    for output in ("usb.yaml", "usb.ndjson"):
        assert "No space" in refused(imports("1.csv", "2.csv", mapping=mapping_of(output=output)), tmp_path)


@pytest.mark.parametrize("step", range(6))
def test_where_the_disk_is_full_it_is_said_what_was_written(
    step: int, imports: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _two_ledgers(tmp_path, "旧")
    done(imports("1.csv", "2.csv"))
    before = contents(tmp_path / "inventory")
    _two_ledgers(tmp_path, "新")
    die_at(step, monkeypatch, OSError)
    result = imports("1.csv", "2.csv")
    monkeypatch.undo()
    assert (result.exit_code, "書き終えたファイル" in result.stderr) == (4, step > 1)
    after = contents(tmp_path / "inventory")
    changed = [name for name in ("1.yaml", "2.yaml") if after[name] != before[name]]
    assert changed == ["1.yaml", "2.yaml"][: (step + 1) // 3]
    assert [name for name in after if name not in before] == [
        f".policycheck/{name}.ndjson.next" for name in changed if step in (2, 5) and name == changed[-1]
    ]
    _two_ledgers(tmp_path, "最新")
    done(imports("1.csv", "2.csv"))
    assert {entries(file)[f"U-{file.stem}"]["name"] for file in (tmp_path / "inventory").glob("*.yaml")} == {"最新"}


# Mappings that cannot be


BAD: dict[str, tuple[Any, int, str]] = {
    "unknown key": ({"tabels": []}, 1, "tables"),
    "no tables": ({"tables": []}, 1, ""),
    "unknown kind": ({"tables": [usb(kind="usb_media")]}, 2, "usb_medium"),
    "unknown field": ({"tables": [usb(columns={"番号": "id", "名": "nmae"})]}, 5, "name"),
    "provenance": ({"tables": [usb(columns={"番号": "id", "元": "imported_from"})]}, 5, ""),
    "nested field": ({"tables": [{"kind": "server", "columns": {"番号": "id", "所": "location"}}]}, 5, "location"),
    "double heading": ({"tables": [usb(columns={"番号": "id", "名 | 番　号": "name"})]}, 3, ""),
    "no id": ({"tables": [usb(columns={"名": "name"})]}, 2, "id"),
    "two ids": ({"tables": [usb(id="{名}", columns={"番号": "id", "名": "name"})]}, 2, "id"),
    "double field": ({"tables": [usb(columns={"番号": "id", "甲": "name", "乙": "name"})]}, 3, "name"),
    "wrong word": (
        {"tables": [usb(columns={"番号": "id", "暗": {"field": "encrypted", "values": {"△": "少し"}}})]},
        5,
        "△",
    ),
    "wrong set": ({"tables": [usb(set={"encrypted": "少し"})]}, 9, "encrypted"),
    "set unknown": ({"tables": [usb(set={"encrypt": True})]}, 9, "encrypted"),
    "double table": ({"tables": [usb(), usb()]}, 8, "usb_medium"),
    "bad area": ({"tables": [usb(area="1:3")]}, 8, ""),
    "output elsewhere": ({"output": "../a.yaml", "tables": [usb()]}, 1, ""),
    "output hidden": ({"output": ".a.yaml", "tables": [usb()]}, 1, ""),
    "a list": ([1], 1, ""),
    "nothing": (None, 1, ""),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("document", "line", "word"), BAD.values(), ids=list(BAD))
def test_a_mapping_that_cannot_be_is_refused_with_its_line(
    document: Any, line: int, word: str, language: str, imports: Import, tmp_path: Path
) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    result = imports("usb.csv", mapping=text, lang=language)
    assert result.exit_code == 2, result.output
    assert re.search(rf"mapping\.yaml:{line}\b", result.stderr), text
    assert word in result.stderr
    assert not (tmp_path / "inventory").exists()


@pytest.mark.parametrize("text", ["tables: [", "a: 1\na: 2\n", "\ta: 1", "x" * 10])
def test_a_mapping_that_is_no_yaml_is_refused(text: str, imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    result = imports("usb.csv", mapping=text)
    assert result.exit_code == 2
    assert "mapping.yaml" in result.stderr


def test_what_is_missing_on_the_command_line_is_asked_for(run: Run, tmp_path: Path) -> None:
    put_csv(tmp_path / "usb.csv", REGISTER)
    file = tmp_path / "usb.csv"
    for arguments, word in (
        ([], "FILE"),
        ([file], "--output"),
        ([file, "--output", tmp_path / "x"], "--mapping"),
        ([file, "--output", tmp_path / "x", "--mapping", "usb_registr"], "usb_regist"),
        ([file, "--output", tmp_path / "x", "--mapping", tmp_path / "none.yaml"], "none.yaml"),
        ([file, "--output", tmp_path / "x", "--prefer", "me"], "ledger"),
    ):
        result = run("import", *arguments)
        assert result.exit_code == 2
        assert word in result.stderr
    assert not (tmp_path / "x").exists()
