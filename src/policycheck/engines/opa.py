"""OPA itself: a server that is started on loopback for the scan, or one that runs elsewhere."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import requests
from opa_client import OpaClient
from opa_client.errors import ConnectionsError

from ..bundle import Bundle
from ..errors import EngineError, UsageError
from ..model import EngineInfo, Verdicts
from . import EngineInput

_START_SECONDS = 20.0

_PROVENANCE = {"provenance": True}

_AUTHZ = """package system.authz

default allow := false

allow if {{
	input.identity == "{token}"
	[input.method, input.path] in [["GET", ["health"]], ["POST", ["v1", "data", "policycheck", "verdicts"]]]
}}
"""


@dataclass(frozen=True, slots=True)
class OpaOptions:
    """How to reach OPA. Without a URL, a server is started. `timeout` is in seconds, for one answer."""

    url: str | None = None
    token: str | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    timeout: float = 60.0


class OpaEngine:
    """Judges through an OPA server, and accepts answers only from our own policies."""

    def __init__(self, bundle: Bundle, options: OpaOptions) -> None:
        self._bundle = bundle
        self._options = options
        self._server = None if options.url else _Server(bundle.opa_bundle)
        try:
            self._client = _remote_client(options) if self._server is None else self._server.client(options.timeout)
            self._url = options.url or "http://127.0.0.1"
            answer = self._ask({"checks": {}, "resources": {}})
        except BaseException:
            self.close()
            raise
        self.info = EngineInfo("opa", f"OPA {answer['provenance'].get('version', '?')}", bundle.revision)

    def judge(self, question: EngineInput) -> Verdicts:
        return cast(Verdicts, self._ask(question)["result"])

    def _ask(self, question: EngineInput) -> dict[str, Any]:
        try:
            answer = self._client.query_rule(dict(question), "policycheck", "verdicts", _PROVENANCE)
        except requests.Timeout:
            raise EngineError("opa_slow", url=self._url, timeout=self._options.timeout) from None
        except requests.HTTPError as error:
            status = error.response.status_code
            key = "opa_denied" if status in (401, 403) else "opa_failed"
            raise EngineError(key, url=self._url, reason=f"HTTP {status}") from None
        except requests.ConnectionError as error:
            raise EngineError("opa_unreachable", url=self._url, reason=_cause(error)) from None
        except (requests.RequestException, TypeError, OSError) as error:
            raise EngineError("opa_failed", url=self._url, reason=_cause(error)) from None
        bundles = answer.get("provenance", {}).get("bundles", {})
        revisions = [bundle.get("revision") for bundle in bundles.values()]
        if self._bundle.revision not in revisions:
            found = ", ".join(str(revision) for revision in revisions) or "-"
            raise EngineError("other_policies", url=self._url, expected=self._bundle.revision, found=found)
        if "result" not in answer:
            raise EngineError("no_answer", engine="opa")
        return answer

    def close(self) -> None:
        if self._server:
            self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _remote_client(options: OpaOptions) -> OpaClient:
    parts = urlsplit(options.url or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.username:
        raise UsageError("bad_opa_url", url=options.url)
    secure = parts.scheme == "https"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return OpaClient(
        host=host,
        port=parts.port or (443 if secure else 8181),
        ssl=secure and (str(options.ca) if options.ca else True),  # requests takes the path of a CA file here
        cert=(str(options.cert), str(options.key)) if options.cert and options.key else None,
        token=options.token,
        timeout=options.timeout,
    )


class _LoopbackClient(OpaClient):
    """Never through a proxy."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call] # opa_client is not annotated

    def _init_session(self) -> requests.Session:
        session = super()._init_session()
        session.trust_env = False
        return session


class _Server:
    """An OPA server of our own, which answers nobody who does not know its token."""

    def __init__(self, bundle: Path) -> None:
        binary = os.environ.get("POLICYCHECK_OPA") or shutil.which("opa")
        if binary is None or not Path(binary).exists():
            raise EngineError("opa_missing", binary=binary or "opa")
        self._folder = tempfile.TemporaryDirectory(prefix="policycheck-")
        self._token = secrets.token_urlsafe(32)
        authz = Path(self._folder.name, "authz")
        authz.mkdir(mode=0o700)
        (authz / ".manifest").write_text('{"roots": ["system/authz"], "rego_version": 1}')
        (authz / "authz.rego").write_text(_AUTHZ.format(token=self._token))
        self._port = _free_port()
        command = [binary, "run", "--server", "--addr", f"127.0.0.1:{self._port}", "--log-level", "error"]
        command += ["--disable-telemetry", "--authentication", "token", "--authorization", "basic"]
        self._log = Path(self._folder.name, "log")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--bundle", str(bundle), str(authz)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def client(self, timeout: float) -> OpaClient:
        client = _LoopbackClient(host="127.0.0.1", port=self._port, token=self._token, timeout=timeout)
        waited = 0.0
        while True:
            try:
                client.wait_for_ready(timeout=0.2, interval=0.05)
                return client
            except ConnectionsError:
                waited += 0.2
                if self._process.poll() is not None or waited >= _START_SECONDS:
                    reason = self._log.read_text(errors="replace").strip()
                    raise EngineError("opa_not_started", reason=reason) from None

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _cause(error: BaseException) -> str:
    """The innermost reason, in one line: what requests wraps around it tells nothing to a user."""
    reason: Any = getattr(error.args[0], "reason", error) if error.args else error
    return str(reason).rpartition(": ")[2] or type(error).__name__
