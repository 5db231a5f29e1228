"""Runs commands in turn, and holds their answers against each other."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from commands import HERE, Command, Tools, compared
from figures import Figures, Series, Size
from measure import CommandError, measure

LONG = 60.0
"""Seconds after which a command is long."""

_MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
"""Of this machine, in MB."""

Check = Callable[[Command, Path], None]
"""Raises CommandError where the answer of a command is not the right one."""


class Bench:
    """Measures in a folder, and keeps the figures in a file."""

    def __init__(self, folder: Path, tools: Tools, figures: Figures, kept: Path) -> None:
        self.folder, self.tools, self.figures = folder, tools, figures
        self._kept = kept

    def place(self, resources: int) -> Path:
        """The folder of an inventory."""
        return self.folder / str(resources)

    def warm_up(self, resources: int) -> None:
        """Lets every command read and compile what it keeps."""
        size = self._prepare(resources)
        self.in_turn(compared(self.place(resources), self.tools), 1, check=same_counts(size))

    def compare(self, resources: int, runs: int, long_runs: int) -> None:
        """Adds a size to the figures."""
        size = self._prepare(resources)
        commands = compared(self.place(resources), self.tools)
        before = self.figures.sizes[-1] if self.figures.sizes else None
        left_out = {row.name: _too_large(row, size, before) for row in before.rows} if before else {}
        size.rows = self.in_turn(commands, runs, long_runs, same_counts(size), left_out)
        self.figures.sizes.append(size)
        self.figures.save(self._kept)

    def in_turn(
        self,
        commands: list[Command],
        runs: int,
        long_runs: int | None = None,
        check: Check | None = None,
        left_out: Mapping[str, str] = {},
    ) -> list[Series]:
        """The commands in turn, and that again until each has run often enough. Every answer is checked."""
        found = [series_of(command, left_out.get(command.name, "")) for command in commands]
        for number in range(runs):
            for command, series in zip(commands, found, strict=True):
                often = long_runs is not None and number >= long_runs and series.median > LONG
                if not (series.left_out or often):
                    self.once(command, series, check)
        return found

    def once(self, command: Command, series: Series, check: Check | None = None) -> None:
        print(f"  {command.name}, run {len(series.seconds) + 1}", file=sys.stderr)
        answer = self.folder / "answer"
        run = measure(command, answer)
        series.seconds.append(run.seconds)
        series.megabytes.append(run.megabytes)
        if check:
            check(command, answer)

    def keep(self, found: list[Series]) -> None:
        """Adds what is measured beside the table."""
        self.figures.further |= {series.name: series for series in found}
        self.figures.save(self._kept)

    def _prepare(self, resources: int) -> Size:
        print(f"{resources:,} resources", file=sys.stderr)
        return Size(**_helper("prepare.py", str(self.place(resources)), "--resources", str(resources)))


def series_of(command: Command, left_out: str = "") -> Series:
    return Series(command.name, command.shown, bool(command.answer), left_out=left_out)


def same_counts(size: Size) -> Check:
    """Every command counts as the first one did, and as many verdicts as were asked for."""

    def check(command: Command, answer: Path) -> None:
        if command.answer is None:
            found, expected = json.loads(answer.read_bytes()), {"lines": size.resources}
        else:
            found = counts(command, answer)
            expected = size.counts = size.counts or found
        if found != expected:
            raise CommandError(f"{command.name} counts {found}, and not {expected}")
        if sum(size.counts.values()) != size.judgements:
            raise CommandError(f"{size.counts} are not the {size.judgements} verdicts that were asked for")

    return check


def counts(command: Command, answer: Path) -> dict[str, int]:
    return _helper("counts.py", str(command.answer), str(answer))


def generate(file: Path, resources: int, *options: str) -> None:
    subprocess.run([sys.executable, HERE / "generate.py", file, "--resources", str(resources), *options], check=True)


def write_ledger(folder: Path, rows: int, *options: str) -> None:
    subprocess.run([sys.executable, HERE / "ledger.py", folder, str(rows), *options], check=True)


def _too_large(row: Series, size: Size, before: Size) -> str:
    """Why a command is left out: by how much it needed at the size before, this machine has too little memory."""
    if row.left_out:
        return row.left_out
    needed = row.peak * size.resources / before.resources
    return f"left out: would need {needed / 1024:.0f} GB of memory" if needed > 0.9 * _MEMORY else ""


def _helper(script: str, *arguments: str) -> dict[str, Any]:
    """What a script of this folder prints. Large data stays out of this process: see counts.py."""
    done = subprocess.run([sys.executable, HERE / script, *arguments], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise CommandError(f"exit code {done.returncode}: {script} {' '.join(arguments)}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
