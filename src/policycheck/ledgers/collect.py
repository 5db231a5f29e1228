"""Ledgers → what they state, by the file of the inventory that it belongs to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
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
    paths = list({os.path.abspath(path): path for path in paths}.values())  # noqa: PTH100 (it goes up where “..” says so)
    collected = collected or Collected()
    logged = {table.kind for table in mapping.tables if table.log}
    read: set[str] = set()
    near: dict[str, Near] = {}
    sheets: list[tuple[str, str | None]] = []
    fixed: dict[str, list[Raw]] = {}
    names = [path.name for path in paths]
    for path in paths:
        try:
            ledger = open_ledger(
                path, encoding=encoding or mapping.encoding, rows_at=mapping.rows_at, separator=mapping.separator
            )
            name = path.name if names.count(path.name) == 1 else ledger.file
            converter = Converter(schemas, nodes, name, mapping)
            collected.notices += ledger.notices
            sheets_here = [(ledger.file, sheet.name) for sheet in ledger.sheets]
            sheets += sheets_here
            output = collected.outputs[mapping.output or f"{path.stem}.yaml"]
            own: set[str] = set()
            closest: list[Near] = []
            for sheet in ledger.sheets:
                tables = [table for table in mapping.tables if table.may_stand_in(path.name, sheet.name)]
                reader = SheetReader(sheet, tables, logged)
                for block in reader.blocks():
                    table = block.layout.table
                    output.tables[table.name] = table
                    output.add(table, converter.entries(block))
                for rule, block in reader.left_out:
                    kind, place = block.layout.table.kind, block.layout.place(block.numbers[0])
                    collected.left_out |= {(kind, own): LeftOut(place, rule) for own in converter.ids(block)}
                for layout in reader.search.found:
                    _note_columns(layout, output, name)
                output.tables |= {layout.table.name: layout.table for layout in reader.search.found}
                own |= {layout.table.name for layout in reader.search.found}
                near |= {name: nearest_of([near.get(name, one), one]) for name, one in reader.search.near.items()}
                fixed |= reader.search.fixed
                closest += reader.search.lacking if reader.search.found else reader.search.near.values()
                refused = (*reader.search.refusals, *reader.refusals)
                collected.refusals += {(problem.location, problem.key): problem for problem in refused}.values()
                collected.notices += _told(ledger, sheet, reader)
                collected.unclaimed += (
                    Problem(
                        "row_of_no_table" if row.value.strip() else "empty_of_no_table",
                        Location(row.place),
                        {"value": row.value},
                    )
                    for row in reader.unclaimed.values()
                )
            if known := [*filter(is_meant, closest)]:
                raise missing_table(nearest_of(known))
            if not own:
                refuse(sheets_here, mapping.tables, closest, fixed)
            read |= own
            collected.problems += converter.problems
            collected.refusals += converter.refusals
        except OSError as error:
            raise LedgerError("unreadable_ledger", file=name_of(path), reason=error.strerror) from None
    for table in mapping.tables:
        if table.name not in read and not table.optional:
            refuse(sheets, [table], [near[table.name]] if table.name in near else [], fixed)
    outputs = [*collected.outputs.values()]
    for output in outputs:
        output.unread = {table.name: table for table in mapping.tables if table.name not in read}
    collected.refusals += doubles(outputs)
    if any(table.log for output in outputs for table in output.tables.values()):
        stated = [*chain.from_iterable(output.stated() for output in outputs)]
        events = [((table.kind, own["id"]), place_of(own)) for table, own in stated if table.log]
        listed = {(table.kind, own["id"]) for table, own in stated if not table.log} | collected.left_out.keys()
        collected.refusals += odd_events(events, listed) if listed else ()
    return collected


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
    skipped = {(rule, number): None for (_, rule), rows in reader.skipped.items() for number in rows}
    for rule, numbers in groupby(skipped, itemgetter(0)):
        rows = [number for _, number in numbers]
        where = f"{ledger.file} {sheet.name}" if sheet.name else ledger.file
        key = "ledger.row_skipped" if len(rows) == 1 else "ledger.rows_skipped"
        yield key, {"place": where, "rule": rule, "count": len(rows), "rows": rows[:10]}
