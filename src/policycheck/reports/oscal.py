"""OSCAL assessment results: an observation for whatever is no pass, a finding for each clause that was judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..matrix import Row, matrix
from ..model import Counts, Question, Result, Status, total
from ..report import Report
from ..texts import Texts
from ..waivers import WaiverState
from . import View, facts
from .json import inventory_hash
from .oscal_observations import Observations, definitions, metadata, waiver_risk
from .oscal_parts import (
    Json,
    control_id,
    document,
    filled,
    identified,
    markup,
    numbers,
    objective_id,
    paragraphs,
    prop,
    stamp,
    uuid,
)
from .sarif import uri


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """Assessment results with one result. OSCAL knows kept and not kept alone: what could not be judged, or not wholly, is
    not kept for the reason "other"."""
    del view
    why = markup(texts("oscal.plan"))
    plan = {"uuid": uuid("plan", report.standard.id), "title": markup(texts("oscal.plan_title")), "description": why}
    files = [
        {
            "uuid": uuid("file", file.path, file.sha256),
            "title": markup(file.path),
            "props": [prop("resources", file.resources)],
            "rlinks": [{"href": uri(file.path), "hashes": [{"algorithm": "SHA-256", "value": file.sha256}]}],
        }
        for file in report.inventory.files
    ]
    content = {
        "import-ap": {"href": f"#{plan['uuid']}", "remarks": why},
        "results": [_result(report, files, texts)],
        "back-matter": {"resources": [plan, *files]},
    }
    title = f"{texts('report.title')} {report.standard.title[texts.language]}"
    return document("assessment-results", title, content, report, texts, metadata(report, texts))


def _result(report: Report, files: list[Json], texts: Texts) -> Json:
    observations = Observations(report, texts, report.results)
    observations.add_problems()
    observations.add_gone()
    counts = _by_clause(report)
    risks = [(use, waiver_risk(use, texts, observations)) for use in facts.waivers(report)]
    accepted: dict[str, list[Json]] = defaultdict(list)
    for use, risk in risks:
        if use.state is WaiverState.IN_FORCE:
            accepted[use.waiver.clause].append({"risk-uuid": risk["uuid"]})
    told: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        for name in result.check.clauses:
            told[name].append(result)
    findings = [
        _finding(
            row,
            counts[row.clause.id],
            report,
            texts,
            **{
                "related-observations": observations.related(told[row.clause.id]),
                "related-risks": accepted[row.clause.id],
            },
        )
        for row in matrix(report)
        if _judged(counts[row.clause.id])
    ]
    changes, comparison = report.changes, report.comparison
    measures = [
        texts("word.labelled", label=use.measure.finding, value=facts.measure(use, texts))
        for use in report.measures or ()
    ]
    content = {
        "title": markup(texts("report.title")),
        "description": paragraphs(
            texts("word.labelled", label=label, value=value) for label, value in facts.heading(report, texts).items()
        ),
        "start": stamp(report.as_of),
        "end": stamp(report.as_of),
        "props": [
            prop("complete", str(report.complete).lower()),
            prop("partial", str(changes is not None).lower()),
            prop("exit-code", report.exit_code),
            prop("inventory-sha256", inventory_hash(report)),
            prop("resources", report.inventory.resources),
            *numbers(report.summary),
            *([prop("baseline", comparison.as_of)] if comparison else []),
            *(prop(f"baseline-{name}", count) for name, count in (report.trend or {}).items()),
        ],
        "links": [{"href": f"#{file['uuid']}", "rel": "reference"} for file in files],
        "local-definitions": definitions(report, texts, observations),
        "reviewed-controls": {"control-selections": [_selection(report, counts, texts)]},
        "observations": observations.listed,
        "risks": [risk for _, risk in risks],
        "findings": findings,
        "remarks": paragraphs(
            [
                facts.completeness(report, texts),
                *facts.notices(report, texts),
                *facts.left_out(report, texts),
                *([texts("report.baseline_incomplete")] if comparison and not comparison.complete else []),
                *measures,
                facts.outcome(report, texts),
            ]
        ),
    }
    return filled(identified("result", content))


def _by_clause(report: Report) -> dict[str, Counts]:
    """The counts of each clause; a refuted answer stands under two."""
    parts: dict[str, list[Counts]] = {clause.id: [] for clause in report.standard.clauses}
    for subject, counts in report.counts:
        for name in subject.clauses:
            parts[name].append(counts)
    for result in report.results:
        if isinstance(result.check, Question):
            for name in result.check.clauses[1:]:
                parts[name].append({result.status: 1})
    return {name: total(members) for name, members in parts.items()}


def _judged(counts: Counts) -> bool:
    return any(count for status, count in counts.items() if status is not Status.NOT_APPLICABLE)


def _selection(report: Report, counts: dict[str, Counts], texts: Texts) -> Json:
    """Which clauses were judged: all but those that were not, and why."""
    rest = [clause for clause in report.standard.clauses if not _judged(counts[clause.id])]
    idle = [clause.id for clause in rest if counts[clause.id][Status.NOT_APPLICABLE]]
    silent = [clause.id for clause in rest if clause.id not in idle]
    unjudged = "oscal.untouched" if report.changes else "report.unjudged"
    why = {"report.inapplicable": idle, unjudged: silent}
    content = {
        "description": markup(texts("oscal.judged")),
        "exclude-controls": [{"control-id": control_id(clause)} for clause in rest],
        "remarks": paragraphs(texts(key, clauses=names) for key, names in why.items() if names),
    }
    return filled(content) | {"include-all": {}}


def _finding(row: Row, counts: Counts, report: Report, texts: Texts, **related: list[Json]) -> Json:
    clause = row.clause
    state, reason, why = _state(counts, report)
    told = markup(texts(f"oscal.{why}", fails=counts[Status.FAIL], unknown=counts[Status.UNKNOWN]))
    content = {
        "title": markup(f"{clause.id} {clause.title[texts.language]}"),
        "description": told,
        "props": [
            prop("clause", clause.id),
            *numbers(counts),
            *(prop("department", name) | {"class": status} for name, status in row.cells.items()),
        ],
        "target": {
            "type": "objective-id",
            "target-id": objective_id(clause),
            "status": {"state": state, "reason": reason, "remarks": told},
        },
    }
    return filled(identified("finding", content | related))


def _state(counts: Counts, report: Report) -> tuple[str, str, str]:
    """State, reason, and the text that says why."""
    if counts[Status.FAIL]:
        return "not-satisfied", "fail", "failing"
    if counts[Status.UNKNOWN]:
        return "not-satisfied", "other", "unknown"
    if report.changes or not report.complete:
        return "not-satisfied", "other", "not_whole"
    if counts[Status.WAIVED]:
        return "not-satisfied", "other", "waived"
    return "satisfied", "pass", "passing"
