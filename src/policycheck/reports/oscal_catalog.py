"""The standard as an OSCAL catalogue: what the findings of the assessment results speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model import MEASURES, Check, Clause, Control, Question, Standard
from ..report import Report
from ..texts import Texts
from . import View
from .oscal_parts import (
    Json,
    control_id,
    document,
    filled,
    markup,
    objective_id,
    paragraphs,
    prop,
    shown,
    string,
    token,
    uuid,
)


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """The clauses under their headings, each with the objectives that it is judged by. Nothing of the inventory."""
    del view
    standard, language = report.standard, texts.language
    controls = {subject.control.id: subject.control for subject, _ in report.tallies if isinstance(subject, Check)}
    clauses = {clause.id: (clause, _clause(clause, report, controls, texts)) for clause in standard.clauses}
    groups = [
        filled(
            {
                "id": token("group", name),
                "title": markup(title[language]),
                "props": [{"name": "label", "value": string(name)}],
                "controls": [told for clause, told in clauses.values() if clause.group == name],
            }
        )
        for name, title in standard.groups.items()
    ]
    content = filled(
        {"controls": [told for clause, told in clauses.values() if clause.group is None], "groups": groups}
    )
    metadata = {
        "document-ids": [{"identifier": string(standard.id)}],
        "parties": [{"uuid": uuid("body", standard.body), "type": "organization", "name": string(standard.body)}],
        "remarks": paragraphs([standard.source, *_days(standard, texts)]),
    }
    return document("catalog", standard.title[language], content, report, texts, metadata)


def _days(standard: Standard, texts: Texts) -> list[str]:
    days = {"effective_from": standard.effective_from, "effective_until": standard.effective_until}
    return [texts.labelled(f"oscal.{name}", day) for name, day in days.items() if day]


def _clause(clause: Clause, report: Report, controls: Mapping[str, Control], texts: Texts) -> Json:
    title, name, objective = clause.title[texts.language], control_id(clause), objective_id(clause)
    parameters, objectives = [], []
    for number, use in enumerate(clause.uses, 1):
        control = controls[use.control]
        told = [markup(control.title[texts.language])]
        for parameter, value in use.parameters.items():
            label, identity = control.parameters[parameter][texts.language], f"{name}_prm.{number}.{parameter}"
            parameters.append({"id": identity, "label": markup(label), "values": [string(shown(value))]})
            told.append(f"{markup(label)}: {{{{ insert: param, {identity} }}}}")
        objectives.append(
            {
                "id": f"{objective}.{number}",
                "name": "assessment-objective",
                "props": [
                    prop("control", control.id),
                    prop("kind", control.kind),
                    prop("severity", control.severity),
                    prop("measure", control.measure),
                    *(prop("chapter", chapter) for chapter in control.guideline),
                ],
                "prose": "\n\n".join(told),
            }
        )
    if clause.attested:
        question = Question(clause, report.standard.period, (clause.id,))
        objectives.append(
            {
                "id": f"{objective}.{len(clause.uses) + 1}",
                "name": "assessment-objective",
                "props": [
                    prop("attested", report.standard.period),
                    *(prop("asked-of", department) for department in clause.asked_of),
                ],
                "prose": markup(texts.question(question)),
            }
        )
    chapter = [prop("chapter", clause.chapter), prop("measure", MEASURES[clause.chapter])] if clause.chapter else []
    return filled(
        {
            "id": name,
            "class": "clause",
            "title": markup(title),
            "params": parameters,
            "props": [{"name": "label", "value": string(clause.id)}, *chapter],
            "parts": [
                {"id": f"{name}_smt", "name": "statement", "prose": markup(title)},
                {"id": objective, "name": "assessment-objective", "prose": markup(title), "parts": objectives},
            ],
        }
    )
