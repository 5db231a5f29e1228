"""What people answered to the clauses that no machine can judge: one result for each such clause and department.

An answer that is missing, too old or from the future says nothing; and one that a control refutes is wrong.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .evaluate import days_since
from .model import (
    ANSWERS,
    Clause,
    FieldPath,
    Location,
    Problem,
    Question,
    Resource,
    Result,
    Standard,
    Status,
    Tally,
    new_tally,
)

_CLAIMS = frozenset((Status.PASS, Status.CORRECTED, Status.NOT_APPLICABLE))
_SHOWN = 5
"""How many of the resources that refute an answer are named."""

_GIVEN: Mapping[str, tuple[Status, str]] = {
    "○": (Status.PASS, ""),
    "△": (Status.CORRECTED, "corrected"),
    "×": (Status.FAIL, "not_kept"),
    "－": (Status.NOT_APPLICABLE, "does_not_apply"),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a sheet, and its place."""

    mark: str
    sheet: Resource
    clause: str

    @property
    def facts(self) -> dict[str, Any]:
        fields = self.sheet.fields
        given = fields["answers"][self.clause]
        about = {"control": given["control"]} if "control" in given else {}
        return {"by": fields["by"], "answered_on": fields["answered_on"], **about, **given}


def judge_answers(
    standard: Standard, resources: Sequence[Resource], as_of: datetime.date
) -> tuple[list[tuple[Question, Tally]], list[Result], list[Problem]]:
    """The results of all attested clauses for the departments asked, passes included, in the order of the standard; and
    the answers to clauses that the standard does not have or does not ask about."""
    answers, problems = _read(standard, resources)
    files = {resource.department: resource.file for resource in reversed(resources)}
    departments = list(dict.fromkeys(resource.department for resource in resources))
    since = days_since(standard.period, as_of).isoformat()
    tallies = []
    results = []
    for clause in standard.clauses:
        if not clause.attested:
            continue
        question = Question(clause, standard.period, (clause.id,))
        tally = new_tally()
        for department in dict.fromkeys(clause.asked_of or departments):
            given = answers.get((clause.id, department))
            if given:
                result = _judge(question, department, given, since, as_of.isoformat())
            else:
                nowhere = Resource("department", department, department, {}, files.get(department, ""), (), _no_line)
                result = Result(Status.UNKNOWN, question, nowhere, "unanswered")
            tally[department][result.status] += 1
            results.append(result)
        tallies.append((question, tally))
    return tallies, results, problems


def refute(results: Sequence[Result], contradictions: str | None) -> list[Result]:
    """The results, with the answers turned into fails of which a control says the opposite: the clause is called kept,
    and a resource of the department breaks it."""
    broken: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.status is Status.FAIL and not isinstance(result.check, Question):
            for clause in result.check.clauses:
                broken[clause, result.resource.department].append(result)
    return [_refuted(result, broken, contradictions) for result in results]


def _refuted(result: Result, broken: Mapping[tuple[str, str], list[Result]], contradictions: str | None) -> Result:
    question = result.check
    if not isinstance(question, Question) or result.status not in _CLAIMS:
        return result
    about = result.resource.fields.get("control")
    against = [
        fail
        for fail in broken.get((question.clause.id, result.resource.id), ())
        if about in (None, fail.check.control_id)
    ]
    if not against:
        return result
    facts = result.resource.fields | {
        "controls": sorted({str(fail.check.control_id) for fail in against}),
        "resources": [f"{fail.resource.kind}/{fail.resource.id}" for fail in against[:_SHOWN]],
        "count": len(against),
    }
    if contradictions and contradictions not in question.clauses:
        question = replace(question, clauses=(*question.clauses, contradictions))
    return replace(result, status=Status.FAIL, check=question, reason="contradicted", facts=facts)


def _read(
    standard: Standard, resources: Sequence[Resource]
) -> tuple[dict[tuple[str, str], list[_Answer]], list[Problem]]:
    """The answers given to this standard, by clause and department."""
    clauses = {clause.id: clause for clause in standard.clauses}
    answers: dict[tuple[str, str], list[_Answer]] = defaultdict(list)
    problems = []
    for sheet in resources:
        if sheet.kind != ANSWERS or sheet.fields["standard"] != standard.id:
            continue
        for name, given in sheet.fields["answers"].items():
            if flaw := _flaw(clauses.get(name), sheet.department, given):
                place = Location(sheet.file, sheet.lines((*sheet.path, "answers", name)))
                facts = {"id": sheet.id, "clause": name, "standard": standard.id, "department": sheet.department}
                problems.append(Problem(f"answer_{flaw}", place, facts | {"control": given.get("control")}))
            else:
                answers[name, sheet.department].append(_Answer(given["answer"], sheet, name))
    return answers, problems


def _flaw(clause: Clause | None, department: str, given: Mapping[str, str]) -> str | None:
    """Why an answer cannot be used."""
    if clause is None:
        return "unknown_clause"
    if not clause.attested:
        return "not_attested"
    if clause.asked_of and department not in clause.asked_of:
        return "not_asked"
    known = [use.control for use in clause.uses]
    return "unknown_control" if given.get("control", known) not in (known, *known) else None


def _no_line(_path: FieldPath) -> None:
    return None


def _judge(question: Question, department: str, given: Sequence[_Answer], since: str, as_of: str) -> Result:
    """By the latest answer of the department that is not from the future."""
    past = [answer for answer in given if answer.sheet.fields["answered_on"] <= as_of]
    latest = max(answer.sheet.fields["answered_on"] for answer in past or given)
    last = [answer for answer in past or given if answer.sheet.fields["answered_on"] == latest]
    answer = last[0]
    path = (*answer.sheet.path, "answers", question.clause.id)
    resource = Resource("department", department, department, answer.facts, answer.sheet.file, path, answer.sheet.lines)
    status, reason = _GIVEN[answer.mark]
    if not past:
        status, reason = Status.UNKNOWN, "not_yet"
    elif len({other.mark for other in last}) > 1:
        status, reason = Status.UNKNOWN, "conflicting"
    elif latest < since:
        status, reason = Status.UNKNOWN, "expired"
    return Result(status, question, resource, reason, answer.facts if reason else {})
