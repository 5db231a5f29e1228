"""In which file of the inventory each entry of a workbook belongs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from ..inventory.discovery import SUFFIXES, name_of
from ..model import Fields, Location, Problem
from .changes import Key
from .inventory_files import Now
from .paths import put, same, value_at
from .places import NOTED, place_in
from .workbook_entries import Corrected, UnsureError, completed
from .workbook_mapping import FILE


class Homes:
    """`homes` are the files that the entries are to be in. `_keepers` are those that have them; `_known` are the files that
    were exported, and `_fresh` those of them that are what they were then."""

    def __init__(
        self, corrected: Corrected, folder: Path, nows: dict[Path, Now], exported: Mapping[str, Path | None]
    ) -> None:
        self.nows = nows
        self.homes: dict[Key, Path] = {}
        self._corrected, self._folder, self._exported = corrected, folder, exported
        digests = {path: corrected.files[name] for name, path in exported.items() if path}
        self._fresh = {path for path, digest in digests.items() if _sha256(nows[path]) == digest}
        self._known = set(digests)
        self._keepers: dict[Key, Path] = {}

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
                refusals.append(Problem("no_inventory_file", Location(own.spot.cell(FILE)), facts))
                continue
            self.homes[key] = home
            if held:
                self._keepers[key] = home if home in held else held[0]
                try:
                    self._said(key, self._keepers[key])
                    refusals += [self._double(key, path) for path in held if not self._may_go(key, path)]
                except UnsureError as unsure:
                    refusals.append(unsure.problem)
        return refusals

    def _said(self, key: Key, path: Path) -> Fields:
        """What the workbook says of an entry of a file."""
        held, parts = self.nows[path].entries[key], self._corrected.kinds[key[0]].parts
        return completed(key, self._corrected.entries[key], held, parts)

    def _home(self, name: str) -> Path | None:
        return self._exported.get(name[-NOTED:]) or place_in(self._folder, name, self._corrected.files)

    def _may_go(self, key: Key, path: Path) -> bool:
        """Whether nothing is lost if an entry is not in this file, but in the one that keeps it."""
        fields, kept = (self.nows[one].entries[key] for one in (path, self._keepers[key]))
        if same(fields, kept):
            return True
        return path in self._fresh and same(self._overlaid(key, path), self._overlaid(key, self._keepers[key]))

    def _overlaid(self, key: Key, path: Path) -> Fields:
        """The entry of a file as the workbook has it."""
        fields, said = self.nows[path].entries[key], self._said(key, path)
        for name in self._corrected.kinds[key[0]].owned:
            fields = put(fields, name, value_at(said, name))
        return fields

    def _double(self, key: Key, path: Path) -> Problem:
        first = Location(name_of(self._keepers[key]))
        return Problem("duplicate_id", Location(name_of(path)), {"kind": key[0], "id": key[1], "first": first})


def _sha256(now: Now) -> str:
    return hashlib.sha256(now.content or b"").hexdigest()
