"""What a table lists of a resource, and what events say of it → one entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from ..model import Fields, Origin
from .cells import ABSENT
from .changes import SOURCE, Halves, sheet_of
from .mapping import Table
from .output import UNREAD
from .paths import put, value_at


def latest(table: Table, events: Sequence[Fields]) -> Fields:
    """What the events of a table say of a resource: the latest day; of all else, what was said last. UNREAD are the places
    of all days that cannot be read."""
    days = _days(table)
    events = [own for _, own in sorted(((last_day(table, own), own) for own in events), key=itemgetter(0))]
    fields = events[-1]
    for name in _columns(table):
        if values := _values(events, name):
            fields = put(fields, name, max(map(str, values)) if name in days else values[-1])
    unread: dict[str, list[list[object]]] = {}
    for own in events:
        for name, cell in own.get(UNREAD, {}).items():
            if name in days:
                unread.setdefault(name, []).append([own[SOURCE]["file"], own[SOURCE].get("sheet"), cell])
    return put(fields, UNREAD, unread or ABSENT)


def last_day(table: Table, fields: Fields) -> str:
    """The latest of all days that there are, of whatever field."""
    return max(("", *(day for name in _days(table) if isinstance(day := value_at(fields, name), str))))


def together(halves: Halves, tables: Mapping[str, Table]) -> Fields:
    """The entry. Events add to what a table lists, and of days the latest counts; alone, they say what their table sets,
    too. Where a day cannot be read on either side, nobody knows the latest."""
    logs, events = [tables[name] for name in halves.events], [*halves.events.values()]
    listed, days = halves.listed, {name for table in logs for name in _days(table)}
    fields = events[-1] if listed is None else listed
    for name in sorted({name for table in logs for name in _columns(table)}):
        own = _values([] if listed is None else [listed], name)
        if values := _values(events, name):
            fields = put(fields, name, max(map(str, [*own, *values])) if name in days else [*values, *own][-1])
    if listed is None:
        for name, value in logs[-1].given.items():
            fields = fields if value_at(fields, name) is not ABSENT else put(fields, name, value)
    for name in {name for half in (*events, listed or {}) for name in half.get(UNREAD, ())}:
        fields = put(fields, name, ABSENT)
    fields = put(fields, UNREAD, ABSENT)
    cells = dict.fromkeys([*fields[SOURCE].get("unread", ()), *_cells(halves, fields)])
    return put(fields, SOURCE, fields[SOURCE] | {"unread": [*cells]}) if cells else fields


def _cells(halves: Halves, fields: Fields) -> Iterator[str]:
    """The cells that cannot be read, as an entry names them that stands where this one does."""
    if halves.listed is not None:
        yield from halves.listed.get(UNREAD, {}).values()
    for half in halves.events.values():
        for file, sheet, cell in (place for places in half.get(UNREAD, {}).values() for place in places):
            if (file, sheet) == sheet_of(fields):
                yield cell
            else:
                yield f"{sheet}!{cell}" if file == fields[SOURCE]["file"] else str(Origin(file, sheet, cell))


def _values(halves: Sequence[Fields], name: str) -> list[object]:
    return [value for half in halves if (value := value_at(half, name)) not in (ABSENT, None)]


def _columns(table: Table) -> list[str]:
    return [column.field for column in table.columns if column.field]


def _days(table: Table) -> set[str]:
    return {
        column.field
        for column in table.columns
        if column.field and ("date" in str(column.node.get("$ref", "")) or column.node.get("format") == "date")
    }
