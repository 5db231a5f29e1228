"""The crosswalk: from controls to clauses and back, in words and as JSON, and the page that lists it all."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from click.testing import Result
from conftest import ROOT
from rich.cells import cell_len

from policycheck.bundle import Bundle
from policycheck.crosswalk import AREAS, Crosswalk
from policycheck.model import MEASURES, Clause
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

Run = Callable[..., Result]
Explanation = Callable[..., dict[str, Any]]

TOOL = Path("tools/write_catalogue.py")
OWN = """\
id: own
title: {ja: 自前の基準, en: Standard of our own}
body: 青葉野市
source: 例規集
groups:
  甲: {ja: 第一部, en: Part one}
attestations: {period: P6M}
clauses:
  - id: 第1条
    title: {ja: IDを点検している, en: IDs are reviewed}
    group: 甲
    attested: true
    asked_of: [総務課, 税務課]
    guideline: 9
    controls:
      - {control: technical/user_id_reviewed, parameters: {period: P2Y}}
  - id: (2)ア
    title: {ja: 点検している, en: Maintained}
    controls:
      - {control: physical/server_maintained, parameters: {period: P1M}}
      - {control: physical/server_maintained, parameters: {period: P3M}}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def explanation(run: Run) -> Explanation:
    """The document that `explain --format json` prints, held against its schema."""
    schema = json.loads((ROOT / "schemas" / "explanation.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator: Any = jsonschema.Draft202012Validator(schema)

    def explanation(*arguments: object) -> dict[str, Any]:
        result = run("explain", *arguments, "--format", "json")
        assert result.exit_code == 0, result.stderr
        document: dict[str, Any] = json.loads(result.stdout)
        validator.validate(document)
        return document

    return explanation


def squeezed(text: str) -> str:
    """Without white space: however its lines were broken."""
    return "".join(text.split())


def ids(document: dict[str, Any]) -> tuple[set[str], set[tuple[str, str]]]:
    """The controls and the clauses of an explanation."""
    clauses = {(clause["standard"]["id"], clause["id"]) for clause in document["clauses"]}
    return {control["id"] for control in document["controls"]}, clauses


# --- In words


@pytest.mark.parametrize("topic", ["technical/user_id_reviewed", "user_id_reviewed"])
@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ja",
            (
                "管理策 technical/user_id_reviewed",
                "ガイドラインの章：6 技術的セキュリティ",
                "施行規則16条の3の措置：⑤ 技術的セキュリティ",
                "パラメータ period：点検の周期（既定値 6か月）",
                "guideline 6 アクセス制御 アクセスできる人と機器を限っている （点検の周期：6か月）",
                "osaka (2)ア システム室の入退室と利用者ID・権限を管理している （点検の周期：6か月）",
            ),
        ),
        (
            "en",
            (
                "Control technical/user_id_reviewed",
                "User ID reviewed within its period",
                "Chapter of the guideline: 6 Technical security",
                "Measure of 施行規則16条の3: ⑤ Technical security",
                "Fields that decide: status, last_reviewed_on",
                "Parameter period: Period of the review (default 6 months)",
                "guideline 6 アクセス制御 Who and what has access is limited [Period of the review: 6 months]",
                "osaka (2)ア Entry to system rooms, user IDs and privileges are managed [Period of the review: 6 months]",
            ),
        ),
    ],
)
def test_a_control(topic: str, language: str, lines: tuple[str, ...], run: Run) -> None:
    result = run("explain", topic, "--lang", language)
    assert result.exit_code == 0
    for line in lines:
        assert squeezed(line) in squeezed(result.stdout), line


def test_a_control_that_no_clause_uses(run: Run) -> None:
    lines = run("explain", "user_id_reviewed", "--standard", "kobe").stdout.splitlines()
    assert lines[-1] == "  この管理策を使う条項：なし"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "ja",
            (
                "条項 osaka (2)イ",
                "見出し：(2) 対策の整備",
                "ガイドラインの章：2 情報資産の分類と管理、6 技術的セキュリティ",
                "施行規則16条の3の措置：② 情報資産の分類と管理、⑤ 技術的セキュリティ",
                "判定の方法：管理策、自己点検の回答（有効期間1年）",
                "回答する所属：台帳のすべての所属",
                "定期的に更新されている （定義ファイル更新の周期：3か月） 同じ管理策を使う、他の対策基準の条項：",
                "kobe 意見(2)スタンドアロン 個人情報を扱うスタンドアロンPCを適切に守っている （定義ファイル更新の周期：3か月）",
            ),
        ),
        (
            "en",
            (
                "Clause osaka (2)イ",
                "Heading: (2) Measures in place",
                "Chapter of the guideline: 2 Classification and management of information assets, 6 Technical security",
                "How it is judged: by controls, answered by people (an answer holds for 1 year)",
                "Departments that answer: every one of the inventory",
                "updated within their period [Period of the update: 3 months] Clauses of other standards that use it:",
                "kobe 意見(2)スタンドアロン Standalone PCs with personal data are protected [Period of the update: 3 months]",
            ),
        ),
    ],
)
def test_a_clause(language: str, lines: tuple[str, ...], run: Run) -> None:
    result = run("explain", "(2)イ", "--lang", language)
    assert result.exit_code == 0
    for line in lines:
        assert squeezed(line) in squeezed(result.stdout), line


def test_a_clause_that_only_people_answer(run: Run) -> None:
    lines = run("explain", "(1)ア", "--standard", "osaka").stdout.splitlines()
    assert lines[-2:] == ["  判定の方法：自己点検の回答（有効期間1年）", "  回答する所属：台帳のすべての所属"]
    assert "  施行規則16条の3の措置：① 組織体制" in lines


def test_a_clause_that_only_controls_judge(own: Path, run: Run) -> None:
    page = run("explain", "(2)ア", "--standard", own).stdout
    assert "  判定の方法：管理策\n" in page
    assert "回答" not in page
    assert "見出し" not in page


def test_a_clause_to_which_nothing_answers_elsewhere(explanation: Explanation, run: Run) -> None:
    (clause,) = explanation("9 監査", "--standard", "guideline")["clauses"]
    assert [judge["elsewhere"] for judge in clause["controls"]] == [[]]
    lines = run("explain", "9 監査").stdout.splitlines()
    assert lines[-1] == "      同じ管理策を使う、他の対策基準の条項：なし"


@pytest.mark.parametrize("topic", ["（２）ア", "(2)ｱ", "ｔｅｃｈｎｉｃａｌ／ｕｓｅｒ＿ｉｄ＿ｒｅｖｉｅｗｅｄ"])
def test_either_width(topic: str, run: Run) -> None:
    assert run("explain", topic).exit_code == 0


def test_a_clause_that_several_standards_have(own: Path, run: Run, catalogue: Catalogue) -> None:
    named = [
        name for name in catalogue.standard_ids for clause in catalogue.standard(name).clauses if clause.id == "(1)"
    ]
    assert re.findall(r"^条項 (\w+) \(1\)$", run("explain", "(1)").stdout, re.MULTILINE) == named
    assert "条項 own (2)ア\n" in run("explain", "(2)ア", "--standard", own).stdout
    assert "条項 osaka (2)ア\n" in run("explain", "(2)ア", "--standard", "osaka").stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_fits_the_screen(language: str, run: Run, catalogue: Catalogue) -> None:
    for name in catalogue.standard_ids:
        for clause in catalogue.standard(name).clauses:
            page = run("explain", clause.id, "--standard", name, "--lang", language).stdout
            assert page.startswith(f"{texts(language)('explain.clause')} {name} {clause.id}\n")
            _fits(page)
    for control in catalogue.controls:
        page = run("explain", control, "--lang", language).stdout
        assert page.startswith(f"{texts(language)('explain.control')} {control}\n")
        _fits(page)
    for area in AREAS:
        _fits(run("explain", area, "--lang", language).stdout)


def _fits(page: str) -> None:
    assert page.endswith("\n")
    assert not page.endswith("\n\n")
    for line in page.splitlines():
        assert cell_len(line) <= 80 or " " not in line.strip(), line
        assert line == line.rstrip(), line


# --- Chapters and measures


def _chapters(clause: Clause, catalogue: Catalogue) -> set[int]:
    named = {chapter for use in clause.uses for chapter in catalogue.controls[use.control].guideline}
    return named | ({clause.chapter} if clause.chapter else set())


@pytest.mark.parametrize("number", MEASURES)
def test_a_chapter_holds_what_belongs_to_it(number: int, explanation: Explanation, catalogue: Catalogue) -> None:
    document = explanation(f"chapter:{number}")
    controls, clauses = ids(document)
    assert controls == {name for name, control in catalogue.controls.items() if number in control.guideline}
    assert clauses == {
        (name, clause.id)
        for name in catalogue.standard_ids
        for clause in catalogue.standard(name).clauses
        if number in _chapters(clause, catalogue)
    }
    for entry in (*document["controls"], *document["clauses"]):
        assert number in [chapter["number"] for chapter in entry["chapters"]]
    assert controls
    assert clauses


@pytest.mark.parametrize("number", sorted(set(MEASURES.values())))
def test_a_measure_holds_what_its_chapters_hold(number: int, explanation: Explanation) -> None:
    document = explanation(f"measure:{number}")
    parts = [ids(explanation(f"chapter:{chapter}")) for chapter, measure in MEASURES.items() if measure == number]
    assert ids(document) == (
        {control for controls, _ in parts for control in controls},
        {clause for _, clauses in parts for clause in clauses},
    )
    assert {control["measure"]["number"] for control in document["controls"]} == {number}
    for clause in document["clauses"]:
        assert number in [measure["number"] for measure in clause["measures"]]


@pytest.mark.parametrize("topic", ["chapter:4", "chapter：４", "ｃｈａｐｔｅｒ：４"])
def test_a_chapter_in_words(topic: str, run: Run) -> None:
    lines = run("explain", topic, "--lang", "en").stdout.splitlines()
    assert lines[:3] == [
        "Chapter of the guideline: 4 Physical security",
        "  Measure of 施行規則16条の3: ③ Physical security",
        "  Controls:",
    ]
    assert "    physical/usb_locked  USB medium kept locked" in lines
    kobe = lines.index("    kobe")
    assert "      指摘(2)  Servers stand in a lockable compartment and are fixed" in lines[kobe:]
    lines = run("explain", topic, "--lang", "ja").stdout.splitlines()
    assert lines[:3] == [
        "ガイドラインの章：4 物理的セキュリティ",
        "  施行規則16条の3の措置：③ 物理的セキュリティ",
        "  管理策：",
    ]


def test_a_measure_in_words(run: Run) -> None:
    japanese, english = (squeezed(run("explain", "measure:5", "--lang", language).stdout) for language in LANGUAGES)
    assert japanese.startswith(
        "施行規則16条の3の措置：⑤技術的セキュリティガイドラインの章：3情報システム全体の強靭性の向上、6技術的セキュリティ管理策："
    )
    assert english.startswith("Measureof施行規則16条の3:⑤TechnicalsecurityChapteroftheguideline:3Resilience")


def test_a_chapter_of_one_standard(own: Path, explanation: Explanation, run: Run) -> None:
    assert ids(explanation("chapter:9", "--standard", own))[1] == {("own", "第1条")}
    assert ids(explanation("chapter:1", "--standard", own))[1] == set()
    assert run("explain", "chapter:1", "--standard", own).stdout.splitlines()[-1] == "  条項：なし"


def test_chapters_are_called_as_in_the_guideline(catalogue: Catalogue) -> None:
    groups = catalogue.standard("guideline").groups
    for language in LANGUAGES:
        assert {name: texts(language)(f"chapter.{name}") for name in groups} == {
            name: f"{name} {title[language]}" for name, title in groups.items()
        }


@pytest.mark.parametrize(
    ("topic", "nearest"),
    [
        ("chapter:0", "chapter:"),
        ("chapter:10", "chapter:1"),
        ("measure:9", "measure:"),
        ("measure:none", "measure:"),
        ("chapter:", "chapter:"),
        ("chapter:四", "chapter:"),
        ("user_id_reviewd", "technical/user_id_reviewed"),
        ("zzz", None),
    ],
)
def test_what_there_is_not(topic: str, nearest: str | None, run: Run) -> None:
    for format in ("text", "json"):
        result = run("explain", topic, "--lang", "en", "--format", format)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"neither a clause nor a control “{topic}”." in result.stderr
        assert (f"Did you mean “{nearest}" in result.stderr) if nearest else "Did you mean" not in result.stderr
        assert "chapter:1 to chapter:9, measures measure:1 to measure:8" in result.stderr
    assert f"「{topic}」という条項も管理策もありません。" in run("explain", topic).stderr


# --- For programs


def test_controls_and_clauses_name_each_other(explanation: Explanation, catalogue: Catalogue) -> None:
    by_control: dict[str, list[dict[str, Any]]] = {}
    for name in catalogue.controls:
        (control,) = explanation(name)["controls"]
        by_control[control["id"]] = control["clauses"]
    assert list(by_control) == list(catalogue.controls)
    named = {
        (control, reference["standard"], reference["id"], json.dumps(reference["parameters"]))
        for control, references in by_control.items()
        for reference in references
    }
    judged = set()
    for standard in catalogue.standard_ids:
        for known in catalogue.standard(standard).clauses:
            (clause,) = explanation(known.id, "--standard", standard)["clauses"]
            assert (clause["standard"]["id"], clause["id"], clause["title"]) == (standard, known.id, known.title)
            for judge in clause["controls"]:
                judged.add((judge["id"], standard, clause["id"], json.dumps(judge["parameters"])))
                others = [entry for entry in by_control[judge["id"]] if entry["standard"] != standard]
                assert judge["elsewhere"] == others
    assert named == judged


def test_json_of_a_control(explanation: Explanation) -> None:
    (control,) = explanation("user_id_reviewed")["controls"]
    assert control["title"] == {"ja": "利用者IDが定期的に点検されている", "en": "User ID reviewed within its period"}
    assert control["chapters"] == [{"number": 6, "title": {"ja": "6 技術的セキュリティ", "en": "6 Technical security"}}]
    assert control["measure"]["number"] == 5
    assert control["parameters"] == {
        "period": {
            "type": "duration",
            "default": "P6M",
            "values": None,
            "title": {"ja": "点検の周期", "en": "Period of the review"},
        }
    }
    assert {
        "standard": "osaka",
        "id": "(2)ア",
        "title": {
            "ja": "システム室の入退室と利用者ID・権限を管理している",
            "en": "Entry to system rooms, user IDs and privileges are managed",
        },
        "parameters": {"period": "P6M"},
    } in control["clauses"]


def test_json_says_the_same_in_every_language(run: Run) -> None:
    for command in (["explain", "(2)ア"], ["explain", "chapter:2"], ["standards"], ["controls"]):
        japanese, english = (run(*command, "--format", "json", "--lang", language).stdout for language in LANGUAGES)
        assert japanese == english
        assert japanese.endswith("\n")


def test_an_own_standard(own: Path, explanation: Explanation, run: Run) -> None:
    (clause,) = explanation("第1条", "--standard", own)["clauses"]
    assert clause["group"] == {"id": "甲", "title": {"ja": "第一部", "en": "Part one"}}
    assert clause["attested"] == {"period": "P6M", "asked_of": ["総務課", "税務課"]}
    assert [chapter["number"] for chapter in clause["chapters"]] == [6, 9]
    assert [measure["number"] for measure in clause["measures"]] == [5, 8]
    (judge,) = clause["controls"]
    assert judge["parameters"] == {"period": "P2Y"}
    assert {(entry["standard"], entry["id"]): entry["parameters"] for entry in judge["elsewhere"]} == {
        ("guideline", "6 アクセス制御"): {"period": "P6M"},
        ("osaka", "(2)ア"): {"period": "P6M"},
    }

    page = squeezed(run("explain", "第1条", "--standard", own).stdout)
    assert squeezed("見出し：甲 第一部") in page
    assert "判定の方法：管理策、自己点検の回答（有効期間6か月）回答する所属：総務課、税務課" in page
    assert "利用者IDが定期的に点検されている（点検の周期：2年）" in page
    assert "システム室の入退室と利用者ID・権限を管理している（点検の周期：6か月）" in page


def test_controls_of_an_own_standard_name_its_clauses_only(own: Path, explanation: Explanation) -> None:
    (control,) = explanation("server_maintained", "--standard", own)["controls"]
    assert [(entry["standard"], entry["id"], entry["parameters"]["period"]) for entry in control["clauses"]] == [
        ("own", "(2)ア", "P1M"),
        ("own", "(2)ア", "P3M"),
    ]
    (clause,) = explanation("(2)ア", "--standard", own)["clauses"]
    assert [judge["parameters"]["period"] for judge in clause["controls"]] == ["P1M", "P3M"]


def test_an_own_standard_takes_the_place_of_the_known_one(own: Path, explanation: Explanation) -> None:
    own.write_text(OWN.replace("id: own", "id: osaka"), encoding="utf-8")
    (clause,) = explanation("第1条", "--standard", own)["clauses"]
    assert [entry["standard"] for entry in clause["controls"][0]["elsewhere"]] == ["guideline"]


def test_a_clause_that_is_called_like_a_chapter(own: Path, explanation: Explanation) -> None:
    own.write_text(OWN.replace("第1条", "chapter:4"), encoding="utf-8")
    assert ids(explanation("chapter:4", "--standard", own)) == (set(), {("own", "chapter:4")})


# --- The lists


def test_standards(run: Run, bundle: Bundle, catalogue: Catalogue) -> None:
    listed = json.loads(run("standards", "--format", "json").stdout)
    assert [entry["id"] for entry in listed] == list(bundle.standards)
    lines = {language: squeezed(run("standards", "--lang", language).stdout) for language in LANGUAGES}
    for entry in listed:
        standard = catalogue.standard(entry["id"])
        judged = {clause.id for clause in standard.clauses if clause.uses}
        attested = {clause.id for clause in standard.clauses if clause.attested}
        assert entry == {
            "id": standard.id,
            "title": standard.title,
            "body": standard.body,
            "source": standard.source,
            "clauses": len(judged | attested),
            "judged": len(judged),
            "attested": len(attested),
        }
        numbers = (len(judged | attested), len(judged), len(attested), len(judged & attested))
        japanese = "{}条項（管理策で判定するもの{}、人が回答するもの{}、両方によるもの{}）".format(*numbers)
        english = "clauses: {}, judged by controls: {}, by answers of people: {}, by both: {}".format(*numbers)
        assert squeezed(standard.id + standard.title["ja"] + japanese) in lines["ja"]
        assert squeezed(standard.id + standard.title["en"] + english) in lines["en"]


def test_controls(run: Run, catalogue: Catalogue) -> None:
    listed = json.loads(run("controls", "--format", "json").stdout)
    assert [entry["id"] for entry in listed] == list(catalogue.controls)
    for entry, control in zip(listed, catalogue.controls.values(), strict=True):
        assert list(entry) == ["id", "kind", "title", "severity", "chapters", "measure", "parameters"]
        assert (entry["kind"], entry["title"], entry["severity"]) == (control.kind, control.title, control.severity)
        assert [chapter["number"] for chapter in entry["chapters"]] == list(control.guideline)
        assert entry["measure"]["number"] == control.measure
        assert {name: facts["default"] for name, facts in entry["parameters"].items()} == {
            name: facts["default"] for name, facts in control.parameters.items()
        }
    for language in LANGUAGES:
        page = run("controls", "--lang", language).stdout
        wanted = "".join(
            f"{control.id}({control.kind}){control.title[language]}" for control in catalogue.controls.values()
        )
        assert squeezed(page) == squeezed(wanted)
        _fits(page)


@pytest.mark.parametrize("command", [["explain", "1"], ["standards"], ["controls"]])
def test_a_format_that_there_is_not(command: list[str], run: Run) -> None:
    result = run(*command, "--format", "matrix")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "使えるのは text、json です" in result.stderr


# --- docs/catalogue.md


@pytest.fixture
def tool(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The tool in a folder of its own, with a docs/ that is empty."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / TOOL, tmp_path / TOOL)
    command: list[str | Path] = [sys.executable, tmp_path / TOOL]
    return lambda *more: subprocess.run([*command, *more], capture_output=True, encoding="utf-8", check=False)


def test_the_page_is_checked(tool: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    missing = tool("--check")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "docs/catalogue.md" in missing.stderr
    assert "run tools/write_catalogue.py" in missing.stderr
    assert list((tmp_path / "docs").iterdir()) == []

    assert (tool().returncode, tool("--check").returncode) == (0, 0)
    page = tmp_path / "docs" / "catalogue.md"
    written = page.read_text(encoding="utf-8")
    page.write_text(written.replace("(2)ア", "(2)ァ", 1), encoding="utf-8")
    assert tool("--check").returncode == 1
    assert tool().stdout == "wrote docs/catalogue.md\n"
    assert page.read_text(encoding="utf-8") == written


def _module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_catalogue", ROOT / TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(page: str) -> list[list[str]]:
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


def test_the_page_holds_everything(catalogue: Catalogue) -> None:
    page = _module().render(Crosswalk(catalogue))
    for name in catalogue.standard_ids:
        _, _, part = page.partition(f"\n## {name}\n")
        rows = {row[0]: row for row in _rows(part.partition("\n## ")[0])[2:]}
        clauses = catalogue.standard(name).clauses
        assert list(rows) == [clause.id for clause in clauses]
        for clause in clauses:
            _, ja, en, judged, chapters, _ = rows[clause.id]
            assert (ja, en) == (clause.title["ja"], clause.title["en"])
            assert re.findall(r"`([^`]+)`", judged) == [use.control for use in clause.uses]
            assert ("自己点検 (" in judged) == clause.attested
            assert chapters == ", ".join(map(str, sorted(_chapters(clause, catalogue))))
            for value in (value for use in clause.uses for value in use.parameters.values()):
                assert ("、".join(value) if isinstance(value, list) else str(value)) in judged
    controls = _rows(page.partition("\n## Controls")[2])
    assert controls[0][4:] == catalogue.standard_ids
    assert [row[0].partition("]")[0][1:] for row in controls[2:]] == list(catalogue.controls)


def test_the_page_escapes_what_would_break_a_table(own: Path, catalogue: Catalogue) -> None:
    own.write_text(OWN.replace("IDs are reviewed", '"a|b\\nc"').replace("総務課", "総|務課"), encoding="utf-8")
    page = _module().render(Crosswalk(catalogue, str(own)))
    rows = _rows(page.partition("\n## own\n")[2].partition("\n## ")[0])
    assert {len(row) for row in rows} == {6}
    assert rows[2][2] == r"a\|b c"
    assert r"自己点検 (P6M)：総\|務課、税務課" in rows[2][3]
