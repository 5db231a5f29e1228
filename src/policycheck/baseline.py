"""An earlier report of the same standard, and what has become of what it found."""

import datetime
import hashlib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from .errors import UsageError
from .model import Question, Resource, Result, Standard, Status, Subject

Key: TypeAlias = tuple[str | None, str, str]
"""Control (None for an answer), kind and id."""

_BROKEN = frozenset((Status.FAIL, Status.WAIVED))


@dataclass(frozen=True, slots=True)
class Gone:
    """What failed in the baseline and is not judged any more, because the resource is not in the inventory
    (`reason` is "resource"), or because the standard no longer asks for it ("control")."""

    reason: str
    control: str | None
    clauses: tuple[str, ...]
    kind: str
    id: str
    department: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the results stand to those of the baseline. `sha256` is the hex digest of its file."""

    file: str
    sha256: str
    as_of: str
    complete: bool
    gone: list[Gone]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an earlier report said of everything that it did not pass. `sha256` is the hex digest of its bytes."""

    file: str
    sha256: str
    as_of: str
    complete: bool
    results: Mapping[Key, list[dict[str, Any]]]

    def earlier(self, check: Subject, resource: Resource) -> Status | None:
        """The status that the baseline lists for a judgement under one of the same clauses; None for a pass, and for
        what was not judged."""
        for result in self.results.get((check.control_id, resource.kind, resource.id), ()):
            own = slice(1) if isinstance(check, Question) else slice(None)
            if not set(check.clauses[own]).isdisjoint(result["clauses"][own]):
                return Status(result["status"])
        return None

    def was_broken(self, check: Subject, resource: Resource) -> bool:
        return self.earlier(check, resource) in _BROKEN

    def follow(self, result: Result) -> Result:
        """The result with what the baseline said of it. A pass that was a fail becomes corrected."""
        before = self.earlier(result.check, result.resource)
        corrected = result.status is Status.PASS and before in _BROKEN
        return replace(result, before=before, status=Status.CORRECTED if corrected else result.status)

    def compare(self, subjects: Iterable[Subject], present: Container[tuple[str, str]]) -> Comparison:
        """What the comparison is with, and what failed there and is not judged any more: no correction, whatever the
        reason. `present` holds kind and id of everything that is there."""
        judged = {(subject.control_id, clause) for subject in subjects for clause in subject.clauses}
        found = []
        for (control, kind, identity), results in self.results.items():
            for result in results:
                if result["status"] not in _BROKEN:
                    continue
                if (kind, identity) not in present:
                    reason = "resource"
                elif judged.isdisjoint((control, clause) for clause in result["clauses"]):
                    reason = "control"
                else:
                    continue
                department = result["resource"]["department"]
                found.append(Gone(reason, control, tuple(result["clauses"]), kind, identity, department))
        return Comparison(self.file, self.sha256, self.as_of, self.complete, found)


def read_baseline(path: Path, standard: Standard, schema: dict[str, Any], as_of: datetime.date) -> Baseline:
    """Raises UsageError for anything but a report of this standard for a day no later than `as_of`."""
    import jsonschema_rs

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable_baseline", file=path, reason=error.strerror) from None
    try:
        report = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UsageError("broken_baseline", file=path, reason=str(error)) from None
    flaw = next(jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(report), None)
    if flaw:
        raise UsageError(
            "broken_baseline", file=path, reason=f"{'/'.join(map(str, flaw.instance_path))}: {flaw.message}"
        )
    if report["standard"]["id"] != standard.id:
        raise UsageError("other_standard", file=path, found=report["standard"]["id"], standard=standard.id)
    if report["as_of"] > as_of.isoformat():
        raise UsageError("later_baseline", file=path, found=report["as_of"], as_of=as_of.isoformat())
    results: dict[Key, list[dict[str, Any]]] = {}
    for result in report["results"]:
        resource = result["resource"]
        results.setdefault((result["control"], resource["kind"], resource["id"]), []).append(result)
    return Baseline(path.as_posix(), hashlib.sha256(content).hexdigest(), report["as_of"], report["complete"], results)
