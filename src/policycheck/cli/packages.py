"""What is said of packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .shell import current_texts

if TYPE_CHECKING:
    from ..evidence.chain import Log
    from ..evidence.faults import Fault
    from ..evidence.statement import Predicate, Statement
    from ..evidence.verify import Verification
    from ..report import Report

_PROBLEMS = 20
"""Problems of the inventory that are told one by one."""

_ENCLOSED = {
    "waivers": "evidence.enclosed_waivers",
    "measures": "evidence.enclosed_measures",
    "baseline": "evidence.enclosed_baseline",
}


def of_report(report: Report) -> Iterator[str]:
    """What came of the judgement that is sealed."""
    from ..reports.facts import completeness, outcome

    texts = current_texts()
    if report.problems:
        yield texts("evidence.problems", count=len(report.problems))
        yield from (f"  {problem.location}: {texts.problem(problem)}" for problem in report.problems[:_PROBLEMS])
        if len(report.problems) > _PROBLEMS:
            yield "  …"
    yield completeness(report, texts)
    yield outcome(report, texts)


def of_check(pack: Path, found: Verification, *, vouched: bool) -> Iterator[str]:
    texts = current_texts()
    yield texts("evidence.package", file=pack)
    if found.statement:
        yield from _about(found.statement)
    if found.signer:
        by_given = vouched and not any(fault.key == "other_key" for fault in found.faults)
        kind = "evidence.vouched" if by_given else "evidence.unvouched"
        yield texts(kind, fingerprint=found.signer.fingerprint)
    elif found.statement:
        yield texts("evidence.no_signature")
    if found.own is not None:
        yield texts("evidence.own_policies" if found.own else "evidence.foreign_policies")
    yield from (f"× {message(fault)}" for fault in found.faults)
    yield texts("evidence.not_genuine" if found.faults else "evidence.genuine", count=len(found.faults))


def of_log(found: Log, *, vouched: bool) -> Iterator[str]:
    texts = current_texts()
    for link in found.links:
        yield texts("evidence.link", file=link.file, **_facts(link.predicate))
        yield f"  SHA-256  {link.sha256}"
        yield from (f"  {line}" for line in _enclosed(link.statement))
        by = "evidence.link_signer" if link.signer else "evidence.link_unsigned"
        yield f"  {texts(by, fingerprint=link.signer)}"
    yield from (f"× {texts('evidence.of_file', file=file, what=message(fault))}" for file, fault in found.faults)
    if found.aside:
        yield texts("evidence.aside", count=len(found.aside), files=found.aside)
    yield texts("evidence.broken_chain" if found.faults else "evidence.whole_chain", count=len(found.links))
    if found.links and not vouched:
        yield texts("evidence.nobody_vouches")


def message(fault: Fault) -> str:
    return current_texts()(f"evidence.{fault.key}", **fault.facts)


def _about(statement: Statement) -> Iterator[str]:
    from .. import __version__

    texts = current_texts()
    predicate = statement.predicate
    yield texts("evidence.about", **_facts(predicate))
    yield from _enclosed(statement)
    if predicate["redacted"]:
        yield texts("evidence.redacted")
    if predicate["policycheck"] != __version__:
        yield texts("evidence.other_version", version=predicate["policycheck"], own=__version__)


def _enclosed(statement: Statement) -> Iterator[str]:
    """What the maker gave beside the inventory, and so what the report depends on."""
    from ..bundle import Bundle

    texts, predicate = current_texts(), statement.predicate
    own = predicate["standard"]["file"]
    given = {"evidence.own_standard": own, **{key: predicate[name] for name, key in _ENCLOSED.items()}}
    for key, file in given.items():
        if file:
            yield texts(key, file=file["name"], sha256=statement.digests[file["member"]])
    if own and predicate["standard"]["id"] in Bundle().standards:
        yield texts("evidence.own_standard_of_known_id", id=predicate["standard"]["id"])


def _facts(predicate: Predicate) -> dict[str, object]:
    return {
        "sequence": predicate["sequence"],
        "as_of": predicate["as_of"],
        "standard": predicate["standard"]["id"],
        "files": len(predicate["inventory"]["files"]),
        "code": predicate["report"]["exit_code"],
        "version": predicate["policycheck"],
    }
