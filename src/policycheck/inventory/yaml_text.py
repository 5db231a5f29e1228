"""YAML 1.2. The values come from ryaml, which is fast but tells little; the rest is asked of yaml_events."""

import re

import ryaml

from ..model import FieldPath
from .text import MAX_DEPTH, Document, Flaw, lines_from

_UNSAID = re.compile(r"!|\?\s*+\*|\*[^\s*:]*+\s*+:")
"""What ryaml says nothing of: it drops tags, and takes an alias as a key."""
_ANCHOR = re.compile(r"&([^\s,\[\]{}]++)")


def parse(text: str) -> Document:
    """Raises Flaw for anything that is not one plain YAML document."""
    if _depth(text) > MAX_DEPTH:  # refused here, because the time that ryaml takes grows with the square of the depth
        _positions(text)
    try:
        value = ryaml.loads(text)
    except (ryaml.InvalidYamlError, ValueError) as error:
        raise _explained(text, str(error)) from None
    if _UNSAID.search(text) or _may_repeat_anchor(text):
        _positions(text)
    return Document(value, lines_from(lambda: _positions(text)))


def _may_repeat_anchor(text: str) -> bool:
    """Where two anchors have one name, ryaml takes any of them for an alias."""
    names = _ANCHOR.findall(text) if "&" in text else []
    return len(names) > len(set(names))


def _positions(text: str) -> dict[FieldPath, int]:
    from .yaml_events import positions_of

    return positions_of(text)


def _explained(text: str, message: str) -> Flaw:
    from .yaml_events import explain

    return explain(text, message)


def _depth(text: str) -> int:
    """How deep the brackets nest, at most: those in strings count too."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
