"""Parts of an inventory: where some files have changed, the others need not be read and judged again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import orjson

from ..evaluate import Evaluation, Judged
from ..inventory import Place
from ..inventory.reading import PartRead, Reader, Task, Unrecorded, contents_of
from ..inventory.sources import Digest, Part, Source, open_source
from ..jobs import Jobs
from . import MOST, Cache
from .keys import key_of, program
from .packed import pack_judged, pack_read, unpack_judged, unpack_read

_KEY = 64
_UNKNOWN = b"-" * _KEY


class CachedJobs:
    """Jobs that look into the cache first. What a part is left as has its key before it: of what it was made."""

    def __init__(self, jobs: Jobs, cache: Cache, *settings: Any) -> None:
        """`settings` are what else makes a difference to how results are printed."""
        self._jobs = jobs
        self.enough = jobs.enough
        self._cache = cache
        self._settings = (program(), settings)

    def read(self, work: Any, tasks: Mapping[int, Any]) -> Iterator[Any]:
        size = sum(_size(task[0]) for task in tasks.values() if not isinstance(task, Digest | Unrecorded))
        cache = self._cache if size <= MOST // 4 else None  # more than that would be gone at the end
        reading = _Reading(work, cache, key_of("read", self._settings, work.wanted))
        return self._answers(self._jobs.read(reading, tasks))

    def judge(self, work: Any, tasks: Mapping[int, Any]) -> Iterator[Any]:
        judging = _Judging(work, self._cache, key_of("judged", self._settings, work.key))
        return self._answers(self._jobs.judge(judging, tasks))

    def _answers(self, found: Iterator[tuple[Any, str | None]]) -> Iterator[Any]:
        """The answers; why an entry could not be written is known where that was tried."""
        for answer, failure in found:
            self._cache.failure = self._cache.failure or failure
            yield answer

    def look(self, work: Any, tasks: Mapping[int, Any]) -> Iterator[Any]:
        for number, task in tasks.items():
            yield work(self.left(number), task)

    def left(self, number: int) -> bytes:
        return self._jobs.left(number)[_KEY:]

    def __enter__(self) -> Self:
        self._jobs.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._jobs.__exit__(kind, error, trace)


class _Reading:
    def __init__(self, work: Reader, cache: Cache | None, key: str) -> None:
        self._work = work
        self._cache = cache
        self._key = key

    def __call__(self, task: Task) -> tuple[tuple[PartRead, str | None], bytes]:
        if self._cache is None or isinstance(task, Digest | Unrecorded):
            read, left = self._work(task)
            return (read, None), _UNKNOWN + left
        part, left_out = task
        contents = contents_of(part)
        key = self._key_of(part, left_out, contents)
        content = self._cache.get(key) if key else None
        if content is not None:
            read, left = unpack_read(content, self._work.wanted)
        else:
            read, left = self._work.read(part, left_out, contents)
            if key and not read.problems:
                self._cache.put(key, pack_read(read, left, self._work.wanted))
        return (read, self._cache.failure), (key.encode() if key else _UNKNOWN) + left

    def _key_of(self, part: Part, left_out: Collection[int], contents: Sequence[bytes | OSError]) -> str | None:
        whole = part.end is None
        files = []
        for source, content in zip(part.sources, contents, strict=True):
            if isinstance(content, OSError):
                return None
            files.append((source.by_lines, _suffix(source), hashlib.sha256(content).digest()))
        return key_of(self._key, whole, sorted(left_out), files)


class _Judging:
    def __init__(self, work: Evaluation, cache: Cache, key: str) -> None:
        self._work = work
        self._cache = cache
        self._key = key

    def __call__(self, left: bytes, place: Place) -> tuple[Judged, str | None]:
        work, cache = self._work, self._cache
        chunks = work.chunks(left[_KEY:])
        if left.startswith(_UNKNOWN) or work.key is None:
            return work.judge(chunks, place), None
        names = [source.name for source in place.part.sources]
        asked = [orjson.dumps(work.questions.ask(chunk)["checks"]) for chunk in chunks]
        key = key_of(self._key, left[:_KEY], names, place.lines, asked)
        if (content := cache.get(key)) is not None:
            return unpack_judged(content), None
        judged = work.judge(chunks, place)
        if all(source.by_lines or _is_unchanged(source) for source in place.part.sources):  # else lines may lack
            cache.put(key, pack_judged(judged))
        return judged, cache.failure


def _size(part: Part) -> int:
    return sum(source.size for source in part.sources) if part.end is None else part.end - part.start


def _suffix(source: Source) -> str:
    return source.name.lower().rpartition(".")[2]


def _is_unchanged(source: Source) -> bool:
    try:
        open_source(source).close()
    except OSError:
        return False
    return True
