"""Ledgers into an inventory that people edit, too: what the ledger changed comes, what people did stays."""

import datetime
import re
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from conftest import AS_OF, ROOT
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from importing import KilledError, die_at

from policycheck.errors import LedgerError, UsageError
from policycheck.inventory import yaml_text
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.cells import ABSENT
from policycheck.ledgers.changes import Changes, Difference, Key, Stated, What, Written
from policycheck.ledgers.differences import render
from policycheck.ledgers.inventory_files import Now, apply, read_now
from policycheck.ledgers.memory import read_base, steps_of
from policycheck.ledgers.merge import merge
from policycheck.ledgers.paths import same, value_at
from policycheck.ledgers.steps import write_steps
from policycheck.texts import LANGUAGES, texts
from policycheck.yaml_out import flow, items

Fields = dict[str, Any]
KINDS = {"systems": "system", "servers": "server", "usb_media": "usb_medium", "departments": "department"}
KEY = ("usb_medium", "U1")
COLUMNS = frozenset(("id", "department", "name", "classification", "virus_checked_on", "location.room"))
EXAMPLES = 100
LATER = datetime.date(2026, 12, 1)


def _entry(identity: str = "U1", cell: str = "B2", **fields: Any) -> Fields:
    source = {"file": "管理簿.xlsx", "sheet": "管理簿", "cell": cell}
    return {"id": identity, "department": "福祉課", **fields, "imported_from": source}


def _stated(*entries: Fields, table: str = "register") -> dict[Key, Stated]:
    return {("usb_medium", entry["id"]): Stated(table, entry, COLUMNS) for entry in entries}


def _written(*entries: Fields, table: str = "register") -> dict[Key, Written]:
    return {("usb_medium", entry["id"]): Written(table, entry) for entry in entries}


def _now(*entries: Fields) -> dict[Key, Fields]:
    return {("usb_medium", entry["id"]): entry for entry in entries}


def _merge(
    new: Mapping[Key, Stated], base: Mapping[Key, Written] | None, now: Mapping[Key, Fields], **how: Any
) -> Changes:
    before = deepcopy((new, base, now))
    given: dict[str, Any] = {"read_tables": {"register"}, "as_of": AS_OF} | how
    changes = merge(new, base, now, **given)
    assert before == (new, base, now)
    return changes


def _told(changes: Changes) -> list[tuple[What, str, str | None]]:
    return [(one.what, one.key[1], one.field) for one in changes.differences]


# What becomes of an entry


def test_a_first_import_adds_everything() -> None:
    one, two = _entry(), _entry("U2", name="予備")
    changes = _merge(_stated(one, two), None, {})
    assert _told(changes) == [(What.ADDED, "U1", None), (What.ADDED, "U2", None)]
    assert changes.entries == _now(one, two)
    assert changes.base == _written(one, two)


def test_what_only_people_have_stays_as_it_is() -> None:
    own = {"id": "U9", "department": "市民課", "note": "手で書いた"}
    changes = _merge(_stated(_entry()), _written(_entry()), _now(own, _entry()))
    assert _told(changes) == []
    assert changes.entries == _now(own, _entry())
    assert changes.unchanged == 1


def test_what_people_deleted_stays_deleted_and_is_told_whatever_the_ledger_says() -> None:
    before, after = _entry(name="旧"), _entry(name="新")
    changes = _merge(_stated(before), _written(before), {})
    assert _told(changes) == [(What.LEFT_OUT, "U1", None)]
    assert changes.entries == {}
    assert changes.base == _written(before)
    again = _merge(_stated(after), changes.base, {})
    assert _told(again) == [(What.LEFT_OUT, "U1", None)]
    assert again.entries == {}
    assert _merge(_stated(after), again.base, {}, prefer="ledger").entries == _now(after)


def test_a_side_that_is_preferred_decides_of_what_people_deleted() -> None:
    before, after = _entry(name="旧"), _entry(name="新")
    assert _merge(_stated(before), _written(before), {}, prefer="ledger").entries == _now(before)
    assert _merge(_stated(after), _written(before), {}, prefer="inventory").entries == {}


def test_what_vanished_is_marked_once_and_kept() -> None:
    old = _entry(name="旧")
    changes = _merge({}, _written(old), _now(old))
    marked = old | {"imported_from": old["imported_from"] | {"vanished_on": "2026-11-20"}}
    assert _told(changes) == [(What.VANISHED, "U1", None)]
    assert changes.entries == _now(marked)
    again = _merge({}, changes.base, changes.entries, as_of=LATER)
    assert again.entries == changes.entries
    assert _told(again) == [(What.VANISHED, "U1", None)]
    assert again.base == changes.base


def test_what_comes_back_loses_its_mark() -> None:
    old = _entry(name="旧")
    gone = _merge({}, _written(old), _now(old))
    changes = _merge(_stated(_entry(name="新", cell="B9")), gone.base, gone.entries)
    assert _told(changes) == [(What.RETURNED, "U1", None), (What.UPDATED, "U1", "name")]
    assert changes.entries == _now(_entry(name="新", cell="B9"))


def test_what_vanished_is_deleted_where_that_is_asked() -> None:
    changes = _merge({}, _written(_entry()), _now(_entry()), delete_vanished=True)
    assert _told(changes) == [(What.DELETED, "U1", None)]
    assert (changes.entries, changes.base) == ({}, {})


def test_a_vanished_entry_whose_source_people_took_away_is_their_own() -> None:
    own = {"id": "U1", "department": "福祉課"}
    for delete in (False, True):
        changes = _merge({}, _written(_entry()), _now(own), delete_vanished=delete)
        assert (_told(changes), changes.entries, changes.base) == ([], _now(own), _written(_entry()))
        back = _merge(_stated(_entry(name="新")), changes.base, changes.entries)
        assert (_told(back), back.entries) == ([(What.RELEASED, "U1", None)], _now(own))


def test_tables_that_were_not_read_say_nothing() -> None:
    one, two = _entry(), _entry("U2")
    base = _written(one, table="other") | _written(two)
    changes = _merge(_stated(two), base, _now(one, two))
    assert _told(changes) == []
    assert (changes.entries, changes.base) == (_now(one, two), base)
    assert _merge(_stated(two), base, {}).base == base


def test_without_memory_an_entry_of_a_sheet_that_was_read_has_vanished_and_is_never_deleted() -> None:
    elsewhere = _entry("U3") | {"imported_from": {"file": "other.csv", "cell": "A2"}}
    changes = _merge(_stated(_entry()), None, _now(_entry(), _entry("U2"), elsewhere), delete_vanished=True)
    assert _told(changes) == [(What.VANISHED, "U2", None)]
    assert changes.entries.keys() == _now(_entry(), _entry("U2"), elsewhere).keys()


# What becomes of a field


@pytest.mark.parametrize(
    ("new", "base", "now", "what", "result"),
    [
        ("a", "a", "a", None, "a"),
        ("b", "a", "b", None, "b"),
        ("b", "a", "a", What.UPDATED, "b"),
        (ABSENT, "a", "a", What.UPDATED, ABSENT),
        ("b", ABSENT, ABSENT, What.UPDATED, "b"),
        ("a", "a", "c", What.KEPT, "c"),
        ("a", "a", ABSENT, What.KEPT, ABSENT),
        (ABSENT, ABSENT, "c", What.KEPT, "c"),
        ("b", "a", "c", What.CONFLICT, "c"),
        (ABSENT, "a", "c", What.CONFLICT, "c"),
        ("b", "a", ABSENT, What.CONFLICT, ABSENT),
    ],
)
@pytest.mark.parametrize("path", ["name", "location.room"])
def test_a_field_is_merged_of_three(new: Any, base: Any, now: Any, what: What | None, result: Any, path: str) -> None:
    def with_value(value: Any) -> Fields:
        outer, _, inner = path.partition(".")
        given: Fields = {} if value is ABSENT else {outer: {inner: value} if inner else value}
        return _entry(**given)

    changes = _merge(_stated(with_value(new)), _written(with_value(base)), _now(with_value(now)))
    assert _told(changes) == ([(what, "U1", path)] if what else [])
    assert changes.entries == _now(with_value(result))
    if what is What.CONFLICT:
        for prefer, value in (("ledger", new), ("inventory", now)):
            settled = _merge(_stated(with_value(new)), _written(with_value(base)), _now(with_value(now)), prefer=prefer)
            assert settled.entries == _now(with_value(value))
            assert not settled.counts[What.CONFLICT]
            again = _merge(_stated(with_value(new)), settled.base, settled.entries)
            assert again.entries == settled.entries
            assert not again.counts[What.CONFLICT]


def test_what_people_wrote_before_the_first_import_contradicts_only_another_value() -> None:
    own = {"id": "U1", "department": "福祉課", "name": "手書き", "note": "棚の上"}
    new = _entry(name="手書き", virus_checked_on="2026-11-01")
    changes = _merge(_stated(new), None, _now(own))
    assert _told(changes) == [(What.UPDATED, "U1", "virus_checked_on")]
    assert changes.entries == _now(new | {"note": "棚の上"})
    assert _told(_merge(_stated(_entry()), None, _now(own))) == [(What.KEPT, "U1", "name")]
    assert _told(_merge(_stated(_entry(name="別")), None, _now(own))) == [(What.CONFLICT, "U1", "name")]


def test_fields_that_no_column_covers_are_peoples_even_inside_others() -> None:
    before = _entry(location={"room": "1階"})
    now = before | {"location": {"room": "1階", "lockable": True}, "encrypted": True}
    moved = _merge(_stated(_entry(location={"room": "2階"})), _written(before), _now(now))
    assert moved.entries[KEY]["location"] == {"room": "2階", "lockable": True}
    assert moved.entries[KEY]["encrypted"] is True
    silent = _merge(_stated(_entry()), _written(before), _now(now))
    assert silent.entries[KEY]["location"] == {"lockable": True}


def test_the_place_in_the_ledger_follows_it_and_is_only_counted() -> None:
    now = _entry() | {"imported_from": {"file": "手.xlsx", "cell": "A1"}}
    changes = _merge(_stated(_entry(cell="B7")), _written(_entry()), _now(now))
    assert (_told(changes), changes.moved, changes.unchanged) == ([], 1, 0)
    assert changes.entries == _now(_entry(cell="B7"))


def test_numbers_and_truth_are_not_confused() -> None:
    assert not same(1, True)
    assert not same(1, 1.0)
    assert not same([{"a": 0}], [{"a": False}])
    assert same({"a": [1], "b": None}, {"b": None, "a": [1]})
    assert value_at({"a": None}, "a.b") is None


# In files


HAND = """\
# 福祉課の台帳
department: 福祉課   # 全部
usb_media:
  # 共用
  - {id: U1, name: '旧', classification: "3B",   # 機密
     virus_checked_on: 2026-05-01, encrypted: true}
  - id: U2          # 予備
    name: 予備  # 名札のとおり
    note: |
      # これは本文
      二行目

    # 場所は確認中
    location:
      # 部屋の札のとおり
      room: 保管庫
      lockable: true
    classification: "2"

# 末尾の注
"""


def _changed(now: Now, **changes: Fields | None) -> dict[Key, Fields]:
    entries = deepcopy(now.entries)
    for identity, fields in changes.items():
        entry = entries["usb_medium", identity]
        if fields is None:
            del entries["usb_medium", identity]
            continue
        for name, value in fields.items():
            entry.pop(name, None) if value is ABSENT else entry.update({name: value})
    return entries


def _file(folder: Path, content: str, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def _edited(path: Path, **changes: Fields | None) -> str:
    now = read_now(path, KINDS)
    return apply(now, _changed(now, **changes), KINDS, "").decode()


def test_changed_fields_change_in_place_and_nothing_else_does(tmp_path: Path) -> None:
    path = _file(tmp_path, HAND)
    changed = _edited(
        path, U1={"name": "新", "virus_checked_on": "2026-11-01"}, U2={"name": "yes", "classification": "3C"}
    )
    expected = HAND.replace("'旧'", "新").replace("2026-05-01", "2026-11-01").replace("name: 予備", 'name: "yes"')
    assert changed == expected.replace('classification: "2"', "classification: 3C")


def test_new_and_removed_fields_leave_the_comments_beside_them(tmp_path: Path) -> None:
    path = _file(tmp_path, HAND)
    source = {"file": "a.csv", "cell": "A2"}
    changed = _edited(
        path,
        U1={"classification": ABSENT, "encrypted": ABSENT, "imported_from": source},
        U2={"name": ABSENT, "classification": ABSENT, "imported_from": source},
    )
    assert changed == (
        HAND.replace("""classification: "3B",   # 機密
     virus_checked_on: 2026-05-01, encrypted: true}""", """  # 機密
     virus_checked_on: 2026-05-01,
     imported_from: {file: a.csv, cell: A2}}""")
        .replace("    name: 予備  # 名札のとおり\n", "    # 名札のとおり\n")
        .replace('    classification: "2"\n', "    imported_from: {file: a.csv, cell: A2}\n")
    )  # fmt: skip


def test_a_nested_value_that_becomes_another_leaves_its_comments(tmp_path: Path) -> None:
    changed = _edited(_file(tmp_path, HAND), U2={"location": None, "note": "一行"})
    assert "    # 場所は確認中\n    # 部屋の札のとおり\n    location: null\n" in changed
    assert "    note: 一行\n" in changed


def test_fields_come_behind_a_nested_value_that_loses_and_gains_some(tmp_path: Path) -> None:
    text = "department: A\nusb_media:\n- id: U1\n  location:\n    room: x\n    lockable: true\n  site: \u3000\n"
    changed = _edited(_file(tmp_path, text), U1={"location": {"room": "x", "floor": 1}, "site": ABSENT, "name": "z"})
    assert changed == "department: A\nusb_media:\n- id: U1\n  location:\n    room: x\n    floor: 1\n  name: z\n"


def test_entries_are_deleted_and_added_where_their_kind_is(tmp_path: Path) -> None:
    path = _file(tmp_path, HAND)
    now = read_now(path, KINDS)
    entries = _changed(now, U1=None)
    entries["usb_medium", "U3"] = {"id": "U3", "department": "福祉課", "name": "三", "note": "a\nb: #"}
    entries["server", "S1"] = {"id": "S1", "department": "市民課", "location": {"room": "1e3", "lockable": None}}
    changed = apply(now, entries, KINDS, "").decode()
    first = HAND.index("  - {id: U1")
    second = HAND.index("  - id: U2")
    end = HAND.index("\n# 末尾")
    assert changed == (
        HAND[:first]
        + HAND[second:end]
        + '  - id: U3\n    name: 三\n    note: "a\\nb: #"\n'
        + HAND[end:]
        + '\nservers:\n  - id: S1\n    department: 市民課\n    location: {room: "1e3", lockable: null}\n'
    )


def test_a_list_that_loses_all_its_entries_says_so(tmp_path: Path) -> None:
    assert _edited(_file(tmp_path, HAND), U1=None, U2=None).endswith("usb_media: []\n\n# 末尾の注\n")


def test_an_empty_list_is_filled_in_block_style(tmp_path: Path) -> None:
    for end in ("", "  # まだない", "  # まだない\nservers: []\n"):
        now = read_now(_file(tmp_path, f"department: A\nusb_media: []{end}"), KINDS)
        entries = _now({"id": "U1", "department": "A"}, {"id": "U2", "department": "A"})
        first, _, rest = end.partition("\n")
        changed = f"department: A\nusb_media:{first}\n  - id: U1\n  - id: U2\n{rest}"
        assert apply(now, entries, KINDS, "").decode() == changed


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    path = _file(tmp_path, HAND.replace("\n", "\r\n"))
    now = read_now(path, KINDS)
    entries = _changed(now, U1={"site": "x"}, U2={"site": "y", "name": ABSENT, "location": None})
    entries["server", "S1"] = {"id": "S1", "department": "福祉課"}
    changed = apply(now, entries, KINDS, "")
    assert changed.count(b"\n") == changed.count(b"\r\n")


def test_a_department_is_repeated_only_where_it_differs(tmp_path: Path) -> None:
    path = _file(tmp_path, "department: A\nusb_media:\n- {id: U1, name: x}\ndepartments: [{id: D, staff: 1}]\n")
    now = read_now(path, KINDS)
    entries = deepcopy(now.entries)
    entries[KEY]["department"] = "B"
    entries["department", "D"]["staff"] = 2
    entries["department", "E"] = {"id": "E", "department": "A"}
    entries["usb_medium", "U2"] = {"id": "U2", "department": "A"}
    assert apply(now, entries, KINDS, "").decode() == (
        "department: A\nusb_media:\n- {id: U1, name: x, department: B}\n- id: U2\n"
        "departments: [{id: D, staff: 2}, {id: E, department: A}]\n"
    )


def test_what_is_shared_by_alias_is_never_changed_for_others(tmp_path: Path) -> None:
    shared = "department: A\nusb_media:\n- {id: U1, location: &l {room: x}}\n- {id: U2, location: *l}\n"
    changed = _edited(_file(tmp_path, shared), U2={"location": {"room": "z"}})
    assert changed == shared.replace("*l", "{room: z}")
    changed = _edited(_file(tmp_path, shared), U1={"location": {"room": "z"}})
    assert changed == shared.replace("{room: x}", "{room: z}").replace("*l", "{room: x}")
    changed = _edited(_file(tmp_path, shared), U1={"location": ABSENT})
    assert changed == shared.replace(", location: &l {room: x}", "").replace("*l", "{room: x}")
    assert _edited(_file(tmp_path, shared), U1=None).endswith("usb_media:\n- {id: U2, location: {room: x}}\n")
    for entry in ("{id: U1, location: &l {room: x}", "{id: U2, location: *l"):
        changed = _edited(_file(tmp_path, shared), **{entry[5:7]: {"name": "z"}})
        assert changed == shared.replace(entry, f"{entry}, name: z")


def test_aliases_of_what_changes_are_written_out_wherever_they_are(tmp_path: Path) -> None:
    text = """\
department: A
usb_media:
  - id: U1
    name: &n 一  # 一つめ
  - id: U2
    name: *n  # 同上
  - id: U3
    name: &m
      # 二つめ
      二
  - id: U4
    name: *m
    location: &l
      room: 室  # 北
servers: [{id: S1, location: *l}]
departments: &d
- id: D
"""
    path = _file(tmp_path, text)
    assert _edited(path, U1={"name": "1"}) == text.replace("&n 一", '"1"').replace(
        "*n  # 同上\n  - id", "一  # 同上\n  - id"
    )
    changed = _edited(path, U3={"name": "新"}, U4={"location": {"room": "x"}})
    assert "    # 二つめ\n    name: 新\n" in changed
    assert "  - id: U4\n    name: 二\n    location: &l\n      room: x  # 北\n" in changed
    assert "servers: [{id: S1, location: {room: 室}}]" in changed
    now = read_now(path, KINDS)
    more = apply(now, now.entries | {("department", "E"): {"id": "E", "department": "E"}}, KINDS, "").decode()
    assert more == text + "- id: E\n"


def test_a_list_that_is_an_alias_keeps_what_it_stood_for(tmp_path: Path) -> None:
    text = "department: A\nusb_media: &all\n- {id: U1, name: a}\nservers: *all\n"
    kept = text.replace("*all", "[{id: U1, name: a}]")
    path = _file(tmp_path, text)
    assert _edited(path, U1={"name": "b"}) == kept.replace("a}\n", "b}\n", 1)
    now = read_now(path, KINDS)
    added = apply(now, now.entries | _now({"id": "U2", "department": "A"}), KINDS, "").decode()
    assert added == kept.replace("a}\n", "a}\n- id: U2\n", 1)


@pytest.mark.parametrize(
    ("written", "changes", "expected"),
    [
        ('name: "媒体 #1"  # 注', {"name": ABSENT}, "# 注"),
        ("name: '媒体 #1'  # 注", {"name": "新"}, "name: 新  # 注"),
        ('name: "媒体 #1\n      #2"  # 注', {"name": ABSENT}, "# 注"),
        ("name: >-  # 注\n      a #b", {"name": "新"}, "name: 新  # 注"),
        ("name: |  # 注\n      a\n      # b", {"name": ABSENT}, "# 注"),
        ("name: |2-  # 注\n      a", {"name": None}, "name: null  # 注"),
        ("name: &a >-  # 注\n      a", {"name": "新"}, "# 注\n    name: 新"),
        ("name: |+\n      a\n\n", {"site": "x"}, "name: |+\n      a\n\n\n    site: x"),
    ],
)
def test_comments_beside_values_with_signs_of_comments_in_them_stay(
    written: str, changes: Fields, expected: str, tmp_path: Path
) -> None:
    for text in (f"usb_media:\n  - id: U1\n    {written}\n", f"usb_media:\n  - id: U1\n    {written}\n    note: 終\n"):
        whole = text.replace("usb_media", "department: A\nusb_media")
        changed = _edited(_file(tmp_path, whole), U1=changes)
        if "site" in changes and "note" in text:
            assert changed == whole + "    site: x\n"
        else:
            assert changed == whole.replace(written, expected)


def test_an_entry_that_is_added_comes_behind_the_comments_at_the_end_of_the_list(tmp_path: Path) -> None:
    text = "department: A\n\nusb_media:\n  - id: U1\n    name: x\n{end}\n# 別の話\nservers:\n- id: S1\n# ここまで\n"
    for end in ("  # U1 ここまで\n", "    # 続き\n\n  # U1 ここまで\n", ""):
        whole = text.replace("{end}", end)
        now = read_now(_file(tmp_path, whole), KINDS)
        changed = apply(now, now.entries | _now({"id": "U2", "department": "A"}), KINDS, "").decode()
        assert changed == text.replace("{end}", f"{end}  - id: U2\n")


def test_texts_that_other_readers_take_for_something_else_are_quoted() -> None:
    for text in (
        "001",
        "08",
        "1_000",
        "12:30",
        "0o7",
        "0b1",
        "1.5e3",
        "2026-99-99",
        "2026-11-20 10:00:00",
        "Null",
        "y",
    ):
        assert flow(text) == f'"{text}"'
    for text in ("2026-11-20", "3B", "SV-01", "2026-1-2", "192.168.0.1", "名"):
        assert flow(text) == text


def test_a_whole_entry_that_is_an_alias_is_written_out(tmp_path: Path) -> None:
    text = "department: A\nusb_media:\n- &e {id: E, name: a}\nservers: [*e]\n"
    now = read_now(_file(tmp_path, text), KINDS)
    entries = now.entries | {("server", "E"): {"id": "E", "name": "b", "department": "A"}}
    assert apply(now, entries, KINDS, "").decode() == text.replace("[*e]", "[{id: E, name: b}]")


def test_a_file_in_flow_style_stays_in_it(tmp_path: Path) -> None:
    now = read_now(_file(tmp_path, "{department: A, usb_media: [{id: U1, name: x}, {id: U2}]} # 終\n"), KINDS)
    entries = _changed(now, U1=None, U2={"name": "z"})
    entries["usb_medium", "U3"] = {"id": "U3", "department": "A"}
    entries["server", "S1"] = {"id": "S1", "department": "A"}
    changed = "{department: A, usb_media: [{id: U2, name: z}, {id: U3}], servers: [{id: S1}]} # 終\n"
    assert apply(now, entries, KINDS, "").decode() == changed


def test_a_file_that_ends_its_document_is_refused_where_something_would_come_after(tmp_path: Path) -> None:
    now = read_now(_file(tmp_path, "---\ndepartment: A\nusb_media:\n- {id: U1}\n...\n"), KINDS)
    assert apply(now, now.entries | _now(_entry("U2")), KINDS, "").endswith(b"cell: B2}\n...\n")
    with pytest.raises(LedgerError) as refused:
        apply(now, now.entries | {("server", "S1"): {"id": "S1", "department": "A"}}, KINDS, "")
    assert refused.value.key == "entry_not_editable"


def test_the_entry_that_cannot_be_changed_in_place_is_named_with_its_line(tmp_path: Path) -> None:
    text = "department: A\nusb_media:\n- {id: U1}\n- id: U2\n  ? location\n  : {room: x}\n- {id: U3}\n"
    path = _file(tmp_path, text)
    assert _edited(path, U1={"name": "a"}, U3={"name": "c"}).count("name") == 2
    with pytest.raises(LedgerError) as refused:
        _edited(path, U1={"name": "a"}, U2={"location": None}, U3={"name": "c"})
    assert (refused.value.key, refused.value.exit_code) == ("entry_not_editable", 4)
    assert str(refused.value.facts["place"]).endswith("a.yaml:4")
    assert refused.value.facts["id"] == "U2"
    for language in LANGUAGES:
        assert "U2" in texts(language)("error.entry_not_editable", **refused.value.facts)


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.ndjson"])
def test_what_becomes_empty_can_be_filled_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert _import(path).entries == {}
    assert not path.exists()
    _import(path, _entry())
    assert _import(path, delete_vanished=True).entries == {}
    assert read_now(path, KINDS).entries == {}
    assert path.exists() == (name != "a.ndjson")
    assert _import(path, _entry(name="新")).entries == read_now(path, KINDS).entries == _now(_entry(name="新"))


def test_a_new_file_has_a_comment_the_department_and_the_kinds_in_their_order(tmp_path: Path) -> None:
    entries = _now(_entry(classification="2")) | {("server", "S1"): {"id": "S1", "department": "福祉課", "fixed": True}}
    text = apply(read_now(tmp_path / "a.yaml", KINDS), entries, KINDS, "ここから\n取り込んだ").decode()
    assert text == (
        "# ここから\n# 取り込んだ\ndepartment: 福祉課\n\nservers:\n  - id: S1\n    fixed: true\n\n"
        'usb_media:\n  - id: U1\n    classification: "2"\n    imported_from: {file: 管理簿.xlsx, sheet: 管理簿, cell: B2}\n'
    )


def test_lines_of_ndjson_that_stay_are_the_same_bytes(tmp_path: Path) -> None:
    lines = [
        '{"kind": "usb_medium",  "department": "A", "id": "U1", "note": "\\u3042"}',
        "",
        '{"id": "U2", "kind": "usb_medium", "department": "A"}',
        '{"id": "U3", "kind": "usb_medium", "department": "A"}',
    ]
    for end in ("\n", "\r\n"):
        path = _file(tmp_path, end.join(lines), "a.ndjson")
        changed = _edited(path, U2={"name": "b"}, U3=None)
        assert changed == end.join([*lines[:2], '{"kind":"usb_medium","id":"U2","department":"A","name":"b"}', ""])
    now = read_now(path, KINDS)
    more = apply(now, now.entries | _now(_entry("U4")), KINDS, "")
    assert more.startswith((end.join(lines) + end).encode())
    assert more.count(b"\n") == len(lines) + 1


def test_json_keeps_its_order_and_what_else_it_holds(tmp_path: Path) -> None:
    path = _file(
        tmp_path, '{"usb_media": [{"name": "x", "id": "U1"}], "department": "A", "servers": [{"id": "S"}]}', "a.json"
    )
    changed = orjson.loads(_edited(path, U1={"name": "y"}))
    assert list(changed.items()) == [
        ("usb_media", [{"name": "y", "id": "U1"}]),
        ("department", "A"),
        ("servers", [{"id": "S"}]),
    ]
    assert _edited(path) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("department: A\nusb_media: [\n", ":3"),
        ("department: A\nusb_media:\n- {id: U1}\n- {id: U1}\n", ":4"),
        ("department: A\nusb_media:\n- {name: x}\n", ":3"),
        ("department: A\nusb:\n- {id: U1}\n", ":2"),
        ("# 空\n", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_line(content: str, line: str, tmp_path: Path) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(LedgerError) as refused:
        read_now(path, KINDS)
    assert str(refused.value.facts["place"]).endswith(f"a.yaml{line}")
    for language in LANGUAGES:
        assert texts(language)("error.unusable_inventory", **refused.value.facts)


def test_only_files_of_an_inventory_can_be_merged_into(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_now(tmp_path / "a.txt", KINDS)
    (tmp_path / "b.yaml").mkdir()
    with pytest.raises(UsageError):
        read_now(tmp_path / "b.yaml", KINDS)


def test_the_sample_city_is_not_rewritten_when_provenance_comes(schemas: Schemas) -> None:
    for path in sorted((ROOT / "inventory").glob("*.yaml")):
        now = read_now(path, schemas.kinds)
        source = {"file": "台帳.xlsx", "sheet": "一覧", "cell": "A2"}
        entries = {key: fields | {"imported_from": source} for key, fields in now.entries.items()}
        assert now.content
        before, after = now.content.decode().splitlines(), apply(now, entries, schemas.kinds, "").decode().splitlines()
        new = [line for line in after if line.lstrip().startswith("imported_from: ")]
        assert len(new) == len(entries) - sum(", imported_from" in line for line in after)
        for line in before:
            assert line in after or line.endswith("}"), line


def test_two_thousand_entries_are_merged_in_seconds(tmp_path: Path) -> None:
    old = [_entry(f"U{number}", name=f"媒体 {number}", note=f"棚: {number}") for number in range(2000)]
    path = tmp_path / "a.yaml"
    path.write_bytes(apply(read_now(path, KINDS), _now(*old), KINDS, "x"))
    began = time.perf_counter()
    now = read_now(path, KINDS)
    changes = _merge(_stated(*(entry | {"name": "新"} for entry in old)), _written(*old), now.entries)
    apply(now, changes.entries, KINDS, "x")
    assert time.perf_counter() - began < 10


# The difference


def test_differences_are_told_in_the_order_of_the_inventory(tmp_path: Path) -> None:
    old = [_entry("U1", name="旧"), _entry("U2", name="手"), _entry("U3"), _entry("U4", name="a"), _entry("U6")]
    now = [_entry("U1", name="旧"), _entry("U2", name="直"), _entry("U3"), _entry("U4", name="b"), _entry("U7")]
    new = [_entry("U1", name="新"), _entry("U2", name="手"), _entry("U4", name="c\x1b[31m"), _entry("U5"), _entry("U6")]
    changes = _merge(_stated(*new, _entry("U7", cell="B9")), _written(*old, _entry("U7")), _now(*now))
    shown = {language: list(render(changes, texts(language))) for language in LANGUAGES}
    for lines in shown.values():
        assert [line[:15] for line in lines[:-1]] == [
            f"{sign} usb_medium/U{number}" for sign, number in zip("~=?!+?", (1, 2, 3, 4, 5, 6), strict=True)
        ]
        assert "\x1b" not in "".join(lines)
    assert shown["en"][0] == "~ usb_medium/U1 name: 旧 -> 新 (管理簿.xlsx 管理簿!B2)"
    assert shown["ja"][0] == "~ usb_medium/U1 name: 旧 → 新（管理簿.xlsx 管理簿!B2）"
    assert "2026-11-20" in shown["ja"][2]
    assert "1" in shown["ja"][-1]


def test_every_sort_of_difference_is_told() -> None:
    differences = [Difference(what, KEY, None, "name", old="", new=True) for what in What]
    for language in LANGUAGES:
        lines = list(render(Changes({}, {}, differences, 0, 0), texts(language)))
        assert len(set(lines)) == len(What)
        assert not any("{" in line for line in lines)


# What is remembered, and writing that is cut short


def _import(path: Path, *entries: Fields, **how: Any) -> Changes:
    now = read_now(path, KINDS)
    base = read_base(now)
    changes = _merge(_stated(*entries), base.written, now.entries, lost=base.lost, **how)
    write_steps(steps_of(now, apply(now, changes.entries, KINDS, "取込み"), changes))
    return changes


def _contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_importing_the_same_again_writes_nothing(tmp_path: Path) -> None:
    for name in ("a.yaml", "a.json", "a.ndjson"):
        path = tmp_path / name
        _import(path, _entry(name="一"), _entry("U2", name="二"))
        before = _contents(tmp_path)
        again = _import(path, _entry(name="一"), _entry("U2", name="二"))
        assert (_told(again), again.unchanged) == ([], 2)
        assert _contents(tmp_path) == before


def test_conflicts_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _import(path, _entry(name="一"))
    path.write_text(path.read_text(encoding="utf-8").replace("一", "二"), encoding="utf-8")
    before = _contents(tmp_path)
    with pytest.raises(LedgerError) as refused:
        _import(path, _entry(name="三"))
    assert refused.value.facts["count"] == 1
    assert _contents(tmp_path) == before
    _import(path, _entry(name="三"), prefer="inventory")
    assert "二" in path.read_text(encoding="utf-8")
    assert _told(_import(path, _entry(name="三"))) == [(What.KEPT, "U1", "name")]


def test_what_was_edited_while_the_import_ran_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _import(path, _entry(name="一"))
    now = read_now(path, KINDS)
    changes = _merge(_stated(_entry(name="二")), read_base(now).written, now.entries)
    content = apply(now, changes.entries, KINDS, "")
    path.write_text("# 今\ndepartment: 福祉課\n", encoding="utf-8")
    with pytest.raises(LedgerError):
        write_steps(steps_of(now, content, changes))
    assert path.read_text(encoding="utf-8") == "# 今\ndepartment: 福祉課\n"


def test_a_damaged_memory_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _import(path, _entry(name="一"), _entry("U2"))
    memory = tmp_path / ".policycheck" / "a.yaml.ndjson"
    lines = memory.read_bytes().splitlines(keepends=True)
    for damaged in (b"", b"{", b"[]\n", b"".join(lines[:-1]), lines[0] + b'{"kind": 1}\n', b"\xff"):
        memory.write_bytes(damaged)
        with pytest.raises(LedgerError) as refused:
            read_base(read_now(path, KINDS))
        assert refused.value.facts["file"] == memory


@pytest.mark.parametrize("step", range(4))
@pytest.mark.parametrize("name", ["a.yaml", "a.ndjson"])
@pytest.mark.parametrize("again", ["一", "二", "三"])
def test_cut_short_anywhere_the_next_import_loses_nothing_and_asks_nothing(
    name: str, step: int, again: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    _import(path, _entry(name="一"), _entry("U2"), _entry("U3", name="手"))
    path.write_text(path.read_text(encoding="utf-8").replace("手", "直"), encoding="utf-8")
    die_at(step, monkeypatch)
    new = (_entry(name="二"), _entry("U3", name="手"), _entry("U4"))
    try:
        _import(path, *new)
    except KilledError:
        assert step < 3
    else:
        assert step == 3
    monkeypatch.undo()
    changes = _import(path, _entry(name=again), *new[1:])
    assert not changes.counts[What.CONFLICT]
    entries = read_now(path, KINDS).entries
    assert [entries["usb_medium", f"U{number}"].get("name") for number in (1, 3, 4)] == [again, "直", None]
    assert entries["usb_medium", "U2"]["imported_from"]["vanished_on"] == "2026-11-20"
    assert _told(_import(path, _entry(name=again), *new[1:])) == [
        (What.VANISHED, "U2", None),
        (What.KEPT, "U3", "name"),
    ]


@pytest.mark.parametrize("name", ["a.yaml", "a.ndjson"])
@pytest.mark.parametrize("step", [1, 2])
def test_what_was_cut_short_and_then_edited_by_hand_is_asked(
    name: str, step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    _import(path, _entry(name="一"))
    new = (_entry(name="二"), _entry("U2"))
    die_at(step, monkeypatch)
    with pytest.raises(KilledError):
        _import(path, *new)
    monkeypatch.undo()
    now = read_now(path, KINDS)
    path.write_bytes(apply(now, {KEY: now.entries[KEY] | {"name": "手"}}, KINDS, ""))
    base = read_base(read_now(path, KINDS))
    asked = _merge(_stated(*new), base.written, read_now(path, KINDS).entries, lost=base.lost)
    assert _told(asked) == [(What.CONFLICT, "U1", "name"), (What.CONFLICT, "U2", None)]
    _import(path, *new, prefer="inventory")
    assert _told(_import(path, *new)) == [(What.KEPT, "U1", "name"), (What.LEFT_OUT, "U2", None)]


@pytest.mark.parametrize("second", range(4))
def test_cut_short_twice_nothing_is_forgotten(second: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    _import(path, _entry(name="一"))
    for step, name in ((2, "二"), (second, "三")):
        die_at(step, monkeypatch)
        with pytest.raises(KilledError):
            _import(path, _entry(name=name))
        monkeypatch.undo()
    assert _told(_import(path, _entry(name="四"))) == [(What.UPDATED, "U1", "name")]


# For all inventories


WORDS = """yes No 1e3 0x1f 0o7 2026-11-20 # : ' " \\ 😀 ~ null true - { [a] &a *a !t | > % @ ` 3B 1_000 --- ... << = 12:30 １ .5"""
ODD = [
    "a #b",
    ": ",
    "a: b",
    "- a",
    "? a",
    "a\nb\n\nc",
    "x\n# y",
    "長い" * 200,
    "a b",
    "a\u2028b",
    "a\x85b",
    "\x7f",
    "\ufeffa",
    " a ",
]
NASTY = st.sampled_from([*WORDS.split(), "\u3000", *ODD])
TEXT = NASTY | st.text(st.characters(codec="utf-8", exclude_characters="\0◆"), max_size=8)
SCALAR = TEXT | st.none() | st.booleans() | st.integers(-9, 10**6)
NAMES = st.sampled_from(["name", "note", "site", "yes", "location", "備考", "1", "a b"])
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=5,
)
ENTRY = st.dictionaries(NAMES, VALUE, max_size=5)
COMMENTS = st.sampled_from(["# 注 ◆", "# a: b, {c} ◆", "# - x ◆", "# 'x \"◆", "## #◆"])
"""Each is numbered in the end, and names the entry that it is inside of."""
SHARED = "⚓"
"""Stands for an anchor where it is first, for its alias elsewhere."""


@given(VALUE)
def test_every_value_is_read_as_it_was_written(value: Any) -> None:
    assert _undated(yaml.safe_load(flow(value))) == value
    assert same(yaml_text.parse(f"a: {flow(value)}\nb: [{flow(value)}]\n").value, {"a": value, "b": [value]})
    text = items([{"id": "x", "v": value}], "  ")
    assert same(yaml_text.parse(f"a:\n{text}").value, {"a": [{"id": "x", "v": value}]})


def _undated(value: Any) -> Any:
    """Readers of YAML 1.1 take the days of the schema for days."""
    if isinstance(value, dict):
        return {_undated(name): _undated(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_undated(inner) for inner in value]
    return value.isoformat() if type(value) is datetime.date else value


def _as_written(draw: st.DrawFn, value: Any, **how: Any) -> str:
    width = draw(st.sampled_from([20, 10**6]))
    text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=width, **how)
    return text.removesuffix("...\n").rstrip("\n")


def _commented(draw: st.DrawFn, indent: str, inside: str = "") -> Iterator[str]:
    for comment in draw(st.lists(COMMENTS, max_size=2)):
        yield indent + comment + inside


def _beside(draw: st.DrawFn, inside: str = "") -> str:
    return draw(st.just("") | COMMENTS.map(lambda comment: f"  {comment}{inside}"))


def _block(draw: st.DrawFn, fields: Fields, indent: str) -> Iterator[str]:
    mark = "- "
    inside = fields["id"]
    for name, value in fields.items():
        style = draw(st.sampled_from(["flow", None, None, "|", ">", '"'])) if isinstance(value, str) else None
        if style == "flow" or value == SHARED or (style is None and draw(st.booleans())):
            lines = [f"{flow(name)}: {flow(value)}{_beside(draw, inside)}"]
        else:
            lines = _as_written(draw, {name: value}, default_flow_style=False, default_style=style).split("\n")
        if re.search(r": [|>][-+\d]*$", lines[0]):
            lines[0] += _beside(draw, inside)
        yield f"{indent}{mark}{lines[0]}"
        yield from (f"{indent}  {line}" if line else "" for line in lines[1:])
        mark = "  "
        if style not in ("|", ">"):  # behind a text in block style it would be a part of it
            yield from _commented(draw, f"{indent}  ", inside)


def _flow(draw: st.DrawFn, fields: Fields, indent: str) -> Iterator[str]:
    inside = fields["id"]
    pairs = [f"{flow(name)}: {flow(value)}" for name, value in fields.items()]
    if draw(st.booleans()):
        yield f"{indent}- {{{', '.join(pairs)}{draw(st.sampled_from(['', ',', ' , ']))}}}{_beside(draw, inside)}"
        return
    yield f"{indent}- {{{_beside(draw, inside)}"
    for pair in pairs[:-1]:
        yield f"{indent}   {pair}{draw(st.sampled_from([',', ' ,', ',   ']))}{_beside(draw, inside)}"
        yield from _commented(draw, f"{indent}   ", inside)
    yield f"{indent}   {pairs[-1]}{draw(st.sampled_from(['', ',']))}{_beside(draw, inside)}"
    yield f"{indent}  }}{_beside(draw, inside)}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Files as people may write them."""
    lines = list(_commented(draw, ""))
    lines += [f"department: {draw(st.sampled_from('AB'))}{_beside(draw)}"]
    for plural in draw(st.permutations(list(KINDS)))[:2]:
        indent = draw(st.sampled_from(["", "  ", "    "]))
        lines += [*_commented(draw, ""), f"{plural}:{_beside(draw)}"]
        for number in range(draw(st.integers(1, 3))):
            lines += _commented(draw, indent)
            shared = draw(st.sampled_from([{}, {}, {"shared": SHARED}]))
            fields = {"id": f"{plural}{number}"} | shared | draw(ENTRY)
            if draw(st.booleans()):
                fields = dict(reversed(fields.items()))
            lines += draw(st.sampled_from([_block, _flow]))(draw, fields, indent)
        lines += [*_commented(draw, indent), *draw(st.sampled_from([[], [""]]))]
    lines += _commented(draw, "")
    text = draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))
    anchor = draw(st.sampled_from(["&s {room: 室, floor: 1}", "&s 室", '&s "室 # 1"']))
    text = text.replace(SHARED, anchor, 1).replace(SHARED, "*s")
    numbers = count()
    return re.sub("◆", lambda _: f"◆{next(numbers)}:", text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=EXAMPLES)
@given(data=st.data(), text=documents())
def test_what_is_changed_says_what_it_should_and_every_comment_stays_but_those_in_deleted_entries(
    data: st.DataObject, text: str, tmp_path: Path
) -> None:
    path = _file(tmp_path, text)
    try:
        now = read_now(path, KINDS)
    except LedgerError:
        assume(False)  # the writer of the example and YAML 1.2 disagree
    entries = deepcopy(now.entries)
    for key in list(entries):
        deed = data.draw(st.sampled_from(["nothing", "delete", "change"]))
        if deed == "delete":
            del entries[key]
        elif deed == "change":
            others = {name: value for name, value in entries[key].items() if name in ("id", "department")}
            rest = {name: value for name, value in entries[key].items() if name not in others}
            kept = {name: value for name, value in rest.items() if data.draw(st.booleans())}
            shared = {"shared": {"room": "別"}} if data.draw(st.booleans()) else {}
            entries[key] = others | kept | data.draw(ENTRY) | shared
    for number in range(data.draw(st.integers(0, 2))):
        kind = data.draw(st.sampled_from(list(KINDS.values())))
        added = data.draw(ENTRY) | {"id": f"new{number}", "department": data.draw(st.sampled_from(["A", "C"]))}
        entries[kind, f"new{number}"] = added
    changed = apply(now, entries, KINDS, "")
    path.write_bytes(changed)
    after = read_now(path, KINDS)
    assert after.entries.keys() == entries.keys()
    assert all(same(after.entries[key], fields) for key, fields in entries.items())
    assert [key for key in after.entries if key in now.entries] == [key for key in now.entries if key in entries]
    assert apply(after, entries, KINDS, "") == changed
    for mark, inside in re.findall(r"(◆\d+:(\w*))", text):
        assert mark in changed.decode() or inside in {identity for _, identity in now.entries.keys() - entries.keys()}


WRITTEN = st.sampled_from(
    [
        '"媒体 #1"{}',
        "'# a'{}",
        "x{}",
        "{}",
        "|{}\n      a #b",
        ">-{}\n      # b",
        "[a, '#b']{}",
        "&a '#'{}",
        "{}\n      '#'{}",
    ]
)
BECOMES = st.sampled_from([ABSENT, "新", None, ...])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.tuples(WRITTEN, BECOMES), min_size=1, max_size=4), grows=st.booleans())
def test_no_comment_beside_a_value_is_lost(fields: list[tuple[str, Any]], grows: bool, tmp_path: Path) -> None:
    text = "department: A\nusb_media:\n  - id: U1\n"
    for number, (written, _) in enumerate(fields):
        named = written.replace("&a", f"&a{number}")
        text += f"    f{number}: {named.format(f'  # {number}注', f'  # {number}次')}\n"
    path = _file(tmp_path, text + "  # 末尾注\n")
    now = read_now(path, KINDS)
    changes = {f"f{number}": value for number, (_, value) in enumerate(fields) if value is not ...}
    entries = _changed(now, U1=changes) | (_now({"id": "U2", "department": "A"}) if grows else {})
    changed = apply(now, entries, KINDS, "").decode()
    assert set(re.findall("# .?[注次]", text)) <= set(re.findall("# .?[注次]", changed))
    assert changed.rstrip().endswith("- id: U2" if grows else "# 末尾注")


FIELD = st.sampled_from(["a", "b", ABSENT])
SMALL = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from("ab"), "classification": st.sampled_from("12"), "note": st.just("x")}
)
LEDGER = st.dictionaries(st.sampled_from(["U1", "U2", "U3"]), SMALL, max_size=3).map(
    lambda found: [
        _entry(identity, **{k: v for k, v in fields.items() if k != "note"}) for identity, fields in found.items()
    ]
)
INVENTORY = st.dictionaries(st.sampled_from(["U1", "U2", "U3", "U4"]), SMALL, max_size=4).map(
    lambda found: [_entry(identity, **fields) for identity, fields in found.items()]
)


@given(LEDGER, st.none() | LEDGER, INVENTORY, st.sampled_from(["ledger", "inventory"]), st.booleans())
def test_merging_again_changes_nothing_and_never_touches_what_is_peoples(
    new: list[Fields], base: list[Fields] | None, now: list[Fields], prefer: str, delete: bool
) -> None:
    how: dict[str, Any] = {"prefer": prefer, "delete_vanished": delete}
    first = _merge(_stated(*new), None if base is None else _written(*base), _now(*now), **how)
    assert not first.counts[What.CONFLICT]
    second = _merge(_stated(*new), first.base, first.entries, as_of=LATER)
    assert second.base == first.base
    assert not second.counts[What.CONFLICT]
    assert second.entries == first.entries
    assert not second.counts.keys() - {What.KEPT, What.VANISHED, What.LEFT_OUT, What.RELEASED}
    for key, fields in _now(*now).items():
        if key not in first.entries:
            assert delete
            continue
        assert first.entries[key].get("note") == fields.get("note")
    assert {difference.key[1] for difference in first.differences} <= {"U1", "U2", "U3", "U4"}


def _imported(identity: str, **fields: object) -> Fields:
    source = {"file": "管理簿.xlsx", "sheet": "管理簿", "cell": "A2"}
    return {"id": identity, "department": "福祉課", **fields, "imported_from": source}


def test_what_people_took_from_the_ledger_is_theirs() -> None:
    was, said = _imported("U1", name="a"), _imported("U1", name="b")
    own = {name: value for name, value in was.items() if name != "imported_from"}
    changes = _merge(_stated(said), _written(was), _now(own))
    assert list(changes.entries.values()) == [own]
    assert [one.what for one in changes.differences] == [What.RELEASED]
    taken = _merge(_stated(said), _written(was), _now(own), prefer="ledger")
    assert list(taken.entries.values()) == [said]


def test_where_the_last_import_is_not_known_nothing_is_undone_unasked() -> None:
    now = [_imported("U1"), _imported("U2", name="x")]
    new = _stated(_imported("U1", name="deleted by hand?"), _imported("U2"), _imported("U3"))
    asked = _merge(new, None, _now(*now))
    assert [(one.what, one.key[1], one.field) for one in asked.differences] == [
        (What.CONFLICT, "U1", "name"),
        (What.CONFLICT, "U2", "name"),
        (What.CONFLICT, "U3", None),
    ]
    kept = _merge(new, None, _now(*now), prefer="inventory")
    assert list(kept.entries.values()) == now
    taken = _merge(new, None, _now(*now), prefer="ledger")
    assert [fields.get("name") for fields in taken.entries.values()] == ["deleted by hand?", None, None]


def test_an_entry_that_vanished_is_not_deleted_with_what_people_changed_in_it() -> None:
    was, edited = _imported("U1", name="a"), _imported("U1", name="b")
    asked = _merge({}, _written(was), _now(edited), delete_vanished=True)
    assert What.CONFLICT in asked.counts
    assert not _merge({}, _written(was), _now(edited), delete_vanished=True, prefer="ledger").entries
    assert not _merge({}, _written(was), _now(was), delete_vanished=True).entries
