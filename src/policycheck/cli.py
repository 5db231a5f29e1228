"""The command line: parses, wires, prints and exits. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import datetime
import errno
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from . import __version__, options
from .errors import PolicycheckError, UsageError
from .nearest import nearest
from .texts import LANGUAGES, Texts, texts

if TYPE_CHECKING:
    from .standards import Catalogue

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
ENGINES = ("wasm", "opa")
FORMATS = ("text", "json")

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def _language() -> str:
    """The language of the help texts, which are needed before click has parsed anything."""
    given = re.findall(r"^--lang[=\n](.*)$", "\n".join(sys.argv[1:]), re.MULTILINE)
    chosen = given[-1] if given else os.environ.get("POLICYCHECK_LANG")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


_HELP = texts(_language())


def _set_language(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if language := options.one_of(LANGUAGES)(ctx, parameter, value):
        ctx.find_root().obj = texts(language)


def _texts(ctx: click.Context | None = None) -> Texts:
    """The texts in the language that the command was asked for."""
    ctx = ctx or click.get_current_context(silent=True)
    chosen: Texts | None = ctx.find_root().obj if ctx else None
    return chosen or _HELP


class _Command(click.Command):
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click does not always say whose usage it was
            raise


class _Group(click.Group):
    """Where every error ends: with its message, its hint and its exit code."""

    command_class = _Command

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **settings: Any) -> click.Context:
        if not args:  # then click shows the help
            return super().make_context(info_name, args, *more, **settings)
        with _told(None):
            return super().make_context(info_name, args, *more, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        with _told(ctx):
            return super().invoke(ctx)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args[0] not in self.commands:
            known = list(self.commands)
            raise UsageError("unknown_command", name=args[0], nearest=nearest(args[0], known), choices=known)
        return super().resolve_command(ctx, args)


@contextmanager
def _told(ctx: click.Context | None) -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        _tell(options.explain(error), _texts(ctx))
    except PolicycheckError as error:
        _tell(error, _texts(ctx))
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads has read enough
            raise
        sys.stdout = None  # nothing is to be written at the end
        _tell(PolicycheckError("no_output", reason=str(error)), _texts(ctx))


def _tell(error: PolicycheckError, texts: Texts) -> NoReturn:
    click.secho(f"policycheck: {texts(f'error.{error.key}', **error.facts)}", fg="red", err=True)
    click.echo(f"  {texts(f'hint.{error.key}', **error.facts)}", err=True)
    raise click.exceptions.Exit(error.exit_code)


def _option(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """An option whose help stands in the texts under its name."""
    key = names[-1].removeprefix("--").replace("-", "_")
    return click.option(*names, help=_HELP(f"help.{key}"), **settings)


_path = click.Path(readable=False, path_type=Path)  # whether it can be read is found out by reading
_paths = click.argument("paths", nargs=-1, type=_path, metavar="[PATH]...")
_standard = _option("--standard", metavar="ID|FILE", default=None)
_lang = _option("--lang", metavar="|".join(LANGUAGES), callback=_set_language, expose_value=False, is_eager=True)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=_Group, help=_HELP("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@_lang
@click.version_option(__version__, prog_name="policycheck")
def main() -> None:
    pass


@main.command(help=f"{_HELP('help.scan')}\n\nPATH: {_HELP('help.paths')}")
@_paths
@_standard
@_option("--as-of", callback=options.day, metavar="DATE")
@_option("--engine", callback=options.one_of(ENGINES), metavar="|".join(ENGINES), default="wasm", show_default=True)
@_option("--opa-url", metavar="URL")
@_option("--opa-token-file", type=_file)
@_option("--opa-ca", type=_file)
@_option("--opa-cert", type=_file)
@_option("--opa-key", type=_file)
@_option("--opa-timeout", callback=options.seconds, metavar="SECONDS")
@_option("--format", callback=options.one_of(FORMATS), metavar="|".join(FORMATS), default="text", show_default=True)
@_option("--output", type=_path, callback=options.new_file, metavar="FILE")
@_option("--baseline", type=_path, metavar="REPORT")
@_option("--waivers", type=_path, metavar="FILE")
@_option("--all", is_flag=True)
@_lang
def scan(
    paths: tuple[Path, ...],
    standard: str | None,
    as_of: datetime.date | None,
    engine: str,
    format: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    all: bool,
    **opa: Any,
) -> None:
    from .baseline import read_baseline
    from .bundle import Bundle
    from .files import refuse_overwriting
    from .inventory import load_inventory
    from .inventory.discovery import find_files
    from .inventory.schemas import Schemas
    from .progress import Progress
    from .reports import renderer
    from .scan import scan as scan_inventory
    from .standards import DEFAULT_STANDARD, Catalogue
    from .waivers import read_waivers

    gc.disable()  # a scan makes millions of objects and no cycles: looking for some takes a quarter of its time
    bundle = Bundle()
    catalogue = Catalogue(bundle)
    chosen = catalogue.standard(standard or DEFAULT_STANDARD)
    day = as_of or datetime.datetime.now(JAPAN).date()
    earlier = read_baseline(baseline, chosen, bundle.schemas["report"], day) if baseline else None
    exceptions = read_waivers(waivers, chosen, bundle.schemas["waivers"]) if waivers else None
    paths = paths or (Path("inventory"),)
    if output and output.is_file():
        read = (baseline, waivers, standard and Path(standard), *opa.values())
        refuse_overwriting(output, [*find_files(paths).files, *(file for file in read if isinstance(file, Path))])
    with Progress(_texts()("report.judging")) as progress:
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
                keep_passes=all,
                progress=progress.advance,
            )
    _write(renderer(format).render(report, _texts(), _screen(output)), output, "utf-8" if format == "json" else None)
    click.get_current_context().exit(report.exit_code)


@main.command(help=f"{_HELP('help.validate')}\n\nPATH: {_HELP('help.paths')}")
@_paths
@_lang
def validate(paths: tuple[Path, ...]) -> None:
    from .bundle import Bundle
    from .inventory import load_inventory
    from .inventory.schemas import Schemas

    inventory = load_inventory(paths or (Path("inventory"),), Schemas(Bundle().schemas))
    lines = [f"{problem.location}: {_texts().problem(problem)}" for problem in inventory.problems]
    facts = {"files": len(inventory.files), "resources": len(inventory.resources), "count": len(inventory.problems)}
    lines.append(_texts()("validate.invalid" if inventory.problems else "validate.valid", **facts))
    _write_wrapped(lines)
    click.get_current_context().exit(4 if inventory.problems else 0)


@main.command(help=_HELP("help.explain"))
@click.argument("topic", metavar="CLAUSE|CONTROL")
@_standard
@_lang
def explain(topic: str, standard: str | None) -> None:
    from .explain import explain as explain_topic

    _write_wrapped(explain_topic(_catalogue(), topic, standard, _texts()).splitlines())


@main.command(help=_HELP("help.standards"))
@_lang
def standards() -> None:
    from .explain import list_standards

    _write(list_standards(_catalogue(), _texts()))


@main.command(help=_HELP("help.controls"))
@_lang
def controls() -> None:
    from .explain import list_controls

    _write(list_controls(_catalogue(), _texts()))


def _catalogue() -> Catalogue:
    from .bundle import Bundle
    from .standards import Catalogue

    return Catalogue(Bundle())


def _screen(output: Path | None) -> Any:
    from .reports import Screen

    if output or not sys.stdout or not sys.stdout.isatty():
        return Screen()
    import shutil

    return Screen(shutil.get_terminal_size().columns, not os.environ.get("NO_COLOR"))


def _write_wrapped(lines: list[str]) -> None:
    from .reports.wrap import indented

    width = _screen(None).width
    _write("".join(f"{part}\n" for line in lines for part in indented(line, width)))


def _write(text: str, output: Path | None = None, encoding: str | None = None) -> None:
    """To a file as a whole or not at all, in UTF-8; else to standard output, by default in what it can show."""
    if output:
        from .files import replace_file

        replace_file(output, text.encode())
    elif sys.stdout is None:  # it was closed before the start
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    else:
        click.echo(text.encode(encoding or sys.stdout.encoding or "utf-8", "replace"), nl=False)


if __name__ == "__main__":
    main()
