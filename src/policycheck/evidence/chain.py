"""The packages of a folder, each of which names the one before it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import UsageError
from .faults import Fault
from .statement import Predicate
from .verify import inspect

if TYPE_CHECKING:
    from .signing import PublicKey


class Link(NamedTuple):
    """A package whose statement can be read. `sha256` is that of all its bytes, `signer` the fingerprint of a key."""

    file: str
    sha256: str
    predicate: Predicate
    signer: str | None

    @property
    def sequence(self) -> int:
        number: int = self.predicate["sequence"]
        return number


class Log(NamedTuple):
    """The packages in the order of the chain, and what is wrong with each of them or with the chain."""

    links: list[Link]
    faults: list[tuple[str, Fault]]


def read_log(folder: Path, key: PublicKey | None) -> Log:
    """Looks at every package of the folder, and judges none again. Raises UsageError where the folder cannot be
    read."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip")
    except OSError as error:
        raise UsageError("unreadable_log", folder=folder, reason=error.strerror) from None
    links: list[Link] = []
    faults: list[tuple[str, Fault]] = []
    for path in files:
        try:
            with path.open("rb") as file:
                found = inspect(file, key)
                file.seek(0)
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UsageError("unreadable_pack", file=path, reason=error.strerror) from None
        faults += ((path.name, fault) for fault in found.faults)
        if found.statement:
            signer = found.signer.fingerprint if found.signer else None
            links.append(Link(path.name, sha256, found.statement.predicate, signer))
    links.sort(key=lambda link: (link.sequence, link.file))
    if not files:
        faults.append((folder.name, Fault("no_packages")))
    return Log(links, [*faults, *_breaks(links, signed_by_all=key is not None)])


def _breaks(links: Sequence[Link], *, signed_by_all: bool) -> Iterator[tuple[str, Fault]]:
    """Where the packages make no chain."""
    by_digest = {link.sha256: link for link in links}
    by_sequence: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_sequence[link.sequence].append(link)
    for sequence, same in by_sequence.items():
        for other in same[1:]:
            yield other.file, Fault("same_sequence", {"sequence": sequence, "other": same[0].file})
    last = max(by_sequence, default=0)
    if absent := [number for number in range(1, last) if number not in by_sequence]:
        after = next(link for link in links if link.sequence > absent[0])
        yield after.file, Fault("missing_packages", {"sequences": _ranges(absent)})
    for link in links:
        previous = link.predicate["previous"]
        if previous is None:
            continue
        before = by_digest.get(previous["sha256"])
        if before is None:
            if previous["sequence"] in by_sequence:
                others = [other.file for other in by_sequence[previous["sequence"]]]
                yield link.file, Fault("replaced", {"sequence": previous["sequence"], "files": others})
        elif before.sequence != previous["sequence"]:
            yield link.file, Fault("wrong_sequence", {"file": before.file, "sequence": previous["sequence"]})
        elif before.predicate["as_of"] > link.predicate["as_of"]:
            yield link.file, Fault("back_in_time", {"file": before.file, "day": before.predicate["as_of"]})
    if not signed_by_all:
        for link in links[1:]:
            if link.signer != links[0].signer:
                yield link.file, Fault("other_signer", {"file": links[0].file})


def _ranges(numbers: Sequence[int]) -> list[str]:
    """Numbers in their order, those that follow each other put together."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ["-".join(map(str, ends)) for ends in found]
