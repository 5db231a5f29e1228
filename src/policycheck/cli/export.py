"""The inventory as a workbook."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from ..errors import LedgerError, UsageError
from . import options
from .shell import HELP, PATH, Command, current_texts, lang, option, tell_problems, today, write

EXPORTED = ("xlsx",)


@click.command(cls=Command, help=f"{HELP('help.export')}\n\nPATH: {HELP('help.paths')}")
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")
@click.option(
    "--format", callback=options.one_of(EXPORTED), metavar="|".join(EXPORTED), default="xlsx", help=HELP("help.format")
)
@click.option("--output", type=PATH, callback=options.new_file, metavar="FILE", help=HELP("help.exported"))
@option("--all-kinds", is_flag=True)
@click.option("--as-of", callback=options.day, metavar="DATE", help=HELP("help.export_day"))
@lang
def export(
    paths: tuple[Path, ...], format: str, output: Path | None, all_kinds: bool, as_of: datetime.date | None
) -> None:
    from ..bundle import Bundle
    from ..inventory.discovery import find_files
    from ..ledgers.export import export_workbook

    texts = current_texts()
    if not output and sys.stdout and sys.stdout.isatty():
        raise UsageError("binary_to_screen", format=format)
    if output and output.suffix.lower() != f".{format}" and (output.is_file() or not output.exists()):
        raise UsageError("export_suffix", file=output, suffix=f".{format}")
    sources = paths or (Path("inventory"),)
    if output and output.is_file():
        from ..files import refuse_overwriting

        refuse_overwriting(output, [Path(source.path) for source in find_files(sources).files])
    found = export_workbook(sources, Bundle().schemas, texts, as_of or today(), all_kinds=all_kinds)
    if found.problems:
        tell_problems(found.problems)
        raise LedgerError("not_exported", count=len(found.problems))
    write(found.content, output)
    if output:
        click.echo(texts("ledger.exported", file=output, count=sum(found.kinds.values())), err=True)
