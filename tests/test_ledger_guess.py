"""A first mapping for a ledger that nobody has described: what it takes for sure, what it leaves to people, and that it is
used by nobody else."""

import csv
import datetime
import io
import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import ryaml
from conftest import Run
from generated import days, value_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ledgers import SAMPLES

from policycheck.bundle import Bundle
from policycheck.errors import LedgerError, UsageError
from policycheck.excel.writing import Value
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.collect import Collected, collect
from policycheck.ledgers.guess import Guess, guess
from policycheck.ledgers.guess_columns import SURE
from policycheck.ledgers.guess_headings import bare
from policycheck.ledgers.mapping_files import read_mapping, ready_mappings
from policycheck.ledgers.paths import value_at
from policycheck.ledgers.words import fold
from policycheck.ledgers.workbook_columns import ExportColumn, Role
from policycheck.ledgers.workbook_sheets import columns_of
from policycheck.model import Fields
from policycheck.texts import LANGUAGES, texts

NODES = Bundle().schemas
KINDS = [kind for kind in Schemas(NODES).kinds.values() if kind != "attestation"]
COLUMNS = {
    kind: {".".join(column.path): column for column in columns_of(kind, NODES) if column.role is Role.FIELD}
    for kind in KINDS
}
AS_OF = datetime.date(2026, 11, 20)
USB = [
    ["資産番号", "所属", "暗号化", "最終使用日"],
    ["USB-1", "市民課", "○", "R8.4.1"],
    ["USB-2", "税務課", "×", "R8.5.1"],
]


def book(
    path: Path, *sheets: Sequence[Sequence[object]], names: Sequence[str] = (), merged: Sequence[str] = ()
) -> Path:
    """A workbook; cells are merged in its first sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(names[number] if names else f"S{number}")
        for row in rows:
            sheet.append(list(row))
        for area in merged if number == 0 else ():
            sheet.merge_cells(area)
    made.save(path)
    return path


def separated(path: Path, rows: Sequence[Sequence[object]], encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def guessed(path: Path, lang: str = "ja", encoding: str | None = None) -> Guess:
    """The same in both languages but for the comments."""
    own, other = (guess(path, NODES, texts(one), encoding) for one in (lang, "en" if lang == "ja" else "ja"))
    assert ryaml.loads(own.text) == ryaml.loads(other.text)
    assert own._replace(text="") == other._replace(text="")
    assert own == guess(path, NODES, texts(lang), encoding)
    return own


def active(made: Guess, table: int = 0) -> dict[str, str]:
    """The columns that are imported."""
    columns = ryaml.loads(made.text)["tables"][table]["columns"]
    fields = {heading: rule["field"] if isinstance(rule, dict) else rule for heading, rule in columns.items()}
    return {heading: field for heading, field in fields.items() if field}


def imported(path: Path, made: Guess, department: str = "市民局") -> Collected:
    file = path.with_suffix(".mapping.yaml")
    file.write_text(made.text, encoding="utf-8")
    mapping = read_mapping(str(file), NODES)
    return collect([path], mapping._replace(department=department), Schemas(NODES), NODES)


def entries(path: Path, made: Guess) -> list[Fields]:
    found = imported(path, made)
    assert found.refusals == []
    return [fields for output in found.outputs.values() for _, fields in output.stated()]


def comment(made: Guess, heading: str) -> str:
    (line,) = [line for line in made.text.splitlines() if re.match(rf" *(# )?['\"]?{re.escape(heading)}['\"]?: ", line)]
    return line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_headings_that_are_titles_of_fields_are_mapped(encoding: str, tmp_path: Path) -> None:
    path = separated(tmp_path / "USBメモリ.csv", USB, encoding)
    made = guessed(path)
    assert active(made) == {"資産番号": "id", "所属": "department", "暗号化": "encrypted", "最終使用日": "last_used_on"}
    assert ryaml.loads(made.text)["tables"][0]["kind"] == "usb_medium"
    assert made.complete
    assert made.sure > 0.9
    assert (made.mapped, made.columns) == (4, 4)
    assert entries(path, made)[0] == {
        "id": "USB-1",
        "department": "市民課",
        "last_used_on": "2026-04-01",
        "encrypted": True,
        "imported_from": {"file": "USBメモリ.csv", "cell": "A2"},
    }


def test_small_differences_of_a_heading_do_not_matter(tmp_path: Path) -> None:
    row = ["（１）資産番号（※）", "所 属", "暗号化（○×）", "ｳｲﾙｽﾁｪｯｸ日※1", "パスワード設定の有無", "Last_Used_On"]
    path = separated(tmp_path / "a.csv", [row, ["U1", "a", "○", "R8.4.1", "有", "R8.4.2"]])
    made = guessed(path)
    assert list(active(made).values()) == [
        "id",
        "department",
        "encrypted",
        "virus_checked_on",
        "password_protected",
        "last_used_on",
    ]
    assert entries(path, made)[0]["password_protected"] is True


def test_a_heading_that_is_only_like_a_known_one_is_left_to_people(tmp_path: Path) -> None:
    headings = [
        "資産番号",
        "所属",
        "最終使用日",
        "暗号化予定",
        "暗号化（予定）",
        "パスワード設定不要",
        "ウイルスチャック日",
        "棚",
    ]
    path = separated(tmp_path / "a.csv", [headings, ["U1", "a", "R8.4.1", "○", "○", "○", "R8.4.1", "○"]])
    made = guessed(path)
    assert list(active(made).values()) == ["id", "department", "last_used_on"]
    for heading in headings[3:7]:
        assert comment(made, heading).lstrip().startswith("# ")
        assert "見出しが似ているだけ、値 1/1 件が読める" in comment(made, heading)
    assert comment(made, "棚").strip() == "棚: null  # 対応する項目が見つかりません"
    assert set(entries(path, made)[0]) == {"id", "department", "last_used_on", "imported_from"}


def test_values_that_cannot_be_read_make_a_column_less_sure(tmp_path: Path) -> None:
    rows = [[f"U{n}", "a", "○" if n % 2 else "△", "来年" if n else "R8.4.1", ""] for n in range(10)]
    path = separated(tmp_path / "a.csv", [["資産番号", "所属", "暗号化", "最終使用日", "施錠保管"], *rows])
    made = guessed(path)
    assert active(made) == {"資産番号": "id", "所属": "department", "暗号化": "encrypted", "施錠保管": "locked_storage"}
    assert "    暗号化: encrypted  # 確度 75 %（見出し一致、値 5/10 件が読める）" in made.text
    assert re.search(r'# 暗号化: .field: encrypted, values: .*△"?: "[?]"', made.text)
    assert "値 1/10 件が読める" in comment(made, "最終使用日")
    assert "確度 80 %（見出し一致、値なし）" in comment(made, "施錠保管")
    assert [problem.key for problem in imported(path, made).problems] == ["yes_no_unclear"] * 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_sure_it_is_is_told_in_both_languages(lang: str, tmp_path: Path) -> None:
    made = guessed(separated(tmp_path / "USBメモリ.csv", [*USB, ["USB-3", "a", "△", ""]]), lang)
    told = {
        "ja": "確度 83 %（見出し一致、値 2/3 件が読める）",
        "en": "83 % sure (same heading, 2 of 3 values can be read)",
    }
    assert told[lang] in made.text
    assert (re.search("[ぁ-ん]", made.text) is None) == (lang == "en")


def test_titles_above_and_headings_of_two_lines_are_found(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["スタンドアロンPC台帳", None, None, None],
        ["令和8年4月1日現在", None, None, None],
        [None],
        ["資産番号", "ウイルス対策", None, "施錠保管"],
        [None, "常駐", "定義ファイル更新日", None],
        ["PC-1", "有", "R8.4.1", "○"],
        ["PC-2", "無", "R8.5.1", "×"],
        ["合計", 2],
        ["※ 貸出中のものを除く"],
    ]
    for merged in ([], ["A1:D1", "A4:A5", "B4:C4", "D4:D5"]):
        path = book(tmp_path / "a.xlsx", rows, merged=merged)
        made = guessed(path)
        assert active(made) == {
            "資産番号": "id",
            "ウイルス対策 / 常駐": "antivirus.resident",
            "ウイルス対策 / 定義ファイル更新日": "antivirus.definitions_updated_on",
            "施錠保管": "lockable_storage",
        }
        (table,) = ryaml.loads(made.text)["tables"]
        assert (table["kind"], table["header_rows"]) == ("standalone_pc", 2)
        assert table["skip"] == ["合計", "※ 貸出中のものを除く"]
        assert "header_row" not in table
        found = entries(path, made)
        assert [one["id"] for one in found] == ["PC-1", "PC-2"]
        assert found[1]["antivirus"] == {"resident": False, "definitions_updated_on": "2026-05-01"}


def test_tables_one_below_the_other_are_told_apart(tmp_path: Path) -> None:
    rows = [
        *USB,
        USB[0],
        ["USB-3", "a", "○", "R8.6.1"],
        [],
        ["2 サーバ"],
        ["資産番号", "名称", "固定"],
        ["SV-1", "庶務", "済"],
    ]
    path = book(tmp_path / "a.xlsx", rows)
    made = guessed(path)
    first, second = ryaml.loads(made.text)["tables"]
    assert (first["kind"], first["header_row"], first["skip"]) == ("usb_medium", 1, ["2 サーバ"])
    assert (second["kind"], second["header_row"]) == ("server", 8)
    assert [one["id"] for one in entries(path, made)] == ["USB-1", "USB-2", "USB-3", "SV-1"]


def test_a_person_of_a_list_is_no_row_of_headings(tmp_path: Path) -> None:
    rows = [
        ["ユーザーID", "氏名", "権限", "在籍", "ID有効"],
        ["a001", "高橋", "管理者", "在籍", "有効"],
        ["a002", "田中", "一般", "在籍", "有効"],
        ["a003", "佐藤", "一般", "退職", "有効"],
    ]
    path = book(tmp_path / "a.xlsx", rows, names=["一覧"])
    made = guessed(path)
    (table,) = ryaml.loads(made.text)["tables"]
    assert (table["id"], made.columns) == ("{ユーザーID}", 5)
    assert [one["holder"] for one in entries(path, made)] == ["高橋", "田中", "佐藤"]
    for other in (rows[1:3], [rows[2]], [["a002", "管理者", "共用", "在籍", "有効"], ["a003", "佐藤", "共用", "", ""]]):
        made = guessed(book(tmp_path / "b.xlsx", [rows[0], *other], names=["一覧"]))
        assert made.columns == 5, made.text
    below = [["ユーザーID", "利用者名", "特権", "在籍"], ["b001", "髙橋", "○", "在籍"]]
    assert len(ryaml.loads(guessed(book(tmp_path / "c.xlsx", [*rows, *below])).text)["tables"]) == 2


def test_tables_that_have_headings_in_common_are_told_apart(tmp_path: Path) -> None:
    rows = [["サーバ番号", "名称", "所管課", "固定"], ["SV-1", "庶務", "総務課", "済"]]
    kinds = ["システム番号", "サーバ番号", "管理番号"]
    below = [[[kind, "名称", "所管課"], [f"A-{kind}", "庶務", "総務課"]] for kind in kinds]
    path = book(tmp_path / "a.xlsx", [*rows, *(row for table in below for row in table)])
    assert [table["header_row"] for table in ryaml.loads(guessed(path).text)["tables"]] == [1, 3, 5, 7]


def test_sheets_with_the_same_headings_are_one_table(tmp_path: Path) -> None:
    ids = [["ID名称", "利用者", "特権ID"], ["uketsuke", "青葉", "○"], ["kanri", "若葉", "×"]]
    path = book(tmp_path / "利用者ID.xlsx", ids, ids, [["メモ"]], names=["東会館", "西会館", "説明"])
    made = guessed(path)
    (table,) = ryaml.loads(made.text)["tables"]
    assert table["sheet"] == ["東会館", "西会館"]
    assert table["id"] == "{sheet}-{ID名称}"
    assert "説明" in made.text
    assert [one["id"] for one in entries(path, made)] == [
        "東会館-uketsuke",
        "東会館-kanri",
        "西会館-uketsuke",
        "西会館-kanri",
    ]


def test_an_id_is_made_of_columns_that_do_not_repeat(tmp_path: Path) -> None:
    rows = [["拠点", "ID名称", "共用ID"], ["東", "a", "○"], ["西", "a", "○"], ["東", "b", "×"]]
    path = separated(tmp_path / "a.csv", rows)
    made = guessed(path)
    assert ryaml.loads(made.text)["tables"][0]["id"] == "{拠点}-{ID名称}"
    assert [one["id"] for one in entries(path, made)] == ["東-a", "西-a", "東-b"]


def test_without_an_id_the_mapping_is_incomplete_and_says_so(tmp_path: Path) -> None:
    path = separated(tmp_path / "a.csv", [["拠点", "ID名称", "共用ID"], ["東", "a", "○"], ["東", "a", "×"]])
    made = guessed(path)
    assert not made.complete
    assert "未完成" in made.text
    assert active(made) == {"拠点": "site", "ID名称": "account", "共用ID": "shared"}
    with pytest.raises(UsageError) as raised:
        imported(path, made)
    line = next(number for number, line in enumerate(made.text.splitlines(), 1) if "- name:" in line)
    assert str(raised.value.facts["place"]).endswith(f":{line}")


def test_a_mapping_that_is_incomplete_is_not_sure_at_all(run: Run, tmp_path: Path) -> None:
    path = separated(tmp_path / "a.csv", [["拠点", "ID名称", "共用ID"], ["東", "a", "○"], ["東", "a", "×"]])
    made = guessed(path)
    assert (made.sure, made.complete) == (0, False)
    assert not re.search("kind: user_id.*確度", made.text)
    told = run("import", "--guess", path)
    assert (told.exit_code, "確度" in told.stderr) == (0, False)
    assert "「未完成」" in told.stderr
    assert "未完成" in told.stdout


def test_the_closing_advice_names_a_department_where_no_column_does(run: Run, tmp_path: Path) -> None:
    path = separated(tmp_path / "USB メモリ.csv", [["資産番号", "暗号化"], ["USB-1", "○"], ["USB-2", "×"]])
    mapping = tmp_path / "m.yaml"
    told = run("import", "--guess", path, "--output", mapping, "--lang", "en")
    advice = next(line for line in told.stderr.splitlines() if "--mapping" in line)
    command = shlex.split(advice[advice.index("policycheck import") :].removesuffix("."))
    assert command[command.index("--department") + 1] == "NAME"
    done = run(*command[1:])
    assert done.exit_code == 0, done.output
    assert "--department" not in run("import", "--guess", separated(tmp_path / "b.csv", USB)).stderr


def test_a_table_of_what_happened_is_told_how_to_be_a_log(run: Run, tmp_path: Path) -> None:
    rows = [
        ["管理番号", "受渡日", "暗号化", "相手方"],
        ["USB-1", "R8.4.1", "○", "A社"],
        ["USB-2", "R8.5.1", "○", "B社"],
    ]
    path = separated(tmp_path / "授受簿.csv", rows)
    made = guessed(path)
    assert "log" not in ryaml.loads(made.text)["tables"][0]
    separated(path, [*rows, ["USB-1", "R8.6.1", "○", "C社"]])
    mapping = tmp_path / "m.yaml"
    mapping.write_text(made.text.replace("# log: true", "log: true"), encoding="utf-8")
    done = run("import", path, "--mapping", mapping, "--department", "市民課", "--output", tmp_path / "inventory")
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "inventory").glob("*.yaml")
    used = {one["id"]: one["last_used_on"] for one in ryaml.loads(file.read_text(encoding="utf-8"))["usb_media"]}
    assert used == {"USB-1": "2026-06-01", "USB-2": "2026-05-01"}
    assert "log: true" not in guessed(separated(tmp_path / "USBメモリ.csv", USB)).text


LOG = [["貸出日", "番号", "使用者", "用務", "返却日"], ["R8.10.5", "USB-1", "鈴木", "打合せ", "R8.10.5"]]


def test_a_log_is_drafted_even_if_little_of_it_is_known(run: Run, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", USB, LOG, [["あ", "い"]], names=["管理簿", "貸出簿", "説明"])
    made = guessed(path)
    _, log = ryaml.loads(made.text)["tables"]
    assert (log["name"], active(made, 1)) == ("貸出簿", {"貸出日": "last_used_on"})
    assert all(said in made.text.partition("貸出簿")[2] for said in ("未完成", "# set: {registered: false}"))
    assert not made.complete
    told = run("import", "--guess", path).stderr
    assert re.search("説明：.*あ、い", told)
    assert "貸出簿" not in told


def test_whether_the_media_are_registered_is_left_to_people_with_the_line_to_take(run: Run, tmp_path: Path) -> None:
    log = [["貸出日", "資産番号", "暗号化"], ["R8.10.5", "USB-1", "○"], ["R8.10.6", "USB-9", "○"]]
    path = book(tmp_path / "USBメモリ.xlsx", USB, log, names=["管理簿", "貸出簿"])
    made = guessed(path)
    register, lent = (table for table in ryaml.loads(made.text)["tables"])
    assert "set" not in register
    assert "set" not in lent
    first, second = made.text.partition("貸出簿")[::2]
    assert "# set: {registered: true}" in first
    assert "# set: {registered: false}" in second
    mapping = tmp_path / "m.yaml"
    mapping.write_text(re.sub(r"# (set: {|log: true)", r"\1", made.text), encoding="utf-8")
    done = run("import", path, "--mapping", mapping, "--department", "a", "--output", tmp_path / "inventory")
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "inventory").glob("*.yaml")
    found = {one["id"]: one["registered"] for one in ryaml.loads(file.read_text(encoding="utf-8"))["usb_media"]}
    assert found == {"USB-1": True, "USB-2": True, "USB-9": False}
    server = guessed(separated(tmp_path / "サーバ.csv", [["資産番号", "名称", "固定"], ["SV-1", "a", "済"]]))
    assert "set:" not in server.text


def test_what_is_said_to_be_gone_is_told_with_the_line_that_leaves_it_out(tmp_path: Path) -> None:
    rows = [[*USB[0], "現況"], [*USB[1], "使用中"], [*USB[2], "廃棄済"]]
    for more in ([], [["合計", "", "", "", ""]]):
        path = separated(tmp_path / "a.csv", [*rows, *more])
        made = guessed(path)
        assert [one["id"] for one in entries(path, made)] == ["USB-1", "USB-2"]
        sure = re.sub(r"# (skip: |- \{column: 現況)", r"\1", made.text)
        assert sure != made.text
        assert [one["id"] for one in entries(path, made._replace(text=sure))] == ["USB-1"]


@pytest.mark.parametrize(
    ("name", "file"), [("asset_management", "pc.csv"), ("ad_users", "ad.csv"), ("usb_register", "a.xlsx")]
)
def test_a_ready_mapping_that_fits_is_named(name: str, file: str, run: Run, tmp_path: Path) -> None:
    headings = {
        "pc.csv": [
            "資産管理番号",
            "コンピューター名",
            "所属部署",
            "OS",
            "ネットワーク区分",
            "ウイルス対策ソフト状態",
            "CPU",
        ],
        "ad.csv": ["SamAccountName", "Name", "DisplayName", "Department", "Office", "Enabled", "PasswordLastSet"],
    }
    register = ["管理番号", "所管課", "機密性", "暗号化", "施錠保管", "状態"]
    if file == "a.xlsx":
        path = book(tmp_path / file, [register, ["U1"]], [["貸出日", "管理番号", "氏名"], ["R8.4.1", "U1", "鈴木"]])
    else:
        path = separated(tmp_path / file, [headings[file], ["a"] * len(headings[file])])
    told = run("import", "--guess", path)
    assert f"--mapping {name}" in told.stderr
    assert f"--mapping {name}" in "".join(line for line in told.stdout.splitlines() if line.startswith("#"))
    other = book(tmp_path / "b.xlsx", [register, ["U1"]], [["番号", "システム名", "所管課"], ["S1", "a", "b"]])
    assert "付属の対応表" not in run("import", "--guess", other).stderr


@pytest.mark.parametrize(
    ("file", "output"),
    [
        ("USB管理台帳_R8.11", "USB管理台帳"),
        ("情報システム台帳（令和８年４月１日現在）", "情報システム台帳"),
        ("2026-11_pc", "pc"),
        ("PC一覧20261101", "PC一覧"),
        ("R8年度 USB台帳 11月分", "USB台帳"),
        ("Windows11一覧2", "Windows11一覧2"),
        ("R8.11", "R8.11"),
        (".x", "x"),
        ("_", "ledger"),
        ("a\\b", "a-b"),
    ],
)
def test_the_file_that_is_written_to_is_the_same_next_month(file: str, output: str, tmp_path: Path) -> None:
    made = guessed(separated(tmp_path / f"{file}.csv", USB))
    assert ryaml.loads(made.text)["output"] == f"{output}.yaml"


def test_an_id_that_repeats_is_not_taken_for_one(tmp_path: Path) -> None:
    path = separated(tmp_path / "a.csv", [USB[0], USB[1], USB[1]])
    made = guessed(path)
    assert not made.complete
    assert "値に重なりがある" in comment(made, "資産番号")


def test_of_columns_for_one_field_none_is_taken_unless_one_is_surer(tmp_path: Path) -> None:
    rows = [
        ["資産番号", "暗号化", "暗号化（○×）", "前回 / 最終使用日", "今回 / 最終使用日"],
        ["a", "○", "×", "R8.4.1", "R8.5.1"],
    ]
    made = guessed(separated(tmp_path / "USBメモリ.csv", rows))
    assert active(made) == {"資産番号": "id", "暗号化": "encrypted"}
    made = guessed(
        separated(tmp_path / "USBメモリ.csv", [["資産番号", "暗号化", "暗号化", "最終使用日"], ["a", "○", "×", ""]])
    )
    assert active(made) == {"資産番号": "id", "最終使用日": "last_used_on"}
    assert "「暗号化」" in made.text


def test_english_headings_and_json_are_known(tmp_path: Path) -> None:
    path = tmp_path / "hosts.json"
    path.write_text(
        json.dumps({"hosts": [{"id": "pc-1", "name": "a", "antivirus": {"resident": True}, "other": [1]}]}),
        encoding="utf-8",
    )
    made = guessed(path)
    assert active(made) == {"id": "id", "name": "name", "antivirus.resident": "antivirus.resident"}
    assert ryaml.loads(made.text)["rows_at"] == "hosts"
    kind = "standalone_pc"
    assert re.search(f"kind: null.*（{kind}）", made.text)
    chosen = made._replace(text=made.text.replace("kind: null", f"kind: {kind}"))
    assert entries(path, chosen)[0]["antivirus"] == {"resident": True}
    path = separated(tmp_path / "usb.csv", [["ID", "Department", "Last used on"], ["a", "b", "2026-04-01"]])
    assert active(guessed(path, "en")) == {"ID": "id", "Department": "department", "Last used on": "last_used_on"}


def test_words_under_a_heading_of_a_ready_mapping_mean_what_they_mean_there(tmp_path: Path) -> None:
    rows = [["SamAccountName", "Enabled", "Department"], ["aoba", "True", "a"], ["wakaba", "False", "a"]]
    path = separated(tmp_path / "ad.csv", rows)
    made = guessed(path)
    assert active(made)["Enabled"] == "status"
    assert [one["status"] for one in entries(path, made)] == ["active", "disabled"]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_mapped_agrees_with_the_ready_mapping(name: str, tmp_path: Path) -> None:
    ready = ryaml.loads(ready_mappings()[SAMPLES[name].mapping].read_text(encoding="utf-8"))
    for path in SAMPLES[name].write(tmp_path):
        made = guessed(path)
        for number, table in enumerate(ryaml.loads(made.text)["tables"]):
            known = {
                (fold(heading), rule["field"] if isinstance(rule, dict) else rule)
                for own in ready["tables"]
                if own["kind"] == table["kind"]
                for written, rule in own["columns"].items()
                for heading in written.split(" | ")
            }
            if not known:
                assert made.sure < SURE
            for heading, field in active(made, number).items():
                assert not known or {(fold(heading), field), (bare(heading), field)} & known, heading


def test_a_kind_that_is_not_clearly_ahead_is_left_to_people(tmp_path: Path) -> None:
    path = separated(tmp_path / "公用車台帳.csv", [["管理番号", "所管課", "名称"], ["車-1", "健康局", "軽トラ"]])
    made = guessed(path)
    assert (made.sure, made.complete) == (0, False)
    assert ryaml.loads(made.text)["tables"][0]["kind"] is None
    line = next(number for number, line in enumerate(made.text.splitlines(), 1) if "kind: null" in line)
    for kind in ("system", "office_pc", "server"):
        assert f"（{kind}）" in made.text.splitlines()[line - 1]
    with pytest.raises(UsageError) as raised:
        imported(path, made)
    assert str(raised.value.facts["place"]).endswith(f":{line}")
    chosen = made._replace(text=made.text.replace("kind: null", "kind: server"))
    assert [one["id"] for one in entries(path, chosen)] == ["車-1"]
    named = path.rename(tmp_path / "サーバ.csv")
    assert ryaml.loads(guessed(named).text)["tables"][0]["kind"] == "server"


def test_where_the_kind_is_open_a_heading_that_means_several_fields_is_not_taken(tmp_path: Path) -> None:
    made = guessed(separated(tmp_path / "a.csv", [["管理番号", "所属", "施錠保管"], ["a", "b", "○"]]))
    assert ryaml.loads(made.text)["tables"][0]["kind"] is None
    assert active(made) == {"管理番号": "id", "所属": "department"}
    assert "locked_storage" in comment(made, "施錠保管")
    assert "lockable_storage" in comment(made, "施錠保管")


def test_kinds_that_fit_almost_as_well_are_told(tmp_path: Path) -> None:
    path = separated(tmp_path / "サーバ.csv", [["資産番号", "名称", "備考"], ["a", "b", "c"]])
    made = guessed(path)
    assert 0 < made.sure < 1
    assert ryaml.loads(made.text)["tables"][0]["kind"] == "server"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_known_headings_nothing_is_written_and_those_that_were_seen_are_named(
    lang: str, run: Run, tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", [["台帳"], ["あ", "い"], [1, 2]], [], names=["表", "空"])
    told = run("import", "--guess", path, "--output", tmp_path / "m.yaml", "--lang", lang)
    assert (told.exit_code, told.stdout) == (4, "")
    assert "あ、い" in told.stderr if lang == "ja" else "あ, い" in told.stderr
    assert not (tmp_path / "m.yaml").exists()
    made = guessed(book(tmp_path / "b.xlsx", USB, [["あ", "い"]], names=["USBメモリ", "表"]))
    assert re.search("表：.*あ、い", made.text)


def test_only_the_first_rows_are_looked_at(tmp_path: Path) -> None:
    rows = [[f"U{n}", "a", "○" if n < 199 else "△", "R8.4.1"] for n in range(3000)]
    made = guessed(separated(tmp_path / "a.csv", [USB[0], *rows]))
    assert "値 199/199 件が読める" in made.text


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\3\4broken")
    (tmp_path / "b.csv").write_bytes(b"")
    (tmp_path / "c.json").write_text('{"a": [1], "b": []}', encoding="utf-8")
    for name in ("a.xlsx", "b.csv", "c.json", "d.csv"):
        with pytest.raises(LedgerError):
            guess(tmp_path / name, NODES, texts("ja"))
    with pytest.raises(UsageError):
        guess(tmp_path / "e.doc", NODES, texts("ja"))


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str, list[ExportColumn], list[list[object]], list[list[Value]]]:
    """A kind, a language, some of its columns, and rows of values and of cells as an export has them."""
    kind, language = draw(st.sampled_from(KINDS)), draw(st.sampled_from(LANGUAGES))
    known = COLUMNS[kind]
    fields = draw(st.lists(st.sampled_from(sorted(known.keys() - {"id"})), unique=True, min_size=2))
    columns = draw(st.permutations([known["id"], *(known[name] for name in fields)]))
    values: list[list[object]] = []
    cells: list[list[Value]] = []
    for number in range(draw(st.integers(1, 4))):
        own: list[object] = []
        for column in columns:
            plain = _plain(column, language)
            own.append(f"A-{number}" if column is known["id"] else draw(plain))
        values.append(own)
        cells.append([column.to_cell(value, language) for column, value in zip(columns, own, strict=True)])
    return kind, language, columns, values, cells


def _plain(column: ExportColumn, language: str) -> st.SearchStrategy[Any]:
    """Values that any ledger would have written so."""
    from policycheck.ledgers.mapping import Column

    read = Column("", (), ".".join(column.path), column.node).reader(NODES, "1900")
    return value_of(dict(column.node), days(AS_OF)).filter(
        lambda value: value is not None and read(column.to_cell(value, language)) == value
    )


@given(table=tables())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_headings_and_values_of_the_schemas_are_taken_right(
    table: tuple[str, str, list[ExportColumn], list[list[object]], list[list[Value]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    kind, language, columns, values, cells = table
    headings = [column.titles[language] for column in columns]
    name = "".join(KINDS[KINDS.index(kind)] if language == "en" else NODES[kind]["title"])
    path = book(tmp_path_factory.mktemp("city") / f"{name.replace('/', '')}.xlsx", [headings, *cells], names=["A"])
    made = guessed(path, language)
    (given_table,) = ryaml.loads(made.text)["tables"]
    assert given_table["kind"] == kind
    assert active(made) == {heading: ".".join(column.path) for heading, column in zip(headings, columns, strict=True)}
    found = entries(path, made)
    assert len(found) == len(values)
    for fields, own in zip(found, values, strict=True):
        for column, value in zip(columns, own, strict=True):
            assert value_at(fields, ".".join(column.path)) == value


WORDS = sorted({title for kind in KINDS for column in COLUMNS[kind].values() for title in column.titles.values()})
JUNK = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.sampled_from(
        ["○", "合計", "※ 注", "{x}", "a | b", "?", "- a", "[a", "#", "a: b", "'", '"', "\n", "{sheet}", "[", "*"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=5),
    st.integers(0, 10**6),
    st.booleans(),
)


@given(rows=st.lists(st.lists(JUNK, max_size=6), min_size=1, max_size=8), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_table_gives_a_mapping_that_can_be_read(
    rows: list[list[object]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("junk")
    merged = data.draw(st.sampled_from([[], ["A1:B1"], ["A1:A2", "C2:D3"], ["B1:B4"]]))
    for path in (book(folder / "a.xlsx", rows, merged=merged), folder / "b.csv"):
        if path.suffix == ".csv":
            assume(any(cell not in (None, "") for row in rows for cell in row))
            separated(path, rows)
        try:
            made = guessed(path)
        except LedgerError as error:
            assert path.suffix == ".csv" or error.key == "nothing_guessed", error
            continue
        document = ryaml.loads(made.text)
        assert 0 <= made.sure <= 1
        for sure in re.findall(r"^ +[^# ].*確度 ([0-9]+) %（", made.text, re.MULTILINE):
            assert int(sure) >= SURE * 100
        if made.complete:
            try:
                imported(path, made)
            except LedgerError as error:
                pytest.fail(f"{error} {document}")


def test_the_command_prints_or_writes_and_imports_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    separated(Path("a.csv"), USB, "cp932")
    shown = run("import", "--guess", "a.csv")
    assert shown.exit_code == 0
    assert ryaml.loads(shown.stdout)["tables"][0]["kind"] == "usb_medium"
    assert "4 列のうち 4 列" in shown.stderr
    assert "policycheck import a.csv --mapping MAPPING.yaml --output inventory --dry-run" in shown.stderr
    assert "cp932" in shown.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    written = run("import", "--guess", "a.csv", "--output", "m.yaml", "--lang", "en", "--encoding", "cp932")
    assert (written.exit_code, written.stdout) == (0, "")
    assert "4 are mapped" in written.stderr
    assert ryaml.loads(Path("m.yaml").read_text(encoding="utf-8"))["encoding"] == "cp932"
    again = run("import", "--guess", "a.csv", "--output", "m.yaml")
    assert again.exit_code == 2
    assert "m.yaml" in again.stderr
    done = run("import", "a.csv", "--mapping", "m.yaml", "--output", "inventory", "--dry-run")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "more",
    [
        ["b.csv"],
        ["--mapping", "m.yaml"],
        ["--department", "a"],
        ["--dry-run"],
        ["--delete-vanished"],
        ["--prefer", "ledger"],
        ["--as-of", "2026-11-20"],
    ],
)
def test_what_does_not_go_with_a_guess_is_refused(more: list[str], run: Run, tmp_path: Path) -> None:
    path = separated(tmp_path / "a.csv", USB)
    refused = run("import", "--guess", path, *more)
    assert refused.exit_code == 2
    assert (more[0] if more[0].startswith("--") else "FILE") in refused.stderr
