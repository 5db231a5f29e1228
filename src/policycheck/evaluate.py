"""Resources × checks → results. The engine answers; what is asked, and whether the answer is whole, is decided here."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import isodate

from .engines import Engine, EngineInput
from .errors import EngineError, UsageError
from .indexes import Indexes
from .model import Check, Counts, Resource, Result, Status, Verdicts

CHUNK = 2000

Progress = Callable[[int], None]
"""Told how many more resources have been judged."""

_GIVEN = frozenset((Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE))


def evaluate(
    resources: Sequence[Resource],
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    keep_passes: bool = False,
    progress: Progress | None = None,
) -> tuple[list[tuple[Check, Counts]], list[Result]]:
    """Counts for every check, and the results in the order of the resources. Passes are counted, and kept on request.

    Raises EngineError where the engine does not give exactly one verdict for each check of each resource.
    """
    indexes = Indexes((check.control for check in checks), resources)
    parameters = [_parameters(check, as_of) for check in checks]
    counts: list[Counts] = [dict.fromkeys(Status, 0) for _ in checks]
    results: list[Result] = []
    for chunk in _chunks(resources):
        by_kind: dict[str, list[Resource]] = defaultdict(list)
        for resource in chunk:
            by_kind[resource.kind].append(resource)
        asked = [number for number, check in enumerate(checks) if check.control.kind in by_kind]
        question: EngineInput = {
            "resources": {kind: [resource.fields for resource in members] for kind, members in by_kind.items()},
            "checks": defaultdict(list),
        }
        for number in asked:
            control = checks[number].control
            question["checks"][control.id].append(
                {
                    "as_of": as_of.isoformat(),
                    "parameters": parameters[number],
                    "index": indexes.extract(control, question["resources"][control.kind]),
                }
            )
        verdicts = _answers(engine.judge(question), question, checks)
        found: list[tuple[int, int, Result]] = []
        order = {(resource.kind, resource.id): place for place, resource in enumerate(chunk)}
        seen: dict[str, int] = defaultdict(int)
        for number in asked:
            check = checks[number]
            members = by_kind[check.control.kind]
            answers = verdicts[check.control.id][seen[check.control.id]]
            seen[check.control.id] += 1
            counts[number][Status.PASS] += answers.count("pass")
            for resource, verdict in zip(members, answers, strict=True):
                if verdict == "pass":
                    if not keep_passes:
                        continue
                    result = Result(Status.PASS, check, resource)
                else:
                    status = Status(verdict["status"])
                    counts[number][status] += 1
                    result = Result(status, check, resource, verdict["reason"], verdict["facts"])
                found.append((order[resource.kind, resource.id], number, result))
        found.sort(key=lambda item: item[:2])
        results += (result for _, _, result in found)
        if progress:
            progress(len(chunk))
    return list(zip(checks, counts, strict=True)), results


def _chunks(resources: Sequence[Resource]) -> Iterator[Sequence[Resource]]:
    for start in range(0, len(resources), CHUNK):
        yield resources[start : start + CHUNK]


def _parameters(check: Check, as_of: datetime.date) -> dict[str, Any]:
    """The values as the policies want them: a duration comes with the first day that lies within it."""
    given: dict[str, Any] = {}
    for name, value in check.parameters.items():
        if check.control.parameters[name]["type"] == "duration":
            given[name] = {"value": value, "since": days_since(value, as_of).isoformat()}
        else:
            given[name] = value
    return given


def days_since(duration: str, as_of: datetime.date) -> datetime.date:
    """The day that lies a duration before `as_of`; a day that the month does not have becomes its last."""
    try:
        day: datetime.date = as_of - isodate.parse_duration(duration)
    except (OverflowError, ValueError):
        raise UsageError("duration_too_long", duration=duration, as_of=as_of.isoformat()) from None
    return day


def _answers(verdicts: Verdicts, question: Mapping[str, Any], checks: Sequence[Check]) -> Verdicts:
    """The verdicts, if they are whole: one for each check of each resource, and of a status that a control may give."""
    kinds = {check.control.id: check.control.kind for check in checks}
    for control, asked in question["checks"].items():
        answers = verdicts.get(control)
        size = len(question["resources"][kinds[control]])
        if not isinstance(answers, list) or [len(answer) for answer in answers] != [size] * len(asked):
            raise EngineError("incomplete_verdicts", control=control)
        for answer in answers:
            for verdict in answer:
                if verdict != "pass" and (not isinstance(verdict, dict) or verdict.get("status") not in _GIVEN):
                    raise EngineError("incomplete_verdicts", control=control)
    return verdicts
