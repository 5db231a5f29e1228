"""Makes a package: copies all that is to be judged, judges the copies, and seals both with the report."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from .. import __version__
from ..errors import UsageError
from ..inventory.discovery import Found, find_files, name_of
from ..inventory.sources import ChangedError, is_remote, open_source
from ..spool import FULL, temporary_folder
from ..standards import Catalogue
from .judge import judge, read_beside, standard_of, whole_bundle
from .pack import BESIDE, BLOCK, MANIFEST, POLICIES, PUBLIC_KEY, REPORT, SIGNATURE, STANDARD, Content, content_of
from .statement import Predicate, Statement, manifest_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ..bundle import Bundle
    from ..jobs import Jobs
    from ..report import Report
    from ..texts import Texts
    from .redact import Redaction

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
"""What is no part of a file's name on every system."""


class Given(NamedTuple):
    """What is to be judged, and by what. A standard is an id or the path of a file."""

    paths: Sequence[str | Path]
    standard: str
    as_of: datetime.date
    waivers: Path | None = None
    measures: Path | None = None
    baseline: Path | None = None
    keep_passes: bool = False


class Made(NamedTuple):
    """A package as it lies in a folder, and what was judged for it."""

    members: dict[str, Content]
    report: Report


def refuse_urls(paths: Iterable[str | Path]) -> None:
    """Raises UsageError where what would be judged does not lie on this machine."""
    for path in paths:
        if is_remote(str(path)) and not str(path).startswith("file://"):
            raise UsageError("evidence_of_url", path=path)


def create(
    folder: Path,
    given: Given,
    bundle: Bundle,
    jobs: Jobs,
    texts: Texts,
    *,
    previous: tuple[str, Predicate] | None = None,
    key: Ed25519PrivateKey | None = None,
    redact_key: bytes | None = None,
) -> Made:
    """Lays the members of a package out in the folder, which is empty and for no other user to read. `previous` is the
    SHA-256 of the package before it, and what that states. With `redact_key`, what names people is replaced by the
    pseudonyms of that key before anything is judged.

    Raises UsageError where something that was given cannot be read.
    """
    if previous and previous[1]["as_of"] > given.as_of.isoformat():
        raise UsageError("later_previous", found=previous[1]["as_of"], as_of=given.as_of.isoformat())
    (folder / "policies").mkdir()
    for name in POLICIES:
        (folder / name).write_bytes(bundle.read(PurePosixPath(name).name))
    sealed = whole_bundle(folder)
    from ..engines.wasm import WasmEngine, wasm_info

    info = wasm_info(sealed)
    predicate: Predicate = {
        "policycheck": __version__,
        "language": texts.language,
        "all": given.keep_passes,
        "redacted": redact_key is not None,
        "engine": info._asdict(),
        "sequence": next_number(previous),
        "previous": {"sha256": previous[0], "sequence": previous[1]["sequence"]} if previous else None,
    }
    if redact_key is None:
        predicate |= _inputs(given, sealed, folder)
    else:
        from .redact import Redaction

        with temporary_folder() as raw:
            inputs = _inputs(given, sealed, raw)
            standard = standard_of(raw, inputs, Catalogue(sealed))
            read_beside(raw, inputs, sealed.schemas, standard)  # errors name the files that the user has
            predicate |= _redacted(raw, folder, inputs, Redaction(redact_key, sealed.schemas, standard))
    engine = info, partial(WasmEngine, sealed)
    report = judge(folder, predicate, sealed, engine, jobs, texts, folder / REPORT)
    predicate["standard"]["id"] = report.standard.id
    predicate["report"] = {"member": REPORT, "exit_code": report.exit_code, "complete": report.complete}
    return Made(_sealed(folder, predicate, key), report)


def next_number(previous: tuple[str, Predicate] | None) -> int:
    """The place in the chain of what follows a package."""
    number: int = previous[1]["sequence"] if previous else 0
    return number + 1


def _sealed(folder: Path, predicate: Predicate, key: Ed25519PrivateKey | None) -> dict[str, Content]:
    """All members, after the manifest and what seals it were added."""
    if key:
        from .signing import public_key_of, sign

        (folder / PUBLIC_KEY).write_bytes(public_key_of(key).pem)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    members = {path.relative_to(folder).as_posix(): content_of(path) for path in files}
    manifest = manifest_of(Statement(predicate, {name: content.sha256 for name, content in members.items()}))
    (folder / MANIFEST).write_bytes(manifest)
    members[MANIFEST] = content_of(folder / MANIFEST)
    if key:
        (folder / SIGNATURE).write_bytes(sign(manifest, key))
        members[SIGNATURE] = content_of(folder / SIGNATURE)
    return members


def _inputs(given: Given, bundle: Bundle, folder: Path) -> Predicate:
    """Copies what is to be judged, and what lies beside it, into the folder. Raises UsageError where one of the paths
    that were given is not there."""
    standard: dict[str, Any] = {"id": None, "file": None}  # the id of a file is known once it is read
    if given.standard in bundle.standards or not given.standard.endswith((".yaml", ".yml")):
        standard["id"] = Catalogue(bundle).standard(given.standard).id
    else:
        standard["file"] = _beside(Path(given.standard), folder, STANDARD, "unreadable_standard")
    found = find_files(given.paths)
    named = {name_of(str(path).removeprefix("file://")): path for path in given.paths}
    for problem in found.problems:
        if problem.key == "missing_path" and problem.location.file in named:
            raise UsageError("evidence_missing", path=named[problem.location.file])
    beside: dict[str, Path | None] = {name: getattr(given, name) for name in BESIDE}
    return {
        "as_of": given.as_of.isoformat(),
        "standard": standard,
        "inventory": _inventory(given.paths, found, folder),
        **{name: path and _beside(path, folder, BESIDE[name], f"unreadable_{name}") for name, path in beside.items()},
    }


def _inventory(paths: Sequence[str | Path], found: Found, folder: Path) -> dict[str, Any]:
    files = []
    for number, source in enumerate(found.files, 1):
        member = _member(number, source.name)
        _copy(partial(open_source, source), folder / member, "evidence_unreadable", source.name)
        if (folder / member).stat().st_size != source.size:
            raise UsageError("evidence_changed", file=source.name)
        files.append({"name": source.name, "member": member})
    problems = [
        {
            "key": problem.key,
            "file": problem.location.file,
            "line": problem.location.line,
            "facts": {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in problem.facts.items()},
        }
        for problem in found.problems
    ]
    skipped = [name_of(path) for path in found.skipped]
    return {"paths": [name_of(path) for path in paths], "files": files, "skipped": skipped, "problems": problems}


def _member(number: int, name: str) -> str:
    """What a file of the inventory is called in the package: a name that is usable on every system, with the same
    suffix."""
    path = PurePosixPath(name)
    return f"inventory/{number:04}/{_NOT_IN_NAMES.sub('_', path.stem)[:60]}{path.suffix}"


def _beside(path: Path, folder: Path, member: str, refusal: str) -> dict[str, str]:
    _copy(lambda: path.open("rb"), folder / member, refusal, path)
    return {"name": name_of(path), "member": member}


def _copy(opening: Callable[[], BinaryIO], target: Path, refusal: str, name: object) -> None:
    """Raises UsageError with this key where it cannot be read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with opening() as file, target.open("wb") as copy:
            shutil.copyfileobj(file, copy, BLOCK)
    except ChangedError:
        raise UsageError("evidence_changed", file=name) from None
    except OSError as error:
        if error.errno in FULL:
            raise
        raise UsageError(refusal, file=name, reason=error.strerror or str(error)) from None


def _redacted(raw: Path, folder: Path, inputs: Predicate, redaction: Redaction) -> Predicate:
    """What was laid out in one folder, redacted, in the other one."""
    for _ in range(2):
        files = []
        for number, file in enumerate(inputs["inventory"]["files"], 1):
            name = redaction.name(file["name"])
            member = _member(number, name)
            _rewrite(raw / file["member"], folder / member, partial(redaction.inventory, file["name"]))
            files.append({"name": name, "member": member})
        for name in BESIDE:
            if file := inputs[name]:
                _rewrite(raw / file["member"], folder / file["member"], partial(redaction.beside, name, file["name"]))
        if not redaction.mistaken:
            break
    if inputs["standard"]["file"]:
        shutil.copyfile(raw / STANDARD, folder / STANDARD)
    inventory = inputs["inventory"]
    problems = [problem | {"file": redaction.name(problem["file"])} for problem in inventory["problems"]]
    lists = {name: [redaction.name(path) for path in inventory[name]] for name in ("skipped", "paths")}
    named = {
        name: file and file | {"name": redaction.name(file["name"])} for name, file in inputs.items() if name in BESIDE
    }
    if file := inputs["standard"]["file"]:
        named["standard"] = inputs["standard"] | {"file": file | {"name": redaction.name(file["name"])}}
    return inputs | named | {"inventory": {**lists, "files": files, "problems": problems}}


def _rewrite(path: Path, target: Path, change: Callable[[bytes], bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(change(path.read_bytes()))
