"""Real schedulers and workers of Dask, and a real server that speaks S3, as processes of this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servers import free_port, listens, wait_until

Process = subprocess.Popen[bytes]

OTHER_VERSION = """
import policycheck
policycheck.__version__ = "9.9.9"
"""

OTHER_POLICIES = """
from policycheck import bundle
def other(self, *given, whole=bundle.Bundle.__init__):
    whole(self, *given)
    self.revision = "f" * 64
bundle.Bundle.__init__ = other
"""

WITHOUT_POLICYCHECK = """
import sys
sys.modules["policycheck"] = None
"""


@dataclass
class Dask:
    """A scheduler with workers that can be added and killed."""

    folder: Path
    stack: ExitStack
    environment: Mapping[str, str]
    address: str = ""
    scheduler: Process | None = None
    workers: list[Process] = field(default_factory=list)

    def start(self) -> None:
        file = self.folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        self.scheduler = self._process("scheduler", *options)
        wait_until(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def add(self, *options: str, preload: str = "", nanny: bool = False) -> Process:
        if preload:
            file = self.folder / "preload.py"
            file.write_text(preload, encoding="utf-8")
            options = (*options, "--preload", str(file))
        if not nanny:
            options = (*options, "--no-nanny")
        threads = () if "--nthreads" in options else ("--nthreads", "1")
        process = self._process("worker", self.address, *threads, "--no-dashboard", *options)
        self.workers.append(process)
        return process

    def _process(self, *arguments: str) -> Process:
        with (self.folder / "messages").open("ab") as messages:
            process = self.stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=messages,
                    stderr=messages,
                    cwd=self.folder,
                    env=os.environ | self.environment,
                )
            )
        self.stack.callback(process.kill)
        return process

    def wait_for(self, workers: int) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=30)

    def messages(self) -> str:
        return (self.folder / "messages").read_text(encoding="utf-8")


@contextmanager
def dask(folder: Path, *, workers: int = 0, environment: Mapping[str, str] | None = None) -> Iterator[Dask]:
    with ExitStack() as stack:
        started = Dask(folder, stack, environment or {})
        started.start()
        for _ in range(workers):
            started.add()
        if workers:
            started.wait_for(workers)
        yield started


@contextmanager
def s3_server(folder: Path) -> Iterator[dict[str, str]]:
    """What its clients need in their environment."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (folder / "s3").open("wb") as messages, subprocess.Popen(command, stdout=messages, stderr=messages) as process:
        try:
            wait_until(lambda: listens(port))
            yield {
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "AKIAFORTESTSONLY",
                "AWS_SECRET_ACCESS_KEY": "secret-for-tests-only",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            }
        finally:
            process.kill()
