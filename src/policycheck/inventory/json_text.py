"""JSON and NDJSON. orjson gives the values; it takes the last of repeated keys in silence, so those are looked for."""

import re
from typing import Any

import orjson

from ..model import FieldPath
from .text import MAX_DEPTH, Document, Flaw, decode, lines_from

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def parse(text: str) -> Document:
    """Raises Flaw for anything that is not one JSON value without repeated keys."""
    value = _loads(text, 1)
    if _may_repeat_keys(text.count(":"), value):
        _positions(text)
    return Document(value, lines_from(lambda: _positions(text)))


def parse_line(line: bytes, number: int) -> Any:
    """The value of one line of NDJSON. Raises Flaw with the line's number."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _loads(decode(line, number), number)
    if _may_repeat_keys(line.count(b":"), value):
        _positions(line.decode(), number)
    return value


def _loads(text: str, first_line: int) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        if "depth" in error.msg:
            raise Flaw("too_deep", line, limit=MAX_DEPTH) from None
        raise Flaw("broken_json", line, detail=f"{error.msg} (column {error.colno})") from None


def _may_repeat_keys(colons: int, value: Any) -> bool:
    """Every key has one colon, so as many keys as colons prove that none was lost. Strings may hold more colons."""
    return not (type(value) is dict and len(value) == colons) and _count_keys(value) != colons


def _count_keys(value: Any, depth: int = 0) -> int:
    if depth > MAX_DEPTH:
        raise Flaw("too_deep", None, limit=MAX_DEPTH)
    if type(value) is dict:
        return len(value) + sum(
            _count_keys(inner, depth + 1) for inner in value.values() if type(inner) in (dict, list)
        )
    if type(value) is list:
        return sum(_count_keys(inner, depth + 1) for inner in value)
    return 0


def _positions(text: str, first_line: int = 1) -> dict[FieldPath, int]:
    """The line of every value in a valid JSON text. Raises Flaw at a repeated key."""
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
                keys.append({} if token == "{" else None)
                path.append(0)
                key = None
    return positions
