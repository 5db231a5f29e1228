"""Commands that read the ledgers that people keep into the inventory."""

from __future__ import annotations

import datetime
import gc
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import LedgerError, UsageError
from . import options
from .shell import (
    HELP,
    PATH,
    Command,
    current_texts,
    lang,
    option,
    tell_problems,
    today,
    write,
    write_text,
    write_wrapped,
)

if TYPE_CHECKING:
    from ..ledgers.bring import Coming, Terms
    from ..ledgers.changes import What
    from ..ledgers.collect import Collected
    from ..ledgers.corrected import Prepared
    from ..model import Problem

PREFER = ("ledger", "inventory")


@click.command("import", cls=Command, help=f"{HELP('help.import_ledgers')}\n\nFILE: {HELP('help.ledgers')}")
@click.argument("files", nargs=-1, type=PATH, metavar="FILE...")
@option("--mapping", metavar="NAME|FILE")
@click.option("--guess", "guessed", type=PATH, metavar="FILE", help=HELP("help.guess"))
@click.option("--output", type=PATH, metavar="DIR", help=HELP("help.import_into"))
@option("--department", metavar="NAME")
@option("--encoding", metavar="NAME")
@option("--dry-run", is_flag=True)
@option("--delete-vanished", is_flag=True)
@option("--prefer", callback=options.one_of(PREFER), metavar="|".join(PREFER))
@click.option("--as-of", callback=options.day, metavar="DATE", help=HELP("help.import_day"))
@lang
def import_(
    files: tuple[Path, ...],
    mapping: str | None,
    guessed: Path | None,
    output: Path | None,
    department: str | None,
    encoding: str | None,
    dry_run: bool,
    delete_vanished: bool,
    prefer: Any,
    as_of: datetime.date | None,
) -> None:
    from ..bundle import Bundle
    from ..inventory.schemas import Schemas
    from ..ledgers.bring import Terms, prepare
    from ..ledgers.changes import What
    from ..ledgers.collect import Collected, collect
    from ..ledgers.mapping_files import read_mapping
    from ..ledgers.steps import check_steps, write_steps
    from ..ledgers.summary import differences, summary

    if guessed:
        given = {
            "FILE": files,
            "--mapping": mapping,
            "--department": department,
            "--dry-run": dry_run,
            "--delete-vanished": delete_vanished,
            "--prefer": prefer,
            "--as-of": as_of,
        }
        if others := [name for name, value in given.items() if value]:
            raise UsageError("beside_guess", options=others)
        _guess(guessed, output, encoding)
        return
    gc.disable()  # as for a scan
    if not files:
        raise UsageError("no_ledgers")
    if not output:
        raise UsageError("no_import_folder")
    texts, nodes = current_texts(), Bundle().schemas
    schemas = Schemas(nodes)
    terms = Terms(as_of or today(), delete_vanished, prefer, texts("ledger.comment"))
    if mapping:
        chosen = read_mapping(mapping, nodes)
        found = Collected()
        try:
            chosen = chosen._replace(department=department or chosen.department)
            collect(files, chosen, schemas, nodes, encoding, found)
        except LedgerError:
            _tell(Collected(notices=found.notices), [])
            raise
        coming, refusals = ([], found.refusals) if found.refusals else prepare(found, output, schemas, terms)
    else:
        found, corrected = _corrected(files, output, nodes, terms)
        coming, refusals = corrected.coming, corrected.refusals
    _tell(found, refusals)
    if refusals:
        raise LedgerError("rows_refused" if mapping else "workbook_rows_refused", count=len(refusals))
    if dry_run:
        write_text(
            "".join(f"{line}\n" for own in coming if own.counts or own.moved for line in differences(own, texts))
        )
    if conflicts := sum(own.counts[What.CONFLICT] for own in coming):
        if not dry_run:
            _point_out(coming, What.CONFLICT)
        raise LedgerError("conflicts", file=output, count=conflicts)
    if refused := next((own.refusal for own in coming if own.refusal), None):
        raise refused
    steps = [step for own in coming for step in own.steps()] if mapping else corrected.steps
    if dry_run:
        check_steps(steps)
    else:
        write_steps(steps)
        _point_out(coming, What.DELETED)
    # not broken into lines: like the problems, these name files, which people look for and copy as a whole
    write_text("".join(f"{line}\n" for line in summary(coming, found, texts, dry_run=dry_run)))
    click.get_current_context().exit(4 if found.problems or found.unclaimed else 0)


def _corrected(
    files: Sequence[Path], folder: Path, nodes: Mapping[str, Any], terms: Terms
) -> tuple[Collected, Prepared]:
    """A workbook that was exported needs no mapping."""
    from ..inventory.schemas import Schemas
    from ..ledgers.collect import Collected
    from ..ledgers.corrected import Prepared, prepare_corrected
    from ..ledgers.files import EXCEL
    from ..ledgers.workbook_import import read_exported

    corrected = read_exported(files[0], nodes) if len(files) == 1 and files[0].suffix.lower() in EXCEL else None
    if corrected is None:
        raise UsageError("no_mapping_given")
    found = Collected(notices=corrected.notices)
    if corrected.refusals:
        return found, Prepared([], corrected.refusals, [], [])
    prepared = prepare_corrected(corrected, files[0], folder, Schemas(nodes), terms)
    found.notices += prepared.notices
    return found, prepared


def _guess(file: Path, output: Path | None, encoding: str | None) -> None:
    from ..bundle import Bundle
    from ..ledgers.guess import guess

    if output and (output.exists() or output.is_symlink()):
        raise UsageError("guess_in_the_way", file=output)
    texts = current_texts()
    made = guess(file, Bundle().schemas, texts, encoding)
    for key, facts in made.notices:
        click.echo(texts(key, **facts), err=True)
    write([made.text.encode()], output)
    for key, facts in made.remarks:
        click.echo(texts(key, **facts), err=True)
    counts = {"mapped": made.mapped, "columns": made.columns, "left": made.columns - made.mapped}
    key = "guess.all" if made.complete else "guess.all_incomplete"
    click.echo(texts(key, sure=int(made.sure * 100), **counts), err=True)
    command = ["policycheck", "import", str(file), "--mapping", str(output or "MAPPING.yaml"), "--output", "inventory"]
    if not made.departments:
        command += ["--department", texts("guess.some_department")]
    key = "guess.complete" if made.complete else "guess.incomplete"
    click.echo(texts(key, command=shlex.join([*command, "--dry-run"])), err=True)


def _tell(found: Collected, refusals: Sequence[Problem]) -> None:
    texts = current_texts()
    for key, facts in found.notices:
        click.echo(texts(key, **facts), err=True)
    tell_problems([*found.problems, *found.unclaimed, *refusals])


def _point_out(coming: Sequence[Coming], what: What) -> None:
    """Names what nobody should have to look for."""
    from ..ledgers.differences import render

    for own in coming:
        if own.counts[what] and own.changes:
            picked = [difference for difference in own.changes.differences if difference.what is what]
            for line in render(own.changes._replace(differences=picked, moved=0), current_texts()):
                click.echo(line, err=True)


@click.command(cls=Command, help=HELP("help.mappings"))
@click.argument("name", required=False)
@lang
def mappings(name: str | None) -> None:
    import ryaml

    from ..ledgers.mapping_files import ready_mappings, text_of_mapping

    texts = current_texts()
    if name:
        write([text_of_mapping(name)])
        return
    lines = []
    for known, path in ready_mappings().items():
        title = ryaml.loads(path.read_text("utf-8"))["title"][texts.language]
        lines.append(texts("word.labelled", label=known, value=title))
    write_wrapped(lines)
