"""Writing files so that a reader sees the old content or the new, never a part."""

import os
import tempfile
from pathlib import Path

from .errors import PolicycheckError


def replace_file(path: Path, content: bytes) -> None:
    """Raises PolicycheckError where it cannot be written; what was there before is then still there."""
    if path.exists() and not path.is_file():  # a device or a pipe
        path.write_bytes(content)
        return
    path = path.resolve()  # a link stays a link
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise PolicycheckError("unwritable", file=path, reason=error.strerror) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise PolicycheckError("unwritable", file=path, reason=error.strerror) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
