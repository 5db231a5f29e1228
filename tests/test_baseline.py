"""What has become of an earlier report's findings: new, persisting, corrected, gone."""

import json
from collections import Counter
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


def test_passes_of_a_baseline_are_the_same_as_none(report: Callable[..., Any]) -> None:
    """A baseline that was made with --all says no more than one that was not."""
    before = {"a": {"registered": False}, "b": {}, "c": {}, "d": {}, "e": {"virus_checked_on": "2027-01-01"}}
    after = {"a": {}, "b": {"registered": False}, "c": {}, "e": {}}
    short, _ = report("short", before)
    whole, _ = report("whole", before, "--all")
    _, first = report("second", after, "--baseline", short, "--all")
    _, second = report("second", after, "--baseline", whole, "--all")
    assert states(second) == {"a": ("corrected", "fail"), "b": ("fail", None), "c": ("pass", None), "e": ("pass", None)}
    assert [second["baseline"].pop(name) != first["baseline"].pop(name) for name in ("file", "sha256")] == [True, True]
    assert second == first


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


STANDARD = """\
id: own
title: {ja: 試し, en: trial}
body: 青葉野市
source: 例規集
clauses:
  - id: "1"
    title: {ja: 点検, en: Review}
    controls: [{control: technical/user_id_reviewed, parameters: {period: PERIOD}}]
  - {id: "2", title: {ja: 認証, en: Login}, controls: [{control: technical/system_authentication}]}
"""
USERS = {
    "pass": {"status": "active", "last_reviewed_on": "2026-11-01"},
    "fail": {"status": "active", "last_reviewed_on": "2026-01-01"},
    "waived": {"status": "active", "last_reviewed_on": "2026-01-01"},
    "unknown": {"status": "active"},
    "not_applicable": {"status": "disabled"},
}
Users = Callable[..., Any]


@pytest.fixture
def users(run: Run, tmp_path: Path, valid_report: Callable[[str], Any]) -> Users:
    """The report on user IDs that are to have these statuses; it lies at `name`.json."""

    def users(name: str, statuses: dict[str, str], *options: object, period: str = "P6M") -> Any:
        (tmp_path / "own.yaml").write_text(STANDARD.replace("PERIOD", period), encoding="utf-8")
        entries = [{"id": identity, "account": identity} | USERS[status] for identity, status in statuses.items()]
        content = {"department": "健康局", "user_ids": entries}
        (tmp_path / "city.json").write_text(json.dumps(content), encoding="utf-8")
        facts = dict.fromkeys(("reason", "approved_by", "compensating_measure"), "x")
        facts |= {"approved_on": "2026-11-01", "expires_on": "2026-11-30", "clause": "1"}
        waivers = [
            facts | {"resource": {"kind": "user_id", "id": identity}}
            for identity, status in statuses.items()
            if status == "waived"
        ]
        content = {"standard": "own", "waivers": waivers}
        (tmp_path / "waivers.yaml").write_text(json.dumps(content), encoding="utf-8")
        files = ("--standard", tmp_path / "own.yaml", "--waivers", tmp_path / "waivers.yaml")
        result = run("scan", tmp_path / "city.json", *files, "--as-of", "2026-11-20", *options)
        assert result.exit_code in (0, 3, 4), result.stderr
        if "--format" not in options:
            return result.stdout
        (tmp_path / f"{name}.json").write_text(result.stdout, encoding="utf-8")
        return valid_report(result.stdout)

    return users


@given(
    before=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(list(USERS)), min_size=1),
    after=st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(list(USERS)), min_size=1),
    whole=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_becomes_of_an_earlier_fail_is_told(
    before: dict[str, str], after: dict[str, str], whole: bool, users: Users, tmp_path: Path
) -> None:
    """Persisting, corrected, now unknown, not applicable or waived, or gone; in the document and in the text."""
    first = users("first", before, "--format", "json", *(["--all"] if whole else []))
    assert {name: count for name, count in first["summary"].items() if count} == Counter(before.values())
    options = ("--baseline", tmp_path / "first.json", "--all")
    second = users("second", after, *options, "--format", "json")
    broken = {name for name, status in before.items() if status in ("fail", "waived")}
    expected = {
        name: ("corrected" if status == "pass" and name in broken else status, before.get(name))
        for name, status in after.items()
    }
    expected = {name: (now, None if was == "pass" else was) for name, (now, was) in expected.items()}
    assert {found["resource"]["id"]: (found["status"], found["before"]) for found in second["results"]} == expected
    gone = {found["resource"]["id"]: found["reason"] for found in second["baseline"]["gone"]}
    assert gone == dict.fromkeys(broken - after.keys(), "resource")
    became = Counter(expected[name][0] for name in broken & after.keys())
    assert became["pass"] == 0
    assert became.total() + len(gone) == len(broken)

    told = texts("ja")
    page = users("second", after, *options).splitlines()
    start = page.index(f"== {told('report.comparison', as_of='2026-11-20')} ==") + 1
    rows = [line for line in page[start : page.index("", start)] if line.startswith("  ") and line[2] != " "]
    counts = {
        "new": sum(now == "fail" and name not in broken for name, (now, _) in expected.items()),
        "persisting": became["fail"],
        "corrected": became["corrected"],
        "now_unknown": became["unknown"],
        "now_not_applicable": became["not_applicable"],
        "now_waived": became["waived"],
        "gone": len(gone),
    }
    assert rows == [
        f"  {told(f'report.{name}')} {count}" for name, count in counts.items() if count or not name.startswith("now_")
    ]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [("P6M", "P6M", "corrected"), ("P6M", "P2Y", "pass"), ("P6M", "P7M", "pass"), ("P6M", "P3M", "pass")],
)
def test_what_passes_under_other_parameters_is_not_corrected(
    first: str, second: str, status: str, users: Users, tmp_path: Path
) -> None:
    """Whether it would pass under the earlier ones is not known, even where they are stricter now."""
    users("first", {"a": "fail", "b": "waived", "c": "pass"}, "--format", "json", period=first)
    options = ("--baseline", tmp_path / "first.json", "--all")
    report = users("second", dict.fromkeys("abc", "pass"), *options, "--format", "json", period=second)
    assert [(found["resource"]["id"], found["status"], found["before"]) for found in report["results"]] == [
        ("a", status, "fail"),
        ("b", status, "waived"),
        ("c", "pass", None),
    ]
    gone = [(entry["reason"], entry["resource"]["id"]) for entry in report["baseline"]["gone"]]
    assert gone == ([] if status == "corrected" else [("parameters", "a"), ("parameters", "b")])
    shown = users("second", {"a": "pass"}, *options[:2], "--lang", "en", period=second)
    words = "健康局 user_id/a: the standard sets other values now (technical/user_id_reviewed)"
    assert (words in " ".join(shown.split())) == (status != "corrected")


def test_what_passes_only_because_the_parameters_were_loosened_is_not_corrected(users: Users, tmp_path: Path) -> None:
    users("first", {"a": "fail"}, "--format", "json")
    loosened = users("second", {"a": "fail"}, "--baseline", tmp_path / "first.json", "--format", "json", period="P2Y")
    assert (loosened["results"], loosened["summary"]["corrected"]) == ([], 0)
    assert [(entry["reason"], entry["resource"]["id"]) for entry in loosened["baseline"]["gone"]] == [
        ("parameters", "a")
    ]
    still = users("second", {"a": "fail"}, "--baseline", tmp_path / "first.json", "--format", "json", period="P1M")
    assert [(found["status"], found["before"]) for found in still["results"]] == [("fail", "fail")]
    assert still["baseline"]["gone"] == []


def test_a_control_that_is_asked_for_no_more_is_gone(users: Users, tmp_path: Path) -> None:
    users("first", {"a": "fail"}, "--format", "json")
    content = (tmp_path / "own.yaml").read_text(encoding="utf-8")
    (tmp_path / "fewer.yaml").write_text(
        content.replace("technical/user_id_reviewed, parameters: {period: P6M}", "technical/user_id_unique"),
        encoding="utf-8",
    )
    options = ("--standard", tmp_path / "fewer.yaml", "--baseline", tmp_path / "first.json")
    report = users("second", {"a": "pass"}, *options, "--format", "json")
    assert [(entry["reason"], entry["resource"]["id"]) for entry in report["baseline"]["gone"]] == [("control", "a")]


NEWER = ("attested", "matrix", "by_measure", "measures")


@pytest.mark.parametrize("lacking", [*((name,) for name in NEWER), NEWER], ids=" ".join)
def test_an_older_report_can_be_a_baseline(lacking: tuple[str, ...], users: Users, tmp_path: Path) -> None:
    users("first", {"a": "fail", "b": "fail", "c": "fail"}, "--format", "json")
    changed(tmp_path / "first.json", lambda report: [report.pop(name) for name in lacking])
    report = users("second", {"a": "pass", "b": "fail"}, "--baseline", tmp_path / "first.json", "--format", "json")
    found = {result["resource"]["id"]: (result["status"], result["before"]) for result in report["results"]}
    assert found == {"a": ("corrected", "fail"), "b": ("fail", "fail")}
    assert [entry["resource"]["id"] for entry in report["baseline"]["gone"]] == ["c"]


def test_a_newer_report_can_be_a_baseline(users: Users, tmp_path: Path) -> None:
    users("first", {"a": "fail"}, "--format", "json")
    changed(tmp_path / "first.json", lambda report: report.update(later={"x": 1}))
    report = users("second", {"a": "pass"}, "--baseline", tmp_path / "first.json", "--format", "json")
    assert report["summary"]["corrected"] == 1


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
        *(
            ("broken_baseline", lambda path, name=name: changed(path, lambda report: report.pop(name)))
            for name in ("schema", "complete", "as_of", "standard", "controls", "results")
        ),
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
