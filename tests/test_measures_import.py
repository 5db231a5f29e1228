"""The sheet of measures, filled in and read back."""

import datetime
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import openpyxl
import pytest
import ryaml
import yaml
from click.testing import Result
from conftest import AS_OF, ROOT, Run
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_xlsx import AUDITS, converted
from test_xlsx import STANDARD as CONTROLS

from policycheck.bundle import Bundle
from policycheck.cli import main
from policycheck.ledgers.dates import day_of
from policycheck.measures import read_measures
from policycheck.measures_file import as_yaml
from policycheck.reports.xlsx_measures import GIVEN
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

STANDARD = CONTROLS + '  - {id: "3", title: {ja: 体制, en: Organisation}, attested: true}\n'
CITY = [
    {"kind": "usb_medium", "id": "USB-1", "department": "健康局", "registered": False},
    {"kind": "usb_medium", "id": "USB-2", "department": "健康局", "registered": False},
    {"kind": "usb_medium", "id": "USB-3", "department": "総務局", "registered": True},
    {"kind": "user_id", "id": "U-1", "department": "総務局", "account": "a", "status": "active", "last_reviewed_on": None},
    {
        "kind": "attestation", "id": "総務局", "department": "総務局", "standard": "own", "by": "課長",
        "answered_on": "2026-11-01", "answers": {"3": {"answer": "×", "seen": "見た"}},
    },
]  # fmt: skip
NEW = ("1 健康局 assets/usb_registered", "2 総務局 technical/user_id_reviewed", "3 総務局")
"""The findings that the sheet proposes for this city."""

Entry: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[["Sheet"], None]


class Sheet:
    """The sheet of measures, by its columns."""

    def __init__(self, file: Path, lang: str = "ja") -> None:
        self.book = openpyxl.load_workbook(file)
        self.sheet: Any = self.book[texts(lang)("xlsx.measures")]
        self._file, self._lang = file, lang
        self._titles = [cell.value for cell in self.sheet[1]]

    def column(self, name: str) -> int:
        return self._titles.index(texts(self._lang)(f"xlsx.{name}")) + 1

    def findings(self) -> list[str]:
        return [cell.value for (cell,) in self.sheet.iter_rows(min_row=2, max_col=1)]

    def row(self, finding: str) -> int:
        return self.findings().index(finding) + 2

    def cell(self, finding: str, name: str) -> Any:
        return self.sheet.cell(self.row(finding), self.column(name))

    def place(self, finding: str, name: str) -> str:
        return f"{self.sheet.title}!{self.cell(finding, name).coordinate}"

    def fill(self, finding: str, **values: object) -> None:
        for name, value in values.items():
            self.cell(finding, name).value = value

    def append(self, **values: object) -> None:
        row = self.sheet.max_row + 1
        for name, value in values.items():
            self.sheet.cell(row, self.column(name)).value = value

    def save(self) -> None:
        self.book.save(self._file)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "city.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in CITY), encoding="utf-8")
    return tmp_path


SCAN = ["scan", "city.ndjson", "--standard", "own.yaml", "--as-of", AS_OF]


@pytest.fixture
def workbook(run: Run, folder: Path) -> Callable[..., Sheet]:
    """The sheet of a scan of the city."""

    def workbook(*options: object, lang: str = "ja") -> Sheet:
        result = run(*SCAN, "--format", "xlsx", "--output", "report.xlsx", "--lang", lang, *options)
        assert result.exit_code == 3, result.stderr
        return Sheet(folder / "report.xlsx", lang)

    return workbook


@pytest.fixture
def taken(run: Run, folder: Path) -> Callable[..., Result]:
    """What the import of the workbook gives."""

    def taken(*options: object) -> Result:
        return run("measures", "import", "report.xlsx", "--standard", "own.yaml", "--as-of", AS_OF, *options)

    return taken


def measure(finding: str = "指摘1", **more: Any) -> Entry:
    given = {"finding": finding, "owner": "健康局", "about": [{"clause": "1", "department": "健康局"}]}
    return {**given, "status": "planned", "on": "2026-12-01", "text": "登録する", **more}


def write(file: Path, *measures: Entry, standard: str = "own") -> Path:
    content = {"standard": standard, "measures": json.loads(json.dumps(measures))}
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


def entries(text: str) -> list[Entry]:
    found: list[Entry] = ryaml.loads(text)["measures"]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_filled_in_comes_back_to_the_scan(
    lang: str, run: Run, folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    word = texts(lang)
    sheet = workbook(lang=lang)
    assert tuple(sheet.findings()) == NEW
    sheet.fill(NEW[0], status=word("measure_status.done"), on=datetime.date(2026, 11, 1), text="登録した\n確認済")
    sheet.fill(NEW[1], status=word("measure_status.planned"), on="令和8年12月1日", text="=点検する")
    sheet.cell(NEW[1], "text").data_type = "s"
    sheet.fill(NEW[2], status=word("measure_status.none"))
    sheet.save()
    for other in LANGUAGES:
        output = folder / f"{other}.yaml"
        result = taken("--output", output, "--lang", other)
        assert (result.exit_code, result.stdout) == (0, "")
        assert result.stderr == texts(other)("xlsx.imported", count=3, new=3, updated=0, kept=0, left_out=0) + "\n"
        text = output.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert entries(text) == [
            {
                "finding": NEW[0], "owner": "健康局",
                "about": [{"clause": "1", "control": "assets/usb_registered", "department": "健康局"}],
                "status": "done", "on": "2026-11-01", "text": "登録した\n確認済",
            },
            {
                "finding": NEW[1], "owner": "総務局",
                "about": [{"clause": "2", "control": "technical/user_id_reviewed", "department": "総務局"}],
                "status": "planned", "on": "2026-12-01", "text": "=点検する",
            },
            {
                "finding": NEW[2], "owner": "総務局",
                "about": [{"clause": "3", "kind": "department", "department": "総務局"}], "status": "none",
            },
        ]  # fmt: skip
    report = json.loads(run(*SCAN, "--measures", folder / "ja.yaml", "--format", "json").stdout)
    assert report["problems"] == []
    assert {found["finding"]: found["state"] for found in report["measures"]} == dict(
        zip(NEW, ("refuted", "open", "open"), strict=True)
    )
    again = workbook("--measures", folder / "ja.yaml", lang=lang)
    assert tuple(again.findings()) == NEW
    assert again.cell(NEW[0], "state").value == word("measure_state.refuted")
    assert again.cell(NEW[0], "on").value.date() == datetime.date(2026, 11, 1)
    assert again.cell(NEW[1], "text").value == "=点検する"
    assert again.cell(NEW[1], "text").data_type == "s"
    assert entries(taken().stdout) == entries((folder / "ja.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_real_measures_survive_the_way_through_a_workbook(lang: str, run: Run, folder: Path) -> None:
    file = AUDITS / "kobe-h27" / "measures.yaml"
    scan = ["scan", AUDITS / "kobe-h27" / "second", "--standard", "kobe", "--as-of", "2016-03-31", "--measures", file]
    run(*scan, "--format", "xlsx", "--output", "report.xlsx", "--lang", lang)
    result = run("measures", "import", "report.xlsx", "--standard", "kobe", "--output", "back.yaml")
    assert result.exit_code == 0, result.stderr
    given = {entry["finding"]: entry for entry in entries(file.read_text(encoding="utf-8"))}
    back = entries((folder / "back.yaml").read_text(encoding="utf-8"))
    assert {entry["finding"]: entry for entry in back} == given
    assert [entry["finding"] for entry in back] == list(given)


def test_rows_that_nobody_filled_in_are_counted(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    sheet.fill(NEW[1], status="措置方針", text="点検する")
    sheet.save()
    result = taken()
    assert [entry["finding"] for entry in entries(result.stdout)] == [NEW[1]]
    assert "記入のない行は2行" in result.stderr


def test_a_sheet_in_which_nothing_was_filled_in_gives_an_empty_list(
    run: Run, folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    workbook()
    assert taken("--output", "none.yaml").exit_code == 0
    assert entries((folder / "none.yaml").read_text(encoding="utf-8")) == []
    assert json.loads(run(*SCAN, "--measures", "none.yaml", "--format", "json").stdout)["problems"] == []


def test_a_measure_whose_cells_were_emptied_is_one_of_which_nothing_was_done(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook("--measures", write(folder / "old.yaml", measure()))
    sheet.fill("指摘1", status=None, on=None, text=None)
    sheet.save()
    assert entries(taken().stdout) == [
        {"finding": "指摘1", "owner": "健康局", "about": measure()["about"], "status": "none"}
    ]


def test_earlier_measures_are_updated_and_the_others_kept(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    old = write(folder / "old.yaml", measure("指摘0", about=[{"clause": "2"}]), measure("指摘1"))
    sheet = workbook("--measures", old)
    sheet.sheet.delete_rows(sheet.row("指摘0"))
    sheet.fill("指摘1", status="措置済", on="R8.11.1", text="登録した")
    sheet.append(finding=7, owner="総務局", kind="利用者ID", system="yoyaku", status="未措置")
    sheet.save()
    result = taken("--measures", old, "--output", old)
    assert result.exit_code == 0, result.stderr
    assert "新規1件、更新1件、これまでのまま1件" in result.stderr
    assert entries(old.read_text(encoding="utf-8")) == [
        measure("指摘0", about=[{"clause": "2"}]),
        measure("指摘1", status="done", on="2026-11-01", text="登録した"),
        {"finding": "7", "owner": "総務局", "about": [{"kind": "user_id", "system": "yoyaku"}], "status": "none"},
    ]


def test_a_finding_about_several_things_has_several_rows(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    about = [{"id": "USB-1"}, {"id": "USB-2", "kind": "usb_medium"}]
    sheet = workbook("--measures", write(folder / "old.yaml", measure(about=about)))
    assert sheet.findings()[:3] == ["指摘1", "指摘1", NEW[1]]
    assert [sheet.sheet.cell(row, sheet.column("fails")).value for row in (2, 3)] == [1, 1]
    rows = [[cell.value for cell in row] for row in sheet.sheet.iter_rows(min_row=2)]
    sheet.sheet.delete_rows(2, 10)
    for row in reversed(rows):  # as sorting would leave them
        sheet.sheet.append(row)
    sheet.save()
    (entry,) = entries(taken().stdout)
    assert entry == measure(about=about[::-1])


def _set(**values: object) -> Edit:
    return lambda sheet: sheet.fill(NEW[0], **values)


def _row(**values: object) -> Edit:
    return lambda sheet: sheet.append(
        **{"finding": "足した", "owner": "課", "clause": "1", "status": "未措置", **values}
    )


def _no_day(sheet: Sheet) -> None:
    sheet.fill(NEW[0], **DONE | {"on": 46346})
    sheet.cell(NEW[0], "on").number_format = "General"


DONE = {"status": "措置済", "on": "2026-11-01", "text": "登録した"}
WRONG: Mapping[str, tuple[Edit, str, str]] = {
    "date": (_set(**DONE | {"on": "11月の初め"}), "measure_bad_date", "on"),
    "number": (_no_day, "measure_bad_date", "on"),
    "no day": (_set(**DONE | {"on": "令和8年2月30日"}), "measure_bad_date", "on"),
    "status": (_set(**DONE | {"status": "完了"}), "unknown_measure_status", "status"),
    "no date": (_set(**DONE | {"on": None}), "measure_no_date", "on"),
    "no text": (_set(**DONE | {"text": "  "}), "measure_no_text", "text"),
    "no plan": (_set(status="措置方針"), "measure_no_text", "text"),
    "no status": (_set(text="登録した"), "measure_no_status", "status"),
    "no owner": (_set(**DONE | {"owner": None}), "measure_no_owner", "owner"),
    "clause": (_set(**DONE | {"clause": "11"}), "unknown_measure_clause", "clause"),
    "control": (_set(**DONE | {"control": "assets/usb_register"}), "unknown_measure_control", "control"),
    "kind": (_set(**DONE | {"kind": "サーバー"}), "unknown_measure_kind", "kind"),
    "about": (_set(**DONE, clause=None, control=None, department=None), "measure_no_about", "clause"),
    "fraction": (_set(**DONE | {"clause": 1.1}), "cell_no_text", "clause"),
    "day for text": (_set(**DONE | {"id": datetime.date(2026, 1, 1)}), "cell_no_text", "id"),
    "truth": (_set(**DONE | {"id": True}), "cell_no_text", "id"),
    "formula": (_set(**DONE | {"text": "=1+1"}), "cell_formula", "text"),
    "full": (_set(**DONE | {"text": "あ" * 32_767}), "cell_full", "text"),
    "to come": (_set(**DONE | {"on": AS_OF + datetime.timedelta(1)}), "measure_later_date", "on"),
    "long ago": (_set(**DONE | {"on": datetime.date(1999, 12, 31)}), "measure_early_date", "on"),
    "planned long ago": (_set(**DONE | {"status": "措置方針", "on": "S64.1.7"}), "measure_early_date", "on"),
    "before Excel": (_set(**DONE | {"on": "1805-01-01"}), "measure_bad_date", "on"),
    "year one": (_set(**DONE | {"on": "0001-01-01"}), "measure_bad_date", "on"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_cell_and_nothing_is_written(
    name: str, lang: str, folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    edit, key, column = WRONG[name]
    sheet = workbook()
    edit(sheet)
    sheet.save()
    result = taken("--output", "new.yaml", "--lang", lang)
    assert (result.exit_code, result.stdout) == (4, "")
    assert not (folder / "new.yaml").exists()
    told, last = result.stderr.splitlines()
    place = sheet.place(NEW[0], column)
    template = re.escape(ryaml.loads((ROOT / f"src/policycheck/texts/{lang}.yaml").read_text("utf-8"))["problem"][key])
    pattern = re.sub(r"\\\{\w+\\\}", ".*", template)
    assert re.fullmatch(rf"report\.xlsx {re.escape(place)}: {pattern}", told), told
    assert last == texts(lang)("xlsx.not_imported", count=1)


def test_all_that_is_wrong_is_told_at_once(workbook: Callable[..., Sheet], taken: Callable[..., Result]) -> None:
    sheet = workbook()
    _set(**DONE | {"on": "昨日", "status": "すんだ"})(sheet)
    _row(clause="12", kind="机")(sheet)
    _row(finding=None)(sheet)
    _row(finding=NEW[0], status="未措置", owner="健康局")(sheet)
    _row(finding=NEW[0], status="措置済", owner="別の課")(sheet)
    sheet.save()
    result = taken()
    assert result.exit_code == 4
    lines = result.stderr.splitlines()
    for key, count in (
        ("日付として読めません", 1),
        ("という措置状況はありません", 1),
        ("条項「12」は対策基準にありません", 1),
        ("「机」という種類はありません", 1),
        ("番号または名前がありません", 1),
        ("値が違います", 2),  # the owner and the status
    ):
        assert len([line for line in lines if key in line]) == count, key
    assert lines[-1] == texts("ja")("xlsx.not_imported", count=7)
    assert len(lines) == 8


def test_an_error_of_a_formula_is_told(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.cell(NEW[0], "text").value = "#REF!"
    sheet.cell(NEW[0], "text").data_type = "e"
    sheet.save()
    result = taken()
    assert result.exit_code == 4
    assert f"{sheet.place(NEW[0], 'text')}: 数式がエラー（#REF!）" in result.stderr


def test_the_saved_value_of_a_formula_is_taken(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE | {"text": "=1+1"})
    sheet.save()
    change(folder / "report.xlsx", lambda part: part.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"))
    (entry,) = entries(taken().stdout)
    assert entry["text"] == "2"


def change(file: Path, edit: Callable[[bytes], bytes], **more: bytes) -> None:
    """The same archive, with its parts changed and others added."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: edit(archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **more}.items():
            archive.writestr(name, content)


def _remove(sheet: Sheet) -> None:
    sheet.book.remove(sheet.sheet)


def _retitle(sheet: Sheet) -> None:
    sheet.sheet.cell(1, sheet.column("on")).value = "日付け"


def _repeat(sheet: Sheet) -> None:
    sheet.sheet.cell(1, sheet.column("title")).value = "Owner"


def _no_rows(sheet: Sheet) -> None:
    sheet.sheet.delete_rows(1, 20)


@pytest.mark.parametrize(
    ("edit", "key", "facts"),
    [
        (_remove, "no_measures_sheet", ["（あるシート：概要、条項と所属、判定結果、例外措置、読み取れない入力）。\n"]),
        (_retitle, "no_measures_column", ["日付 / Date", "「日付け」の誤りではありませんか"]),
        (_repeat, "double_measures_column", ["Owner"]),
        (_no_rows, "no_measures_column", ["指摘 / Finding"]),
    ],
)
def test_another_sheet_or_other_columns_are_refused(
    edit: Edit, key: str, facts: Iterable[str], workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    edit(sheet)
    sheet.save()
    result = taken("--output", "new.yaml")
    assert result.exit_code == 2
    assert texts("ja")(f"hint.{key}") in result.stderr
    assert all(fact in result.stderr for fact in facts)
    assert not Path("new.yaml").exists()


COPIES = ["措置 (2)", "措置_2", "健康局", "措置の一覧"]


def _copied(sheet: Sheet, name: str) -> Any:
    copy: Any = sheet.book.copy_worksheet(sheet.sheet)
    copy.title = name
    return copy


@pytest.mark.parametrize("name", COPIES)
def test_what_is_filled_in_on_a_copy_of_the_sheet_counts(
    name: str, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    original = sheet.sheet
    sheet.sheet = _copied(sheet, name)
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    result = taken()
    assert [entry["finding"] for entry in entries(result.stdout)] == [NEW[0]]
    assert result.stderr == texts("ja")("xlsx.imported", count=1, new=1, updated=0, kept=0, left_out=4) + "\n"
    sheet.sheet = original
    sheet.fill(NEW[0], **DONE)
    sheet.fill(NEW[1], status="未措置")
    sheet.save()
    assert [entry["finding"] for entry in entries(taken().stdout)] == [NEW[0], NEW[1]]
    assert entries(taken().stdout)[0]["about"] == [
        {"clause": "1", "control": "assets/usb_registered", "department": "健康局"}
    ]
    sheet.fill(NEW[0], text="登録していない")
    sheet.save()
    result = taken("--output", "new.yaml")
    assert (result.exit_code, result.stdout) == (4, "")
    place = sheet.cell(NEW[0], "text").coordinate
    first = f"report.xlsx 措置!{place}"
    conflict = texts("ja")("problem.measure_conflict", finding=NEW[0], first=first)
    assert result.stderr.splitlines()[0] == f"report.xlsx {name}!{place}: {conflict}"
    assert not Path("new.yaml").exists()


@pytest.mark.parametrize("name", COPIES)
def test_the_sheet_alone_may_have_another_name(
    name: str, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.sheet.title = name
    sheet.save()
    assert [entry["finding"] for entry in entries(taken().stdout)] == [NEW[0]]


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_copy_that_lacks_a_heading_is_refused(
    name: str, lang: str, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook(lang=lang)
    copy = _copied(sheet, "健康局")
    copy.cell(1, sheet.column(name)).value = None
    sheet.save()
    result = taken("--output", "new.yaml")
    assert result.exit_code == 2
    wanted = " / ".join(texts(language)(f"xlsx.{name}") for language in LANGUAGES)
    assert texts("ja")("error.no_measures_column", file="report.xlsx", sheet="健康局", column=wanted) in result.stderr
    assert not Path("new.yaml").exists()


def test_sheets_of_other_things_are_named_and_those_that_a_scan_wrote_are_not(
    workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    memo = sheet.book.create_sheet("打合せ")
    memo.append(["日付", "担当", "内容"])
    sheet.book.create_sheet("Sheet1")
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    result = taken()
    assert len(entries(result.stdout)) == 1
    first, *others = result.stderr.splitlines()
    assert first == "policycheck: " + texts("ja")("warning.unread_sheets", sheets=["打合せ"])
    assert len(others) == 1


def test_headings_may_have_spaces_in_them_and_titles_above(
    workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE | {"status": "措置　済"})
    sheet.cell(NEW[0], "kind").value = " ".join(texts("ja").kind("usb_medium"))
    for cell in sheet.sheet[1]:
        cell.value = cell.value and "　".join(cell.value) + " "
    sheet.sheet.insert_rows(1, 2)
    sheet.sheet.cell(1, 2).value = "様式第３号"
    sheet.save()
    result = taken()
    (entry,) = entries(result.stdout)
    assert (entry["status"], entry["about"][0]["kind"]) == ("done", "usb_medium")
    assert texts("ja")("warning.unread_columns", sheet="措置", columns=["B"], count=1) in result.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_written_in_columns_that_are_not_read_is_told(
    lang: str, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    sheet = workbook(lang=lang)
    sheet.fill(NEW[0], status=texts(lang)("measure_status.none"))
    sheet.save()
    assert "policycheck:" not in taken("--lang", lang).stderr
    sheet.fill(NEW[0], state="確認した")
    sheet.sheet.cell(1, 17).value = "備考"
    sheet.sheet.cell(2, 17).value = "来月まで"
    sheet.sheet.cell(3, 17).value = "  "
    sheet.sheet.cell(3, 19).value = "欄外"
    sheet.append(title="ここにも書いた")
    sheet.save()
    title, state = (texts(lang)(f"xlsx.{name}") for name in ("title", "state"))
    result = taken("--lang", lang)
    assert result.exit_code == 0
    columns = [state, "備考", "S", title]
    told = texts(lang)("warning.unread_columns", sheet=sheet.sheet.title, columns=columns, count=4)
    assert result.stderr.splitlines()[0] == f"policycheck: {told}"
    sheet.sheet.cell(2, 17).value = None
    for column in range(18, 38):
        sheet.sheet.cell(1, column).value = f"列{column}"
        sheet.sheet.cell(2, column).value = "x"
    sheet.save()
    assert texts(lang)("xlsx.others", count=14) in taken("--lang", lang).stderr


def test_days_to_come_are_those_after_the_day_of_the_import(run: Run, workbook: Callable[..., Sheet]) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE | {"on": AS_OF})
    sheet.fill(NEW[1], status="措置方針", on=datetime.date(2099, 1, 1), text="点検する")
    sheet.save()
    before = AS_OF - datetime.timedelta(1)
    for day, code in ((before, 4), (AS_OF, 0)):
        result = run("measures", "import", "report.xlsx", "--standard", "own.yaml", "--as-of", day)
        assert result.exit_code == code, result.stderr
        assert ("2026-11-19" in result.stderr) == bool(code)


def test_comments_and_what_else_is_written_by_hand_stay(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    text = """\
# 庁内の一覧
measures:
  # 去年から
  - {finding: 指摘0, owner: "総務局", about: [{clause: "2"}], status: none}  # 済んだら消す

  - finding: 指摘1      # 監査
    owner: 健康局
    about:
      - {clause: "1", department: 健康局}   # 全部
    status: planned
    on: 2026-12-01
    text: |
      登録する
      確かめる
standard: own
"""
    old = folder / "old.yaml"
    old.write_text(text, encoding="utf-8")
    sheet = workbook("--measures", old)
    sheet.save()
    result = taken("--measures", old, "--output", old)
    assert result.exit_code == 0, result.stderr
    assert old.read_text(encoding="utf-8") == text
    sheet.fill("指摘1", status="措置済", on="R8.11.1")
    sheet.fill(NEW[2], status="未措置")
    sheet.save()
    result = taken("--measures", old)
    changed = text.replace("planned", "done").replace("2026-12-01", "2026-11-01")
    head, tail = changed.split("standard: own")
    assert result.stdout.startswith(head)
    assert result.stdout.endswith("standard: own" + tail)
    assert [entry["finding"] for entry in entries(result.stdout)] == ["指摘0", "指摘1", NEW[2]]


def test_the_file_that_init_lays_out_takes_measures_and_keeps_its_example(
    run: Run, folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    assert run("init", "start", "--body", "青葉野市", "--id", "own").exit_code == 0
    file = folder / "start" / "measures.yaml"
    before = file.read_text(encoding="utf-8")
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    assert taken("--measures", file, "--output", file).exit_code == 0
    after = file.read_text(encoding="utf-8")
    assert [entry["finding"] for entry in entries(after)] == [NEW[0]]
    assert [line for line in after.splitlines() if line in before.splitlines()] == before.splitlines()


def test_a_file_that_cannot_be_changed_in_place_is_left_alone(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    text = "{standard: own, measures: null}\n"
    (folder / "old.yaml").write_text(text, encoding="utf-8")
    sheet = workbook("--measures", "old.yaml")
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    result = taken("--measures", "old.yaml", "--output", "old.yaml")
    assert result.exit_code == 1
    assert texts("ja")("hint.not_editable") in result.stderr
    assert (folder / "old.yaml").read_text(encoding="utf-8") == text
    (folder / "old.yaml").write_text("standard: other\nmeasures: []\n", encoding="utf-8")
    result = taken("--measures", "old.yaml", "--output", "old.yaml")
    assert result.exit_code == 2
    assert "「other」" in result.stderr


LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))
from policycheck.cli import main
main()
"""


def _far_away(sheet: Sheet) -> None:
    sheet.sheet.cell(1_048_576, 1).value = " "


def _wide(sheet: Sheet) -> None:
    for row in range(2, 5000):
        sheet.sheet.cell(row, 16_384).value = " "


@pytest.mark.parametrize("edit", [_far_away, _wide])
def test_stray_cells_need_little_memory(edit: Edit, workbook: Callable[..., Sheet]) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    edit(sheet)
    sheet.save()
    arguments = ["measures", "import", "report.xlsx", "--standard", "own.yaml", "--as-of", str(AS_OF)]
    result = subprocess.run(
        [sys.executable, "-c", LIMITED, *arguments], capture_output=True, check=False, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    assert [entry["finding"] for entry in entries(result.stdout)] == [NEW[0]]
    assert "policycheck:" not in result.stderr


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(1 << 28))
        archive.writestr("more", b"x")
    return file.getvalue()


def _parts() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(10_001):
            archive.writestr(str(number), b"")
    return file.getvalue()


def _empty_archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"")
    return file.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "no_workbook"),
        (b"PK\x03\x04 and nothing more", "no_workbook"),
        (_empty_archive(), "no_workbook"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted_workbook"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), "old_workbook"),
        (_bomb(), "huge_workbook"),
        (_parts(), "huge_workbook"),
    ],
    ids=["empty", "cut", "zip", "encrypted", "xls", "bomb", "parts"],
)
def test_what_is_no_workbook_is_refused(
    content: bytes, key: str, lang: str, folder: Path, taken: Callable[..., Result]
) -> None:
    (folder / "report.xlsx").write_bytes(content)
    result = taken("--output", "new.yaml", "--lang", lang)
    assert result.exit_code == 2
    assert texts(lang)(f"hint.{key}") in result.stderr
    assert not (folder / "new.yaml").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["report.csv", "report.ods"])
def test_another_type_of_file_is_to_be_saved_as_a_workbook(name: str, lang: str, folder: Path, run: Run) -> None:
    (folder / name).write_bytes(_empty_archive() if name.endswith("ods") else "指摘,担当\n".encode())
    result = run("measures", "import", name, "--standard", "own.yaml", "--lang", lang)
    assert result.exit_code == 2
    assert (
        result.stderr == f"policycheck: {texts(lang)('error.not_xlsx', file=name)}\n  {texts(lang)('hint.not_xlsx')}\n"
    )


def test_what_cannot_be_read_is_refused(folder: Path, taken: Callable[..., Result]) -> None:
    (folder / "report.xlsx").mkdir()
    result = taken()
    assert result.exit_code == 2
    assert texts("ja")("hint.unreadable_workbook") in result.stderr
    (folder / "report.xlsx").rmdir()
    assert taken().exit_code == 2


def test_entities_that_grow_are_refused(folder: Path, workbook: Callable[..., Sheet], taken: Any) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(9))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 100}">{entities}]>'.encode()
    change(
        folder / "report.xlsx",
        lambda part: part.replace(b"<sst ", doctype + b"<sst ").replace("登録した".encode(), b"&e9;"),
    )
    result = taken()
    assert result.exit_code == 2
    assert texts("ja")("hint.no_workbook") in result.stderr


def test_macros_are_not_run_and_do_not_matter(folder: Path, workbook: Callable[..., Sheet], taken: Any) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    plain = taken().stdout
    change(folder / "report.xlsx", lambda part: part, **{"xl/vbaProject.bin": OLE})
    assert taken().stdout == plain
    assert len(entries(plain)) == 1


def test_a_workbook_of_another_standard_is_refused(run: Run, workbook: Callable[..., Sheet]) -> None:
    workbook()
    result = run("measures", "import", "report.xlsx", "--standard", "osaka")
    assert result.exit_code == 2
    assert "「own」" in result.stderr
    assert "「osaka」" in result.stderr


def test_no_file_is_lost(run: Run, folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]) -> None:
    sheet = workbook()
    sheet.fill(NEW[0], **DONE)
    sheet.save()
    book = (folder / "report.xlsx").read_bytes()
    old = write(folder / "old.yaml", measure("指摘0"))
    before = old.read_bytes()
    for output, key in (
        ("old.yaml", "measures_in_the_way"),
        ("report.xlsx", "output_is_input"),
        ("own.yaml", "output_is_input"),
    ):
        result = taken("--output", output)
        assert result.exit_code == 2
        assert texts("ja")(f"hint.{key}") in result.stderr
    assert (old.read_bytes(), (folder / "report.xlsx").read_bytes()) == (before, book)
    assert taken("--measures", "old.yaml", "--output", "old.yaml").exit_code == 0
    assert [entry["finding"] for entry in entries(old.read_text(encoding="utf-8"))] == ["指摘0", NEW[0]]


def test_earlier_measures_with_an_error_stop_it(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    workbook()
    write(folder / "old.yaml", measure(about=[{"clause": "12"}]))
    result = taken("--measures", "old.yaml", "--output", "new.yaml")
    assert result.exit_code == 4
    assert "old.yaml:3" in result.stderr
    assert not (folder / "new.yaml").exists()


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026/11/20", "2026-11-20"),
        ("2026.1.2", "2026-01-02"),
        ("２０２６年１１月２０日", "2026-11-20"),
        ("令和8年11月20日", "2026-11-20"),
        (" 令和 8年 11月20日 ", "2026-11-20"),
        ("㋿元年5月1日", "2019-05-01"),
        ("R8.11.20", "2026-11-20"),
        ("ｒ８／１１／２０", "2026-11-20"),
        ("H31.4.30", "2019-04-30"),
        ("昭和64年1月7日", "1989-01-07"),
        (datetime.datetime(2026, 11, 20, 9, 30, tzinfo=datetime.UTC), "2026-11-20"),
        (datetime.date(2026, 11, 20), "2026-11-20"),
        ("H31.5.1", None),
        ("令和元年4月30日", None),
        ("令和0年5月1日", None),
        ("R8.13.1", None),
        ("11/20/2026", None),
        ("26-11-20", None),
        ("2026-11", None),
        ("2026年度末", None),
        (datetime.time(9), None),
        (46346, None),
        (True, None),
    ],
)
def test_days(told: object, day: str | None) -> None:
    assert day_of(told) == (day and datetime.date.fromisoformat(day))


@given(st.dates(min_value=datetime.date(2019, 5, 1), max_value=datetime.date(2099, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day: datetime.date) -> None:
    year = day.year - 2018
    written = [day.isoformat(), f"{day.year}/{day.month}/{day.day}", f"R{year}.{day.month}.{day.day}"]
    written.append(f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日")
    assert {day_of(text) for text in written} == {day}


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, WORDS)
@example("1e3", "yes", "- a: b # c\n\n  d")
@example("2026-11-20", "0o17", "'\"\\ ~")
@example("a\u0085b", "x\u2028y", "○ ×")
def test_any_entry_is_read_back_as_it_was_written(tmp_path: Path, finding: str, owner: str, text: str) -> None:
    entry = measure(finding, owner=owner, text=text, about=[{"clause": "1-1", "id": owner}])
    bundle = Bundle()
    standard = Catalogue(bundle).standard("guideline")
    clause = standard.clauses[0].id
    entry["about"][0]["clause"] = clause
    for language in LANGUAGES:
        (tmp_path / "measures.yaml").write_bytes(as_yaml([entry], standard, texts(language)))
        found = read_measures(tmp_path / "measures.yaml", standard, bundle.schemas["measures"])
        if found.problems:  # what no YAML can hold is said
            assert not found.given
            continue
        (given,) = found.given
        assert (given.finding, given.owner, given.text) == (finding, owner, text)
        assert given.about == ({"clause": clause, "id": owner},)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, WORDS)
@example("=1+1", "_x0041_", "a_x000D_b")
@example("-2", "_x005F_", "@課\t\n=x")
@example("zx005F_q", "\u0085", "_x005F_x0041_")
def test_any_measure_comes_back_from_the_workbook(
    run: Run, folder: Path, taken: Callable[..., Result], finding: str, owner: str, text: str
) -> None:
    given = measure(finding, owner=owner, text=text)
    write(folder / "old.yaml", given)
    report = json.loads(run(*SCAN, "--measures", "old.yaml", "--format", "json").stdout)
    run(*SCAN, "--measures", "old.yaml", "--format", "xlsx", "--output", "report.xlsx")
    result = taken()
    usable = not report["problems"] and finding.strip() and owner.strip() and text.strip()
    if not usable:
        assert not report["measures"] or result.exit_code == 4
        return
    expected = {
        name: re.sub("[\ufffe\uffff]", "\ufffd", value).strip()  # which no cell can hold
        for name, value in (("finding", finding), ("owner", owner), ("text", text))
    }
    assert entries(result.stdout) == [given | expected]


def test_what_libreoffice_saved_is_read_alike(
    folder: Path, workbook: Callable[..., Sheet], taken: Callable[..., Result]
) -> None:
    old = write(folder / "old.yaml", measure("_x0041_", text="=登録する\n確認する"))
    sheet = workbook("--measures", old)
    sheet.fill(NEW[1], status="措置済", on=datetime.date(2026, 11, 1), text="点検した")
    sheet.save()
    before = taken().stdout
    assert len(entries(before)) == 2
    converted(folder / "report.xlsx", "xlsx", folder).replace(folder / "report.xlsx")
    assert taken().stdout == before
    assert taken("--standard", "guideline").exit_code == 2  # the name of the standard is still there


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook as a scan writes it."""
    from click.testing import CliRunner

    folder = tmp_path_factory.mktemp("city")
    (folder / "own.yaml").write_text(STANDARD, encoding="utf-8")
    (folder / "city.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in CITY), encoding="utf-8")
    arguments = [str(folder / "city.ndjson"), "--standard", str(folder / "own.yaml"), "--as-of", str(AS_OF)]
    CliRunner().invoke(main, ["scan", *arguments, "--format", "xlsx", "--output", str(folder / "whole.xlsx")])
    return (folder / "whole.xlsx").read_bytes()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_workbook_never_breaks_the_program(whole: bytes, folder: Path, run: Run, data: Any) -> None:
    """Bytes inside a part, not only of the archive around it."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    end = data.draw(st.integers(start, min(start + 200, len(parts[name]))))
    parts[name] = parts[name][:start] + data.draw(st.binary(max_size=20)) + parts[name][end:]
    with zipfile.ZipFile(folder / "report.xlsx", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    result = run("measures", "import", "report.xlsx", "--standard", "own.yaml")
    assert result.exit_code in (0, 2, 4), result.exception
    if result.exit_code == 0:
        assert entries(result.stdout) == []


def test_the_group_alone_shows_its_help_and_near_names_are_named(run: Run) -> None:
    alone = run("measures")
    assert alone.exit_code == 2
    assert "import" in alone.stdout
    near = run("measures", "imprt", "a.xlsx")
    assert near.exit_code == 2
    assert "「import」の誤りではありませんか" in near.stderr


def test_every_column_that_is_read_has_a_heading_of_its_own() -> None:
    for language in LANGUAGES:
        headings = [texts(language)(f"xlsx.{name}") for name in (*GIVEN, "title", "fails", "resources", "state")]
        assert len(set(headings)) == len(headings)
