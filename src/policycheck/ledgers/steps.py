"""Writing several files of an inventory: all of them, or none.

First everything is written beside its place, then one after the other gets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError
from ..files import Staged, check_folder, check_writable


class Memory(NamedTuple):
    """What is remembered of an import. It lies under the name `coming` while the inventory is written, and then under
    `kept`. `is_due` says that what lies under `coming` now is of an import that was cut short behind the inventory."""

    kept: Path
    coming: Path
    content: Iterable[bytes]
    is_due: bool


class Step(NamedTuple):
    """A file to be written: what it holds until then, None where there is none, and what it holds afterwards, whole or in
    blocks. A file that would hold nothing is removed."""

    path: Path
    before: bytes | None
    after: bytes | Iterable[bytes]
    memory: Memory | None = None

    @property
    def stays(self) -> bool:
        return self.after == (self.before or b"")

    def check(self) -> None:
        """Raises OSError where it cannot be written, or removed."""
        if not self.stays:
            check_writable(self.path)
            if self.after == b"":
                check_folder(self.path.parent)  # what it links to may lie in another one
        if self.memory:
            check_writable(self.memory.coming)


def check_steps(steps: Iterable[Step]) -> None:
    """Raises LedgerError where one of the files is not to be written."""
    for step in steps:
        try:
            step.check()
        except (OSError, RuntimeError) as error:
            raise _unwritable(step.path, error) from None


def write_steps(steps: Sequence[Step]) -> None:
    """Writes the files in this order.

    Raises LedgerError where one of them cannot be written, or is no longer as it was read: then nothing is written, unless
    it says which of them are.
    """
    check_steps(steps)
    with ExitStack() as cleanup:
        staged = []
        for step in steps:
            try:
                staged.append(_staged(step, cleanup))
            except OSError as error:
                raise _unwritable(step.path, error) from None
        for first in {step.path: step for step in reversed(steps)}.values():
            _refuse_edited(first.path, first.before)
        for number, (step, (file, memory)) in enumerate(zip(steps, staged, strict=True)):
            try:
                _put(step, file, memory)
            except OSError as error:
                raise _cut_short(steps, number, step.path, error) from None
            if step.memory:
                try:
                    step.memory.coming.replace(step.memory.kept)
                except OSError as error:
                    raise _cut_short(steps, number + 1, step.memory.kept, error) from None


def _staged(step: Step, cleanup: ExitStack) -> tuple[Staged | None, Staged | None]:
    """The file and what is remembered of it, beside their places."""

    def beside(path: Path, content: Iterable[bytes]) -> Staged:
        for folder in reversed([parent for parent in path.parents if not parent.exists()]):
            folder.mkdir()
            cleanup.callback(_remove_empty, folder)
        made = Staged(path, content)
        cleanup.callback(made.drop)
        return made

    memory = beside(step.memory.coming, step.memory.content) if step.memory else None
    if step.stays or step.after == b"":
        return None, memory
    return beside(step.path, [step.after] if isinstance(step.after, bytes) else step.after), memory


def _put(step: Step, file: Staged | None, memory: Staged | None) -> None:
    if step.memory and memory:
        if step.memory.is_due:
            step.memory.coming.replace(step.memory.kept)
        memory.put()
    try:
        if file:
            file.put()
        elif not step.stays:
            step.path.resolve().unlink()
            step.path.unlink(missing_ok=True)  # a link
    except OSError:
        if step.memory:
            step.memory.coming.unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _cut_short(steps: Sequence[Step], count: int, file: Path, error: OSError) -> LedgerError:
    """When so many of the steps were done."""
    if not count:
        return _unwritable(file, error)
    left = dict.fromkeys((file, *(step.path for step in steps[count:])))
    written = dict.fromkeys(step.path for step in steps[:count] if step.path not in left)
    reason = error.strerror or error
    return LedgerError("partly_written", file=file, reason=reason, written=list(written), left=list(left))


def _unwritable(path: Path, error: OSError | RuntimeError) -> LedgerError:
    return LedgerError("unwritable_inventory", file=path, reason=getattr(error, "strerror", None) or error)


def _refuse_edited(path: Path, before: bytes | None) -> None:
    """Raises LedgerError where a file does not hold what it did; None where there was none."""
    if (path.read_bytes() if path.is_file() else None) != before:
        raise LedgerError("edited_meanwhile", file=path)
