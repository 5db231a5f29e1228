"""An earlier report of the same standard, and what has become of what it found."""

import datetime
import hashlib
from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from .errors import UsageError
from .inventory.discovery import name_of
from .model import BROKEN, Question, Result, Standard, Status, Subject

Key: TypeAlias = tuple[str | None, str, str]
"""Control (None for an answer), kind and id."""


_NEEDED = ["schema", "complete", "as_of", "standard", "controls", "results"]
"""What a report must have to be compared with: later versions add to the rest."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What failed in the baseline and cannot be compared any more: the resource is not in the inventory (`reason` is
    "resource"), the standard no longer asks for it ("control"), or asks for it with other values ("parameters")."""

    reason: str
    control: str | None
    clauses: tuple[str, ...]
    kind: str
    id: str
    department: str
    system: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the results stand to those of the baseline. `sha256` is the hex digest of its file."""

    file: str
    sha256: str
    as_of: str
    complete: bool
    gone: list[Gone]


@dataclass(frozen=True)
class Baseline:
    """What an earlier report said of everything that it did not pass. `sha256` is the hex digest of its bytes;
    `parameters` are the values that each control had, by control and clause."""

    file: str
    sha256: str
    as_of: str
    complete: bool
    results: Mapping[Key, list[dict[str, Any]]]
    parameters: Mapping[tuple[str, str], Mapping[str, Any]]

    def listed(self, check: Subject) -> AbstractSet[str]:
        """The ids for which the baseline lists something by the same control."""
        return self._ids.get((check.control_id, check.kind), frozenset())

    @cached_property
    def _ids(self) -> Mapping[tuple[str | None, str], AbstractSet[str]]:
        found: dict[tuple[str | None, str], set[str]] = {}
        for control, kind, identity in self.results:
            found.setdefault((control, kind), set()).add(identity)
        return found

    def follow(self, result: Result) -> Result:
        """The result with what the baseline said under one of the same clauses. A pass that was a fail becomes
        corrected, if the same was asked then."""
        found = self._entry(result.check, result.resource.kind, result.resource.id)
        if not found:
            return result
        before = Status(found["status"])
        corrected = result.status is Status.PASS and before in BROKEN and self._asked_the_same(result.check)
        return result._replace(before=before, status=Status.CORRECTED if corrected else result.status)

    def compare(self, results: Iterable[Result], present: Container[tuple[str, str]]) -> Comparison:
        """What the comparison is with, and what failed there and cannot be compared: no correction, whatever the reason.
        The results are those that `follow` gave; `present` holds kind and id of everything that is there."""
        reached: dict[int, Result] = {}
        for result in results:
            if found := self._entry(result.check, result.resource.kind, result.resource.id):
                reached[id(found)] = result
        gone = []
        for (control, kind, identity), entries in self.results.items():
            for entry in entries:
                now = reached.get(id(entry))
                if entry["status"] not in BROKEN or (now and now.status is not Status.PASS):
                    continue
                reason = "parameters" if now else "control" if (kind, identity) in present else "resource"
                resource = entry["resource"]
                clauses, system = tuple(entry["clauses"]), resource["system"]
                gone.append(Gone(reason, control, clauses, kind, identity, resource["department"], system))
        return Comparison(self.file, self.sha256, self.as_of, self.complete, gone)

    def _entry(self, check: Subject, kind: str, identity: str) -> dict[str, Any] | None:
        own = slice(1) if isinstance(check, Question) else slice(None)
        for entry in self.results.get((check.control_id, kind, identity), ()):
            if not set(check.clauses[own]).isdisjoint(entry["clauses"][own]):
                return entry
        return None

    def _asked_the_same(self, check: Subject) -> bool:
        """Whether the control had the values that it has now, under every clause that it served then and serves now."""
        if isinstance(check, Question):
            return True
        then = [self.parameters.get((check.control.id, clause)) for clause in check.clauses]
        return all(values is None or values == check.parameters for values in then)


def read_baseline(
    path: Path, standard: Standard, schema: dict[str, Any], as_of: datetime.date, called: str | None = None
) -> Baseline:
    """An earlier report; its file is named as it is `called`, if that is not its path.

    Raises UsageError for anything but a report of this standard for a day no later than `as_of`.
    """
    import jsonschema_rs

    file = Path(called) if called else path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable_baseline", file=file, reason=error.strerror) from None
    try:
        report = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UsageError("broken_baseline", file=file, reason=str(error)) from None
    needed = schema | {"required": _NEEDED, "additionalProperties": True}
    try:
        flaw = next(jsonschema_rs.validator_for(needed, validate_formats=True).iter_errors(report), None)
    except ValueError as error:  # it has too many levels
        raise UsageError("broken_baseline", file=file, reason=str(error)) from None
    if flaw:
        place = "/".join(map(str, flaw.instance_path))
        raise UsageError("broken_baseline", file=file, reason=": ".join(filter(None, [place, flaw.message])))
    if report.get("changes"):
        raise UsageError("partial_baseline", file=file, against=report["changes"]["against"])
    if report["standard"]["id"] != standard.id:
        raise UsageError("other_standard", file=file, found=report["standard"]["id"], standard=standard.id)
    if report["as_of"] > as_of.isoformat():
        raise UsageError("later_baseline", file=file, found=report["as_of"], as_of=as_of.isoformat())
    results: dict[Key, list[dict[str, Any]]] = {}
    for result in report["results"]:
        if result["status"] != Status.PASS:
            resource = result["resource"]
            results.setdefault((result["control"], resource["kind"], resource["id"]), []).append(result)
    parameters = {
        (control["id"], clause): control["parameters"]
        for control in report["controls"]
        for clause in control["clauses"]
    }
    digest = hashlib.sha256(content).hexdigest()
    return Baseline(name_of(file), digest, report["as_of"], report["complete"], results, parameters)
