"""Packages that somebody else has had in hand: every change is found, and nothing that they hold does harm."""

import errno
import io
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import packages
import pytest
import wasmtime
from conftest import AS_OF, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import EXAMPLE, Members, make, members_of, new_key, resealed, verify, with_policies, write

from policycheck.evidence import verify as checking
from policycheck.evidence.differences import differences
from policycheck.evidence.faults import FaultyError
from policycheck.evidence.pack import POLICIES, content_of, packed
from policycheck.evidence.sandbox import Bounds, bounded
from policycheck.evidence.signing import signer_of
from policycheck.evidence.statement import dumped, manifest_of, read_manifest
from policycheck.texts import LANGUAGES, texts

GOLDEN = ROOT / "tests" / "golden" / "city"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("key") / "office")


@pytest.fixture(scope="module")
def signed(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that has every member that there can be."""
    folder = tmp_path_factory.mktemp("signed")
    own = ["--standard", GOLDEN / "standard.yaml"]
    earlier = folder / "earlier.json"
    options = ["--as-of", "2026-01-01", "--format", "json", "--output", earlier]
    packages.command("scan", GOLDEN / "earlier", *own, *options)
    beside = ["--baseline", earlier, "--waivers", GOLDEN / "waivers.yaml", "--measures", GOLDEN / "measures.yaml"]
    return make(folder / "signed.zip", GOLDEN / "inventory", *own, "--as-of", AS_OF, *beside, "--key", key)


@pytest.fixture(scope="module")
def members(signed: Path) -> Members:
    return members_of(signed)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """The members of a package without a signature, which is judged fast."""
    return members_of(make(tmp_path_factory.mktemp("example") / "example.zip"))


def faults(content: bytes) -> list[str]:
    """What is wrong with a package, as far as that can be told without judging again."""
    return [fault.key for fault in checking.inspect(io.BytesIO(content), None).faults]


def refused(pack: Path, *arguments: object) -> str:
    """What is told of a package that is not believed."""
    result = verify(pack, *arguments, "--lang", "en")
    assert result.exit_code == 3, result.output
    assert "Traceback" not in result.output
    assert "not to be believed" in result.stdout
    return result.stdout


# --- Any byte


def regions(content: bytes) -> dict[str, tuple[int, int]]:
    """Where the parts of a package stand: each member, what is said before it, and what is said at the end."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        for info in opened.infolist():
            start = info.header_offset + 30 + len(info.filename.encode())
            found[f"before {info.filename}"] = (info.header_offset, start)
            found[info.filename] = (start, start + info.file_size)
            end = start + info.file_size
    found["the directory"] = (end, len(content))
    return found


def test_nothing_is_wrong_to_begin_with(signed: Path) -> None:
    assert faults(signed.read_bytes()) == []


@settings(max_examples=400)
@given(st.data())
def test_any_changed_byte_is_found(signed: Path, data: st.DataObject) -> None:
    content = bytearray(signed.read_bytes())
    where = regions(bytes(content))
    start, end = where[data.draw(st.sampled_from(sorted(where)))]
    place = data.draw(st.integers(start, end - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    assert faults(bytes(content))


@pytest.mark.parametrize("name", ["manifest.json", "signature.dsse.json", "public-key.pem"])
def test_any_changed_byte_of_a_seal_is_found_though_checksums_fit(name: str, members: Members, tmp_path: Path) -> None:
    small = {member: content for member, content in members.items() if not member.startswith("inventory/")}
    for place in range(0, len(members[name]), max(1, len(members[name]) // 60)):
        content = bytearray(members[name])
        content[place] ^= 1
        changed = write({**small, name: bytes(content)}, tmp_path / "a.zip").read_bytes()
        said = faults(changed)
        assert set(said) - {"missing"}, (name, place)


@pytest.mark.parametrize("name", ["report.json", "public-key.pem", "standard.yaml", *POLICIES])
def test_a_changed_member_is_named_though_checksums_fit(name: str, members: Members, tmp_path: Path) -> None:
    pack = write({**members, name: members[name] + b" "}, tmp_path / "a.zip")
    assert texts("en")("evidence.changed", member=name) in refused(pack)
    assert texts("en")("evidence.changed", member="report.json") not in refused(pack) or name == "report.json"


def test_a_checksum_that_does_not_fit(example: Members, tmp_path: Path) -> None:
    """As other programs would refuse it, too."""
    folder = tmp_path / "members"
    for member, content in example.items():
        (folder / member).parent.mkdir(parents=True, exist_ok=True)
        (folder / member).write_bytes(content)
    said = {member: content_of(folder / member) for member in example}
    said["report.json"] = said["report.json"]._replace(crc=1)
    content = b"".join(packed(folder, said))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() == "report.json"
    assert faults(content) == ["changed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + b"\n",
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: orjson.dumps(orjson.loads(content)),
        lambda content: content.replace(b'"as_of"', b'"as_of": "2020-01-01", "as_of"'),
        lambda content: content.replace(b"docs", b"\\u0064ocs"),
    ],
)
def test_a_manifest_has_one_form(change: Callable[[bytes], bytes], example: Members, tmp_path: Path) -> None:
    manifest = change(example["manifest.json"])
    assert json.loads(manifest) == json.loads(example["manifest.json"])
    assert "manifest_form" in faults(write({**example, "manifest.json": manifest}, tmp_path / "a.zip").read_bytes())


@settings(max_examples=100)
@given(st.data())
def test_any_cut_and_any_insertion_is_found(signed: Path, data: st.DataObject) -> None:
    content = signed.read_bytes()
    place = data.draw(st.integers(0, len(content)))
    added = data.draw(st.binary(max_size=40))
    removed = data.draw(st.integers(0, min(40, len(content) - place)))
    changed = content[:place] + added + content[place + removed :]
    assert changed == content or faults(changed)
    assert place == len(content) or faults(content[:place])


@settings(max_examples=200)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"PK\3\4" + tail))
def test_anything_at_all_is_refused_without_an_error(content: bytes) -> None:
    assert faults(content)


# --- The form


def zipped(members: Mapping[str, bytes], **settings: Any) -> bytes:
    """As another program writes them, one by one with these settings."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            for field, value in settings.items():
                setattr(info, field, value)
            archive.writestr(info, content)
        archive.comment = settings.get("comment", b"")
    return made.getvalue()


def huge(content: bytes) -> bytes:
    """The first member says that it is larger than anything."""
    return content[:18] + struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF) + content[26:]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda members: zipped({"/etc/cron.d/a": b"x"} | members), "stranger"),
        (lambda members: zipped({"../a": b"x"} | members), "stranger"),
        (lambda members: zipped({"inventory/0001/../../a": b"x"} | members), "stranger"),
        (lambda members: zipped({"inventory/0001/..": b"x"} | members), "stranger"),
        (lambda members: zipped({"inventory\\0001\\a.yaml": b"x"} | members), "stranger"),
        (lambda members: zipped({"C:/a": b"x"} | members), "stranger"),
        (lambda members: zipped({"notes.txt": b"x"} | members), "stranger"),
        (lambda members: zipped({"inventory/0001/": b""} | members), "stranger"),
        (lambda members: zipped(members, external_attr=0o120777 << 16), "form"),
        (lambda members: zipped(members, external_attr=0o100755 << 16), "form"),
        (lambda members: zipped(members, date_time=(2026, 11, 20, 0, 0, 0)), "form"),
        (lambda members: zipped(members, compress_type=zipfile.ZIP_DEFLATED), "form"),
        (lambda members: zipped(members, comment=b"x"), "form"),
        (lambda members: zipped(members, extra=b"\1\0\0\0"), "form"),
        (lambda members: zipped(members, create_system=0), "form"),
        (lambda members: zipped(dict(reversed(members.items()))), "order"),
        (lambda members: huge(zipped(members)), "too_large"),
        (lambda members: zipped(members)[:-30], "form"),
        (lambda members: zipped(members) + b"\0", "form"),
        (lambda members: b"#!/bin/sh\n" + zipped(members), "form"),
        (lambda members: zipped({}), "missing"),
        (lambda members: b"", "form"),
        (
            lambda members: zipped({name: content for name, content in members.items() if name != "report.json"}),
            "missing",
        ),
        (
            lambda members: zipped({name: content for name, content in members.items() if name != "manifest.json"}),
            "missing",
        ),
    ],
)
def test_other_forms_are_refused_before_anything_is_unpacked(
    change: Callable[[Members], bytes], said: str, example: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = tmp_path / "a.zip"
    pack.write_bytes(change(example))
    told = faults(pack.read_bytes())
    assert said in told, told
    monkeypatch.setattr("policycheck.evidence.pack.Pack.unpack", lambda *_: pytest.fail("it was unpacked"))
    refused(pack)


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_files_are_no_packages(language: str, tmp_path: Path) -> None:
    workbook = tmp_path / "a.xlsx"
    workbook.write_bytes(zipped({"[Content_Types].xml": b"x"}))
    for file in (ROOT / "README.md", workbook):
        result = verify(file, "--lang", language)
        assert result.exit_code == 3
        assert texts(language)("evidence.no_package") in result.stdout


def test_a_member_that_nothing_speaks_of(example: Members, tmp_path: Path) -> None:
    told = refused(write({**example, "waivers.yaml": b"x"}, tmp_path / "a.zip"))
    assert texts("en")("evidence.surplus", member="waivers.yaml") in told


def test_our_form_is_what_zipfile_writes_too(signed: Path, members: Members) -> None:
    assert zipped(members) == signed.read_bytes()


def test_a_member_that_is_there_twice(example: Members, tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name, content in [*example.items(), ("report.json", b"{}")]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, content)
    assert faults(made.getvalue()) == ["twice"]


# --- Members changed, and all hashes made to fit


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return change


def other_summary(content: bytes) -> bytes:
    report = json.loads(content)
    report["summary"]["fail"] -= 1
    report["summary"]["pass"] += 1
    return orjson.dumps(report, option=orjson.OPT_INDENT_2)


CHANGES: Mapping[str, Callable[[bytes], bytes]] = {
    "report.json": other_summary,
    "inventory/0001/jouhou.yaml": lambda content: content + b"# later\n",
    "standard.yaml": replaced("責任者が決まっている", "責任者を決めている"),
    "waivers.yaml": replaced("床の工事が終わるまで", "床の工事が始まるまで"),
    "measures.yaml": replaced("finding: ", "finding: N"),
    "baseline.json": lambda content: content + b" ",
    **{name: lambda content: content + b" " for name in POLICIES},
    "policies/manifest.json": lambda content: content.replace(b'"revision": "', b'"revision": "0'),
}


def test_every_member_is_changed_by_one_of_these(members: Members) -> None:
    seals = {"manifest.json", "signature.dsse.json", "public-key.pem"}
    others = {name for name in members if name.startswith("inventory/")} - CHANGES.keys()
    assert members.keys() - seals - others == CHANGES.keys()
    assert len(others) > 0
    for name, change in CHANGES.items():
        assert change(members[name]) != members[name]


@pytest.mark.parametrize("name", CHANGES)
def test_who_has_no_key_cannot_change_what_is_signed(name: str, members: Members, key: Path, tmp_path: Path) -> None:
    changed = {**members, name: CHANGES[name](members[name])}
    told = refused(write(resealed(changed, signed=True), tmp_path / "a.zip"))
    assert texts("en")("evidence.signature") in told
    told = refused(write(resealed(changed), tmp_path / "b.zip"), "--public-key", f"{key}.pub")
    assert texts("en")("evidence.unsigned_package") in told
    other = new_key(tmp_path / "other")
    told = refused(write(signed_by(other, changed), tmp_path / "c.zip"), "--public-key", f"{key}.pub")
    assert "signed by another key" in told


def signed_by(key: Path, members: Members) -> Members:
    """Made to fit by somebody who has a key of their own."""
    from policycheck.evidence import signing

    private = signing.read_private_key(key, None)
    members = resealed({**members, "public-key.pem": signing.public_key_of(private).pem}, signed=True)
    return {**members, "signature.dsse.json": signing.sign(members["manifest.json"], private)}


@pytest.mark.parametrize("name", CHANGES)
def test_who_makes_all_anew_without_a_signature_is_found_by_judging_again(
    name: str, members: Members, tmp_path: Path
) -> None:
    changed = {**members, name: CHANGES[name](members[name])}
    pack = write(resealed(changed), tmp_path / "a.zip")
    assert faults(pack.read_bytes()) == []
    assert "×" in refused(pack)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edited_report_is_told_field_by_field(language: str, example: Members, tmp_path: Path) -> None:
    report = json.loads(example["report.json"])
    fails = report["summary"]["fail"]
    first, *others = sorted(report["results"], key=lambda result: str(result["status"] != "fail"))
    assert first["status"] == "fail"
    first["status"] = "pass"
    report["summary"]["fail"] -= 1
    report["results"].remove(others[0])
    changed = {**example, "report.json": orjson.dumps(report)}
    pack = write(resealed(changed), tmp_path / "a.zip")
    result = verify(pack, "--lang", language)
    assert result.exit_code == 3
    told = texts(language)
    assert told("evidence.differs", path="summary.fail", sealed=fails - 1, again=fails) in result.stdout
    assert f"{first['location']['file']}:{first['location']['line']}" in result.stdout
    assert '"pass"' in result.stdout
    assert told("word.none") in result.stdout


def test_a_report_in_another_form_is_told(example: Members, tmp_path: Path) -> None:
    changed = {**example, "report.json": orjson.dumps(orjson.loads(example["report.json"]))}
    assert "From byte 1 on report.json" in refused(write(resealed(changed), tmp_path / "a.zip"))
    deep = b"[" * 900 + b"]" * 900
    for content in (b"", b"[]", b"null", b"{", b'{"results": 1, "summary": []}', b"[" * 2000, deep):
        told = refused(write(resealed({**example, "report.json": content}), tmp_path / "b.zip"))
        assert "× :" not in told
    summary = example["report.json"].replace(b'"summary": {', b'"summary": ' + deep + b', "x": {', 1)
    refused(write(resealed({**example, "report.json": summary}), tmp_path / "b.zip"))


def test_one_change_is_one_difference(example: Members, tmp_path: Path) -> None:
    report = json.loads(example["report.json"])
    removed = report["controls"].pop(0)
    changed = {**example, "report.json": orjson.dumps(report)}
    (line,) = [
        line for line in refused(write(resealed(changed), tmp_path / "a.zip")).splitlines() if line.startswith("×")
    ]
    assert line.startswith(f"× controls[{removed['id']}]: ")


@pytest.mark.parametrize("beside", ["waivers.yaml", "measures.yaml", "baseline.json", "standard.yaml"])
@pytest.mark.parametrize("level", [200, 900])
def test_what_is_too_deep_is_told(beside: str, level: int, members: Members, tmp_path: Path) -> None:
    refused(write(resealed({**members, beside: b"[" * level + b"]" * level}), tmp_path / "a.zip"))


def test_members_that_some_systems_take_for_one(members: Members, tmp_path: Path) -> None:
    name = next(name for name in members if name.startswith("inventory/"))
    pack = write({**members, name.replace(".yaml", ".YAML"): b"x"}, tmp_path / "a.zip")
    assert faults(pack.read_bytes()) == ["twice"]


@pytest.mark.parametrize("facts", [{"exit_code": 0}, {"complete": False}])
def test_a_manifest_that_says_something_else_than_the_report(
    facts: dict[str, Any], example: Members, tmp_path: Path
) -> None:
    pack = write(resealed(example, change=lambda predicate: predicate["report"].update(facts)), tmp_path / "a.zip")
    assert f"manifest.json report.{next(iter(facts))}" in refused(pack)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.update(as_of="2024-02-30"),
        lambda p: p.update(as_of="yesterday"),
        lambda p: p.update(language="../../x"),
        lambda p: p.update(sequence=0),
        lambda p: p.update(sequence=2),
        lambda p: p.update(previous={"sha256": "0" * 64, "sequence": 7}),
        lambda p: p.update(surplus=1),
        lambda p: p.pop("engine"),
        lambda p: p["standard"].update(id="/etc/passwd.yaml"),
        lambda p: p["engine"].update(name="opa"),
        lambda p: p["engine"].update(bundle_sha256="x"),
        lambda p: p.update(waivers={"name": "waivers.yaml", "member": "report.json"}),
        lambda p: p["inventory"]["files"][0].update(member="../../../etc/passwd"),
        lambda p: p["inventory"]["files"].append(p["inventory"]["files"][0]),
        lambda p: p["inventory"].update(files=[]),
        lambda p: p["inventory"].update(problems=[{"key": "no_such_text", "file": "x", "line": None, "facts": {}}]),
        lambda p: p["inventory"].update(problems=[{"key": "unreadable", "file": "x", "line": None, "facts": {}}]),
        lambda p: p["report"].update(exit_code=True),
    ],
)
def test_manifests_that_are_none(change: Callable[[dict[str, Any]], object], example: Members, tmp_path: Path) -> None:
    pack = write(resealed(example, change=change), tmp_path / "a.zip")
    assert "manifest" in faults(pack.read_bytes())
    refused(pack)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p["standard"].update(id="nowhere"), "cannot be judged again: There is no standard “nowhere”"),
        (lambda p: p.update(as_of="0001-01-01"), "cannot be judged again"),
        (lambda p: p["engine"].update(bundle_sha256="0" * 64), "manifest.json engine.bundle_sha256"),
        (lambda p: p.update(language="en"), "standard.title"),
        (lambda p: p.update(all=True), "results["),
        (lambda p: p["inventory"].update(skipped=["x"]), "inventory.skipped"),
        (lambda p: p["inventory"]["files"][0].update(name="other.yaml"), "inventory.files[0].path"),
    ],
)
def test_manifests_that_say_something_untrue(
    change: Callable[[dict[str, Any]], object], said: str, example: Members, tmp_path: Path
) -> None:
    assert said in refused(write(resealed(example, change=change), tmp_path / "a.zip"))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"payload": 1}', b"[" * 3000, b"[" * 900 + b"]" * 900]
)
@pytest.mark.parametrize("name", ["manifest.json", "signature.dsse.json", "public-key.pem"])
def test_seals_that_are_none(name: str, content: bytes, members: Members, tmp_path: Path) -> None:
    refused(write({**members, name: content}, tmp_path / "a.zip"))


# --- Policies that do harm

ABI = """(module (import "env" "memory" (memory 1))
  (func (export "opa_malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "opa_json_parse") (param i32 i32) (result i32) (i32.const 1024))
  (func (export "opa_heap_ptr_get") (result i32) (i32.const 4096))
  (data (i32.const 2048) "[{\\22result\\22: {}}]\\00")
  (func (export "opa_eval") (param i32 i32 i32 i32 i32 i32 i32) (result i32) %s))"""

ENDLESS = "(loop $again (br $again)) (unreachable)"
SILENT = "(i32.const 2048)"
GREEDY = """(local $pages i32) (loop $again
  (local.set $pages (memory.grow (i32.const 64)))
  (if (i32.eq (local.get $pages) (i32.const -1)) (then (unreachable)))
  (memory.fill (i32.mul (local.get $pages) (i32.const 65536)) (i32.const 1) (i32.const 4194304))
  (br $again)) (unreachable)"""


def with_wasm(members: Members, body: str) -> Members:
    return with_policies(members, policy=bytes(wasmtime.wat2wasm(ABI % body)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_policies_without_an_end_are_ended(
    language: str, example: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SECONDS", 8.0)
    pack = write(resealed(with_wasm(example, ENDLESS)), tmp_path / "a.zip")
    result = verify(pack, "--lang", language)
    assert result.exit_code == 3
    size = sum(map(len, members_of(pack).values()))
    assert texts(language)("evidence.too_slow", seconds=round(8 + size / (1 << 20))) in result.stdout
    assert texts(language)("evidence.foreign_policies") in result.stdout


MEASURED = """
import resource, sys
from policycheck.cli import main
from policycheck.evidence import verify
verify.{name} = {value}
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
"""


def greedy(example: Members, folder: Path, name: str, value: int) -> str:
    """What is told of policies that take all the memory that they get, from a small process: its children take less."""
    pack = write(resealed(with_wasm(example, GREEDY)), folder / "a.zip")
    command = [sys.executable, "-c", MEASURED.format(name=name, value=value), "evidence", "verify", str(pack)]
    done = subprocess.run([*command, "--lang", "en"], capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert int(done.stderr.splitlines()[-1]) < 1 << 20  # KiB
    return done.stdout


def test_policies_cannot_fill_the_memory(example: Members, tmp_path: Path) -> None:
    told = greedy(example, tmp_path, "WASM_MEMORY", 1 << 28)
    assert "It cannot be judged again" in told
    assert "unreachable" in told  # they were told that there is no more, and gave up


def test_a_process_cannot_fill_the_memory(example: Members, tmp_path: Path) -> None:
    assert "It cannot be judged again" in greedy(example, tmp_path, "MEMORY", 1 << 29)


@pytest.mark.parametrize("body", [SILENT, "(i32.const 0)", "(i32.const -1)", "(i32.const 2047)", "(unreachable)"])
def test_policies_that_answer_nothing_prove_nothing(body: str, example: Members, tmp_path: Path) -> None:
    assert "It cannot be judged again" in refused(write(resealed(with_wasm(example, body)), tmp_path / "a.zip"))


@pytest.mark.parametrize("content", [b"", b"\0asm\1\0\0\0", b"\0asm" + b"\xff" * 40])
def test_what_is_no_policy_at_all(content: bytes, example: Members, tmp_path: Path) -> None:
    told = refused(write(resealed(with_policies(example, policy=content)), tmp_path / "a.zip"))
    assert "It cannot be judged again" in told


@pytest.mark.parametrize(
    "part",
    [
        {"controls": b"{}"},
        {"controls": b"[]"},
        {"controls": b'{"x/y": {}}'},
        {"standards": b"{}"},
        {"standards": b'{"osaka": []}'},
        {"schemas": b"{}"},
        {"schemas": b'{"inventory": 1}'},
    ],
)
def test_policies_of_another_shape(part: dict[str, bytes], example: Members, tmp_path: Path) -> None:
    told = refused(write(resealed(with_policies(example, **part)), tmp_path / "a.zip"))
    assert "It cannot be judged again" in told


def test_texts_of_a_control_cannot_fill_the_memory(example: Members, tmp_path: Path) -> None:
    controls = json.loads(example["policies/controls.json"])
    for control in controls.values():
        for messages in control["messages"].values():
            messages.update(dict.fromkeys(messages, "{period:>9999999999}"))
    content = orjson.dumps(controls)
    told = refused(write(resealed(with_policies(example, controls=content)), tmp_path / "a.zip"))
    assert "It cannot be judged again" in told


@pytest.mark.parametrize(
    "change",
    [
        lambda schemas, url: schemas["usb_medium"]["properties"].update(id={"$ref": url}),
        lambda schemas, url: schemas["usb_medium"].update({"$schema": url}),
        lambda schemas, url: schemas["usb_medium"].update({"$id": url}),
        lambda schemas, url: schemas["waivers"].setdefault("allOf", [{"$ref": url}]),
        lambda schemas, url: schemas["standard"]["properties"].update(id={"$id": url, "$ref": "common.schema.json"}),
        lambda schemas, url: schemas["report"]["properties"].update(x={"$dynamicRef": url}),
    ],
)
def test_schemas_fetch_nothing(change: Callable[[Any, str], object], members: Members, tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        asked: list[object] = []
        thread = threading.Thread(target=_note_callers, args=(listening, asked), daemon=True)
        thread.start()
        schemas = json.loads(members["policies/schemas.json"])
        change(schemas, f"http://127.0.0.1:{listening.getsockname()[1]}/x.json")
        changed = with_policies(members, schemas=orjson.dumps(schemas))
        told = refused(write(resealed(changed), tmp_path / "a.zip"))
        assert "It cannot be judged again: ValueError: schemas.json: $ref" in told
        assert asked == []


def _note_callers(listening: socket.socket, asked: list[object]) -> None:
    try:
        while True:
            connection, address = listening.accept()
            asked.append(address)
            connection.close()
    except OSError:  # it was closed at the end of the test
        return


def in_bounds(work: Callable[[], Any], folder: Path) -> Any:
    return bounded(work, folder, "en", Bounds(60, 1 << 31, 1 << 20))


def _fill() -> None:
    raise OSError(errno.ENOSPC, "full")


def test_a_process_of_its_own(tmp_path: Path) -> None:
    assert in_bounds(os.getpid, tmp_path) != os.getpid()
    assert in_bounds(tempfile.gettempdir, tmp_path) == str(tmp_path)
    assert in_bounds(partial(resource.getrlimit, resource.RLIMIT_FSIZE), tmp_path) == [1 << 20, 1 << 20]
    with pytest.raises(OSError, match="No space left"):
        in_bounds(_fill, tmp_path)
    for work, said in ((os.abort, "has ended"), (partial(int, "x"), "ValueError"), (partial(sys.exit, 3), "has ended")):
        with pytest.raises(FaultyError) as error:
            in_bounds(work, tmp_path)
        assert said in str(error.value.fault.facts["reason"])


def test_a_package_cannot_write_on_the_screen(example: Members, tmp_path: Path) -> None:
    def change(predicate: dict[str, Any]) -> None:
        predicate["inventory"]["files"][0]["name"] = "\x1b[2J\r\nMade genuine"

    result = verify(write(resealed(example, change=change), tmp_path / "a.zip"))
    assert result.exit_code == 3
    assert "\x1b" not in result.output
    assert not any(line.startswith("Made genuine") for line in result.output.splitlines())


def test_nothing_is_left_of_what_was_ended(example: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SECONDS", 4.0)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    refused(write(resealed(with_wasm(example, ENDLESS)), tmp_path / "a.zip"))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_the_example_is_small(example: Members) -> None:
    assert EXAMPLE[0] == "docs/example"
    assert len([name for name in example if name.startswith("inventory/")]) == 1


# --- Whatever stands in it

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def seals(members: Members) -> Members:
    return {name: members[name] for name in ("manifest.json", "signature.dsse.json", "public-key.pem")}


def places(document: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


@settings(max_examples=300)
@given(st.data())
def test_no_manifest_is_more_than_a_fault(seals: Members, data: st.DataObject) -> None:
    document = json.loads(seals["manifest.json"])
    *path, last = data.draw(st.sampled_from(places(document)[1:]))
    inner = document
    for key in path:
        inner = inner[key]
    before = inner[last]
    inner[last] = data.draw(JSON)
    content = dumped(document)
    try:
        statement = read_manifest(content)
    except FaultyError as error:
        assert error.fault.key == "manifest"
        return
    assert manifest_of(statement) == content
    assert type(inner[last]) is type(before) or before is None


@settings(max_examples=200)
@given(st.binary(max_size=300) | JSON.map(dumped))
def test_no_manifest_and_no_envelope_is_an_error(seals: Members, content: bytes) -> None:
    with pytest.raises(FaultyError):
        read_manifest(content)
    with pytest.raises(FaultyError):
        signer_of(content, seals["manifest.json"], seals["public-key.pem"])
    with pytest.raises(FaultyError):
        signer_of(seals["signature.dsse.json"], seals["manifest.json"], content)
    with pytest.raises(FaultyError):
        signer_of(seals["signature.dsse.json"], content, seals["public-key.pem"])


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=JSON, other=JSON)
def test_reports_differ_where_a_byte_does(one: object, other: object, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(dumped(one))
    second.write_bytes(dumped(other))
    assert differences(first, first) == []
    assert bool(differences(first, second)) == (dumped(one) != dumped(other))
    second.write_bytes(dumped(one) + b" ")
    assert [fault.key for fault in differences(first, second)] == ["report_byte"]
