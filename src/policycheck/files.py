"""Writing files so that a reader sees the old content or the new, never a part."""

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import PolicycheckError, UsageError


def refuse_overwriting(output: Path, inputs: Iterable[Path]) -> None:
    """Raises UsageError where a file that is there is one of those that are read."""
    for file in inputs:
        if file.is_file() and file.samefile(output):
            raise UsageError("output_is_input", file=output)


def replace_file(path: Path, content: Iterable[bytes]) -> None:
    """A new file is for whoever may read new ones; one that was there keeps its mode.

    Raises PolicycheckError where it cannot be written; what was there before is then still there.
    """
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            with path.open("wb") as file:
                file.writelines(content)
        else:
            _replace(path.resolve(), content)  # a link stays a link
    except (OSError, RuntimeError) as error:  # resolving links that lead in a circle raises either
        raise PolicycheckError("unwritable", file=path, reason=getattr(error, "strerror", None) or error) from None


def _replace(path: Path, content: Iterable[bytes]) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    if not mode & 0o222 or (path.exists() and not os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def for_the_owner_alone() -> Iterator[None]:
    """New files are for no other user to read."""
    mask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(mask)
