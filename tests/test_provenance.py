"""Where an imported resource stands in its ledger: every report says it, whichever way it was judged."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from policycheck.cli import main
from policycheck.reports import BINARY, FORMATS

CELLS = ("USB管理簿.xlsx 管理簿!A7 (? C7, F7)", "USB管理簿.xlsx 管理簿!A8", "hosts.json!/hosts/3")
SILENT = ("matrix", "viewpoints", "measures", "oscal-catalog")
"""Formats that list no resources."""

INVENTORY = """\
department: 健康局
usb_media:
  - {id: USB-01, registered: false, imported_from: {file: USB管理簿.xlsx, sheet: 管理簿, cell: A7, unread: [C7, F7]}}
  - {id: USB-02, registered: "x", imported_from: {file: USB管理簿.xlsx, sheet: 管理簿, cell: A8}}
  - {id: USB-03, registered: false, imported_from: {file: hosts.json, cell: /hosts/3, vanished_on: 2026-11-01}}
  - {id: USB-04, registered: true}
"""


def _scan(folder: Path, *options: str) -> bytes:
    paths = [str(folder / "usb.yaml"), "--as-of", "2026-11-20", *options]
    result = CliRunner().invoke(main, ["scan", *paths, "--output", str(folder / "report")])
    assert result.exit_code == 3, result.output
    return (folder / "report").read_bytes()


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    (tmp_path / "usb.yaml").write_text(INVENTORY, encoding="utf-8")
    return tmp_path


def _said(content: bytes, format: str) -> str:
    if format == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    text = content.decode("utf-8-sig").replace("\\", "")
    return "".join((re.sub("</?span[^>]*>", "", text) if format == "html" else text).split())


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("format", [format for format in FORMATS if format not in (*SILENT, "json")])
def test_every_report_points_to_the_cell(inventory: Path, format: str, language: str) -> None:
    said = _said(_scan(inventory, "--format", format, "--lang", language), format)
    cells = (CELLS[0], CELLS[2]) if format == "oscal-poam" else CELLS  # a plan lists no input that could not be used
    assert [cell for cell in cells if (cell if format in BINARY else cell.replace(" ", "")) not in said] == []


def test_the_report_for_programs_gives_the_parts(inventory: Path) -> None:
    report = json.loads(_scan(inventory, "--format", "json"))
    origins = {result["resource"]["id"]: result["location"].get("origin") for result in report["results"]}
    assert origins == {
        "USB-01": {"file": "USB管理簿.xlsx", "sheet": "管理簿", "cell": "A7", "unread": ["C7", "F7"]},
        "USB-03": {"file": "hosts.json", "sheet": None, "cell": "/hosts/3", "unread": []},
        "USB-04": None,
        "健康局": None,
    }
    assert [problem["origin"]["cell"] for problem in report["problems"]] == ["A8"]


@pytest.mark.parametrize("options", [["--jobs", "2"], ["--baseline"], ["--measures"]], ids=lambda options: options[0])
def test_it_does_not_depend_on_how_it_was_judged(inventory: Path, options: list[str]) -> None:
    """Results that are kept at hand, taken from the cache, or judged by another process."""
    first = _scan(inventory, "--format", "json")
    if options[0] == "--baseline":
        (inventory / "earlier.json").write_bytes(first)
        options = ["--baseline", str(inventory / "earlier.json")]
    if options[0] == "--measures":
        about = "[{control: assets/usb_registered}]"
        entry = f"{{finding: '1', owner: 健康局, status: none, about: {about}}}"
        (inventory / "measures").write_text(f"standard: guideline\nmeasures: [{entry}]\n", encoding="utf-8")
        options = ["--measures", str(inventory / "measures")]
    cache = ["--cache", str(inventory / "cache")]
    for _ in range(2):
        text = _said(_scan(inventory, *options, *cache, "--format", "text"), "text")
        assert all(cell.replace(" ", "") in text for cell in CELLS)
