"""What was measured: kept as a file, from which the page and the plot are drawn."""

import dataclasses
import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


@dataclass
class Series:
    """What one command took, run by run; or why it was left out. `judges` is whether it judges at all."""

    name: str
    command: str
    judges: bool = False
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    left_out: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def peak(self) -> float:
        return max(self.megabytes)


@dataclass
class Size:
    """One inventory, and what the commands took for it."""

    resources: int
    bytes: int
    checks: int
    judgements: int
    counts: dict[str, int] = field(default_factory=dict)
    rows: list[Series] = field(default_factory=list)

    def row(self, name: str) -> Series | None:
        return next((row for row in self.rows if row.name == name and row.seconds), None)


@dataclass
class Figures:
    """`further` holds what is measured beside the table."""

    machine: dict[str, str]
    jobs: int
    sizes: list[Size] = field(default_factory=list)
    further: dict[str, Series] = field(default_factory=dict)

    @property
    def largest(self) -> Size:
        return self.sizes[-1]

    @property
    def reference(self) -> Size:
        """The one before the largest: what the ratios are meant for."""
        return self.sizes[-2:][0]

    @property
    def yaml_resources(self) -> int:
        """How many are read as YAML."""
        return min(10_000, self.largest.resources)

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Self:
        found = json.loads(file.read_text(encoding="utf-8"))
        sizes = [Size(**size | {"rows": [Series(**row) for row in size["rows"]]}) for size in found["sizes"]]
        further = {name: Series(**series) for name, series in found["further"].items()}
        return cls(found["machine"], found["jobs"], sizes, further)
