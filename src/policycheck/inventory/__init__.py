"""Inventory files → documents → entries → resources that are valid by the schema of their kind.

What cannot be used becomes a Problem and never stops the rest.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..model import InputFile, Inventory, Location, Problem, Resource
from .discovery import find_files, name_of
from .documents import Department, read_entries
from .schemas import Schemas


def load_inventory(paths: Sequence[Path], schemas: Schemas) -> Inventory:
    """Reads every inventory file at or below the paths, in the order of the paths and of the names below them."""
    resources: list[Resource] = []
    problems: list[Problem] = []
    files: list[InputFile] = []
    found = find_files(paths)
    problems += found.problems
    seen: dict[tuple[str, str], Resource] = {}
    departments: dict[str, str] = {}
    for path in found.files:
        name = name_of(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            problems.append(Problem("unreadable", Location(name), {"reason": error.strerror or str(error)}))
            continue
        usable = 0
        for entry in _resources(name, content, schemas):
            if isinstance(entry, Problem):
                problems.append(entry)
            elif isinstance(entry, Department):
                departments.setdefault(str(entry), name)
            elif first := seen.get((entry.kind, entry.id)):
                facts = {"kind": entry.kind, "id": entry.id, "first": first.location}
                problems.append(Problem("duplicate_id", entry.location, facts))
            else:
                seen[entry.kind, entry.id] = entry
                resources.append(entry)
                departments.setdefault(entry.department, name)
                usable += 1
        files.append(InputFile(name, hashlib.sha256(content).hexdigest(), usable))
    if not resources and not problems:
        problems.append(Problem("nothing_to_check", Location(", ".join(path.as_posix() for path in paths))))
    skipped = [name_of(path) for path in found.skipped]
    return Inventory([name_of(path) for path in paths], resources, problems, files, skipped, departments)


def _resources(name: str, content: bytes, schemas: Schemas) -> Iterator[Resource | Problem | Department]:
    for entry in read_entries(name, content, schemas.kinds):
        if isinstance(entry, (Problem, Department)):
            yield entry
        elif schemas.is_valid(entry):
            fields = entry.fields
            yield Resource(entry.kind, fields["id"], fields["department"], fields, name, entry.path, entry.lines)
        else:
            yield from schemas.explain(entry, name)
