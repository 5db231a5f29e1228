"""Changes in a YAML text that leave every other character as it is: comments, quotes, order, style and line ends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from ..model import Fields
from ..yaml_out import flow, items
from .paths import same
from .yaml_flow import FlowEditor
from .yaml_lists import moved, opcodes
from .yaml_tree import Node, NotEditableError


class Section(NamedTuple):
    """What becomes of a list of entries: those that are there, by their position, None for one that is deleted; and what
    comes after them, as texts where they are written already. The comments of those that `leave` go with them."""

    changed: Mapping[int, Fields | None]
    added: Sequence[Fields | str]
    leave: AbstractSet[int] = frozenset()


def edit(text: str, current: Mapping[str, Any], sections: Mapping[str, Section], *, whole_lists: bool = False) -> str:
    """The text in which the lists of `sections` are changed. `current` is what the text says. Aliases of what changes are
    written out, so that it changes for nobody else. With `whole_lists`, a list in an entry is written anew where it changes.

    Whoever calls reads the result and looks whether it says what it should. Raises NotEditableError.
    """
    return _Editor(text, whole_lists=whole_lists).apply(current, sections)


class _Editor(FlowEditor):
    def __init__(self, text: str, *, whole_lists: bool) -> None:
        super().__init__(text)
        self._whole_lists = whole_lists

    def apply(self, current: Mapping[str, Any], sections: Mapping[str, Section]) -> str:
        pairs = self._root.pairs
        missing: dict[str, Sequence[Fields | str]] = {}
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
        starts = [self._tree.dash(start, column) for start, _ in spans]
        if len(gone) == len(spans) and not section.added:
            if not section.leave:
                self._pair(pair, [])
                return
            colon = self._text.index(":", key.end) + 1
            self._replace(colon, colon, " []")
        for position in gone:
            start, end = starts[position], self._tree.after_line(spans[position][1])
            if position in section.leave:
                start, end = self._tree.block(node, node.children[position])
            self._replace(start, end, "")
        if section.added:
            self._grown.append((node.start, node.start + 1))
            self._insert_items(pair, spans[-1][1], section.added, " " * column)

    def _insert_items(self, pair: tuple[Node, Node], place: int, entries: Sequence[Fields | str], indent: str) -> None:
        """In block style, on the lines that follow, behind the comments that belong to the list by their indent."""
        after = self._tree.after_indented(self._tree.after_line(place), self._tree.column(pair[0].start))
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
            elif isinstance(inner, list) and self._has_items(pair[1]):
                spans[place] = spans[place][0], self._list(pair, current[name], inner)
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

    def _has_items(self, node: Node) -> bool:
        return node.kind == "sequence" and not node.in_flow and not self._whole_lists

    def _list(self, pair: tuple[Node, Node], current: list[Any], target: list[Any]) -> int:
        """A list in block style, item by item where that can be. Gives the end of the last item that stays."""
        before, grown = len(self._edits), len(self._grown)
        try:
            return self._items(pair, current, target)
        except NotEditableError:
            del self._edits[before:], self._grown[grown:]
            self._pair(pair, target)
            return pair[1].end

    def _items(self, pair: tuple[Node, Node], current: list[Any], target: list[Any]) -> int:
        key, node = pair
        column = self._tree.column(node.start)
        ends: dict[int, int] = {}
        added: list[tuple[int, list[Any]]] = []
        if sources := moved(current, target):
            return self._reordered(node, current, target, sources)
        for _, first, last, begin, end in opcodes(current, target):
            both = min(last - first, end - begin)
            for place in range(first, first + both):
                ends[place] = self._item(node.children[place], current[place], target[begin + place - first])
            for place in range(first + both, last):
                child = node.children[place]
                self._replace(self._tree.dash(child.start, column), self._tree.after_line(child.end), "")
            if begin + both < end:
                added.append((first + both, target[begin + both : end]))
        if not ends:
            raise NotEditableError
        for place, values in added:
            self._grown.append((node.start, node.start + 1))
            above = [known for known in ends if known < place]
            line = self._tree.line_of(ends[above[-1]] if above else key.end)
            lines = (f"{self._line_end}{' ' * column}- {flow(value)}" for value in values)
            self._replace(line, line, "".join(lines))
        return ends[max(ends)]

    def _reordered(self, node: Node, current: list[Any], target: list[Any], sources: Mapping[int, int]) -> int:
        """Each item with its comments in the place of another, and those that are new. What stands between them stays."""
        blocks = [self._tree.block(node, child) for child in node.children]
        texts = []
        for place, value in enumerate(target):
            if place in sources:
                begin, end = blocks[sources[place]]
                texts.append(_with(self._text[begin:end], current[sources[place]], value).rstrip("\r\n"))
            else:
                texts.append(f"{' ' * self._tree.column(node.start)}- {flow(value)}")
        last = min(len(blocks), len(texts)) - 1
        texts[last:] = [self._line_end.join(texts[last:])]
        for (begin, end), text in zip(blocks, texts, strict=False):
            self._replace(begin, self._tree.line_of(end - 1), text)
        for begin, end in blocks[last + 1 :]:
            self._replace(begin, end, "")
        self._grown.append((node.start, node.start + 1))
        return self._tree.line_of(blocks[last][1] - 1)

    def _item(self, node: Node, current: object, target: object) -> int:
        if same(current, target):
            return node.end
        if isinstance(current, dict) and isinstance(target, dict) and node.kind == "mapping":
            return self._mapping(node, current, target)
        if node.start == node.end or self._tree.comments(node.start, node.end, 0):
            raise NotEditableError
        self._replace(node.start, node.end, flow(target))
        return node.end

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


def _with(text: str, current: object, target: object) -> str:
    """The lines of an item of a list, which then say something else."""
    if same(current, target):
        return text
    if not isinstance(current, dict) or not isinstance(target, dict):
        raise NotEditableError
    lines = edit(f"items:\n{text}", {"items": [current]}, {"items": Section({0: target}, [])})
    return lines.removeprefix("items:\n")
