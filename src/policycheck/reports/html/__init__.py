"""The report as one page for a browser: it needs no network, and without its script it shows everything all the same."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from ...matrix import Row, columns, matrix
from ...model import OPEN, SEVERITIES, SHOWN_AS, Check, Counts, Result, Status, Subject
from ...report import Report
from ...texts import Texts, plain
from .. import View, facts
from ..rows import by_subject, in_order, row

_HERE = Path(__file__).parent
_DEPARTMENTS_AT_ONCE = 24
"""Departments for which one table of the matrix has room; more make several tables."""
_AT_ONCE = 500
"""Pieces of the page that leave together."""
_JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]+")


class Group(NamedTuple):
    """What one subject says in one department, the most pressing first."""

    id: str
    results: Sequence[Result]

    @property
    def subject(self) -> Subject:
        return self.results[0].check

    @property
    def status(self) -> Status:
        return self.results[0].status

    @property
    def severity(self) -> str | None:
        return _severity(self.subject)

    @property
    def foremost(self) -> int:
        """How many results are as pressing as the first."""
        return sum(result.status is self.status for result in self.results)


class Department(NamedTuple):
    """The results of one department, the most pressing group first."""

    id: str
    name: str
    groups: Sequence[Group]

    @property
    def counts(self) -> Mapping[Status, int]:
        return Counter(result.status for group in self.groups for result in group.results)

    @property
    def first(self) -> Group:
        """What to begin with: of the most pressing groups the largest."""
        head = self.groups[0]
        same = [group for group in self.groups if (group.status, group.severity) == (head.status, head.severity)]
        return max(same, key=lambda group: group.foremost)


class Line(NamedTuple):
    """A department in the overview. `counts` is None where nothing was judged, `findings` where nothing is to be dealt
    with."""

    name: str
    counts: Counts | None
    findings: Department | None


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """HTML with its style and its script inside."""
    del view
    results = in_order(report)
    findings = _departments("f", [result for result in results if result.status in OPEN])
    others = _departments("o", [result for result in results if result.status not in OPEN])
    style, script = (_HERE.joinpath(name).read_text("utf-8") for name in ("page.css", "page.js"))
    page = _template().stream(
        report=report,
        t=texts,
        style=style,
        script=script,
        hashes={"style": _hash(style), "script": _hash(script)},
        facts=facts,
        statuses=list(Status),
        gravity=_gravity(results, texts),
        overview=_overview(report, findings),
        charts=_charts(report, texts),
        choices=_choices(report, texts),
        total=len(results),
        parts={"findings": findings, "others": others},
        tables=list(_tables(report)),
        unmeasured=_unmeasured(report),
        states=SHOWN_AS,
        clauses={clause.id: clause.title[texts.language] for clause in report.standard.clauses},
        said=partial(_said, texts=texts),
        row=partial(row, report=report, texts=texts),
        shares=_shares,
    )
    page.enable_buffering(_AT_ONCE)
    for block in page:
        yield block.encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.jinja")


def _shown(value: Any) -> Any:
    """Every value as one line of text that a reader sees as it is. The template then escapes it, unless it is markup."""
    return value if hasattr(value, "__html__") else plain(str(value))


def _said(text: object, texts: Texts) -> Markup:
    """A text of which, on an English page, what is Japanese is marked as such."""
    shown = str(escape(plain(str(text))))
    return Markup(shown if texts.language == "ja" else _JAPANESE.sub(r'<span lang="ja">\g<0></span>', shown))  # noqa: S704


def _hash(text: str) -> str:
    """By which the page's own policy knows its style and its script, and lets nothing else run."""
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _severity(subject: Subject) -> str | None:
    return subject.control.severity if isinstance(subject, Check) else None


def _departments(prefix: str, results: Iterable[Result]) -> list[Department]:
    """The results by department and subject, in the order in which they come."""
    return [
        Department(
            f"{prefix}{number}",
            name,
            [Group(f"{prefix}{number}-{place}", members) for place, members in enumerate(by_subject(own), 1)],
        )
        for number, (name, own) in enumerate(groupby(results, lambda result: result.resource.department), 1)
    ]


def _overview(report: Report, findings: Iterable[Department]) -> list[Line]:
    """The departments, those with the most fails first."""
    own = {department.name: department for department in findings}
    return [Line(name, report.by_department.get(name), own.get(name)) for name in report.most_pressing]


def _gravity(results: Iterable[Result], texts: Texts) -> list[tuple[str, int]]:
    """How many fails there are of each severity; answers of people have none."""
    counts = Counter(_severity(result.check) for result in results if result.status is Status.FAIL)
    found = [(texts(f"severity.{name}"), counts[name]) for name in SEVERITIES]
    return [(name, count) for name, count in [*found, (texts("kind.attestation"), counts[None])] if count]


def _charts(report: Report, texts: Texts) -> list[tuple[str, str, str, list[tuple[str, Counts | None]]]]:
    """Of each chart its id and title, what its lines are, and the lines; a line without counts was not judged."""
    chapters: list[tuple[str, Counts | None]] = [
        (texts(f"chapter.{number}") if number else texts("report.no_chapter"), counts)
        for number, counts in sorted(report.by_chapter.items(), key=lambda item: item[0] or 10)
    ]
    kinds: list[tuple[str, Counts | None]] = [(texts.kind(kind), counts) for kind, counts in report.by_kind.items()]
    measures = list(facts.by_measure(report, texts).items()) if report.by_measure else []
    return [
        ("chapters", texts("report.by_chapter"), texts("explain.chapter"), chapters),
        ("kinds", texts("report.by_kind"), texts("explain.kind"), kinds),
        ("ordinance", texts("report.by_measure"), texts("explain.measure"), measures),
    ]


def _shares(counts: Counts) -> Iterator[tuple[Status, str, str]]:
    """Of what applies, where the share of each status begins and how wide it is, in percent."""
    applicable = [status for status in Status if status is not Status.NOT_APPLICABLE]
    whole = sum(counts[status] for status in applicable)
    start = 0
    for status in applicable:
        if counts[status]:
            yield status, f"{start * 100 / whole:.2f}", f"{counts[status] * 100 / whole:.2f}"
            start += counts[status]


def _choices(report: Report, texts: Texts) -> dict[str, list[str]]:
    """By column, what the results can be filtered by, in the words of their rows."""
    results = report.results
    statuses = {result.status for result in results}
    severities = {_severity(result.check) for result in results}
    departments = {result.resource.department for result in results}
    kinds = {result.resource.kind for result in results}
    found = {
        "status": [texts.status(status) for status in Status if status in statuses],
        "department": [name for name in report.departments if name in departments],
        "severity": [texts(f"severity.{name}") for name in SEVERITIES if name in severities],
        "kind": [texts.kind(kind) for kind in report.by_kind if kind in kinds],
        "news": [texts("report.new"), texts("report.persisting")] if report.comparison else [],
    }
    return {name: values for name, values in found.items() if values}


def _tables(report: Report) -> Iterator[tuple[Sequence[str], Sequence[Row]]]:
    """The matrix as tables that fit a page: the departments of each, and its rows."""
    judged = [line for line in matrix(report) if line.cells]
    departments = columns(report, judged)
    for start in range(0, len(departments), _DEPARTMENTS_AT_ONCE):
        yield departments[start : start + _DEPARTMENTS_AT_ONCE], judged


def _unmeasured(report: Report) -> dict[Status, int]:
    """The fails and the unknown that no measure speaks of."""
    counts = Counter(result.status for result in report.unmeasured)
    return {status: counts[status] for status in OPEN if counts[status]}
