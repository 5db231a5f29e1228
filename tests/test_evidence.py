"""Sealed packages: what they hold, what they prove, and how they are checked, with our commands and with those of others."""

import base64
import errno
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import packages
import pytest
import ryaml
from conftest import AS_OF, ROOT, Run, program
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)
from packages import EXAMPLE, command, make, members_of, new_key, predicate_of, verify

from policycheck import __version__
from policycheck.bundle import Bundle
from policycheck.evidence import create as creating
from policycheck.evidence.pack import POLICIES, packed, read_pack
from policycheck.evidence.statement import read_manifest
from policycheck.jobs.local import Here
from policycheck.texts import LANGUAGES, Texts, texts

AUDITS = ROOT / "tests" / "audits"
GOLDEN = ROOT / "tests" / "golden" / "city"
CITY = (ROOT / "inventory", "--as-of", AS_OF)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("key") / "office")


@pytest.fixture(scope="module")
def public_key(key: Path) -> Path:
    return key.with_name("office.pub")


@pytest.fixture(scope="module")
def signed(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("signed") / "signed.zip", *EXAMPLE, "--key", key)


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("unsigned") / "unsigned.zip")


def genuine(pack: Path, *arguments: object) -> str:
    """What is told of a package in which nothing differs."""
    result = verify(pack, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


# --- What a package holds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("all", [[], ["--all"]])
def test_the_report_is_that_of_a_scan(language: str, all: list[str], tmp_path: Path, run: Run) -> None:
    options = [*CITY, "--lang", language, *all]
    pack = make(tmp_path / "a.zip", *options)
    scanned = run("scan", *options, "--format", "json")
    assert scanned.exit_code == 3
    assert members_of(pack)["report.json"] == scanned.stdout_bytes
    told = genuine(pack, "--lang", language)
    assert texts(language)("evidence.genuine", count=0) in told
    assert texts(language)("evidence.own_policies") in told


def test_every_file_is_held_as_it_is(tmp_path: Path) -> None:
    members = members_of(make(tmp_path / "a.zip", *CITY))
    manifest = json.loads(members["manifest.json"])
    files = manifest["predicate"]["inventory"]["files"]
    assert len(files) == 16
    for file in files:
        assert members[file["member"]] == Path(file["name"]).read_bytes()
    for name in POLICIES:
        assert members[name] == (Bundle().folder / Path(name).name).read_bytes()
    digests = {one["name"]: one["digest"]["sha256"] for one in manifest["subject"]}
    assert digests == {
        name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != "manifest.json"
    }


def test_what_was_judged_is_stated(unsigned: Path) -> None:
    predicate = predicate_of(unsigned)
    report = json.loads(members_of(unsigned)["report.json"])
    assert predicate == {
        "policycheck": __version__,
        "as_of": "2024-03-27",
        "language": "ja",
        "all": False,
        "redacted": False,
        "standard": {"id": "osaka", "file": None},
        "engine": report["engine"],
        "inventory": {
            "paths": ["docs/example"],
            "files": [{"name": "docs/example/kogai.yaml", "member": "inventory/0001/kogai.yaml"}],
            "skipped": predicate["inventory"]["skipped"],
            "problems": [],
        },
        "waivers": None,
        "measures": None,
        "baseline": None,
        "report": {"member": "report.json", "exit_code": 3, "complete": True},
        "sequence": 1,
        "previous": None,
    }
    assert predicate["inventory"]["skipped"] == report["inventory"]["skipped"]


def replays() -> list[Any]:
    found = [
        pytest.param(file.parent, state, id=f"{file.parent.name}/{state}")
        for file in sorted(AUDITS.glob("*/expected.yaml"))
        for state in ryaml.loads(file.read_text(encoding="utf-8"))["scans"]
    ]
    assert len(found) > 5
    return found


@pytest.mark.parametrize(("audit", "state"), replays())
def test_audits_can_be_sealed_and_judged_again(
    audit: Path, state: str, tmp_path: Path, run: Run, opa_binary: Path
) -> None:
    expected = ryaml.loads((audit / "expected.yaml").read_text(encoding="utf-8"))
    facts = expected["scans"][state]
    options = [audit / state, "--standard", expected["standard"], "--as-of", facts["as_of"]]
    if "measures" in facts:
        options += ["--measures", audit / facts["measures"]]
    if "baseline" in facts:
        earlier = tmp_path / "earlier.json"
        day = expected["scans"][facts["baseline"]]["as_of"]
        given = [audit / facts["baseline"], "--standard", expected["standard"], "--as-of", day]
        run("scan", *given, "--format", "json", "--output", earlier)
        options += ["--baseline", earlier]
    pack = make(tmp_path / "audit.zip", *options)
    assert members_of(pack)["report.json"] == run("scan", *options, "--format", "json").stdout_bytes
    genuine(pack)
    genuine(pack, "--engine", "opa")


def test_everything_beside_the_inventory_is_held(tmp_path: Path, run: Run) -> None:
    own = ["--standard", GOLDEN / "standard.yaml", "--lang", "en"]
    earlier = tmp_path / "earlier.json"
    run("scan", GOLDEN / "earlier", *own, "--as-of", "2026-01-01", "--format", "json", "--output", earlier)
    options = [GOLDEN / "inventory", *own, "--as-of", AS_OF, "--baseline", earlier]
    options += ["--waivers", GOLDEN / "waivers.yaml", "--measures", GOLDEN / "measures.yaml"]
    pack = make(tmp_path / "a.zip", *options)
    members = members_of(pack)
    for member, file in {
        "standard.yaml": GOLDEN / "standard.yaml",
        "waivers.yaml": GOLDEN / "waivers.yaml",
        "measures.yaml": GOLDEN / "measures.yaml",
        "baseline.json": earlier,
    }.items():
        assert members[member] == file.read_bytes()
    assert members["report.json"] == run("scan", *options, "--format", "json").stdout_bytes
    assert predicate_of(pack)["standard"]["id"] == "aobano"
    genuine(pack)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, key: Path) -> None:
    options = [*CITY, "--key", key]
    first = make(tmp_path / "a.zip", *options).read_bytes()
    assert make(tmp_path / "b.zip", *options, "--jobs", 1).read_bytes() == first
    assert make(tmp_path / "a.zip", *options, "--jobs", 2).read_bytes() == first


def test_what_cannot_be_judged_is_sealed_too(tmp_path: Path, run: Run) -> None:
    inventory = tmp_path / "inventory"
    (inventory / "empty").mkdir(parents=True)
    (inventory / "broken.yaml").write_text("servers: [", encoding="utf-8")
    (inventory / "notes.txt").write_text("x", encoding="utf-8")
    (inventory / "loop").symlink_to(inventory)
    (inventory / "gone.yaml").symlink_to(tmp_path / "nowhere")
    options = [inventory, inventory / "empty", inventory / "notes.txt", "--as-of", AS_OF]
    result = command("evidence", "create", *options, "--output", tmp_path / "a.zip")
    assert result.exit_code == 0
    assert texts("ja")("report.incomplete") in result.stdout
    for name in ("gone.yaml", "empty", "loop", "broken.yaml", "notes.txt"):
        assert f"  {inventory / name}" in result.stdout
    predicate = predicate_of(tmp_path / "a.zip")
    keys = {problem["key"] for problem in predicate["inventory"]["problems"]}
    assert keys == {"link_loop", "empty_folder", "missing_path", "unknown_type"}
    assert predicate["report"] == {"member": "report.json", "exit_code": 4, "complete": False}
    scanned = run("scan", *options, "--format", "json")
    assert members_of(tmp_path / "a.zip")["report.json"] == scanned.stdout_bytes
    genuine(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "name", ["利用者 ID.yaml", "a:b|c?.YAML", "back\\slash.yml", "line\nbreak.ndjson", "長" * 80 + ".json", "..yaml"]
)
def test_files_of_any_name(name: str, tmp_path: Path, run: Run) -> None:
    content = '{"kind": "department", "department": "総務課", "id": "総務課"}\n'
    if not name.endswith("ndjson"):
        content = '{"department": "総務課", "usb_media": [{"id": "a", "registered": true}]}'
    (tmp_path / name).write_text(content, encoding="utf-8")
    pack = make(tmp_path / "a.zip", tmp_path / name, "--as-of", AS_OF)
    (file,) = predicate_of(pack)["inventory"]["files"]
    assert re.fullmatch(r"inventory/0001/[^/\\:?|\n]+", file["member"])
    assert (
        members_of(pack)["report.json"]
        == run("scan", tmp_path / name, "--as-of", AS_OF, "--format", "json").stdout_bytes
    )
    genuine(pack)


# --- With the programs of others


def test_unzip_takes_it(signed: Path, tmp_path: Path) -> None:
    subprocess.run([program("unzip"), "-q", signed, "-d", tmp_path], check=True, capture_output=True)
    found = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == members_of(signed)


def test_python_takes_it(signed: Path) -> None:
    with zipfile.ZipFile(signed) as opened:
        assert opened.testzip() is None
        for info in opened.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr == 0o100644 << 16
            assert (info.extra, info.comment) == (b"", b"")


PAGES = ["evidence.md", "evidence.ja.md"]


def by_hand(page: str, pack: Path, public_key: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """What comes of the steps that a page lists."""
    program("openssl")
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (script,) = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "openssl pkeyutl" in block]
    shutil.copy(pack, folder / "2026-11.zip")
    shutil.copy(public_key, folder / "office.key.pub")
    return subprocess.run(["bash", "-euc", script], cwd=folder, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("page", PAGES)
def test_checked_by_hand_as_the_pages_say(page: str, signed: Path, public_key: Path, tmp_path: Path) -> None:
    process = by_hand(page, signed, public_key, tmp_path)
    assert process.returncode == 0, process.stderr
    assert "Verified Successfully" in process.stdout
    assert f"{len(members_of(signed)) - 1} files, 0 of them not as signed\n" in process.stdout


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda members: members | {"report.json": members["report.json"] + b" "}, "report.json"),
        (lambda members: members | {"waivers.yaml": b"x"}, "waivers.yaml"),
        (lambda members: members | {"manifest.json": members["manifest.json"] + b" "}, "manifest.json"),
        (lambda members: {name: members[name] for name in members if name != "report.json"}, "report.json"),
        (lambda members: packages.resealed(members | {"report.json": b"{}"}, signed=True), "report.json"),
    ],
)
def test_by_hand_what_was_changed_is_found(
    change: Callable[[packages.Members], packages.Members],
    named: str,
    page: str,
    signed: Path,
    public_key: Path,
    tmp_path: Path,
) -> None:
    pack = packages.write(change(members_of(signed)), tmp_path / "changed.zip")
    process = by_hand(page, pack, public_key, tmp_path)
    assert process.returncode == 1
    assert "Verified Successfully" in process.stdout
    assert named in process.stdout.splitlines()[-1]


@pytest.mark.parametrize("page", PAGES)
def test_by_hand_another_key_is_found(page: str, signed: Path, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    process = by_hand(page, signed, other.with_name("other.pub"), tmp_path)
    assert process.returncode == 1
    assert "not as signed" not in process.stdout


def test_openssl_finds_the_signature_right(signed: Path, tmp_path: Path) -> None:
    openssl = program("openssl")
    members = members_of(signed)
    envelope = json.loads(members["signature.dsse.json"])
    payload, kind = members["manifest.json"], "application/vnd.in-toto+json"
    (tmp_path / "signed").write_bytes(f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload)
    (tmp_path / "signature").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    (tmp_path / "key").write_bytes(members["public-key.pem"])
    options = ["-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "signed", "-sigfile", "signature"]
    subprocess.run([openssl, "pkeyutl", *options], cwd=tmp_path, check=True, capture_output=True)
    der = subprocess.run(
        [openssl, "pkey", "-pubin", "-in", "key", "-outform", "DER"], cwd=tmp_path, check=True, capture_output=True
    )
    assert hashlib.sha256(der.stdout).hexdigest() == envelope["signatures"][0]["keyid"]
    (tmp_path / "signed").write_bytes((tmp_path / "signed").read_bytes() + b" ")
    spoilt = subprocess.run([openssl, "pkeyutl", *options], cwd=tmp_path, check=False, capture_output=True)
    assert spoilt.returncode != 0


def test_it_is_an_envelope_and_a_statement(signed: Path) -> None:
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import SSlibKey

    members = members_of(signed)
    envelope = Envelope.from_dict(json.loads(members["signature.dsse.json"]))
    public = load_pem_public_key(members["public-key.pem"])
    ((keyid, _),) = envelope.signatures.items()
    assert envelope.verify([SSlibKey.from_crypto(public, keyid)], 1)
    assert envelope.payload == members["manifest.json"]
    statement: Any = json_format.Parse(envelope.payload, statement_pb2.Statement())  # type: ignore[attr-defined, no-untyped-call] # protobuf's
    Statement.copy_from_pb(statement).validate()
    assert {subject.name for subject in statement.subject} == members.keys() - {
        "manifest.json",
        "signature.dsse.json",
    }


# --- Who vouches for it


@pytest.mark.parametrize("language", LANGUAGES)
def test_signature_by_a_known_key(signed: Path, public_key: Path, language: str) -> None:
    told = genuine(signed, "--public-key", public_key, "--lang", language)
    fingerprint = json.loads(members_of(signed)["signature.dsse.json"])["signatures"][0]["keyid"]
    assert texts(language)("evidence.vouched", fingerprint=fingerprint) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_vouches_for_an_enclosed_key(signed: Path, language: str) -> None:
    told = genuine(signed, "--lang", language)
    fingerprint = json.loads(members_of(signed)["signature.dsse.json"])["signatures"][0]["keyid"]
    assert texts(language)("evidence.unvouched", fingerprint=fingerprint) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_signature_is_told(unsigned: Path, public_key: Path, language: str) -> None:
    assert texts(language)("evidence.no_signature") in genuine(unsigned, "--lang", language)
    result = verify(unsigned, "--public-key", public_key, "--lang", language)
    assert result.exit_code == 3
    assert texts(language)("evidence.unsigned_package") in result.stdout


def test_signature_by_another_key(signed: Path, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    result = verify(signed, "--public-key", f"{other}.pub", "--lang", "en")
    assert result.exit_code == 3
    assert "signed by another key" in result.stdout
    assert "nobody vouches" in result.stdout


def rsa_key(path: Path) -> Path:
    made = rsa.generate_private_key(65537, 2048)
    path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_name(f"{path.name}.pub").write_bytes(public)
    return path


def text_file(path: Path) -> Path:
    path.write_text("no key", encoding="utf-8")
    path.chmod(0o600)
    return path


def encrypted_key(path: Path) -> Path:
    made = command("evidence", "keygen", "--output", path, POLICYCHECK_KEY_PASSPHRASE="open sesame")
    assert made.exit_code == 0
    assert b"ENCRYPTED" in path.read_bytes()
    return path


def public_key_in_its_place(path: Path) -> Path:
    new_key(path).with_name(f"{path.name}.pub").replace(path)
    path.chmod(0o600)
    return path


def open_key(path: Path) -> Path:
    new_key(path).chmod(0o644)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda path: path, "unreadable_key"),
        (text_file, "broken_key"),
        (rsa_key, "other_kind_of_key"),
        (encrypted_key, "encrypted_key"),
        (open_key, "open_key"),
        (public_key_in_its_place, "broken_key"),
    ],
)
def test_keys_that_cannot_sign(made: Callable[[Path], Path], error: str, language: str, tmp_path: Path) -> None:
    given = made(tmp_path / "key")
    output = tmp_path / "a.zip"
    result = command("evidence", "create", *EXAMPLE, "--output", output, "--key", given, "--lang", language)
    assert result.exit_code == 2
    facts = {"file": given, "reason": "No such file or directory"}
    assert texts(language)(f"error.{error}", **facts) in result.stderr
    assert texts(language)(f"hint.{error}", **facts) in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda path: path, "unreadable_key"),
        (text_file, "broken_public_key"),
        (new_key, "broken_public_key"),
        (lambda path: rsa_key(path).with_name(f"{path.name}.pub"), "other_kind_of_key"),
    ],
)
def test_keys_that_cannot_be_checked_with(
    made: Callable[[Path], Path], error: str, signed: Path, tmp_path: Path
) -> None:
    given = made(tmp_path / "key")
    result = verify(signed, "--public-key", given, "--lang", "en")
    assert result.exit_code == 2
    assert texts("en")(f"error.{error}", file=given, reason="No such file or directory") in result.stderr


def test_encrypted_key_signs_with_its_passphrase(tmp_path: Path) -> None:
    key = encrypted_key(tmp_path / "key")
    pack = make(tmp_path / "a.zip", *EXAMPLE, "--key", key, POLICYCHECK_KEY_PASSPHRASE="open sesame")
    genuine(pack, "--public-key", tmp_path / "key.pub")
    options = ["--output", tmp_path / "b.zip", "--key", key, "--lang", "en"]
    result = command("evidence", "create", *EXAMPLE, *options, POLICYCHECK_KEY_PASSPHRASE="open barley")
    assert result.exit_code == 2
    assert texts("en")("error.wrong_passphrase", file=key) in result.stderr
    assert "barley" not in result.output


def test_a_passphrase_does_no_harm_to_a_plain_key(key: Path, tmp_path: Path) -> None:
    make(tmp_path / "a.zip", *EXAMPLE, "--key", key, POLICYCHECK_KEY_PASSPHRASE="open sesame")


@pytest.mark.parametrize("language", LANGUAGES)
def test_keygen_overwrites_nothing(language: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    (tmp_path / "key.pub").write_text("mine", encoding="utf-8")
    result = command("evidence", "keygen", "--output", key, "--lang", language)
    assert result.exit_code == 2
    assert "key.pub" in result.stderr
    assert not key.exists()
    (tmp_path / "key.pub").unlink()
    new_key(key)
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert command("evidence", "keygen", "--output", key).exit_code == 2
    assert key.read_bytes() == before
    assert before not in command("evidence", "keygen", "--output", tmp_path / "other").stdout_bytes
    assert command("evidence", "keygen", "--output", tmp_path / "no" / "key").exit_code == 1
    assert command("evidence", "keygen").exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_a_lost_public_key_is_made_again(passphrase: str, language: str, tmp_path: Path) -> None:
    key, beside = tmp_path / "key", tmp_path / "key.pub"
    options = ("evidence", "keygen", "--output", key, "--lang", language)
    assert command(*options, POLICYCHECK_KEY_PASSPHRASE=passphrase).exit_code == 0
    before = key.read_bytes(), beside.read_bytes()
    beside.unlink()
    again = command(*options, POLICYCHECK_KEY_PASSPHRASE=passphrase)
    assert again.exit_code == 0, again.stderr
    assert texts(language)("evidence.made_before", file=key) in again.stdout
    assert (key.read_bytes(), beside.read_bytes()) == before
    beside.unlink()
    for content in (b"", b"mine"):
        key.write_bytes(content)
        assert command(*options).exit_code == 2
        assert key.read_bytes() == content
        assert not beside.exists()


def test_a_key_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", killed)
    assert command("evidence", "keygen", "--output", tmp_path / "key").exit_code == 1
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    new_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("passphrase", ["\udcff\udcfe", "x" * 2000])
def test_a_passphrase_that_cannot_be_used(passphrase: str, language: str, tmp_path: Path) -> None:
    key = encrypted_key(tmp_path / "key")
    for options in (
        ("keygen", "--output", tmp_path / "other"),
        ("create", *EXAMPLE, "--output", tmp_path / "a.zip", "--key", key),
    ):
        result = command("evidence", *options, "--lang", language, POLICYCHECK_KEY_PASSPHRASE=passphrase)
        assert result.exit_code == 2
        assert texts(language)("hint.unusable_passphrase", limit=1023) in result.stderr
    assert not (tmp_path / "other").exists()


# --- What is refused


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_path_that_is_not_there_is_refused(language: str, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", "file:///nowhere"):
        output = tmp_path / "a.zip"
        result = command("evidence", "create", EXAMPLE[0], path, "--output", output, "--lang", language)
        assert result.exit_code == 2
        assert texts(language)("error.evidence_missing", path=path) in result.stderr
        assert not output.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_file_is_replaced(language: str, signed: Path, key: Path, tmp_path: Path) -> None:
    notes, first, second = (tmp_path / name for name in ("notes.txt", "1.zip", "2.zip"))
    notes.write_text("mine", encoding="utf-8")
    shutil.copy(signed, first)
    make(second, *EXAMPLE, "--previous", first)
    before = {file: file.read_bytes() for file in (notes, first, second, key)}
    for file, number, options in (
        (notes, 1, ()),
        (key, 1, ("--key", key)),
        (second, 1, ()),
        (first, 2, ("--previous", first)),
        (first, 3, ("--previous", second)),
    ):
        result = command("evidence", "create", *EXAMPLE, *options, "--output", file, "--lang", language)
        assert result.exit_code == 2
        assert texts(language)("error.pack_in_the_way", file=file, sequence=number) in result.stderr
        assert texts(language)("warning.raw_inventory", file=file) not in result.stderr
    assert {file: file.read_bytes() for file in before} == before
    make(first, "docs/example", "--as-of", "2024-03-26")
    assert first.read_bytes() != before[first]


def test_who_may_read_a_package(tmp_path: Path) -> None:
    modes = [
        stat.S_IMODE(make(tmp_path / str(n), *EXAMPLE, *given).stat().st_mode)
        for n, given in enumerate(([], ["--redact"]))
    ]
    assert modes == [0o600, 0o644]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_be_read_is_no_evidence(language: str, tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    (inventory / "a.yaml").symlink_to("/proc/self/mem")  # it can be opened by its owner, and not be read
    output = tmp_path / "a.zip"
    result = command("evidence", "create", inventory, "--output", output, "--lang", language)
    assert result.exit_code == 2
    assert "a.yaml" in result.stderr
    assert texts(language)("hint.evidence_unreadable") in result.stderr
    assert not output.exists()


@pytest.mark.parametrize("option", ["--waivers", "--measures", "--baseline", "--standard"])
def test_a_file_beside_it_that_cannot_be_read(option: str, tmp_path: Path) -> None:
    output, missing = tmp_path / "a.zip", tmp_path / "missing.yaml"
    result = command("evidence", "create", *EXAMPLE, option, missing, "--output", output, "--lang", "en")
    assert result.exit_code == 2
    assert re.search(rf"{re.escape(str(missing))},? cannot be read", result.stderr)
    assert not output.exists()


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [
        ("--waivers", "standard: kobe\nwaivers: []\n", None),
        ("--waivers", (GOLDEN / "waivers.yaml").read_text(encoding="utf-8"), "are for the standard “aobano”"),
        ("--measures", (GOLDEN / "measures.yaml").read_text(encoding="utf-8"), "is for the standard “aobano”"),
        ("--baseline", "{}", "is no JSON report"),
        ("--standard", "id: x\n", "is not valid"),
        ("--standard", "id: [", "is not valid"),
    ],
)
def test_a_file_beside_it_that_cannot_be_used(option: str, text: str, said: str | None, tmp_path: Path) -> None:
    given, output = tmp_path / "given.yaml", tmp_path / "a.zip"
    given.write_text(text, encoding="utf-8")
    result = command("evidence", "create", *EXAMPLE, option, given, "--output", output, "--lang", "en")
    if said is None:
        assert result.exit_code == 0
        return
    assert result.exit_code == 2
    assert said in result.stderr
    assert "given.yaml" in result.stderr
    assert "policycheck-" not in result.stderr
    assert not output.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_urls_are_refused(language: str, tmp_path: Path) -> None:
    url = "s3://bucket/inventory"
    result = command("evidence", "create", url, "--output", tmp_path / "a.zip", "--lang", language)
    assert result.exit_code == 2
    assert texts(language)("error.evidence_of_url", path=url) in result.stderr


def test_a_path_of_this_machine_may_be_a_url(tmp_path: Path) -> None:
    path = ROOT / "docs" / "example"
    genuine(make(tmp_path / "a.zip", f"file://{path}", "--standard", "osaka", "--as-of", "2024-03-27"))


def test_output_is_asked_for_and_kept_apart(tmp_path: Path, key: Path) -> None:
    result = command("evidence", "create", *EXAMPLE, "--lang", "en")
    assert result.exit_code == 2
    assert "--output PACK is missing" in result.stderr
    shutil.copytree(ROOT / "docs" / "example", tmp_path / "inventory")
    (ledger,) = (tmp_path / "inventory").glob("*.yaml")
    before = {file: file.read_bytes() for file in (ledger, key)}
    for file in before:
        result = command("evidence", "create", tmp_path / "inventory", "--key", key, "--output", file)
        assert result.exit_code == 2
    assert {file: file.read_bytes() for file in before} == before
    result = command("evidence", "create", *EXAMPLE, "--output", tmp_path / "nowhere" / "a.zip")
    assert result.exit_code == 1
    assert command("evidence", "create", *EXAMPLE, "--output", tmp_path).exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_that_is_not_there(language: str, tmp_path: Path) -> None:
    result = verify(tmp_path / "a.zip", "--lang", language)
    assert result.exit_code == 2
    assert texts(language)("hint.unreadable_pack") in result.stderr
    assert verify(tmp_path, "--lang", language).exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_raw_inventories_are_warned_of(language: str, tmp_path: Path) -> None:
    output = tmp_path / "a.zip"
    result = command("evidence", "create", *EXAMPLE, "--output", output, "--lang", language)
    assert texts(language)("warning.raw_inventory", file=output) in result.stderr
    assert texts(language)("evidence.not_signed") in result.stdout
    assert texts(language)("exit.3") in result.stdout
    assert hashlib.sha256(output.read_bytes()).hexdigest() in result.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_there(language: str) -> None:
    environment = {**os.environ, "POLICYCHECK_LANG": language, "PYTHONUTF8": "1"}
    commands = ["create", "verify", "log", "keygen"]
    for arguments in ([], *([name, "--help"] for name in commands)):
        process = subprocess.run(
            [sys.executable, "-m", "policycheck.cli", "evidence", *arguments],
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment,
        )
        assert process.returncode == (0 if arguments else 2)
        assert language != "en" or (process.stdout + process.stderr).isascii()
        if not arguments:
            assert all(name in process.stdout for name in commands)
    assert command("evidence", "verfy", "--lang", "en").exit_code == 2


# --- Redacted


def test_a_redacted_package_holds_no_name(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    (inventory / "a.yaml").write_text(
        "department: 健康局\nuser_ids:\n  - {id: U-1, system: yoyaku, account: satohanako, holder: 佐藤花子, shared: false}\n",
        encoding="utf-8",
    )
    options = [inventory, "--as-of", AS_OF, "--redact"]
    output = tmp_path / "a.zip"
    result = command("evidence", "create", *options, "--output", output)
    assert result.exit_code == 0, result.stderr
    assert texts("ja")("warning.raw_inventory", file=output) not in result.stderr
    content = output.read_bytes()
    assert "佐藤花子".encode() not in content
    assert b"satohanako" not in content
    assert predicate_of(output)["redacted"] is True
    assert texts("ja")("evidence.redacted") in genuine(output)


def test_one_key_gives_the_same_pseudonyms(tmp_path: Path) -> None:
    key = tmp_path / "pseudonyms"
    key.write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    key.chmod(0o600)
    first = make(tmp_path / "a.zip", *CITY, "--redact-key", key).read_bytes()
    assert make(tmp_path / "b.zip", *CITY, "--redact", "--redact-key", key).read_bytes() == first
    assert make(tmp_path / "c.zip", *CITY, "--redact").read_bytes() != first
    genuine(tmp_path / "a.zip")


KEIHI = """\
department: 総務課
user_ids:
  - {id: 健康局, system: a, account: sato, holder: 佐藤花子, last_reviewed_on: 2020-01-01, status: active}
  - {id: U-2, system: a, account: ito, holder: 伊藤, last_reviewed_on: 2026-11-01, status: active}
systems: [{id: a, name: 経費}]
"""
"""An id that is the name of a department, in a file that comes before the department's."""

MEASURES = """\
standard: guideline
measures:
  - {finding: "1", owner: 佐藤, status: done, on: 2026-11-02, text: 済, about: [{id: 健康局, control: technical/user_id_reviewed}]}
  - {finding: "2", owner: 佐藤, status: done, on: 2026-11-02, text: 済, about: [{id: 健康局}]}
  - {finding: "3", owner: 佐藤, status: done, on: 2026-11-02, text: 済, about: [{kind: user_id, id: 健康局}]}
  - {finding: "4", owner: 佐藤, status: done, on: 2026-11-02, text: 済, about: [{kind: user_id, id: U-2}]}
"""


def test_an_id_that_is_called_as_a_department_is_judged_as_before(tmp_path: Path, run: Run) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    (inventory / "a.yaml").write_text(KEIHI, encoding="utf-8")
    (inventory / "b.yaml").write_text("department: 健康局\nservers: [{id: S-1}]\n", encoding="utf-8")
    measures = tmp_path / "measures.yaml"
    measures.write_text(MEASURES, encoding="utf-8")
    options = [inventory, "--as-of", AS_OF, "--measures", measures]
    raw = json.loads(run("scan", *options, "--format", "json").stdout)
    pack = make(tmp_path / "a.zip", *options, "--redact")
    content = members_of(pack)
    made = json.loads(content["report.json"])
    states = [[(use["state"], use["fails"], use["passes"]) for use in report["measures"]] for report in (raw, made)]
    assert states[0] == states[1]
    assert [state for state, *_ in states[0]][:3] == ["refuted"] * 3
    assert raw["summary"] == made["summary"]
    assert not any(name.encode() in b"".join(content.values()) for name in ("佐藤", "U-2"))
    genuine(pack)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("option", "name", "text", "error"),
    [
        ("--measures", "measures.yaml", MEASURES.replace("guideline", "kobe"), "measures_of_other_standard"),
        ("--standard", "mine.yaml", "id: mine\n", "broken_standard"),
        ("--baseline", "earlier.json", "{}", "broken_baseline"),
        ("--baseline", "earlier.json", "{", "broken_baseline"),
        ("--waivers", "waivers.yaml", "standard: guideline\nwaivers: [\n", "unredactable"),
        (None, "broken.yaml", "department: 健康局\nservers: [\n", "unredactable"),
    ],
)
def test_errors_name_the_files_that_the_user_has(
    option: str | None, name: str, text: str, error: str, language: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    given = [EXAMPLE[0], option, file] if option else [file]
    output = tmp_path / "a.zip"
    result = command("evidence", "create", *given, "--as-of", AS_OF, "--redact", "--output", output, "--lang", language)
    assert result.exit_code == 2
    assert str(file) in result.stderr
    assert "text-" not in result.stderr
    hint = texts(language)(f"hint.{error}", file="", line="", place="", limit="", kind="", id="")
    assert hint in result.stderr
    assert not output.exists()


@pytest.mark.parametrize(
    ("text", "mode", "error"),
    [
        ("ab" * 31, 0o600, "broken_redact_key"),
        ("ab" * 32, 0o600, "guessable_redact_key"),
        ("xy" * 32, 0o600, "broken_redact_key"),
        ("鍵", 0o600, "broken_redact_key"),
        (bytes(range(32)).hex(), 0o640, "open_key"),
    ],
)
def test_keys_that_make_no_pseudonyms(text: str, mode: int, error: str, tmp_path: Path) -> None:
    key = tmp_path / "pseudonyms"
    key.write_text(text, encoding="utf-8")
    key.chmod(mode)
    result = command(
        "evidence", "create", *EXAMPLE, "--redact-key", key, "--output", tmp_path / "a.zip", "--lang", "en"
    )
    assert result.exit_code == 2
    assert texts("en")(f"error.{error}", file=key, bytes=32) in result.stderr


# --- Policies and versions that are not ours


def by_other_policies(pack: Path, output: Path, **changed: bytes) -> Path:
    """A package that was judged by other policies, in the same way as ours are."""
    bundle = output.with_suffix(".policies") / "a" / "b" / "c"
    bundle.mkdir(parents=True)
    for name, content in packages.with_policies(members_of(pack), **changed).items():
        if name.startswith("policies/"):
            (bundle / Path(name).name).write_bytes(content)
    folder = output.with_suffix(".folder")
    folder.mkdir()
    given = creating.Given([ROOT / "docs" / "example"], "osaka", date(2024, 3, 27))
    with Here() as jobs:
        made = creating.create(folder, given, Bundle(bundle), jobs, Texts("ja"))
    output.write_bytes(b"".join(packed(folder, made.members)))
    return output


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_policies_are_told_and_judged_by(language: str, unsigned: Path, tmp_path: Path) -> None:
    controls = members_of(unsigned)["policies/controls.json"].replace(
        "最後の更新は".encode(), "この前の更新は".encode()
    )
    pack = by_other_policies(unsigned, tmp_path / "a.zip", controls=controls)
    assert "この前の更新は".encode() in members_of(pack)["report.json"]
    assert members_of(pack)["policies/controls.json"] != members_of(unsigned)["policies/controls.json"]
    told = genuine(pack, "--lang", language)
    assert texts(language)("evidence.foreign_policies") in told
    result = verify(pack, "--engine", "opa", "--lang", language)
    assert result.exit_code == 2
    assert texts(language)("error.foreign_policies") in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_version_is_told(language: str, unsigned: Path, tmp_path: Path) -> None:
    members = packages.resealed(members_of(unsigned), change=lambda predicate: predicate.update(policycheck="9.8.7"))
    told = genuine(packages.write(members, tmp_path / "a.zip"), "--lang", language)
    assert texts(language)("evidence.other_version", version="9.8.7", own=__version__) in told


# --- Beside the inventory


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_maker_enclosed_is_told(language: str, tmp_path: Path, run: Run) -> None:
    standard, waivers = tmp_path / "mine.yaml", tmp_path / "waivers.yaml"
    standard.write_bytes((ROOT / "policies" / "standards" / "osaka.yaml").read_bytes() + b"# mine\n")
    waivers.write_text("standard: osaka\nwaivers: []\n", encoding="utf-8")
    pack = make(
        tmp_path / "a.zip", "docs/example", "--standard", standard, "--as-of", "2024-03-27", "--waivers", waivers
    )
    told = texts(language)
    log = command("evidence", "log", tmp_path, "--lang", language)
    assert log.exit_code == 0
    for said in (genuine(pack, "--lang", language), log.stdout):
        for key, file in (("evidence.own_standard", standard), ("evidence.enclosed_waivers", waivers)):
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            assert told(key, file=file, sha256=digest) in said
        assert told("evidence.own_standard_of_known_id", id="osaka") in said
    standard.write_text(standard.read_text(encoding="utf-8").replace("id: osaka", "id: mine", 1), encoding="utf-8")
    pack = make(tmp_path / "b.zip", "docs/example", "--standard", standard, "--as-of", "2024-03-27")
    said = genuine(pack, "--lang", language)
    assert told("evidence.own_standard_of_known_id", id="mine") not in said
    assert "mine.yaml" in said


# --- The rest


@pytest.mark.parametrize("language", LANGUAGES)
def test_policies_in_a_package_are_older_than_nothing(
    language: str, unsigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever lies around the temporary folder."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "main.rego").write_text("package other", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    genuine(unsigned, "--lang", language)
    make(tmp_path / "a.zip")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_temporary_folder_is_told(
    language: str, unsigned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("policycheck.evidence.pack.Pack.unpack", full)
    monkeypatch.setattr("shutil.copyfileobj", full)
    for result in (
        verify(unsigned, "--lang", language),
        command("evidence", "create", *EXAMPLE, "--output", tmp_path / "a.zip", "--lang", language),
    ):
        assert result.exit_code == 1
        assert texts(language)("hint.no_temporary_room") in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pipe_is_no_package(language: str, tmp_path: Path) -> None:
    pipe = tmp_path / "a.zip"
    os.mkfifo(pipe)
    for result in (
        verify(pipe, "--lang", language),
        command("evidence", "create", *EXAMPLE, "--previous", pipe, "--output", tmp_path / "b", "--lang", language),
    ):
        assert result.exit_code == 2
        assert texts(language)("error.irregular_pack", file=pipe) in result.stderr


def test_other_commands_import_nothing_of_it() -> None:
    heavy = "{'cryptography', 'securesystemslib', 'in_toto_attestation', 'google.protobuf'}"
    driver = (
        "import sys\nfrom policycheck.cli import main\ntry: main()\n"
        f"finally: print(sorted({heavy} & sys.modules.keys()), file=sys.stderr)"
    )
    process = subprocess.run(
        [sys.executable, "-c", driver, "scan", *map(str, EXAMPLE)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 3
    assert process.stderr.splitlines()[-1] == "[]"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    genuine(make(tmp_path / "a.zip"))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_killed_at_any_moment_it_leaves_the_old_package_or_the_new(tmp_path: Path) -> None:
    output = tmp_path / "pack" / "a.zip"
    output.parent.mkdir()
    old = make(output).read_bytes()
    options = ["docs/example", "--standard", "osaka", "--as-of", "2024-03-26"]
    driver = "from policycheck.cli import main; main()"
    create = [sys.executable, "-c", driver, "evidence", "create", *options, "--output"]

    def start(file: Path) -> subprocess.Popen[bytes]:
        silent = subprocess.DEVNULL
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        return subprocess.Popen([*create, str(file)], cwd=ROOT, stdout=silent, stderr=silent, env=environment)

    began = time.monotonic()
    assert start(tmp_path / "new.zip").wait() == 0
    takes = time.monotonic() - began
    new = (tmp_path / "new.zip").read_bytes()
    assert new != old
    found = []
    for part in range(12):
        output.write_bytes(old)
        process = start(output)
        time.sleep(takes * part / 10)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found.append(output.read_bytes())
    assert set(found) <= {old, new}
    assert found[0] == old


def test_a_package_can_be_read_again_by_our_own_words(signed: Path) -> None:
    with signed.open("rb") as file:
        pack = read_pack(file)
        assert not pack.damaged
        statement = read_manifest(pack.read("manifest.json"))
        assert statement.members == pack.members.keys()
