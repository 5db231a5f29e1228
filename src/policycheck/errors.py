"""The one base error. The command line catches it once, prints its message and hint, and ends with its exit code."""

from typing import Any


class PolicycheckError(Exception):
    """Policycheck cannot do what was asked.

    `key` names the message (`error.<key>`) and the hint (`hint.<key>`) in the texts; `facts` fill them.
    """

    exit_code = 1

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.key = key
        self.facts = facts

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.key, self.facts)


def _again(kind: type[PolicycheckError], key: str, facts: dict[str, object]) -> PolicycheckError:
    """The error as another process raised it."""
    return kind(key, **facts)


class UsageError(PolicycheckError):
    """What was asked cannot be: an unknown standard, a date that is none."""

    exit_code = 2


class LedgerError(PolicycheckError):
    """A ledger cannot be read, or not all of it: nothing of it is used."""

    exit_code = 4


class EngineError(PolicycheckError):
    """An engine could not judge, or gave an answer that cannot be trusted."""
