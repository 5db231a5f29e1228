"""The figures that policycheck is to reach, held against what was measured."""

from collections.abc import Iterator
from dataclasses import dataclass

from commands import (
    ALL,
    CLICK,
    CONFTEST,
    DASK,
    EVAL,
    FIRST,
    FLAWLESS_ALL,
    FLAWLESS_ONE,
    FLOOR,
    IMPORTED,
    LONGER,
    MORE_ROWS,
    ONE,
    ONE_FILE,
    PYYAML,
    READ,
    ROWS,
    SECOND,
    SERVER,
    VALIDATE,
)
from figures import Figures, Series


@dataclass(frozen=True)
class Target:
    """A ratio, or megabytes; `value` is None where it was not measured."""

    text: str
    bound: float
    value: float | None
    least: bool = False
    unit: str = "×"

    @property
    def reached(self) -> bool:
        assert self.value is not None
        return self.value >= self.bound if self.least else self.value <= self.bound


def targets(figures: Figures) -> Iterator[Target]:
    further = figures.further.get
    small, large = figures.reference, figures.largest
    at = f"at {small.resources:,} resources"
    policycheck, floor = small.row(ALL), small.row(FLOOR)
    for name, bound in ((EVAL, 20), (SERVER, 25), (CONFTEST, 20)):
        yield Target(f"as fast as {name}, {at}, all jobs", bound, _seconds(small.row(name), policycheck), least=True)
    yield Target(f"the time of {FLOOR} of the same bytes, {at}, all jobs", 4, _seconds(policycheck, floor))
    if large is not small:
        yield from _growth(figures)
    text = f"as fast with two Dask workers as with one, {at}"
    yield Target(text, 1.7, _seconds(further(DASK[1]), further(DASK[2])), least=True)
    text = f"the time of PyYAML's C loader, to load and validate {figures.yaml_resources:,} resources in YAML"
    yield Target(text, 0.25, _seconds(further(VALIDATE), further(PYYAML)))
    text = f"as fast when scanned again with the cache, {at}, all jobs"
    yield Target(text, 5, _seconds(further(FIRST), further(SECOND)), least=True)
    for name, bound in (("xlsx", 1.5), ("csv", 3)):
        text = f"the time of {READ[name]} for the same cells, to import {ROWS:,} rows of {name}"
        yield Target(text, bound, _seconds(further(IMPORTED[name]), further(READ[name])))
    text = f"the memory of {ROWS:,} rows, to import {MORE_ROWS:,} of csv"
    yield Target(text, 1.3, _memory(further(LONGER), further(IMPORTED["csv"])))
    yield Target("the start of Python with click, to scan one file", 4, _seconds(further(ONE_FILE), further(CLICK)))


def _growth(figures: Figures) -> Iterator[Target]:
    small, large = figures.reference, figures.largest
    than = f"of {small.resources:,} resources, for {large.resources:,}"
    for name in (ONE, ALL):
        yield Target(f"the time {than}{_jobs(name)}", 10.5, _seconds(large.row(name), small.row(name)))
    same_fails = {name: figures.further.get(same) for name, same in ((ONE, FLAWLESS_ONE), (ALL, FLAWLESS_ALL))}
    for name, found in same_fails.items():
        text = f"the memory {than} with as many fails{_jobs(name)}"
        yield Target(text, 1.3, _memory(found, small.row(name)))
    for name, found in same_fails.items():
        text = f"memory for {large.resources:,} resources, with as many fails as {small.resources:,}{_jobs(name)}"
        yield Target(text, 400, found.peak if found else None, unit=" MB")


def _jobs(name: str) -> str:
    return name[name.index(",") :]


def _seconds(longer: Series | None, shorter: Series | None) -> float | None:
    return longer.median / shorter.median if longer and shorter else None


def _memory(larger: Series | None, smaller: Series | None) -> float | None:
    return larger.peak / smaller.peak if larger and smaller else None
