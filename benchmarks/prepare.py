"""Writes what the commands of the comparison are given, and prints how much is asked.

    prepare.py FOLDER --resources N

An inventory; the policies; and the questions that `policycheck scan` asks of an OPA server about the inventory, which
`opa eval`, the OPA server and conftest are asked too: a question a line, and all of them as one list.
"""

import argparse
import json
import subprocess
import tarfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import generate
import orjson
from commands import SCANNED, scan

from policycheck.bundle import Bundle


class Recorder(HTTPServer):
    """Stands in for an OPA server: keeps what it is asked, and lets everything pass."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        bundle = Bundle()
        self.provenance = {"bundles": {"policycheck": {"revision": bundle.revision}}}
        self._kinds = {name: control["kind"] for name, control in bundle.controls.items()}
        self._lines = (folder / "chunks.ndjson").open("wb")
        self._whole = (folder / "chunks.json").open("wb")
        self.checks: Counter[str] = Counter()
        self.judgements = 0

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        asked, resources = question["checks"], question["resources"]
        if not asked:  # the question whether the policies are the right ones
            return {}
        content = orjson.dumps(question)
        self._whole.write((b"," if self.judgements else b"[") + content)
        self._lines.write(content + b"\n")
        answers = {name: [["pass"] * len(resources[self._kinds[name]])] * len(asked[name]) for name in asked}
        self.judgements += sum(map(len, (verdicts for lists in answers.values() for verdicts in lists)))
        self.checks |= Counter({name: len(lists) for name, lists in asked.items()})
        return answers

    def server_close(self) -> None:
        super().server_close()
        self._whole.write(b"]")
        self._whole.close()
        self._lines.close()


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        question = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        content = orjson.dumps({"result": self.server.answer(question), "provenance": self.server.provenance})
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def prepare(folder: Path, resources: int) -> dict[str, int]:
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(Bundle().opa_bundle) as archive:
        archive.extractall(folder / "policies", filter="data")
    generate.write(folder / "inventory.ndjson", resources)
    with Recorder(folder) as recorder:
        threading.Thread(target=recorder.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{recorder.server_port}"
        command = scan("", folder, "--jobs", "1", "--no-cache", "--engine", "opa", "--opa-url", url)
        done = subprocess.run(command.arguments, cwd=folder, stdout=subprocess.DEVNULL, check=False)
        recorder.shutdown()
    assert done.returncode in SCANNED, done
    return {
        "resources": resources,
        "bytes": (folder / "inventory.ndjson").stat().st_size,
        "checks": recorder.checks.total(),
        "judgements": recorder.judgements,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--resources", type=int, required=True)
    arguments = parser.parse_args()
    print(json.dumps(prepare(arguments.folder, arguments.resources)))


if __name__ == "__main__":
    main()
