"""A start for a new city: a standard of its own, and examples of everything that a scan reads."""

import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from .bundle import Bundle
from .errors import PolicycheckError, UsageError
from .files import replace_file
from .model import Fields
from .standards import DEFAULT_STANDARD, Catalogue
from .texts import LANGUAGES, Texts, plain, texts
from .yaml_out import flow

_TEMPLATES = Path(__file__).parent / "templates"
_FILES: Mapping[str, str] = {
    "standard.yaml": "standard.yaml",
    "inventory/sample.yaml": "inventory/sample.yaml",
    "inventory/answers.yaml": "inventory/answers.yaml",
    "waivers.yaml": "waivers.yaml",
    "measures.yaml": "measures.yaml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
}
"""What is written, in this order, and the template of each."""

_FAILING = "technical/user_id_reviewed"
"""The control that the sample inventory breaks, and that the examples of waivers and measures speak of."""
_UNANSWERED = 2
"""How many clauses the sample answers leave out, so that the first report shows what that looks like."""


def start(bundle: Bundle, body: str, identity: str, today: datetime.date, language: Texts) -> dict[str, str]:
    """The content of every file by its name, with the standard of this body under this id.

    Raises UsageError where the name or the id cannot be used.
    """
    if odd := [character for character in body if plain(character) != character]:
        raise UsageError("odd_body", code=f"U+{ord(odd[0]):04X}")
    body = body.strip()
    if not body:
        raise UsageError("no_body")
    if not re.fullmatch("[a-z][a-z0-9-]*", identity):
        raise UsageError("bad_standard_id", id=identity)
    if identity in bundle.standards:
        raise UsageError("taken_standard_id", id=identity)
    pattern: Fields = bundle.standards[DEFAULT_STANDARD]
    catalogue = Catalogue(bundle)
    days = {"today": 0, "recent": -14, "earlier": -90, "later": 90}
    uses = [(use["control"], clause["id"]) for clause in pattern["clauses"] for use in clause.get("controls", ())]
    facts = {
        "id": flow(identity),
        "title": flow({other: texts(other)("init.title", body=body) for other in LANGUAGES}),
        "body": flow(body),
        "source": flow(pattern["source"]),
        "groups": _block(pattern["groups"]),
        "attestations": _block(pattern["attestations"]),
        "clauses": "\n".join(_clauses(pattern, catalogue, language.language)),
        "answers": "\n".join(_answers(pattern, language)),
        "clause": flow(next(clause for control, clause in uses if control == _FAILING)),
        "control": flow(_FAILING),
        **{name: (today + datetime.timedelta(days=number)).isoformat() for name, number in days.items()},
    }
    folder = _TEMPLATES / language.language
    return {
        name: Template((folder / template).read_text(encoding="utf-8")).substitute(facts)
        for name, template in _FILES.items()
    }


def write_start(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """All of the files or none, and nothing that is there is touched.

    Raises UsageError where one is there already, PolicycheckError where one cannot be written.
    """
    paths = {folder / name: content.encode() for name, content in files.items()}
    written: list[Path] = []
    try:
        if present := [path for path in paths if path.is_symlink() or path.exists()] or _others(folder):
            raise UsageError("already_there", files=present)
        for path, content in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, [content])
            written.append(path)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise PolicycheckError("unwritable", file=folder, reason=error.strerror) from None
        raise
    return written


def _others(folder: Path) -> list[Path]:
    """What else is in the way: a file in the place of the folder; what lies in inventory/ and would be judged with the
    sample."""
    inventory = folder / "inventory"
    if folder.exists() and not folder.is_dir():
        return [folder]
    names = inventory.iterdir() if inventory.is_dir() else ()
    return sorted(path for path in names if not path.name.startswith("."))


def _clauses(pattern: Fields, catalogue: Catalogue, language: str) -> Iterator[str]:
    """The clauses, with every parameter written out, and in comments what the controls and parameters are."""
    shared = pattern.get("parameters", {})
    for clause in pattern["clauses"]:
        facts = {key: flow(value) for key, value in clause.items() if key != "controls"}
        yield "  - " + "\n    ".join(f"{key}: {value}" for key, value in facts.items())
        if "controls" in clause:
            yield "    controls:"
        for use in clause.get("controls", ()):
            control = catalogue.controls[use["control"]]
            yield f"      - control: {flow(control.id)}  # {control.title[language]}"
            if control.parameters:
                yield "        parameters:"
            given = shared.get(control.id, {}) | use.get("parameters", {})
            for name, parameter in control.parameters.items():
                yield f"          {name}: {flow(given.get(name, parameter['default']))}  # {parameter[language]}"


def _answers(pattern: Fields, language: Texts) -> Iterator[str]:
    """An answer to each clause that is asked of people; the last ones as comments."""
    asked = [clause for clause in pattern["clauses"] if clause.get("attested")]
    for position, clause in enumerate(asked):
        answer = flow({"answer": "○", "seen": language("init.seen")})
        mark = "" if position < len(asked) - _UNANSWERED else "# "
        yield f"      # {clause['title'][language.language]}"
        yield f"      {mark}{flow(clause['id'])}: {answer}"


def _block(values: Mapping[str, Any]) -> str:
    return "\n".join(f"  {flow(key)}: {flow(value)}" for key, value in values.items())
