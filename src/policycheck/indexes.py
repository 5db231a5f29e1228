"""What a control must know of other resources. Built in one pass over the inventory, so that chunks of it can then be
judged apart."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from .model import Control, Fields, Resource


class Indexes:
    """The indexes that the controls declare in their METADATA."""

    def __init__(self, controls: Iterable[Control], resources: Sequence[Resource]) -> None:
        self._groups: dict[tuple[str, str], dict[tuple[str, ...], list[str]]] = {}
        self._lookups: dict[tuple[str, str], dict[str, Fields]] = {}
        self._controls = {control.id: control for control in controls if control.index}
        for control in self._controls.values():
            for name, index in control.index.items():
                if "group" in index:
                    self._groups[control.id, name] = _group(control.kind, index, resources)
                else:
                    self._lookups[control.id, name] = _lookup(index, resources)

    def extract(self, control: Control, chunk: Sequence[Fields]) -> dict[str, dict[str, Any]]:
        """What the indexes of the control say of the resources in the chunk."""
        extracts: dict[str, dict[str, Any]] = {}
        for name, index in control.index.items():
            if "group" in index:
                groups = self._groups[control.id, name]
                extracts[name] = {
                    fields["id"]: [other for other in group if other != fields["id"]]
                    for fields in chunk
                    if len(group := groups.get(_key(fields, index), ())) > 1 and fields["id"] in group
                }
            else:
                known = self._lookups[control.id, name]
                named = {fields.get(index["lookup"]) for fields in chunk}
                extracts[name] = {key: known[key] for key in named if key in known}
        return extracts


def _group(kind: str, index: Any, resources: Sequence[Resource]) -> dict[tuple[str, ...], list[str]]:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for resource in resources:
        if resource.kind == kind and all(resource.fields.get(name) == value for name, value in index["where"].items()):
            groups[_key(resource.fields, index)].append(resource.id)
    return {key: group for key, group in groups.items() if len(group) > 1}


def _key(fields: Fields, index: Any) -> tuple[str, ...]:
    """Names that people take for the same are the same: full and half width, upper and lower case."""
    return tuple(unicodedata.normalize("NFKC", fields.get(name, "")).casefold().strip() for name in index["group"])


def _lookup(index: Any, resources: Sequence[Resource]) -> dict[str, Fields]:
    return {
        resource.id: {name: resource.fields[name] for name in index["fields"] if name in resource.fields}
        for resource in resources
        if resource.kind == index["lookup"]
    }
