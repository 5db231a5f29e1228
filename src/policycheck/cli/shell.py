"""What all commands share: the language, the errors, and the one place that prints."""

from __future__ import annotations

import datetime
import errno
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from ..errors import PolicycheckError, UsageError
from ..model import Problem
from ..nearest import nearest
from ..texts import LANGUAGES, Texts, texts
from . import options

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def _language() -> str:
    """The language of the help texts, which are needed before click has parsed anything."""
    given = re.findall(r"^--lang[=\n](.*)$", "\n".join(sys.argv[1:]), re.MULTILINE)
    chosen = given[-1] if given else os.environ.get("POLICYCHECK_LANG")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


HELP = texts(_language())


def set_language(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if language := options.one_of(LANGUAGES)(ctx, parameter, value):
        ctx.find_root().obj = texts(language)


def current_texts(ctx: click.Context | None = None) -> Texts:
    """The texts in the language that the command was asked for."""
    ctx = ctx or click.get_current_context(silent=True)
    chosen: Texts | None = ctx.find_root().obj if ctx else None
    return chosen or HELP


class _Help(click.HelpFormatter):
    """Breaks lines by the columns that they take, of which a wide character takes two; click counts characters."""

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(_wrapped(part, self.width - self.current_indent) for part in text.split("\n\n")))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max(len(term) for term, _ in rows), col_max) + col_spacing
        wrapped = [(term, _wrapped(text, self.width - self.current_indent - first)) for term, text in rows]
        super().write_dl(wrapped, col_max, col_spacing)


def _wrapped(paragraph: str, width: int) -> str:
    """Lines that click leaves as they are."""
    from ..reports.wrap import wrap

    return "\n".join(("\b", *wrap(" ".join(paragraph.split()), width))) if paragraph else ""


class _Context(click.Context):
    formatter_class = _Help


class Command(click.Command):
    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click does not always say whose usage it was
            raise


class Group(click.Group):
    """Where every error ends: with its message, its hint and its exit code."""

    command_class = Command
    context_class = _Context

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **settings: Any) -> click.Context:
        if not args:  # then click shows the help
            return super().make_context(info_name, args, *more, **settings)
        with _told(None):
            return super().make_context(info_name, args, *more, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        with _told(ctx):
            return super().invoke(ctx)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known:
            raise UsageError("unknown_command", name=args[0], nearest=nearest(args[0], known), choices=known)
        return super().resolve_command(ctx, args)


@contextmanager
def _told(ctx: click.Context | None) -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        _tell(options.explain(error), current_texts(ctx))
    except PolicycheckError as error:
        _tell(error, current_texts(ctx))
    except KeyboardInterrupt:
        _tell(PolicycheckError("interrupted"), current_texts(ctx))
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads has read enough
            raise
        sys.stdout = None  # nothing is to be written at the end
        _tell(PolicycheckError("no_output", reason=str(error)), current_texts(ctx))


def _tell(error: PolicycheckError, texts: Texts) -> NoReturn:
    click.secho(f"policycheck: {texts(f'error.{error.key}', **error.facts)}", fg="red", err=True, color=_colors())
    click.echo(f"  {texts(f'hint.{error.key}', **error.facts)}", err=True)
    raise click.exceptions.Exit(error.exit_code)


def warn(key: str, /, **facts: object) -> None:
    """Says on standard error what does not touch the result."""
    click.secho(f"policycheck: {current_texts()(f'warning.{key}', **facts)}", fg="yellow", err=True, color=_colors())


def tell_problems(problems: Iterable[Problem]) -> None:
    """Says on standard error what is wrong with input, and where."""
    for problem in problems:
        click.echo(f"{problem.location}: {current_texts().problem(problem)}", err=True)


def option(*names: str, **settings: Any) -> Callable[[_Decorated], _Decorated]:
    """An option whose help stands in the texts under its name."""
    key = names[-1].removeprefix("--").replace("-", "_")
    return click.option(*names, help=HELP(f"help.{key}"), **settings)


def _colors() -> bool | None:
    """False where there are to be none; else it is the terminal that decides."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def view_of(output: Path | None, by: str = "department") -> Any:
    from ..reports import View

    if output or not sys.stdout or not sys.stdout.isatty():
        return View(by=by)
    import shutil

    return View(shutil.get_terminal_size().columns, _colors() is None, by)


def write_wrapped(lines: list[str]) -> None:
    from ..reports.wrap import indented

    width = view_of(None).width
    write_text("".join(f"{part}\n" for line in lines for part in indented(line, width)))


def help_alone(ctx: click.Context) -> None:
    """What a group says that was called without one of its commands."""
    if ctx.invoked_subcommand is None:
        write_text(f"{ctx.get_help()}\n")
        ctx.exit(2)


def write_text(text: str, encoding: str | None = None) -> None:
    write([text.encode()], encoding=encoding)


def write(content: Iterable[bytes], output: Path | None = None, encoding: str | None = None) -> None:
    """To a file as a whole or not at all; else to standard output. The content is UTF-8; on a screen it becomes what the
    screen can show, unless an encoding is given."""
    if output:
        from ..files import replace_file

        replace_file(output, content)
    elif sys.stdout is None:  # it was closed before the start
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    else:
        encoding = encoding or sys.stdout.encoding or "utf-8"
        for block in content:
            whole = block if encoding.lower() in ("utf-8", "utf8") else block.decode().encode(encoding, "replace")
            click.echo(whole, nl=False)


PATH = click.Path(readable=False, path_type=Path)  # whether it can be read is found out by reading
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
standard_option = option("--standard", metavar="ID|FILE", default=None)
lang = option("--lang", metavar="|".join(LANGUAGES), callback=set_language, expose_value=False, is_eager=True)


def today() -> datetime.date:
    """The day in Japan."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
