"""Resources × checks → results. The engine answers; what is asked, and whether the answer is whole, is decided here."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import isodate

from .engines import Engine, EngineInput
from .errors import EngineError, UsageError
from .indexes import Indexes
from .model import Check, Resource, Result, Status, Subject, Tally, Verdict, Verdicts, new_tally

CHUNK = 2000
"""Resources in one question: few enough for a small memory, enough to make the cost of asking vanish."""

Progress = Callable[[int], None]
"""Told how many more resources have been judged."""

Keep = Callable[[Subject, Resource], bool]
"""Whether the pass of a subject on a resource is wanted among the results."""

_GIVEN = {status.value: status for status in (Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE)}


def keep_all(_subject: Subject, _resource: Resource) -> bool:
    """Every pass is wanted."""
    return True


def evaluate(
    resources: Sequence[Resource],
    checks: Sequence[Check],
    engine: Engine,
    as_of: datetime.date,
    *,
    keep: Keep | None = None,
    progress: Progress | None = None,
) -> tuple[list[tuple[Check, Tally]], list[Result]]:
    """The tally of every check, and the results in the order of the resources. Passes are counted, and kept where
    `keep` says so.

    Raises EngineError where the engine does not give exactly one verdict for each check of each resource.
    """
    questions = Questions(checks, resources, as_of)
    tallies = [new_tally() for _ in checks]
    results: list[Result] = []
    for start in range(0, len(resources), CHUNK):
        chunk = resources[start : start + CHUNK]
        departments = [resource.department for resource in chunk]
        found: list[tuple[int, int, Result]] = []
        for number, places, answers in questions.put(chunk, engine):
            check, tally = checks[number], tallies[number]
            judged = list(zip(places, answers, strict=True))
            for department, passes in Counter(
                departments[place] for place, answer in judged if answer == "pass"
            ).items():
                tally[department][Status.PASS] += passes
            for place, answer in judged:
                if answer != "pass":
                    status = _GIVEN[answer["status"]]
                    tally[departments[place]][status] += 1
                    result = Result(status, check, chunk[place], answer["reason"], answer["facts"])
                    found.append((place, number, result))
                elif keep and keep(check, chunk[place]):
                    found.append((place, number, Result(Status.PASS, check, chunk[place])))
        found.sort(key=lambda item: item[:2])
        results += [result for _, _, result in found]
        if progress:
            progress(len(chunk))
    return list(zip(checks, tallies, strict=True)), results


class Questions:
    """Asks an engine for the verdicts of all checks on a part of the resources, and distrusts the answer."""

    def __init__(self, checks: Sequence[Check], resources: Sequence[Resource], as_of: datetime.date) -> None:
        self._indexes = Indexes((check.control for check in checks), resources)
        self._checks = checks
        self._fields: dict[str, set[str]] = defaultdict(lambda: {"id"})
        for check in checks:
            self._fields[check.control.kind] |= check.control.reads
        self._settings = [{"as_of": as_of.isoformat(), "parameters": _parameters(check, as_of)} for check in checks]

    def question(self, chunk: Sequence[Resource]) -> EngineInput:
        """What is to be judged, and of each resource the fields that its controls read: no other leaves the program."""
        by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for resource in chunk:
            read = self._fields[resource.kind]
            by_kind[resource.kind].append({name: value for name, value in resource.fields.items() if name in read})
        asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for check, settings in zip(self._checks, self._settings, strict=True):
            if members := by_kind.get(check.control.kind):
                asked[check.control.id].append(settings | {"index": self._indexes.extract(check.control, members)})
        return {"checks": asked, "resources": by_kind}

    def put(
        self, chunk: Sequence[Resource], engine: Engine
    ) -> Iterator[tuple[int, list[int], list[Verdict | Literal["pass"]]]]:
        """For each check that concerns the chunk: its number, the places of its resources, and their verdicts."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, resource in enumerate(chunk):
            places[resource.kind].append(place)
        verdicts = engine.judge(self.question(chunk))
        position: dict[str, int] = defaultdict(int)
        for number, check in enumerate(self._checks):
            control = check.control
            if control.kind in places:
                members = places[control.kind]
                yield number, members, _answer(verdicts, control.id, position[control.id], len(members))
                position[control.id] += 1


def _answer(verdicts: Verdicts, control: str, position: int, size: int) -> list[Verdict | Literal["pass"]]:
    """The verdicts of one check, if there is exactly one for each resource, of a status that a control may give."""
    try:
        answer = verdicts[control][position]
        whole = len(answer) == size and all(verdict == "pass" or _is_told(verdict) for verdict in answer)
    except (KeyError, IndexError, TypeError):
        whole = False
    if not whole:
        raise EngineError("incomplete_verdicts", control=control)
    return answer


def _is_told(verdict: Verdict) -> bool:
    """Whether what is not a pass says why. Raises KeyError or TypeError where it is no such thing at all."""
    told = isinstance(verdict["reason"], str) and isinstance(verdict["facts"], dict)
    return told and verdict["status"] in _GIVEN


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
