"""The cores of this machine: this process alone, or processes beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from . import Answer, Task

if TYPE_CHECKING:
    from .folder import Folder

_IN_MEMORY = 1 << 24
"""Bytes of what parts left that are kept in memory; what is beyond them goes to a temporary folder."""


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Here:
    """Everything in this process, one part after the other."""

    enough = 0

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}
        self._size = 0
        self._folder: Folder | None = None

    def read(self, work: Callable[[Task], tuple[Answer, bytes]], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        for number, task in tasks.items():
            answer, left = work(task)
            self._keep(number, left)
            yield answer

    def _keep(self, number: int, left: bytes) -> None:
        self._size += len(left)
        if self._size <= _IN_MEMORY:
            self._kept[number] = left
            return
        if self._folder is None:
            from .folder import Folder

            self._folder = Folder()
        self._kept.pop(number, None)
        self._folder.write(number, left)

    def judge(self, work: Callable[[bytes, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        for number, task in tasks.items():
            yield work(self.left(number), task)

    look = judge

    def left(self, number: int) -> bytes:
        if number in self._kept or self._folder is None:
            return self._kept[number]
        return self._folder.read(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder:
            self._folder.remove()


class Processes(Here):
    """Several processes, each with its own engine. What parts left that they read lies in a temporary folder. A single
    part is work for this process."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def read(self, work: Callable[[Task], tuple[Answer, bytes]], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        if len(tasks) < 2:
            return super().read(work, tasks)
        from .folder import Folder

        self._folder = self._folder or Folder()
        self._kept = {number: left for number, left in self._kept.items() if number not in tasks}
        return self._all(partial(_read, work, self._folder), tasks)

    def judge(self, work: Callable[[bytes, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        if len(tasks) < 2 or self._folder is None:
            return super().judge(work, tasks)
        for number, left in self._kept.items():
            self._folder.write(number, left)
        self._kept = {}
        return self._all(partial(_judge, work, self._folder), tasks)

    def _all(self, work: Callable[[tuple[int, Any]], Answer], tasks: Mapping[int, Any]) -> Iterator[Answer]:
        from .pool import answers

        return answers(work, tasks, min(self._count, len(tasks)))


def _read(work: Callable[[Any], tuple[Answer, bytes]], folder: Folder, task: tuple[int, Any]) -> Answer:
    answer, left = work(task[1])
    folder.write(task[0], left)
    return answer


def _judge(work: Callable[[bytes, Any], Answer], folder: Folder, task: tuple[int, Any]) -> Answer:
    return work(folder.read(task[0]), task[1])
