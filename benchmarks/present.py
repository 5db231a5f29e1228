"""Writes the page and the plot of what was measured.

present.py FIGURES FOLDER
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import plot
from bench import LONG
from commands import ALL, FLOOR, ONE, ORJSON, PEERS
from figures import Figures, Series, Size
from targets import Target, targets

HEADER = (
    "| resources | | runs | median | min–max | peak memory | judgements/s | time, all jobs = 1 |\n"
    "|---:|---|---:|---:|---:|---:|---:|---:|\n"
)

HOW = """\
The same resources and the same policies, every command a process of its own, in turn, and that again until each has run often
enough; the first round, which warms up, is not counted. Time is from the start of the process to its end; memory is the peak of
the sum over the process and all that it starts, with pages that several share counted once (Pss), or of the largest alone where
that is more, and at least the 20 MB or so of the program that measures. Each figure holds what a command needs to start: Python,
OPA, conftest, the server.

`policycheck scan` does all of its work: it reads and validates the inventory, builds what controls must know of other resources,
judges, and writes the report with every result that is not a pass. **`opa eval`, the OPA server and conftest are spared most
of that**: they are given a file with the questions ready-made, as policycheck puts them to an OPA server, and only judge. The
server is asked through opa-python-client, one question after the other. Conftest writes an entry for each `fail` and `unknown`,
and the counts. All count the same verdicts in every run, or `make bench` fails. `orjson.loads` reads every line and judges
nothing: the floor.
"""

BESIDE = """\
Measured beside the table, for {resources} resources where nothing else is said. The first scan finds an empty cache. The Dask
scheduler and its workers (`dask worker --nthreads 1`) are started anew for each run and judge once before the run that counts;
time and memory are those of `policycheck scan`. The ledgers that are imported have ten columns with dates in Japanese eras, once as Excel writes them and once as CSV in cp932.
In `same-fails.ndjson` are {more} resources, of which only the first {resources}
have flaws.
"""

_BOUND = {True: "at least", False: "at most"}


def write(figures: Figures, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.md").write_text(page(figures), encoding="utf-8")
    measured = [(size.resources, row) for size in figures.sizes for row in size.rows if row.seconds]
    time = [(resources, row.name, row.median) for resources, row in measured]
    memory = [(resources, row.name, row.peak) for resources, row in measured]
    panels = [plot.Panel("Time", "seconds", time), plot.Panel("Memory", "peak memory in MB", memory)]
    (folder / "benchmarks.svg").write_text(plot.plot(panels, "resources in the inventory"), encoding="utf-8")


def printed(figures: Figures) -> str:
    return f"{table(figures)}\n{aims(figures)}\n{machine(figures)}"


def page(figures: Figures) -> str:
    parts = [
        "# Benchmarks\n",
        "Written by `make bench`, which measures on your machine. The figures here:\n",
        machine(figures),
        "## Figures to reach\n",
        aims(figures),
        "## Side by side\n",
        table(figures),
        f"All jobs are {figures.jobs}. The last column is how many times as long a command takes as all jobs do.{fewer(figures)}\n",
        "![Time and memory over the number of resources](benchmarks.svg)\n",
        "## Where a peer wins\n",
        "".join(f"- {line}\n" for line in wins(figures)),
        "## What is measured\n",
        HOW,
        "".join(f"- {line}\n" for line in inventories(figures)),
        "## The commands\n",
        "".join(f"- {row.name}: `{row.command}`\n" for row in figures.largest.rows),
        BESIDE.format(resources=f"{figures.reference.resources:,}", more=f"{figures.largest.resources:,}"),
        further(figures),
    ]
    return "\n".join(parts)


def machine(figures: Figures) -> str:
    return "".join(f"- {name}: {value}\n" for name, value in figures.machine.items())


def table(figures: Figures) -> str:
    return HEADER + "".join(_line(size, row) for size in figures.sizes for row in size.rows)


def fewer(figures: Figures) -> str:
    rows = [row for size in figures.sizes for row in size.rows if row.seconds]
    few, most = (least([len(row.seconds) for row in rows]) for least in (min, max))
    return (
        f" **What takes longer than {LONG:.0f} s ran {few} times only, all else {most} times.**" if few < most else ""
    )


def aims(figures: Figures) -> str:
    lines = [_aim(target) for target in targets(figures)]
    return "".join(["| policycheck takes, or is | to reach | measured | |\n|---|---:|---:|---|\n", *lines])


def wins(figures: Figures) -> Iterator[str]:
    """In what, and where."""
    won = [line for size in figures.sizes for line in _won(size)]
    yield from won or ["No peer that judges is faster than policycheck in any row, or needs less memory."]
    slow = [f"{size.resources:,}" for size in figures.sizes if _is_less(size.row(ONE), size.row(ALL), "median")]
    if slow:
        yield f"One job is faster than all jobs at {', '.join(slow)} resources."
    floor, start = figures.reference.row(FLOOR), figures.further.get(ORJSON)
    if floor and start:
        share = f"{1000 * start.median:.0f} ms of its {1000 * floor.median:.0f} ms are the start of Python and orjson"
        yield f"{FLOOR}, which only reads, is faster everywhere: at {figures.reference.resources:,} resources, {share}."


def _won(size: Size) -> Iterator[str]:
    at = f"At {size.resources:,} resources"
    rows = {own: size.row(own) for own in (ONE, ALL)}
    for name in PEERS:
        peer = size.row(name)
        for own, row in rows.items():
            if peer and row and _is_less(peer, row, "median"):
                yield f"{at}, {name} is faster: {_seconds(peer.median)} s; {own}: {_seconds(row.median)} s."
            if peer and row and _is_less(peer, row, "peak"):
                yield f"{at}, {name} needs less memory: {peer.peak:,.0f} MB; {own}: {row.peak:,.0f} MB."


def _is_less(row: Series | None, than: Series | None, what: str) -> bool:
    return bool(row and than and getattr(row, what) < getattr(than, what))


def inventories(figures: Figures) -> Iterator[str]:
    for size in figures.sizes:
        counts = ", ".join(f"{count:,} {status}" for status, count in size.counts.items())
        yield (
            f"{size.resources:,} resources: {size.bytes / 1e6:,.1f} MB of NDJSON, {size.checks} checks, "
            f"{size.judgements:,} judgements ({counts})"
        )


def further(figures: Figures) -> str:
    head = "| | runs | median | min–max | peak memory | command |\n|---|---:|---:|---:|---:|---|\n"
    return head + "".join(
        f"| {name} | {len(row.seconds)} | {_times(row)} | {row.peak:,.0f} MB | `{row.command}` |\n"
        for name, row in figures.further.items()
    )


def _aim(target: Target) -> str:
    bound = f"{_BOUND[target.least]} {target.bound:g}{target.unit}"
    if target.value is None:
        return f"| {target.text} | {bound} | not measured | |\n"
    value = f"{target.value:.0f}" if target.value >= 100 else f"{target.value:.2f}"
    return (
        f"| {target.text} | {bound} | {value}{target.unit} | {'reached' if target.reached else '**not reached**'} |\n"
    )


def _line(size: Size, row: Series) -> str:
    if row.left_out:
        return f"| {size.resources:,} | {row.name} | | {row.left_out} | | | | |\n"
    own = size.row(ALL)
    ratio = f"{row.median / own.median:.2f}" if own else ""
    speed = f"{size.judgements / row.median:,.0f}" if row.judges else ""
    return (
        f"| {size.resources:,} | {row.name} | {len(row.seconds)} | {_times(row)} | {row.peak:,.0f} MB | {speed} "
        f"| {ratio} |\n"
    )


def _times(row: Series) -> str:
    return f"{_seconds(row.median)} s | {_seconds(min(row.seconds))}–{_seconds(max(row.seconds))}"


def _seconds(value: float) -> str:
    """With three figures, or all before the point."""
    return f"{value:.{3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0}f}"


if __name__ == "__main__":
    write(Figures.load(Path(sys.argv[1])), Path(sys.argv[2]))
