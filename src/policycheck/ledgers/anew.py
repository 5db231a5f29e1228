"""An inventory file in NDJSON that was not there: written row by row, since there is nothing to merge it with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import orjson

from .inventory_files import Now
from .memory import step_of
from .output import Output
from .steps import Step


def step_anew(now: Now, output: Output) -> Step:
    """How it is written, and what was imported into it is remembered."""
    digest = hashlib.sha256()
    for block in _entries(output):
        digest.update(block)
    return step_of(now, _entries(output), digest.hexdigest(), output.rows, _memory(output))


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
