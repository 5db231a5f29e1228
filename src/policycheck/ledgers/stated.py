"""What came out of the tables of ledgers → what is stated of each resource that comes into a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ..model import Fields
from .cells import ABSENT
from .changes import MARK, SOURCE, Halves, Key, Stated, Written, sheet_of
from .halves import last_day, latest, together
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
    listed: dict[Key, tuple[Table, Fields]] = {}
    events: dict[Key, dict[str, list[Fields]]] = defaultdict(lambda: defaultdict(list))
    last: dict[Key, Fields] = {}
    for table, fields in output.stated():
        key = table.kind, fields["id"]
        if table.log:
            events[key][table.name].append(fields)
            last[key] = fields
        else:
            listed[key] = table, fields
    stating = _Stating(output, base, now)
    left = left_out.keys() - listed.keys()
    gone = stating.lacking_events() - left
    known = {key for key in (events.keys() | gone) - left if stating.listed_then(key) is not None}
    elsewhere = present(events.keys() - listed.keys() - known) if events else set()
    ignored = events.keys() & (elsewhere | left)
    entries = {}
    for key in dict.fromkeys([*listed, *events, *sorted(gone)]):
        if key not in ignored and (stated := stating.stated(key, listed.get(key), events.get(key, {}), key in known)):
            entries[key] = stated
    places = {key: place_of(fields) for key, fields in last.items() if key in ignored}
    others = [(key, place) for key, place in places.items() if key in elsewhere]
    return State(
        entries, others, [(key, place) for key, place in places.items() if key not in elsewhere], stating.counts
    )


class _Stating:
    """Puts together what tables and events say now, and what those said that were not there, when they were. `counts` are
    the entries that keep what a column said, by where it was and its field."""

    def __init__(self, output: Output, base: Mapping[Key, Written] | None, now: Mapping[Key, Fields]) -> None:
        self.counts: Counter[tuple[Part, str]] = Counter()
        self._output, self._base, self._is_remembered, self._now = output, base or {}, base is not None, now
        self._tables = {**output.unread, **output.tables}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self._said: dict[str, set[str]] = defaultdict(set)
        self._logged: dict[str, set[str]] = defaultdict(set)
        self._silent: dict[str, set[str]] = defaultdict(set)
        for (name, _), said in output.said.items():
            self._said[name] |= said
            if (table := output.tables[name]).log:
                self._logged[table.kind] |= said - table.given.keys()
        for table in output.unread.values():
            if table.log:
                self._silent[table.kind] |= table.fields - {"id", "department"}

    def lacking_events(self) -> set[Key]:
        """Of what those tables of events said something that are read now."""
        read = {name for name, table in self._output.tables.items() if table.log}
        return {key for key in self._base if read & self._then(key).events.keys()} if read else set()

    def listed_then(self, key: Key) -> Fields | None:
        """What a table listed that is not there now."""
        is_unread = key in self._base and self._base[key].table in self._output.unread
        listed = self._then(key).listed if is_unread else None
        return listed and put(listed, f"{SOURCE}.{MARK}", ABSENT)

    def stated(
        self, key: Key, row: tuple[Table, Fields] | None, events: Mapping[str, list[Fields]], is_known: bool
    ) -> Stated | None:
        """Of a resource that a table lists in this row, or that `is_known` to be listed by one that is not there."""
        then = self._then(key)
        logs = self._logs(then, events)
        listed: Fields | None
        if row:
            name, listed = row[0].name, self._listed(key, *row, then.listed or {})
            said = self._logged[key[0]] | self._output.said[name, sheet_of(listed)]
        elif is_known:
            name, listed, said = self._base[key].table, self.listed_then(key), self._logged[key[0]]
        elif logs:
            name, listed, said = [*logs][-1], None, {field for log in events for field in self._said[log]}
        else:
            return None
        halves = Halves(listed, logs)
        fields = together(halves, self._tables)
        if is_known and (mark := self._mark(key)) is not ABSENT:
            fields = put(fields, f"{SOURCE}.{MARK}", mark)
        speaking = self._tables.keys() & {*logs, *self._remembered(key).events, *([name] if row else ())}
        owned = {field for one in speaking for field in self._tables[one].fields}
        said = said - (self._silent[key[0]] - (listed or {}).get(UNREAD, {}).keys())
        before = self._base[key].fields if key in self._base else {}
        owned -= {field for field in owned - said if value_at(fields, field) is value_at(before, field) is ABSENT}
        shared = frozenset(owned)
        shared = self._sets.setdefault(shared, shared)
        return Stated(name, fields, shared, halves if logs or listed is None or UNREAD in listed else None)

    def _logs(self, then: Halves, events: Mapping[str, list[Fields]]) -> dict[str, Fields]:
        """What events say by the names of their tables, the latest last."""
        logs = {name: half for name, half in then.events.items() if name in self._output.unread}
        for name, own in events.items():
            table, was = self._tables[name], then.events.get(name, {})
            logs[name] = self._kept(latest(table, own), table, self._said[name], was, was)
        return dict(sorted(logs.items(), key=lambda log: last_day(self._tables[log[0]], log[1])))

    def _listed(self, key: Key, table: Table, fields: Fields, then: Fields) -> Fields:
        known = then
        if not self._is_remembered and SOURCE in self._now.get(key, {}):
            known = self._now[key]
            for field in self._silent[key[0]]:
                known = put(known, field, ABSENT)
        return self._kept(fields, table, self._output.said[table.name, sheet_of(fields)], then, known)

    def _then(self, key: Key) -> Halves:
        """What was said at the last import; of what only events named, nothing once they do so no more."""
        then = self._remembered(key)
        return then if then.listed is not None or self._mark(key) is ABSENT else Halves(None, {})

    def _mark(self, key: Key) -> object:
        source = self._now.get(key, {}).get(SOURCE)
        return source.get(MARK, ABSENT) if isinstance(source, dict) else ABSENT

    def _remembered(self, key: Key) -> Halves:
        """Where it was not kept apart, the table said all of it."""
        written = self._base.get(key)
        if written is None:
            return Halves(None, {})
        if written.halves:
            return written.halves
        is_log = written.table in self._tables and self._tables[written.table].log
        return Halves(None, {written.table: written.fields}) if is_log else Halves(written.fields, {})

    def _kept(self, fields: Fields, table: Table, said: set[str], then: Fields, known: Fields) -> Fields:
        """With what was said then under columns that are not there now; that is counted where something is known."""
        for name in sorted(table.fields - said):
            if value_at(fields, name) is not ABSENT:
                continue
            if (was := value_at(then, name)) is not ABSENT:
                fields = put(fields, name, was)
            if lost := then.get(UNREAD, {}).get(name):
                fields = put(fields, UNREAD, fields.get(UNREAD, {}) | {name: lost})
            if value_at(known, name) is not ABSENT:
                self.counts[(table.name, sheet_of(fields)), name] += 1
        return fields
