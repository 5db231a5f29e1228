"""The command line: parses, wires, prints and exits. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import datetime
import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from . import __version__
from .errors import PolicycheckError, UsageError
from .texts import LANGUAGES, Texts, texts

if TYPE_CHECKING:
    from .bundle import Bundle
    from .engines import Engine
    from .standards import Catalogue

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
ENGINES = ("wasm", "opa")
FORMATS = ("text", "json")

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def _language() -> str:
    """The language of the help texts, which are needed before click has parsed anything."""
    given = dict(zip(sys.argv, sys.argv[1:], strict=False)).get("--lang", os.environ.get("POLICYCHECK_LANG"))
    return given if given in LANGUAGES else LANGUAGES[0]


_HELP = texts(_language())


def _set_language(ctx: click.Context, _parameter: click.Parameter, language: str) -> None:
    ctx.find_root().obj = texts(language)


def _texts(ctx: click.Context | None = None) -> Texts:
    """The texts in the language that the command was asked for."""
    chosen: Texts | None = (ctx or click.get_current_context()).find_root().obj
    return chosen or _HELP


class _Group(click.Group):
    """Where every error of policycheck ends: with its message, its hint and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PolicycheckError as error:
            texts = _texts(ctx)
            click.secho(f"policycheck: {texts(f'error.{error.key}', **error.facts)}", fg="red", err=True)
            click.echo(f"  {texts(f'hint.{error.key}', **error.facts)}", err=True)
            ctx.exit(error.exit_code)


def _option(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """An option whose help stands in the texts under its name."""
    key = names[-1].removeprefix("--").replace("-", "_")
    return click.option(*names, help=_HELP(f"help.{key}"), **settings)


_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
_standard = _option("--standard", metavar="ID|FILE", default=None)
_lang = _option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=_HELP.language,
    callback=_set_language,
    expose_value=False,
    is_eager=True,
)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=_Group, help=_HELP("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policycheck")
def main() -> None:
    pass


@main.command(help=f"{_HELP('help.scan')}\n\nPATH: {_HELP('help.paths')}")
@_paths
@_standard
@_option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE")
@_option("--engine", type=click.Choice(ENGINES), default="wasm", show_default=True)
@_option("--opa-url", metavar="URL")
@_option("--opa-token-file", type=_file)
@_option("--opa-ca", type=_file)
@_option("--opa-cert", type=_file)
@_option("--opa-key", type=_file)
@_option("--opa-timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS")
@_option("--format", type=click.Choice(FORMATS), default="text", show_default=True)
@_option("--output", type=click.Path(dir_okay=False, path_type=Path))
@_option("--baseline", type=click.Path(path_type=Path), metavar="REPORT")
@_option("--waivers", type=click.Path(path_type=Path), metavar="FILE")
@_option("--all", is_flag=True)
@_lang
def scan(
    paths: tuple[Path, ...],
    standard: str | None,
    as_of: datetime.datetime | None,
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
    from .inventory import load_inventory
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
    day = as_of.date() if as_of else datetime.datetime.now(JAPAN).date()
    earlier = read_baseline(baseline, chosen, bundle.schemas["report"], day) if baseline else None
    exceptions = read_waivers(waivers, chosen, bundle.schemas["waivers"]) if waivers else None
    with Progress(_texts()("report.judging")) as progress:
        inventory = load_inventory(paths or (Path("inventory"),), Schemas(bundle.schemas))
        progress.expect(len(inventory.resources))
        with _engine(engine, bundle, opa) as judge:
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
    _write(renderer(format).render(report, _texts(), _screen(output)), output)
    click.get_current_context().exit(report.exit_code)


@main.command(help=f"{_HELP('help.validate')}\n\nPATH: {_HELP('help.paths')}")
@_paths
@_lang
def validate(paths: tuple[Path, ...]) -> None:
    from .bundle import Bundle
    from .inventory import load_inventory
    from .inventory.schemas import Schemas

    inventory = load_inventory(paths or (Path("inventory"),), Schemas(Bundle().schemas))
    for problem in inventory.problems:
        click.echo(f"{problem.location}: {_texts().problem(problem)}")
    facts = {"files": len(inventory.files), "resources": len(inventory.resources), "count": len(inventory.problems)}
    click.echo(_texts()("validate.invalid" if inventory.problems else "validate.valid", **facts))
    click.get_current_context().exit(4 if inventory.problems else 0)


@main.command(help=_HELP("help.explain"))
@click.argument("topic", metavar="CLAUSE|CONTROL")
@_standard
@_lang
def explain(topic: str, standard: str | None) -> None:
    from .explain import explain as explain_topic

    _write(explain_topic(_catalogue(), topic, standard, _texts()))


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


def _engine(name: str, bundle: Bundle, opa: dict[str, Any]) -> Engine:
    given = {option: value for option, value in opa.items() if value is not None}
    if name == "wasm":
        if given:
            raise UsageError("options_of_opa", options=[f"--{option.replace('_', '-')}" for option in given])
        from .engines.wasm import WasmEngine

        return WasmEngine(bundle)
    if ("opa_cert" in given) != ("opa_key" in given):
        raise UsageError("half_certificate")
    token = _token(given.pop("opa_token_file", None))
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # and so stop the server that was started
    from .engines.opa import OpaEngine, OpaOptions

    return OpaEngine(
        bundle, OpaOptions(token=token, **{option.removeprefix("opa_"): value for option, value in given.items()})
    )


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("POLICYCHECK_OPA_TOKEN")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError("unreadable_token", file=file, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise UsageError("unreadable_token", file=file, reason="UTF-8") from None


def _screen(output: Path | None) -> Any:
    from .reports import Screen

    if output or not sys.stdout.isatty():
        return Screen()
    import shutil

    return Screen(shutil.get_terminal_size().columns, not os.environ.get("NO_COLOR"))


def _write(text: str, output: Path | None = None) -> None:
    """To a file as a whole or not at all, in UTF-8; else to standard output in what it can show."""
    if output is None:
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(text.encode(encoding, "replace"), nl=False)
        return
    from .files import replace_file

    replace_file(output, text.encode())


if __name__ == "__main__":
    main()
