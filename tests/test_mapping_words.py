"""What mappings say that words mean: codes or the words for them, and what is told where it is neither."""

import re
from pathlib import Path
from typing import Any

import pytest
import ryaml

from policycheck.bundle import Bundle
from policycheck.errors import UsageError
from policycheck.inventory.schemas import Schemas
from policycheck.ledgers.mapping import MappingFile
from policycheck.ledgers.mapping_files import read_mapping
from policycheck.ledgers.workbook_columns import Form, Role
from policycheck.ledgers.workbook_sheets import columns_of
from policycheck.texts import LANGUAGES, texts

NODES = Bundle().schemas


def _read(folder: Path, kind: str, field: str, **more: Any) -> MappingFile:
    rules = {"values": more["values"]} if "values" in more else {}
    table = {"kind": kind, "columns": {"番号": "id", "列": {"field": field, **rules}}, "set": more.get("set", {})}
    file = folder / "mapping.yaml"
    file.write_text(ryaml.dumps({"tables": [table]}), encoding="utf-8")
    return read_mapping(str(file), NODES)


def _told(folder: Path, language: str, kind: str, field: str, **more: Any) -> str:
    with pytest.raises(UsageError) as raised:
        _read(folder, kind, field, **more)
    return texts(language)(f"error.{raised.value.key}", **raised.value.facts)


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        ("network", "マイナンバー利用事務系", "mynumber"),
        ("network", "ＬＧＷＡＮ接続系", "lgwan"),
        ("network", "lgwan", "lgwan"),
        ("personal_data", "有", True),
        ("personal_data", False, False),
        ("ledger_type", None, None),
        ("sites", ["本庁", "支所"], ["本庁", "支所"]),
        ("ledger_updated_on", "2026-04-01", "2026-04-01"),
    ],
)
def test_a_word_for_a_code_is_as_good_as_the_code(field: str, word: object, code: object, tmp_path: Path) -> None:
    (table,) = _read(tmp_path, "system", field, values={"庁内の言葉": word}).tables
    assert table.columns[1].reader(NODES, None)("庁内の言葉") == code
    (table,) = _read(tmp_path, "system", "note", set={field: word}).tables
    assert table.given == {field: code}


def test_the_words_that_an_export_writes_for_codes_mean_the_codes(tmp_path: Path) -> None:
    for kind in Schemas(NODES).kinds.values():
        for column in columns_of(kind, NODES):
            if column.role is Role.FIELD and column.form is Form.WORD:
                words = {word: value for word, value in column.words["ja"].items() if value is not None}
                (table,) = _read(
                    tmp_path, kind, ".".join(column.path), values={f"x{word}": word for word in words}
                ).tables
                read = table.columns[1].reader(NODES, None)
                assert {word: read(f"x{word}") for word in words} == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_a_value_is_named_with_what_can(language: str, tmp_path: Path) -> None:
    told = _told(tmp_path, language, "system", "network", values={"住基": "基幹"})
    assert all(
        name in told for name in ("住基", "基幹", "mynumber（マイナンバー利用事務系）", "core（基幹系（旧区分））")
    )
    told = _told(tmp_path, language, "system", "personal_data", values={"△": "partly"})
    assert all(name in told for name in ("△", "partly", "true（○）", "false（×）"))
    told = _told(tmp_path, language, "system", "note", set={"network": "基幹"})
    assert all(name in told for name in ("基幹", "lgwan（LGWAN接続系）"))
    told = _told(tmp_path, language, "system", "ledger_updated_on", values={"随時": "いつも"})
    assert "いつも" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_left_open_has_its_own_message(language: str, tmp_path: Path) -> None:
    told = _told(tmp_path, language, "system", "network", values={"住基": "?"})
    assert re.search(r"意味が \? のまま|is still a \?", told)
    assert "mynumber（マイナンバー利用事務系）" in told
    told = _told(tmp_path, language, "system", "network", values={"住基": "mynumber", "住 基": "lgwan"})
    assert "住 基" in told
    assert "mynumber（" not in told
