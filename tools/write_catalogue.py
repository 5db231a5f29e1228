"""Writes docs/catalogue.md: every clause of every standard with what judges it, and every control with its clauses.

write_catalogue.py           writes it
write_catalogue.py --check   writes nothing; fails if what is committed differs from what would be written
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from policycheck.bundle import Bundle
from policycheck.crosswalk import ClauseFacts, ControlFacts, Crosswalk
from policycheck.errors import PolicycheckError
from policycheck.model import MEASURES, Standard
from policycheck.standards import Catalogue
from policycheck.texts import texts

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/catalogue.md")
JA, EN = texts("ja"), texts("en")

HEAD = """\
# Catalogue / 管理策と条項の一覧

Written by `tools/write_catalogue.py` from [policies/](../policies/). Do not edit.

Every clause of every standard with what judges it, then every control with the clauses that name it. Durations are those of
ISO 8601: P6M is six months, P1Y one year. 自己点検 stands for the answer of a department, which holds for the period in
brackets. `policycheck explain` shows more of each, and `policycheck explain --format json` the same for programs.

## Chapters and measures / 章と措置

The chapters are those of the ministry's guideline, the measures those of 地方自治法施行規則16条の3.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    try:
        page = render(Crosswalk(Catalogue(Bundle())))
    except PolicycheckError as error:
        print(f"write_catalogue: {EN(f'error.{error.key}', **error.facts)}", file=sys.stderr)
        return 1
    path = ROOT / PAGE
    if path.exists() and path.read_text(encoding="utf-8") == page:
        return 0
    if arguments.check:
        print(f"write_catalogue: {PAGE} is not what policies/ gives; run tools/write_catalogue.py", file=sys.stderr)
        return 1
    path.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE}")
    return 0


def render(crosswalk: Crosswalk) -> str:
    chapters = ([_both(f"chapter.{number}"), _both(f"measure.{measure}")] for number, measure in MEASURES.items())
    parts = [HEAD, *_table(["Chapter / 章", "Measure / 措置"], chapters)]
    standards = {standard.id: standard for standard in crosswalk.standards}
    for name, clauses in groupby(crosswalk.clauses, lambda facts: facts.standard.id):
        parts += _standard(standards[name], clauses)
    return "".join((*parts, *_controls(crosswalk.controls, list(standards))))


def _standard(standard: Standard, clauses: Iterable[ClauseFacts]) -> Iterator[str]:
    yield f"\n## {standard.id}\n\n{standard.title['ja']}<br>{standard.title['en']}\n\n出典：{standard.source}\n\n"
    columns = ["Clause / 条項", "題名", "Title", "Judged by / 判定", "Chapter / 章", "Measure / 措置"]
    yield from _table(
        columns,
        (
            [
                facts.clause.id,
                facts.clause.title["ja"],
                facts.clause.title["en"],
                "<br>".join(_judged_by(facts)),
                ", ".join(map(str, facts.chapters)),
                "".join(JA(f"measure.{number}").partition(" ")[0] for number in facts.measures),
            ]
            for facts in clauses
        ),
    )


def _judged_by(facts: ClauseFacts) -> Iterator[str]:
    for judge in facts.judges:
        yield f"`{judge.control.id}`{_given(judge.parameters)}"
    if facts.clause.attested:
        asked = f"：{'、'.join(facts.clause.asked_of)}" if facts.clause.asked_of else ""
        yield f"自己点検 ({facts.standard.period}){asked}"


def _given(parameters: Mapping[str, Any]) -> str:
    shown = {name: "、".join(value) if isinstance(value, list) else value for name, value in parameters.items()}
    return "".join(f" ({name} {value})" for name, value in shown.items())


def _controls(controls: Iterable[ControlFacts], standards: list[str]) -> Iterator[str]:
    yield "\n## Controls / 管理策\n\n"
    yield from _table(
        ["Control / 管理策", "Kind / 種類", "題名", "Title", *standards],
        (
            [
                f"[{facts.control.id}](../{facts.control.file})",
                facts.control.kind,
                facts.control.title["ja"],
                facts.control.title["en"],
                *(_clauses_of(name, facts) for name in standards),
            ]
            for facts in controls
        ),
    )


def _clauses_of(standard: str, facts: ControlFacts) -> str:
    return "<br>".join(
        dict.fromkeys(reference.clause.id for reference in facts.clauses if reference.standard.id == standard)
    )


def _both(key: str) -> str:
    return f"{JA(key)} / {EN(key).partition(' ')[2]}"


def _table(columns: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield _row(columns)
    yield _row(["---"] * len(columns))
    yield from map(_row, rows)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    sys.exit(main())
