"""A redacted inventory is judged as the one that it was made of, and nothing in it tells of a person."""

import copy
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pytest
import ryaml
import yaml
from conftest import AS_OF, ROOT, Run
from generated import ACCOUNTS, FORMS, SITES, Case, cases
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pieces import entries, evaluate
from test_audits import AUDITS, states
from test_bad_input import BAD, REGISTERS, SEEDS, Bad, damaged

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.errors import PolicycheckError
from policycheck.evidence.redact import Redaction
from policycheck.indexes import Group, Lookup, indexes_of
from policycheck.inventory import load_inventory
from policycheck.inventory.discovery import find_files
from policycheck.inventory.schemas import Schemas
from policycheck.model import Check, Clause, Control, Inventory, Result, Standard, Status, Use
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

KEY = bytes(range(32))
SAMPLES = sorted(ROOT.glob("policies/controls/*/*/*.yaml"))
STANDARDS = sorted(path.stem for path in ROOT.glob("policies/standards/*.yaml"))

Report: TypeAlias = dict[str, Any]
Redactions: TypeAlias = Callable[..., Redaction]

generously = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="session")
def redactions(bundle: Bundle, catalogue: Catalogue) -> Redactions:
    def redactions(standard: str | Standard = "guideline", key: bytes = KEY) -> Redaction:
        chosen = catalogue.standard(standard) if isinstance(standard, str) else standard
        return Redaction(key, bundle.schemas, chosen)

    return redactions


def redact(redaction: Redaction, paths: Iterable[Path], folder: Path) -> Path:
    """The folder, with the redacted files in it."""
    folder.mkdir(parents=True)
    for source in find_files(paths).files:
        content = redaction.inventory(source.name, Path(source.path).read_bytes())
        (folder / redaction.name(source.name)).write_bytes(content)
    return folder


class Pair:
    """Scans of an inventory and of what redaction makes of it, with what else is given to a scan."""

    def __init__(self, run: Run, redaction: Redaction, folder: Path, inventory: Path, *options: object) -> None:
        self.redaction, self.inventory = redaction, inventory
        self._run, self._folder, self._options = run, folder, ("--format", "json", *options)
        self.redacted = redact(redaction, [inventory], folder / "redacted")
        self.raw, self.made = self.scan({})

    def scan(self, given: Mapping[str, Path], *options: object) -> tuple[Report, Report]:
        made = {}
        for name, file in given.items():
            made[name] = self._folder / f"made.{name}"
            made[name].write_bytes(self.redaction.beside(name, file.name, file.read_bytes()))
        reports = []
        for path, files in ((self.inventory, given), (self.redacted, made)):
            more = [part for name, file in files.items() for part in (f"--{name}", file)]
            result = self._run("scan", path, *self._options, *options, *more)
            assert result.exit_code in (0, 3, 4), result.stderr
            reports.append(json.loads(result.stdout))
        raw, redacted = reports
        assert_same(raw, redacted)
        return raw, redacted

    @property
    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self._folder.rglob("*")) if path.is_file())


def assert_same(raw: Report, made: Report) -> None:
    """The same was found, of resources that have other ids."""
    own = ("summary", "controls", "attested", "matrix", "by_measure", "unjudged_clauses", "complete")
    for part in (*own, "as_of", "standard"):
        assert raw[part] == made[part], part
    ids: dict[str, str] = {}
    for before, after in zip(raw["results"], made["results"], strict=True):
        for part in ("status", "control", "clauses", "before"):
            assert before[part] == after[part]
        assert before["location"]["line"] == after["location"]["line"]
        assert before["facts"].keys() == after["facts"].keys()
        assert_same_resource(before["resource"], after["resource"], ids)
    assert len(set(ids.values())) == len(ids)
    assert raw["inventory"]["unjudged"] == made["inventory"]["unjudged"]
    counts = [[file["resources"] for file in report["inventory"]["files"]] for report in (raw, made)]
    assert counts[0] == counts[1]
    for part, kept in (
        ("waivers", ("state", "hides", "approved_on", "expires_on")),
        ("measures", ("status", "on", "state", "fails", "passes", "controls")),
    ):
        assert [[use[name] for name in kept] for use in raw[part] or ()] == [
            [use[name] for name in kept] for use in made[part] or ()
        ]
    lines = [[problem["line"] for problem in report["problems"]] for report in (raw, made)]
    assert lines[0] == lines[1]
    gone = [(report["baseline"] or {"gone": []})["gone"] for report in (raw, made)]
    for before, after in zip(*gone, strict=True):
        assert [before[part] for part in ("reason", "control", "clauses")] == [
            after[part] for part in ("reason", "control", "clauses")
        ]
        assert_same_resource(before["resource"], after["resource"], ids)


def assert_same_resource(raw: Mapping[str, str], made: Mapping[str, str], ids: dict[str, str]) -> None:
    assert (raw["kind"], raw["department"]) == (made["kind"], made["department"])
    if raw["kind"] == "department":
        assert raw["id"] == made["id"]
        return
    for name in ("id", "system"):
        if before := raw.get(name):
            assert re.fullmatch("id-[a-z2-7]{12}", made[name])
            assert ids.setdefault(before, made[name]) == made[name]
        else:
            assert raw.get(name) == made.get(name)


def strings(value: object) -> Iterator[str]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from strings(key)
                yield from strings(inner)
        case list():
            for inner in value:
                yield from strings(inner)
        case str():
            yield value


def originals(paths: Iterable[Path]) -> set[str]:
    """Every text in the files."""
    found: set[str] = set()
    for path in paths:
        content = path.read_text(encoding="utf-8")
        for text in content.splitlines() if path.suffix == ".ndjson" else [content]:
            found |= set(strings(ryaml.loads(text)))
    return found


def harmless(bundle: Bundle, standard: Standard, departments: Iterable[str]) -> set[str]:
    """Texts that may be in a redacted inventory."""
    words = {standard.id, *departments, *strings(bundle.schemas)}
    for clause in standard.clauses:
        words |= {clause.id, *(use.control for use in clause.uses)}
        words |= {word for use in clause.uses for word in strings([*use.parameters.values()])}
    return words


def assert_nothing_is_told(secrets: Iterable[str], allowed: Iterable[str], *made: str) -> None:
    """None of the texts stands in what was made, unless it is a part of what may stand there."""
    known = "\n".join(sorted(set(allowed)))
    checked = [text for text in sorted(set(secrets)) if not re.fullmatch(r"[0-9-]*", text) and text not in known]
    assert checked
    for text in checked:
        assert all(text not in page for page in made), text


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_sample_city(
    standard: str, run: Run, redactions: Redactions, tmp_path: Path, bundle: Bundle, catalogue: Catalogue
) -> None:
    options = ("--standard", standard, "--as-of", AS_OF.isoformat(), "--all")
    pair = Pair(run, redactions(standard), tmp_path, ROOT / "inventory", *options)
    assert pair.made["complete"]
    assert len(pair.made["results"]) > 100
    departments = pair.made["matrix"][0]["departments"]
    files = [Path(source.path) for source in find_files([ROOT / "inventory"]).files]
    secrets = originals(files)
    inside = pair.bytes.decode()
    chosen = catalogue.standard(standard)
    allowed = harmless(bundle, chosen, [*departments, *load_departments(files)])
    assert_nothing_is_told(secrets, allowed, inside)
    assert not re.search("[#]", inside)
    pages = [json.dumps(pair.made, ensure_ascii=False)]
    for language in LANGUAGES:
        pages += [
            run("scan", pair.redacted, *options, "--format", name, "--lang", language).stdout
            for name in ("text", "csv")
        ]
    said = strings([bundle.controls, bundle.standards, [texts(language)._texts for language in LANGUAGES]])
    assert_nothing_is_told(secrets, {*allowed, *said}, *pages)


def load_departments(files: Iterable[Path]) -> set[str]:
    schemas = Schemas(Bundle().schemas)
    recorded = {entry.id for entry in entries(list(files), schemas) if entry.kind == "department"}
    return recorded | set(load_inventory(list(files), schemas).departments)


@pytest.mark.parametrize(("audit", "state"), states())
def test_replays(
    audit: Path, state: str, run: Run, redactions: Redactions, tmp_path: Path, bundle: Bundle, catalogue: Catalogue
) -> None:
    expected = ryaml.loads((audit / "expected.yaml").read_text(encoding="utf-8"))
    standard, facts = expected["standard"], expected["scans"][state]
    redaction = redactions(standard)
    options = ("--standard", standard, "--as-of", facts["as_of"], "--all")
    pair = Pair(run, redaction, tmp_path / "made", audit / state, *options)
    given = {}
    if "measures" in facts:
        given["measures"] = audit / facts["measures"]
    if earlier := facts.get("baseline"):
        given["baseline"] = tmp_path / "earlier.json"
        day = expected["scans"][earlier]["as_of"]
        report = run("scan", audit / earlier, "--standard", standard, "--as-of", day, "--format", "json").stdout
        given["baseline"].write_text(report, encoding="utf-8")
    raw, made = pair.scan(given)
    assert bool(made["baseline"]) == ("baseline" in given)
    if "states" in facts:
        assert [use["state"] for use in made["measures"]] == list(facts["states"].values())
    assert any(result["status"] == "fail" for result in raw["results"])
    files = [Path(source.path) for source in find_files([audit / state]).files]
    allowed = harmless(bundle, catalogue.standard(standard), load_departments(files))
    secrets = originals([*files, *(file for name, file in given.items() if name == "measures")])
    kept = bundle.controls, [standard.title for standard in map(catalogue.standard, STANDARDS)], bundle.standards
    assert_nothing_is_told(secrets, {*allowed, *strings([*kept])}, pair.bytes.decode())


def test_an_earlier_report_becomes_that_of_the_redacted_inventory(
    run: Run, redactions: Redactions, tmp_path: Path, bundle: Bundle, valid_report: Callable[[str], Report]
) -> None:
    for standard, inventory, day in (
        ("guideline", ROOT / "inventory", AS_OF.isoformat()),
        *((path.name.partition("-")[0], path, "2024-03-27") for path in AUDITS.iterdir() if path.is_dir()),
    ):
        folder = tmp_path / inventory.name
        folder.mkdir()
        redaction = redactions(standard)
        pair = Pair(run, redaction, folder, inventory, "--standard", standard, "--as-of", day, "--all")
        report = valid_report(redaction.beside("baseline", "x.json", json.dumps(pair.raw).encode()).decode())
        for expected in pair.made["results"]:
            expected["location"]["file"] = Path(expected["location"]["file"]).name
        for found, expected in zip(report["results"], pair.made["results"], strict=True):
            assert found | {"message": ""} == expected | {"message": ""}
        assert [file["path"] for file in report["inventory"]["files"]] == [
            Path(file["path"]).name for file in pair.made["inventory"]["files"]
        ]
        digests = {file["sha256"] for file in pair.raw["inventory"]["files"]} | {pair.raw["inventory"]["sha256"]}
        assert not any(digest in json.dumps(report) for digest in digests)


@pytest.fixture
def registers(run: Run, tmp_path: Path) -> dict[str, Path]:
    """Waivers and measures of every state, and an earlier report of an inventory that had more."""
    day = AS_OF.isoformat()
    scan = ("--standard", "guideline", "--as-of", day, "--format", "json")
    report = json.loads(run("scan", ROOT / "inventory", *scan).stdout)
    fails = [result for result in report["results"] if result["status"] == "fail" and result["control"]]
    assert len(fails) > 8
    people = [result for result in report["results"] if result["resource"]["kind"] == "department"]
    days = [("2026-11-01", "2026-12-01"), ("2026-01-01", "2026-11-19"), ("2026-11-21", "2026-12-01")]
    waivers = [
        waiver(clause, result["resource"], *days[number % 3])
        for number, result in enumerate([*fails[:7], people[0]])
        for clause in result["clauses"]
    ]
    waivers += [
        waiver("秘", fails[0]["resource"], *days[0]),
        waiver(fails[0]["clauses"][0], {"kind": "server", "id": "秘密"}, *days[0]),
        waiver(fails[0]["clauses"][0], {"kind": "秘", "id": "秘密"}, *days[0]),
        waiver(fails[0]["clauses"][0], fails[0]["resource"], "2026-12-01", "2026-11-01"),
        {"clause": "秘", "resource": "秘", "秘": 5},
    ]
    system = next(result["resource"]["system"] for result in fails if result["resource"]["system"])
    owned = people[0]["resource"]["id"]
    abouts: list[dict[str, str]] = [
        {"id": fails[0]["resource"]["id"]},
        {"kind": fails[1]["resource"]["kind"], "id": fails[1]["resource"]["id"]},
        {"system": system},
        {"control": fails[2]["control"], "department": fails[2]["resource"]["department"]},
        {"clause": fails[3]["clauses"][0]},
        {"id": owned},
        {"kind": "department", "id": owned},
        {"id": "秘密"},
        {"clause": "秘密"},
        {"control": "秘密"},
    ]
    statuses = [("done", "2026-11-01"), ("planned", "2026-12-01"), ("none", None), ("planned", "2026-11-01")]
    measures: list[dict[str, Any]] = []
    for number, about in enumerate(abouts):
        for status, on in statuses:
            dated = {"on": on} if on else {}
            finding = f"秘の指摘{number}{status}{on}"
            measures.append(
                {"finding": finding, "owner": "秘書", "about": [about], "status": status, "text": "秘", **dated}
            )
    measures += [measures[0], {"finding": "秘", "秘": [5, {"秘": "秘"}]}]
    city = tmp_path / "then"
    city.mkdir()
    for source in find_files([ROOT / "inventory"]).files:
        (city / Path(source.name).name).write_bytes(Path(source.path).read_bytes().replace(b": true", b": false"))
    more = b'{"kind": "usb_medium", "department": "\xe7\xa8\x8e\xe5\x8b\x99\xe8\xaa\xb2", "id": "gone", "registered": false}'
    (city / "more.ndjson").write_bytes(more)
    found = {name: tmp_path / f"{name}.yaml" for name in ("waivers", "measures")}
    for name, listed in (("waivers", waivers), ("measures", measures)):
        text = yaml.safe_dump({"standard": "guideline", name: copy.deepcopy(listed)}, allow_unicode=True)
        found[name].write_text("# 秘\n" + text, encoding="utf-8")
    found["baseline"] = tmp_path / "baseline.json"
    found["baseline"].write_text(run("scan", city, *scan).stdout, encoding="utf-8")
    return found


def waiver(clause: str, resource: Mapping[str, str], first: str, last: str) -> dict[str, Any]:
    return {
        "clause": clause,
        "resource": {"kind": resource["kind"], "id": resource["id"]},
        "reason": "秘",
        "approved_by": "秘書",
        "approved_on": first,
        "expires_on": last,
        "compensating_measure": "秘\n秘",
    }


def test_waivers_measures_and_baseline_stay_with_what_they_speak_of(
    registers: dict[str, Path], run: Run, redactions: Redactions, tmp_path: Path
) -> None:
    options = ("--standard", "guideline", "--as-of", AS_OF.isoformat())
    pair = Pair(run, redactions(), tmp_path / "made", ROOT / "inventory", *options)
    raw, made = pair.scan(registers)
    known = {"in_force", "expired", "not_yet_valid", "unknown_clause", "unknown_resource"}
    assert {use["state"] for use in made["waivers"]} == known
    assert sum(use["hides"] for use in made["waivers"]) > 1
    assert {use["state"] for use in made["measures"]} >= {"refuted", "open", "overdue", "unverified"}
    assert {result["before"] for result in made["results"]} >= {"fail", None}
    assert {entry["reason"] for entry in made["baseline"]["gone"]} == {"resource"}
    assert made["summary"]["corrected"]
    assert len(made["problems"]) > 5
    assert "秘" not in pair.bytes.decode()
    assert "秘" not in json.dumps(made, ensure_ascii=False)
    people = {use["approved_by"] for use in made["waivers"]} | {use["owner"] for use in made["measures"]}
    assert len(people) == 1
    assert re.fullmatch("person-[a-z2-7]{12}", people.pop())
    assert raw["baseline"]["sha256"] != made["baseline"]["sha256"]


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize(
    "content", [b"", b"# x\n", b"x\n", b"- {a: b}\n", b"standard: guideline\n5: x\nREGISTER: [x]\n"]
)
def test_a_register_of_another_form_stays_one(
    content: bytes, register: str, run: Run, redactions: Redactions, tmp_path: Path
) -> None:
    file = tmp_path / "register.yaml"
    file.write_bytes(content.replace(b"REGISTER", register.encode()))
    pair = Pair(run, redactions(), tmp_path / "made", ROOT / "inventory" / "soumu.yaml", "--as-of", AS_OF.isoformat())
    _, made = pair.scan({register: file})
    assert made["problems"]


@pytest.mark.parametrize("register", ["waivers", "measures", "baseline"])
@pytest.mark.parametrize("content", [b"a: [\n", b"standard: a\nstandard: b\n", b"\xff", b"{"])
def test_a_register_that_cannot_be_read_is_refused(content: bytes, register: str, redactions: Redactions) -> None:
    with pytest.raises(PolicycheckError) as caught:
        redactions().beside(register, f"{register}.yaml", content)
    assert caught.value.key == ("broken_baseline" if register == "baseline" else "unredactable")
    for language in LANGUAGES:
        assert f"{register}.yaml" in texts(language)(f"error.{caught.value.key}", **caught.value.facts)


@pytest.mark.parametrize("content", [b"[]", b'{"standard": {"id": "x"}}', b'"\xe7\xa7\x98"'])
def test_what_is_no_report_becomes_none(
    content: bytes, redactions: Redactions, catalogue: Catalogue, bundle: Bundle, tmp_path: Path
) -> None:
    from policycheck.baseline import read_baseline

    file = tmp_path / "baseline.json"
    file.write_bytes(redactions().beside("baseline", "x.json", content))
    assert "秘".encode() not in file.read_bytes()
    with pytest.raises(PolicycheckError) as caught:
        read_baseline(file, catalogue.standard("guideline"), bundle.schemas["report"], AS_OF)
    assert caught.value.key == "broken_baseline"


def test_an_earlier_report_is_trusted_in_nothing(
    run: Run, redactions: Redactions, valid_report: Callable[[str], Report]
) -> None:
    scan = ("--standard", "guideline", "--as-of", AS_OF.isoformat(), "--format", "json", "--all")
    report = json.loads(run("scan", ROOT / "inventory", *scan).stdout)
    for name in ("title", "body", "source"):
        report["standard"][name] = f"秘 {name}"
    report["engine"]["version"] = "秘"
    control = next(control for control in report["controls"] if control["parameters"])
    control["title"] = "秘"
    control["parameters"] = {"秘": "秘", **control["parameters"]}
    control["kind"] = "department"
    control["id"] = "秘/秘"
    report["matrix"][0]["title"] = "秘"
    report["unjudged_clauses"].append({"id": "秘", "title": "秘"})
    report["inventory"]["unjudged"]["秘"] = 1
    report["results"][0]["facts"] = {"秘": "秘", **dict.fromkeys(("field", "model", "answer"), "秘"), "fields": ["秘"]}
    report["results"][0]["clauses"].append("秘")
    made = redactions().beside("baseline", "x.json", json.dumps(report).encode()).decode()
    assert "秘" not in made
    assert valid_report(made)["controls"][-1]["parameters"] == report["controls"][-1]["parameters"]


def test_what_is_no_number_stays_none(run: Run, redactions: Redactions, tmp_path: Path) -> None:
    lines = [
        f"  - {{id: d{n}, staff: {value}}}" for n, value in enumerate((".inf", "-.inf", ".nan", "1.5", "3", "-3.5"))
    ]
    file = tmp_path / "a.yaml"
    file.write_text("\n".join(["department: d", "departments:", *lines, ""]), encoding="utf-8")
    pair = Pair(run, redactions(), tmp_path / "made", file, "--as-of", AS_OF.isoformat())
    assert len(pair.made["problems"]) == 8


# What controls read


def free_texts(schemas: Mapping[str, Any], node: Mapping[str, Any], path: str) -> Iterator[str]:
    """The paths of texts that can be anything."""
    if "$ref" in node:
        file, _, name = node["$ref"].partition("#/$defs/")
        node = schemas[file.removesuffix(".schema.json")]["$defs"][name]
    if "items" in node:
        yield from free_texts(schemas, node["items"], path)
    for name, inner in node.get("properties", {}).items():
        yield from free_texts(schemas, inner, f"{path}.{name}")
    if "string" in node.get("type", ()) and "enum" not in node and node.get("format") != "date":
        yield path


READ = {
    "system.contact_chain": "exact",
    "system.contact_chart": "exact",
    "system.sites": "exact",
    "system.id_register_sites": "exact",
    "system.log_analysis.prescribed": "exact",
    "system.log_analysis.actual": "exact",
    "contract.sla_items": "exact",
    "contract.report_items": "exact",
    "contract.specification_items": "exact",
    "contract.work_plan_items": "exact",
    "contract.subcontractors.name": "exact",
    "server.location.room": "exact",
    "ledger_entry.importance": "word",
    "ledger_entry.medium": "word",
    "ledger_entry.storage": "exact",
    "ledger_entry.disposal": "word",
    "document.topics": "word",
    "user_id.account": "folded",
    "user_id.site": "folded",
    "user_id.system": "id",
    "server.system": "id",
    "office_pc.network_model": "id",
    "cloud_service.network_model": "id",
}
"""Every text that controls read, and how it decides. A control that reads another one needs a decision here and in
redact.py."""


def test_every_text_that_a_control_reads_is_known(catalogue: Catalogue, bundle: Bundle) -> None:
    found = set()
    for control in catalogue.controls.values():
        properties = bundle.schemas[control.kind]["properties"]
        for name in control.reads:
            found |= set(free_texts(bundle.schemas, properties[name], f"{control.kind}.{name}"))
    assert found == READ.keys()


def test_how_a_text_decides_is_known(catalogue: Catalogue) -> None:
    """What the indexes of controls fold and look up, and which vocabularies controls have."""
    folded, looked_up, words = set(), set(), set()
    for control in catalogue.controls.values():
        for index in indexes_of(control).values():
            match index:
                case Group(kind, by, name, split, _):
                    folded |= {f"{kind}.{name}", f"{kind}.{split}"}
                    looked_up.add(f"{kind}.{by}")
                case Lookup(kind, _):
                    looked_up.add(f"{control.kind}.{kind}")
        if any(facts["type"] == "list" and "values" not in facts for facts in control.parameters.values()):
            words |= {name for name in READ if name.partition(".")[0] == control.kind and READ[name] != "exact"}
    by_way = {way: {name for name in READ if READ[name] == way} for way in ("folded", "id", "word")}
    assert (folded, looked_up, words) == (by_way["folded"], by_way["id"], by_way["word"])


def redacted_value(redaction: Redaction, path: str, value: str) -> Any:
    """What becomes of a text at such a place."""
    kind, *names = path.split(".")
    entry: dict[str, Any] = {"kind": kind, "department": "d", "id": "x"}
    inner = entry
    for name in names[:-1]:
        inner = inner.setdefault(name, {})
    inner[names[-1]] = value
    if names[-1] in ("topics", "sites", "subcontractors") or names[-1].endswith(
        ("_items", "_chain", "_chart", "_sites")
    ):
        inner[names[-1]] = [value]
    if names[0] == "subcontractors":
        entry["subcontractors"] = [{"name": value}]
    found = orjson.loads(redaction.inventory("x.ndjson", orjson.dumps(entry)))
    for name in names:
        found = found[name]
        found = found[0] if isinstance(found, list) else found
    return found


@pytest.mark.parametrize(("path", "way"), READ.items())
def test_a_text_decides_as_before(path: str, way: str, redactions: Redactions) -> None:
    redaction = redactions("arakawa")
    forms = {form("Ab1 ガ") for form in FORMS} | {"Ab1 ｶﾞ", "ab1 ガ"}
    assert len(forms) > 3
    made = {redacted_value(redaction, path, form) for form in forms}
    assert len(made) == (1 if way == "folded" else len(forms))
    assert redacted_value(redaction, path, "佐藤") == redacted_value(redaction, path, "佐藤")
    assert redacted_value(redaction, path, "佐藤") not in made
    for word in ("紙", "溶解", "再発防止"):
        assert (redacted_value(redaction, path, word) == word) == (way == "word")
    if way == "id":
        own = orjson.loads(redaction.inventory("y.ndjson", b'{"kind": "system", "id": "Ab1"}'))["id"]
        assert redacted_value(redaction, path, "Ab1") == own


@pytest.mark.parametrize("standard", STANDARDS)
def test_samples_of_all_controls(
    standard: str, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, redactions: Redactions, tmp_path: Path
) -> None:
    checks = catalogue.checks(catalogue.standard(standard))
    checks += [Check(control, defaults(control), ("1",)) for control in catalogue.controls.values()]
    words = Standard("x", {}, "", "", (clause_of(checks),))
    users = tmp_path / "users.ndjson"
    users.write_text("\n".join(map(json.dumps, USERS)), encoding="utf-8")
    met: set[str] = set()
    for number, sample in enumerate([*SAMPLES, users]):
        redaction = redactions(words)
        made = redact(redaction, [sample], tmp_path / str(number))
        before, after = (
            evaluate(entries([path], schemas), checks, wasm_engine, AS_OF, keep_all=True) for path in (sample, made)
        )
        assert before[0] == after[0]
        assert [verdict(result) for result in before[1]] == [verdict(result) for result in after[1]]
        met |= {result.reason for result in after[1]}
    assert {"same_name", "doubtful", "wording", "left_out", "different", "incomplete", "uncovered"} <= met
    assert {"system_not_found", "network_model_not_found"} <= met


_USER = {"kind": "user_id", "department": "税務課", "status": "active"}
USERS: list[dict[str, Any]] = [
    _USER | {"id": "1", "system": "a", "account": "sato", "site": "A館"},
    _USER | {"id": "2", "system": "a", "account": "ＳＡＴＯ", "site": "Ａ館"},
    _USER | {"id": "3", "system": "b", "account": "sato", "site": "A館"},
    _USER | {"id": "4", "system": "b", "account": "Sato"},
    _USER | {"id": "5", "system": "c", "account": "sato", "site": "A館"},
    _USER | {"id": "6", "system": "c", "account": "sato", "site": "B館"},
    {"kind": "server", "department": "税務課", "id": "1", "system": "a"},
    {"kind": "office_pc", "department": "税務課", "id": "1", "network": "internet", "network_model": "a"}
    | {"main_terminal": True, "edr": True},
]
"""Accounts of the same name, perhaps of the same name, and of the same name elsewhere; ids that are nowhere."""


def defaults(control: Control) -> dict[str, Any]:
    return {name: facts["default"] for name, facts in control.parameters.items()}


def clause_of(checks: Iterable[Check]) -> Clause:
    return Clause("1", {}, tuple(Use(check.control.id, check.parameters) for check in checks), attested=False)


def verdict(result: Result) -> tuple[Any, ...]:
    """What is said, but for texts."""
    facts = {
        name: len(fact) if isinstance(fact, list) else fact
        for name, fact in result.facts.items()
        if not isinstance(fact, str)
    }
    resource = result.resource
    return result.status, result.check, result.reason, facts, resource.kind, resource.department, resource.line


# What is generated


LEDGER = st.fixed_dictionaries(
    {
        "id": st.integers().map("L{}".format),
        "importance": st.sampled_from(["3A", "２", "2", "高", None]),
        "medium": st.sampled_from(["紙", "紙（原本）", "サーバ", "サーバー", None]),
        "storage": st.sampled_from(["書庫", None]),
        "disposal": st.sampled_from(["溶解", "溶解 ", "シュレッダー", "返却", None]),
    }
)
TOPICS = ["組織体制", "情報資産の分類と管理", "運用", "評価・見直し"]
DOCUMENT = st.fixed_dictionaries(
    {
        "id": st.integers().map("D{}".format),
        "type": st.just("security_standard"),
        "topics": st.lists(st.sampled_from([*TOPICS, "運用 2"]), max_size=5),
    }
)
NAMED = st.fixed_dictionaries(
    {"id": st.integers().map("U{}".format), "system": st.just("juki"), "account": ACCOUNTS},
    optional={"site": SITES, "status": st.sampled_from(["active", "active", "disabled"])},
)
MORE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "ledger_entries": LEDGER,
    "documents": DOCUMENT,
    "user_ids": NAMED,
}


@st.composite
def cities(draw: st.DrawFn, catalogue: Catalogue) -> Case:
    """Cases with words that the standards have, and with words that they do not have."""
    case = draw(cases(catalogue))
    for plural, entry in MORE.items():
        own = draw(st.lists(entry, max_size=5, unique_by=lambda made: made["id"]))
        case.document[plural] = [*case.document.get(plural, []), *own]
    for system in case.document["systems"]:
        system |= {name: draw(st.lists(SITES, max_size=3)) for name in ("contact_chain", "contact_chart")}
    return case


def written(document: Mapping[str, Any], suffix: str, kinds: Mapping[str, str]) -> bytes:
    match suffix:
        case ".json":
            return orjson.dumps(document, option=orjson.OPT_INDENT_2)
        case ".ndjson":
            listed = [(kinds[plural], entry) for plural in kinds for entry in document.get(plural, ())]
            department = {"department": document["department"]}
            return b"\n".join(orjson.dumps({"kind": kind, **department, **entry}) for kind, entry in listed)
    text = yaml.safe_dump(json.loads(orjson.dumps(document)))
    assume(_loaded(text) == document)
    return text.encode()


def _loaded(text: str) -> object:
    try:
        return ryaml.loads(text)
    except (ryaml.InvalidYamlError, ValueError):
        return None


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".ndjson"])
def test_generated_inventories(
    suffix: str,
    catalogue: Catalogue,
    schemas: Schemas,
    wasm_engine: Engine,
    redactions: Redactions,
    tmp_path: Path,
) -> None:
    met: set[Status] = set()

    @settings(generously, max_examples=60)
    @given(cities(catalogue))
    def same(case: Case) -> None:
        redaction = redactions(Standard("x", {}, "", "", (clause_of(case.checks),)))
        content = written(case.document, suffix, schemas.kinds)
        found = []
        for name, own in (("raw", content), ("made", redaction.inventory(f"raw{suffix}", content))):
            path = tmp_path / f"{name}{suffix}"
            path.write_bytes(own)
            found.append((entries([path], schemas), load_inventory([path], schemas)))
        (raw, inventory), (made, other) = found
        assert [(entry.kind, entry.department, entry.line) for entry in raw] == [
            (entry.kind, entry.department, entry.line) for entry in made
        ]
        assert told(inventory) == told(other)
        judged = [evaluate(resources, case.checks, wasm_engine, case.as_of, keep_all=True) for resources in (raw, made)]
        assert judged[0][0] == judged[1][0]
        assert list(map(verdict, judged[0][1])) == list(map(verdict, judged[1][1]))
        met.update(result.status for result in judged[1][1])

    same()
    assert met == {Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}


def told(inventory: Inventory) -> tuple[Any, ...]:
    """What reading says, but for texts. The line of a key such as 0x10 or ~ is found only where it is written as 16 or
    null, as redaction does."""
    found = [(problem.key, problem.location.line or 0) for problem in inventory.problems]
    problems = sorted((key, 0 if key == "non_string_key" else line) for key, line in found)
    return problems, inventory.kinds, list(inventory.departments)


MARK = "洩"
"""Stands in every text that may tell something, and nowhere else."""
NUMBER = 98765432109
DEPARTMENT = "市民局"

ODD = st.sampled_from(
    ["", " ", "\u3000", f" {MARK}", f"{MARK}\n", f"{MARK}\n{MARK}", f"{MARK}\r{MARK}\n{MARK}", f"{MARK}\u2028{MARK}"]
) | st.sampled_from(
    [f"\ufeff{MARK}", MARK * 201, f" {MARK * 200}", f"{MARK}\x85", f"2024-02-30{MARK}", f"３{MARK}", f"\x7f{MARK}"]
)
LEAVES = st.none() | st.booleans() | st.sampled_from([NUMBER, -NUMBER, -1, 0, 2.5, 1e300]) | ODD
JUNK = st.recursive(
    LEAVES | st.text(max_size=4).map(MARK.__add__),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3).map(MARK.__add__), inner, max_size=3)
    ),
    max_leaves=6,
)


def marked(value: Any, name: str, harmless: set[str]) -> Any:
    """The value with the mark in each text that may tell something, and with one department."""
    if name == "department":
        return DEPARTMENT
    match value:
        case dict():
            return {
                (MARK + key if name == "answers" else key): marked(inner, key, harmless) for key, inner in value.items()
            }
        case list():
            return [marked(inner, name, harmless) for inner in value]
        case str() if value not in harmless and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return MARK + value
    return value


@st.composite
def spoilt(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with a few values, fields and names that may be anything."""
    for _ in range(draw(st.integers(0, 12))):
        slots = list(places(document))
        if not slots:
            break
        holder, key = draw(st.sampled_from(slots))
        match draw(st.sampled_from(["value", "value", "field", "name", "none"])):
            case "value":
                holder[key] = draw(JUNK)
            case "field" if isinstance(holder, dict):
                holder[MARK + draw(st.text(max_size=3))] = draw(JUNK)
            case "name" if isinstance(holder, dict):
                holder[draw(ODD | st.just(f"{MARK}{key}"))] = holder.pop(key)
            case "none":
                del holder[key]
    return document


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where in a document something stands that may be anything: a department is not redacted."""
    parts: Iterable[tuple[Any, Any]] = ()
    match value:
        case {"kind": "department"}:
            return
        case dict():
            parts = [(key, inner) for key, inner in value.items() if key not in ("department", "departments")]
        case list():
            parts = enumerate(value)
    for key, inner in parts:
        yield value, key
        yield from places(inner)


@pytest.mark.parametrize("suffix", [".yaml", ".json", ".ndjson"])
def test_nothing_is_told_and_problems_stay_what_they_are(
    suffix: str, catalogue: Catalogue, bundle: Bundle, schemas: Schemas, redactions: Redactions, tmp_path: Path
) -> None:
    met: set[str] = set()
    kept = {word for word in strings(bundle.schemas) if MARK not in word}
    departments = {DEPARTMENT}

    @generously
    @given(st.data())
    def same(data: st.DataObject) -> None:
        case = data.draw(cases(catalogue))
        document = marked(case.document, "", kept) | {
            "departments": case.document.get("departments", []),
            "department": DEPARTMENT,
        }
        for entry in document["departments"]:
            own = {name: MARK for name in ("name", "unit", "note") if name in entry}
            entry.update(own | {"id": DEPARTMENT, "department": DEPARTMENT})
        document = data.draw(spoilt(document))
        if suffix == ".ndjson":
            listed = [
                {"kind": kind, "department": DEPARTMENT, **entry}
                for plural, kind in schemas.kinds.items()
                if isinstance(document.get(plural), list)
                for entry in document[plural]
                if isinstance(entry, dict)
            ]
            lines = data.draw(spoilt({"": listed})).get("")
            content = b"\n".join(map(orjson.dumps, lines if isinstance(lines, list) else [lines]))
        else:
            content = written(document, suffix, schemas.kinds)
        redaction = redactions()
        made = redaction.inventory(f"x{suffix}", content)
        assert MARK not in made.decode()
        assert f"{ord(MARK):04x}" not in made.decode().lower()
        assert str(NUMBER) not in made.decode()
        found = []
        for name, bytes in (("raw", content), ("made", made)):
            (tmp_path / f"{name}{suffix}").write_bytes(bytes)
            found.append(load_inventory([tmp_path / f"{name}{suffix}"], schemas))
        assert told(found[0]) == told(found[1])
        for problem in found[1].problems:
            for language in LANGUAGES:
                assert MARK not in texts(language).problem(problem)
        met.update(problem.key for problem in found[1].problems)
        departments.update(found[1].departments)

    same()
    assert departments == {DEPARTMENT}
    assert len(met) > 3, met


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_bad_input(bad: Bad, redactions: Redactions, schemas: Schemas, tmp_path: Path) -> None:
    content = bad.content.encode() if isinstance(bad.content, str) else bad.content
    assert_refused_or_same(bad.file, content, redactions(), schemas, tmp_path)


@pytest.mark.parametrize("suffix", SEEDS)
@given(data=st.data())
def test_any_bytes(
    suffix: str,
    data: st.DataObject,
    redactions: Redactions,
    schemas: Schemas,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    content = data.draw(st.binary() | damaged(SEEDS[suffix]))
    assert_refused_or_same(f"x.{suffix}", content, redactions(), schemas, tmp_path_factory.getbasetemp())


def assert_refused_or_same(name: str, content: bytes, redaction: Redaction, schemas: Schemas, folder: Path) -> None:
    """What cannot be read is refused as a whole; what is only wrong stays wrong in the same way, on the same line."""
    path = folder / name
    path.write_bytes(content)
    raw = load_inventory([path], schemas)
    try:
        made = redaction.inventory(name, content)
    except PolicycheckError as error:
        assert error.key == "unredactable"
        reason: Any = error.facts["reason"]
        assert (reason.key, reason.location.line) in {(one.key, one.location.line) for one in raw.problems}
        for language in LANGUAGES:
            assert name in texts(language)("error.unredactable", **error.facts)
        return
    path.write_bytes(made)
    assert told(load_inventory([path], schemas)) == told(raw)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"id": 4711}, "unquoted"),
        ({"holder": 47.11}, "unquoted"),
        ({"account": {"秘": ["秘", 4711]}}, "wrong_type"),
        ({"shared": "秘"}, "wrong_type"),
        ({"shared": 4711}, "wrong_type"),
        ({"status": "秘"}, "not_allowed"),
        ({"last_reviewed_on": "秘"}, "impossible_date"),
        ({"秘": "秘"}, "unknown_field"),
        ({"holder": " 秘"}, "outer_space"),
        ({"holder": "秘\n秘"}, "outer_space"),
        ({"holder": "\ufeff秘"}, "invalid"),
        ({"holder": ""}, "empty_value"),
        ({"id": "秘" * 201}, "malformed"),
        ({"kind": "department", "staff": 4711471147}, "malformed"),
        ({"kind": "department", "staff": "秘"}, "wrong_type"),
        ({"kind": "秘"}, "unknown_kind"),
        ({"kind": 4711}, "unknown_kind"),
        ({"kind": "attestation", "id": "a", "answers": {"秘": {"answer": "秘", "seen": "秘"}}}, "not_allowed"),
        ({"kind": "attestation", "id": "a", "answers": {"秘": "秘"}}, "wrong_type"),
    ],
)
def test_what_is_wrong_stays_so_and_tells_nothing(
    fields: dict[str, Any], key: str, redactions: Redactions, schemas: Schemas, tmp_path: Path
) -> None:
    content = orjson.dumps({"kind": "user_id", "department": "税務課", "id": "a", **fields})
    assert_refused_or_same("x.ndjson", content, redactions(), schemas, tmp_path)
    made = (tmp_path / "x.ndjson").read_bytes()
    assert not re.search("秘|47.?11", made.decode())
    assert key in {problem.key for problem in load_inventory([tmp_path / "x.ndjson"], schemas).problems}


def test_a_damaged_line_is_named(redactions: Redactions) -> None:
    content = b'{"kind": "server", "department": "d", "id": "a"}\n\n{"kind": "server",\n'
    with pytest.raises(PolicycheckError) as caught:
        redactions().inventory("city.ndjson", content)
    assert str(caught.value.facts["place"]) == "city.ndjson:3"


# Pseudonyms


CITY = """\
# 佐藤が作った
department: 税務課
systems:
  - {id: zeimu, name: 税務システム, sites: [本庁]}
user_ids:
  - id: U-1   # 佐藤
    system: zeimu
    site: 本庁
    account: sato
    holder: 佐藤
    note: |
      佐藤は来月異動。
      後任は鈴木。
  - {id: U-2, system: zeimu, site: 本庁, account: ＳＡＴＯ, holder: 佐藤, unit: &u 係, name: *u}
"""


def test_what_becomes_of_a_file(redactions: Redactions) -> None:
    made = redactions().inventory("city.yaml", CITY.encode()).decode()
    (system,), (first, second) = (ryaml.loads(made)[name] for name in ("systems", "user_ids"))
    assert yaml.safe_load(made) == ryaml.loads(made)
    assert re.fullmatch("id-[a-z2-7]{12}", system["id"])
    assert system["id"] == first["system"] == second["system"]
    assert system["sites"] == [first["site"]] == [second["site"]]
    assert first["account"] == second["account"]
    assert first["holder"] == second["holder"]
    assert second["unit"] == second["name"]
    names = {"id": "id", "system": "id", "site": "text", "account": "account", "holder": "person", "note": "text"}
    assert {name: value.partition("-")[0] for name, value in first.items()} == names
    assert ryaml.loads(made)["department"] == "税務課"
    lines = made.splitlines()
    assert [number for number, line in enumerate(lines, 1) if '"id"' in line] == [4, 6, 14]
    assert not set("佐藤鈴木税システム本庁") & set(made.replace("税務課", ""))


def test_keys_of_every_type(redactions: Redactions) -> None:
    text = "department: 税務課\n12345: x\nservers:\n  - {id: a, 777: b, 1.5: c, true: d, ~: e, 秘: f, 密: g}\n"
    made = redactions().inventory("x.yaml", text.encode()).decode()
    (entry,) = ryaml.loads(made)["servers"]
    assert [type(key) for key in entry] == [str, int, int, bool, type(None), str, str]
    assert not re.search("777|12345|1\\.5|秘|密", made)


def test_two_keys_have_nothing_in_common(redactions: Redactions) -> None:
    first, same, other = (
        redactions(key=key).inventory("x.yaml", CITY.encode()).decode() for key in (KEY, bytes(range(32)), bytes(32))
    )
    assert first == same
    words = [set(re.findall("[a-z]+-[a-z2-7]{12}", text)) for text in (first, other)]
    assert len(words[0]) == len(words[1]) > 6
    assert not words[0] & words[1]


@given(st.sets(st.text(min_size=1, max_size=5), min_size=2, max_size=20))
def test_other_ids_have_other_pseudonyms(redactions: Redactions, ids: set[str]) -> None:
    listed = sorted(ids)
    lines = b"\n".join(orjson.dumps({"kind": "server", "id": identity}) for identity in listed)
    made = [orjson.loads(line)["id"] for line in redactions().inventory("x.ndjson", lines).splitlines()]
    assert len(set(made)) == len(listed)
    again = [orjson.loads(redactions().inventory("y.ndjson", line))["id"] for line in lines.split(b"\n")]
    assert made == again


def test_names_of_files(redactions: Redactions) -> None:
    redaction = redactions()
    paths = ["/home/sato/台帳/a.yaml", "台帳/佐藤.YML", "台帳/佐藤.json", "b.ndjson", "c.佐藤", "佐藤"]
    made = [redaction.name(path) for path in paths]
    assert made == sorted(made)
    assert [Path(name).suffix for name in made] == [".yaml", ".yml", ".json", ".ndjson", "", ""]
    assert len(set(made)) == len(paths)
    assert all(re.fullmatch(r"[0-9]{6}-[a-z2-7]{12}(\.[a-z]+)?", name) for name in made)
    assert [redaction.name(path) for path in reversed(paths)] == made[::-1]
    assert redactions().name(paths[1]).partition("-")[2] == made[1].partition("-")[2]
    assert redaction.name("") == ""


def test_a_name_and_its_forms_are_one_account_and_several_texts(redactions: Redactions) -> None:
    forms = ["ガイ1", unicodedata.normalize("NFKD", "ガイ1"), "ｶﾞｲ1", "ガイ１"]
    entries = [
        {"kind": "user_id", "id": str(number), "account": form, "holder": form} for number, form in enumerate(forms)
    ]
    made = list(
        map(orjson.loads, redactions().inventory("x.ndjson", b"\n".join(map(orjson.dumps, entries))).splitlines())
    )
    assert len({entry["account"] for entry in made}) == 1
    assert len({entry["holder"] for entry in made}) == len(forms)


def test_dates_of_any_form(redactions: Redactions) -> None:
    valid = ["2024-02-29", "1000-01-01", "2999-12-31"]
    other = [
        "2023-02-29",
        "0999-01-01",
        "20240229",
        "2024-2-29",
        "２０２４-02-29",
        "2024-02-29T00:00",
        "昭和の日",
        "2024-W01-1",
    ]
    lines = [{"kind": "server", "id": "a", "last_maintained_on": text} for text in [*valid, *other]]
    made = redactions().inventory("x.ndjson", b"\n".join(map(orjson.dumps, lines)))
    found = [orjson.loads(line)["last_maintained_on"] for line in made.splitlines()]
    assert found[:3] == valid
    assert all(text.startswith("text-") for text in found[3:])
    assert date.fromisoformat(found[0])


def test_no_schema_asks_for_different_values(bundle: Bundle) -> None:
    """What was of the wrong type becomes alike: that must be no further problem."""
    assert "uniqueItems" not in orjson.dumps(bundle.schemas).decode()
