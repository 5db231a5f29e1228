"""Every control that there is, with its samples, its METADATA and its place in the standards."""

import copy
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from conftest import AS_OF, ROOT
from pieces import Entry, entries, evaluate, report_on

from policycheck.engines import Engine
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import MEASURES, Check, Control, Result, Status
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

CONTROLS = ROOT / "policies" / "controls"
IDS = sorted(f"{path.parent.name}/{path.name}" for path in CONTROLS.glob("*/*/"))

CHAPTERS = {
    "organisation": 1,
    "assets": 2,
    "network_tiers": 3,
    "physical": 4,
    "human": 5,
    "technical": 6,
    "operation": 7,
    "outsourcing": 8,
    "evaluation": 9,
}
MAY_LIE_AHEAD = {"built_on", "starts_on"}

every_control = pytest.mark.parametrize("control_id", IDS)
both_samples = pytest.mark.parametrize("sample", ["compliant", "violating"])

Fields = dict[str, Any]


@pytest.fixture
def control(catalogue: Catalogue, control_id: str) -> Control:
    return catalogue.controls[control_id]


def load(control_id: str, sample: str, schemas: Schemas) -> list[Entry]:
    path = CONTROLS / control_id / f"{sample}.yaml"
    assert load_inventory([path], schemas).problems == []
    return entries([path], schemas)


def judge(control: Control, resources: list[Entry], engine: Engine) -> list[Result]:
    """One result for each resource of the control's kind."""
    defaults = {name: facts["default"] for name, facts in control.parameters.items()}
    _, results = evaluate(resources, [Check(control, defaults, ("1",))], engine, AS_OF, keep_all=True)
    assert [result.resource.id for result in results] == [r.id for r in resources if r.kind == control.kind]
    return results


def rejudge(control: Control, resources: list[Entry], place: int, fields: Fields, engine: Engine) -> Result:
    """The result for the resource at the place, after its fields were replaced."""
    changed = [*resources]
    changed[place] = resources[place].given(fields)
    return next(r for r in judge(control, changed, engine) if r.resource[:2] == changed[place].key)


def put(fields: Fields, name: str, value: Any) -> Fields:
    """A copy with the field `name` or `outer.inner` set."""
    changed = copy.deepcopy(fields)
    *outer, last = name.split(".")
    inside = changed
    for part in outer:
        inside = inside.setdefault(part, {})
    inside[last] = value
    return changed


def without(fields: Fields, *names: str) -> Fields:
    changed = copy.deepcopy(fields)
    for name in names:
        *outer, last = name.split(".")
        inside = changed
        for part in outer:
            inside = inside.get(part, {})
        inside.pop(last, None)
    return changed


def field_schema(kind: str, name: str) -> Fields:
    """The schema of the field `name` or `outer.inner`, with its reference resolved."""
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schemas").glob("*.json")}
    schema: Fields = files[f"{kind}.schema.json"]
    for part in name.split("."):
        schema = schema["properties"][part]
    file, _, definition = schema.get("$ref", "").partition("#/$defs/")
    return files[file]["$defs"][definition] if file else schema


def metadata(control_id: str) -> Any:
    lines = (CONTROLS / control_id / f"{Path(control_id).name}.rego").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# METADATA"
    head = lines[1 : next(number for number, line in enumerate(lines) if line.startswith("package "))]
    return yaml.safe_load("\n".join(line.removeprefix("#").removeprefix(" ") for line in head))


def test_every_folder_is_a_control(catalogue: Catalogue) -> None:
    assert list(catalogue.controls) == IDS


@every_control
def test_folder_is_whole(control_id: str) -> None:
    name = Path(control_id).name
    files = {path.name for path in (CONTROLS / control_id).iterdir()}
    assert files == {f"{name}.rego", f"{name}_test.rego", "compliant.yaml", "violating.yaml"}


@every_control
def test_metadata(control_id: str) -> None:
    schema = json.loads((ROOT / "schemas" / "control.schema.json").read_text(encoding="utf-8"))
    found = metadata(control_id)
    jsonschema.Draft202012Validator(schema).validate(found)
    chapter = found["custom"]["guideline"][0]
    assert CHAPTERS[Path(control_id).parent.name] == chapter
    assert MEASURES[chapter] == found["custom"]["measure"]


@every_control
def test_some_standard_uses_it(control_id: str, catalogue: Catalogue) -> None:
    standards = [catalogue.standard(name) for name in catalogue.standard_ids]
    assert any(
        use.control == control_id for standard in standards for clause in standard.clauses for use in clause.uses
    )


@every_control
def test_compliant_sample_passes(control_id: str, control: Control, schemas: Schemas, engine: Engine) -> None:
    results = judge(control, load(control_id, "compliant", schemas), engine)
    assert results
    assert {result.status for result in results} == {Status.PASS}


@every_control
def test_violating_sample_fails_for_every_reason(
    control_id: str, control: Control, schemas: Schemas, engine: Engine
) -> None:
    results = judge(control, load(control_id, "violating", schemas), engine)
    source = (ROOT / control.file).read_text(encoding="utf-8")
    assert {result.status for result in results} == {Status.FAIL}
    assert {result.reason for result in results} == set(re.findall(r'verdict\.fail\("(\w+)"', source))
    for language in LANGUAGES:
        assert all(texts(language).message(result) for result in results)


@every_control
def test_missing_field_is_unknown(control_id: str, control: Control, schemas: Schemas, engine: Engine) -> None:
    resources = load(control_id, "compliant", schemas)
    tried = 0
    for place, resource in enumerate(resources):
        if resource.kind != control.kind:
            continue
        for entry in control.deciding:
            names = entry.split("|")
            result = rejudge(control, resources, place, without(resource.fields, *names), engine)
            assert (result.status, result.facts) == (Status.UNKNOWN, {"fields": names}), resource.id
            assert result.reason in {"missing", *control.messages}
            if "." in entry:
                outer = entry.partition(".")[0]
                inside = [name for name in control.deciding if name.startswith(f"{outer}.")]
                result = rejudge(control, resources, place, without(resource.fields, outer), engine)
                assert (result.status, result.facts) == (Status.UNKNOWN, {"fields": inside}), resource.id
            tried += 1
    assert tried


@every_control
def test_resource_of_which_nothing_is_known_is_unknown(
    control_id: str, control: Control, schemas: Schemas, engine: Engine
) -> None:
    resources = load(control_id, "compliant", schemas)
    for place, resource in enumerate(resources):
        if resource.kind == control.kind:
            result = rejudge(control, resources, place, {"id": resource.id}, engine)
            assert (result.status, result.reason) == (Status.UNKNOWN, "missing")


@every_control
@both_samples
def test_false_and_null_are_not_missing(
    control_id: str, sample: str, control: Control, schemas: Schemas, engine: Engine
) -> None:
    resources = load(control_id, sample, schemas)
    names = [name for entry in control.deciding for name in entry.split("|")]
    for place, resource in enumerate(resources):
        if resource.kind != control.kind:
            continue
        for name in names:
            schema = field_schema(control.kind, name)
            nothing = {"boolean": False, "null": None}
            for kind in nothing.keys() & ({schema["type"]} if isinstance(schema["type"], str) else {*schema["type"]}):
                result = rejudge(control, resources, place, put(resource.fields, name, nothing[kind]), engine)
                lacking = result.facts.get("fields", ()) if result.status is Status.UNKNOWN else ()
                assert name not in lacking, (resource.id, name)


@every_control
def test_day_after_the_scan_is_unknown(control_id: str, control: Control, schemas: Schemas, engine: Engine) -> None:
    resources = load(control_id, "compliant", schemas)
    tomorrow = (AS_OF + timedelta(days=1)).isoformat()
    read = [name for entry in (*control.deciding, *control.optional) for name in entry.split("|")]
    dates = [name for name in read if field_schema(control.kind, name).get("format") == "date"]
    for place, resource in enumerate(resources):
        if resource.kind != control.kind:
            continue
        for name in set(dates) - MAY_LIE_AHEAD:
            result = rejudge(control, resources, place, put(resource.fields, name, tomorrow), engine)
            expected = (Status.UNKNOWN, "future", {"field": name, "date": tomorrow})
            assert (result.status, result.reason, result.facts) == expected, resource.id
            result = rejudge(control, resources, place, put(resource.fields, name, AS_OF.isoformat()), engine)
            assert result.status is not Status.UNKNOWN or result.reason in control.messages, resource.id


@every_control
@both_samples
def test_unknown_reference_is_unknown(
    control_id: str, sample: str, control: Control, schemas: Schemas, engine: Engine
) -> None:
    resources = load(control_id, sample, schemas)
    for index in control.index.values():
        if "lookup" not in index:
            continue
        kind = index["lookup"]
        orphans = [resource for resource in resources if resource.kind != kind]
        named_by = {resource.key: resource.fields[kind] for resource in orphans if resource.kind == control.kind}
        for result in judge(control, orphans, engine):
            named = named_by[result.resource[:2]]
            assert (result.status, result.reason) == (Status.UNKNOWN, f"{kind}_not_found")
            assert result.facts == {kind: named}
        for field in index["fields"]:
            bare = [
                resource.given(without(resource.fields, field)) if resource.kind == kind else resource
                for resource in resources
            ]
            for result in judge(control, bare, engine):
                assert (result.status, result.reason) == (Status.UNKNOWN, "missing")
                assert result.facts == {"fields": [f"{kind}.{field}"]}


def planted() -> set[tuple[str, str, str]]:
    """The table of the sample city: resource, control, status."""
    text = (ROOT / "inventory" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (fail|unknown) \| .+ \|$", text, re.MULTILINE)
    assert len(rows) == len(set(rows))
    return set(rows)


def test_sample_city_has_exactly_the_planted_findings(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> None:
    """An answer stands in the table by its clause, where a judgement of a control has that."""
    report = report_on([ROOT / "inventory"], catalogue.standard("guideline"), catalogue, schemas, engine)
    found = {
        (
            f"{result.resource.kind}/{result.resource.id}",
            result.check.control_id or result.check.clauses[0],
            result.status.value,
        )
        for result in report.results
        if result.status in (Status.FAIL, Status.UNKNOWN)
    }
    assert report.problems == []
    assert found == planted()


def test_sample_city_breaks_every_control() -> None:
    assert set(IDS) <= {control for _, control, status in planted() if status == "fail"}


def test_sample_city_is_as_large_as_its_readme_says(schemas: Schemas) -> None:
    found = entries([ROOT / "inventory"], schemas)
    text = (ROOT / "inventory" / "README.md").read_text(encoding="utf-8")
    departments, resources = re.findall(r"^- (\d+)所属、資産は(\d+)件", text, re.MULTILINE)[0]
    assert len({resource.department for resource in found}) == int(departments)
    assert len(found) == int(resources)
