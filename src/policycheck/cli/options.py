"""What options ask for: their values, the engine, and click's own usage errors in the words of this program."""

from __future__ import annotations

import datetime
import math
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import PolicycheckError, UsageError
from ..nearest import nearest

if TYPE_CHECKING:
    from ..bundle import Bundle
    from ..engines import Engine
    from ..jobs import Jobs
    from ..model import EngineInfo

MOST_SECONDS = 86400
"""A day: who waits longer has made a mistake, and no system call accepts just any number."""


def one_of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """A callback that lets only these values pass."""

    def check(_ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in known:
            facts = {"option": parameter.opts[-1], "value": value, "nearest": nearest(value, known)}
            raise UsageError("unknown_choice", **facts, choices=list(known))
        return value

    return check


def day(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> datetime.date | None:
    if value is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise UsageError("bad_day", value=value)


def seconds(_ctx: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 < number <= MOST_SECONDS:
        raise UsageError("bad_seconds", option=parameter.opts[-1], value=value, limit=MOST_SECONDS)
    return number


def count(_ctx: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) == 0:
        raise UsageError("bad_count", option=parameter.opts[-1], value=value, limit=9999)
    return int(value)


def folder(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    if value == "":
        raise UsageError("missing_value", option=parameter.opts[-1], command=ctx.command_path)
    return Path(value) if value else None


def new_file(_ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """A file to be written; - is standard output, as is no file."""
    if str(value) == "-":
        return None
    if value and value.is_dir():
        raise UsageError("folder_for_a_file", option=parameter.opts[-1], file=value)
    return value


def explain(error: click.UsageError) -> UsageError:
    """What click has to say. Its own English remains only where nothing else is known."""
    command = error.ctx.command_path if error.ctx else "policycheck"
    parameters = error.ctx.command.params if error.ctx else []
    if isinstance(error, click.NoSuchOption):
        known = [name for parameter in parameters for name in parameter.opts]
        near = nearest(error.option_name, known)
        return UsageError("unknown_option", option=error.option_name, nearest=near, command=command)
    if isinstance(error, click.MissingParameter) and error.param:
        return UsageError("missing_argument", name=error.param.metavar or error.param.name, command=command)
    if isinstance(error, click.BadParameter) and error.param:
        return UsageError("bad_value", option=error.param.opts[-1], reason=error.message, command=command)
    if isinstance(error, click.BadOptionUsage):
        flags = [p.opts for p in parameters if isinstance(p, click.Option) and (p.is_flag or p.count)]
        key = "value_for_a_flag" if any(error.option_name in names for names in flags) else "missing_value"
        return UsageError(key, option=error.option_name, command=command)
    return UsageError("bad_usage", reason=error.format_message(), command=command)


def end_on_signals() -> None:
    """Ends as at any other end: with the processes and the server that were started, and without temporary files."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: sys.exit(128 + number))


@contextmanager
def open_engine(name: str, bundle: Bundle, opa: dict[str, Any]) -> Iterator[tuple[EngineInfo, Callable[[], Engine]]]:
    """What judges, and how each process opens it."""
    given = {option: value for option, value in opa.items() if value is not None}
    if name == "wasm":
        if given:
            raise UsageError("options_of_opa", options=[f"--{option.replace('_', '-')}" for option in given])
        from ..engines.wasm import WasmEngine, wasm_info

        yield wasm_info(bundle), partial(WasmEngine, bundle)
        return
    if ("opa_cert" in given) != ("opa_key" in given):
        raise UsageError("half_certificate")
    token = _token(given.pop("opa_token_file", None))
    from ..engines.opa import OpaEngine, OpaOptions

    settings = {option.removeprefix("opa_"): value for option, value in given.items()}
    with OpaEngine(bundle, OpaOptions(token=token, **settings)) as engine:
        yield engine.info, partial(copy, engine)


def open_jobs(jobs: int | None, scheduler: str | None = None) -> Jobs:
    """The workers of a scheduler; else as many processes as were asked for, or as there are cores."""
    if scheduler:
        try:
            from ..jobs.dask import Cluster
        except ModuleNotFoundError:
            raise PolicycheckError("extra_missing", what="--scheduler") from None
        return Cluster(scheduler)
    from ..jobs.local import Here, Processes, usable_cores

    number = jobs or usable_cores()
    return Processes(number) if number > 1 else Here()


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("POLICYCHECK_OPA_TOKEN")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise UsageError("unreadable_token", file=file, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise UsageError("unreadable_token", file=file, reason="UTF-8") from None
