"""Breaking lines as Japanese print does: between any two wide characters, but no line begins with a closing mark or
ends with an opening one."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_NOT_FIRST = "。、，．！？」』）】〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_NOT_LAST = "「『（【〔"
_UNIT = re.compile(rf"(?:[{_NOT_LAST}]*(?:[!-~]+|\S|$)[{_NOT_FIRST}]*)|\s")


def wrap(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; a wide character takes two. Longer words stand on a line of their own."""
    line, used = "", 0
    for unit in _UNIT.findall(text.rstrip()):
        size = cell_len(unit)
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
        if line or not unit.isspace():
            line += unit
            used += size
    yield line.rstrip()
