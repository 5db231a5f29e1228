"""Everything that users read, by language, as data: ja.yaml and en.yaml hold the same keys."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

import orjson
import ryaml

from ..model import Control, Location, Problem, Question, Result, Status, Subject

LANGUAGES = ("ja", "en")

_LONG = 500
_REMEMBERED = 4096
"""Messages that are kept: most of the results that are told say the same as others."""
_BREAK = re.compile(r"[\t\r\n]+")
_SHORT = 60
"""How much of a value that someone wrote into the inventory a message shows."""
_EXPLANATIONS = frozenset(("detail", "reason", "expected"))


class _Tables(dict[str, Any]):
    """The tables of a file of texts, each parsed when it is asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        _, *parts = re.split(r"^(\w+):\n", text, flags=re.MULTILINE)
        self._parts = dict(zip(parts[::2], parts[1::2], strict=True))

    def __missing__(self, name: str) -> Any:
        table = self[name] = ryaml.loads(self._parts[name])
        return table


class Texts:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._messages: dict[tuple[object, ...], str] = {}
        self._texts = _Tables((Path(__file__).parent / f"{language}.yaml").read_text("utf-8"))

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text `table.name`, filled with the facts."""
        table, _, name = key.partition(".")
        return self._fill(self._texts[table][name], facts)

    def problem(self, problem: Problem) -> str:
        facts = dict(problem.facts)
        if "expected" in facts:
            names: Any = facts["expected"]
            facts["expected"] = self._texts["word"]["joint"].join(self(f"type.{name}") for name in names)
        return self._fill(self._texts["problem"][problem.key], facts, _SHORT)

    def message(self, result: Result) -> str:
        """Why the result is what it is; empty for a pass."""
        if not result.reason:
            return ""
        key = (result.check.control_id, result.check.clauses, result.reason, orjson.dumps(result.facts))
        message = self._messages.get(key)
        if message is None:
            message = self._message(result)
            if len(self._messages) < _REMEMBERED:
                self._messages[key] = message
        return message

    def _message(self, result: Result) -> str:
        if isinstance(result.check, Question):
            period = self._duration(result.check.period)
            return self._fill(self._texts["answer"][result.reason], {**result.facts, "period": period}, _SHORT)
        control = result.check.control
        own = control.messages.get(result.reason)
        if own:
            facts = {**result.check.parameters, **result.facts}
            shown = {name: self.value(control, name, fact) for name, fact in facts.items()}
            return self._fill(own[self.language], self._named(control, shown), _SHORT)
        return self._fill(self._texts["reason"][result.reason], self._named(control, result.facts), _SHORT)

    def _named(self, control: Control, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The facts, with the fields among them by their titles."""
        return {
            name: [self._field(control, field) for field in fact]
            if name == "fields"
            else self._field(control, fact)
            if name == "field"
            else fact
            for name, fact in facts.items()
        }

    def parameter(self, control: Control, name: str, value: object) -> str:
        """A parameter of a control and its value."""
        title = control.parameters[name][self.language]
        return self("word.labelled", label=title, value=self.value(control, name, value))

    def value(self, control: Control, name: str, value: object) -> object:
        """The value of a parameter: a duration in words. Anything else as it is."""
        return self._duration(str(value)) if control.parameters.get(name, {}).get("type") == "duration" else value

    def _duration(self, value: str) -> str:
        words = self._texts["word"]
        parts = re.findall(r"(\d+)([YMWD])", value)
        return str(words["duration_joint"]).join(self._count(words, int(number), unit) for number, unit in parts)

    def remediation(self, subject: Subject) -> str:
        """What to do about a fail."""
        if isinstance(subject, Question):
            return self("report.answer_remedy")
        return subject.control.remediation[self.language]

    def question(self, question: Question) -> str:
        """That a clause is answered by people, and for how long an answer holds."""
        return self("report.attested", period=self._duration(question.period))

    def status(self, status: Status) -> str:
        """A status with its mark."""
        return f"{self(f'mark.{status}')} {self(f'status.{status}')}"

    def kind(self, name: str) -> str:
        """The title of a kind of resource; its name where there is no such kind, as a waiver may say."""
        return str(self._texts["kind"].get(name, name))

    def labelled(self, key: str, value: object) -> str:
        """The value behind its label."""
        return self("word.labelled", label=self(key), value=value)

    def either(self, control: Control, entry: str) -> str:
        """The field of an entry of `deciding`, or the fields of which one is enough."""
        joint: str = self._texts["word"]["joint"]
        return joint.join(self._field(control, name) for name in entry.split("|"))

    def _field(self, control: Control, name: str) -> str:
        return str(self._texts["word"]["field"].format(name=name, label=control.labels.get(name, name)))

    def _fill(self, template: str, facts: Mapping[str, object], limit: int = _LONG) -> str:
        shown = {name: self._show(fact, _LONG if name in _EXPLANATIONS else limit) for name, fact in facts.items()}
        hint = "did_you_mean" if facts.get("nearest") else "usable" if facts.get("known") else ""
        suggestion = self._texts["word"][hint].format_map(shown) if hint else ""
        return template.format_map(shown | {"suggestion": suggestion}).rstrip()

    def _show(self, value: object, limit: int) -> str:
        words = self._texts["word"]
        if isinstance(value, Problem):
            return self.problem(value)
        if isinstance(value, (Location, Path)):
            return plain(str(value))
        if isinstance(value, (list, tuple)) and value:
            return str(words["comma"]).join(self._show(inner, limit) for inner in value)
        if value is None or value == []:
            return str(words["none"])
        if isinstance(value, bool):
            return str(value).lower()
        return shorten(str(value), limit)

    @staticmethod
    def _count(words: Mapping[str, str], number: int, unit: str) -> str:
        return words[f"{unit}_one" if number == 1 else f"{unit}_many"].format(number=number)


def shorten(text: str, limit: int = 120) -> str:
    """As plain, and not longer than a reader wants."""
    line = plain(text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def plain(text: str) -> str:
    """One line, safe for a terminal."""
    if text.isprintable():
        return text
    text = _BREAK.sub(" ", text)
    return "".join(character if character.isprintable() or category(character) == "Zs" else "�" for character in text)


@cache
def texts(language: str) -> Texts:
    return Texts(language)
