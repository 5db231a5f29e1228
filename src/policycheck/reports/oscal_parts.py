"""What the OSCAL documents are made of (https://pages.nist.gov/OSCAL/). Ids come from the content, and days from the
report, so the same report gives the same documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import orjson

from .. import __version__
from ..model import Clause, Counts, Location, Status
from ..report import Report
from ..texts import Texts, plain
from .markdown import escaped

NAMESPACE = "https://policycheck.example/ns/oscal"
_VERSION = "1.1.3"
_SPACE = uuid5(NAMESPACE_URL, NAMESPACE)
_NO_TOKEN = re.compile("[^A-Za-z0-9.-]")
_MARKUP = re.compile('(["^])')

Json: TypeAlias = dict[str, Any]


def uuid(*names: str) -> str:
    """The same for the same names."""
    return str(uuid5(_SPACE, "\0".join(names)))


def identified(kind: str, content: Json) -> Json:
    """The content under an id of its own."""
    return {"uuid": uuid(kind, orjson.dumps(content).decode()), **content}


def token(kind: str, name: str) -> str:
    """An id that OSCAL allows, and that no other name has: odd characters by their code."""
    return f"{kind}-" + _NO_TOKEN.sub(lambda found: f"_{ord(found[0]):x}_", name)


def control_id(clause: Clause) -> str:
    return token("clause", clause.id)


def objective_id(clause: Clause) -> str:
    """What the findings speak of: that the clause is kept."""
    return f"{control_id(clause)}_obj"


def string(text: str) -> str:
    """One line that is not empty."""
    return plain(text).strip() or "?"


def markup(text: str) -> str:
    """The text itself, whatever OSCAL's Markdown would read in it."""
    return _MARKUP.sub(r"\\\1", escaped(text)) or "?"


def paragraphs(lines: Iterable[str]) -> str:
    return "\n\n".join(map(markup, lines))


def prop(name: str, value: object) -> Json:
    return {"name": name, "ns": NAMESPACE, "value": string(str(value))}


def shown(value: object) -> str:
    """The value of a parameter."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def numbers(counts: Counts) -> list[Json]:
    return [prop(status, counts[status]) for status in Status]


def place(where: Location) -> list[Json]:
    """Where something stands, if anywhere."""
    found = [prop("file", where.file)] if where.file else []
    found += [] if where.line is None else [prop("line", where.line)]
    return [*found, prop("imported-from", where.origin)] if where.origin else found


def stamp(day: str) -> str:
    """The day begins at midnight in Japan."""
    return f"{day}T00:00:00+09:00"


def filled(content: Mapping[str, Any]) -> Json:
    """Without what is empty, which OSCAL does not allow."""
    return {name: value for name, value in content.items() if value}


def document(name: str, title: str, content: Json, report: Report, texts: Texts, metadata: Json) -> Iterator[bytes]:
    """A whole document. `metadata` is what it has besides what all have."""
    told = {
        "title": markup(title),
        "last-modified": stamp(report.as_of),
        "version": report.as_of,
        "oscal-version": _VERSION,
        "props": [
            prop("policycheck-version", __version__),
            prop("standard", report.standard.id),
            prop("language", texts.language),
        ],
    }
    whole = identified(name, {"metadata": told | metadata, **content})
    yield orjson.dumps({name: whole}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
