"""Where the work on the parts of an inventory is done. Whoever does it, the answers come in the order of the parts."""

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Protocol, Self, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Jobs(Protocol):
    """Used as a context: what it started, it stops. What a part was left as is kept near to where it was made."""

    enough: int
    """As many parts as keep it busy: fewer and larger ones are then better. 0 where it likes small ones."""

    def read(self, work: Callable[[Task], tuple[Answer, bytes]], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        """Does the first task of each part, keeps its bytes under the number of the part, and gives the rest."""
        ...

    def judge(self, work: Callable[[bytes, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        """Does the second task of each part with the bytes that the first one left."""
        ...

    def look(self, work: Callable[[bytes, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        """As judge, for work that is not worth starting anything."""
        ...

    def left(self, number: int) -> bytes:
        """The bytes that the first task of a part left."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
