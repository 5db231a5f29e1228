"""Comments in the lists of entries, when a workbook says something else of them."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Run
from importing import done
from test_ledger_corrections import CONTRACTS, PARTNERS, correct
from test_ledger_roundtrip import SCHEMAS, edit, export

from policycheck.ledgers.inventory_files import apply, read_now

BLOCKS = {
    "甲": "      # 甲は承諾済\n      - name: 甲   # 甲の注\n        supervised: true\n        # 甲の中\n",
    "乙": "      # 乙の上\n      - name: 乙   # 乙の注\n        supervised: false   # 乙の監督\n",
    "丙": "      # 丙の上\n      - {name: 丙, supervised: true}   # 丙の注\n",
    "丁": "      - name: 丁\n",
}
HEAD = "department: 総務課\ncontracts:\n  - id: C-1\n    name: 保守\n    subcontractors:   # 下請け\n"
TAIL = "    sla_items:\n      - 稼働率   # 別紙2\n      - 復旧時間   # 別紙3\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inventory"
    made.mkdir()
    (made / "a.yaml").write_text(HEAD + "".join(BLOCKS.values()) + TAIL, encoding="utf-8")
    return made


def _rows(book: Path, *names: str) -> None:
    """The rows of some, in this order."""

    def change(opened: Any) -> None:
        sheet = opened[PARTNERS]
        rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
        sheet.delete_rows(2, len(rows))
        for name in names:
            sheet.append(rows[name])

    edit(book, change)


@pytest.mark.parametrize("order", ["乙甲丙丁", "丁丙乙甲", "丙甲乙丁", "乙甲丁丙", "甲丁丙乙"])
def test_comments_go_with_items_in_another_order(order: str, folder: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", folder)
    _rows(book, *order)
    assert done(run("import", book, "--output", folder)).stderr == ""
    assert (folder / "a.yaml").read_text(encoding="utf-8") == HEAD + "".join(map(BLOCKS.__getitem__, order)) + TAIL


def test_an_item_that_goes_elsewhere_may_change(folder: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", folder)
    correct(book, PARTNERS, "乙", "監督", "○", 2)
    correct(book, CONTRACTS, "C-1", "SLAの項目", "復旧時間\n新\n稼働率")
    _rows(book, *"丁丙乙甲")
    assert done(run("import", book, "--output", folder)).stderr == ""
    expected = HEAD + "".join(map(BLOCKS.__getitem__, "丁丙乙甲")).replace("false", "true")
    expected += "    sla_items:\n      - 復旧時間   # 別紙3\n      - 新\n      - 稼働率   # 別紙2\n"
    assert (folder / "a.yaml").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("order", ["乙丁", "丁甲"])
def test_comments_that_go_with_an_item_are_told(order: str, folder: Path, tmp_path: Path, run: Run) -> None:
    book = export(tmp_path / "book.xlsx", folder)
    _rows(book, *order)
    for options in (("--dry-run",), ("--dry-run", "--lang", "en"), ()):
        before = (folder / "a.yaml").read_text(encoding="utf-8").splitlines()
        printed = done(run("import", book, "--output", folder, *options)).stderr
        told = re.findall(r"a\.yaml:(\d+)\W.*(# \S+?)[）)]", printed)
        assert all(before[int(line) - 1].endswith(comment) for line, comment in told)
    after = (folder / "a.yaml").read_text(encoding="utf-8")
    gone = [comment for line in before for comment in re.findall("# .*", line) if comment not in after]
    assert [comment for _, comment in told] == gone != []


@pytest.mark.parametrize("seed", range(100))
def test_no_item_loses_its_comments(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    names = [f"n{number}" for number in range(chance.randint(2, 7))]
    end = chance.choice(["\n", "\r\n"])
    lines = [
        f"      # {name} above\n      - name: {name}  # {name} beside\n        system: S  # {name} in\n"
        for name in names
    ]
    file = tmp_path / "a.yaml"
    file.write_bytes((HEAD + "".join(lines)).rstrip("\n").replace("\n", end).encode())
    now = read_now(file, SCHEMAS.kinds)
    order = chance.sample(names, len(names))
    for name in order[::3]:
        order.insert(chance.randint(0, len(order)), f"{name} new")
    (key, fields), *_ = now.entries.items()
    wanted = [{"name": name, "system": chance.choice("ST")} for name in order]
    content = apply(now, {key: fields | {"subcontractors": wanted}}, SCHEMAS.kinds, "").decode()
    assert yaml.safe_load(content)["contracts"][0]["subcontractors"] == wanted
    for name in names:
        expected = f"# {name} above{end}      - name: {name}  # {name} beside{end}        system: "
        assert expected in content
        assert re.search(rf"{name} beside\r?\n        system: [ST]  # {name} in", content)


def test_a_comment_that_goes_with_an_item_is_told_by_an_import_of_a_ledger(tmp_path: Path, run: Run) -> None:
    ledger, made = tmp_path / "s.csv", tmp_path / "inventory" / "s.yaml"
    table = {"kind": "system", "columns": {"番号": "id", "拠点": {"field": "sites", "split": "、"}}}
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(yaml.safe_dump({"department": "課", "tables": [table]}, allow_unicode=True), encoding="utf-8")
    command = ("import", ledger, "--mapping", mapping, "--output", made.parent)
    ledger.write_text("番号,拠点\nS-1,甲、乙、丙\n", encoding="utf-8")
    done(run(*command))
    text = made.read_text(encoding="utf-8").replace(
        "sites: [甲, 乙, 丙]", "sites:\n      - 甲\n      - 乙  # 駅前\n      - 丙"
    )
    made.write_text(text, encoding="utf-8")
    ledger.write_text("番号,拠点\nS-1,甲、丙\n", encoding="utf-8")
    for more in (("--dry-run",), ()):
        assert "# 駅前" in done(run(*command, *more)).stderr
    assert "駅前" not in made.read_text(encoding="utf-8")
