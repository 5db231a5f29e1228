"""Changes in a YAML text that leave every other character as it is: comments, quotes, order, style and line ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeAlias

from ..model import Fields
from ..yaml_out import flow, items
from .paths import same
from .yaml_tree import Node, NotEditableError, Tree

_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*,")
_INDENTED = re.compile(r"(?:[ \t]*\r?\n)*[ \t]+(#)")
_REST = re.compile(r"[ \t]*(?:\r?\n|$|(?=[#\]}]))")
"""What ends a line, or what nobody wants a space before."""

_Span: TypeAlias = tuple[int, int]


class Section(NamedTuple):
    """What becomes of a list of entries: those that are there, by their position, None for one that is deleted; and what
    comes after them."""

    changed: Mapping[int, Fields | None]
    added: Sequence[Fields]


def edit(text: str, current: Mapping[str, Any], sections: Mapping[str, Section]) -> str:
    """The text in which the lists of `sections` are changed. `current` is what the text says. Aliases of what changes are
    written out, so that it changes for nobody else.

    Whoever calls reads the result and looks whether it says what it should. Raises NotEditableError.
    """
    return _Editor(text).apply(current, sections)


class _Editor:
    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[tuple[int, int, str]] = []
        self._grown: list[_Span] = []
        self._tree = Tree(text)
        self._root, self._line_end = self._tree.root, self._tree.line_end

    def apply(self, current: Mapping[str, Any], sections: Mapping[str, Section]) -> str:
        pairs = self._root.pairs
        missing: dict[str, Sequence[Fields]] = {}
        for plural, section in sections.items():
            if plural not in pairs:
                missing[plural] = section.added
            else:
                self._section(pairs[plural], current[plural], section)
        if missing and self._root.in_flow:
            self._insert_flow(
                self._root, self._spans(self._root), set(), [f"{k}: {flow(list(v))}" for k, v in missing.items()]
            )
        elif missing:
            lists = [value for _, value in pairs.values() if value.kind == "sequence" and not value.in_flow]
            indent = " " * self._tree.column(lists[0].start) if lists else "  "
            end = "" if self._text.endswith("\n") else self._line_end
            for plural, entries in missing.items():
                end += f"{self._line_end}{plural}:{self._line_end}{items(entries, indent, self._line_end)}"
            self._replace(len(self._text), len(self._text), end)
        self._write_out(current)
        return self._result()

    def _section(self, pair: tuple[Node, Node], entries: list[Fields] | None, section: Section) -> None:
        key, node = pair
        if not entries and not self._root.in_flow and "\n" not in self._text[node.start : node.end]:
            self._replace(key.end, node.end, ":")
            self._insert_items(pair, node.end, section.added, "  ")
            return
        if entries is None or node.kind != "sequence":
            raise NotEditableError
        gone = {position for position, fields in section.changed.items() if fields is None}
        for position, fields in section.changed.items():
            child = node.children[position]
            if fields is not None and child.kind == "mapping":
                self._mapping(child, entries[position], fields)
            elif fields is not None:
                self._replace(child.start, child.end, flow(fields))
        spans = [(child.start, child.end) for child in node.children]
        if node.in_flow:
            self._remove_flow(node, spans, gone)
            self._insert_flow(node, spans, gone, [flow(fields) for fields in section.added])
            return
        column = self._tree.column(node.start)
        starts = [self._dash(start, column) for start, _ in spans]
        if len(gone) == len(spans) and not section.added:
            self._pair(pair, [])
            return
        for position in gone:
            self._replace(starts[position], self._tree.after_line(spans[position][1]), "")
        if section.added:
            self._grown.append((node.start, node.start + 1))
            self._insert_items(pair, spans[-1][1], section.added, " " * column)

    def _insert_items(self, pair: tuple[Node, Node], place: int, entries: Sequence[Fields], indent: str) -> None:
        """In block style, on the lines that follow, behind the comments that belong to the list by their indent."""
        after = self._tree.after_line(place)
        while comment := _INDENTED.match(self._text, after):
            if self._tree.column(comment.start(1)) <= self._tree.column(pair[0].start):
                break
            after = self._tree.after_line(comment.start(1))
        end = "" if self._text[after - 1] == "\n" else self._line_end
        self._replace(after, after, end + items(entries, indent, self._line_end))

    def _mapping(self, node: Node, current: Fields, target: Fields) -> int:
        """Gives the end of the last of the pairs that stay."""
        pairs = node.pairs
        spans = self._spans(node)
        gone = {place for place, name in enumerate(pairs) if name not in target}
        for place, (name, pair) in enumerate(pairs.items()):
            if name not in target or same(current[name], target[name]):
                continue
            inner = target[name]
            if isinstance(inner, dict) and pair[1].kind == "mapping" and pair[1].pairs.keys() & inner.keys():
                spans[place] = spans[place][0], self._mapping(pair[1], current[name], inner)
            else:
                self._pair(pair, inner)
        added = [
            f"{flow(name)}: {flow(value)}"
            for name, value in target.items()
            if name not in pairs and not (name in current and same(current[name], value))
        ]
        if node.in_flow:
            self._remove_flow(node, spans, gone)
            self._insert_flow(node, spans, gone, added)
            return node.end
        kept = [place for place in range(len(spans)) if place not in gone]
        if not kept:
            raise NotEditableError
        if 0 in gone and not self._begins_line(spans[0][0]):  # it stands behind the dash of its entry
            start, after = spans[0][0], spans[kept[0]][0]
            self._replace(start, after, self._tree.comments(start, after, self._tree.column(start)))
            gone -= set(range(kept[0]))
        for place in gone:
            self._remove_line(*spans[place])
        if added:
            self._grown.append((node.start, node.start + 1))
            place = self._tree.line_of(spans[kept[-1]][1])
            indent = self._line_end + " " * self._tree.column(spans[0][0])
            self._replace(place, place, "".join(indent + line for line in added))
        return spans[kept[-1]][1]

    def _pair(self, pair: tuple[Node, Node], value: object) -> None:
        key, old = pair
        inside = self._tree.comments(old.start, old.end, 0).strip()
        if old.kind in ("scalar", "alias") and old.start < old.end and (not inside or self._text[old.start] in "|>"):
            self._replace(old.start, old.end, flow(value) + (f"  {inside}" if inside else ""))
        else:
            comments = self._tree.comments(key.start, old.end, self._tree.column(key.start))
            self._replace(key.start, old.end, f"{comments}{self._text[key.start : key.end]}: {flow(value)}")

    def _remove_line(self, start: int, end: int) -> None:
        """A pair of a mapping in block style. Comments beside it stay, as lines."""
        column = self._tree.column(start)
        after = self._tree.after_line(end)
        comments = self._tree.comments(start, after, column)
        self._replace(start - column, after, " " * column + comments.rstrip(" ") if comments else "")

    def _begins_line(self, place: int) -> bool:
        return not self._text[place - self._tree.column(place) : place].strip()

    def _remove_flow(self, node: Node, spans: Sequence[_Span], gone: AbstractSet[int]) -> None:
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

    def _insert_flow(self, node: Node, spans: Sequence[_Span], gone: AbstractSet[int], added: Sequence[str]) -> None:
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

    def _spans(self, node: Node) -> list[_Span]:
        return [(key.start, max(key.end, value.end)) for key, value in node.pairs.values()]

    def _dash(self, start: int, column: int) -> int:
        """The beginning of the line on which an item of a list in block style begins."""
        line = start - self._tree.column(start)
        while self._text[line + column : line + column + 1] != "-" or self._text[line : line + column].strip():
            if line == 0:
                raise NotEditableError
            line = self._text.rfind("\n", 0, line - 1) + 1
        return line

    def _replace(self, start: int, end: int, text: str) -> None:
        self._edits.append((start, end, text))

    def _write_out(self, current: Mapping[str, Any]) -> None:
        """The aliases of what changes."""
        aliases = [(alias, alias.target, value) for alias, value in self._tree.aliases(current) if alias.target]
        targets = {target.start: target.end for _, target, _ in aliases}
        edited = sorted((start, end) for start, end, _ in self._edits)
        spans = edited + self._grown
        changed = {begin for begin, end in targets.items() if any(a < end and begin < b for a, b in spans)}
        for alias, target, value in aliases:
            before = bisect_right(edited, (alias.start, len(self._text))) - 1
            if target.start in changed and (before < 0 or edited[before][1] <= alias.start):
                self._replace(alias.start, alias.end, flow(value))

    def _result(self) -> str:
        parts: list[str] = []
        done = 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < done:
                raise NotEditableError
            parts += (self._text[done:start], text)
            done = end
        return "".join((*parts, self._text[done:]))
