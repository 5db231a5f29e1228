"""Commands that read an inventory."""

from __future__ import annotations

import datetime
import gc
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..reports import FORMATS, GROUPINGS
from . import options
from .shell import (
    FILE,
    HELP,
    PATH,
    Command,
    current_texts,
    lang,
    option,
    standard_option,
    today,
    view_of,
    write,
    write_wrapped,
)

ENGINES = ("wasm", "opa")

paths_argument = click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")


@click.command(cls=Command, help=f"{HELP('help.scan')}\n\nPATH: {HELP('help.paths')}")
@paths_argument
@standard_option
@option("--as-of", callback=options.day, metavar="DATE")
@option("--engine", callback=options.one_of(ENGINES), metavar="|".join(ENGINES), default="wasm", show_default=True)
@option("--opa-url", metavar="URL")
@option("--opa-token-file", type=FILE)
@option("--opa-ca", type=FILE)
@option("--opa-cert", type=FILE)
@option("--opa-key", type=FILE)
@option("--opa-timeout", callback=options.seconds, metavar="SECONDS")
@option("--format", callback=options.one_of(FORMATS), metavar="|".join(FORMATS), default="text", show_default=True)
@option("--output", type=PATH, callback=options.new_file, metavar="FILE")
@option("--baseline", type=PATH, metavar="REPORT")
@option("--waivers", type=PATH, metavar="FILE")
@option("--measures", type=PATH, metavar="FILE")
@option(
    "--by", callback=options.one_of(GROUPINGS), metavar="|".join(GROUPINGS), default="department", show_default=True
)
@option("--all", is_flag=True)
@lang
def scan(
    paths: tuple[Path, ...],
    standard: str | None,
    as_of: datetime.date | None,
    engine: str,
    format: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    measures: Path | None,
    by: str,
    all: bool,
    **opa: Any,
) -> None:
    from ..bundle import Bundle
    from ..inventory import load_inventory
    from ..inventory.schemas import Schemas
    from ..progress import Progress
    from ..reports import renderer
    from ..scan import scan as scan_inventory
    from ..standards import DEFAULT_STANDARD, Catalogue

    if by != GROUPINGS[0] and format != "text":
        raise UsageError("grouping_of_text", by=by, format=format)
    gc.disable()  # a scan makes millions of objects and no cycles: looking for some takes a quarter of its time
    bundle = Bundle()
    catalogue = Catalogue(bundle)
    chosen = catalogue.standard(standard or DEFAULT_STANDARD)
    day = as_of or today()
    earlier = exceptions = taken = None
    if baseline:
        from ..baseline import read_baseline

        earlier = read_baseline(baseline, chosen, bundle.schemas["report"], day)
    if waivers:
        from ..waivers import read_waivers

        exceptions = read_waivers(waivers, chosen, bundle.schemas["waivers"])
    if measures:
        from ..measures import read_measures

        taken = read_measures(measures, chosen, bundle.schemas["measures"])
    paths = paths or (Path("inventory"),)
    if output and output.is_file():
        from ..files import refuse_overwriting
        from ..inventory.discovery import find_files

        read = (baseline, waivers, measures, standard and Path(standard), *opa.values())
        refuse_overwriting(output, [*find_files(paths).files, *(file for file in read if isinstance(file, Path))])
    with Progress(current_texts()("report.judging")) as progress:
        inventory = load_inventory(paths, Schemas(bundle.schemas))
        progress.expect(len(inventory.resources))
        with options.open_engine(engine, bundle, opa) as judge:
            report = scan_inventory(
                inventory,
                chosen,
                catalogue.checks(chosen),
                judge,
                day,
                baseline=earlier,
                waivers=exceptions,
                measures=taken,
                keep_passes=all,
                progress=progress.advance,
            )
    write(
        renderer(format).render(report, current_texts(), view_of(output, by)),
        output,
        "utf-8" if format == "json" else None,
    )
    click.get_current_context().exit(report.exit_code)


@click.command(cls=Command, help=f"{HELP('help.validate')}\n\nPATH: {HELP('help.paths')}")
@paths_argument
@lang
def validate(paths: tuple[Path, ...]) -> None:
    from ..bundle import Bundle
    from ..inventory import load_inventory
    from ..inventory.schemas import Schemas

    inventory = load_inventory(paths or (Path("inventory"),), Schemas(Bundle().schemas))
    lines = [f"{problem.location}: {current_texts().problem(problem)}" for problem in inventory.problems]
    facts = {"files": len(inventory.files), "resources": len(inventory.resources), "count": len(inventory.problems)}
    lines.append(current_texts()("validate.invalid" if inventory.problems else "validate.valid", **facts))
    write_wrapped(lines)
    click.get_current_context().exit(4 if inventory.problems else 0)
