"""What a report says, read back from every format that is a file of text: by the format's own reader, not by ours."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote

import cmarkgfm
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from policycheck.model import Status
from policycheck.reports.rows import Row
from policycheck.texts import texts

FILES = ("markdown", "csv", "sarif", "junit", "oscal", "oscal-poam")
"""The formats that list findings as text for others to read."""

TOLD = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.CORRECTED)
"""What all of them list, whatever else."""


class Said(NamedTuple):
    """One result as a format tells it. An answer is one of a department."""

    status: str
    id: str
    place: str
    message: str


Findings: TypeAlias = Counter[Said]


def of_json(report: Mapping[str, Any]) -> Findings:
    return Counter(
        Said(
            result["status"],
            result["resource"]["id"],
            _place(result["location"]["file"], result["location"]["line"]),
            result["message"],
        )
        for result in report["results"]
        if result["status"] in TOLD
    )


def told_by(name: str, said: Findings) -> Findings:
    """What the format is there to tell: a plan is for what is not mended yet, and a code host takes every result of
    SARIF for an alert."""
    return Counter(
        {s: count for s, count in said.items() if name not in ("oscal-poam", "sarif") or s.status != "corrected"}
    )


def _place(file: str, line: int | str | None) -> str:
    return f"{file}:{line}" if line else file


def _statuses(language: str) -> dict[str, str]:
    told = texts(language)
    return {f"{told(f'mark.{status}')} {told(f'status.{status}')}": status.value for status in Status}


def table(text: str) -> list[dict[str, str]]:
    """The rows of a table in CSV, by their headings."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def of_csv(text: str, language: str) -> Findings:
    titles = {name: texts(language)(f"column.{name}") for name in Row._fields}
    statuses = {" ".join(reversed(told.split(" ", 1))): status for told, status in _statuses(language).items()}
    rows = ({name: row[title].removeprefix("'") for name, title in titles.items()} for row in table(text))
    return Counter(
        Said(statuses[row["status"]], row["id"], _place(row["file"], row["line"]), row["message"])
        for row in rows
        if statuses.get(row["status"]) in TOLD
    )


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def marked(text: str) -> set[str]:
    """The tags of what GitHub makes of Markdown, by its own renderer, which makes links of what looks like one. It does
    so with every address of mail: those are left out."""
    page = re.sub(r'<a href="(?:mailto|xmpp):', "", cmarkgfm.github_flavored_markdown_to_html(text))
    return set(re.findall(r"<([a-z0-9]+)", page))


def written(token: Token) -> str:
    """The text of a paragraph, heading or cell: text is all there is in it, some of it strong."""
    kinds = {child.type for child in token.children or ()}
    assert kinds <= {"text", "strong_open", "strong_close"}, (kinds, token.content)
    return "".join(child.content for child in token.children or ())


def tables(text: str) -> list[list[list[str]]]:
    """The rows of all tables in Markdown."""
    found: list[list[list[str]]] = []
    inside = False
    for token in tokens(text):
        inside = token.type == "table_open" or (inside and token.type != "table_close")
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline":
            if inside:
                found[-1][-1].append(written(token))
            else:
                written(token)
    return found


def of_markdown(text: str, language: str) -> Findings:
    told, statuses = texts(language), _statuses(language)
    heads = [told(f"column.{name}") for name in ("status", "message", "id", "file")]
    found: Findings = Counter()
    for head, *rows in tables(text):
        if set(heads) <= set(head):
            assert {len(row) for row in rows} == {len(head)}
            for row in rows:
                status, message, identity, place = (row[head.index(name)] for name in heads)
                name = next(name for name in statuses if status.startswith(name))
                found[Said(statuses[name], identity.rpartition(" ")[2], place, message)] += 1
    return Counter({said: count for said, count in found.items() if said.status in TOLD})


def _told(message: str, status: str, language: str) -> str:
    """Formats that demand a message give the status where there is nothing to say."""
    return "" if message == texts(language)(f"status.{status}") else message


def of_sarif(text: str, language: str) -> Findings:
    found: Findings = Counter()
    for result in json.loads(text)["runs"][0]["results"]:
        if "gone" in result["properties"] or result["properties"]["status"] not in TOLD:
            continue
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        file, line = unquote(physical["artifactLocation"]["uri"]), physical.get("region", {}).get("startLine")
        if location.get("message", {}).get("text") == texts(language)("report.unnamed_department"):
            file = ""
        status, place = result["properties"]["status"], _place(file.removeprefix("file://"), line)
        message = _told(result["message"]["text"].replace("{{", "{").replace("}}", "}"), status, language)
        found[Said(status, location["logicalLocations"][0]["name"], place, message)] += 1
    return found


LINE = re.compile(
    r"(?P<mark>\S) (?:(?P<place>\S+\.[a-z]+(?::\d+)?) )?\w+/(?P<id>[^ ：]+?)(?: [^：]*?)?(?:(?:：|: )(?P<message>.*))?"
)


def of_junit(text: str, language: str) -> Findings:
    told = texts(language)
    marks = {told(f"mark.{status}"): status for status in Status}
    news = tuple(f"{told(f'report.{name}')} " for name in ("new", "persisting"))
    found: Findings = Counter()
    for suite in list(JUnitXml.fromstring(text.encode()))[:-1]:
        for case in suite:
            for part in (*(case.result or ()), case.system_out):
                whole = part if isinstance(part, str) else (part.text if part is not None else "") or ""
                for line in whole.splitlines():
                    if line[:2].rstrip() not in marks:  # what the requirement is, before what does not meet it
                        continue
                    parts = LINE.fullmatch(line)
                    assert parts, line
                    message = parts["message"] or ""
                    message = message.removeprefix(next(filter(message.startswith, news), ""))
                    found[Said(marks[parts["mark"]], parts["id"], parts["place"] or "", message)] += 1
    return Counter({said: count for said, count in found.items() if said.status in TOLD})


def unescaped(markup: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markup)


def props(holder: Mapping[str, Any]) -> dict[str, str]:
    """The properties of an OSCAL object that has none of them twice, or of which the last will do."""
    return {prop["name"]: prop["value"] for prop in holder.get("props", ())}


def body(text: str) -> dict[str, Any]:
    """The part of an OSCAL document that holds observations and risks."""
    (document,) = json.loads(text).values()
    found: dict[str, Any] = document["results"][0] if "results" in document else document
    return found


def of_oscal(text: str, language: str) -> Findings:
    (document,) = json.loads(text).values()
    part = body(text)
    items = {item["uuid"]: props(item) for item in part["local-definitions"].get("inventory-items", ())}
    parties = {party["uuid"]: party["name"] for party in document["metadata"].get("parties", ())}
    found: Findings = Counter()
    for observation in part.get("observations", ()):
        status = props(observation).get("status")
        for subject in observation.get("subjects", ()):
            about = items[subject["subject-uuid"]] if subject["type"] == "inventory-item" else props(subject)
            identity = about.get("asset-id") or parties[subject["subject-uuid"]]
            place = _place(about.get("file", ""), about.get("line"))
            if status in TOLD:
                message = _told(unescaped(observation["description"]), status, language)
                found[Said(status, identity, place, message)] += 1
    return found


OF: Mapping[str, Callable[[str, str], Findings]] = {
    "markdown": of_markdown,
    "csv": of_csv,
    "sarif": of_sarif,
    "junit": of_junit,
    "oscal": of_oscal,
    "oscal-poam": of_oscal,
}
"""How the findings are read from each format."""


def counts(name: str, text: str, language: str) -> dict[str, int]:
    """The counts by status, as far as the format tells them in numbers."""
    if name == "markdown":
        head, row = tables(text)[0]
        statuses = _statuses(language)
        return {statuses[title]: int(number) for title, number in zip(head[1:], row[1:], strict=True)}
    if name == "csv":
        said = texts(language)
        (line,) = (row for row in table(text) if row[said("column.status")] == said("report.totals"))
        shown = (part.rsplit(" ", 1) for part in line[said("column.message")].split(said("word.comma")))
        return {_statuses(language)[status.strip()]: int(number) for status, number in shown}
    if name == "sarif":
        summary: dict[str, int] = json.loads(text)["runs"][0]["properties"]["summary"]
        return summary
    if name == "junit":
        return junit_numbers(list(JUnitXml.fromstring(text.encode()))[-1])
    found = props(body(text)) if name == "oscal" else {}
    return {status.value: int(found[status]) for status in Status if status in found}


def junit_properties(suite: Any) -> dict[str, int]:
    return {prop.name: int(prop.value) for prop in suite.properties()}


def junit_numbers(suite: Any) -> dict[str, int]:
    """The counts by status."""
    return {name: number for name, number in junit_properties(suite).items() if "." not in name}


def words(name: str, text: str) -> str:
    """All that a format tells in words, for looking whether something is said."""
    if name == "markdown":
        return "\n".join(written(token) for token in tokens(text) if token.type == "inline")
    if name == "csv":
        return "\n".join(cell for row in table(text) for cell in row.values())
    if name == "junit":
        root = JUnitXml.fromstring(text.encode())
        return "\n".join(_xml(root._elem))
    found = "\n".join(_strings(json.loads(text)))
    return unescaped(found) if name.startswith("oscal") else found.replace("{{", "{").replace("}}", "}")


def _xml(element: Any) -> Iterator[str]:
    yield from element.attrib.values()
    yield element.text or ""
    for child in element:
        yield from _xml(child)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
