"""What people answer: one result for every department and clause asked, by the latest answer that holds; an answer that
says nothing is unknown, and one that a control refutes is a finding."""

import datetime
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.texts import LANGUAGES

Entry: TypeAlias = dict[str, Any]
Report: TypeAlias = dict[str, Any]
Scan: TypeAlias = Callable[..., Report]

AS_OF = "2026-11-20"
FIRST = "2025-11-20"
"""The first day of the year that ends with AS_OF."""
TITLE = {"ja": "試し", "en": "trial"}
PLURALS = {"attestation": "attestations", "usb_medium": "usb_media", "department": "departments"}
MARKS = {"○": "pass", "△": "corrected", "×": "fail", "－": "not_applicable"}


def clause(identity: str, *controls: str, attested: bool = True, **more: Any) -> Entry:
    uses = {"controls": [{"control": name} for name in controls]} if controls else {}
    return {"id": identity, "title": TITLE, **uses, **({"attested": True} if attested else {}), **more}


REGISTERED = clause("2", "assets/usb_registered")
"""Answered by people and judged by a control."""
CONTRADICTIONS = clause("9", "physical/server_fixed", attested=False)
"""Of controls that find nothing here: what stands under it are refuted answers."""
INSPECTED = clause("9", "evaluation/self_inspection_held", attested=False)
BOTH_CONTROLS = clause("2", "assets/usb_registered", "physical/usb_locked")


def medium(department: str, registered: bool | None = True, *, id: str = "USB-1") -> Entry:
    """A medium of which it is unknown (None) whether it is registered, or known."""
    fields = {} if registered is None else {"registered": registered}
    return {"kind": "usb_medium", "id": id, "department": department, **fields}


def sheet(department: str, answers: Mapping[str, str], on: str = "2026-11-01", **more: Any) -> Entry:
    given = {number: {"answer": mark, "seen": f"{number}を確かめた"} for number, mark in answers.items()}
    fields = {"id": f"{department} {on}", "standard": "own", "by": "課長", "answered_on": on, "answers": given}
    return {"kind": "attestation", "department": department, **fields, **more}


def write_standard(path: Path, clauses: Iterable[Entry], **attestations: str) -> None:
    content: Entry = {"id": "own", "title": TITLE, "body": "青葉野市", "source": "例規集", "clauses": list(clauses)}
    content |= {"attestations": attestations} if attestations else {}
    path.write_text(yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True), encoding="utf-8")


def write_city(path: Path, entries: Iterable[Entry]) -> None:
    """The entries in the format that the name of the file says."""
    if path.suffix == ".ndjson":
        text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    else:
        sections: dict[str, list[Entry]] = {}
        for entry in entries:
            fields = {name: value for name, value in entry.items() if name != "kind"}
            sections.setdefault(PLURALS[entry["kind"]], []).append(fields)
        plain = json.dumps(sections, ensure_ascii=False, indent=1)
        text = plain if path.suffix == ".json" else yaml.safe_dump(json.loads(plain), allow_unicode=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def scan(run: Run, tmp_path: Path, valid_report: Callable[[str], Report]) -> Scan:
    """The report on these entries by these clauses, with every judgement in it."""

    def scan(
        *entries: Entry,
        clauses: Iterable[Entry] = (clause("1"),),
        name: str = "city.ndjson",
        options: Iterable[object] = (),
        code: int | None = None,
        as_of: str = AS_OF,
        **attestations: str,
    ) -> Report:
        write_standard(tmp_path / "own.yaml", clauses, **attestations)
        write_city(tmp_path / name, entries)
        arguments = ("--standard", tmp_path / "own.yaml", "--as-of", as_of, "--format", "json", "--all", *options)
        result = run("scan", tmp_path / name, *arguments)
        assert code in (None, result.exit_code), result.stderr
        report = valid_report(result.stdout)
        assert Counter(found["status"] for found in report["results"]) == Counter(report["summary"])
        return report

    return scan


def waive(waivers: Iterable[Entry]) -> Iterable[object]:
    """The option for these waivers, in force on the day of the scan."""
    facts = {"reason": "工事", "approved_by": "市長", "approved_on": "2026-11-01", "expires_on": "2026-11-30"}
    facts |= {"compensating_measure": "見張る"}
    given = [facts | waiver for waiver in waivers]
    path = Path("waivers.yaml")
    path.write_text(json.dumps({"standard": "own", "waivers": given}, ensure_ascii=False), encoding="utf-8")
    return ("--waivers", path) if given else ()


def answered(report: Report) -> dict[tuple[str, str], Report]:
    """The results of the answers, by clause and department."""
    found = [result for result in report["results"] if result["control"] is None]
    by_place = {(result["clauses"][0], result["resource"]["department"]): result for result in found}
    assert len(by_place) == len(found)
    return by_place


def statuses(report: Report) -> dict[tuple[str, str], str]:
    return {place: result["status"] for place, result in answered(report).items()}


def row(report: Report, number: str) -> dict[str, str]:
    """The statuses of a clause in the matrix, by department."""
    (departments,) = (row["departments"] for row in report["matrix"] if row["clause"] == number)
    return dict(departments)


@pytest.mark.parametrize(("mark", "code"), [("○", 0), ("△", 0), ("×", 3), ("－", 0)])
def test_a_mark_is_a_status(mark: str, code: int, scan: Scan) -> None:
    report = scan(sheet("健康局", {"1": mark}), code=code)
    (found,) = report["results"]
    assert (found["status"], found["control"], found["clauses"]) == (MARKS[mark], None, ["1"])
    assert found["resource"] == {"kind": "department", "id": "健康局", "department": "健康局", "system": None}
    if mark == "○":
        assert (found["message"], found["facts"]) == ("", {})
    else:
        assert "2026-11-01" in found["message"]
        assert "1を確かめた" in found["message"]
        assert found["facts"] == {"answer": mark, "by": "課長", "answered_on": "2026-11-01", "seen": "1を確かめた"}
    assert report["attested"] == [
        {"clause": "1", "title": "試し", "period": "P1Y", **dict.fromkeys(report["summary"], 0), MARKS[mark]: 1}
    ]


def test_what_does_not_apply_says_why(scan: Scan) -> None:
    given = sheet("健康局", {}) | {"answers": {"1": {"answer": "－", "seen": "サーバを一台も持っていない"}}}
    for language, words in (("ja", "「該当しない」"), ("en", "as not applicable")):
        (found,) = scan(given, options=("--lang", language), code=0)["results"]
        assert words in found["message"]
        assert "サーバを一台も持っていない" in found["message"]


def test_no_answer_is_unknown(scan: Scan) -> None:
    report = scan(medium("健康局"), medium("総務課", id="USB-2"), sheet("総務課", {"1": "○"}), code=4)
    assert statuses(report) == {("1", "健康局"): "unknown", ("1", "総務課"): "pass"}
    found = answered(report)["1", "健康局"]
    assert found["message"] == "自己点検の回答がありません。"
    assert found["location"]["file"].endswith("city.ndjson")
    assert found["location"]["line"] is None
    assert report["complete"]


@pytest.mark.parametrize(
    ("period", "as_of", "first"),
    [
        ("P1Y", AS_OF, FIRST),
        (None, AS_OF, FIRST),
        ("P6M", AS_OF, "2026-05-20"),
        ("P1M", "2026-03-31", "2026-02-28"),
        ("P1Y", "2024-02-29", "2023-02-28"),
        ("P1Y1M1W1D", AS_OF, "2025-10-12"),
        ("P0D", AS_OF, AS_OF),
    ],
)
def test_an_answer_holds_from_the_first_day_of_the_period(
    period: str | None, as_of: str, first: str, scan: Scan
) -> None:
    attestations = {"period": period} if period else {}
    before = (datetime.date.fromisoformat(first) - datetime.timedelta(1)).isoformat()
    for mark, status in MARKS.items():
        valid = scan(sheet("健康局", {"1": mark}, first), as_of=as_of, **attestations)
        assert statuses(valid) == {("1", "健康局"): status}
        late = scan(sheet("健康局", {"1": mark}, before), as_of=as_of, code=4, **attestations)
        assert statuses(late) == {("1", "健康局"): "unknown"}
        assert before in late["results"][0]["message"]
        assert late["attested"][0]["period"] == (period or "P1Y")


def test_a_period_that_is_too_long_is_told(run: Run, tmp_path: Path) -> None:
    write_standard(tmp_path / "own.yaml", [clause("1")], period="P9999Y")
    write_city(tmp_path / "city.ndjson", [sheet("健康局", {"1": "○"})])
    result = run("scan", tmp_path / "city.ndjson", "--standard", tmp_path / "own.yaml", "--as-of", AS_OF)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "P9999Y" in result.stderr


def test_an_answer_from_the_future_says_nothing(scan: Scan) -> None:
    later = sheet("健康局", {"1": "○"}, "2026-11-21")
    found = answered(scan(later, code=4))["1", "健康局"]
    assert (found["status"], found["location"]["line"]) == ("unknown", 1)
    assert "2026-11-21" in found["message"]
    assert "基準日より後" in found["message"]
    assert statuses(scan(sheet("健康局", {"1": "○"}, AS_OF), code=0)) == {("1", "健康局"): "pass"}
    assert statuses(scan(later, sheet("健康局", {"1": "×"}), code=3)) == {("1", "健康局"): "fail"}


def test_the_latest_answer_counts(scan: Scan) -> None:
    old, new = sheet("健康局", {"1": "○"}, "2026-01-01"), sheet("健康局", {"1": "×"}, "2026-01-02")
    for sheets in ((old, new), (new, old)):
        report = scan(*sheets, code=3)
        assert answered(report)["1", "健康局"]["facts"]["answered_on"] == "2026-01-02"
        assert answered(report)["1", "健康局"]["location"]["line"] == sheets.index(new) + 1
    assert statuses(scan(new, old, as_of="2026-01-01")) == {("1", "健康局"): "pass"}
    assert statuses(scan(sheet("健康局", {"1": "○"}, "2024-01-01"), new)) == {("1", "健康局"): "fail"}


def test_a_later_answer_to_another_clause_takes_nothing_back(scan: Scan) -> None:
    given = (sheet("健康局", {"1": "○", "3": "○"}, "2026-01-01"), sheet("健康局", {"3": "×"}, "2026-01-02"))
    report = scan(*given, clauses=(clause("1"), clause("3")), code=3)
    assert statuses(report) == {("1", "健康局"): "pass", ("3", "健康局"): "fail"}


def test_answers_of_one_day_that_differ_say_nothing(scan: Scan) -> None:
    first, second = sheet("健康局", {"1": "○"}, id="A-1"), sheet("健康局", {"1": "×"}, id="A-2")
    for sheets in ((first, second), (second, first), (first, second, sheet("健康局", {"1": "○"}, "2026-10-31"))):
        found = answered(scan(*sheets, code=4))["1", "健康局"]
        assert found["status"] == "unknown"
        assert "食い違う" in found["message"]
    same = sheet("健康局", {"1": "○"}, id="A-2")
    assert statuses(scan(first, same, code=0)) == {("1", "健康局"): "pass"}
    assert statuses(scan(first, second, sheet("健康局", {"1": "△"}, AS_OF), code=0)) == {("1", "健康局"): "corrected"}
    assert statuses(scan(first, sheet("総務課", {"1": "×"}, id="A-2"), code=3)) == {
        ("1", "健康局"): "pass",
        ("1", "総務課"): "fail",
    }


def test_those_are_asked_whom_the_clause_names(scan: Scan) -> None:
    asked = clause("3", asked_of=["総務課", "監査事務局"])
    entries = (medium("健康局"), sheet("総務課", {"1": "○", "3": "○"}))
    report = scan(*entries, clauses=(clause("1"), asked), code=4)
    assert statuses(report) == {
        ("1", "健康局"): "unknown",
        ("1", "総務課"): "pass",
        ("1", "監査事務局"): "unknown",  # named only by asked_of, and asked all the same
        ("3", "総務課"): "pass",
        ("3", "監査事務局"): "unknown",
    }
    nowhere = answered(report)["3", "監査事務局"]
    assert nowhere["location"] == {"file": "", "line": None}
    assert row(report, "3") == {"総務課": "pass", "監査事務局": "unknown"}


def test_a_department_that_is_named_twice_is_asked_once(scan: Scan) -> None:
    report = scan(sheet("総務課", {"1": "○"}), clauses=[clause("1", asked_of=["総務課", "総務課"])], code=0)
    assert (len(report["results"]), report["summary"]["pass"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.yaml", "department: 総務課\nusb_media: []\n"),
        ("empty.json", '{"department": "総務課", "usb_media": []}'),
        ("broken.yaml", "department: 総務課\nusb_media: [{id: 1}]\n"),
    ],
)
def test_a_department_that_lists_nothing_is_asked(
    name: str, content: str, run: Run, tmp_path: Path, valid_report: Callable[[str], Report]
) -> None:
    write_standard(tmp_path / "own.yaml", [clause("1"), REGISTERED, INSPECTED])
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / name).write_text(content, encoding="utf-8")
    write_city(tmp_path / "city" / "zzz.ndjson", [sheet("健康局", {"1": "○", "2": "○"})])
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--format", "json", "--all")
    report = valid_report(run("scan", "city", *options).stdout)
    assert statuses(report) == {
        ("1", "総務課"): "unknown",
        ("1", "健康局"): "pass",
        ("2", "総務課"): "unknown",
        ("2", "健康局"): "pass",
    }
    assert answered(report)["1", "総務課"]["location"] == {"file": f"city/{name}", "line": None}
    assert row(report, "9") == {"総務課": "unknown", "健康局": "unknown"}


def test_a_department_without_a_record_is_unknown_where_a_control_asks_for_one(scan: Scan) -> None:
    asked = clause("3", asked_of=["監査事務局"])
    record = {"kind": "department", "id": "総務課", "department": "総務課", "self_inspected_on": "2026-11-01"}
    report = scan(medium("健康局"), record, clauses=[asked, INSPECTED], code=4)
    assert row(report, "9") == {"健康局": "unknown", "総務課": "pass", "監査事務局": "unknown"}
    (found,) = (one for one in report["results"] if one["control"] and one["resource"]["id"] == "健康局")
    assert found["resource"]["department"] == "健康局"
    assert found["facts"] == {"fields": ["self_inspected_on"]}
    assert found["message"]
    assert report["inventory"]["resources"] == 2
    other = scan(medium("健康局"), record, clauses=[asked, CONTRADICTIONS], code=4)
    assert {one["control"] for one in other["results"]} == {None}


@pytest.mark.parametrize("name", ["city.yaml", "city.json", "city.ndjson"])
def test_the_record_of_a_department_belongs_to_the_department_of_its_id(
    name: str, run: Run, tmp_path: Path, valid_report: Callable[[str], Report]
) -> None:
    records: list[Entry] = [
        {"id": "健康局", "self_inspected_on": "2026-11-01"},
        {"id": "分室", "department": "健康局", "self_inspected_on": None},
    ]
    if name.endswith("ndjson"):
        write_city(tmp_path / name, [{"kind": "department", **record} for record in records])
    else:
        plain = json.dumps({"department": "総務課", "departments": records}, ensure_ascii=False)
        (tmp_path / name).write_text(plain, encoding="utf-8")
    write_standard(tmp_path / "own.yaml", [INSPECTED])
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--format", "json", "--all")
    report = valid_report(run("scan", name, *options).stdout)
    found = {one["resource"]["id"]: (one["resource"]["department"], one["status"]) for one in report["results"]}
    file = {} if name.endswith("ndjson") else {"総務課": ("総務課", "unknown")}
    assert found == {"健康局": ("健康局", "pass"), "分室": ("健康局", "fail")} | file


def test_sheets_of_another_standard_are_ignored(scan: Scan) -> None:
    other = sheet("健康局", {"1": "×", "nowhere": "×"}, standard="guideline")
    report = scan(other, code=4)
    assert (statuses(report), report["complete"]) == ({("1", "健康局"): "unknown"}, True)
    assert report["inventory"]["unjudged"] == {"attestation": 1}
    report = scan(other, sheet("健康局", {"1": "○"}, AS_OF), code=0)
    assert statuses(report) == {("1", "健康局"): "pass"}
    assert report["inventory"]["unjudged"] == {"attestation": 1}
    assert scan(sheet("健康局", {"1": "○"}))["inventory"]["unjudged"] == {}


def test_sheets_where_nobody_is_asked(scan: Scan) -> None:
    """Whoever answers what is not asked hears of it; a standard that asks nobody has nothing to judge in a sheet."""
    report = scan(sheet("健康局", {"2": "○"}), clauses=[clause("2", "assets/usb_registered", attested=False)], code=4)
    assert (report["results"], report["attested"], len(report["problems"])) == ([], [], 2)


ODD = {
    "unknown": ("99", "条項「99」は対策基準「own」にありません", "the standard “own” has no clause “99”"),
    "not attested": ("4", "条項「4」は、対策基準「own」が自己点検を求めていません", "asks nobody to answer clause “4”"),
    "not asked": ("3", "「own」が「健康局」に尋ねていません", "does not ask “健康局” about clause “3”"),
}


@pytest.mark.parametrize("name", ["city.yaml", "city.json", "city.ndjson"])
@pytest.mark.parametrize("odd", ODD)
def test_an_answer_that_nobody_asked_for_is_a_problem(odd: str, name: str, scan: Scan, tmp_path: Path) -> None:
    number, japanese, english = ODD[odd]
    clauses = (clause("1"), clause("3", asked_of=["総務課"]), clause("4", "physical/usb_locked", attested=False))
    entries = (sheet("健康局", {"1": "○", number: "○"}, id="A-1"), sheet("総務課", {"1": "○", "3": "○"}))
    for language, words in (("ja", japanese), ("en", english)):
        report = scan(*entries, clauses=clauses, name=name, options=("--lang", language), code=4)
        assert report["complete"] is False
        (problem,) = report["problems"]
        assert words in problem["message"]
        assert "A-1" in problem["message"]
        assert problem["file"] == (tmp_path / name).as_posix()
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        assert f'"{number}"' in lines[problem["line"] - 1].replace("'", '"')
        assert set(statuses(report).values()) == {"pass"}
        assert len(statuses(report)) == 3


MALFORMED: dict[str, tuple[Entry, str, str]] = {
    "bad mark": ({"answers": {"1": {"answer": "〇", "seen": "x"}}}, "使えるのは ○、△、×、－ です", "Usable: ○, △, ×, －"),
    "half-width dash": ({"answers": {"1": {"answer": "-", "seen": "x"}}}, "使えるのは ○、△、×、－", "Usable: ○, △"),
    "boolean": ({"answers": {"1": {"answer": True, "seen": "x"}}}, "文字列が要りますが、true", "needs a text, but is true"),
    "no mark": ({"answers": {"1": {"seen": "x"}}}, "項目「answers.1.answer」がありません", "field “answers.1.answer” is missing"),
    "nothing seen": ({"answers": {"1": {"answer": "○"}}}, "項目「answers.1.seen」がありません", "the field “answers.1.seen” is missing"),
    "empty seen": ({"answers": {"1": {"answer": "○", "seen": ""}}}, "「answers.1.seen」が空です", "is empty"),
    "bare mark": ({"answers": {"1": "○"}}, "項目と値の組が要りますが、\"○\"", "needs fields and values, but is \"○\""),
    "more": ({"answers": {"1": {"answer": "○", "seen": "x", "sen": "y"}}}, "「seen」の誤り", "Did you mean “seen”?"),
    "no answers": ({"answers": {}}, "「answers」の値 {} は使えません", "“answers” cannot be {}"),
    "list of answers": ({"answers": ["○"]}, "項目と値の組が要りますが", "needs fields and values"),
    "impossible day": ({"answered_on": "2026-02-30"}, "「2026-02-30」は正しい日付", "which is no date"),
    "no day": ({"answered_on": None}, "文字列が要りますが、null", "needs a text, but is null"),
    "nobody": ({"by": " "}, "余分な空白", "white space"),
    "unknown field": ({"answerd_on": "x"}, "「answered_on」の誤り", "Did you mean “answered_on”?"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["city.yaml", "city.json", "city.ndjson"])
@pytest.mark.parametrize("flaw", MALFORMED)
def test_a_malformed_sheet_is_a_problem_and_says_nothing(flaw: str, name: str, scan: Scan, tmp_path: Path) -> None:
    change, japanese, english = MALFORMED[flaw]
    entries = (sheet("総務課", {"1": "○"}), sheet("健康局", {"1": "○"}, id="A-1") | change, medium("健康局"))
    for language, words in (("ja", japanese), ("en", english)):
        report = scan(*entries, name=name, options=("--lang", language), code=4)
        assert report["complete"] is False
        (problem,) = report["problems"]
        assert words in problem["message"]
        assert (problem["file"], bool(problem["line"])) == ((tmp_path / name).as_posix(), True)
        assert statuses(report) == {("1", "総務課"): "pass", ("1", "健康局"): "unknown"}


@pytest.mark.parametrize("field", ["id", "standard", "by", "answered_on", "answers"])
def test_a_sheet_without_a_field_is_a_problem(field: str, scan: Scan) -> None:
    given = {name: value for name, value in sheet("健康局", {"1": "○"}).items() if name != field}
    report = scan(given, medium("健康局"), code=4)
    (problem,) = report["problems"]
    assert f"項目「{field}」がありません" in problem["message"]
    assert statuses(report) == {("1", "健康局"): "unknown"}


TWICE = {
    "city.yaml": """\
department: 健康局
attestations:
  - id: A-1
    standard: own
    by: 課長
    answered_on: 2026-11-01
    answers:
      "1": {answer: ○, seen: x}
      "1": {answer: ○, seen: x}
""",
    "city.json": """\
{"department": "健康局",
 "attestations": [{"id": "A-1", "standard": "own", "by": "課長", "answered_on": "2026-11-01",
  "answers": {"1": {"answer": "○", "seen": "x"},
   "1": {"answer": "○", "seen": "x"}}}]}
""",
    "city.ndjson": """\
{"kind": "attestation", "department": "健康局", "id": "A-1", "standard": "own", "by": "課長", "answered_on": "2026-11-01",\
 "answers": {"1": {"answer": "○", "seen": "x"}, "1": {"answer": "○", "seen": "x"}}}
""",
}


@pytest.mark.parametrize(("name", "line"), [("city.yaml", 9), ("city.json", 4), ("city.ndjson", 1)])
def test_a_clause_that_is_answered_twice_in_a_sheet_is_a_problem(
    name: str, line: int, run: Run, tmp_path: Path, valid_report: Callable[[str], Report]
) -> None:
    (tmp_path / name).write_text(TWICE[name], encoding="utf-8")
    write_standard(tmp_path / "own.yaml", [clause("1")])
    for language, words in (("ja", "キー「1」が二度あります"), ("en", "“1” stands here again")):
        options = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--format", "json", "--lang", language)
        result = run("scan", tmp_path / name, *options)
        report = valid_report(result.stdout)
        assert (result.exit_code, report["complete"], report["results"]) == (4, False, [])
        (problem,) = report["problems"]
        assert (problem["file"], problem["line"]) == ((tmp_path / name).as_posix(), line)
        assert words in problem["message"]


@pytest.mark.parametrize("name", ["city.yaml", "city.yml", "city.json", "city.ndjson"])
def test_every_format_of_inventory_says_the_same(name: str, scan: Scan, tmp_path: Path) -> None:
    clauses = (clause("1"), REGISTERED, clause("3", asked_of=["総務課"]))
    entries = (
        medium("健康局", registered=False),
        medium("総務課", id="USB-2"),
        sheet("健康局", {"1": "△", "2": "○"}),
        sheet("総務課", {"1": "－", "2": "○", "3": "×"}),
    )
    report = scan(*entries, clauses=clauses, name=name, code=3)
    assert report["complete"]
    assert statuses(report) == {
        ("1", "健康局"): "corrected",
        ("1", "総務課"): "not_applicable",
        ("2", "健康局"): "fail",
        ("2", "総務課"): "pass",
        ("3", "総務課"): "fail",
    }
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    for (number, _), found in answered(report).items():
        assert f'"{number}"' in lines[found["location"]["line"] - 1].replace("'", '"')


# Answers that a control refutes.


@pytest.mark.parametrize("mark", ["○", "△", "－"])
@pytest.mark.parametrize("engine", ["wasm", pytest.param("opa", marks=pytest.mark.opa)])
def test_an_answer_is_refuted_by_a_control_of_its_clause(
    mark: str, engine: str, scan: Scan, request: pytest.FixtureRequest
) -> None:
    if engine == "opa":
        request.getfixturevalue("opa_binary")
    entries = (medium("健康局", registered=False), sheet("健康局", {"2": mark}))
    for language in LANGUAGES:
        report = scan(
            *entries,
            clauses=(REGISTERED, CONTRADICTIONS),
            contradictions="9",
            options=("--lang", language, "--engine", engine),
            code=3,
        )
        assert report["summary"]["fail"] == 2
        found = answered(report)["2", "健康局"]
        assert (found["status"], found["clauses"]) == ("fail", ["2", "9"])
        for words in (mark, "2026-11-01", "課長", "assets/usb_registered", "usb_medium/USB-1"):
            assert words in found["message"]
        assert found["facts"]["controls"] == ["assets/usb_registered"]
        assert (found["facts"]["resources"], found["facts"]["count"]) == (["usb_medium/USB-1"], 1)
        assert row(report, "2") == row(report, "9") == {"健康局": "fail"}
        assert report["attested"][0]["fail"] == 1


def test_an_answer_that_says_the_same_as_the_control_stays_as_it_is(scan: Scan) -> None:
    entries = (medium("健康局", registered=False), sheet("健康局", {"2": "×"}))
    report = scan(*entries, clauses=(REGISTERED, CONTRADICTIONS), contradictions="9", code=3)
    found = answered(report)["2", "健康局"]
    assert (found["status"], found["clauses"], "確かめたこと" in found["message"]) == ("fail", ["2"], True)
    assert row(report, "9") == {}


@pytest.mark.parametrize("contradictions", [None, "2"])
def test_a_refuted_answer_stands_under_its_clause_alone_where_there_is_no_other(
    contradictions: str | None, scan: Scan
) -> None:
    more = {"contradictions": contradictions} if contradictions else {}
    report = scan(medium("健康局", registered=False), sheet("健康局", {"2": "○"}), clauses=[REGISTERED], code=3, **more)
    assert answered(report)["2", "健康局"]["clauses"] == ["2"]
    assert statuses(report) == {("2", "健康局"): "fail"}


def test_a_clause_with_refuted_answers_is_not_called_unjudged(scan: Scan, run: Run, tmp_path: Path) -> None:
    entries = (medium("健康局", registered=False), sheet("健康局", {"2": "○"}))
    report = scan(*entries, clauses=(REGISTERED, CONTRADICTIONS), contradictions="9", code=3)
    assert report["unjudged_clauses"] == []
    right = scan(medium("健康局"), entries[1], clauses=(REGISTERED, CONTRADICTIONS), contradictions="9", code=0)
    assert [clause["id"] for clause in right["unjudged_clauses"]] == ["9"]


def test_what_does_not_refute_an_answer(scan: Scan) -> None:
    other = clause("4", "assets/usb_registered", attested=False)
    here, elsewhere = medium("健康局", registered=False), medium("総務課", registered=False)
    cases: list[tuple[str, Entry, Entry, list[Entry]]] = [
        ("pass", elsewhere, sheet("健康局", {"2": "○"}), [REGISTERED]),
        ("pass", medium("健康局", registered=None), sheet("健康局", {"2": "○"}), [REGISTERED]),
        ("pass", here, sheet("健康局", {"1": "○"}), [clause("1"), other]),
        ("unknown", here, sheet("健康局", {"2": "○"}, "2025-11-19"), [REGISTERED]),
        ("unknown", here, sheet("健康局", {"2": "○"}, "2026-11-21"), [REGISTERED]),
    ]
    for status, resource, answers, clauses in cases:
        report = scan(resource, answers, clauses=[*clauses, CONTRADICTIONS], contradictions="9")
        found = [entry for (_, department), entry in answered(report).items() if department == "健康局"]
        assert [entry["status"] for entry in found] == [status]
        assert [len(entry["clauses"]) for entry in found] == [1]
        assert row(report, "9") == {}


def test_a_refuted_answer_names_a_few_of_many_resources_and_counts_them_all(scan: Scan) -> None:
    media = [medium("健康局", registered=False, id=f"USB-{number}") for number in range(12)]
    both = clause("2", "assets/usb_registered", "physical/usb_locked")
    loose = medium("健康局", id="LOOSE") | {"locked_storage": False}
    found = answered(scan(*media, loose, sheet("健康局", {"2": "○"}), clauses=[both], code=3))["2", "健康局"]
    assert found["facts"]["controls"] == ["assets/usb_registered", "physical/usb_locked"]
    assert (found["facts"]["count"], len(found["facts"]["resources"])) == (13, 5)
    assert "13件" in found["message"]


@pytest.mark.parametrize("mark", ["○", "△", "－"])
def test_an_answer_of_those_whom_the_clause_names_is_refuted_by_any_department(mark: str, scan: Scan) -> None:
    asked = clause("2", "assets/usb_registered", asked_of=["総務課"])
    entries = (medium("健康局", registered=False), sheet("総務課", {"2": mark}))
    report = scan(*entries, clauses=[asked, CONTRADICTIONS], contradictions="9", code=3)
    found = answered(report)["2", "総務課"]
    assert (found["status"], found["clauses"]) == ("fail", ["2", "9"])
    assert found["facts"]["resources"] == ["usb_medium/USB-1"]
    assert row(report, "9") == {"総務課": "fail"}
    right = scan(medium("健康局"), entries[1], clauses=[asked, CONTRADICTIONS], contradictions="9", code=0)
    assert statuses(right) == {("2", "総務課"): MARKS[mark]}


def about(control: str, mark: str = "○", on: str = "2026-11-01") -> Entry:
    """A sheet whose answer speaks of what one control of the clause demands."""
    answers = {"2": {"answer": mark, "seen": "見た", "control": control}}
    return sheet("健康局", {}, on) | {"id": f"{control} {mark} {on}", "answers": answers}


@pytest.mark.parametrize("mark", ["○", "△", "－"])
def test_an_answer_about_one_control_says_nothing_of_the_clause(mark: str, scan: Scan) -> None:
    locked = medium("健康局") | {"locked_storage": True}
    given = [about("physical/usb_locked", mark), about("assets/usb_registered", mark)]
    for sheets in (given[:1], given):
        found = answered(scan(locked, *sheets, clauses=[BOTH_CONTROLS], code=4))["2", "健康局"]
        assert (found["status"], found["clauses"]) == ("unknown", ["2"])
        assert "条項全体についての回答がありません" in found["message"]
        assert found["facts"]["control"] in found["message"]
        assert found["facts"]["answer"] == mark


@pytest.mark.parametrize("mark", ["○", "△", "－"])
def test_an_answer_about_one_control_is_refuted_by_that_control_alone(mark: str, scan: Scan) -> None:
    clauses = [BOTH_CONTROLS, CONTRADICTIONS]
    resource = medium("健康局", registered=False) | {"locked_storage": True}
    report = scan(resource, about("physical/usb_locked", mark), clauses=clauses, contradictions="9", code=3)
    assert (statuses(report), row(report, "9")) == ({("2", "健康局"): "unknown"}, {})
    report = scan(resource, about("assets/usb_registered", mark), clauses=clauses, contradictions="9", code=3)
    assert (statuses(report), row(report, "9")) == ({("2", "健康局"): "fail"}, {"健康局": "fail"})
    assert answered(report)["2", "健康局"]["facts"]["controls"] == ["assets/usb_registered"]
    old = sheet("健康局", {"2": "○"}, "2025-01-01")  # says nothing any more
    report = scan(resource, old, about("assets/usb_registered", mark), clauses=clauses, contradictions="9", code=3)
    assert statuses(report) == {("2", "健康局"): "fail"}


@pytest.mark.parametrize(
    ("narrow", "on", "expected"),
    [
        ("×", "2026-10-31", "whole"),
        ("×", "2026-11-01", "fail"),
        ("×", "2026-11-02", "fail"),
        ("×", "2026-11-21", "whole"),
        ("○", "2026-11-02", "whole"),
        ("△", "2026-11-02", "whole"),
        ("－", "2026-11-01", "whole"),
    ],
)
@pytest.mark.parametrize("mark", MARKS)
def test_an_answer_about_one_control_can_only_make_it_worse(
    mark: str, narrow: str, on: str, expected: str, scan: Scan
) -> None:
    sheets = [sheet("健康局", {"2": mark}), about("assets/usb_registered", narrow, on)]
    resource = medium("健康局") | {"locked_storage": True}
    for turned in (sheets, sheets[::-1]):
        report = scan(resource, *turned, clauses=[BOTH_CONTROLS])
        assert statuses(report) == {("2", "健康局"): MARKS[mark] if expected == "whole" else expected}


def test_a_later_answer_about_a_control_replaces_the_earlier_one_about_it(scan: Scan) -> None:
    resource = medium("健康局") | {"locked_storage": True}
    sheets = [sheet("健康局", {"2": "○"}), about("assets/usb_registered", "×", "2026-11-02")]
    other, same = about("physical/usb_locked", "△", "2026-11-03"), about("assets/usb_registered", "△", "2026-11-03")
    assert statuses(scan(resource, *sheets, other, clauses=[BOTH_CONTROLS])) == {("2", "健康局"): "fail"}
    assert statuses(scan(resource, *sheets, same, clauses=[BOTH_CONTROLS])) == {("2", "健康局"): "pass"}


def test_an_answer_from_the_future_hides_no_answer_about_a_control(scan: Scan) -> None:
    sheets = [sheet("健康局", {"2": "○"}, "2026-11-21"), about("assets/usb_registered", "×")]
    assert statuses(scan(medium("健康局"), *sheets, clauses=[BOTH_CONTROLS], code=3)) == {("2", "健康局"): "fail"}


def test_the_order_of_answers_about_several_controls_does_not_matter(scan: Scan) -> None:
    resource = medium("健康局", registered=False) | {"locked_storage": True}
    sheets = [about("assets/usb_registered"), about("physical/usb_locked", "×"), about("physical/usb_locked", "×")]
    sheets[2] |= {"id": "again", "by": "係長"}
    clauses = [BOTH_CONTROLS, CONTRADICTIONS]
    reports = [
        told(scan(resource, *turned, clauses=clauses, contradictions="9", code=3)) for turned in permutations(sheets)
    ]
    assert all(report == reports[0] for report in reports)


@pytest.mark.parametrize("control", ["assets/usb_registerd", "physical/usb_locked"])
def test_an_answer_about_another_control_is_a_problem(control: str, scan: Scan) -> None:
    clauses = [REGISTERED, clause("4", "physical/usb_locked", attested=False)]
    for language, words in (
        ("ja", f"管理策「{control}」で判定していません"),
        ("en", f"judged by the control “{control}”"),
    ):
        report = scan(medium("健康局"), about(control), clauses=clauses, options=("--lang", language), code=4)
        ((line, message),) = [(problem["line"], problem["message"]) for problem in report["problems"]]
        assert (line, words in message) == (2, True)
        assert statuses(report) == {("2", "健康局"): "unknown"}


def test_every_clause_of_a_control_is_refuted(scan: Scan) -> None:
    clauses = [REGISTERED, clause("3", "assets/usb_registered"), clause("4")]
    given = sheet("健康局", {"2": "○", "3": "－", "4": "○"})
    report = scan(medium("健康局", registered=False), given, clauses=clauses, contradictions="4", code=3)
    assert statuses(report) == {("2", "健康局"): "fail", ("3", "健康局"): "fail", ("4", "健康局"): "pass"}
    assert row(report, "4") == {"健康局": "fail"}


# Waivers and the baseline.


@pytest.mark.parametrize(
    ("waiver", "status", "state"),
    [
        ({}, "waived", "in_force"),
        ({"clause": "3"}, "fail", "in_force"),
        ({"clause": "99"}, "fail", "unknown_clause"),
        ({"resource": {"kind": "department", "id": "総務課"}}, "fail", "unknown_resource"),
        ({"resource": {"kind": "usb_medium", "id": "健康局"}}, "fail", "unknown_resource"),
        ({"resource": {"kind": "department", "id": "監査事務局"}}, "fail", "in_force"),
        ({"expires_on": "2026-11-19"}, "fail", "expired"),
        ({"approved_on": "2026-11-21"}, "fail", "not_yet_valid"),
    ],
)
def test_an_answer_can_be_waived(waiver: Entry, status: str, state: str, scan: Scan) -> None:
    own = {"clause": "1", "resource": {"kind": "department", "id": "健康局"}}
    clauses = (clause("1"), clause("3"), clause("5", asked_of=["監査事務局"]))
    report = scan(sheet("健康局", {"1": "×", "3": "○"}), clauses=clauses, options=waive([own | waiver]))
    elsewhere = dict.fromkeys([(number, "監査事務局") for number in "135"], "unknown")
    assert statuses(report) == {("1", "健康局"): status, ("3", "健康局"): "pass"} | elsewhere
    hides = int(status == "waived")
    assert [(use["state"], use["hides"]) for use in report["waivers"]] == [(state, hides)]
    assert (report["summary"]["waived"], report["attested"][0]["waived"]) == (hides, hides)


@pytest.mark.parametrize("mark", ["○", "△", "－"])
def test_a_waiver_of_the_resource_does_not_hide_that_it_refutes_the_answer(mark: str, scan: Scan) -> None:
    waiver = {"clause": "2", "resource": {"kind": "usb_medium", "id": "USB-1"}}
    entries = (medium("健康局", registered=False), sheet("健康局", {"2": mark}))
    options = waive([waiver])
    report = scan(*entries, clauses=[REGISTERED, CONTRADICTIONS], contradictions="9", options=options, code=3)
    found = answered(report)["2", "健康局"]
    assert (found["status"], found["clauses"]) == ("fail", ["2", "9"])
    assert (report["summary"]["fail"], report["summary"]["waived"], report["waivers"][0]["hides"]) == (1, 1, 1)
    assert row(report, "9") == row(report, "2") == {"健康局": "fail"}


@pytest.mark.parametrize(("waived", "status"), [("", "fail"), ("2", "fail"), ("9", "fail"), ("29", "waived")])
def test_a_refuted_answer_is_waived_under_every_clause_that_it_stands_under(
    waived: str, status: str, scan: Scan
) -> None:
    given = [{"clause": number, "resource": {"kind": "department", "id": "健康局"}} for number in waived]
    entries = (medium("健康局", registered=False), sheet("健康局", {"2": "○"}))
    options = waive(given)
    report = scan(*entries, clauses=[REGISTERED, CONTRADICTIONS], contradictions="9", options=options, code=3)
    assert statuses(report) == {("2", "健康局"): status}
    hides = int(status == "waived")
    assert [use["hides"] for use in report["waivers"] or ()] == [hides] * len(waived)
    assert (report["summary"]["fail"], report["summary"]["waived"]) == (2 - hides, hides)  # the resource fails anyhow
    assert (report["attested"][0]["waived"], report["attested"][0]["fail"]) == (hides, 1 - hides)
    assert row(report, "9") == {"健康局": status}


def compare(scan: Scan, before: list[Entry], after: list[Entry], **clauses: Any) -> Report:
    """The report on the entries as they are after, with that on those before as its baseline."""
    first = scan(*before, clauses=clauses["first"], as_of="2026-11-10", contradictions="9")
    Path("first.json").write_text(json.dumps(first), encoding="utf-8")
    clauses_after = clauses.get("second", clauses["first"])
    return scan(*after, clauses=clauses_after, contradictions="9", options=("--baseline", "first.json"))


BOTH = (clause("1"), REGISTERED, CONTRADICTIONS)


@pytest.mark.parametrize(
    ("before", "after", "status", "was"),
    [
        ("×", "×", "fail", "fail"),
        ("×", "○", "corrected", "fail"),
        ("×", "△", "corrected", "fail"),
        ("×", "－", "not_applicable", "fail"),
        ("×", None, "unknown", "fail"),
        ("○", "×", "fail", None),
        ("△", "○", "pass", "corrected"),
        (None, "○", "pass", "unknown"),
        ("－", "×", "fail", "not_applicable"),
    ],
)
def test_the_baseline_of_an_answer(
    before: str | None, after: str | None, status: str, was: str | None, scan: Scan
) -> None:
    def entries(mark: str | None) -> list[Entry]:
        return [medium("健康局"), *([sheet("健康局", {"1": mark})] if mark else [])]

    report = compare(scan, entries(before), entries(after), first=[clause("1"), CONTRADICTIONS])
    found = answered(report)["1", "健康局"]
    assert found["status"] == status
    assert found["before"] == was  # a pass is none, though the baseline was made with --all
    assert report["baseline"]["gone"] == []


def test_a_refuted_answer_that_is_right_now_is_corrected(scan: Scan) -> None:
    before = [medium("健康局", registered=False), sheet("健康局", {"2": "○"}, "2026-11-05")]
    after = [medium("健康局"), before[1]]
    report = compare(scan, before, after, first=(REGISTERED, CONTRADICTIONS))
    assert statuses(report) == {("2", "健康局"): "corrected"}
    assert (report["summary"]["corrected"], report["summary"]["fail"]) == (2, 0)
    assert report["baseline"]["gone"] == []
    again = compare(scan, after, before, first=(REGISTERED, CONTRADICTIONS))
    assert {(found["status"], found["before"]) for found in again["results"]} == {("fail", None)}


def test_a_refuted_answer_is_the_earlier_state_of_its_own_clause_alone(scan: Scan) -> None:
    clauses = [REGISTERED, clause("3"), clause("9")]
    before = [medium("健康局", registered=False), sheet("健康局", {"2": "○", "3": "○", "9": "○"}, "2026-11-05")]
    report = compare(scan, before, [medium("健康局"), before[1]], first=clauses)
    assert {number: (found["status"], found["before"]) for (number, _), found in answered(report).items()} == {
        "2": ("corrected", "fail"),
        "3": ("pass", None),
        "9": ("pass", None),
    }
    report = compare(scan, before, [before[0], sheet("健康局", {"2": "○", "9": "×"})], first=clauses)
    assert (answered(report)["9", "健康局"]["status"], answered(report)["9", "健康局"]["before"]) == ("fail", None)


def test_the_comparison_counts_what_was_corrected_since(scan: Scan, run: Run, tmp_path: Path) -> None:
    """An answer △ speaks of the time before it, which the baseline may have seen too."""
    entries = [sheet("健康局", {"1": "△"}, "2026-11-05"), sheet("総務課", {"1": "△"}, "2026-11-05")]
    earlier = [entries[0], sheet("総務課", {"1": "×"}, "2026-11-04")]
    report = compare(scan, earlier, entries, first=(clause("1"), CONTRADICTIONS))
    assert report["summary"]["corrected"] == 2
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--baseline", "first.json", "--lang", "en")
    shown = run("scan", "city.ndjson", *options).stdout
    assert "  persisting 0\n  corrected 1\n" in shown
    assert "△ corrected 2\n" in shown


def test_what_failed_and_is_asked_no_more_is_gone(scan: Scan) -> None:
    before = [sheet("健康局", {"1": "×", "2": "○"}, "2026-11-05"), sheet("総務課", {"1": "×"}, "2026-11-05")]
    before.append(medium("健康局", registered=False))
    report = compare(scan, before, before[:1] + before[2:], first=BOTH)
    gone = [
        (entry["reason"], entry["control"], entry["clauses"], entry["resource"]) for entry in report["baseline"]["gone"]
    ]
    vanished = {"kind": "department", "id": "総務課", "department": "総務課"}
    assert gone == [("resource", None, ["1"], vanished)]
    fewer = [clause("2", "assets/usb_registered", attested=False), CONTRADICTIONS]
    report = compare(scan, before, before, first=BOTH, second=fewer)
    gone = [
        (entry["reason"], entry["control"], entry["clauses"], entry["resource"]["id"])
        for entry in report["baseline"]["gone"]
    ]
    assert sorted(gone) == [
        ("control", None, ["1"], "健康局"),
        ("control", None, ["1"], "総務課"),
        ("control", None, ["2", "9"], "健康局"),
    ]


def test_who_vanished_and_is_asked_all_the_same_is_not_gone(scan: Scan) -> None:
    asked = [clause("1", asked_of=["健康局", "総務課"]), CONTRADICTIONS]
    before = [sheet("健康局", {"1": "○"}), sheet("総務課", {"1": "×"})]
    report = compare(scan, before, before[:1], first=asked)
    assert statuses(report)["1", "総務課"] == "unknown"
    assert answered(report)["1", "総務課"]["before"] == "fail"
    assert report["baseline"]["gone"] == []


def test_gone_answers_are_shown_by_clause(scan: Scan, run: Run) -> None:
    before = [sheet("健康局", {"1": "×"}, "2026-11-05"), sheet("総務課", {"1": "×"}, "2026-11-05")]
    compare(scan, before, before[1:], first=(clause("1"), CONTRADICTIONS))
    options = ("--standard", "own.yaml", "--as-of", AS_OF, "--baseline", "first.json", "--lang", "en")
    shown = " ".join(run("scan", "city.ndjson", *options).stdout.split())
    assert "not judged any more 1 健康局: not in the inventory any more (clause 1)" in shown


# The property that everything stands on.

DAYS = ("2024-01-01", "2025-11-19", FIRST, "2026-11-01", AS_OF, "2026-11-21")
DEPARTMENTS = ("健康局", "総務課", "監査事務局")


CONTROLS = {"1": (), "2": ("assets/usb_registered", "physical/usb_locked"), "3": ("assets/usb_registered",)}


@dataclass(frozen=True)
class Answer:
    department: str
    clause: str
    mark: str
    on: str
    control: str | None

    @property
    def usable(self) -> bool:
        asked = self.clause != "3" or self.department in DEPARTMENTS[:2]
        return asked and self.control in (None, *CONTROLS[self.clause])


def latest(answers: Iterable[Answer], broken: bool) -> tuple[str, str] | None:
    """The day and the status of the latest of these answers, which are of one scope."""
    past = sorted((answer for answer in answers if answer.on <= AS_OF), key=lambda answer: answer.on)
    if not past:
        return None
    marks = {answer.mark for answer in past if answer.on == past[-1].on}
    if len(marks) > 1 or past[-1].on < FIRST:
        return past[-1].on, "unknown"
    return past[-1].on, "fail" if broken else MARKS[marks.pop()]


def oracle(answers: Iterable[Answer], number: str, department: str, broken: set[str]) -> str:
    """The status that these answers give, told as simply as can be. `broken` holds the controls that fail."""
    own = [a for a in answers if a.usable and (a.clause, a.department) == (number, department)]
    broken = broken & set(CONTROLS[number])
    whole = latest((a for a in own if a.control is None), bool(broken))
    for control in CONTROLS[number]:
        narrow = latest((a for a in own if a.control == control), control in broken)
        if narrow and narrow[1] == "fail" and (not whole or narrow[0] >= whole[0]):
            return "fail"
    return whole[1] if whole else "unknown"


@given(
    present=st.sets(st.sampled_from(DEPARTMENTS), min_size=1),
    answers=st.lists(
        st.builds(
            Answer,
            st.sampled_from(DEPARTMENTS),
            st.sampled_from("1223"),
            st.sampled_from("○△×－"),
            st.sampled_from(DAYS),
            st.sampled_from([None, None, *CONTROLS["2"]]),
        ),
        max_size=14,
    ),
    media=st.dictionaries(
        st.sampled_from(DEPARTMENTS),
        st.tuples(st.sampled_from([True, False, None]), st.sampled_from([True, True, False])),
    ),
    waived=st.sets(st.sampled_from(DEPARTMENTS)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_department_and_clause_asked_has_the_one_result_of_its_latest_answer(
    present: set[str],
    answers: list[Answer],
    media: dict[str, tuple[bool | None, bool]],
    waived: set[str],
    scan: Scan,
) -> None:
    third = clause("3", "assets/usb_registered", asked_of=DEPARTMENTS[:2])
    options = {"clauses": [clause("1"), BOTH_CONTROLS, third, INSPECTED], "contradictions": "9"}
    entries = [
        {"kind": "department", "id": name, "department": name, "self_inspected_on": "2026-11-01"} for name in present
    ]
    for department, (registered, locked) in media.items():
        entries.append(medium(department, registered, id=department) | {"locked_storage": locked})
    sheets = []
    for place, answer in enumerate(answers):
        about = {"control": answer.control} if answer.control else {}
        facts = {"id": f"A-{place}", "answers": {answer.clause: {"answer": answer.mark, "seen": "見た", **about}}}
        sheets.append(sheet(answer.department, {}, answer.on) | facts)
    waivers = [{"clause": number, "resource": {"kind": "usb_medium", "id": name}} for name in waived for number in "23"]
    report = scan(*entries, *sheets, **options, options=waive(waivers))

    broken: dict[str, set[str]] = {}
    for department, (registered, locked) in media.items():
        broken[department] = {
            control for control, good in zip(CONTROLS["2"], (registered, locked), strict=True) if good is False
        }
    anywhere = set().union(*broken.values())
    asked = {*present, *media, *(answer.department for answer in answers), *DEPARTMENTS[:2]}
    expected = {
        (number, department): oracle(
            answers, number, department, anywhere if number == "3" else broken.get(department, set())
        )
        for number, departments in {"1": asked, "2": asked, "3": DEPARTMENTS[:2]}.items()
        for department in departments
    }
    assert statuses(report) == expected
    assert len(report["problems"]) == sum(not answer.usable for answer in answers)
    for found in report["attested"]:
        counts = Counter(status for (number, _), status in expected.items() if number == found["clause"])
        assert {status: found[status] for status in report["summary"]} == dict.fromkeys(report["summary"], 0) | counts
    assert sum(report["summary"].values()) == len(expected) + 2 * len(media) + len(asked)
    refuted = {found["resource"]["id"] for found in answered(report).values() if found["clauses"][1:] == ["9"]}
    assert {name for name, status in row(report, "9").items() if status == "fail"} == refuted
    inspected = {
        found["resource"]["id"]: found["status"]
        for found in report["results"]
        if found["control"] == "evaluation/self_inspection_held"
    }
    assert inspected == {name: "pass" if name in present else "unknown" for name in asked}

    turned = scan(*entries, *reversed(sheets), **options, options=waive(waivers))
    assert told(turned) == told(report)


def told(report: Report) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {
        place: tuple(found[name] for name in ("status", "clauses", "message", "facts"))
        for place, found in answered(report).items()
    }


GIVEN = {"2026-01-01": "○", "2026-03-01": "×", "2026-05-01": "△", "2026-07-01": "－"}


@pytest.mark.parametrize("days", list(permutations(GIVEN)), ids=" ".join)
def test_the_order_of_the_sheets_does_not_matter(days: tuple[str, ...], scan: Scan) -> None:
    sheets = [sheet("健康局", {"1": GIVEN[day]}, day) for day in days]
    for day, mark in GIVEN.items():
        assert statuses(scan(*sheets, as_of=day)) == {("1", "健康局"): MARKS[mark]}
