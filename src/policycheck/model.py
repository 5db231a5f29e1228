"""What flows through a scan. Every class is immutable once made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias, TypedDict

MEASURES: Mapping[int, int] = {1: 1, 2: 2, 3: 5, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 8}
"""By chapter of the ministry's guideline, the measure of 地方自治法施行規則16条の3. The ordinance names none for
chapter 3, the network tiers; that it is the fifth is ours."""

ANSWERS = "attestation"
"""The kind of the sheets on which people answer clauses: read like a resource, and judged by no control."""

Fields: TypeAlias = dict[str, Any]
FieldPath: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Callable[[FieldPath], int | None]
"""Gives the line, counted from 1, at which the value at a path stands in its file."""


class Status(StrEnum):
    """What a judgement says. Exactly one for each check of a resource."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    CORRECTED = "corrected"


WORST_FIRST = (
    Status.FAIL,
    Status.UNKNOWN,
    Status.WAIVED,
    Status.CORRECTED,
    Status.PASS,
    Status.NOT_APPLICABLE,
)

OPEN = (Status.FAIL, Status.UNKNOWN)
"""What is to be dealt with."""

SEVERITIES = ("high", "medium", "low")
"""Of controls, the gravest first."""

BROKEN = frozenset((Status.FAIL, Status.WAIVED))
"""What counts as broken in a baseline: what was waived is not mended."""


class MeasureState(StrEnum):
    """What the scan says of a measure."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    SETTLED = "settled"
    WAIVED = "waived"
    OVERDUE = "overdue"
    OPEN = "open"
    UNVERIFIED = "unverified"


SHOWN_AS: Mapping[MeasureState, Status] = {
    MeasureState.CONFIRMED: Status.PASS,
    MeasureState.REFUTED: Status.FAIL,
    MeasureState.SETTLED: Status.PASS,
    MeasureState.WAIVED: Status.WAIVED,
    MeasureState.OVERDUE: Status.FAIL,
    MeasureState.OPEN: Status.FAIL,
    MeasureState.UNVERIFIED: Status.UNKNOWN,
}
"""The status as which a measure is marked and coloured."""


class Verdict(TypedDict):
    """What a control answers where it does not answer "pass"."""

    status: str
    reason: str
    facts: dict[str, Any]


Verdicts: TypeAlias = dict[str, list[list[Verdict | Literal["pass"]]]]
"""By control id, for each of its checks, the verdicts on the resources of its kind in their order."""


class Origin(NamedTuple):
    """Where something stands in a ledger. `cell` is such as `B7`, or in JSON a pointer such as `/hosts/3`; a text file and
    JSON have no sheets. `unread` are the cells of a row whose values could not be read."""

    file: str
    sheet: str | None
    cell: str
    unread: tuple[str, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, Any] | None) -> Origin | None:
        """From the field `imported_from` of a resource."""
        return (
            cls(fields["file"], fields.get("sheet"), fields["cell"], (*fields.get("unread", ()),)) if fields else None
        )

    def __str__(self) -> str:
        unread = f" (? {', '.join(self.unread)})" if self.unread else ""
        return f"{self.file}{f' {self.sheet}' if self.sheet else ''}!{self.cell}{unread}"


class Location(NamedTuple):
    """Where something stands. `line` is None for what concerns a whole file or folder; `origin` is where an imported
    resource stands in its ledger."""

    file: str
    line: int | None = None
    origin: Origin | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} ← {self.origin}" if self.origin else place


class Problem(NamedTuple):
    """Input that could not be used. `key` names the message (`problem.<key>`) in the texts; `facts` fill it."""

    key: str
    location: Location
    facts: Mapping[str, object] = {}


class Resource(NamedTuple):
    """What a result says of an entry of the inventory, or of a department: which it is, and where it stands."""

    kind: str
    id: str
    department: str
    system: str | None
    name: str | None
    file: str
    line: int | None
    origin: Origin | None = None

    @property
    def location(self) -> Location:
        return Location(self.file, self.line, self.origin)


class Sheet(NamedTuple):
    """A valid sheet of answers. `fields` is the entry as given; `line` finds the line of an answer by its clause."""

    fields: Fields
    file: str
    line: Callable[[str], int | None]


class InputFile(NamedTuple):
    """A file that was read. `sha256` is the hex digest of its bytes."""

    path: str
    sha256: str
    resources: int


class Inventory(NamedTuple):
    """What was found at the paths: how many valid entries of each kind, what could not be used, what was left alone.
    `departments` are all that are named, even if they have nothing, each with the first file that names it. `present`
    are those of the kinds and ids asked for that are there."""

    paths: Sequence[str]
    kinds: Mapping[str, int]
    problems: Sequence[Problem]
    files: Sequence[InputFile]
    skipped: Sequence[str]
    departments: Mapping[str, str]
    sheets: Sequence[Sheet]
    present: AbstractSet[tuple[str, str]]

    @property
    def resources(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, eq=False)
class Control:
    """One requirement that a machine can judge, as its METADATA states it. Titles and messages are by language;
    labels are the Japanese names of the fields that it reads."""

    id: str
    title: Mapping[str, str]
    description: str
    file: str
    kind: str
    severity: str
    guideline: tuple[int, ...]
    measure: int
    source: str
    deciding: tuple[str, ...]
    labels: Mapping[str, str]
    messages: Mapping[str, Mapping[str, str]]
    remediation: Mapping[str, str]
    optional: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    index: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def reads(self) -> set[str]:
        """The fields of a resource that the control reads; of a nested one, the outer."""
        return {name.partition(".")[0] for entry in (*self.deciding, *self.optional) for name in entry.split("|")}


class Use(NamedTuple):
    """A control named by a clause, with the values of all its parameters."""

    control: str
    parameters: Mapping[str, Any]


class Clause(NamedTuple):
    """A numbered requirement. `attested` says that people have to answer it: those of every department, or of the
    departments that `asked_of` names. `chapter` is that of the ministry's guideline, where the standard states it."""

    id: str
    title: Mapping[str, str]
    uses: tuple[Use, ...]
    attested: bool
    asked_of: tuple[str, ...] = ()
    chapter: int | None = None
    group: str | None = None


class Standard(NamedTuple):
    """One body's catalogue of clauses. Answers of people hold for `period`; an answer that a control refutes is a
    finding under the clause `contradictions` too. `groups` are the headings under which the clauses stand."""

    id: str
    title: Mapping[str, str]
    body: str
    source: str
    clauses: tuple[Clause, ...]
    groups: Mapping[str, Mapping[str, str]] = {}
    period: str = "P1Y"
    contradictions: str | None = None
    effective_from: str | None = None
    effective_until: str | None = None


@dataclass(frozen=True, eq=False)
class Check:
    """A control with one set of parameter values: what is judged once, for every clause that names it so. `chapter` is
    that of its first clause, where the clause states one. A check is like no other."""

    control: Control
    parameters: Mapping[str, Any]
    clauses: tuple[str, ...]
    chapter: int | None = None

    @property
    def key(self) -> object:
        return id(self)

    @property
    def control_id(self) -> str | None:
        return self.control.id

    @property
    def kind(self) -> str:
        return self.control.kind

    @property
    def title(self) -> Mapping[str, str]:
        return self.control.title

    @property
    def topic(self) -> int | None:
        """The chapter of the ministry's guideline under which it stands first."""
        return self.chapter or min(self.control.guideline)

    @property
    def measure(self) -> int | None:
        return MEASURES[self.chapter] if self.chapter else self.control.measure


@dataclass(frozen=True, eq=False)
class Question:
    """A clause that the people of a department answer. The first of `clauses` is its own; the other, if any, is the
    one under which a refuted answer is a finding too."""

    clause: Clause
    period: str
    clauses: tuple[str, ...]

    @property
    def key(self) -> object:
        """What a refuted answer, which stands under another clause too, has in common with its question."""
        return self.clause.id

    @property
    def control_id(self) -> str | None:
        return None

    @property
    def kind(self) -> str:
        return "department"

    @property
    def title(self) -> Mapping[str, str]:
        return self.clause.title

    @property
    def topic(self) -> int | None:
        return self.clause.chapter

    @property
    def measure(self) -> int | None:
        return MEASURES[self.clause.chapter] if self.clause.chapter else None


Subject: TypeAlias = Check | Question
"""What is judged."""


class Result(NamedTuple):
    """What one subject says of one resource; a question, of one department. `reason` and `facts` are empty for a pass.
    `before` is the status that the baseline lists for it: None without a baseline, for a pass there, and for what was
    not judged then."""

    status: Status
    check: Subject
    resource: Resource
    reason: str
    facts: Mapping[str, Any]
    before: Status | None = None

    @property
    def news(self) -> str | None:
        """Of a fail, how it stands to a baseline: "new", or "persisting" where that had it too."""
        if self.status is not Status.FAIL:
            return None
        return "persisting" if self.before in BROKEN else "new"


Counts: TypeAlias = dict[Status, int]

Tally: TypeAlias = defaultdict[str, Counts]
"""The counts of one subject, by department."""


def new_tally() -> Tally:
    return defaultdict(lambda: total(()))


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of several counts."""
    counts = dict.fromkeys(Status, 0)
    for part in parts:
        for status, count in part.items():
            counts[status] += count
    return counts


class EngineInfo(NamedTuple):
    """What judged. `bundle_sha256` is the revision of the policies."""

    name: str
    version: str
    bundle_sha256: str
