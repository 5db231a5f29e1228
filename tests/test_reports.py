"""The reports of the sample city and of a small one, word for word, and what holds for every one."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from conftest import AS_OF, ROOT
from goldens import GOLDEN, assert_golden
from hypothesis import given
from hypothesis import strategies as st
from pieces import printed, report_on
from rich.cells import cell_len

from policycheck.bundle import Bundle
from policycheck.engines import Engine
from policycheck.inventory.schemas import Schemas
from policycheck.measures import read_measures
from policycheck.report import Report
from policycheck.reports import PAGES, View, entry_printer, renderer
from policycheck.reports.wrap import indented, wrap
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

NOT_FIRST = "。、，．！？」』）】〕・ー"
NOT_LAST = "「『（【〔"

Run = Callable[..., Result]


@pytest.fixture
def sample_city(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(ROOT)
    return ["scan", "inventory", "--as-of", AS_OF.isoformat(), "--standard", "guideline"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("sample-city.ja.txt", ["--lang", "ja"]),
        ("sample-city.en.txt", ["--lang", "en"]),
        ("sample-city.json", ["--format", "json"]),
    ],
)
def test_golden(name: str, arguments: list[str], sample_city: list[str], run: Run, pytestconfig: pytest.Config) -> None:
    assert_golden(name, run(*sample_city, *arguments).stdout, pytestconfig)


@pytest.fixture
def small_city(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(GOLDEN / "city")
    return ["scan", "--standard", "standard.yaml", "--waivers", "waivers.yaml"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("text", []),
        ("by-measure", ["--by", "measure"]),
        ("matrix", ["--format", "matrix"]),
        ("viewpoints", ["--format", "viewpoints", "--measures", "measures.yaml"]),
        ("measures", ["--format", "measures", "--measures", "measures.yaml"]),
    ],
)
def test_golden_of_the_small_city(
    name: str, arguments: list[str], language: str, small_city: list[str], run: Run, pytestconfig: pytest.Config
) -> None:
    result = run(*small_city, "inventory", "--as-of", AS_OF, *arguments, "--lang", language)
    assert result.exit_code == 3
    assert_golden(f"city.{name}.{language}.txt", result.stdout, pytestconfig)


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_of_a_comparison(
    language: str, small_city: list[str], run: Run, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Answers that were wrong and are right, refuted and right, and those of a section that is no more."""
    first = tmp_path / "first.json"
    assert run(*small_city, "earlier", "--as-of", "2026-05-20", "--format", "json", "--output", first).exit_code == 3
    result = run(*small_city, "inventory", "--as-of", AS_OF, "--baseline", first, "--lang", language)
    assert_golden(f"city.compared.{language}.txt", result.stdout, pytestconfig)


def test_golden_json_of_the_small_city(
    small_city: list[str], run: Run, valid_report: Callable[[str], dict[str, Any]], pytestconfig: pytest.Config
) -> None:
    printed = run(*small_city, "inventory", "--as-of", AS_OF, "--format", "json", "--measures", "measures.yaml").stdout
    valid_report(printed)
    assert_golden("city.json", printed, pytestconfig)


Scan = Callable[..., Report]


@pytest.fixture(scope="module")
def scans(
    bundle: Bundle,
    schemas: Schemas,
    catalogue: Catalogue,
    wasm_engine: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Scan]:
    """Of the sample city by every standard with every judgement, of input that cannot be used, and of the small city with
    what was done about its findings."""
    bad = tmp_path_factory.mktemp("bad")
    (bad / "長い名前の台帳.yaml").write_text(
        "department: 課\nservrs: []\nuser_ids:\n  - {id: a, shared: yes}\n", encoding="utf-8"
    )
    (bad / "台帳.ndjson").write_text('{"kind": "x"}\n{"kind": "server"}\n\n[]\nbroken\n', encoding="utf-8")
    (bad / "ReadMe.txt").write_text("", encoding="utf-8")
    known: dict[str, Any] = {"catalogue": catalogue, "schemas": schemas, "engine": wasm_engine}
    made = [
        partial(report_on, [folder], catalogue.standard(name), **known, keep_passes=True)
        for name in catalogue.standard_ids
        for folder in (ROOT / "inventory", bad)
    ]
    standard = catalogue.standard(str(GOLDEN / "city" / "standard.yaml"))
    measures = read_measures(GOLDEN / "city" / "measures.yaml", standard, bundle.schemas["measures"])
    small = partial(report_on, [GOLDEN / "city" / "inventory"], standard, **known, registers={"measures": measures})
    return [*made, small]


@pytest.fixture(scope="module")
def reports(scans: list[Scan]) -> list[Report]:
    """Those that pages are made of."""
    return [scanned() for scanned in scans]


@pytest.fixture(scope="module")
def listings(scans: list[Scan]) -> dict[str, list[Report]]:
    """Those that JSON is made of, by language."""
    return {
        language: [scanned(entry=entry_printer("json", texts(language))) for scanned in scans] for language in LANGUAGES
    }


LAYOUTS = [
    ("text", "department"),
    ("text", "measure"),
    *((name, "department") for name in PAGES if name != "text"),
]


@pytest.mark.parametrize(("format", "by"), LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 132])
def test_layout(language: str, width: int, format: str, by: str, reports: list[Report]) -> None:
    for report in reports:
        text = printed(renderer(format).render(report, texts(language), View(width, by=by)))
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        for line in text.splitlines():
            assert cell_len(line) <= width or " " not in line.strip(), line
            assert line == line.rstrip(), line
            assert not line.lstrip().startswith(tuple(NOT_FIRST)) or line.lstrip().startswith("？ "), line
            assert not line.endswith(tuple(NOT_LAST)), line


@pytest.mark.parametrize(("format", "by"), LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_colours_change_nothing_but_colours(language: str, format: str, by: str, reports: list[Report]) -> None:
    for report in reports:
        plain = printed(renderer(format).render(report, texts(language), View(by=by)))
        coloured = printed(renderer(format).render(report, texts(language), View(color=True, by=by)))
        red = r"\x1b\[1;31m .*×" if format == "matrix" else r"\x1b\[1;31m *× "
        assert report.exit_code != 3 or re.search(red, coloured)
        assert [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", coloured).splitlines()] == plain.splitlines()


def test_json_says_in_each_language_what_the_other_says(
    reports: list[Report], listings: dict[str, list[Report]], valid_report: Callable[[str], dict[str, Any]]
) -> None:
    for report, *listed in zip(reports, *listings.values(), strict=True):
        japanese, english = (
            valid_report(printed(renderer("json").render(listing, texts(language), View())))
            for language, listing in zip(LANGUAGES, listed, strict=True)
        )
        assert sum(japanese["summary"].values()) == sum(report.summary.values())
        assert len(japanese["results"]) >= len(report.results) > 0 or report.problems
        assert _without_words(japanese) == _without_words(english)
        assert json.dumps(japanese) != json.dumps(english)


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_words(inner) for name, inner in value.items() if name not in ("message", "title")}
    return [_without_words(inner) for inner in value] if isinstance(value, list) else value


@given(st.text(alphabet="あ漢ー「」（）。、aZ1.-/ 　", max_size=80), st.integers(20, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    lines = list(wrap(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line, following in pairwise(lines):
        assert following
        assert (
            not following.startswith(tuple(NOT_FIRST))
            or line.endswith(" ")
            or re.search(rf"\s{re.escape(following)}", text)
        )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("サーバは「固定」。です", ["サーバは", "「固定」。", "です"]),
        ("aaaa bbbb cccc", ["aaaa bbbb", "cccc"]),
        ("abcdefghijklmn op", ["abcdefghijklmn", "op"]),
        ("abcdefghijklmn", ["abcdefghijklmn"]),
        ("ab abcdefghijklmn", ["ab", "abcdefghijklmn"]),
        ("項目（location.room）の値", ["項目", "（location.room）", "の値"]),
    ],
)
def test_wrapping(text: str, lines: list[str]) -> None:
    assert list(wrap(text, 10)) == lines


def test_every_line_of_a_paragraph_is_indented() -> None:
    assert list(indented("    aaaaaaaaaa bbbbbbbbbb cccccccccc", 24)) == [
        "    aaaaaaaaaa",
        "    bbbbbbbbbb",
        "    cccccccccc",
    ]
    assert list(indented("    " + "a" * 30, 10)) == ["    " + "a" * 30]


@pytest.mark.parametrize(
    ("first", "last", "line"),
    [
        ("2026-11-20", "2026-11-20", None),
        (None, None, None),
        ("2026-11-21", None, "2026-11-21 より前です"),
        (None, "2026-11-19", "2026-11-19 より後です"),
    ],
)
def test_days_outside_of_the_standards_are_told(
    first: str | None,
    last: str | None,
    line: str | None,
    listings: dict[str, list[Report]],
    valid_report: Callable[[str], Any],
) -> None:
    listing = listings["ja"][0]
    report = replace(listing, standard=listing.standard._replace(effective_from=first, effective_until=last))
    text = printed(renderer("text").render(report, texts("ja"), View()))
    assert (line in text) if line else "より前です" not in text and "より後です" not in text
    document = valid_report(printed(renderer("json").render(report, texts("ja"), View())))
    assert (document["standard"]["effective_from"], document["standard"]["effective_until"]) == (first, last)


def test_the_heading_of_a_check_shows_its_parameters(tmp_path: Path, run: Run) -> None:
    use = "  - {id: '%s', title: {ja: a, en: a}, controls: [{control: technical/user_id_reviewed, parameters: {period: %s}}]}\n"
    text = "id: own\ntitle: {ja: a, en: a}\nbody: a\nsource: a\nclauses:\n" + use % ("1", "P2Y") + use % ("2", "P6M")
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "city.yaml").write_text(
        "department: a\nuser_ids: [{id: P1Y, account: P1Y, status: active, last_reviewed_on: 2020-01-01}]\n",
        encoding="utf-8",
    )
    shown = run("scan", tmp_path / "city.yaml", "--standard", tmp_path / "own.yaml", "--as-of", AS_OF).stdout
    assert "点検の周期：2年\n" in shown
    assert "点検の周期：6か月\n" in shown
    assert "周期の6か月を過ぎて" in "".join(shown.split())
    assert "user_id/P1Y" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_begins_with_what_to_do_by_department(
    language: str, sample_city: list[str], run: Run, valid_report: Callable[[str], dict[str, Any]]
) -> None:
    told = texts(language)
    page = run(*sample_city, "--lang", language).stdout
    report = valid_report(run(*sample_city, "--lang", language, "--format", "json").stdout)
    open_results = [result for result in report["results"] if result["status"] in ("fail", "unknown")]
    assert re.findall(r"^== (.*) ==$", page, re.MULTILINE)[0] == told("report.findings")
    findings = page.partition(f"== {told('report.findings')} ==")[2].partition("\n== ")[0]
    wanted = {}
    for department in dict.fromkeys(result["resource"]["department"] for result in open_results):
        own = Counter(r["status"] for r in open_results if r["resource"]["department"] == department)
        marks = [f"{told(f'mark.{status}')} {own[status]}" for status in ("fail", "unknown") if own[status]]
        wanted[department] = "  ".join(marks)
    assert dict(re.findall(r"^■ (.*?)  (.*)$", findings, re.MULTILINE)) == wanted
    failing = {
        (result["resource"]["department"], result["control"], tuple(result["clauses"]))
        for result in open_results
        if result["status"] == "fail"
    }
    assert len(failing) > 5
    assert findings.count(f"    {told('report.remedy')}") == len(failing)
