"""The report as an Excel workbook: read by openpyxl, and opened by LibreOffice."""

import json
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest
import yaml
from conftest import AS_OF, ROOT, Run, program
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policycheck.excel import writing as written
from policycheck.model import Status
from policycheck.reports import xlsx
from policycheck.texts import LANGUAGES, texts

AUDITS = ROOT / "tests" / "audits"
CITY = [ROOT / "inventory", "--as-of", AS_OF]
RYUGASAKI = [AUDITS / "ryugasaki-r5" / "second", "--standard", "ryugasaki", "--as-of", "2023-09-29"]
KOBE = [AUDITS / "kobe-h27" / "second", "--standard", "kobe", "--as-of", "2016-03-31"]
STANDARD = """\
id: own
title: {ja: 自前の基準, en: Own}
body: 青葉野市
source: 例規集
clauses:
  - {id: "1", title: {ja: 登録, en: Registered}, controls: [{control: assets/usb_registered}]}
  - {id: "2", title: {ja: 点検, en: Review}, controls: [{control: technical/user_id_reviewed}]}
"""
SHEETS = ("xlsx.summary", "xlsx.matrix", "xlsx.findings", "xlsx.measures", "report.waivers", "xlsx.problems")

Rows: TypeAlias = list[list[Any]]
Scan: TypeAlias = Callable[..., Any]


@pytest.fixture
def scanned(run: Run, tmp_path: Path) -> Scan:
    """The workbook of a scan."""

    def scanned(*arguments: object, lang: str = "ja", code: int = 3) -> Any:
        output = tmp_path / "report.xlsx"
        result = run("scan", *arguments, "--format", "xlsx", "--output", output, "--lang", lang)
        assert result.exit_code == code, result.stderr
        return openpyxl.load_workbook(output)

    return scanned


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., list[object]]:
    """How a small city of such entries is scanned."""

    def own(entries: Iterable[dict[str, Any]]) -> list[object]:
        (tmp_path / "own.yaml").write_text(STANDARD, encoding="utf-8")
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
        (tmp_path / "city.ndjson").write_text(text, encoding="utf-8")
        return [tmp_path / "city.ndjson", "--standard", tmp_path / "own.yaml", "--as-of", AS_OF]

    return own


def medium(id: str, registered: bool | None = False, department: str = "健康局", **more: Any) -> dict[str, Any]:
    fields = {} if registered is None else {"registered": registered}
    return {"kind": "usb_medium", "id": id, "department": department, "classification": "2", **fields, **more}


def rows(sheet: Any) -> Rows:
    """The values of a sheet; what openpyxl leaves of the escapes in texts inside cells is undone."""
    return [
        [value.replace("x005F_", "") if isinstance(value, str) else value for value in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def below(sheet: Any, heading: str) -> Rows:
    """The rows of a table of the summary, up to the first empty one."""
    told = rows(sheet)
    start = next(number for number, row in enumerate(told) if row[0] == heading)
    found = []
    for row in told[start + 1 :]:
        if row[0] is None and not any(row):
            break
        found.append(row)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("arguments", [CITY, RYUGASAKI, KOBE], ids=["city", "ryugasaki", "kobe"])
def test_numbers_are_those_of_the_json_report(arguments: list[Any], lang: str, run: Run, scanned: Scan) -> None:
    language = texts(lang)
    measures = ["--measures", AUDITS / "kobe-h27" / "measures.yaml"] if arguments is KOBE else []
    printed = run("scan", *arguments, *measures, "--format", "json", "--all", "--lang", lang)
    report = json.loads(printed.stdout)
    book = scanned(*arguments, *measures, "--all", lang=lang, code=printed.exit_code)

    assert book.sheetnames == [language(name) for name in SHEETS]
    summary = book[language("xlsx.summary")]
    assert below(summary, language("report.totals"))[1][1:7] == [report["summary"][status] for status in Status]
    told = {row[0]: row[1:7] for row in below(summary, language("report.by_department"))[1:]}
    counts = Counter((result["resource"]["department"], result["status"]) for result in report["results"])
    assert told == {
        department: [counts[department, status] for status in Status] for department in {name for name, _ in counts}
    }
    by_kind = Counter((result["resource"]["kind"], result["status"]) for result in report["results"])
    for row in below(summary, language("report.by_kind"))[1:]:
        kind = next(kind for kind, _ in by_kind if language.kind(kind) == row[0])
        assert row[1:8] == [*(by_kind[kind, status] for status in Status), sum(row[1:7])]
    chapters = below(summary, language("report.by_chapter"))[1:]
    assert [sum(column) for column in zip(*(row[1:7] for row in chapters), strict=True)] == list(
        report["summary"].values()
    )
    measured = {row[0]: row[1:7] for row in below(summary, language("report.by_measure"))[1:]}
    for entry in report["by_measure"]:
        name = language(f"measure.{entry['measure'] or 'none'}")
        assert measured.pop(name) == [entry[status] for status in Status]
    assert {row[0] for row in measured.values()} <= {language("report.nothing_judged")}

    findings = rows(book[language("xlsx.findings")])
    assert findings[0] == [language(f"column.{name}") for name in xlsx._WIDTHS]
    listed = Counter((row[0], row[2], row[7]) for row in findings[1:])
    assert listed == Counter(
        (
            f"{language('mark.' + result['status'])} {language('status.' + result['status'])}",
            result["resource"]["department"],
            result["resource"]["id"],
        )
        for result in report["results"]
    )
    places = Counter((row[14], row[15]) for row in findings[1:])
    assert places == Counter(
        (result["location"]["file"] or None, result["location"]["line"]) for result in report["results"]
    )

    matrix = rows(book[language("xlsx.matrix")])
    departments = matrix[0][2:-1]
    marks = {row[0]: dict(zip(departments, row[2:-1], strict=True)) for row in matrix[1:] if row[1]}
    for line in report["matrix"]:
        nothing = "not_applicable" if line["departments"] else ""
        expected = {
            name: language(f"mark.{status}") if (status := line["departments"].get(name, nothing)) else None
            for name in departments
        }
        assert marks.pop(line["clause"]) == expected
    assert not marks

    assert rows(book[language("xlsx.problems")])[1][2] == language("report.complete")
    if measures:
        states = {row[0]: row[-7] for row in rows(book[language("xlsx.measures")])[1:]}
        for measure in report["measures"]:
            assert states[measure["finding"]] == language(f"measure_state.{measure['state']}")


def test_with_a_baseline_the_trend_and_what_is_gone(run: Run, scanned: Scan, own: Any, tmp_path: Path) -> None:
    arguments = own([medium("USB-1"), medium("USB-2"), medium("USB-3")])
    (tmp_path / "before.json").write_bytes(run("scan", *arguments, "--format", "json").stdout_bytes)
    own([medium("USB-1"), medium("USB-2", registered=True), medium("USB-4")])
    book = scanned(*arguments, "--baseline", tmp_path / "before.json")
    told = below(book["概要"], f"前回（{AS_OF}）との比較")
    assert {row[0]: row[1] for row in told[:-1]} == {
        "新規": 1,
        "継続": 1,
        "改善済": 1,
        "判定不能になったもの": 0,
        "対象外になったもの（改善したとは限りません）": 0,
        "例外措置としたもの": 0,
        "比べられなくなったもの": 1,
    }
    gone = rows(book["比べられなくなったもの"])
    assert [row[:5] for row in gone[1:]] == [
        ["健康局", "1", "記録媒体（USBメモリ等）", "USB-3", "assets/usb_registered"]
    ]
    news = {row[7]: row[1] for row in rows(book["判定結果"])[1:]}
    assert news == {"USB-1": "継続", "USB-4": "新規", "USB-2": None}


def test_ryugasaki_compared_with_its_first_look(run: Run, scanned: Scan, tmp_path: Path) -> None:
    first = [AUDITS / "ryugasaki-r5" / "first", *RYUGASAKI[1:]]
    (tmp_path / "first.json").write_bytes(run("scan", *first, "--format", "json").stdout_bytes)
    baseline = ["--baseline", tmp_path / "first.json"]
    report = json.loads(run("scan", *RYUGASAKI, *baseline, "--format", "json").stdout)
    book = scanned(*RYUGASAKI, *baseline)
    marks = [cell.value for row in book["条項と所属"].iter_rows(min_row=2, min_col=3) for cell in row]
    shown = [status for line in report["matrix"] for status in line["departments"].values()]
    assert marks.count("△") == shown.count("corrected") > 0
    assert marks.count("×") == shown.count("fail") > 0


def test_the_same_input_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    files = []
    for name, jobs in (("a", 1), ("b", 2), ("c", 2)):
        files.append(tmp_path / f"{name}.xlsx")
        run("scan", *CITY, "--jobs", jobs, "--format", "xlsx", "--output", files[-1])
    assert len({file.read_bytes() for file in files}) == 1
    book = openpyxl.load_workbook(files[0])
    assert book.properties.created.date() == AS_OF
    assert book.properties.modified.date() == AS_OF


def test_it_goes_to_a_pipe_as_it_is(run: Run, tmp_path: Path) -> None:
    run("scan", *CITY, "--format", "xlsx", "--output", tmp_path / "a.xlsx")
    assert run("scan", *CITY, "--format", "xlsx").stdout_bytes == (tmp_path / "a.xlsx").read_bytes()


HOSTILE = [
    "=1+1",
    "+81",
    "-2+3",
    "@SUM(A1)",
    '=cmd|"/c calc"!A0',
    "_x0041_",
    "a_x000D_b",
    "<b>&amp;",
    "file:///etc",
    "007",
]


def test_no_text_becomes_a_formula_a_link_or_a_number(scanned: Scan, own: Any, tmp_path: Path) -> None:
    book = scanned(*own([medium(text, name=text) for text in HOSTILE]))
    found = {row[7].value: row for row in book["判定結果"].iter_rows(min_row=2)}
    assert {id.replace("x005F_", "") for id in found} == set(HOSTILE)
    for id, row in found.items():
        for cell in (row[7], row[8]):
            assert cell.data_type == "s"
            assert cell.quotePrefix == id.startswith(("=", "+", "-", "@"))
            assert cell.hyperlink is None
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names if "sheets/" in name)
    assert not [name for name in names if re.search("vba|external|macro|\\.bin", name, re.IGNORECASE)]
    assert b"<f>" not in whole
    assert b"hyperlink" not in whole


ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY, ANY)
@example("\ufffe_x005F_\uffff", "\x0b𠮷\x7f\u2028")
@example("_x0041_x005F_", "'=1")
def test_any_text_survives_or_is_visibly_replaced(run: Run, scanned: Scan, own: Any, id: str, name: str) -> None:
    arguments = own([medium(id, name=name), medium("USB-0")])
    report = json.loads(run("scan", *arguments, "--format", "json").stdout)
    book = scanned(*arguments)
    usable = [result["resource"]["id"] for result in report["results"]]
    assert "USB-0" in usable
    shown = {row[7]: row[8] for row in rows(book["判定結果"])[1:]}
    assert len(shown) == len(usable)
    if id in usable:
        expected = {text: visible(text) for text in (id, name)}
        assert shown[expected[id]] == expected[name]
    assert bool(report["problems"]) == (rows(book["読み取れない入力"])[1][2] != texts("ja")("report.complete"))


def visible(text: str) -> str:
    """As a cell shows it."""
    kept = "".join(
        character if _in_xml(ord(character)) else "\ufffd"
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    return kept.replace("x005F_", "")


def _in_xml(code: int) -> bool:
    return code in (9, 10) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF


def test_a_text_too_long_for_a_cell_is_cut_and_that_is_said(scanned: Scan, own: Any, tmp_path: Path) -> None:
    text = "𠮷" * 20_000
    measure = {"finding": "指摘1", "owner": "健康局", "about": [{"clause": "1"}], "status": "planned", "text": text}
    content = yaml.safe_dump({"standard": "own", "measures": [measure]}, allow_unicode=True)
    (tmp_path / "measures.yaml").write_text(content, encoding="utf-8")
    book = scanned(*own([medium("USB-1")]), "--measures", tmp_path / "measures.yaml")
    header = [cell.value for cell in book["措置"][1]]
    cell = book["措置"].cell(2, header.index("措置内容") + 1).value
    kept, _, told = cell.partition("…")
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert told == f"（以下{20_000 - len(kept)}字は、セルに収まらないため省きました）"
    assert kept == text[: len(kept)]
    assert any("1か所" in str(row[0]) for row in rows(book["概要"]))


def test_a_full_sheet_goes_on_on_the_next(run: Run, scanned: Scan, own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "ROWS", 6)
    monkeypatch.setattr(xlsx, "COLUMNS", 5)
    arguments = own([medium(f"USB-{n}", department=f"所属{n}") for n in range(5)] + [medium("X", department="所属0")])
    book = scanned(*arguments)
    assert book.sheetnames == [
        "概要", "条項と所属", "条項と所属 2", "条項と所属 3", "判定結果", "判定結果 2", "措置", "措置 2",
        "例外措置", "読み取れない入力",
    ]  # fmt: skip
    first, second = rows(book["判定結果"]), rows(book["判定結果 2"])
    assert first[0] == second[0]
    assert sorted(row[7] for row in first[1:5] + second[1:]) == sorted(["X", *(f"USB-{n}" for n in range(5))])
    told = "シート「判定結果」に収まらないため、続きをシート「判定結果 2」に書きました。"
    assert told in [cell for row in first[5:] for cell in row]
    summary = [row[0] for row in rows(book["概要"])]
    assert told in summary
    assert "シート「措置」に収まらないため、続きをシート「措置 2」に書きました。" in summary
    departments = [cell for name in book.sheetnames[1:4] for cell in rows(book[name])[0][2:-1]]
    assert departments == [f"所属{n}" for n in range(5)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_wrong_is_said(lang: str, scanned: Scan, own: Any) -> None:
    book = scanned(*own([medium("USB-1", registered=True)]), lang=lang, code=0)
    language = texts(lang)
    assert language("report.complete") in [row[0] for row in rows(book[language("xlsx.summary")])]
    for name, told in (
        ("xlsx.findings", "report.no_findings"),
        ("xlsx.measures", "report.no_findings"),
        ("report.waivers", "xlsx.no_waivers"),
        ("xlsx.problems", "report.complete"),
    ):
        assert [cell for cell in rows(book[language(name)])[1] if cell] == [language(told)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_could_not_be_read_is_said_first(lang: str, scanned: Scan, own: Any, tmp_path: Path) -> None:
    arguments = own([medium("USB-1", registered=True), medium("USB-1", registered=True)])
    (tmp_path / "broken.yaml").write_text("department: [", encoding="utf-8")
    language = texts(lang)
    book = scanned(tmp_path / "broken.yaml", *arguments, lang=lang, code=4)
    problems = rows(book[language("xlsx.problems")])[1:]
    assert [(Path(row[0]).name, row[1]) for row in problems] == [("broken.yaml", 2), ("city.ndjson", 2)]
    assert all(row[2] for row in problems)
    summary = book[language("xlsx.summary")]
    alerts = [row[0].value for row in summary.iter_rows() if row[0].fill.fgColor.rgb == "FFFFE699"]
    assert alerts[0] == language("report.incomplete")
    assert alerts[1] == language("report.problems", count=2)
    assert language("report.complete") not in [row[0] for row in rows(summary)]


def test_waivers_and_those_for_kinds_that_do_not_exist(scanned: Scan, own: Any, tmp_path: Path) -> None:
    waiver = {
        "clause": "1", "resource": {"kind": "usb_medium", "id": "USB-1"}, "reason": "=入替", "approved_by": "課長",
        "approved_on": "2026-11-01", "expires_on": "2026-12-31", "compensating_measure": "検査",
    }  # fmt: skip
    other = {**waiver, "resource": {"kind": "nothing", "id": "?"}}
    content = yaml.safe_dump({"standard": "own", "waivers": [waiver, other]}, allow_unicode=True)
    (tmp_path / "waivers.yaml").write_text(content, encoding="utf-8")
    arguments = [*own([medium("USB-1"), medium("USB-2")]), "--waivers", tmp_path / "waivers.yaml"]
    sheet = rows(scanned(*arguments)["例外措置"])
    assert [row[:5] + row[6:8] + row[9:10] for row in sheet[1:]] == [
        ["有効", "1", "記録媒体（USBメモリ等）", "USB-1", "=入替", "2026-11-01", "2026-12-31", 1],
        ["台帳にない資産", "1", "nothing", "?", "=入替", "2026-11-01", "2026-12-31", 0],
    ]


def test_sheets_can_be_filtered_read_and_printed(scanned: Scan) -> None:
    book = scanned(*CITY)
    for name in ("判定結果", "措置", "例外措置", "読み取れない入力"):
        sheet = book[name]
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes.endswith("2")
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what it is if nothing is said
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.orientation == "landscape"
    assert book["条項と所属"].freeze_panes == "C2"
    assert book["条項と所属"]["C1"].alignment.textRotation == 255
    assert len(book["概要"]._charts) == 2
    statuses, days = book["措置"].data_validations.dataValidation
    assert statuses.formula1 == '"措置済,措置方針,未措置"'
    assert days.type == "date"
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_in_english_the_names_stand_upright(scanned: Scan) -> None:
    book = scanned(*CITY, lang="en")
    assert book["Matrix"]["C1"].alignment.textRotation == 90
    assert not [
        (sheet.title, cell.coordinate)
        for sheet in book
        for cell in sheet[1]
        if isinstance(cell.value, str) and sheet.title != "Matrix" and not cell.value.isascii()
    ]


def converted(file: Path, kind: str, folder: Path) -> Path:
    """What LibreOffice makes of it, with a profile of its own."""
    office = program("soffice", "libreoffice")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    target = folder / kind
    command = [str(part) for part in (office, profile, "--headless", "--convert-to", kind, "--outdir", target, file)]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=180)
    found = target / f"{file.stem}.{kind}"
    assert found.exists(), told
    return found


def test_nothing_is_called_right_where_input_could_not_be_used(scanned: Scan, own: Any, tmp_path: Path) -> None:
    book = scanned(*own([medium("a", registered=True), {"kind": "usb_medium", "id": "b"}]), code=4)
    japanese = texts("ja")
    for name in ("xlsx.findings", "xlsx.measures"):
        cells = [cell for row in rows(book[japanese(name)]) for cell in row]
        assert japanese("report.no_findings_in_part") in cells
        assert japanese("report.no_findings") not in cells


def test_libreoffice_opens_a_replay(scanned: Scan, tmp_path: Path) -> None:
    program("soffice", "libreoffice")
    book = scanned(*RYUGASAKI)
    again = openpyxl.load_workbook(converted(tmp_path / "report.xlsx", "xlsx", tmp_path))
    assert {sheet.title: filled(sheet) for sheet in again} == {sheet.title: filled(sheet) for sheet in book}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_libreoffice_opens_every_sheet(lang: str, scanned: Scan, own: Any, tmp_path: Path) -> None:
    program("soffice", "libreoffice")
    city = own([medium(text, name=text) for text in HOSTILE if "_x" not in text])
    measures = {"finding": "指摘1", "owner": "健康局", "about": [{"clause": "1"}], "status": "done"}
    done = measures | {"on": "2026-10-01", "text": "=登録した\n確認済"}
    content = yaml.safe_dump({"standard": "own", "measures": [done]}, allow_unicode=True)
    (tmp_path / "measures.yaml").write_text(content, encoding="utf-8")
    book = scanned(*city, ROOT / "inventory", "--measures", tmp_path / "measures.yaml", lang=lang)
    again = openpyxl.load_workbook(converted(tmp_path / "report.xlsx", "xlsx", tmp_path))
    assert again.sheetnames == book.sheetnames
    for sheet in book:
        assert filled(again[sheet.title]) == filled(sheet)
    assert [len(sheet._charts) for sheet in again] == [len(sheet._charts) for sheet in book]
    assert len(again[book.sheetnames[3]].data_validations.dataValidation) == 2
    assert converted(tmp_path / "report.xlsx", "pdf", tmp_path).read_bytes().startswith(b"%PDF")


def filled(sheet: Any) -> dict[str, Any]:
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
