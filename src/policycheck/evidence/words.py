"""Texts that tell nothing of a person."""

import datetime
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ..model import Standard


def words_of(standard: Standard) -> frozenset[str]:
    """What the standard is called, its clauses and their controls, and the words of its vocabularies."""
    uses = [use for clause in standard.clauses for use in clause.uses]
    values = [value for use in uses for value in (list(use.parameters), *use.parameters.values())]
    names = [standard.id, *(clause.id for clause in standard.clauses), *(use.control for use in uses)]
    names += [standard.period, *(value for value in values if isinstance(value, str))]
    return frozenset(names).union(*(value for value in values if isinstance(value, list)))


def words_in(node: object) -> Iterator[str]:
    """The names of fields in a schema, and the values that it lists."""
    if isinstance(node, Mapping):
        for key, inner in node.items():
            if key == "properties":
                yield from inner
            elif key in ("enum", "const"):
                yield from filter(lambda value: isinstance(value, str), inner if key == "enum" else [inner])
                continue
            yield from words_in(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from words_in(inner)


@lru_cache(maxsize=1 << 14)
def is_date(text: str) -> bool:
    """Whether it is a date by the schemas."""
    try:
        return bool(re.fullmatch("[12][0-9]{3}-[0-9]{2}-[0-9]{2}", text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False
