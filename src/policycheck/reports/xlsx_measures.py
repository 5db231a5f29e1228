"""The sheet on which departments write what they do about findings; `policycheck measures import` reads it back."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ..excel.writing import Book, Column, Table, Value
from ..measures import MeasureUse
from ..model import SHOWN_AS, Result, Status
from ..report import Report
from ..selectors import cover
from ..texts import Texts
from . import facts
from .rows import in_order

ABOUT = ("clause", "control", "kind", "id", "department", "system")
"""What says which results belong to a finding."""

GIVEN = ("finding", "owner", *ABOUT, "status", "on", "text")
"""The columns that are read back. The others tell whoever fills them in what it is about."""

STATUSES = ("done", "planned", "none")

_WIDTHS: Mapping[str, float] = {
    "finding": 24,
    "owner": 16,
    "title": 28,
    "fails": 8,
    "resources": 28,
    "status": 11,
    "on": 12,
    "text": 40,
    "state": 26,
    "clause": 12,
    "control": 22,
    "kind": 14,
    "id": 12,
    "department": 15,
    "system": 12,
}
_EARLIEST = datetime.date(1900, 3, 1)
"""Before it, spreadsheets do not agree on the numbers of days."""
_NAMED = 8
"""Resources that a row names; the sheet of findings has them all."""


def write_measures(book: Book, report: Report, texts: Texts) -> None:
    """The measures that are there with what the scan says of them, then the fails that no measure speaks of."""
    names = list(_WIDTHS)
    table = Table(book, texts("xlsx.measures"), [_column(name, texts) for name in names], frozen=1, note=2, least=2)
    for use in report.measures or ():
        look = {names.index("state"): SHOWN_AS[use.state].value}
        for row in _existing(use, texts):
            table.add([row.get(name, "") for name in names], look)
    unmeasured = {id(result) for result in report.unmeasured}
    groups: dict[tuple[str, str, str | None], list[Result]] = defaultdict(list)
    for result in in_order(report):
        if result.status is Status.FAIL and id(result) in unmeasured:
            check = result.check
            groups[result.resource.department, check.clauses[0], check.control_id].append(result)
    look = {names.index("state"): Status.FAIL.value}
    for (department, clause, control), results in groups.items():
        about = {"clause": clause, "department": department}
        about |= {"control": control} if control else {"kind": results[0].resource.kind}
        given = {"finding": " ".join(filter(None, (clause, department, control))), "owner": department}
        row = {**given, **_about(about, texts), **_told(results, texts), "state": texts("no_measure.fail")}
        table.add([row.get(name, "") for name in names], look)
    table.close(facts.no_findings(report, texts))


def _column(name: str, texts: Texts) -> Column:
    title, width = texts(f"xlsx.{name}"), _WIDTHS[name]
    if name == "status":
        known = [texts(f"measure_status.{status}") for status in STATUSES]
        told = {"input_message": texts("xlsx.status_help"), "error_message": texts("xlsx.status_help")}
        return Column(title, width, "input", "below_text", {"validate": "list", "source": known, **told})
    if name == "on":
        told = {"input_message": texts("xlsx.on_help"), "error_message": texts("xlsx.on_help")}
        days = {"validate": "date", "criteria": ">=", "value": _EARLIEST}
        return Column(title, width, "input_date", "below_date", {**days, **told})
    if name in GIVEN:
        return Column(title, width, "input" if name == "text" else "text", "below_text")
    return Column(title, width, "number" if name == "fails" else "cell")


def _existing(use: MeasureUse, texts: Texts) -> Iterator[dict[str, Value]]:
    """A row for each entry that says what the measure is about; what was done stands in the first."""
    measure = use.measure
    day = datetime.date.fromisoformat(measure.on) if measure.on else None
    on: Value = measure.on or ""
    if day and day >= _EARLIEST:
        on = day
    done: dict[str, Value] = {"status": texts(f"measure_status.{measure.status}"), "on": on, "text": measure.text}
    given = {"finding": measure.finding, "owner": measure.owner, "state": texts(f"measure_state.{use.state}")}
    fails = [result for result in use.results if result.status is Status.FAIL]
    for entry in measure.about:
        own = [result for result in fails if cover([entry], result)]
        yield {**given, **_about(entry, texts), **_told(own, texts), **done}
        done = {}


def _about(entry: Mapping[str, str], texts: Texts) -> dict[str, str]:
    return {name: texts.kind(value) if name == "kind" else value for name, value in entry.items()}


def _told(results: Sequence[Result], texts: Texts) -> dict[str, Value]:
    """What fails there, for who fills it in."""
    titles = dict.fromkeys(result.check.title[texts.language] for result in results)
    resources = list(dict.fromkeys(f"{result.resource.kind}/{result.resource.id}" for result in results))
    named = "\n".join(resources[:_NAMED])
    if len(resources) > _NAMED:
        named += "\n" + texts("xlsx.others", count=len(resources) - _NAMED)
    return {"title": "\n".join(titles), "fails": len(results), "resources": named}
