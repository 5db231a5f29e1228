"""Commands that make sealed packages, and check them."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from . import options
from .inventory import ENGINES, paths_argument
from .packages import message, of_check, of_log, of_report
from .shell import (
    HELP,
    PATH,
    Command,
    Group,
    current_texts,
    help_alone,
    lang,
    option,
    standard_option,
    today,
    warn,
    write_text,
)

if TYPE_CHECKING:
    from io import BufferedReader

    from ..evidence.signing import PublicKey
    from ..evidence.statement import Predicate

PASSPHRASE = "POLICYCHECK_KEY_PASSPHRASE"

pack_argument = click.argument("pack", type=PATH, metavar="PACK")
public_key_option = option("--public-key", type=PATH, metavar="KEY")


@click.group(cls=Group, help=HELP("help.evidence"), invoke_without_command=True)
@lang
@click.pass_context
def evidence(ctx: click.Context) -> None:
    help_alone(ctx)


@evidence.command(
    cls=Command,
    help="\n\n".join([HELP("help.evidence_create"), HELP("help.how_sealed"), f"PATH: {HELP('help.evidence_paths')}"]),
)
@paths_argument
@standard_option
@click.option("--output", type=PATH, callback=options.new_file, metavar="PACK", help=HELP("help.pack"))
@option("--key", type=PATH, metavar="KEY")
@option("--as-of", callback=options.day, metavar="DATE")
@option("--baseline", type=PATH, metavar="REPORT")
@option("--waivers", type=PATH, metavar="FILE")
@option("--measures", type=PATH, metavar="FILE")
@option("--all", is_flag=True)
@option("--previous", type=PATH, metavar="PACK")
@option("--redact", is_flag=True)
@option("--redact-key", type=PATH, metavar="FILE")
@option("--jobs", callback=options.count, metavar="N")
@lang
@click.pass_context
def create(
    ctx: click.Context,
    paths: tuple[str | Path, ...],
    standard: str | None,
    output: Path | None,
    key: Path | None,
    as_of: datetime.date | None,
    baseline: Path | None,
    waivers: Path | None,
    measures: Path | None,
    all: bool,
    previous: Path | None,
    redact: bool,
    redact_key: Path | None,
    jobs: int | None,
) -> None:
    if output is None:
        raise UsageError("missing_argument", name="--output PACK", command=ctx.command_path)
    options.end_on_signals()
    from ..bundle import Bundle
    from ..evidence.create import Given, next_number, refuse_urls
    from ..evidence.create import create as lay_out
    from ..evidence.pack import packed
    from ..files import for_the_owner_alone, replace_file
    from ..spool import temporary_folder
    from ..standards import DEFAULT_STANDARD

    paths = paths or (Path("inventory"),)
    refuse_urls(paths)
    given = Given(paths, standard or DEFAULT_STANDARD, as_of or today(), waivers, measures, baseline, keep_passes=all)
    signer = None
    if key:
        from ..evidence.signing import read_private_key

        signer = read_private_key(key, os.environ.get(PASSPHRASE))
    pseudonyms = _redact_key(redact_key) if redact or redact_key else None
    before = _previous(previous) if previous else None
    number = next_number(before)
    _refuse_replacing(output, number)
    texts = current_texts()
    with temporary_folder() as folder, options.open_jobs(jobs) as workers:
        made = lay_out(folder, given, Bundle(), workers, texts, previous=before, key=signer, redact_key=pseudonyms)
        digest = hashlib.sha256()
        with nullcontext() if pseudonyms else for_the_owner_alone():
            replace_file(output, _noted(digest.update, packed(folder, made.members)))
    lines = [texts("evidence.written", file=output, sequence=number), f"  SHA-256  {digest.hexdigest()}"]
    if signer:
        from ..evidence.signing import public_key_of

        lines.append(texts("evidence.signed_with", fingerprint=public_key_of(signer).fingerprint))
    else:
        lines.append(texts("evidence.not_signed"))
    _write_lines([*lines, *of_report(made.report)])
    if not pseudonyms:
        warn("raw_inventory", file=output)


@evidence.command(cls=Command, help=f"{HELP('help.evidence_verify')}\n\n{HELP('help.how_verified')}")
@pack_argument
@public_key_option
@option("--engine", callback=options.one_of(ENGINES), metavar="|".join(ENGINES), default="wasm", show_default=True)
@option("--jobs", callback=options.count, metavar="N")
@lang
@click.pass_context
def verify(ctx: click.Context, pack: Path, public_key: Path | None, engine: str, jobs: int | None) -> None:
    options.end_on_signals()
    from ..bundle import Bundle
    from ..evidence.verify import verify as check
    from ..spool import temporary_folder

    key = _public_key(public_key)
    with _opened(pack) as file, temporary_folder() as folder, options.open_jobs(jobs) as workers:
        found = check(
            file,
            folder,
            Bundle(),
            workers,
            current_texts().language,
            key=key,
            opening=lambda bundle: options.open_engine(engine, bundle, {}),
            sandboxed=engine == "wasm",
        )
    _write_lines(of_check(pack, found, vouched=key is not None))
    ctx.exit(3 if found.faults else 0)


@evidence.command(cls=Command, help=f"{HELP('help.evidence_log')}\n\n{HELP('help.how_listed')}")
@click.argument("folder", type=PATH, metavar="FOLDER")
@public_key_option
@lang
@click.pass_context
def log(ctx: click.Context, folder: Path, public_key: Path | None) -> None:
    from ..evidence.chain import read_log

    found = read_log(folder, _public_key(public_key))
    _write_lines(of_log(found, vouched=public_key is not None))
    ctx.exit(3 if found.faults else 0)


@evidence.command(cls=Command, help=f"{HELP('help.evidence_keygen')}\n\n{HELP('help.how_made')}")
@click.option("--output", type=PATH, callback=options.new_file, metavar="KEY", help=HELP("help.new_key"))
@lang
@click.pass_context
def keygen(ctx: click.Context, output: Path | None) -> None:
    if output is None:
        raise UsageError("missing_argument", name="--output KEY", command=ctx.command_path)
    from ..evidence.signing import make_key, public_key_beside

    made = make_key(output, os.environ.get(PASSPHRASE))
    texts = current_texts()
    kind = "evidence.encrypted_key" if made.encrypted else "evidence.plain_key"
    if made.again:
        kind = "evidence.made_before"
    _write_lines(
        [
            texts(kind, file=output, variable=PASSPHRASE),
            texts("evidence.public_key", file=public_key_beside(output)),
            texts("evidence.fingerprint", fingerprint=made.public.fingerprint),
        ]
    )


def _write_lines(lines: Iterable[str]) -> None:
    write_text("".join(f"{line}\n" for line in lines))


def _noted(note: Callable[[bytes], object], blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        note(block)
        yield block


def _public_key(path: Path | None) -> PublicKey | None:
    if path is None:
        return None
    from ..evidence.signing import read_public_key

    return read_public_key(path)


def _redact_key(path: Path | None) -> bytes:
    from ..evidence.signing import new_redact_key, read_redact_key

    return read_redact_key(path) if path else new_redact_key()


def _previous(path: Path) -> tuple[str, Predicate]:
    """The SHA-256 of a package, and what it states. Raises UsageError where it is not whole."""
    from ..evidence.verify import inspect

    with _opened(path) as file:
        found = inspect(file, None)
        if found.faults or found.statement is None:
            raise UsageError("broken_previous", file=path, reason=[message(fault) for fault in found.faults])
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest(), found.statement.predicate


def _refuse_replacing(output: Path, number: int) -> None:
    """Raises UsageError where a file is there that is not an earlier try to make the same package."""
    if not output.is_file():
        return
    from ..evidence.verify import inspect

    with _opened(output) as file:
        statement = inspect(file, None).statement
    if statement is None or statement.predicate["sequence"] != number:
        raise UsageError("pack_in_the_way", file=output, sequence=number)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        if path.exists() and not path.is_file():  # to open it may never come to an end
            raise UsageError("irregular_pack", file=path)
        file = path.open("rb")
    except OSError as error:
        raise UsageError("unreadable_pack", file=path, reason=error.strerror) from None
    with file:
        yield file
