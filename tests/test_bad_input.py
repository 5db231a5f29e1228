"""What cannot be used is said with file, line and remedy; everything else is judged; and no scan of it ends with 0."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from conftest import AS_OF, CHAPTERS
from hypothesis import given
from hypothesis import strategies as st
from pieces import Entry, entries, printed, report_on

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.errors import UsageError
from policycheck.inventory.schemas import Schemas
from policycheck.measures import read_measures
from policycheck.model import Check, Status
from policycheck.report import Report
from policycheck.reports import FORMATS, View, entry_printer, renderer
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts
from policycheck.waivers import read_waivers

Run = Callable[..., Result]
ValidReport = Callable[[str], dict[str, Any]]

GOOD = """\
department: 健康局
user_ids:
  - {id: U-1, system: yoyaku, site: 中央会館, account: sato, holder: 佐藤, holder_status: active, shared: SHARED,
     status: active, last_reviewed_on: 2026-10-01, password_changed_on: 2026-10-01}
"""
ANSWERS = {
    "yaml": """\
department: 健康局
attestations:
  - id: A-1
    standard: guideline
    by: 課長
    answered_on: 2026-11-01
    answers:
      1 体制: {answer: ○, seen: 体制図を見た}
      4 管理区域: {answer: －, seen: 管理区域がない}
""",
    "ndjson": """\
{"kind": "attestation", "department": "健康局", "id": "A-1", "standard": "guideline", "by": "課長",\
 "answered_on": "2026-11-01", "answers": {"1 体制": {"answer": "○", "seen": "体制図を見た"}}}
""",
    "json": """\
{"department": "健康局",
 "attestations": [{"id": "A-1", "standard": "guideline", "by": "課長", "answered_on": "2026-11-01",
  "answers": {"1 体制": {"answer": "△", "seen": "体制図を改めた"}}}]}
""",
}
ENTRY = '{"kind": "user_id", "department": "健康局", "id": "%s"}\n'
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
KINDS = (
    "system、server、standalone_pc、nas_share、usb_medium、user_id、data_file、office_pc、file_server、contract、"
    "department、document、drill、ledger_entry、cloud_service、disposed_medium、network_model、attestation"
)


@dataclass(frozen=True)
class Bad:
    """A file that cannot be used, and what must be said of it. `kept` counts what in it can be judged all the same."""

    name: str
    content: str | bytes
    line: int | None
    ja: str
    en: str
    file: str = "bad.yaml"
    kept: int = 0
    others: dict[str, str] = field(default_factory=dict)


def _yaml(name: str, entry: str, line: int, ja: str, en: str, **more: Any) -> Bad:
    """A user ID, written after the three lines that come before it."""
    return Bad(name, f"# 台帳\ndepartment: 健康局\nuser_ids:\n{entry}\n", line, ja, en, **more)


BAD = [
    Bad("broken YAML", "department: 健康局\nuser_ids:\n  - {id: a\n  - {id: b}\n", 4, "YAMLとして読めません", "as YAML"),
    Bad("tab", "department: 健康局\nuser_ids:\n\t- {id: a}\n", 3, "YAMLとして読めません", "as YAML"),
    Bad("directive", "a: b\n%TAG x\n", 2, "YAMLとして読めません", "as YAML"),
    _yaml(
        "duplicate key",
        "  - id: a\n    status: active\n    status: disabled",
        6,
        "キー「status」が二度あります（最初は5行目）",
        "“status” stands here again (first: line 5)",
    ),
    Bad(
        "duplicate section",
        "department: 健康局\nservers: []\nuser_ids: []\nservers: []\n",
        4,
        "キー「servers」が二度あります（最初は2行目）",
        "“servers” stands here again (first: line 2)",
    ),
    Bad(
        "duplicate key in JSON",
        '{"department": "健康局",\n"user_ids": [\n{"id": "a",\n"id": "b"}]}',
        4,
        "キー「id」が二度あります（最初は3行目）",
        "“id” stands here again (first: line 3)",
        "bad.json",
    ),
    Bad(
        "duplicate key in NDJSON",
        ENTRY % "a" + '{"kind": "user_id", "department": "健康局", "id": "b", "\\u0069d": "c"}\n',
        2,
        "キー「id」が二度あります（最初は2行目）",
        "“id” stands here again (first: line 2)",
        "bad.ndjson",
        kept=1,
    ),
    _yaml("duplicate id", "  - {id: a}\n  - {id: a}", 5, "user_id a はすでに", "user_id a stands already at", kept=1),
    Bad(
        "duplicate id across files",
        "department: 健康局\nuser_ids:\n  - {id: a}\n",
        3,
        "a.json:1 にあります。後のものは判定していません",
        "a.json:1. The later one was not judged",
        kept=1,
        others={"a.json": '{"department": "税務課", "user_ids": [{"id": "a"}]}'},
    ),
    _yaml(
        "unknown field",
        "  - id: a\n    last_reviewd_on: null",
        5,
        "「last_reviewd_on」という項目はありません。「last_reviewed_on」の誤りではありませんか",
        "no field “last_reviewd_on”. Did you mean “last_reviewed_on”?",
    ),
    _yaml(
        "field like no other",
        "  - id: a\n    zzz: null",
        5,
        "「zzz」という項目はありません。使えるのは id、department、",
        "no field “zzz”. Usable: id, department, ",
    ),
    Bad(
        "unknown nested field",
        "department: 健康局\nservers:\n  - id: a\n    location:\n      room: 電算室\n      lockble: true\n",
        6,
        "「lockble」という項目はありません。「lockable」の誤り",
        "no field “lockble”. Did you mean “lockable”?",
    ),
    Bad(
        "merge key",
        "department: 健康局\nuser_ids:\n  - &a {id: a}\n  - {<<: *a, id: b}\n",
        4,
        "「<<」という項目はありません",
        "no field “<<”",
        kept=1,
    ),
    _yaml("yes", "  - {id: a, shared: yes}", 4, "「true」か「false」が要りますが、\"yes\"", 'true or false, but is "yes"'),
    _yaml("number", "  - {id: a, account: 0o17}", 4, "文字列が要りますが、15 があります。引用符", "is 15. Put quotation marks"),
    _yaml("boolean for a text", "  - {id: a, holder: true}", 4, "文字列が要りますが、true があります", "a text, but is true"),
    _yaml("list for a text", "  - {id: a, holder: [b]}", 4, '文字列が要りますが、["b"]', 'needs a text, but is ["b"]'),
    _yaml("null for a text", "  - {id: a, holder: null}", 4, "文字列が要りますが、null", "needs a text, but is null"),
    Bad(
        "number for a class",
        '{"department": "健康局",\n"data_files": [{"id": "a",\n"classification": 3}]}',
        3,
        "「classification」には文字列が要りますが、3 があります。引用符で囲んで",
        "“classification” needs a text, but is 3. Put quotation marks",
        "bad.json",
    ),
    _yaml("not allowed", "  - {id: a, status: Active}", 4, "使えるのは active、disabled です", "Usable: active, disabled."),
    _yaml("impossible date", "  - id: a\n    last_reviewed_on: 2026-02-30", 5, "「2026-02-30」は正しい日付", "is no date"),
    _yaml("date with slashes", "  - {id: a, last_reviewed_on: 2026/02/03}", 4, "「2026/02/03」は正しい日付", "is no date"),
    _yaml("time for a date", '  - {id: a, last_reviewed_on: "2026-02-03T00:00:00Z"}', 4, "正しい日付", "is no date"),
    _yaml("date of the old era", "  - {id: a, last_reviewed_on: 令和8年2月3日}", 4, "正しい日付", "is no date"),
    _yaml("empty value", '  - {id: a, holder: ""}', 4, "「holder」が空です", "“holder” is empty"),
    _yaml("space around the id", "  - {id: 'a '}", 4, "余分な空白", "white space"),
    _yaml("missing id", "  - {account: sato}", 4, "user_id ?：項目「id」がありません", "the field “id” is missing"),
    _yaml("no resource", "  - sato", 4, '資産（項目と値の組）のところに "sato"', 'a resource (fields and values) stands "sato"'),
    _yaml("no list", "  {id: a}", 3, "「user_ids」には資産の一覧が要ります", "“user_ids” needs a list of resources"),
    Bad("missing department", "user_ids:\n  - {id: a}\n", 2, "user_id a：所属（department）がありません", "no department"),
    Bad("empty department", "department:\nuser_ids:\n  - {id: a}\n", 3, "所属（department）がありません", "no department"),
    Bad("department only", "department: 健康局\n", None, "資産の一覧が一つもありません", "holds no list of resources"),
    Bad("nothing in JSON", "{}", None, "資産の一覧が一つもありません", "holds no list of resources", "bad.json"),
    Bad("section without value", "department: 健康局\nservers:\n", 2, "一つもなければ [] と", "write [] where there are none"),
    Bad("odd department", "department: [a]\n", 1, "department には文字列が要りますが、[\"a\"]", 'needs a text, but is ["a"]'),
    Bad("unknown section", "department: 健康局\nserver:\n  - {id: a}\n", 2, "「servers」の誤り", "Did you mean “servers”?"),
    Bad("no sections", "- {id: a}\n", 1, "資産の種類ごとの一覧になっていません", "not “department” and lists"),
    Bad("non-string section", "department: 健康局\n\n5: [a]\n", 3, "キー「5」が文字列ではありません", "The key “5” is no string"),
    _yaml("non-string key", "  - id: a\n    true: b", 5, "キー「true」が文字列ではありません", "“true” is no string"),
    _yaml("list as a key", "  - id: a\n    [a]: b", 5, "が文字列ではありません", "is no string"),
    Bad("several documents", GOOD + "---\n" + GOOD, 5, "文書が二つ以上あります", "several documents"),
    Bad("an anchor twice", f"{GOOD}  - {{id: A-2, system: &s a}}\n  - {{id: A-3, system: &s b}}\n", 6, "「&s」が二度", "“&s” is there twice"),
    Bad("python tag", f"{GOOD}  - !!python/object/apply:os.system [ls]\n", 5, "「!!python/object/apply:os.system」", "tag"),
    _yaml("plain tag", "  - {id: !!str 5}", 4, "タグ「!!str」は使えません", "The tag “!!str”"),
    Bad("alias bomb", BOMB, 2, "エイリアス（*）の展開が大きすぎます", "aliases (*) expand to too much"),
    Bad("alias of itself", "department: 健康局\nuser_ids: &a\n  - *a\n", 3, "エイリアス", "aliases"),
    _yaml("unknown alias", "  - {id: *nobody}", 4, "YAMLとして読めません", "as YAML"),
    _yaml("deep YAML", "  - " + "[" * 5000 + "]" * 5000, 4, "入れ子が深すぎます（上限128段）", "nested too deeply (limit: 128)"),
    _yaml("deep blocks", "".join(f"{'  ' * depth}- \n" for depth in range(1, 200)), 131, "入れ子が深すぎます", "too deeply"),
    Bad("deep JSON", '{"user_ids":\n' + "[" * 5000 + "]" * 5000 + "}", 2, "入れ子が深すぎます", "too deeply", "bad.json"),
    Bad("fairly deep JSON", '{"user_ids":\n' + "[" * 200 + "]" * 200 + "}", 2, "深すぎます", "too deeply", "bad.json"),
    Bad(
        "deep objects in JSON", '{"user_ids": [\n' + '{"a":' * 200 + "0" + "}" * 200 + "]}", 2, "深すぎます", "too deeply", "bad.json"
    ),
    *(
        Bad(
            f"NDJSON of depth {depth}",
            ENTRY % "a" + '{"kind": "user_id", "department": "a", "id": ' + "[" * depth + "]" * depth + "}\n" + ENTRY % "b",
            2,
            "入れ子が深すぎます",
            "too deeply",
            "bad.ndjson",
            kept=2,
        )
        for depth in (200, 900, 5000)
    ),
    Bad("cp932", GOOD.encode("cp932"), 1, "文字コードがUTF-8ではありません（推定：cp932", "not UTF-8 (looks like cp932"),
    Bad("cp932 JSON", '{\n"department": "健康局"}'.encode("cp932"), 2, "推定：cp932", "like cp932", "bad.json"),
    Bad("cp932 line", ENTRY.encode() % b"a" + ENTRY.encode("cp932") % b"b", 2, "推定：cp932", "like cp932", "bad.ndjson", kept=1),
    Bad("EUC-JP", "department: 健康局\n".encode("euc_jp"), 1, "推定：cp932 (Shift_JIS) / EUC-JP", "like cp932 (Shift_JIS) / EUC-JP"),
    Bad("only EUC-JP", "department: 健康局\n".encode("euc_jp") + b"#\xa1\xe0\n", 1, "推定：EUC-JP", "like EUC-JP"),
    Bad("neither UTF-8 nor cp932", b"department: \xff\xff\n", 1, "UTF-8ではありません", "not UTF-8"),
    Bad("UTF-16", GOOD.encode("utf-16"), 1, "推定：UTF-16", "like UTF-16"),
    Bad("UTF-16 NDJSON", (ENTRY % "a").encode("utf-16"), 1, "推定：UTF-16", "like UTF-16", "bad.ndjson"),
    Bad("UTF-16 without a mark", GOOD.encode("utf-16-le"), 1, "推定：UTF-16", "like UTF-16"),
    *(
        Bad(f"BOM in {suffix}", b"\xef\xbb\xbf" + text.encode(), 1, "「UTF-8（BOMなし）」で保存", "without BOM", f"bad.{suffix}")
        for suffix, text in {"yaml": GOOD, "json": '{"department": "健康局"}', "ndjson": ENTRY % "a"}.items()
    ),
    _yaml("null byte", "  - {id: 'a\0b'}", 4, "制御文字（U+0000）", "control character (U+0000)"),
    _yaml("escape character", "  - {id: 'a\x1b[31m'}", 4, "制御文字（U+001B）", "control character (U+001B)"),
    Bad("null byte in JSON", '{"department":\n"健\0康局"}', 2, "JSONとして読めません", "as JSON", "bad.json"),
    *(Bad(f"empty {suffix}", "", None, "空です", "empty", f"bad.{suffix}") for suffix in ("yaml", "json", "ndjson")),
    Bad("white space", " \n\n", None, "空です", "empty"),
    Bad("only a comment", "# 台帳\n", None, "空です", "empty"),
    Bad("invalid JSON", '{"department": "健康局",\n"user_ids": [\n{"id": "a",}]}', 3, "JSONとして読めません", "as JSON", "bad.json"),
    Bad("half a surrogate", '{"department":\n"\\ud800"}', 2, "JSONとして読めません", "as JSON", "bad.json"),
    Bad("NaN", '{"department":\nNaN}', 2, "JSONとして読めません", "as JSON", "bad.json"),
    Bad("two values", '{"department": "a"}\n{"department": "b"}', 2, "JSONとして読めません", "as JSON", "bad.json"),
    Bad("text in JSON", '"台帳"', 1, "資産の種類ごとの一覧", "lists of resources by kind", "bad.json"),
    Bad("damaged line", ENTRY % "a" + '{"kind": "user_id", "depa\n' + ENTRY % "b", 2, "JSON", "JSON", "bad.ndjson", kept=2),
    Bad("plural kind", '{"kind": "servers", "id": "a"}', 1, "「server」の誤りではありませんか", "mean “server”?", "bad.ndjson"),
    Bad("unknown kind", '{"kind": ["x"], "id": "a"}', 1, f"使えるのは {KINDS} です", "Usable: system, ", "bad.ndjson"),
    Bad("no kind", '\n{"id": "a"}', 2, "kind（資産の種類）がありません", "There is no kind", "bad.ndjson"),
    Bad("list for a line", "[1]", 1, "資産（項目と値の組）のところに [1]", "stands [1]", "bad.ndjson"),
    *(
        Bad(f"answers with BOM in {suffix}", b"\xef\xbb\xbf" + text.encode(), 1, "BOMなし", "without BOM", f"bad.{suffix}")
        for suffix, text in ANSWERS.items()
    ),
    *(
        Bad(f"answers in cp932 {suffix}", text.encode("cp932"), 1, "推定：cp932", "like cp932", f"bad.{suffix}")
        for suffix, text in ANSWERS.items()
    ),
    *(
        Bad(f"answers in UTF-16 {suffix}", text.encode("utf-16"), 1, "推定：UTF-16", "like UTF-16", f"bad.{suffix}")
        for suffix, text in ANSWERS.items()
    ),
    Bad("no list of answers", "department: 健康局\nattestations: {A-1: x}\n", 2, "一覧が要りますが", "needs a list of resources"),
    Bad("no answers", "department: 健康局\nattestations:\n", 2, "一つもなければ [] と", "write [] where there are none"),
    Bad("a text for answers", "department: 健康局\nattestations: ○\n", 2, "一覧が要りますが、\"○\"", "needs a list of resources"),
    Bad("an answer alone", "department: 健康局\nattestations: [○]\n", 2, "のところに \"○\"", "stands \"○\""),
    Bad("one attestation", "department: 健康局\nattestation: []\n", 2, "「attestations」の誤り", "mean “attestations”?"),
    Bad("plural attestation", '{"kind": "attestations", "id": "a"}', 1, "「attestation」の誤り", "“attestation”?", "bad.ndjson"),
    Bad("no department in NDJSON", '{"kind": "server", "id": "a"}', 1, "所属（department）がありません", "no department", "bad.ndjson"),
]  # fmt: skip


def _city(folder: Path, shared: bool) -> Path:
    """A folder with one file, whose one resource fails or passes all controls."""
    city = folder / "city"
    city.mkdir(parents=True)
    (city / "good.yaml").write_text(GOOD.replace("SHARED", str(shared).lower()), encoding="utf-8")
    return city


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _scan(run: Run, valid_report: ValidReport, *arguments: object) -> tuple[int, dict[str, Any]]:
    result = run("scan", *arguments, "--as-of", AS_OF, "--format", "json")
    return result.exit_code, valid_report(result.stdout)


def _check(run: Run, valid_report: ValidReport, bad: Bad, place: Path, *paths: Path) -> None:
    """That the problem is told, the good file judged, and the exit code that of what the good file holds."""
    good = next(paths[0].glob("good.yaml"))
    for shared in (False, True):
        good.write_text(GOOD.replace("SHARED", str(shared).lower()), encoding="utf-8")
        for language, message in (("ja", bad.ja), ("en", bad.en)):
            code, report = _scan(run, valid_report, *paths, "--lang", language)
            assert code == (3 if shared else 4)
            assert report["complete"] is False
            assert report["inventory"]["resources"] == 1 + bad.kept
            assert (good.as_posix(), 1) in [(file["path"], file["resources"]) for file in report["inventory"]["files"]]
            judged = [result for result in report["results"] if result["resource"]["id"] == "U-1"]
            assert [result["control"] for result in judged] == (["human/user_id_personal"] if shared else [])
            places = [(problem["file"], problem["line"]) for problem in report["problems"]]
            assert places == [(place.as_posix(), bad.line)] * len(places)
            assert message in report["problems"][0]["message"]
            assert not PLACEHOLDER.search(report["problems"][0]["message"])
            checked = run("validate", *paths, "--lang", language)
            where = place.as_posix() if bad.line is None else f"{place.as_posix()}:{bad.line}"
            assert checked.exit_code == 4
            assert "".join(f"{where}: {report['problems'][0]['message']}".split()) in "".join(checked.stdout.split())


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_bad_file_beside_a_good_one(bad: Bad, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    for name, content in bad.others.items():
        _write(city, name, content)
    _check(run, valid_report, bad, _write(city, bad.file, bad.content), city)


@pytest.mark.parametrize("bad", [bad for bad in BAD if not bad.others], ids=lambda bad: bad.name)
def test_bad_file_alone(bad: Bad, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    path = _write(tmp_path, bad.file, bad.content)
    code, report = _scan(run, valid_report, path)
    assert (code, report["complete"]) == (4, False)
    assert report["problems"][0]["file"] == path.as_posix()


def test_missing_path(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    bad = Bad("missing", "", None, "ファイルもフォルダもありません", "no such file or folder")
    missing = tmp_path / "nowhere" / "city.yaml"
    _check(run, valid_report, bad, missing, _city(tmp_path, shared=False), missing)


def test_empty_folder(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    bad = Bad("empty folder", "", None, "台帳（.yaml .yml .json .ndjson）が一つもありません", "holds no inventory file")
    empty = tmp_path / "empty"
    (empty / "deeper").mkdir(parents=True)
    (empty / "README.md").write_text("x", encoding="utf-8")
    _check(run, valid_report, bad, empty, _city(tmp_path, shared=False), empty)


def test_file_of_another_type(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    bad = Bad("type", "", None, "使えるのは .yaml、.yml、.json、.ndjson です", "Usable: .yaml, .yml, .json, .ndjson.")
    excel = _write(tmp_path, "台帳.xlsx", b"PK")
    _check(run, valid_report, bad, excel, _city(tmp_path, shared=False), excel)


@pytest.mark.parametrize(
    ("name", "target"),
    [("loop.yaml", "loop.yaml"), ("self", "."), ("up", ".."), ("gone.yaml", "nowhere.yaml")],
)
def test_links_that_lead_nowhere(name: str, target: str, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    link = city / name
    link.symlink_to(target)
    bad = Bad("link", "", None, "シンボリックリンクが輪になっています", "Symbolic links lead in a circle")
    if name == "gone.yaml":
        bad = Bad("link", "", None, "ファイルもフォルダもありません", "no such file or folder")
    _check(run, valid_report, bad, link / "city" if name == "up" else link, city)


def test_folders_that_link_to_each_other(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    (city / "a").mkdir()
    (city / "a" / "back").symlink_to(city)
    bad = Bad("link", "", None, "シンボリックリンクが輪になっています", "Symbolic links lead in a circle")
    _check(run, valid_report, bad, city / "a" / "back", city)


def test_pipe_is_not_waited_for(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    os.mkfifo(city / "pipe.yaml")
    bad = Bad("pipe", "", None, "ふつうのファイルではありません", "no ordinary file")
    _check(run, valid_report, bad, city / "pipe.yaml", city)


def test_folders_nested_without_end(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    deep = city / "/".join("d" * 140)
    deep.mkdir(parents=True)
    bad = Bad("deep", "", None, "入れ子が深すぎます", "nested too deeply")
    _check(run, valid_report, bad, city / "/".join("d" * 128), city)


def test_every_problem_of_a_file_is_told(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    entries = "  - {id: a, shared: yes, zzz: 1, yyy: 2}\n  - {account: b}\n  - {id: c}\nserver: []\n"
    path = _write(tmp_path, "bad.yaml", "department: 健康局\nuser_ids:\n" + entries)
    code, report = _scan(run, valid_report, path, "--lang", "en")
    assert code == 4
    assert report["inventory"]["resources"] == 1
    assert [(problem["line"], problem["message"].partition(". ")[0]) for problem in report["problems"]] == [
        (3, 'user_id a: “shared” needs true or false, but is "yes".'),
        (3, "user_id a: there is no field “yyy”"),
        (3, "user_id a: there is no field “zzz”"),
        (4, "user_id ?: the field “id” is missing."),
        (6, "There is no list of kind “server”"),
    ]


@pytest.mark.parametrize("value", ["3", "true", "null", "[a]", '""', '" "', "9"])
@pytest.mark.parametrize("field", ["classification", "id", "name"])
def test_one_flaw_is_one_problem(field: str, value: str, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    entry = {"id": "a"} | {field: json.loads(value) if value != "[a]" else ["a"]}
    path = _write(tmp_path, "bad.json", json.dumps({"department": "健康局", "data_files": [entry]}))
    _, report = _scan(run, valid_report, path)
    assert len(report["problems"]) == 1


def test_messages_show_a_part_of_a_long_value_and_show_it_once(
    tmp_path: Path, run: Run, valid_report: ValidReport
) -> None:
    long = "あ" * 150
    entries = [
        {"id": long, "status": long},
        {"id": f"{long} "},
        {"id": [long] * 9, "shared": long},
        {"id": "a", long: 1},
    ]
    path = _write(tmp_path, "bad.json", json.dumps({"department": "健康局", "user_ids": entries}))
    _, report = _scan(run, valid_report, path)
    assert len(report["problems"]) == 5
    for problem in report["problems"]:
        assert "…" in problem["message"]
        assert problem["message"].count("あ") < 130
        assert len(re.findall("あ{40,}", problem["message"])) <= 2


def test_path_that_cannot_be_read(
    tmp_path: Path, run: Run, valid_report: ValidReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading the memory of a process fails, for root too; os.access is what click would have asked."""
    city = _city(tmp_path, shared=False)
    bad = Bad("unreadable", "", None, "読み取れません", "cannot be read")
    link = tmp_path / "memory.yaml"
    link.symlink_to("/proc/self/mem")
    monkeypatch.setattr(os, "access", lambda *_: False)
    _check(run, valid_report, bad, link, city, link)


def test_explicitly_empty_section_is_silent(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    city = _city(tmp_path, shared=False)
    _write(city, "none.yaml", "department: 税務課\nservers: []\n")
    code, report = _scan(run, valid_report, city, "--standard", CHAPTERS)
    assert (code, report["problems"]) == (0, [])


def test_missing_deciding_field_is_unknown(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    text = GOOD.replace("SHARED", "false").replace("password_changed_on: 2026-10-01", "note: x")
    code, report = _scan(run, valid_report, _write(tmp_path, "city.yaml", text), "--standard", CHAPTERS)
    assert (code, report["complete"]) == (4, True)
    assert [(result["control"], result["status"]) for result in report["results"]] == [
        ("human/password_changed", "unknown")
    ]
    assert "password_changed_on" in report["results"][0]["message"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("department: 健康局\nservers: []\n", "資産が一つもありません。パスを確かめてください。"),
        (
            "department: 健康局\nsystems: [{id: a}]\n",
            "対策基準「chapters」で判定する資産が一つもありません。パスと対策基準を確かめてください。",
        ),
    ],
)
def test_nothing_to_check(text: str, message: str, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    path = _write(tmp_path, "city.yaml", text)
    code, report = _scan(run, valid_report, path, "--standard", CHAPTERS)
    assert (code, report["complete"], sum(report["summary"].values())) == (4, False, 0)
    assert report["problems"] == [
        {
            "file": path.as_posix(),
            "line": None,
            "message": message,
        }
    ]


STANDARD = """\
id: own
title: {ja: 自前, en: Own}
body: 青葉野市
source: 例規集
clauses:
  - id: "1"
    title: {ja: 点検, en: Review}
    controls:
      - control: technical/user_id_reviewed
        parameters: {period: P1M}
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "ja", "en"),
    [
        ("user_id_reviewed", "user_id_review", 9, "「technical/user_id_reviewed」の誤り", "mean “technical/user_id_reviewed”?"),
        ("period", "periode", 10, "パラメータ「periode」はありません。使えるのは：period", "no parameter “periode”. Usable: period"),
        ("P1M", "1か月", 10, "「period」に「1か月」は使えません", "“period” of “technical/user_id_reviewed” cannot be “1か月”"),
        ("P1M", "[P1M]", 10, "は使えません（型：duration）", "(type: duration)"),
        ("title: {ja: 点検", "title: x\n    title: {ja: 点検", 8, "「title」が二度", "“title” stands"),
        ("body: 青葉野市\n", "", 1, "「body」がありません", "“body” is missing"),
        ("body: 青葉野市", "body: 5", 3, "「body」には文字列が要りますが、5", "“body” needs a text, but is 5"),
        ("id: own", "id: Own", 1, "「id」の値 \"Own\" は使えません", "“id” cannot be \"Own\""),
        ('"1"', "' 1'\n    attested: false", 7, "「clauses.0.attested」の値 false は使えません", "cannot be false"),
        ("body:", "bod:", 3, "「bod」という項目はありません。「body」の誤り", "no field “bod”. Did you mean “body”?"),
        ("{ja: 点検, en: Review}", "点検", 7, "項目と値の組が要りますが", "fields and values, but is"),
        ("clauses:", "attestations: {contradictions: '2'}\nclauses:", 5, "条項「2」がありません", "no clause “2”"),
        ("clauses:", "attestations:\n  period: P1Y\n  contradictions: ''\nclauses:", 7, "空です", "is empty"),
        ("clauses:", "attestations: {period: 1年}\nclauses:", 5, "「attestations.period」の値 \"1年\"", "cannot be \"1年\""),
        ("clauses:", "attestations: {perod: P1Y}\nclauses:", 5, "「period」の誤り", "Did you mean “period”?"),
        ("clauses:", "groups: {'1': 人}\nclauses:", 5, "項目と値の組が要りますが", "fields and values, but is"),
        ('id: "1"', 'id: "1"\n    group: "2"', 7, "groups に「2」がありません", "no “2” in groups"),
        ('id: "1"', 'id: "1"\n    asked_of: []', 7, "「clauses.0.asked_of」の値 []", "cannot be []"),
        ('id: "1"', 'id: "1"\n    asked_of: 総務課', 7, "一覧が要りますが", "needs a list, but is"),
        ('id: "1"', 'id: "1"\n    guideline: 10', 7, "「clauses.0.guideline」の値 10", "cannot be 10"),
        ("body: 青葉野市", "effective_from: 2026-02-30\nbody: 青葉野市", 3, "正しい日付", "is no date"),
        ("body: 青葉野市", "body: [", 5, "YAMLとして読めません", "cannot be read as YAML"),
        ("青葉野市", "!!python/name:os.system", 3, "タグ「!!python/name:os.system」", "The tag “!!python"),
    ],
)  # fmt: skip
def test_standard_that_is_not_valid(
    before: str, after: str, line: int, ja: str, en: str, tmp_path: Path, run: Run
) -> None:
    standard = _write(tmp_path, "own.yaml", STANDARD.replace(before, after, 1))
    for language, message in (("ja", ja), ("en", en)):
        result = run("scan", tmp_path, "--standard", standard, "--lang", language)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert f"{standard}:{line}" in result.stderr
        assert message in result.stderr
    assert run("explain", "1", "--standard", standard).exit_code == 2


REGISTERS = {
    "waivers": """\
standard: chapters
waivers:
  - clause: "5"
    resource: {kind: user_id, id: U-1}
    reason: 移行中
    approved_by: 市長
    approved_on: 2026-11-01
    expires_on: 2026-11-30
    compensating_measure: 台帳に記録する
""",
    "measures": """\
standard: chapters
measures:
  - finding: 共用のID
    owner: 健康局
    about: [{control: human/user_id_personal}]
    status: done
    on: 2026-10-01
    text: 一人に一つにした
""",
}


@pytest.mark.parametrize("register", REGISTERS)
@pytest.mark.parametrize(
    ("content", "line", "ja", "en"),
    [
        (b"", None, "項目と値の組が要りますが、null", "needs fields and values, but is null"),
        ("# なし\n", None, "項目と値の組が要りますが、null", "needs fields and values, but is null"),
        ("x\n", 1, "項目と値の組が要りますが、\"x\"", "needs fields and values, but is \"x\""),
        ("- {a: b}\n", 1, "項目と値の組が要りますが", "needs fields and values, but is"),
        ("standard: chapters\n", 1, "項目「REGISTER」がありません", "the field “REGISTER” is missing"),
        ("REGISTER: []\n", 1, "項目「standard」がありません", "the field “standard” is missing"),
        ("standard: chapters\nREGISTER: {a: b}\n", 2, "一覧か「null」が要りますが", "needs a list or null, but is"),
        ("standard: chapters\nREGISTER: x\n", 2, "一覧か「null」が要りますが、\"x\"", "needs a list or null, but is"),
        ("standard: chapters\nREGISTER: [x]\n", 2, "項目と値の組が要りますが、\"x\"", "fields and values, but is \"x\""),
        ("standard: 5\nREGISTER: []\n", 1, "引用符で囲んで", "Put quotation marks"),
        ("standard: chapters\nREGISTER: []\nnote: x\n", 3, "「note」という項目はありません", "no field “note”"),
        ("standard: chapters\nREGISTER: []\n5: x\n", 1, "「5」という項目はありません", "no field “5”"),
        ("standard: chapters\nREGISTER: [\n", 3, "YAMLとして読めません", "cannot be read as YAML"),
        ("standard: chapters\nREGISTER:\n\t- {}\n", 3, "YAMLとして読めません", "cannot be read as YAML"),
        ("standard: chapters\nREGISTER: []\nREGISTER: []\n", 3, "二度あります（最初は2行目）", "stands here again (first: line 2)"),
        ("standard: a\nREGISTER: []\n---\nb: c\n", 3, "文書が二つ以上あります", "several documents"),
        ("standard: !!python/name:os.system x\n", 1, "タグ「!!python/name:os.system」", "The tag “!!python"),
        ("standard: chapters\nREGISTER: " + "[" * 500 + "]" * 500, 2, "入れ子が深すぎます", "nested too deeply"),
        (BOMB, 2, "エイリアス（*）の展開が大きすぎます", "aliases (*) expand to too much"),
        ("standard: 'a\0'\nREGISTER: []\n", 1, "制御文字（U+0000）", "control character (U+0000)"),
        (b"\xef\xbb\xbfstandard: chapters\nREGISTER: []\n", 1, "先頭にBOMがあります", "begins with a byte order mark"),
        ("# 表\nstandard: chapters\n".encode("cp932"), 1, "推定：cp932", "looks like cp932"),
        ("standard: chapters\n".encode("utf-16"), 1, "推定：UTF-16", "looks like UTF-16"),
        (b"standard: chapters\n#\xff\xff\n", 2, "文字コードがUTF-8ではありません", "not UTF-8"),
    ],
)  # fmt: skip
def test_a_register_that_cannot_be_used(
    content: str | bytes,
    line: int | None,
    ja: str,
    en: str,
    register: str,
    tmp_path: Path,
    run: Run,
    valid_report: ValidReport,
) -> None:
    """It is told, it hides nothing, and everything is judged all the same."""
    raw = content.encode() if isinstance(content, str) else content
    path = _write(tmp_path, "register.yaml", raw.replace(b"REGISTER", register.encode()))
    for shared in (False, True):
        city = _city(tmp_path / str(shared), shared)
        for language, message in (("ja", ja), ("en", en)):
            options = ("--standard", CHAPTERS, f"--{register}", path, "--lang", language)
            code, report = _scan(run, valid_report, city, *options)
            assert (code, report["complete"]) == (3 if shared else 4, False)
            assert (report["summary"]["fail"], report["summary"]["waived"], report[register]) == (int(shared), 0, [])
            (problem,) = report["problems"]
            assert (problem["file"], problem["line"]) == (path.as_posix(), line)
            assert message.replace("REGISTER", register) in problem["message"]
            assert not PLACEHOLDER.search(problem["message"])


@pytest.mark.parametrize("register", REGISTERS)
def test_every_flaw_of_a_register_is_told_once(
    register: str, tmp_path: Path, run: Run, valid_report: ValidReport
) -> None:
    text = f"standard: chapters\n{register}:\n  - {{zzz: 1, yyy: 2, status: none}}\n  - {{status: none}}\n"
    path = _write(tmp_path, "register.yaml", text)
    options = ("--standard", CHAPTERS, f"--{register}", path)
    _, report = _scan(run, valid_report, _city(tmp_path, shared=False), *options)
    told = [(problem["line"], problem["message"]) for problem in report["problems"]]
    assert len(told) == len(set(told))
    assert sum("yyy" in message for _, message in told) == 1
    for line in (3, 4):
        missing = [message for place, message in told if place == line and "がありません" in message]
        assert len(missing) == (7 if register == "waivers" else 3)


@pytest.mark.parametrize("register", REGISTERS)
def test_the_flaws_of_a_register_name_the_entry_from_1_and_no_place_in_the_list(
    register: str, tmp_path: Path, run: Run, valid_report: ValidReport
) -> None:
    odd = "{resource: {kind: 5}}" if register == "waivers" else "{about: [{}, {id: ''}]}"
    path = _write(tmp_path, "register.yaml", f"standard: chapters\n{register}:\n  - {odd}\n  - {odd}\n  - x\n")
    options = ("--standard", CHAPTERS, f"--{register}", path)
    _, report = _scan(run, valid_report, _city(tmp_path, shared=False), *options)
    told = [problem["message"] for problem in report["problems"]]
    assert {message.partition("：")[0] for message in told} == {f"{register} {number}" for number in (1, 2, 3)}
    assert not any(re.search(rf"{register}\.[0-9]|「[0-9]", message) for message in told), told
    inner = ("「resource.kind」", "「resource.id」") if register == "waivers" else ("「about.0」", "「about.1.id」")
    for number, words in ((number, words) for number in (1, 2) for words in inner):
        assert sum(message.startswith(f"{register} {number}：") and words in message for message in told) == 1, told
    assert any(message.startswith(f"{register} 3：「{register}」には項目と値の組が要ります") for message in told), told


FLAWS = """department: 健康局
attestations:
  - {id: A-1, by: ' ', answered_on: 2026-02-30, zzz: 1, yyy: 2, answers: {"1": {answer: x, aaa: 1}, "2": {bbb: 2}}}
  - {answers: {}, standard: 5}
servers:
  - {id: S-1, location: {restricted_entry: 1, nowhere: 2, elsewhere: 3}, last_maintained_on: x, system: ''}
"""
MEASURES = """standard: chapters
measures:
  - {zzz: 1, yyy: 2, status: done, about: [{clauses: x, control: 5, kind: ''}]}
  - {owner: '', finding: 1, on: 2026-02-30}
  - {status: maybe, about: []}
"""


@pytest.mark.parametrize("format", ["json", "text"])
def test_problems_come_in_the_same_order_in_every_run(format: str, tmp_path: Path) -> None:
    _write(tmp_path, "city.yaml", FLAWS)
    _write(tmp_path, "measures.yaml", MEASURES)
    command = [sys.executable, "-m", "policycheck.cli", "scan", "city.yaml", "--standard", str(CHAPTERS)]
    command += ["--measures", "measures.yaml", "--as-of", AS_OF.isoformat(), "--format", format]
    told = []
    for seed in range(6):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (result.returncode, result.stderr) == (4, b"")
        told.append(result.stdout)
    assert len(set(told)) == 1
    if format == "json":
        problems = json.loads(told[0])["problems"]
        places = [(problem["file"], problem["line"]) for problem in problems]
        assert len(places) > 20
        assert [places.count(("city.yaml", line)) > 2 for line in (3, 4, 6)] == [True] * 3
        messages = [problem["message"] for problem in problems]
        for path in ("answers.1.seen", "answers.2.answer", "answers.2.seen"):
            assert sum(f"項目「{path}」がありません" in message for message in messages) == 1


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_that_cannot_be_read(register: str, tmp_path: Path, run: Run) -> None:
    city = _city(tmp_path, shared=False)
    for path in (tmp_path, tmp_path / "nowhere.yaml", Path("/proc/self/mem")):
        for language in LANGUAGES:
            result = run("scan", city, "--standard", CHAPTERS, f"--{register}", path, "--lang", language)
            assert (result.exit_code, result.stdout) == (2, "")
            assert texts(language)(f"hint.unreadable_{register}") in result.stderr


@pytest.mark.parametrize("register", REGISTERS)
def test_a_register_that_is_usable(register: str, tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    path = _write(tmp_path, "register.yaml", REGISTERS[register])
    code, report = _scan(run, valid_report, _city(tmp_path, shared=True), "--standard", CHAPTERS, f"--{register}", path)
    assert report["problems"] == []
    assert (code, report[register][0]["state"]) == ((0, "in_force") if register == "waivers" else (3, "refuted"))


def test_own_standard(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    standard = _write(tmp_path, "own.yaml", STANDARD)
    code, report = _scan(run, valid_report, _city(tmp_path, shared=True), "--standard", standard)
    assert (code, report["standard"]["id"], report["summary"]["fail"]) == (3, "own", 1)
    assert report["results"][0]["message"] == "最後の点検は2026-10-01で、周期の1か月を過ぎています。"


def test_duplicate_clause(tmp_path: Path, run: Run) -> None:
    clause = STANDARD.partition("clauses:\n")[2]
    standard = _write(tmp_path, "own.yaml", STANDARD + clause)
    result = run("scan", tmp_path, "--standard", standard)
    assert result.exit_code == 2
    assert f"{standard}:11：条項「1」が二度あります" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan", "--standard", "osak"], "「osaka」の誤りではありませんか"),
        (["scan", "--standard", "zzz"], "使えるのは arakawa、guideline、kobe、osaka、ryugasaki です"),
        (["scan", "--standard", "nowhere.yaml"], "nowhere.yaml を読めません"),
        (["explain", "1", "--standard", "osak"], "「osaka」の誤りではありませんか"),
        (["scan", "--engine", "prolog"], "--engine に「prolog」は使えません。\n  使えるのは wasm、opa です。"),
        (["scan", "--engine", "wasn"], "「wasm」の誤りではありませんか。\n  使えるのは wasm、opa です。"),
        (["scan", "--as-of", "yesterday"], "「yesterday」は正しい日付ではありません"),
        (["scan", "--as-of", "2026-02-30"], "「2026-02-30」は正しい日付ではありません"),
        (["scan", "--as-of", "20261120"], "「20261120」は正しい日付ではありません"),
        (["scan", "--as-of", "2026-1-1"], "YYYY-MM-DD の形で"),
        (["scan", "--as-of", "２０２６-11-20"], "半角で"),
        (["scan", "--all=x"], "--all に値は付けられません。\n  `main scan --help`"),
        (["scan", "--format", "pdf"], "使えるのは text、matrix、viewpoints、measures、json、markdown、csv"),
        (["scan", "--by", "measure", "--format", "json"], "--by measure は --format text でだけ使えます（指定：json）"),
        (["scan", "--by", "owner"], "使えるのは department、measure です"),
        (["scan", "--lang", "fr"], "使えるのは ja、en です"),
        (["scan", "--colour"], "「--colour」というオプションはありません。"),
        (["scan", "--fromat", "json"], "「--format」の誤りではありませんか。\n  `main scan --help` で一覧"),
        (["scan", "--output", ""], "--output にはファイルの名前が要ります"),
        (["scan", "--opa-ca", "nowhere.pem"], "--opa-ca の値は使えません"),
        *(
            (["scan", "--opa-timeout", value], f"「{value}」は使えません")
            for value in ("nan", "inf", "1e400", "0", "x")
        ),
        (["explain"], "CLAUSE|CONTROL が指定されていません"),
        (["explain", "a", "--standard"], "--standard の値がありません。\n  `main explain --help`"),
        (["explain", "a", "b"], "使い方が正しくありません"),
        (["--colour"], "「--colour」というオプションはありません。"),
        (["explain", "physical/server_fixd"], "「physical/server_fixed」の誤りではありませんか"),
        (["scan", "--as-of", "0001-01-01"], "遡れません"),
        (["sca"], "「scan」の誤りではありませんか。\n  使えるのは scan、validate、"),
    ],
)
def test_wrong_usage(arguments: list[str], message: str, tmp_path: Path, run: Run) -> None:
    paths = [_city(tmp_path, shared=False)] if arguments[0] == "scan" else []
    result = run(*arguments, *paths)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert result.stderr.startswith("policycheck: ")


@pytest.mark.parametrize("output", ["nowhere/report.json", "file/report.json"])
def test_output_that_cannot_be_written(output: str, tmp_path: Path, run: Run) -> None:
    _write(tmp_path, "file", "x")
    result = run("scan", _city(tmp_path, shared=False), "--output", tmp_path / output, "--lang", "en")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{tmp_path / output} cannot be written" in result.stderr


def _process(*arguments: object, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "policycheck.cli", *map(str, arguments)]
    environment = os.environ | {"POLICYCHECK_LANG": "en", "PYTHONUTF8": "1"}
    return subprocess.run(command, stderr=subprocess.PIPE, check=False, env=environment, **settings)


@pytest.mark.parametrize("command", ["scan", "validate", "standards", "--help"])
def test_standard_output_that_is_full(command: str, tmp_path: Path) -> None:
    arguments = [command, _city(tmp_path, shared=False)] if command in ("scan", "validate") else [command]
    with Path("/dev/full").open("wb") as full:
        process = _process(*arguments, stdout=full)
    assert process.returncode == 1
    assert process.stderr.decode().splitlines() == [
        "policycheck: The output cannot be written ([Errno 28] No space left on device).",
        "  Check that there is space where the output goes, or name a file by --output.",
    ]


def test_standard_output_that_is_closed(tmp_path: Path) -> None:
    process = _process("scan", _city(tmp_path, shared=False), preexec_fn=lambda: os.close(1))
    assert process.returncode == 1
    assert b"The output cannot be written" in process.stderr
    assert b"Traceback" not in process.stderr


def test_output_to_a_full_device_and_through_a_circle(tmp_path: Path, run: Run) -> None:
    city = _city(tmp_path, shared=False)
    (tmp_path / "circle").symlink_to("circle")
    for output in ("/dev/full", tmp_path / "circle"):
        result = run("scan", city, "--output", output, "--lang", "en")
        assert result.exit_code == 1
        assert f"{output} cannot be written" in result.stderr


def test_output_never_replaces_what_is_read(tmp_path: Path, run: Run) -> None:
    city = _city(tmp_path, shared=False)
    waivers = _write(tmp_path, "waivers.yaml", "standard: own\nwaivers: []\n")
    measures = _write(tmp_path, "measures.yaml", "standard: own\nmeasures: []\n")
    standard = _write(tmp_path, "own.yaml", STANDARD)
    (tmp_path / "link").symlink_to(city / "good.yaml")
    baseline = tmp_path / "own.json"
    assert run("scan", city, "--standard", standard, "--format", "json", "--output", baseline).exit_code in (0, 3)
    files = [city / "good.yaml", tmp_path / "link", waivers, measures, standard, baseline]
    before = [file.read_bytes() for file in files]
    for output in files:
        read = ("--waivers", waivers, "--measures", measures, "--standard", standard, "--baseline", baseline)
        result = run("scan", city, *read, "--output", output, "--lang", "en")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "is a file that this scan reads" in result.stderr
    assert [file.read_bytes() for file in files] == before


def test_output_that_fails_midway_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk."""
    city = _city(tmp_path, shared=True)
    output = _write(tmp_path, "report.json", "old")
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from policycheck.cli import main; import policycheck.files;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); main()"
    )
    command = [sys.executable, "-c", code, "scan", str(city), "--format", "json", "--output", str(output)]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"POLICYCHECK_LANG": "en"}
    )
    assert process.returncode == 1
    assert "cannot be written" in process.stderr
    assert output.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["city", "report.json"]


def _assert_nothing_is_dropped(report: Report, resources: Sequence[Entry], scanned: Callable[..., Report]) -> None:
    """Whatever was read, each resource was judged by each control of its kind, or the report is no clean one."""
    judged = sum(sum(counts.values()) for _, counts in report.counts)
    kinds = [resource.kind for resource in resources]
    assert report.inventory.kinds == Counter(kinds)
    recorded = {resource.id for resource in resources if resource.kind == "department"}
    kinds += ["department"] * len(set(report.departments) - recorded)  # of which nothing is known
    assert (
        judged
        == len(report.results)
        == sum(
            kinds.count(subject.kind) if isinstance(subject, Check) else len(report.departments)
            for subject, _ in report.counts
        )
    )
    assert report.problems or report.inventory.resources
    if report.exit_code == 0:
        assert not report.problems
        assert judged
        assert {result.status for result in report.results} <= {Status.PASS, Status.NOT_APPLICABLE, Status.CORRECTED}
    assert all(resource.line for resource in resources)
    for language in LANGUAGES:
        for name in set(FORMATS) - {"json"}:
            assert b"".join(renderer(name).render(report, texts(language), View()))
        listing = scanned(keep_passes=True, entry=entry_printer("json", texts(language)))
        document = json.loads(printed(renderer("json").render(listing, texts(language), View())))
        assert [
            (found["status"], found["resource"]["id"], found["location"]["line"]) for found in document["results"]
        ] == [(found.status, found.resource.id, found.resource.line) for found in report.results]


SEEDS = {
    "yaml": (GOOD.replace("SHARED", "false") + ANSWERS["yaml"].partition("\n")[2]).encode(),
    "json": ANSWERS["json"].replace("]}\n", '], "servers": [{"id": "a"}, {"id": "b", "fixed": true}]}').encode(),
    "ndjson": (ENTRY % "a" + ENTRY % "b" + ANSWERS["ndjson"]).encode(),
}
PIECES = st.binary(max_size=4) | st.sampled_from(
    [b"\n", b"\r", b"- ", b": ", b"{", b"}", b"[", b"]", b'"', b"'", b"&a ", b"*a", b"!!x ", b"---\n", b"\t", b"|", b"\\u",
     b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbb\xbf", b"\x7f", b"<<: ", b"? ", b"# ", b"%"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with a few pieces taken out or put in."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(start + 3, len(content))))
        content = content[:start] + draw(PIECES) + content[end:]
    return content


@pytest.mark.parametrize("suffix", ["yaml", "json", "ndjson"])
@given(data=st.data())
def test_any_bytes_are_judged_or_refused(
    suffix: str,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    schemas: Schemas,
    catalogue: Catalogue,
    wasm_engine: Engine,
) -> None:
    content = data.draw(st.binary() | damaged(SEEDS[suffix]))
    path = _write(tmp_path_factory.getbasetemp(), f"any.{suffix}", content)
    standard = catalogue.standard(data.draw(st.sampled_from(["guideline", str(CHAPTERS)])))
    scanned = partial(report_on, [path], standard, catalogue, schemas, wasm_engine)
    report, resources = scanned(keep_passes=True), entries([path], schemas)
    _assert_nothing_is_dropped(report, resources, scanned)
    whole = (
        content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2] or not content.strip()
    )
    if suffix == "ndjson" and not whole:
        places = [resource.line for resource in resources]
        places += [problem.location.line for problem in report.inventory.problems]
        assert set(places) == {number for number, line in enumerate(content.split(b"\n"), 1) if line.strip()}


@pytest.mark.parametrize("register", REGISTERS)
@given(data=st.data())
def test_any_bytes_of_a_register_are_used_or_told(
    register: str,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    bundle: Bundle,
    schemas: Schemas,
    catalogue: Catalogue,
    wasm_engine: Engine,
) -> None:
    content = data.draw(st.binary() | damaged(REGISTERS[register].encode()))
    folder = tmp_path_factory.getbasetemp()
    path = _write(folder, f"any.{register}.yaml", content)
    city = _write(folder, "city.of.registers.yaml", GOOD.replace("SHARED", "true"))
    standard = catalogue.standard(str(CHAPTERS))
    read: Any = read_waivers if register == "waivers" else read_measures
    try:
        used = read(path, standard, bundle.schemas[register])
    except UsageError as error:
        assert error.key == f"{register}_of_other_standard"
        return
    report = report_on([city], standard, catalogue, schemas, wasm_engine, registers={register: used})
    assert list(report.problems) == used.problems
    assert report.exit_code == (3 if report.summary[Status.FAIL] else 4 if used.problems else 0)
    assert report.summary[Status.FAIL] + report.summary[Status.WAIVED] == 1
    assert len(report.waivers if register == "waivers" else report.measures or ()) == len(used.given)
    for language in LANGUAGES:
        for problem in report.problems:
            assert problem.location.file == path.as_posix()
            assert not PLACEHOLDER.search(texts(language).problem(problem))
        for name in FORMATS:
            assert b"".join(renderer(name).render(report, texts(language), View()))
