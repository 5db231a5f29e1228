"""Where things stand in a YAML text, and what is wrong with one: by PyYAML's events, which build no objects and so are
safe on any input. Needed only where something is to be reported, and imported only then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from ..model import FieldPath
from .text import MAX_DEPTH, Flaw

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def explain(text: str, message: str) -> Flaw:
    """Why ryaml refused the text, by what it said."""
    if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        return Flaw("control_character", line, code=f"U+{ord(control[0]):04X}")
    try:
        positions_of(text)
    except Flaw as flaw:
        return flaw
    if "repetition limit" in message or "recursion limit" in message:
        return Flaw("alias_bomb", _line_of(yaml.AliasEvent, text, 1))
    if "more than one document" in message:
        return Flaw("several_documents", _line_of(yaml.DocumentStartEvent, text, 2))
    place = re.search(r"at line (\d+)", message)
    return Flaw("broken_yaml", int(place[1]) if place else None, detail=message)


def _line_of(kind: type[yaml.Event], text: str, number: int) -> int | None:
    """The line of the first, second … event of a kind."""
    lines = [line for event, line in _events(text) if isinstance(event, kind)]
    return lines[number - 1] if len(lines) >= number else None


@dataclass(slots=True)
class _Collection:
    """A mapping or sequence that is being read, and the key or position whose value comes next."""

    path: FieldPath
    next: str | int | None
    keys: dict[str, int] = field(default_factory=dict)


def positions_of(text: str) -> dict[FieldPath, int]:
    """The line of every value; of a mapping's value, the line of its key. Raises Flaw at the first thing that an
    inventory must not hold: a tag, a repeated or odd key, too deep nesting, broken syntax."""
    positions: dict[FieldPath, int] = {}
    anchors: dict[str, int] = {}
    stack: list[_Collection] = []
    for event, line in _events(text):
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        if (tag := getattr(event, "tag", None)) is not None:
            raise Flaw("tag", line, tag=tag.replace("tag:yaml.org,2002:", "!!"))
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            if first := anchors.get(event.anchor):
                raise Flaw("repeated_anchor", line, anchor=event.anchor, first=first)
            anchors[event.anchor] = line
        path: FieldPath = ()
        if stack:
            top = stack[-1]
            if top.next is None:
                top.next = _key(event, line, top.keys)
                positions[*top.path, top.next] = line
                continue
            path = (*top.path, top.next)
            top.next = None if isinstance(top.next, str) else top.next + 1
        positions.setdefault(path, line)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) == MAX_DEPTH:
                raise Flaw("too_deep", line, limit=MAX_DEPTH)
            stack.append(_Collection(path, next=None if isinstance(event, yaml.MappingStartEvent) else 0))
    return positions


def _key(event: yaml.NodeEvent, line: int, seen: dict[str, int]) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise Flaw("non_string_key", line, key="*" if isinstance(event, yaml.AliasEvent) else "[…]")
    key: str = event.value
    if first := seen.get(key):
        raise Flaw("duplicate_key", line, key=key, first=first)
    seen[key] = line
    return key


def _events(text: str) -> Iterator[tuple[yaml.Event, int]]:
    """PyYAML's events, each with its line."""
    try:
        for event in yaml.parse(text, Loader=_Loader):
            yield event, event.start_mark.line + 1 if event.start_mark else 0
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Flaw("broken_yaml", mark.line + 1 if mark else None, detail=error.problem or str(error)) from None
    except yaml.YAMLError as error:
        raise Flaw("broken_yaml", None, detail=str(error)) from None
