"""Real audits as inventories: a scan must find what the auditors found, and call nothing else a fail."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import ryaml

from policycheck.engines import Engine
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import Result, Status
from policycheck.scan import scan
from policycheck.standards import Catalogue

AUDITS = Path(__file__).parent / "audits"


def scans() -> list[Any]:
    found = []
    for file in sorted(AUDITS.glob("*/expected.yaml")):
        audit = ryaml.loads(file.read_text(encoding="utf-8"))
        for folder, facts in audit["scans"].items():
            found.append(
                pytest.param(file.parent / folder, audit["standard"], facts, id=f"{file.parent.name}/{folder}")
            )
    assert found
    return found


@pytest.mark.parametrize(("folder", "standard", "facts"), scans())
def test_replay(
    folder: Path, standard: str, facts: dict[str, Any], engine: Engine, catalogue: Catalogue, schemas: Schemas
) -> None:
    inventory = load_inventory([path for path in sorted(folder.glob("*.yaml")) if path.stem != "expected"], schemas)
    chosen = catalogue.standard(standard)
    day = date.fromisoformat(facts["as_of"])
    report = scan(inventory, chosen, catalogue.checks(chosen), engine, day, keep_passes=True)

    assert report.complete
    for line in facts["expected"]:
        judged = [result for result in report.results if matches(result, line)]
        assert sum(result.status == line["outcome"] for result in judged) == line["count"], line
        assert all(line["clause"] in result.check.clauses for result in judged), line
    assert fails_expected(facts["expected"]) == fails_found(report.results)


def matches(result: Result, line: dict[str, Any]) -> bool:
    system = result.resource.fields.get("system")
    named = line.get("resource", result.resource.id) == result.resource.id
    return result.check.control.id == line["control"] and named and line.get("system", system) == system


def fails_expected(lines: list[dict[str, Any]]) -> Counter[tuple[str, str | None]]:
    counts: Counter[tuple[str, str | None]] = Counter()
    for line in lines:
        if line["outcome"] == "fail":
            counts[line["control"], line.get("system")] += line["count"]
    return counts


def fails_found(results: Sequence[Result]) -> Counter[tuple[str, str | None]]:
    fails = (result for result in results if result.status is Status.FAIL)
    return Counter((result.check.control.id, result.resource.fields.get("system")) for result in fails)
