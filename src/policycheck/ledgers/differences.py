"""What an import would change, line by line, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from operator import eq

from ..inventory.text import as_json
from ..texts import Texts, shorten
from .cells import ABSENT, UNKNOWN
from .changes import Changes, Difference, What
from .paths import same

_SIGNS = {
    What.ADDED: "+",
    What.UPDATED: "~",
    What.KEPT: "=",
    What.RETURNED: "~",
    What.VANISHED: "?",
    What.DELETED: "-",
    What.REFILED: "-",
    What.RELEASED: "=",
    What.LEFT_OUT: "?",
    What.CONFLICT: "!",
}

_LONG, _BEFORE = 30, 8
"""Characters of an excerpt, and of those before what differs."""


def render(changes: Changes, texts: Texts) -> Iterator[str]:
    """A line for each difference, in the order of the entries, and one that counts those that only moved in the ledger."""
    for difference in changes.differences:
        yield f"{_SIGNS[difference.what]} {_described(difference, texts)}"
    if changes.moved:
        yield f"  {texts('merging.moved', count=changes.moved)}"


def _described(difference: Difference, texts: Texts) -> str:
    subject = "/".join(map(shorten, difference.key))
    old, new, base = (_shown(value, texts) for value in (difference.old, difference.new, difference.base))
    facts = {"old": _excerpt(old, new), "new": _excerpt(new, old), "base": _excerpt(base, old)}
    field = "" if difference.field is None else f" {shorten(difference.field)}"
    told = texts(f"merging.{_text(difference)}", **facts)
    if difference.origin is not None:
        told = texts("merging.placed", told=told, origin=shorten(difference.origin))
    return f"{subject}{field}{': ' if field else ' '}{told}"


def _text(difference: Difference) -> str:
    """The name of the text that says what a difference is."""
    match difference:
        case Difference(what=What.CONFLICT, field=None, old=dict()):
            return "row_unknown"
        case Difference(what=What.DELETED, origin=None):
            return "row_deleted"
        case Difference(what=What.VANISHED, new=new) if new is ABSENT:
            return "row_gone"
        case Difference(what=What.CONFLICT, field=None, base=base):
            return "entry_unknown" if base is UNKNOWN else "entry_edited"
        case Difference(what=What.CONFLICT, base=base) if base is UNKNOWN:
            return "unknown"
        case Difference(what=What.KEPT, new=new, base=base) if not same(new, base):
            return "preferred"
    return difference.what


def _shown(value: object, texts: Texts) -> str:
    """A text as it is, unless it could be taken for another value, or is of several lines."""
    if value is ABSENT or value is UNKNOWN:
        return texts("merging.absent")
    plain = isinstance(value, str) and value and "\n" not in value
    return str(value) if plain else as_json(value)


def _excerpt(text: str, other: str) -> str:
    """Of a long text that begins like the other, what is where they differ."""
    alike = sum(1 for _ in takewhile(bool, map(eq, text, other)))
    start = alike - _BEFORE
    return shorten(text) if max(len(text), len(other)) <= _LONG or start <= 0 else f"…{shorten(text[start:], _LONG)}"
