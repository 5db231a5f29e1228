"""What evaluates the policies. Each engine answers the same question with the same bytes of policy."""

from types import TracebackType
from typing import Any, Protocol, Self, TypedDict

from ..model import EngineInfo, Verdicts


class EngineInput(TypedDict):
    """The input document of `data.policycheck.verdicts`. The resources by kind are JSON already."""

    checks: dict[str, list[dict[str, Any]]]
    resources: bytes


class Engine(Protocol):
    """Used as a context: what it started, it stops."""

    @property
    def info(self) -> EngineInfo: ...

    def judge(self, question: EngineInput) -> Verdicts:
        """Raises EngineError where there is no answer. That the answer is whole is for the caller to check."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
