"""What the pages on imports say of mappings is so. `pytest tests/test_import_pages.py --update-golden` writes their tables anew."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import ryaml
from conftest import ROOT

from policycheck.bundle import Bundle
from policycheck.cli.ledgers import import_
from policycheck.ledgers.mapping_files import read_mapping, ready_mappings
from policycheck.texts import texts

PAGES = {"ja": ROOT / "docs" / "import.ja.md", "en": ROOT / "docs" / "import.md"}
SCHEMA = json.loads((ROOT / "src" / "policycheck" / "ledgers" / "mapping.schema.json").read_text(encoding="utf-8"))
MARKS = re.compile(r"(?<=<!-- columns -->\n).*(?=<!-- /columns -->)", re.DOTALL)


def _columns(language: str) -> Iterator[str]:
    tell = texts(language)
    schemas = Bundle().schemas
    heads = {"ja": ("見出し", "項目", "出力"), "en": ("headings", "field", "output")}[language]
    for name, path in ready_mappings().items():
        mapping = read_mapping(name, schemas)
        title = ryaml.loads(path.read_text("utf-8"))["title"][language]
        yield f"\n### `{name}`\n\n{tell('word.labelled', label=title, value=f'`{mapping.output}`')}\n"
        for table in mapping.tables:
            yield f"\n{table.name} → `{table.kind}`\n\n| {heads[0]} | {heads[1]} |\n|---|---|\n"
            for column in table.columns:
                if column.field:
                    written = column.written.replace(" | ", "、")
                    yield f"| {written} | `{column.field}` |\n"
    yield "\n"


@pytest.mark.parametrize("language", PAGES)
def test_the_columns_of_the_ready_mappings_are_listed(pytestconfig: pytest.Config, language: str) -> None:
    page = PAGES[language].read_text(encoding="utf-8")
    current = MARKS.sub(lambda _: "".join(_columns(language)), page)
    if pytestconfig.getoption("--update-golden"):
        PAGES[language].write_text(current, encoding="utf-8")
    else:
        assert page == current, "pytest tests/test_import_pages.py --update-golden writes them"


@pytest.mark.parametrize("language", PAGES)
def test_every_key_of_a_mapping_is_explained(language: str) -> None:
    page = PAGES[language].read_text(encoding="utf-8")
    keys = {*SCHEMA["properties"], *SCHEMA["$defs"]["table"]["properties"], *SCHEMA["$defs"]["column"]["properties"]}
    assert [key for key in sorted(keys) if f"\n| `{key}` | " not in page] == []


@pytest.mark.parametrize("language", PAGES)
def test_every_option_of_the_import_is_explained(language: str) -> None:
    page = PAGES[language].read_text(encoding="utf-8")
    options = [option for parameter in import_.params for option in parameter.opts if option.startswith("--")]
    assert [option for option in options if f"`{option}" not in page and option not in ("--lang", "--help")] == []


@pytest.mark.parametrize("language", PAGES)
def test_the_mappings_that_are_shown_are_valid(tmp_path: Path, language: str) -> None:
    shown = re.findall(r"```yaml\n(.*?)```", PAGES[language].read_text(encoding="utf-8"), re.DOTALL)
    assert len(shown) == 2
    for text in shown:
        (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
        assert read_mapping(str(tmp_path / "mapping.yaml"), Bundle().schemas).tables
