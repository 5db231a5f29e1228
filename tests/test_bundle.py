"""The compiled policies: that they are those of the sources, that damage is seen, and what the build refuses."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import wasmtime
from conftest import ROOT

from policycheck.bundle import Bundle
from policycheck.errors import PolicycheckError
from policycheck.texts import LANGUAGES, texts

FOLDER = Path("src/policycheck/bundle")
CONTROL = Path("policies/controls/physical/server_fixed/server_fixed.rego")
PARTS = ["controls.json", "standards.json", "schemas.json", "policy.wasm", "policies.tar.gz"]

Change = Callable[[Path], object]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of everything that the bundle is made of, and of the package with the bundle."""
    for part in ("src", "policies", "schemas", "tools"):
        shutil.copytree(ROOT / part, tmp_path / "checkout" / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "checkout"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def append(name: str, text: str = "\n") -> Change:
    def change(root: Path) -> None:
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def add(name: str) -> Change:
    return lambda root: (root / name).write_text("{}\n", encoding="utf-8")


def remove(name: str) -> Change:
    return lambda root: (root / name).unlink()


def touch_bytes(name: str) -> Change:
    """The first byte is another one."""

    def change(root: Path) -> None:
        content = (root / name).read_bytes()
        (root / name).write_bytes(bytes([content[0] ^ 1]) + content[1:])

    return change


# --- Older than the sources

STALE: list[tuple[str, Callable[[str], Change]]] = [
    (CONTROL.as_posix(), append),
    (CONTROL.as_posix(), remove),
    ("policies/controls/physical/server_fixed/another.rego", add),
    ("policies/main.rego", append),
    ("policies/lib/verdict.rego", append),
    ("policies/lib/verdict.rego", remove),
    ("policies/lib/another.rego", add),
    ("policies/capabilities.json", append),
    ("policies/capabilities.json", remove),
    ("policies/standards/osaka.yaml", append),
    ("policies/standards/osaka.yaml", remove),
    ("policies/standards/another.yaml", add),
    ("schemas/server.schema.json", append),
    ("schemas/server.schema.json", remove),
    ("schemas/another.schema.json", add),
]


@pytest.mark.parametrize(("name", "change"), STALE)
def test_older_than_its_sources(name: str, change: Callable[[str], Change], checkout: Path) -> None:
    change(name)(checkout)
    with pytest.raises(PolicycheckError) as error:
        Bundle(checkout / FOLDER)
    assert error.value.key == "stale_bundle"
    assert error.value.facts == {"files": [name]}
    assert error.value.exit_code == 1


@pytest.mark.parametrize(
    "name",
    [
        CONTROL.with_name("server_fixed_test.rego").as_posix(),
        CONTROL.with_name("compliant.yaml").as_posix(),
        "policies/main_test.rego",
        "policies/README.md",
    ],
)
def test_what_is_not_compiled_may_change(name: str, checkout: Path) -> None:
    append(name)(checkout)
    Bundle(checkout / FOLDER)


def test_without_sources_there_is_nothing_to_compare(checkout: Path) -> None:
    shutil.rmtree(checkout / "policies")
    shutil.rmtree(checkout / "schemas")
    assert Bundle(checkout / FOLDER).revision == Bundle().revision


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", [["scan", "inventory"], ["validate", "inventory"], ["controls"]])
def test_command_says_what_to_do_about_an_old_bundle(command: list[str], language: str, checkout: Path) -> None:
    append(CONTROL.as_posix())(checkout)
    process = subprocess.run(
        [sys.executable, "-c", "from policycheck.cli import main; main()", *command, "--lang", language],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(checkout / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout == ""
    assert CONTROL.as_posix() in process.stderr
    assert "make bundle" in process.stderr
    assert texts(language)("hint.stale_bundle") in process.stderr


# --- Damaged


def use(bundle: Bundle) -> None:
    """Reads every part."""
    assert bundle.controls
    assert bundle.standards
    assert bundle.schemas
    assert bundle.wasm
    assert bundle.opa_bundle


def test_whole_bundle_is_used(checkout: Path) -> None:
    use(Bundle(checkout / FOLDER))


@pytest.mark.parametrize("name", [*PARTS, "manifest.json"])
@pytest.mark.parametrize(
    "damage",
    [remove, touch_bytes, lambda name: append(name, "}"), lambda name: lambda root: (root / name).write_bytes(b"")],
    ids=["missing", "changed", "longer", "empty"],
)
def test_damage_is_seen(name: str, damage: Callable[[str], Change], checkout: Path) -> None:
    damage(name)(checkout / FOLDER)
    with pytest.raises(PolicycheckError) as error:
        use(Bundle(checkout / FOLDER))
    assert error.value.key == "damaged_bundle"
    assert error.value.facts["file"] == str(checkout / FOLDER / name)


@pytest.mark.parametrize("content", ["{}", "[]", "null", '{"files": {}, "revision": "x", "opa": "1"}'])
def test_manifest_that_is_none(content: str, checkout: Path) -> None:
    (checkout / FOLDER / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(PolicycheckError) as error:
        Bundle(checkout / FOLDER)
    assert error.value.key == "damaged_bundle"


# --- What it is made of


def test_every_part_is_in_the_manifest(bundle: Bundle) -> None:
    manifest = json.loads((bundle.folder / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["files"]) == sorted(PARTS)
    assert {path.name for path in bundle.folder.iterdir() if path.suffix not in (".py", "")} == {
        *PARTS,
        "manifest.json",
    }


def test_wasm_needs_no_builtin_of_the_host(bundle: Bundle) -> None:
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, bundle.wasm)
    memory = wasmtime.Memory(store, wasmtime.MemoryType(wasmtime.Limits(64, None)))
    imports = [
        memory if needed.name == "memory" else wasmtime.Func(store, cast(wasmtime.FuncType, needed.type), lambda *_: 0)
        for needed in module.imports
    ]
    exports: Any = wasmtime.Instance(store, module, imports).exports(store)
    address = exports["opa_json_dump"](store, exports["builtins"](store))
    assert bytes(memory.read(store, address, address + 3)) == b"{}\0"


# --- How it is made


def build(root: Path, opa: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return tool(root, "build_bundle.py", opa, *options)


def tool(root: Path, name: str, opa: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "tools" / name), "--opa", str(opa), *options]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def contents(root: Path) -> dict[str, bytes]:
    files = [*(root / FOLDER / name for name in [*PARTS, "manifest.json"]), *(root / "policies").glob("main*.rego")]
    return {file.name: file.read_bytes() for file in files}


def test_what_is_committed_is_what_the_sources_give(opa_binary: Path) -> None:
    process = build(ROOT, opa_binary, "--check")
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_same_sources_give_the_same_bytes_anywhere(checkout: Path, opa_binary: Path, tmp_path: Path) -> None:
    other = tmp_path / "another place" / "市"
    shutil.copytree(checkout, other)
    for root in (checkout, other):
        for name in [*PARTS, "manifest.json"]:
            (root / FOLDER / name).unlink()
        assert build(root, opa_binary).returncode == 0
    assert contents(checkout) == contents(other) == contents(ROOT)


def test_check_names_what_differs_and_writes_nothing(checkout: Path, opa_binary: Path) -> None:
    append(CONTROL.as_posix(), "\n# changed\n")(checkout)
    before = contents(checkout)
    process = build(checkout, opa_binary, "--check")
    assert process.returncode == 1
    assert "policies.tar.gz" in process.stderr
    assert "make bundle" in process.stderr
    assert contents(checkout) == before


def test_build_makes_an_old_bundle_usable(checkout: Path, opa_binary: Path) -> None:
    append("policies/standards/osaka.yaml", "# changed\n")(checkout)
    assert build(checkout, opa_binary).returncode == 0
    use(Bundle(checkout / FOLDER))
    assert build(checkout, opa_binary, "--check").returncode == 0


def unknown_field(root: Path) -> None:
    edit(root / CONTROL, "deciding: [fixed]", "deciding: [fixed, bolted]")


def undeclared_field(root: Path) -> None:
    edit(root / CONTROL, "if server.fixed == true", "if server.failure_procedure")


def missing_message(root: Path) -> None:
    edit(root / CONTROL, 'verdict.fail("loose"', 'verdict.fail("bare"')


def message_in_one_language(root: Path) -> None:
    edit(root / CONTROL, "#       en: It is not fixed and could be carried away.\n", "")


def surplus_message(root: Path) -> None:
    message = "#     other:\n#       ja: 別。\n#       en: Other.\n#   remediation:\n"
    edit(root / CONTROL, "#   remediation:\n", message)


def wrong_folder(root: Path) -> None:
    shutil.move(root / CONTROL.parent, root / "policies" / "controls" / "technical")


def wrong_name(root: Path) -> None:
    (root / CONTROL).rename((root / CONTROL).with_name("server_loose.rego"))


def no_metadata(root: Path) -> None:
    text = (root / CONTROL).read_text(encoding="utf-8")
    (root / CONTROL).write_text(text[text.index("package ") :], encoding="utf-8")


def no_severity(root: Path) -> None:
    edit(root / CONTROL, "#   severity: medium\n", "")


def unknown_kind(root: Path) -> None:
    edit(root / CONTROL, "kind: server", "kind: mainframe")


def broken_rego(root: Path) -> None:
    edit(root / CONTROL, "else := verdict.fail", "else = := verdict.fail")


def standard_of_another_name(root: Path) -> None:
    edit(root / "policies" / "standards" / "osaka.yaml", "\nid: osaka\n", "\nid: kyoto\n")


def standard_without_clauses(root: Path) -> None:
    file = root / "policies" / "standards" / "osaka.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("clauses:")], encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (unknown_field, "fields that the schema does not have: bolted"),
        (undeclared_field, "reads fields that METADATA does not name: failure_procedure"),
        (missing_message, "reasons given and messages differ: bare, loose"),
        (message_in_one_language, "'en' is a required property"),
        (surplus_message, "reasons given and messages differ: other"),
        (wrong_folder, "package and folder differ"),
        (wrong_name, "package and folder differ"),
        (no_metadata, "controls without METADATA: physical/server_fixed"),
        (no_severity, "'severity' is a required property"),
        (unknown_kind, "unknown kind mainframe"),
        (broken_rego, "rego_parse_error"),
        (standard_of_another_name, "osaka.yaml: the id is kyoto"),
        (standard_without_clauses, "'clauses' is a required property"),
    ],
)
def test_build_refuses(change: Change, said: str, checkout: Path, opa_binary: Path) -> None:
    change(checkout)
    before = contents(checkout)
    process = build(checkout, opa_binary)
    assert process.returncode == 1
    assert said in process.stderr
    assert "Traceback" not in process.stderr
    assert contents(checkout) == before


# --- What OPA checks


def test_policies_fit_the_schemas(opa_binary: Path) -> None:
    process = tool(ROOT, "check_rego_types.py", opa_binary)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("control", "old", "new"),
    [
        ("physical/server_fixed", "server.fixed == false", "server.fixd == false"),
        ("physical/server_lockable", "server.location.lockable == false", "server.location.lockabel == false"),
        (
            "technical/user_id_unique",
            '"doubtful", {"account": user_id.account',
            '"doubtful", {"account": user_id.acount',
        ),
        ("assets/nas_restricted", "nas_share.access_restricted == false", "nas_share.access_restricted == 0"),
        ("assets/usb_registered", "usb_medium.registered == false", 'usb_medium.registered == "no"'),
    ],
)
def test_misspelt_field_or_value_of_another_type_is_found(
    control: str, old: str, new: str, checkout: Path, opa_binary: Path
) -> None:
    file = checkout / "policies" / "controls" / control / f"{Path(control).name}.rego"
    edit(file, old, new)
    process = tool(checkout, "check_rego_types.py", opa_binary)
    assert process.returncode != 0
    assert "rego_type_error" in process.stderr
    assert file.name in process.stderr


@pytest.mark.parametrize(
    "call",
    [
        "time.now_ns()",
        'time.parse_rfc3339_ns("2026-11-20T00:00:00Z")',
        'http.send({"method": "get", "url": "http://127.0.0.1"})',
        'sprintf("%v", [1])',
        'net.lookup_ip_addr("localhost")',
        'rand.intn("x", 2)',
        'uuid.rfc4122("x")',
        "opa.runtime()",
        "rego.metadata.rule()",
        'io.jwt.decode("x")',
        'trace("x")',
    ],
)
def test_policies_cannot_reach_outside(call: str, checkout: Path, opa_binary: Path) -> None:
    edit(checkout / CONTROL, "if server.fixed == true", f"if _ := {call}")
    name = call.partition("(")[0]
    process = tool(checkout, "check_rego_types.py", opa_binary)
    assert process.returncode != 0
    assert f"undefined function {name}" in process.stderr
    process = build(checkout, opa_binary)
    assert process.returncode == 1
    assert f"undefined function {name}" in process.stderr
