"""Tables of events beside tables of what there is: what they say together, and what stays when one of them is not there."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from conftest import AS_OF, Run
from hypothesis import given
from hypothesis import strategies as st
from importing import Fields, Import, Rows, done, entries, importer, mapping_of, put_book, put_csv, refused

from policycheck.ledgers.changes import Key, What, Written
from policycheck.ledgers.mapping import Column, Table
from policycheck.ledgers.merge import merge
from policycheck.ledgers.output import UNREAD, Output
from policycheck.ledgers.stated import state

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


# What a register and a log say of the same, read together or one after the other

DATED: Rows = [HEADINGS, ["U-1", "甲", "○", "R8.4.1", ""]]
DAYS = ["貸出日", "媒体"]


def _log(*days: str) -> Rows:
    return [DAYS, *([day, "U-1"] for day in days)]


def test_a_day_that_is_corrected_in_the_log_is_read_from_the_log_alone(
    imports: Import, tmp_path: Path, usb: Path
) -> None:
    done(imports(*_put(tmp_path, DATED, _log("R9.5.1")), mapping=MAPPING))
    done(imports(*_put(tmp_path, None, _log("R8.5.1")), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-05-01"
    done(imports(*_put(tmp_path, None, [DAYS, ["R8.5.1", "U-9"]]), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-04-01"


def test_a_register_alone_leaves_the_later_day_of_the_log(imports: Import, tmp_path: Path, usb: Path) -> None:
    done(imports(*_put(tmp_path, DATED, _log("R8.5.1")), mapping=MAPPING))
    before = usb.read_bytes()
    done(imports("register.csv", mapping=MAPPING))
    assert usb.read_bytes() == before


def test_a_register_alone_does_not_make_known_what_the_log_left_unknown(
    imports: Import, tmp_path: Path, usb: Path
) -> None:
    done(imports(*_put(tmp_path, DATED, _log("9/5")), mapping=MAPPING), 4)
    before = usb.read_bytes()
    assert "last_used_on" not in entries(usb)["U-1"]
    done(imports("register.csv", mapping=MAPPING))
    assert usb.read_bytes() == before


def test_a_column_of_a_log_that_is_gone_leaves_its_field_and_is_told(
    imports: Import, tmp_path: Path, usb: Path
) -> None:
    log = [["貸出日", "検査日", "媒体"], ["R8.5.1", "R8.6.1", "U-1"]]
    done(imports(*_put(tmp_path, DATED, log), mapping=MAPPING))
    before = usb.read_bytes()
    log[0] = ["貸出日", "検査", "媒体"]
    for _ in range(2):
        told = done(imports(*_put(tmp_path, DATED, log), mapping=MAPPING, lang="en")).stderr
        assert "log.csv!A1: there is no column “検査日”" in told
        assert usb.read_bytes() == before


def test_a_log_that_was_mended_leaves_no_cell_marked(imports: Import, tmp_path: Path, usb: Path) -> None:
    done(imports(*_put(tmp_path, DATED, _log("9/5")), mapping=MAPPING), 4)
    assert "unread" in usb.read_text(encoding="utf-8")
    done(imports(*_put(tmp_path, None, _log("R8.5.1")), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-05-01"
    assert "unread" not in usb.read_text(encoding="utf-8")


def test_a_day_of_the_register_that_cannot_be_read_is_not_filled_from_the_log(
    imports: Import, tmp_path: Path, usb: Path
) -> None:
    unread = [HEADINGS, ["U-1", "甲", "○", "不明", ""]]
    done(imports(*_put(tmp_path, unread, _log("R8.5.1")), mapping=MAPPING), 4)
    assert "last_used_on" not in entries(usb)["U-1"]
    assert "unread: [D2]" in usb.read_text(encoding="utf-8")
    done(imports("log.csv", mapping=MAPPING))
    assert "last_used_on" not in entries(usb)["U-1"]
    done(imports(*_put(tmp_path, DATED, None), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-05-01"
    assert "unread" not in usb.read_text(encoding="utf-8")


def test_a_memory_that_keeps_nothing_apart_is_the_tables_own(imports: Import, tmp_path: Path, usb: Path) -> None:
    done(imports(*_put(tmp_path, DATED, [*_log("R8.5.1"), ["R8.5.1", "U-9"]]), mapping=MAPPING))
    memory = usb.parent / ".policycheck" / "usb.yaml.ndjson"
    head, *lines = map(json.loads, memory.read_text(encoding="utf-8").splitlines())
    old = [head, *({name: line[name] for name in ("kind", "table", "fields")} for line in lines)]
    memory.write_text("".join(json.dumps(line) + "\n" for line in old), encoding="utf-8")
    done(imports(*_put(tmp_path, None, [*_log("R8.6.1"), ["R8.6.1", "U-9"]]), mapping=MAPPING))
    assert entries(usb)["U-1"]["last_used_on"] == "2026-06-01"
    assert entries(usb)["U-9"] == {"registered": "false", "last_used_on": "2026-06-01"}
    done(imports(*_put(tmp_path, [*DATED, ["U-9", "丙", "○", "R8.5.2", ""]], None), mapping=MAPPING))
    assert entries(usb)["U-9"]["last_used_on"] == "2026-06-01"
    assert entries(usb)["U-9"]["registered"] == "true"


USED, CHECKED = "last_used_on", "virus_checked_on"
DAY = Column("", (), "", {"$ref": "date"})
TABLES = {
    log: Table(
        name,
        "usb_medium",
        tuple(DAY._replace(field=field) for field in (USED, CHECKED)),
        given={"registered": not log},
        log=log,
    )
    for name, log in (("register", False), ("log", True))
}
IDS = ["U-1", "U-2"]
CELL = st.sampled_from([..., None, "?", "2026-04-01", "2026-05-01", "2026-06-01"])
"""Nothing, never, what cannot be read, and days."""
ROW = st.fixed_dictionaries({USED: CELL, CHECKED: CELL})
SHOWN = st.sets(st.sampled_from([USED, CHECKED]))
Ledger: TypeAlias = tuple[bool, set[str], list[tuple[str, Fields]]]
"""Whether it is a log, its columns for days, and its rows."""


@st.composite
def imported(draw: st.DrawFn) -> tuple[list[Ledger], list[Ledger], list[list[Ledger]]]:
    """Registers that list the same media, logs, and imports of them in any order, some together."""
    listed = draw(st.sets(st.sampled_from(IDS)))
    rows = st.tuples(*(st.tuples(st.just(own), ROW) for own in sorted(listed))).map(list)
    registers = draw(st.lists(st.tuples(st.just(False), SHOWN, rows), min_size=1, max_size=3))
    events = st.lists(st.tuples(st.sampled_from(IDS), ROW), max_size=3)
    logs = draw(st.lists(st.tuples(st.just(True), SHOWN, events), min_size=1, max_size=3))
    left, order = [[*registers], [*logs]], []
    while any(left):
        possible = [which for which in ([0], [1], [0, 1]) if all(left[one] for one in which)]
        order.append([left[one].pop(0) for one in draw(st.sampled_from(possible))])
    return registers, logs, order


def _state_of(order: Sequence[Sequence[Ledger]]) -> dict[Key, Fields]:
    """The inventory after these imports."""
    base: dict[Key, Written] | None = None
    now: dict[Key, Fields] = {}
    for ledgers in order:
        output = Output(unread={table.name: table for table in TABLES.values()})
        for log, columns, rows in ledgers:
            table = output.tables[TABLES[log].name] = output.unread.pop(TABLES[log].name)
            output.said[table.name, (table.name, None)] = {"id", "department", "registered", *columns}
            output.add(table, [_row(table, columns, *row, number) for number, row in enumerate(rows, 2)])
        new = state(output, lambda _: set(), {}, base, now).entries
        changes = merge(new, base, now, read_tables=output.tables.keys(), as_of=AS_OF)
        assert not changes.counts[What.CONFLICT] + changes.counts[What.KEPT]
        base, now = changes.base, changes.entries
    return now


def _row(table: Table, columns: set[str], own: str, days: Fields, number: int) -> Fields:
    shown = {field: (day, f"{field[0]}{number}") for field, day in days.items() if field in columns and day is not ...}
    unread = {field: cell for field, (day, cell) in shown.items() if day == "?"}
    fields = {"id": own, "department": "福祉課", **({} if table.log else {"registered": True})}
    fields |= {field: day for field, (day, _) in shown.items() if day != "?"}
    source = {"file": table.name, "cell": f"A{number}", **({"unread": [*unread.values()]} if unread else {})}
    return fields | {"imported_from": source} | ({UNREAD: unread} if unread else {})


@given(imported())
def test_in_whatever_order_a_register_and_a_log_are_read_they_say_the_same(
    drawn: tuple[list[Ledger], list[Ledger], list[list[Ledger]]],
) -> None:
    registers, logs, order = drawn
    expected = _state_of([*([one] for one in registers), *([one] for one in logs)])
    assert _state_of(order) == expected
    assert _state_of([*order, order[-1]]) == expected


@given(imported())
def test_what_a_register_and_a_log_say_one_after_the_other_they_say_together(
    drawn: tuple[list[Ledger], list[Ledger], list[list[Ledger]]],
) -> None:
    register, log = drawn[0][0], drawn[1][0]
    together = _state_of([[register, log]])
    assert _state_of([[register], [log]]) == _state_of([[log], [register]]) == together
    for key, fields in together.items():
        for field in (USED, CHECKED):
            said = {
                row[field] for _, shown, rows in (register, log) if field in shown for own, row in rows if own == key[1]
            }
            dated = said - {..., None, "?"}
            if "?" in said:
                assert field not in fields
            elif dated:
                assert fields[field] == max(dated)


def test_what_a_file_lacks_stays_though_another_has_it(imports: Import, tmp_path: Path) -> None:
    mapping = mapping_of({**REGISTER, "file": "*"}, {**LOG, "file": "*"})
    log = [EVENTS[0], ["R8.5.1", "U-1"]]
    other: dict[str, Rows] = {"管理": [HEADINGS, ["U-3", "丙", "○", "", ""]], "貸出": [EVENTS[0], ["R8.5.2", "U-3"]]}
    put_book(tmp_path / "kenkou.xlsx", 管理=LISTED, 貸出=log)
    put_book(tmp_path / "zeimu.xlsx", **other)
    done(imports("kenkou.xlsx", "zeimu.xlsx", mapping=mapping))
    made = tmp_path / "inventory" / "kenkou.yaml"
    before = entries(made)
    assert (before["U-1"]["registered"], before["U-1"]["last_used_on"]) == ("true", "2026-05-01")
    for lacking in ({"管理": LISTED}, {"貸出": log}):
        put_book(tmp_path / "kenkou.xlsx", **lacking)
        done(imports("kenkou.xlsx", "zeimu.xlsx", mapping=mapping))
        assert entries(made) == before
