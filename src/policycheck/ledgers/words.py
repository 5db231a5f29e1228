"""The words of ledgers, what they mean, and how they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ryaml

from .cells import Raw

UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff]")
"""Characters that nobody sees."""


def fold(text: str) -> str:
    """A text whatever its width, its case and the white space in it: how titles and words are compared."""
    if text.isascii():
        return "".join(text.lower().split())
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(plain.split()))


def shown(raw: Raw) -> str:
    """What a cell holds, as its spreadsheet shows it: whole numbers have no fraction, an empty cell shows nothing."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)


def stands_for_digit(text: str) -> bool:
    """Whether it has characters such as ① or ², which are more than another way to write a digit."""
    return not text.isascii() and any(
        character.isnumeric() and not character.isdecimal() and unicodedata.normalize("NFKC", character) != character
        for character in text
    )


class Words(NamedTuple):
    """The words that are known, folded, and what they say."""

    yes_no: Mapping[str, bool]
    none: frozenset[str]
    no_record: frozenset[str]
    not_said: frozenset[str]
    unclear: frozenset[str]
    ditto: frozenset[str]
    enums: Mapping[frozenset[str], Mapping[str, list[str]]]


@cache
def known_words() -> Words:
    data = ryaml.loads((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    sets = {name: frozenset(map(fold, data[name])) for name in ("none", "no_record", "not_said", "unclear", "ditto")}
    yes_no = {fold(word): meaning for name, meaning in (("yes", True), ("no", False)) for word in data[name]}
    return Words(yes_no=yes_no, enums={frozenset(words): words for words in data["enums"]}, **sets)


@cache
def meanings_of(values: tuple[str | None, ...]) -> tuple[Mapping[str, str | None], list[str]]:
    """What words mean as values of an enum, and one word for each of the values."""
    given = [value for value in values if value is not None]
    words = known_words().enums.get(frozenset(given), {})
    meanings: dict[str, str | None] = {fold(word): value for value in given for word in (value, *words.get(value, ()))}
    if None in values:
        meanings |= dict.fromkeys(known_words().not_said)
    return meanings, [next(iter(words.get(value, ())), value) for value in given]
