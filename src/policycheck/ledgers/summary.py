"""What people are told of an import: what it changes in each file, and in sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..texts import Texts
from .bring import Coming
from .changes import What
from .collect import Collected
from .differences import render


def differences(own: Coming, texts: Texts) -> Iterator[str]:
    """What is different in one file, a line each."""
    yield f"{own.now.path}"
    if own.changes:
        yield from render(own.changes, texts)
    else:
        yield f"+ {texts('ledger.all_new', count=own.counts[What.ADDED])}"


def summary(coming: Sequence[Coming], found: Collected, texts: Texts, *, dry_run: bool) -> Iterator[str]:
    """What became of each file, and what is left to do."""
    changed = [own for own in coming if own.counts or own.moved]
    for own in changed:
        counts = Counter(own.counts)
        if own.changes:
            counts[What.UPDATED] = len({one.key for one in own.changes.differences if one.what is What.UPDATED})
        told = [texts(f"ledger.{what}", count=counts[what]) for what in What if counts[what]]
        if own.moved:
            told.append(texts("merging.moved", count=own.moved))
        if own.changes and own.changes.unchanged:
            told.append(texts("ledger.unchanged", count=own.changes.unchanged))
        if own.is_removed:
            told.append(texts("ledger.file_removed"))
        yield texts("ledger.would" if dry_run else "ledger.written", file=own.now.path, counts=told)
        for key, place in own.elsewhere:
            yield texts("ledger.elsewhere", kind=key[0], id=key[1], place=place)
        if vanished := counts[What.VANISHED]:
            yield texts("ledger.vanished_how", count=vanished)
        if left_out := counts[What.LEFT_OUT]:
            yield texts("ledger.left_out_how", count=left_out)
    if same := [own.now.path for own in coming if not (own.counts or own.moved or own.is_nothing)]:
        yield texts("ledger.same", files=same)
    if nothing := [own.now.path for own in coming if own.is_nothing]:
        yield texts("ledger.no_rows", files=nothing)
    if found.problems:
        yield texts("ledger.left_empty", count=len(found.problems))
    if found.unclaimed:
        yield texts("ledger.unclaimed", count=len(found.unclaimed))
