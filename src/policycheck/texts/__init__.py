"""Everything that users read, by language, as data: ja.toml and en.toml hold the same keys."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..model import Control, Problem, Result

LANGUAGES = ("ja", "en")


class Texts:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts: dict[str, Any] = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))

    def __call__(self, key: str, /, **facts: object) -> str:
        """The text `table.name`, filled with the facts."""
        table, _, name = key.partition(".")
        return self._fill(self._texts[table][name], facts)

    def problem(self, problem: Problem) -> str:
        return self(f"problem.{problem.key}", **problem.facts)

    def message(self, result: Result) -> str:
        """Why the result is what it is; empty for a pass."""
        if not result.reason:
            return ""
        control = result.check.control
        own = control.messages.get(result.reason)
        if own:
            return self._fill(own[self.language], {**result.check.parameters, **result.facts})
        facts = {
            name: [self._field(control, field) for field in fact] if name == "fields" else fact
            for name, fact in result.facts.items()
        }
        return self._fill(self._texts["reason"][result.reason], facts)

    def _field(self, control: Control, name: str) -> str:
        return str(self._texts["word"]["field"].format(name=name, label=control.labels.get(name, name)))

    def _fill(self, template: str, facts: Mapping[str, object]) -> str:
        nearest = facts.get("nearest")
        hint = self._texts["word"]["did_you_mean"].format(nearest=nearest) if nearest else ""
        return template.format_map({name: self._show(fact) for name, fact in facts.items()} | {"suggestion": hint})

    def _show(self, value: object) -> str:
        words = self._texts["word"]
        if isinstance(value, (list, tuple, set)):
            return str(words["comma"]).join(self._show(inner) for inner in value)
        if isinstance(value, str) and (duration := re.fullmatch(r"P(\d+[YMWD])+", value)):
            parts = re.findall(r"(\d+)([YMWD])", duration[0])
            return str(words["duration_joint"]).join(self._count(words, int(number), unit) for number, unit in parts)
        if value is None:
            return str(words["none"])
        if isinstance(value, bool):
            return str(value).lower()
        return shorten(str(value))

    @staticmethod
    def _count(words: Mapping[str, str], number: int, unit: str) -> str:
        return words[f"{unit}_one" if number == 1 else f"{unit}_many"].format(number=number)


def shorten(text: str, limit: int = 120) -> str:
    """One line, safe for a terminal, and not longer than a reader wants."""
    plain = "".join(character if character.isprintable() else "�" for character in text)
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


@cache
def texts(language: str) -> Texts:
    return Texts(language)
