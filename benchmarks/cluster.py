"""Dask on this machine: a scheduler, and workers of one thread."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

AVAILABLE = find_spec("distributed") is not None

_WAIT = "import sys; from distributed import Client; Client(sys.argv[1]).wait_for_workers(int(sys.argv[2]), timeout=60)"
_START_SECONDS = 60.0


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler whose workers are ready."""
    dask = [sys.executable, "-m", "dask"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="policycheck-dask-")))
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        stack.enter_context(_running([*dask, "scheduler", *options], folder))
        address = _address(file)
        for _ in range(workers):
            options = [address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
            stack.enter_context(_running([*dask, "worker", *options], folder))
        subprocess.run([sys.executable, "-c", _WAIT, address, str(workers)], check=True)
        yield address


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    with (folder / "messages").open("ab") as messages:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _address(file: Path) -> str:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            address: str = json.loads(file.read_text())["address"]
            return address
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.05)
    raise TimeoutError("the Dask scheduler does not start")
