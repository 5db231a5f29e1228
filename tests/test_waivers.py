"""Approved exceptions: they hide a fail while they hold, for exactly what they name, and are listed in any case."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from conftest import CHAPTERS

from policycheck.texts import LANGUAGES, texts

Run = Callable[..., Result]
Report = Callable[..., dict[str, Any]]

INVENTORY = """\
department: 健康局
usb_media:
  - {id: USB-1, classification: "1", registered: false, virus_checked_on: 2026-10-01, locked_storage: true}
  - {id: USB-2, classification: "1", registered: true, virus_checked_on: 2026-10-01, locked_storage: true}
"""
WAIVER = {
    "clause": "2",
    "resource": {"kind": "usb_medium", "id": "USB-1"},
    "reason": "管理簿の更新中",
    "approved_by": "情報セキュリティ責任者",
    "approved_on": "2026-11-01",
    "expires_on": "2026-11-30",
    "compensating_measure": "受渡簿で管理する",
}


@pytest.fixture
def report(run: Run, tmp_path: Path, valid_report: Callable[[str], Any]) -> Report:
    """The report on the inventory with these waivers."""
    (tmp_path / "city.yaml").write_text(INVENTORY, encoding="utf-8")

    def scan(*waivers: dict[str, Any], as_of: str = "2026-11-20", code: int) -> dict[str, Any]:
        write(tmp_path / "waivers.yml", *waivers)
        options = ("--as-of", as_of, "--waivers", tmp_path / "waivers.yml", "--format", "json")
        result = run("scan", "--standard", CHAPTERS, tmp_path / "city.yaml", *options)
        assert result.exit_code == code, result.stderr
        document: dict[str, Any] = valid_report(result.stdout)
        assert sum(document["summary"].values()) == 8
        return document

    return scan


def write(path: Path, *waivers: dict[str, Any], standard: str = "chapters") -> None:
    content = {"standard": standard, "waivers": list(copy.deepcopy(waivers))}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_a_waiver_in_force_hides_its_fail(report: Report) -> None:
    found = report(WAIVER, code=0)
    assert (found["summary"]["waived"], found["summary"]["fail"]) == (1, 0)
    assert [(use["state"], use["hides"]) for use in found["waivers"]] == [("in_force", 1)]
    waived = [result for result in found["results"] if result["status"] == "waived"]
    assert [(result["control"], result["resource"]["id"]) for result in waived] == [("assets/usb_registered", "USB-1")]


@pytest.mark.parametrize(
    ("as_of", "state", "code"),
    [
        ("2026-10-31", "not_yet_valid", 3),
        ("2026-11-01", "in_force", 0),
        ("2026-11-30", "in_force", 0),
        ("2026-12-01", "expired", 3),
    ],
)
def test_it_holds_from_the_first_day_to_the_last(as_of: str, state: str, code: int, report: Report) -> None:
    found = report(WAIVER, as_of=as_of, code=code)
    assert [use["state"] for use in found["waivers"]] == [state]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"clause": "99"}, "unknown_clause"),
        ({"resource": {"kind": "usb_medium", "id": "USB-9"}}, "unknown_resource"),
        ({"resource": {"kind": "server", "id": "USB-1"}}, "unknown_resource"),
        ({"clause": "4"}, "in_force"),
        ({"resource": {"kind": "usb_medium", "id": "USB-2"}}, "in_force"),
        ({"clause": "6"}, "in_force"),
    ],
)
def test_it_hides_nothing_else(change: dict[str, Any], state: str, report: Report) -> None:
    found = report(WAIVER | change, code=3)
    assert (found["summary"]["waived"], found["summary"]["fail"]) == (0, 1)
    assert [(use["state"], use["hides"]) for use in found["waivers"]] == [(state, 0)]


@pytest.mark.parametrize(
    "change",
    [
        {"expires_on": "2026-02-30"},
        {"expires_on": "2026-10-01"},
        {"expires_on": None},
        {"reason": ""},
        {"approver": "x"},
        {"resource": "USB-1"},
        *({name: "DELETE"} for name in WAIVER),
    ],
)
def test_a_malformed_waiver_hides_nothing_and_is_told(change: dict[str, Any], report: Report) -> None:
    waiver = {name: value for name, value in (WAIVER | change).items() if value != "DELETE"}
    good = WAIVER | {"resource": {"kind": "usb_medium", "id": "USB-2"}}
    found = report(waiver, good, code=3)
    assert found["complete"] is False
    assert found["problems"]
    assert all(problem["file"].endswith("waivers.yml") and problem["line"] for problem in found["problems"])
    assert [use["resource"]["id"] for use in found["waivers"]] == ["USB-2"]


def test_a_fail_under_several_clauses_needs_them_all_waived(
    run: Run, tmp_path: Path, valid_report: Callable[[str], Any]
) -> None:
    both = [{"control": "assets/usb_registered"}]
    clause = {"title": {"ja": "a", "en": "a"}, "controls": both}
    standard = {"id": "own", "title": clause["title"], "body": "x", "source": "x"}
    standard["clauses"] = [{"id": "A", **clause}, {"id": "B", **clause}]
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(standard), encoding="utf-8")
    (tmp_path / "city.yml").write_text(INVENTORY, encoding="utf-8")
    for clauses, code in ((["A"], 3), (["B"], 3), (["A", "B"], 0)):
        write(tmp_path / "waivers.yml", *(WAIVER | {"clause": name} for name in clauses), standard="own")
        options = ("--standard", tmp_path / "own.yaml", "--as-of", "2026-11-20", "--format", "json")
        result = run(
            "scan", "--standard", CHAPTERS, tmp_path / "city.yml", *options, "--waivers", tmp_path / "waivers.yml"
        )
        assert result.exit_code == code
        assert valid_report(result.stdout)["summary"]["waived"] == (code == 0)


def test_text_lists_every_waiver(run: Run, tmp_path: Path) -> None:
    (tmp_path / "city.yml").write_text(INVENTORY, encoding="utf-8")
    write(
        tmp_path / "waivers.yml",
        WAIVER,
        WAIVER | {"expires_on": "2026-11-02", "clause": "4"},
        WAIVER | {"clause": "99"},
    )
    options = ("--as-of", "2026-11-20", "--waivers", tmp_path / "waivers.yml", "--lang", "en")
    shown = "".join(run("scan", "--standard", CHAPTERS, tmp_path / "city.yml", *options).stdout.split())
    for words in (
        "in force",
        "expired",
        "no such clause",
        "管理簿の更新中",
        "受渡簿で管理する",
        "例 waived 1",
    ):
        assert words.replace(" ", "") in shown


def test_a_waived_fail_that_passes_is_corrected(run: Run, tmp_path: Path, valid_report: Callable[[str], Any]) -> None:
    city, first = tmp_path / "city.yml", tmp_path / "first.json"
    city.write_text(INVENTORY, encoding="utf-8")
    write(tmp_path / "waivers.yml", WAIVER)
    options = ("--as-of", "2026-11-20", "--format", "json")
    run("scan", "--standard", CHAPTERS, city, *options, "--waivers", tmp_path / "waivers.yml", "--output", first)
    city.write_text(INVENTORY.replace("false", "true"), encoding="utf-8")
    second = valid_report(run("scan", "--standard", CHAPTERS, city, *options, "--baseline", first).stdout)
    assert second["summary"]["corrected"] == 1


@pytest.mark.parametrize(
    ("content", "key"),
    [(None, "unreadable_waivers"), ("other", "waivers_of_other_standard")],
)
def test_a_file_that_cannot_be_meant(content: str | None, key: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "city.yml").write_text(INVENTORY, encoding="utf-8")
    path = tmp_path / "waivers.yml"
    if content:
        write(path, WAIVER, standard="osaka")
    for language in LANGUAGES:
        result = run("scan", "--standard", CHAPTERS, tmp_path / "city.yml", "--waivers", path, "--lang", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert path.name in result.stderr
        assert texts(language)(f"hint.{key}") in result.stderr


@pytest.mark.parametrize("content", ["", "waivers: [", "- a", "standard: chapters\nwaivers: {}\n", "waivers: []\n"])
def test_a_broken_file_is_a_problem_and_hides_nothing(
    content: str, run: Run, tmp_path: Path, valid_report: Callable[[str], Any]
) -> None:
    (tmp_path / "city.yml").write_text(INVENTORY, encoding="utf-8")
    path = tmp_path / "waivers.yml"
    path.write_text(content, encoding="utf-8")
    options = ("--as-of", "2026-11-20", "--format", "json", "--waivers", path)
    result = run("scan", "--standard", CHAPTERS, tmp_path / "city.yml", *options)
    found = valid_report(result.stdout)
    assert (result.exit_code, found["complete"], found["summary"]["fail"]) == (3, False, 1)
    assert [problem["file"] for problem in found["problems"]] == [path.as_posix()]
