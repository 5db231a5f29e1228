"""Comments that go with their entries from one file of the inventory into another, and those that go with items of lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from pathlib import Path

from ..inventory.discovery import name_of
from ..inventory.documents import parse
from ..model import Fields, Location
from .changes import Difference, Key, What
from .inventory_files import Moved, Now, is_yaml, tried
from .yaml_comments import Comment, Commented
from .yaml_tree import NotEditableError


class MovedComments:
    """`going` are the files that entries leave, `homes` those that they go into, `entries` what the files are to hold.
    `copies` are, for each file that entries leave, those that go because another file has them, with that one."""

    def __init__(
        self,
        going: Mapping[Key, Path],
        copies: Mapping[Path, Mapping[Key, Path]],
        homes: Mapping[Key, Path],
        nows: Mapping[Path, Now],
        entries: Mapping[Path, Mapping[Key, Fields]],
        kinds: Mapping[str, str],
    ) -> None:
        self._going, self._homes, self._nows = going, homes, nows
        self._texts: dict[Path, Commented] = {}
        kept = (other for own in copies.values() for other in own.values())
        for path in dict.fromkeys((*copies, *kept)):
            if text := _commented(path, nows[path].content):
                self._texts[path] = text
        self._keys = {key for key, path in going.items() if path in self._texts and is_yaml(homes[key])}
        self._copies = copies
        self._taken = {path: {key for key in own if self._is_taken(key, path)} for path, own in copies.items()}
        for path in dict.fromkeys((*copies, *(homes[key] for key in going))):
            moved = self.of(path)
            self._keys -= {key for key, lines in moved.come.items() if lines(entries[path][key]) is None}
            if tried(nows[path], entries[path], kinds, "", self.of(path)) is None:
                self._keys -= moved.come.keys() | moved.leave
                self._taken[path] = set()

    def of(self, path: Path) -> Moved:
        """What becomes of the comments in a file."""
        come = {
            key: partial(self._texts[self._going[key]].lines, self._nows[self._going[key]].paths[key])
            for key in self._keys
            if self._homes[key] == path
        }
        return Moved(come, self._leaving(path))

    def _leaving(self, path: Path) -> AbstractSet[Key]:
        return {key for key in self._keys if self._going[key] == path} | self._taken.get(path, set())

    def _comments(self, key: Key, path: Path) -> Iterator[Comment]:
        if path in self._texts:
            yield from self._texts[path].comments(self._nows[path].paths[key])

    def _lacking(self, key: Key, path: Path) -> Iterator[Comment]:
        """The comments of a copy that the entry which stays does not have."""
        kept = Counter(one.text for one in self._comments(key, self._copies[path][key]))
        for one in self._comments(key, path):
            kept[one.text] -= 1
            if kept[one.text] < 0:
                yield one

    def _is_taken(self, key: Key, path: Path) -> bool:
        """Whether a copy goes with the comments above it."""
        now = self._nows[path]
        is_block = path in self._texts and self._texts[path].lines(now.paths[key], now.entries[key]) is not None
        return is_block and all(one.inside for one in self._lacking(key, path))

    def told(self) -> Iterator[tuple[str, Mapping[str, object]]]:
        """Those that cannot go with their entries, and those that may be of one and stay."""
        for key, path in self._going.items():
            if key not in self._keys:
                yield from (_told(path, one) for one in self._comments(key, path))
        for path, own in self._copies.items():
            for key in own:
                lacking = [*self._lacking(key, path)]
                for one in self._comments(key, path):
                    if one in lacking if one.inside else key not in self._taken[path]:
                        yield _told(path, one)


def _told(path: Path, comment: Comment) -> tuple[str, Mapping[str, object]]:
    name = "ledger.comment_lost" if comment.inside else "ledger.comment_left"
    return name, {"place": Location(name_of(path), comment.line), "comment": comment.text}


def gone_with_items(
    now: Now, content: bytes, staying: AbstractSet[Key], differences: Iterable[Difference]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Those in entries of which a list is changed, and that stay in the file, which then has this content."""
    changed = {one.key for one in differences if one.what is What.UPDATED and isinstance(one.old, list)} & staying
    if not changed:
        return
    before, after = (_commented(now.path, one) for one in (now.content, content))
    if not before or not after:
        return
    gone = before.all() - after.all()
    for key in sorted(now.entries, key=staying.__contains__):
        for one in before.comments(now.paths[key]) if key in changed or key not in staying else ():
            if gone[one.text] > 0:
                gone[one.text] -= 1
                if key in changed:
                    facts = {"place": Location(name_of(now.path), one.line), "comment": one.text}
                    yield "ledger.comment_gone", facts


def _commented(path: Path, content: bytes | None) -> Commented | None:
    if content and is_yaml(path):
        with suppress(NotEditableError):
            return Commented(content.decode(), parse(name_of(path), content).value)
    return None
