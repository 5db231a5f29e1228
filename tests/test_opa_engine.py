"""The `opa` engine against real servers: those that it starts, those that run already, and those that are not ours."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import Result
from conftest import AS_OF, ROOT
from servers import AUTHZ, TOKEN, free_port, http_server, opa_server, reply, silent_server, wait_until, write_bundle

from policycheck.bundle import Bundle
from policycheck.engines import EngineInput
from policycheck.engines import opa as opa_module
from policycheck.engines.opa import OpaEngine, OpaOptions
from policycheck.errors import EngineError, PolicycheckError
from policycheck.texts import LANGUAGES, texts

NOTHING: EngineInput = {"checks": {}, "resources": b"{}"}
REQUIRE_TOKEN = ("--authentication=token", "--authorization=basic", "--bundle")
OTHER_RULE = "package policycheck\n\nverdicts := {}\n"
SCAN = ("scan", ROOT / "inventory", "--as-of", AS_OF, "--standard", "guideline")

Run = Callable[..., Result]
Fails = Callable[..., str]


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, opa_binary: Path) -> None:
    monkeypatch.setenv("POLICYCHECK_OPA", str(opa_binary))
    for name in ("POLICYCHECK_OPA_TOKEN", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def authz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy that lets in whoever has the token."""
    return write_bundle(tmp_path_factory.mktemp("opa") / "authz", {"authz.rego": AUTHZ}, root="system/authz")


@pytest.fixture(scope="module")
def open_server(opa_binary: Path, bundle: Bundle) -> Iterator[str]:
    with opa_server(opa_binary, "--bundle", bundle.opa_bundle) as server:
        yield server.url


@pytest.fixture(scope="module")
def token_server(opa_binary: Path, bundle: Bundle, authz: Path) -> Iterator[str]:
    with opa_server(opa_binary, *REQUIRE_TOKEN, bundle.opa_bundle, authz) as server:
        yield server.url


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    return file


@pytest.fixture
def wasm_report(run: Run) -> dict[str, Any]:
    return report(run(*SCAN, "--format", "json", "--all"))


@pytest.fixture
def opa_report(run: Run) -> Callable[..., dict[str, Any]]:
    def scan(*options: object, **settings: Any) -> dict[str, Any]:
        return report(run(*SCAN, "--format", "json", "--all", "--engine", "opa", *options, **settings))

    return scan


@pytest.fixture
def fails(run: Run, tmp_path: Path) -> Fails:
    """A scan that has to end with the error, told in both languages, and without a report."""

    def scan(key: str, *options: object, code: int = 1, shows: str = "", **settings: Any) -> str:
        output = tmp_path / "report.json"
        for language in LANGUAGES:
            for target in ((), ("--output", output)):
                engine = ("--engine", "opa", "--format", "json", "--lang", language)
                result = run(*SCAN, *engine, *target, *options, **settings)
                message = message_of(result, key, language, code)
                assert shows in message
                assert not output.exists()
        return message

    return scan


def message_of(result: Result, key: str, language: str, code: int = 1) -> str:
    """The message of a command that ended with this error: one line, with its hint in the next, and nothing else."""
    assert result.exit_code == code, (result.output, result.exception)
    assert result.stdout == ""
    assert TOKEN not in result.stderr
    message, hint = result.stderr.splitlines()
    assert texts(language)(f"hint.{key}") == hint.strip()
    return message


def report(result: Result) -> dict[str, Any]:
    """The report that the command printed, without the name and version of the engine."""
    assert result.exit_code == 3, result.output
    assert result.stderr == ""
    assert TOKEN not in result.stdout
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["engine"].pop("name") in ("wasm", "opa")
    assert found["engine"].pop("version")
    return found


def process_of(engine: OpaEngine) -> subprocess.Popen[bytes]:
    assert engine._server is not None
    return engine._server._process


# --- A server that policycheck starts


def test_report_is_that_of_wasm(opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any]) -> None:
    assert opa_report() == wasm_report


def test_started_server_is_gone_afterwards(bundle: Bundle) -> None:
    with OpaEngine(bundle, OpaOptions()) as engine:
        process = process_of(engine)
        folder = Path(engine._server._folder.name)  # type: ignore[union-attr]
        assert process.poll() is None
        assert folder.exists()
    assert process.poll() is not None
    assert not folder.exists()


def test_started_server_is_gone_after_an_error(bundle: Bundle) -> None:
    with pytest.raises(ZeroDivisionError), OpaEngine(bundle, OpaOptions()) as engine:
        process = process_of(engine)
        _ = 1 / 0
    assert process.poll() is not None


def test_started_server_is_gone_after_it_answered_wrongly(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            super().__init__(*arguments, **settings)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    monkeypatch.setattr(bundle, "revision", "another")
    with pytest.raises(EngineError, match="other_policies"):
        OpaEngine(bundle, OpaOptions())
    assert [process.poll() is not None for process in started] == [True]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_started_server_is_gone_after_a_signal(sent: signal.Signals, opa_binary: Path, tmp_path: Path) -> None:
    identity, inventory = tmp_path / "pid", tmp_path / "inventory.ndjson"
    program = tmp_path / "opa"
    program.write_text(f'#!/bin/sh\necho $$ > "{identity}"\nexec "{opa_binary.resolve()}" "$@"\n')
    program.chmod(0o755)
    line = '{{"kind": "server", "department": "総務課", "id": "S-{}"}}\n'
    inventory.write_text("".join(line.format(number) for number in range(100_000)), encoding="utf-8")
    command = [sys.executable, "-m", "policycheck.cli", "scan", str(inventory), "--engine", "opa"]
    environment = os.environ | {"POLICYCHECK_OPA": str(program)}
    heard = signal.signal(sent, signal.SIG_DFL)  # under nohup it is ignored, and policycheck rightly keeps it so
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        signal.signal(sent, heard)
        wait_until(lambda: identity.exists() and identity.read_text().strip())
        process.send_signal(sent)
        assert process.wait(20) == 128 + sent
    with pytest.raises(ProcessLookupError):
        os.kill(int(identity.read_text()), 0)


@pytest.mark.parametrize(("option", "value"), [("--opa-url", "http://127.0.0.1"), ("--opa-timeout", "1")])
def test_options_of_opa_with_the_embedded_engine(option: str, value: str, run: Run) -> None:
    for language in ("ja", "en"):
        result = run(*SCAN, option, value, "--lang", language)
        assert option in message_of(result, "options_of_opa", language, 2)


def test_started_server_answers_nobody_else(bundle: Bundle) -> None:
    with OpaEngine(bundle, OpaOptions()) as engine:
        url = engine._url
        token = engine._server._token  # type: ignore[union-attr]
        paths = ("/v1/data", "/v1/data/policycheck/verdicts", "/v1/policies", "/v1/config", "/metrics")
        for path in paths:
            assert requests.get(url + path, timeout=5).status_code == 401
            assert (
                requests.post(url + path, json={"input": {"checks": {}, "resources": {}}}, timeout=5).status_code == 401
            )
        known = {"Authorization": f"Bearer {token}"}
        for path in ("/v1/policies", "/v1/data", "/v1/data/system", "/v1/config"):
            assert requests.get(url + path, headers=known, timeout=5).status_code == 401
        changed = requests.put(f"{url}/v1/policies/x", data=b"package x", headers=known, timeout=5)
        assert changed.status_code == 401


def test_a_stranger_on_the_port_gets_neither_token_nor_inventory(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def stranger(request: BaseHTTPRequestHandler, body: bytes) -> None:
        asked.append(f"{request.path} {request.headers.get('Authorization')} {body!r}")
        reply(200, b"{}")(request, body)

    with http_server(stranger) as url:
        monkeypatch.setattr(opa_module, "_free_port", lambda: int(url.rpartition(":")[2]))
        program = tmp_path / "opa"
        program.write_text("#!/bin/sh\nsleep 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("POLICYCHECK_OPA", str(program))
        with pytest.raises(EngineError, match="opa_not_started"), OpaEngine(bundle, OpaOptions()):
            pass
    assert all(line == "/v1/data/started/proof None b''" for line in asked)


@pytest.mark.parametrize(
    "options",
    [
        OpaOptions(url="http://127.0.0.1:1", ca=Path("x")),
        OpaOptions(url="http://127.0.0.1:1", cert=Path("x"), key=Path("y")),
    ],
    ids=["ca", "cert"],
)
def test_certificates_without_https_are_refused(options: OpaOptions, bundle: Bundle) -> None:
    with pytest.raises(PolicycheckError, match="tls_without_https"):
        OpaEngine(bundle, options)


def test_token_is_not_in_the_command_line(bundle: Bundle) -> None:
    with OpaEngine(bundle, OpaOptions()) as engine:
        command = process_of(engine).args
        assert engine._server._token not in str(command)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
def test_proxy_does_not_matter(
    name: str, opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any]
) -> None:
    assert opa_report(env={name: f"http://127.0.0.1:{free_port()}"}) == wasm_report


def test_server_that_dies_is_an_error(bundle: Bundle) -> None:
    with OpaEngine(bundle, OpaOptions()) as engine:
        process_of(engine).kill()
        process_of(engine).wait()
        with pytest.raises(EngineError) as error:
            engine.judge(NOTHING)
        assert error.value.key == "opa_unreachable"
        assert error.value.facts["url"] == engine._url


@pytest.mark.parametrize("named", ["", "nowhere/opa", "opa-that-is-not-there"])
def test_missing_opa(named: str, fails: Fails, tmp_path: Path) -> None:
    fails("opa_missing", shows=named or "opa", env={"PATH": str(tmp_path), "POLICYCHECK_OPA": named})
    fails("opa_missing", shows=named or "opa", env={"PATH": "", "POLICYCHECK_OPA": named})


def test_opa_is_found_on_the_path(
    opa_binary: Path, opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "opa").symlink_to(opa_binary)
    assert opa_report(env={"PATH": str(tmp_path), "POLICYCHECK_OPA": None}) == wasm_report


def test_opa_that_is_a_folder_or_no_program(fails: Fails, tmp_path: Path) -> None:
    fails("opa_missing", shows=str(tmp_path), env={"POLICYCHECK_OPA": str(tmp_path)})
    text = tmp_path / "text"
    text.write_text("not a program", encoding="utf-8")
    fails("opa_missing", shows=str(text), env={"POLICYCHECK_OPA": str(text)})
    text.chmod(0o755)
    fails("opa_not_started", env={"POLICYCHECK_OPA": str(text)})


def test_opa_that_ends_at_once(fails: Fails, tmp_path: Path) -> None:
    script = tmp_path / "opa"
    script.write_text("#!/bin/sh\necho this is no OPA >&2\nexit 7\n", encoding="utf-8")
    script.chmod(0o755)
    fails("opa_not_started", shows="this is no OPA", env={"POLICYCHECK_OPA": str(script)})


def test_opa_that_never_listens_is_ended(fails: Fails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opa_module, "_START_SECONDS", 0.5)
    script, pids = tmp_path / "opa", tmp_path / "pids"
    script.write_text(f"#!/bin/sh\necho $$ >>{pids}\nexec sleep 600\n", encoding="utf-8")
    script.chmod(0o755)
    fails("opa_not_started", env={"POLICYCHECK_OPA": str(script)})
    for pid in pids.read_text(encoding="utf-8").split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


# --- A server that runs already


def test_running_server(
    open_server: str, opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any]
) -> None:
    assert opa_report("--opa-url", open_server) == wasm_report
    assert opa_report("--opa-url", f"{open_server}/") == wasm_report
    assert opa_report("--opa-url", open_server, env={"POLICYCHECK_OPA": "nowhere", "PATH": ""}) == wasm_report


def test_running_server_with_a_token(
    token_server: str,
    token_file: Path,
    opa_report: Callable[..., dict[str, Any]],
    wasm_report: dict[str, Any],
) -> None:
    assert opa_report("--opa-url", token_server, "--opa-token-file", token_file) == wasm_report
    assert opa_report("--opa-url", token_server, env={"POLICYCHECK_OPA_TOKEN": TOKEN}) == wasm_report
    preferred = {"POLICYCHECK_OPA_TOKEN": "wrong"}
    assert opa_report("--opa-url", token_server, "--opa-token-file", token_file, env=preferred) == wasm_report


def test_netrc_does_not_replace_the_token(
    token_server: str, opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any], tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password other\n", encoding="utf-8")
    environment = {"POLICYCHECK_OPA_TOKEN": TOKEN, "NETRC": str(netrc)}
    assert opa_report("--opa-url", token_server, env=environment) == wasm_report


def test_remote_server_is_reached_through_the_proxy(open_server: str, fails: Fails) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    fails("opa_unreachable", "--opa-url", open_server, shows=open_server, env={"http_proxy": nobody})


def test_no_proxy_is_respected(
    open_server: str, opa_report: Callable[..., dict[str, Any]], wasm_report: dict[str, Any]
) -> None:
    environment = {"http_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": "127.0.0.1"}
    assert opa_report("--opa-url", open_server, env=environment) == wasm_report


def test_wrong_or_no_token(token_server: str, fails: Fails, tmp_path: Path) -> None:
    fails("opa_denied", "--opa-url", token_server, shows=token_server)
    fails("opa_denied", "--opa-url", token_server, shows=token_server, env={"POLICYCHECK_OPA_TOKEN": "wrong"})
    empty = tmp_path / "empty"
    empty.touch()
    fails("opa_denied", "--opa-url", token_server, "--opa-token-file", empty, shows=token_server)


@pytest.mark.parametrize("odd", [f"{TOKEN}\nsecond line", f"{TOKEN} ", f"{TOKEN}　", "トークン", f"{TOKEN}\0"])
def test_token_that_cannot_be_sent(odd: str, bundle: Bundle, token_server: str) -> None:
    with pytest.raises(PolicycheckError) as error:
        OpaEngine(bundle, OpaOptions(url=token_server, token=odd))
    assert (error.value.key, error.value.exit_code) == ("bad_opa_token", 2)
    assert TOKEN not in str(error.value)


def test_token_of_several_lines(token_server: str, fails: Fails, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n{TOKEN}\n", encoding="utf-8")
    fails("bad_opa_token", "--opa-url", token_server, "--opa-token-file", file, code=2, shows=token_server)


def test_unreachable(fails: Fails) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    fails("opa_unreachable", "--opa-url", url, shows=url)


def test_slow(fails: Fails) -> None:
    with silent_server() as url:
        message = fails("opa_slow", "--opa-url", url, "--opa-timeout", 0.5, shows=url)
        assert "0.5" in message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8181",
        "127.0.0.1",
        "ftp://127.0.0.1",
        "http://",
        "http://:8181",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://127.0.0.1:8181/v1/data",
        "http://127.0.0.1:8181?x=1",
        "http://127.0.0.1:8181#x",
        "file:///etc/hosts",
        "http://someone@127.0.0.1:8181",
    ],
)
def test_bad_url(url: str, fails: Fails) -> None:
    fails("bad_opa_url", "--opa-url", url, code=2, shows=url.rpartition("@")[2])


@pytest.mark.parametrize("url", [f"http://someone:{TOKEN}@127.0.0.1:8181", f"http://someone:{TOKEN}@127.0.0.1:port"])
def test_password_in_the_url_is_not_shown(url: str, fails: Fails) -> None:
    fails("bad_opa_url", "--opa-url", url, code=2, shows="127.0.0.1")


@pytest.mark.parametrize("revision", ["another", ""])
def test_other_policies(revision: str, bundle: Bundle, opa_binary: Path, fails: Fails, tmp_path: Path) -> None:
    other = write_bundle(tmp_path / "other", {"main.rego": OTHER_RULE}, root="policycheck", revision=revision)
    with opa_server(opa_binary, "--bundle", other) as server:
        message = fails("other_policies", "--opa-url", server.url, shows=server.url)
        assert bundle.revision in message
        assert revision in message


def test_no_policies(opa_binary: Path, fails: Fails) -> None:
    with opa_server(opa_binary) as server:
        fails("other_policies", "--opa-url", server.url, shows=server.url)


def test_policies_that_are_no_bundle(opa_binary: Path, fails: Fails) -> None:
    sources = [path for path in ROOT.glob("policies/**/*.rego") if not path.stem.endswith("_test")]
    with opa_server(opa_binary, *sources) as server:
        fails("other_policies", "--opa-url", server.url, shows=server.url)


@pytest.mark.parametrize("rule", ["package other\n\nx := 1\n", "package policycheck\n\nverdicts := 1\n"])
def test_our_revision_without_the_rule(
    rule: str, bundle: Bundle, opa_binary: Path, fails: Fails, tmp_path: Path
) -> None:
    root = rule.split()[1]
    other = write_bundle(tmp_path / "other", {"main.rego": rule}, root=root, revision=bundle.revision)
    with opa_server(opa_binary, "--bundle", other) as server:
        message = fails("no_answer", "--opa-url", server.url, shows=server.url)
        assert "opa" in message


def test_our_revision_with_another_rule(bundle: Bundle, opa_binary: Path, fails: Fails, tmp_path: Path) -> None:
    other = write_bundle(tmp_path / "other", {"main.rego": OTHER_RULE}, root="policycheck", revision=bundle.revision)
    with opa_server(opa_binary, "--bundle", other) as server:
        fails("incomplete_verdicts", "--opa-url", server.url)


@pytest.mark.parametrize(
    ("key", "status", "body"),
    [
        ("opa_failed", 200, b"<!doctype html><title>It works</title>"),
        ("opa_failed", 200, b""),
        ("opa_failed", 200, b'{"result": '),
        ("other_policies", 200, b"[]"),
        ("other_policies", 200, b"null"),
        ("other_policies", 200, b'"text"'),
        ("other_policies", 200, b"{}"),
        ("other_policies", 200, b'{"provenance": null}'),
        ("other_policies", 200, b'{"provenance": {"bundles": []}}'),
        ("other_policies", 200, b'{"provenance": {"bundles": {"x": null}}}'),
        ("opa_failed", 500, b'{"code": "internal_error"}'),
        ("opa_failed", 404, b"not found"),
        ("opa_failed", 502, b""),
        ("opa_denied", 403, b""),
    ],
)
def test_what_is_not_opa(key: str, status: int, body: bytes, fails: Fails) -> None:
    with http_server(reply(status, body)) as url:
        fails(key, "--opa-url", url, shows=url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int, open_server: str, fails: Fails) -> None:
    target = f"{open_server}/v1/data/policycheck/verdicts?provenance=True"
    with http_server(reply(status, b"", Location=target)) as url:
        fails("opa_failed", "--opa-url", url, shows=url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_server_killed_between_two_answers(language: str, bundle: Bundle, opa_binary: Path, run: Run) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(opa_server(opa_binary, "--bundle", bundle.opa_bundle))
        answered: list[int] = []

        def forward_once(handler: BaseHTTPRequestHandler, body: bytes) -> None:
            if answered:
                server.process.kill()
                handler.close_connection = True
                return
            answer = requests.post(server.url + handler.path, data=body, timeout=5)
            answered.append(answer.status_code)
            reply(answer.status_code, answer.content)(handler, body)

        url = stack.enter_context(http_server(forward_once))
        result = run(*SCAN, "--engine", "opa", "--opa-url", url, "--lang", language)
        assert url in message_of(result, "opa_unreachable", language)
        assert answered == [200]


# --- TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority `ca`, another one `other-ca`, and what `ca` certifies: `server` for 127.0.0.1, and `client`."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("ca", "other-ca"):
        extensions = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
        openssl(folder, "req", "-x509", *new_key(name), "-out", f"{name}.pem", "-days", "2", *extensions)
    for name, usage in (("server", "serverAuth"), ("client", "clientAuth")):
        openssl(folder, "req", *new_key(name), "-out", f"{name}.csr")
        (folder / "extensions").write_text(
            f"subjectAltName=IP:127.0.0.1\nextendedKeyUsage={usage}\n"
            "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
            encoding="utf-8",
        )
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "extensions")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", "-days", "2", *signed)
    return folder


def new_key(name: str) -> tuple[str, ...]:
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key")
    return (*key, "-subj", f"/CN={name}")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def tls_server(opa_binary: Path, bundle: Bundle, certificates: Path) -> Iterator[str]:
    identity = (f"--tls-cert-file={certificates}/server.pem", f"--tls-private-key-file={certificates}/server.key")
    with opa_server(opa_binary, *identity, "--bundle", bundle.opa_bundle, scheme="https") as server:
        yield server.url


@pytest.fixture(scope="module")
def mtls_server(opa_binary: Path, bundle: Bundle, certificates: Path) -> Iterator[str]:
    identity = (f"--tls-cert-file={certificates}/server.pem", f"--tls-private-key-file={certificates}/server.key")
    demands = ("--authentication=tls", f"--tls-ca-cert-file={certificates}/ca.pem")
    with opa_server(opa_binary, *identity, *demands, "--bundle", bundle.opa_bundle, scheme="https") as server:
        yield server.url


def test_tls(
    tls_server: str,
    certificates: Path,
    opa_report: Callable[..., dict[str, Any]],
    wasm_report: dict[str, Any],
) -> None:
    assert opa_report("--opa-url", tls_server, "--opa-ca", certificates / "ca.pem") == wasm_report


def test_tls_without_the_right_authority(tls_server: str, certificates: Path, fails: Fails) -> None:
    other = ("--opa-ca", certificates / "other-ca.pem")
    fails("opa_unreachable", "--opa-url", tls_server, shows=tls_server)
    fails("opa_unreachable", "--opa-url", tls_server, *other, shows=tls_server)
    environment = {"REQUESTS_CA_BUNDLE": str(certificates / "ca.pem")}
    fails("opa_unreachable", "--opa-url", tls_server, *other, shows=tls_server, env=environment)


def test_tls_for_another_host(tls_server: str, certificates: Path, fails: Fails) -> None:
    url = tls_server.replace("127.0.0.1", "localhost")
    fails("opa_unreachable", "--opa-url", url, "--opa-ca", certificates / "ca.pem", shows=url)


def test_authority_file_without_certificate(tls_server: str, fails: Fails, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate", encoding="utf-8")
    fails("opa_unreachable", "--opa-url", tls_server, "--opa-ca", file, shows=tls_server)


def test_tls_where_there_is_none(open_server: str, certificates: Path, fails: Fails) -> None:
    url = open_server.replace("http:", "https:")
    fails("opa_unreachable", "--opa-url", url, "--opa-ca", certificates / "ca.pem", shows=url)


def test_no_tls_where_it_is_needed(tls_server: str, fails: Fails) -> None:
    url = tls_server.replace("https:", "http:")
    fails("opa_failed", "--opa-url", url, shows=url)


def test_mutual_tls(
    mtls_server: str,
    certificates: Path,
    opa_report: Callable[..., dict[str, Any]],
    wasm_report: dict[str, Any],
) -> None:
    identity = ("--opa-cert", certificates / "client.pem", "--opa-key", certificates / "client.key")
    assert opa_report("--opa-url", mtls_server, "--opa-ca", certificates / "ca.pem", *identity) == wasm_report


def test_mutual_tls_without_certificate(mtls_server: str, certificates: Path, fails: Fails) -> None:
    known = ("--opa-url", mtls_server, "--opa-ca", certificates / "ca.pem")
    fails("opa_unreachable", *known, shows=mtls_server)
    foreign = ("--opa-cert", certificates / "other-ca.pem", "--opa-key", certificates / "other-ca.key")
    fails("opa_unreachable", *known, *foreign, shows=mtls_server)
    mixed = ("--opa-cert", certificates / "client.pem", "--opa-key", certificates / "ca.key")
    fails("opa_unreachable", *known, *mixed, shows=mtls_server)
    fails("half_certificate", *known, "--opa-cert", certificates / "client.pem", code=2)
    fails("half_certificate", *known, "--opa-key", certificates / "client.key", code=2)
