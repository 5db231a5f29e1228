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
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.mapping_files import read_mapping, ready_mappings
from policycheck.ledgers.workbook_columns import Form, Role
from policycheck.ledgers.workbook_sheets import sheets_of
from policycheck.texts import texts

PAGES = {"ja": ROOT / "docs" / "import.ja.md", "en": ROOT / "docs" / "import.md"}
SCHEMA = json.loads((ROOT / "src" / "policycheck" / "ledgers" / "mapping.schema.json").read_text(encoding="utf-8"))
HEADS: dict[str, dict[str, str]] = {
    "ja": {
        "top": """\
# 資産の種類と項目

対応表の `kind`、`columns`、`values`、`set` と、台帳のYAMLに書ける種類、項目、値の一覧です。`schemas/` から作っています。

- 対応表では、値はコード（`mynumber`）でも、かっこの中の言葉（マイナンバー利用事務系）でもかまいません。台帳のYAMLにはコードで書きます。
- `id` と `department`（所属）は、どの種類にも要ります。ほかの項目は、書かれていなければ「分からない」という意味になります。
- `null` は、「ない」「一度もない」と分かっているという意味です。対応表でも `null` と書きます。
""",
        "columns": "| 項目 | 題 | 値 | 意味 |",
        "text": "文字",
        "note": "文字（何行でも）",
        "lines": "文字（いくつでも）",
        "day": "日付（2026-11-20）",
        "count": "0以上の整数",
    },
    "en": {
        "top": """\
# Kinds of resources and their fields

What `kind`, `columns`, `values` and `set` of a mapping can name, and the inventory can hold. Made from `schemas/`.

- In a mapping, a value is a code (`mynumber`) or the word in brackets (マイナンバー利用事務系). In the inventory it is the code.
- Every resource needs an `id` and a `department`. Any other field that is left out is not known.
- `null` says that it is known that there is none, or that it never happened. In a mapping it is `null`, too.
""",
        "columns": "| field | title | value | meaning |",
        "text": "text",
        "note": "text of any number of lines",
        "lines": "any number of texts",
        "day": "day (2026-11-20)",
        "count": "whole number",
    },
}
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


def _fields(language: str) -> Iterator[str]:
    schemas = Bundle().schemas
    tell = HEADS[language]
    yield tell["top"]
    for kind in Schemas(schemas).kinds.values():
        sheet = sheets_of(kind, schemas)[0]
        own = {".".join(column.path): column for column in sheet.columns if column.role is Role.FIELD}
        if not own.keys() >= set(schemas[kind]["required"]):
            continue
        yield f"\n## `{kind}` {sheet.titles[language]}\n\n{tell['columns']}\n|---|---|---|---|\n"
        for name, column in own.items():
            codes = {
                word: value if isinstance(value, str) else json.dumps(value)
                for word, value in column.words["ja"].items()
            }
            values = [
                f"`{code}`" + f"（{word.strip('（）') if code == 'null' else word}）" * (code != word)
                for word, code in codes.items()
                if code != "[]"
            ]
            parts = ([] if column.form is Form.WORD else [tell[column.form]]) + values
            cells = [f"`{name}`", column.titles["ja"], "、".join(parts), column.helps[language]]
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


@pytest.mark.parametrize("language", PAGES)
def test_the_fields_of_the_kinds_are_listed(pytestconfig: pytest.Config, language: str) -> None:
    page = PAGES[language].with_name(PAGES[language].name.replace("import", "fields"))
    current = "".join(_fields(language))
    if pytestconfig.getoption("--update-golden"):
        page.write_text(current, encoding="utf-8")
    else:
        assert page.read_text(encoding="utf-8") == current, (
            "pytest tests/test_import_pages.py --update-golden writes it"
        )


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
