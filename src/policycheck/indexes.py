"""What a control must know of other resources. Built in one pass over the inventory, so that chunks of it can then be
judged apart."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from .model import Control, Fields, Resource

SHOWN = 5
"""How many of the others a group names: enough to find them, and a group of any size stays small."""


class Indexes:
    """The indexes that the controls declare in their METADATA."""

    def __init__(self, controls: Iterable[Control], resources: Sequence[Resource]) -> None:
        self._built: dict[tuple[str, str], Mapping[str, Any]] = {
            (control.id, name): _group(control.kind, index, resources)
            if "group" in index
            else _lookup(index, resources)
            for control in controls
            for name, index in control.index.items()
        }

    def extract(self, control: Control, chunk: Sequence[Fields]) -> dict[str, dict[str, Any]]:
        """What the indexes of the control say of the resources in the chunk."""
        extracts: dict[str, dict[str, Any]] = {}
        for name, index in control.index.items():
            built = self._built[control.id, name]
            named = index.get("lookup", "id")
            keys = {fields[named] for fields in chunk if named in fields} if built else set()
            extracts[name] = {key: built[key] for key in sorted(keys & built.keys())}
        return extracts


def _group(kind: str, index: Mapping[str, Any], resources: Sequence[Resource]) -> dict[str, Any]:
    """By id, the others of the same group; ids that are alone in theirs are left out."""
    names, where = index["group"], index["where"].items()
    groups: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    for resource in resources:
        if resource.kind == kind and where <= resource.fields.items():
            groups[tuple([_fold(resource.fields.get(name)) for name in names])].append(resource.id)
    return {
        member: {
            "count": len(group) - 1,
            "others": [other for other in group[: SHOWN + 1] if other != member][:SHOWN],
        }
        for group in groups.values()
        if len(group) > 1
        for member in group
    }


@lru_cache(maxsize=1 << 14)
def _fold(text: str | None) -> str | None:
    """Names that people take for the same are the same: full and half width, upper and lower case. None is no name."""
    if text is None:
        return None
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold().strip()


def _lookup(index: Mapping[str, Any], resources: Sequence[Resource]) -> dict[str, Fields]:
    return {
        resource.id: {name: resource.fields[name] for name in index["fields"] if name in resource.fields}
        for resource in resources
        if resource.kind == index["lookup"]
    }
