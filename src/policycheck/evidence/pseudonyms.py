"""What stands for a text that may tell of a person: a keyed pseudonym, the same one for the same text."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from ..indexes import fold

Rule: TypeAlias = Callable[[Any], Any]
"""What becomes of a value. It keeps its type, and of an object or list the number and the order of what is in it."""

_MARK = "\ufeff"
"""Is white space by JSON Schema, and not by Python."""


class Pseudonyms:
    """Those of one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    def _of(self, kind: str, text: str, *, most: int = 0, folded: bool = False) -> str:
        """What a text of a kind is called. `folded` says that texts count as the same when people take them for the
        same. What makes a text invalid stays: white space at its ends, line breaks, more than `most` characters."""
        if not text.strip():
            return text
        name = f"{kind}-{self._code(kind, fold(text) if folded else text)}"
        if most and len(text) > most:
            name = name.ljust(most + 1, "-")
        if "\n" in text.strip():
            name = f"{name}\n{name}"
        first, last = (edge if edge.isspace() or edge == _MARK else "" for edge in (text[0], text[-1]))
        return f"{first}{name}{last}"

    def _code(self, kind: str, text: str) -> str:
        """60 bits: among a million texts that two have the same is less likely than one in a million."""
        return base64.b32encode(self._digest(kind, text)[:10])[:12].decode().lower()

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{text}".encode(errors="surrogatepass"), "sha256")

    def sha256(self, text: str) -> str:
        """In place of the digest of a file that holds names: against that one, names could be tried."""
        return self._digest("sha256", text).hex()

    def file(self, path: str) -> str:
        return self._code("file", path)

    def field(self, key: Any, place: int) -> Any:
        """The name of a field that no schema knows, by its place in the object where it is a number: below 0, for true is
        1, and false 0."""
        if type(key) is str:
            return self.of("field", key)
        return key if key is None or type(key) is bool else -1 - place

    def anything(self, value: Any) -> Any:
        """The rule for a value of which nothing is known, and for one that is not of the type that it should be."""
        match value:
            case dict():
                parts = enumerate(value.items())
                return {self.field(key, place): self.anything(inner) for place, (key, inner) in parts}
            case list():
                return [self.anything(inner) for inner in value]
            case str():
                return self.of("text", value)
            case bool() | None:
                return value
        return type(value)(0)

    def text(self, rule: Callable[[str], str]) -> Rule:
        """The rule where a text is due."""
        return lambda value: rule(value) if type(value) is str else self.anything(value)

    def each(self, rule: Rule) -> Rule:
        """The rule where a list is due."""
        return lambda value: [rule(inner) for inner in value] if type(value) is list else self.anything(value)

    def one_of(self, listed: frozenset[Any]) -> Rule:
        """The rule where one of some values is due."""
        return self.text(lambda text: text if text in listed else self.of("text", text))
