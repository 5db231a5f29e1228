"""One `Report` in, bytes out: one file a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from ..model import Result
    from ..report import Report
    from ..texts import Texts

PAGES = ("text", "matrix", "viewpoints", "measures")
"""Formats for a terminal, which show what it can show."""

FORMATS = (*PAGES, "json", "markdown", "csv", "html", "xlsx", "sarif", "junit", "oscal", "oscal-poam", "oscal-catalog")
"""The formats; each is a module here."""

BINARY = ("xlsx",)
"""Formats that are no text."""

GROUPINGS = ("department", "measure")
"""What the findings can be put together by: the department that answers for them, or the measure of the ordinance."""


class View(NamedTuple):
    """How the report is to be read: `width` in columns, whether the screen knows colours, and what the findings are put
    together by."""

    width: int = 80
    color: bool = False
    by: str = GROUPINGS[0]


class Format(Protocol):
    """A module of this package. One that lists all results also has `Entries`, which print them where and when
    they are judged."""

    def render(self, report: Report, texts: Texts, view: View) -> Iterator[bytes]:
        """Blocks of UTF-8, or of the bytes of a file that is no text."""
        ...


def renderer(name: str) -> Format:
    return cast(Format, import_module(f".{name.replace('-', '_')}", __name__))


def entry_printer(name: str, texts: Texts) -> Callable[[Result], bytes] | None:
    """Prints one result, for a format that lists them all."""
    entries = getattr(renderer(name), "Entries", None)
    return entries(texts) if entries else None
