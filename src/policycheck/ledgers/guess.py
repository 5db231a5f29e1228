"""A first mapping for a ledger that nobody has described yet, with how sure it is. It is for people to look at: nothing is
imported by it here."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..inventory.schemas import Schemas
from ..texts import Texts
from .files import Ledger, open_ledger
from .guess_columns import Guesser
from .guess_headings import KnownHeadings
from .guess_ready import fitting
from .guess_tables import find_tables, grouped, seen
from .guess_text import TextOfGuess

_SEEN = 30


class Guess(NamedTuple):
    """`text` is a mapping in YAML, complete only if `complete`: every table that was found has a kind and an id. `sure` goes
    from 0 to 1, 0 where the mapping is not complete, and `mapped` of `columns` are to be imported. `departments` tells
    whether every table has a column for the department. `notices` are what the readers of the files told, and `remarks` what
    people should know of the draft."""

    text: str
    sure: float
    mapped: int
    columns: int
    complete: bool
    departments: bool
    notices: list[tuple[str, dict[str, object]]]
    remarks: list[tuple[str, dict[str, object]]]


def guess(path: Path, schemas: Mapping[str, Any], texts: Texts, encoding: str | None = None) -> Guess:
    """A mapping for the ledger in a file, with comments in the language of the texts. `schemas` are those by name. The same
    file gives the same text.

    A column is as sure as its heading is like a known one (1 for the same; 0.95 with a remark that says nothing; 0.9 for
    the inner title of a nested field, or what several kinds call the field; of these 0.8 where an unknown group stands over
    it; less than 0.65 for what is only like a known one), times (1 + r) / 2 for the share r of its values that can be read,
    0.8 if there are none. An id counts the share of rows that have
    one of that, and 0.6 where values repeat. A table is as sure as its columns are on average,
    times how sure its kind is: a half, and the more the better it explains the headings than the next one does. The whole is
    as sure as the least sure table. Without an id, or a kind that is clearly ahead of the others, a table is not sure at
    all: people fill in what is missing, and until then the mapping is refused.

    Raises what `open_ledger` raises, and LedgerError where no headings are known. JSON that has nothing but one list, or one object, is read from there.
    """
    ledger, rows_at = _open(path, encoding)
    kinds = list(Schemas(schemas).kinds.values())
    headings = KnownHeadings(schemas, kinds)
    found = [find_tables(sheet, headings) for sheet in ledger.sheets]
    own = Guesser(schemas, headings, path.stem)
    tables = [own.table(group, alone=alone) for group, alone in grouped(found)]
    empty = {sheet.name: seen(sheet) for sheet, tables in zip(ledger.sheets, found, strict=True) if not tables}
    if not tables:
        raise LedgerError(
            "nothing_guessed", file=ledger.file, headings=list(chain.from_iterable(empty.values()))[:_SEEN]
        )
    ready = fitting([*chain.from_iterable(found)], ledger.file, schemas)
    remarks: list[tuple[str, dict[str, object]]] = [
        ("guess.no_headings", {"place": name or ledger.file, "headings": said}) for name, said in empty.items() if said
    ]
    remarks += [("guess.ready", ready._asdict())] if ready else []
    text = TextOfGuess(texts, ledger, rows_at, encoding).render(tables, remarks)
    return Guess(
        text,
        min(table.sure for table in tables),
        sum(column.active for table in tables for column in table.columns),
        sum(len(table.columns) for table in tables),
        all(table.complete for table in tables),
        all(table.has("department") for table in tables),
        ledger.notices,
        remarks,
    )


def _open(path: Path, encoding: str | None) -> tuple[Ledger, str | None]:
    try:
        return open_ledger(path, encoding=encoding), None
    except LedgerError as error:
        match error.facts:
            case {"place": "/", "known": [str(key)]} if error.key == "no_rows_in_json" and "." not in key:
                return open_ledger(path, encoding=encoding, rows_at=key), key
        raise
