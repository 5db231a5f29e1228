"""By what entries are known: everything that can make a difference to them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

from .. import __version__

_HERE = Path(__file__).parents[1]


@cache
def program() -> tuple[Any, ...]:
    """What says which program it is, with its policies and everything that it runs on: where it is installed from a
    checkout, each edit makes another one of it."""
    code: list[tuple[str, int, int]] = []
    for folder, inner, _ in os.walk(_HERE):
        inner[:] = sorted(set(inner) - {"__pycache__"})
        files = ((path, status) for path, status in _listed(folder) if S_ISREG(status.st_mode))
        code += ((path, status.st_size, status.st_mtime_ns) for path, status in files)
    packages = {Path(path).name for folder in sys.path for path, _ in _listed(folder, ".dist-info")}
    return __version__, sys.version, sys.byteorder, sys.maxsize, sorted(code), packages


def _listed(folder: str, end: str = "") -> Iterator[tuple[str, os.stat_result]]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(end):
                with suppress(OSError):  # a link that leads nowhere
                    yield entry.path, entry.stat()


def key_of(*values: Any) -> str:
    return hashlib.sha256(_text(values).encode()).hexdigest()


def _text(value: Any) -> str:
    """A text that is another one for any other value. Of a set the order does not matter."""
    if value is None or type(value) in (str, bytes, int, bool):
        return repr(value)
    if isinstance(value, Enum):
        return _text(value.value)
    if isinstance(value, tuple | list):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_text(key)}:{_text(own)}' for key, own in value.items())}}}"
    if isinstance(value, AbstractSet):
        return f"<{','.join(sorted(map(_text, value)))}>"
    if is_dataclass(value):
        return _text([(field.name, getattr(value, field.name)) for field in fields(value)])
    raise TypeError(type(value).__name__)
