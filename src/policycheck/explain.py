"""What the catalogue says of a control or a clause, in words."""

import unicodedata
from collections.abc import Iterator

from .errors import UsageError
from .model import Clause, Control, Standard, Use
from .nearest import nearest
from .standards import Catalogue
from .texts import Texts, plain


def explain(catalogue: Catalogue, topic: str, standard_id: str | None, texts: Texts) -> str:
    """A control by its id or the last part of it; else every clause of that id, in one standard or in all of them.

    Raises UsageError where there is neither.
    """
    wanted = _folded(topic)
    names = [name for name in catalogue.controls if wanted in (name, name.rpartition("/")[2])]
    ids = [standard_id] if standard_id else catalogue.standard_ids
    standards = [catalogue.standard(name) for name in ids]
    blocks = [_block(_control(catalogue.controls[name], standards, texts)) for name in names]
    clauses = {(standard.id, clause.id): (standard, clause) for standard in standards for clause in standard.clauses}
    for standard, clause in clauses.values():
        if _folded(clause.id) == wanted:
            blocks.append(_block(_clause(standard, clause, catalogue, texts)))
    if not blocks:
        known = [*catalogue.controls, *(clause for _, clause in clauses)]
        raise UsageError("unknown_topic", name=topic, nearest=nearest(wanted, known))
    return "\n\n".join(blocks) + "\n"


def _folded(name: str) -> str:
    """Full-width and half-width forms are the same name."""
    return unicodedata.normalize("NFKC", name)


def _block(lines: Iterator[str]) -> str:
    return "\n".join(plain(line) for line in lines)


def list_standards(catalogue: Catalogue, texts: Texts) -> str:
    lines = []
    for name in catalogue.standard_ids:
        standard = catalogue.standard(name)
        counts = {"clauses": len(standard.clauses), "judged": len(standard.clauses) - len(standard.unjudged)}
        lines += [name, f"  {standard.title[texts.language]}", f"  {texts('explain.clauses_count', **counts)}"]
    return "\n".join(lines) + "\n"


def list_controls(catalogue: Catalogue, texts: Texts) -> str:
    lines = []
    for control in catalogue.controls.values():
        lines += [f"{control.id}  ({control.kind})", f"  {control.title[texts.language]}"]
    return "\n".join(lines) + "\n"


def _control(control: Control, standards: list[Standard], texts: Texts) -> Iterator[str]:
    language = texts.language
    yield f"{texts('explain.control')} {control.id}"
    yield f"  {control.title[language]}"
    facts = {
        "kind": control.kind,
        "severity": texts(f"severity.{control.severity}"),
        "chapter": ", ".join(map(str, control.guideline)),
        "measure": control.measure,
        "deciding": [texts.either(control, entry) for entry in control.deciding],
        "optional": [texts.either(control, entry) for entry in control.optional],
        "source": control.source,
        "description": control.description,
        "remedy": control.remediation[language],
        "policy": control.file,
    }
    yield from (f"  {texts.labelled(f'explain.{name}', fact)}" for name, fact in facts.items() if fact)
    for name, parameter in control.parameters.items():
        default = texts.value(control, name, parameter["default"])
        facts = {"name": name, "title": parameter[language], "default": default}
        yield f"  {texts('explain.parameter', **facts)}"
    uses = [
        f"    {standard.id} {clause.id}  {clause.title[language]}{_parameters(control, use, texts)}"
        for standard in standards
        for clause in standard.clauses
        for use in clause.uses
        if use.control == control.id
    ]
    yield f"  {texts.labelled('explain.clauses', '' if uses else None)}"
    yield from uses


def _clause(standard: Standard, clause: Clause, catalogue: Catalogue, texts: Texts) -> Iterator[str]:
    language = texts.language
    yield f"{texts('explain.clause')} {standard.id} {clause.id}"
    yield f"  {clause.title[language]}"
    yield f"  {texts.labelled('explain.standard', standard.title[language])}"
    yield f"  {texts.labelled('explain.source', standard.source)}"
    if clause.attested:
        yield f"  {texts('explain.attested')}"
    if clause.uses:
        yield f"  {texts.labelled('explain.judged_by', '')}"
    for use in clause.uses:
        control = catalogue.controls[use.control]
        yield f"    {use.control}  {control.title[language]}{_parameters(control, use, texts)}"


def _parameters(control: Control, use: Use, texts: Texts) -> str:
    return "".join(f"  [{texts.parameter(control, name, value)}]" for name, value in use.parameters.items())
