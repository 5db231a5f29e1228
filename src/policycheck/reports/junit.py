"""JUnit's XML for a CI server: a suite for each department, a case for each requirement that was judged there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree as ET

from ..model import OPEN, Check, Counts, Result, Status, Subject, total
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
    names: Counter[tuple[str, str]] = Counter()
    for department, cases in _cases(report).items():
        suite = _suite(root, report, department, total(counts for _, counts, _ in cases))
        for subject, counts, results in cases:
            name = texts("word.list", items=subject.clauses) + " " + subject.title[texts.language]
            case = _case(suite, names, f"{department}.{subject.control_id or 'attestation'}", name)
            _judged(case, subject, counts, results, report, texts)
        _count(suite)
    _whole(root, names, report, texts)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    yield ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _cases(report: Report) -> dict[str, list[_Case]]:
    """By department, what was judged there."""
    results: dict[tuple[object, str], list[Result]] = defaultdict(list)
    for result in in_order(report):
        results[result.check.key, result.resource.department].append(result)
    found: dict[str, list[_Case]] = {department: [] for department in report.departments}
    for subject, tally in report.tallies:
        for department, counts in tally.items():
            if any(counts.values()):
                found[department].append((subject, counts, results[subject.key, department]))
    return {department: cases for department, cases in found.items() if cases}


def _whole(root: ET.Element, names: Counter[tuple[str, str]], report: Report, texts: Texts) -> None:
    """The suite of the report itself."""
    suite = _suite(root, report, texts("report.title"), report.summary, report.trend or {})
    for problem in report.problems:
        message = texts.problem(problem)
        case = _case(suite, names, "input", f"{problem.location} {message}")
        ET.SubElement(case, "error", message=plain(message), type="input")
    lines = [texts("word.labelled", label=label, value=value) for label, value in facts.heading(report, texts).items()]
    lines += [told(row, texts) for row in besides(report, texts)]
    for name, counts in facts.by_measure(report, texts).items():
        shown = facts.counts(counts, texts) if counts else texts("report.nothing_judged")
        lines.append(texts.labelled("explain.measure", f"{name} {shown}"))
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


def _case(suite: ET.Element, names: Counter[tuple[str, str]], group: str, name: str) -> ET.Element:
    """A case that no other in the document is called like: CI servers know one by its class and its name."""
    key = plain(group), plain(name)
    names[key] += 1
    number = f" ({names[key]})" if names[key] > 1 else ""
    return ET.SubElement(suite, "testcase", name=key[1] + number, classname=key[0], time="0")


def _judged(
    case: ET.Element, subject: Subject, counts: Counts, results: Iterable[Result], report: Report, texts: Texts
) -> None:
    worst = next((status for status in OPEN if counts[status]), None)
    if worst:
        tag = "failure" if worst is Status.FAIL else "error"
        about = (
            [texts.labelled("column.severity", texts(f"severity.{subject.control.severity}"))]
            if isinstance(subject, Check)
            else []
        )
        about += facts.parameters(subject, texts)
        if worst is Status.FAIL:
            about.append(texts.labelled("report.remedy", texts.remediation(subject)))
        lines = [*map(plain, about), *_told([result for result in results if result.status is worst], report, texts)]
        message = f"{texts(f'status.{worst}')} {counts[worst]}"
        ET.SubElement(case, tag, message=plain(message), type=worst.value).text = "\n".join(lines)
    elif not counts[Status.PASS] and not counts[Status.CORRECTED]:
        status = Status.WAIVED if counts[Status.WAIVED] else Status.NOT_APPLICABLE
        ET.SubElement(case, "skipped", message=plain(texts(f"status.{status}")))
    if rest := [result for result in results if result.status is not worst]:
        ET.SubElement(case, "system-out").text = "\n".join(_told(rest, report, texts))


def _told(results: Iterable[Result], report: Report, texts: Texts) -> Iterator[str]:
    for result in results:
        resource = result.resource
        label = f"{resource.kind}/{resource.id}"
        parts = (texts(f"mark.{result.status}"), str(resource.location), label, resource.name)
        where = " ".join(filter(None, parts))
        message = " ".join(filter(None, (news(result, report, texts), texts.message(result))))
        yield plain(texts("word.labelled", label=where, value=message) if message else where)


def _count(suite: ET.Element) -> None:
    for name, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
        suite.set(name, str(len(suite.findall(path))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
