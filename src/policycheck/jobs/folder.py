"""Where what the parts left lies when it is too much for the memory, or for several processes."""

import shutil
import tempfile
from pathlib import Path

from ..spool import no_room


class Folder:
    """A temporary folder with a file for each part, for no other user to read."""

    def __init__(self) -> None:
        try:
            self._path = Path(tempfile.mkdtemp(prefix="policycheck-"))
        except OSError as error:
            raise no_room(error) from None

    def write(self, number: int, content: bytes) -> None:
        try:
            (self._path / str(number)).write_bytes(content)
        except OSError as error:
            raise no_room(error, str(self._path)) from None

    def read(self, number: int) -> bytes:
        try:
            return (self._path / str(number)).read_bytes()
        except OSError as error:
            raise no_room(error, str(self._path)) from None

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
