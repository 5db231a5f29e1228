"""Checks a package: its form, its hashes, its signature, and whether its members give its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..errors import UsageError
from ..jobs.local import Here
from ..model import EngineInfo
from ..texts import Texts
from .differences import differences, shown
from .faults import Fault, FaultyError
from .judge import judge, whole_bundle
from .pack import MANIFEST, POLICIES, PUBLIC_KEY, REPORT, SIGNATURE, Pack, begins_as_pack, content_of, read_pack
from .sandbox import Bounds, bounded, told
from .statement import Predicate, Statement, read_manifest

if TYPE_CHECKING:
    from ..bundle import Bundle
    from ..engines import Engine
    from ..jobs import Jobs
    from .signing import PublicKey

Opening: TypeAlias = Callable[["Bundle"], AbstractContextManager[tuple[EngineInfo, Callable[[], "Engine"]]]]
"""How the engine that was asked for is opened."""

SECONDS = 120.0
"""How long policies that are not ours may take, at least; for each MiB of the package a second more."""

MEMORY = 1 << 31
WASM_MEMORY = 1 << 30
"""Bytes that policies that are not ours may take: the process, and the engine in it."""

AGAIN = "again.json"


class Inspection(NamedTuple):
    """What a package says of itself, as far as that can be told without judging again. `signer` is who signed it, if
    the signature is right. Without a statement, nothing else can be told."""

    pack: Pack | None
    statement: Statement | None
    signer: PublicKey | None
    faults: list[Fault]


class Verification(NamedTuple):
    """What came of checking a package. `own` says whether its policies are byte for byte those of this installation;
    None where nothing was judged again."""

    statement: Statement | None
    signer: PublicKey | None
    faults: list[Fault]
    own: bool | None = None


def inspect(file: IO[bytes], key: PublicKey | None) -> Inspection:
    """Everything but the report. With a key, the package must be signed by it."""
    try:
        pack = read_pack(file)
    except FaultyError as error:
        file.seek(0)
        stranger = [] if begins_as_pack(file) else [Fault("no_package")]
        return Inspection(None, None, None, [*stranger, error.fault])
    if MANIFEST not in pack.members:
        return Inspection(pack, None, None, [Fault("missing", {"member": MANIFEST})])
    faults = [Fault("changed", {"member": name}) for name in pack.members if name in pack.damaged]
    statement, signer = None, None
    manifest = pack.read(MANIFEST)
    try:
        statement = read_manifest(manifest)
        faults += _unlike(pack, statement)
    except FaultyError as error:
        faults.append(error.fault)
    if {SIGNATURE, PUBLIC_KEY} <= pack.members.keys():
        from .signing import signer_of

        try:
            signer = signer_of(pack.read(SIGNATURE), manifest, pack.read(PUBLIC_KEY))
        except FaultyError as error:
            faults.append(error.fault)
    if key and SIGNATURE not in pack.members:
        faults.append(Fault("unsigned_package"))
    elif key and signer and signer.fingerprint != key.fingerprint:
        faults.append(Fault("other_key", {"found": signer.fingerprint, "expected": key.fingerprint}))
    return Inspection(pack, statement, signer, faults)


def _unlike(pack: Pack, statement: Statement) -> list[Fault]:
    """Where the members are not those that the manifest names."""
    members = pack.members
    faults = [Fault("missing", {"member": name}) for name in sorted(statement.members - members.keys())]
    faults += [Fault("surplus", {"member": name}) for name in sorted(members.keys() - statement.members)]
    for name, digest in statement.digests.items():
        if name in members and members[name].sha256 != digest and name not in pack.damaged:
            faults.append(Fault("changed", {"member": name}))
    return faults


def verify(
    file: IO[bytes],
    folder: Path,
    bundle: Bundle,
    jobs: Jobs,
    language: str,
    *,
    key: PublicKey | None = None,
    opening: Opening,
    sandboxed: bool = True,
) -> Verification:
    """Inspects a package, and judges its members again in the folder, which is empty and for no other user to read.
    `sandboxed` says that the engine keeps policies that are not ours from doing harm.

    Raises UsageError where it does not, and the policies are not ours.
    """
    pack, statement, signer, faults = inspect(file, key)
    if pack is None or statement is None or not statement.members <= pack.members.keys():
        return Verification(statement, signer, faults)
    own = None
    try:
        pack.unpack(folder)
        own = all(content_of(bundle.folder / Path(name).name).sha256 == pack.members[name].sha256 for name in POLICIES)
        if own:
            given = _ours(folder, statement.predicate, jobs, opening, language)
        elif sandboxed:
            size = sum(content.size for content in pack.members.values())
            bounds = Bounds(SECONDS + size / (1 << 20), MEMORY, 2 * pack.members[REPORT].size + (1 << 26))
            work = partial(_foreign, folder, statement.predicate, bundle.schemas["common"]["$id"], WASM_MEMORY)
            given = bounded(work, folder, language, bounds)
        elif faults:
            return Verification(statement, signer, faults, own)
        else:
            raise UsageError("foreign_policies")
        faults += _outcome(statement.predicate, given)
        faults += differences(folder / REPORT, folder / AGAIN)
    except FaultyError as error:
        faults.append(error.fault)
    return Verification(statement, signer, faults, own)


def _ours(folder: Path, predicate: Predicate, jobs: Jobs, opening: Opening, language: str) -> dict[str, Any]:
    """Judged as a scan does."""
    bundle = whole_bundle(folder)
    try:
        with opening(bundle) as (_, open_engine):
            return _again(folder, predicate, bundle, open_engine, jobs)
    except UsageError as error:  # of a file in the package
        raise FaultyError("not_recomputed", reason=told(error, folder, language)) from None


def _foreign(folder: Path, predicate: Predicate, common: str, memory: int) -> dict[str, Any]:
    """Judged by policies that anybody may have written: in the sandbox of wasmtime, and without a way to the
    network."""
    from ..engines.wasm import WasmEngine

    bundle = whole_bundle(folder)
    if not _is_closed(bundle.schemas, common):
        raise ValueError("schemas.json: $ref")
    with Here() as jobs:
        return _again(folder, predicate, bundle, partial(WasmEngine, bundle, memory), jobs)


def _again(
    folder: Path, predicate: Predicate, bundle: Bundle, open_engine: Callable[[], Engine], jobs: Jobs
) -> dict[str, Any]:
    """What the report says in short, after it was written. It names the engine that the package names."""
    engine = EngineInfo(**predicate["engine"])
    report = judge(folder, predicate, bundle, (engine, open_engine), jobs, Texts(predicate["language"]), folder / AGAIN)
    return {
        "standard": {"id": report.standard.id},
        "engine": {"bundle_sha256": bundle.revision},
        "report": {"exit_code": report.exit_code, "complete": report.complete},
    }


def _outcome(predicate: Predicate, given: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Where the manifest says something else than what was found."""
    return [
        Fault("differs", {"path": f"{MANIFEST} {table}.{name}", "sealed": shown(said), "again": shown(found)})
        for table, facts in given.items()
        for name, found in facts.items()
        if (said := predicate[table][name]) != found
    ]


def _is_closed(schemas: Mapping[str, Any], common: str) -> bool:
    """Whether the schemas refer to each other alone: anything else would be fetched."""
    place = common.rpartition("/")[0]
    names = {f"{name}.schema.json" for name in schemas}

    def closed(value: object, *, outermost: bool = False) -> bool:
        if isinstance(value, list):
            return all(map(closed, value))
        if not isinstance(value, dict):
            return True
        for key, inner in value.items():
            if key in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(inner, str):
                if inner.partition("#")[0] not in {"", *names}:
                    return False
            elif key in ("$id", "$schema") and isinstance(inner, str):
                if not outermost:
                    return False
            elif not closed(inner):
                return False
        return True

    drafts = {"https://json-schema.org/draft/2020-12/schema"}
    return all(
        isinstance(schema, dict)
        and schema.get("$id") == f"{place}/{name}.schema.json"
        and schema.get("$schema") in drafts
        and closed(schema, outermost=True)
        for name, schema in schemas.items()
    )
