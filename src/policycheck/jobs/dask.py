"""The workers of a Dask cluster. Its scheduler knows the way to every result, so what a worker takes with it when it dies
is made again by another."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from copy import copy
from functools import cache
from importlib.metadata import version
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import dask.config
from distributed import Client, Future, KilledWorker, Security, get_worker
from distributed.comm.core import connect

import policycheck

from ..bundle import Bundle
from ..errors import PolicycheckError, UsageError
from . import Answer, Task

_ADDRESS = re.compile(r"((tcp|tls|ws|wss)://)?([\w.-]+|\[[0-9a-fA-F:.%]+\]):[0-9]{1,5}")

CONNECT_SECONDS = 10
WORKER_SECONDS = 30
"""How long it may take until there is a worker, in the beginning and where the last one died."""

_AT_A_TIME = 4
"""Tasks of each thread that are on their way."""

_PACKAGES = ("wasmtime", "orjson", "ryaml", "jsonschema-rs")
"""What else decides what is read and how it is judged."""

_LOOK_SECONDS = 5
"""How often it is looked whether there are workers, while nothing comes."""

_SHARE = 8
"""Parts for each thread: an uneven one then costs little."""


class _Kept(NamedTuple):
    """What a part came to, as it stays on the worker."""

    answer: Any
    left: bytes
    digest: bytes


class _Part(NamedTuple):
    """Where the client finds what a part was left as. `digest` is that of the first time that it was read."""

    kept: Future[Any]
    digest: bytes


class Cluster:
    """A connection to the scheduler, and through it to all workers."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._identity = identity()
        self.enough = 0  # until the workers are known
        self._parts: dict[int, _Part] = {}
        self._numbers = count()

    def read(self, work: Callable[[Task], tuple[Answer, bytes]], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        sent = self._sent(work)

        def submit(number: int, task: Task) -> tuple[int, Future[Any], Future[Any]]:
            kept = self._submit(_read, sent, task)
            return number, kept, self._submit(_answer, self._identity, kept)

        for number, kept, found in self._on_their_way(submit, tasks):
            answer, digest = self._result(found)
            self._parts[number] = _Part(kept, digest)
            yield answer

    def judge(self, work: Callable[[bytes, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        sent = self._sent(work)

        def submit(number: int, task: Task) -> Future[Any]:
            return self._submit(_judge, sent, *self._parts[number], task)

        for answer in self._on_their_way(submit, tasks):
            yield self._result(answer)

    look = judge

    def left(self, number: int) -> bytes:
        left: bytes = self._result(self._submit(_left, self._identity, *self._parts[number]))
        return left

    def _sent(self, work: object) -> Future[Any]:
        """As a task, not as data: so it, too, is made again where it was lost."""
        content = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": len(content) * 2 + (1 << 20)}):
            return self._submit(_Work, self._identity, content)

    def _submit(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        key = f"policycheck-{work.__name__.strip('_').lower()}-{id(self):x}-{next(self._numbers)}"
        with self._lost():
            return self._client.submit(work, *given, key=f"{key}-{self._client.id}", pure=False)

    def _on_their_way(self, submit: Callable[[int, Task], Answer], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        """What was submitted for the tasks, in their order; the next ones are under way meanwhile."""
        waiting = iter(tasks.items())
        running = deque(submit(*task) for task in islice(waiting, self._threads * _AT_A_TIME))
        while running:
            yield running.popleft()
            running.extend(submit(*task) for task in islice(waiting, 1))

    def _result(self, future: Future[Any]) -> Any:
        while True:
            with self._lost():
                try:
                    return future.result(timeout=_LOOK_SECONDS)
                except TimeoutError:
                    if not self._client.nthreads():
                        self._wait_for_a_worker()

    def _wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise PolicycheckError("no_workers", address=self._address, seconds=WORKER_SECONDS) from None

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """What Dask has to say, in the words of this program."""
        try:
            yield
        except KilledWorker as error:
            worker = getattr(error.last_worker, "address", "?")
            raise PolicycheckError("workers_died", worker=worker) from None
        except ImportError as error:
            raise PolicycheckError("unusable_worker", worker="?", reason=str(error)) from None
        except (OSError, CancelledError) as error:
            raise PolicycheckError("scheduler_lost", address=self._address, reason=_reason(error)) from None

    def __enter__(self) -> Self:
        for name in ("distributed", "distributed.client", "distributed.core", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # errors are told by who meets them
        if not _ADDRESS.fullmatch(self._address):
            raise UsageError("bad_scheduler", address=self._address)
        asyncio.run(_greet(self._address))
        with self._lost():
            self._client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False, name="policycheck")
        try:
            with self._lost():
                self._wait_for_a_worker()
                self._threads = sum(self._client.nthreads().values())
                self.enough = self._threads * _SHARE
                self._refuse_other_workers()
        except BaseException:
            self._client.close()
            raise
        return self

    def _refuse_other_workers(self) -> None:
        """Those that are there; any that comes later finds out for itself."""
        for worker, found in sorted(self._client.run(identity, on_error="return").items()):
            if isinstance(found, Exception):
                if not isinstance(found, OSError):  # it has gone away
                    raise PolicycheckError("unusable_worker", worker=worker, reason=_reason(found))
            elif found != self._identity:
                raise _other_worker(worker, self._identity, found)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.clear()
        self._client.close()


async def _greet(address: str) -> None:
    """Finds out whether a scheduler is there: a client may wait for ever for something else to answer."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS + 1):
            settings = Security().get_connection_args("client")
            peer = await connect(address, timeout=CONNECT_SECONDS, **settings)
            try:
                await peer.write({"op": "identity", "reply": True})
                found = (await peer.read())["type"]
            finally:
                peer.abort()
    except Exception as error:
        raise PolicycheckError("scheduler_away", address=address, reason=_reason(error)) from error
    if found != "Scheduler":
        raise PolicycheckError("scheduler_away", address=address, reason=found)


def _reason(error: BaseException) -> str:
    """What was there first, in one line."""
    while error.__cause__ is not None and str(error.__cause__):
        error = error.__cause__
    return " ".join(str(error).split()) or type(error).__name__


def _other_worker(worker: str, expected: str, found: str) -> PolicycheckError:
    return PolicycheckError("other_worker", worker=worker, expected=expected, found=found)


def identity() -> str:
    """By what results are made here: the same gives the same."""
    try:
        policies = Bundle().revision[:16]
    except PolicycheckError as error:
        policies = error.key
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"policycheck {policycheck.__version__} ({_code()[:16]}), policies {policies}, {packages}"


def _code() -> str:
    """The SHA-256 of this program: between releases, not all of one version are the same."""
    digest = hashlib.sha256()
    folder = Path(policycheck.__file__).parent
    for name, file in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*.py")):
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return digest.hexdigest()


_own_identity = cache(identity)


def _refuse_for(expected: str, found: str) -> None:
    if found != expected:
        raise _other_worker(get_worker().address, expected, found)


class _Work:
    """On a worker: what it is to do, for each of its threads, as an engine serves only one."""

    def __init__(self, identity: str, content: bytes) -> None:
        self._sent = (identity, content)
        self._opening = threading.Lock()
        self._opened: Any = None
        self._own = threading.local()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Work, self._sent

    def __call__(self, *given: Any) -> Any:
        expected, content = self._sent
        _refuse_for(expected, _own_identity())
        if not hasattr(self._own, "work"):
            with self._opening:
                if self._opened is None:
                    _refuse_for(expected, identity())
                    self._opened = pickle.loads(content)  # noqa: S301 (whoever may send tasks may do anything here)
            self._own.work = copy(self._opened)
        return self._own.work(*given)


def _read(work: _Work, task: Any) -> _Kept:
    answer, left = work(task)
    return _Kept(answer, left, hashlib.blake2b(left).digest())


def _answer(identity: str, part: _Kept) -> tuple[Any, bytes]:
    _refuse_for(identity, _own_identity())
    return part.answer, part.digest


def _judge(work: _Work, part: _Kept, digest: bytes, task: Any) -> Any:
    return work(_same(part, digest), task)


def _left(identity: str, part: _Kept, digest: bytes) -> bytes:
    _refuse_for(identity, _own_identity())
    return _same(part, digest)


def _same(part: _Kept, digest: bytes) -> bytes:
    """Raises PolicycheckError where a part that was read again, after a worker had died, was no longer the same."""
    if part.digest != digest:
        raise PolicycheckError("changed_between")
    return part.left
