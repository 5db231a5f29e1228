"""The packages of a folder, each of which names the one before it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError
from .faults import Fault
from .pack import begins_as_pack
from .statement import Predicate, Statement
from .verify import inspect

if TYPE_CHECKING:
    from .signing import PublicKey


class Link(NamedTuple):
    """A package whose statement can be read. `sha256` is that of all its bytes, `signer` the fingerprint of a key."""

    file: str
    sha256: str
    statement: Statement
    signer: str | None

    @property
    def predicate(self) -> Predicate:
        return self.statement.predicate

    @property
    def sequence(self) -> int:
        number: int = self.predicate["sequence"]
        return number


class Log(NamedTuple):
    """The packages in the order of the chain, what is wrong with each of them or with the chain, and what lies in the
    folder beside them."""

    links: list[Link]
    faults: list[tuple[str, Fault]]
    aside: list[str]


def read_log(folder: Path, key: PublicKey | None) -> Log:
    """Looks at every package of the folder, whatever it is called, and judges none again. Raises UsageError where the
    folder cannot be read."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError("unreadable_log", folder=folder, reason=error.strerror) from None
    log = Log([], [], [])
    for path in entries:
        try:
            _look_at(path, key, log)
        except OSError as error:
            log.faults.append((path.name, Fault("unreadable", {"reason": error.strerror})))
    log.links.sort(key=lambda link: (link.sequence, link.file))
    if not log.links and not log.faults:
        log.faults.append((folder.name, Fault("no_packages")))
    log.faults.extend(_breaks(log.links, signed_by_all=key is not None))
    return log


def _look_at(path: Path, key: PublicKey | None, log: Log) -> None:
    called_so = path.suffix.lower() == ".zip" and not path.name.startswith(".")
    if not path.is_file():
        if called_so:
            log.faults.append((path.name, Fault("not_regular")))
        else:
            log.aside.append(path.name)
        return
    with path.open("rb") as file:
        if path.name.startswith(".") or not (called_so or begins_as_pack(file)):
            log.aside.append(path.name)
            return
        found = inspect(file, key)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    log.faults.extend((path.name, fault) for fault in found.faults)
    if found.statement:
        log.links.append(Link(path.name, sha256, found.statement, found.signer.fingerprint if found.signer else None))


def _breaks(links: Sequence[Link], *, signed_by_all: bool) -> Iterator[tuple[str, Fault]]:
    """Where the packages make no chain."""
    by_digest: dict[str, Link] = {}
    by_sequence: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        first = by_digest.setdefault(link.sha256, link)
        if first is link:
            by_sequence[link.sequence].append(link)
        else:
            yield link.file, Fault("same_package", {"other": first.file})
    for sequence, same in by_sequence.items():
        for other in same[1:]:
            yield other.file, Fault("same_sequence", {"sequence": sequence, "other": same[0].file})
    for before, after in pairwise(sorted({0, *by_sequence})):
        if absent := range(before + 1, after):
            numbers = sorted({str(absent[0]), str(absent[-1])}, key=int)
            yield by_sequence[after][0].file, Fault("missing_packages", {"sequences": "-".join(numbers)})
    for link in by_digest.values():
        previous = link.predicate["previous"]
        if previous is None:
            continue
        followed = by_digest.get(previous["sha256"])
        if followed is None:
            if previous["sequence"] in by_sequence:
                others = [other.file for other in by_sequence[previous["sequence"]]]
                yield link.file, Fault("replaced", {"sequence": previous["sequence"], "files": others})
        elif followed.sequence != previous["sequence"]:
            yield link.file, Fault("wrong_sequence", {"file": followed.file, "sequence": previous["sequence"]})
        elif followed.predicate["as_of"] > link.predicate["as_of"]:
            yield link.file, Fault("back_in_time", {"file": followed.file, "day": followed.predicate["as_of"]})
    if not signed_by_all:
        for link in links[1:]:
            if link.signer != links[0].signer:
                yield link.file, Fault("other_signer", {"file": links[0].file})
