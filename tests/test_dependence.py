"""One fact changed in a replayed audit changes exactly the results that depend on it."""

import dataclasses
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import generated
import pytest
import ryaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policycheck.engines import Engine
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import Check, Control, Inventory, Question, Resource, Result, Standard, Status
from policycheck.scan import scan
from policycheck.standards import Catalogue

AUDITS = Path(__file__).parent / "audits"

Key = tuple[str | None, tuple[str, ...], str, str]
Judged = Mapping[Key, tuple[Any, ...]]


def replays() -> list[Any]:
    found = []
    for file in sorted(AUDITS.glob("*/expected.yaml")):
        expected = ryaml.loads(file.read_text(encoding="utf-8"))
        for state, facts in expected["scans"].items():
            day = datetime.date.fromisoformat(facts["as_of"])
            name = f"{file.parent.name}/{state}"
            found.append(pytest.param(file.parent / state, expected["standard"], day, id=name))
    assert found
    return found


@pytest.mark.parametrize(("folder", "name", "as_of"), replays())
def test_a_changed_fact_changes_what_depends_on_it(
    folder: Path, name: str, as_of: datetime.date, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine
) -> None:
    standard = catalogue.standard(name)
    checks = catalogue.checks(standard)
    inventory = load_inventory([folder], schemas)
    before = judged(inventory, standard, checks, wasm_engine, as_of)
    facts = [
        (place, field, check.control)
        for place, resource in enumerate(inventory.resources)
        for check in checks
        if check.control.kind == resource.kind
        for entry in check.control.deciding
        for field in entry.split("|")
    ]

    @settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def changes(data: st.DataObject) -> None:
        place, field, control = data.draw(st.sampled_from(facts))
        resource = inventory.resources[place]
        value = data.draw(st.none() | values(control, field, as_of).map(lambda made: [made]))
        changed = dataclasses.replace(resource, fields=with_field(resource.fields, field, value))
        resources = [*inventory.resources]
        resources[place] = changed
        after = judged(dataclasses.replace(inventory, resources=resources), standard, checks, wasm_engine, as_of)

        assert after.keys() == before.keys()
        for check in checks:
            for other in inventory.resources:
                key: Key = (check.control.id, check.clauses, other.kind, other.id)
                if other.kind != check.control.kind or depends(check.control, other, resource, field):
                    continue
                assert after[key] == before[key], (key, field, value)
        clauses = {clause for check in checks if reads(check.control, resource.kind, field) for clause in check.clauses}
        for key in before:
            if key[0] is None and (key[1][0] not in clauses or key[3] != resource.department):
                assert after[key] == before[key], (key, field, value)
        if value is None:
            other_value = data.draw(values(control, field, as_of))
            resources[place] = dataclasses.replace(resource, fields=with_field(resource.fields, field, [other_value]))
            again = judged(dataclasses.replace(inventory, resources=resources), standard, checks, wasm_engine, as_of)
            for check in checks:
                key = (check.control.id, check.clauses, resource.kind, resource.id)
                if check.control is control and after[key][0] in (Status.PASS, Status.FAIL):
                    assert again[key][0] is after[key][0], ("left out, it changes nothing", key, field, other_value)

    changes()


@pytest.mark.parametrize(("folder", "name", "as_of"), replays())
def test_a_changed_answer_changes_its_clause_and_department(
    folder: Path, name: str, as_of: datetime.date, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine
) -> None:
    standard = catalogue.standard(name)
    checks = catalogue.checks(standard)
    inventory = load_inventory([folder], schemas)
    before = judged(inventory, standard, checks, wasm_engine, as_of)
    for place, sheet in enumerate(inventory.resources):
        if sheet.kind != "attestation":
            continue
        for clause in sheet.fields["answers"]:
            answers = {asked: answer for asked, answer in sheet.fields["answers"].items() if asked != clause}
            resources = [*inventory.resources]
            resources[place] = dataclasses.replace(sheet, fields=sheet.fields | {"answers": answers})
            after = judged(dataclasses.replace(inventory, resources=resources), standard, checks, wasm_engine, as_of)
            own = (None, (clause,), "department", sheet.department)
            changed = {key for key in before if after[key] != before[key]}
            if any(
                clause in other.fields.get("answers", ()) for other in resources if other.department == sheet.department
            ):
                assert changed <= {own}
            else:
                assert changed == {own}
                assert after[own][:2] == (Status.UNKNOWN, "unanswered")


def judged(
    inventory: Inventory, standard: Standard, checks: list[Check], engine: Engine, as_of: datetime.date
) -> Judged:
    report = scan(inventory, standard, checks, engine, as_of, keep_passes=True)
    return {key_of(result): (result.status, result.reason, result.facts) for result in report.results}


def key_of(result: Result) -> Key:
    clauses = result.check.clauses[:1] if isinstance(result.check, Question) else result.check.clauses
    return result.check.control_id, clauses, result.resource.kind, result.resource.id


def depends(control: Control, other: Resource, changed: Resource, field: str) -> bool:
    """Whether a judgement of the control on the one resource may change with the field of the other."""
    outer = field.partition(".")[0]
    if other.id == changed.id and other.kind == changed.kind:
        return outer in control.reads
    for index in control.index.values():
        if "group" in index:
            if changed.kind == control.kind and outer in {
                index["group"],
                index["name"],
                index["split"],
                *index["where"],
            }:
                return True
        elif index["lookup"] == changed.kind and outer in index["fields"]:
            return other.fields.get(changed.kind) == changed.id
    return False


def reads(control: Control, kind: str, field: str) -> bool:
    """Whether the control looks at the field of resources of the kind, its own or others."""
    outer = field.partition(".")[0]
    looked_up = any(index.get("lookup") == kind and outer in index["fields"] for index in control.index.values())
    return looked_up or (control.kind == kind and outer in control.reads)


def values(control: Control, field: str, as_of: datetime.date) -> st.SearchStrategy[Any]:
    schema = generated.SCHEMAS[f"{control.kind}.schema.json"]
    for part in field.split("."):
        schema = schema["properties"][part]
    return generated.value_of(schema, generated.days(as_of))


def with_field(fields: dict[str, Any], name: str, value: list[Any] | None) -> dict[str, Any]:
    """A copy in which the field `name` or `outer.inner` has the value, or is not there."""
    outer, _, inner = name.partition(".")
    if inner:
        value = [with_field(fields.get(outer, {}), inner, value)]
        name = outer
    rest = {key: given for key, given in fields.items() if key != name}
    return rest | ({name: value[0]} if value else {})
