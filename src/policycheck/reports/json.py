"""The report for programs: `schemas/report.schema.json` defines it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from ..matrix import matrix
from ..model import Check, Counts, Origin, Problem, Question, Resource, Result, Status, Subject
from ..report import Report
from ..texts import Texts
from . import View

if TYPE_CHECKING:
    from ..baseline import Comparison
    from ..measures import MeasureUse
    from ..waivers import WaiverUse

SCHEMA = "policycheck.report/v1"
_ENTRY = b",\n    "


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:  # noqa: ARG001 (every format has the same arguments)
    """One JSON document with a newline at its end; indented, and each result on a line of its own."""
    language = texts.language
    head = {
        "schema": SCHEMA,
        "complete": report.complete,
        "as_of": report.as_of,
        "standard": {
            "id": report.standard.id,
            "title": report.standard.title[language],
            "body": report.standard.body,
            "source": report.standard.source,
            "effective_from": report.standard.effective_from,
            "effective_until": report.standard.effective_until,
        },
        "engine": {
            "name": report.engine.name,
            "version": report.engine.version,
            "bundle_sha256": report.engine.bundle_sha256,
        },
        "inventory": {
            "sha256": inventory_hash(report),
            "files": [
                {"path": file.path, "sha256": file.sha256, "resources": file.resources}
                for file in report.inventory.files
            ],
            "resources": report.inventory.resources,
            "unjudged": report.unjudged,
            "skipped": report.inventory.skipped,
        },
        "changes": report.changes and {"against": report.changes.against, "resources": report.changes.resources},
        "summary": _counts(report.summary),
        "controls": [
            {
                "id": check.control.id,
                "title": check.control.title[language],
                "kind": check.control.kind,
                "severity": check.control.severity,
                "parameters": check.parameters,
                "clauses": check.clauses,
                **_counts(counts),
            }
            for check, counts in report.counts
            if isinstance(check, Check)
        ],
        "attested": [
            {
                "clause": question.clause.id,
                "title": question.title[language],
                "period": question.period,
                **_counts(counts),
            }
            for question, counts in report.counts
            if isinstance(question, Question)
        ],
        "unjudged_clauses": [{"id": clause.id, "title": clause.title[language]} for clause in report.unjudged_clauses],
        "matrix": [
            {
                "clause": row.clause.id,
                "title": row.clause.title[language],
                "departments": {department: status.value for department, status in row.cells.items()},
            }
            for row in matrix(report)
        ],
        "by_measure": [
            {"measure": number, **_counts(counts)}
            for number, counts in sorted(report.by_measure.items(), key=lambda item: item[0] or 9)
        ],
        "baseline": _comparison(report.comparison),
        "waivers": [_waiver(use) for use in report.waivers],
        "measures": None if report.measures is None else [_measure(use) for use in report.measures],
    }
    yield orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}") + b',\n  "results": ['
    separator = b","
    for block in report.entries:
        yield block.removeprefix(separator)
        separator = b""
    yield b"],\n" if separator else b"\n  ],\n"
    tail = {"problems": [_problem(problem, texts) for problem in report.problems]}
    yield orjson.dumps(tail, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).removeprefix(b"{\n")


def inventory_hash(report: Report) -> str:
    """One hash over the paths and the bytes of all files that were read, in their order."""
    lines = "".join(f"{file.sha256}  {file.path}\n" for file in report.inventory.files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _counts(counts: Counts) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}


class Entries:
    """Prints results as the report lists them, each behind the comma that parts it from the one before. What many have
    in common is printed once."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._last: tuple[Resource | None, bytes] = (None, b"")
        self._heads: dict[tuple[Subject, str], bytes] = {}
        self._tails: dict[tuple[Subject, str, str], bytes] = {}

    def __call__(self, result: Result) -> bytes:
        status, check, resource, reason, facts, before = result
        last, printed = self._last
        if resource is not last:
            printed = _resource(resource)
            self._last = (resource, printed)
        head = self._heads.get((check, status._value_))
        if head is None:
            head = self._heads[check, status.value] = _head(result)
        if facts or before:
            return head + printed + self._tail(result)
        tail = self._tails.get((check, status._value_, reason))
        if tail is None:
            tail = self._tails[check, status.value, reason] = self._tail(result)
        return head + printed + tail

    def _tail(self, result: Result) -> bytes:
        before = result.before and result.before.value
        # engines have orders of their own
        facts = orjson.Fragment(orjson.dumps(result.facts, option=orjson.OPT_SORT_KEYS))
        return orjson.dumps({"message": self._texts.message(result), "facts": facts, "before": before})[1:]


def _head(result: Result) -> bytes:
    known = {"status": result.status.value, "control": result.check.control_id, "clauses": result.check.clauses}
    return _ENTRY + orjson.dumps(known)[:-1] + b","


def _resource(resource: Resource) -> bytes:
    kind, identity, department, system, _, file, line, origin = resource
    facts = {
        "resource": {"kind": kind, "id": identity, "department": department, "system": system},
        "location": {"file": file, "line": line} | _imported_from(origin),
    }
    return orjson.dumps(facts)[1:-1] + b","


def _imported_from(origin: Origin | None) -> dict[str, Any]:
    return {"origin": origin._asdict()} if origin else {}


def _waiver(use: WaiverUse) -> dict[str, Any]:
    waiver = use.waiver
    return {
        "state": use.state.value,
        "hides": use.hides,
        "clause": waiver.clause,
        "resource": {"kind": waiver.kind, "id": waiver.id},
        "reason": waiver.reason,
        "approved_by": waiver.approved_by,
        "approved_on": waiver.approved_on,
        "expires_on": waiver.expires_on,
        "compensating_measure": waiver.compensating_measure,
        "location": {"file": waiver.location.file, "line": waiver.location.line},
    }


def _measure(use: MeasureUse) -> dict[str, Any]:
    measure = use.measure
    fails = [result for result in use.results if result.status is Status.FAIL]
    return {
        "finding": measure.finding,
        "owner": measure.owner,
        "status": measure.status,
        "on": measure.on,
        "text": measure.text,
        "state": use.state.value,
        "fails": len(fails),
        "passes": use.passes,
        "controls": sorted({fail.check.control_id for fail in fails if fail.check.control_id}),
        "location": {"file": measure.location.file, "line": measure.location.line},
    }


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "file": comparison.file,
        "sha256": comparison.sha256,
        "as_of": comparison.as_of,
        "complete": comparison.complete,
        "gone": [
            {
                "reason": gone.reason,
                "control": gone.control,
                "clauses": gone.clauses,
                "resource": {"kind": gone.kind, "id": gone.id, "department": gone.department},
            }
            for gone in comparison.gone
        ],
    }


def _problem(problem: Problem, texts: Texts) -> dict[str, Any]:
    return {
        "file": problem.location.file,
        "line": problem.location.line,
        **_imported_from(problem.location.origin),
        "message": texts.problem(problem),
    }
