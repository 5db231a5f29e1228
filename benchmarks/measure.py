"""Time and memory of one process with all that it starts. For Linux."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from commands import Command

_INTERVAL = 0.02
"""Seconds between two looks at a tree of processes, at least:"""
_SHARE = 0.02
"""so much of one core may the looks take."""


class CommandError(Exception):
    """A command that did not end as it should."""


@dataclass(frozen=True)
class Run:
    """`megabytes` is the peak of the sum over the processes, with pages that several share counted once; at least what
    the largest of them took."""

    seconds: float
    megabytes: float


def measure(command: Command, output: Path) -> Run:
    """From the start of the process to its end. What it prints goes to a file."""
    messages = output.with_suffix(".messages")
    with output.open("wb") as out, messages.open("wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command.arguments, cwd=command.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    kilobytes = max(usage.ru_maxrss, watch.stop())
    if process.returncode not in command.exits:
        told = messages.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise CommandError(f"exit code {process.returncode}: {command.shown}\n{told}")
    return Run(seconds, kilobytes / 1024)


class _Watch(threading.Thread):
    """Looks at a tree of processes now and then. The kernel tells of the largest process in it only."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._done = threading.Event()
        self._peak = 0
        self.start()

    def run(self) -> None:
        pause = _INTERVAL
        while not self._done.wait(pause):
            start = time.perf_counter()
            self._peak = max(self._peak, sum(map(_kilobytes, _tree(self._root))))
            pause = max(_INTERVAL, (time.perf_counter() - start) / _SHARE)

    def stop(self) -> int:
        self._done.set()
        self.join()
        return self._peak


def _tree(root: int) -> list[int]:
    found = [root]
    for process in found:
        for thread in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, _read(thread).split())
    return found


def _kilobytes(process: int) -> int:
    """What the process takes now: of pages that several processes share, its part."""
    lines = _read(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # the process has ended
        return ""
