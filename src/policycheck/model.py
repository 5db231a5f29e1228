"""What flows through a scan. Every class is immutable once made."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeAlias, TypedDict

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


class Verdict(TypedDict):
    """What a control answers where it does not answer "pass"."""

    status: str
    reason: str
    facts: dict[str, Any]


Verdicts: TypeAlias = dict[str, list[list[Verdict | Literal["pass"]]]]
"""By control id, for each of its checks, the verdicts on the resources of its kind in their order."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where something stands. `line` is None for what concerns a whole file or folder."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Input that could not be used. `key` names the message (`problem.<key>`) in the texts; `facts` fill it."""

    key: str
    location: Location
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of the inventory, valid by the schema of its kind. `fields` is the entry as given."""

    kind: str
    id: str
    department: str
    fields: Fields
    file: str
    path: FieldPath
    lines: Lines

    @property
    def location(self) -> Location:
        return Location(self.file, self.lines(self.path))


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that was read. `sha256` is the hex digest of its bytes."""

    path: str
    sha256: str
    resources: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything found at the paths: what can be judged, what could not be used, and what was left alone."""

    paths: list[str]
    resources: list[Resource]
    problems: list[Problem]
    files: list[InputFile]
    skipped: list[str]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Use:
    """A control named by a clause, with the values of all its parameters."""

    control: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered requirement. `attested` says that a person has to answer it."""

    id: str
    title: Mapping[str, str]
    uses: tuple[Use, ...]
    attested: bool


@dataclass(frozen=True)
class Standard:
    """One body's catalogue of clauses."""

    id: str
    title: Mapping[str, str]
    body: str
    source: str
    clauses: tuple[Clause, ...]
    effective_from: str | None = None
    effective_until: str | None = None

    @cached_property
    def unjudged(self) -> tuple[Clause, ...]:
        """Clauses that no control judges."""
        return tuple(clause for clause in self.clauses if not clause.uses)


@dataclass(frozen=True, slots=True)
class Check:
    """A control with one set of parameter values: what is judged once, for every clause that names it so."""

    control: Control
    parameters: Mapping[str, Any]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one check says of one resource. `reason` and `facts` are empty for a pass. `before` is the status that the
    baseline lists for it: None without a baseline, for a pass there, and for what was not judged then."""

    status: Status
    check: Check
    resource: Resource
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    before: Status | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What failed in the baseline and is not judged any more, because the resource is not in the inventory
    (`reason` is "resource"), or because the standard no longer asks for it ("control")."""

    reason: str
    control: str
    clauses: tuple[str, ...]
    kind: str
    id: str
    department: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the results stand to those of the baseline. `sha256` is the hex digest of its file."""

    file: str
    sha256: str
    as_of: str
    complete: bool
    gone: list[Gone]


class WaiverState(StrEnum):
    """Whether a waiver holds on the day of the scan, and if not, why."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN_CLAUSE = "unknown_clause"
    UNKNOWN_RESOURCE = "unknown_resource"


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approved exception for one clause on one resource, from the day of approval to that of expiry, both
    included."""

    clause: str
    kind: str
    id: str
    reason: str
    approved_by: str
    approved_on: str
    expires_on: str
    compensating_measure: str
    location: Location


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver, its state, and how many fails it hides."""

    waiver: Waiver
    state: WaiverState
    hides: int


Counts: TypeAlias = dict[Status, int]


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What judged. `bundle_sha256` is the revision of the policies."""

    name: str
    version: str
    bundle_sha256: str


@dataclass(frozen=True)
class Report:
    """The outcome of a scan. `results` holds the passes only where they were asked for; the counts always do."""

    as_of: str
    standard: Standard
    engine: EngineInfo
    inventory: Inventory
    counts: list[tuple[Check, Counts]]
    results: Sequence[Result]
    problems: list[Problem]
    comparison: Comparison | None = None
    waivers: Sequence[WaiverUse] = ()

    @cached_property
    def summary(self) -> Counts:
        return {status: sum(counts[status] for _, counts in self.counts) for status in Status}

    @cached_property
    def unjudged(self) -> dict[str, int]:
        """By kind, the resources that no control of the standard judges."""
        judged = {check.control.kind for check, _ in self.counts}
        kinds = Counter(resource.kind for resource in self.inventory.resources)
        return {kind: count for kind, count in sorted(kinds.items()) if kind not in judged}

    @property
    def complete(self) -> bool:
        """Everything that was given could be used."""
        return not self.problems

    @property
    def exit_code(self) -> int:
        if self.summary[Status.FAIL]:
            return 3
        return 4 if self.problems or self.summary[Status.UNKNOWN] else 0
