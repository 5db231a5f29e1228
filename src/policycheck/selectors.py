"""Which results an entry of a file of measures speaks of: those that have all the values that it names."""

from collections.abc import Container, Mapping, Sequence

from .model import Resource, Result, Subject


def cover(entries: Sequence[Mapping[str, str]], result: Result) -> bool:
    """Whether one of the entries speaks of the result."""
    names = names_of(result.check, result.resource)
    return any(matches(entry, names, result.check.clauses) for entry in entries)


def names_of(subject: Subject, resource: Resource) -> dict[str, str | None]:
    """What a selector can name of a result, beside its clauses."""
    return {
        "control": subject.control_id,
        "kind": resource.kind,
        "id": resource.id,
        "department": resource.department,
        "system": resource.system,
    }


def may_match(entry: Mapping[str, str], subject: Subject) -> bool:
    return (
        entry.get("clause", subject.clauses[0]) in subject.clauses
        and entry.get("control", subject.control_id) == subject.control_id
        and entry.get("kind", subject.kind) == subject.kind
    )


def matches(entry: Mapping[str, str], names: Mapping[str, str | None], clauses: Container[str]) -> bool:
    return all(value in clauses if name == "clause" else names[name] == value for name, value in entry.items())
