"""What an engine answers, held against what it was asked: an answer that is not whole is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from .errors import EngineError
from .model import Status, Verdict, Verdicts

STATUSES = list(Status)

Told: TypeAlias = tuple[int, str, dict[str, Any]]
"""The position of a status in STATUSES, a reason, and facts."""

TOLD_PASS: Told = (STATUSES.index(Status.PASS), "", {})

_GIVEN = {status.value: STATUSES.index(status) for status in (Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE)}


def answers_of(verdicts: Verdicts, control: str, position: int, size: int) -> Sequence[Verdict | Literal["pass"]]:
    """The verdicts of one check, if there is exactly one for each resource."""
    try:
        answers = verdicts[control][position]
    except (KeyError, IndexError, TypeError):
        raise EngineError("incomplete_verdicts", control=control) from None
    if type(answers) is not list or len(answers) != size:
        raise EngineError("incomplete_verdicts", control=control)
    return answers


def told(verdict: Any, control: str) -> Told:
    """What is not a pass: its status, one that a control may give, by its position; and why."""
    try:
        status, reason, facts = _GIVEN[verdict["status"]], verdict["reason"], verdict["facts"]
    except (KeyError, TypeError):
        raise EngineError("incomplete_verdicts", control=control) from None
    if type(reason) is not str or type(facts) is not dict:
        raise EngineError("incomplete_verdicts", control=control)
    return status, reason, facts
