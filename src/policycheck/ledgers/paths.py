"""Fields inside fields, named with dots: `location.room`."""

from __future__ import annotations

from ..model import Fields
from .cells import ABSENT


def value_at(fields: Fields, path: str) -> object:
    """ABSENT where there is none; what stands in its way where that is not made of fields."""
    value: object = fields
    for name in path.split("."):
        if not isinstance(value, dict):
            return value
        value = value.get(name, ABSENT)
    return value


def same(one: object, other: object) -> bool:
    """Whether two values are written alike but for the order of fields: 1 is neither true nor 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def put(fields: Fields, path: str, value: object) -> Fields:
    """Others, with this value. ABSENT takes a field away, and what then holds nothing."""
    name, _, rest = path.partition(".")
    if rest:
        inner = fields.get(name)
        value = put(inner if isinstance(inner, dict) else {}, rest, value) or ABSENT
    if value is ABSENT:
        return {other: kept for other, kept in fields.items() if other != name}
    return fields | {name: value}
