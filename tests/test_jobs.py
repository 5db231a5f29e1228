"""One process or several: the same report. How they end is in test_job_ends.py."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import ryaml
from conftest import AS_OF, ROOT, Run

from policycheck.inventory import sources
from policycheck.reports import FORMATS
from policycheck.texts import LANGUAGES, texts

AUDITS = ROOT / "tests" / "audits"
DAY = ("--as-of", AS_OF)


def city(count: int, seed: int) -> str:
    """NDJSON with names that several user IDs have, references, records and answers of departments; some lines are
    damaged, and some ids are there twice."""
    chance = random.Random(seed)
    departments = [f"課{number}" for number in range(7)]
    lines: list[Any] = [{"kind": "system", "id": f"S-{number}", "network": "mynumber"} for number in range(9)]
    lines += [{"kind": "department", "id": name, "self_inspected_on": "2026-10-01"} for name in departments[:4]]
    for number in range(count):
        entry: dict[str, Any] = {"kind": "user_id", "id": f"U-{number}", "system": f"S-{chance.randrange(12)}"}
        match chance.randrange(9):
            case 0:
                entry = {"kind": "usb_medium", "id": f"M-{number}", "registered": chance.random() < 0.8}
            case 1:
                entry |= {"kind": "server", "location": {"room": "電算室", "lockable": chance.random() < 0.8}}
            case 2:
                entry = {"kind": "usb_medium", "id": f"M-{chance.randrange(count)}"}
            case 3:
                entry |= {"status": chance.choice(["active", "disabled"])}
            case _:
                day = chance.choice(["2026-11-01", "2026-01-01", None])
                entry |= {"status": "active", "account": f"a{chance.randrange(count)}", "last_reviewed_on": day}
        lines.append(entry)
    chance.shuffle(lines)
    written = [json.dumps({"department": chance.choice(departments)} | line, ensure_ascii=False) for line in lines]
    written[count // 2] += "}"
    written[count // 3] = '{"kind": "usb_medium", "id": "M-1", "department": "課1", "registerd": true}'
    return "\n".join(written) + "\n"


@pytest.fixture
def registers(tmp_path: Path, run: Run) -> list[object]:
    """The options for a big city with an earlier report, waivers for some of its fails, and measures."""
    (tmp_path / "city").mkdir()
    for name, seed in (("then", 1), ("now", 2)):
        (tmp_path / "city" / "all.ndjson").write_text(city(1500, seed), encoding="utf-8")
        answers = {"1 組織体制": {"answer": "○", "seen": "見た"}}
        sheet = {"id": "A-1", "standard": "guideline", "by": "課長", "answered_on": "2026-11-01", "answers": answers}
        document = {"department": "課1", "attestations": [sheet]}
        (tmp_path / "city" / "answers.json").write_text(json.dumps(document), encoding="utf-8")
        report = ("--format", "json", "--output", tmp_path / f"{name}.json")
        assert run("scan", tmp_path / "city", *DAY, *report, "--jobs", 1).exit_code == 3
    found = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    fails = [result for result in found["results"] if result["status"] == "fail" and result["control"]][::9]
    facts = {"reason": "x", "approved_by": "x", "approved_on": "2026-11-01", "compensating_measure": "x"}
    waivers = [
        facts | {"clause": clause, "resource": {name: fail["resource"][name] for name in ("kind", "id")}}
        for fail in fails
        for clause in fail["clauses"]
    ]
    kept = {json.dumps(waiver): waiver | {"expires_on": "2026-12-01"} for waiver in waivers}
    measures = [
        {
            "finding": f"指摘{number}",
            "owner": "課1",
            "about": [about],
            "status": "done",
            "on": "2026-10-01",
            "text": "x",
        }
        for number, about in enumerate(
            [{"control": "technical/user_id_reviewed", "department": "課2"}, {"kind": "usb_medium"}, {"id": "U-7"}]
        )
    ]
    options: list[object] = [tmp_path / "city", *DAY, "--baseline", tmp_path / "then.json"]
    for name, given in (("waivers", list(kept.values())), ("measures", measures)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(json.dumps({"standard": "guideline", name: given}), encoding="utf-8")
        options += [f"--{name}", path]
    return options


@pytest.fixture
def same(run: Run) -> Callable[..., bytes]:
    """What a scan prints, whatever the number of processes."""

    def same(*arguments: object, counts: Sequence[int] = (1, 2, 3)) -> bytes:
        first, *others = (run("scan", *arguments, "--jobs", count) for count in counts)
        assert first.exit_code in (0, 3, 4), first.stderr
        for other in others:
            assert other.stdout_bytes == first.stdout_bytes
            assert other.exit_code == first.exit_code
        return first.stdout_bytes

    return same


def test_a_big_city(
    registers: list[object],
    same: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
    valid_report: Callable[[str], Any],
) -> None:
    monkeypatch.setattr(sources, "PART", 20_000)
    report = valid_report(same(*registers, "--format", "json", "--all").decode())
    assert set(report["summary"]) - {status for status, count in report["summary"].items() if count} == set()
    assert len(report["problems"]) > 20
    assert any(waiver["hides"] for waiver in report["waivers"])
    assert report["baseline"]["gone"]
    for format in FORMATS:
        same(*registers, "--format", format, "--lang", "en", counts=(1, 3))
    same(*registers, "--by", "measure", "--all", counts=(1, 3))
    monkeypatch.setattr(sources, "PART", 1 << 20)
    assert valid_report(same(*registers, "--format", "json", "--all").decode()) == report


def _audits() -> Iterator[Any]:
    for file in sorted(AUDITS.glob("*/expected.yaml")):
        expected = ryaml.loads(file.read_text(encoding="utf-8"))
        for state, facts in expected["scans"].items():
            yield pytest.param(
                file.parent / state, expected["standard"], facts["as_of"], id=f"{file.parent.name}/{state}"
            )


@pytest.mark.parametrize(
    ("folder", "standard", "day"), [pytest.param(ROOT / "inventory", "guideline", AS_OF, id="city"), *_audits()]
)
def test_the_sample_city_and_the_audits(
    folder: Path, standard: str, day: str, same: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PART", 1500)
    same(folder, "--standard", standard, "--as-of", day, "--format", "json", "--all")
    for options in (["--format", "matrix"], []):
        same(folder, "--standard", standard, "--as-of", day, *options, counts=(1, 2))


@pytest.mark.opa
@pytest.mark.usefixtures("opa_binary")
def test_every_process_asks_the_same_server(
    same: Callable[..., bytes], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PART", 4000)
    options = (ROOT / "inventory", *DAY, "--format", "json", "--all")
    asked = json.loads(same(*options, "--engine", "opa"))
    here = json.loads(run("scan", *options, "--jobs", 1).stdout)
    assert asked.pop("engine")["name"] == "opa"
    assert here.pop("engine")["name"] == "wasm"
    assert asked == here


@pytest.mark.parametrize("given", ["0", "-1", "", "two", "1.5", "99999", "２"])
def test_a_number_of_jobs_that_is_none(given: str, run: Run) -> None:
    for language in LANGUAGES:
        result = run("scan", ROOT / "inventory", f"--jobs={given}", "--lang", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert texts(language)("error.bad_count", option="--jobs", value=given) in result.stderr
