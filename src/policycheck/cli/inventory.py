"""Commands that read an inventory."""

from __future__ import annotations

import datetime
import gc
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..errors import UsageError
from ..reports import BINARY, FORMATS, GROUPINGS, PAGES
from . import caching, options
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


class _PathOrUrl(click.Path):
    def convert(self, value: Any, parameter: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if "://" in str(value) else super().convert(value, parameter, ctx)


PATH_OR_URL = _PathOrUrl(readable=False, path_type=Path)
paths_argument = click.argument("paths", nargs=-1, type=PATH_OR_URL, metavar="[PATH]...")


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
@option("--changed", is_flag=True)
@option("--against", metavar="REVISION")
@option("--jobs", callback=options.count, metavar="N")
@option("--scheduler", metavar="ADDRESS")
@option("--cache", callback=options.folder, metavar="FOLDER", envvar="POLICYCHECK_CACHE")
@option("--no-cache", is_flag=True, envvar="POLICYCHECK_NO_CACHE")
@lang
def scan(
    paths: tuple[str | Path, ...],
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
    changed: bool,
    against: str | None,
    jobs: int | None,
    scheduler: str | None,
    cache: Path | None,
    no_cache: bool,
    **opa: Any,
) -> None:
    from ..bundle import Bundle

    if by != GROUPINGS[0] and format != "text":
        raise UsageError("grouping_of_text", by=by, format=format)
    if format in BINARY and not output and sys.stdout and sys.stdout.isatty():
        raise UsageError("binary_to_screen", format=format)
    in_part = changed or against is not None
    beside = {"--jobs": jobs, "--engine opa": engine == "opa", "--changed": changed, "--against": against is not None}
    if scheduler and (others := [option for option, given in beside.items() if given]):
        raise UsageError("scheduler_alone", option=others[0])
    if in_part and (baseline or measures):
        raise UsageError("changed_is_a_part", option="--baseline" if baseline else "--measures")
    named = caching.by_hand("cache")
    no_cache = no_cache and (caching.by_hand("no_cache") or not named)
    uncached = {"--no-cache": no_cache, "--scheduler": scheduler, "--engine opa": engine == "opa"}
    off = [option for option, given in uncached.items() if given]
    if off and named:
        raise UsageError("cache_unused", option=off[0])
    options.end_on_signals()
    gc.disable()  # a scan makes millions of objects and no cycles: looking for some takes a quarter of its time
    bundle = Bundle()
    day = as_of or today()
    paths = paths or (Path("inventory"),)
    if output and output.is_file():
        from ..files import refuse_overwriting
        from ..inventory.discovery import find_files
        from ..inventory.sources import is_remote

        read = (baseline, waivers, measures, standard and Path(standard), *opa.values())
        sources = [Path(source.path) for source in find_files(paths).files if not is_remote(source.path)]
        refuse_overwriting(output, [*sources, *(file for file in read if isinstance(file, Path))])
    view, encoding = view_of(output, by), None if format in PAGES else "utf-8"
    printed = (format, current_texts().language)
    kept = None
    store = caching.open_cache(cache, paths, off=bool(off) or any(opa.values()))
    if store and not in_part:
        from ..cache.reports import KeptReport

        files = (Path(standard) if standard else None, baseline, waivers, measures)
        kept = KeptReport(store, paths, files, bundle.revision, day.isoformat(), printed, view, all)
        if found := kept.found():
            write(found[0], output, encoding)
            click.get_current_context().exit(found[1])
    from ..inventory.schemas import Schemas
    from ..progress import Progress
    from ..reports import entry_printer, renderer
    from ..scan import Against
    from ..scan import scan as scan_inventory
    from ..standards import DEFAULT_STANDARD, Catalogue

    catalogue = Catalogue(bundle)
    chosen = catalogue.standard(standard or DEFAULT_STANDARD)
    earlier = exceptions = taken = None
    if baseline:
        from ..baseline import read_baseline

        earlier = read_baseline(baseline, chosen, bundle.schemas["report"], day)
    if waivers:
        from ..waivers import read_waivers

        read_these = partial(read_waivers, standard=chosen, schema=bundle.schemas["waivers"])
        exceptions = read_these(waivers)
    if measures:
        from ..measures import read_measures

        taken = read_measures(measures, chosen, bundle.schemas["measures"])
    since = None
    if in_part:
        from . import changes

        own = None
        if standard and standard not in catalogue.standard_ids:
            own = changes.Beside(Path(standard), chosen, lambda path: catalogue.standard(str(path)))
        waived = changes.Beside(waivers, exceptions, read_these) if waivers and exceptions else None
        since = changes.since(paths, against, own, waived)
    judged_against = Against(chosen, catalogue.checks(chosen), day, earlier, exceptions, taken)
    with (
        Progress(current_texts()("report.judging")) as progress,
        options.open_engine(engine, bundle, opa) as judge,
        caching.cached(options.open_jobs(jobs, scheduler), store, bundle.revision, printed) as workers,
    ):
        report = scan_inventory(
            paths,
            Schemas(bundle.schemas),
            judged_against,
            judge,
            workers,
            keep_passes=all,
            entry=entry_printer(format, current_texts()),
            since=since,
            progress=progress,
        )
    content = renderer(format).render(report, current_texts(), view)
    write(kept.keep(content, report) if kept else content, output, encoding)
    if store:
        caching.close_cache(store)
    click.get_current_context().exit(report.exit_code)


@click.command(cls=Command, help=f"{HELP('help.validate')}\n\nPATH: {HELP('help.paths')}")
@paths_argument
@lang
def validate(paths: tuple[str | Path, ...]) -> None:
    from ..bundle import Bundle
    from ..inventory import load_inventory
    from ..inventory.schemas import Schemas

    inventory = load_inventory(paths or (Path("inventory"),), Schemas(Bundle().schemas))
    lines = [f"{problem.location}: {current_texts().problem(problem)}" for problem in inventory.problems]
    facts = {"files": len(inventory.files), "resources": inventory.resources, "count": len(inventory.problems)}
    lines.append(current_texts()("validate.invalid" if inventory.problems else "validate.valid", **facts))
    write_wrapped(lines)
    click.get_current_context().exit(4 if inventory.problems else 0)
