"""Which items of a list are those of another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from ..yaml_out import flow
from .paths import same


def opcodes(current: Sequence[Any], target: Sequence[Any]) -> Sequence[tuple[str, int, int, int, int]]:
    """What is to be done with the items, as `SequenceMatcher` tells it."""
    names = (_names_of(current, target), _names_of(target, target))
    return SequenceMatcher(None, *names, autojunk=False).get_opcodes()


def moved(current: Sequence[Any], target: Sequence[Any]) -> dict[int, int]:
    """Where those of the target stand now, if they do; empty where none goes past another."""
    found: dict[int, int] = {}
    for how, first, _, begin, end in opcodes(current, target):
        if how == "equal":
            found |= {place: first + place - begin for place in range(begin, end)}
    left: dict[str, list[int]] = defaultdict(list)
    used = {*found.values()}
    for place, name in enumerate(_names_of(current, target)):
        if place not in used:
            left[name].append(place)
    names = [(place, name) for place, name in enumerate(_names_of(target, target)) if place not in found]
    kept = len(found)
    for is_whole in (True, False):
        for place, name in names:
            alike = (one for one in left[name] if not is_whole or same(current[one], target[place]))
            if place not in found and (one := next(alike, None)) is not None:
                found[place] = one
                left[name].remove(one)
    return found if len(found) > kept else {}


def _names_of(entries: Sequence[object], like: Sequence[object]) -> list[str]:
    """What tells the items of a list apart: themselves, or the first field that such items have."""
    first = next((next(iter(one), None) for one in like if isinstance(one, dict)), None)
    return [flow(one.get(first) if isinstance(one, dict) else one) for one in entries]
