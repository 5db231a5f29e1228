"""What is measured beside the table."""

import shutil
import sys
from pathlib import Path

import commands
from bench import Bench, counts, generate, same_counts, series_of, write_ledger
from cluster import AVAILABLE, cluster
from commands import Command
from figures import Size
from measure import CommandError

START_RUNS = 20


def measure_all(bench: Bench, runs: int) -> None:
    figures = bench.figures
    print("beside the table", file=sys.stderr)
    bench.keep(bench.in_turn(commands.starts(), START_RUNS if runs > 1 else 1))
    generate(bench.folder / "city.yaml", figures.yaml_resources)
    bench.keep(bench.in_turn(commands.yaml(bench.folder), runs))
    imports(bench, runs)
    _cache(bench, runs, figures.reference)
    if AVAILABLE:
        _dask(bench, runs, figures.reference)
    if figures.largest is not figures.reference:
        _same_fails(bench, runs, figures.largest, figures.reference)


def imports(bench: Bench, runs: int) -> None:
    """Each time into a folder in which nothing is."""
    folder, longer = bench.folder / "ledger", bench.folder / "longer"
    write_ledger(folder, commands.ROWS if runs > 1 else 1000)
    write_ledger(longer, commands.MORE_ROWS if runs > 1 else 2000, "--csv")
    measured = []
    for name, shown in commands.IMPORTED.items():
        measured += [commands.imported(folder, name, shown), commands.ledger_read(folder, name)]
    measured.append(commands.imported(longer, "csv", commands.LONGER))
    found = [series_of(command) for command in measured]
    for _ in range(runs):
        for command, series in zip(measured, found, strict=True):
            shutil.rmtree(command.folder / "imported", ignore_errors=True)
            bench.once(command, series)
    bench.keep(found)


def _cache(bench: Bench, runs: int, size: Size) -> None:
    folder = bench.place(size.resources)
    pair = commands.cached(folder, bench.tools)
    found = [series_of(command) for command in pair]
    for _ in range(runs):
        shutil.rmtree(folder / "cache", ignore_errors=True)
        for command, series in zip(pair, found, strict=True):
            bench.once(command, series, same_counts(size))
    bench.keep(found)


def _dask(bench: Bench, runs: int, size: Size) -> None:
    """Each time with new workers, which judge once before they are measured: they import and compile at first."""
    folder = bench.place(size.resources)
    found = [series_of(commands.distributed(folder, workers, "tcp://127.0.0.1:PORT")) for workers in (1, 2)]
    for _ in range(runs):
        for workers, series in enumerate(found, 1):
            with cluster(workers) as address:
                command = commands.distributed(folder, workers, address)
                bench.once(command, series_of(command), same_counts(size))
                bench.once(command, series, same_counts(size))
    bench.keep(found)


def _same_fails(bench: Bench, runs: int, size: Size, before: Size) -> None:
    """The largest inventory, with the fails of the one before and no more."""
    folder = bench.place(size.resources)
    generate(folder / commands.SAME_FAILS, size.resources, "--flawless-after", str(before.resources))

    def check(command: Command, answer: Path) -> None:
        found = counts(command, answer)["fail"]
        if found != before.counts["fail"]:
            raise CommandError(f"{command.name} counts {found} fails, and not {before.counts['fail']}")

    bench.keep(bench.in_turn(commands.same_fails(folder, bench.tools), runs, check=check))
