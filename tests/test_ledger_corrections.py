"""What corrections in a workbook do to the inventory, and how they are told."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from conftest import ROOT, Run
from importing import contents, done, entries
from test_ledger_roundtrip import SCHEMAS, column_of, edit, export

from policycheck.ledgers.inventory_files import apply, read_now
from policycheck.texts import LANGUAGES

USB, CONTRACTS, PARTNERS = "USBメモリ等の記録媒体", "業務委託契約", "業務委託契約（再委託先）"
ANSWERS = "自己点検の回答（回答）"
FILE = """\
# 手で書いた
department: 総務課
contracts:
  # 一件目
  - id: C-1
    name: 保守   # 旧称あり
    subcontractors:   # 下請け
      # 甲は承諾済
      - name: 甲
        consented_on: 2026-01-05   # 文書第3号
        supervised: true
      - {name: 乙, consented_on: null, supervised: false}
    report_items:
      # 毎月
      - 稼働   # 率
      - 障害
  - id: C-2
    subcontractors: []   # なしと確認
  - id: C-3
usb_media:
  # 監査で指摘
  - id: U-1      # 青いシール
    name: 福祉用   # 旧称 #2 あり
    system: S-1
    # 貸出中
  - {id: U-2, virus_checked_on: 2026-01-02}
systems:
  - id: S-1
    name: 公害
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inventory"
    made.mkdir()
    (made / "a.yaml").write_text(FILE, encoding="utf-8")
    return made


@pytest.fixture
def book(folder: Path, tmp_path: Path) -> Path:
    return export(tmp_path / "book.xlsx", folder)


def text_of(folder: Path) -> str:
    return (folder / "a.yaml").read_text(encoding="utf-8")


def cell_of(sheet: Any, name: str, title: str, beside: int = 1) -> Any:
    """The cell of a row, by what stands in another column of it."""
    row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, beside).value == name)
    return sheet.cell(row, column_of(sheet, title))


def correct(book: Path, sheet: str, name: str, title: str, value: object, beside: int = 1) -> str:
    """Writes into a cell, and gives its place."""
    found = []

    def change(opened: Any) -> None:
        cell = cell_of(opened[sheet], name, title, beside)
        cell.value = value
        found.append(f"{book.name} {sheet}!{cell.coordinate}")

    edit(book, change)
    return found[0]


def delete_column(book: Path, sheet: str, title: str) -> None:
    edit(book, lambda opened: opened[sheet].delete_cols(column_of(opened[sheet], title)))


def rename_column(book: Path, sheet: str, title: str) -> None:
    def change(opened: Any) -> None:
        opened[sheet].cell(1, column_of(opened[sheet], title)).value = f"{title}の有無"

    edit(book, change)


# Columns that are missing


@pytest.mark.parametrize("change", [delete_column, rename_column])
@pytest.mark.parametrize(
    ("sheet", "title"), [(PARTNERS, "監督"), (PARTNERS, "承諾日"), (CONTRACTS, "再委託先"), (CONTRACTS, "名称")]
)
def test_what_has_no_column_stays(
    change: Callable[[Path, str, str], None], sheet: str, title: str, folder: Path, book: Path, run: Run
) -> None:
    change(book, sheet, title)
    result = done(run("import", book, "--output", folder))
    assert title in result.stderr
    assert text_of(folder) == FILE


def test_rows_without_a_column_are_matched_by_their_names(folder: Path, book: Path, run: Run) -> None:
    delete_column(book, PARTNERS, "監督")

    def change(opened: Any) -> None:
        sheet = opened[PARTNERS]
        cell_of(sheet, "乙", "承諾日", 2).value = "2026-02-01"
        sheet.append(["C-1", "丁"])
        sheet.append(["C-3", "丙"])

    edit(book, change)
    done(run("import", book, "--output", folder))
    first, _, third = yaml.safe_load(text_of(folder))["contracts"]
    assert [(one["name"], one.get("supervised")) for one in first["subcontractors"]] == [
        ("甲", True),
        ("乙", False),
        ("丁", None),
    ]
    assert third["subcontractors"] == [{"name": "丙"}]


@pytest.mark.parametrize("names", [{"乙": "乙社"}, {"乙": "甲"}], ids=["another name", "one name twice"])
def test_rows_that_cannot_be_matched_are_refused(names: dict[str, str], folder: Path, book: Path, run: Run) -> None:
    delete_column(book, PARTNERS, "監督")
    for old, new in names.items():
        correct(book, PARTNERS, old, "名称", new, 2)
    for language in LANGUAGES:
        result = run("import", book, "--output", folder, "--lang", language)
        assert result.exit_code == 4
        assert f"{PARTNERS}!" in result.stderr
        assert "監督" in result.stderr
        assert text_of(folder) == FILE


def test_rows_that_are_gone_take_nothing_with_them_from_others(folder: Path, book: Path, run: Run) -> None:
    delete_column(book, PARTNERS, "監督")
    edit(book, lambda opened: opened[PARTNERS].delete_rows(2))
    done(run("import", book, "--output", folder))
    first = yaml.safe_load(text_of(folder))["contracts"][0]
    assert first["subcontractors"] == [{"name": "乙", "consented_on": None, "supervised": False}]


def test_an_answer_keeps_what_has_no_column(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    text = """\
department: 総務課
attestations:
  - id: A-1
    standard: guideline
    by: 課長
    answered_on: 2026-05-29
    answers:
      # 要綱
      1 体制: {answer: ○, seen: 名簿を見た, control: technical/x}  # 一回目
      9 監査: {answer: ○, seen: 記録}
"""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    delete_column(book, ANSWERS, "管理策")
    place = correct(book, ANSWERS, "1 体制", "確かめたこと", "要綱を見た", 2)
    result = done(run("import", book, "--output", folder, "--dry-run"))
    assert f"~ attestation/A-1 answers.1 体制.seen: 名簿を見た → 要綱を見た（{place}）" in result.stdout
    done(run("import", book, "--output", folder))
    assert text_of(folder) == text.replace("名簿を見た", "要綱を見た")


def test_a_list_without_rows_stays_where_nothing_can_say_that_it_is_gone(folder: Path, book: Path, run: Run) -> None:
    delete_column(book, CONTRACTS, "再委託先")
    edit(book, lambda opened: opened[PARTNERS].delete_rows(2, 2))
    assert "再委託先" in done(run("import", book, "--output", folder)).stderr
    assert text_of(folder) == FILE


def test_none_says_so_whatever_the_rows_were(folder: Path, tmp_path: Path, run: Run) -> None:
    (folder / "a.yaml").write_text(FILE.replace("{name: 乙,", "{name: 甲,"), encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    delete_column(book, PARTNERS, "監督")
    edit(book, lambda opened: opened[PARTNERS].delete_rows(2, 2))
    correct(book, CONTRACTS, "C-1", "再委託先", "（なし）")
    done(run("import", book, "--output", folder))
    assert yaml.safe_load(text_of(folder))["contracts"][0]["subcontractors"] == []


# Lists keep their comments


def test_a_list_stays_as_it_is_written_around_what_changes(folder: Path, book: Path, run: Run) -> None:
    correct(book, PARTNERS, "乙", "監督", "○", 2)
    correct(book, CONTRACTS, "C-1", "定期報告の項目", "稼働\n事故\n傾向")
    done(run("import", book, "--output", folder))
    expected = FILE.replace("supervised: false", "supervised: true").replace(
        "      - 障害\n", "      - 事故\n      - 傾向\n"
    )
    assert text_of(folder) == expected


def test_a_list_that_cannot_be_changed_item_by_item_is_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    text = "department: A\ncontracts:\n  - id: C\n    sla_items:\n    - |\n      一\n    - 二\n      # 注\n    - 三\n"
    file.write_text(text, encoding="utf-8")
    now = read_now(file, SCHEMAS.kinds)
    wanted = {key: fields | {"sla_items": ["一\n", "三"]} for key, fields in now.entries.items()}
    content = apply(now, wanted, SCHEMAS.kinds, "").decode()
    assert "# 注\n" in content
    assert yaml.safe_load(content)["contracts"][0]["sla_items"] == ["一\n", "三"]


# "None" beside rows


def test_none_is_refused_where_there_are_rows(folder: Path, book: Path, run: Run) -> None:
    place = correct(book, CONTRACTS, "C-1", "再委託先", "（なし）")
    for language in LANGUAGES:
        result = run("import", book, "--output", folder, "--lang", language)
        assert result.exit_code == 4
        assert place in result.stderr
        assert f"{PARTNERS}!A2" in result.stderr
    assert text_of(folder) == FILE


# Cells that cannot be read


def test_cells_that_cannot_be_read_refuse_the_whole_and_are_all_named(folder: Path, book: Path, run: Run) -> None:
    places = [
        correct(book, USB, "U-2", "ウイルスチェック日", "R8.4.31"),
        correct(book, USB, "U-1", "名称", 1.5),
        correct(book, PARTNERS, "甲", "監督", "たぶん", 2),
    ]
    for options in ((), ("--dry-run",), ("--prefer", "ledger")):
        result = run("import", book, "--output", folder, *options)
        assert result.exit_code == 4
        for place in places:
            assert place in result.stderr
        assert "3件" in result.stderr
        assert contents(folder) == {"a.yaml": FILE.encode()}
    for name, value in (("U-2", "R8.4.30"), ("U-1", "新")):
        correct(book, USB, name, "ウイルスチェック日" if name == "U-2" else "名称", value)
    correct(book, PARTNERS, "甲", "監督", "×", 2)
    done(run("import", book, "--output", folder))
    assert "2026-04-30" in text_of(folder)


# What is told


def test_long_values_are_told_from_where_they_differ(folder: Path, tmp_path: Path, run: Run) -> None:
    note = "あ" * 150
    (folder / "a.yaml").write_text(FILE.replace("    name: 公害\n", f"    note: {note}前\n"), encoding="utf-8")
    book = export(tmp_path / "other.xlsx", folder)
    correct(book, "情報システム", "S-1", "備考", f"{note}後")
    line = next(
        line for line in done(run("import", book, "--output", folder, "--dry-run")).stdout.splitlines() if "~" in line
    )
    assert re.search("…あ+前 → …あ+後（", line)
    assert len(line) < 80
    (folder / "a.yaml").write_text(text_of(folder) + "# 直した\n", encoding="utf-8")
    for language in LANGUAGES:
        result = run("import", book, "--output", folder, "--lang", language)
        assert "あ前" in result.stderr
        assert "あ後" in result.stderr


def test_rows_of_several_are_told_one_by_one(folder: Path, book: Path, run: Run) -> None:
    place = correct(book, PARTNERS, "乙", "監督", "○", 2)

    def change(opened: Any) -> None:
        opened[PARTNERS].append(["C-1", "丁"])

    edit(book, change)
    printed = done(run("import", book, "--output", folder, "--dry-run")).stdout
    assert f"~ contract/C-1 subcontractors.乙.supervised: false → true（{place}）" in printed
    assert f'~ contract/C-1 subcontractors.丁: 記載なし → {{"name":"丁"}}（book.xlsx {PARTNERS}!A4）' in printed
    assert "甲" not in printed


def test_a_change_names_the_cell_of_the_workbook(folder: Path, tmp_path: Path, run: Run) -> None:
    source = "    imported_from: {file: 管理簿.xlsx, sheet: 管理簿, cell: A2}\n"
    text = FILE.replace("    name: 公害\n", f"    name: 公害\n{source}")
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    place = correct(book, "情報システム", "S-1", "名称", "新")

    def change(opened: Any) -> None:
        opened[USB].append(["U-9", "福祉課"])

    edit(book, change)
    moved = correct(book, USB, "U-1", "台帳ファイル", "b.yaml")
    printed = done(run("import", book, "--output", folder, "--dry-run")).stdout
    assert f"~ system/S-1 name: 公害 → 新（{place}）" in printed
    assert f"+ usb_medium/U-9 を追加（book.xlsx {USB}!A4）" in printed
    assert f"へ移す（{moved}）" in printed
    (folder / "a.yaml").write_text(text + "# 直した\n", encoding="utf-8")
    stale = run("import", book, "--output", folder)
    assert f"! system/S-1 name: 台帳は 公害、取込元は 新（どちらが変わったのか分かりません）（{place}）" in stale.stderr
    assert moved in stale.stderr


def test_new_rows_come_in_the_order_of_the_workbook(folder: Path, book: Path, run: Run) -> None:
    new = [f"U-{number}" for number in range(3, 12)]

    def change(opened: Any) -> None:
        for identity in new:
            opened[USB].append([identity, "総務課"])

    edit(book, change)
    printed = done(run("import", book, "--output", folder)).stdout
    assert "追加9" in printed
    assert list(entries(folder / "book.yaml")) == new


@pytest.mark.parametrize("name", ["福祉用", "新"])
def test_an_entry_that_leaves_a_file_is_not_unchanged_in_it(name: str, folder: Path, book: Path, run: Run) -> None:
    correct(book, USB, "U-1", "名称", name)
    correct(book, USB, "U-1", "台帳ファイル", "inventory/b.yaml")
    line = next(one for one in done(run("import", book, "--output", folder)).stdout.splitlines() if "a.yaml：" in one)
    assert line.endswith("変更なし5")


# Comments of entries that go into another file


MOVED = """\
  # 監査で指摘
  - id: U-1      # 青いシール
    name: 福祉用   # 旧称 #2 あり
    system: S-1
    # 貸出中
"""


@pytest.mark.parametrize(
    "target", ["", "department: 健康課\nusb_media:\n- {id: U-7}\n", "department: 健康課\nusb_media: []\n"]
)
def test_comments_go_with_an_entry_into_another_file(target: str, folder: Path, tmp_path: Path, run: Run) -> None:
    if target:
        (folder / "b.yaml").write_text(target, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "台帳ファイル", "inventory/b.yaml")
    correct(book, USB, "U-1", "名称", "新")
    result = done(run("import", book, "--output", folder))
    assert result.stderr == ""
    assert text_of(folder) == FILE.replace(MOVED, "")
    made = (folder / "b.yaml").read_text(encoding="utf-8")
    department = "    department: 総務課\n" if target else ""
    moved = MOVED.replace("福祉用", "新").replace("    system: S-1\n", f"    system: S-1\n{department}")
    indent = "  " if "\n- " in target else ""
    assert "".join(line.removeprefix(indent) for line in moved.splitlines(keepends=True)) in made


def test_the_last_entry_of_a_list_goes_with_its_comments(folder: Path, tmp_path: Path, run: Run) -> None:
    other = f"department: 健康課\nusb_media:  # 保管庫\n{MOVED}"
    (folder / "b.yaml").write_text(other, encoding="utf-8")
    (folder / "a.yaml").write_text(FILE.replace(MOVED, ""), encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "台帳ファイル", "inventory/a.yaml")
    assert done(run("import", book, "--output", folder)).stderr == ""
    assert (folder / "b.yaml").read_text(encoding="utf-8") == "department: 健康課\nusb_media: []  # 保管庫\n"
    assert MOVED.replace("    system: S-1\n", "    system: S-1\n    department: 健康課\n") in text_of(folder)


def test_an_entry_with_an_alias_goes_without_its_comments(folder: Path, tmp_path: Path, run: Run) -> None:
    text = FILE.replace("name: 保守 ", "name: &n 保守 ").replace("name: 福祉用", "name: *n")
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "台帳ファイル", "inventory/b.yaml")
    assert "旧称 #2 あり" in done(run("import", book, "--output", folder)).stderr
    assert "name: 保守" in (folder / "b.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["b.json", "c.yaml"])
def test_comments_that_cannot_go_with_an_entry_are_told(name: str, folder: Path, tmp_path: Path, run: Run) -> None:
    (folder / "c.yaml").write_text("{department: 健康課, usb_media: [{id: U-7}]}\n", encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "台帳ファイル", f"inventory/{name}")
    for options in (("--dry-run",), ("--dry-run", "--lang", "en"), ()):
        printed = done(run("import", book, "--output", folder, *options)).stderr
        for line, text in ((21, "監査で指摘"), (22, "青いシール"), (23, "旧称 #2 あり")):
            assert re.search(rf"a\.yaml:{line}\W.*{text}", printed), printed
    assert "# 監査で指摘" in text_of(folder)


def _cut_short(folder: Path, tmp_path: Path, run: Run) -> Path:
    """As when an import ends before an entry is taken out of the file that it leaves."""
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "台帳ファイル", "inventory/b.yaml")
    before = text_of(folder)
    done(run("import", book, "--output", folder))
    (folder / "a.yaml").write_text(before, encoding="utf-8")
    return book


def test_a_move_that_was_cut_short_goes_on_with_its_comments(folder: Path, tmp_path: Path, run: Run) -> None:
    book = _cut_short(folder, tmp_path, run)
    other = (folder / "b.yaml").read_bytes()
    assert "コメント" not in done(run("import", book, "--output", folder)).stderr
    assert text_of(folder) == FILE.replace(MOVED, "")
    assert (folder / "b.yaml").read_bytes() == other


@pytest.mark.parametrize("is_json", [False, True])
@pytest.mark.parametrize(("old", "new", "stays"), [("旧称 #2 あり", "直した", False), ("監査で指摘", "直した", True)])
def test_comments_of_a_copy_that_the_entry_lacks_are_told(
    old: str, new: str, stays: bool, is_json: bool, folder: Path, tmp_path: Path, run: Run
) -> None:
    book = _cut_short(folder, tmp_path, run)
    (folder / "a.yaml").write_text(FILE.replace(old, new), encoding="utf-8")
    if is_json:
        (folder / "b.yaml").write_text(json.dumps(yaml.safe_load((folder / "b.yaml").read_text("utf-8"))), "utf-8")
    for options in (("--dry-run",), ()):
        printed = done(run("import", book, "--output", folder, *options)).stderr
        told = {text for text in ("監査で指摘", "青いシール", "旧称", "直した", "貸出中") if text in printed}
        if is_json:
            assert told == {one for one in ("監査で指摘", "青いシール", "旧称", "貸出中") if one not in old} | {
                "直した"
            }
        else:
            assert told == {"直した"}
    assert ("直した" in text_of(folder)) is stays


BRACKETS = """\
department: 福祉課
usb_media: [
  # 一
  {id: U-1, name: x},   # 青いシール
  # 二
  {id: U-2, # 箱
    name: y}   # 赤い
]
"""


@pytest.mark.parametrize(
    ("name", "lines"), [("U-1", {3: "一", 4: "青いシール"}), ("U-2", {5: "二", 6: "箱", 7: "赤い"})]
)
def test_comments_of_an_entry_in_brackets_are_told(
    name: str, lines: dict[int, str], folder: Path, tmp_path: Path, run: Run
) -> None:
    (folder / "a.yaml").write_text(BRACKETS, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, name, "台帳ファイル", "inventory/b.yaml")
    for options in (("--dry-run",), ()):
        printed = done(run("import", book, "--output", folder, *options)).stderr
        found = re.findall(r"a\.yaml:(\d+)\W.*もとのファイルに残ります（# (\S+)）", printed)
        assert {int(line): text for line, text in found} == lines
    for text in lines.values():
        assert f"# {text}" in text_of(folder)


# Ids that are typed in full width


def test_ids_are_read_whatever_their_width(folder: Path, book: Path, run: Run) -> None:
    correct(book, USB, "U-1", "システム", "Ｓ－１")
    correct(book, USB, "U-2", "システム", "ＳＹＳ－２")

    def change(opened: Any) -> None:
        opened[USB].cell(2, 1).value = "Ｕ－１"
        opened["情報システム"].append(["ＳＹＳ－２", "福祉課"])
        opened[CONTRACTS].append(["Ｃ－９", "総務課"])
        opened[PARTNERS].append(["C-9", "丙"])
        opened[PARTNERS].append(["Ｃ－３", "丙"])

    edit(book, change)
    done(run("import", book, "--output", folder))
    found = yaml.safe_load(text_of(folder))
    new = yaml.safe_load((folder / "book.yaml").read_text(encoding="utf-8"))
    assert [(one["id"], one["system"]) for one in found["usb_media"]] == [("U-1", "S-1"), ("U-2", "SYS-2")]
    assert [one["id"] for one in new["systems"]] == ["SYS-2"]
    assert [one["id"] for one in new["contracts"]] == ["C-9"]
    assert [one["id"] for one in found["contracts"]] == ["C-1", "C-2", "C-3"]
    assert new["contracts"][0]["subcontractors"] == found["contracts"][2]["subcontractors"] == [{"name": "丙"}]


def test_an_id_stays_as_the_inventory_has_it(folder: Path, tmp_path: Path, run: Run) -> None:
    text = FILE.replace("S-1", "Ｓ（１）").replace("{id: U-2,", "{id: U-2, system: ない（１）,")
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, USB, "U-1", "名称", "新")
    done(run("import", book, "--output", folder))
    assert text_of(folder) == text.replace("福祉用", "新")
    correct(book, CONTRACTS, "C-1", "システム", "Ｓ（１）")
    result = run("import", book, "--output", folder, "--prefer", "ledger")
    assert "system: Ｓ（１）" in text_of(folder).partition("usb_media")[0], result.output
    other = tmp_path / "other"
    shutil.copytree(folder, tmp_path / "before")
    done(run("import", export(tmp_path / "again.xlsx", folder), "--output", other))
    assert "Ｓ（１）" in "".join(file.read_text(encoding="utf-8") for file in other.rglob("*.yaml"))


def test_one_id_in_two_widths_is_refused(folder: Path, book: Path, run: Run) -> None:
    edit(book, lambda opened: opened[USB].append(["Ｕ－１", "福祉課"]))
    result = run("import", book, "--output", folder)
    assert result.exit_code == 4
    assert f"{USB}!A4" in result.stderr
    assert f"{USB}!A2" in result.stderr
    assert text_of(folder) == FILE


def test_the_sample_city_is_corrected_in_place(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "inventory"
    shutil.copytree(ROOT / "inventory", folder)
    book = export(tmp_path / "book.xlsx", folder)
    place = openpyxl.load_workbook(book)[ANSWERS]
    row = [cell.value for cell in place[40]]
    edit(book, lambda opened: setattr(opened[ANSWERS].cell(40, 4), "value", "手で直した"))
    before = contents(folder)
    printed = done(run("import", book, "--output", folder)).stdout
    changed = [name for name, content in contents(folder).items() if content != before[name]]
    assert len(changed) == 1
    assert contents(folder)[changed[0]].decode() == before[changed[0]].decode().replace(str(row[3]), "手で直した")
    assert changed[0] in printed
