"""A workbook that people corrected → what becomes of the files that it was exported from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from ..inventory.discovery import SUFFIXES, find_files
from ..inventory.schemas import Schemas
from ..model import Location, Problem
from .bring import Coming, Terms
from .inventory_files import Now, apply, read_now
from .merge import SOURCE, Difference, Key, Stated, What, Written, merge
from .workbook_import import Corrected


def prepare_corrected(
    corrected: Corrected, workbook: Path, folder: Path, schemas: Schemas, terms: Terms
) -> tuple[list[Coming], list[Problem]]:
    """What would become of the files in the folder, and which of its entries belong to no file of it. Nothing is written.

    Raises UsageError and LedgerError where a file of the inventory cannot be read.
    """
    found = find_files([folder]) if folder.is_dir() else None
    here = folder.absolute()
    files = [folder / Path(source.path).relative_to(here) for source in found.files] if found else []
    nows = {path: read_now(path, schemas.kinds) for path in files}
    known = {key: path for path, now in nows.items() for key in now.entries}
    homes: dict[Key, Path] = {}
    refusals = []
    for key, own in corrected.entries.items():
        home = _home(own.file, files, folder) if own.file else known.get(key, folder / f"{workbook.stem}.yaml")
        if home is None:
            facts = {"file": own.file, "known": SUFFIXES}
            refusals.append(Problem("no_inventory_file", Location(own.place), facts))
        else:
            homes[key] = home
    nows |= {path: read_now(path, schemas.kinds) for path in dict.fromkeys(homes.values()) if path not in nows}
    sources = {key: fields[SOURCE] for now in nows.values() for key, fields in now.entries.items() if SOURCE in fields}
    coming = []
    for path, now in nows.items():
        new = {}
        for key in (key for key, home in homes.items() if home == path):
            source = {SOURCE: sources[key]} if key in sources else {}
            new[key] = Stated(key[0], {**corrected.entries[key].fields, **source}, corrected.kinds[key[0]])
        prepared = _prepared(now, corrected, new, homes, schemas, terms)
        if prepared.changes and (new or prepared.changes.differences):
            coming.append(prepared)
    coming.sort(key=lambda own: own.counts[What.REFILED] > 0)  # nothing is taken away before it is elsewhere
    return coming, refusals


def _home(name: str, files: Sequence[Path], folder: Path) -> Path | None:
    """The file of the inventory whose path ends most like the one that the workbook names; else a new one in the folder."""
    parts = PurePath(name).parts
    for start in range(len(parts)):
        alike = [file for file in files if file.parts[len(file.parts) - len(parts[start:]) :] == parts[start:]]
        if len(alike) == 1:
            return alike[0]
    last = PurePath(name).name
    return folder / last if PurePath(last).suffix.lower() in SUFFIXES and not last.startswith(".") else None


def _prepared(
    now: Now,
    corrected: Corrected,
    new: Mapping[Key, Stated],
    homes: Mapping[Key, Path],
    schemas: Schemas,
    terms: Terms,
) -> Coming:
    """Where the file is what it was when it was exported, all that differs was changed in the workbook."""
    known = now.content is not None and hashlib.sha256(now.content).hexdigest() in corrected.digests
    base = {key: Written(key[0], fields) for key, fields in now.entries.items() if known}
    changes = merge(new, base, now.entries, read_tables=frozenset(), as_of=terms.as_of, prefer=terms.prefer)
    differences, entries = list(changes.differences), dict(changes.entries)
    for key in now.entries:
        if key in new or key[0] not in corrected.kinds:
            continue
        if key in homes:
            differences.append(Difference(What.REFILED, key, None, new=homes[key].as_posix()))
            del entries[key]
        elif known and terms.delete_vanished:
            differences.append(Difference(What.DELETED, key, None))
            del entries[key]
        elif known:
            differences.append(Difference(What.VANISHED, key, None, new=terms.as_of.isoformat()))
    changes = changes._replace(entries=entries, differences=differences)
    content = None if changes.counts[What.CONFLICT] else apply(now, entries, schemas.kinds, terms.comment)
    return Coming(now, None, changes, content, [])
