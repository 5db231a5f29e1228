"""Every command that is measured. All judge the same resources by the same policies, but for those that only read."""

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
AS_OF = "2026-11-20"
POLICYCHECK = str(Path(sys.executable).with_name("policycheck"))

ONE, ALL = "`policycheck scan`, 1 job", "`policycheck scan`, all jobs"
EVAL, SERVER, CONFTEST = "`opa eval`", "the OPA server", "`conftest test`"
PEERS = (EVAL, SERVER, CONFTEST)
FLOOR = "`orjson.loads`"

FLAWLESS_ONE, FLAWLESS_ALL = "no more fails, 1 job", "no more fails, all jobs"
VALIDATE, PYYAML = "`policycheck validate`", "PyYAML's C loader"
FIRST, SECOND = "first scan", "second scan"
ONE_FILE, CLICK, ORJSON = "a scan of one file", "Python and click", "Python and orjson"
DASK = {1: "1 Dask worker", 2: "2 Dask workers"}

IMPORTED = {name: f"`policycheck import`, {name}" for name in ("xlsx", "csv")}
READ = {"xlsx": "openpyxl, read-only", "csv": "Python's csv module"}
ROWS, MORE_ROWS = 100_000, 1_000_000
"""How many rows are imported."""
LONGER = f"{IMPORTED['csv']}, {MORE_ROWS:,} rows"

SAME_FAILS = "same-fails.ndjson"

SCANNED = frozenset((0, 3, 4))
"""The exit codes of a scan that came to its end."""


@dataclass(frozen=True)
class Command:
    """`answer` says how counts.py reads what the command prints; None where it holds no verdicts. It runs in its
    folder."""

    name: str
    arguments: list[str]
    folder: Path
    answer: str | None = None
    exits: frozenset[int] = frozenset((0,))

    @property
    def shown(self) -> str:
        """As one would type it, without the folders of this machine."""
        parts = [part.replace(str(HERE), HERE.name) for part in self.arguments]
        plain = [Path(part).name if part.startswith("/") else part for part in parts]
        return shlex.join([plain[0].replace(Path(sys.executable).name, "python"), *plain[1:]])


@dataclass(frozen=True)
class Tools:
    """How many jobs are all, and the programs that are there."""

    jobs: int
    opa: Path | None = None
    conftest: Path | None = None


def scan(name: str, folder: Path, *options: str, file: str = "inventory.ndjson") -> Command:
    arguments = [POLICYCHECK, "scan", file, "--as-of", AS_OF, "--format", "json", *options]
    return Command(name, arguments, folder, "report", SCANNED)


def compared(folder: Path, tools: Tools) -> list[Command]:
    """What the table compares, on what prepare.py wrote into the folder."""
    found = [
        scan(ONE, folder, "--jobs", "1", "--no-cache"),
        scan(ALL, folder, "--jobs", str(tools.jobs), "--no-cache"),
    ]
    if tools.opa:
        query = "[verdicts | some chunk in input; verdicts := data.policycheck.verdicts with input as chunk]"
        eval = [str(tools.opa), "eval", "--bundle", "policies", "--input", "chunks.json", "--format", "raw", query]
        server = [sys.executable, str(HERE / "server.py"), str(tools.opa), "policies", "chunks.ndjson"]
        found += [Command(EVAL, eval, folder, "verdicts"), Command(SERVER, server, folder, "counts")]
    if tools.conftest:
        policies = ["--policy", "policies", "--policy", str(HERE / "conftest.rego")]
        test = [str(tools.conftest), "test", *policies, "--output", "json", "--no-fail", "chunks.json"]
        found.append(Command(CONFTEST, test, folder, "conftest"))
    return [*found, Command(FLOOR, [sys.executable, str(HERE / "read.py"), "inventory.ndjson"], folder)]


def same_fails(folder: Path, tools: Tools) -> list[Command]:
    """For the largest inventory, if it has no more fails than the one before."""
    return [
        scan(FLAWLESS_ONE, folder, "--jobs", "1", "--no-cache", file=SAME_FAILS),
        scan(FLAWLESS_ALL, folder, "--jobs", str(tools.jobs), "--no-cache", file=SAME_FAILS),
    ]


def yaml(folder: Path) -> list[Command]:
    parse = 'import yaml; yaml.load(open("city.yaml", "rb"), yaml.CSafeLoader)'
    return [
        Command(VALIDATE, [POLICYCHECK, "validate", "city.yaml"], folder),
        Command(PYYAML, [sys.executable, "-c", parse], folder),
    ]


def cached(folder: Path, tools: Tools) -> list[Command]:
    """The first finds nothing in the cache, and the second what the first left there."""
    options = ("--jobs", str(tools.jobs), "--cache", "cache")
    return [scan(FIRST, folder, *options), scan(SECOND, folder, *options)]


def starts() -> list[Command]:
    """What a command takes that has next to nothing to do."""
    one = [POLICYCHECK, "scan", "docs/example/kogai.yaml", "--standard", "osaka", "--as-of", "2024-03-27", "--no-cache"]
    return [
        Command(ONE_FILE, one, ROOT, exits=SCANNED),
        Command(CLICK, [sys.executable, "-c", "import click"], ROOT),
        Command(ORJSON, [sys.executable, "-c", "import orjson"], ROOT),
    ]


def imported(folder: Path, name: str, shown: str) -> Command:
    arguments = [POLICYCHECK, "import", f"ledger.{name}", "--mapping", "mapping.yaml", "--output", "imported"]
    return Command(shown, [*arguments, "--as-of", AS_OF], folder)


def ledger_read(folder: Path, name: str) -> Command:
    return Command(READ[name], [sys.executable, str(HERE / "read_ledger.py"), f"ledger.{name}"], folder)


def distributed(folder: Path, workers: int, address: str) -> Command:
    """Of one or two workers, started before."""
    return scan(DASK[workers], folder, "--no-cache", "--scheduler", address)
