"""What people answered to the clauses that no machine can judge: one result for each such clause and department.

An answer that is missing, too old or from the future says nothing; and one that a control refutes is wrong.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from .model import (
    BROKEN,
    Clause,
    Location,
    Origin,
    Problem,
    Question,
    Resource,
    Result,
    Sheet,
    Standard,
    Status,
)
from .questions import days_since

CONTRADICTED = "contradicted"
"""The reason of an answer that a control refutes."""

_SHOWN = 5
"""How many of the resources that refute an answer are named."""

_GIVEN: Mapping[str, tuple[Status, str]] = {
    "○": (Status.PASS, ""),
    "△": (Status.CORRECTED, "corrected"),
    "×": (Status.FAIL, "not_kept"),
    "－": (Status.NOT_APPLICABLE, "does_not_apply"),
}


class _Answer(NamedTuple):
    """One answer of a sheet. `control` is the one of whose requirement alone it speaks, if it does not speak of the
    whole clause."""

    sheet: Sheet
    clause: str

    @property
    def given(self) -> Mapping[str, str]:
        answer: Mapping[str, str] = self.sheet.fields["answers"][self.clause]
        return answer

    @property
    def mark(self) -> str:
        return self.given["answer"]

    @property
    def control(self) -> str | None:
        return self.given.get("control")

    @property
    def day(self) -> str:
        day: str = self.sheet.fields["answered_on"]
        return day

    @property
    def facts(self) -> dict[str, Any]:
        return {"by": self.sheet.fields["by"], "answered_on": self.day, **self.given}


class _Verdict(NamedTuple):
    """What the answers of one scope come to."""

    status: Status
    reason: str
    answer: _Answer
    facts: Mapping[str, Any]
    question: Question


def judge_answers(
    standard: Standard,
    sheets: Sequence[Sheet],
    departments: Mapping[str, str],
    results: Iterable[Result],
    as_of: datetime.date,
) -> tuple[list[Question], list[Result], list[Problem]]:
    """The questions, and their results for the departments asked, passes included, in the order of the standard; and
    the answers that cannot be used. `departments` gives a file for each department; `results` holds the fails of the
    controls, waived or not."""
    answers, problems = _read(standard, sheets)
    broken: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.status in BROKEN:
            for name in result.check.clauses:
                broken[name].append(result)
    since = days_since(standard.period, as_of).isoformat()
    questions = []
    judged = []
    for clause in standard.clauses:
        if not clause.attested:
            continue
        question = Question(clause, standard.period, (clause.id,))
        asker = _Asker(question, standard.contradictions, since, as_of.isoformat())
        for department in dict.fromkeys(clause.asked_of or departments):
            against = [fail for fail in broken[clause.id] if clause.asked_of or fail.resource.department == department]
            given = answers.get((clause.id, department), [])
            judged.append(asker.judge(department, departments.get(department, ""), given, against))
        questions.append(question)
    return questions, judged, problems


class _Asker(NamedTuple):
    """Judges the answers to one question."""

    question: Question
    contradictions: str | None
    since: str
    as_of: str

    def judge(self, department: str, file: str, given: Sequence[_Answer], against: Sequence[Result]) -> Result:
        """By the latest answer to the whole clause; a later one that speaks of a control alone can only make it worse."""
        if not given:
            nowhere = Resource("department", department, department, None, None, file, None)
            return Result(Status.UNKNOWN, self.question, nowhere, "unanswered", {})
        scopes: dict[str | None, list[_Answer]] = defaultdict(list)
        for answer in given:
            scopes[answer.control].append(answer)
        whole = self._verdict(scopes.pop(None, []), against)
        first = whole.answer.day if whole and whole.answer.day <= self.as_of else ""
        newer = [a for answers in scopes.values() for a in answers if a.day >= first]
        narrow = [
            self._verdict([a for a in newer if a.control == control], against)
            for control in sorted(filter(None, scopes))
        ]
        verdicts = [verdict for verdict in narrow if verdict]
        worst = next((verdict for verdict in [whole, *verdicts] if verdict and verdict.status is Status.FAIL), whole)
        if not worst:
            answer = max(verdicts, key=lambda verdict: verdict.answer.day).answer
            worst = _Verdict(Status.UNKNOWN, "partial", answer, answer.facts, self.question)
        answer = worst.answer
        line = answer.sheet.line(answer.clause)
        origin = Origin.of(answer.sheet.fields.get("imported_from"))
        resource = Resource("department", department, department, None, None, answer.sheet.file, line, origin)
        return Result(worst.status, worst.question, resource, worst.reason, worst.facts)

    def _verdict(self, answers: Sequence[_Answer], against: Sequence[Result]) -> _Verdict | None:
        """By the latest of these answers that is not from the future."""
        if not answers:
            return None
        past = [answer for answer in answers if answer.day <= self.as_of]
        latest = max(answer.day for answer in past or answers)
        last = [answer for answer in past or answers if answer.day == latest]
        answer = min(last, key=lambda answer: str(answer.sheet.fields["id"]))
        status, reason = _GIVEN[answer.mark]
        if not past:
            status, reason = Status.UNKNOWN, "not_yet"
        elif len({other.mark for other in last}) > 1:
            status, reason = Status.UNKNOWN, "conflicting"
        elif latest < self.since:
            status, reason = Status.UNKNOWN, "expired"
        elif status is not Status.FAIL:
            fails = [fail for fail in against if answer.control in (None, fail.check.control_id)]
            if fails:
                return self._refuted(answer, fails)
        return _Verdict(status, reason, answer, answer.facts if reason else {}, self.question)

    def _refuted(self, answer: _Answer, fails: Sequence[Result]) -> _Verdict:
        """The clause is called kept, corrected or not applicable, and a control says the opposite."""
        facts = answer.facts | {
            "controls": sorted({str(fail.check.control_id) for fail in fails}),
            "resources": [f"{fail.resource.kind}/{fail.resource.id}" for fail in fails[:_SHOWN]],
            "count": len(fails),
        }
        question = self.question
        if self.contradictions and self.contradictions not in question.clauses:
            question = replace(question, clauses=(*question.clauses, self.contradictions))
        return _Verdict(Status.FAIL, CONTRADICTED, answer, facts, question)


def _read(standard: Standard, sheets: Sequence[Sheet]) -> tuple[dict[tuple[str, str], list[_Answer]], list[Problem]]:
    """The answers given to this standard, by clause and department."""
    clauses = {clause.id: clause for clause in standard.clauses}
    answers: dict[tuple[str, str], list[_Answer]] = defaultdict(list)
    problems = []
    for sheet in sheets:
        if sheet.fields["standard"] != standard.id:
            continue
        department = sheet.fields["department"]
        for name, given in sheet.fields["answers"].items():
            if flaw := _flaw(clauses.get(name), department, given):
                place = Location(sheet.file, sheet.line(name))
                facts = {"id": sheet.fields["id"], "clause": name, "standard": standard.id, "department": department}
                problems.append(Problem(f"answer_{flaw}", place, facts | {"control": given.get("control")}))
            else:
                answers[name, department].append(_Answer(sheet, name))
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
    return "unknown_control" if "control" in given and given["control"] not in known else None
