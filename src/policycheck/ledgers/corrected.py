"""A workbook that people corrected → what becomes of the files that it was exported from.

Where a file is what it was when it was exported, all that differs was changed in the workbook. Where it is not, nobody
knows which side was changed: each difference is a conflict, unless one side is preferred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError
from ..inventory.schemas import Schemas
from ..model import Fields, Problem
from .bring import Coming, Terms
from .cells import UNKNOWN
from .changes import SOURCE, Changes, Difference, Key, Stated, What, Written
from .homes import Homes
from .inventory_files import Moved, Now, apply, files_in, read_now
from .merge import merge
from .moved_comments import MovedComments, gone_with_items
from .paths import put
from .places import NOTED, standing
from .steps import Step
from .workbook_entries import Corrected, Own
from .workbook_ids import with_plain_ids
from .workbook_mapping import FILE


class Prepared(NamedTuple):
    """What is to become of each file, why that cannot be, what people are to be told, and what is written in which
    order: an entry that goes into another file is taken away only when all files hold what they gain."""

    coming: list[Coming]
    refusals: list[Problem]
    notices: list[tuple[str, Mapping[str, object]]]
    steps: list[Step]


def prepare_corrected(corrected: Corrected, workbook: Path, folder: Path, schemas: Schemas, terms: Terms) -> Prepared:
    """What would become of the files in the folder, and which of its entries belong to no file of it. Nothing is written.

    Raises UsageError and LedgerError where a file of the inventory cannot be read, or cannot be changed.
    """
    nows = {path: read_now(path, schemas.kinds) for path in files_in(folder)}
    exported = standing(corrected.files, nows)
    refusals: list[Problem] = []
    if None not in exported.values():  # else what is not known here may be written like that on purpose
        references = {kind: own.references for kind, own in corrected.kinds.items()}
        held = [now.entries for now in nows.values()]
        entries, refusals = with_plain_ids(corrected.entries, references, held)
        corrected = corrected._replace(entries=entries)
    plan = _Plan(corrected, folder, nows, exported, terms)
    refusals += plan.find_homes(folder / f"{workbook.stem}.yaml")
    if refusals:
        return Prepared([], refusals, [], [])
    for home in dict.fromkeys(plan.homes.values()):
        plan.nows.setdefault(home, read_now(home, schemas.kinds))
    plan.change()
    return Prepared(plan.coming(schemas), [], plan.notices(), plan.steps)


class _Plan(Homes):
    """What becomes of the entries of all files."""

    def __init__(
        self,
        corrected: Corrected,
        folder: Path,
        nows: dict[Path, Now],
        exported: Mapping[str, Path | None],
        terms: Terms,
    ) -> None:
        super().__init__(corrected, folder, nows, exported)
        self.steps: list[Step] = []
        self._terms = terms
        self._entries: dict[Path, dict[Key, Fields]] = {}
        self._changes: dict[Path, Changes] = {}
        self._differences: dict[Path, list[Difference]] = defaultdict(list)
        self._leaving: dict[Path, dict[Key, Fields]] = defaultdict(dict)
        self._arriving: set[Path] = set()
        self._comments: MovedComments | None = None
        self._gone: list[tuple[str, Mapping[str, object]]] = []

    def change(self) -> None:
        """Notes what is different."""
        for path, now in self.nows.items():
            changes = self._merged(path, now)
            self._changes[path], self._entries[path] = changes, dict(changes.entries)
            for difference in changes.differences:
                self._differences[path] += self._placed(difference)
        for path, now in self.nows.items():
            for key in now.entries:
                if key in self.homes and self.homes[key] != path:
                    self._refile(key, path, self.homes[key])
                elif key not in self.homes and key[0] in self._corrected.kinds and path in self._known:
                    self._miss(key, path)
        for key, own in self._corrected.entries.items():
            if key not in self._keepers:
                self._add(key, own)

    def _merged(self, path: Path, now: Now) -> Changes:
        new, base = {}, {}
        for key, fields in now.entries.items():
            if self._keepers.get(key) == path:
                owned = self._corrected.kinds[key[0]].owned
                source = {SOURCE: fields[SOURCE]} if SOURCE in fields else {}
                new[key] = Stated(key[0], {**self._said(key, path), **source}, owned)
                base[key] = Written(key[0], fields if path in self._fresh else _unknown(owned))
        terms = self._terms
        return merge(new, base, now.entries, read_tables=frozenset(), as_of=terms.as_of, prefer=terms.prefer)

    def _placed(self, difference: Difference) -> Iterator[Difference]:
        """With the cell of the workbook; of what has a sheet of its own, each member by itself."""
        own, parts = self._corrected.entries[difference.key], self._corrected.kinds[difference.key[0]].parts
        if part := next((part for part in parts if part.field == difference.field), None):
            yield from part.told(difference, own)
        else:
            yield difference._replace(origin=own.spot.named(difference.field or ""))

    def _refile(self, key: Key, path: Path, home: Path) -> None:
        keeps = self._keepers[key] == path
        prefer = "ledger" if path in self._fresh or not keeps else self._terms.prefer
        place = self._corrected.entries[key].spot.named(FILE)
        if prefer != "ledger":
            what = What.CONFLICT if prefer is None else What.KEPT
            self._differences[path].append(
                Difference(what, key, place, "file", old=path.as_posix(), new=home.as_posix(), base=UNKNOWN)
            )
            return
        self._differences[path].append(Difference(What.REFILED, key, place, new=home.as_posix()))
        self._leaving[path][key] = self._entries[path].pop(key)
        if keeps:
            self._arrive(key, home, self._leaving[path][key])

    def _miss(self, key: Key, path: Path) -> None:
        """An entry that the workbook does not list, of a file that it was made from."""
        prefer = "ledger" if path in self._fresh else self._terms.prefer
        if prefer is None:
            fields = self._entries[path][key]
            self._differences[path].append(Difference(What.CONFLICT, key, None, old=fields, base=UNKNOWN))
        elif prefer == "ledger" and self._terms.delete_vanished:
            self._differences[path].append(Difference(What.DELETED, key, None))
            del self._entries[path][key]
        else:
            self._differences[path].append(Difference(What.VANISHED, key, None))

    def _add(self, key: Key, own: Own) -> None:
        """An entry that no file has: it is new, or people took it out of the file that the workbook names."""
        if own.file is None and FILE not in own.spot.columns:
            is_sure = self._known == self._fresh and None not in self._exported.values()
        else:
            name = (own.file or "")[-NOTED:]
            is_sure = name not in self._exported or self._exported[name] in self._fresh
        is_sure |= not self._known
        prefer = "ledger" if is_sure else self._terms.prefer
        if prefer == "ledger":
            self._arrive(key, self.homes[key], own.fields)
        else:
            what = What.CONFLICT if prefer is None else What.LEFT_OUT
            self._differences[self.homes[key]].append(Difference(what, key, own.spot.named(), base=UNKNOWN))

    def _arrive(self, key: Key, home: Path, fields: Fields) -> None:
        self._arriving.add(home)
        self._entries[home][key] = fields
        place = self._corrected.entries[key].spot.named()
        self._differences[home].append(Difference(What.ADDED, key, place))

    def coming(self, schemas: Schemas) -> list[Coming]:
        """What becomes of each file that the workbook says anything of. Without conflicts, also what is to be written."""
        going = {key: path for path, leaving in self._leaving.items() for key in leaving if self._keepers[key] == path}
        copies = {
            path: {key: self._keepers[key] for key in leaving if self._keepers[key] != path}
            for path, leaving in self._leaving.items()
        }
        if copies:
            self._comments = MovedComments(going, copies, self.homes, self.nows, self._entries, schemas.kinds)
        made, last = [], []
        is_clear = not any(one.what is What.CONFLICT for own in self._differences.values() for one in own)
        at_home = {*self.homes.values()}
        for path, now in self.nows.items():
            differences, entries = self._differences[path], self._entries[path]
            if not differences and path not in at_home:
                continue
            unchanged = self._changes[path].unchanged - self._unchanged_leaving(path)
            changes = self._changes[path]._replace(entries=entries, differences=differences, unchanged=unchanged)
            refusal = None
            try:
                if is_clear:
                    first, then = self._steps(now, schemas)
                    self.steps += first
                    last += then
            except LedgerError as error:
                refusal = error
            made.append(Coming(now, None, changes, None, [], refusal))
        self.steps += last
        return made

    def _unchanged_leaving(self, path: Path) -> int:
        """How many entries go into another file as they are."""
        changed = {one.key for one in self._changes[path].differences}
        return sum(self._keepers[key] == path and key not in changed for key in self._leaving[path])

    def _steps(self, now: Now, schemas: Schemas) -> tuple[list[Step], list[Step]]:
        """How a file is written: what it gains, and what is then taken away because other files have it."""
        path, before, entries = now.path, now.content, self._entries[now.path]
        moved = self._comments.of(path) if self._comments else Moved()
        content = apply(now, entries, schemas.kinds, self._terms.comment, moved)
        if content == (before or b""):
            return [], []
        self._gone += gone_with_items(now, content, entries.keys(), self._changes[path].differences)
        leaving = self._leaving[path]
        if not leaving:
            return [Step(path, before, content)], []
        if path not in self._arriving:
            return [], [Step(path, before, content)]
        between = apply(now, {**entries, **leaving}, schemas.kinds, self._terms.comment, moved)
        return [Step(path, before, between)], [Step(path, between, content)]

    def notices(self) -> list[tuple[str, Mapping[str, object]]]:
        """Files that are not what they were when the workbook was made, and comments that do not go with their entries."""
        others = {path for path in self._keepers.values() if path not in self._known}
        stale = [path for path in self.nows if path in others or path in self._known - self._fresh]
        gone = [name for name, path in self._exported.items() if self._known and path is None]
        return [
            *(("ledger.workbook_stale", {"file": path}) for path in stale),
            *(("ledger.workbook_file_gone", {"file": name}) for name in gone),
            *(self._comments.told() if self._comments else ()),
            *self._gone,
        ]


def _unknown(owned: frozenset[str]) -> Fields:
    fields: Fields = {}
    for path in owned:
        fields = put(fields, path, UNKNOWN)
    return fields
