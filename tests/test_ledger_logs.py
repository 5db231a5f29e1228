"""Tables of events beside tables of what there is: what they say together, and what stays when one of them is not there."""

from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from importing import Fields, Import, Rows, done, entries, importer, mapping_of, put_book, put_csv, refused

REGISTER: Fields = {
    "name": "管理簿",
    "kind": "usb_medium",
    "optional": True,
    "file": "register*",
    "columns": {"番号": "id", "名称": "name", "暗号化": "encrypted", "最終使用日": "last_used_on"},
    "require": ["id"],
    "set": {"registered": True},
    "skip": ["合計*", {"column": "状態 | 状況", "like": ["廃棄", "廃棄済*"]}],
}
LOG: Fields = {
    "name": "貸出簿",
    "kind": "usb_medium",
    "optional": True,
    "file": "log*",
    "log": True,
    "columns": {"貸出日": "last_used_on", "検査日": "virus_checked_on", "媒体": "id"},
    "require": ["id"],
    "set": {"registered": False},
}
MAPPING = mapping_of(REGISTER, LOG, output="usb.yaml")
HEADINGS = ["番号", "名称", "暗号化", "最終使用日", "状態"]
LISTED: Rows = [HEADINGS, ["U-1", "甲", "○", "", ""], ["U-2", "乙", "×", "", ""]]
EVENTS: Rows = [["貸出日", "媒体"], ["R8.5.1", "U-1"], ["R8.5.2", "U-9"]]


@pytest.fixture
def imports(run: Run, tmp_path: Path) -> Import:
    return importer(run, tmp_path)


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    return tmp_path / "inventory" / "usb.yaml"


def _put(folder: Path, register: Rows | None = LISTED, log: Rows | None = EVENTS) -> list[str]:
    """The files that there are now."""
    given = {"register.csv": register, "log.csv": log}
    for name, rows in given.items():
        if rows is not None:
            put_csv(folder / name, rows)
    return [name for name, rows in given.items() if rows is not None]


def _both(imports: Import, folder: Path, **settings: Any) -> str:
    return done(imports(*_put(folder), mapping=MAPPING, **settings)).stderr


@pytest.mark.parametrize("day", ["9/5", "〃", "R8.13.1"])
def test_where_a_day_of_an_event_cannot_be_read_nobody_knows_the_latest(
    imports: Import, tmp_path: Path, usb: Path, day: str
) -> None:
    log = [*EVENTS, [day, "U-1"], [day, "U-9"]]
    files = _put(tmp_path, [HEADINGS, ["U-1", "甲", "○", "R8.4.1", ""]], log)
    assert "log.csv!A4" in done(imports(*files, mapping=MAPPING), 4).stderr
    assert entries(usb) == {
        "U-1": {"name": "甲", "encrypted": "true", "registered": "true"},
        "U-9": {"registered": "false"},
    }
    said = usb.read_text(encoding="utf-8")
    assert 'unread: ["log.csv!A4"]' in said
    assert "unread: [A5]" in said


def test_a_day_that_cannot_be_read_leaves_the_other_days_of_its_row(imports: Import, tmp_path: Path, usb: Path) -> None:
    log = [["貸出日", "検査日", "媒体"], ["R8.5.1", "R8.5.1", "U-1"], ["9/5", "R8.6.1", "U-1"]]
    sheets: dict[str, Rows] = {"管理": LISTED, "貸出": log}
    put_book(tmp_path / "register_log.xlsx", **sheets)
    mapping = mapping_of({**REGISTER, "sheet": "管理"}, {**LOG, "file": "*"}, output="usb.yaml")
    done(imports("register_log.xlsx", mapping=mapping), 4)
    assert entries(usb)["U-1"]["virus_checked_on"] == "2026-06-01"
    assert "last_used_on" not in entries(usb)["U-1"]
    assert "unread: [貸出!A3]" in usb.read_text(encoding="utf-8").replace('"', "")


@pytest.mark.parametrize(
    "written",
    ["U-1・U-2", "U-1・2", "U-1\nU-2", "U-8\nU-9", "U-1/2", "U-1 U-2", "U-1及び2", "U-1と2", "U-1＆U-2", "U-1+U-2", "U-8及びU-9"],
)  # fmt: skip
def test_an_event_of_several_is_refused(imports: Import, tmp_path: Path, written: str) -> None:
    files = _put(tmp_path, log=[*EVENTS, ["R8.5.3", written]])
    told = refused(imports(*files, mapping=MAPPING, lang="en"), tmp_path)
    assert "log.csv!" in told
    assert "several ids" in told
    assert "�" not in told


@pytest.mark.parametrize("written", ["A/1", "U-1/2", "U-1・2", "A 1"])
def test_an_id_that_is_listed_is_one(imports: Import, tmp_path: Path, usb: Path, written: str) -> None:
    files = _put(tmp_path, [*LISTED, [written, "丙", "○", "", ""]], [*EVENTS, ["R8.5.3", written]])
    done(imports(*files, mapping=MAPPING))
    assert entries(usb)[written]["last_used_on"] == "2026-05-03"


def test_an_id_that_the_inventory_lists_is_one(imports: Import, tmp_path: Path, usb: Path) -> None:
    done(imports(*_put(tmp_path, [*LISTED, ["U-1・2", "丙", "○", "", ""]]), mapping=MAPPING))
    done(imports(*_put(tmp_path, None, [EVENTS[0], ["R8.6.3", "U-1・2"]]), mapping=MAPPING))
    assert entries(usb)["U-1・2"]["last_used_on"] == "2026-06-03"
    told = imports(*_put(tmp_path, None, [EVENTS[0], ["R8.6.3", "U-1/2"], ["R8.6.3", "U-1・U-2"]]), mapping=MAPPING)
    assert told.exit_code == 4
    assert "log.csv!A2" in told.stderr
    assert "log.csv!A3" in told.stderr


@pytest.mark.parametrize("written", ["A/1", "総務 赤", "さとう", "USB・09", "局USB&HDD-1", "A+01", "2号とび"])
def test_an_id_that_is_not_listed_may_have_what_stands_between_others(
    imports: Import, tmp_path: Path, usb: Path, written: str
) -> None:
    done(imports(*_put(tmp_path, log=[*EVENTS, ["R8.5.3", written]]), mapping=MAPPING))
    assert entries(usb)[written]["registered"] == "false"


def test_an_event_of_what_a_rule_leaves_out_is_told_and_changes_nothing(
    imports: Import, tmp_path: Path, usb: Path
) -> None:
    _both(imports, tmp_path)
    gone = [HEADINGS, LISTED[1], ["U-2", "乙", "×", "", "廃棄済み"]]
    told = done(imports(*_put(tmp_path, gone, [*EVENTS, ["R8.6.1", "Ｕ－２"]]), mapping=MAPPING, lang="en")).stderr
    assert "状態：廃棄済*" in told
    assert "register.csv!A3" in told
    assert "log.csv!A4" in told
    assert entries(usb)["U-2"] == {"name": "乙", "encrypted": "false", "registered": "true"}
    assert "vanished_on" in usb.read_text(encoding="utf-8")


def test_an_event_of_what_was_always_left_out_makes_no_entry(imports: Import, tmp_path: Path, usb: Path) -> None:
    files = _put(tmp_path, [HEADINGS, LISTED[1], ["U-2", "乙", "×", "", "廃棄"]], [*EVENTS, ["R8.6.1", "U-2"]])
    done(imports(*files, mapping=MAPPING))
    assert [*entries(usb)] == ["U-1", "U-9"]


def test_what_the_log_said_stays_while_it_is_not_read(imports: Import, tmp_path: Path, usb: Path) -> None:
    _both(imports, tmp_path)
    before = usb.read_bytes()
    for _ in range(2):
        done(imports("register.csv", mapping=MAPPING))
        assert usb.read_bytes() == before
    _both(imports, tmp_path)
    assert usb.read_bytes() == before
    done(imports(*_put(tmp_path, log=[*EVENTS, ["R8.6.1", "U-1"]]), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-06-01"


def test_what_the_register_says_goes_before_a_log_that_is_not_read(imports: Import, tmp_path: Path, usb: Path) -> None:
    _both(imports, tmp_path)
    done(imports(*_put(tmp_path, [HEADINGS, ["U-1", "甲", "○", "R8.7.1", ""], LISTED[2]], None), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-07-01"
    done(imports(*_put(tmp_path, [HEADINGS, ["U-1", "甲", "○", "9/5", ""], LISTED[2]], None), mapping=MAPPING), 4)
    assert "last_used_on" not in entries(usb)["U-1"]


def test_a_log_alone_leaves_what_the_register_said(imports: Import, tmp_path: Path, usb: Path) -> None:
    _both(imports, tmp_path)
    done(imports(*_put(tmp_path, None, [*EVENTS, ["R8.6.1", "U-2"]]), mapping=MAPPING))
    assert entries(usb)["U-2"] == {
        "name": "乙",
        "encrypted": "false",
        "registered": "true",
        "last_used_on": "2026-06-01",
    }


def test_a_column_that_is_gone_leaves_its_field_and_is_told(imports: Import, tmp_path: Path, usb: Path) -> None:
    _both(imports, tmp_path)
    before = usb.read_bytes()
    renamed = [["番号", "名称", "暗号", "最終使用日"], ["U-1", "甲", "○", ""], ["U-2", "乙", "○", ""]]
    for _ in range(2):
        told = done(imports(*_put(tmp_path, renamed), mapping=MAPPING, lang="en")).stderr
        assert usb.read_bytes() == before
        assert "register.csv!A1: there is no column “暗号化”" in told
        assert "(2 entries)" in told
        assert "Did you mean “暗号”" in told
        assert told.count("there is no column “") == 1
    done(imports(*_put(tmp_path, [HEADINGS, LISTED[1], ["U-2", "乙", "○", "", ""]]), mapping=MAPPING))
    assert entries(usb)["U-2"]["encrypted"] == "true"


def test_a_column_that_is_gone_leaves_what_is_no_longer_remembered(imports: Import, tmp_path: Path, usb: Path) -> None:
    _both(imports, tmp_path)
    (usb.parent / ".policycheck" / "usb.yaml.ndjson").unlink()
    before = usb.read_bytes()
    told = done(imports(*_put(tmp_path, [["番号", "名称"], ["U-1", "甲"], ["U-2", "乙"]]), mapping=MAPPING)).stderr
    assert usb.read_bytes() == before
    assert "「暗号化」" in told


def test_a_column_that_was_never_there_is_not_told(imports: Import, tmp_path: Path, usb: Path) -> None:
    rows = [["番号", "名称"], ["U-1", "甲"]]
    for _ in range(2):
        told = done(imports(*_put(tmp_path, rows), mapping=MAPPING)).stderr
        assert "暗号化" not in told
    usb.write_text(
        usb.read_text(encoding="utf-8").replace("name: 甲", "name: 甲\n    encrypted: true"), encoding="utf-8"
    )
    result = done(imports(*_put(tmp_path, rows), mapping=MAPPING))
    assert "変更なし" in result.stdout
    assert entries(usb)["U-1"]["encrypted"] == "true"
