"""Starts an OPA server, puts every question to it through opa-python-client, and prints how many verdicts of each status
came back.

server.py OPA POLICIES CHUNKS
"""

import gc
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from opa_client import OpaClient

TIMEOUT = 600.0
"""Seconds for one answer of the server. The client's own 1.5 would end the measurement, not shorten it."""


def judge(opa: str, policies: str, chunks: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    with _client(opa, policies) as client, Path(chunks).open("rb") as lines:
        for line in lines:
            answer = client.query_rule(orjson.loads(line), "policycheck", "verdicts")
            for checks in answer["result"].values():
                for verdicts in checks:
                    counts["pass"] += verdicts.count("pass")
                    counts.update(verdict["status"] for verdict in verdicts if verdict != "pass")
    return counts


@contextmanager
def _client(opa: str, policies: str) -> Iterator[Any]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [opa, "run", "--server", "--addr", f"127.0.0.1:{port}", "--log-level", "error", "--skip-version-check"]
    server = subprocess.Popen([*command, "--bundle", policies])
    try:
        while server.poll() is None and not _answers(port):
            time.sleep(0.01)
        yield OpaClient(host="127.0.0.1", port=port, timeout=TIMEOUT)
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    gc.disable()  # as `policycheck scan` does
    print(json.dumps(judge(*sys.argv[1:])))


if __name__ == "__main__":
    main()
