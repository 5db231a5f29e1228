"""What else a change may have touched than the inventory: the files that are named beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from ..errors import UsageError
from ..revisions import earlier_beside
from ..scan import Since
from ..spool import temporary_folder
from .shell import current_texts, warn

if TYPE_CHECKING:
    from ..model import Standard
    from ..waivers import Waivers

_T = TypeVar("_T")


class Beside(NamedTuple, Generic[_T]):
    """A file beside the inventory, what it says, and how one of its kind is read."""

    file: Path
    says: _T
    read: Callable[[Path], _T]


def since(
    paths: Sequence[str | Path],
    against: str | None,
    standard: Beside[Standard] | None,
    waivers: Beside[Waivers] | None,
) -> Since | None:
    """What alone is to be judged. None where that is everything, as another standard is in force than then."""

    def earlier(beside: Beside[_T]) -> _T | None:
        then = earlier_beside(beside.file, paths, against, folder)
        try:
            return beside.read(then) if then else None
        except UsageError:  # a scan of then would have ended with it
            return None

    with temporary_folder() as folder:
        if standard and earlier(standard) != standard.says:
            warn("standard_changed", file=standard.file, against=against or current_texts()("report.index"))
            return None
        waived: frozenset[tuple[str, str]] = frozenset()
        if waivers:
            before = earlier(waivers)
            differing = {*waivers.says.given} ^ {*(before.given if before else ())}
            waived = frozenset((waiver.kind, waiver.id) for waiver in differing)
    return Since(against, waived)
