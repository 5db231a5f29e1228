"""Real servers on free ports: OPA with any bundle, and things that are not OPA."""

import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = "Xq7-only-for-this-server"

AUTHZ = f"""package system.authz

default allow := false

allow if input.identity == "{TOKEN}"
"""


@dataclass(frozen=True)
class OpaServer:
    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Until the condition holds; fails when it has not come to hold within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def opa_server(binary: Path, *arguments: object, scheme: str = "http") -> Iterator[OpaServer]:
    """An OPA server with these arguments, which end with its bundles."""
    port = free_port()
    command = [str(binary), "run", "--server", "--addr", f"127.0.0.1:{port}", "--skip-version-check"]
    command += ["--log-level", "error", *(str(argument) for argument in arguments)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: process.poll() is not None or listens(port))
            assert process.poll() is None, "OPA ended by itself"
            yield OpaServer(f"{scheme}://127.0.0.1:{port}", process)
        finally:
            process.kill()


def write_bundle(folder: Path, files: Mapping[str, str], root: str, revision: str = "") -> Path:
    """A bundle as OPA reads it from a folder."""
    folder.mkdir()
    manifest = {"revision": revision, "roots": [root], "rego_version": 1}
    (folder / ".manifest").write_text(json.dumps(manifest), encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@contextmanager
def http_server(answer: Callable[[BaseHTTPRequestHandler, bytes], None]) -> Iterator[str]:
    """A server that gives this answer to the body of every POST, and no answer to anything else."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def reply(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    """Always the same answer."""

    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def silent_server() -> Iterator[str]:
    """Accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
