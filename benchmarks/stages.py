"""Where the time of a scan goes, in one process: by stage, and for the start by package.

stages.py [--resources N] [--runs N]
"""

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from commands import starts

HERE = Path(__file__).parent
ROOT = HERE.parent

_OURS = "policycheck itself"


class Stages:
    """Seconds of the processor by stage, each without what other stages inside it take."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inner = [0.0]

    def measure(self, stage: str, owner: Any, *names: str) -> None:
        for name in names:
            setattr(owner, name, self.timed(stage, getattr(owner, name)))

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **more: Any) -> Any:
            self._inner.append(0.0)
            start = time.process_time()
            try:
                return work(*arguments, **more)
            finally:
                whole = time.process_time() - start
                self.seconds[stage] += whole - self._inner.pop()
                self._inner[-1] += whole

        return timed


def scan(inventory: Path, output: Path) -> dict[str, float]:
    """The stages of one scan with one job, and what reading the lines alone would take."""
    start = time.process_time()
    from policycheck import evaluate, scan
    from policycheck.cli import inventory as command
    from policycheck.cli import main
    from policycheck.engines import wasm
    from policycheck.inventory import columns, reading, schemas

    stages = Stages()
    stages.measure("other work of reading", reading.Reader, "__call__")
    stages.measure("reading the bytes", reading, "read_source", "_digest")
    stages.measure("parsing and sorting the lines", reading, "plain_lines")
    stages.measure("validating by the schemas", schemas.Schemas, "are_valid")
    stages.measure("columns, and what controls must know of other resources", columns.Payload, "_flush")
    stages.measure("other work of judging", evaluate.Evaluation, "__call__")
    stages.measure("JSON into the engine and out of it", wasm.WasmEngine, "judge")
    begin = wasm.WasmEngine._start  # noqa: SLF001 (what is measured has no other name)

    def started(engine: Any, *given: Any) -> None:
        begin(engine, *given)
        engine._eval = stages.timed("the engine: Wasm", engine._eval)  # noqa: SLF001

    wasm.WasmEngine._start = started  # noqa: SLF001
    stages.measure("results that are no pass, held and printed", evaluate.Evaluation, "_keep")
    stages.measure("what is left of the scan", scan, "scan")
    stages.measure("writing the report", command, "write")
    stages.measure("starting the engine", wasm.WasmEngine, "__init__")
    stages.seconds["start: importing"] = time.process_time() - start
    gc.disable()
    options = ["--as-of", "2026-11-20", "--format", "json", "--jobs", "1", "--no-cache", "--output", str(output)]
    main(["scan", str(inventory), *options], standalone_mode=False)
    lines = inventory.read_bytes().splitlines()
    start = time.process_time()
    for line in lines:
        orjson.loads(line)
    return {**stages.seconds, "": time.process_time() - start}


def packages() -> Counter[str]:
    """Milliseconds that the imports of a one-file scan take, by package."""
    arguments = starts()[0].arguments
    command = [sys.executable, "-X", "importtime", "-m", "policycheck.cli", *arguments[1:]]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stderr
    found: Counter[str] = Counter()
    for line in told.splitlines():
        own, _, name = line.removeprefix("import time:").rpartition("|")
        if own and own.split("|")[0].strip().isdigit():
            package = name.strip().partition(".")[0]
            found[_OURS if package == "policycheck" else package] += int(own.split("|")[0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--inside", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(orjson.dumps(scan(*given.inside)).decode())
        return
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder) / "inventory.ndjson"
        subprocess.run(
            [sys.executable, HERE / "generate.py", inventory, "--resources", str(given.resources)], check=True
        )
        inside = [sys.executable, __file__, "--inside", str(inventory), str(Path(folder) / "report.json")]
        runs = [orjson.loads(subprocess.check_output(inside)) for _ in range(given.runs)]
    stages = {name: median(run[name] for run in runs) for name in runs[0]}
    floor = stages.pop("")
    whole = sum(stages.values())
    print(
        f"{given.resources:,} resources, one job, median of {given.runs} runs, seconds of the processor: {whole:.2f} s\n"
    )
    print("| stage | seconds | share |\n|---|---:|---:|")
    for name, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"| {name} | {seconds:.3f} | {100 * seconds / whole:.0f} % |")
    print(f"\n`orjson.loads` of the same lines, keeping nothing, in the same process: {floor:.3f} s.\n")
    starts_of = [packages() for _ in range(given.runs)]
    own = {name: median(run[name] for run in starts_of) / 1000 for name in starts_of[0]}
    print("Importing for a scan of one file, by `python -X importtime` (which itself costs time):\n")
    print("| package | ms |\n|---|---:|")
    for name, taken in sorted(own.items(), key=lambda item: -item[1])[:12]:
        print(f"| {name} | {taken:.1f} |")
    print(f"| all {len(own)} | {sum(own.values()):.1f} |")


if __name__ == "__main__":
    main()
