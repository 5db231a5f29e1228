"""What a scan saw, in the words of OSCAL: observations, their subjects, who answers for them, and the waivers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..model import Check, Resource, Result, Status
from ..report import Report
from ..texts import Texts
from ..waivers import WaiverState, WaiverUse
from . import facts
from .oscal_parts import Json, filled, identified, markup, paragraphs, place, prop, shown, stamp, string, uuid

OWNER = "asset-owner"
_TOOL = uuid("tool")
_ORIGINS = [{"actors": [{"type": "tool", "actor-uuid": _TOOL}]}]


class Observations:
    """Results as observations: of a department, those that say the same together. `listed` are all of them, `items` the
    resources that they speak of, `waived` the results that waivers hide, by kind and id."""

    def __init__(self, report: Report, texts: Texts, results: Iterable[Result]) -> None:
        self._report, self._texts = report, texts
        self.listed: list[Json] = []
        self.waived: dict[tuple[str, str], list[Result]] = defaultdict(list)
        self._uuids: dict[int, str] = {}
        measures: dict[int, list[str]] = defaultdict(list)
        for use in report.measures or ():
            for result in use.results:
                measures[id(result)].append(use.measure.finding)
        groups: dict[object, list[Result]] = defaultdict(list)
        resources: dict[tuple[str, str], Resource] = {}
        for result in results:
            resource = result.resource
            about = (resource.department, result.check.key, result.status, texts.message(result), result.before)
            groups[about, tuple(measures[id(result)])].append(result)
            if result.status is Status.WAIVED:
                self.waived[resource.kind, resource.id].append(result)
            if resource.kind != "department":
                resources.setdefault((resource.kind, resource.id), resource)
        for members in groups.values():
            observation = self._observation(members)
            self.listed.append(observation)
            self._uuids |= {id(result): observation["uuid"] for result in members}
        self.items = [self._item(resource) for resource in resources.values()]

    def related(self, results: Iterable[Result]) -> list[Json]:
        """References to the observations of these results."""
        found = dict.fromkeys(self._uuids[id(result)] for result in results)
        return [{"observation-uuid": name} for name in found]

    def add_problems(self) -> list[Json]:
        """Input that could not be used, as observations; and references to them."""
        texts, found = self._texts, []
        for number, problem in enumerate(self._report.problems):
            content = {
                "title": markup(texts("report.problem")),
                "description": paragraphs([str(problem.location), texts.problem(problem)]),
                "props": [prop("problem", problem.key), *place(problem.location)],
                **_seen(self._report, "EXAMINE", "unusable-input"),
            }
            found.append(identified(f"problem {number}", content))
        self.listed += found
        return [{"observation-uuid": problem["uuid"]} for problem in found]

    def add_gone(self) -> None:
        """What the baseline had, and nobody can say anything of any more."""
        texts, comparison = self._texts, self._report.comparison
        for number, gone in enumerate(comparison.gone if comparison else ()):
            names = {"control": gone.control, "kind": gone.kind, "id": gone.id, "department": gone.department}
            content = {
                "title": markup(texts("report.gone_title")),
                "description": markup(facts.gone(gone, texts)),
                "props": [
                    prop("gone", gone.reason),
                    *(prop(name, value) for name, value in names.items() if value),
                    *(prop("clause", clause) for clause in gone.clauses),
                ],
                **_seen(self._report, "EXAMINE", "historic"),
            }
            self.listed.append(identified(f"gone {number}", content))

    def _observation(self, members: list[Result]) -> Json:
        texts, first = self._texts, members[0]
        check = first.check
        told: Mapping[str, object] = {"kind": check.kind, "status": first.status, "before": first.before}
        if isinstance(check, Check):
            told = {"control": check.control.id, "severity": check.control.severity, **told}
        parameters = check.parameters if isinstance(check, Check) else {}
        content = {
            "title": markup(check.title[texts.language]),
            "description": markup(texts.message(first) or texts(f"status.{first.status}")),
            "props": [
                *(prop(name, value) for name, value in told.items() if value is not None),
                *(prop(name, shown(value)) | {"class": "parameter"} for name, value in parameters.items()),
                *(prop("clause", clause) for clause in check.clauses),
            ],
            **_seen(
                self._report,
                "EXAMINE" if isinstance(check, Check) else "INTERVIEW",
                "finding" if first.status is Status.FAIL else "control-objective",
            ),
            "subjects": [_subject(result.resource) for result in members],
        }
        return identified("observation", content)

    def _item(self, resource: Resource) -> Json:
        texts = self._texts
        name = f"{texts.kind(resource.kind)} {resource.id} {resource.name or ''}"
        return {
            "uuid": uuid("resource", resource.kind, resource.id),
            "description": markup(name),
            "props": [
                {"name": "asset-id", "value": string(resource.id)},
                prop("kind", resource.kind),
                *([prop("system", resource.system)] if resource.system else []),
                *place(resource.location),
            ],
            "responsible-parties": [{"role-id": OWNER, "party-uuids": [_party(resource.department)]}],
        }


def metadata(report: Report, texts: Texts) -> Json:
    """Who answers for the resources: the departments."""
    sections = {r.resource.id: r.resource.department for r in report.results if r.resource.kind == "department"}
    departments = dict.fromkeys([*report.departments, *(result.resource.department for result in report.results)])
    parties = [
        filled(
            {
                "uuid": _party(name),
                "type": "organization",
                "name": string(name),
                "member-of-organizations": [_party(within)] if (within := sections.get(name, name)) != name else [],
            }
        )
        for name in departments | sections
    ]
    roles = [{"id": OWNER, "title": markup(texts("oscal.owner"))}]
    return filled({"roles": roles, "parties": parties})


def definitions(report: Report, texts: Texts, observations: Observations) -> Json:
    """What judged, and the resources that the observations speak of."""
    engine = report.engine
    tool = {
        "uuid": _TOOL,
        "type": "software",
        "title": "policycheck",
        "description": markup(texts("oscal.tool")),
        "props": [prop(f"engine-{name}", value) for name, value in engine._asdict().items()],
        "status": {"state": "operational"},
    }
    return filled({"components": [tool], "inventory-items": observations.items})


def waiver_risk(use: WaiverUse, texts: Texts, observations: Observations) -> Json:
    """The risk that was accepted, until it expires; one that does not hold is open."""
    waiver = use.waiver
    hidden = [r for r in observations.waived.get((waiver.kind, waiver.id), ()) if waiver.clause in r.check.clauses]
    names = {"clause": waiver.clause, "kind": waiver.kind, "id": waiver.id}
    content = {
        "title": markup(f"{texts.labelled('report.waivers', waiver.clause)} {waiver.kind}/{waiver.id}"),
        "description": markup(texts(f"waiver.{use.state}")),
        "statement": markup(facts.waiver(waiver, use.hides, texts)),
        "props": [
            *(prop(name, value) for name, value in names.items()),
            prop("waiver-state", use.state),
            prop("waived", use.hides),
            *place(waiver.location),
        ],
        "status": "deviation-approved" if use.state is WaiverState.IN_FORCE else "open",
        "origins": _ORIGINS,
        "deadline": stamp(waiver.expires_on),
        "related-observations": observations.related(hidden),
    }
    risk = identified("waiver", content)
    factor = {"uuid": uuid("compensating measure", risk["uuid"]), "description": markup(waiver.compensating_measure)}
    return filled(risk | {"mitigating-factors": [factor]})


def _seen(report: Report, method: str, kind: str) -> Json:
    return {"methods": [method], "types": [kind], "origins": _ORIGINS, "collected": stamp(report.as_of)}


def _subject(resource: Resource) -> Json:
    if resource.kind == "department":
        found = {"subject-uuid": _party(resource.id), "type": "party", "title": markup(resource.id)}
        return filled(found | {"props": place(resource.location)})
    name = uuid("resource", resource.kind, resource.id)
    return {"subject-uuid": name, "type": "inventory-item", "title": markup(f"{resource.kind}/{resource.id}")}


def _party(department: str) -> str:
    return uuid("department", department)
