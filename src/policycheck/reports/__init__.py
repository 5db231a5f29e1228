"""One `Report` in, text out: one file a format."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from ..model import Report
from ..texts import Texts

FORMATS: Mapping[str, str] = {"text": "text", "json": "json"}
"""By name of the format, the module here that renders it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the report is read on: `width` in columns, and whether it knows colours."""

    width: int = 80
    color: bool = False


class Format(Protocol):
    """A module of this package."""

    def render(self, report: Report, texts: Texts, screen: Screen) -> str: ...


def renderer(name: str) -> Format:
    return cast(Format, import_module(f".{FORMATS[name]}", __name__))
