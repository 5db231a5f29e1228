"""The report for programs: `schemas/report.schema.json` defines it."""

import hashlib
from typing import Any

import orjson

from ..baseline import Comparison
from ..matrix import matrix
from ..measures import MeasureUse
from ..model import Check, Counts, Problem, Question, Result, Status
from ..report import Report
from ..texts import Texts
from ..waivers import WaiverUse
from . import View

SCHEMA = "policycheck.report/v1"


def render(report: Report, texts: Texts, view: View) -> str:  # noqa: ARG001 (every format has the same arguments)
    """One JSON document, indented, with a newline at its end."""
    language = texts.language
    document = {
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
            "resources": len(report.inventory.resources),
            "unjudged": report.unjudged,
            "skipped": report.inventory.skipped,
        },
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
        "results": [_result(result, texts) for result in report.results],
        "problems": [_problem(problem, texts) for problem in report.problems],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def inventory_hash(report: Report) -> str:
    """One hash over the paths and the bytes of all files that were read, in their order."""
    lines = "".join(f"{file.sha256}  {file.path}\n" for file in report.inventory.files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _counts(counts: Counts) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}


def _result(result: Result, texts: Texts) -> dict[str, Any]:
    resource, place = result.resource, result.resource.location
    return {
        "status": result.status.value,
        "control": result.check.control_id,
        "clauses": result.check.clauses,
        "resource": {
            "kind": resource.kind,
            "id": resource.id,
            "department": resource.department,
            "system": resource.id if resource.kind == "system" else resource.fields.get("system"),
        },
        "location": {"file": place.file, "line": place.line},
        "message": texts.message(result),
        "facts": result.facts,
        "before": result.before and result.before.value,
    }


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
        "message": texts.problem(problem),
    }
