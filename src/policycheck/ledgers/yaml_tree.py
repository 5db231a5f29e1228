"""A YAML text as nodes that know where they stand, by PyYAML's events; the values are those of the reader of inventories."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = re.compile(r"(?<![^ \t\r\n])#[^\r\n]*")
_INDENTED = re.compile(r"(?:[ \t]*\r?\n)*[ \t]+(#)")
_TO_COMMENT = re.compile(r"[ \t]*,?[ \t]*(?=#)")
_ANCHOR = re.compile(r"&\S+(?:\s|#[^\r\n]*)*")
"""With what stands between it and the value itself."""


class NotEditableError(Exception):
    """The text is written in a way in which a change cannot be made in place."""


@dataclass(slots=True)
class Node:
    """A value and where it stands: `children` of a mapping are its keys and values in turn. An alias has none, and
    `target` is what it stands for."""

    start: int
    end: int
    kind: str
    text: str = ""
    in_flow: bool = False
    target: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def pairs(self) -> dict[str, tuple[Node, Node]]:
        keys = self.children[::2]
        return {key.text: (key, value) for key, value in zip(keys, self.children[1::2], strict=True)}


class Tree:
    """`root` is the one document of the text, `line_end` how its lines end. Raises NotEditableError where it cannot be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.line_end = "\r\n" if "\r\n" in text else "\n"
        self._scalars: list[tuple[int, int]] = []
        self.root = self._read()

    def column(self, place: int) -> int:
        return place - (self._text.rfind("\n", 0, place) + 1)

    def line_of(self, place: int) -> int:
        """The end of the line, before what ends it."""
        end = self._text.find("\n", place)
        end = len(self._text) if end < 0 else end
        return end - 1 if end > place and self._text[end - 1] == "\r" else end

    def after_line(self, place: int) -> int:
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end + 1

    def after_blanks(self, place: int) -> int:
        while self._text[place : place + 1] in (" ", "\t"):
            place += 1
        return place

    def comments(self, start: int, end: int, column: int) -> str:
        """The comments between two places, each with a line end and the indent of what follows."""
        between = self.line_end + " " * column
        return "".join(comment + between for _, comment in self.comments_at(start, end))

    def comments_at(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """The comments between two places, each with its own."""
        while comment := _COMMENT.search(self._text, start, end):
            start = self._after_scalar(comment.start())
            if start == comment.start():
                yield start, comment[0].rstrip(" \t")
                start = comment.end()

    def after_indented(self, place: int, column: int) -> int:
        """The beginning of the line behind the comments that stand further to the right than a column."""
        while comment := _INDENTED.match(self._text, place):
            if self.column(comment.start(1)) <= column:
                break
            place = self.after_line(comment.start(1))
        return place

    def dash(self, start: int, column: int) -> int:
        """The beginning of the line on which an item of a list in block style begins."""
        line = start - self.column(start)
        while self._text[line + column : line + column + 1] != "-" or self._text[line : line + column].strip():
            if line == 0:
                raise NotEditableError
            line = self._text.rfind("\n", 0, line - 1) + 1
        return line

    def block(self, listed: Node, item: Node) -> tuple[int, int]:
        """The lines of an item of a list in block style, with the comments directly above it and those that its indent
        makes its own."""
        column = self.column(listed.start)
        begin = self.dash(item.start, column)
        return self._above(begin, column), self.after_indented(self.after_line(max(item.end, begin)), column)

    def beside(self, item: Node) -> tuple[int, int]:
        """From the comments directly above an item of a list in brackets to that behind it."""
        column = self.column(item.start)
        line = item.start - column
        start = item.start if self._text[line : item.start].strip() else self._above(line, column)
        return start, self.line_of(item.end) if _TO_COMMENT.match(self._text, item.end) else item.end

    def _above(self, line: int, column: int) -> int:
        """Where the comments begin that stand in this column of the lines directly above one."""
        while line:
            before = self._text.rfind("\n", 0, line - 1) + 1
            comment = next(self.comments_at(before, line), None)
            if comment is None or comment[0] != before + column or self._text[before : comment[0]].strip():
                break
            line = before
        return line

    def aliases(self, value: object) -> Iterator[tuple[Node, object]]:
        """Each with its value. `value` is that of the document."""
        return _aliases(self.root, value)

    def _after_scalar(self, place: int) -> int:
        """The end of the scalar that the place is in; else the place itself."""
        found = bisect_right(self._scalars, (place, len(self._text))) - 1
        return max(place, self._scalars[found][1]) if found >= 0 else place

    def _read(self) -> Node:
        root = Node(0, 0, "sequence")
        stack = [root]
        anchors: dict[str, Node] = {}
        try:
            for event in yaml.parse(self._text, Loader=_Loader):
                if isinstance(event, yaml.CollectionEndEvent):
                    node = stack.pop()
                    mark: Any = event.end_mark
                    node.end = mark.index if node.in_flow else node.children[-1].end
                elif isinstance(event, yaml.NodeEvent):
                    stack[-1].children.append(node := self._node(event))
                    anchor: Any = event.anchor
                    if node.kind == "alias":
                        node.target = anchors[anchor]
                    elif anchor:
                        anchors[anchor] = node
                    if node.kind in ("mapping", "sequence"):
                        stack.append(node)
        except (yaml.YAMLError, KeyError):  # an alias of nothing
            raise NotEditableError from None
        return root.children[0]

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.CollectionStartEvent):
            kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
            return Node(start if event.flow_style else self._inner(start), end, kind, in_flow=bool(event.flow_style))
        inner = min(self._inner(start), end)
        self._scalars.append((self.line_of(inner) if self._text[inner : inner + 1] in ("|", ">") else inner, end))
        if isinstance(event, yaml.AliasEvent):
            return Node(start, end, "alias")
        written = self._text[start:end]
        if event.style in ("|", ">") and event.value[-2:] in ("\n", "\n\n"):  # the empty lines at its end belong to it
            end = start + len(written.removesuffix("\n").removesuffix("\r"))
        else:
            end = start + len(written.rstrip(" \t\r\n"))
        return Node(start, end, "scalar", text=event.value)

    def _inner(self, place: int) -> int:
        """Behind an anchor and what follows it, if there is one."""
        anchor = _ANCHOR.match(self._text, place)
        return anchor.end() if anchor else place


def _aliases(node: Node, value: Any) -> Iterator[tuple[Node, object]]:
    if node.kind == "alias":
        yield node, value
    elif node.kind == "mapping":
        for child, inner in zip(node.children[1::2], value.values(), strict=True):
            yield from _aliases(child, inner)
    elif node.kind == "sequence":
        for child, inner in zip(node.children, value, strict=True):
            yield from _aliases(child, inner)
