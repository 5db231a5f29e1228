"""The mappings that come with policycheck, each on ledgers of its shape: what is imported, what is told, and that it holds."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import ryaml
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from ledgers import SAMPLES, Sample, accounts, usb
from ledgers.writing import Rows, write_book

from policycheck.bundle import Bundle
from policycheck.ledgers.mapping import Column, Table
from policycheck.ledgers.mapping_files import read_mapping, ready_mappings
from policycheck.ledgers.words import fold
from policycheck.texts import LANGUAGES

SCHEMAS = Bundle().schemas
AS_OF = "2026-11-20"


class Imported(NamedTuple):
    """What came of an import: the resources by kind and id, and what was told."""

    resources: dict[tuple[str, str], dict[str, Any]]
    told: str
    exit_code: int


def _import(run: Run, sample: Sample, folder: Path, *, fresh: bool = True) -> Imported:
    files = sample.write(folder) if fresh else sorted(path for path in folder.iterdir() if path.is_file())
    into = folder / "inventory"
    options = ["--mapping", sample.mapping, "--output", into, "--as-of", AS_OF, "--lang", "en", *sample.options]
    result = run("import", *files, *options)
    resources = dict(_resources(into))
    for fields in resources.values():
        fields["imported_from"].pop("unread", None)  # the cells are told
    return Imported(resources, result.output.replace(f"{folder}/", ""), result.exit_code)


def _resources(folder: Path) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    kinds = {"systems": "system", "servers": "server", "standalone_pcs": "standalone_pc", "office_pcs": "office_pc"}
    kinds |= {"usb_media": "usb_medium", "user_ids": "user_id"}
    for path in folder.glob("*.ndjson"):
        for line in path.read_text("utf-8").splitlines():
            fields = json.loads(line)
            yield (fields.pop("kind"), fields.pop("id")), fields
    for path in folder.glob("*.yaml"):
        document = ryaml.loads(path.read_text("utf-8"))
        given = {"department": document.pop("department")} if "department" in document else {}
        for key, entries in document.items():
            for fields in entries:
                yield (kinds[key], fields.pop("id")), {**given, **fields}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_ready_mapping_has_a_sample() -> None:
    assert {sample.mapping for sample in SAMPLES.values()} == set(ready_mappings())


@pytest.mark.parametrize("name", ready_mappings())
def test_a_ready_mapping_is_valid_and_has_a_title_in_both_languages(name: str) -> None:
    mapping = read_mapping(name, SCHEMAS)
    assert mapping.output
    titles = ryaml.loads(ready_mappings()[name].read_text("utf-8"))["title"]
    assert list(titles) == list(LANGUAGES)
    assert titles["en"].isascii()


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=list(SAMPLES))
def test_what_is_imported_is_a_valid_inventory_and_can_be_judged(run: Run, tmp_path: Path, sample: Sample) -> None:
    found = _import(run, sample, tmp_path)
    assert found.exit_code == sample.exit_code, found.told
    assert found.resources
    inventory = tmp_path / "inventory"
    assert run("validate", inventory).exit_code == 0
    report = json.loads(run("scan", inventory, "--as-of", AS_OF, "--format", "json", "--all").stdout)
    assert report["inventory"]["resources"] == len(found.resources)
    assert not report["problems"]
    judged = {(result["resource"]["kind"], result["resource"]["id"]) for result in report["results"]}
    assert judged >= {key for key in found.resources if key[0] != "server"}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=list(SAMPLES))
def test_importing_again_changes_no_byte(run: Run, tmp_path: Path, sample: Sample) -> None:
    _import(run, sample, tmp_path)
    before = _bytes(tmp_path)
    again = _import(run, sample, tmp_path, fresh=False)
    assert again.exit_code == sample.exit_code, again.told
    assert _bytes(tmp_path) == before


def test_systems_are_read_under_headings_in_two_lines_and_the_servers_below_them(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["systems in two-line headings, and servers below"], tmp_path)
    place = {"file": "情報システム台帳.xlsx", "sheet": "台帳"}
    assert found.resources == {
        ("system", "SYS-01"): {
            "department": "市民課",
            "unit": "住民記録係",
            "name": "住民記録システム",
            "network": "mynumber",
            "internet_connected": False,
            "classification": "3A",
            "personal_data": True,
            "authentication": "multi_factor",
            "ledger_updated_on": "2026-09-29",
            "ledger_owner": "own",
            "log_analysed_on": "2026-10-01",
            "note": "㈱髙橋情報へ委託①",
            "imported_from": {**place, "cell": "A6"},
        },
        ("system", "SYS-02"): {
            "department": "情報政策課",
            "name": "財務会計システム",
            "network": "lgwan",
            "internet_connected": False,
            "classification": "2",
            "personal_data": False,
            "authentication": "id_password",
            "ledger_updated_on": "2026-04-01",
            "ledger_owner": "own",
            "log_analysed_on": None,
            "imported_from": {**place, "cell": "A7"},
        },
        ("system", "SYS-03"): {
            "department": "生涯学習課",
            "name": "施設予約システム",
            "network": "internet",
            "internet_connected": True,
            "classification": "2",
            "personal_data": True,
            "ledger_owner": "other",
            "note": "※ 更改を予定",
            "imported_from": {**place, "cell": "A8"},
        },
        ("system", "SYS-04"): {
            "department": "税務課",
            "unit": "市民税係",
            "name": "旧税務システム",
            "internet_connected": False,
            "classification": "3A",
            "personal_data": True,
            "authentication": "ic_card",
            "ledger_owner": "prefecture",
            "imported_from": {**place, "cell": "A9"},
        },
        ("server", "SV-01"): {
            "department": "情報政策課",
            "name": "住記DB",
            "system": "SYS-01",
            "location": {"room": "電算室", "lockable": True, "restricted_entry": True},
            "fixed": True,
            "last_maintained_on": "2026-10-15",
            "power_failure": {"shutdown": "automatic", "emergency_power": True},
            "imported_from": {**place, "cell": "A17"},
        },
        ("server", "SV-02"): {
            "department": "情報政策課",
            "name": "予約Web",
            "system": "SYS-03",
            "location": {"room": "生涯学習課執務室", "lockable": False, "restricted_entry": False},
            "fixed": False,
            "last_maintained_on": None,
            "power_failure": {"shutdown": "manual", "emergency_power": False},
            "note": "廊下側",
            "imported_from": {**place, "cell": "A18"},
        },
    }
    for cell in ("F9", "J8", "K8", "K9", "M8", "M9"):
        assert f"情報システム台帳.xlsx 台帳!{cell}: " in found.told
    assert "left out: 6" in found.told
    for rule, row in (("合計*", 12), ("※*。", 13), ("No.：*台帳", 15), ("以上", 19)):
        assert f"“{rule}” was left out (row {row})" in found.told


def test_systems_are_read_under_headings_in_one_line(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["systems in one line, in cp932"], tmp_path)
    assert found.resources[("system", "1")] == {
        "department": "健康局",
        "name": "公害健康被害補償システム",
        "network": "standalone",
        "internet_connected": False,
        "classification": "3",
        "personal_data": True,
        "sites": ["本庁", "環境科学センター"],
        "authentication": "password",
        "ledger_updated_on": "2019-05-07",
        "data_flow_documented": True,
        "note": "㈱髙﨑製作所①",
        "imported_from": {"file": "システム一覧.csv", "cell": "A2"},
    }
    assert found.resources[("system", "2")]["sites"] == ["中央図書館", "駅前分館"]
    assert "personal_data" not in found.resources[("system", "2")]
    assert "cp932" in found.told
    assert "システム一覧.csv!G3: " in found.told


def test_the_hand_over_log_shows_the_sticks_that_the_register_lacks(run: Run, tmp_path: Path) -> None:
    """The audit of Osaka in 2024: of five sticks, four are used without being in the register, and none is checked."""
    files = usb.osaka(tmp_path)
    options = ["--mapping", "usb_register", "--department", "健康局", "--output", tmp_path / "inventory"]
    assert run("import", *files, *options, "--as-of", "2024-03-27").exit_code == 0
    scan = ["scan", tmp_path / "inventory", "--standard", "osaka", "--as-of", "2024-03-27", "--format", "json", "--all"]
    report = json.loads(run(*scan).stdout)
    of = {
        control: {r["resource"]["id"]: r["status"] for r in report["results"] if r["control"] == control}
        for control in ("assets/usb_registered", "technical/usb_virus_checked")
    }
    assert of["assets/usb_registered"] == {"USB-01": "pass", **{f"USB-0{number}": "fail" for number in range(2, 6)}}
    assert list(of["technical/usb_virus_checked"].values()) == ["fail"] * 5
    places = [r["location"]["origin"] for r in report["results"] if r["resource"]["id"] == "USB-03"]
    assert len(places) == 2
    assert all(place.items() >= {"file": "記録媒体.xlsx", "sheet": "受渡簿", "cell": "A5"}.items() for place in places)


def test_what_a_log_says_of_a_registered_medium_goes_to_its_entry(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["the five USB sticks of Osaka"], tmp_path)
    assert found.resources[("usb_medium", "USB-01")] == {
        "department": "健康局",
        "name": "USBメモリ 8GB（黒）",
        "classification": "3",
        "registered": True,
        "virus_checked_on": None,
        "last_used_on": "2024-02-01",
        "password_protected": True,
        "encrypted": True,
        "locked_storage": True,
        "imported_from": {"file": "記録媒体.xlsx", "sheet": "管理簿", "cell": "A4"},
    }
    assert found.resources[("usb_medium", "USB-02")] == {
        "department": "健康局",
        "registered": False,
        "virus_checked_on": None,
        "last_used_on": "2024-03-18",
        "imported_from": {"file": "記録媒体.xlsx", "sheet": "受渡簿", "cell": "A8"},
    }


def test_a_log_alone_is_never_taken_for_the_register(run: Run, tmp_path: Path) -> None:
    rows = [["管理番号", "日時", "受領者", "備考"], ["USB-01", "2026/11/1", "佐藤", "x"]]
    (tmp_path / "記録.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    found = _import(run, Sample("usb_register", lambda _: [tmp_path / "記録.csv"], ("--department", "A")), tmp_path)
    assert found.resources[("usb_medium", "USB-01")]["registered"] is False


def _of(run: Run, folder: Path, mapping: str, sheets: Mapping[str, Rows]) -> Imported:
    sample = Sample(mapping, lambda into: [write_book(into / "a.xlsx", sheets)], ("--department", "健康局"))
    return _import(run, sample, folder)


@pytest.mark.parametrize("begun", ["使用開始", "利用開始日", "持出開始日", "開始日時", "貸出日"])
def test_a_log_with_other_headings_is_a_log(run: Run, tmp_path: Path, begun: str) -> None:
    rows = [
        ["USBメモリ使用記録"],
        ["媒体番号", "所属", "氏名", begun, "使用終了", "備考"],
        ["USB-77", "健康局", "佐藤", "R5.9.29", "R5.9.30", "x"],
    ]
    found = _of(run, tmp_path, "usb_register", {"使用簿": rows})
    assert found.resources["usb_medium", "USB-77"]["registered"] is False


@pytest.mark.parametrize("rest", [["氏名", "目的"], ["品名", "使う日"], ["保管場所", "使用開始日"], ["暗号化", "氏名"]])
def test_a_list_of_media_that_may_be_a_log_is_no_register(run: Run, tmp_path: Path, rest: list[str]) -> None:
    rows = [["媒体番号", "所属", *rest], ["USB-77", "健康局", "○", "R5.9.29"]]
    found = _of(run, tmp_path, "usb_register", {"使用簿": rows})
    assert (found.resources, found.exit_code) == ({}, 4)


@pytest.mark.parametrize("mark", ["購入日", "保管場所", "容量", "暗号化", "管理責任者"])
def test_a_register_is_known_by_a_heading_that_no_log_has(run: Run, tmp_path: Path, mark: str) -> None:
    rows = [["媒体番号", "所属", "品名", mark], ["USB-77", "健康局", "黒", "有"]]
    found = _of(run, tmp_path, "usb_register", {"一覧": rows})
    assert found.resources["usb_medium", "USB-77"]["registered"] is True


DAYS_OF_THE_END = ["2030/3/31", "令和9年3月廃棄予定", "Ｒ８年度末", "20年度中", "R5.9.29"]


@pytest.mark.parametrize("heading", ["返却日", "廃棄日", "廃棄年月日"])
def test_a_day_on_which_a_thing_goes_does_not_say_that_it_is_gone(run: Run, tmp_path: Path, heading: str) -> None:
    headings = ["管理番号", "所管課", "名称", "ネットワーク", heading]
    rows = [[f"PC-{number}", "健康局", "n", "独立", day] for number, day in enumerate(DAYS_OF_THE_END)]
    found = _of(run, tmp_path, "pc_ledger", {"PC": [headings, *rows]})
    assert len(found.resources) == len(DAYS_OF_THE_END)
    assert found.exit_code == 0
    assert heading in found.told


def test_only_a_state_that_says_so_means_that_a_thing_is_gone(run: Run, tmp_path: Path) -> None:
    states = ["返却済み予定", "廃棄予定", "廃棄済？", "未廃棄", "使用中", "廃棄", "廃棄済み", "除却済", "返却済"]
    rows = [[f"PC-{number}", "健康局", "n", "独立", state] for number, state in enumerate(states)]
    found = _of(run, tmp_path, "pc_ledger", {"PC": [["管理番号", "所管課", "名称", "ネットワーク", "状態"], *rows]})
    assert set(found.resources) == {("standalone_pc", f"PC-{number}") for number in range(5)}
    for state, row in zip(states[5:], range(7, 11), strict=True):
        assert f"“状態：{state}” was left out (row {row})" in found.told


@pytest.mark.parametrize("mapping", ["pc_ledger", "asset_management"])
def test_a_word_that_only_begins_like_one_that_is_known_says_nothing_of_the_kind(
    run: Run, tmp_path: Path, mapping: str
) -> None:
    words = {
        "スタンドアロン": "standalone_pc",
        "単体": "standalone_pc",
        "なし": "standalone_pc",
        "LGWAN接続系": "office_pc",
    }
    unsure = [
        "インターネット未接続",
        "LGWAN・インターネットに接続していない",
        "スタンドアロンではない",
        "スタンドアロン（旧）",
        "LGWAN未接続",
        "基幹系以外",
    ]
    rows = [[f"PC-{number}", "健康局", word] for number, word in enumerate([*words, *unsure])]
    found = _of(run, tmp_path, mapping, {"PC": [["管理番号", "所属", "ネットワーク"], *rows]})
    assert [kind for kind, _ in sorted(found.resources, key=lambda key: key[1])] == [*words.values()]
    assert found.exit_code == 4
    assert all(f"“{word}” fits the `only` of no table" in found.told for word in unsure)


def test_without_a_column_for_the_network_no_pc_of_an_asset_tool_is_an_office_pc(run: Run, tmp_path: Path) -> None:
    rows = [["資産管理番号", "部署", "コンピューター名"], ["A1", "健康局", "a"]]
    found = _of(run, tmp_path, "asset_management", {"PC": rows})
    assert (found.resources, found.exit_code) == ({}, 4)
    assert "接続形態" in found.told


PLAIN = [name for name in ready_mappings() if name not in ("ad_users", "fleet", "osquery")]
"""The mappings of ledgers that people keep."""


def _words(table: Mapping[str, Any]) -> list[str]:
    return [rule for rule in table["skip"] if isinstance(rule, str)]


def test_ledgers_that_people_keep_have_the_same_words_that_are_no_ids() -> None:
    tables = [table for name in PLAIN for table in ryaml.loads(ready_mappings()[name].read_text("utf-8"))["tables"]]
    assert len({tuple(_words(table)) for table in tables}) == 1
    assert len({tuple(pattern for pattern in table["sheet"] if pattern != "!集計*") for table in tables}) == 1


@pytest.mark.parametrize(
    "words",
    [
        *(
            "以下余白",
            "余白",
            "合計",
            "総計 3台",
            "計",
            "凡例：○＝あり",
            "備考",
            "注１）空欄は不明",
            "担当：山田",
            "作成日：R8.4.1",
        ),
        *("※ 網掛けを確認すること", "※印は更新予定です。", "記入例", "【備考】"),
    ],
)
def test_rows_of_notes_and_totals_are_told_and_left_out(run: Run, tmp_path: Path, words: str) -> None:
    rows: Rows = [["管理番号", "所管課", "名称", "暗号化"], ["USB-1", "健康局", "n", "○"], [words, None, "3", None]]
    found = _of(run, tmp_path, "usb_register", {"一覧": rows})
    assert set(found.resources) == {("usb_medium", "USB-1")}
    assert "was left out (row 3)" in found.told


@given(st.from_regex(r"[※（(【]?[A-Za-z]{1,8}[-‐－_]?[0-9０-９]{1,6}[)）】]?", fullmatch=True))
def test_no_rule_for_notes_and_totals_hits_an_id(text: str) -> None:
    for name in PLAIN:
        for table in read_mapping(name, SCHEMAS).tables:
            assert not [rule.written for rule in table.skip if not rule.titles and rule.like.match(fold(text))]


@pytest.mark.parametrize("name", ["記入例", "管理簿（記入例）", "更新履歴", "改訂履歴", "凡例", "説明"])
def test_sheets_that_are_no_ledger_are_told_and_not_read(run: Run, tmp_path: Path, name: str) -> None:
    def sheet(number: int) -> Rows:
        return [["管理番号", "所管課", "名称", "暗号化"], [f"USB-{number}", "健康局", "n", "○"]]

    found = _of(run, tmp_path, "usb_register", {name: sheet(1), "R8": sheet(2)})
    assert (set(found.resources), found.exit_code) == ({("usb_medium", "USB-2")}, 0)
    assert name in found.told


def test_media_that_are_gone_are_told_and_not_imported(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["a register of media as text"], tmp_path)
    assert set(found.resources) == {("usb_medium", "U-1"), ("usb_medium", "U-2")}
    assert found.resources[("usb_medium", "U-1")] == {
        "department": "健康増進課",
        "name": "①黒",
        "registered": True,
        "virus_checked_on": "2026-11-02",
        "last_used_on": "2026-11-05",
        "password_protected": True,
        "encrypted": True,
        "locked_storage": True,
        "note": "㈱髙島屋から購入",
        "imported_from": {"file": "媒体管理.csv", "cell": "A2"},
    }
    assert "last_used_on" not in found.resources[("usb_medium", "U-2")]
    assert "was left out (row 4)" in found.told
    for cell in ("E3", "F3", "G3"):
        assert f"媒体管理.csv!{cell}: " in found.told


def test_user_ids_of_one_name_are_told_apart_by_their_facility(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["user IDs with a column for the facility"], tmp_path)
    assert found.resources == {
        ("user_id", "北区民センター-uketsuke1"): {
            "department": "市民局",
            "site": "北区民センター",
            "account": "uketsuke1",
            "holder": "受付共用",
            "shared": True,
            "privileged": False,
            "status": "active",
            "imported_from": {"file": "ID一覧.txt", "cell": "A3"},
        },
        ("user_id", "北区民センター-t-yamada"): {
            "department": "市民局",
            "site": "北区民センター",
            "account": "ｔ－ｙａｍａｄａ",
            "holder": "山田　太郎",
            "holder_status": "moved",
            "shared": False,
            "privileged": False,
            "status": "active",
            "last_reviewed_on": "2023-09-29",
            "password_changed_on": "2023-04-01",
            "note": "①",
            "imported_from": {"file": "ID一覧.txt", "cell": "A4"},
        },
        ("user_id", "南区民センター-uketsuke1"): {
            "department": "市民局",
            "site": "南区民センター",
            "account": "uketsuke1",
            "holder": "髙橋　花子",
            "holder_status": "active",
            "shared": False,
            "privileged": False,
            "status": "disabled",
            "last_reviewed_on": "2026-10-01",
            "password_changed_on": "2026-10-01",
            "note": "㈱はるか（指定管理者）",
            "imported_from": {"file": "ID一覧.txt", "cell": "A5"},
        },
    }
    assert "UTF-16" in found.told
    assert "ID一覧.txt!J3: " in found.told


def test_the_name_of_a_sheet_is_the_facility(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["user IDs, a sheet a facility"], tmp_path)
    assert found.resources == {
        ("user_id", "北区民センター-uketsuke1"): {
            "department": "市民局",
            "site": "北区民センター",
            "account": "uketsuke1",
            "holder": "受付",
            "holder_status": "active",
            "shared": True,
            "privileged": False,
            "status": "active",
            "last_reviewed_on": None,
            "password_changed_on": "2019-05-07",
            "imported_from": {"file": "施設別ID.xlsx", "sheet": "北区民センター", "cell": "A4"},
        },
        ("user_id", "南区民センター-uketsuke1"): {
            "department": "市民局",
            "site": "南区民センター",
            "account": "ｕｋｅｔｓｕｋｅ１",
            "holder": "髙橋　花子",
            "holder_status": "left",
            "shared": False,
            "privileged": False,
            "status": "active",
            "last_reviewed_on": "2026-09-29",
            "password_changed_on": "2026-09-29",
            "imported_from": {"file": "施設別ID.xlsx", "sheet": "南区民センター", "cell": "A4"},
        },
    }
    assert "“目次” has no table" in found.told


def test_the_name_of_a_text_file_is_the_facility(run: Run, tmp_path: Path) -> None:
    (tmp_path / "西支所.csv").write_text("ID,利用者名\nuser1,山田\n", encoding="cp932")
    sample = Sample("user_ids_by_site", lambda folder: [folder / "西支所.csv"], ("--department", "市民局"))
    found = _import(run, sample, tmp_path)
    assert found.resources[("user_id", "西支所-user1")]["site"] == "西支所"


def test_a_list_with_a_column_for_the_facility_is_not_read_as_one_facility(run: Run, tmp_path: Path) -> None:
    sample = Sample("user_ids_by_site", accounts.one_list)
    found = _import(run, sample, tmp_path)
    assert (found.resources, found.exit_code) == ({}, 4)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-16"])
def test_users_of_a_directory_are_read_in_any_encoding(run: Run, tmp_path: Path, encoding: str) -> None:
    sample = Sample("ad_users", lambda folder: accounts.directory(folder, encoding), ("--department", "総務課"))
    found = _import(run, sample, tmp_path)
    assert found.exit_code == 0, found.told
    assert found.resources == {
        ("user_id", "t-yamada"): {
            "department": "税務課",
            "name": "山田 太郎",
            "site": "本庁舎",
            "account": "t-yamada",
            "holder": "山田　太郎",
            "status": "active",
            "password_changed_on": "2026-11-20",
            "note": "①",
            "imported_from": {"file": "ad-users.csv", "cell": "A3"},
        },
        ("user_id", "h-takahashi"): {
            "department": "総務課",
            "name": "髙橋 花子",
            "account": "h-takahashi",
            "holder": "髙橋　花子",
            "status": "disabled",
            "password_changed_on": "2019-04-01",
            "imported_from": {"file": "ad-users.csv", "cell": "A4"},
        },
        ("user_id", "svc-backup"): {
            "department": "総務課",
            "name": "svc-backup",
            "account": "svc-backup",
            "status": "active",
            "imported_from": {"file": "ad-users.csv", "cell": "A5"},
        },
    }


def test_question_marks_that_an_export_has_left_are_no_names_and_no_department(run: Run, tmp_path: Path) -> None:
    sample = Sample("ad_users", lambda folder: accounts.directory(folder, "ascii"), ("--department", "総務課"))
    found = _import(run, sample, tmp_path)
    assert (found.resources, found.exit_code) == ({}, 4)
    assert "ad-users.csv!L3: “???” has lost characters" in found.told
    assert "ad-users.csv!K4: “?????” has lost characters" in found.told


def test_a_column_tells_standalone_pcs_from_office_pcs(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["PCs on several networks"], tmp_path)
    place = {"file": "端末管理台帳.xlsx", "sheet": "R8"}
    assert found.resources == {
        ("standalone_pc", "PC-001"): {
            "department": "健康増進課",
            "unit": "予防係",
            "classification": "3A",
            "personal_data": True,
            "authentication": "password",
            "antivirus": {"resident": True, "definitions_updated_on": "2026-10-01"},
            "lockable_storage": True,
            "note": "㈱髙﨑",
            "imported_from": {**place, "cell": "A4"},
        },
        ("standalone_pc", "PC-006"): {
            "department": "健康増進課",
            "unit": "予防係",
            "classification": "3A",
            "personal_data": True,
            "authentication": "none",
            "antivirus": {"resident": False, "definitions_updated_on": None},
            "lockable_storage": False,
            "imported_from": {**place, "cell": "A9"},
        },
        ("office_pc", "PC-002"): {
            "department": "税務課",
            "unit": "市民税係",
            "network": "lgwan",
            "classification": "3B",
            "portable": False,
            "locked_storage": False,
            "imported_from": {**place, "cell": "A5"},
        },
        ("office_pc", "PC-003"): {
            "department": "税務課",
            "classification": "2",
            "portable": True,
            "locked_storage": True,
            "imported_from": {**place, "cell": "A6"},
        },
    }


def test_a_pc_that_is_of_neither_sort_is_told_with_its_cell(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["PCs on several networks"], tmp_path)
    assert "端末管理台帳.xlsx R8!E7: This cell is empty, and fits the `only` of no table" in found.told
    assert "端末管理台帳.xlsx R8!E8: “住基” fits the `only` of no table" in found.told
    assert "no table of the mapping were not imported: 2." in found.told
    assert "was left out (row 10)" in found.told


def test_a_column_tells_standalone_pcs_of_an_asset_tool_from_office_pcs(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["PCs of an asset tool"], tmp_path)
    assert found.resources == {
        ("standalone_pc", "0003"): {
            "department": "健康増進課",
            "name": "KENKO-SA1",
            "antivirus": {"resident": True, "definitions_updated_on": "2026-08-01"},
            "imported_from": {"file": "pc一覧.csv", "cell": "A4"},
        },
        ("office_pc", "0001"): {
            "department": "税務課",
            "name": "AOBA-0001",
            "network": "lgwan",
            "portable": True,
            "locks_unattended": True,
            "external_storage_restricted": True,
            "edr": True,
            "imported_from": {"file": "pc一覧.csv", "cell": "A2"},
        },
        ("office_pc", "0002"): {
            "department": "総務課",
            "name": "AOBA-0002",
            "network": "internet",
            "portable": False,
            "locks_unattended": False,
            "external_storage_restricted": True,
            "edr": False,
            "imported_from": {"file": "pc一覧.csv", "cell": "A3"},
        },
        ("office_pc", "0005"): {
            "department": "総務課",
            "name": "AOBA-0005",
            "imported_from": {"file": "pc一覧.csv", "cell": "A6"},
        },
    }
    assert "was left out (row 5)" in found.told
    assert "pc一覧.csv!I6: " in found.told
    assert "pc一覧.csv!L6: " in found.told


def test_hosts_of_fleet_are_office_pcs_and_what_is_no_pc_is_told(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["hosts of Fleet"], tmp_path)
    assert found.resources == {
        ("office_pc", "5CG0000001"): {
            "department": "税務課",
            "name": "AOBA-0001",
            "imported_from": {"file": "fleet.json", "cell": "/hosts/0/hostname"},
        },
        ("office_pc", "5CG0000002"): {
            "department": "情報政策課",
            "name": "aoba-0002",
            "imported_from": {"file": "fleet.json", "cell": "/hosts/1/hostname"},
        },
    }
    assert "“os_version：" in found.told
    assert "“platform：ipados” was left out" in found.told


def test_osquery_says_of_which_sort_a_pc_is_and_whether_its_antivirus_runs(run: Run, tmp_path: Path) -> None:
    found = _import(run, SAMPLES["PCs that osquery looked at"], tmp_path)
    assert found.resources == {
        ("standalone_pc", "5CG0000003"): {
            "department": "健康局",
            "name": "KENKO-SA1",
            "antivirus": {"resident": True},
            "imported_from": {"file": "PC-1.json", "cell": "/0/antivirus_state"},
        },
        ("standalone_pc", "5CG0000004"): {
            "department": "健康局",
            "name": "KENKO-SA2",
            "imported_from": {"file": "PC-2.json", "cell": "/0/antivirus_state"},
        },
        ("office_pc", "5CG0000009"): {
            "department": "健康局",
            "name": "AOBA-0009",
            "network": "lgwan",
            "portable": True,
            "imported_from": {"file": "PC-3.json", "cell": "/0/chassis_types"},
        },
    }
    assert "PC-2.json!/0/antivirus_state: " in found.told
    assert "PC-4.json!/0/network: “LAN” fits" in found.told


def _alternatives() -> Iterator[Any]:
    for name, path in ready_mappings().items():
        mapping = read_mapping(name, SCHEMAS)
        raw = ryaml.loads(path.read_text("utf-8"))
        for table, written in zip(mapping.tables, raw["tables"], strict=True):
            longest = max(len(column.titles) for column in table.columns)
            for number in range(longest):
                yield pytest.param(name, table, written, number, id=f"{name}-{table.name}-{number}")


@pytest.mark.parametrize(("name", "table", "given", "number"), list(_alternatives()))
def test_every_heading_that_a_ready_mapping_knows_is_read(
    run: Run, tmp_path: Path, name: str, table: Table, given: Mapping[str, Any], number: int
) -> None:
    only = {rule["column"]: rule["like"] for rule in given.get("only", ())}
    titles, cells = [], []
    expected: dict[str, Any] = {**table.given, "department": "総務課"}
    for column in table.columns:
        written = [title for title in column.written.split(" | ") if not title.startswith("{")]
        if not written:
            continue
        titles.append(written[number % len(written)])
        claim = next((like for heading, like in only.items() if heading in written), None)
        cell, value = _said(column, claim)
        cells.append(cell)
        if column.field:
            _put(expected, column.field, value)
    mapping = read_mapping(name, SCHEMAS)
    if mapping.rows_at or name == "osquery":
        path = tmp_path / "ledger.json"
        rows = [dict(zip(titles, cells, strict=True))]
        path.write_text(json.dumps({mapping.rows_at: rows} if mapping.rows_at else rows), encoding="utf-8")
    else:
        path = tmp_path / "ledger.csv"
        lines = [[title.partition(" / ")[level] for title in titles] for level in (0, 2)[: table.header_rows]]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([*lines, cells])
    found = _import(run, Sample(name, lambda _: [path], ("--department", "総務課")), tmp_path)
    assert found.exit_code == 0, found.told
    assert "not read" not in found.told
    ((kind, identifier), fields) = found.resources.popitem()
    assert not found.resources
    assert kind == table.kind
    assert identifier == "".join(
        part if isinstance(part, str) else {"sheet": "ledger"}.get(part.written, "あ") for part in table.key or ("あ",)
    )
    expected.pop("id", None)
    if "{sheet}" in str([column.written for column in table.columns]):
        expected["site"] = "ledger"
    del fields["imported_from"]
    assert fields == expected


def _said(column: Column, claim: str | list[str] | None) -> tuple[str, object]:
    """What a cell may hold, and what it says."""
    node = str(column.node)
    if claim is not None:
        text = (claim if isinstance(claim, str) else claim[0]).replace("*", "")
        known = {"LGWAN": "lgwan", "mynumber": "mynumber"}
        return text, known.get(text)
    if "date" in node:
        return "令和8年11月20日", "2026-11-20"
    if "classification" in node:
        return "機密性３Ａ", "3A"
    if "/network" in node:
        return "LGWAN接続系", "lgwan"
    if "enum" in column.node:
        value = next(value for value in column.node["enum"] if value)
        return value, value
    if column.node.get("type") == "boolean":
        return "○", True
    if column.node.get("type") == "array":
        return "あ、い", ["あ", "い"]
    return "あ", "あ"


def _put(fields: dict[str, Any], name: str, value: object) -> None:
    *above, last = name.split(".")
    for part in above:
        fields = fields.setdefault(part, {})
    fields[last] = value


@pytest.mark.parametrize("language", LANGUAGES)
def test_mappings_are_listed_with_their_titles_and_shown_as_they_are(run: Run, language: str) -> None:
    listed = run("mappings", "--lang", language).stdout
    for name, path in ready_mappings().items():
        assert name in listed
        assert ryaml.loads(path.read_text("utf-8"))["title"][language].split()[0] in listed
        assert run("mappings", name).stdout == path.read_text("utf-8")


LABELS: Rows = [
    ["情報システム台帳", None, None, "所管課", "担当"],
    [None, None, None, "情報政策課", "髙橋"],
]
SYSTEMS: Rows = [
    ["No.", "管理番号", "システム名", "所管課", "ネットワーク", "機密性"],
    [1, "S-1", "公害", "健康局", "スタンドアロン", "2"],
]


def _imported(tmp_path: Path, run: Run, mapping: str, **sheets: Rows) -> dict[str, dict[str, Any]]:
    book = write_book(tmp_path / "l.xlsx", sheets)
    into = tmp_path / "inventory"
    result = run("import", book, "--mapping", mapping, "--department", "総務課", "--output", into)
    assert result.exit_code == 0, result.output
    return {key: fields for (_, key), fields in _resources(into)}


def test_a_block_of_names_above_a_ledger_and_a_summary_beside_it_do_no_harm(tmp_path: Path, run: Run) -> None:
    summary: Rows = [["所管課", "ネットワーク", "件数"], ["健康局", "LGWAN", 1]]
    found = _imported(tmp_path, run, "system_ledger", 台帳=[*LABELS, *SYSTEMS], 表=summary)
    assert [*found] == ["S-1"]


@pytest.mark.parametrize("account", ["管理者", "共用", "mail"])
def test_an_account_may_be_called_like_a_heading(tmp_path: Path, run: Run, account: str) -> None:
    rows: Rows = [["No.", "ID", "利用者名", "共用", "管理者"], [1, account, "共用", "共用", "管理者"]]
    (entry,) = _imported(tmp_path, run, "user_ids_by_site", 北=rows).values()
    assert entry["account"] == account


@pytest.mark.parametrize("gap", [0, 1])
def test_the_rows_of_a_legend_are_no_resources(tmp_path: Path, run: Run, gap: int) -> None:
    legend: Rows = [["凡例"], ["○", "該当", "する"], ["×", "非該当", "しない"]]
    empty: Rows = [[None]] * gap
    found = _imported(
        tmp_path, run, "system_ledger", 台帳=[*SYSTEMS, *empty, *legend, [], [2, "S-2", "税", "税務課", "LGWAN"]]
    )
    assert [*found] == ["S-1", "S-2"]


def test_three_names_above_a_ledger_are_no_headings_of_it(tmp_path: Path, run: Run) -> None:
    labels: Rows = [
        [None, None, None, None, None, "所管課", "担当係", "機密性"],
        [None] * 5 + ["情報政策課", "係", "2"],
    ]
    assert [*_imported(tmp_path, run, "system_ledger", 台帳=[*labels, *SYSTEMS])] == ["S-1"]
