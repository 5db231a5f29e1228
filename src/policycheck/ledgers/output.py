"""What is to come into a file of the inventory, while ledgers are read."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import orjson

from ..indexes import fingerprints
from ..model import Fields, Origin
from ..spool import Spool
from .mapping import Table

Part: TypeAlias = tuple[str, tuple[object, object] | None]
"""The name of a table, and the file and the sheet of some of its rows."""

UNREAD = "?"
"""Where there are logs, the cells of an entry that could not be read, by field, until all is put together."""


class LeftOut(NamedTuple):
    """Where a row is that a rule leaves out, and what of the rule it fits."""

    place: str
    rule: str


@dataclass
class Output:
    """What is to come into one file of the inventory. `tables` are those that were there to be read, and `unread` those of
    the mapping that were in no file; `said` are the fields that have columns, and `lacking` the columns that are not there,
    by their fields, as the facts of a notice; `prints` are the fingerprints of the ids by kind, but for those of events."""

    tables: dict[str, Table] = field(default_factory=dict)
    unread: dict[str, Table] = field(default_factory=dict)
    said: dict[Part, set[str]] = field(default_factory=lambda: defaultdict(set))
    lacking: dict[Part, dict[str, Mapping[str, object]]] = field(default_factory=lambda: defaultdict(dict))
    rows: int = 0
    prints: dict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    _spool: Spool = field(default_factory=Spool)

    def add(self, table: Table, entries: Sequence[Fields]) -> None:
        """Entries of one table."""
        self.rows += len(entries)
        if not table.log:
            self.prints[table.kind].extend(fingerprints([fields["id"] for fields in entries]))
        name = table.name.encode()
        self._spool.write(b"".join([name + b"\0" + orjson.dumps(fields) + b"\n" for fields in entries]))

    def blocks(self) -> Iterator[list[tuple[Table, bytes]]]:
        """All entries as JSON, each with its table."""
        tables = {name.encode(): table for name, table in self.tables.items()}
        rest = b""
        for block in self._spool:
            *lines, rest = (rest + block).split(b"\n")
            yield [(tables[name], fields) for name, _, fields in (line.partition(b"\0") for line in lines)]

    def stated(self) -> Iterator[tuple[Table, Fields]]:
        """All entries, each with its table."""
        return ((table, orjson.loads(fields)) for block in self.blocks() for table, fields in block)


def place_of(fields: Fields) -> str:
    """Where an entry that was imported begins in its ledger."""
    return str(Origin.of(fields["imported_from"]))
