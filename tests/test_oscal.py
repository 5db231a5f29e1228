"""The OSCAL documents: valid by compliance-trestle, whole, and true to what the scan says."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import formats
import pytest
from conftest import AS_OF, ROOT, Run
from goldens import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st
from test_audits import AUDITS, Replay
from test_formats import OWN, REGISTERS, Hostile, hostile  # noqa: F401 (a fixture)
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.poam import PlanOfActionAndMilestones

from policycheck.reports import View, renderer
from policycheck.reports.oscal_parts import token
from policycheck.texts import LANGUAGES, texts

DOCUMENTS: Mapping[str, tuple[str, Any]] = {
    "oscal": ("assessment-results", AssessmentResults),
    "oscal-poam": ("plan-of-action-and-milestones", PlanOfActionAndMilestones),
    "oscal-catalog": ("catalog", Catalog),
}
TRESTLE = Path(sys.executable).with_name("trestle")


def parsed(name: str, text: str) -> Any:
    """The document, if the models of trestle take it and nothing in it refers to nothing."""
    key, model = DOCUMENTS[name]
    document = json.loads(text)
    assert list(document) == [key]
    model.parse_obj(document[key])
    _is_whole(document[key])
    return document[key]


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner)


def _is_whole(document: Mapping[str, Any]) -> None:
    """Ids are unique, and every reference leads to one of them. What is empty is left out."""
    objects = list(_objects(document))
    ids = [found["uuid"] for found in objects if "uuid" in found]
    assert len(set(ids)) == len(ids)
    assert {UUID(name).version for name in ids} == {5}
    for found in objects:
        for name, value in found.items():
            assert value or name == "include-all", name
            if name.endswith("-uuid"):
                assert value in ids, name
            if name.endswith("-uuids"):
                assert set(value) <= set(ids), name
            if name in ("last-modified", "start", "end", "collected", "deadline", "date"):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\+09:00", value), name
            if name == "ns":
                assert value == "https://policycheck.example/ns/oscal"


Scan = Callable[..., Any]


@pytest.fixture
def city(run: Run, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """A document of the small city, with all that belongs to it."""
    monkeypatch.chdir(GOLDEN / "city")

    def scan(name: str, *more: object, language: str = "ja") -> Any:
        given = ("--standard", "standard.yaml", "--as-of", AS_OF, "--lang", language, *REGISTERS)
        return parsed(name, run("scan", "inventory", *given, "--format", name, *more).stdout)

    return scan


def _numbers(holder: Mapping[str, Any]) -> dict[str, int]:
    names = ("pass", "fail", "unknown", "not_applicable", "waived", "corrected")
    return {name: int(value) for name, value in formats.props(holder).items() if name in names}


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_speak_of_the_objectives_of_the_catalogue(language: str, city: Scan) -> None:
    catalogue = city("oscal-catalog", language=language)
    result = city("oscal", language=language)["results"][0]
    parts = {found["id"]: found for found in _objects(catalogue) if "id" in found}
    controls = {found["id"] for found in _objects(catalogue) if found.get("class") == "clause"}
    for finding in result["findings"]:
        assert parts[finding["target"]["target-id"]]["name"] == "assessment-objective"
        clause = finding["target"]["target-id"].removesuffix("_obj")
        assert formats.props(parts[clause])["label"] == formats.props(finding)["clause"]
    (selection,) = result["reviewed-controls"]["control-selections"]
    left_out = {chosen["control-id"] for chosen in selection["exclude-controls"]}
    judged = {finding["target"]["target-id"].removesuffix("_obj") for finding in result["findings"]}
    assert left_out == {"clause-2-3"}
    assert "2-3" in selection["remarks"]
    assert left_out | judged == controls
    assert not left_out & judged


def test_a_clause_is_kept_only_where_that_was_seen(city: Scan, run: Run) -> None:
    report = json.loads(
        run("scan", "inventory", "--standard", "standard.yaml", "--as-of", AS_OF, "--format", "json", *REGISTERS).stdout
    )
    states = {
        formats.props(finding)["clause"]: (finding["target"]["status"]["state"], finding["target"]["status"]["reason"])
        for finding in city("oscal")["results"][0]["findings"]
    }
    worst = {row["clause"]: set(row["departments"].values()) for row in report["matrix"] if row["departments"]}
    assert set(states) == {clause for clause, found in worst.items() if found != {"not_applicable"}}
    for clause, state in states.items():
        if "fail" in worst[clause]:
            assert state == ("not-satisfied", "fail")
        elif worst[clause] & {"unknown", "waived"}:
            assert state == ("not-satisfied", "other")
        else:
            assert state == ("satisfied", "pass")
    assert ("not-satisfied", "other") in states.values()


FINE = "department: 課\nusb_media: [{id: a, registered: true}]\n"


@pytest.mark.parametrize(
    ("content", "state", "reason"),
    [
        (FINE, "satisfied", "pass"),
        (FINE.replace("true", "false"), "not-satisfied", "fail"),
        (FINE.replace(", registered: true", ""), "not-satisfied", "other"),
        (FINE + "odd: 1\n", "not-satisfied", "other"),
    ],
)
def test_states(content: str, state: str, reason: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(content, encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--format")
    document = parsed("oscal", run("scan", tmp_path / "a.yaml", *given, "oscal").stdout)
    (finding,) = document["results"][0]["findings"]
    status = finding["target"]["status"]
    assert (status["state"], status["reason"]) == (state, reason)
    assert formats.props(document["results"][0])["complete"] == str("odd" not in content).lower()
    plan = parsed("oscal-poam", run("scan", tmp_path / "a.yaml", *given, "oscal-poam").stdout)
    assert len(plan["poam-items"]) == 1
    nothing = texts("ja")("oscal.nothing") == formats.unescaped(plan["poam-items"][0]["description"])
    assert nothing == (state == "satisfied")


def test_nothing_to_judge(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("department: 課\nservers: [{id: a}]\n", encoding="utf-8")
    for name in DOCUMENTS:
        result = run("scan", tmp_path / "a.yaml", "--standard", tmp_path / "own.yaml", "--format", name)
        assert result.exit_code == 4
        parsed(name, result.stdout)


def test_the_plan_has_the_measures_with_their_days(city: Scan) -> None:
    plan = city("oscal-poam")
    risks = {risk["uuid"]: risk for risk in plan["risks"]}
    found = {}
    for item in plan["poam-items"]:
        (reference,) = item["related-risks"]
        risk = risks[reference["risk-uuid"]]
        if "measure-state" in formats.props(risk):
            (remediation,) = risk["remediations"]
            days = [task["timing"]["on-date"]["date"][:10] for task in remediation.get("tasks", ())]
            told = (risk["status"], remediation["lifecycle"], days, risk.get("deadline", "")[:10])
            found[item["title"].partition(" ")[0]] = told
    assert found == {
        "指摘1": ("open", "completed", ["2026-08-01"], ""),
        "指摘2": ("closed", "completed", ["2026-07-01"], ""),
        "指摘3": ("remediating", "planned", ["2027-03-31"], "2027-03-31"),
        "指摘4": ("closed", "recommendation", [], ""),
        "指摘5": ("investigating", "planned", ["2027-01-31"], "2027-01-31"),
    }


def test_a_waiver_is_an_accepted_risk(city: Scan) -> None:
    for name in ("oscal", "oscal-poam"):
        part = city(name)["results"][0] if name == "oscal" else city(name)
        (risk,) = [risk for risk in part["risks"] if "waiver-state" in formats.props(risk)]
        assert risk["status"] == "deviation-approved"
        assert risk["deadline"] == "2027-03-31T00:00:00+09:00"
        (factor,) = risk["mitigating-factors"]
        assert factor["description"] == "サーバ室に立ち入る者を二人に限る"
        (reference,) = risk["related-observations"]
        observation = next(o for o in part["observations"] if o["uuid"] == reference["observation-uuid"])
        assert formats.props(observation)["status"] == "waived"
    assert any(
        {"risk-uuid": risk["uuid"]} in finding.get("related-risks", ())
        for result in city("oscal")["results"]
        for finding in result["findings"]
        for risk in result["risks"]
    )


def test_the_counts_of_a_clause_are_those_of_its_judgements(city: Scan, run: Run) -> None:
    given = (
        "scan",
        "inventory",
        "--standard",
        "standard.yaml",
        "--as-of",
        AS_OF,
        *REGISTERS,
        "--format",
        "json",
        "--all",
    )
    report = json.loads(run(*given).stdout)
    wanted: dict[str, Counter[str]] = {}
    for result in report["results"]:
        for clause in result["clauses"]:
            wanted.setdefault(clause, Counter())[result["status"]] += 1
    result = city("oscal")["results"][0]
    assert _numbers(result) == report["summary"]
    for finding in result["findings"]:
        assert +Counter(_numbers(finding)) == wanted[formats.props(finding)["clause"]]


def test_the_same_content_has_the_same_ids(city: Scan) -> None:
    assert city("oscal") == city("oscal")
    result, plan = city("oscal")["results"][0], city("oscal-poam")
    shared = {o["uuid"] for o in result["observations"]} & {o["uuid"] for o in plan["observations"]}
    assert shared == {o["uuid"] for o in plan["observations"]}
    assert city("oscal", language="en")["uuid"] != city("oscal")["uuid"]
    items = {item["uuid"] for item in result["local-definitions"]["inventory-items"]}
    english = city("oscal", language="en")["results"][0]["local-definitions"]["inventory-items"]
    assert items == {item["uuid"] for item in english}


def test_many_that_say_the_same_are_one_observation(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    media = "".join(f"  - {{id: m{number}, registered: false}}\n" for number in range(500))
    (tmp_path / "a.yaml").write_text(f"department: 課\nusb_media:\n{media}", encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--format", "oscal")
    (result,) = parsed("oscal", run("scan", tmp_path / "a.yaml", *given).stdout)["results"]
    (observation,) = result["observations"]
    assert len(observation["subjects"]) == len(result["local-definitions"]["inventory-items"]) == 500


@given(st.text(min_size=1), st.text(min_size=1))
def test_tokens_differ_where_names_do(one: str, other: str) -> None:
    first, second = token("clause", one), token("clause", other)
    assert (first == second) == (one == other)
    assert re.fullmatch(r"[a-z][A-Za-z0-9._-]*", first)
    assert not first.endswith("_obj")


@given(data=st.data())
@settings(max_examples=20)
@pytest.mark.parametrize("name", ["oscal", "oscal-poam"])
def test_hostile_values_stay_text(name: str, data: st.DataObject, hostile: Hostile) -> None:  # noqa: F811
    report = hostile(data)
    text = b"".join(renderer(name).render(report, texts(data.draw(st.sampled_from(LANGUAGES))), View())).decode()
    document = parsed(name, text)
    for found in _objects(document):
        for field in ("title", "description", "remarks", "statement", "prose"):
            if field in found:
                tokens = formats.tokens(found[field])
                assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
                for token in tokens:
                    if token.type == "inline":
                        formats.written(token)


def test_hostile_standards_stay_text(run: Run, tmp_path: Path) -> None:
    text = OWN.replace('id: "1"', 'id: "(2)イ {{ insert: param, x }} *a*"').replace(
        "en: Media", 'en: "<b>[a](b)</b> ^x^"'
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(FINE, encoding="utf-8")
    for name in DOCUMENTS:
        result = run("scan", tmp_path / "a.yaml", "--standard", tmp_path / "own.yaml", "--format", name, "--lang", "en")
        document = parsed(name, result.stdout)
        if name == "oscal-catalog":
            (control,) = document["controls"]
            assert formats.unescaped(control["title"]) == "<b>[a](b)</b> ^x^"
            assert (
                control["id"]
                == "clause-_28_2_29__30a4__20__7b__7b__20_insert_3a__20_param_2c__20_x_20__7d__7d__20__2a_a_2a_"
            )


FOLDERS = {"oscal": "assessment-results", "oscal-poam": "plan-of-action-and-milestones", "oscal-catalog": "catalogs"}
"""Where a workspace of trestle keeps each kind of document."""


def _trestle(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TRESTLE, *command], cwd=folder, check=False, capture_output=True, text=True, encoding="utf-8", timeout=300
    )


def test_trestle_takes_them(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample city, the small one and the replay of an audit, in both languages: validated by the command itself."""
    monkeypatch.chdir(ROOT)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    assert _trestle(workspace, "init", "--local").returncode == 0
    replay = Replay(AUDITS / "ryugasaki-r5", "second", "wasm", run, tmp_path)
    small = GOLDEN / "city"
    registers = ("--waivers", small / "waivers.yaml", "--measures", small / "measures.yaml")
    for language in LANGUAGES:
        for name, (key, _) in DOCUMENTS.items():
            told = ("--as-of", AS_OF, "--format", name, "--lang", language)
            printed = {
                "sample": run("scan", "inventory", *told).stdout,
                "small": run(
                    "scan", small / "inventory", "--standard", small / "standard.yaml", *registers, *told
                ).stdout,
                "audit": replay.printed(name, language),
            }
            for city, text in printed.items():
                parsed(name, text)
                file = workspace / FOLDERS[name] / f"{city}-{language}" / f"{key}.json"
                file.parent.mkdir(parents=True)
                file.write_text(text, encoding="utf-8")
    done = _trestle(workspace, "validate", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("VALID") == 18, done.stdout
    file = workspace / FOLDERS["oscal"] / "small-ja" / "assessment-results.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"not-satisfied"', '"kept"'), encoding="utf-8")
    assert _trestle(workspace, "validate", "--all").returncode != 0
