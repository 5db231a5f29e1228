"""Measures policycheck beside what else could judge by the same policies: the same resources, side by side in one run,
every command a process of its own, in turn. It fails where two commands do not count the same verdicts.

    compare.py [--opa PATH] [--conftest PATH] [--resources N…] [--runs N] [--long-runs N] [--quick] [--output FOLDER]
    compare.py --imports [--runs N]

Prints a table, and writes it with a plot into the folder, benchmarks.md and benchmarks.svg: into docs/, unless something is
left out, else into build/part/. The figures are kept in build/benchmarks.json, or in build/part/, after each size; present.py
writes both again from them. With --imports only the imports of ledgers are measured, and printed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import cluster
import further
import machine
import present
from bench import Bench
from commands import ROOT, Tools
from figures import Figures
from measure import CommandError

SIZES = [1_000, 10_000, 100_000, 1_000_000]
LEAST_RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opa", type=Path)
    parser.add_argument("--conftest", type=Path)
    parser.add_argument("--resources", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=LEAST_RUNS, help="of each command")
    parser.add_argument(
        "--long-runs", type=int, default=LEAST_RUNS, help="of a command that takes longer than a minute"
    )
    parser.add_argument("--quick", action="store_true", help="the smallest size only, once")
    parser.add_argument("--imports", action="store_true", help="only those, beside what reads the same cells")
    parser.add_argument("--output", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    sizes, runs = sorted(arguments.resources), arguments.runs
    if arguments.quick:
        sizes, runs = sizes[:1], 1
    opa, conftest = (path and path.resolve() for path in (arguments.opa, arguments.conftest))
    for name, there in (("OPA", opa), ("conftest", conftest), ("Dask", cluster.AVAILABLE)):
        if not there:
            print(f"compare.py: WITHOUT {name}, which is not there", file=sys.stderr)
    tools = Tools(len(os.sched_getaffinity(0)), opa, conftest)
    figures = Figures(machine.describe(tools), tools.jobs)
    whole = sizes == SIZES and runs >= LEAST_RUNS and opa and conftest and cluster.AVAILABLE
    output = arguments.output or ROOT / ("docs" if whole else "build/part")
    kept = (ROOT / "build" if whole else output) / "benchmarks.json"
    try:
        with tempfile.TemporaryDirectory(prefix="policycheck-benchmark-") as folder:
            bench = Bench(Path(folder), tools, figures, ROOT / "build/imports.json" if arguments.imports else kept)
            if arguments.imports:
                further.imports(bench, runs)
                print(present.further(figures), end="")
                return
            if not arguments.quick:
                bench.warm_up(sizes[0])
            for resources in sizes:
                bench.compare(resources, runs, arguments.long_runs)
            further.measure_all(bench, runs)
    except CommandError as error:
        sys.exit(f"compare.py: {error}")
    present.write(figures, output)
    print(present.printed(figures), end="")


if __name__ == "__main__":
    main()
