"""The benchmark runs, its inventory exercises the whole catalogue, and all that it compares count the same verdicts."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from conftest import ROOT, Run, program

from policycheck.bundle import Bundle
from policycheck.standards import Catalogue

BENCHMARKS = ROOT / "benchmarks"
STATUSES = ("pass", "fail", "unknown", "not_applicable")


def run_script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def generate(file: Path, resources: int, *options: object) -> Path:
    done = run_script("generate.py", file, "--resources", resources, *options)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("benchmark") / "inventory.ndjson", 40_000)


@pytest.fixture
def conftest_binary() -> Path:
    """Conftest comes from its Go module alone, so a machine may be without it; `make .tools/conftest` builds it."""
    named = os.environ.get("POLICYCHECK_CONFTEST")
    return Path(named) if named else program(str(ROOT / ".tools" / "conftest"))


def scan(run: Run, inventory: Path) -> dict[str, Any]:
    result = run("scan", inventory, "--as-of", "2026-11-20", "--format", "json", "--no-cache")
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def counts(report: dict[str, Any], status: str) -> int:
    return sum(control[status] for control in report["controls"])


def paths(value: Any, schema: dict[str, Any], name: str = "") -> dict[str, bool]:
    """Every field that a schema allows, and whether the value has it."""
    found = {}
    for key, part in schema.get("properties", {}).items():
        there = isinstance(value, dict) and key in value
        found[name + key] = there
        found |= paths(value[key] if there else None, part, f"{name}{key}.")
    return found


def test_same_size_gives_the_same_bytes_and_a_larger_one_begins_with_the_smaller(tmp_path: Path) -> None:
    small, large = generate(tmp_path / "small", 1500), generate(tmp_path / "large", 2300)
    again = generate(tmp_path / "again", 1500, "--flawless-after", 2000)
    assert small.read_bytes() == again.read_bytes()
    assert large.read_bytes().startswith(small.read_bytes())
    assert [file.read_bytes().count(b"\n") for file in (small, large)] == [1500, 2300]


def test_every_kind_and_every_field_of_the_schemas_is_there(inventory: Path, bundle: Bundle) -> None:
    sections = bundle.schemas["inventory"]["properties"].values()
    kinds = {section["items"]["$ref"].removesuffix(".schema.json") for section in sections if "items" in section}
    found: dict[str, set[str]] = defaultdict(set)
    allowed: dict[str, set[str]] = {}
    for line in inventory.read_bytes().splitlines():
        fields = orjson.loads(line)
        there = paths(fields, bundle.schemas[fields["kind"]])
        allowed[fields["kind"]] = {
            name for name in there if name not in ("name", "note") and not name.startswith("imported_from")
        }
        found[fields["kind"]] |= {name for name, given in there.items() if given}
    assert found.keys() == kinds
    for kind in kinds - {"attestation", "department"}:
        assert allowed[kind] <= found[kind], kind


def test_every_control_judges_something_and_about_one_judgement_in_fifty_is_a_fail(
    inventory: Path, run: Run, catalogue: Catalogue
) -> None:
    report = scan(run, inventory)
    assert report["complete"]
    assert report["unjudged_clauses"] == []
    assert report["inventory"]["unjudged"] == {}
    assert {control["id"] for control in report["controls"]} == catalogue.controls.keys()
    judgements = sum(counts(report, status) for status in STATUSES)
    assert 0.015 < counts(report, "fail") / judgements < 0.025
    assert 0 < counts(report, "unknown") / judgements < 0.001
    assert all(clause["unknown"] == 0 for clause in report["attested"])
    for control in report["controls"]:
        assert control["pass"], control["id"]
        assert control["fail"] or control["kind"] == "department", control["id"]


def test_fails_can_be_kept_as_many_as_at_a_smaller_size(tmp_path: Path, run: Run) -> None:
    small = scan(run, generate(tmp_path / "small.ndjson", 2000))
    large = scan(run, generate(tmp_path / "large.ndjson", 6000, "--flawless-after", 2000))
    for status in ("fail", "unknown"):
        assert counts(small, status) == counts(large, status)
    assert counts(large, "pass") > 2.9 * counts(small, "pass")


def test_yaml_holds_the_same_as_ndjson(tmp_path: Path, run: Run) -> None:
    reports = [scan(run, generate(tmp_path / name, 300)) for name in ("city.yaml", "city.ndjson")]
    assert reports[0]["complete"]
    assert reports[0]["controls"] == reports[1]["controls"]


def test_everything_is_compared_and_counts_the_same(tmp_path: Path, opa_binary: Path, conftest_binary: Path) -> None:
    tools = ("--opa", opa_binary, "--conftest", conftest_binary)
    done = run_script("compare.py", "--quick", "--output", tmp_path, *tools)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "benchmarks.json").read_text(encoding="utf-8"))
    (size,) = found["sizes"]
    assert sum(size["counts"].values()) == size["judgements"] > 4000
    names = ["scan`, 1 job", "scan`, all jobs", "`opa eval`", "the OPA server", "`conftest test`", "`orjson.loads`"]
    assert [row["name"].removeprefix("`policycheck ") for row in size["rows"]] == names
    for row in [*size["rows"], *found["further"].values()]:
        assert not row["left_out"]
        assert min(row["seconds"]) > 0
        assert min(row["megabytes"]) > 1
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert all(f"| {row['name']} | 1 |" in page for row in size["rows"])
    assert str(ROOT) not in page
    assert str(tmp_path) not in page
    assert size["rows"][0]["name"] in done.stdout
    assert "seconds</text>" in (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")


def test_answers_that_differ_stop_the_comparison(tmp_path: Path) -> None:
    fake = tmp_path / "conftest"
    entry = {"msg": "counts", "metadata": {"counts": {"pass": 3, "fail": 0, "unknown": 0, "not_applicable": 1}}}
    fake.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps([{'failures': [entry]}])}\nEND\n")
    fake.chmod(0o755)
    done = run_script("compare.py", "--quick", "--output", tmp_path, "--conftest", fake)
    assert done.returncode == 1
    assert "compare.py: `conftest test` counts {'pass': 3" in done.stderr
    assert not (tmp_path / "benchmarks.md").exists()


def series(name: str, *seconds: float, megabytes: float = 100, left_out: str = "") -> dict[str, Any]:
    most = [megabytes] * len(seconds)
    return {"name": name, "command": name, "seconds": seconds, "megabytes": most, "left_out": left_out}


def test_page_says_where_a_peer_wins_and_what_is_not_reached(tmp_path: Path) -> None:
    """Of made-up figures."""
    rows = [
        series("`policycheck scan`, 1 job", 3, 2, 1, megabytes=90),
        series("`policycheck scan`, all jobs", 1, 0.9, 8, megabytes=150),
        series("`opa eval`", 41, 40, 1, megabytes=100),
        series("the OPA server", 1.5, 1.5, 1.5, megabytes=200),
        series("`conftest test`", left_out="left out: would need 99 GB of memory"),
    ]
    size = {"resources": 100_000, "bytes": 1, "checks": 70, "judgements": 500_000, "rows": rows}
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps({"machine": {"cores": "2"}, "jobs": 2, "sizes": [size], "further": {}}))
    done = run_script("present.py", figures, tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert "all jobs | at least 20× | 40.00× | reached |" in page
    assert "all jobs | at least 25× | 1.50× | **not reached** |" in page
    assert "| as fast as `conftest test`, at 100,000 resources, all jobs | at least 20× | not measured | |" in page
    assert "would need 99 GB of memory" in page
    assert "At 100,000 resources, the OPA server is faster: 1.50 s; `policycheck scan`, 1 job: 2.00 s." in page
    assert "At 100,000 resources, `opa eval` needs less memory: 100 MB; `policycheck scan`, all jobs: 150 MB." in page
    assert "`opa eval` is faster" not in page


def test_the_stages_of_a_scan_are_told() -> None:
    done = run_script("stages.py", "--resources", "1000", "--runs", "1")
    assert done.returncode == 0, done.stderr
    head, stages, floor, _, packages = done.stdout.split("\n\n")
    whole = float(head.rpartition(": ")[2].removesuffix(" s"))
    rows = [line.strip("| ").split(" | ") for line in stages.splitlines()[2:]]
    assert {"the engine: Wasm", "validating by the schemas", "writing the report"} <= {row[0] for row in rows}
    assert abs(sum(float(seconds) for _, seconds, _ in rows) - whole) < 0.02
    assert float(floor.rpartition(": ")[2].removesuffix(" s.")) < whole
    assert {"wasmtime", "policycheck itself"} <= {line.strip("| ").split(" | ")[0] for line in packages.splitlines()}
