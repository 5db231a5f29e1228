"""Breaking lines as Japanese print does: between any two wide characters, but no line begins with a closing mark or
ends with an opening one."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_NOT_FIRST = "。、，．！？：；件」』）】〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_NOT_LAST = "「『（【〔"
_NARROWEST = 20
_UNIT = re.compile(rf"(?:[{_NOT_LAST}]*(?:[!-~]+|\S|$)[{_NOT_FIRST}]*)|\s")


def indented(text: str, width: int) -> Iterator[str]:
    """The lines of a paragraph, every one of them as far in as the text begins."""
    body = text.lstrip(" ")
    indent = " " * (len(text) - len(body))
    for part in wrap(body, max(width - len(indent), _NARROWEST)):
        yield (indent + part).rstrip()


def wrap(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; a wide character takes two. Longer words stand on a line of their own."""
    text = text.strip()
    if cell_len(text) <= width:
        yield text
        return
    line, used = "", 0
    for unit in _UNIT.findall(text):
        size = cell_len(unit)
        if used + size > width and line and unit:
            yield line.rstrip()
            line, used = "", 0
        if line or not unit.isspace():
            line += unit
            used += size
    yield line.rstrip()
