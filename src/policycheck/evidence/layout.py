"""Writes a document anew, so that nothing is left of it but its values, and each stands on the line where it stood."""

import re
from typing import Any

import orjson

from ..inventory.text import Document, as_json
from ..model import FieldPath

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON holds as it is, and YAML only escaped."""


def laid_out(document: Document, made: Any) -> bytes:
    """JSON, which YAML is too. In the place of each value of the document stands what was made of it."""
    pieces: list[str] = []
    line = 1

    def begin(path: FieldPath, place: int = 0) -> None:
        """Goes to the line of the so-many-th part of something."""
        nonlocal line
        wanted = max(line, document.lines(path) or 1)
        pieces.append(("," if place else "") + ("\n" * (wanted - line) or (" " if place else "")))
        line = wanted

    def write(path: FieldPath, given: Any, new: Any) -> None:
        match given:
            case dict():
                pieces.append("{")
                for place, (key, name) in enumerate(zip(given, new, strict=True)):
                    inside = (*path, key if isinstance(key, str) else as_json(key))
                    begin(inside, place)
                    pieces.append(f"{orjson.dumps(name).decode()}: ")
                    write(inside, given[key], new[name])
                pieces.append("}")
            case list():
                pieces.append("[")
                for place, (inner, other) in enumerate(zip(given, new, strict=True)):
                    begin((*path, place), place)
                    write((*path, place), inner, other)
                pieces.append("]")
            case _:
                pieces.append(orjson.dumps(new).decode())

    if document.value is None and not document.lines(()):
        return b""
    begin(())
    write((), document.value, made)
    text = "".join(pieces) + "\n"
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
