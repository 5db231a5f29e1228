"""What can be wrong with a package."""

from collections.abc import Mapping
from typing import NamedTuple


class Fault(NamedTuple):
    """Why a package is not believed. `key` names the message (`evidence.<key>`) in the texts; `facts` fill it."""

    key: str
    facts: Mapping[str, object] = {}


class FaultyError(Exception):
    """A package, or a part of it, that cannot be used at all."""

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key, facts)
        self.fault = Fault(key, facts)
