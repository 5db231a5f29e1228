"""What the text formats share: bytes → text, the document that a text holds, and what can be wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..model import FieldPath, Lines

MAX_DEPTH = 60
"""No inventory nests deeper; what does is refused before it can exhaust the stack."""


@dataclass(frozen=True, slots=True)
class Document:
    """The value of a file, and where its parts stand. Lines are looked up only when asked for."""

    value: Any
    lines: Lines


class Flaw(Exception):  # noqa: N818 (what is wrong is in a file, not in this program)
    """A text that cannot be used. `key` names the message (`problem.<key>`)."""

    def __init__(self, key: str, line: int | None, /, **facts: object) -> None:
        super().__init__(key, line, facts)
        self.key = key
        self.line = line
        self.facts = facts


def decode(content: bytes, first_line: int = 1) -> str:
    """UTF-8 without a byte order mark, and nothing else."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Flaw("encoding", first_line, encoding="UTF-16")
    if content.startswith(b"\xef\xbb\xbf"):
        raise Flaw("byte_order_mark", first_line)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = first_line + content.count(b"\n", 0, error.start)
        raise Flaw("encoding", line, encoding=_guess(content)) from None


def _guess(content: bytes) -> str:
    try:
        content.decode("cp932")
    except UnicodeDecodeError:
        return "?"
    return "cp932 (Shift_JIS)"


def lines_from(find: Callable[[], dict[FieldPath, int]]) -> Lines:
    """Looks lines up in the positions that `find` gives when it is first needed. What has no line of its own stands
    where the nearest thing around it does."""
    positions = cache(find)

    def line(path: FieldPath) -> int | None:
        try:
            known = positions()
        except Flaw:
            return None
        while path and path not in known:
            path = path[:-1]
        return known.get(path)

    return line
