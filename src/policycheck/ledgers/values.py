"""What cells say, as values of the schemas: each read for sure, or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from .cells import ABSENT, Odd, Raw, Unread
from .dates import PLAIN, DayOptions, read_day
from .flaws import CHANGED, MONTH, flaw_of, unread
from .words import UNSEEN, fold, known_words, meanings_of, shown, stands_for_digit

Reader: TypeAlias = Callable[[Raw], object]

SEPARATORS = "、,，;；\n\r"
"""What parts the entries of a list, if nothing else is said."""

_OUTER = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\ufeff"
_DASH = re.compile("[‐‒–—―−⁃﹘]|(?<=[0-9A-Za-z])ー(?=[0-9A-Za-z])")
_PLAIN = re.compile(f"(?=.{{2,200}}\\Z)(?!{MONTH}-)[A-Za-z]+(?:[-_.][0-9A-Za-z]+)*[-_.]?[0-9]+")
"""Most ids and names of accounts, of which nothing is to be changed: no word that means something ends with a digit."""
_COUNT = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.0+)?[人名]?")
_LARGEST = 10**15
"""A spreadsheet does not keep all digits of larger numbers."""
_REMEMBERED = 1 << 12


class Options(NamedTuple):
    """What a mapping says about a column.

    `values` is what words mean, before all that is known here; a value can be None, for null, or ABSENT. `empty` are the
    texts that mean an empty cell. `split` holds the characters that part the entries of a list.
    """

    values: Mapping[str, object] = {}
    empty: Collection[str] = ()
    days: DayOptions = PLAIN
    split: str | None = None


NONE = Options()


class Memo(dict[str, object]):
    """Texts and what they were read as, so that one is read once. `column` reads anything."""

    def __init__(self, read: Reader) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> object:
        value = self._read(text)
        if not isinstance(value, list):  # lists are of their entries alone
            if len(self) == _REMEMBERED:
                self.clear()
            self[text] = value
        return value

    def column(self, raws: Sequence[Raw]) -> list[object]:
        """The values of cells. Only texts are remembered: True, 1 and 1.0 are one key."""
        if {*map(type, raws)} == {str}:
            return list(map(self.__getitem__, raws))  # type: ignore[arg-type]
        return [self[raw] if type(raw) is str else self._read(raw) for raw in raws]


def reader(node: Mapping[str, Any], schemas: Mapping[str, Any], options: Options = NONE) -> Reader:
    """The function that reads a cell as what a node of a schema describes: as a value that the node allows, as ABSENT, or
    as Unread. It depends on nothing but the cell.

    Raises ValueError with a word of `options.values` that the node does not allow, or that has two meanings; and
    TypeError for a node that describes an object, or a list of objects: their fields have nodes of their own.
    """
    whole = _resolved(node, schemas)
    meant, items = options.values, None
    if "items" in whole:
        others = {written: value for written, value in meant.items() if not isinstance(value, list)}
        items = reader(whole["items"], schemas, options._replace(values=others))
        meant = {written: value for written, value in meant.items() if isinstance(value, list) or value is ABSENT}
    convert, is_valid = _reading(whole, options, items), _validator(whole)
    table: dict[str, object] = {}
    for written, value in meant.items():
        known = table.setdefault(fold(shown(written)), value)
        if (value is not ABSENT and not is_valid(value)) or (type(known), known) != (type(value), value):
            raise ValueError(written)
    empty = frozenset(fold(shown(word)) for word in options.empty)

    is_text = "pattern" in whole and "format" not in whole
    may_be_plain = is_text and not (table or empty)

    def read(raw: Raw) -> object:
        if may_be_plain and type(raw) is str and _PLAIN.fullmatch(raw):
            return raw
        if isinstance(raw, Odd):
            return Unread(raw.key, {"value": raw.shown})
        word = fold(shown(raw))
        if word in table:
            value = table[word]
            return list(value) if isinstance(value, list) else value
        if not word or word in empty:
            return ABSENT
        if isinstance(raw, str) and (flaw := flaw_of(raw, word)):
            return flaw
        value = convert(raw, word)
        usable = value is ABSENT or isinstance(value, Unread) or is_valid(value)
        return value if usable else unread("malformed_value", raw)

    return read


def meant_by(value: object, node: Mapping[str, Any], schemas: Mapping[str, Any]) -> object:
    """The code that a mapping means by a value: a word for a code is as good as the code itself."""
    whole = _resolved(node, schemas)
    if isinstance(value, list):
        return [meant_by(one, whole.get("items", {}), schemas) for one in value]
    whole = whole.get("items", whole)
    if not isinstance(value, str) or not ("enum" in whole or "boolean" in whole.get("type", ())):
        return value
    read = reader(whole, schemas)(value)
    return value if read is ABSENT or isinstance(read, Unread) else read


def codes_of(node: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """The values that a node names one by one, each with a word for it; none if it does not name them."""
    whole = _resolved(node, schemas)
    whole = whole.get("items", whole)
    if "boolean" in whole.get("type", ()):
        return ["true（○）", "false（×）"]
    codes = [code for code in whole.get("enum", ()) if code is not None]
    _, words = meanings_of(tuple(codes))
    return [code if code == word else f"{code}（{word}）" for code, word in zip(codes, words, strict=True)]


def _resolved(node: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The node with what it refers to in its place. `id` tells which of them are ids."""
    if "$ref" in node:
        file, _, defined = node["$ref"].partition("#/$defs/")
        whole = schemas[file.removesuffix(".schema.json") or "common"]
        return _resolved(whole["$defs"][defined], schemas) | {"$comment": defined}
    return {**node, "items": _resolved(node["items"], schemas)} if "items" in node else dict(node)


def _validator(node: dict[str, Any]) -> Callable[[object], bool]:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(node, validate_formats=True)

    def is_valid(value: object) -> bool:
        try:
            return bool(validator.is_valid(value))
        except ValueError:  # what JSON cannot hold
            return False

    return is_valid


def _reading(node: Mapping[str, Any], options: Options, items: Reader | None) -> Callable[[Raw, str], object]:
    types = node.get("type", ())
    nullable = "null" in types
    if "object" in types:
        raise TypeError
    if items:
        separators = re.compile(f"[{re.escape(options.split or SEPARATORS)}]")
        return partial(_list, items, separators, known_words().none)
    if "enum" in node:
        meanings, known = meanings_of(tuple(node["enum"]))
        return partial(_meant, meanings, known)
    if "boolean" in types:
        return _yes_no
    if "integer" in types:
        return _count
    if node.get("format") == "date":
        return partial(_day, options.days, nullable)
    if node.get("$comment") == "id":
        return partial(_text, identifier, nullable)
    return partial(_text, _line, nullable) if "pattern" in node else _note


def _yes_no(raw: Raw, word: str) -> object:
    meaning = None if stands_for_digit(shown(raw)) else known_words().yes_no.get(word)
    return unread("yes_no_unclear", raw) if meaning is None else meaning


def _meant(meanings: Mapping[str, str | None], known: list[str], raw: Raw, word: str) -> object:
    text, word = shown(raw), word.strip("「」『』")
    if word not in meanings or stands_for_digit(text):
        return Unread("word_unknown", {"value": text, "known": known})
    return meanings[word]


def _count(raw: Raw, word: str) -> object:
    found = None if stands_for_digit(shown(raw)) else _COUNT.fullmatch(word)
    return int(found[1].replace(",", "")) if found else unread("number_unread", raw)


def _day(options: DayOptions, nullable: bool, raw: Raw, word: str) -> object:
    if nullable and (word in known_words().none or word in known_words().no_record):
        return None
    return unread("no_value_unclear", raw) if word in known_words().unclear else read_day(raw, options)


def _list(
    items: Callable[[Any], object], separators: re.Pattern[str], none: frozenset[str], raw: Raw, word: str
) -> object:
    entries = separators.split(raw) if isinstance(raw, str) else raw if isinstance(raw, list) else [raw]
    if entries == [] or word in none:
        return []
    values = [value for value in map(items, entries) if value is not ABSENT]
    return next((value for value in values if isinstance(value, Unread)), values or unread("malformed_value", raw))


def _text(change: Callable[[str], str | Unread], nullable: bool, raw: Raw, word: str) -> object:
    text = _written(raw)
    if isinstance(text, Unread):
        return text
    if word in known_words().none:
        return None if nullable else unread("no_value_unclear", raw)
    return unread("no_value_unclear", raw) if word in known_words().unclear else change(text)


def _written(raw: Raw) -> str | Unread:
    """A cell as a text, if it is one, or a whole number."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, (list, dict)):
        return unread("malformed_value", raw)
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and raw % 1 == 0 and abs(raw) < _LARGEST:
        return shown(raw)
    return unread("number_no_text" if isinstance(raw, (int, float)) else "cell_no_text", raw)


def identifier(text: str) -> str | Unread:
    plain = text if text.isascii() else _DASH.sub("-", unicodedata.normalize("NFKC", UNSEEN.sub("", text)))
    return unread("cell_no_text", text) if CHANGED.fullmatch(plain) else " ".join(plain.split())


def _line(text: str) -> str:
    return " ".join(filter(None, (line.strip(_OUTER) for line in text.splitlines())))


def _note(raw: Raw, _: str) -> str | Unread:
    text = _written(raw)
    return text if isinstance(text, Unread) else text.strip(_OUTER).replace("\r\n", "\n").replace("\r", "\n")
