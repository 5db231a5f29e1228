"""One fact or answer changed, in a replayed audit or the sample city, changes exactly the results that depend on it."""

import datetime
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeAlias

import generated
import pytest
import ryaml
from conftest import AS_OF, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pieces import Entry, entries, evaluate, report_on

from policycheck.engines import Engine
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import ANSWERS, Check, Control, Fields, Question, Result, Standard, Status
from policycheck.questions import days_since
from policycheck.report import Report
from policycheck.standards import Catalogue

AUDITS = ROOT / "tests" / "audits"
CONTROLS = ROOT / "policies" / "controls"
IDS = sorted(f"{path.parent.name}/{path.name}" for path in CONTROLS.glob("*/*/"))

DRAWS = 8
"""Changes drawn for each control of a case."""

MARKS = {"○": Status.PASS, "△": Status.CORRECTED, "×": Status.FAIL, "－": Status.NOT_APPLICABLE}

Key: TypeAlias = tuple[str | None, tuple[str, ...], str, str]
"""Control (of an answer, none), clauses, kind and id."""

Value: TypeAlias = tuple[Any] | tuple[()]
"""What a field is given; nothing, where it is left out."""

LEFT_OUT: Value = ()


@dataclass(frozen=True)
class Case:
    """An inventory, and what it is judged by."""

    resources: Sequence[Entry]
    departments: Sequence[str]
    standard: Standard
    checks: Sequence[Check]
    as_of: datetime.date
    judge: Callable[..., Report]

    @cached_property
    def before(self) -> Mapping[Key, Result]:
        return self.after(self.resources)

    def after(self, resources: Sequence[Entry]) -> Mapping[Key, Result]:
        with tempfile.TemporaryDirectory() as folder:
            lines = [json.dumps({"kind": entry.kind} | entry.fields) for entry in resources]
            Path(folder, "all.ndjson").write_text("\n".join(lines), encoding="utf-8")
            for number, department in enumerate(set(self.departments) - {entry.department for entry in resources}):
                text = json.dumps({"department": department, "servers": []})
                Path(folder, f"{number}.json").write_text(text, encoding="utf-8")
            report = self.judge([folder], self.standard, as_of=self.as_of, keep_passes=True)
        assert report.inventory.resources == len(resources)
        assert set(report.inventory.departments) == set(self.departments)
        results = {key_of(result): result for result in report.results}
        assert len(results) == len(report.results)
        return results

    def change(self, place: int, fields: Fields | None) -> tuple[Mapping[Key, Result], set[Key]]:
        """The results after the entry at the place was given these fields, or taken out; and which of them have
        changed."""
        resources = [*self.resources]
        resources[place : place + 1] = [] if fields is None else [resources[place].given(fields)]
        after = self.after(resources)
        assert after.keys() == self.before.keys()
        return after, {key for key, result in after.items() if said(result) != said(self.before[key])}


def places() -> list[Any]:
    """Folder, standard and day of every replay, and of the sample city."""
    found = [pytest.param(ROOT / "inventory", "guideline", AS_OF, id="city")]
    for file in sorted(AUDITS.glob("*/expected.yaml")):
        expected = ryaml.loads(file.read_text(encoding="utf-8"))
        for state, facts in expected["scans"].items():
            day = datetime.date.fromisoformat(facts["as_of"])
            name = f"{file.parent.name}/{state}"
            found.append(pytest.param(file.parent / state, expected["standard"], day, id=name))
    assert len(found) > 1
    return found


PLACES = places()


@pytest.fixture(scope="module")
def cases(catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> Mapping[str | None, Case]:
    made = {}
    judge = partial(report_on, catalogue=catalogue, schemas=schemas, engine=wasm_engine)
    for place in PLACES:
        folder, name, as_of = place.values
        standard = catalogue.standard(name)
        departments = list(load_inventory([folder], schemas).departments)
        checks = catalogue.checks(standard)
        made[place.id] = Case(entries([folder], schemas), departments, standard, checks, as_of, judge)
    return made


@pytest.fixture(params=[place.id for place in PLACES])
def case(request: pytest.FixtureRequest, cases: Mapping[str, Case]) -> Case:
    """Each case in turn."""
    return cases[request.param]


def test_the_city_is_judged_by_every_control(cases: Mapping[str, Case]) -> None:
    assert {key[0] for key in cases["city"].before} - {None} == set(IDS)


def test_a_changed_fact_changes_what_depends_on_it(case: Case) -> None:
    resources = case.resources
    controls = {check.control.id: check.control for check in case.checks}
    for control in controls.values():
        judged = [place for place, resource in enumerate(resources) if resource.kind == control.kind]
        if judged:
            _draw_changes(case, control, judged)


def _draw_changes(case: Case, control: Control, judged: list[int]) -> None:
    """Changes of the fields that the control reads, in one of the resources that it judges."""

    @settings(max_examples=DRAWS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(judged), st.sampled_from(read_by(control)), st.data())
    def changes(place: int, field: str, data: st.DataObject) -> None:
        resource = case.resources[place]
        drawn = values(control, field, case.as_of).map(lambda made: (made,))
        value = data.draw(st.just(LEFT_OUT) | drawn)
        after, changed = case.change(place, with_field(resource.fields, field, value))
        assert changed <= may_change(case, resource, field), (resource.id, field, value)
        if value == LEFT_OUT and field in deciding(control):
            other = data.draw(drawn)
            again, _ = case.change(place, with_field(resource.fields, field, other))
            for key, result in after.items():
                if key[0] == control.id and key[2:] == (resource.kind, resource.id):
                    told = result.status in (Status.PASS, Status.FAIL) and again[key].reason != "future"
                    assert not told or again[key].status is result.status, (key, field, other)

    changes()


@pytest.mark.parametrize("control_id", IDS)
def test_every_field_that_a_control_reads_decides_somewhere(
    control_id: str, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, cases: Mapping[str, Case]
) -> None:
    """Of a deciding field both being left out and some other value change a verdict, of an optional one either does."""
    control = catalogue.controls[control_id]
    defaults = {name: facts["default"] for name, facts in control.parameters.items()}
    samples = [entries([CONTROLS / control_id / f"{name}.yaml"], schemas) for name in ("compliant", "violating")]
    sets: list[tuple[Sequence[Entry], Check, datetime.date]] = [
        (sample, Check(control, defaults, ("1",)), AS_OF) for sample in samples
    ]
    sets += [
        (case.resources, check, case.as_of)
        for case in cases.values()
        for check in case.checks
        if check.control.id == control_id
    ]

    def verdict(resources: Sequence[Entry], check: Check, as_of: datetime.date, resource: Entry) -> Status:
        _, results = evaluate(resources, [check], wasm_engine, as_of, keep_all=True)
        return next(result.status for result in results if result.resource[:2] == resource.key)

    def decides(field: str, leaving_out: bool) -> bool:
        for resources, check, as_of in sets:
            wanted = [LEFT_OUT] if leaving_out else [(value,) for value in some_values(control, field, as_of)]
            for place, resource in enumerate(resources):
                if resource.kind != control.kind:
                    continue
                before = verdict(resources, check, as_of, resource)
                for value in wanted:
                    changed = resource.given(with_field(resource.fields, field, value))
                    others = [*resources[:place], changed, *resources[place + 1 :]]
                    if verdict(others, check, as_of, changed) is not before:
                        return True
        return False

    for field in deciding(control):
        assert decides(field, leaving_out=True), field
        assert decides(field, leaving_out=False), field
    for field in control.optional:
        assert decides(field, leaving_out=True) or decides(field, leaving_out=False), field


def test_a_changed_answer_changes_its_clause_and_department(case: Case) -> None:
    for place, sheet in enumerate(case.resources):
        if sheet.kind != ANSWERS or sheet.fields["standard"] != case.standard.id:
            continue
        answers = sheet.fields["answers"]
        for clause, answered in answers.items():
            own: Key = (None, (clause,), "department", sheet.department)
            alone = len(sheets(case, clause, sheet.department)) == 1
            rest = {asked: answer for asked, answer in answers.items() if asked != clause}
            after, changed = case.change(place, sheet.fields | {"answers": rest} if rest else None)
            assert changed == {own} if alone else changed <= {own}
            assert not alone or (after[own].status, after[own].reason) == (Status.UNKNOWN, "unanswered")
            for mark in MARKS.keys() - {answered["answer"]}:
                other = {**answers, clause: answered | {"answer": mark}}
                after, changed = case.change(place, sheet.fields | {"answers": other})
                assert changed <= {own}, (own, mark)
                if alone and is_current(case, sheet) and "control" not in answered:
                    assert changed == {own}, (own, mark)
                    assert_answered(case, after[own], mark, clause, sheet.department)


def assert_answered(case: Case, result: Result, mark: str, clause: str, department: str) -> None:
    """The only answer to the clause carries the mark, and stands unless a control of the clause says the opposite."""
    asked = next(entry for entry in case.standard.clauses if entry.id == clause)
    against = [
        fail
        for key, fail in case.before.items()
        if key[0] and fail.status is Status.FAIL and clause in key[1]
        if asked.asked_of or fail.resource.department == department
    ]
    if against and mark != "×":
        also = case.standard.contradictions
        assert (result.status, result.reason) == (Status.FAIL, "contradicted")
        assert result.facts["count"] == len(against)
        assert set(result.check.clauses) == {clause} | ({also} if also else set())
    else:
        assert (result.status, result.check.clauses) == (MARKS[mark], (clause,))


def sheets(case: Case, clause: str, department: str) -> list[Entry]:
    """The sheets on which the department answers the clause."""
    return [
        sheet
        for sheet in case.resources
        if sheet.kind == ANSWERS and sheet.fields["standard"] == case.standard.id
        if sheet.department == department and clause in sheet.fields["answers"]
    ]


def is_current(case: Case, sheet: Entry) -> bool:
    since = days_since(case.standard.period, case.as_of)
    return bool(since.isoformat() <= sheet.fields["answered_on"] <= case.as_of.isoformat())


def key_of(result: Result) -> Key:
    clauses = result.check.clauses[:1] if isinstance(result.check, Question) else result.check.clauses
    return result.check.control_id, clauses, result.resource.kind, result.resource.id


def said(result: Result) -> tuple[Any, ...]:
    return result.status, result.reason, result.facts, result.check.clauses


def may_change(case: Case, changed: Entry, field: str) -> set[Key]:
    """The results that may change with the field: those of controls that read it, and the answers that they refute."""
    outer = field.partition(".")[0]
    resources = {(resource.kind, resource.id): resource for resource in case.resources}
    controls = {check.control.id: check.control for check in case.checks}
    own: set[Key] = set()
    for key in case.before:
        other = resources.get(key[2:])
        if key[0] and other and depends(controls[key[0]], other, changed, outer):
            own.add(key)
    refuted = {(clause, case.before[key].resource.department) for key in own for clause in key[1]}
    asked_elsewhere = {clause.id for clause in case.standard.clauses if clause.asked_of}
    for key in case.before:
        clause = key[1][0]
        if not key[0] and any(name == clause and (clause in asked_elsewhere or key[3] == of) for name, of in refuted):
            own.add(key)
    return own


def depends(control: Control, other: Entry, changed: Entry, outer: str) -> bool:
    """Whether a judgement of the control on the one resource may change with the field of the other."""
    if other.id == changed.id and other.kind == changed.kind:
        return outer in control.reads
    for index in control.index.values():
        if "group" in index:
            compared = {index["group"], index["name"], index["split"], *index["where"]}
            if changed.kind == control.kind and outer in compared:
                return True
        elif index["lookup"] == changed.kind and outer in index["fields"]:
            return other.fields.get(changed.kind) == changed.id
    return False


def deciding(control: Control) -> list[str]:
    return [name for entry in control.deciding for name in entry.split("|")]


def read_by(control: Control) -> list[str]:
    return [*deciding(control), *control.optional]


def schema_of(control: Control, field: str) -> Fields:
    schema: Fields = generated.SCHEMAS[f"{control.kind}.schema.json"]
    for part in field.split("."):
        schema = schema["properties"][part]
    file, _, name = schema.get("$ref", "").partition("#/$defs/")
    return generated.SCHEMAS[file]["$defs"][name] | schema if file else schema


def values(control: Control, field: str, as_of: datetime.date) -> st.SearchStrategy[Any]:
    schema = {name: value for name, value in schema_of(control, field).items() if name != "$ref"}
    return generated.value_of(schema, generated.days(as_of))


def some_values(control: Control, field: str, as_of: datetime.date) -> Iterator[Any]:
    """A few values that the field may have, so that one at least differs from any it has."""
    schema = schema_of(control, field)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "enum" in schema:
        yield from schema["enum"]
        return
    for kind in types:
        match kind:
            case "null":
                yield None
            case "boolean":
                yield from (False, True)
            case "integer":
                yield from (0, 1, 1000)
            case "array":
                yield []
                yield schema["items"].get("enum", ["ほかのもの"])
            case _ if schema.get("format") == "date":
                yield from (as_of.isoformat(), (as_of + datetime.timedelta(days=1)).isoformat(), "2000-01-01")
            case _:
                yield "ほかのもの"


def with_field(fields: Fields, name: str, value: Value) -> Fields:
    """A copy in which the field `name` or `outer.inner` has the value, or is not there."""
    outer, _, inner = name.partition(".")
    if inner:
        value = (with_field(fields.get(outer, {}), inner, value),)
    rest = {key: given for key, given in fields.items() if key != outer}
    return rest | ({outer: value[0]} if value else {})
