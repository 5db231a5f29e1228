"""OPA itself: a server that is started on loopback for the scan, or one that runs elsewhere."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import orjson
import requests
from opa_client import OpaClient
from opa_client.errors import PolicyNotFoundError

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
	input.method == "POST"
	input.path == ["v1", "data", "policycheck", "verdicts"]
}}

allow if input.path == ["v1", "data", "started", "proof"]
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
        self._revision = bundle.revision
        self._timeout = options.timeout
        self._server = _Server(bundle.opa_bundle) if options.url is None else None
        try:
            self._settings = _remote(options) if self._server is None else self._server.settings(options.timeout)
            self._client = _Client(**self._settings)
            self._url = options.url or self._client.root_url.removesuffix("/v1")
            answer = self._ask({"checks": {}, "resources": b"{}"})
        except BaseException:
            self.close()
            raise
        self.info = EngineInfo("opa", f"OPA {answer['provenance'].get('version', '?')}", bundle.revision)

    def __copy__(self) -> Self:
        """The same server, asked over a connection of its own."""
        other = object.__new__(type(self))
        vars(other).update(vars(self), _server=None, _client=_Client(**self._settings))
        return other

    def judge(self, question: EngineInput) -> Verdicts:
        return cast(Verdicts, self._ask(question)["result"])

    def _ask(self, question: EngineInput) -> dict[str, Any]:
        try:
            document = question | {"resources": orjson.loads(question["resources"])}
            answer = self._client.query_rule(document, "policycheck", "verdicts", _PROVENANCE)
        except requests.Timeout:
            raise EngineError("opa_slow", url=self._url, timeout=self._timeout) from None
        except requests.HTTPError as error:
            status = error.response.status_code
            key = "opa_denied" if status in (401, 403) else "opa_failed"
            raise EngineError(key, url=self._url, reason=f"HTTP {status}") from None
        except requests.ConnectionError as error:
            raise EngineError("opa_unreachable", url=self._url, reason=_cause(error)) from None
        except requests.JSONDecodeError:
            raise EngineError("opa_failed", url=self._url, reason="not JSON") from None
        except (requests.RequestException, TypeError, OSError) as error:
            raise EngineError("opa_failed", url=self._url, reason=_cause(error)) from None
        revisions = _revisions(answer)
        if self._revision not in revisions:
            found = ", ".join(revisions) or "-"
            raise EngineError("other_policies", url=self._url, expected=self._revision, found=found)
        if not isinstance(answer.get("result"), dict):
            raise EngineError("no_answer", engine=f"opa ({self._url})")
        return cast(dict[str, Any], answer)

    def close(self) -> None:
        if self._server:
            self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _revisions(answer: Any) -> list[str]:
    """The revisions of the bundles that OPA says it answered by; none, where the answer is not one of OPA."""
    try:
        return [str(bundle.get("revision")) for bundle in answer["provenance"]["bundles"].values()]
    except (AttributeError, KeyError, TypeError):
        return []


def _remote(options: OpaOptions) -> dict[str, Any]:
    """What a client of a server that runs elsewhere is made from."""
    url = options.url or ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad_url(url) from None
    secure = parts.scheme == "https"
    surplus = parts.path.strip("/") or parts.query or parts.fragment or "@" in url
    if parts.scheme not in ("http", "https") or not parts.hostname or surplus:
        raise _bad_url(url)
    if not secure and (options.ca or options.cert):
        raise UsageError("tls_without_https", url=url)
    if options.token and not re.fullmatch("[!-~]+", options.token):
        raise UsageError("bad_opa_token", url=url)
    return {
        "proxies": requests.utils.get_environ_proxies(url),
        "host": f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname,
        "port": (443 if secure else 8181) if port is None else port,
        "ssl": secure and (str(options.ca) if options.ca else True),  # requests takes the path of a CA file here
        "cert": (str(options.cert), str(options.key)) if options.cert and options.key else None,
        "token": options.token,
        "timeout": options.timeout,
    }


def _bad_url(url: str) -> UsageError:
    """Without the password that may stand before the host."""
    return UsageError("bad_opa_url", url=f"***@{url.rpartition('@')[2]}" if "@" in url else url)


class _Client(OpaClient):
    """Goes where it is told, once, through these proxies alone. What requests would take from the environment can
    replace the token (.netrc) and the CA file (REQUESTS_CA_BUNDLE)."""

    def __init__(self, proxies: dict[str, str], **settings: Any) -> None:
        super().__init__(retries=0, **settings)  # type: ignore[no-untyped-call] # opa_client is not annotated
        session = cast(requests.Session, self._session)
        session.trust_env = False
        session.max_redirects = 0
        session.proxies = proxies


class _Server:
    """An OPA server of our own, which answers nobody who does not know its token."""

    def __init__(self, bundle: Path) -> None:
        name = os.environ.get("POLICYCHECK_OPA") or "opa"
        binary = shutil.which(name)
        if binary is None:
            raise EngineError("opa_missing", binary=name)
        self._folder = tempfile.TemporaryDirectory(prefix="policycheck-")
        self._token = secrets.token_urlsafe(32)
        authz = Path(self._folder.name, "authz")
        authz.mkdir(mode=0o700)
        self._proof = secrets.token_urlsafe(32)
        (authz / ".manifest").write_text('{"roots": ["system/authz", "started"], "rego_version": 1}')
        (authz / "data.json").write_text(json.dumps({"started": {"proof": self._proof}}))
        (authz / "authz.rego").write_text(_AUTHZ.format(token=self._token))
        self._port = _free_port()
        command = [binary, "run", "--server", "--addr", f"127.0.0.1:{self._port}", "--log-level", "error"]
        command += ["--skip-version-check", "--authentication", "token", "--authorization", "basic"]
        self._log = Path(self._folder.name, "log")
        command += ["--bundle", str(bundle), str(authz)]
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        except OSError as error:
            self._folder.cleanup()
            raise EngineError("opa_not_started", reason=error.strerror) from None

    def settings(self, timeout: float) -> dict[str, Any]:
        """What a client is made from, once the server is ready. Raises EngineError where it does not come up. Whatever else may answer at the
        port does not know what the server was told in a file, and is asked for nothing more."""
        waiting = _Client({}, host="127.0.0.1", port=self._port, timeout=1.0)
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ours(waiting):
            if self._process.poll() is not None or time.monotonic() >= deadline:
                reason = self._log.read_text(errors="replace").strip() or f"exit code {self._process.poll()}"
                raise EngineError("opa_not_started", reason=reason)
            time.sleep(0.02)
        return {"proxies": {}, "host": "127.0.0.1", "port": self._port, "token": self._token, "timeout": timeout}

    def _is_ours(self, client: OpaClient) -> bool:
        try:
            return bool(client.get_data("started/proof")["result"] == self._proof)
        except (requests.RequestException, PolicyNotFoundError, AttributeError, KeyError, TypeError):
            return False

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
    while inner := [part for part in (getattr(error, "reason", None), *error.args) if isinstance(part, BaseException)]:
        error = inner[0]
    return str(error).rpartition(": ")[2] or type(error).__name__
