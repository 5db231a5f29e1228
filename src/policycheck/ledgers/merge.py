"""What the ledgers say now, what they said at the last import, and what people made of it → what the inventory holds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from ..model import Fields, Origin
from .cells import ABSENT, UNKNOWN
from .changes import MARK, SOURCE, Changes, Difference, Key, Prefer, Stated, What, Written, sheet_of
from .paths import put, same, value_at


def merge(
    new: Mapping[Key, Stated],
    base: Mapping[Key, Written] | None,
    now: Mapping[Key, Fields],
    *,
    read_tables: AbstractSet[str],
    as_of: datetime.date,
    delete_vanished: bool = False,
    prefer: Prefer = None,
    lost: bool = False,
) -> Changes:
    """Field by field, of three: `new` is what the ledgers say, `base` what the last import wrote (None where that is not
    known), `now` the inventory. Nothing that is given is changed. `lost` says that there was something to be known, so
    that everything that differs may have been changed on either side; else that is so for entries that were imported.

    With conflicts the entries are not to be written: ask, or say which side to prefer.
    """
    lost = lost or (base is None and any(SOURCE in fields for fields in now.values()))
    return _Merge(new, base, now, read_tables, as_of, delete_vanished, prefer, lost).changes()


class _Merge:
    def __init__(
        self,
        new: Mapping[Key, Stated],
        base: Mapping[Key, Written] | None,
        now: Mapping[Key, Fields],
        read_tables: AbstractSet[str],
        as_of: datetime.date,
        delete_vanished: bool,
        prefer: Prefer,
        lost: bool,
    ) -> None:
        self._lost = lost
        self._new, self._base, self._now = new, base or {}, now
        self._read_tables, self._as_of = read_tables, as_of.isoformat()
        self._delete_vanished, self._prefer = delete_vanished, prefer
        sources = {sheet_of(stated.fields) for stated in new.values()} if base is None else set()
        self._read_sheets = sources - {None}
        """Where it is not known what the last import wrote: whence its entries came."""
        self._entries: dict[Key, Fields] = {}
        self._written = {key: Written(stated.table, stated.fields, stated.halves) for key, stated in new.items()}
        self._differences: list[Difference] = []
        self._moved = self._unchanged = 0

    def changes(self) -> Changes:
        for key, written in self._base.items():
            if key not in self._new and written.table not in self._read_tables:
                self._written[key] = written
        for key, fields in self._now.items():
            if key in self._new:
                self._entries[key] = self._both(key, fields)
            elif self._has_vanished(key, fields):
                self._vanished(key, fields)
            else:
                self._entries[key] = fields
                if key in self._base:
                    self._written[key] = self._base[key]
        for key in self._new:
            if key not in self._now:
                self._missing(key)
        return Changes(self._entries, self._written, self._differences, self._moved, self._unchanged)

    def _both(self, key: Key, fields: Fields) -> Fields:
        stated = self._new[key]
        source = fields.get(SOURCE)
        before = len(self._differences)
        if source is None and key in self._base and SOURCE in self._base[key].fields and self._prefer != "ledger":
            self._tell(What.RELEASED, key)
            return fields
        if isinstance(source, dict) and MARK in source and MARK not in stated.fields.get(SOURCE, ()):
            self._tell(What.RETURNED, key)
        for path in sorted(stated.owned - {"id", SOURCE}):
            fields = self._field(key, path, fields)
        if before == len(self._differences):
            same_place = same(source, stated.fields.get(SOURCE))
            self._unchanged += same_place
            self._moved += not same_place
        return put(fields, SOURCE, stated.fields.get(SOURCE, ABSENT))

    def _field(self, key: Key, path: str, fields: Fields) -> Fields:
        """In an entry that was not imported yet, the side that says nothing contradicts nothing."""
        stated = self._new[key].fields
        old, new = value_at(fields, path), value_at(stated, path)
        if same(old, new):
            return fields
        base = self._before(key, path, fields)
        if same(new, base) and not same(old, base):
            what = What.KEPT
        elif same(old, base):
            what = What.UPDATED
        else:
            what = {None: What.CONFLICT, "ledger": What.UPDATED, "inventory": What.KEPT}[self._prefer]
        self._tell(what, key, path, old, new, base)
        return put(fields, path, new) if what is What.UPDATED else fields

    def _before(self, key: Key, path: str, fields: Fields) -> object:
        """What a field was when it was imported last."""
        if key in self._base:
            return value_at(self._base[key].fields, path)
        return UNKNOWN if self._lost and SOURCE in fields else ABSENT

    def _missing(self, key: Key) -> None:
        """What the inventory does not hold: it is new, or people deleted it."""
        if self._lost and self._prefer is None:
            self._tell(What.CONFLICT, key, None, ABSENT, ABSENT, UNKNOWN)
        elif (self._lost or key in self._base) and self._prefer != "ledger":
            self._tell(What.LEFT_OUT, key)
        else:
            self._entries[key] = self._new[key].fields
            self._tell(What.ADDED, key)

    def _has_vanished(self, key: Key, fields: Fields) -> bool:
        """An entry whose source was taken away by hand is people's own from then on."""
        if SOURCE not in fields:
            return False
        if key in self._base:
            return self._base[key].table in self._read_tables
        return sheet_of(fields) in self._read_sheets

    def _vanished(self, key: Key, fields: Fields) -> None:
        source = fields[SOURCE] if isinstance(fields[SOURCE], dict) else {}
        if self._delete_vanished and key in self._base:
            written = self._base[key].fields
            edited = not same(put(fields, SOURCE, ABSENT), put(written, SOURCE, ABSENT))
            if not edited or self._prefer == "ledger":
                self._tell(What.DELETED, key, source=source)
                return
            if self._prefer is None:
                self._tell(What.CONFLICT, key, source=source)
        old = source.get(MARK, ABSENT)
        day = self._as_of if old is ABSENT else old
        self._tell(What.VANISHED, key, None, old, day, source=source)
        self._entries[key] = fields | {SOURCE: source | {MARK: day}}
        if key in self._base:
            self._written[key] = self._base[key]

    def _tell(
        self,
        what: What,
        key: Key,
        field: str | None = None,
        old: object = ABSENT,
        new: object = ABSENT,
        base: object = ABSENT,
        *,
        source: Fields | None = None,
    ) -> None:
        if source is None:
            source = self._new[key].fields.get(SOURCE)
        place = None
        if source and {"file", "cell"} <= source.keys():
            place = str(Origin(source["file"], source.get("sheet"), source["cell"]))
        self._differences.append(Difference(what, key, place, field, old, new, base))
