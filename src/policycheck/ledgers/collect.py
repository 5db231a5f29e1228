"""Ledgers → what they state, by the file of the inventory that it belongs to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ..errors import LedgerError
from ..inventory.discovery import name_of
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Problem
from .cells import ABSENT, Raw, Sheet
from .changes import Key, Stated
from .convert import Converter
from .files import Ledger, open_ledger
from .ids import doubles, odd_events
from .layouts import Near, missing_table
from .mapping import MappingFile, Table
from .missing import is_meant, nearest_of, refuse
from .output import Output, place_of
from .paths import put, value_at
from .tables import SheetReader


@dataclass
class Collected:
    """What some ledgers state, by the name of the file that it belongs to. `problems` are values that were left out, and
    `unclaimed` rows; `refusals` are what nothing can be written for; `notices` are what people are to be told, as the
    keys of texts with their facts."""

    outputs: dict[str, Output] = field(default_factory=lambda: defaultdict(Output))
    problems: list[Problem] = field(default_factory=list)
    unclaimed: list[Problem] = field(default_factory=list)
    refusals: list[Problem] = field(default_factory=list)
    notices: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)


def collect(
    paths: Sequence[Path], mapping: MappingFile, schemas: Schemas, nodes: Mapping[str, Any], encoding: str | None = None
) -> Collected:
    """Reads the ledgers by the mapping. `nodes` are the schemas by name.

    Raises UsageError and LedgerError where a file cannot be read, or lacks what the mapping says that it has.
    """
    paths = list({os.path.abspath(path): path for path in paths}.values())  # noqa: PTH100 (it goes up where “..” says so)
    collected = Collected()
    read: set[str] = set()
    near: dict[str, Near] = {}
    sheets: list[tuple[str, str | None]] = []
    fixed: dict[str, list[Raw]] = {}
    names = [path.name for path in paths]
    for path in paths:
        try:
            ledger = open_ledger(path, encoding=encoding or mapping.encoding, rows_at=mapping.rows_at)
            name = path.name if names.count(path.name) == 1 else ledger.file
            converter = Converter(schemas, nodes, name, mapping.department)
            collected.notices += ledger.notices
            sheets_here = [(ledger.file, sheet.name) for sheet in ledger.sheets]
            sheets += sheets_here
            output = collected.outputs[mapping.output or f"{path.stem}.yaml"]
            own: set[str] = set()
            closest: list[Near] = []
            for sheet in ledger.sheets:
                reader = SheetReader(
                    sheet, [table for table in mapping.tables if table.may_stand_in(path.name, sheet.name)]
                )
                for block in reader.blocks():
                    table = block.layout.table
                    output.tables[table.name] = table
                    output.add(table, converter.entries(block))
                output.tables |= {layout.table.name: layout.table for layout in reader.search.found}
                own |= {layout.table.name for layout in reader.search.found}
                near |= {name: nearest_of([near.get(name, one), one]) for name, one in reader.search.near.items()}
                fixed |= reader.search.fixed
                closest += reader.search.lacking if reader.search.found else reader.search.near.values()
                collected.refusals += [*reader.search.refusals, *reader.refusals]
                collected.notices += _told(ledger, sheet, reader)
                collected.unclaimed += (
                    Problem("row_of_no_table", Location(row.place), {"value": row.value})
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
    collected.refusals += doubles(outputs)
    if any(table.log for output in outputs for table in output.tables.values()):
        stated = [*chain.from_iterable(output.stated() for output in outputs)]
        events = [((table.kind, own["id"]), place_of(own)) for table, own in stated if table.log]
        collected.refusals += odd_events(events, {(table.kind, own["id"]) for table, own in stated if not table.log})
    return collected


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
        yield "ledger.rows_skipped", {"place": where, "rule": rule, "count": len(rows), "rows": rows[:10]}


def state(output: Output, present: Callable[[set[Key]], set[Key]]) -> tuple[dict[Key, Stated], list[tuple[Key, str]]]:
    """What is to come into a file, by kind and id. `present` says which of some resources other files of the inventory
    have: of these, events say nothing; they are given with their places."""
    found: dict[Key, Stated] = {}
    events: dict[Key, list[tuple[Table, Fields]]] = defaultdict(list)
    for table, fields in output.stated():
        key = table.kind, fields["id"]
        if table.log:
            events[key].append((table, fields))
        else:
            found[key] = Stated(table.name, fields, table.fields)
    elsewhere = present(events.keys() - found.keys()) if events else set()
    for key, own in events.items():
        if key not in elsewhere:
            found[key] = _with_events(found.get(key), own)
    return found, [(key, place_of(own[-1][1])) for key, own in events.items() if key in elsewhere]


def _with_events(listed: Stated | None, events: Sequence[tuple[Table, Fields]]) -> Stated:
    """What events add to what a table lists; alone, what they say with what their table sets."""
    said = {column.field: column.node for table, _ in events for column in table.columns if column.field}
    days = [name for name, node in said.items() if _is_day(node)]
    on = [max(("", *(value for day in days if isinstance(value := value_at(own, day), str)))) for _, own in events]
    events = [event for _, event in sorted(zip(on, events, strict=True), key=itemgetter(0))]
    table, fields = events[-1]
    for name in said:
        values = [value for _, own in events if (value := value_at(own, name)) not in (ABSENT, None)]
        if values:
            fields = put(fields, name, max(map(str, values)) if name in days else values[-1])
    if listed is None:
        for name, value in table.given.items():
            fields = fields if value_at(fields, name) is not ABSENT else put(fields, name, value)
        return Stated(table.name, fields, table.fields | said.keys())
    known = listed.fields
    for name in said:
        old, new = value_at(known, name), value_at(fields, name)
        if new not in (ABSENT, None) and (old in (ABSENT, None) or (name in days and str(new) > str(old))):
            known = put(known, name, new)
    return Stated(listed.table, known, listed.owned | said.keys())


def _is_day(node: Mapping[str, Any]) -> bool:
    return "date" in str(node.get("$ref", "")) or node.get("format") == "date"
