"""Packages of evidence: made by the command line, taken apart, changed, and sealed again as somebody else would."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from click.testing import CliRunner, Result
from conftest import ROOT

from policycheck.cli import main
from policycheck.evidence.pack import MANIFEST, PUBLIC_KEY, SIGNATURE, content_of, packed
from policycheck.evidence.statement import Statement, manifest_of

EXAMPLE = ("docs/example", "--standard", "osaka", "--as-of", "2024-03-27")
"""A small inventory, as paths and options."""

Members: TypeAlias = dict[str, bytes]


def command(*arguments: object, **environment: str) -> Result:
    """What a command line of policycheck comes to, in the checkout."""
    with _in(ROOT):
        return CliRunner(env=environment).invoke(main, [str(argument) for argument in arguments])


def make(output: Path, *arguments: object, **environment: str) -> Path:
    """A package of these paths and options, else of the example."""
    result = command("evidence", "create", *(arguments or EXAMPLE), "--output", output, **environment)
    assert result.exit_code == 0, result.stderr
    return output


def new_key(path: Path) -> Path:
    result = command("evidence", "keygen", "--output", path)
    assert result.exit_code == 0, result.stderr
    return path


def verify(pack: Path, *arguments: object) -> Result:
    return command("evidence", "verify", pack, *arguments)


def members_of(pack: Path) -> Members:
    with zipfile.ZipFile(pack) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def predicate_of(pack: Path) -> dict[str, Any]:
    predicate: dict[str, Any] = json.loads(members_of(pack)[MANIFEST])["predicate"]
    return predicate


def write(members: Mapping[str, bytes], path: Path) -> Path:
    """The package of these members, whatever they are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for member, content in members.items():
            (folder / member).parent.mkdir(parents=True, exist_ok=True)
            (folder / member).write_bytes(content)
        path.write_bytes(b"".join(packed(folder, {member: content_of(folder / member) for member in members})))
    return path


def resealed(
    members: Mapping[str, bytes], *, signed: bool = False, change: Callable[[dict[str, Any]], object] = lambda _: None
) -> Members:
    """With hashes that fit, as somebody makes it who has no key: without a signature, or with that of the original."""
    seals = {MANIFEST, SIGNATURE, *(() if signed else (PUBLIC_KEY,))}
    rest = {name: content for name, content in members.items() if name not in seals}
    predicate = json.loads(members[MANIFEST])["predicate"]
    change(predicate)
    statement = Statement(predicate, {name: hashlib.sha256(content).hexdigest() for name, content in rest.items()})
    return {**rest, MANIFEST: manifest_of(statement)} | ({SIGNATURE: members[SIGNATURE]} if signed else {})


def with_policies(members: Mapping[str, bytes], **changed: bytes) -> Members:
    """With other policies: parts by their names without suffix, and the hashes that the policies keep of them."""
    parts = {f"policies/{name}.{'wasm' if name == 'policy' else 'json'}": content for name, content in changed.items()}
    manifest = json.loads(members["policies/manifest.json"])
    for name, content in parts.items():
        manifest["files"][name.removeprefix("policies/")] = hashlib.sha256(content).hexdigest()
    return {**members, **parts, "policies/manifest.json": json.dumps(manifest).encode()}


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
