"""The texts of the two languages: the same keys, the same facts, nothing missing and nothing left over."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import ryaml
from conftest import ROOT, Run
from pieces import Listed, report_on

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.inventory.schemas import Schemas
from policycheck.model import MEASURES, Check, MeasureState, Question, Result, Status
from policycheck.reports.rows import Row
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts
from policycheck.waivers import WaiverState

SOURCE = ROOT / "src" / "policycheck"
TABLES = {
    language: ryaml.loads((SOURCE / "texts" / f"{language}.yaml").read_text(encoding="utf-8")) for language in LANGUAGES
}
RAISED = {
    "Problem": "problem",
    "Flaw": "problem",
    "UsageError": "error",
    "EngineError": "error",
    "LedgerError": "error",
    "PolicycheckError": "error",
}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _templates(language: str) -> dict[str, str]:
    return {f"{table}.{name}": text for table, entries in TABLES[language].items() for name, text in entries.items()}


def _trees() -> Iterator[ast.AST]:
    for file in SOURCE.rglob("*.py"):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def _constants() -> set[str]:
    """The strings of the source, and the keys that its templates name."""
    templates = "".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.jinja"))
    written = {node.value for node in _trees() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return written | set(re.findall(r'"([a-z_]+\.[a-z_]+)"', templates))


def _raised() -> set[str]:
    """The keys of the messages that the source names where it makes a problem or an error."""
    found = set()
    for node in _trees():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
            key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.add(f"{RAISED[node.func.id]}.{key.value}")
    return found


def test_both_languages_hold_the_same_keys_in_the_same_order() -> None:
    assert list(_templates("ja")) == list(_templates("en"))


@pytest.mark.parametrize("key", _templates("ja"))
def test_both_languages_tell_the_same_facts(key: str) -> None:
    suggested = {"known", "suggestion"}
    japanese, english = (_placeholders(_templates(language)[key]) for language in LANGUAGES)
    if key == "word.field":
        assert english <= japanese
    else:
        assert japanese - suggested == english - suggested
        assert japanese == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_neat(language: str) -> None:
    for key, text in _templates(language).items():
        assert text == text.strip() or key.startswith("word."), key
        assert text or key == "word.duration_joint", key
        assert "  " not in text, key
        if language == "en":
            assert not re.search("[、。（）：]", text), key


def test_every_key_that_the_source_names_exists() -> None:
    keys = set(_templates("ja"))
    raised = _raised()
    assert len(raised) > 30
    assert raised <= keys
    assert {key.replace("error.", "hint.") for key in raised if key.startswith("error.")} <= keys
    tables = tuple(f"{table}." for table in TABLES["ja"])
    named = {text for text in _constants() if text.startswith(tables) and re.fullmatch(r"[a-z]+\.[a-z_]+", text)}
    assert len(named) > 20
    assert named - {"report.json", "report.schema.json"} <= keys


def test_every_key_is_used() -> None:
    """A key is used if the source names it, whole or, for a table that it goes through, by its last part."""
    constants = {constant.removeprefix("--").replace("-", "_") for constant in _constants()}
    rego = (ROOT / "policies" / "lib" / "verdict.rego").read_text(encoding="utf-8")
    elsewhere: dict[str, set[str]] = {
        "exit": {"0", "3", "4"},
        "gone": {"resource", "control", "parameters"},
        "waiver": set(WaiverState),
        "status": set(Status),
        "mark": set(Status),
        "severity": {"high", "medium", "low"},
        "type": {"string", "integer", "boolean", "array", "object", "null"},
        "reason": set(re.findall(r'unknown\("(\w+)"', rego)),
        "hint": set(TABLES["ja"]["error"]),
        "error": {
            key for name in ("waivers", "measures") for key in (f"unreadable_{name}", f"{name}_of_other_standard")
        },
        "problem": {
            *(f"answer_{flaw}" for flaw in ("unknown_clause", "unknown_control", "not_attested", "not_asked")),
            *(f"measure_unknown_{name}" for name in ("clause", "control")),
        },
        "chapter": {str(number) for number in MEASURES},
        "column": set(Row._fields),
        "kind": set(Schemas(Bundle().schemas).fields),
        "measure": {"1", "2", "3", "4", "5", "6", "7", "8", "none"},
        "measure_status": {"done", "planned", "none"},
        "measure_state": set(MeasureState),
        "measure_total": set(MeasureState),
        "no_measure": {"fail", "unknown"},
        "word": {f"{unit}_{number}" for unit in "YMWD" for number in ("one", "many")},
    }
    for key in _templates("ja"):
        table, _, name = key.partition(".")
        assert key in constants or name in constants | elsewhere.get(table, set()), key
    for table, names in elsewhere.items():
        assert names <= set(TABLES["ja"][table]), table


def test_every_reason_of_a_control_has_its_message_in_both_languages(catalogue: Catalogue) -> None:
    for control in catalogue.controls.values():
        for messages in control.messages.values():
            assert set(messages) == set(LANGUAGES)
            japanese, english = (_placeholders(messages[language]) for language in LANGUAGES)
            assert japanese == english, control.id


def test_messages_ask_for_facts_that_the_rule_gives(catalogue: Catalogue) -> None:
    for control in catalogue.controls.values():
        code = (ROOT / control.file).read_text(encoding="utf-8").partition("\npackage ")[2]
        facts = set(re.findall(r'"(\w+)":', code)) | set(control.parameters)
        facts |= {"count", "others"} if "union(" in code and control.index else set()
        for reason, messages in control.messages.items():
            assert _placeholders(messages["ja"]) <= facts, (control.id, reason)


def _results(catalogue: Catalogue, schemas: Schemas, engine: Engine) -> Iterator[Result]:
    standard = catalogue.standard("guideline")
    for path in [ROOT / "inventory", *sorted((ROOT / "policies" / "controls").glob("*/*/*.yaml"))]:
        listed = Listed()
        report = report_on([path], standard, catalogue, schemas, engine, entry=listed)
        assert report.inventory.problems == []
        yield from listed.results


def test_messages_are_filled(catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> None:
    told: set[tuple[str, str]] = set()
    statuses: set[Status] = set()
    for result in _results(catalogue, schemas, wasm_engine):
        statuses.add(result.status)
        if isinstance(result.check, Check):
            told.add((result.check.control.id, result.reason))
        messages = {language: texts(language).message(result) for language in LANGUAGES}
        assert not any(re.search(r"[{}]|None|\[\]", message) for message in messages.values()), messages
        assert messages["ja"].endswith(("。", "）")) or result.reason == "missing", messages
        assert messages["en"].endswith((".", ")")), messages
    assert {control for control, _ in told} == set(catalogue.controls)
    assert statuses >= {Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE}


STANDARD = """\
id: own
title: {ja: 自前, en: Own}
body: 青葉野市
source: 例規集
clauses:
  - {id: "1", title: {ja: 媒体, en: Media}, attested: true, controls: [{control: assets/usb_registered}]}
"""
SHEET = """\
department: D
attestations:
  - {id: D, standard: own, by: 課長, answered_on: DAY, answers: {"1": {answer: MARK, seen: "見た{x}"}}}
"""


def test_messages_of_answers_are_filled(
    catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine, tmp_path: Path
) -> None:
    answers = {
        "corrected": SHEET.replace("MARK", "△"),
        "not_kept": SHEET.replace("MARK", "×"),
        "does_not_apply": SHEET.replace("MARK", "－"),
        "expired": SHEET.replace("MARK", "○").replace("DAY", "2025-11-19"),
        "not_yet": SHEET.replace("MARK", "○").replace("DAY", "2026-11-21"),
        "partial": SHEET.replace("MARK", "○, control: assets/usb_registered"),
        "conflicting": SHEET.replace("MARK", "○") + SHEET.splitlines()[2].replace("D,", "E,").replace("MARK", "△"),
        "contradicted": SHEET.replace("MARK", "○") + "usb_media: [{id: a, registered: false}]\n",
        "unanswered": "department: D\nusb_media: [{id: b, registered: true}]\n",
    }
    assert set(answers) == set(TABLES["ja"]["answer"])
    (tmp_path / "own.yaml").write_text(STANDARD, encoding="utf-8")
    (tmp_path / "city").mkdir()
    for reason, text in answers.items():
        filled = text.replace("DAY", "2026-11-01").replace("D", reason)
        (tmp_path / "city" / f"{reason}.yaml").write_text(filled, encoding="utf-8")
    standard = catalogue.standard(str(tmp_path / "own.yaml"))
    listed = Listed()
    report = report_on([tmp_path / "city"], standard, catalogue, schemas, wasm_engine, entry=listed)
    assert report.inventory.problems == []
    told = {result.reason: result for result in listed.results if isinstance(result.check, Question)}
    assert {reason: result.resource.id for reason, result in told.items()} == {reason: reason for reason in answers}
    for reason, result in told.items():
        for language in LANGUAGES:
            message = texts(language).message(result)
            assert message
            assert not re.search(r"[{}]|None|\[\]", message.replace("見た{x}", "")), message
            assert ("見た{x}" in message) == ("{seen}" in TABLES[language]["answer"][reason])
            assert message.endswith("。" if language == "ja" else ".")
            days = re.findall("20[0-9-]{8}", message)
            assert days == ([] if reason == "unanswered" else [result.facts["answered_on"]])


def test_every_type_that_a_schema_asks_for_has_a_word(bundle: Bundle) -> None:
    def types(schema: object) -> Iterator[str]:
        if isinstance(schema, dict):
            named = schema.get("type", ())
            yield from [named] if isinstance(named, str) else [name for name in named if isinstance(name, str)]
            for inner in schema.values():
                yield from types(inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from types(inner)

    asked = set(types(list(bundle.schemas.values()))) & {
        "string",
        "integer",
        "number",
        "boolean",
        "array",
        "object",
        "null",
    }
    for table in TABLES.values():
        assert asked <= table["type"].keys()


def test_a_count_that_is_written_as_a_text_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    file.write_text('{"kind": "department", "id": "総務課", "staff": "12"}\n', encoding="utf-8")
    for language in LANGUAGES:
        told = run("validate", file, "--lang", language)
        assert told.exit_code == 4
        assert f"{file.name}:1" in told.stdout.replace("\n", "")
