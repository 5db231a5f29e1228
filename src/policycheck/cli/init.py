"""The command that lays out a start for a new city."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from .shell import HELP, PATH, Command, current_texts, lang, option, today, write_text


@click.command(cls=Command, help=f"{HELP('help.init')}\n\nDIR: {HELP('help.folder')}")
@click.argument("folder", type=PATH, metavar="[DIR]", default=Path())
@option("--body", metavar="NAME", default="")
@option("--id", metavar="ID", default="city", show_default=True)
@lang
def init(folder: Path, body: str, id: str) -> None:
    from ..bundle import Bundle
    from ..init import start, write_start
    from ..inventory.discovery import name_of

    texts = current_texts()
    files = start(Bundle(), body, id, today(), texts)
    written = write_start(folder, files)
    english = " --lang en" if texts.language == "en" else ""
    commands = [
        *([f"cd {shlex.quote(name_of(folder))}"] if folder != Path() else []),
        f"policycheck validate{english}",
        f"policycheck scan --standard standard.yaml --waivers waivers.yaml --measures measures.yaml{english}",
    ]
    lines = [texts("init.written"), *(f"  {name_of(path)}" for path in written)]
    lines += [texts("init.next"), *(f"  {command}" for command in commands)]
    write_text("".join(f"{line}\n" for line in lines))
