"""The files of an inventory that a workbook names → those in the folder that it is read into."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path, PurePath, PureWindowsPath

from ..inventory.discovery import SUFFIXES, name_of

NOTED = 255
"""Characters of a property of a workbook. Of the name of a file, these are the last ones."""


def standing(names: Iterable[str], files: Iterable[Path]) -> dict[str, Path | None]:
    """The files that were exported under these names: those whose paths end most like them. None where there is none, or
    where that is not clear."""
    found: dict[str, Path | None] = dict.fromkeys(names)
    parts = {name: PurePath(name).parts for name in found}
    left = {file: PurePath(name_of(file)).parts for file in files}
    for length in range(max(map(len, parts.values()), default=0), 0, -1):
        ends: dict[tuple[str, ...], list[Path]] = defaultdict(list)
        for file, own in left.items():
            ends[own[-length:]].append(file)
        for name in [name for name, path in found.items() if path is None and len(parts[name]) >= length]:
            if len(alike := ends[parts[name][-length:]]) == 1:
                found[name] = alike.pop()
        left = {file: own for file, own in left.items() if file not in found.values()}
    return found


def place_in(folder: Path, name: str, exported: Iterable[str]) -> Path | None:
    """The file in the folder that a name means, which begins where those that were exported do, or in the folder, or above
    it. None where the name leads out of the folder, into hidden ones, or to what is no file of an inventory."""
    parts, here = _parts(name), _parts(folder.absolute().as_posix())
    levels = zip(*(_parts(one)[:-1] for one in exported), strict=False)
    root = [level[0] for level in takewhile(lambda level: len({*level}) == 1, levels)]
    above = next(
        (own for own in (root, *(here[start:] for start in range(len(here)))) if own and own == parts[: len(own)]), []
    )
    inner = parts[len(above) :]
    if not inner or any(not part or part[0] == "." or PureWindowsPath(part).drive for part in inner):
        return None
    path = folder.joinpath(*inner)
    is_inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    return path if is_inside and path.suffix.lower() in SUFFIXES else None


def _parts(name: str) -> list[str]:
    return name.replace("\\", "/").split("/")
