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
            staged = Staged(path, content)
            try:
                staged.put()
            finally:
                staged.drop()
    except (OSError, RuntimeError) as error:  # resolving links that lead in a circle raises either
        raise PolicycheckError("unwritable", file=path, reason=getattr(error, "strerror", None) or error) from None


class Staged:
    """The new content of a file, beside it under another name until it is put into its place. A link stays a link.

    Raises OSError where the file is not to be written.
    """

    def __init__(self, path: Path, content: Iterable[bytes]) -> None:
        check_writable(path)
        self._path = path.resolve()
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        self._beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(content)
                file.flush()
                os.fsync(file.fileno())
            self._beside.chmod(mode)
        except BaseException:
            self.drop()
            raise

    def put(self) -> None:
        self._beside.replace(self._path)

    def drop(self) -> None:
        """Forgets the content, unless it was put into its place."""
        self._beside.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raises OSError where a file is not to be written, or none in the folder that it would be in."""
    path = path.resolve()
    if path.exists() and (not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    check_folder(next(parent for parent in path.parents if parent.exists()))


def check_folder(folder: Path) -> None:
    """Raises OSError where nothing is to be put into a folder, or taken out of it."""
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


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
