"""What the catalogue says of a topic, in words."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from .crosswalk import Area, ClauseFacts, ControlFacts, Crosswalk, Found, Reference, counted
from .model import Control, Question
from .texts import Texts, plain


def explain(found: Found, texts: Texts) -> list[str]:
    """The lines of a page: of an area what belongs to it, else of each control and clause what it demands."""
    blocks = [_area(found.area, found, texts)] if found.area else []
    if not found.area:
        blocks += [_control(facts, texts) for facts in found.controls]
        blocks += [_clause(facts, texts) for facts in found.clauses]
    lines: list[str] = []
    for block in blocks:
        lines += ["", *map(plain, block)] if lines else map(plain, block)
    return lines


def list_standards(crosswalk: Crosswalk, texts: Texts) -> list[str]:
    lines = []
    for standard in crosswalk.standards:
        counts = texts("explain.clauses_count", **counted(standard)._asdict())
        lines += [standard.id, f"  {standard.title[texts.language]}", f"  {counts}"]
    return lines


def list_controls(crosswalk: Crosswalk, texts: Texts) -> list[str]:
    lines = []
    for facts in crosswalk.controls:
        lines += [f"{facts.control.id}  ({facts.control.kind})", f"  {facts.control.title[texts.language]}"]
    return lines


def _area(area: Area, found: Found, texts: Texts) -> Iterator[str]:
    language = texts.language
    yield texts.labelled(f"explain.{area.kind}", texts(f"{area.kind}.{area.number}"))
    other = "measure" if area.kind == "chapter" else "chapter"
    yield f"  {texts.labelled(f'explain.{other}', _headings(other, area.counterparts, texts))}"
    controls = [facts.control for facts in found.controls]
    yield from _listed(
        "explain.controls", (f"    {control.id}  {control.title[language]}" for control in controls), texts
    )
    yield from _listed("explain.area_clauses", _by_standard(found.clauses, language), texts)


def _by_standard(clauses: Iterable[ClauseFacts], language: str) -> Iterator[str]:
    for name, members in groupby(clauses, lambda facts: facts.standard.id):
        yield f"    {name}"
        yield from (f"      {facts.clause.id}  {facts.clause.title[language]}" for facts in members)


def _control(facts: ControlFacts, texts: Texts) -> Iterator[str]:
    control, language = facts.control, texts.language
    yield f"{texts('explain.control')} {control.id}"
    yield f"  {control.title[language]}"
    shown = {
        "kind": control.kind,
        "severity": texts(f"severity.{control.severity}"),
        "chapter": _headings("chapter", facts.chapters, texts),
        "measure": _headings("measure", facts.measures, texts),
        "deciding": [texts.either(control, entry) for entry in control.deciding],
        "optional": [texts.either(control, entry) for entry in control.optional],
        "source": control.source,
        "description": control.description,
        "remedy": control.remediation[language],
        "policy": control.file,
    }
    yield from _labelled(shown, texts)
    for name, parameter in control.parameters.items():
        default = texts.value(control, name, parameter["default"])
        yield f"  {texts('explain.parameter', name=name, title=parameter[language], default=default)}"
    uses = (f"    {_reference(control, reference, texts)}" for reference in facts.clauses)
    yield from _listed("explain.clauses", uses, texts)


def _clause(facts: ClauseFacts, texts: Texts) -> Iterator[str]:
    standard, clause, language = facts.standard, facts.clause, texts.language
    yield f"{texts('explain.clause')} {standard.id} {clause.id}"
    yield f"  {clause.title[language]}"
    how = [texts("explain.by_controls")] if facts.judges else []
    if clause.attested:
        how.append(texts.question(Question(clause, standard.period, (clause.id,))))
    shown = {
        "standard": standard.title[language],
        "group": f"{clause.group} {standard.groups[clause.group][language]}" if clause.group else None,
        "source": standard.source,
        "chapter": _headings("chapter", facts.chapters, texts),
        "measure": _headings("measure", facts.measures, texts),
        "how": how,
        "asked_of": (clause.asked_of or texts("explain.every_department")) if clause.attested else None,
    }
    yield from _labelled(shown, texts)
    if facts.judges:
        yield f"  {texts.labelled('explain.judged_by', '')}"
    for judge in facts.judges:
        control = judge.control
        yield f"    {control.id}  {control.title[language]}{_given(control, judge.parameters, texts)}"
        others = (f"        {_reference(control, reference, texts)}" for reference in judge.elsewhere)
        yield from _listed("explain.elsewhere", others, texts, indent=6)


def _labelled(facts: Mapping[str, object], texts: Texts) -> Iterator[str]:
    """A line for each fact that there is."""
    yield from (f"  {texts.labelled(f'explain.{name}', fact)}" for name, fact in facts.items() if fact)


def _listed(key: str, lines: Iterable[str], texts: Texts, indent: int = 2) -> Iterator[str]:
    """The label and the lines below it, or that there are none."""
    entries = list(lines)
    yield f"{' ' * indent}{texts.labelled(key, '' if entries else None)}"
    yield from entries


def _headings(kind: str, numbers: Iterable[int], texts: Texts) -> list[str]:
    return [texts(f"{kind}.{number}") for number in numbers]


def _reference(control: Control, reference: Reference, texts: Texts) -> str:
    clause = reference.clause
    given = _given(control, reference.parameters, texts)
    return f"{reference.standard.id} {clause.id}  {clause.title[texts.language]}{given}"


def _given(control: Control, parameters: Mapping[str, Any], texts: Texts) -> str:
    shown = (texts.parameter(control, name, value) for name, value in parameters.items())
    return "".join(f"  {texts('explain.given', value=value)}" for value in shown)
