"""Rows of ledgers → entries of an inventory, and the problems with them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any, NamedTuple, TypeAlias

from ..inventory.documents import Entry
from ..inventory.schemas import Schemas
from ..model import Fields, Location, Origin, Problem
from .cells import ABSENT, NO_VALUE, Raw, Unread
from .layouts import Layout
from .mapping import OWN, Column, MappingFile
from .output import UNREAD
from .paths import put
from .tables import Block
from .values import Memo, Reader

_Values: TypeAlias = Callable[[Block], Sequence[object]]
"""Gives a value for each row of a block."""


class _Step(NamedTuple):
    """How a field is filled: with what `values` gives for the rows of a block, and where that is nothing with `given`."""

    field: str
    column: Column | None
    values: _Values | None
    given: object


class Converter:
    """Converts the rows of a ledger, which entries remember as `file`. `problems` are values that could not be read, and
    were left out; `refusals` are rows and cells for which nothing can be imported at all."""

    def __init__(self, schemas: Schemas, nodes: Mapping[str, Any], file: str, mapping: MappingFile) -> None:
        """`nodes` are the schemas by name."""
        self.file = file
        self.problems: list[Problem] = []
        self.refusals: list[Problem] = []
        self._schemas, self._nodes, self._department = schemas, nodes, mapping.department
        self._notes_unread = any(table.log for table in mapping.tables)
        self._steps: dict[int, tuple[Layout, list[_Step]]] = {}
        self._lacking: dict[int, Column] = {}
        self._told: set[tuple[str, str]] = set()

    def entries(self, block: Block) -> list[Fields]:
        """The entries of some rows."""
        layout, entries = block.layout, [Fields() for _ in block.rows]
        steps = self._steps_of(layout)
        refused: set[int] = set()
        self._lacking.clear()
        unread: dict[int, dict[str, str]] = defaultdict(dict)
        for step in steps:
            field, given = step.field, step.given
            nested = "." in field
            values = step.values(block) if step.values else [given] * len(entries)
            if given is ABSENT and values.count(ABSENT) == len(values):
                continue
            if Unread in {*map(type, values)}:
                for number, value in enumerate(values):
                    if isinstance(value, Unread):
                        if lost := self._unread(value, block, number, step):
                            unread[number][field] = lost
                        if field == "id":
                            refused.add(number)
            for number, (fields, value) in enumerate(zip(entries, values, strict=True)):
                said = given if value is ABSENT else value
                if said is ABSENT or type(said) is Unread:
                    continue
                if nested:
                    entries[number] = put(fields, field, said)
                else:
                    fields[field] = said
        made = []
        noted: list[tuple[Fields, dict[str, str]]] = []
        cell = _cells(layout)
        source = {"file": self.file, **({"sheet": layout.sheet.name} if layout.sheet.name else {})}
        for number, (row, fields) in enumerate(zip(block.numbers, entries, strict=True)):
            if number in refused:
                continue
            if "id" not in fields or "department" not in fields:
                self.refusals.append(_lacks(layout, row, fields, self._lacking.get(number)))
                continue
            fields["imported_from"] = {**source, "cell": cell(row)}
            if number in unread:
                fields["imported_from"]["unread"] = list(dict.fromkeys(unread[number].values()))
                noted.append((fields, unread[number]))
            made.append(fields)
        kind = layout.table.kind
        if not self._schemas.are_valid(kind, made):
            made = [own for own in made if self._is_valid(kind, own)]
        if self._notes_unread:
            for fields, cells in noted:
                fields[UNREAD] = cells
        return made

    def ids(self, block: Block) -> list[str]:
        """The ids of some rows that are left out, as far as they have any."""
        step = next(step for step in self._steps_of(block.layout) if step.field == "id")
        return [value for value in (step.values(block) if step.values else ()) if isinstance(value, str)]

    def _steps_of(self, layout: Layout) -> list[_Step]:
        known, steps = self._steps.get(id(layout), (None, []))
        if known is not layout:
            steps = self._plan(layout)
            self._steps[id(layout)] = layout, steps
        return steps

    def _plan(self, layout: Layout) -> list[_Step]:
        """The fields in the order of the schema."""
        table = layout.table
        order = list(self._nodes[table.kind]["properties"])
        default: dict[str, object] = {"department": self._department} if self._department else {}
        given = default | {name: said for name, said in table.given.items() if name == "department" or not table.log}
        columns = {
            column.field: column
            for column in table.columns
            if column.field and (column.written in layout.columns or not column.required)
        }
        names = [*columns, *(name for name in given if name not in columns), *(["id"] if table.key else ())]
        names.sort(key=lambda name: order.index(name.partition(".")[0]))
        steps = []
        for name in names:
            column = columns.get(name)
            values: _Values | None = self._reading(layout, column) if column else None
            if name == "id" and table.key:
                values = partial(self._key, self._readers(layout))
            steps.append(_Step(name, column, values, given.get(name, ABSENT)))
        return steps

    def _reading(self, layout: Layout, column: Column) -> _Values:
        read = column.reader(self._nodes, layout.sheet.epoch)
        memo = Memo(partial(_of_one, read) if layout.table.log and column.field == "id" else read)
        return partial(self._values, layout, column, memo)

    def _readers(self, layout: Layout) -> list[_Values]:
        """For each part of the ids, what gives it."""
        return [
            partial(_repeated, part) if isinstance(part, str) else self._reading(layout, part)
            for part in layout.table.key
        ]

    def _key(self, readers: Sequence[_Values], block: Block) -> Sequence[object]:
        """The ids of rows, made of several cells. A part that is empty or unreadable leaves the row without one."""
        made: list[object] = []
        for number, values in enumerate(zip(*(read(block) for read in readers), strict=True)):
            lacking = next((place for place, value in enumerate(values) if not isinstance(value, str)), None)
            if lacking is None:
                made.append("".join(values))
                continue
            made.append(values[lacking])
            part = block.layout.table.key[lacking]
            if isinstance(part, Column):
                self._lacking[number] = part
        return made

    def _values(self, layout: Layout, column: Column, memo: Memo, block: Block) -> Sequence[object]:
        position = layout.columns.get(column.written)
        if position is None:
            names = {"{sheet}": layout.sheet.name, "{file}": PurePath(self.file).stem}
            said = next(filter(None, map(names.get, column.titles)), None)
            return memo.column([said] * len(block.rows))
        raws: list[Raw] = [row[position] if position < len(row) else None for row in block.rows]
        return memo.column(raws)

    def _unread(self, value: Unread, block: Block, number: int, step: _Step) -> str | None:
        """Tells of a value that cannot be read, once whatever it is read for, and gives its cell if it stands in one."""
        layout, column = block.layout, step.column or self._lacking[number]
        position = layout.columns.get(column.written)
        row = block.numbers[number]
        if position is None and not OWN.isdisjoint(column.titles):
            place, cell = " ".join(filter(None, (layout.sheet.file, layout.sheet.name))), None
        else:
            position = layout.left if position is None else position
            place, cell = layout.place(row, column), layout.sheet.origin(row, position + 1).cell
        if (place, value.key) not in self._told:
            self._told.add((place, value.key))
            problem = Problem(value.key, Location(place), {**value.facts, "field": step.field})
            (self.refusals if step.field == "id" or value.key in NO_VALUE else self.problems).append(problem)
        return cell

    def _is_valid(self, kind: str, fields: Fields) -> bool:
        """Whether the schema allows the entry; what it does not is told."""
        if self._schemas.are_valid(kind, [fields]):
            return True
        place = str(Origin.of(fields["imported_from"]))
        entry = Entry(kind, fields, (), lambda _: None)
        self.refusals += (problem._replace(location=Location(place)) for problem in self._schemas.explain(entry, place))
        return False


def _of_one(read: Reader, raw: Raw) -> object:
    """The id of an event, unless its cell has several lines."""
    if isinstance(raw, str) and len(raw.strip().splitlines()) > 1:
        return Unread("event_of_several", {"id": raw})
    return read(raw)


def _repeated(part: str, block: Block) -> Sequence[object]:
    return [part] * len(block.rows)


def _lacks(layout: Layout, row: int, fields: Fields, part: Column | None) -> Problem:
    """Why a row cannot be an entry. `part` is what is missing in an id that is made of several cells."""
    if "id" in fields:
        column = next((column for column in layout.table.columns if column.field == "department"), None)
        return Problem("row_without_department", Location(layout.place(row, column)), {"id": fields["id"]})
    if part is None:
        return Problem("row_without_id", Location(layout.place(row)), {})
    return Problem("row_without_id_part", Location(layout.place(row, part)), {"column": part.written})


def _cells(layout: Layout) -> Callable[[int], str]:
    """Names the cell in which a row begins."""
    left = layout.left + 1
    letters = re.fullmatch("([A-Z]+)1", layout.sheet.origin(1, left).cell)
    return f"{letters[1]}{{}}".format if letters else lambda row: layout.sheet.origin(row, left).cell
