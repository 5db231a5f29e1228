"""A standard of one's own: what its parameters may be, and what they do."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from policycheck.standards import Catalogue

Run = Callable[..., Result]

TITLE = {"ja": "試し", "en": "trial"}
STANDARD: dict[str, Any] = {"id": "own", "title": TITLE, "body": "青葉野市", "source": "例規集", "clauses": []}
CITY = """\
department: 市民課
systems: [{id: juki, network: mynumber}]
servers: [{id: S-1, system: juki, location: {restricted_entry: false}, last_maintained_on: 2026-03-01}]
"""


def clause(identity: str, control: str, **parameters: Any) -> dict[str, Any]:
    use = {"control": control} | ({"parameters": parameters} if parameters else {})
    return {"id": identity, "title": TITLE, "controls": [use]}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*clauses: dict[str, Any], **more: Any) -> Path:
        path = tmp_path / "own.yaml"
        content = copy.deepcopy(STANDARD | {"clauses": list(clauses)} | more)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    return write


@pytest.fixture
def scan(run: Run, tmp_path: Path) -> Callable[[Path], Result]:
    (tmp_path / "city.yml").write_text(CITY, encoding="utf-8")
    options = ("--as-of", "2026-11-20", "--format", "json")
    return lambda standard: run("scan", tmp_path / "city.yml", "--standard", standard, *options)


@pytest.mark.parametrize("networks", [["mynumbr"], ["MYNUMBER"], [], ["mynumber", "nowhere"]])
def test_a_list_holds_known_values_only(
    networks: list[str], write: Callable[..., Path], scan: Callable[[Path], Result]
) -> None:
    result = scan(write(clause("1", "physical/core_server_room", networks=networks)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "networks" in result.stderr
    assert "mynumber" in result.stderr


@pytest.mark.parametrize("period", ["6か月", "P６M", "P", "PT1H", "P1.5Y", "-P1Y", ["P1Y"]])
def test_a_duration_is_one(period: Any, write: Callable[..., Path], scan: Callable[[Path], Result]) -> None:
    result = scan(write(clause("1", "physical/server_maintained", period=period)))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "period" in result.stderr


def test_the_order_of_a_list_does_not_matter(write: Callable[..., Path], catalogue: Catalogue) -> None:
    lists = (["core", "mynumber"], ["mynumber", "core"], ["mynumber", "core", "core"])
    clauses = [clause(str(number), "physical/core_server_room", networks=value) for number, value in enumerate(lists)]
    standard = catalogue.standard(str(write(*clauses)))
    assert [check.clauses for check in catalogue.checks(standard)] == [("0", "1", "2")]


def test_every_clause_of_a_check_is_named(write: Callable[..., Path], scan: Callable[[Path], Result]) -> None:
    path = write(clause("A", "physical/core_server_room"), clause("B", "physical/core_server_room"))
    result = scan(path)
    assert result.exit_code == 3
    (found,) = json.loads(result.stdout)["results"]
    assert found["clauses"] == ["A", "B"]


@pytest.mark.parametrize(("own", "code"), [({}, 3), ({"period": "P1Y"}, 0)])
def test_parameters_of_the_standard_hold_where_a_clause_has_none(
    own: dict[str, str], code: int, write: Callable[..., Path], scan: Callable[[Path], Result]
) -> None:
    shared = {"physical/server_maintained": {"period": "P6M"}}
    result = scan(write(clause("1", "physical/server_maintained", **own), parameters=shared))
    assert result.exit_code == code


def test_resources_that_no_control_looks_at_are_told(
    write: Callable[..., Path], scan: Callable[[Path], Result], run: Run, tmp_path: Path
) -> None:
    path = write(clause("1", "technical/id_register_held"))
    result = scan(path)
    assert json.loads(result.stdout)["inventory"]["unjudged"] == {"server": 1}
    shown = " ".join(run("scan", tmp_path / "city.yml", "--standard", path, "--lang", "en").stdout.split())
    assert "Resources that no control of this standard looks at, and that were not judged: Server 1" in shown


WRITTEN = """\
id: own
title: {ja: 自前, en: Own}
body: 青葉野市
source: 例規集
groups:
  I: {ja: 台帳, en: Ledgers}
attestations:
  contradictions: "2"
parameters:
  technical/user_id_reviewed: {period: P3M}
clauses:
  - id: "1"
    group: I
    title: {ja: 点検, en: Review}
    controls:
      - control: physical/server_fixed
      - control: technical/user_id_reviewed
        parameters:
          period: P1M
  - id: "2"
    title: {ja: 自己点検, en: Self-inspection}
    attested: true
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "ja", "en"),
    [
        (
            "- control: physical/server_fixed",
            "- control: physical/server_fixd",
            16,
            "管理策「physical/server_fixd」はありません。「physical/server_fixed」の誤りではありませんか。",
            "there is no control “physical/server_fixd”. Did you mean “physical/server_fixed”?",
        ),
        (
            "  technical/user_id_reviewed: {",
            "  technical/user_id_reviewd: {",
            10,
            "管理策「technical/user_id_reviewd」はありません。",
            "there is no control “technical/user_id_reviewd”.",
        ),
        (
            "period: P1M",
            "perid: P1M",
            19,
            "管理策「technical/user_id_reviewed」にパラメータ「perid」はありません。使えるのは：period",
            "the control “technical/user_id_reviewed” has no parameter “perid”. Usable: period",
        ),
        (
            "{period: P3M}",
            "{perid: P3M}",
            10,
            "管理策「technical/user_id_reviewed」にパラメータ「perid」はありません。",
            "the control “technical/user_id_reviewed” has no parameter “perid”.",
        ),
        (
            "- control: physical/server_fixed",
            "- {control: physical/server_fixed, parameters: {period: P1Y}}",
            16,
            "管理策「physical/server_fixed」にパラメータ「period」はありません。使えるのは：なし",
            "the control “physical/server_fixed” has no parameter “period”. Usable: none",
        ),
        (
            "    group: I",
            "    group: II",
            13,
            "groups に「II」がありません。「I」の誤りではありませんか。",
            "there is no “II” in groups. Did you mean “I”?",
        ),
        (
            "groups:\n  I: {ja: 台帳, en: Ledgers}\n",
            "",
            11,
            "groups に「I」がありません。",
            "there is no “I” in groups.",
        ),
        (
            'contradictions: "2"',
            'contradictions: "12"',
            8,
            "条項「12」がありません。",
            "there is no clause “12”.",
        ),
        (
            '- id: "2"',
            '- id: "1"',
            20,
            "条項「1」が二度あります。",
            "the clause “1” stands here again.",
        ),
    ],
)
def test_a_standard_that_speaks_of_what_is_not_there(
    before: str, after: str, line: int, ja: str, en: str, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "city.yml").write_text(CITY, encoding="utf-8")
    assert run("scan", tmp_path / "city.yml", "--standard", path).exit_code == 4
    assert WRITTEN.count(before) == 1
    path.write_text(WRITTEN.replace(before, after), encoding="utf-8")
    for language, start, message in (
        ("ja", f"対策基準 {path}:{line}：", ja),
        ("en", f"The standard {path}:{line}: ", en),
    ):
        for command in (("scan", tmp_path / "city.yml"), ("explain", "1")):
            result = run(*command, "--standard", path, "--lang", language)
            assert (result.exit_code, result.stdout) == (2, "")
            assert result.stderr.startswith(f"policycheck: {start}{message}")
