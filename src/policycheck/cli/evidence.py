"""Commands that make sealed packages, and check them."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UsageError
from . import options
from .inventory import ENGINES, paths_argument
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

    from ..evidence.faults import Fault
    from ..evidence.signing import PublicKey
    from ..evidence.statement import Predicate, Statement
    from ..evidence.verify import Verification

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
    from ..evidence.create import Given, refuse_urls
    from ..evidence.create import create as lay_out
    from ..evidence.pack import packed
    from ..files import refuse_overwriting, replace_file
    from ..reports.facts import completeness, outcome
    from ..spool import temporary_folder
    from ..standards import DEFAULT_STANDARD

    paths = paths or (Path("inventory"),)
    refuse_urls(paths)
    given = Given(paths, standard or DEFAULT_STANDARD, as_of or today(), waivers, measures, baseline, keep_passes=all)
    if output.is_file():
        refuse_overwriting(output, [*given.files(), *(file for file in (key, previous, redact_key) if file)])
    signer = None
    if key:
        from ..evidence.signing import read_private_key

        signer = read_private_key(key, os.environ.get(PASSPHRASE))
    bundle = Bundle()
    pseudonyms = _redact_key(redact_key) if redact or redact_key else None
    if not pseudonyms:
        warn("raw_inventory", file=output)
    before = _previous(previous) if previous else None
    texts = current_texts()
    with temporary_folder() as folder, options.open_jobs(jobs) as workers:
        made = lay_out(folder, given, bundle, workers, texts, previous=before, key=signer, redact_key=pseudonyms)
        digest = hashlib.sha256()
        replace_file(output, _counted_in(digest, packed(folder, made.members)))
    lines = [texts("evidence.written", file=output, sequence=made.sequence), f"  SHA-256  {digest.hexdigest()}"]
    if signer:
        from ..evidence.signing import public_key_of

        lines.append(texts("evidence.signed_with", fingerprint=public_key_of(signer).fingerprint))
    else:
        lines.append(texts("evidence.not_signed"))
    lines += [completeness(made.report, texts), outcome(made.report, texts)]
    write_text("".join(f"{line}\n" for line in lines))


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
    write_text("".join(f"{line}\n" for line in _told(pack, found, vouched=key is not None)))
    ctx.exit(3 if found.faults else 0)


@evidence.command(cls=Command, help=f"{HELP('help.evidence_log')}\n\n{HELP('help.how_listed')}")
@click.argument("folder", type=PATH, metavar="FOLDER")
@public_key_option
@lang
@click.pass_context
def log(ctx: click.Context, folder: Path, public_key: Path | None) -> None:
    from ..evidence.chain import read_log

    texts = current_texts()
    found = read_log(folder, _public_key(public_key))
    lines = []
    for link in found.links:
        by = "evidence.link_signer" if link.signer else "evidence.link_unsigned"
        lines.append(texts("evidence.link", file=link.file, **_facts(link.predicate)))
        lines += [f"  SHA-256  {link.sha256}", f"  {texts(by, fingerprint=link.signer)}"]
    lines += [f"× {texts('evidence.of_file', file=file, what=_message(fault))}" for file, fault in found.faults]
    lines.append(texts("evidence.broken_chain" if found.faults else "evidence.whole_chain", count=len(found.links)))
    if found.links and not public_key:
        lines.append(texts("evidence.nobody_vouches"))
    write_text("".join(f"{line}\n" for line in lines))
    ctx.exit(3 if found.faults else 0)


@evidence.command(cls=Command, help=f"{HELP('help.evidence_keygen')}\n\n{HELP('help.how_made')}")
@click.option("--output", type=PATH, callback=options.new_file, metavar="KEY", help=HELP("help.new_key"))
@lang
@click.pass_context
def keygen(ctx: click.Context, output: Path | None) -> None:
    if output is None:
        raise UsageError("missing_argument", name="--output KEY", command=ctx.command_path)
    from ..evidence.signing import make_key, public_key_beside

    passphrase = os.environ.get(PASSPHRASE)
    made = make_key(output, passphrase)
    texts = current_texts()
    kind = "evidence.encrypted_key" if passphrase else "evidence.plain_key"
    lines = [
        texts(kind, file=output, variable=PASSPHRASE),
        texts("evidence.public_key", file=public_key_beside(output)),
        texts("evidence.fingerprint", fingerprint=made.fingerprint),
    ]
    write_text("".join(f"{line}\n" for line in lines))


def _counted_in(digest: hashlib._Hash, blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        digest.update(block)
        yield block


def _told(pack: Path, found: Verification, *, vouched: bool) -> list[str]:
    """What came of a check, line by line."""
    texts = current_texts()
    lines = [texts("evidence.package", file=pack)]
    if found.statement:
        lines += _about(found.statement)
    if found.signer:
        by_given = vouched and not any(fault.key == "other_key" for fault in found.faults)
        kind = "evidence.vouched" if by_given else "evidence.unvouched"
        lines.append(texts(kind, fingerprint=found.signer.fingerprint))
    elif found.statement:
        lines.append(texts("evidence.no_signature"))
    if found.own is not None:
        lines.append(texts("evidence.own_policies" if found.own else "evidence.foreign_policies"))
    lines += [f"× {_message(fault)}" for fault in found.faults]
    lines.append(texts("evidence.not_genuine" if found.faults else "evidence.genuine", count=len(found.faults)))
    return lines


def _about(statement: Statement) -> Iterator[str]:
    from .. import __version__

    texts = current_texts()
    predicate = statement.predicate
    yield texts("evidence.about", **_facts(predicate))
    if predicate["redacted"]:
        yield texts("evidence.redacted")
    if predicate["policycheck"] != __version__:
        yield texts("evidence.other_version", version=predicate["policycheck"], own=__version__)


def _facts(predicate: Predicate) -> dict[str, object]:
    return {
        "sequence": predicate["sequence"],
        "as_of": predicate["as_of"],
        "standard": predicate["standard"]["id"],
        "files": len(predicate["inventory"]["files"]),
        "code": predicate["report"]["exit_code"],
        "version": predicate["policycheck"],
    }


def _message(fault: Fault) -> str:
    return current_texts()(f"evidence.{fault.key}", **fault.facts)


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
            raise UsageError("broken_previous", file=path, reason=[_message(fault) for fault in found.faults])
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest(), found.statement.predicate


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError("unreadable_pack", file=path, reason=error.strerror) from None
    with file:
        yield file
