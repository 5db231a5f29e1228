"""SARIF 2.1.0, for code hosts and editors: findings at the lines of the inventory files.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import orjson

from .. import __version__
from ..baseline import Gone
from ..model import OPEN, Check, Location, Problem, Resource, Result, Status, Subject
from ..report import Report
from ..texts import Texts
from ..waivers import Waiver, WaiverState
from . import View, facts
from .rows import besides, in_order, told

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_KINDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.UNKNOWN: "open",
    Status.NOT_APPLICABLE: "notApplicable",
    Status.WAIVED: "fail",
    Status.CORRECTED: "pass",
}
_ALERTS = (*OPEN, Status.WAIVED)
_LEVELS = {"high": "error", "medium": "warning", "low": "note"}


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """One log with one run. What was answered by people is a rule of its own for each clause. Code hosts take every
    result for an alert, whatever its kind: those that are none are listed only where passes are."""
    del view
    rules = _rules(report, texts)
    order = {name: position for position, name in enumerate(rules)}
    waivers: dict[tuple[str, str], list[Waiver]] = defaultdict(list)
    for use in report.waivers:
        if use.state is WaiverState.IN_FORCE:
            waivers[use.waiver.kind, use.waiver.id].append(use.waiver)
    results = [
        _result(result, order, waivers, report, texts)
        for result in in_order(report)
        if report.lists_passes or result.status in _ALERTS
    ]
    if report.comparison:
        results += [_gone(gone, Location(report.comparison.file), texts) for gone in report.comparison.gone]
    run = {
        "tool": {
            "driver": {
                "name": "policycheck",
                "version": __version__,
                "semanticVersion": __version__,
                "language": texts.language,
                "rules": list(rules.values()),
            }
        },
        "automationDetails": {"id": f"policycheck/{quote(report.standard.id)}/{report.as_of}"},
        "language": texts.language,
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, texts)],
        "artifacts": [
            {"location": {"uri": uri(file.path)}, "hashes": {"sha-256": file.sha256}} for file in report.inventory.files
        ],
        "results": results,
        "properties": {
            "standard": report.standard.id,
            "as_of": report.as_of,
            "engine": report.engine._asdict(),
            "summary": {status.value: report.summary[status] for status in Status},
            "baseline": report.trend,
            "facts": facts.heading(report, texts),
        },
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _rules(report: Report, texts: Texts) -> dict[str, dict[str, Any]]:
    """By id, in the order in which they were judged. A control that is asked for with several values is one rule."""
    found: dict[str, list[Subject]] = defaultdict(list)
    for subject, _ in report.tallies:
        found[_rule_id(subject)].append(subject)
    return {name: _rule(name, subjects, report, texts) for name, subjects in found.items()}


def _rule_id(subject: Subject) -> str:
    return subject.control_id or f"attestation/{subject.clauses[0]}"


def _rule(name: str, subjects: list[Subject], report: Report, texts: Texts) -> dict[str, Any]:
    first = subjects[0]
    clauses = {clause for subject in subjects for clause in subject.clauses}
    named = [f"{c.id} {c.title[texts.language]}" for c in report.standard.clauses if c.id in clauses]
    checks = [
        {
            "clauses": list(subject.clauses),
            "parameters": dict(subject.parameters) if isinstance(subject, Check) else {"period": subject.period},
        }
        for subject in subjects
    ]
    return {
        "id": name,
        "shortDescription": _message(first.title[texts.language]),
        "fullDescription": _message("\n".join(named)),
        "help": _message(texts.remediation(first)),
        "defaultConfiguration": {"level": _level(first)},
        "properties": {"kind": first.kind, "checks": checks},
    }


def _level(subject: Subject) -> str:
    return _LEVELS[subject.control.severity] if isinstance(subject, Check) else "warning"


def _result(
    result: Result, order: dict[str, int], waivers: Mapping[tuple[str, str], list[Waiver]], report: Report, texts: Texts
) -> dict[str, Any]:
    check, resource = result.check, result.resource
    kind = _KINDS[result.status]
    hiding = waivers.get((resource.kind, resource.id), []) if result.status is Status.WAIVED else []
    found: dict[str, Any] = {
        "ruleId": _rule_id(check),
        "ruleIndex": order[_rule_id(check)],
        "kind": kind,
        "level": _level(check) if kind == "fail" else "none",
        "message": _message(texts.message(result) or texts(f"status.{result.status}")),
        "locations": [_location(resource, report, texts)],
        "partialFingerprints": {
            "policycheck/v1": _digest(_rule_id(check), check.clauses[0], resource.kind, resource.id)
        },
        "properties": {
            "status": result.status.value,
            "clauses": list(check.clauses),
            "department": resource.department,
            "system": resource.system,
            "facts": orjson.loads(orjson.dumps(result.facts, option=orjson.OPT_SORT_KEYS)),
        },
    }
    if report.comparison:
        found["baselineState"] = _state(result)
    found["suppressions"] = [
        {
            "kind": "external",
            "status": "accepted",
            "justification": facts.waiver(waiver, 1, texts),
            "location": _physical(waiver.location),
        }
        for waiver in hiding
        if waiver.clause in check.clauses
    ]
    return found


def _state(result: Result) -> str:
    """How the result stands to the baseline, which lists no passes. Only a fail is called new."""
    if result.news:
        return "new" if result.news == "new" else "unchanged"
    return "unchanged" if result.status is (result.before or Status.PASS) else "updated"


def _gone(gone: Gone, baseline: Location, texts: Texts) -> dict[str, Any]:
    identity = gone.control or f"attestation/{gone.clauses[0]}"
    return {
        "ruleId": identity,
        "kind": "open",
        "level": "none",
        "message": _message(facts.gone(gone, texts)),
        "locations": [
            {**_physical(baseline), "logicalLocations": [_logical(gone.department, gone.kind, gone.id)]},
        ],
        "partialFingerprints": {"policycheck/v1": _digest(identity, gone.clauses[0], gone.kind, gone.id)},
        "baselineState": "absent",
        "suppressions": [],
        "properties": {"clauses": list(gone.clauses), "department": gone.department, "gone": gone.reason},
    }


def _digest(*parts: str) -> str:
    """The same for the same requirement on the same resource, wherever it stands."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _location(resource: Resource, report: Report, texts: Texts) -> dict[str, Any]:
    """Code hosts refuse a log in which a result has no file: a department that none names stands with the first."""
    logical = {"logicalLocations": [_logical(resource.department, resource.kind, resource.id)]}
    if resource.file:
        return {**_physical(resource.location), **logical}
    inventory = report.inventory
    first = inventory.files[0].path if inventory.files else str(inventory.paths[0])
    return {**_physical(Location(first)), **logical, "message": _message(texts("report.unnamed_department"))}


def _logical(department: str, kind: str, identity: str) -> dict[str, str]:
    return {"name": identity, "fullyQualifiedName": f"{department}/{kind}/{identity}", "kind": "resource"}


def _physical(place: Location) -> dict[str, Any]:
    whole: dict[str, Any] = {"artifactLocation": {"uri": uri(place.file)}}
    if place.line is not None:
        whole["region"] = {"startLine": place.line}
    return {
        "physicalLocation": whole,
        **({"properties": {"importedFrom": str(place.origin)}} if place.origin else {}),
    }


def _message(text: str) -> dict[str, str]:
    """The text itself: with no placeholder in it, and no link."""
    text = text.replace("{", "{{").replace("}", "}}")
    return {"text": re.sub(r"([\[\]])", r"\\\1", text) if "](" in text else text}


def uri(path: str) -> str:
    """A path or a URL as a reference that RFC 3986 knows."""
    if "://" in path:
        return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quote(path, safe="/:@?&=%"))
    if re.match("[A-Za-z]:/", path):
        return "file:///" + quote(path, safe="/:")
    return ("file://" if path.startswith("/") else "") + quote(path)


def _invocation(report: Report, texts: Texts) -> dict[str, Any]:
    others = islice(besides(report, texts), len(report.problems), None)
    return {
        "executionSuccessful": report.complete,
        "exitCode": report.exit_code,
        "exitCodeDescription": facts.outcome(report, texts),
        "toolExecutionNotifications": [
            *(_notification(problem, texts) for problem in report.problems),
            *({"level": "note", "message": _message(told(row, texts))} for row in others),
        ],
    }


def _notification(problem: Problem, texts: Texts) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(texts.problem(problem)),
        "descriptor": {"id": f"problem/{problem.key}"},
        "locations": [_physical(problem.location)],
    }
