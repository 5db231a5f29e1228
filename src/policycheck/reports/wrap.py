"""Breaking lines as Japanese print does: between any two wide characters, but no line begins with a closing mark."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

_UNIT = re.compile(r"[!-~]+|.", re.DOTALL)
_NOT_FIRST = frozenset("。、，．！？」』）】〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")


def wrap(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns; a wide character takes two. Longer words stand on a line of their own."""
    line: list[str] = []
    used = 0
    for unit in _UNIT.findall(text):
        size = cell_len(unit)
        if used + size > width and line:
            carried = [line.pop()] if unit in _NOT_FIRST and len(line) > 1 else []
            yield "".join(line).rstrip()
            line = carried
            used = sum(map(cell_len, line))
        if unit == " " and not line:
            continue
        line.append(unit)
        used += size
    yield "".join(line).rstrip()
