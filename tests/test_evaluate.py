"""What is asked of an engine, and that no answer is taken for more than it says."""

import copy
import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from types import TracebackType
from typing import Any, Self, cast

import orjson
import pytest
from click.testing import Result
from conftest import AS_OF, ROOT
from pieces import Entry, cut_into_chunks, entries, evaluate, report_on

from policycheck.bundle import Bundle
from policycheck.engines import Engine, EngineInput
from policycheck.engines import wasm as wasm_module
from policycheck.engines.wasm import WasmEngine
from policycheck.errors import EngineError, UsageError
from policycheck.indexes import SHOWN
from policycheck.inventory import sources
from policycheck.inventory.schemas import Schemas
from policycheck.model import Check, Status, Verdicts, total
from policycheck.questions import days_since
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

SAMPLES = ROOT / "policies" / "controls"
CONTROL = "physical/server_fixed"

Tamper = Callable[[Any], Any]


class Tampering:
    """The wasm engine with its answers changed."""

    def __init__(self, bundle: Bundle, tamper: Tamper) -> None:
        self._engine = WasmEngine(bundle)
        self._tamper = tamper
        self.info = self._engine.info

    def judge(self, question: EngineInput) -> Verdicts:
        return cast(Verdicts, self._tamper(self._engine.judge(question)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.__exit__(kind, error, trace)


def at(control: str, change: Callable[[list[Any]], Any]) -> Tamper:
    """Changes the verdicts of the first check of the control."""

    def tamper(verdicts: Any) -> Any:
        changed = copy.deepcopy(verdicts)
        if changed[control]:
            changed[control][0] = change(changed[control][0])
        return changed

    return tamper


def last(verdict: Any) -> Tamper:
    """Replaces the last verdict of the control."""
    return at(CONTROL, lambda answers: [*answers[:-1], verdict])


TAMPERS: dict[str, Tamper] = {
    "no answer": lambda _: None,
    "empty answer": lambda _: {},
    "an answer that is a list": lambda _: [],
    "an answer that is a text": lambda _: "pass",
    "one control left out": lambda verdicts: {name: answers for name, answers in verdicts.items() if name != CONTROL},
    "one control null": lambda verdicts: verdicts | {CONTROL: None},
    "one control empty": lambda verdicts: verdicts | {CONTROL: []},
    "one control a text": lambda verdicts: verdicts | {CONTROL: ["pass"]},
    "one control an object": lambda verdicts: verdicts | {CONTROL: {"0": []}},
    "a verdict too few": at(CONTROL, lambda answers: answers[:-1]),
    "a verdict too many": at(CONTROL, lambda answers: [*answers, "pass"]),
    "no verdict": at(CONTROL, lambda _: []),
    "verdicts null": at(CONTROL, lambda _: None),
    "verdicts a number": at(CONTROL, lambda _: 2),
    "verdicts by name": at(CONTROL, lambda answers: dict.fromkeys(map(str, range(len(answers))), "pass")),
    "verdict null": last(None),
    "verdict true": last(True),
    "verdict empty": last({}),
    "verdict a list": last(["pass"]),
    "verdict fail as a text": last("fail"),
    "verdict PASS": last("PASS"),
    "verdict passed": last("passed"),
    "verdict pass as an object": last({"status": "pass", "reason": "x", "facts": {}}),
    "status waived": last({"status": "waived", "reason": "x", "facts": {}}),
    "status corrected": last({"status": "corrected", "reason": "x", "facts": {}}),
    "status unheard of": last({"status": "perhaps", "reason": "x", "facts": {}}),
    "status null": last({"status": None, "reason": "x", "facts": {}}),
    "status a list": last({"status": ["fail"], "reason": "x", "facts": {}}),
    "without reason": last({"status": "fail", "facts": {}}),
    "without facts": last({"status": "fail", "reason": "loose"}),
    "reason null": last({"status": "fail", "reason": None, "facts": {}}),
    "facts a list": last({"status": "fail", "reason": "loose", "facts": []}),
}


@pytest.fixture
def servers(schemas: Schemas) -> list[Entry]:
    return entries([SAMPLES / CONTROL / "compliant.yaml"], schemas)


@pytest.fixture
def checks(catalogue: Catalogue) -> list[Check]:
    return catalogue.checks(catalogue.standard("guideline"))


def default_check(catalogue: Catalogue, control: str) -> Check:
    facts = catalogue.controls[control]
    return Check(facts, {name: parameter["default"] for name, parameter in facts.parameters.items()}, ("1",))


@pytest.fixture(params=list(TAMPERS.values()), ids=list(TAMPERS))
def tampering(request: pytest.FixtureRequest, bundle: Bundle) -> Iterator[Tampering]:
    with Tampering(bundle, request.param) as engine:
        yield engine


def test_answer_that_is_not_whole_is_refused(tampering: Tampering, servers: list[Entry], checks: list[Check]) -> None:
    with pytest.raises(EngineError) as error:
        evaluate(servers, checks, tampering, AS_OF)
    assert error.value.key == "incomplete_verdicts"
    assert error.value.exit_code == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_scan_ends_without_a_report(
    tampering: Tampering, language: str, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wasm_module, "WasmEngine", lambda _: tampering)
    result = run("scan", ROOT / "inventory", "--as-of", AS_OF, "--format", "json", "--lang", language)
    assert result.exit_code == 1, result.exception
    assert result.stdout == ""
    assert texts(language)("hint.incomplete_verdicts") in result.stderr


def test_untampered_answer_is_accepted(bundle: Bundle, servers: list[Entry], checks: list[Check]) -> None:
    with Tampering(bundle, copy.deepcopy) as engine:
        tallies, _ = evaluate(servers, checks, engine, AS_OF)
    assert sum(total(tally.values())[Status.PASS] for _, tally in tallies) > 0


def test_flaw_in_a_later_chunk_is_found(
    bundle: Bundle, servers: list[Entry], checks: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_into_chunks(monkeypatch, 1)
    asked: list[Any] = []

    def tamper(verdicts: Any) -> Any:
        asked.append(verdicts)
        return {} if len(asked) == len(servers) else verdicts

    with Tampering(bundle, tamper) as engine, pytest.raises(EngineError):
        evaluate(servers, checks, engine, AS_OF)
    assert len(asked) == len(servers) > 1


def test_forgotten_parameter_is_never_a_pass(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> None:
    tried = 0
    for name, control in catalogue.controls.items():
        resources = entries([SAMPLES / name / "compliant.yaml"], schemas)
        whole = default_check(catalogue, name)
        for parameter in control.parameters:
            given = {key: value for key, value in whole.parameters.items() if key != parameter}
            with pytest.raises(EngineError, match="incomplete_verdicts"):
                evaluate(resources, [dataclasses.replace(whole, parameters=given)], engine, AS_OF)
            tried += 1
    assert tried


def test_forgotten_settings_are_never_a_pass(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> None:
    for name, control in catalogue.controls.items():
        if not control.parameters and not control.index:
            continue
        resources = entries([SAMPLES / name / "compliant.yaml"], schemas)
        fields = [resource.fields for resource in resources if resource.kind == control.kind]
        for settings in ({}, {"as_of": AS_OF.isoformat(), "parameters": {}, "index": {}}):
            verdicts = engine.judge({"checks": {name: [settings]}, "resources": orjson.dumps({control.kind: fields})})
            assert "pass" not in verdicts[name][0]


def test_same_control_with_several_parameters(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> None:
    name = "technical/user_id_reviewed"
    resources = entries([SAMPLES / name / "violating.yaml"], schemas)
    control = catalogue.controls[name]
    periods = ("P6M", "P1Y", "P1D")
    checks = [Check(control, {"period": period}, (period,)) for period in periods]
    tallies, results = evaluate(resources, checks, engine, AS_OF)
    assert [total(tally.values())[Status.FAIL] for _, tally in tallies] == [2, 1, 2]
    assert [result.check.clauses[0] for result in results] == ["P6M", "P1Y", "P1D", "P6M", "P1D"]


def test_nothing_to_judge(checks: list[Check], engine: Engine, servers: list[Entry]) -> None:
    for resources, asked in (([], checks), (servers, []), ([], [])):
        tallies, results = evaluate(resources, asked, engine, AS_OF)
        assert results == []
        assert [sum(total(tally.values()).values()) for _, tally in tallies] == [0] * len(asked)


class Told:
    """A progress that keeps what it is told."""

    def __init__(self) -> None:
        self.expected: list[int] = []
        self.advanced: list[int] = []
        self.expect = self.expected.append
        self.advance = self.advanced.append


def test_progress_tells_of_every_resource(
    catalogue: Catalogue, wasm_engine: Engine, schemas: Schemas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PART", 5000)
    told = Told()
    standard = catalogue.standard("guideline")
    report = report_on([ROOT / "inventory"], standard, catalogue, schemas, wasm_engine, progress=told)
    assert told.expected == [report.inventory.resources]
    assert sum(told.advanced) == report.inventory.resources
    assert len(told.advanced) > 3


def user_id(number: int, **fields: str) -> Entry:
    entry = {"id": f"U-{number}", "status": "active", "system": "juki", "account": "admin", **fields}
    return Entry("user_id", entry["id"], "市民課", entry)


def same_names(resources: list[Entry], catalogue: Catalogue, engine: Engine) -> dict[str, Any]:
    check = default_check(catalogue, "technical/user_id_unique")
    _, results = evaluate(resources, [check], engine, AS_OF)
    return {result.resource.id: result.facts for result in results if result.status is Status.FAIL}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"account": "uketsuke"}, {"account": "ｕｋｅｔｓｕｋｅ"}),
        ({"account": "uketsuke"}, {"account": "UKETSUKE"}),
        ({"account": "ｳｹﾂｹ1"}, {"account": "ウケツケ１"}),
        ({"account": "ガ"}, {"account": "ｶﾞ"}),
        ({"account": "admin"}, {"account": "admin "}),
        ({"site": "中央会館"}, {"site": "　中央会館"}),
        ({"site": "A館"}, {"site": "ａ館"}),
    ],
)
def test_names_that_people_take_for_the_same(
    first: dict[str, str], second: dict[str, str], catalogue: Catalogue, engine: Engine
) -> None:
    found = same_names([user_id(1, **first), user_id(2, **second)], catalogue, engine)
    assert {name: facts["others"] for name, facts in found.items()} == {"U-1": ["U-2"], "U-2": ["U-1"]}


@pytest.mark.parametrize(
    "other",
    [{"account": "admin2"}, {"site": "東会館"}, {"system": "zeimu"}, {"status": "disabled"}, {"account": "ad min"}],
)
def test_names_that_are_not_the_same(other: dict[str, str], catalogue: Catalogue, engine: Engine) -> None:
    assert same_names([user_id(1), user_id(2, **other)], catalogue, engine) == {}


def test_id_without_a_name_makes_no_other_fail(catalogue: Catalogue, engine: Engine) -> None:
    nameless = user_id(2)
    del nameless.fields["account"]
    assert same_names([user_id(1, account="　"), nameless], catalogue, engine) == {}


def test_large_group_of_one_name(catalogue: Catalogue, engine: Engine) -> None:
    found = same_names([user_id(number) for number in range(5000)], catalogue, engine)
    assert len(found) == 5000
    for name, facts in found.items():
        assert facts["count"] == 4999
        assert len(facts["others"]) == SHOWN
        assert name not in facts["others"]


@pytest.mark.parametrize(
    ("duration", "as_of", "since"),
    [
        ("P6M", "2026-11-20", "2026-05-20"),
        ("P6M", "2026-08-31", "2026-02-28"),
        ("P6M", "2024-08-31", "2024-02-29"),
        ("P6M", "2026-03-31", "2025-09-30"),
        ("P1M", "2026-03-31", "2026-02-28"),
        ("P1M", "2026-01-01", "2025-12-01"),
        ("P3M", "2026-05-31", "2026-02-28"),
        ("P12M", "2026-11-20", "2025-11-20"),
        ("P1Y", "2026-11-20", "2025-11-20"),
        ("P1Y", "2024-02-29", "2023-02-28"),
        ("P4Y", "2024-02-29", "2020-02-29"),
        ("P1Y", "2025-02-28", "2024-02-28"),
        ("P1Y6M", "2026-08-31", "2025-02-28"),
        ("P1M1D", "2026-03-31", "2026-02-27"),
        ("P2W", "2026-03-01", "2026-02-15"),
        ("P30D", "2026-03-01", "2026-01-30"),
        ("P1D", "2024-03-01", "2024-02-29"),
        ("P0D", "2026-11-20", "2026-11-20"),
        ("P2025Y", "2026-11-20", "0001-11-20"),
    ],
)
def test_days_since(duration: str, as_of: str, since: str) -> None:
    assert days_since(duration, date.fromisoformat(as_of)).isoformat() == since


@pytest.mark.parametrize("duration", ["P2026Y", "P9999Y", "P99999999999Y", "P99999M", "P999999999W", "P9999999999999D"])
def test_duration_that_reaches_before_the_calendar(duration: str) -> None:
    with pytest.raises(UsageError, match="duration_too_long"):
        days_since(duration, AS_OF)


@pytest.mark.parametrize(("days", "status"), [(0, Status.PASS), (1, Status.PASS), (-1, Status.FAIL)])
def test_last_day_of_a_period_lies_within_it(days: int, status: Status, catalogue: Catalogue, engine: Engine) -> None:
    day = date.fromordinal(days_since("P6M", AS_OF).toordinal() + days).isoformat()
    check = default_check(catalogue, "technical/user_id_reviewed")
    _, results = evaluate([user_id(1, last_reviewed_on=day)], [check], engine, AS_OF, keep_all=True)
    assert [result.status for result in results] == [status]
