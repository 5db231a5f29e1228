"""Measures the engines side by side: the same policies on the same inventory, in turn, each run a process of its own.

    engines.py --opa PATH [--resources N] [--runs N]

`opa eval` and `wasm` answer the same question: all checks of the standard `guideline` on all resources. `opa eval` reads
it from a file; for `wasm` the time counts from the question as Python objects to the verdicts as Python objects, and,
on the line of the process, also the start of Python and of the engine. `policycheck scan` is the whole of the work:
reading, validating, indexes, judging, report.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import generate
import orjson

from policycheck.bundle import Bundle
from policycheck.engines.wasm import WasmEngine
from policycheck.evaluate import CHUNK, Questions
from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.standards import DEFAULT_STANDARD, Catalogue

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opa", type=Path, required=True)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--wasm", type=Path, help=argparse.SUPPRESS)  # the process that is measured
    arguments = parser.parse_args()
    if arguments.wasm:
        judge_with_wasm(arguments.wasm)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), arguments.opa.resolve(), arguments.resources, arguments.runs)


def compare(work: Path, opa: Path, resources: int, runs: int) -> None:
    inventory, question, chunks = work / "inventory.ndjson", work / "question.json", work / "chunks.ndjson"
    generate.write(inventory, resources)
    judgements = write_questions(inventory, question, chunks)
    policies = [path for path in ROOT.glob("policies/**/*.rego") if not path.stem.endswith("_test")]
    data = [option for path in policies for option in ("--data", str(path))]
    python, scan = sys.executable, ["-m", "policycheck.cli", "scan", str(inventory), "--as-of", AS_OF.isoformat()]
    commands = {
        "opa eval": [
            str(opa),
            "eval",
            *data,
            "--input",
            str(question),
            "--format",
            "json",
            "data.policycheck.verdicts",
        ],
        "wasm (process)": [python, __file__, "--opa", str(opa), "--wasm", str(chunks)],
        "policycheck scan": [python, *scan, "--format", "json", "--output", str(work / "report.json")],
    }
    times: dict[str, list[float]] = {name: [] for name in [*commands, "wasm (engine alone)"]}
    memory: dict[str, int] = {}
    for _ in range(runs + 1):  # the first round warms up
        for name, command in commands.items():
            seconds, peak, output = measure(command)
            times[name].append(seconds)
            memory[name] = peak
            if name == "wasm (process)":
                times["wasm (engine alone)"].append(json.loads(output)["seconds"])
    print_table(times, memory, resources, judgements, runs)
    print_start()


def print_table(
    times: dict[str, list[float]], memory: dict[str, int], resources: int, judgements: int, runs: int
) -> None:
    base = statistics.median(times["opa eval"][1:])
    print(f"{resources:,} resources, {judgements:,} judgements; median of {runs} runs; {machine()}\n")
    print(f"{'':22}{'seconds':>9}{'min':>8}{'max':>8}{'judgements/s':>15}{'MB':>7}{'opa eval / this':>17}")
    for name, measured in times.items():
        kept = sorted(measured[1:])
        middle = statistics.median(kept)
        peak = f"{memory[name]:7}" if name in memory else f"{'':7}"
        print(
            f"{name:22}{middle:9.2f}{kept[0]:8.2f}{kept[-1]:8.2f}{judgements / middle:15,.0f}{peak}{base / middle:16.1f}x"
        )


def print_start(runs: int = 20) -> None:
    """How long policycheck takes to start, beside what it cannot do without."""
    commands = {
        'python -c "import click"': [sys.executable, "-c", "import click"],
        "policycheck --version": [str(Path(sys.executable).with_name("policycheck")), "--version"],
    }
    medians = {name: statistics.median(measure(command)[0] for _ in range(runs)) for name, command in commands.items()}
    click, policycheck = medians.values()
    print(f"\nstart, median of {runs} runs: " + ", ".join(f"{name} {1000 * t:.0f} ms" for name, t in medians.items()))
    print(f"ratio {policycheck / click:.2f}")


def write_questions(inventory: Path, question: Path, chunks: Path) -> int:
    """The same question twice: as one document, and a chunk a line. Returns the number of judgements asked for."""
    bundle = Bundle()
    catalogue = Catalogue(bundle)
    checks = catalogue.checks(catalogue.standard(DEFAULT_STANDARD))
    resources = load_inventory([inventory], Schemas(bundle.schemas)).resources
    questions = Questions(checks, resources, AS_OF)
    question.write_bytes(orjson.dumps(questions.question(resources)))
    with chunks.open("wb") as file:
        for start in range(0, len(resources), CHUNK):
            file.write(orjson.dumps(questions.question(resources[start : start + CHUNK])) + b"\n")
    kinds = [resource.kind for resource in resources]
    return sum(kinds.count(check.control.kind) for check in checks)


def judge_with_wasm(chunks: Path) -> None:
    questions = [orjson.loads(line) for line in chunks.read_bytes().splitlines()]
    start = time.perf_counter()
    with WasmEngine(Bundle()) as engine:
        for question in questions:
            engine.judge(question)
    print(json.dumps({"seconds": time.perf_counter() - start}))


def measure(command: list[str]) -> tuple[float, int, bytes]:
    """Seconds of a process from start to end, its peak memory in MB, and what it printed."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path[1:])}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout
    output = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss // 1024, output


def machine() -> str:
    return f"{len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
