"""An inventory file in NDJSON that was not there: written row by row, since there is nothing to merge it with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import chain

import orjson

from ..errors import PolicycheckError
from ..files import replace_file
from .imports import files_of
from .inventory_files import Now
from .output import Output


def write_anew(now: Now, output: Output) -> None:
    """As `imports.write`. Raises PolicycheckError where something cannot be written."""
    kept, coming = files_of(now.path)
    digest = hashlib.sha256()
    for block in _entries(output):
        digest.update(block)
    head = orjson.dumps({"sha256": digest.hexdigest(), "entries": output.rows}) + b"\n"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        replace_file(coming, chain([head], _memory(output)))
        replace_file(now.path, _entries(output))
        coming.replace(kept)
    except OSError as error:
        raise PolicycheckError("unwritable", file=kept.parent, reason=error.strerror or error) from None


def _entries(output: Output) -> Iterator[bytes]:
    """The lines of the inventory, in blocks."""
    for block in output.blocks():
        yield b"".join([b'{"kind":' + orjson.dumps(table.kind) + b"," + fields[1:] + b"\n" for table, fields in block])


def _memory(output: Output) -> Iterator[bytes]:
    for block in output.blocks():
        yield b"".join(
            [
                b'{"kind":%b,"table":%b,"fields":%b}\n' % (orjson.dumps(table.kind), orjson.dumps(table.name), fields)
                for table, fields in block
            ]
        )
