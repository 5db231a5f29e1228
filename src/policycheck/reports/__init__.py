"""One `Report` in, text out: one file a format."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from ..report import Report
    from ..texts import Texts

FORMATS = ("text", "json", "matrix", "viewpoints", "measures")
"""The formats; each is a module here."""

GROUPINGS = ("department", "measure")
"""What the findings can be put together by: the department that answers for them, or the measure of the ordinance."""


@dataclass(frozen=True, slots=True)
class View:
    """How the report is to be read: `width` in columns, whether the screen knows colours, and what the findings are put
    together by."""

    width: int = 80
    color: bool = False
    by: str = GROUPINGS[0]


class Format(Protocol):
    """A module of this package."""

    def render(self, report: Report, texts: Texts, view: View) -> str: ...


def renderer(name: str) -> Format:
    return cast(Format, import_module(f".{name}", __name__))
