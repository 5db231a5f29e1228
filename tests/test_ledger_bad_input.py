"""What `policycheck import` does with files that are not what they should be: a message, exit 4, and nothing is written."""

import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest
import xlsxwriter
from conftest import Run
from importing import (
    HEADINGS,
    REGISTER,
    Import,
    Rows,
    contents,
    done,
    entries,
    importer,
    mapping_of,
    put_book,
    put_csv,
    usb,
)

from policycheck.texts import LANGUAGES, texts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Bad: TypeAlias = Callable[[Path], object]

MISSPELT: dict[str, Rows] = {"集計": [["計"]], "ＵＳＢ管理台帳": REGISTER}
"""The sheets of a workbook without the one that is asked for."""


@pytest.fixture
def imports(run: Run, tmp_path: Path) -> Import:
    return importer(run, tmp_path)


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pack(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _made(path: Path) -> Path:
    """A workbook that XlsxWriter made, with the small register."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("管理簿")
    for number, row in enumerate(REGISTER):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def _changed(path: Path, part: str, old: bytes, new: bytes) -> None:
    parts = _parts(_made(path))
    assert old in parts[part]
    _pack(path, parts | {part: parts[part].replace(old, new, 1)})


def _encrypted(path: Path) -> None:
    """The beginning of a compound file, and the name of the stream that Office puts an encrypted package into."""
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"))


def _bomb(path: Path) -> None:
    parts = _parts(_made(path))
    sheet = parts["xl/worksheets/sheet1.xml"]
    _pack(path, parts | {"xl/worksheets/sheet1.xml": sheet.replace(b"</row>", b" " * (300 << 20) + b"</row>", 1)})


def _cell(column: int, write: Callable[[Any, Any, int], object]) -> Bad:
    """A register in whose last row one cell is written in another way."""

    def bad(path: Path) -> None:
        book = xlsxwriter.Workbook(path)
        sheet = book.add_worksheet("管理簿")
        for number, row in enumerate(REGISTER):
            sheet.write_row(number, 0, row)
        write(book, sheet, column)
        book.close()

    return bad


def _bytes(content: bytes) -> Bad:
    return lambda path: path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(_made(path).read_bytes()[:-200])


def _hurt(path: Path) -> None:
    content = bytearray(_made(path).read_bytes())
    for place in range(len(content) // 3, len(content) // 2, 7):
        content[place] ^= 0x55
    path.write_bytes(content)


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
BAD: dict[str, tuple[str, Bad, list[str]]] = {
    "password": ("a.xlsx", _encrypted, ["encrypted_workbook"]),
    "old Excel": ("a.xls", _encrypted, ["a.xls", ".xlsx"]),
    "old Excel by another name": ("a.xlsx", _bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000)), ["old_workbook"]),
    "OpenDocument": ("a.ods", _bytes(b"PK\3\4"), ["a.ods", ".xlsx"]),
    "no workbook": ("a.xlsx", _bytes(b"hello"), ["a.xlsx"]),
    "empty workbook": ("a.xlsx", _bytes(b""), ["a.xlsx"]),
    "cut short": ("a.xlsx", _cut, ["a.xlsx"]),
    "damaged": ("a.xlsx", _hurt, ["a.xlsx"]),
    "zip bomb": ("a.xlsx", _bomb, ["a.xlsx", "256"]),
    "entity in a sheet": (
        "a.xlsx",
        lambda path: _changed(path, "xl/worksheets/sheet1.xml", b"<worksheet", ENTITY + b"<worksheet"),
        ["DOCTYPE"],
    ),
    "entity in the texts": (
        "a.xlsx",
        lambda path: _changed(path, "xl/sharedStrings.xml", b"<sst", ENTITY + b"<sst"),
        ["DOCTYPE"],
    ),
    "entity in the workbook": (
        "a.xlsx",
        lambda path: _changed(path, "xl/workbook.xml", b"<workbook", ENTITY + b"<workbook"),
        ["DOCTYPE"],
    ),
    "error cell": (
        "a.xlsx",
        _cell(2, lambda _, sheet, c: sheet.write_formula(2, c, "=X!A1", None, "#REF!")),
        ["管理簿!C3", "#REF!"],
    ),
    "error cell in the id": (
        "a.xlsx",
        _cell(0, lambda _, sheet, c: sheet.write_formula(2, c, "=X!A1", None, "#N/A")),
        ["管理簿!A3", "#N/A"],
    ),
    "formula without its result": (
        "a.xlsx",
        _cell(1, lambda _, sheet, c: sheet.write_formula(2, c, "=A1", None, "")),
        ["管理簿!B3"],
    ),
    "error in a text file": (
        "a.csv",
        lambda path: put_csv(path, [*REGISTER, ["U-3", "名", "#REF!", ""]]),
        ["a.csv!C4", "#REF!"],
    ),
    "empty text file": ("a.csv", _bytes(b""), ["a.csv"]),
    "blank text file": ("a.csv", _bytes("﻿\r\n\r\n".encode()), ["a.csv"]),
    "broken quotes": ("a.csv", _bytes('番号,名称\r\n"U-1,あ\r\n'.encode()), ["a.csv", "2"]),
    "no text": ("a.csv", _bytes(b"\0\1\2\3"), ["a.csv"]),
    "folder": ("a.csv", lambda path: path.mkdir(), ["a.csv"]),
    "folder of a workbook": ("a.xlsx", lambda path: path.mkdir(), ["a.xlsx"]),
    "pipe": ("a.csv", os.mkfifo, ["a.csv"]),
    "pipe of a workbook": ("a.xlsx", os.mkfifo, ["a.xlsx"]),
    "pipe of JSON": ("a.json", os.mkfifo, ["a.json"]),
    "link that leads nowhere": ("a.csv", lambda path: path.symlink_to("none"), ["a.csv"]),
    "nothing there": ("a.xlsx", lambda _: None, ["a.xlsx"]),
    "no JSON": ("a.json", _bytes(b"{"), ["a.json"]),
    "no objects": ("a.json", _bytes(b"[1]"), ["a.json"]),
    "missing sheet": (
        "a.xlsx",
        lambda path: put_book(path, **MISSPELT),
        ["a.xlsx", "「ＵＳＢ管理台帳」"],
    ),
    "missing column": (
        "a.csv",
        lambda path: put_csv(path, [["番号", "名　前", "暗号化", "ウイルスチェック日付"]]),
        ["「名称」", "a.csv!A1"],
    ),
    "missing date column": (
        "a.csv",
        lambda path: put_csv(path, [["番号", "名称", "暗号化", "ウイルスチェック日付"]]),
        ["ウイルスチェック日付"],
    ),
    "one id twice": (
        "a.xlsx",
        lambda path: put_book(path, 管理簿=[*REGISTER, ["ｕ－１".upper(), "", "", ""]]),
        ["管理簿!A4", "管理簿!A2"],
    ),
    "two columns for one field": (
        "a.csv",
        lambda path: put_csv(path, [[*HEADINGS, "名称"], ["U-1", "", "", "", ""]]),
        ["B1", "E1"],
    ),
}
USAGE = ("a.xls", "a.ods")
"""Types of files that are not read at all."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "bad", "words"), BAD.values(), ids=list(BAD))
def test_a_bad_file_is_told_and_nothing_is_written(
    name: str,
    bad: Bad,
    words: list[str],
    language: str,
    imports: Import,
    tmp_path: Path,
) -> None:
    put_csv(tmp_path / "good.csv", [HEADINGS, ["U-0", "前から", "○", "R5.9.29"]])
    done(imports("good.csv", mapping=mapping_of(output="all.yaml")))
    before = contents(tmp_path / "inventory")
    bad(tmp_path / name)
    missing = name == "a.xlsx" and "「ＵＳＢ管理台帳」" in words
    tables = [usb(name="前", file="good.*"), usb(sheet="USB管理簿", file="a.*")] if missing else []
    result = imports("good.csv", name, mapping=mapping_of(*tables, output="all.yaml"), lang=language)
    assert (result.exit_code, result.stdout) == (2 if name in USAGE else 4, ""), result.output
    for word in words:
        told = texts(language)(f"error.{word}", file=name) if word.endswith("_workbook") else word.strip("「」")
        assert told in result.stderr, result.stderr
    assert "Traceback" not in result.stderr
    assert "Error: " not in result.stderr
    assert contents(tmp_path / "inventory") == before


@pytest.mark.parametrize("bad", ["password", "error cell", "missing column", "one id twice"])
def test_a_bad_file_makes_no_folder(bad: str, imports: Import, tmp_path: Path) -> None:
    name, write, _ = BAD[bad]
    write(tmp_path / name)
    assert imports(name).exit_code == 4
    assert not (tmp_path / "inventory").exists()


def test_a_file_that_may_not_be_read_is_told(imports: Import, tmp_path: Path) -> None:
    """Reading the memory of a process fails, for root too."""
    (tmp_path / "a.csv").symlink_to("/proc/self/mem")
    result = imports("a.csv")
    assert result.exit_code == 4
    assert "a.csv" in result.stderr
    assert not (tmp_path / "inventory").exists()


def test_errors_in_columns_that_are_not_read_do_not_matter(imports: Import, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_made(tmp_path / "a.xlsx"))
    book.active["E1"], book.active["E2"], book.active["F2"] = "残高", "#REF!", "=1+1"
    book.active["E2"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    done(imports("a.xlsx"))
    assert [*entries(tmp_path / "inventory" / "a.yaml")] == ["U-1", "U-2"]


def test_every_cell_without_a_value_is_named_at_once(imports: Import, tmp_path: Path) -> None:
    rows = [*REGISTER, ["U-3", "#N/A", "#REF!", ""], ["U-4", "", "#DIV/0!", "△"]]
    put_csv(tmp_path / "a.csv", rows)
    result = imports("a.csv")
    assert result.exit_code == 4
    for cell in ("B4", "C4", "C5", "D5"):
        assert f"a.csv!{cell}:" in result.stderr


def test_a_number_that_is_shown_as_something_else_is_left_out_and_told(imports: Import, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet("管理簿")
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ["U-1"])
    sheet.write_number(1, 1, 5, book.add_format({"num_format": '"媒体"0'}))
    book.close()
    result = done(imports("a.xlsx"), 4)
    assert "管理簿!B2" in result.stderr
    assert entries(tmp_path / "inventory" / "a.yaml") == {"U-1": {}}


def test_macros_are_told_and_links_are_not_followed(imports: Import, tmp_path: Path) -> None:
    parts = _parts(_made(tmp_path / "a.xlsm"))
    rels = parts["xl/_rels/workbook.xml.rels"]
    link = f'<Relationship Id="r9" Type="{OFFICE}/externalLink" Target="externalLinks/e1.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(b"</Relationships>", link.encode())
    _pack(tmp_path / "a.xlsm", parts | {"xl/vbaProject.bin": b"\xd0\xcf" * 99, "xl/externalLinks/e1.xml": b"<x/>"})
    result = done(imports("a.xlsm"))
    assert "マクロ" in result.stderr
    assert len(result.stderr.splitlines()) >= 2
    assert [*entries(tmp_path / "inventory" / "a.yaml")] == ["U-1", "U-2"]


def test_a_hundred_thousand_empty_rows_are_nothing(imports: Import, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = "".join(f'<row r="{n}" ht="15"><c r="A{n}" s="1"/><c r="D{n}" s="1"/></row>' for n in range(4, 100_004))
    _changed(path, "xl/worksheets/sheet1.xml", b"</sheetData>", rows.encode() + b"</sheetData>")
    done(imports("a.xlsx"))
    assert [*entries(tmp_path / "inventory" / "a.yaml")] == ["U-1", "U-2"]


def test_a_column_has_to_be_there_and_a_row_need_not(imports: Import, tmp_path: Path) -> None:
    """A register may be empty; what was in it is marked, and nothing of it is lost."""
    put_csv(tmp_path / "a.csv", REGISTER)
    done(imports("a.csv"))
    put_csv(tmp_path / "a.csv", [HEADINGS])
    result = done(imports("a.csv"))
    assert [*entries(tmp_path / "inventory" / "a.yaml")] == ["U-1", "U-2"]
    assert "--delete-vanished" in result.stdout


def test_a_header_alone_makes_nothing_and_is_told(imports: Import, tmp_path: Path, run: Run) -> None:
    put_csv(tmp_path / "a.csv", [HEADINGS])
    for name in ("a.yaml", "a.ndjson"):
        result = done(imports("a.csv", mapping=mapping_of(output=name)), 0)
        assert name in result.stdout
        assert "作っていません" in result.stdout
        assert contents(tmp_path / "inventory") == {}
        assert not (tmp_path / "inventory").exists()


def test_a_bad_inventory_is_told_and_left_as_it_is(imports: Import, tmp_path: Path) -> None:
    put_csv(tmp_path / "a.csv", REGISTER)
    folder = tmp_path / "inventory"
    folder.mkdir()
    for text in ("department: [", "servers: [{id: a}, {id: a}]", "- 1"):
        (folder / "a.yaml").write_text(text, encoding="utf-8")
        result = imports("a.csv")
        assert result.exit_code == 4
        assert "a.yaml" in result.stderr
        assert (folder / "a.yaml").read_text(encoding="utf-8") == text
        assert not (folder / ".policycheck").exists()


def test_a_folder_that_is_a_file_is_told(run: Run, tmp_path: Path) -> None:
    put_csv(tmp_path / "a.csv", REGISTER)
    (tmp_path / "m.yaml").write_text(mapping_of(), encoding="utf-8")
    result = run("import", tmp_path / "a.csv", "--mapping", tmp_path / "m.yaml", "--output", tmp_path / "m.yaml")
    assert result.exit_code in (1, 2)
    assert "m.yaml" in result.stderr
    assert "Traceback" not in result.output
