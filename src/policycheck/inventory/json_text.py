"""JSON and NDJSON. orjson gives the values; it takes the last of repeated keys in silence, so those are looked for."""

import math
import re
from typing import Any

import orjson

from ..model import FieldPath
from .text import MAX_DEPTH, Document, Flaw, decode, lines_from

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def parse(text: str) -> Document:
    """Raises Flaw for anything that is not one JSON value without repeated keys."""
    value = _loads(text, 1)
    if _is_suspicious(value, text.count(":"), text.count("[")):
        _positions(text)
    return Document(value, lines_from(lambda: _positions(text)))


def parse_line(line: bytes, number: int) -> Any:
    """The value of one line of NDJSON. Raises Flaw with the line's number."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _loads(decode(line, number), number)
    if _is_suspicious(value, line.count(b":"), line.count(b"[")):
        _positions(line.decode(), number)
    return value


def _loads(text: str, first_line: int) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        if "depth" in error.msg:
            raise Flaw("too_deep", line, limit=MAX_DEPTH) from None
        raise Flaw("broken_json", line, detail=f"column {error.colno}: {error.msg}") from None


def _is_suspicious(value: Any, colons: int, brackets: int) -> bool:
    """Whether a key may be repeated, or the nesting too deep. Every key has one colon, so as many keys as colons prove
    that none was lost; strings may hold more colons."""
    flat = type(value) is dict and len(value) == colons and not brackets
    return not flat and _count_keys(value) != colons


def _count_keys(value: Any, depth: int = 1) -> float:
    """Infinitely many where it nests too deeply."""
    if type(value) not in (dict, list):
        return 0
    if depth > MAX_DEPTH:
        return math.inf
    own, inner = (len(value), value.values()) if type(value) is dict else (0, value)
    return own + sum(_count_keys(part, depth + 1) for part in inner if type(part) in (dict, list))


def _positions(text: str, first_line: int = 1) -> dict[FieldPath, int]:
    """The line of every value in a valid JSON text. Raises Flaw at a repeated key, and where it nests too deeply."""
    positions: dict[FieldPath, int] = {}
    path: list[str | int] = []
    keys: list[dict[str, int] | None] = []
    line, done, key = first_line, 0, None
    for match in _TOKEN.finditer(text):
        token = match.group()
        line += text.count("\n", done, match.start())
        done = match.start()
        if token in "}]":
            keys.pop()
            path.pop()
        elif token == ",":
            if keys[-1] is None:
                path[-1] += 1  # type: ignore[operator]
            key = None
        elif token == ":":
            continue
        elif keys and keys[-1] is not None and key is None:
            key = orjson.loads(token)
            if first := keys[-1].get(key):
                raise Flaw("duplicate_key", line, key=key, first=first)
            keys[-1][key] = line
            path[-1] = key
        else:
            positions[tuple(path)] = line
            if token in "{[":
                if len(keys) == MAX_DEPTH:
                    raise Flaw("too_deep", line, limit=MAX_DEPTH)
                keys.append({} if token == "{" else None)
                path.append(0)
                key = None
    return positions
