"""The catalogue: what the controls are, and which clauses of which standard name them with which parameters."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .bundle import Bundle
from .errors import UsageError
from .inventory.text import Document, Flaw, decode
from .model import Check, Clause, Control, FieldPath, Location, Problem, Standard, Use
from .nearest import nearest

DEFAULT_STANDARD = "guideline"

_DURATION = re.compile(r"P(?=[0-9])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?")


class Catalogue:
    """The controls of the bundle and the standards that come with it."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.controls = {name: _control(name, facts) for name, facts in bundle.controls.items()}

    @property
    def standard_ids(self) -> list[str]:
        return list(self._bundle.standards)

    def standard(self, name: str, called: str | None = None) -> Standard:
        """The standard of this id, or the one in the file of this name, which errors name as it is `called`, if that is not
        its path. Raises UsageError where it cannot be used."""
        if name in self._bundle.standards:
            return self._build(Document(self._bundle.standards[name], lambda _: None), f"standards/{name}.yaml")
        if not name.endswith((".yaml", ".yml")):
            known = self.standard_ids
            raise UsageError("unknown_standard", name=name, nearest=nearest(name, known), known=known)
        from .inventory import yaml_text

        file = called or name
        try:
            document = yaml_text.parse(decode(Path(name).read_bytes()))
        except OSError as error:
            raise UsageError("unreadable_standard", file=file, reason=error.strerror) from None
        except Flaw as flaw:
            place = Location(file, flaw.line)
            raise UsageError("broken_standard", place=place, reason=Problem(flaw.key, place, flaw.facts)) from None
        self._validate(document, file)
        return self._build(document, file)

    def checks(self, standard: Standard) -> list[Check]:
        """What is to be judged: each control once for each set of parameter values, in the order of the controls."""
        found: dict[tuple[str, str], tuple[Use, list[Clause]]] = {}
        for clause in standard.clauses:
            for use in clause.uses:
                _, naming = found.setdefault((use.control, _in_order(use.parameters)), (use, []))
                if clause not in naming:
                    naming.append(clause)
        return [
            Check(self.controls[use.control], use.parameters, tuple(c.id for c in naming), naming[0].chapter)
            for _, (use, naming) in sorted(found.items(), key=lambda item: item[0])
        ]

    def _validate(self, document: Document, file: str) -> None:
        import jsonschema

        from .inventory.schemas import describe

        draft = jsonschema.Draft202012Validator
        validator: Any = draft(self._bundle.schemas["standard"], format_checker=draft.FORMAT_CHECKER)
        for error in validator.iter_errors(document.value):
            key, path, facts = next(describe(error))
            place = Location(file, document.lines(path))
            name = {
                "kind": "standard",
                "id": document.value.get("id", "?") if isinstance(document.value, dict) else "?",
            }
            raise UsageError("broken_standard", place=place, reason=Problem(key, place, name | facts))

    def _build(self, document: Document, file: str) -> Standard:
        value = document.value
        shared = value.get("parameters", {})
        for control, values in shared.items():
            self._parameters(control, values, file, document, ("parameters", control), ())
        clauses: dict[str, Clause] = {}
        groups = value.get("groups", {})
        for position, clause in enumerate(value["clauses"]):
            path = ("clauses", position)
            if clause["id"] in clauses:
                place = Location(file, document.lines((*path, "id")))
                raise UsageError("duplicate_clause", place=place, clause=clause["id"])
            group = clause.get("group")
            if group and group not in groups:
                place, near = Location(file, document.lines((*path, "group"))), nearest(group, groups)
                raise UsageError("unknown_group", place=place, group=group, nearest=near, known=list(groups))
            uses = []
            for number, use in enumerate(clause.get("controls", ())):
                name = use["control"]
                values = shared.get(name, {}) | use.get("parameters", {})
                at = (*path, "controls", number)
                uses.append(Use(name, self._parameters(name, values, file, document, at, ("parameters",))))
            attested, asked = clause.get("attested", False), tuple(clause.get("asked_of", ()))
            facts = {"asked_of": asked, "chapter": clause.get("guideline"), "group": group}
            clauses[clause["id"]] = Clause(clause["id"], clause["title"], tuple(uses), attested, **facts)
        attestations = value.get("attestations", {})
        contradictions = attestations.get("contradictions")
        if contradictions and contradictions not in clauses:
            place = Location(file, document.lines(("attestations", "contradictions")))
            near = nearest(contradictions, clauses)
            raise UsageError("unknown_clause", place=place, clause=contradictions, nearest=near)
        given = ("id", "title", "body", "source", "groups", "effective_from", "effective_until")
        facts = {key: value[key] for key in given if key in value} | attestations
        return Standard(clauses=tuple(clauses.values()), **facts)

    def _parameters(
        self, name: str, values: Mapping[str, Any], file: str, document: Document, path: FieldPath, inside: FieldPath
    ) -> dict[str, Any]:
        """The control's defaults, overridden by these values."""
        if name not in self.controls:
            place, near = Location(file, document.lines(path)), nearest(name, self.controls)
            raise UsageError("unknown_control_in_standard", place=place, control=name, nearest=near)
        declared = self.controls[name].parameters
        for parameter, value in values.items():
            place = Location(file, document.lines((*path, *inside, parameter)))
            facts: dict[str, Any] = {"control": name, "parameter": parameter, "known": list(declared), "value": value}
            if parameter not in declared:
                raise UsageError("unknown_parameter", place=place, **facts)
            if not _fits(value, declared[parameter]):
                facts |= {"type": declared[parameter]["type"], "known": declared[parameter].get("values")}
                raise UsageError("unfit_parameter", place=place, **facts)
        chosen = {parameter: values.get(parameter, facts["default"]) for parameter, facts in declared.items()}
        return {
            name: list(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in chosen.items()
        }


def _control(name: str, facts: Mapping[str, Any]) -> Control:
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    return Control(id=name, **frozen)


def _in_order(parameters: Mapping[str, Any]) -> str:
    """The values, written so that those that differ only in the order of a list are the same."""
    return repr(sorted((name, sorted(v) if isinstance(v, list) else v) for name, v in parameters.items()))


def _fits(value: object, parameter: Mapping[str, Any]) -> bool:
    match parameter["type"]:
        case "duration":
            return isinstance(value, str) and _DURATION.fullmatch(value) is not None
        case "percent":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
    return isinstance(value, list) and bool(value) and set(value) <= set(parameter.get("values", value))
