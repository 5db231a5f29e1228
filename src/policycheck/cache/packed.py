"""What parts came to, as bytes and back: JSON, and behind it what is bytes already. Never code."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson

from ..evaluate import Judged, Row
from ..inventory.columns import Wanted
from ..inventory.reading import FilePart, PartRead
from ..model import Origin, Resource, Status


def pack_read(read: PartRead, left: bytes, wanted: Wanted) -> list[bytes]:
    """Of a part without problems."""
    gathered = read.gathered
    head = {
        "files": [[file.sha256, file.lines, file.usable] for file in read.files],
        "departments": read.departments,
        "kinds": list(gathered.prints),
        "lookups": [gathered.lookups.get(lookup, {}) for lookup in wanted.lookups],
        "named": sorted(gathered.named),
        "sheets": gathered.sheets,
    }
    groups = [gathered.groups.get(group) or array("q") for group in wanted.groups]
    return _pack(head, [prints.tobytes() for prints in (*gathered.prints.values(), *groups)], left)


def unpack_read(content: bytes, wanted: Wanted) -> tuple[PartRead, bytes]:
    head, (*numbers, left) = _unpack(content)
    read = PartRead([FilePart(True, *file) for file in head["files"]], departments=head["departments"])
    gathered = read.gathered
    prints, groups = numbers[: len(head["kinds"])], numbers[len(head["kinds"]) :]
    gathered.prints.update((kind, array("q", own)) for kind, own in zip(head["kinds"], prints, strict=True))
    gathered.groups.update((group, array("q", own)) for group, own in zip(wanted.groups, groups, strict=True))
    gathered.lookups.update(zip(wanted.lookups, head["lookups"], strict=True))
    gathered.named.update((kind, identity) for kind, identity in head["named"])
    for file, path, fields in head["sheets"]:
        gathered.sheets.append((file, tuple(path) if isinstance(path, list) else path, fields))
    return read, left


def pack_judged(judged: Judged) -> list[bytes]:
    head = {
        "resources": judged.resources,
        "counts": [[*key, counts] for key, counts in judged.counts.items()],
        "rows": [_packed(row) for row in judged.rows],
        "hides": list(judged.hides.items()),
    }
    return _pack(head, [], judged.entries)


def _packed(row: Row) -> list[Any]:
    origin = row.resource.origin and list(row.resource.origin)
    return [*row._replace(resource=row.resource._asdict() | {"origin": origin})]  # type: ignore[arg-type]


def unpack_judged(content: bytes) -> Judged:
    head, (entries,) = _unpack(content)
    judged = Judged(head["resources"], entries=entries, hides=Counter(dict(head["hides"])))
    judged.counts.update(((check, department), counts) for check, department, counts in head["counts"])
    for check, status, resource, reason, facts, before in head["rows"]:
        if origin := resource["origin"]:
            resource["origin"] = Origin(origin[0], origin[1], origin[2], tuple(origin[3]))
        own = Resource(**resource)
        row = Row(check, Status(status), own, reason, facts, before and Status(before))
        judged.rows.append(row)
    return judged


def _pack(head: dict[str, Any], sections: Sequence[bytes], last: bytes) -> list[bytes]:
    sizes = [len(section) for section in sections]
    return [orjson.dumps([head, sizes], option=orjson.OPT_APPEND_NEWLINE), *sections, last]


def _unpack(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    start = content.index(b"\n") + 1
    head, sizes = orjson.loads(content[:start])
    sections = []
    for size in sizes:
        sections.append(content[start : start + size])
        start += size
    return head, [*sections, content[start:]]
