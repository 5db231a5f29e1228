"""Processes that do one kind of work on many tasks. Imported only where there is more than one task."""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from ..errors import PolicycheckError

_Answer = TypeVar("_Answer")

_AT_A_TIME = 8
"""Tasks of each process that are on their way: enough to keep it busy."""


def answers(work: Callable[[tuple[int, Any]], _Answer], tasks: Mapping[int, Any], count: int) -> Iterator[_Answer]:
    """What so many processes answer to the tasks, in their order."""
    # Where processes can be forked they inherit the work; elsewhere it is sent to each of them once.
    forks = sys.platform == "linux"
    if forks:
        _give_back()
    way = multiprocessing.get_context("fork" if forks else "spawn")
    with ProcessPoolExecutor(count, mp_context=way, initializer=_begin, initargs=(work,)) as pool:
        running: deque[Future[_Answer]] = deque()
        try:
            for task in tasks.items():
                if len(running) == count * _AT_A_TIME:
                    yield running.popleft().result()
                running.append(pool.submit(_do, task))
            while running:
                yield running.popleft().result()
        except BrokenProcessPool:
            raise PolicycheckError("job_died") from None
        except BaseException:  # an error, a signal, or nobody wants the rest: what still runs is of no use
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def _give_back() -> None:
    """Gives the system the memory that nothing here needs any more: else each process begins with a part of it."""
    with suppress(AttributeError):  # the C library knows no such thing
        ctypes.CDLL(None).malloc_trim(0)


_work: list[Callable[[Any], Any]] = []
"""In a process of the pool: what it is there for."""


def _begin(work: Callable[[Any], Any]) -> None:
    gc.disable()  # as in the process that started it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it ends this one
    for name in ("SIGTERM", "SIGHUP"):  # not as the process that was forked
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_DFL)
    _work[:] = [work]
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _do(task: Any) -> Any:
    return _work[0](task)
