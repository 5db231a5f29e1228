"""Writes an inventory of any size: every kind, every field that a control reads, about one judgement in fifty a fail,
hardly any unknown, and the answers of every department to the clauses of `guideline` that people answer.

    generate.py FILE --resources N [--flawless-after N]

The same size gives the same bytes, and a larger inventory begins with the smaller. With `--flawless-after`, only so many
resources have flaws, so that the number of fails stays as it is at that size. A FILE whose name ends in .yaml is written
as YAML, any other as NDJSON.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson
from kinds import KINDS, MIX, Draw, Fields

from policycheck.bundle import Bundle
from policycheck.standards import DEFAULT_STANDARD, Catalogue

BLOCK = 1000
"""Resources that refer to each other and to no others."""

DEPARTMENTS = [
    "総務課",
    "企画課",
    "財政課",
    "税務課",
    "市民課",
    "保険年金課",
    "福祉課",
    "子育て支援課",
    "健康増進課",
    "環境課",
    "農政課",
    "商工観光課",
    "土木課",
    "都市計画課",
    "建築課",
    "会計課",
    "水道課",
    "消防本部",
    "教育総務課",
    "議会事務局",
]


def generate(resources: int, flawless_after: int | None = None) -> Iterator[Fields]:
    catalogue = Catalogue(Bundle())
    clauses = [clause.id for clause in catalogue.standard(DEFAULT_STANDARD).clauses if clause.attested]
    texts = {
        name: parameter["default"]
        for control in ("organisation/document_topics", "assets/ledger_entry_uniform")
        for name, parameter in catalogue.controls[control].parameters.items()
    }
    for block in range(-(-resources // BLOCK)):
        flawed = flawless_after is None or block * BLOCK < flawless_after
        draw = Draw(block, flawed=flawed, texts=texts)
        members = _members(draw)
        if block == 0:
            members = [*_departments(draw), *_sheets(draw, clauses), *members]
        yield from members[: min(BLOCK, resources - block * BLOCK)]


def _members(draw: Draw) -> list[Fields]:
    members = []
    for kind, count in MIX.items():
        for number in range(count):
            fields = KINDS[kind](draw, number)
            if draw.yes(0.1):
                fields["note"] = "異動に伴い確認中"
            if draw.gap():
                del fields[draw.choice(list(fields))]
            base = _base(kind, f"{kind}-{draw.block}-{number}", draw.choice(DEPARTMENTS))
            members.append(base | {"unit": f"{draw.choice('管理庶務')}係"} | fields)
    return members


def _base(kind: str, id: str, department: str) -> Fields:
    return {"kind": kind, "id": id, "department": department}


def _departments(draw: Draw) -> Iterator[Fields]:
    for name in DEPARTMENTS:
        staff = draw.randint(10, 60)
        handlers = draw.randint(0, 9)
        yield _base("department", name, name) | {
            "staff": staff,
            "training_attended": staff if draw.good() else staff - 3,
            "trained_on": draw.day(),
            "mynumber_handlers": handlers,
            "mynumber_training_attended": handlers if draw.good() else handlers // 2,
            "self_inspected_on": draw.day(),
        }


def _sheets(draw: Draw, clauses: list[str]) -> Iterator[Fields]:
    for department in DEPARTMENTS:
        marks = {clause: draw.choice("○○○○○○△－") if draw.good() else "×" for clause in clauses}
        yield _base("attestation", f"answers-{department}", department) | {
            "standard": DEFAULT_STANDARD,
            "by": f"{department}長",
            "answered_on": "2026-10-15",
            "answers": {clause: {"answer": mark, "seen": "記録を確認した"} for clause, mark in marks.items()},
        }


def write(file: Path, resources: int, flawless_after: int | None = None) -> None:
    generated = generate(resources, flawless_after)
    if file.suffix == ".yaml":
        _write_yaml(file, generated)
        return
    with file.open("wb") as lines:
        for fields in generated:
            lines.write(orjson.dumps(fields) + b"\n")


def _write_yaml(file: Path, generated: Iterator[Fields]) -> None:
    import yaml

    sections = {
        section["items"]["$ref"].removesuffix(".schema.json"): plural
        for plural, section in Bundle().schemas["inventory"]["properties"].items()
        if "items" in section
    }
    document: dict[str, list[Fields]] = defaultdict(list)
    for fields in generated:
        document[sections[fields.pop("kind")]].append(fields)
    with file.open("w", encoding="utf-8") as text:
        yaml.dump(dict(document), text, yaml.CSafeDumper, allow_unicode=True, sort_keys=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--resources", type=int, required=True)
    parser.add_argument("--flawless-after", type=int, metavar="N")
    arguments = parser.parse_args()
    write(arguments.file, arguments.resources, arguments.flawless_after)


if __name__ == "__main__":
    main()
