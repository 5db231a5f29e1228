"""Measures: what was done about findings, held against what the scan found. They change no judgement, and no fail is
left out of their page."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from click.testing import Result
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.texts import LANGUAGES, texts

Entry: TypeAlias = dict[str, Any]
Report: TypeAlias = dict[str, Any]
Scan: TypeAlias = Callable[..., Report]

AS_OF, YESTERDAY, TOMORROW = "2026-11-20", "2026-11-19", "2026-11-21"
STANDARD = """\
id: own
title: {ja: 自前の基準, en: Own}
body: 青葉野市
source: 例規集
attestations: {contradictions: "9"}
clauses:
  - {id: "1", title: {ja: 体制, en: Organisation}, attested: true}
  - {id: "2", title: {ja: 媒体, en: Media}, attested: true, controls: [{control: assets/usb_registered}]}
  - {id: "4", title: {ja: 施錠, en: Locks}, controls: [{control: physical/usb_locked}, {control: assets/usb_registered}]}
  - {id: "5", title: {ja: 点検, en: Review}, controls: [{control: technical/user_id_reviewed}]}
  - {id: "6", title: {ja: 認証, en: Login}, controls: [{control: technical/system_authentication}]}
  - {id: "9", title: {ja: 回答, en: Answers}, controls: [{control: evaluation/self_inspection_held}]}
"""
PROBLEM = re.compile(r"\{[a-z_]+\}")


def medium(id: str = "USB-1", department: str = "健康局", registered: bool | None = True, **more: Any) -> Entry:
    fields = {} if registered is None else {"registered": registered}
    return {"kind": "usb_medium", "id": id, "department": department, "locked_storage": True, **fields, **more}


def user_id(id: str, department: str = "健康局", **more: Any) -> Entry:
    fields = {"account": id, "status": "active", "last_reviewed_on": "2026-11-01"}
    return {"kind": "user_id", "id": id, "department": department, **fields, **more}


def sheet(department: str, **answers: str) -> Entry:
    given = {number.removeprefix("c"): {"answer": mark, "seen": "見た"} for number, mark in answers.items()}
    fields = {"id": department, "standard": "own", "by": "課長", "answered_on": "2026-11-01", "answers": given}
    return {"kind": "attestation", "department": department, **fields}


def measure(*about: dict[str, str], finding: str = "指摘1", **more: Any) -> Entry:
    done = {"status": "done", "on": "2026-10-01", "text": "登録した"}
    return {"finding": finding, "owner": "健康局", "about": list(about)} | done | more


def without(name: str, entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if key != name}


def write(path: Path, *measures: Entry, standard: str = "own") -> Path:
    content = {"standard": standard, "measures": json.loads(json.dumps(measures))}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the standard, the city and the measures lie, by their names."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(STANDARD, encoding="utf-8")
    return tmp_path


@pytest.fixture
def started(run: Run, folder: Path) -> Callable[..., Result]:
    """The scan of these entries with these measures, if any."""

    def started(entries: Iterable[Entry], measures: Iterable[Entry] | None, *options: object) -> Result:
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
        (folder / "city.ndjson").write_text(text, encoding="utf-8")
        arguments = ["city.ndjson", "--standard", "own.yaml", "--as-of", AS_OF, *options]
        if measures is not None:
            arguments += ["--measures", write(folder / "measures.yaml", *measures).name]
        return run("scan", *arguments)

    return started


@pytest.fixture
def scan(started: Callable[..., Result], valid_report: Callable[[str], Report]) -> Scan:
    """The report on these entries, with these measures if there are any."""

    def scan(entries: Iterable[Entry], measures: Iterable[Entry] | None, *options: object) -> Report:
        result = started(entries, measures, "--format", "json", *options)
        report = valid_report(result.stdout)
        expected = 3 if report["summary"]["fail"] else 4 if report["problems"] or report["summary"]["unknown"] else 0
        assert result.exit_code == expected, result.stderr
        return report

    return scan


def states(report: Report) -> dict[str, str]:
    return {found["finding"]: found["state"] for found in report["measures"]}


PASSES, FAILS, UNKNOWN = medium("USB-1"), medium("USB-2", registered=False), medium("USB-3", registered=None)
REGISTERED = {"control": "assets/usb_registered"}


@pytest.mark.parametrize(
    ("entries", "done", "late", "planned", "overdue", "none"),
    [
        ([PASSES], "confirmed", "settled", "settled", "settled", "settled"),
        ([FAILS], "refuted", "open", "open", "overdue", "open"),
        ([UNKNOWN], "unverified", "unverified", "unverified", "unverified", "unverified"),
        ([PASSES, FAILS], "refuted", "open", "open", "overdue", "open"),
        ([PASSES, UNKNOWN], "unverified", "unverified", "unverified", "unverified", "unverified"),
        ([FAILS, UNKNOWN], "refuted", "open", "open", "overdue", "open"),
        ([PASSES, FAILS, UNKNOWN], "refuted", "open", "open", "overdue", "open"),
        ([user_id("U-1")], "unverified", "unverified", "unverified", "unverified", "unverified"),
    ],
)
def test_states(entries: list[Entry], done: str, late: str, planned: str, overdue: str, none: str, scan: Scan) -> None:
    measures = [
        measure(REGISTERED, finding="done"),
        measure(REGISTERED, finding="done today", on=AS_OF),
        measure(REGISTERED, finding="done tomorrow", on=TOMORROW),
        measure(REGISTERED, finding="planned", status="planned", on=TOMORROW),
        without("on", measure(REGISTERED, finding="planned for some day", status="planned")),
        measure(REGISTERED, finding="planned for today", status="planned", on=AS_OF),
        measure(REGISTERED, finding="planned for yesterday", status="planned", on=YESTERDAY),
        without("on", without("text", measure(REGISTERED, finding="none", status="none"))),
    ]  # fmt: skip
    report = scan(entries, measures)
    assert states(report) == {
        "done": done,
        "done today": done,
        "done tomorrow": late,
        "planned": planned,
        "planned for some day": planned,
        "planned for today": overdue,
        "planned for yesterday": overdue,
        "none": none,
    }
    bad = sum(entry.get("registered") is False for entry in entries)
    good = sum(entry.get("registered") is True for entry in entries)
    for found in report["measures"]:
        assert (found["fails"], found["passes"]) == (bad, good)
        assert found["controls"] == (["assets/usb_registered"] if bad else [])
    assert report["measures"][-1] | {"state": ""} == {
        "finding": "none",
        "owner": "健康局",
        "status": "none",
        "on": None,
        "text": "",
        "state": "",
        "fails": bad,
        "passes": good,
        "controls": ["assets/usb_registered"] if bad else [],
        "location": {"file": "measures.yaml", "line": report["measures"][-1]["location"]["line"]},
    }
    lines = (Path.cwd() / "measures.yaml").read_text(encoding="utf-8").splitlines()
    assert all(found["finding"] in lines[found["location"]["line"] - 1] for found in report["measures"])


def test_what_does_not_apply_confirms_nothing(scan: Scan) -> None:
    about = {"control": "technical/user_id_reviewed"}
    disabled = user_id("U-1", status="disabled")
    assert states(scan([disabled], [measure(about)])) == {"指摘1": "unverified"}
    assert states(scan([disabled, user_id("U-2")], [measure(about)])) == {"指摘1": "confirmed"}


def test_what_is_corrected_bears_the_measure_out(scan: Scan, folder: Path) -> None:
    report = scan([FAILS], [measure(REGISTERED)])
    (folder / "first.json").write_text(json.dumps(report), encoding="utf-8")
    second = scan([FAILS | {"registered": True}], [measure(REGISTERED)], "--baseline", "first.json")
    assert states(second) == {"指摘1": "confirmed"}
    assert (second["summary"]["corrected"], second["measures"][0]["passes"]) == (1, 0)


def test_what_is_waived_is_neither_done_nor_open(scan: Scan, folder: Path) -> None:
    facts = {"reason": "x", "approved_by": "x", "approved_on": "2026-11-01", "expires_on": "2026-11-30"}
    facts |= {"compensating_measure": "x"}
    given = [facts | {"clause": number, "resource": {"kind": "usb_medium", "id": "USB-2"}} for number in "24"]
    (folder / "waivers.yaml").write_text(json.dumps({"standard": "own", "waivers": given}), encoding="utf-8")
    measures = [measure(REGISTERED), measure(REGISTERED, finding="F2", status="planned", on=YESTERDAY)]
    assert states(scan([FAILS], measures)) == {"指摘1": "refuted", "F2": "overdue"}
    options = ("--waivers", "waivers.yaml")
    report = scan([FAILS], measures, *options)
    assert states(report) == {"指摘1": "waived", "F2": "waived"}
    assert states(scan([FAILS, PASSES], measures, *options)) == {"指摘1": "waived", "F2": "waived"}
    assert states(scan([FAILS, UNKNOWN], measures, *options)) == {"指摘1": "unverified", "F2": "unverified"}
    other = medium("USB-9", registered=False)
    assert states(scan([FAILS, other], measures, *options)) == {"指摘1": "refuted", "F2": "overdue"}
    assert [(found["fails"], found["passes"]) for found in report["measures"]] == [(0, 0), (0, 0)]


def test_a_report_with_measures_can_be_a_baseline(scan: Scan, folder: Path) -> None:
    first = scan([FAILS, PASSES], [measure(REGISTERED)])
    (folder / "first.json").write_text(json.dumps(first), encoding="utf-8")
    second = scan([PASSES | {"registered": False}], [measure(REGISTERED)], "--baseline", "first.json")
    assert [(found["before"], found["resource"]["id"]) for found in second["results"] if found["status"] == "fail"] == [
        (None, "USB-1")
    ]
    assert [gone["resource"]["id"] for gone in second["baseline"]["gone"]] == ["USB-2"]


def test_an_answer_is_a_finding_too(scan: Scan) -> None:
    entries = [FAILS, sheet("健康局", c1="×", c2="○")]
    measures = [
        measure({"clause": "1"}, finding="not kept"),
        measure({"clause": "9"}, finding="contradicted"),
        measure({"kind": "department"}, finding="answers"),
        measure({"kind": "department", "clause": "2"}, finding="clause 2"),
        measure({"clause": "2"}, finding="clause 2 and its control"),
    ]
    report = scan(entries, measures)
    fails = {found["finding"]: (found["state"], found["fails"], found["controls"]) for found in report["measures"]}
    assert fails == {
        "not kept": ("refuted", 1, []),
        "contradicted": ("refuted", 1, []),
        "answers": ("refuted", 2, []),
        "clause 2": ("refuted", 1, []),
        "clause 2 and its control": ("refuted", 2, ["assets/usb_registered"]),
    }
    right = [PASSES, sheet("健康局", c1="○", c2="○")]
    lacking = ("contradicted", "answers")  # clause 9 asks for the record of the department
    assert states(scan(right, measures)) == {n: "unverified" if n in lacking else "confirmed" for n in fails}
    record = {"kind": "department", "id": "健康局", "department": "健康局", "self_inspected_on": "2026-11-01"}
    assert states(scan([*right, record], measures)) == dict.fromkeys(fails, "confirmed")


@pytest.mark.parametrize("about", [{"id": "USB-2"}, {"department": "総務課"}, {"clause": "4", "id": "USB-9"}])
def test_a_measure_of_which_a_part_reaches_nothing_is_not_verified(about: dict[str, str], scan: Scan) -> None:
    measures = [
        measure({"id": "USB-1"}, about),
        measure({"id": "USB-1"}, finding="F2"),
        measure(about, finding="F3"),
        measure({"id": "USB-1"}, about, finding="F4", status="planned", on=YESTERDAY),
    ]
    report = scan([PASSES], measures)
    assert states(report) == {"指摘1": "unverified", "F2": "confirmed", "F3": "unverified", "F4": "unverified"}
    assert [found["passes"] for found in report["measures"]] == [2, 2, 0, 2]
    bad = PASSES | {"registered": False}
    assert states(scan([bad], measures)) == {"指摘1": "refuted", "F2": "refuted", "F3": "unverified", "F4": "overdue"}


@pytest.mark.parametrize(
    "about",
    [
        {"clause": "2"},
        {"clause": "4"},
        {"control": "assets/usb_registered"},
        {"kind": "usb_medium"},
        {"department": "健康局"},
        {"system": "juki"},
        {"system": "juki", "kind": "usb_medium", "clause": "4"},
    ],
)
def test_what_vanished_since_the_baseline_is_not_verified(
    about: dict[str, str], scan: Scan, run: Run, folder: Path
) -> None:
    """A finding is not put right by throwing away what it was found on."""
    answers = sheet("健康局", c1="○", c2="○")
    record = {"kind": "department", "id": "健康局", "department": "健康局", "self_inspected_on": "2026-11-01"}
    stays = [
        medium("USB-1", system="juki"),
        medium("USB-5", "総務課"),
        sheet("総務課", c1="○", c2="○"),
        answers,
        record,
    ]
    first = scan([FAILS | {"system": "juki"}, *stays], None)
    (folder / "first.json").write_text(json.dumps(first), encoding="utf-8")
    measures = [measure(about), measure({"id": "USB-5"}, finding="F2")]
    assert states(scan(stays, measures)) == {"指摘1": "confirmed", "F2": "confirmed"}
    second = scan(stays, measures, "--baseline", "first.json")
    assert {gone["resource"]["id"] for gone in second["baseline"]["gone"]} == {"USB-2"}
    assert states(second) == {"指摘1": "unverified", "F2": "confirmed"}


def test_many_measures_each_have_their_own_state(scan: Scan) -> None:
    entries = [medium(f"USB-{number}", registered=(True, False, None)[number % 3]) for number in range(300)]
    measures = [measure({"id": f"USB-{number}"} | REGISTERED, finding=f"F{number}") for number in range(300)]
    found = states(scan(entries, measures))
    expected = ("confirmed", "refuted", "unverified")
    assert found == {f"F{number}": expected[number % 3] for number in range(300)}


# Which results belong to a finding.

CITY = [
    medium("USB-1", "健康局", registered=False, system="juki"),
    medium("USB-2", "健康局", system="juki", locked_storage=False),
    medium("USB-3", "総務課", registered=None),
    {"kind": "system", "id": "juki", "department": "総務課", "authentication": "none"},
    {"kind": "system", "id": "USB-1", "department": "総務課", "authentication": "id_password"},
    user_id("U-1", "総務課", last_reviewed_on=None, system="juki"),
    user_id("U-2", "健康局", status="disabled"),
    sheet("健康局", c1="×", c2="○"),
    sheet("総務課", c1="○", c2="△"),
]
VALUES = {
    "clause": ["1", "2", "4", "5", "6", "9"],
    "control": ["assets/usb_registered", "physical/usb_locked", "technical/user_id_reviewed"],
    "kind": ["usb_medium", "user_id", "system", "department", "server"],
    "id": ["USB-1", "USB-2", "U-1", "juki", "健康局", "nowhere"],
    "department": ["健康局", "総務課", "監査事務局"],
    "system": ["juki", "USB-1", "nowhere"],
}


def belongs(result: Report, about: Iterable[dict[str, str]]) -> bool:
    """Whether a result of a JSON report has all the values of one entry."""
    values = result["resource"] | {"control": result["control"]}
    return any(
        all(value in result["clauses"] if name == "clause" else values[name] == value for name, value in entry.items())
        for entry in about
    )


@pytest.mark.parametrize("about", [{name: value} for name, values in VALUES.items() for value in values], ids=str)
def test_each_field_selects(about: dict[str, str], scan: Scan) -> None:
    report = scan(CITY, [measure(about)], "--all")
    counts = Counter(result["status"] for result in report["results"] if belongs(result, [about]))
    (found,) = report["measures"]
    assert (found["fails"], found["passes"]) == (counts["fail"], counts["pass"])


SELECTORS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in VALUES.items()}
).filter(bool)
ABOUT = st.lists(SELECTORS, min_size=1, max_size=3)


@given(
    findings=st.lists(
        st.tuples(ABOUT, st.sampled_from(["done", "planned", "none"]), st.sampled_from([None, YESTERDAY, AS_OF, TOMORROW])),
        max_size=4,
    ),
    taken=st.sets(st.sampled_from(range(len(CITY)))),
    language=st.sampled_from(LANGUAGES),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_measures_say_what_the_results_say_and_drop_no_fail(
    findings: list[tuple[list[dict[str, str]], str, str | None]],
    taken: set[int],
    language: str,
    scan: Scan,
    started: Callable[..., Result],
) -> None:
    measures = []
    for number, (about, status, on) in enumerate(findings):
        day = {"on": on or YESTERDAY} if on or status == "done" else {}
        entry = without("on", measure(*about, finding=f"F{number}", status=status)) | day
        measures.append(without("text", entry) if status == "none" else entry)
    entries = [entry for place, entry in enumerate(CITY) if place not in taken] or CITY
    options = ("--lang", language)
    report, plain = scan(entries, measures, "--all", *options), scan(entries, None, "--all", *options)
    assert report | {"measures": None} == plain
    short = scan(entries, measures, *options)
    assert short == report | {"results": [result for result in report["results"] if result["status"] != "pass"]}

    for entry, found in zip(measures, report["measures"], strict=True):
        own = Counter(result["status"] for result in report["results"] if belongs(result, entry["about"]))
        assert (found["fails"], found["passes"]) == (own["fail"], own["pass"])
        whole = all(any(belongs(result, [part]) for result in report["results"]) for part in entry["about"])
        assert found["state"] == oracle(entry, own, whole)

    open_ = [result for result in report["results"] if result["status"] in ("fail", "unknown")]
    shown = sections(started(entries, measures, "--format", "measures", *options).stdout)
    for entry in measures:
        left = [result for result in open_ if belongs(result, entry["about"])]
        assert shown.pop(f"{entry['finding']}  健康局") == titles(left, report), entry
    rest = [result for result in open_ if not any(belongs(result, entry["about"]) for entry in measures)]
    assert shown == unnamed(rest, report, language)
    alone = sections(started(entries, None, "--format", "measures", *options).stdout)
    assert alone == unnamed(open_, report, language)


def unnamed(results: Iterable[Report], report: Report, language: str) -> dict[str, Counter[tuple[str, str, str]]]:
    """What the page must list of results that no measure speaks of."""
    found = {}
    for status in ("fail", "unknown"):
        if own := [result for result in results if result["status"] == status]:
            found[texts(language)(f"no_measure.{status}")] = titles(own, report)
    return found


def oracle(entry: Entry, found: Counter[str], whole: bool) -> str:
    """The state of a measure over results of these statuses, told as simply as can be. `whole`: all that it names was
    judged."""
    due = "on" in entry and entry["on"] <= AS_OF
    if found["fail"]:
        return "open" if not due else "refuted" if entry["status"] == "done" else "overdue"
    if not whole or found["unknown"] or not found["pass"] + found["corrected"] + found["waived"]:
        return "unverified"
    if found["waived"]:
        return "waived"
    return "confirmed" if due and entry["status"] == "done" else "settled"


def titles(results: Iterable[Report], report: Report) -> Counter[tuple[str, str, str]]:
    """How often each finding, by mark, department and title, is among the results."""
    names = {control["id"]: control["title"] for control in report["controls"]}
    asked = {question["clause"]: question["title"] for question in report["attested"]}
    return Counter(
        (
            {"fail": "×", "unknown": "？"}[result["status"]],
            result["resource"]["department"],
            names[result["control"]] if result["control"] else asked[result["clauses"][0]],
        )
        for result in results
    )


def sections(page: str) -> dict[str, Counter[tuple[str, str, str]]]:
    """The fails and unknowns that a page of measures prints under each heading."""
    found: dict[str, Counter[tuple[str, str, str]]] = {}
    for line in page.splitlines():
        if line.startswith("■ "):
            found[line.removeprefix("■ ")] = Counter()
        if told := re.fullmatch(r"    ([×？]) (\S+?) ?[「“](.+)[」”](?:：|: )([0-9]+)件?", line):
            mark, department, title, count = told.groups()
            found[list(found)[-1]][mark, department, title] += int(count)
        else:
            assert not line.startswith(("    × ", "    ？ ")), line
    return found


@pytest.mark.parametrize("entries", [[PASSES], [FAILS], [UNKNOWN], [FAILS, sheet("健康局", c1="○", c2="○")]])
@pytest.mark.parametrize("format", ["text", "json", "matrix", "viewpoints", "measures"])
def test_measures_change_no_exit_code(format: str, entries: list[Entry], started: Callable[..., Result]) -> None:
    given = [None, [], [measure(REGISTERED)], [measure({"kind": "server"}, status="planned", on=YESTERDAY)]]
    codes = {started(entries, measures, "--format", format).exit_code for measures in given}
    assert codes == {3 if FAILS in entries else 4}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_report_lists_no_passes_because_of_measures(language: str, started: Callable[..., Result]) -> None:
    entries = [PASSES, FAILS, sheet("健康局", c1="○", c2="○")]
    plain = started(entries, None, "--lang", language).stdout
    shown = started(entries, [measure(REGISTERED), measure({"id": "USB-1"}, finding="F2")], "--lang", language).stdout
    told = texts(language)
    done = told("report.measure", status=told("measure_status.done"), on="2026-10-01")
    heading = f"\n== {told('report.measures')} ==\n"
    block = shown.partition(heading)[2].partition("\n\n")[0] + "\n"
    wanted = [
        f"{finding} 健康局 {told('word.labelled', label=done, value='登録した')} → {told(f'measure_state.{state}')}"
        for finding, state in (("指摘1", "refuted"), ("F2", "confirmed"))
    ]
    assert "".join(block.split()) == "".join("".join(wanted).split())
    assert shown.replace(heading + block, "") == plain
    assert "USB-1" not in plain


def test_the_page_tells_what_was_done_and_what_the_scan_says_of_it(started: Callable[..., Result]) -> None:
    entries = [PASSES, FAILS, UNKNOWN, medium("USB-4", department="総務課", registered=False)]
    measures = [
        measure({"id": "USB-1"} | REGISTERED, finding="F1"),
        measure({"department": "健康局"} | REGISTERED, finding="F2"),
        measure({"id": "USB-3"} | REGISTERED, finding="F3", status="planned", on=TOMORROW, text="買う"),
        measure({"id": "USB-2"} | REGISTERED, finding="F4", status="planned", on=YESTERDAY, text="買う"),
        {"finding": "F5", "owner": "x", "about": [{"id": "USB-2"} | REGISTERED], "status": "none"},
        {"finding": "F6", "owner": "x", "about": [{"id": "USB-1"}], "status": "none", "text": "相談中"},
    ]
    page = started(entries, measures, "--format", "measures", "--lang", "en").stdout
    for block in (
        "■ F1  健康局\n  Done (2026-10-01): 登録した\n  Called done, and nothing fails any more.\n    ○ Passing: 1\n",
        "■ F2  健康局\n  Done (2026-10-01): 登録した\n  Called done, and yet it still fails.\n    × 健康局 “USB medium entered in the register”: 1\n    ？ 健康局 “USB medium entered in the register”: 1\n    ○ Passing: 1\n",
        "■ F3  健康局\n  Planned (2026-11-21): 買う\n  The inventory cannot show it.\n    ？ 健康局 “USB",
        "■ F4  健康局\n  Planned (2026-11-19): 買う\n  Its day has passed, and it still fails.\n    × 健康局 “USB",
        "■ F5  x\n  Nothing done\n  It still fails.\n    × 健康局 “USB",
        "■ F6  x\n  Nothing done: 相談中\n  Nothing fails any more.\n    ○ Passing: 2\n",
        "\n\n■ Fails that no measure speaks of (nothing done)\n    × 総務課 “USB medium entered in the register”: 1\n\n",
        "\n== Totals ==\n  done, and nothing fails 1\n  called done, and still failing 1\n",
        "\n\n■ Unknown, and no measure speaks of it\n    ？ 健康局 “",
    ):
        assert block in page
    assert "？ 総務課" not in page[: page.index("■ Unknown")]
    assert page.count("“USB medium entered in the register”") == 6
    alone = started(entries, None, "--format", "measures", "--lang", "en").stdout
    assert alone.count("■") == 2
    assert "Totals" not in alone


# What cannot be used.


@pytest.mark.parametrize(
    ("about", "ja", "en"),
    [
        ({"clause": "44"}, "条項「44」は対策基準にありません。「4」の誤りではありませんか。", "no clause “44”. Did you mean “4”?"),
        ({"clause": "zzz"}, "条項「zzz」は対策基準にありません。", "the standard has no clause “zzz”."),
        ({"control": "assets/usb_registred"}, "「assets/usb_registered」の誤りではありませんか", "Did you mean “assets/usb_registered”?"),
        ({"control": "assets/nas_restricted"}, "「assets/nas_restricted」は対策基準で使われていません", "uses no control “assets/nas_restricted”"),
    ],
)  # fmt: skip
def test_what_the_standard_does_not_have_is_a_problem(about: dict[str, str], ja: str, en: str, scan: Scan) -> None:
    measures = [measure(REGISTERED, finding="F1"), measure(REGISTERED, about, finding="F2"), measure(REGISTERED)]
    for language, words in (("ja", ja), ("en", en)):
        report = scan([PASSES], measures, "--lang", language)
        assert report["complete"] is False
        (problem,) = report["problems"]
        assert problem["file"] == "measures.yaml"
        lines = Path("measures.yaml").read_text(encoding="utf-8").splitlines()
        assert "F2" in lines[problem["line"] - 1]
        assert words in problem["message"]
        assert "F2" in problem["message"]
        assert list(states(report)) == ["F1", "指摘1"]


def test_every_unknown_name_is_told(scan: Scan) -> None:
    report = scan([PASSES], [measure({"clause": "44", "control": "a"}, {"clause": "45"})])
    assert (len(report["problems"]), report["measures"]) == (3, [])


def test_the_same_finding_again_is_a_problem(scan: Scan) -> None:
    measures = [measure(REGISTERED), measure(REGISTERED, status="planned"), measure(REGISTERED, finding="F2")]
    for language, words in (
        ("ja", "指摘1」はすでに measures.yaml:3 に"),
        ("en", "“指摘1” stands in measures.yaml:3 already"),
    ):
        report = scan([PASSES], measures, "--lang", language)
        ((line, message),) = [(problem["line"], problem["message"]) for problem in report["problems"]]
        assert words in message
        assert line > report["measures"][0]["location"]["line"]
        assert states(report) == {"指摘1": "confirmed", "F2": "confirmed"}


def test_a_finding_that_could_not_be_used_does_not_stand_in_the_way_of_its_correction(scan: Scan) -> None:
    report = scan([PASSES], [measure({"clause": "44"}), measure(REGISTERED)])
    assert (len(report["problems"]), states(report)) == (1, {"指摘1": "confirmed"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on": "2026-02-30"}, "正しい日付"),
        ({"on": "DELETE"}, "項目「on」がありません"),
        ({"text": "DELETE"}, "項目「text」がありません"),
        ({"text": ""}, "「text」が空です"),
        ({"status": "planned", "text": "DELETE"}, "項目「text」がありません"),
        ({"status": "finished"}, "使えるのは done、planned、none です"),
        ({"status": "DELETE"}, "項目「status」がありません"),
        ({"finding": "DELETE"}, "項目「finding」がありません"),
        ({"finding": 1}, "引用符で囲んでください"),
        ({"owner": "DELETE"}, "項目「owner」がありません"),
        ({"owner": None}, "文字列が要りますが、null"),
        ({"about": "DELETE"}, "項目「about」がありません"),
        ({"about": []}, "「about」の値 [] は使えません"),
        ({"about": [{}]}, "「about.0」の値 {} は使えません"),
        ({"about": {"clause": "2"}}, "一覧が要りますが"),
        ({"about": [{"clauses": "2"}]}, "「clauses」という項目はありません。「clause」の誤り"),
        ({"about": [{"clause": 2}]}, "引用符で囲んでください"),
        ({"about": [{1: "2"}]}, "「1」という項目はありません"),
        ({"state": "done"}, "「state」という項目はありません。「status」の誤り"),
    ],
)
def test_a_malformed_measure_is_a_problem_and_the_others_are_used(
    change: Entry, words: str, run: Run, folder: Path, valid_report: Callable[[str], Report]
) -> None:
    bad = {name: value for name, value in (measure(REGISTERED) | change).items() if value != "DELETE"}
    content = {"standard": "own", "measures": [bad, measure(dict(REGISTERED), finding="F2")]}
    (folder / "measures.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    (folder / "city.ndjson").write_text(json.dumps(FAILS) + "\n", encoding="utf-8")
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--measures", "measures.yaml", "--format", "json")
    result = run("scan", "city.ndjson", *options)
    report = valid_report(result.stdout)
    assert (result.exit_code, report["complete"]) == (3, False)
    assert words in report["problems"][0]["message"]
    for problem in report["problems"]:
        assert (problem["file"], bool(problem["line"])) == ("measures.yaml", True)
        assert "measures 1" in problem["message"]
        assert "measures.0" not in problem["message"]
        assert not PROBLEM.search(problem["message"])
    assert states(report) == {"F2": "refuted"}


@pytest.mark.parametrize("more", [{}, {"on": YESTERDAY}, {"text": "x"}])
def test_a_measure_without_status_demands_only_the_status(more: Entry, scan: Scan) -> None:
    bare = {"finding": "F2", "owner": "x", "about": [REGISTERED]}
    report = scan([PASSES], [measure(REGISTERED), bare | more])
    (problem,) = report["problems"]
    assert problem["message"].startswith("measures 2：項目「status」がありません")
    assert states(report) == {"指摘1": "confirmed"}


@pytest.mark.parametrize(("status", "fields"), [("done", ["on", "text"]), ("planned", ["text"]), ("none", [])])
def test_what_each_status_demands(status: str, fields: list[str], scan: Scan) -> None:
    report = scan([PASSES], [{"finding": "F1", "owner": "x", "about": [REGISTERED], "status": status}])
    assert [re.findall("項目「(.+)」", problem["message"]) for problem in report["problems"]] == [[f] for f in fields]


def test_an_entry_that_is_no_measure_is_a_problem(scan: Scan) -> None:
    entries: list[Any] = ["x", measure(REGISTERED), None, []]
    report = scan([PASSES], entries)
    assert (len(report["problems"]), states(report)) == (3, {"指摘1": "confirmed"})


@pytest.mark.parametrize("key", ["unreadable_measures", "measures_of_other_standard"])
def test_a_file_that_cannot_be_meant(key: str, run: Run, folder: Path) -> None:
    (folder / "city.ndjson").write_text(json.dumps(PASSES) + "\n", encoding="utf-8")
    if key == "measures_of_other_standard":
        write(folder / "measures.yaml", measure(REGISTERED), standard="guideline")
    for language in LANGUAGES:
        options = ("--standard", "own.yaml", "--measures", "measures.yaml", "--lang", language)
        result = run("scan", "city.ndjson", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "measures.yaml" in result.stderr
        assert texts(language)(f"hint.{key}") in result.stderr
        assert key == "unreadable_measures" or "“guideline”" in result.stderr or "「guideline」" in result.stderr


@pytest.mark.parametrize("content", [f"standard: own\nmeasures: {nothing}\n" for nothing in ("[]", "null", "")])
def test_no_measures_are_no_problem(
    content: str, run: Run, folder: Path, valid_report: Callable[[str], Report]
) -> None:
    (folder / "city.ndjson").write_text(json.dumps(PASSES) + "\n", encoding="utf-8")
    (folder / "measures.yaml").write_text(content, encoding="utf-8")
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--measures", "measures.yaml", "--format", "json")
    report = valid_report(run("scan", "city.ndjson", *options).stdout)
    assert (report["measures"], report["problems"]) == ([], [])
