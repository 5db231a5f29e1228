"""Clauses by department, findings by clause and by measure of the ordinance: three ways to read the same results."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from conftest import AS_OF, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pieces import printed, report_on
from rich.cells import cell_len

from policycheck.engines import Engine
from policycheck.inventory.schemas import Schemas
from policycheck.model import MEASURES
from policycheck.report import Report
from policycheck.reports import View, renderer
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

Entry: TypeAlias = dict[str, Any]
Scan: TypeAlias = Callable[..., dict[str, Any]]

WORST_FIRST = ("fail", "unknown", "waived", "corrected", "pass", "not_applicable")
MARKS = {"fail": "×", "unknown": "？", "waived": "例", "corrected": "△", "pass": "○", "not_applicable": "－"}
UPRIGHT = str.maketrans("ー－-（）()", "｜｜｜︵︶︵︶")


def clause(identity: str, *controls: str, ja: str = "", **more: Any) -> Entry:
    title = {"ja": ja or f"条項{identity}", "en": f"Clause {identity}"}
    uses = {"controls": [{"control": name} for name in controls]} if controls else {"attested": True}
    return {"id": identity, "title": title, **uses, **more}


def medium(department: str, id: str = "USB-1", registered: bool | None = True, **more: Any) -> Entry:
    fields = {} if registered is None else {"registered": registered}
    return {"kind": "usb_medium", "id": id, "department": department, **fields, **more}


def disabled(department: str, id: str = "U-1") -> Entry:
    """A user ID that the control on its review does not apply to."""
    return {"kind": "user_id", "id": id, "department": department, "status": "disabled"}


def sheet(department: str, answers: Mapping[str, str], **more: Any) -> Entry:
    given = {number: {"answer": mark, "seen": "見た"} for number, mark in answers.items()}
    fields = {"id": department, "standard": "own", "by": "課長", "answered_on": "2026-11-01", "answers": given}
    return {"kind": "attestation", "department": department, **fields, **more}


def write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True), encoding="utf-8")


def lay_out(entries: Iterable[Entry], clauses: Iterable[Entry], **standard: Any) -> None:
    head = {"id": "own", "title": {"ja": "試し", "en": "trial"}, "body": "青葉野市", "source": "例規集"}
    write(Path("own.yaml"), head | standard | {"clauses": list(clauses)})
    Path("city.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")


def waive(*waivers: tuple[str, str, str]) -> Iterable[object]:
    """The option for waivers of clause, kind and id."""
    facts = {"reason": "x", "approved_by": "x", "approved_on": "2026-11-01", "expires_on": "2026-11-30"}
    facts |= {"compensating_measure": "x"}
    given = [facts | {"clause": number, "resource": {"kind": kind, "id": id}} for number, kind, id in waivers]
    write(Path("waivers.yaml"), {"standard": "own", "waivers": given})
    return ("--waivers", "waivers.yaml")


def measure(finding: str, *about: dict[str, str]) -> Entry:
    done = {"status": "done", "on": "2026-10-01", "text": "直した"}
    return {"finding": finding, "owner": "健康局", "about": list(about), **done}


def name_findings(*measures: Entry) -> Iterable[object]:
    write(Path("measures.yaml"), {"standard": "own", "measures": measures})
    return ("--measures", "measures.yaml")


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shown(run: Run) -> Callable[..., str]:
    """What a scan of what was laid out prints."""

    def shown(*options: object) -> str:
        result = run("scan", "city.ndjson", "--standard", "own.yaml", "--as-of", AS_OF, *options)
        assert result.exit_code in (0, 3, 4), result.stderr
        return result.stdout

    return shown


@pytest.fixture
def found(shown: Callable[..., str], valid_report: Callable[[str], Any]) -> Scan:
    """The JSON report on what was laid out."""
    return lambda *options: valid_report(shown("--format", "json", "--all", *options))


@pytest.fixture
def report(catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> Callable[[], Report]:
    """The report on what was laid out, to be rendered in several ways."""

    def report() -> Report:
        return report_on([Path("city.ndjson")], catalogue.standard("own.yaml"), catalogue, schemas, wasm_engine)

    return report


def table(page: str, departments: list[str], width: int) -> dict[str, dict[str, str]]:
    """The marks by clause and department of a page that holds a matrix, read by the columns of its blocks."""
    size = max((width - 30) // 3, 1)
    lines = page.splitlines()
    found: dict[str, dict[str, str]] = {}
    start = lines.index("") + 1
    for first in range(0, len(departments), size):
        block = departments[first : first + size]
        label = width - 3 * len(block)
        end = lines.index("", start)
        names = ["" for _ in block]
        for line in lines[start:end]:
            columns = [part for character in line for part in (character, "")[: cell_len(character)]]
            cells = [(columns[label + 3 * place + 1 :] or [""])[0].strip() for place in range(len(block))]
            if not "".join(columns[:label]).strip():
                names = [name + cell for name, cell in zip(names, cells, strict=True)]
            elif any(cells):
                identity = line.split()[0]
                assert identity not in found or not found[identity].keys() & set(block)
                assert set(cells) <= set(MARKS.values()), line
                found.setdefault(identity, {}).update(zip(block, cells, strict=True))
        assert names == [department.translate(UPRIGHT) for department in block]
        start = end + 1
    assert "× " in lines[start]
    return found


def drawn(rows: Iterable[Mapping[str, Any]], departments: list[str]) -> dict[str, dict[str, str]]:
    """The marks that the matrix of a JSON report asks for."""
    return {
        row["clause"]: {name: MARKS[row["departments"].get(name, "not_applicable")] for name in departments}
        for row in rows
        if row["departments"]
    }


MIXES = [mix for size in range(1, 7) for mix in combinations(WORST_FIRST, size)]


@pytest.mark.parametrize("mix", MIXES, ids=" ".join)
def test_the_worst_of_what_was_judged_stands_in_the_cell(
    mix: tuple[str, ...], found: Scan, shown: Callable[..., str]
) -> None:
    makers = {
        "fail": medium("健康局", "USB-1", registered=False),
        "unknown": medium("健康局", "USB-2", registered=None),
        "waived": medium("健康局", "USB-3", registered=False),
        "corrected": medium("健康局", "USB-6"),
        "pass": medium("健康局", "USB-4"),
        "not_applicable": disabled("健康局"),
    }
    clauses = [clause("1", "assets/usb_registered", "technical/user_id_reviewed")]
    lay_out([medium("健康局", "USB-6", registered=False)], clauses)
    Path("first.json").write_text(json.dumps(found()), encoding="utf-8")
    entries = [*(makers[status] for status in mix), medium("総務課", "USB-5")]
    lay_out(entries, clauses)
    waivers = [*waive(("1", "usb_medium", "USB-3")), *(("--baseline", "first.json") if "corrected" in mix else ())]
    report = found(*waivers)
    (row,) = report["matrix"]
    worst = min(mix, key=WORST_FIRST.index)
    assert row["departments"] == {"健康局": worst, "総務課": "pass"}
    page = shown("--format", "matrix", *waivers)
    assert table(page, ["健康局", "総務課"], 80) == {"1": {"健康局": MARKS[worst], "総務課": "○"}}


@given(
    media=st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from([True, False, None]), st.sampled_from([True, False, None])),
        min_size=1,
        max_size=6,
    ),
    answers=st.dictionaries(
        st.sampled_from("甲乙丙"), st.dictionaries(st.sampled_from("125"), st.sampled_from("○△×－"), min_size=1)
    ),
    waived=st.sets(st.sampled_from(range(3))),
)  # fmt: skip
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_every_table_says_what_the_results_say(
    media: list[tuple[str, bool | None, bool | None]],
    answers: dict[str, dict[str, str]],
    waived: set[int],
    found: Scan,
    shown: Callable[..., str],
) -> None:
    entries = [
        medium(name, f"USB-{place}", good, locked_storage=locked) for place, (name, good, locked) in enumerate(media)
    ]
    entries = [{name: value for name, value in entry.items() if value is not None} for entry in entries]
    clauses = [
        clause("1", guideline=1),
        clause("2", "assets/usb_registered", attested=True, guideline=7),
        clause("3", "physical/usb_locked", "assets/usb_registered"),
        clause("4", "technical/user_id_reviewed"),
        clause("5"),
        clause("9", "evaluation/self_inspection_held"),
    ]
    lay_out(
        entries + [sheet(name, given) for name, given in answers.items()], clauses, attestations={"contradictions": "9"}
    )
    waivers = waive(*((number, "usb_medium", f"USB-{place}") for place in waived for number in "23"))
    report = found(*waivers)

    cells: dict[str, dict[str, set[str]]] = {entry["id"]: {} for entry in clauses}
    counts: dict[int | None, Counter[str]] = {}
    measures = {"assets/usb_registered": 6, "physical/usb_locked": 3, "1": 1, "2": 6, "5": None}
    measures["evaluation/self_inspection_held"] = 8
    for result in report["results"]:
        for number in result["clauses"]:
            cells[number].setdefault(result["resource"]["department"], set()).add(result["status"])
        by = measures[result["control"] or result["clauses"][0]]
        counts.setdefault(by, Counter())[result["status"]] += 1
    expected = {
        number: {name: min(statuses, key=WORST_FIRST.index) for name, statuses in row.items()}
        for number, row in cells.items()
    }
    assert {row["clause"]: row["departments"] for row in report["matrix"]} == expected
    assert [entry["id"] for entry in report["unjudged_clauses"]] == [number for number, row in cells.items() if not row]
    departments = list(dict.fromkeys([*(name for name, _, _ in media), *answers]))
    assert table(shown("--format", "matrix", *waivers), departments, 80) == drawn(report["matrix"], departments)

    numbers = [entry["measure"] for entry in report["by_measure"]]
    assert numbers == [number for number in (1, 2, 3, 4, 5, 6, 7, 8, None) if number in counts]
    for entry in report["by_measure"]:
        zero = dict.fromkeys(WORST_FIRST, 0)
        assert entry == {"measure": entry["measure"]} | zero | counts[entry["measure"]]
    for language in LANGUAGES:
        page = shown("--by", "measure", "--lang", language, *waivers)
        assert by_measure(page, language) == {
            number: {status: counts[number][status] for status in WORST_FIRST} if number in counts else None
            for number in (1, 2, 3, 4, 5, 6, 7, 8, *([None] if None in counts else []))
        }


def by_measure(page: str, language: str) -> dict[int | None, dict[str, int] | None]:
    """The counts of the table of measures; None where nothing was judged."""
    told = texts(language)
    names = {told(f"measure.{number or 'none'}"): number for number in (1, 2, 3, 4, 5, 6, 7, 8, None)}
    lines = page.splitlines()
    start = lines.index(f"== {told('report.by_measure')} ==") + 1
    found: dict[int | None, dict[str, int] | None] = {}
    for line in lines[start : lines.index("", start)]:
        name, _, cells = line.strip().partition("  ")
        counts = {
            mark: int(count) for mark, count in (cell.split() for cell in cells.split("  ") if cell[-1].isdigit())
        }
        assert counts or cells == told("report.nothing_judged")
        found[names[name]] = {status: counts[mark] for status, mark in MARKS.items()} if counts else None
    return found


# The table on paper and on screens.


def departments_of(count: int) -> list[str]:
    odd = ["選挙管理委員会事務局", "センター（東）", "IT-1", "課"]
    return [*odd, *(f"第{number}課" for number in range(count))][:count]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("count", [1, 10, 11, 16, 17, 34, 35, 100])
def test_more_departments_than_fit(count: int, width: int, language: str, report: Callable[[], Report]) -> None:
    names = departments_of(count)
    entries = [
        medium(name, f"USB-{place}", (True, False, None)[place % 3]) if place % 5 else disabled(name, f"U-{place}")
        for place, name in enumerate(names)
    ]
    long = "機密性に応じて、情報資産を保管する場所を定め、そこに鍵を掛け、持ち出しを記録し、年に一度は数えている"
    groups = {"一": {"ja": "情報資産", "en": "Assets"}, "二": {"ja": "利用者", "en": "Users"}}
    clauses = [
        clause("1", "assets/usb_registered", ja=long, group="一"),
        clause("（2）ア", "technical/user_id_reviewed", group="二"),
        clause("3", "physical/server_fixed", group="二"),
    ]
    lay_out(entries, clauses, groups=groups)
    made = report()
    page = printed(renderer("matrix").render(made, texts(language), View(width)))
    for line in page.splitlines():
        assert cell_len(line) <= width, line
        assert line == line.rstrip()
    rows = json.loads(printed(renderer("json").render(made, texts(language), View())))["matrix"]
    assert table(page, names, width) == drawn(rows, names)
    assert sum(len(row["departments"]) for row in rows) == count
    blocks = -(-count // ((width - 30) // 3))
    assert page.count(f"\n一 {groups['一'][language]}\n") == (blocks if count > 1 else 0)
    assert page.count(f"\n二 {groups['二'][language]}\n") == blocks
    assert page.count(long[:6]) == (blocks if language == "ja" and count > 1 else 0)
    whole = "".join(page.split())
    unjudged = texts(language)("report.unjudged", clauses=["3"] if count > 1 else ["1", "3"])
    assert "".join(unjudged.split()) in whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 30, 33])
def test_a_very_narrow_screen_shows_one_department_at_a_time(
    width: int, language: str, report: Callable[[], Report]
) -> None:
    names = departments_of(5)
    lay_out([medium(name, f"USB-{place}") for place, name in enumerate(names)], [clause("1", "assets/usb_registered")])
    page = printed(renderer("matrix").render(report(), texts(language), View(width)))
    assert table(page, names, width) == {"1": dict.fromkeys(names, "○")}


def test_the_command_prints_what_fits_a_page(report: Callable[[], Report], shown: Callable[..., str]) -> None:
    names = departments_of(20)
    lay_out([medium(name, f"USB-{place}") for place, name in enumerate(names)], [clause("1", "assets/usb_registered")])
    for language in LANGUAGES:
        for name in ("matrix", "viewpoints", "measures"):
            page = shown("--format", name, "--lang", language)
            assert page == printed(renderer(name).render(report(), texts(language), View(80)))


def test_departments_stand_in_the_order_of_the_inventory_and_those_outside_it_last(shown: Callable[..., str]) -> None:
    asked = clause("1", asked_of=["乙", "監査", "甲", "あ"])
    lay_out(
        [medium("丙"), sheet("乙", {"1": "○"}), sheet("甲", {"1": "×"})], [asked, clause("2", "assets/usb_registered")]
    )
    page = shown("--format", "matrix")
    assert table(page, ["丙", "乙", "甲", "監査", "あ"], 80) == {
        "1": {"丙": "－", "乙": "○", "甲": "×", "監査": "？", "あ": "？"},
        "2": {"丙": "○", "乙": "－", "甲": "－", "監査": "－", "あ": "－"},
    }


def test_a_department_that_nothing_judges_has_no_column(shown: Callable[..., str]) -> None:
    lay_out([disabled("甲"), medium("乙")], [clause("1", "assets/usb_registered")])
    assert table(shown("--format", "matrix"), ["乙"], 80) == {"1": {"乙": "○"}}


def test_nothing_judged_at_all(shown: Callable[..., str]) -> None:
    lay_out([disabled("甲")], [clause("1", "assets/usb_registered"), clause("2", "physical/usb_locked")])
    for language, words in (("ja", "判定していない条項：1、2"), ("en", "nothing to judge (not judged): 1, 2")):
        page = shown("--format", "matrix", "--lang", language)
        assert words in page
        assert table(page, [], 80) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_clauses_without_anything_to_judge_stand_below_the_table(language: str, shown: Callable[..., str]) -> None:
    clauses = [clause(str(number), "physical/server_fixed") for number in range(2, 40)]
    lay_out([medium("甲")], [clause("1", "assets/usb_registered"), *clauses])
    page = shown("--format", "matrix", "--lang", language)
    assert table(page, ["甲"], 80) == {"1": {"甲": "○"}}
    listed = "、" if language == "ja" else ","
    assert listed.join(str(number) for number in range(2, 40)) in "".join(page.split())


def test_a_heading_stands_once_before_its_clauses_and_not_without_them(shown: Callable[..., str]) -> None:
    groups = {name: {"ja": f"見出し{name}", "en": f"Heading {name}"} for name in "ABC"}
    clauses = [
        clause("1", "assets/usb_registered"),
        clause("2", "assets/usb_registered", group="A"),
        clause("3", "assets/usb_registered", group="A"),
        clause("4", "physical/server_fixed", group="B"),
        clause("5", "assets/usb_registered", group="C"),
    ]
    lay_out([medium("甲")], clauses, groups=groups)
    starts = [line.split()[0] for line in shown("--format", "matrix").splitlines() if re.match(r"[ ]{0,2}\S+ ", line)]
    assert starts[starts.index("1") : starts.index("○")] == ["1", "A", "2", "3", "C", "5"]
    assert "A Heading A\n" in shown("--format", "matrix", "--lang", "en")
    page = shown("--format", "viewpoints", "--lang", "en")
    assert [line for line in page.splitlines() if line.startswith(("A", "B", "C "))] == [
        "A Heading A",
        "B Heading B",
        "C Heading C",
    ]


# Findings by clause.


def viewpoints(page: str) -> dict[str, list[str]]:
    """What stands under each clause."""
    found: dict[str, list[str]] = {}
    for line in page[page.index("(wasmtime") :].splitlines()[1:]:
        if re.match(r"  \S+  ", line):
            found[line.split()[0]] = []
        elif line.startswith("      "):
            found[list(found)[-1]].append(line.strip())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_viewpoints_of_every_status(language: str, shown: Callable[..., str]) -> None:
    clauses = [
        clause("pass", "assets/usb_registered"),
        clause("not-applicable", "technical/user_id_reviewed"),
        clause("fail", "physical/usb_locked"),
        clause("unknown", "technical/usb_virus_checked"),
        clause("waived", "assets/usb_emptied"),
        clause("corrected"),
        clause("unanswered"),
        clause("nothing", "physical/server_fixed"),
    ]
    entries = [
        medium("甲", locked_storage=False, holds_data=True, classification="2"),
        disabled("甲"),
        sheet("甲", {"corrected": "△"}),
    ]
    lay_out(entries, clauses)
    page = shown("--format", "viewpoints", "--lang", language, *waive(("waived", "usb_medium", "USB-1")))
    none = {"ja": "判定なし", "en": "nothing judged"}[language]
    one = {"ja": "：1件", "en": ": 1"}[language]
    found = viewpoints(page)
    assert [found[name] for name in ("pass", "not-applicable", "corrected", "nothing")] == [
        ["－"],
        ["－"],
        ["－"],
        [none],
    ]
    for name, mark in (("fail", "×"), ("unknown", "？"), ("waived", "例"), ("unanswered", "？")):
        assert found[name][0].startswith({"ja": f"{mark} 甲「", "en": f"{mark} 甲 “"}[language])
        assert "".join(found[name]).endswith(one)  # a long line is broken
    assert [*found] == [entry["id"] for entry in clauses]


def test_viewpoints_name_the_findings_of_the_measures(shown: Callable[..., str]) -> None:
    entries = [medium(name, f"USB-{number}{name}", registered=False) for name in "甲乙丙" for number in range(2)]
    entries += [medium("丁", "USB-9", registered=None), medium("丁", "USB-8")]
    lay_out(
        entries, [clause("1", "assets/usb_registered"), clause("2", "assets/usb_registered", "physical/usb_locked")]
    )
    names = name_findings(
        measure("指摘A", {"department": "甲"}, {"department": "乙"}),
        measure("指摘B", {"department": "乙", "clause": "2"}),
        measure("指摘C", {"department": "丁"}),
    )
    title = "USBメモリ等が管理簿に登録されている"
    found = viewpoints(shown("--format", "viewpoints", *names))
    assert found["1"] == ["× 指摘A：4件", "× 指摘B：2件", f"× 丙「{title}」：2件", f"？ 丁「{title}」：1件"]
    assert found["2"][:3] == found["1"][:3]
    alone = viewpoints(shown("--format", "viewpoints", "--lang", "en"))
    counted = Counter(line.partition(" “USB ")[0] for line in alone["1"])
    assert counted == {"× 甲": 1, "× 乙": 1, "× 丙": 1, "？ 丁": 1}
    assert "× 甲 “USB medium entered in the register”: 2" in alone["1"]


def test_viewpoints_show_a_refuted_answer_under_both_clauses(shown: Callable[..., str]) -> None:
    clauses = [clause("2", "assets/usb_registered", attested=True), clause("9", asked_of=["丙"])]
    entries = [medium("甲", registered=False), sheet("甲", {"2": "○"}), sheet("丙", {"2": "○", "9": "○"})]
    lay_out(entries, clauses, attestations={"contradictions": "9"})
    found = viewpoints(shown("--format", "viewpoints"))
    assert found == {
        "2": ["× 甲「USBメモリ等が管理簿に登録されている」：1件", "× 甲「条項2」：1件"],
        "9": ["× 甲「条項2」：1件"],
    }
    assert table(shown("--format", "matrix"), ["甲", "丙"], 80) == {
        "2": {"甲": "×", "丙": "○"},
        "9": {"甲": "×", "丙": "○"},
    }


# Findings by measure of the ordinance.


def test_every_measure_is_listed_and_those_without_anything_judged_are_said_so(shown: Callable[..., str]) -> None:
    lay_out([medium("甲", registered=False), medium("乙", "USB-2")], [clause("1", "assets/usb_registered")])
    for language in LANGUAGES:
        told = texts(language)
        page = shown("--by", "measure", "--lang", language)
        counts = by_measure(page, language)
        assert list(counts) == [1, 2, 3, 4, 5, 6, 7, 8]
        assert counts.pop(2) == dict.fromkeys(WORST_FIRST, 0) | {"pass": 1, "fail": 1}
        assert set(counts.values()) == {None}
        assert f"\n■ {told('measure.2')}  × 1\n" in page
        assert page.count("■") == 1
        assert told("report.by_measure") not in shown("--lang", language)
        assert shown("--by", "department", "--lang", language) == shown("--lang", language)


def test_findings_stand_under_their_measure_in_its_order(shown: Callable[..., str], found: Scan) -> None:
    clauses = [
        clause("none"),
        clause("6", guideline=7),
        clause("1", guideline=1),
        clause("3", "physical/usb_locked"),
        clause("2", "assets/usb_registered", guideline=9, attested=True),
    ]
    entries = [medium(name, name, registered=False, locked_storage=False) for name in "甲乙"]
    answers = [sheet("甲", {"1": "×", "2": "○", "none": "×"}), sheet("乙", {"6": "×", "1": "○"})]
    lay_out(entries + answers, clauses)
    page = shown("--by", "measure", "--lang", "en")
    headings = [line for line in page.splitlines() if line.startswith("■")]
    assert headings == [
        "■ ① Organisation  × 1",
        "■ ③ Physical security  × 2",
        "■ ⑥ Operation  × 1  ？ 1",
        "■ ⑧ Evaluation and review  × 3  ？ 1",
        "■ Of no measure  × 1  ？ 1",
    ]
    report = found()
    for mark, status in (("×", "fail"), ("？", "unknown")):
        counted = [int(count) for line in headings for count in re.findall(rf"{mark} (\d+)", line)]
        assert sum(counted) == report["summary"][status]
    summed = Counter[str]()
    for entry in report["by_measure"]:
        summed.update({status: count for status, count in entry.items() if status != "measure"})
    assert summed == Counter(report["summary"])
    blocks = page.split("\n■ ")
    assert "乙: 6" not in blocks[-3]
    assert "甲: 6" in blocks[-3]
    assert "乙: 2" in blocks[-2]
    assert "乙: none" in blocks[-1]


@pytest.mark.parametrize("name", ["json", "matrix", "viewpoints", "measures"])
def test_the_way_of_grouping_is_for_the_text_alone(name: str, shown: Callable[..., str], run: Run) -> None:
    lay_out([medium("甲", registered=False)], [clause("1", "assets/usb_registered")])
    for language in LANGUAGES:
        options = ("--standard", "own.yaml", "--format", name, "--by", "measure", "--lang", language)
        result = run("scan", "city.ndjson", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        told = texts(language)
        assert told("error.grouping_of_text", by="measure", format=name) in result.stderr
        assert told("hint.grouping_of_text") in result.stderr
    assert shown("--format", name, "--by", "department") == shown("--format", name)


@pytest.mark.parametrize("chapter", [*range(1, 10), None])
def test_the_guideline_of_the_first_clause_decides_the_measure_of_a_check(chapter: int | None, found: Scan) -> None:
    """Not that of a later clause; and of a control alone where the clause states none."""
    own: Entry = {"guideline": chapter} if chapter else {}
    clauses = [clause("1", "assets/usb_registered", **own), clause("2", "assets/usb_registered", guideline=1)]
    lay_out([medium("甲", registered=False)], [*clauses, clause("3", "physical/usb_locked")])
    report = found()
    counts = {entry["measure"]: (entry["fail"], entry["unknown"]) for entry in report["by_measure"]}
    measure = MEASURES[chapter] if chapter else 2
    assert counts == ({3: (1, 1)} if measure == 3 else {measure: (1, 0), 3: (0, 1)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_lists_clauses_that_apply_to_nothing(language: str, shown: Callable[..., str]) -> None:
    clauses = [
        clause("A", "technical/user_id_reviewed"),
        clause("B", "technical/user_id_reviewed", "assets/usb_registered"),
        clause("C", "physical/server_fixed"),
        clause("D", asked_of=["甲"]),
        clause("E", "technical/user_id_reviewed"),
    ]
    told = texts(language)
    lay_out([disabled("甲"), medium("甲"), sheet("甲", {"D": "－"})], clauses)
    page = shown("--lang", language).splitlines()
    assert f"  {told('report.inapplicable', clauses=['A', 'D', 'E'])}" in page
    assert f"  {told('report.unjudged', clauses=['C'])}" in page
    lay_out(
        [disabled("甲"), disabled("甲", "U-2") | {"status": "active"}, sheet("甲", {"D": "○"})],
        clauses[:1] + clauses[3:],
    )
    assert told("report.inapplicable", clauses=["X"]).partition("X")[0] not in shown("--lang", language)


def test_the_lines_of_the_table_of_measures_are_as_long_as_the_screen(report: Callable[[], Report]) -> None:
    entries = [medium("甲", f"USB-{number}", registered=bool(number % 2)) for number in range(30)]
    lay_out(entries, [clause("1", "assets/usb_registered")])
    made = report()
    for language in LANGUAGES:
        for width in (60, 80, 132):
            for line in printed(renderer("text").render(made, texts(language), View(width, by="measure"))).splitlines():
                assert cell_len(line) <= width


def test_clauses_stand_in_the_order_of_the_standard(found: Scan) -> None:
    clauses = [clause(number, "assets/usb_registered") for number in ("9", "10", "1")]
    lay_out([medium("甲")], clauses)
    assert [row["clause"] for row in found()["matrix"]] == ["9", "10", "1"]
