"""What an import would change, line by line, as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from ..inventory.text import as_json
from ..texts import Texts, shorten
from .cells import ABSENT
from .merge import Changes, Difference, What

_SIGNS = {
    What.ADDED: "+",
    What.UPDATED: "~",
    What.KEPT: "=",
    What.RETURNED: "~",
    What.VANISHED: "?",
    What.DELETED: "-",
    What.REFILED: "-",
    What.LEFT_OUT: "?",
    What.CONFLICT: "!",
}


def render(changes: Changes, texts: Texts) -> Iterator[str]:
    """A line for each difference, in the order of the entries, and one that counts those that only moved in the ledger."""
    for difference in changes.differences:
        yield f"{_SIGNS[difference.what]} {_described(difference, texts)}"
    if changes.moved:
        yield f"  {texts('merging.moved', count=changes.moved)}"


def _described(difference: Difference, texts: Texts) -> str:
    subject = "/".join(map(shorten, difference.key))
    facts = {side: _shown(getattr(difference, side), texts) for side in ("old", "new", "base")}
    field = "" if difference.field is None else f" {shorten(difference.field)}"
    told = texts(f"merging.{difference.what}", **facts)
    if difference.origin is not None:
        told = texts("merging.placed", told=told, origin=shorten(difference.origin))
    return f"{subject}{field}{': ' if field else ' '}{told}"


def _shown(value: object, texts: Texts) -> str:
    """A text as it is, unless it could be taken for another value."""
    if value is ABSENT:
        return texts("merging.absent")
    return shorten(value if isinstance(value, str) and value else as_json(value))
