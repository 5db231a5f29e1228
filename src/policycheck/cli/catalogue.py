"""Commands that say what the catalogue holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options
from .shell import HELP, Command, current_texts, lang, option, standard_option, write_text, write_wrapped

if TYPE_CHECKING:
    from ..crosswalk import Crosswalk

FORMATS = ("text", "json")

format_option = option(
    "--format", callback=options.one_of(FORMATS), metavar="|".join(FORMATS), default="text", show_default=True
)


@click.command(cls=Command, help=f"{HELP('help.explain')}\n\n{HELP('help.topic')}")
@click.argument("topic", metavar="chapter:N|measure:N|CLAUSE|CONTROL")
@standard_option
@format_option
@lang
def explain(topic: str, standard: str | None, format: str) -> None:
    from .. import explain as words
    from .. import explain_json

    found = _crosswalk(standard).find(topic)
    if format == "json":
        write_text(explain_json.explain(found), encoding="utf-8")
    else:
        write_wrapped(words.explain(found, current_texts()))


@click.command(cls=Command, help=HELP("help.standards"))
@format_option
@lang
def standards(format: str) -> None:
    from .. import explain as words
    from .. import explain_json

    if format == "json":
        write_text(explain_json.list_standards(_crosswalk()), encoding="utf-8")
    else:
        write_wrapped(words.list_standards(_crosswalk(), current_texts()))


@click.command(cls=Command, help=HELP("help.controls"))
@format_option
@lang
def controls(format: str) -> None:
    from .. import explain as words
    from .. import explain_json

    if format == "json":
        write_text(explain_json.list_controls(_crosswalk()), encoding="utf-8")
    else:
        write_wrapped(words.list_controls(_crosswalk(), current_texts()))


def _crosswalk(standard: str | None = None) -> Crosswalk:
    from ..bundle import Bundle
    from ..crosswalk import Crosswalk
    from ..standards import Catalogue

    return Crosswalk(Catalogue(Bundle()), standard)
