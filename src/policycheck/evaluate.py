"""Resources × checks → results. The engine answers; whether the answer is whole is decided here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from .engines import Engine
from .inventory import Place
from .inventory.columns import Chunk, KindColumns, chunks_of
from .inventory.places import line_of
from .model import Check, Origin, Resource, Result, Status, Verdict
from .questions import Questions
from .selectors import cover
from .verdicts import STATUSES, TOLD_PASS, Told, answers_of, told

if TYPE_CHECKING:
    from .baseline import Baseline
    from .changed import Touched
    from .waivers import JudgedWaivers

_PASS, _FAIL, _WAIVED, _NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.WAIVED, Status.NOT_APPLICABLE
_PASSES, _DOES_NOT_APPLY = STATUSES.index(_PASS), STATUSES.index(_NOT_APPLICABLE)


class Row(NamedTuple):
    """A result, with the number of its check."""

    check: int
    status: Status
    resource: Resource
    reason: str
    facts: Mapping[str, Any]
    before: Status | None

    def result(self, checks: Sequence[Check]) -> Result:
        return Result(self.status, checks[self.check], self.resource, self.reason, self.facts, self.before)


def _none() -> list[int]:
    return [0] * len(STATUSES)


@dataclass
class Judged:
    """What one part came to. `counts` are by check and department, in the order of the statuses; `rows` are the results
    that must be at hand for the report, `entries` those that it lists, as it prints them; `hides` says how many fails
    each waiver hides."""

    resources: int = 0
    counts: dict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(_none))
    rows: list[Row] = field(default_factory=list)
    entries: bytes = b""
    hides: Counter[int] = field(default_factory=Counter)


class Listing(NamedTuple):
    """Which results are wanted. `passes` says whether they are among those that are listed. `entry` prints one, for a
    format that lists them all; without it the results themselves are at hand. `answers` are the clauses that people
    answer, too: a fail of their controls is at hand in any case."""

    passes: bool = False
    entry: Callable[[Result], bytes] | None = None
    answers: frozenset[str] = frozenset()


class Evaluation:
    """Judges parts of an inventory by all checks, and distrusts the answers of the engine. Used as a context, it closes the
    engine that it opened in this process."""

    def __init__(
        self,
        questions: Questions,
        open_engine: Callable[[], Engine],
        listing: Listing,
        *,
        baseline: Baseline | None = None,
        waivers: JudgedWaivers | None = None,
        about: Sequence[Sequence[Mapping[str, str]]] = (),
        touched: Touched | None = None,
    ) -> None:
        """`about` holds, for each check, the entries of measures that may speak of it; `touched` says what alone is to be
        judged."""
        self.questions = questions
        self._checks = checks = questions.checks
        self._open_engine = open_engine
        self._listing = listing
        self._baseline = baseline
        self._waivers = waivers
        self._touched = touched
        self._about = about or [()] * len(checks)
        self._answered = [not listing.answers.isdisjoint(check.clauses) for check in checks]
        self._holds = [
            bool(not listing.entry or answered or about or baseline)
            for answered, about in zip(self._answered, self._about, strict=True)
        ]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_engine"}

    @cached_property
    def _engine(self) -> Engine:
        return self._open_engine()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_engine" in vars(self):
            self._engine.__exit__(kind, error, trace)

    def __call__(self, left: bytes, place: Place) -> Judged:
        """Raises EngineError where the engine does not give exactly one verdict for each check of each resource."""
        return self.judge(self.chunks(left), place)

    def chunks(self, left: bytes) -> list[Chunk]:
        """What is to be judged of a part."""
        return [self._touched.only(chunk) if self._touched else chunk for chunk in chunks_of(left)]

    @property
    def key(self) -> tuple[Any, ...] | None:
        """What decides about the answers beside the questions; None where that is too much to say."""
        if self._touched:
            return None
        checks = [(check.control.id, check.parameters, check.clauses) for check in self._checks]
        listing = (self._listing.passes, self._listing.entry is not None, self._answered, self._about)
        return checks, listing, self._baseline and self._baseline.sha256, self._waivers and self._waivers.in_force

    def judge(self, chunks: Iterable[Chunk], place: Place) -> Judged:
        judged = Judged()
        entries: list[bytes] = []
        members: dict[str, Counter[str]] = defaultdict(Counter)
        for chunk in chunks:
            self._keep(self._judge(chunk, place, judged), judged, entries)
            for kind, columns in chunk.kinds.items():
                members[kind].update(columns.departments)
                judged.resources += len(columns.ids)
        judged.entries = b"".join(entries)
        for number, check in enumerate(self._checks):
            for department, count in members.get(check.control.kind, {}).items():
                counts = judged.counts[number, department]
                counts[_PASSES] = count - sum(counts)
        return judged

    def _judge(self, chunk: Chunk, place: Place, judged: Judged) -> Iterator[tuple[int, Result]]:
        """The results that may have to be at hand, each with the number of its check: in the order of the resources, and
        then of the checks. Counts everything but the passes."""
        if not chunk.kinds:
            return
        verdicts = self._engine.judge(self.questions.ask(chunk))
        position: dict[str, int] = defaultdict(int)
        found: list[tuple[int, int, Told]] = []
        members: dict[int, tuple[str, KindColumns, int]] = {}
        for number, check in enumerate(self._checks):
            control = check.control
            columns = chunk.kinds.get(control.kind)
            if columns is None:
                continue
            answers = answers_of(verdicts, control.id, position[control.id], len(columns.ids))
            position[control.id] += 1
            lists = self._lists(number)
            for member, answer in self._wanted(number, answers, columns.ids):
                why = TOLD_PASS if answer == "pass" else told(answer, control.id)
                if why is not TOLD_PASS:
                    judged.counts[number, columns.departments[member]][why[0]] += 1
                    if why[0] == _DOES_NOT_APPLY and not lists:
                        continue
                own = columns.places[member]
                members[own] = control.kind, columns, member
                found.append((own, number, why))
        found.sort()  # no two have the same place and number
        last = None
        for own, number, (status, reason, facts) in found:
            if own != last:
                resource, last = _resource(chunk, *members[own], place), own
            result = Result(STATUSES[status], self._checks[number], resource, reason, facts)
            yield number, self._followed(number, result, judged) if self._waivers or self._baseline else result

    def _wanted(
        self, number: int, answers: Sequence[Verdict | Literal["pass"]], ids: Sequence[str]
    ) -> Iterable[tuple[int, Any]]:
        """Everything that is no pass, and the passes that may have to be at hand."""
        if self._listing.passes or self._about[number]:
            return enumerate(answers)
        if answers.count("pass") == len(answers) and not self._baseline:
            return ()
        listed = self._baseline.listed(self._checks[number]) if self._baseline else ()
        return [
            (member, answer)
            for member, answer in enumerate(answers)
            if answer != "pass" or (listed and ids[member] in listed)
        ]

    def _lists(self, number: int) -> bool:
        """Whether even what does not apply may have to be at hand."""
        return bool(self._listing.entry or self._listing.passes or self._baseline or self._about[number])

    def _followed(self, number: int, given: Result, judged: Judged) -> Result:
        """The result after the waivers and the baseline, and its count with it."""
        result = followed(given, self._waivers, self._baseline, judged.hides)
        if result.status is not given.status:
            counts = judged.counts[number, result.resource.department]
            counts[STATUSES.index(result.status)] += 1
            if given.status is not Status.PASS:
                counts[STATUSES.index(given.status)] -= 1
        return result

    def _keep(self, found: Iterable[tuple[int, Result]], judged: Judged, entries: list[bytes]) -> None:
        listing, holds = self._listing, self._holds
        for number, result in found:
            if listing.entry and (listing.passes or result.status is not _PASS):
                entries.append(listing.entry(result))
            if holds[number] and self._is_held(number, result):
                _, _, resource, reason, facts, before = result
                judged.rows.append(Row(number, result.status, resource, reason, facts, before))

    def _is_held(self, number: int, result: Result) -> bool:
        """Whether the result itself has to be at hand for the report."""
        status, listing = result.status, self._listing
        if listing.entry:
            held = self._answered[number] and (status is _FAIL or status is _WAIVED)
        else:
            held = listing.passes or (status is not _PASS and status is not _NOT_APPLICABLE)
        return held or result.before is not None or (bool(self._about[number]) and cover(self._about[number], result))


def followed(result: Result, waivers: JudgedWaivers | None, baseline: Baseline | None, hides: Counter[int]) -> Result:
    """A result after the waivers and the baseline. What hides it is counted."""
    if waivers and result.status is _FAIL and (hiding := waivers.hiding(result)):
        hides.update(hiding)
        result = result._replace(status=_WAIVED)
    return baseline.follow(result) if baseline else result


def _resource(chunk: Chunk, kind: str, columns: KindColumns, member: int, place: Place) -> Resource:
    _, ids, departments, systems, names, origins, _ = columns
    file, path = chunk.place(columns.places[member])
    source = place.part.sources[file]
    return Resource(
        kind,
        ids[member],
        departments[member],
        ids[member] if kind == "system" else systems[member] if systems else None,
        names[member] if names else None,
        source.name,
        path + place.lines if type(path) is int else line_of(source, path),
        Origin.of(origins[member]) if origins else None,
    )
