"""What has become of an earlier report's findings: new, persisting, corrected, gone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from conftest import CHAPTERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.texts import LANGUAGES, texts

Run = Callable[..., Result]
Media = dict[str, dict[str, Any]]

GOOD = {"registered": True, "virus_checked_on": "2026-11-01", "classification": "1", "locked_storage": True}


@pytest.fixture
def report(run: Run, tmp_path: Path, valid_report: Callable[[str], Any]) -> Callable[..., Any]:
    """The report on these media by id, and the path that it lies at: `report("second", media, baseline)`."""

    def scan(name: str, media: Media, *options: object) -> tuple[Path, Any]:
        entries = [GOOD | {"id": identity} | fields for identity, fields in media.items()]
        inventory = tmp_path / f"{name}.inventory.json"
        inventory.write_text(json.dumps({"department": "健康局", "usb_media": entries}), encoding="utf-8")
        result = run("scan", inventory, "--standard", CHAPTERS, "--as-of", "2026-11-20", "--format", "json", *options)
        path = tmp_path / f"{name}.json"
        path.write_text(result.stdout, encoding="utf-8")
        return path, valid_report(result.stdout)

    return scan


def states(report: Any) -> dict[str, tuple[str, str | None]]:
    return {
        result["resource"]["id"]: (result["status"], result["before"])
        for result in report["results"]
        if result["control"] == "assets/usb_registered"
    }


def test_new_persisting_corrected_and_gone(report: Callable[..., Any]) -> None:
    bad = {"registered": False}
    first, _ = report("first", {"stays": bad, "mended": bad, "thrown-away": bad, "good": {}})
    _, second = report("second", {"stays": bad, "mended": {}, "good": bad, "fresh": bad}, "--baseline", first)
    assert states(second) == {
        "stays": ("fail", "fail"),
        "mended": ("corrected", "fail"),
        "good": ("fail", None),
        "fresh": ("fail", None),
    }
    assert second["baseline"]["as_of"] == "2026-11-20"
    assert second["baseline"]["gone"] == [
        {
            "reason": "resource",
            "control": "assets/usb_registered",
            "clauses": ["2"],
            "resource": {"kind": "usb_medium", "id": "thrown-away", "department": "健康局"},
        }
    ]
    assert second["summary"]["corrected"] == 1


def test_a_fail_that_cannot_be_judged_any_more_is_not_corrected(report: Callable[..., Any]) -> None:
    first, _ = report("first", {"a": {"virus_checked_on": None}})
    _, second = report("second", {"a": {"virus_checked_on": "2027-01-01"}}, "--baseline", first)
    assert [(r["status"], r["before"]) for r in second["results"] if r["before"] == "fail"] == [("unknown", "fail")]
    assert second["summary"]["corrected"] == 0


def test_corrected_then_passed_is_a_pass(report: Callable[..., Any]) -> None:
    first, _ = report("first", {"a": {"registered": False}})
    second, corrected = report("second", {"a": {}}, "--baseline", first)
    _, third = report("third", {"a": {}}, "--baseline", second, "--all")
    assert states(corrected) == {"a": ("corrected", "fail")}
    assert states(third) == {"a": ("pass", "corrected")}


@given(
    before=st.dictionaries(st.sampled_from("abcdef"), st.booleans(), min_size=1),
    after=st.dictionaries(st.sampled_from("abcdef"), st.booleans(), min_size=1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_every_earlier_fail_is_accounted_for(
    before: dict[str, bool], after: dict[str, bool], report: Callable[..., Any]
) -> None:
    first, _ = report("first", {name: {"registered": good} for name, good in before.items()})
    _, second = report("second", {name: {"registered": good} for name, good in after.items()}, "--baseline", first)
    failed = {name for name, good in before.items() if not good}
    found = states(second)
    gone = {entry["resource"]["id"] for entry in second["baseline"]["gone"]}
    corrected = {name for name, (status, _) in found.items() if status == "corrected"}
    persisting = {name for name, state in found.items() if state == ("fail", "fail")}
    new = {name for name, state in found.items() if state == ("fail", None)}
    assert (gone, corrected) == (failed - after.keys(), {name for name in failed & after.keys() if after[name]})
    assert persisting | new == {name for name, good in after.items() if not good}
    assert sorted([*gone, *corrected, *persisting]) == sorted(failed)
    assert sum(second["summary"].values()) == 4 * len(after)


def test_text_tells_what_changed(report: Callable[..., Any], run: Run) -> None:
    bad = {"registered": False}
    first, _ = report("first", {"stays": bad, "mended": bad, "gone": bad})
    report("second", {"stays": bad, "mended": {}, "fresh": bad})
    inventory = first.with_name("second.inventory.json")
    shown = run(
        "scan", inventory, "--standard", CHAPTERS, "--as-of", "2026-11-20", "--baseline", first, "--lang", "en"
    ).stdout
    for words in (
        "new 1",
        "persisting 1",
        "corrected 1",
        "not judged any more 1",
        "健康局 usb_medium/gone",
        "△ corrected 1",
    ):
        assert words in shown


def changed(path: Path, change: Callable[[Any], object]) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "spoil"),
    [
        ("unreadable_baseline", lambda path: path.unlink()),
        ("broken_baseline", lambda path: path.write_text("{")),
        ("broken_baseline", lambda path: path.write_text("[]")),
        ("broken_baseline", lambda path: path.write_bytes(b"\xff")),
        ("broken_baseline", lambda path: changed(path, lambda report: report.pop("results"))),
        ("other_standard", lambda path: changed(path, lambda report: report["standard"].update(id="osaka"))),
        ("later_baseline", lambda path: changed(path, lambda report: report.update(as_of="2026-11-21"))),
    ],
)
def test_what_is_no_baseline(key: str, spoil: Callable[[Path], object], report: Callable[..., Any], run: Run) -> None:
    first, _ = report("first", {"a": {}})
    spoil(first)
    inventory = first.with_name("first.inventory.json")
    for language in LANGUAGES:
        result = run(
            "scan", inventory, "--standard", CHAPTERS, "--as-of", "2026-11-20", "--baseline", first, "--lang", language
        )
        assert (result.exit_code, result.stdout) == (2, "")
        assert first.name in result.stderr
        assert texts(language)(f"hint.{key}") in result.stderr


def test_an_incomplete_baseline_is_told(report: Callable[..., Any], run: Run) -> None:
    first, _ = report("first", {"a": {"unknown_field": 1}, "b": {}})
    inventory = first.with_name("first.inventory.json")
    result = run(
        "scan", inventory, "--standard", CHAPTERS, "--as-of", "2026-11-20", "--baseline", first, "--lang", "en"
    )
    assert "That report was incomplete." in result.stdout
