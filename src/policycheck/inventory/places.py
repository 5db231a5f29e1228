"""The line of an entry, found by reading its file once more: only what is to be reported has to be found."""

from functools import lru_cache

from ..model import FieldPath, Lines
from .columns import Path
from .documents import lines_in
from .sources import Source, read_source


def line_of(source: Source, path: Path, inside: FieldPath = (), before: int = 0) -> int | None:
    """The line of what stands at the path, or of a value inside it; None where the file is not what it was. `before` is
    the number of lines before the part of an NDJSON file."""
    if path is None:
        return None
    return path + before if isinstance(path, int) else _lines(source)((*path, *inside))


@lru_cache(maxsize=8)
def _lines(source: Source) -> Lines:
    try:
        return lines_in(source.name, read_source(source))
    except OSError:
        return lambda _: None
