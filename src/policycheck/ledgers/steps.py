"""Writing several files of an inventory, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError, PolicycheckError
from ..files import replace_file


class Step(NamedTuple):
    """A file to be written: what it holds until then, None where there is none, and what it holds afterwards."""

    path: Path
    before: bytes | None
    after: bytes


def write_steps(steps: Sequence[Step]) -> None:
    """Writes the files in this order.

    Raises LedgerError where a file is no longer as it was read, PolicycheckError where one cannot be written; with the
    first nothing is written, unless a file changes while others are being written.
    """
    for first in {step.path: step for step in reversed(steps)}.values():
        refuse_edited(first.path, first.before)
    for step in steps:
        refuse_edited(step.path, step.before)
        try:
            step.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PolicycheckError("unwritable", file=step.path.parent, reason=error.strerror) from None
        replace_file(step.path, [step.after])


def refuse_edited(path: Path, before: bytes | None) -> None:
    """Raises LedgerError where a file does not hold what it did; None where there was none."""
    if (path.read_bytes() if path.is_file() else None) != before:
        raise LedgerError("edited_meanwhile", file=path)
