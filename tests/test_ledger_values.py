"""What people write into ledgers, read as values of the schemas: for sure, or not at all."""

import ast
import datetime
import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import yaml
from conftest import ROOT
from generated import KINDS, SCHEMAS
from hypothesis import assume, given
from hypothesis import strategies as st

from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.cells import ABSENT, Odd, Raw, Unread
from policycheck.ledgers.dates import DayOptions, read_day
from policycheck.ledgers.values import Memo, Options, reader
from policycheck.ledgers.words import fold, known_words, meanings_of
from policycheck.model import Location, Problem
from policycheck.texts import LANGUAGES, texts

BY_NAME = {name.removesuffix(".schema.json"): schema for name, schema in SCHEMAS.items()}
COMMON = BY_NAME["common"]["$defs"]
BOOLEAN = {"type": "boolean"}
NOTE = {"type": "string", "minLength": 1}
LIST = {"type": "array", "items": {"$ref": "common.schema.json#/$defs/text"}}


def common(name: str) -> dict[str, str]:
    return {"$ref": f"common.schema.json#/$defs/{name}"}


def fields() -> dict[str, dict[str, Any]]:
    """Every field of every kind that holds no object, by its path."""
    found: dict[str, dict[str, Any]] = {}

    def walk(node: dict[str, Any], path: str) -> None:
        if "$ref" in node and "properties" in (shared := COMMON[node["$ref"].rpartition("/")[2]]):
            walk(shared, path)
        elif "properties" in node:
            for name, inner in node["properties"].items():
                walk(inner, f"{path}.{name}")
        elif "properties" in node.get("items", ()):
            walk(node["items"], f"{path}[]")
        elif "object" not in node.get("type", ()):
            found[path] = node

    for schema in KINDS.values():
        walk(schema, schema["$id"].rpartition("/")[2].removesuffix(".schema.json"))
    return found


FIELDS = fields()


def read(node: dict[str, Any], raw: Raw, **options: Any) -> object:
    value = reader(node, BY_NAME, Options(**options))(raw)
    return value.key if isinstance(value, Unread) else value


DAYS = [
    (datetime.datetime.fromisoformat("2023-09-29T23:59"), "2023-09-29"),
    (datetime.datetime(2026, 11, 20, 15, tzinfo=datetime.UTC), "2026-11-21"),
    (datetime.date(2023, 9, 29), "2023-09-29"),
    (20230929, "2023-09-29"),
    (20230929.0, "2023-09-29"),
    ("令和5年9月29日", "2023-09-29"),
    (" 令和 5年 9月 29日\u3000", "2023-09-29"),
    ("令和５年０９月２９日（金）", "2023-09-29"),
    ("令和5年9月29日(金・祝)", "2023-09-29"),
    ("令和5年9月29日㈮", "2023-09-29"),
    ("令和5年9月29日金曜日", "2023-09-29"),
    ("2023/9/29 (金) 10:15", "2023-09-29"),
    ("令和5年9月29日付け", "2023-09-29"),
    ("㋿5年9月29日", "2023-09-29"),
    ("令5.9.29", "2023-09-29"),
    ("R5.9.29", "2023-09-29"),
    ("R.5.9.29", "2023-09-29"),
    ("Ｒ５／９／２９", "2023-09-29"),
    ("r05.09.29", "2023-09-29"),
    ("R5年9月29日", "2023-09-29"),
    ("R5−9−29", "2023-09-29"),
    ("令和元年5月1日", "2019-05-01"),
    ("R元.5.1", "2019-05-01"),
    ("平成31年4月30日", "2019-04-30"),
    ("平成元年1月8日", "1989-01-08"),
    ("S64.1.7", "1989-01-07"),
    ("昭和元年12月25日", "1926-12-25"),
    ("2023/9/29", "2023-09-29"),
    ("2023-9-29", "2023-09-29"),
    ("2023.9.29", "2023-09-29"),
    ("２０２３年９月２９日", "2023-09-29"),
    ("20230929", "2023-09-29"),
    ("2023/9/29 10:15", "2023-09-29"),
    ("2023/09/29 10:15:00", "2023-09-29"),
    ("2023/9/29 午後11:59", "2023-09-29"),
    ("2023/9/29 11:59:00 PM", "2023-09-29"),
    ("2023年9月29日 10時15分", "2023-09-29"),
    ("2026-11-20T15:00:00Z", "2026-11-21"),
    ("2026-11-20T14:59:59.999Z", "2026-11-20"),
    ("2026-11-20T15:00:00+09:00", "2026-11-20"),
    ("2026-11-20T09:00:00-0700", "2026-11-21"),
    ("2026-11-20 15:00:00 UTC", "2026-11-21"),
    ("2026-11-20 15:00:00 JST", "2026-11-20"),
]
NO_DAYS = [
    ("平成31年5月1日", "date_era"),
    ("令和1年4月30日", "date_era"),
    ("昭和64年1月8日", "date_era"),
    ("平成32年度", "date_era"),
    ("平成31年5月", "date_era"),
    ("令和5年9月29日（土）", "date_weekday"),
    (45198, "date_serial"),
    (45198.5, "date_serial"),
    ("45198", "date_serial"),
    ("9/29/2023", "date_order"),
    ("13/9/2023", "date_order"),
    ("'23/9/29", "date_short_year"),
    ("23/9/29", "date_short_year"),
    ("5.9.29", "date_short_year"),
    ("5年9月29日", "date_short_year"),
    ("9月29日", "date_short_year"),
    ("230929", "date_short_year"),
    ("平成31年4月", "date_coarse"),
    ("2023/9", "date_coarse"),
    ("2023年", "date_coarse"),
    (2023, "date_coarse"),
    ("令和5年度", "date_coarse"),
    ("2023年度第2四半期", "date_coarse"),
    ("令和5年9月上旬", "date_unclear"),
    ("2023/9/29頃", "date_unclear"),
    ("令和6年3月予定", "date_unclear"),
    ("2020年以前", "date_unclear"),
    ("2023/9/1～2023/9/29", "date_unclear"),
    ("2023年度末", "date_unclear"),
    ("2023年第2四半期", "date_unread"),
    ("2023 Q2", "date_unclear"),
    ("2023/2/30", "date_impossible"),
    ("令和5年2月30日", "date_impossible"),
    ("R0.5.1", "date_impossible"),
    ("2023/13", "date_impossible"),
    ("2023/9/29 25:00", "date_impossible"),
    ("1899/12/31", "date_impossible"),
    ("3000/1/1", "date_impossible"),
    ("2999年度", "date_impossible"),
    (datetime.datetime.fromisoformat("1899-12-31"), "date_impossible"),
    (datetime.datetime.max.replace(tzinfo=datetime.UTC), "date_impossible"),
    ("2023/9/2 9", "date_unread"),
    ("2023/9/2910:15", "date_unread"),
    ("2023/9/29 10:15-11:00", "date_unread"),
    ("R⑤.9.29", "date_unread"),
    (2023.9, "date_unread"),
    (12, "date_unread"),
    (True, "date_unread"),
    (float("nan"), "date_unread"),
    (datetime.time(9), "date_unread"),
    (datetime.timedelta(1), "date_unread"),
    ("済", "date_unread"),
]


@pytest.mark.parametrize(("raw", "day"), DAYS)
def test_a_day_is_read_however_it_is_written(raw: Raw, day: str) -> None:
    assert read_day(raw) == day


@pytest.mark.parametrize(("raw", "key"), NO_DAYS)
def test_what_could_be_another_day_is_not_read(raw: Raw, key: str) -> None:
    found = read_day(raw)
    assert isinstance(found, Unread)
    assert found.key == key
    assert found.facts["value"]


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("平成31年4月", "2019-04-01", "2019-04-30"),
        ("2024年2月", "2024-02-01", "2024-02-29"),
        ("R5.9", "2023-09-01", "2023-09-30"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("令和元年", "2019-05-01", "2019-12-31"),
        ("昭和64年1月", "1989-01-01", "1989-01-07"),
        ("令和5年度", "2023-04-01", "2024-03-31"),
        ("2023年度", "2023-04-01", "2024-03-31"),
        ("R5年度", "2023-04-01", "2024-03-31"),
        ("令和元年度", "2019-04-01", "2020-03-31"),
        ("平成31年度", "2019-04-01", "2020-03-31"),
        ("令和5年度第2四半期", "2023-07-01", "2023-09-30"),
        ("令和５年度 第四・四半期", "2024-01-01", "2024-03-31"),
        ("2023年度2Q", "2023-07-01", "2023-09-30"),
        ("R5 Q1", "2023-04-01", "2023-06-30"),
    ],
)
def test_a_period_is_a_day_where_the_mapping_says_which(raw: str, first: str, last: str) -> None:
    assert read_day(raw, DayOptions(coarse="first")) == first
    assert read_day(raw, DayOptions(coarse="last")) == last
    assert read_day(raw) == Unread("date_coarse", {"value": raw, "first": first, "last": last})


@pytest.mark.parametrize(
    ("raw", "options", "day"),
    [
        (45198, DayOptions(epoch="1900"), "2023-09-29"),
        ("45198", DayOptions(epoch="1900"), "2023-09-29"),
        (45198.99, DayOptions(epoch="1900"), "2023-09-29"),
        (43736, DayOptions(epoch="1904"), "2023-09-29"),
        (20090, DayOptions(epoch="1900"), "1955-01-01"),
        (73050, DayOptions(epoch="1900"), "2099-12-31"),
        (20089, DayOptions(epoch="1900"), "date_unread"),
        (73051, DayOptions(epoch="1900"), "date_unread"),
        ("9/29/2023", DayOptions(order="mdy"), "2023-09-29"),
        ("29.9.2023", DayOptions(order="dmy"), "2023-09-29"),
        ("9/29/2023 10:15:00 AM", DayOptions(order="mdy"), "2023-09-29"),
        ("29/9/2023", DayOptions(order="mdy"), "date_impossible"),
        ("2023/9/29", DayOptions(order="dmy"), "2023-09-29"),
        (1700000000, DayOptions(unix=True), "2023-11-15"),
        ("1700000000", DayOptions(unix=True), "2023-11-15"),
        (1700000000.5, DayOptions(unix=True), "2023-11-15"),
        ("20230929", DayOptions(unix=True), "2023-09-29"),
        (0, DayOptions(unix=True), "date_unread"),
        (1700000000, DayOptions(), "date_unread"),
    ],
)
def test_numbers_and_orders_mean_what_the_mapping_says(raw: Raw, options: DayOptions, day: str) -> None:
    found = read_day(raw, options)
    assert (found.key if isinstance(found, Unread) else found) == day


ERAS = [("令和", "R", 2018), ("平成", "H", 1988), ("昭和", "S", 1925)]


def wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@given(st.dates(datetime.date(1926, 12, 25), datetime.date(2099, 12, 31)))
def test_every_day_comes_back_from_every_form(day: datetime.date) -> None:
    era, initial, before = ERAS[(day < datetime.date(2019, 5, 1)) + (day < datetime.date(1989, 1, 8))]
    year = day.year - before
    count = "元" if year == 1 else str(year)
    weekday = "月火水木金土日"[day.weekday()]
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日({weekday})",
        f"{day.year}/{day.month}/{day.day} 9:05",
        f"{day.year}/{day.month}/{day.day} 09:05:07",
        f"{day.isoformat()}T00:00:00+09:00",
        f"{initial}{year}.{day.month}.{day.day}",
        f"{initial}{year:02}.{day.month:02}.{day.day:02}",
        f"{initial.lower()}{year}/{day.month}/{day.day}",
        f"{initial}{year}年{day.month}月{day.day}日",
        f"{era}{count}年{day.month}月{day.day}日",
        f" {era} {count}年 {day.month}月 {day.day}日（{weekday}） ",
        f"{era[0]}{count}.{day.month}.{day.day}",
    ]
    raws: list[Raw] = [day, datetime.datetime.combine(day, datetime.time(23)), int(f"{day:%Y%m%d}")]
    raws += [*written, *map(wide, written)]
    assert {read_day(raw) for raw in raws} == {day.isoformat()}


@given(st.dates(datetime.date(1955, 1, 1), datetime.date(2099, 12, 31)))
def test_serial_numbers_come_back_with_either_epoch(day: datetime.date) -> None:
    serial = (day - datetime.date(1899, 12, 30)).days
    assert read_day(serial, DayOptions(epoch="1900")) == day.isoformat()
    assert read_day(float(serial - 1462), DayOptions(epoch="1904")) == day.isoformat()


@pytest.mark.parametrize("number", [50929, 41225, 50929.0, "50929"])
def test_a_number_that_may_be_a_day_of_an_era_is_no_serial_number_unless_the_mapping_says_so(number: Raw) -> None:
    unread = read_day(number, DayOptions(epoch="1900", stated=False))
    assert isinstance(unread, Unread)
    assert unread.key == "date_serial"
    assert isinstance(read_day(number, DayOptions(epoch="1900")), str)
    assert read_day(45198, DayOptions(epoch="1900", stated=False)) == "2023-09-29"


@given(st.integers(10000, 99999))
def test_what_is_read_as_a_serial_number_is_no_year_month_and_day(number: int) -> None:
    if isinstance(read_day(number, DayOptions(epoch="1900", stated=False)), str):
        with pytest.raises(ValueError, match=r"month|day"):
            datetime.date(2000 + number // 10000, number // 100 % 100, number % 100)


YES = "○ 〇 ◯ ⭕ ● ✓ ✔ ✔\ufe0f ☑ ✅ レ ﾚ 有 有り あり アリ ｱﾘ 済 済み 実施 実施済 実施済み はい する している 該当 true TRUE ｔｒｕｅ yes Ｙ y 1 １ on"
NO = "× ✕ ✖ ✗ ✘ ❌ x X ｘ Ｘ 無 無し なし ナシ ﾅｼ 未 未実施 未済 未了 いいえ 否 しない していない 非該当 false No n 0 ０ off ＯＦＦ ☐"
UNCLEAR = "△ - － ― ☒ ？ 不明 確認中 一部 ① ¹ ⁰ 2 -1 ○× 有効 無効 要 不要 該当なし 可 不可 許可 禁止 ◎ □ 10"


@pytest.mark.parametrize("raw", [*YES.split(), True, 1, 1.0, " ○ ", "○\n"])
def test_yes_is_read_in_its_spellings(raw: Raw) -> None:
    assert read(BOOLEAN, raw) is True


@pytest.mark.parametrize("raw", [*NO.split(), False, 0, 0.0, -0.0, "\u3000×"])
def test_no_is_read_in_its_spellings(raw: Raw) -> None:
    assert read(BOOLEAN, raw) is False


@pytest.mark.parametrize("raw", [*UNCLEAR.split(), 2, 0.5, datetime.date(2023, 9, 29), ["○"], {}])
def test_what_is_neither_yes_nor_no_is_not_read(raw: Raw) -> None:
    assert read(BOOLEAN, raw) == "yes_no_unclear"


@pytest.mark.parametrize("path", FIELDS)
def test_an_empty_cell_says_nothing(path: str) -> None:
    convert = reader(FIELDS[path], BY_NAME)
    assert {convert(raw) for raw in (None, "", " ", "\u3000", "\xa0", "\ufeff", " \n\t")} == {ABSENT}


LABELS = yaml.safe_load((ROOT / "src/policycheck/texts/fields.ja.yaml").read_text("utf-8"))["words"]


@pytest.mark.parametrize("name", LABELS)
def test_words_are_named_as_in_the_workbook(name: str) -> None:
    meanings, known = meanings_of(tuple(LABELS[name]))
    if frozenset(LABELS[name]) in known_words().enums:
        assert known == [*LABELS[name].values()]
        assert [meanings[fold(word)] for word in known] == [*LABELS[name]]


DITTOS = ["〃", "”", "“", "仝", "仝上", "々", "同", "同じ", "上記と同じ", "（同上）", "↑", "〟", '"', '""']
CHANGED = ["Apr-23", "Mar-01", "1-Mar", "2001/3/1", "2001/3", "2023年4月", "1E10", "1E+10"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("ＳＶ－０１", "SV-01"),
        ("SV‐01", "SV-01"),
        ("SV−01", "SV-01"),
        ("SV―01", "SV-01"),
        ("SVー01", "SV-01"),
        ("ＳＶー０１", "SV-01"),
        ("サーバー01", "サーバー01"),
        ("ｻｰﾊﾞｰ01", "サーバー01"),
        (" sv \u3000 01\n", "sv 01"),
        ("SV-\u200b01\ufeff", "SV-01"),
        ("Sv-01", "Sv-01"),
        ("0012", "0012"),
        (12, "12"),
        (12.0, "12"),
        (-3, "-3"),
        (12.5, "number_no_text"),
        (1e15, "number_no_text"),
        (1e300, "number_no_text"),
        (float("inf"), "number_no_text"),
        (True, "number_no_text"),
        (datetime.datetime.fromisoformat("2026-03-01"), "cell_no_text"),
        (datetime.timedelta(1), "cell_no_text"),
        ("3月1日", "cell_no_text"),
        ("1.23E+12", "cell_no_text"),
        ("????", "text_lost"),
        ("###", "text_lost"),
        ("SV\ufffd", "text_lost"),
        ("\ud800", "text_lost"),
        ("#N/A", "cell_error"),
        ("同上", "value_ditto"),
        *((ditto, "value_ditto") for ditto in DITTOS),
        *((changed, "cell_no_text") for changed in CHANGED),
        ("APR-23", "APR-23"),
        ("Aprs-23", "Aprs-23"),
        ("3-1", "3-1"),
        ("－", "no_value_unclear"),
        ("なし", "no_value_unclear"),
        ("SV\x07", "control_character"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "malformed_value"),
        (["SV-01"], "malformed_value"),
    ],
)
def test_ids_are_folded_and_nothing_else_is_made_one(raw: Raw, value: str) -> None:
    assert read(common("id"), raw) == value


@given(st.text())
def test_folding_an_id_twice_changes_nothing_more(text: str) -> None:
    once = reader(common("id"), BY_NAME)(text)
    assume(isinstance(once, str))
    assert reader(common("id"), BY_NAME)(once) == once  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", " ㈱髙島①号機　ＡＢＣ ", "㈱髙島①号機　ＡＢＣ"),
        ("text", "本庁舎\r\n 3階\u2028東", "本庁舎 3階 東"),
        ("text", 12.0, "12"),
        ("text", False, "number_no_text"),
        ("text", "なし", "no_value_unclear"),
        ("text", "不明", "no_value_unclear"),
        ("text", "何のことか?", "何のことか?"),
        ("text_or_none", "なし", None),
        ("text_or_none", "該当無し", None),
        ("text_or_none", "未", "未"),
        ("text_or_none", "－", "no_value_unclear"),
        ("date_or_none", "未実施", None),
        ("date_or_none", "記録なし", None),
        ("date_or_none", "無", None),
        ("date_or_none", "-", "no_value_unclear"),
        ("date_or_none", "R5.9.29", "2023-09-29"),
        ("date", "なし", "date_unread"),
        ("date", "未定", "no_value_unclear"),
        ("count", 12, 12),
        ("count", 12.0, 12),
        ("count", "１２", 12),
        ("count", "12人", 12),
        ("count", "12 名", 12),
        ("count", "1,200", 1200),
        ("count", "12.0", 12),
        ("count", -1, "number_unread"),
        ("count", 1.5, "number_unread"),
        ("count", "約12", "number_unread"),
        ("count", "12,00", "number_unread"),
        ("count", "⑫", "number_unread"),
        ("count", True, "number_unread"),
        ("count", "9" * 5000, "number_unread"),
        ("count", 10**9, 10**9),
        ("count", 10**9 + 1, "malformed_value"),
    ],
)
def test_texts_days_and_numbers(name: str, raw: Raw, value: object) -> None:
    assert read(common(name), raw) == value
    assert type(read(common(name), raw)) is type(value)


def test_notes_keep_their_lines() -> None:
    assert read(NOTE, " 1行目\r\n\r\n2行目 －\n") == "1行目\n\n2行目 －"
    assert read(NOTE, "なし") == "なし"
    assert read(NOTE, "同上") == "value_ditto"


@pytest.mark.parametrize(
    ("path", "raw", "value"),
    [
        ("system.network", "マイナンバー利用事務系", "mynumber"),
        ("system.network", "個人番号利用事務系", "mynumber"),
        ("system.network", "ＬＧＷＡＮ接続系", "lgwan"),
        ("system.network", "LGWAN", "lgwan"),
        ("system.network", "インターネット接続系", "internet"),
        ("system.network", "スタンドアロン", "standalone"),
        ("system.network", "core", "core"),
        ("system.network", "基幹系", "word_unknown"),
        ("system.network", "庁内系", "word_unknown"),
        ("system.classification", "機密性３", "3"),
        ("system.classification", "「3A」", "3A"),
        ("system.classification", "自治体機密性3B", "3B"),
        ("system.classification", "３ｃ", "3C"),
        ("system.classification", 2, "2"),
        ("system.classification", 2.0, "2"),
        ("system.classification", "秘", "3A"),
        ("system.classification", "極秘", "3A"),
        ("system.classification", "部外秘", "word_unknown"),
        ("system.classification", "社外秘", "word_unknown"),
        ("system.classification", "機密性3以上", "word_unknown"),
        ("system.classification", "②", "word_unknown"),
        ("system.classification", True, "word_unknown"),
        ("system.classification", "", ABSENT),
        ("user_id.holder_status", "在職", "active"),
        ("user_id.holder_status", "異動", "moved"),
        ("user_id.holder_status", "退職", "left"),
        ("user_id.holder_status", "休職", "word_unknown"),
        ("user_id.status", "使用中", "active"),
        ("user_id.status", "停止", "disabled"),
        ("system.authentication", "ID・パスワード", "id_password"),
        ("system.authentication", "ＩＣカード", "ic_card"),
        ("system.authentication", "二要素", "multi_factor"),
        ("system.authentication", "なし", "none"),
        ("system.ledger_type", "記載なし", None),
        ("network_model.model", "β′モデル", "beta_prime"),
    ],
)
def test_words_of_ledgers_are_those_of_the_schemas_where_that_is_sure(path: str, raw: Raw, value: object) -> None:
    assert read(FIELDS[path], raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("本庁、東館， 西館；南館\n北館", ["本庁", "東館", "西館", "南館", "北館"]),
        ("本庁,,", ["本庁"]),
        ("東・西会館", ["東・西会館"]),
        ("なし", []),
        ("該当なし", []),
        ([], []),
        (["本庁", " 東館 "], ["本庁", "東館"]),
        (12, ["12"]),
        ("、", "malformed_value"),
        ("－", "no_value_unclear"),
        ("本庁、不明", "no_value_unclear"),
        (["本庁", {}], "malformed_value"),
        ({}, "malformed_value"),
    ],
)
def test_lists_are_split_and_an_empty_one_is_stated(raw: Raw, value: object) -> None:
    assert read(LIST, raw) == value


def test_a_list_is_split_where_the_mapping_says() -> None:
    assert read(LIST, "東・西,会館", split="・") == ["東", "西,会館"]


def test_the_words_of_a_mapping_come_first() -> None:
    assert read(BOOLEAN, " ＮＡ ", values={"na": False}) is False
    assert read(BOOLEAN, "○", values={"○": False}) is False
    assert read(BOOLEAN, None, values={"": False}) is False
    assert read(BOOLEAN, 2.0, values={"2": True}) is True
    assert read(BOOLEAN, "※", values={"※": ABSENT}) is ABSENT
    assert read(BOOLEAN, "ー", empty=["ー", "－"]) is ABSENT
    assert read(common("date_or_none"), "－", values={"-": None}) is None
    assert read(FIELDS["system.network"], "基幹系", values={"基幹系": "mynumber"}) == "mynumber"
    assert read(LIST, "全館", values={"全館": ["東館", "西館"]}) == ["東館", "西館"]
    assert read(LIST, "東、西", values={"東": "東館", "西": "西館"}) == ["東館", "西館"]
    assert read(LIST, "※", values={"※": ABSENT}) is ABSENT
    assert read(common("id"), Odd("cell_error", "#REF!"), values={"#REF!": "x"}) == "cell_error"


def test_lists_are_never_shared_between_entries() -> None:
    convert = reader(LIST, BY_NAME, Options(values={"全館": ["東館"]}))
    memo = Memo(convert)
    for text in ("全館", "東館、西館"):
        assert memo[text] == memo[text]
        assert memo[text] is not memo[text]


@pytest.mark.parametrize(
    ("node", "values"),
    [
        (BOOLEAN, {"有": "yes"}),
        (BOOLEAN, {"有": None}),
        (common("network"), {"有": "wan"}),
        (common("date"), {"有": "2023-02-30"}),
        (common("id"), {"有": " x"}),
        (common("id"), {"有": "\ud800"}),
        (LIST, {"有": [1]}),
        (BOOLEAN, {"あ": True, "有": True, " 有 ": False}),
    ],
)
def test_a_mapping_cannot_say_what_the_schema_does_not_allow(node: dict[str, Any], values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="有"):
        reader(node, BY_NAME, Options(values=values))


@pytest.mark.parametrize("node", [BY_NAME["contract"]["properties"]["subcontractors"], BY_NAME["system"]])
def test_an_object_is_not_read_from_one_cell(node: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        reader(node, BY_NAME)


def test_fold_makes_titles_one_however_they_are_written() -> None:
    written = [
        "ウイルス チェック日 (ID)",
        "ウイルスチェック日（ＩＤ）",
        "ｳｲﾙｽﾁｪｯｸ日\n(id)",
        "\ufeffウイルス\u3000チェック日(Id)",
    ]
    assert len(set(map(fold, written))) == 1


@given(st.text())
def test_fold_is_a_projection(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_memo_reads_a_text_once_and_tells_numbers_apart() -> None:
    asked: list[Raw] = []

    def convert(raw: Raw) -> object:
        asked.append(raw)
        return (type(raw).__name__, raw)

    raws: list[Raw] = ["○", "○", True, 1, 1.0, None, "1"]
    values = Memo(convert).column(raws)
    assert values == [(type(raw).__name__, raw) for raw in raws]
    assert [type(value) for value in asked] == [str, bool, int, float, type(None), str]


WORDS = [word for words in known_words().enums.values() for several in words.values() for word in several]
TEXTS = st.one_of(
    st.text(),
    st.sampled_from([*YES.split(), *NO.split(), *UNCLEAR.split(), *WORDS]),
    st.sampled_from([raw for raw, _ in [*DAYS, *NO_DAYS] if isinstance(raw, str)]),
    st.lists(st.sampled_from([*"令平昭RHS年月日度/.-:元0123456789 （）第四半期QTZ+、なし未"]), max_size=14).map(
        "".join
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXTS,
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(datetime.UTC)),
    st.times(),
    st.timedeltas(),
    st.builds(Odd, st.just("cell_error"), st.text()),
)
RAWS = st.one_of(SCALARS, TEXTS, st.lists(SCALARS, max_size=3), st.dictionaries(st.text(), SCALARS, max_size=2))
EXTRAS = st.builds(
    Options,
    values=st.just({}),
    empty=st.just(()),
    days=st.builds(
        DayOptions,
        epoch=st.sampled_from([None, "1900", "1904"]),
        order=st.sampled_from(["ymd", "mdy", "dmy"]),
        coarse=st.sampled_from([None, "first", "last"]),
        unix=st.booleans(),
    ),
    split=st.sampled_from([None, "、", "]^-\\"]),
)
REGISTRY = jsonschema_rs.Registry([(schema["$id"], schema) for schema in SCHEMAS.values()])
ALLOWED: dict[str, Callable[[object], bool]] = {
    path: jsonschema_rs.validator_for(
        json.loads(json.dumps(node).replace('"common.', '"https://policycheck.example/schemas/common.')),
        registry=REGISTRY,
        validate_formats=True,
    ).is_valid
    for path, node in FIELDS.items()
}


@given(st.sampled_from(sorted(FIELDS)), RAWS, EXTRAS)
def test_whatever_is_read_is_allowed_by_the_schema(path: str, raw: Any, options: Options) -> None:
    convert = reader(FIELDS[path], BY_NAME, options)
    value = convert(raw)
    if isinstance(value, Unread):
        if not isinstance(raw, Odd):
            assert isinstance(value.facts["value"], str)
        for language in LANGUAGES:
            assert texts(language).problem(Problem(value.key, Location("台帳.xlsx 一覧!B7"), value.facts))
    elif value is not ABSENT:
        assert ALLOWED[path](value)
    assert repr(convert(raw)) == repr(value)


def test_every_field_of_every_kind_can_be_read() -> None:
    assert len(FIELDS) > 200
    assert {path.partition(".")[0] for path in FIELDS} == set(Schemas(BY_NAME).fields)


def test_every_enum_has_its_words_and_no_word_means_two_things() -> None:
    enums = {
        frozenset(value for value in node["enum"] if value is not None)
        for node in [*FIELDS.values(), *COMMON.values()]
        if "enum" in node
    }
    assert enums == set(known_words().enums)
    for values, words in known_words().enums.items():
        several = [fold(word) for value, given in words.items() for word in {fold(value), *map(fold, given)}]
        assert len(several) == len(set(several)), values
        assert set(meanings_of(tuple(words))[0]) == set(several)


def test_words_for_yes_and_no_and_for_neither_are_apart() -> None:
    words = known_words()
    assert min(list(words.yes_no.values()).count(meaning) for meaning in (True, False)) >= 24
    assert not words.yes_no.keys() & (words.unclear | words.ditto)
    assert not (words.none | words.no_record) & (words.unclear | words.ditto)


def test_what_cannot_be_read_has_a_message_in_both_languages() -> None:
    keys = set()
    for name in ("dates", "flaws", "values"):
        tree = ast.parse((ROOT / f"src/policycheck/ledgers/{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.lower().strip("_") == "unread"
            ):
                keys |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    assert len(keys) > 15
    facts = {
        "value": "値",
        "day": "2026-11-20",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "code": "U+0007",
        "known": ["a"],
    }
    for language in LANGUAGES:
        for key in keys:
            told = texts(language).problem(Problem(str(key), Location("x"), facts))
            assert "値" in told or key == "control_character"
