"""Changes in a YAML text, and those of what stands in brackets and braces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from .yaml_tree import Node, NotEditableError, Tree

_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*,")
_REST = re.compile(r"[ \t]*(?:\r?\n|$|(?=[#\]}]))")
"""What ends a line, or what nobody wants a space before."""

Span: TypeAlias = tuple[int, int]


class FlowEditor:
    """Collects changes: what comes in the place of what is between two places. `_grown` are values to which something comes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[tuple[int, int, str]] = []
        self._grown: list[Span] = []
        self._tree = Tree(text)
        self._root, self._line_end = self._tree.root, self._tree.line_end

    def _replace(self, start: int, end: int, text: str) -> None:
        self._edits.append((start, end, text))

    def _remove_flow(self, node: Node, spans: Sequence[Span], gone: AbstractSet[int]) -> None:
        limits = [start for start, _ in spans[1:]] + [node.end]
        kept = [place for place in range(len(spans)) if place not in gone]
        for first in gone:
            if first - 1 in gone:
                continue
            last = next(place for place in range(first, len(spans)) if place + 1 not in gone)
            start, end = spans[first][0], spans[last][1]
            if comma := _COMMA.match(self._text, end, limits[last]):
                end = comma.end()
                after = self._tree.after_blanks(end)
                end = end if self._text[after] == "#" else after
            elif kept and (comma := _COMMA.match(self._text, spans[kept[-1]][1], limits[kept[-1]])):
                self._replace(comma.end() - 1, comma.end(), "")
            comments = self._tree.comments(start, end, self._tree.column(start))
            if not comments and (rest := _REST.match(self._text, end)):
                bare = start
                while self._text[bare - 1] in " \t":
                    bare -= 1
                if self._text[bare - 1] == "\n" and rest[0].endswith("\n"):  # nothing else stands on the line
                    start, end = bare, rest.end()
                elif self._text[bare - 1] != "\n":
                    start = bare
            self._replace(start, end, comments)

    def _insert_flow(self, node: Node, spans: Sequence[Span], gone: AbstractSet[int], added: Sequence[str]) -> None:
        kept = [span for place, span in enumerate(spans) if place not in gone]
        if not added:
            return
        if not kept:
            place = self._text.index("{" if node.kind == "mapping" else "[", node.start) + 1
            self._replace(place, place, ", ".join(added))
            return
        many = "\n" in self._text[node.start : node.end]
        between = f",{self._line_end}{' ' * self._tree.column(spans[0][0])}" if many else ", "
        self._replace(kept[-1][1], kept[-1][1], "".join(between + one for one in added))

    def _spans(self, node: Node) -> list[Span]:
        return [(key.start, max(key.end, value.end)) for key, value in node.pairs.values()]

    def _result(self) -> str:
        parts: list[str] = []
        done = 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < done:
                raise NotEditableError
            parts += (self._text[done:start], text)
            done = end
        return "".join((*parts, self._text[done:]))
