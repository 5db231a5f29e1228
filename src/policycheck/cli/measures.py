"""Commands for what was done about findings."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from ..errors import UsageError
from . import options
from .shell import (
    HELP,
    PATH,
    Command,
    Group,
    current_texts,
    help_alone,
    lang,
    standard_option,
    tell_problems,
    today,
    warn,
    write,
)

_NAMED = 8
"""Columns that a message names."""


@click.group(cls=Group, help=HELP("help.about_measures"), invoke_without_command=True)
@lang
@click.pass_context
def measures(ctx: click.Context) -> None:
    help_alone(ctx)


@measures.command("import", cls=Command, help=f"{HELP('help.import')}\n\nWORKBOOK: {HELP('help.workbook')}")
@click.argument("workbook", type=PATH, metavar="WORKBOOK")
@standard_option
@click.option("--measures", "earlier", type=PATH, metavar="FILE", help=HELP("help.earlier_measures"))
@click.option("--output", type=PATH, callback=options.new_file, metavar="FILE", help=HELP("help.imported_measures"))
@click.option("--as-of", callback=options.day, metavar="DATE", help=HELP("help.import_day"))
@lang
def import_(
    workbook: Path, standard: str | None, earlier: Path | None, output: Path | None, as_of: datetime.date | None
) -> None:
    from ..bundle import Bundle
    from ..inventory.schemas import Schemas
    from ..measures import read_measures
    from ..measures_file import as_yaml, edited
    from ..measures_import import import_measures
    from ..standards import DEFAULT_STANDARD, Catalogue

    texts, bundle = current_texts(), Bundle()
    chosen = Catalogue(bundle).standard(standard or DEFAULT_STANDARD)
    if output and output.is_file():
        from ..files import refuse_overwriting

        refuse_overwriting(output, [workbook, *([Path(standard)] if standard else [])])
        if output.stat().st_size and not (earlier and earlier.is_file() and earlier.samefile(output)):
            raise UsageError("measures_in_the_way", file=output)
    known = read_measures(earlier, chosen, bundle.schemas["measures"]) if earlier else None
    kinds = Schemas(bundle.schemas).kinds.values()
    found = import_measures(workbook, chosen, kinds, as_of or today(), known.given if known else ())
    for sheet, columns in found.unread.items():
        named = list(columns)[:_NAMED]
        if len(columns) > _NAMED:
            named.append(texts("xlsx.others", count=len(columns) - _NAMED))
        warn("unread_columns", sheet=sheet, columns=named, count=sum(columns.values()))
    if found.left:
        warn("unread_sheets", sheets=found.left)
    if problems := [*(known.problems if known else ()), *found.problems]:
        tell_problems(problems)
        click.echo(texts("xlsx.not_imported", count=len(problems)), err=True)
        click.get_current_context().exit(4)
    content = edited(earlier, found.entries, chosen) if earlier else as_yaml(found.entries, chosen, texts)
    write([content], output, "utf-8")
    counts = {"new": found.new, "updated": found.updated, "kept": found.kept, "left_out": found.left_out}
    click.echo(texts("xlsx.imported", count=len(found.entries), **counts), err=True)
