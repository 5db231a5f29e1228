"""Workbooks, as Excel and others write them and as someone made them to do harm, read cell by cell."""

import datetime
import io
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from conftest import program
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policycheck.errors import LedgerError
from policycheck.excel.formats import format_of, value_of
from policycheck.excel.reading import open_workbook
from policycheck.ledgers.cells import Odd
from policycheck.texts import LANGUAGES, texts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def made(cells: str = "", **parts: str | bytes) -> dict[str, str | bytes]:
    """The parts of a small workbook: what stands in its only sheet, and others by name, with `__` for `/`."""
    given = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{BOOK}"/></Types>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        '<sheets><sheet name="台帳" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet(cells),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>一</t></si></sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>',
    } | given


def moment(*parts: int) -> datetime.datetime:
    """Without a time zone, as in a workbook."""
    return datetime.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def sheet(cells: str, behind: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{behind}</worksheet>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def read(folder: Path, content: bytes | Mapping[str, str | bytes]) -> dict[str, Any]:
    """All cells that hold anything, of the first sheet."""
    file = folder / "台帳.xlsx"
    file.write_bytes(content if isinstance(content, bytes) else packed(content))
    first = open_workbook(file).sheets[0]
    return {
        first.origin(row, column).cell: value
        for row, values in first.rows()
        for column, value in enumerate(values, 1)
        if value is not None
    }


def refused(folder: Path, content: bytes | Mapping[str, str | bytes]) -> LedgerError:
    with pytest.raises(LedgerError) as raised:
        read(folder, content)
    for language in LANGUAGES:
        told = texts(language)(f"error.{raised.value.key}", **raised.value.facts)
        assert "Unsafe" not in told
        assert texts(language)(f"hint.{raised.value.key}")
    assert raised.value.exit_code == 4
    return raised.value


def written(folder: Path, write: Callable[[Any, Any], None], **options: Any) -> bytes:
    """What XlsxWriter makes of a sheet."""
    book = xlsxwriter.Workbook(folder / "made.xlsx", options)
    write(book, book.add_worksheet("台帳"))
    book.close()
    return (folder / "made.xlsx").read_bytes()


def test_every_type_of_cell_is_read(tmp_path: Path) -> None:
    cells = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>12</v></c><c r="C2"><v>1.5E1</v></c>'
        '<c r="E2" t="b"><v>1</v></c><c r="F2" t="str"><f>A2</f><v>二</v></c>'
        '<c r="G2" t="inlineStr"><is><t>三</t></is></c><c r="H2" t="d"><v>2026-11-20T00:00:00</v></c>'
        '<c r="I2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="J2"><f>SUM(B2)</f></c><c r="K2"><f>B2</f><v>12</v></c>'
        '<c r="L2" t="str"><f>""</f><v></v></c></row><row r="9"><c r="A9" s="0"/></row>'
    )
    assert read(tmp_path, made(cells)) == {
        "A2": "一",
        "B2": 12,
        "C2": 15.0,
        "E2": True,
        "F2": "二",
        "G2": "三",
        "H2": moment(2026, 11, 20),
        "I2": Odd("cell_error", "#DIV/0!"),
        "J2": Odd("cell_formula", "=SUM(B2)"),
        "K2": 12,
    }


def test_readings_above_characters_are_left_out_and_runs_are_joined(tmp_path: Path) -> None:
    item = (
        '<r><rPr><b/></rPr><t>健康</t></r><r><t xml:space="preserve"> 局</t></r>'
        '<rPh sb="0" eb="2"><t>ケンコウ</t></rPh><phoneticPr fontId="1"/>'
    )
    cells = f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>{item}</is></c></row>'
    strings = f'<sst xmlns="{MAIN}"><si>{item}</si></sst>'
    assert read(tmp_path, made(cells, xl__sharedStrings=strings)) == {"A1": "健康 局", "B1": "健康 局"}


def test_what_xml_cannot_hold_is_read_as_excel_writes_it(tmp_path: Path) -> None:
    items = ["一_x000D_\n二", "_x005F_x000D_", "_x005F_", "_xD83D__xDE00_", "_x12_", "a\r\nb"]
    strings = "".join(f"<si><t>{item}</t></si>" for item in items)
    cells = "".join(f'<c t="s"><v>{number}</v></c>' for number in range(len(items)))
    found = read(tmp_path, made(f"<row>{cells}</row>", xl__sharedStrings=f'<sst xmlns="{MAIN}">{strings}</sst>'))
    assert list(found.values()) == ["一\n二", "_x000D_", "_", "😀", "_x12_", "a\nb"]


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("General", 7, 7),
        ("@", 7, 7),
        ("#,##0", 1200, 1200),
        ("#,##0;[Red]-#,##0", -1200, -1200),
        ("0.00", 1.5, 1.5),
        ('"¥"#,##0;[Red]"¥"\\-#,##0', -5, -5),
        ("0000", 12, "0012"),
        ("0000", 12.0, "0012"),
        ("0000", 12.5, None),
        ("0000", -12, None),
        ('"SV-"000', 12, None),
        ("000-0000", 1234567, None),
        ("[<=999]000;[<=9999]000-00;000-0000", 100, None),
        ('0"台"', 3, None),
        ('"0"0', 3, None),
        ("0%", 0.5, None),
        ("0,", 12000, None),
        (";;;", 3, None),
        ('_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', 0, None),
        ("yyyy/m/d", 45198, moment(2023, 9, 29)),
        ('[$-411]ggge"年"m"月"d"日";@', 45198, moment(2023, 9, 29)),
        ("yyyy/m/d h:mm", 45198.5, moment(2023, 9, 29, 12)),
        ("m/d", 45198, moment(2023, 9, 29)),
        ("h:mm", 0.5, datetime.time(12)),
        ("[h]:mm", 1.5, datetime.timedelta(hours=36)),
        ('yyyy"年"m"月"', 45170, "2023年9月"),
        ("mmm-yy", 45170, "2023年9月"),
        ('yyyy"年度"', 45170, "2023年度"),
        ("yyyy/m/d", 0, None),
        ("yyyy/m/d", 60, None),
        ("yyyy/m/d", -1, None),
        ("yyyy/m/d", 1e9, None),
    ],
)
def test_a_number_format_shows_the_number_or_a_date_or_the_cell_is_odd(code: str, number: float, shown: object) -> None:
    found = value_of(number, format_of(code), "1900")
    assert found == (Odd("cell_format", f"{number} [{code}]") if shown is None else shown)
    assert type(found) is type(shown) or shown is None


@given(st.text(alphabet='0#?,.;@%"\\_*[]yYmMdDgGeEhs人-<=> '), st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_format_gives_something(code: str, number: float) -> None:
    value_of(number, format_of(code), "1900")
    value_of(number, format_of(code), "1904")


@pytest.mark.parametrize("number", [*range(27, 37), *range(50, 59)])
def test_dates_in_the_formats_that_a_japanese_excel_names_by_number(number: int, tmp_path: Path) -> None:
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    cells = '<row><c s="1"><v>45198</v></c></row>'
    found = read(tmp_path, made(cells, xl__styles=styles))["A1"]
    assert found in (moment(2023, 9, 29), "2023年9月")


def test_a_format_that_nobody_knows_is_odd_and_so_is_a_text_shown_with_more(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="@&quot;様&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="99"/><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    cells = '<row><c s="1"><v>5</v></c><c s="2" t="s"><v>0</v></c></row>'
    found = read(tmp_path, made(cells, xl__styles=styles))
    assert [value.key for value in found.values()] == ["cell_format", "cell_format"]


def test_days_are_counted_from_the_epoch_of_the_workbook(tmp_path: Path) -> None:
    def write(book: Any, ledger: Any) -> None:
        ledger.write_datetime("A1", moment(2023, 9, 29), book.add_format({"num_format": "yyyy/m/d"}))

    for epoch, options in (("1900", {}), ("1904", {"date_1904": True})):
        content = written(tmp_path, write, **options)
        assert read(tmp_path, content) == {"A1": moment(2023, 9, 29)}
        assert open_workbook(tmp_path / "台帳.xlsx").sheets[0].epoch == epoch


def test_a_formula_that_was_never_calculated_is_no_zero(tmp_path: Path) -> None:
    found = read(tmp_path, written(tmp_path, lambda _, ledger: ledger.write_formula("A1", "=1+1")))
    assert found == {"A1": Odd("cell_formula", "=1+1")}
    found = read(tmp_path, written(tmp_path, lambda _, ledger: ledger.write_formula("A1", "=1+1", None, 2)))
    assert found == {"A1": 2}


@pytest.mark.parametrize(
    ("calculation", "calculated"),
    [
        ("", True),
        ('<calcPr calcId="191029"/>', True),
        ('<calcPr fullCalcOnLoad="0"/>', True),
        ('<calcPr fullCalcOnLoad="false"/>', True),
        ('<calcPr iterateCount="100" refMode="A1" iterate="false" iterateDelta="0.0001"/>', True),
        ('<calcPr calcId="124519" fullCalcOnLoad="1"/>', False),
        ('<calcPr fullCalcOnLoad="true"/>', False),
    ],
)
def test_a_formula_may_give_zero_unless_the_workbook_asks_to_be_calculated(
    calculation: str, calculated: bool, tmp_path: Path
) -> None:
    parts = made('<row><c><f>1-1</f><v>0</v></c><c t="str"><f>B1</f><v>a</v></c><c><f>2-1</f><v>1</v></c></row>')
    workbook = str(parts["xl/workbook.xml"]).replace("</sheets>", f"</sheets>{calculation}")
    zero = 0 if calculated else Odd("cell_formula", "=1-1")
    assert read(tmp_path, parts | {"xl/workbook.xml": workbook}) == {"A1": zero, "B1": "a", "C1": 1}


def test_a_workbook_of_openpyxl_asks_to_be_calculated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "=1-1"
    book.save(tmp_path / "made.xlsx")
    assert read(tmp_path, (tmp_path / "made.xlsx").read_bytes()) == {"A1": Odd("cell_formula", "=1-1")}
    with zipfile.ZipFile(tmp_path / "made.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<v></v>", b"<v>0</v>").replace(b"<v />", b"<v>0</v>")
    assert b"<v>0</v>" in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet
    assert read(tmp_path, parts) == {"A1": Odd("cell_formula", "=1-1")}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    assert read(tmp_path, parts) == {"A1": 0}


VALUES = st.one_of(
    st.text(min_size=1, max_size=20).filter(lambda text: not text.startswith("=") and text.isprintable()),
    st.integers(-(10**14), 10**14),
    st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}")),
    st.booleans(),
    st.datetimes(moment(1900, 3, 1), moment(9999, 12, 31)).map(lambda found: found.replace(microsecond=0)),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(st.integers(0, 40), st.integers(0, 40)), VALUES, max_size=12), st.booleans())
@example({(0, 0): "_x000D_", (1, 2): "_x005F_"}, True)
def test_cells_come_back_as_they_were_written(tmp_path: Path, cells: dict[tuple[int, int], Any], theirs: bool) -> None:
    if theirs:

        def write(book: Any, ledger: Any) -> None:
            form = book.add_format({"num_format": "yyyy/mm/dd hh:mm:ss"})
            for (row, column), value in cells.items():
                if isinstance(value, datetime.datetime):
                    ledger.write_datetime(row, column, value, form)
                elif isinstance(value, str):
                    ledger.write_string(row, column, value)
                else:
                    ledger.write(row, column, value)

        content = written(tmp_path, write)
    else:
        cells = {place: value for place, value in cells.items() if not isinstance(value, str) or "_x" not in value}
        book = openpyxl.Workbook()
        for (row, column), value in cells.items():
            book.worksheets[0].cell(row + 1, column + 1).value = value
        book.save(tmp_path / "made.xlsx")
        content = (tmp_path / "made.xlsx").read_bytes()
    (tmp_path / "台帳.xlsx").write_bytes(content)
    first = open_workbook(tmp_path / "台帳.xlsx").sheets[0]
    found = {
        (row - 1, column): value
        for row, values in first.rows()
        for column, value in enumerate(values)
        if value is not None
    }
    assert found == cells
    assert all(isinstance(value, bool) == isinstance(cells[place], bool) for place, value in found.items())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(1, 9), st.integers(0, 4)), max_size=9, unique_by=lambda x: x[0])
)
def test_merged_cells_are_known_before_the_rows(tmp_path: Path, areas: list[tuple[int, int, int]]) -> None:
    book = openpyxl.Workbook()
    wanted = {(row, column, row, column + more) for row, column, more in areas if more}
    for top, left, bottom, right in wanted:
        book.worksheets[0].merge_cells(None, top, left, bottom, right)
    book.save(tmp_path / "made.xlsx")
    first = open_workbook(tmp_path / "made.xlsx").sheets[0]
    assert set(first.merged) == wanted
    list(first.rows())


def test_merged_cells_across_the_pieces_in_which_a_part_is_read(tmp_path: Path) -> None:
    merges = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, 20_001))
    parts = made(
        xl__worksheets__sheet1=sheet("", f"<mergeCells>{merges}<mergeCell  ref='XFD1:XFD1048576' /></mergeCells>")
    )
    (tmp_path / "台帳.xlsx").write_bytes(packed(parts))
    first = open_workbook(tmp_path / "台帳.xlsx").sheets[0]
    assert len(first.merged) == 20_001
    assert first.merged[-1] == (1, 16384, 1048576, 16384)
    assert list(first.rows()) == []


def test_a_million_empty_rows_cost_little(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(2, 1_048_577))
    parts = made(f'<row r="1"><c r="A1"><v>1</v></c></row>{rows}')
    parts["xl/worksheets/sheet1.xml"] = str(parts["xl/worksheets/sheet1.xml"]).replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    content = packed(parts)
    tracemalloc.start()
    start = time.process_time()
    found = read(tmp_path, content)
    spent, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == {"A1": 1}
    assert spent < 60
    assert peak < 30 << 20


def saved_by_libreoffice(path: Path) -> bytes:
    command: list[str | Path] = [
        program("soffice", "libreoffice"),
        f"-env:UserInstallation=file://{path.parent}/profile",
        "--headless",
    ]
    out = path.parent / "out"
    subprocess.run([*command, "--convert-to", "xlsx", "--outdir", out, path], check=True, capture_output=True)
    return (out / path.name).read_bytes()


def test_what_libreoffice_writes_is_read_alike(tmp_path: Path) -> None:
    def write(book: Any, ledger: Any) -> None:
        ledger.write_row(0, 0, ["ＳＶ－０１", 12, 1.5, True, "一\n二", "_x0041_"])
        ledger.write_datetime(1, 0, moment(2023, 9, 29), book.add_format({"num_format": "ggge.m.d"}))
        ledger.write_number(1, 1, 12, book.add_format({"num_format": "0000"}))
        ledger.merge_range(2, 0, 3, 2, "合計")

    before = read(tmp_path, written(tmp_path, write))
    assert before["B2"] == "0012"
    assert read(tmp_path, saved_by_libreoffice(tmp_path / "made.xlsx")) == before
    assert open_workbook(tmp_path / "台帳.xlsx").sheets[0].merged == ((3, 1, 4, 3),)


def test_what_libreoffice_calculated_may_be_zero(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = '=IF(B1="",0,1)'
    book.save(tmp_path / "made.xlsx")
    assert read(tmp_path, saved_by_libreoffice(tmp_path / "made.xlsx")) == {"A1": 0}


@pytest.mark.parametrize(
    ("cells", "key", "place"),
    [
        ('<row r="2"/><row r="2"/>', "cells_out_of_order", "A2"),
        ('<row r="2"/><row r="1"/>', "cells_out_of_order", "A2"),
        ('<row r="1048577"/>', "cells_out_of_order", "A1"),
        ('<row r="99999999999999999999"/>', "cells_out_of_order", "A1"),
        ('<row r="1"><c r="B1"/><c r="A1"/></row>', "cells_out_of_order", "B1"),
        ('<row r="1"><c r="B1"/><c r="B1"/></row>', "cells_out_of_order", "B1"),
        ('<row r="1"><c r="XFE1"/></row>', "cells_out_of_order", "A1"),
        ('<row r="1"><c r="A2"/></row>', "cells_out_of_order", "A1"),
        ('<row r="1"><c r="a1"/></row>', "cells_out_of_order", "A1"),
        ('<row r="3"><c r="B3" t="s"><v>1</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3" t="s"><v>-1</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3" s="1"><v>5</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3"><v>1_0</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3"><v>nan</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3"><v>1e999</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3" t="new"><v>1</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3" t="b"><v>2</v></c></row>', "broken_cell", "B3"),
        ('<row r="3"><c r="B3"><c r="C3"/></c></row>', "broken_cell", "B3"),
        ('<row r="3"><row r="4"/></row>', "broken_cell", "A3"),
    ],
)
def test_a_damaged_sheet_is_refused_with_its_cell(cells: str, key: str, place: str, tmp_path: Path) -> None:
    error = refused(tmp_path, made(cells))
    assert error.key == key
    assert (error.facts["sheet"], error.facts["cell"]) == ("台帳", place)


def test_rows_and_cells_without_references_follow_each_other(tmp_path: Path) -> None:
    cells = '<row><c><v>1</v></c><c/><c><v>3</v></c></row><row r="5"><c r="B5"><v>4</v></c><c><v>5</v></c></row>'
    assert read(tmp_path, made(cells)) == {"A1": 1, "C1": 3, "B5": 4, "C5": 5}


DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "bbbb">]>'


@pytest.mark.parametrize("part", [name for name in made() if name != "xl/styles.xml"] + ["xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_part(part: str, encoding: str, tmp_path: Path) -> None:
    parts = made('<row><c t="s"><v>0</v></c></row>')
    parts[part] = (f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE}{parts[part]!s}').encode(encoding)
    error = refused(tmp_path, parts)
    assert error.key == "no_workbook"
    for language in LANGUAGES:
        assert "<!DOCTYPE>" in texts(language)("error.no_workbook", **error.facts)


def test_merged_cells_that_the_bytes_hide_are_not_lost_in_silence(tmp_path: Path) -> None:
    text = sheet("", '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>')
    parts = made(xl__worksheets__sheet1=f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16"))
    assert refused(tmp_path, parts).key == "no_workbook"


def test_a_part_that_unpacks_to_too_much_or_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, made(xl__bomb=bytes(1 << 28))).key == "huge_workbook"
    content = packed(made(xl__theme=b"x" * 5_000_000))
    lying = content.replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lying != content
    assert read(tmp_path, lying) == {}  # that part is never read
    sheets = packed(made("<row><c><v>1</v></c></row>" * 100_000))
    size = len(sheet("<row><c><v>1</v></c></row>" * 100_000)).to_bytes(4, "little")
    assert refused(tmp_path, sheets.replace(size, (200).to_bytes(4, "little"))).key == "no_workbook"


def test_texts_nested_deeply_or_without_end_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    deep = "<a>" * 2_000_000
    for parts in (
        made(xl__sharedStrings=f'<sst xmlns="{MAIN}">{deep}'),
        made(deep),
        made(xl__styles=f'<styleSheet xmlns="{MAIN}">{deep}'),
        made(xl__workbook=deep),
    ):
        content = packed(parts)
        tracemalloc.start()
        assert refused(tmp_path, content).key == "no_workbook"
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 60 << 20


def test_parts_that_are_missing_or_there_twice_are_refused(tmp_path: Path) -> None:
    for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"):
        parts = made()
        del parts[name]
        assert refused(tmp_path, parts).key == "no_workbook"
    parts = made()
    del parts["xl/worksheets/sheet1.xml"]
    assert refused(tmp_path, parts).key == "no_sheet_part"
    twice = io.BytesIO(packed(made()))
    with zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("XL/workbook.xml", "<x/>")
    error = refused(tmp_path, twice.getvalue())
    assert error.key == "no_workbook"
    assert "部品「XL/workbook.xml」が二つある" in texts("ja")("error.no_workbook", **error.facts)


def test_names_that_lead_elsewhere_are_but_names(tmp_path: Path) -> None:
    more = {"../../evil.xml": "<x/>", "/etc/evil": "x"}
    before = sorted(tmp_path.parent.rglob("*evil*"))
    assert read(tmp_path, made("<row><c><v>1</v></c></row>") | more) == {"A1": 1}
    assert sorted(tmp_path.parent.rglob("*evil*")) == before


def test_sheets_without_cells_are_left_out_and_a_workbook_of_nothing_else_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("図")
    book.create_sheet("裏").sheet_state = "veryHidden"
    book.save(tmp_path / "made.xlsx")
    found = open_workbook(tmp_path / "made.xlsx")
    assert [(ledger.name, ledger.hidden) for ledger in found.sheets] == [("Sheet", False), ("裏", True)]
    parts = made()
    parts["xl/_rels/workbook.xml.rels"] = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        '/worksheet"', '/chartsheet"'
    )
    assert refused(tmp_path, parts).key == "no_workbook"


def test_macros_and_links_are_told_and_nothing_of_them_is_used(tmp_path: Path) -> None:
    parts = made("<row><c><f>[1]台帳!A1</f><v>7</v></c></row>") | {"xl/vbaProject.bin": b"\xd0\xcf"}
    link = f'<Relationship Id="r9" Type="{OFFICE}/externalLink" Target="externalLinks/e1.xml"/></Relationships>'
    rels = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", link)
    assert read(tmp_path, parts) == {"A1": 7}
    found = open_workbook(tmp_path / "台帳.xlsx")
    assert found.macros
    assert found.links


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    def write(book: Any, ledger: Any) -> None:
        ledger.write_row(0, 0, ["ID", "名称", "日付", "台数"])
        ledger.write_row(1, 0, ["SV-01", "公害", 3, True])
        ledger.write_datetime(1, 2, moment(2023, 9, 29), book.add_format({"num_format": "ge.m.d"}))
        ledger.merge_range(3, 0, 3, 3, "合計")
        ledger.write_formula(4, 0, "=1+1", None, 2)

    return written(tmp_path_factory.mktemp("whole"), write)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_breaks_the_reader(whole: bytes, tmp_path: Path, data: Any) -> None:
    def hurt(content: bytes) -> bytes:
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(start + 50, len(content))))
        more: bytes = data.draw(st.binary(max_size=20))
        return content[:start] + more + content[end:]

    if data.draw(st.booleans()):
        content = hurt(whole)
    else:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
        name = data.draw(st.sampled_from(sorted(parts)))
        parts[name] = hurt(bytes(parts[name]))  # type: ignore[arg-type]
        content = packed(parts)
    try:
        read(tmp_path, content)
    except LedgerError as error:
        assert texts("ja")(f"error.{error.key}", **error.facts)
