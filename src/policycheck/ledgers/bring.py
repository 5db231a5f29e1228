"""What ledgers state → the files of an inventory: what would change, and the change itself."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError
from ..inventory import read_inventory
from ..inventory.columns import Wanted
from ..inventory.discovery import find_files
from ..inventory.reading import Reader
from ..inventory.schemas import Schemas
from ..jobs.local import Here
from ..model import Fields, Location, Origin, Problem
from . import memory
from .anew import step_anew
from .changes import MARK, SOURCE, Changes, Key, Prefer, What
from .collect import Collected
from .ids import odd_events
from .inventory_files import Now, apply, files_in, read_now
from .merge import merge
from .moved_comments import gone_with_items
from .output import Output, place_of
from .stated import state
from .steps import Step


class Coming(NamedTuple):
    """What comes into one file. Where there is nothing to merge it with, it is not held in memory: `changes` is None, and
    `output` is written as it is. Without an `output` it is no import that is to be remembered, nor written alone. Where
    there is a `refusal`, the file cannot be changed like that."""

    now: Now
    output: Output | None
    changes: Changes | None
    content: bytes | None
    elsewhere: list[tuple[Key, str]]
    refusal: LedgerError | None = None

    @property
    def counts(self) -> Counter[What]:
        return self.changes.counts if self.changes else +Counter({What.ADDED: self.output.rows if self.output else 0})

    @property
    def is_nothing(self) -> bool:
        """Whether there is no file, and nothing to be put into one."""
        return self.now.content is None and not (
            self.changes.entries or self.changes.base if self.changes else self.counts
        )

    @property
    def moved(self) -> int:
        """Of how many entries nothing changes but their place in the ledger."""
        return self.changes.moved if self.changes else 0

    @property
    def is_removed(self) -> bool:
        """Whether the file goes, since a file of this format cannot be without entries."""
        is_empty = self.changes is not None and not self.changes.entries
        return is_empty and bool(self.now.entries) and self.now.path.suffix.lower() == ".ndjson"

    def steps(self) -> list[Step]:
        """How the file is written, and what was imported is remembered."""
        if self.is_nothing:
            return []
        if self.output and self.changes is None:
            return [step_anew(self.now, self.output)]
        if self.output and self.changes and self.content is not None:
            return memory.steps_of(self.now, self.content, self.changes)
        return []


class Terms(NamedTuple):
    """How an import is to be done: on which day, what becomes of what vanished, and whose word counts. `comment` is for the
    head of a new file."""

    as_of: datetime.date
    delete_vanished: bool
    prefer: Prefer
    comment: str


def prepare(collected: Collected, folder: Path, schemas: Schemas, terms: Terms) -> tuple[list[Coming], list[Problem]]:
    """What would become of the files in the folder, and why that cannot be. Nothing is written.

    Raises UsageError and LedgerError where a file of the inventory cannot be read.
    """
    others = _Others(folder, [folder / name for name in collected.outputs], schemas)
    coming, problems = [], []
    for name, output in collected.outputs.items():
        own, odd = _prepared(read_now(folder / name, schemas.kinds), output, schemas, others, terms, collected)
        coming.append(own)
        problems += odd
        stated = {
            (table.kind, fields["id"]): place_of(fields)
            for table, fields in (output.stated() if others.files else ())
            if not table.log or (table.kind, fields["id"]) not in collected.left_out
        }
        taken = others.places(stated.keys() - {key for key, _ in own.elsewhere})
        for key, (file, fields) in sorted(taken.items(), key=itemgetter(0)):
            if SOURCE in fields and own.now.content is None:
                facts = {"kind": key[0], "id": key[1], "file": file, "folder": file.parent, "output": file.name}
                problems.append(Problem("imported_elsewhere", Location(stated[key]), facts))
            else:
                problems.append(_listed_elsewhere(key, stated[key], file, own.now.path))
    return coming, [*problems, *_listed_twice(coming)]


def _listed_elsewhere(key: Key, place: str, file: Path, into: Path) -> Problem:
    return Problem("listed_elsewhere", Location(place), {"kind": key[0], "id": key[1], "file": file, "into": into})


def _listed_twice(coming: Sequence[Coming]) -> Iterator[Problem]:
    """Entries that two of the files would have, of which at least one is in the ledgers now."""
    entries = [(own.now.path, own.changes.entries) for own in coming if own.changes]
    first: dict[Key, tuple[Path, Fields]] = {}
    for path, key, fields in ((path, key, fields) for path, own in entries for key, fields in own.items()):
        known = first.setdefault(key, (path, fields))
        for (into, own), (file, _) in permutations(((path, fields), known)) if known[0] != path else ():
            if SOURCE in own and MARK not in own[SOURCE]:
                yield _listed_elsewhere(key, str(Origin.of(own[SOURCE])), file, into)
                break


def _prepared(
    now: Now, output: Output, schemas: Schemas, others: _Others, terms: Terms, collected: Collected
) -> tuple[Coming, list[Problem]]:
    base = memory.read_base(now)
    logs = any(table.log for table in (*output.tables.values(), *output.unread.values()))
    if (
        now.content is None
        and base == memory.Base(None)
        and output.rows
        and not logs
        and now.path.suffix.lower() == ".ndjson"
    ):
        return Coming(now, output, None, None, []), []
    new, elsewhere, ignored, kept = state(output, others.present, collected.left_out, base.written, now.entries)
    for key, place in ignored:
        rule = collected.left_out[key]
        facts = {"kind": key[0], "id": key[1], "place": place, "row": rule.place, "rule": rule.rule}
        collected.notices.append(("ledger.event_of_skipped", facts))
    for (part, field), count in kept.items():
        if field in output.lacking[part]:
            collected.notices.append(("ledger.column_missing", {**output.lacking[part][field], "count": count}))
    events = [
        (key, place_of(stated.fields))
        for key, stated in new.items()
        if stated.table in output.tables and output.tables[stated.table].log and key not in now.entries
    ]
    odd = [*odd_events(events, {*now.entries, *(key for key, *_ in others.entries())})] if events else []
    changes = merge(
        new,
        base.written,
        now.entries,
        read_tables=output.tables.keys(),
        as_of=terms.as_of,
        delete_vanished=terms.delete_vanished,
        prefer=terms.prefer,
        lost=base.lost,
    )
    content = refusal = None
    try:
        if not changes.counts[What.CONFLICT]:
            content = apply(now, changes.entries, schemas.kinds, terms.comment)
            collected.notices += gone_with_items(now, content, changes.entries.keys(), changes.differences)
    except LedgerError as error:
        refusal = error
    return Coming(now, output, changes, content, elsewhere, refusal), odd


class _Others:
    """The other files of the inventory in a folder."""

    def __init__(self, folder: Path, own: Sequence[Path], schemas: Schemas) -> None:
        mine = {path.absolute() for path in own}
        self.files = [path for path in files_in(folder) if path.absolute() not in mine]
        self._schemas = schemas

    def present(self, keys: set[Key]) -> set[Key]:
        """Which of some resources they have."""
        if not keys or not self.files:
            return set()
        reader = Reader(self._schemas, Wanted(named=frozenset(keys)))
        with Here() as jobs:
            return {*read_inventory(self.files, find_files(self.files), reader, jobs).inventory.present}

    def places(self, keys: set[Key]) -> dict[Key, tuple[Path, Fields]]:
        """The file of each of these that they have, and what it says."""
        left = self.present(keys)
        return {key: (place, fields) for key, place, fields in self.entries() if key in left} if left else {}

    def entries(self) -> Iterator[tuple[Key, Path, Fields]]:
        """All that they have, each with its file."""
        for file in self.files:
            yield from ((key, file, fields) for key, fields in read_now(file, self._schemas.kinds).entries.items())
