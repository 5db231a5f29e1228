"""Real audits as inventories: a scan must find what the auditors found, and call nothing else a fail."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import ryaml
from conftest import Run

AUDITS = Path(__file__).parent / "audits"
MARKS = {"pass": "○", "fail": "×", "corrected": "△", "not_applicable": "－", "unknown": "？", "waived": "例"}
STATUSES = {mark: status for status, mark in MARKS.items()}

Facts = Mapping[str, Any]


class Replay:
    """One state of an audit: what expected.yaml says of it, and how it is scanned."""

    def __init__(self, audit: Path, state: str, engine: str, run: Run, tmp_path: Path) -> None:
        self.expected: Facts = ryaml.loads((audit / "expected.yaml").read_text(encoding="utf-8"))
        self.facts: Facts = self.expected["scans"][state]
        self._scan = partial(run, "scan", "--standard", self.expected["standard"], "--engine", engine)
        self._audit, self._state, self._folder = audit, state, tmp_path
        self.report = self._report(state, "--all", *self._baseline(state))

    def _arguments(self, state: str) -> list[str]:
        facts = self.expected["scans"][state]
        measures = ["--measures", str(self._audit / facts["measures"])] if "measures" in facts else []
        return [str(self._audit / state), "--as-of", facts["as_of"], *measures]

    def _baseline(self, state: str) -> list[str]:
        earlier = self.expected["scans"][state].get("baseline")
        if not earlier:
            return []
        file = self._folder / f"{earlier}.json"
        file.write_text(json.dumps(self._report(earlier)), encoding="utf-8")
        return ["--baseline", str(file)]

    def _report(self, state: str, *more: str) -> dict[str, Any]:
        result = self._scan(*self._arguments(state), "--format", "json", *more)
        assert result.exit_code in (0, 3, 4), result.stderr
        report: dict[str, Any] = json.loads(result.stdout)
        return report

    def printed(self, name: str, language: str = "ja") -> str:
        """The report in the format of this name."""
        more = self._baseline(self._state)
        result = self._scan(*self._arguments(self._state), *more, "--format", name, "--lang", language)
        text: str = result.stdout_bytes.decode()
        return text


def states() -> list[Any]:
    found = [
        pytest.param(file.parent, state, id=f"{file.parent.name}/{state}")
        for file in sorted(AUDITS.glob("*/expected.yaml"))
        for state in ryaml.loads(file.read_text(encoding="utf-8"))["scans"]
    ]
    assert found
    return found


@pytest.fixture(params=["wasm", pytest.param("opa", marks=pytest.mark.opa)])
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.mark.parametrize(("audit", "state"), states())
def test_replay(audit: Path, state: str, engine_name: str, run: Run, tmp_path: Path) -> None:
    replay = Replay(audit, state, engine_name, run, tmp_path)
    report = replay.report

    assert report["complete"], report["problems"]
    for line in replay.facts["expected"]:
        judged = [result for result in report["results"] if matches(result, line)]
        found = [result for result in judged if result["status"] == line["outcome"]]
        assert len(found) == line["count"], (line, Counter(result["status"] for result in judged))
        assert all(text in result["message"] for result in found for text in line.get("names", ())), line
    fails = [line for line in replay.facts["expected"] if line["outcome"] == "fail"]
    for result in report["results"]:
        if result["status"] == "fail":
            assert any(matches(result, line) for line in fails), f"not expected: {result}"


@pytest.mark.parametrize(("audit", "state"), states())
def test_tables(audit: Path, state: str, run: Run, tmp_path: Path) -> None:
    """The tables that the auditors printed, as far as expected.yaml has them."""
    replay = Replay(audit, state, "wasm", run, tmp_path)
    if "matrix" in replay.facts:
        departments = replay.expected["departments"]
        printed = {row["clause"]: row["departments"] for row in replay.report["matrix"] if row["departments"]}
        marks = {
            clause: "".join(MARKS[found.get(department, "not_applicable")] for department in departments)
            for clause, found in printed.items()
        }
        assert marks == replay.facts["matrix"]
        assert {department for found in printed.values() for department in found} == set(departments)
        page = replay.printed("matrix")
        assert all(line in page for line in rows(replay.facts["matrix"], replay.report))
    if "viewpoints" in replay.facts:
        assert dict(viewpoints(replay.printed("viewpoints"), replay.report)) == replay.facts["viewpoints"]
    if "states" in replay.facts:
        assert {use["finding"]: use["state"] for use in replay.report["measures"]} == replay.facts["states"]


def matches(result: Facts, line: Facts) -> bool:
    """Whether a result is one that a line of expected.yaml speaks of. A line without a control speaks of an answer."""
    resource = result["resource"]
    return (
        result["control"] == line.get("control")
        and line["clause"] in result["clauses"]
        and line.get("resource", resource["id"]) == resource["id"]
        and line.get("system", resource["system"]) == resource["system"]
        and line.get("department", resource["department"]) == resource["department"]
    )


def rows(matrix: Mapping[str, str], report: Facts) -> Iterator[str]:
    """How the rows of the matrix end: the marks, two columns wide, one apart."""
    wide = "－？例"
    for row in report["matrix"]:
        if row["clause"] in matrix:
            yield "".join(f" {mark}" + ("" if mark in wide else " ") for mark in matrix[row["clause"]]).rstrip() + "\n"


def viewpoints(page: str, report: Facts) -> Iterator[tuple[str, list[str]]]:
    """Of each clause, the names of the findings printed under it; none where － stands."""
    lines = page.splitlines()
    clauses = [row["clause"] for row in report["matrix"]]
    starts = {clause: next(n for n, line in enumerate(lines) if line.startswith(f"  {clause}  ")) for clause in clauses}
    for clause in clauses:
        under = []
        for line in lines[starts[clause] + 1 :]:
            if not line.startswith("      "):
                break
            under.append(line.strip())
        assert under, clause
        yield clause, [] if under == ["－"] else [line.removeprefix("× ").partition("：")[0] for line in under]
