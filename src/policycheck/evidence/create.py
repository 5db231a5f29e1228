"""Makes a package: copies all that is to be judged, judges the copies, and seals both with the report."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from .. import __version__
from ..errors import PolicycheckError, UsageError
from ..inventory.discovery import find_files, name_of
from ..inventory.sources import ChangedError, Source, is_remote, open_source
from ..standards import Catalogue
from .judge import judge, standard_of, whole_bundle
from .pack import BESIDE, DIGESTS, MANIFEST, POLICIES, PUBLIC_KEY, REPORT, SIGNATURE, STANDARD, Content, measure
from .statement import Predicate, Statement, digests_of, manifest_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from ..bundle import Bundle
    from ..jobs import Jobs
    from ..report import Report
    from ..texts import Texts
    from .redact import Redaction

_BLOCK = 1 << 20

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

    def files(self) -> list[Path]:
        """Those of this machine that are read."""
        beside = (self.waivers, self.measures, self.baseline, Path(self.standard))
        return [*(Path(source.path) for source in find_files(self.paths).files), *filter(None, beside)]


class Made(NamedTuple):
    """A package as it lies in a folder, and what was judged for it."""

    members: dict[str, Content]
    sequence: int
    report: Report


def refuse_urls(paths: Iterable[str | Path]) -> None:
    """Raises UsageError where what would be judged does not lie on this machine."""
    for path in paths:
        if is_remote(str(path)):
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
    pseudonyms of that key before anything else is done.

    Raises UsageError where something that was given cannot be read.
    """
    sequence = previous[1]["sequence"] + 1 if previous else 1
    if previous and previous[1]["as_of"] > given.as_of.isoformat():
        raise UsageError("later_previous", found=previous[1]["as_of"], as_of=given.as_of.isoformat())
    for name in POLICIES:
        file = bundle.folder / PurePosixPath(name).name
        _copy(partial(_opened, file), folder / name, partial(PolicycheckError, "damaged_bundle", file=file))
    sealed = whole_bundle(folder)
    from ..engines.wasm import WasmEngine, wasm_info

    info = wasm_info(sealed)
    predicate: Predicate = {"standard": _standard(given.standard, sealed, folder)}
    redaction = None
    if redact_key:
        from .redact import Redaction

        redaction = Redaction(redact_key, sealed.schemas, standard_of(folder, predicate, Catalogue(sealed)))
    predicate |= {
        "policycheck": __version__,
        "as_of": given.as_of.isoformat(),
        "language": texts.language,
        "all": given.keep_passes,
        "redacted": redaction is not None,
        "engine": info._asdict(),
        "inventory": _inventory(given.paths, folder, redaction),
        **{name: _beside(name, getattr(given, name), folder, redaction) for name in BESIDE},
        "sequence": sequence,
        "previous": {"sha256": previous[0], "sequence": sequence - 1} if previous else None,
    }
    if redaction and (file := predicate["standard"]["file"]):
        file["name"] = redaction.name(file["name"])
    engine = info, partial(WasmEngine, sealed)
    report = judge(folder, predicate, sealed, engine, jobs, texts, folder / REPORT)
    predicate["standard"]["id"] = report.standard.id
    predicate["report"] = {"member": REPORT, "exit_code": report.exit_code, "complete": report.complete}
    return Made(_sealed(folder, predicate, key), sequence, report)


def _sealed(folder: Path, predicate: Predicate, key: Ed25519PrivateKey | None) -> dict[str, Content]:
    """All members, after the manifest and what seals it were added."""
    if key:
        from .signing import public_key_of, sign

        (folder / PUBLIC_KEY).write_bytes(public_key_of(key).pem)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    members = {path.relative_to(folder).as_posix(): measure(path) for path in files}
    statement = Statement(predicate, {name: content.sha256 for name, content in members.items()})
    manifest = manifest_of(statement)
    (folder / MANIFEST).write_bytes(manifest)
    members[MANIFEST] = measure(folder / MANIFEST)
    (folder / DIGESTS).write_bytes(digests_of(statement, members[MANIFEST].sha256))
    members[DIGESTS] = measure(folder / DIGESTS)
    if key:
        (folder / SIGNATURE).write_bytes(sign(manifest, key))
        members[SIGNATURE] = measure(folder / SIGNATURE)
    return members


def _standard(name: str, bundle: Bundle, folder: Path) -> dict[str, object]:
    if name in bundle.standards or not name.endswith((".yaml", ".yml")):
        return {"id": Catalogue(bundle).standard(name).id, "file": None}
    _copy(partial(_opened, Path(name)), folder / STANDARD, partial(UsageError, "unreadable_standard", file=name))
    return {"id": None, "file": {"name": name_of(name), "member": STANDARD}}  # its id is known once it is read


def _inventory(paths: Sequence[str | Path], folder: Path, redaction: Redaction | None) -> dict[str, object]:
    found = find_files(paths)
    shown: Callable[[str], str] = redaction.name if redaction else str
    files = []
    for number, source in enumerate(found.files, 1):
        name = shown(source.name)
        member = _member(number, name)
        _copy_source(source, folder / member)
        if redaction:
            _rewrite(folder / member, partial(redaction.inventory, source.name))
        files.append({"name": name, "member": member})
    problems = [
        {
            "key": problem.key,
            "file": shown(problem.location.file),
            "line": problem.location.line,
            "facts": {name: list(fact) if isinstance(fact, tuple) else fact for name, fact in problem.facts.items()},
        }
        for problem in found.problems
    ]
    skipped = [shown(name_of(path)) for path in found.skipped]
    return {"paths": [shown(name_of(path)) for path in paths], "files": files, "skipped": skipped, "problems": problems}


def _member(number: int, name: str) -> str:
    """What a file of the inventory is called in the package: a name that is usable on every system, with the same
    suffix."""
    path = PurePosixPath(name)
    return f"inventory/{number:04}/{_NOT_IN_NAMES.sub('_', path.stem)[:60]}{path.suffix}"


def _beside(name: str, path: Path | None, folder: Path, redaction: Redaction | None) -> dict[str, str] | None:
    if path is None:
        return None
    member, called = BESIDE[name], name_of(path)
    _copy(partial(_opened, path), folder / member, partial(UsageError, f"unreadable_{name}", file=path))
    if redaction:
        _rewrite(folder / member, getattr(redaction, name))
        called = redaction.name(called)
    return {"name": called, "member": member}


def _copy_source(source: Source, target: Path) -> None:
    """As it was found, or not at all."""
    changed = UsageError("evidence_changed", file=source.name)
    try:
        _copy(partial(open_source, source), target, partial(UsageError, "evidence_unreadable", file=source.name))
    except ChangedError:
        raise changed from None
    if target.stat().st_size != source.size:
        raise changed


def _copy(opening: Callable[[], BinaryIO], target: Path, refusal: Callable[..., PolicycheckError]) -> None:
    """Raises what `refusal` makes of the reason where it cannot be read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as copy:
        for block in _read(opening, refusal):
            copy.write(block)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _read(opening: Callable[[], BinaryIO], refusal: Callable[..., PolicycheckError]) -> Iterator[bytes]:
    try:
        with opening() as file:
            while block := file.read(_BLOCK):
                yield block
    except ChangedError:
        raise
    except OSError as error:
        raise refusal(reason=error.strerror or str(error)) from None


def _rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))
