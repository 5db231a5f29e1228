"""The OSCAL plan of action and milestones: what has to be done, by the measures that were settled and by department."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ..measures import MeasureUse
from ..model import Check, MeasureState, Result, Status
from ..report import Report
from ..texts import Texts
from . import View, facts
from .oscal_observations import Observations, definitions, metadata, waiver_risk
from .oscal_parts import (
    NAMESPACE,
    Json,
    document,
    filled,
    identified,
    markup,
    numbers,
    paragraphs,
    place,
    prop,
    stamp,
    string,
    uuid,
)

_OPEN = (Status.FAIL, Status.UNKNOWN)

_RISKS = {
    MeasureState.CONFIRMED: "closed",
    MeasureState.SETTLED: "closed",
    MeasureState.WAIVED: "deviation-approved",
    MeasureState.REFUTED: "open",
    MeasureState.OVERDUE: "open",
    MeasureState.OPEN: "open",
    MeasureState.UNVERIFIED: "investigating",
}
_LIFECYCLES = {"done": "completed", "planned": "planned", "none": "recommendation"}


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """An item for each measure, for each requirement that a department does not meet and no measure speaks of, for each
    waiver, and for what could not be read. OSCAL wants one at least: where nothing is to be done, it says so."""
    del view
    covered = {id(result) for use in report.measures or () for result in use.results}
    wanted = (*_OPEN, Status.WAIVED)
    results = [result for result in report.results if result.status in wanted or id(result) in covered]
    observations = Observations(report, texts, results)
    groups: dict[tuple[str, object], list[Result]] = defaultdict(list)
    for result in results:
        if result.status in _OPEN and id(result) not in covered:
            groups[result.resource.department, result.check.key].append(result)
    risks = [_measure(use, texts, observations) for use in report.measures or ()]
    risks += [_group(members, texts, observations) for members in groups.values()]
    risks += [waiver_risk(use, texts, observations) for use in facts.waivers(report)]
    items = [_item(risk) for risk in risks]
    if problems := observations.add_problems():
        description = markup(texts("oscal.repair", count=len(problems)))
        content = {"title": markup(texts("report.problem")), "description": description}
        items.append(identified("item", content | {"related-observations": problems}))
    if not items:
        title, description = markup(texts("report.no_findings")), markup(texts("oscal.nothing"))
        items.append(identified("item", {"title": title, "description": description}))
    told = [facts.completeness(report, texts), *facts.notices(report, texts), *facts.left_out(report, texts)]
    content = filled(
        {
            "system-id": {"identifier-type": NAMESPACE, "id": string(report.standard.body)},
            "local-definitions": definitions(report, texts, observations),
            "observations": observations.listed,
            "risks": risks,
            "poam-items": items,
        }
    )
    title = f"{texts('oscal.poam')} {report.standard.title[texts.language]}"
    remarks = {"remarks": paragraphs([*told, facts.outcome(report, texts)])}
    return document("plan-of-action-and-milestones", title, content, report, texts, metadata(report, texts) | remarks)


def _item(risk: Json) -> Json:
    content = {
        "title": risk["title"],
        "description": risk["description"],
        "props": risk["props"],
        "related-observations": risk.get("related-observations"),
        "related-risks": [{"risk-uuid": risk["uuid"]}],
    }
    return filled(identified("item", content))


def _measure(use: MeasureUse, texts: Texts, observations: Observations) -> Json:
    """What was found, and what was settled about it."""
    measure = use.measure
    status = texts(f"measure_status.{measure.status}")
    fails = [result for result in use.results if result.status is Status.FAIL]
    remedies = dict.fromkeys(texts.remediation(result.check) for result in fails)
    content = {
        "title": markup(measure.finding),
        "description": markup(facts.measure(use, texts)),
        "statement": markup(texts(f"measure_state.{use.state}")),
        "props": [
            prop("owner", measure.owner),
            prop("measure-status", measure.status),
            prop("measure-state", use.state),
            *numbers(Counter(result.status for result in use.results) | Counter({Status.PASS: use.passes})),
            *place(measure.location),
        ],
        "status": "remediating" if (use.state, measure.status) == (MeasureState.OPEN, "planned") else _RISKS[use.state],
        "deadline": measure.on and measure.status == "planned" and stamp(measure.on),
        "related-observations": observations.related(use.results),
    }
    risk = identified("measure", content)
    remediation = {
        "uuid": uuid("remediation", risk["uuid"]),
        "lifecycle": _LIFECYCLES[measure.status],
        "title": markup(status),
        "description": markup(measure.text) if measure.text else paragraphs(remedies or [status]),
        "tasks": [_milestone(risk["uuid"], status, measure.on)] if measure.on else [],
    }
    return filled(risk | {"remediations": [filled(remediation)]})


def _milestone(risk: str, title: str, day: str) -> Json:
    return {
        "uuid": uuid("milestone", risk),
        "type": "milestone",
        "title": markup(title),
        "timing": {"on-date": {"date": stamp(day)}},
    }


def _group(results: Sequence[Result], texts: Texts, observations: Observations) -> Json:
    """A requirement that a department does not meet, or that cannot be judged there."""
    check, department = results[0].check, results[0].resource.department
    counts = Counter(result.status for result in results)
    told = [
        f"{texts(f'mark.{status}')} {texts(f'status.{status}')} {counts[status]}" for status in _OPEN if counts[status]
    ]
    names = {"department": department, "control": check.control_id}
    if isinstance(check, Check):
        names["severity"] = check.control.severity
    content = {
        "title": markup(texts("word.labelled", label=department, value=check.title[texts.language])),
        "description": markup(" ".join(told)),
        "statement": markup(texts("explain.value", name=texts("report.clauses"), value=check.clauses)),
        "props": [
            *(prop(name, value) for name, value in names.items() if value),
            *(prop("clause", clause) for clause in check.clauses),
            *numbers(counts),
        ],
        "status": "open" if counts[Status.FAIL] else "investigating",
        "related-observations": observations.related(results),
    }
    risk = identified("risk", content)
    remediation = {
        "uuid": uuid("remediation", risk["uuid"]),
        "lifecycle": "recommendation",
        "title": markup(texts("column.remedy")),
        "description": markup(texts.remediation(check) if counts[Status.FAIL] else texts("oscal.complete")),
    }
    return risk | {"remediations": [remediation]}
