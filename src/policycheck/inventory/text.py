"""What the text formats share: bytes → text, the document that a text holds, and what can be wrong with it."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import orjson

from ..model import FieldPath, Lines

MAX_DEPTH = 128
"""No inventory nests deeper; what does is refused before it can exhaust the stack. It is the limit of ryaml too."""

_ENCODINGS = {"cp932 (Shift_JIS)": "cp932", "EUC-JP": "euc_jp"}
"""What Japanese texts come in besides UTF-8. Many bytes can be read as either."""


class Document(NamedTuple):
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


def refuse_mark(content: bytes, line: int = 1) -> None:
    """Raises Flaw where the content begins with a byte order mark, or as UTF-16 does."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        raise Flaw("encoding", line, encoding="UTF-16")
    if content.startswith(b"\xef\xbb\xbf"):
        raise Flaw("byte_order_mark", line)


def decode(content: bytes, first_line: int = 1) -> str:
    """UTF-8 without a byte order mark, and nothing else."""
    refuse_mark(content, first_line)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = first_line + content.count(b"\n", 0, error.start)
        if likely := [name for name, codec in _ENCODINGS.items() if _is_in(codec, content)]:
            raise Flaw("encoding", line, encoding=" / ".join(likely)) from None
        raise Flaw("not_utf8", line) from None


def _is_in(codec: str, content: bytes) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def as_json(value: object) -> str:
    """A value as one writes it in an inventory: a text is told from a number by its quotation marks."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


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
