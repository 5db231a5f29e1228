"""What the catalogue says of a topic, for programs: `schemas/explanation.schema.json` defines it. Both languages stand
in every document."""

from collections.abc import Iterable
from typing import Any

import orjson

from .crosswalk import ClauseFacts, ControlFacts, Crosswalk, Found, Reference, counted
from .model import Control, Standard
from .texts import LANGUAGES, texts

SCHEMA = "policycheck.explanation/v1"


def explain(found: Found) -> str:
    return _dumped(
        {
            "schema": SCHEMA,
            "controls": [_control(facts) for facts in found.controls],
            "clauses": [_clause(facts) for facts in found.clauses],
        }
    )


def list_standards(crosswalk: Crosswalk) -> str:
    entries = []
    for standard in crosswalk.standards:
        counts = counted(standard)
        numbers = {"clauses": counts.clauses, "judged": counts.judged, "attested": counts.attested}
        entries.append(_source(standard) | numbers)
    return _dumped(entries)


def list_controls(crosswalk: Crosswalk) -> str:
    return _dumped([_head(facts) for facts in crosswalk.controls])


def _head(facts: ControlFacts) -> dict[str, Any]:
    control = facts.control
    return {
        "id": control.id,
        "kind": control.kind,
        "title": control.title,
        "severity": control.severity,
        "chapters": _headings("chapter", facts.chapters),
        "measure": _heading("measure", control.measure),
        "parameters": _declared(control),
    }


def _control(facts: ControlFacts) -> dict[str, Any]:
    control = facts.control
    return {
        **_head(facts),
        "deciding": control.deciding,
        "optional": control.optional,
        "source": control.source,
        "description": control.description,
        "remediation": control.remediation,
        "policy": control.file,
        "clauses": [_reference(reference) for reference in facts.clauses],
    }


def _clause(facts: ClauseFacts) -> dict[str, Any]:
    standard, clause = facts.standard, facts.clause
    return {
        "standard": _source(standard),
        "id": clause.id,
        "title": clause.title,
        "group": {"id": clause.group, "title": standard.groups[clause.group]} if clause.group else None,
        "chapters": _headings("chapter", facts.chapters),
        "measures": _headings("measure", facts.measures),
        "attested": {"period": standard.period, "asked_of": clause.asked_of or None} if clause.attested else None,
        "controls": [
            {
                "id": judge.control.id,
                "title": judge.control.title,
                "parameters": judge.parameters,
                "elsewhere": [_reference(reference) for reference in judge.elsewhere],
            }
            for judge in facts.judges
        ],
    }


def _source(standard: Standard) -> dict[str, Any]:
    return {"id": standard.id, "title": standard.title, "body": standard.body, "source": standard.source}


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "standard": reference.standard.id,
        "id": reference.clause.id,
        "title": reference.clause.title,
        "parameters": reference.parameters,
    }


def _declared(control: Control) -> dict[str, Any]:
    return {
        name: {
            "type": facts["type"],
            "default": facts["default"],
            "values": facts.get("values"),
            "title": {language: facts[language] for language in LANGUAGES},
        }
        for name, facts in control.parameters.items()
    }


def _headings(kind: str, numbers: Iterable[int]) -> list[dict[str, Any]]:
    return [_heading(kind, number) for number in numbers]


def _heading(kind: str, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "title": {language: texts(language)(f"{kind}.{number}") for language in LANGUAGES},
    }


def _dumped(document: object) -> str:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
