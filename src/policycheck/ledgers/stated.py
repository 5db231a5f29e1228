"""What came out of the tables of ledgers → what is stated of each resource that comes into a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from ..model import Fields, Origin
from .cells import ABSENT
from .changes import SOURCE, Key, Stated, Written, sheet_of
from .mapping import Table
from .output import UNREAD, LeftOut, Output, Part, place_of
from .paths import put, value_at


class State(NamedTuple):
    """What is to come into a file, by kind and id; the events of what other files list, and of rows that are left out, each
    with its place; and how many entries keep what a column said that is there no more, by where it was and the field."""

    entries: dict[Key, Stated]
    elsewhere: list[tuple[Key, str]]
    left_out: list[tuple[Key, str]]
    kept: Counter[tuple[Part, str]]


def state(
    output: Output,
    present: Callable[[set[Key]], set[Key]],
    left_out: Mapping[Key, LeftOut],
    base: Mapping[Key, Written] | None,
    now: Mapping[Key, Fields],
) -> State:
    """`present` says which of some resources other files of the inventory have: of these, events say nothing, nor of those
    whose rows are `left_out`. `base` is what the last import wrote, `now` the inventory: what would stand in a table or a
    column that was not there is what stood there then."""
    found: dict[Key, Stated] = {}
    events: dict[Key, list[tuple[Table, Fields]]] = defaultdict(list)
    for table, fields in output.stated():
        key = table.kind, fields["id"]
        if table.log:
            events[key].append((table, fields))
        else:
            found[key] = Stated(table.name, fields, table.fields)
    for key in events:
        written = base.get(key) if base and key not in found and key not in left_out else None
        if written and written.table in output.unread:
            source = now.get(key, written.fields).get(SOURCE, ABSENT)
            found[key] = Stated(written.table, put(written.fields, SOURCE, source), frozenset())
    elsewhere = present(events.keys() - found.keys()) if events else set()
    ignored = events.keys() & (elsewhere | (left_out.keys() - found.keys()))
    for key, own in events.items():
        if key not in ignored:
            found[key] = _with_events(found.get(key), own)
    unsaid = _Unsaid(output, base, now)
    entries = {key: unsaid.kept(key, stated) for key, stated in found.items()}
    places = {key: place_of(own[-1][1]) for key, own in events.items() if key in ignored}
    listed = [(key, place) for key, place in places.items() if key in elsewhere]
    return State(
        entries, listed, [(key, place) for key, place in places.items() if key not in elsewhere], unsaid.counts
    )


def _with_events(listed: Stated | None, events: Sequence[tuple[Table, Fields]]) -> Stated:
    """What events add to what a table lists; alone, what they say with what their table sets. If one has a day that cannot
    be read, nobody knows the latest."""
    said = {column.field: column.node for table, _ in events for column in table.columns if column.field}
    days = [name for name, node in said.items() if _is_day(node)]
    on = [max(("", *(value for day in days if isinstance(value := value_at(own, day), str)))) for _, own in events]
    events = [event for _, event in sorted(zip(on, events, strict=True), key=itemgetter(0))]
    unread = [(own, *one) for _, own in events for one in own.get(UNREAD, {}).items() if one[0] in days]
    table, fields = events[-1]
    for name in said:
        values = [value for _, own in events if (value := value_at(own, name)) not in (ABSENT, None)]
        if values:
            fields = put(fields, name, max(map(str, values)) if name in days else values[-1])
    if listed is None:
        for name, value in table.given.items():
            fields = fields if value_at(fields, name) is not ABSENT else put(fields, name, value)
        stated = Stated(table.name, fields, table.fields | said.keys())
    else:
        known = listed.fields
        for name in said:
            old, new = value_at(known, name), value_at(fields, name)
            if new not in (ABSENT, None) and (old in (ABSENT, None) or (name in days and str(new) > str(old))):
                known = put(known, name, new)
        stated = Stated(listed.table, known, listed.owned | said.keys())
    return _without_days(stated, unread) if unread else stated


def _is_day(node: Mapping[str, Any]) -> bool:
    return "date" in str(node.get("$ref", "")) or node.get("format") == "date"


def _without_days(stated: Stated, unread: Sequence[tuple[Fields, str, str]]) -> Stated:
    """`unread` are days that events do not tell: the events, the fields, and the cells."""
    fields = stated.fields
    source = fields[SOURCE]
    cells = list(source.get("unread", ()))
    for own, name, cell in unread:
        fields = put(fields, name, ABSENT)
        place = Origin(own[SOURCE]["file"], own[SOURCE].get("sheet"), cell)
        is_here = sheet_of(own) == sheet_of(stated.fields)
        cells.append(cell if is_here else f"{place.sheet}!{cell}" if place.file == source["file"] else str(place))
    return stated._replace(fields=put(fields, SOURCE, source | {"unread": list(dict.fromkeys(cells))}))


class _Unsaid:
    """What tables and columns that were not there said when they were. `counts` are the entries that keep what a column
    said, by where it was and its field."""

    def __init__(self, output: Output, base: Mapping[Key, Written] | None, now: Mapping[Key, Fields]) -> None:
        self.counts: Counter[tuple[Part, str]] = Counter()
        self._output, self._base, self._now = output, base, now
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._logged: dict[str, set[str]] = defaultdict(set)
        self._silent: dict[str, set[str]] = defaultdict(set)
        for (name, _), said in output.said.items():
            if (table := output.tables[name]).log:
                self._logged[table.kind] |= said
        for table in output.unread.values():
            if table.log:
                self._silent[table.kind] |= table.fields - {"id", "department"}

    def kept(self, key: Key, stated: Stated) -> Stated:
        """With what the last import wrote where nothing is said now; where that is not known, nobody is asked."""
        fields = put(stated.fields, UNREAD, ABSENT)
        if stated.table in self._output.unread:
            return stated._replace(fields=fields)
        part = stated.table, sheet_of(fields)
        silent = self._silent[key[0]] - stated.fields.get(UNREAD, {}).keys()
        said = (self._output.said[part] | self._logged[key[0]]) - silent
        before = self._base[key].fields if self._base and key in self._base else {}
        known = self._now.get(key, {}) if self._base is None and SOURCE in self._now.get(key, {}) else before
        owned = set(stated.owned | silent)
        for name in sorted(owned - said):
            if value_at(fields, name) is not ABSENT:
                continue
            was = value_at(before, name)
            if was is ABSENT:
                owned.remove(name)
            else:
                fields = put(fields, name, was)
            if name not in silent and value_at(known, name) is not ABSENT:
                self.counts[part, name] += 1
        shared = frozenset(owned)
        return Stated(stated.table, fields, self._sets.setdefault(shared, shared))
