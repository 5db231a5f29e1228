"""Comments that go with their entries from one file of the inventory into another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from pathlib import Path

from ..inventory.discovery import name_of
from ..inventory.documents import parse
from ..model import Fields, Location
from .changes import Key
from .inventory_files import Moved, Now, is_yaml, tried
from .yaml_comments import Commented
from .yaml_tree import NotEditableError


class MovedComments:
    """`going` are the files that entries leave, `homes` those that they go into, `entries` what the files are to hold."""

    def __init__(
        self,
        going: Mapping[Key, Path],
        homes: Mapping[Key, Path],
        nows: Mapping[Path, Now],
        entries: Mapping[Path, Mapping[Key, Fields]],
        kinds: Mapping[str, str],
    ) -> None:
        self._going, self._homes, self._nows = going, homes, nows
        self._texts: dict[Path, Commented] = {}
        for path in dict.fromkeys(going.values()):
            if is_yaml(path) and (content := nows[path].content):
                with suppress(NotEditableError):
                    self._texts[path] = Commented(content.decode(), parse(name_of(path), content).value)
        self._keys = {key for key, path in going.items() if path in self._texts and is_yaml(homes[key])}
        for path in dict.fromkeys((*going.values(), *(homes[key] for key in going))):
            moved = self.of(path)
            self._keys -= {key for key, lines in moved.come.items() if lines(entries[path][key]) is None}
            if tried(nows[path], entries[path], kinds, "", self.of(path)) is None:
                self._keys -= moved.come.keys() | moved.leave

    def of(self, path: Path) -> Moved:
        """What becomes of the comments in a file."""
        come = {
            key: partial(self._texts[self._going[key]].lines, self._nows[self._going[key]].paths[key])
            for key in self._keys
            if self._homes[key] == path
        }
        return Moved(come, self._leaving(path))

    def _leaving(self, path: Path) -> AbstractSet[Key]:
        return {key for key in self._keys if self._going[key] == path}

    def told(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Those that cannot go with their entries, and those that may be of one and stay."""
        for key, path in self._going.items():
            if key not in self._keys and path in self._texts:
                for one in self._texts[path].comments(self._nows[path].paths[key]):
                    name = "ledger.comment_lost" if one.inside else "ledger.comment_left"
                    yield name, {"place": Location(name_of(path), one.line), "comment": one.text}
