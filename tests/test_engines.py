"""Both engines give the same results on everything; the rest of the `opa` engine is in test_opa_engine.py."""

import gc
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from conftest import AS_OF, ROOT, Run
from generated import Case, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pieces import Entry, Listed, cut_into_chunks, entries, evaluate

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import Check, Result, Status, Tally, total
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

SAMPLES = sorted(ROOT.glob("policies/controls/*/*/*.yaml"))
STANDARDS = sorted(path.stem for path in ROOT.glob("policies/standards/*.yaml"))

generously = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def load(case: Case, schemas: Schemas) -> list[Entry]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "inventory.json")
        file.write_bytes(orjson.dumps(case.document))
        inventory = load_inventory([file], schemas)
        resources = entries([file], schemas)
    listed = sum(len(section) for name, section in case.document.items() if name != "department")
    assert len(resources) == inventory.resources == listed
    assert {problem.key for problem in inventory.problems} == (set() if listed else {"nothing_to_check"})
    return resources


def plain(result: Result) -> tuple[Any, ...]:
    """A result as values that compare, without what depends on the order of the resources."""
    facts = {name: fact for name, fact in result.facts.items() if name != "others"}
    assert isinstance(result.check, Check)
    parameters = sorted(result.check.parameters.items())
    return result.status, result.check.control.id, parameters, result.resource.id, result.reason, facts


def assert_same(
    resources: Sequence[Entry], checks: Sequence[Check], engines: Sequence[Engine], as_of: date
) -> list[Result]:
    (counts, results), (other_counts, other_results) = (
        evaluate(resources, checks, engine, as_of, keep_all=True) for engine in engines
    )
    assert results == other_results
    assert counts == other_counts
    assert_whole(resources, checks, counts, results)
    return results


def assert_whole(
    resources: Sequence[Entry],
    checks: Sequence[Check],
    tallies: list[tuple[Check, Tally]],
    results: list[Result],
) -> None:
    """Every check says exactly one thing of every resource of its kind, and the counts add up."""
    kinds = Counter(resource.kind for resource in resources)
    judged = Counter((id(result.check), result.resource.kind, result.resource.id) for result in results)
    expected = Counter(
        (id(check), resource.kind, resource.id)
        for check in checks
        for resource in resources
        if resource.kind == check.control.kind
    )
    assert judged == expected
    assert [check for check, _ in tallies] == list(checks)
    for check, tally in tallies:
        assert sum(total(tally.values()).values()) == kinds[check.control.kind]
        for department, counts in tally.items():
            own = [r.status for r in results if r.check is check and r.resource.department == department]
            assert counts == {status: own.count(status) for status in Status}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.parametrize("standard", STANDARDS)
def test_engines_agree_on_samples(
    sample: Path, standard: str, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, opa_engine: Engine
) -> None:
    resources = entries([sample], schemas)
    assert_same(resources, catalogue.checks(catalogue.standard(standard)), (wasm_engine, opa_engine), AS_OF)


@pytest.mark.parametrize("standard", STANDARDS)
def test_engines_agree_on_the_sample_city(
    standard: str, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, opa_engine: Engine
) -> None:
    resources = entries([ROOT / "inventory"], schemas)
    assert_same(resources, catalogue.checks(catalogue.standard(standard)), (wasm_engine, opa_engine), AS_OF)


def test_engines_agree_on_generated_inventories(
    catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, opa_engine: Engine
) -> None:
    met: set[tuple[Status, str]] = set()

    @settings(generously, max_examples=150)
    @given(cases(catalogue))
    def agree(case: Case) -> None:
        results = assert_same(load(case, schemas), case.checks, (wasm_engine, opa_engine), case.as_of)
        met.update((result.status, result.reason) for result in results)

    agree()
    assert {status for status, _ in met} == {Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}
    assert {"same_name", "stale", "never", "missing", "future", "system_not_found"} <= {reason for _, reason in met}


def test_every_judgement_on_generated_inventories_is_counted_once_and_can_be_told(
    catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine
) -> None:
    @generously
    @given(cases(catalogue))
    def whole(case: Case) -> None:
        resources = load(case, schemas)
        counts, results = evaluate(resources, case.checks, wasm_engine, case.as_of, keep_all=True)
        assert_whole(resources, case.checks, counts, results)
        for result in results:
            for language in LANGUAGES:
                assert bool(texts(language).message(result)) == (result.status is not Status.PASS)

    whole()


def test_results_do_not_depend_on_chunks_and_parts(catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> None:
    @generously
    @given(cases(catalogue), st.integers(1, 10), st.none() | st.integers(1, 10))
    def same(case: Case, size: int, part: int | None) -> None:
        resources = load(case, schemas)
        whole = evaluate(resources, case.checks, wasm_engine, case.as_of, keep_all=True)
        with pytest.MonkeyPatch.context() as patch:
            cut_into_chunks(patch, size)
            cut = evaluate(resources, case.checks, wasm_engine, case.as_of, keep_all=True, part=part)
        assert cut == whole

    same()


def test_results_do_not_depend_on_order(catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> None:
    @generously
    @given(cases(catalogue), st.randoms(use_true_random=False))
    def same(case: Case, chance: random.Random) -> None:
        resources = load(case, schemas)
        counts, results = evaluate(resources, case.checks, wasm_engine, case.as_of, keep_all=True)
        shuffled = chance.sample(resources, len(resources))
        other_counts, other_results = evaluate(shuffled, case.checks, wasm_engine, case.as_of, keep_all=True)
        assert other_counts == counts
        assert sorted(map(repr, map(plain, other_results))) == sorted(map(repr, map(plain, results)))

    same()


def test_results_come_in_the_order_of_the_inventory(
    catalogue: Catalogue, schemas: Schemas, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_into_chunks(monkeypatch, 7)
    resources = entries([ROOT / "inventory"], schemas)
    checks = catalogue.checks(catalogue.standard("guideline"))
    _, results = evaluate(resources, checks, engine, AS_OF, keep_all=True)
    rank = {resource.key: place for place, resource in enumerate(resources)}
    place = {id(check): number for number, check in enumerate(checks)}
    order = [(rank[result.resource[:2]], place[id(result.check)]) for result in results]
    assert order == sorted(order)


def test_passes_are_left_out_unless_asked_for(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> None:
    resources = entries([ROOT / "inventory"], schemas)
    checks = catalogue.checks(catalogue.standard("guideline"))
    counts, results = evaluate(resources, checks, engine, AS_OF)
    all_counts, all_results = evaluate(resources, checks, engine, AS_OF, keep_all=True)
    assert counts == all_counts
    findings = [result for result in all_results if result.status in (Status.FAIL, Status.UNKNOWN)]
    assert results == findings
    for passes in (False, True):
        listed = Listed()
        counts, results = evaluate(resources, checks, engine, AS_OF, keep_all=passes, entry=listed)
        assert (counts, results) == (all_counts, [])
        assert listed.results == [result for result in all_results if passes or result.status is not Status.PASS]


def test_engines_say_by_which_policies_they_judge(bundle: Bundle, engine: Engine) -> None:
    assert engine.info.bundle_sha256 == bundle.revision
    assert engine.info.name in ("wasm", "opa")
    assert any(character.isdigit() for character in engine.info.version)


def test_wasm_engine_frees_the_memory_of_each_answer(bundle: Bundle, schemas: Schemas, catalogue: Catalogue) -> None:
    from policycheck.engines.wasm import WasmEngine

    resources = entries([ROOT / "inventory"], schemas)
    checks = catalogue.checks(catalogue.standard("guideline"))
    with WasmEngine(bundle) as engine:
        evaluate(resources, checks, engine, AS_OF)
        size = engine._memory.size(engine._store)
        for _ in range(20):
            evaluate(resources, checks, engine, AS_OF)
        assert engine._memory.size(engine._store) == size


def test_a_scan_closes_what_it_judged_with(run: Run, tmp_path: Path) -> None:
    from policycheck.engines.wasm import WasmEngine

    inventory = tmp_path / "usb.yaml"
    inventory.write_text("department: 福祉課\nusb_media: [{id: U-1}]\n", encoding="utf-8")

    def engines() -> int:
        return sum(isinstance(known, WasmEngine) for known in gc.get_objects())

    before = engines()
    assert run("scan", inventory, "--jobs", 1).exit_code != 1
    gc.collect()
    assert engines() == before


@pytest.mark.parametrize("text", ["\0", "\x1f", '"\\', "\u2028", "𠮷野家", "e\u0301", "\ufeff", "a" * 70_000])
def test_any_text_goes_through_unchanged(text: str, engine: Engine) -> None:
    settings = {"as_of": "2026-11-20", "parameters": {}, "index": {"same_name": {"1": {"count": 1, "others": [text]}}}}
    resource = {"id": "1", "status": "active", "system": "s", "account": text}
    verdicts = engine.judge(
        {"checks": {"technical/user_id_unique": [settings]}, "resources": orjson.dumps({"user_id": [resource]})}
    )
    verdict = verdicts["technical/user_id_unique"][0][0]
    assert verdict == {
        "status": "fail",
        "reason": "same_name",
        "facts": {"account": text, "count": 1, "others": [text]},
    }


def test_wasm_engine_needs_no_home(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    from policycheck.engines.wasm import WasmEngine

    monkeypatch.setenv("HOME", "/dev/null/nowhere")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    with WasmEngine(bundle) as engine:
        assert engine.judge({"checks": {}, "resources": b"{}"})["technical/user_id_unique"] == []
