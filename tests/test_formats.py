"""The formats for other programs and for documents: valid by the judgement of others, and saying what the JSON says."""

import csv
import io
import json
import os
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import formats
import jsonschema
import pytest
from conftest import AS_OF, ROOT, Run, program
from formats import FILES
from goldens import GOLDEN, assert_golden
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from pieces import report_on
from repository import Repository, isolate
from test_audits import AUDITS, Replay, states
from xmlschema import XMLSchema

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.inventory.schemas import Schemas
from policycheck.measures import read_measures
from policycheck.model import Location, Problem, Status
from policycheck.report import Report
from policycheck.reports import View, renderer
from policycheck.reports.csv import as_text
from policycheck.reports.sarif import _message, uri
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, plain, texts
from policycheck.waivers import read_waivers

SCHEMAS = Path(__file__).parent / "schemas"
SUFFIXES = {"markdown": "md", "junit": "xml", "csv": "csv"}
REGISTERS = ("--waivers", "waivers.yaml", "--measures", "measures.yaml")
"""What the small city has besides its inventory."""


@pytest.fixture(scope="session")
def sarif_validator() -> Any:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


@pytest.fixture(scope="session")
def junit_schema() -> XMLSchema:
    return XMLSchema(SCHEMAS / "junit-10.xsd")


Valid = Callable[[str, str], None]


@pytest.fixture(scope="session")
def valid(sarif_validator: Any, junit_schema: XMLSchema) -> Valid:
    """Whether those who made the format would take the report; of OSCAL, test_oscal.py asks them."""

    def valid(name: str, text: str) -> None:
        if name == "sarif":
            log = json.loads(text)
            sarif_validator.validate(log)
            _follows_the_prose(log["runs"][0])
        elif name == "junit":
            junit_schema.validate(text)
            _adds_up(text)
        elif name == "csv":
            lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
            assert {len(line) for line in lines} == {17}
            assert text.count("\r\n") >= len(lines)
            assert text.endswith("\r\n")
        elif name == "markdown":
            assert formats.marked(text) <= {
                "h1",
                "h2",
                "ul",
                "li",
                "p",
                "strong",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
            }
            for head, *rows in formats.tables(text):
                assert {len(row) for row in rows} <= {len(head)}

    return valid


def _follows_the_prose(run: Mapping[str, Any]) -> None:
    """What the standard demands and its schema does not: sections 3.4.4, 3.27.6, 3.27.10, 3.27.23 and 3.27.24."""
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    compared = {"baselineState" in result for result in run["results"]}
    assert len(compared) <= 1
    for result in run["results"]:
        assert (result["level"] == "none") == (result["kind"] != "fail")
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        else:
            assert result["baselineState"] == "absent"
        status = result["properties"].get("status")
        assert bool(result["suppressions"]) == (status == "waived")
        assert status != "fail" or result["kind"] == "fail"
        for location in result["locations"]:  # GitHub refuses the whole log where one has none
            assert location["physicalLocation"]["artifactLocation"]["uri"]
    for place in _places(run):
        assert place.isascii()
        assert not set(place) & set(' "<>\\^`{|}')
        urlsplit(place)


def _places(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("uri"), str):
            yield value["uri"]
        for inner in value.values():
            yield from _places(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner)


def _adds_up(text: str) -> None:
    """The numbers of each suite and of the whole are those of its cases, which GitLab knows by class and name alone."""
    root = JUnitXml.fromstring(text.encode())
    suites = list(root)
    names = Counter((case.classname, case.name) for suite in suites for case in suite)
    assert set(names.values()) <= {1}
    for suite in suites:
        cases = list(suite)
        parts = [Counter(str(part._tag) for part in case.result or ()) for case in cases]
        found = sum(parts, Counter[str]())
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (
            len(cases),
            found["failure"],
            found["error"],
            found["skipped"],
        )
    assert root.tests == sum(suite.tests for suite in suites)
    assert root.failures == sum(suite.failures for suite in suites)
    assert root.errors == sum(suite.errors for suite in suites)
    whole = formats.junit_numbers(suites[-1])
    departments = sum((Counter(formats.junit_numbers(suite)) for suite in suites[:-1]), Counter[str]())
    assert {status: count for status, count in whole.items() if count} == +departments


Scan = Callable[..., str]


@pytest.fixture
def city(run: Run, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """The report of the small city, with all that belongs to it."""
    monkeypatch.chdir(GOLDEN / "city")

    def scan(name: str, language: str, *more: object, folder: str = "inventory", as_of: object = AS_OF) -> str:
        given = ("--standard", "standard.yaml", "--as-of", as_of, "--format", name, "--lang", language)
        result = run("scan", folder, *given, *more)
        assert result.exit_code in (3, 4), result.stderr
        return result.stdout_bytes.decode()

    return scan


@pytest.fixture
def baseline(city: Scan, tmp_path: Path) -> tuple[str, Path]:
    file = tmp_path / "earlier.json"
    file.write_text(city("json", "ja", folder="earlier", as_of="2026-05-20"), encoding="utf-8")
    return "--baseline", file


@pytest.mark.parametrize("name", [*FILES, "oscal-catalog"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_golden(name: str, language: str, city: Scan, valid: Valid, pytestconfig: pytest.Config) -> None:
    text = city(name, language, *REGISTERS)
    valid(name, text)
    assert_golden(f"city.{name}.{language}.{SUFFIXES.get(name, 'json')}", text, pytestconfig)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_all_say_what_the_json_says(
    name: str, language: str, city: Scan, baseline: tuple[str, Path], valid: Valid
) -> None:
    for more in (REGISTERS, (*REGISTERS, *baseline)):
        report = json.loads(city("json", language, *more))
        text = city(name, language, *more)
        valid(name, text)
        wanted = formats.told_by(name, formats.of_json(report))
        assert formats.told_by(name, formats.OF[name](text, language)) == wanted
        assert sum(wanted.values()) > 15
        numbers = formats.counts(name, text, language)
        assert numbers == ({} if name == "oscal-poam" else report["summary"])


def test_the_departments_with_most_fails_come_first(city: Scan) -> None:
    results = json.loads(city("json", "ja"))["results"]
    counts = Counter((result["resource"]["department"], result["status"]) for result in results)
    wanted = sorted(
        {department for department, _ in counts},
        key=lambda name: (-counts[name, "fail"], -counts[name, "unknown"]),
    )
    assert wanted != list(dict.fromkeys(result["resource"]["department"] for result in results))
    column = texts("ja")("column.department")
    by_row = [row[column] for row in formats.table(city("csv", "ja")) if row[column]]
    markdown, text = city("markdown", "ja"), city("text", "ja")
    assert list(dict.fromkeys(by_row)) == wanted
    assert [line[3:] for line in markdown.splitlines() if line.startswith("## ") and line[3:] in wanted] == wanted
    assert [line.split()[1] for line in text.splitlines() if line.startswith("■ ")] == wanted
    for department in wanted:  # and in each what fails comes before what is unknown
        own = [row for row in formats.table(city("csv", "ja")) if row[column] == department]
        told = [row[texts("ja")("column.status")].split()[0] for row in own]
        assert told == sorted(told, key=["不適合", "判定不能", "例外措置", "改善済", "適合", "対象外"].index)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["text", "markdown", "csv", "junit"])
def test_all_say_what_was_judged_and_what_to_do(
    name: str, language: str, city: Scan, bundle: Bundle, catalogue: Catalogue
) -> None:
    told = texts(language)
    report = json.loads(city("json", language, *REGISTERS))
    text = city(name, language, *REGISTERS, *(["--by", "measure"] if name == "text" else []))
    said = text if name == "text" else formats.words(name, text)
    squeezed = "".join(said.split())

    def says(words: str) -> bool:
        return "".join(words.split()) in squeezed

    assert says(f"{report['standard']['title']} [{report['standard']['id']}]")
    assert says(report["as_of"])
    assert says(f"{report['engine']['name']} (")
    assert says(told("report.exit", code=3, meaning=told("exit.3")))
    for number in map(str, range(1, 9)):
        assert says(told(f"measure.{number}"))
    for measure in report["measures"]:
        assert says(measure["finding"])
        assert says(measure["owner"])
        assert says(measure["text"])
        assert says(measure["on"] or "")
    controls = {use.control.id: use for use in catalogue.checks(catalogue.standard("standard.yaml"))}
    for result in report["results"]:
        if result["status"] not in ("fail", "unknown") or not result["control"]:
            continue
        control = controls[result["control"]].control
        assert says(told(f"severity.{control.severity}"))
        assert result["status"] == "unknown" or says(control.remediation[language])
        for parameter, value in controls[result["control"]].parameters.items():
            assert says(told.parameter(control, parameter, value))
    for name_of in ("検診用2号", "検診サーバ"):
        assert says(name_of)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_all_tell_of_waivers_measures_and_the_baseline(
    name: str, language: str, city: Scan, baseline: tuple[str, Path]
) -> None:
    told = texts(language)
    report = json.loads(city("json", language, *REGISTERS, *baseline))
    found = formats.words(name, city(name, language, *REGISTERS, *baseline))
    for waiver in report["waivers"]:
        for fact in ("reason", "approved_by", "approved_on", "expires_on", "compensating_measure"):
            assert waiver[fact] in found, fact
    for measure in report["measures"]:
        assert measure["finding"] in found
        assert told(f"measure_state.{measure['state']}") in found
    if name == "oscal-poam":  # a plan looks forward
        return
    assert len(report["baseline"]["gone"]) == 2
    for gone in report["baseline"]["gone"]:
        names = [gone["resource"]["department"], gone["control"] or gone["clauses"][0]]
        assert any(all(part in line for part in names) for line in found.splitlines()), gone
    trend = {"new": 5, "persisting": 2, "corrected": 2, "gone": 2}
    if name == "sarif":
        (run,) = json.loads(city(name, language, *REGISTERS, *baseline))["runs"]
        assert trend.items() <= run["properties"]["baseline"].items()
        states = Counter(result["baselineState"] for result in run["results"])
        assert states["absent"] == trend["gone"]
    elif name == "junit":
        suite = list(JUnitXml.fromstring(city(name, language, *REGISTERS, *baseline).encode()))[-1]
        numbers = formats.junit_properties(suite)
        assert {f"baseline.{key}": count for key, count in trend.items()}.items() <= numbers.items()
    elif name == "oscal":
        shown = formats.props(formats.body(city(name, language, *REGISTERS, *baseline)))
        assert {f"baseline-{key}": str(count) for key, count in trend.items()}.items() <= shown.items()
    else:
        for key, count in trend.items():
            assert f"{told(f'report.{key}')} {count}" in found
    assert found.count(told("report.persisting")) >= (
        trend["persisting"] if name in ("csv", "markdown", "junit") else 0
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_input_that_could_not_be_used_is_said(
    name: str, language: str, run: Run, tmp_path: Path, valid: Valid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("台 帳")
    folder.mkdir()
    (folder / "a|b <c>.yaml").write_text("department: 課\nuser_ids:\n  - {id: a, shard: true}\n", encoding="utf-8")
    (folder / "good.yaml").write_text("department: 課\nusb_media: [{id: b, registered: true}]\n", encoding="utf-8")
    given = ("--standard", GOLDEN / "city" / "standard.yaml", "--as-of", AS_OF, "--lang", language)
    report = json.loads(run("scan", folder, *given, "--format", "json").stdout)
    assert len(report["problems"]) == 1
    result = run("scan", folder, *given, "--format", name)
    assert result.exit_code == 4
    text = result.stdout_bytes.decode()
    valid(name, text)
    found = formats.words(name, text)
    for problem in report["problems"]:
        assert problem["message"] in found
        assert problem["file"] in unquote(found)
        assert str(problem["line"]) in found
    if name == "sarif":
        (invocation,) = json.loads(text)["runs"][0]["invocations"]
        assert not invocation["executionSuccessful"]
        assert [told["level"] for told in invocation["toolExecutionNotifications"]].count("error") == 1
    elif name == "junit":
        assert list(JUnitXml.fromstring(text.encode()))[-1].errors == 1
    assert texts(language)("report.incomplete") in found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["text", "markdown", "csv"])
def test_nothing_is_called_right_where_input_could_not_be_used(
    name: str, language: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("department: 課\nusb_media: [{id: b, registered: true}]\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("department: 課\nusb_media: [{id: c, regstered: true}]\n", encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--lang", language, "--format", name)
    result = run("scan", tmp_path / "a.yaml", tmp_path / "b.yaml", *given)
    assert result.exit_code == 4
    told = texts(language)
    text = result.stdout_bytes.decode()
    assert told("report.no_findings") not in text.replace(told("report.no_findings_in_part"), "")
    if name != "csv":
        assert text.index(told("report.incomplete")) < text.index(told("report.no_findings_in_part"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_part_is_called_a_part(
    name: str, language: str, run: Run, tmp_path: Path, valid: Valid, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolate(monkeypatch)
    repository = Repository.create(tmp_path / "city")
    medium = "department: 課\nusb_media: [{id: USB-1, registered: %s, locked_storage: true}]\n"
    repository.commit({"inventory/a.yaml": medium % "true", "inventory/b.yaml": medium.replace("USB-1", "x") % "true"})
    monkeypatch.chdir(repository.folder)
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--lang", language, "--against", "HEAD")
    notice = texts(language)("report.changes", against="HEAD", resources=1)
    for registered, code in (("true", 0), ("false", 3)):
        repository.write({"inventory/a.yaml": medium % registered + "# touched\n"})
        result = run("scan", *given, "--format", name)
        assert result.exit_code == code, result.stderr
        text = result.stdout_bytes.decode()
        valid(name, text)
        if code == 3:
            assert notice in formats.words(name, text)
        if name == "junit":  # what is told is no error
            assert JUnitXml.fromstring(text.encode()).errors == 0


OWN = """\
id: own
title: {ja: 自前, en: Own}
body: 青葉野市
source: 例規集
clauses:
  - {id: "1", title: {ja: 媒体, en: Media}, controls: [{control: assets/usb_registered}]}
"""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_nothing_wrong_is_said_plainly(name: str, language: str, run: Run, tmp_path: Path, valid: Valid) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("department: 課\nusb_media: [{id: b, registered: true}]\n", encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--lang", language)
    result = run("scan", tmp_path / "a.yaml", *given, "--format", name)
    assert result.exit_code == 0
    text = result.stdout_bytes.decode()
    valid(name, text)
    assert formats.OF[name](text, language) == Counter()
    if name == "junit":
        root = JUnitXml.fromstring(text.encode())
        assert (root.tests, root.failures, root.errors) == (1, 0, 0)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("standard", ["guideline", "osaka"])
def test_the_sample_city(name: str, standard: str, run: Run, valid: Valid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    given = ("scan", "inventory", "--standard", standard, "--as-of", AS_OF)
    report = json.loads(run(*given, "--format", "json").stdout)
    text = run(*given, "--format", name).stdout_bytes.decode()
    valid(name, text)
    wanted = formats.told_by(name, formats.of_json(report))
    assert formats.told_by(name, formats.OF[name](text, "ja")) == wanted
    assert len(wanted) > 20


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("audit", "state"), [("ryugasaki-r5", "second"), ("kobe-h27", "second")])
def test_replays_of_audits(audit: str, state: str, name: str, run: Run, tmp_path: Path, valid: Valid) -> None:
    """One with a baseline, and one with measures, too."""
    replay = Replay(AUDITS / audit, state, "wasm", run, tmp_path)
    text = replay.printed(name)
    valid(name, text)
    wanted = formats.told_by(name, formats.of_json(replay.report))
    assert formats.told_by(name, formats.OF[name](text, "ja")) == wanted
    assert wanted


@pytest.mark.parametrize(("audit", "state"), states())
def test_places_and_names_in_all_replays(audit: Path, state: str, run: Run, tmp_path: Path, valid: Valid) -> None:
    replay = Replay(audit, state, "wasm", run, tmp_path)
    for name in ("junit", "sarif"):
        valid(name, replay.printed(name))


def test_junit_tells_equal_problems_apart(run: Run, tmp_path: Path, valid: Valid) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.yaml").write_text("department: 課\nusb_media: [{id: b, a: 1, c: 2}]\n", encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--format", "junit")
    text = run("scan", tmp_path / "a.yaml", *given).stdout_bytes.decode()
    valid("junit", text)
    assert list(JUnitXml.fromstring(text.encode()))[-1].errors == 2


# Hostile values

ODD = ["|", "\\|", "<script>alert(1)</script>", "[a](http://x.example)", "www.x.example", "_WWW.x.example", "http://x.example/a?b", "`a`",
       "*a*", "_a_", "~~a~~", "{0}", "{{ insert: param, a }}", "&amp;", "&#60;", "]]>", "<!--", "-->", "=1+1", "+1", "-1",
       "@SUM(A1)", "＝1+1", "1. a", "- a", "# a", "===", "---", "    a", "a\\", '"', '""', "'", ",", ";", "\u202e", "\u200b",
       "\ufeff", "\x00", "\x1b[31m", "\r", "\n", "\r\n", "\u2028", "\x85", "\ufffe", "$&", "%s", "{x}", "@everyone", "!a",
       "https://日本.example", "𠮷", "か\u3099", "👨‍👩‍👧"]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.lists(st.sampled_from(ODD), min_size=1, max_size=3).map("".join),
)


Hostile = Callable[[st.DataObject], Report]


@pytest.fixture(scope="module")
def hostile(bundle: Bundle, schemas: Schemas, catalogue: Catalogue, wasm_engine: Engine) -> Hostile:
    """The small city, under names that its people would hardly give."""
    folder = GOLDEN / "city"
    standard = catalogue.standard(str(folder / "standard.yaml"))
    registers = {
        "waivers": read_waivers(folder / "waivers.yaml", standard, bundle.schemas["waivers"]),
        "measures": read_measures(folder / "measures.yaml", standard, bundle.schemas["measures"]),
    }
    report = report_on([folder / "inventory"], standard, catalogue, schemas, wasm_engine, registers=registers)
    names = {result.resource.id for result in report.results} | set(report.departments) | {"x", "y"}
    names |= {str(result.resource.name) for result in report.results}
    names |= {text for use in report.measures or () for text in (use.measure.finding, use.measure.text)}
    names |= {use.waiver.reason for use in report.waivers}

    def hostile(data: st.DataObject) -> Report:
        several = st.lists(VALUES, min_size=len(names), max_size=len(names), unique_by=lambda text: plain(text).strip())
        values = data.draw(several)
        path = data.draw(VALUES)
        return renamed(report, dict(zip(sorted(names), values, strict=True)), lambda file: file + path)

    return hostile


def renamed(report: Report, values: Mapping[str, str], files: Callable[[str], str]) -> Report:
    """The report of a city whose names are these values, as far as they are given."""

    def name(text: str | None) -> Any:
        return text if text is None else values.get(text, text)

    again = {
        id(result): result._replace(
            resource=result.resource._replace(
                id=name(result.resource.id),
                department=name(result.resource.department),
                name=name(result.resource.name),
                file=files(result.resource.file),
            )
        )
        for result in report.results
    }
    return replace(
        report,
        departments=[name(department) for department in report.departments],
        tallies=[(check, {name(key): value for key, value in tally.items()}) for check, tally in report.tallies],  # type: ignore[misc]
        results=list(again.values()),
        problems=[
            Problem("unknown_field", Location(files("x"), 3), {"kind": "x", "id": name("x"), "field": name("y")})
        ],
        waivers=[
            replace(use, waiver=replace(use.waiver, id=name(use.waiver.id), reason=name(use.waiver.reason)))
            for use in report.waivers
        ],
        measures=[
            replace(
                use,
                measure=replace(use.measure, finding=name(use.measure.finding), text=name(use.measure.text)),
                results=[again[id(result)] for result in use.results],
            )
            for use in report.measures or ()
        ],
    )


@given(data=st.data())
@settings(max_examples=30)
@pytest.mark.parametrize("name", ["markdown", "csv", "sarif", "junit"])
def test_hostile_values_stay_text(name: str, data: st.DataObject, hostile: Hostile, valid: Valid) -> None:
    report = hostile(data)
    language = data.draw(st.sampled_from(LANGUAGES))
    text = b"".join(renderer(name).render(report, texts(language), View())).decode()
    valid(name, text)
    if name == "csv":
        ids = [row[texts(language)("column.id")] for row in formats.table(text)]
        wanted = Counter(as_text(result.resource.id) for result in report.results)
        assert wanted <= Counter(ids)
        for row in formats.table(text):
            for cell in row.values():
                assert not cell.startswith(("=", "+", "-", "@", "＝"))
                assert plain(cell) == cell
    elif name == "sarif":
        found = [
            result["locations"][0]["logicalLocations"][0]["name"] for result in json.loads(text)["runs"][0]["results"]
        ]
        alerts = (Status.FAIL, Status.UNKNOWN, Status.WAIVED)
        assert Counter(found) == Counter(result.resource.id for result in report.results if result.status in alerts)
    elif name == "markdown":
        cells = [cell for table in formats.tables(text) for row in table for cell in row]
        for result in report.results:
            assert plain(f"{texts(language).kind(result.resource.kind)} {result.resource.id}").strip() in cells
        assert len(formats.tables(text)) == 4 + len({result.resource.department for result in report.results})
    else:
        suites = [suite.name for suite in JUnitXml.fromstring(text.encode())]
        assert suites[:-1] == [plain(name) for name in report.departments if name in report.by_department]


@pytest.mark.parametrize("name", ["json", *FILES])
def test_names_of_files_that_are_no_text(name: str, city: Scan, baseline: tuple[str, Path], tmp_path: Path) -> None:
    waivers, earlier = (tmp_path / os.fsdecode(b"\xff%d.yaml" % number) for number in range(2))
    waivers.write_bytes((GOLDEN / "city" / "waivers.yaml").read_bytes())
    earlier.write_bytes(baseline[1].read_bytes())
    assert "\\udcff0.yaml" in city(name, "ja", "--waivers", waivers, "--baseline", earlier).replace(
        "\\\\", "\\"
    ).replace("%5C", "\\")


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("inventory/a.yaml", "inventory/a.yaml"),
        ("台帳/a b#c?.yaml", "%E5%8F%B0%E5%B8%B3/a%20b%23c%3F.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("../a%20.yaml", "../a%2520.yaml"),
        ("/srv/台帳.yaml", "file:///srv/%E5%8F%B0%E5%B8%B3.yaml"),
        ("C:/台帳/a b.yaml", "file:///C:/%E5%8F%B0%E5%B8%B3/a%20b.yaml"),
        ("s3://bucket/台帳/a b#1.ndjson", "s3://bucket/%E5%8F%B0%E5%B8%B3/a%20b%231.ndjson"),
        ("https://h.example:1/a?b=%E5&c=100%", "https://h.example:1/a?b=%E5&c=100%25"),
    ],
)
def test_paths_as_references(path: str, reference: str) -> None:
    assert uri(path) == reference


def test_sarif_one_rule_for_a_control_with_several_values(run: Run, tmp_path: Path, valid: Valid) -> None:
    use = "  - {id: '%s', title: {ja: a, en: a}, controls: [{control: technical/user_id_reviewed, parameters: {period: %s}}]}\n"
    text = "id: own\ntitle: {ja: a, en: a}\nbody: a\nsource: a\nclauses:\n" + use % ("1", "P2Y") + use % ("2", "P6M")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    entry = "department: a\nuser_ids: [{id: U, account: a, status: active, last_reviewed_on: 2020-01-01}]\n"
    (tmp_path / "city.yaml").write_text(entry, encoding="utf-8")
    given = ("--standard", tmp_path / "own.yaml", "--as-of", AS_OF, "--format", "sarif")
    log = run("scan", tmp_path / "city.yaml", *given).stdout
    valid("sarif", log)
    (found,) = json.loads(log)["runs"]
    (rule,) = found["tool"]["driver"]["rules"]
    assert [check["parameters"]["period"] for check in rule["properties"]["checks"]] == ["P2Y", "P6M"]
    assert len({result["partialFingerprints"]["policycheck/v1"] for result in found["results"]}) == 2


def test_sarif_baseline_states(city: Scan, baseline: tuple[str, Path]) -> None:
    report = json.loads(city("json", "ja", "--all", *REGISTERS, *baseline))
    (found,) = json.loads(city("sarif", "ja", "--all", *REGISTERS, *baseline))["runs"]
    states = Counter((result["properties"].get("status"), result["baselineState"]) for result in found["results"])
    trend = found["properties"]["baseline"]
    assert {key: count for key, count in states.items() if key[1] == "new"} == {("fail", "new"): trend["new"]}
    assert states["fail", "unchanged"] == trend["persisting"]
    assert states["fail", "updated"] == 0
    assert states["corrected", "updated"] == trend["corrected"] == 2
    assert states[None, "absent"] == trend["gone"] == len(report["baseline"]["gone"])
    wanted = Counter(
        (result["status"], "unchanged" if (result["before"] or "pass") == result["status"] else "updated")
        for result in report["results"]
        if result["status"] != "fail"
    )
    assert {key: count for key, count in states.items() if key[0] not in ("fail", None)} == wanted


def test_sarif_lists_what_is_open(city: Scan, baseline: tuple[str, Path]) -> None:
    """A code host takes every result for an alert, whatever its kind; what is none is there with --all."""
    summary = json.loads(city("json", "ja", *REGISTERS, *baseline))["summary"]
    for more, wanted in ((), ("fail", "unknown", "waived")), (("--all",), tuple(summary)):
        (run,) = json.loads(city("sarif", "ja", *more, *REGISTERS, *baseline))["runs"]
        told = Counter(result["properties"].get("status") for result in run["results"])
        assert {status: told[status] for status in summary} == {
            status: count if status in wanted else 0 for status, count in summary.items()
        }
        assert run["properties"]["summary"] == summary


def test_sarif_makes_no_links_of_brackets() -> None:
    assert _message("[a](http://x.example) [b]")["text"] == r"\[a\](http://x.example) \[b\]"
    assert _message("[a] {b}")["text"] == "[a] {{b}}"


Cells = list[list[object]]
LOCALES = {"ja": 1041, "en": 1033}


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str, str], Cells]:
    """The cells that LibreOffice reads from CSV, in the locale of a language, looking for numbers and days."""
    import openpyxl

    def opened(text: str, language: str) -> Cells:
        office = program("soffice", "libreoffice")
        (tmp_path / "report.csv").write_bytes(text.encode())
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        told = f"--infilter=Text - txt - csv (StarCalc):44,34,76,1,,{LOCALES[language]},false,true"
        convert: list[str | Path] = [office, profile, "--headless", told, "--convert-to", "xlsx", "--outdir", tmp_path]
        convert.append(tmp_path / "report.csv")
        subprocess.run(convert, check=True, capture_output=True, timeout=120)
        sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").active
        assert sheet is not None
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    return opened


def assert_read_as_written(text: str, cells: Cells, language: str) -> None:
    """Every cell is the text that stands there, but for the lines of files, which are numbers."""
    line = texts(language)("column.line")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert cells[0] == head
    for read, written in zip(cells[1:], rows, strict=True):
        for title, cell, value in zip(head, read, written, strict=True):
            wanted = int(value) if title == line and value else value or None
            assert (cell, type(cell)) == (wanted, type(wanted))


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_opens_in_a_spreadsheet(
    language: str, city: Scan, opened: Callable[[str, str], Cells], run: Run, tmp_path: Path
) -> None:
    """Clauses such as 1-2 are written so that nobody takes them for days."""
    text = city("csv", language, *REGISTERS)
    clause = texts(language)("report.clauses")
    column = texts(language)("column.clauses")
    assert {row[column] for row in formats.table(text)} >= {f"{clause} 1-2", ""}
    assert_read_as_written(text, opened(text, language), language)
    ryugasaki = Replay(AUDITS / "ryugasaki-r5", "second", "wasm", run, tmp_path).printed("csv", language)
    assert_read_as_written(ryugasaki, opened(ryugasaki, language), language)


ODD_TO_A_SPREADSHEET = [
    "0012", "1E5", "1e-5", "12345678901234567890", "1-2", "1.10", "2026/1/2", "2026-01-02", "TRUE", "false", "1/2",
    "1 1/2", "12%", "¥100", "$1", "-5", "+5", "(5)", "1,234", "10:30", "10:30 PM", "3 PM", "Jan 5", "5-Jan-26", "MAR1",
    "DEC-001", "January 5, 2026", "1月2日", "2026年1月2日", "令和8年1月2日", "R8.1.2", "H30/1/2", "１２３", "２０２６／１／２",
    " 12 ", ".5", "5.", "1_000", "=1+1", "＝1+1", "@a", "#N/A", "20260102", "1.2.3", "1.2.2026", "午後3時5分", "\t=1",
]  # fmt: skip
CLEAR = [
    "USB-001",
    "U-1",
    "健康局",
    "PC-1E5",
    "第2会議室",
    "E1",
    "S1",
    "3F",
    "A 1",
    "令和",
    "May",
    "True Story",
    "ｱ1",
    "10GB",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_keeps_names_that_look_like_numbers(language: str, opened: Callable[[str, str], Cells]) -> None:
    assert list(map(as_text, CLEAR)) == CLEAR
    assert as_text("1" + "janmon" * 5000 + "!").startswith("1")  # in no time
    values = [as_text(value) for value in (*ODD_TO_A_SPREADSHEET, *CLEAR)]
    text = "".join(f'"{value}"\r\n' for value in values)
    assert opened("\ufeff" + text, language) == [[value] for value in values]
    assert [value for value in ODD_TO_A_SPREADSHEET if as_text(value) == value] == ["1_000"]
