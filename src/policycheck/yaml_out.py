"""Values as YAML: block style for entries, flow style for what is nested in them, and quotes wherever a text could be taken
for something else. Made for many: a hundred thousand entries take seconds."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import ryaml
import yaml

from .model import Fields

_SIGN = r"\w×\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3001-\u30ff\uff01-\uffee"
_SAFE = re.compile(rf"[{_SIGN}](?:[{_SIGN}./@+:-]| (?=[{_SIGN}]))*")
"""What means nothing in YAML, in block and in flow style."""
_OLD_WORDS = frozenset(("y", "n", "yes", "no", "on", "off"))
"""Texts in YAML 1.2, and true or false for readers of YAML 1.1."""
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?")
"""Numbers in YAML 1.2, whatever zeros they begin with."""
_RESOLVER: Any = yaml.resolver.Resolver()
_ODD = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def flow(value: object) -> str:
    """The value on one line, in a form that can stand anywhere."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return json.dumps(value)


def items(entries: Sequence[Fields | str], indent: str, line_end: str = "\n") -> str:
    """A list of entries in block style, ended by a line end. Some may be written already, without their indent."""
    between = f"{line_end}{indent}  "
    return "".join(
        "".join(f"{indent if line else ''}{line}{line_end}" for line in fields.split("\n"))
        if isinstance(fields, str)
        else f"{indent}- " + between.join(f"{flow(key)}: {flow(value)}" for key, value in fields.items()) + line_end
        for fields in entries
    )


def document(comment: str, department: str | None, sections: Mapping[str, Sequence[Fields | str]]) -> str:
    """A whole file: the comment, what belongs to all entries, and the entries by the plurals of their kinds."""
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    head += f"department: {flow(department)}\n" if department is not None else ""
    return head + "".join(f"\n{plural}:\n{items(entries, '  ')}" for plural, entries in sections.items())


@lru_cache(maxsize=1 << 12)
def _text(text: str) -> str:
    if _SAFE.fullmatch(text) and text.lower() not in _OLD_WORDS and not _NUMBER.fullmatch(text) and _is_plain(text):
        try:
            if ryaml.loads(text) == text:
                return text
        except (ryaml.InvalidYamlError, ValueError):
            pass
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _is_plain(text: str) -> bool:
    """Whether readers of YAML 1.1 take it for a text, or for a day."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    if tag != "tag:yaml.org,2002:timestamp":
        return bool(tag == "tag:yaml.org,2002:str")
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
