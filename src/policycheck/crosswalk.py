"""How standards meet: the clauses that name a control, the controls that judge a clause, and, through them, the clauses
of other standards."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .errors import UsageError
from .model import MEASURES, Clause, Control, Standard
from .nearest import nearest
from .standards import Catalogue


class Area(NamedTuple):
    """A chapter of the ministry's guideline, or a measure of 地方自治法施行規則16条の3."""

    kind: Literal["chapter", "measure"]
    number: int

    @property
    def counterparts(self) -> list[int]:
        """Of a chapter its measure, of a measure its chapters."""
        if self.kind == "chapter":
            return [MEASURES[self.number]]
        return [chapter for chapter, measure in MEASURES.items() if measure == self.number]


AREAS: Mapping[str, Area] = {
    f"{area.kind}:{area.number}": area
    for area in (
        *(Area("chapter", chapter) for chapter in MEASURES),
        *(Area("measure", measure) for measure in sorted(set(MEASURES.values()))),
    )
}
"""By the topic that asks for it."""


class Counted(NamedTuple):
    """How many clauses a standard has: in all, judged by controls, answered by people, and both."""

    clauses: int
    judged: int
    attested: int
    both: int


def counted(standard: Standard) -> Counted:
    judged = [bool(clause.uses) for clause in standard.clauses]
    attested = [clause.attested for clause in standard.clauses]
    both = [all(ways) for ways in zip(judged, attested, strict=True)]
    return Counted(len(judged), sum(judged), sum(attested), sum(both))


@dataclass(frozen=True, slots=True)
class Reference:
    """A clause that names a control, and the values that it gives the parameters."""

    standard: Standard
    clause: Clause
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ControlFacts:
    """A control and the clauses that name it."""

    control: Control
    clauses: list[Reference]

    @property
    def chapters(self) -> list[int]:
        return sorted(self.control.guideline)

    @property
    def measures(self) -> list[int]:
        return [self.control.measure]


@dataclass(frozen=True, slots=True)
class Judge:
    """A control that a clause names, with its parameters there, and the clauses of other standards that name it too."""

    control: Control
    parameters: Mapping[str, Any]
    elsewhere: list[Reference]


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """A clause and the controls that judge it. It belongs where they belong, and where its standard puts it."""

    standard: Standard
    clause: Clause
    judges: list[Judge]

    @property
    def chapters(self) -> list[int]:
        own = {self.clause.chapter} if self.clause.chapter else set()
        return sorted(own.union(*(judge.control.guideline for judge in self.judges)))

    @property
    def measures(self) -> list[int]:
        own = {MEASURES[self.clause.chapter]} if self.clause.chapter else set()
        return sorted(own | {judge.control.measure for judge in self.judges})


@dataclass(frozen=True, slots=True)
class Found:
    """What belongs to a topic. `area` is set where the topic is one."""

    controls: list[ControlFacts]
    clauses: list[ClauseFacts]
    area: Area | None = None


class Crosswalk:
    """All controls, and all clauses of one standard or of all. Clauses elsewhere are those of every standard that is
    known; a standard given as a file takes the place of a known one of the same id."""

    def __init__(self, catalogue: Catalogue, standard: str | None = None) -> None:
        known = {name: catalogue.standard(name) for name in catalogue.standard_ids}
        chosen = catalogue.standard(standard) if standard else None
        known |= {chosen.id: chosen} if chosen else {}
        self.standards = [chosen] if chosen else list(known.values())
        references: dict[str, list[Reference]] = defaultdict(list)
        for each in known.values():
            for clause in each.clauses:
                for use in clause.uses:
                    references[use.control].append(Reference(each, clause, use.parameters))
        ids = {each.id for each in self.standards}
        self.controls = [
            ControlFacts(control, [reference for reference in references[name] if reference.standard.id in ids])
            for name, control in catalogue.controls.items()
        ]
        self.clauses = [
            ClauseFacts(
                each,
                clause,
                [
                    Judge(
                        catalogue.controls[use.control],
                        use.parameters,
                        [other for other in references[use.control] if other.standard.id != each.id],
                    )
                    for use in clause.uses
                ],
            )
            for each in self.standards
            for clause in each.clauses
        ]

    def find(self, topic: str) -> Found:
        """A control by its id or the last part of it, and every clause of that id; else what belongs to the area.

        Raises UsageError where there is none of them.
        """
        wanted = _folded(topic)
        controls = [facts for facts in self.controls if wanted in _names(facts.control)]
        clauses = [facts for facts in self.clauses if _folded(facts.clause.id) == wanted]
        if controls or clauses:
            return Found(controls, clauses)
        if area := AREAS.get(wanted):
            return Found(
                [facts for facts in self.controls if _belongs(facts, area)],
                [facts for facts in self.clauses if _belongs(facts, area)],
                area,
            )
        ids = (*(facts.control.id for facts in self.controls), *(facts.clause.id for facts in self.clauses), *AREAS)
        raise UsageError("unknown_topic", name=topic, nearest=nearest(wanted, ids))


def _names(control: Control) -> tuple[str, str]:
    return control.id, control.id.rpartition("/")[2]


def _folded(name: str) -> str:
    """Full-width and half-width forms are the same name."""
    return unicodedata.normalize("NFKC", name)


def _belongs(facts: ControlFacts | ClauseFacts, area: Area) -> bool:
    return area.number in (facts.chapters if area.kind == "chapter" else facts.measures)
