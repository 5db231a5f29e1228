"""JUnit's XML for a CI server: a suite for each department, a case for each requirement that was judged there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from ..model import Counts, Result, Status, Subject, total
from ..report import Report
from ..texts import Texts, plain
from . import View, facts
from .rows import besides, in_order, news, told

_Case = tuple[Subject, Counts, list[Result]]


def render(report: Report, texts: Texts, view: View) -> Iterator[bytes]:
    """One document, in which a case fails where one resource does, and is an error where something is unknown. The last
    suite is that of the report itself: each input that could not be used is an error there."""
    del view
    root = ET.Element("testsuites", name=plain(f"policycheck {report.standard.id}"))
    for department, cases in _cases(report).items():
        suite = _suite(root, report, department, total(counts for _, counts, _ in cases))
        for subject, counts, results in cases:
            _case(suite, subject, counts, results, report, texts)
        _count(suite)
    _whole(root, report, texts)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    yield ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _cases(report: Report) -> dict[str, list[_Case]]:
    """By department, what was judged there."""
    results: dict[tuple[int | str, str], list[Result]] = defaultdict(list)
    for result in in_order(report):
        results[_key(result.check), result.resource.department].append(result)
    found: dict[str, list[_Case]] = {department: [] for department in report.departments}
    for subject, tally in report.tallies:
        for department, counts in tally.items():
            if any(counts.values()):
                own = results[_key(subject), department]
                found.setdefault(department, []).append((subject, counts, own))
    return {department: cases for department, cases in found.items() if cases}


def _key(subject: Subject) -> int | str:
    """What a refuted answer, which stands under another clause too, has in common with its question."""
    return subject.clauses[0] if subject.control_id is None else id(subject)


def _whole(root: ET.Element, report: Report, texts: Texts) -> None:
    """The suite of the report itself."""
    suite = _suite(root, report, texts("report.title"), report.summary, report.trend or {})
    for problem in report.problems:
        case = ET.SubElement(suite, "testcase", name=plain(str(problem.location)), classname="input", time="0")
        ET.SubElement(case, "error", message=plain(texts.problem(problem)), type="input")
    lines = [texts("word.labelled", label=label, value=value) for label, value in facts.heading(report, texts).items()]
    lines += [told(row, texts) for row in besides(report, texts)]
    lines += [facts.completeness(report, texts), facts.outcome(report, texts)]
    ET.SubElement(suite, "system-out").text = "\n".join(map(plain, lines))
    _count(suite)


def _suite(
    root: ET.Element, report: Report, name: str, counts: Counts, more: Mapping[str, int] | None = None
) -> ET.Element:
    suite = ET.SubElement(
        root,
        "testsuite",
        name=plain(name),
        timestamp=f"{report.as_of}T00:00:00",
        hostname="policycheck",
        time="0",
    )
    properties = ET.SubElement(suite, "properties")
    numbers = {status.value: counts[status] for status in Status} | {
        f"baseline.{k}": v for k, v in (more or {}).items()
    }
    for key, number in numbers.items():
        ET.SubElement(properties, "property", name=key, value=str(number))
    return suite


def _case(
    suite: ET.Element, subject: Subject, counts: Counts, results: Sequence[Result], report: Report, texts: Texts
) -> None:
    name = texts("word.list", items=subject.clauses) + " " + subject.title[texts.language]
    case = ET.SubElement(
        suite, "testcase", name=plain(name), classname=plain(subject.control_id or "attestation"), time="0"
    )
    worst = next((status for status in (Status.FAIL, Status.UNKNOWN) if counts[status]), None)
    if worst:
        tag = "failure" if worst is Status.FAIL else "error"
        message = f"{texts(f'status.{worst}')} {counts[worst]}"
        details = _told([result for result in results if result.status is worst], report, texts)
        ET.SubElement(case, tag, message=plain(message), type=worst.value).text = details
    elif not counts[Status.PASS] and not counts[Status.CORRECTED]:
        status = Status.WAIVED if counts[Status.WAIVED] else Status.NOT_APPLICABLE
        ET.SubElement(case, "skipped", message=plain(texts(f"status.{status}")))
    if rest := [result for result in results if result.status is not worst]:
        ET.SubElement(case, "system-out").text = _told(rest, report, texts)


def _told(results: Sequence[Result], report: Report, texts: Texts) -> str:
    lines = []
    for result in results:
        resource = result.resource
        mark = texts(f"mark.{result.status}")
        label = f"{resource.kind}/{resource.id}"
        parts = (mark, str(resource.location), label, news(result, report, texts), texts.message(result))
        lines.append(plain(" ".join(filter(None, parts))))
    return "\n".join(lines)


def _count(suite: ET.Element) -> None:
    for name, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        suite.set(name, str(len(suite.findall(path))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
