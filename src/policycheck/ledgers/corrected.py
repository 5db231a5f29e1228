"""A workbook that people corrected → what becomes of the files that it was exported from.

Where a file is what it was when it was exported, all that differs was changed in the workbook. Where it is not, nobody
knows which side was changed: each difference is a conflict, unless one side is preferred.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError
from ..inventory.discovery import SUFFIXES, find_files, name_of
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Problem
from .bring import Coming, Terms
from .cells import UNKNOWN
from .changes import SOURCE, Changes, Difference, Key, Stated, What, Written
from .inventory_files import Now, apply, read_now
from .merge import merge
from .paths import put, same, value_at
from .places import NOTED, place_in, standing
from .steps import Step
from .workbook_import import Corrected, Own


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
    found = find_files([folder]) if folder.is_dir() else None
    here = folder.absolute()
    files = [folder / Path(source.path).relative_to(here) for source in found.files] if found else []
    plan = _Plan(corrected, folder, {path: read_now(path, schemas.kinds) for path in files}, terms)
    refusals = plan.find_homes(folder / f"{workbook.stem}.yaml")
    if refusals:
        return Prepared([], refusals, [], [])
    for home in dict.fromkeys(plan.homes.values()):
        plan.nows.setdefault(home, read_now(home, schemas.kinds))
    plan.change()
    return Prepared(plan.coming(schemas), [], plan.notices(), plan.steps)


class _Plan:
    """What becomes of the entries of all files. `homes` are the files that they are to be in."""

    def __init__(self, corrected: Corrected, folder: Path, nows: dict[Path, Now], terms: Terms) -> None:
        self.nows = nows
        self.homes: dict[Key, Path] = {}
        self.steps: list[Step] = []
        self._corrected, self._folder, self._terms = corrected, folder, terms
        self._exported = standing(corrected.files, nows)
        digests = {path: corrected.files[name] for name, path in self._exported.items() if path}
        self._fresh = {path for path, digest in digests.items() if _sha256(nows[path]) == digest}
        self._known = set(digests)
        self._keepers: dict[Key, Path] = {}
        self._entries: dict[Path, dict[Key, Fields]] = {}
        self._changes: dict[Path, Changes] = {}
        self._differences: dict[Path, list[Difference]] = defaultdict(list)
        self._leaving: dict[Path, dict[Key, Fields]] = defaultdict(dict)
        self._arriving: set[Path] = set()

    def find_homes(self, default: Path) -> list[Problem]:
        """Where each entry of the workbook belongs; and those of which that cannot be said."""
        refusals = []
        holders: dict[Key, list[Path]] = defaultdict(list)
        for path, now in self.nows.items():
            for key in now.entries:
                holders[key].append(path)
        for key, own in self._corrected.entries.items():
            held = holders[key]
            home = self._home(own.file) if own.file else (held or [default])[0]
            if home is None:
                facts = {"file": own.file, "known": SUFFIXES}
                refusals.append(Problem("no_inventory_file", Location(own.file_place or own.place), facts))
                continue
            self.homes[key] = home
            if held:
                self._keepers[key] = home if home in held else held[0]
                refusals += [self._double(key, path) for path in held if not self._may_go(key, own, path)]
        return refusals

    def _home(self, name: str) -> Path | None:
        return self._exported.get(name[-NOTED:]) or place_in(self._folder, name, self._corrected.files)

    def _may_go(self, key: Key, own: Own, path: Path) -> bool:
        """Whether nothing is lost if an entry is not in this file, but in the one that keeps it."""
        fields, kept = (self.nows[one].entries[key] for one in (path, self._keepers[key]))
        owned = self._corrected.kinds[key[0]]
        return same(fields, kept) or (
            path in self._fresh and same(_overlaid(fields, own, owned), _overlaid(kept, own, owned))
        )

    def _double(self, key: Key, path: Path) -> Problem:
        first = Location(name_of(self._keepers[key]))
        return Problem("duplicate_id", Location(name_of(path)), {"kind": key[0], "id": key[1], "first": first})

    def change(self) -> None:
        """Notes what is different."""
        for path, now in self.nows.items():
            changes = self._merged(path, now)
            self._changes[path], self._entries[path] = changes, dict(changes.entries)
            self._differences[path] += changes.differences
        for path, now in self.nows.items():
            for key in now.entries:
                if key in self.homes and self.homes[key] != path:
                    self._refile(key, path, self.homes[key])
                elif key not in self.homes and key[0] in self._corrected.kinds and path in self._known:
                    self._miss(key, path)
        for key in self.homes.keys() - self._keepers.keys():
            self._add(key, self._corrected.entries[key])

    def _merged(self, path: Path, now: Now) -> Changes:
        new, base = {}, {}
        for key, fields in now.entries.items():
            if self._keepers.get(key) == path:
                owned = self._corrected.kinds[key[0]]
                source = {SOURCE: fields[SOURCE]} if SOURCE in fields else {}
                new[key] = Stated(key[0], {**self._corrected.entries[key].fields, **source}, owned)
                base[key] = Written(key[0], fields if path in self._fresh else _unknown(owned))
        terms = self._terms
        return merge(new, base, now.entries, read_tables=frozenset(), as_of=terms.as_of, prefer=terms.prefer)

    def _refile(self, key: Key, path: Path, home: Path) -> None:
        keeps = self._keepers[key] == path
        prefer = "ledger" if path in self._fresh or not keeps else self._terms.prefer
        if prefer != "ledger":
            what = What.CONFLICT if prefer is None else What.KEPT
            self._differences[path].append(
                Difference(what, key, None, "file", old=path.as_posix(), new=home.as_posix(), base=UNKNOWN)
            )
            return
        self._differences[path].append(Difference(What.REFILED, key, None, new=home.as_posix()))
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
        if own.file is None and own.file_place is None:
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
            self._differences[self.homes[key]].append(Difference(what, key, own.place, base=UNKNOWN))

    def _arrive(self, key: Key, home: Path, fields: Fields) -> None:
        self._arriving.add(home)
        self._entries[home][key] = fields
        self._differences[home].append(Difference(What.ADDED, key, None))

    def coming(self, schemas: Schemas) -> list[Coming]:
        """What becomes of each file that the workbook says anything of. Without conflicts, also what is to be written."""
        made, last = [], []
        is_clear = not any(one.what is What.CONFLICT for own in self._differences.values() for one in own)
        at_home = {*self.homes.values()}
        for path, now in self.nows.items():
            differences, entries = self._differences[path], self._entries[path]
            if not differences and path not in at_home:
                continue
            changes = self._changes[path]._replace(entries=entries, differences=differences)
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

    def _steps(self, now: Now, schemas: Schemas) -> tuple[list[Step], list[Step]]:
        """How a file is written: what it gains, and what is then taken away because other files have it."""
        path, before, entries = now.path, now.content, self._entries[now.path]
        content = apply(now, entries, schemas.kinds, self._terms.comment)
        if content == (before or b""):
            return [], []
        leaving = self._leaving[path]
        if not leaving:
            return [Step(path, before, content)], []
        if path not in self._arriving:
            return [], [Step(path, before, content)]
        between = apply(now, {**entries, **leaving}, schemas.kinds, self._terms.comment)
        return [Step(path, before, between)], [Step(path, between, content)]

    def notices(self) -> list[tuple[str, Mapping[str, object]]]:
        """Files that are not what they were when the workbook was made."""
        others = {path for path in self._keepers.values() if path not in self._known}
        stale = [path for path in self.nows if path in others or path in self._known - self._fresh]
        gone = [name for name, path in self._exported.items() if self._known and path is None]
        return [
            *(("ledger.workbook_stale", {"file": path}) for path in stale),
            *(("ledger.workbook_file_gone", {"file": name}) for name in gone),
        ]


def _overlaid(fields: Fields, own: Own, owned: frozenset[str]) -> Fields:
    """The entry of a file as the workbook has it."""
    for path in owned:
        fields = put(fields, path, value_at(own.fields, path))
    return fields


def _unknown(owned: frozenset[str]) -> Fields:
    fields: Fields = {}
    for path in owned:
        fields = put(fields, path, UNKNOWN)
    return fields


def _sha256(now: Now) -> str:
    return hashlib.sha256(now.content or b"").hexdigest()
