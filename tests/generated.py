"""Inventories that Hypothesis makes from the schemas, with values at the places where verdicts turn."""

import datetime
import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from conftest import ROOT
from hypothesis import strategies as st

from policycheck.model import Check, Control
from policycheck.questions import days_since
from policycheck.standards import Catalogue

SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schemas").glob("*.schema.json")}
KINDS = {
    plural: SCHEMAS[section["items"]["$ref"]]
    for plural, section in SCHEMAS["inventory.schema.json"]["properties"].items()
    if "items" in section
}
DURATIONS = ["P1D", "P2W", "P1M", "P3M", "P6M", "P1Y", "P1Y6M", "P10Y"]

FORMS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: unicodedata.normalize("NFKC", text).strip() or text,
    lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
]
"""Other ways to write what people take for the same name."""

FIRST, LAST = datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)
"""The dates that the schemas allow."""

SYSTEMS = st.sampled_from(["juki", "zeimu", "kogai", "nowhere"])
MODELS = st.sampled_from(["honcho", "shisho"])
REFERRED = {"systems": SYSTEMS, "network_models": MODELS}
ALWAYS = {*REFERRED, "user_ids", "servers"}
"""What other kinds refer to, what refers to its own kind, and what refers to a system."""

ACCOUNTS = st.sampled_from(["uketsuke1", "ｕｋｅｔｓｕｋｅ１", "Uketsuke1", "受付1", "受付１", "ｳｹﾂｹ", "ウケツケ"])
SITES = st.sampled_from(["中央会館", "東会館", "A館", "Ａ館"])
SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\ufeff"
IDS = st.text(st.characters(codec="utf-8", exclude_categories=["Z"], exclude_characters=SPACES), min_size=1, max_size=4)
ORIGINS = st.sampled_from(
    [
        {"file": "管理簿その1.xlsx", "sheet": "保管一覧", "cell": "A7"},
        {"file": "端末その2.json", "cell": "/hosts/3", "unread": ["/hosts/3/os"], "vanished_on": "2026-11-01"},
    ]
)
"""Few and never judged, so that what decides is varied instead."""
TEXT = st.lists(IDS, min_size=1, max_size=3).map(" ".join)

Document = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A day, a file of resources, and what is to be judged."""

    as_of: datetime.date
    document: Document
    checks: list[Check]


@st.composite
def cases(draw: st.DrawFn, catalogue: Catalogue) -> Case:
    as_of = draw(st.dates(datetime.date(1900, 1, 1), LAST))
    document: Document = {"department": "市民局"}
    dates = days(as_of)
    others = draw(st.sets(st.sampled_from(sorted(KINDS.keys() - ALWAYS)), max_size=4))
    for plural, schema in KINDS.items():
        if plural not in ALWAYS | others:
            continue
        ids = REFERRED.get(plural, IDS)
        entries = st.lists(_values(schema, dates, id=ids), max_size=8, unique_by=lambda entry: entry["id"])
        document[plural] = draw(entries)
    document["user_ids"] += draw(_twins(document["user_ids"]))
    standards = st.sampled_from([catalogue.checks(catalogue.standard(name)) for name in catalogue.standard_ids])
    more = st.lists(st.sampled_from(list(catalogue.controls.values())).flatmap(_checks), max_size=6)
    return Case(as_of, document, draw(standards) + draw(more))


def _twins(entries: list[Document]) -> st.SearchStrategy[list[Document]]:
    """For some of the entries, one that differs in its id, and in how the rest is written."""

    def written(entry: Document, form: Callable[[str], str]) -> Document:
        changed = {name: form(entry[name]) for name in ("site", "account") if name in entry}
        return entry | changed | {"id": f"{entry['id']}\N{PRIME}"}

    twins = [st.sampled_from(FORMS).map(partial(written, entry)) for entry in entries]
    return st.tuples(*(st.none() | twin for twin in twins)).map(lambda made: [twin for twin in made if twin])


def _checks(control: Control) -> st.SearchStrategy[Check]:
    """The control with any values of its parameters."""
    values = {
        name: {
            "duration": st.sampled_from(DURATIONS),
            "percent": st.integers(0, 100),
            "list": _lists(facts["default"]),
        }[facts["type"]]
        for name, facts in control.parameters.items()
    }
    return st.fixed_dictionaries(values).map(lambda parameters: Check(control, parameters, ("1",)))


def _lists(default: Any) -> st.SearchStrategy[list[str]]:
    known = default if isinstance(default, list) else []
    return st.lists(st.sampled_from([*known, "password", "lgwan", "office"]), unique=True)


def days(as_of: datetime.date) -> st.SearchStrategy[str]:
    """Any day, and mostly those around the day of the scan and around the beginnings of the usual periods."""
    edges = [as_of, *(days_since(duration, as_of) for duration in DURATIONS)]
    near = [
        datetime.date.fromordinal(edge.toordinal() + offset)
        for edge in edges
        for offset in (-1, 0, 1)
        if edge.toordinal() + offset <= LAST.toordinal()
    ]
    return (st.sampled_from(near) | st.dates(FIRST, LAST)).map(datetime.date.isoformat)


def _values(
    schema: Document, dates: st.SearchStrategy[str], **given: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of the schema: what it requires, and any of the rest."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "system": SYSTEMS,
        "network_model": MODELS,
        "account": ACCOUNTS | TEXT,
        "site": SITES,
        "imported_from": ORIGINS,
        **given,
    }
    fields = {
        name: known[name] if name in known else value_of(field, dates) for name, field in schema["properties"].items()
    }
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    left_out = (
        st.sets(st.sampled_from(sorted(fields)), max_size=2) | st.sets(st.sampled_from(sorted(fields)))
        if fields
        else st.just(set[str]())
    )
    whole = st.fixed_dictionaries({**required, **fields})
    return st.builds(lambda entry, names: {k: v for k, v in entry.items() if k not in names}, whole, left_out)


def _item(schema: Document, dates: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Entries of a list: names from a few, so that two lists share some."""
    return SITES if "$ref" in schema else value_of(schema, dates)


def value_of(schema: Document, dates: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        file, _, name = schema["$ref"].partition("#/$defs/")
        schema = SCHEMAS[file]["$defs"][name] | {key: value for key, value in schema.items() if key != "$ref"}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    made: list[st.SearchStrategy[Any]] = []
    for kind in types:
        if "enum" in schema:
            made.append(st.sampled_from(schema["enum"]))
        elif kind == "null":
            made.append(st.none())
        elif kind == "boolean":
            made.append(st.booleans())
        elif kind == "array":
            made.append(st.lists(_item(schema["items"], dates), max_size=4))
        elif kind == "object" and "properties" in schema:
            made.append(_values(schema, dates))
        elif kind == "object":
            made.append(st.dictionaries(IDS, value_of(schema["additionalProperties"], dates), min_size=1, max_size=3))
        elif kind == "integer":
            made.append(st.integers(0, 12))
        elif kind == "string":
            made.append(dates if schema.get("format") == "date" else TEXT)
        else:
            raise AssertionError(f"no strategy for {schema}")
    return st.one_of(made)
