"""Ledgers as files: workbooks, separated values in the encodings of Japan, JSON."""

import csv
import io
import json
import os
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from test_excel_reading import made, packed

from policycheck.errors import LedgerError, PolicycheckError, UsageError
from policycheck.ledgers.files import open_ledger
from policycheck.texts import LANGUAGES, texts

Put = Callable[[str, bytes], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def put(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return put


def cells(path: Path, **options: Any) -> dict[str, Any]:
    (sheet,) = open_ledger(path, **options).sheets
    return {
        sheet.origin(row, column).cell: value
        for row, values in sheet.rows()
        for column, value in enumerate(values, 1)
        if value not in ("", None)
    }


def refused(path: Path, kind: type[PolicycheckError] = LedgerError, **options: Any) -> PolicycheckError:
    with pytest.raises(kind) as raised:
        cells(path, **options)
    for language in LANGUAGES:
        message = texts(language)(f"error.{raised.value.key}", **raised.value.facts)
        assert path.name in message or raised.value.key == "unknown_encoding"
        assert texts(language)(f"hint.{raised.value.key}")
    return raised.value


def encoding_of(path: Path, **options: Any) -> tuple[str, object]:
    ((key, facts),) = open_ledger(path, **options).notices
    for language in LANGUAGES:
        assert str(facts["encoding"]) in texts(language)(key, **facts)
    return key, facts["encoding"]


TABLE = "番号,名称\r\nＳＶ－０１,㈱髙橋①～\r\n"


@pytest.mark.parametrize(
    ("codec", "shown"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp932", "cp932 (Shift_JIS)"), ("utf-16", "UTF-16")],
)
def test_an_encoding_is_detected_and_stated(codec: str, shown: str, put: Put) -> None:
    path = put("台帳.csv", TABLE.encode(codec))
    assert cells(path) == {"A1": "番号", "B1": "名称", "A2": "ＳＶ－０１", "B2": "㈱髙橋①～"}
    assert encoding_of(path) == ("ledger.detected", shown)


def test_mailed_japanese_is_detected_and_ascii_is_utf8(put: Put) -> None:
    assert cells(put("a.csv", "番号,名称\n1,健康局\n".encode("iso2022_jp")))["B2"] == "健康局"
    assert encoding_of(put("b.csv", b"id,name\n")) == ("ledger.detected", "UTF-8")


def test_unicode_text_of_excel_is_separated_by_tabs(put: Put) -> None:
    for name in ("a.txt", "a.csv", "a.tsv"):
        for codec in ("utf-16-le", "utf-16-be"):
            content = "\ufeff番号\t名称, 別名\r\n1\t健康局\r\n".encode(codec)
            assert cells(put(name, content)) == {"A1": "番号", "B1": "名称, 別名", "A2": "1", "B2": "健康局"}


def test_an_encoding_that_is_given_is_taken_and_has_to_fit(put: Put) -> None:
    path = put("a.csv", "番号,名称\n1,橋\n".encode("euc_jp"))
    assert cells(path, encoding="EUC-JP")["A1"] == "番号"
    assert encoding_of(path, encoding="euc-jp") == ("ledger.read_as", "EUC-JP")
    error = refused(put("a.csv", "a,b\n健,康\n".encode("cp932")), encoding="utf-8")
    assert (error.key, error.facts["line"], error.facts["offset"]) == ("other_encoding", 2, 4)
    assert refused(put("a.csv", "a,b\n１,😀\n".encode()), encoding="shift_jis").facts["line"] == 2
    assert refused(put("a.csv", b"a,b"), UsageError, encoding="base64").key == "unknown_encoding"
    for name in ("utf-16", "utf-16-le"):
        assert cells(put("a.csv", "a,健\n".encode("utf-16")), encoding=name) == {"A1": "a", "B1": "健"}
    assert cells(put("a.csv", "a,健\n".encode("utf-16-le")), encoding="utf-16-le") == {"A1": "a", "B1": "健"}
    assert cells(put("a.csv", "a,健\n".encode("utf-8-sig")), encoding="utf-8") == {"A1": "a", "B1": "健"}


def test_euc_jp_is_told_where_nothing_else_fits(put: Put) -> None:
    path = put("a.csv", "管理番号,所管課,名称\nUSB-1,健康局,改行\n".encode("euc_jp"))
    assert encoding_of(path) == ("ledger.detected", "EUC-JP")
    assert cells(path)["B2"] == "健康局"


def test_an_encoding_that_cannot_be_told_is_asked_for(put: Put) -> None:
    error = refused(put("a.csv", "ﾊﾝｶｸ,ｶﾅ\n".encode("cp932")))
    assert error.key == "unsure_encoding"
    assert error.facts["encodings"] == ["cp932 (Shift_JIS)", "EUC-JP"]
    assert cells(put("a.csv", "ﾊﾝｶｸ,ｶﾅ\n".encode("cp932")), encoding="cp932")["B1"] == "ｶﾅ"
    assert refused(put("a.csv", "a,b\n漢字".encode("utf-16-le"))).key == "zero_in_ledger"
    error = refused(put("a.csv", b"a,b\nc,\xff\xff\n"))
    assert (error.key, error.facts["line"], error.facts["offset"]) == ("unknown_encoding_of_ledger", 2, 6)


def test_bytes_that_fit_in_the_first_piece_alone_do_not_decide(put: Put) -> None:
    ascii_only = b"a,b\n" * 400_000
    path = put("a.csv", ascii_only + "健康,局\n".encode("cp932"))
    assert encoding_of(path)[1] == "cp932 (Shift_JIS)"
    error = refused(put("a.csv", ascii_only + b"\xff\n"))
    assert (error.facts["line"], error.facts["offset"]) == (400_001, len(ascii_only))
    path = put("a.csv", b"x" + "あ,い\n".encode() * 300_000)
    assert encoding_of(path)[1] == "UTF-8"


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("a.csv", "a,b;c\td\n", ["a", "b;c\td"]),
        ("a.csv", "a\tb;c\n", ["a", "b;c"]),
        ("a.csv", "a;b\n1,5;2\n", ["a", "b"]),
        ("a.csv", '"a,b";c\n', ["a,b", "c"]),
        ("a.csv", "題名\n\na;b\n", ["題名"]),
        ("a.csv", "題名;確定版\na,b\n1,2\n", ["題名;確定版"]),
        ("a.csv", "題名\t確定\na,b\n1,2\n", ["題名\t確定"]),
        ("a.txt", "題名（確定,2026）\na;b\n1;2\n", ["題名（確定,2026）"]),
        ("a.csv", "番号,分類\n1,甲;乙\n2,甲;乙\n", ["番号", "分類"]),
        ("a.csv", "a\nb\n", ["a"]),
        ("a.tsv", "a,b\n", ["a,b"]),
        ("a.txt", "a,b\tc\n", ["a,b", "c"]),
        ("a.txt", "a,b\n", ["a", "b"]),
    ],
)
def test_the_separator_is_found_by_rule(name: str, text: str, row: list[str], put: Put) -> None:
    (sheet,) = open_ledger(put(name, text.encode())).sheets
    assert next(sheet.rows()) == (1, row)


def test_a_separator_that_is_given_is_taken(put: Put) -> None:
    (sheet,) = open_ledger(put("a.csv", b"a,b|c\n"), separator="|").sheets
    assert next(sheet.rows()) == (1, ["a,b", "c"])


def test_a_line_that_names_the_separator_is_counted_and_holds_nothing(put: Put) -> None:
    assert cells(put("a.csv", b"sep=;\na;b,c\n")) == {"A2": "a", "B2": "b,c"}


def test_records_count_as_rows_whatever_is_in_their_quotes(put: Put) -> None:
    text = '番号,備考\r\n1,"一\r\n二, ""三"""\r\n\r\n2\r\n3,x,y,z\r\n'
    assert cells(put("a.csv", text.encode())) == {
        "A1": "番号", "B1": "備考", "A2": "1", "B2": '一\r\n二, "三"', "A4": "2", "A5": "3", "B5": "x", "C5": "y", "D5": "z",
    }  # fmt: skip


def test_texts_written_as_formulas_are_texts(put: Put) -> None:
    text = '番号,和\n="0012","=""0,3"""\n=1+1,=""\n'
    assert cells(put("a.csv", text.encode())) == {"A1": "番号", "B1": "和", "A2": "0012", "B2": "0,3", "A3": "=1+1"}
    padding = b"x" * ((1 << 20) - 4)
    lines = b"a,b\n" + padding[:100] + b"," + b"y\n" * ((1 << 19) - 60)
    for more in range(8):
        found = cells(put("a.csv", lines + b"z" * more + b'\n="0012"\n'))
        assert "0012" in found.values()


@pytest.mark.parametrize(("text", "line"), [('a,b\n1,"open\n2,3\n', 2), ('a,"b"x\n', 1), ('a\n"b\nc"\n"d', 4)])
def test_a_broken_quote_is_refused_with_its_line(text: str, line: int, put: Put) -> None:
    error = refused(put("a.csv", text.encode()))
    assert (error.key, error.facts["line"]) == ("broken_record", line)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \n", "\ufeff\r\n".encode("utf-16-le")])
def test_an_empty_file_is_refused(content: bytes, put: Put) -> None:
    assert refused(put("a.csv", content)).key == "empty_ledger"


def test_what_is_no_text_is_refused(put: Put) -> None:
    error = refused(put("a.csv", b"a,b\n1,\0\n"))
    assert (error.key, error.facts["line"]) == ("zero_in_ledger", 2)
    assert refused(put("a.csv", packed(made()))).key in ("zero_in_ledger", "unknown_encoding_of_ledger")
    assert refused(put("a.csv", b"a\n" + b"x" * (3 << 20))).key == "long_line"


def test_a_file_that_changes_is_refused(put: Put) -> None:
    path = put("a.csv", b"a,b\n1,2\n")
    (sheet,) = open_ledger(path).sheets
    assert len(list(sheet.rows())) == 2
    path.write_bytes(b"a,b\n1,2\n3,4\n")
    with pytest.raises(LedgerError, match="changed_ledger"):
        list(sheet.rows())


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json", "a.ndjson"])
def test_what_cannot_be_opened_is_refused(name: str, put: Put, tmp_path: Path) -> None:
    assert refused(tmp_path / name).key.startswith("unreadable_")
    os.mkfifo(tmp_path / name)
    assert refused(tmp_path / name).key.startswith("unreadable_")
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    assert refused(tmp_path / name).key.startswith("unreadable_")


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.pdf", "a"])
def test_another_type_of_file_is_refused_with_those_that_are_read(name: str, put: Put) -> None:
    error = refused(put(name, b"x"), UsageError)
    assert error.key == "no_ledger_type"
    assert ".xlsx" in texts("ja")("error.no_ledger_type", **error.facts)


def test_options_that_do_not_go_with_a_type_are_refused(put: Put) -> None:
    assert refused(put("a.xlsx", b""), UsageError, encoding="utf-8").key == "encoding_of_workbook"
    assert refused(put("a.csv", b""), UsageError, rows_at="hosts").key == "rows_at_without_json"


def test_a_workbook_tells_of_macros_links_and_hidden_sheets(put: Put) -> None:
    parts = made("<row><c><v>1</v></c></row>") | {"xl/vbaProject.bin": b""}
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<sheet ", '<sheet state="hidden" ')
    ledger = open_ledger(put("a.xlsm", packed(parts)))
    assert [key for key, _ in ledger.notices] == ["ledger.macros", "ledger.hidden"]
    assert all("a.xlsm" in texts("ja")(key, **facts) for key, facts in ledger.notices)
    assert [sheet.name for sheet in ledger.sheets] == ["台帳"]


FIELD = st.text(
    st.characters(codec="cp932", exclude_characters='¢£¬‖−〜\x80\0\t\r\n"\x1a\x1b', exclude_categories=["Cs"]),
    max_size=8,
)
TABLES = st.lists(st.lists(FIELD, min_size=2, max_size=4), min_size=1, max_size=6)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TABLES, st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"]))
@example([["①", "髙"], ["～", "－"]], "cp932")
def test_any_table_comes_back_in_any_encoding(tmp_path: Path, table: list[list[str]], codec: str) -> None:
    assume(any(field.strip() for row in table for field in row))
    table = [["番号", "名称", *table[0]], *table]
    assume(not any(field.startswith('="') for row in table for field in row))
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    content = text.getvalue().encode(codec, "strict")
    assume(content.decode(codec) == text.getvalue())
    (tmp_path / "a.csv").write_bytes(content)
    options: dict[str, Any] = {"encoding": codec} if codec == "utf-16-le" else {}
    (sheet,) = open_ledger(tmp_path / "a.csv", **options).sheets
    assert list(sheet.rows()) == [(number, row) for number, row in enumerate(table, 1) if any(row)]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["a.csv", "a.tsv", "a.txt", "a.json", "a.ndjson", "a.xlsx"]),
    st.binary(max_size=60),
    st.sampled_from([None, "utf-8", "cp932", "utf-16", "utf-16-be", "iso2022_jp", "x"]),
    st.sampled_from([None, "hosts", "a.b", ""]),
)
def test_no_bytes_break_a_reader(
    tmp_path: Path, name: str, content: bytes, encoding: str | None, at: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    try:
        cells(tmp_path / name, encoding=encoding, rows_at=at)
    except (LedgerError, UsageError) as error:
        for language in LANGUAGES:
            assert texts(language)(f"error.{error.key}", **error.facts)


def test_a_large_text_file_is_read_in_flat_memory(put: Put) -> None:
    path = put(
        "a.csv", "番号,名称,備考\n".encode("cp932") + "SV-1,健康局,公害健康被害補償システム\n".encode("cp932") * 300_000
    )
    tracemalloc.start()
    (sheet,) = open_ledger(path).sheets
    start = time.process_time()
    assert sum(1 for _ in sheet.rows()) == 300_001
    assert time.process_time() - start < 30
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


HOSTS = {
    "hosts": [
        {"id": 1, "hostname": "pc-1", "mdm": {"enrollment_status": None, "name": "x"}, "labels": ["a", "b"]},
        {"id": 2, "seen/at": "2026-11-01", "mdm": {}, "serial": "0012"},
    ]
}


def test_hosts_of_fleet_are_a_table_of_dotted_keys(put: Put) -> None:
    path = put("hosts.json", json.dumps(HOSTS).encode())
    (sheet,) = open_ledger(path, rows_at="hosts").sheets
    header, first, second = (row for _, row in sheet.rows())
    assert header == ["id", "hostname", "mdm.enrollment_status", "mdm.name", "labels", "seen/at", "serial"]
    assert first == [1, "pc-1", None, "x", ["a", "b"], None, None]
    assert second == [2, None, None, None, None, "2026-11-01", "0012"]
    assert [sheet.origin(2, 3).cell, sheet.origin(3, 6).cell] == ["/hosts/0/mdm/enrollment_status", "/hosts/1/seen~1at"]


def test_osquery_gives_lists_lines_columns_and_snapshots(put: Put) -> None:
    rows = [{"device_id": "1", "encrypted": "0"}, {"device_id": "2", "encrypted": "1"}]
    assert cells(put("a.json", json.dumps(rows).encode()))["/1/encrypted"] == "1"
    lines = "".join(json.dumps({"name": "usb", "columns": row}) + "\n" for row in rows)
    found = cells(put("a.ndjson", lines.encode()))
    assert found["/columns/device_id"] == "columns.device_id"
    assert found["2:/columns/device_id"] == "2"
    assert cells(put("a.jsonl", lines.encode()), rows_at="columns")["2:/columns/device_id"] == "2"
    snapshot = json.dumps({"name": "usb", "snapshot": rows}) + "\n\n"
    assert cells(put("a.ndjson", snapshot.encode()), rows_at="snapshot")["1:/snapshot/1/device_id"] == "2"


def test_json_of_powershell_is_read(put: Put) -> None:
    for codec in ("utf-16", "utf-8-sig"):
        assert cells(put("a.json", '[{"名": "健"}]'.encode(codec))) == {"/名": "名", "/0/名": "健"}
        assert cells(put("a.ndjson", '{"名": "健"}\r\n'.encode(codec))) == {"/名": "名", "1:/名": "健"}


@pytest.mark.parametrize(
    ("name", "text", "at", "key"),
    [
        ("a.json", '[{"a": 1, "a": 2}]', None, "broken_json_ledger"),
        ("a.ndjson", '{"a": 1}\n{"b": 1, "b": 2}\n', None, "broken_json_ledger"),
        ("a.json", '[{"a": 1},', None, "broken_json_ledger"),
        ("a.json", "[" * 1000, None, "broken_json_ledger"),
        ("a.json", '{"a": 1}\n{"a": 2}\n', None, "broken_json_ledger"),
        ("a.json", '{"hosts": []}', None, "no_rows_in_json"),
        ("a.json", '{"hosts": [1]}', "hosts", "no_rows_in_json"),
        ("a.json", '{"hosts": [{}]}', "host", "no_rows_in_json"),
        ("a.json", "[1]", None, "no_rows_in_json"),
        ("a.ndjson", "1\n", None, "no_rows_in_json"),
        ("a.json", '[{"a.b": 1, "a": {"b": 2}}]', None, "double_key_in_json"),
        ("a.json", "[]", None, "empty_ledger"),
        ("a.ndjson", "", None, "empty_ledger"),
    ],
)
def test_json_that_is_no_table_is_refused(name: str, text: str, at: str | None, key: str, put: Put) -> None:
    error = refused(put(name, text.encode()), rows_at=at)
    assert error.key == key
    if at == "host":
        assert "hosts" in texts("ja")(f"error.{key}", **error.facts)
    if "b" in text and key == "broken_json_ledger" and name == "a.ndjson":
        assert "a.ndjson:2" in texts("ja")(f"error.{key}", **error.facts)


def test_json_in_another_encoding_is_refused(put: Put) -> None:
    assert refused(put("a.json", '[{"名": 1}]'.encode("cp932"))).key == "json_encoding"
    assert refused(put("a.ndjson", '{"名": 1}\n'.encode("cp932"))).key == "json_encoding"
    assert cells(put("a.json", '[{"名": 1}]'.encode("cp932")), encoding="cp932") == {"/名": "名", "/0/名": 1}
