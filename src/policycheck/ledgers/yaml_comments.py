"""The entries of a file of the inventory with the comments that belong to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..model import FieldPath, Fields
from .paths import same
from .yaml_edit import Section, edit
from .yaml_tree import Node, NotEditableError, Tree


class Comment(NamedTuple):
    """What it says, and in which line. One that is `inside` goes when the entry is taken away."""

    line: int
    text: str
    inside: bool


class Commented:
    """A YAML text, and what it says. Raises NotEditableError where it cannot be read."""

    def __init__(self, text: str, value: Mapping[str, Any]) -> None:
        self._text, self._value, self._tree = text, value, Tree(text)
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def all(self) -> Counter[str]:
        return Counter(comment for _, comment in self._tree.comments_at(0, len(self._text)))

    def comments(self, path: FieldPath) -> Iterator[Comment]:
        """Those in an entry and beside it, and those on the lines directly above it. In brackets, all of them stay."""
        listed, entry = self._found(path)
        first, end = self._tree.beside(entry) if listed.in_flow else self._tree.block(listed, entry)
        begin = entry.start - self._tree.column(entry.start)
        for place, comment in self._tree.comments_at(first, end):
            yield Comment(bisect_left(self._ends, place) + 1, comment, not listed.in_flow and place >= begin)

    def lines(self, path: FieldPath, fields: Fields) -> str | None:
        """An entry in block style with its comments, without its indent, where it is to say this; None where that cannot be
        done. Whoever writes it reads the result and looks whether it says what it should."""
        listed, entry = self._found(path)
        if listed.in_flow:
            return None
        plural, position = str(path[0]), int(path[-1])
        try:
            begin, end = self._tree.block(listed, entry)
            text, old = f"{plural}:\n{self._text[begin:end]}", self._value[plural][position]
            if not same(old, fields):
                text = edit(text, {plural: [old]}, {plural: Section({0: fields}, [])})
        except NotEditableError:
            return None
        indent = " " * self._tree.column(listed.start)
        lines = [line.removesuffix("\r") for line in text.rstrip("\r\n").split("\n")[1:]]
        if any(line.strip() and not line.startswith(indent) for line in lines):
            return None
        return "\n".join(line.removeprefix(indent) for line in lines)

    def _found(self, path: FieldPath) -> tuple[Node, Node]:
        listed = self._tree.root.pairs[str(path[0])][1]
        listed = listed.target or listed
        return listed, listed.children[int(path[-1])]
