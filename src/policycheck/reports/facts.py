"""What every report for people says beside its findings, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import ANSWERS, MEASURES, Check, Counts, Status, Subject
from ..report import Report
from ..texts import Texts

if TYPE_CHECKING:
    from ..baseline import Gone
    from ..measures import MeasureUse
    from ..waivers import Waiver, WaiverUse


def heading(report: Report, texts: Texts) -> dict[str, str]:
    """What was judged, by the label of each fact."""
    standard, inventory = report.standard, report.inventory
    found = {
        "standard": f"{standard.title[texts.language]} [{standard.id}]",
        "as_of": report.as_of,
        "inventory": texts("report.files", files=len(inventory.files), resources=inventory.resources),
        "engine": f"{report.engine.name} ({report.engine.version})",
    }
    return {texts(f"report.{name}"): value for name, value in found.items()}


def notices(report: Report, texts: Texts) -> list[str]:
    """What a reader must know before the findings: that it is not the whole, or not the day."""
    standard, found = report.standard, []
    if not report.complete:
        found.append(completeness(report, texts))
    if changes := report.changes:
        against = texts("report.index") if changes.against == "index" else changes.against
        found.append(texts("report.changes", against=against, resources=changes.resources))
    if standard.effective_from and report.as_of < standard.effective_from:
        found.append(texts("report.not_yet_effective", first=standard.effective_from))
    if standard.effective_until and report.as_of > standard.effective_until:
        found.append(texts("report.no_longer_effective", last=standard.effective_until))
    return found


def left_out(report: Report, texts: Texts) -> list[str]:
    """What was not judged, or applies to nothing."""
    found = []
    if not report.changes:
        kinds = {kind: count for kind, count in report.unjudged.items() if kind != ANSWERS}
        if kinds:
            found.append(texts("report.beyond", kinds=[f"{texts.kind(kind)} {count}" for kind, count in kinds.items()]))
        if answers := report.unjudged.get(ANSWERS):
            found.append(texts("report.other_answers", count=answers))
        if clauses := report.unjudged_clauses:
            found.append(texts("report.unjudged", clauses=[clause.id for clause in clauses]))
        if clauses := report.inapplicable_clauses:
            found.append(texts("report.inapplicable", clauses=[clause.id for clause in clauses]))
    if skipped := report.inventory.skipped:
        found.append(texts("report.skipped", files=skipped))
    return found


def no_findings(report: Report, texts: Texts) -> str:
    """What stands where nothing is to be dealt with: nothing is said of what could not be read."""
    return texts("report.no_findings" if report.complete else "report.no_findings_in_part")


def completeness(report: Report, texts: Texts) -> str:
    return texts("report.complete" if report.complete else "report.incomplete")


def meaning(report: Report, texts: Texts) -> str:
    """What came of it, in a few words."""
    code = report.exit_code
    return texts("report.changes_pass" if report.changes and code == 0 else f"exit.{code}")


def outcome(report: Report, texts: Texts) -> str:
    """The exit code and what it means."""
    return texts("report.exit", code=report.exit_code, meaning=meaning(report, texts))


def counts(counts: Counts, texts: Texts) -> str:
    """How many there are of each status, in one line."""
    return texts("word.list", items=[f"{texts.status(status)} {counts[status]}" for status in Status])


def by_measure(report: Report, texts: Texts) -> dict[str, Counts | None]:
    """The counts of each measure of the ordinance; None where nothing was judged for it."""
    numbers: list[int | None] = [*sorted(set(MEASURES.values())), *([None] if None in report.by_measure else [])]
    return {texts(f"measure.{number or 'none'}"): report.by_measure.get(number) for number in numbers}


def parameters(subject: Subject, texts: Texts) -> list[str]:
    """With which values a control judges, or how long an answer of people holds."""
    if not isinstance(subject, Check):
        return [texts.question(subject)]
    return [texts.parameter(subject.control, name, value) for name, value in subject.parameters.items()]


def trend(report: Report, texts: Texts) -> list[str]:
    """How many fails are new since the baseline, and what became of those that it had; nothing without one."""
    told = {name: count for name, count in (report.trend or {}).items() if count or not name.startswith("now_")}
    return [f"{texts(f'report.{name}')} {count}" for name, count in told.items()]


def gone(item: Gone, texts: Texts) -> str:
    """What the baseline had, and nobody can say anything of any more."""
    label = item.department if item.control is None else f"{item.department} {item.kind}/{item.id}"
    judged_by = item.control or texts("report.clause_of", clause=item.clauses[0])
    return texts(f"gone.{item.reason}", resource=label, control=judged_by)


def waivers(report: Report) -> list[WaiverUse]:
    """The waivers that concern what was judged: where that is a part, what others hide was not."""
    return [use for use in report.waivers if not report.changes or use.hides or use.state != "in_force"]


def waiver(given: Waiver, hides: int, texts: Texts) -> str:
    """From when to when a waiver holds, who approved it, why, and what is done instead."""
    facts = {"reason": given.reason, "by": given.approved_by, "measure": given.compensating_measure}
    period = {"first": given.approved_on, "last": given.expires_on}
    return texts("report.waiver", **facts, **period, hides=hides)


def measure(use: MeasureUse, texts: Texts) -> str:
    """What was done about a finding, and what the scan says of it."""
    status = texts(f"measure_status.{use.measure.status}")
    dated = texts("report.measure", status=status, on=use.measure.on) if use.measure.on else status
    told = texts("word.labelled", label=dated, value=use.measure.text) if use.measure.text else dated
    return f"{told} → {texts(f'measure_state.{use.state}')}"
