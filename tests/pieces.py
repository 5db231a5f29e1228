"""The pieces of a scan one by one, for tests that look at the entries, or change them, between reading and judging."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, Self

import orjson
import pytest
from conftest import AS_OF

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.evaluate import Evaluation, Listing
from policycheck.inventory import Read, columns, read_inventory, reading
from policycheck.inventory.columns import Payload, Wanted, chunks_of
from policycheck.inventory.discovery import Found, find_files
from policycheck.inventory.places import line_of
from policycheck.inventory.reading import FilePart, PartRead, Reader
from policycheck.inventory.schemas import Schemas
from policycheck.inventory.sources import PART, Part, Source
from policycheck.jobs.local import Here
from policycheck.model import Check, EngineInfo, Fields, Result, Standard, Status, Tally, new_tally
from policycheck.questions import Questions, wanted
from policycheck.report import Report
from policycheck.scan import Against, scan
from policycheck.standards import Catalogue


class Entry(NamedTuple):
    """A valid entry of an inventory, with all its fields."""

    kind: str
    id: str
    department: str
    fields: Fields
    file: str = "x.yaml"
    line: int | None = None

    def given(self, fields: Fields) -> "Entry":
        """The same resource with other fields."""
        return self._replace(fields=fields)

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.id


@cache
def _schemas() -> Schemas:
    return Schemas(Bundle().schemas)


def entries(paths: Sequence[str | Path], schemas: Schemas) -> list[Entry]:
    """The entries that count, in the order of the inventory: what reading leaves, where all fields are wanted."""
    found = []
    with Here() as jobs:
        read = read_inventory(paths, find_files(paths), Reader(schemas, Wanted(schemas.fields)), jobs)
        for number, place in read.places.items():
            for chunk in chunks_of(jobs.left(number)):
                fields = orjson.loads(chunk.resources)
                told = []
                for kind, own in chunk.kinds.items():
                    members = zip(own.places, own.ids, own.departments, fields[kind], strict=True)
                    told += [(spot, Entry(kind, *names)) for spot, *names in members]
                for spot, entry in sorted(told, key=lambda item: item[0]):
                    file, path = chunk.place(spot)
                    source = place.part.sources[file]
                    line = line_of(source, path, before=place.lines)
                    found.append(entry._replace(file=source.name, line=line))
    return found


class _Given(Reader):
    """Instead of reading files, gives what is at hand: through the same payload, and with the same columns."""

    def __init__(self, runs: Mapping[str, Sequence[Entry]], wanted: Wanted) -> None:
        super().__init__(_schemas(), wanted)
        self._runs = runs

    def read(
        self, part: Part, left_out: Collection[int], contents: Sequence[bytes | OSError]
    ) -> tuple[PartRead, bytes]:
        assert not left_out
        assert not any(isinstance(content, bytes) for content in contents)
        payload, read = Payload(self.wanted, self.schemas.fields), PartRead()
        for number, source in enumerate(part.sources):
            run = self._runs[source.path]
            for first in range(0, len(run), columns.CHUNK):
                block = run[first : first + columns.CHUNK]
                kinds: dict[str, tuple[list[int], list[Fields]]] = defaultdict(lambda: ([], []))
                for spot, entry in enumerate(block):
                    kinds[entry.kind][0].append(spot)
                    kinds[entry.kind][1].append({"id": entry.id, "department": entry.department} | entry.fields)
                payload.add(number, kinds, [entry.line for entry in block])
            read.files.append(FilePart(readable=True, sha256="", usable=len(run)))
        content = payload.content()
        read.gathered = payload.gathered
        return read, content


def _read(given: Sequence[Entry], checks: Sequence[Check], jobs: Here, part: int | None) -> Read:
    """Runs of entries of one file, as if each were a file of its own, and all of them one part of the inventory; or
    parts of so many entries."""
    runs: dict[str, Sequence[Entry]] = {}
    for _, members in groupby(given, lambda entry: entry.file):
        run = list(members)
        for first in range(0, len(run), part or len(run)):
            runs[f"/dev/null/{len(runs)}"] = run[first : first + (part or len(run))]
    files = [Source(run[0].file, path, PART if part else 0, "") for path, run in runs.items()]
    return read_inventory([], Found(files), _Given(runs, wanted(checks)), jobs)


def evaluate(
    given: Sequence[Entry],
    checks: Sequence[Check],
    engine: Engine,
    as_of: date,
    *,
    keep_all: bool = False,
    entry: Callable[[Result], bytes] | None = None,
    part: int | None = None,
) -> tuple[list[tuple[Check, Tally]], list[Result]]:
    """The tally of every check, and the results that are at hand, in the order of the entries."""
    tallies = [(check, new_tally()) for check in checks]
    results: list[Result] = []
    with Here() as jobs:
        read = _read(given, checks, jobs, part)
        assert {problem.key for problem in read.inventory.problems} <= {"nothing_to_check"}
        evaluation = Evaluation(Questions(checks, read.built, as_of), lambda: engine, Listing(keep_all, entry))
        for judged in jobs.judge(evaluation, read.places):
            for (number, department), counts in judged.counts.items():
                tally = tallies[number][1][department]
                for status, count in zip(Status, counts, strict=True):
                    tally[status] += count
            results += [row.result(checks) for row in judged.rows]
    return tallies, results


def cut_into_chunks(patch: pytest.MonkeyPatch, size: int) -> None:
    """So many resources in one question, or a few more."""
    patch.setattr(columns, "CHUNK", size)
    patch.setattr(reading, "CHUNK", size)


class Listed:
    """Stands in for a format that lists all results, and keeps those that it is to print."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def __call__(self, result: Result) -> bytes:
        self.results.append(result)
        return b""


def opened(engine: Engine) -> tuple[EngineInfo, Callable[[], Engine]]:
    """An engine that runs already, and goes on, for a scan."""
    return engine.info, lambda: _Lent(engine)


class _Lent:
    def __init__(self, engine: Engine) -> None:
        self.info, self.judge = engine.info, engine.judge

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def report_on(
    paths: Iterable[str | Path],
    standard: Standard,
    catalogue: Catalogue,
    schemas: Schemas,
    engine: Engine,
    as_of: date = AS_OF,
    *,
    registers: Mapping[str, Any] | None = None,
    jobs: Here | None = None,
    **wishes: Any,
) -> Report:
    """A scan in this process. `registers` are the baseline, the waivers and the measures."""
    against = Against(standard, catalogue.checks(standard), as_of, **(registers or {}))
    with jobs or Here() as workers:
        return scan(list(paths), schemas, against, opened(engine), workers, **wishes)


def printed(content: Iterable[bytes]) -> str:
    """What a format gives, as text."""
    return b"".join(content).decode()
