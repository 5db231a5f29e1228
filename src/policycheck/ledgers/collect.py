"""Ledgers → what they state, by the file of the inventory that it belongs to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from ..errors import LedgerError
from ..inventory.discovery import name_of
from ..inventory.schemas import Schemas
from ..model import Location, Problem
from ..nearest import nearest
from .cells import Raw, Sheet
from .changes import Key
from .convert import Converter
from .files import Ledger, open_ledger
from .ids import doubles, odd_events
from .layouts import Layout, Near, missing_table
from .mapping import OWN, MappingFile
from .missing import is_meant, nearest_of, refuse
from .output import LeftOut, Output, place_of
from .tables import SheetReader
from .words import fold


@dataclass
class Collected:
    """What some ledgers state, by the name of the file that it belongs to. `problems` are values that were left out, and
    `unclaimed` rows; `refusals` are what nothing can be written for; `notices` are what people are to be told, as the
    keys of texts with their facts; `left_out` are the resources whose rows a rule leaves out, if they may have events."""

    outputs: dict[str, Output] = field(default_factory=lambda: defaultdict(Output))
    problems: list[Problem] = field(default_factory=list)
    unclaimed: list[Problem] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)
    notices: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    left_out: dict[Key, LeftOut] = field(default_factory=dict)


def collect(
    paths: Sequence[Path],
    mapping: MappingFile,
    schemas: Schemas,
    nodes: Mapping[str, Any],
    encoding: str | None = None,
    collected: Collected | None = None,
) -> Collected:
    """Reads the ledgers by the mapping. `nodes` are the schemas by name; `collected` is what to collect in.

    Raises UsageError and LedgerError where a file cannot be read, or lacks what the mapping says that it has; what was
    collected tells how the files were read.
    """
    collected = collected or Collected()
    reading = _Reading(mapping, schemas, nodes, collected)
    paths = list({os.path.abspath(path): path for path in paths}.values())  # noqa: PTH100 (it goes up where “..” says so)
    names = [path.name for path in paths]
    for path in paths:
        try:
            reading.ledger(path, encoding or mapping.encoding, is_unique=names.count(path.name) == 1)
        except OSError as error:
            raise LedgerError("unreadable_ledger", file=name_of(path), reason=error.strerror) from None
    reading.end()
    return collected


class _Reading:
    """Reads ledgers, one after the other."""

    def __init__(self, mapping: MappingFile, schemas: Schemas, nodes: Mapping[str, Any], collected: Collected) -> None:
        self._mapping, self._schemas, self._nodes, self._collected = mapping, schemas, nodes, collected
        self._logged = {table.kind for table in mapping.tables if table.log}
        self._sheets: list[tuple[str, str | None]] = []
        self._read: set[str] = set()
        self._near: dict[str, Near] = {}
        self._fixed: dict[str, list[Raw]] = {}

    def ledger(self, path: Path, encoding: str | None, *, is_unique: bool) -> None:
        """`is_unique` says whether no other ledger is called so."""
        mapping, collected = self._mapping, self._collected
        ledger = open_ledger(path, encoding=encoding, rows_at=mapping.rows_at, separator=mapping.separator)
        collected.notices += ledger.notices
        converter = Converter(self._schemas, self._nodes, path.name if is_unique else ledger.file, mapping)
        output = collected.outputs[mapping.output or f"{path.stem}.yaml"]
        found: set[str] = set()
        closest: list[Near] = []
        for sheet in ledger.sheets:
            reader = SheetReader(
                sheet, [table for table in mapping.tables if table.may_stand_in(path.name, sheet.name)], self._logged
            )
            self._sheet(reader, converter, output)
            collected.notices += _told(ledger, sheet, reader)
            found |= {layout.table.name for layout in reader.search.found}
            closest += reader.search.lacking if reader.search.found else reader.search.near.values()
        if known := [*filter(is_meant, closest)]:
            raise missing_table(nearest_of(known))
        here = [(ledger.file, sheet.name) for sheet in ledger.sheets]
        if not found:
            refuse(here, mapping.tables, closest, self._fixed)
        self._sheets += here
        self._read |= found
        collected.problems += converter.problems
        collected.refusals += converter.refusals

    def _sheet(self, reader: SheetReader, converter: Converter, output: Output) -> None:
        collected, search = self._collected, reader.search
        for block in reader.blocks():
            output.tables[block.layout.table.name] = block.layout.table
            output.add(block.layout.table, converter.entries(block))
        for layout in search.found:
            output.tables[layout.table.name] = layout.table
            _note_columns(layout, output, converter.file)
        for rule, block in reader.left_out:
            kind, place = block.layout.table.kind, block.layout.place(block.numbers[0])
            collected.left_out |= {(kind, own): LeftOut(place, rule) for own in converter.ids(block)}
        self._near |= {name: nearest_of([self._near.get(name, one), one]) for name, one in search.near.items()}
        self._fixed |= search.fixed
        refused = (*search.refusals, *reader.refusals)
        collected.refusals += {(problem.location, problem.key): problem for problem in refused}.values()
        for row in reader.unclaimed.values():
            key = "row_of_no_table" if row.value.strip() else "empty_of_no_table"
            collected.unclaimed.append(Problem(key, Location(row.place), {"value": row.value}))

    def end(self) -> None:
        """Looks at what no single ledger tells."""
        collected, tables = self._collected, self._mapping.tables
        for table in tables:
            if table.name not in self._read and not table.optional:
                near = [self._near[table.name]] if table.name in self._near else []
                refuse(self._sheets, [table], near, self._fixed)
        outputs = [*collected.outputs.values()]
        for output in outputs:
            output.unread = {table.name: table for table in tables if table.name not in output.tables}
        collected.refusals += doubles(outputs)
        if any(table.log for output in outputs for table in output.tables.values()):
            stated = [*chain.from_iterable(output.stated() for output in outputs)]
            events = [((table.kind, own["id"]), place_of(own)) for table, own in stated if table.log]
            listed = {(table.kind, own["id"]) for table, own in stated if not table.log} | collected.left_out.keys()
            collected.refusals += odd_events(events, listed) if listed else ()


def _note_columns(layout: Layout, output: Output, file: str) -> None:
    """Notes which fields of a table have columns, and which have none though the mapping knows some."""
    table, part = layout.table, (layout.table.name, (file, layout.sheet.name))
    columns = {column.field: column for column in table.columns if column.field}
    here = {name for name, own in columns.items() if own.written in layout.columns or not OWN.isdisjoint(own.titles)}
    output.said[part] |= {"id", "department", *table.given, *here}
    titles = {fold(title): title for title in layout.unnamed.values()}
    for name in columns.keys() - here:
        found = next(filter(None, (nearest(title, titles) for title in columns[name].titles)), "")
        facts = {"column": columns[name].written.split(" | ")[0], "nearest": titles.get(found)}
        output.lacking[part][name] = {"place": layout.place(layout.first - 1), "field": name, **facts}


def _told(ledger: Ledger, sheet: Sheet, reader: SheetReader) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What of a sheet was not read."""
    place = {"file": ledger.file, "sheet": sheet.name}
    if not reader.search.found and sheet.name is not None:
        yield "ledger.sheet_not_read", place
    known = {(layout.first, position) for layout in reader.search.found for position in layout.columns.values()}
    for layout in reader.search.found:
        unnamed = {(layout.first, position): title for position, title in layout.unnamed.items()}
        if columns := [title for heading, title in unnamed.items() if heading not in known]:
            yield "ledger.columns_not_read", {"place": layout.place(layout.first - 1), "columns": columns}
        known |= unnamed.keys()
        rules = [
            rule for rule in layout.table.skip if len(rule.titles) == 1
        ]  # who names several knows that one may be missing
        absent = [rule.written for rule in rules if rule.written not in layout.columns]
        if absent:
            yield "ledger.rule_without_column", {"place": layout.place(layout.first - 1), "columns": absent}
    skipped: dict[str, dict[int, None]] = defaultdict(dict)
    for (_, rule), numbers in reader.skipped.items():
        skipped[rule] |= dict.fromkeys(numbers)
    for rule, rows in skipped.items():
        where = f"{ledger.file} {sheet.name}" if sheet.name else ledger.file
        key = "ledger.row_skipped" if len(rows) == 1 else "ledger.rows_skipped"
        yield key, {"place": where, "rule": rule, "count": len(rows), "rows": sorted(rows)[:10]}
