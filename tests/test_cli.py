"""The command line as its users meet it."""

import datetime
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from click.testing import Result
from conftest import AS_OF, CHAPTERS, ROOT
from rich.cells import cell_len

import policycheck
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES

Run = Callable[..., Result]
ValidReport = Callable[[str], dict[str, Any]]

STATUSES = ("pass", "fail", "unknown", "not_applicable", "waived", "corrected")
PASSES = (
    '{"kind": "user_id", "department": "健康局", "id": "%s", "system": "yoyaku", "site": "中央会館", "account": "%s",'
    ' "holder_status": "active", "shared": false, "status": "active", "last_reviewed_on": "2026-10-01",'
    ' "password_changed_on": "2026-10-01"}\n'
)
FAILS = PASSES.replace('"shared": false', '"shared": true')
UNKNOWN = PASSES.replace('"shared": false, ', "")
COMMANDS = (
    ["scan", "inventory"],
    ["validate", "inventory"],
    ["explain", "assets/nas_protected"],
    ["standards"],
    ["controls"],
)


def _ledger(folder: Path, *lines: str) -> Path:
    path = folder / "ledger.ndjson"
    text = "".join(
        line % (f"U-{number}", f"account{number}") if "%s" in line else line for number, line in enumerate(lines)
    )
    path.write_text(text, encoding="utf-8")
    return path


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "POLICYCHECK_LANG")}
    return kept | {"TERM": "xterm", "PYTHONUTF8": "1"} | more


def _process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "policycheck.cli", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT, env=_environment(**environment)
    )


def _terminal(*arguments: object, patience: float = 60, **environment: str) -> tuple[str, int]:
    """What a real terminal is sent, and the exit code. `patience` is when the progress bar appears."""
    driver = f"import policycheck.progress as p; p.PATIENCE = {patience}; from policycheck.cli import main; main()"
    child = pexpect.spawn(
        sys.executable,
        ["-c", driver, *map(str, arguments)],
        cwd=ROOT,
        env=_environment(**environment),
        dimensions=(40, 90),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.before is not None
    assert child.exitstatus is not None
    return child.before, child.exitstatus


@pytest.fixture
def sample_city(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of a scan of inventory/, in the checkout."""
    monkeypatch.chdir(ROOT)
    return ["scan", "inventory", "--as-of", AS_OF.isoformat()]


@pytest.mark.parametrize("all", [[], ["--all"]])
@pytest.mark.parametrize("format", ["text", "json"])
@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([PASSES], 0),
        ([PASSES, FAILS], 3),
        ([PASSES, FAILS, UNKNOWN, "broken\n"], 3),
        ([PASSES, UNKNOWN], 4),
        ([PASSES, "broken\n"], 4),
        (["broken\n"], 4),
        ([], 4),
    ],
)
def test_exit_code_of_a_scan(
    lines: list[str], code: int, format: str, all: list[str], tmp_path: Path, run: Run
) -> None:
    arguments = ["scan", "--standard", CHAPTERS, _ledger(tmp_path, *lines), "--as-of", AS_OF, "--format", format, *all]
    output = tmp_path / "report"
    assert run(*arguments).exit_code == code
    assert run(*arguments, "--output", output).exit_code == code
    assert output.read_text(encoding="utf-8") == run(*arguments).stdout


def test_exit_code_of_the_process(tmp_path: Path) -> None:
    assert _process("scan", "--standard", CHAPTERS, _ledger(tmp_path, PASSES), "--as-of", AS_OF).returncode == 0
    assert _process("scan", "--standard", CHAPTERS, _ledger(tmp_path, FAILS), "--as-of", AS_OF).returncode == 3
    assert _process("scan", "--standard", "nowhere").returncode == 2
    assert _process("scan", "--output", "nowhere/report").returncode == 1


@pytest.mark.parametrize(("lines", "code"), [([PASSES], 0), ([FAILS], 0), ([PASSES, "broken\n"], 4)])
def test_exit_code_of_validate(lines: list[str], code: int, tmp_path: Path, run: Run) -> None:
    assert run("validate", _ledger(tmp_path, *lines)).exit_code == code


def test_validate_counts(tmp_path: Path, run: Run) -> None:
    path = _ledger(tmp_path, PASSES, "broken\n", FAILS)
    assert run("validate", path).stdout.splitlines()[-1] == "1ファイルを読み、資産2件は正しく、誤りが1件ありました。"
    assert run("validate", path, "--lang", "en").stdout.splitlines()[-1] == "Files: 1, valid resources: 2, errors: 1."
    assert run("validate", ROOT / "inventory").stdout == "16ファイル、資産367件：誤りはありません。\n"


@pytest.mark.parametrize("standard", ["arakawa", "guideline", "kobe", "osaka", "ryugasaki"])
def test_counts_add_up(standard: str, sample_city: list[str], run: Run, valid_report: ValidReport) -> None:
    arguments = [*sample_city, "--standard", standard, "--format", "json"]
    report = valid_report(run(*arguments, "--all").stdout)
    results, controls, attested = report["results"], report["controls"], report["attested"]
    assert report["inventory"]["resources"] == sum(file["resources"] for file in report["inventory"]["files"])
    assert Counter(result["status"] for result in results) == Counter(report["summary"])
    for status in STATUSES:
        assert report["summary"][status] == sum(counted[status] for counted in (*controls, *attested))
    kinds: dict[str, set[str]] = defaultdict(set)
    for result in results:
        if result["control"]:
            kinds[result["resource"]["kind"]].add(result["resource"]["id"])
    for control in controls:
        assert sum(control[status] for status in STATUSES) == len(kinds[control["kind"]])
    departments = {result["resource"]["department"] for result in results}
    for clause in attested:
        assert sum(clause[status] for status in STATUSES) == len(departments)
    keys = {
        (result["control"], *result["clauses"][:1], result["resource"]["kind"], result["resource"]["id"])
        for result in results
    }
    assert len(keys) == len(results)

    short = valid_report(run(*arguments).stdout)
    assert short == report | {"results": [result for result in results if result["status"] != "pass"]}


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("ja", ("○ 適合", "× 不適合", "？ 判定不能", "－ 対象外", "例 例外措置", "△ 改善済")),
        ("en", ("○ pass", "× fail", "？ unknown", "－ not applicable", "例 waived", "△ corrected")),
    ],
)
def test_text_ends_with_counts_that_add_up(
    language: str, names: tuple[str, ...], sample_city: list[str], run: Run, valid_report: ValidReport
) -> None:
    report = valid_report(run(*sample_city, "--format", "json").stdout)
    text = run(*sample_city, "--lang", language).stdout
    totals = text[text.rindex("==\n") :].splitlines()
    heads = {"ja": ("資産", "判定"), "en": ("resources", "judgements")}[language]
    assert f"  {heads[0]} {report['inventory']['resources']}" in totals
    assert f"  {heads[1]} {sum(report['summary'].values())}" in totals
    for name, status in zip(names, STATUSES, strict=True):
        assert f"    {name} {report['summary'][status]}" in totals
    assert totals[-1].startswith({"ja": "  終了コード 3：", "en": "  Exit code 3:"}[language])


def test_all_lists_every_judgement_in_the_text(
    sample_city: list[str], run: Run, valid_report: ValidReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = valid_report(run(*sample_city, "--format", "json").stdout)["summary"]
    lines = run(*sample_city, "--all").stdout.splitlines()
    for mark, status in zip("○×？－", STATUSES, strict=False):
        assert (
            sum(line.startswith(f"    {mark} ") and ("/" in line or "：" in line) for line in lines) == summary[status]
        )


def test_the_same_input_gives_the_same_bytes(sample_city: list[str]) -> None:
    for format in ("text", "json"):
        first, second = (_process(*sample_city, "--format", format, PYTHONHASHSEED=seed).stdout for seed in ("1", "2"))
        assert first == second
        assert first


def test_path_defaults_to_inventory(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("scan").exit_code == 4
    (tmp_path / "inventory").mkdir()
    _ledger(tmp_path / "inventory", FAILS)
    assert "inventory/ledger.ndjson:1" in run("scan", "--as-of", AS_OF).stdout
    assert run("validate").exit_code == 0


def test_several_paths(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    paths = []
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        paths.append(
            _ledger(tmp_path / name, FAILS.replace("U-", name).replace('"%s", "system"', f'"{name}%s", "system"'))
        )
    report = valid_report(run("scan", *paths, "--format", "json").stdout)
    assert [file["path"] for file in report["inventory"]["files"]] == [path.as_posix() for path in paths]
    assert [file["resources"] for file in report["inventory"]["files"]] == [1, 1]


def test_the_day_defaults_to_today_in_japan(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    def today() -> str:
        return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=9)).date().isoformat()

    before = today()
    day = valid_report(run("scan", _ledger(tmp_path, PASSES), "--format", "json").stdout)["as_of"]
    assert day in (before, today())


def test_the_day_decides(tmp_path: Path, run: Run) -> None:
    path = _ledger(tmp_path, PASSES)
    codes = {
        day: run("scan", "--standard", CHAPTERS, path, "--as-of", day).exit_code
        for day in ("2026-09-30", "2026-10-01", "2027-04-01", "2027-04-02")
    }
    assert codes == {"2026-09-30": 4, "2026-10-01": 0, "2027-04-01": 0, "2027-04-02": 3}


def test_output_is_written_as_a_whole(tmp_path: Path, run: Run, valid_report: ValidReport) -> None:
    output = tmp_path / "report.json"
    output.write_text("old" * 10_000, encoding="utf-8")
    result = run("scan", _ledger(tmp_path, FAILS), "--format", "json", "--output", output)
    assert (result.exit_code, result.output) == (3, "")
    assert valid_report(output.read_text(encoding="utf-8"))["summary"]["fail"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.ndjson", "report.json"]


def test_output_through_a_link_and_to_a_device(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "target.txt"
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    path = _ledger(tmp_path, PASSES)
    assert run("scan", "--standard", CHAPTERS, path, "--as-of", AS_OF, "--output", link).exit_code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8")
    assert run("scan", "--standard", CHAPTERS, path, "--as-of", AS_OF, "--output", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


def test_the_input_is_not_touched_when_standard_output_is_cp932(sample_city: list[str]) -> None:
    command = [sys.executable, "-m", "policycheck.cli", *sample_city]
    environment = _environment(PYTHONUTF8="0", PYTHONIOENCODING="cp932")
    process = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=environment)
    assert process.returncode == 3
    assert "■ 健康増進課" in process.stdout.decode("cp932")


def test_json_is_utf8_whatever_the_terminal_can_show(sample_city: list[str]) -> None:
    command = [sys.executable, "-m", "policycheck.cli", *sample_city, "--format", "json"]
    environments = (_environment(), _environment(PYTHONUTF8="0", PYTHONIOENCODING="cp932"))
    outputs = [
        subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=environment).stdout
        for environment in environments
    ]
    assert outputs[0] == outputs[1]
    assert "健康増進課" in outputs[0].decode()


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_each_command_speaks_both_languages(arguments: list[str], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    results = {language: run(*arguments, "--lang", language) for language in ("ja", "en")}
    assert results["ja"].exit_code == results["en"].exit_code
    assert results["ja"].stdout != results["en"].stdout
    assert run(*arguments).stdout == results["ja"].stdout


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_the_language_can_come_from_the_environment(arguments: list[str], run: Run) -> None:
    english = _process(*arguments, "--lang", "en")
    assert _process(*arguments, POLICYCHECK_LANG="en").stdout == english.stdout
    assert _process(*arguments, "--lang", "en", POLICYCHECK_LANG="ja").stdout == english.stdout
    assert _process(*arguments, "--lang=en").stdout == english.stdout
    assert _process(*arguments).stdout != english.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_a_help_is_wider_than_80_columns(language: str) -> None:
    """In processes of their own: what the texts of options are is settled when a command is imported."""
    program = (
        "import click\nfrom policycheck.cli import main\n"
        "def show(command, parent=None, name='policycheck'):\n"
        "    context = command.make_context(name, ['a'], parent, resilient_parsing=True)\n"
        "    print(command.get_help(context))\n"
        "    for one in command.list_commands(context) if isinstance(command, click.Group) else ():\n"
        "        show(command.get_command(context, one), context, one)\n"
        "show(main)\n"
    )
    environment = {**os.environ, "POLICYCHECK_LANG": language, "COLUMNS": "80", "PYTHONUTF8": "1"}
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True)
    assert told.stdout.count("--help") > 15
    wide = [line for line in told.stdout.splitlines() if cell_len(line) > 80]
    assert [
        line for line in wide if max(map(len, line.split())) < 80 - len("  --format ")
    ] == []  # words are kept whole


def test_help_speaks_both_languages() -> None:
    for arguments in ([], ["scan"], ["validate"], ["explain"], ["standards"], ["controls"]):
        japanese = _process(*arguments, "--help")
        english = _process(*arguments, "--help", POLICYCHECK_LANG="en")
        for given in (["--lang", "en"], ["--lang=en"]):
            assert _process(*arguments, *given, "--help").stdout == english.stdout
        assert (japanese.returncode, english.returncode) == (0, 0)
        assert japanese.stdout != english.stdout
        assert english.stdout.isascii()


def test_the_language_can_come_before_the_command(run: Run) -> None:
    assert run("--lang", "en", "standards").stdout == run("standards", "--lang", "en").stdout
    assert "There is no command “scna”. Did you mean “scan”?" in run("--lang", "en", "scna").stderr
    assert "使えるのは ja、en です" in run("--lang", "fr", "standards").stderr


def test_version(run: Run) -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"policycheck, version {policycheck.__version__}\n")


def test_explain_and_validate_are_as_wide_as_the_screen(tmp_path: Path, run: Run, catalogue: Catalogue) -> None:
    path = _ledger(tmp_path, "broken\n", '{"kind": "server", "department": "a", "id": "b", "zzz": 1}\n')
    for language in ("ja", "en"):
        pages = [run("explain", topic, "--lang", language).stdout for topic in catalogue.controls]
        for line in "".join((*pages, run("validate", path, "--lang", language).stdout)).splitlines():
            assert cell_len(line) <= 80 or " " not in line.strip(), line


NASTY = "\x1b]0;owned\x07\x1b[2J\u202e\r\b"


def _nasty_city(folder: Path) -> Path:
    """Everything that a user may write holds what would steer a terminal."""
    city = folder / "city"
    city.mkdir()
    entry = json.loads(FAILS % (1, 1)) | {
        name: f"{name}{NASTY}" for name in ("id", "account", "department", "name", "system", "site")
    }
    unique = [entry, entry | {"id": f"2{NASTY}2"}]
    broken = [entry | {"id": f"3{NASTY}3", NASTY: NASTY, "status": NASTY}, {"kind": NASTY}, NASTY, entry]
    text = "".join(json.dumps(line) + "\n" for line in unique + broken)
    (city / f"a{NASTY}.ndjson").write_text(text, encoding="utf-8")
    (city / f"b{NASTY}.yaml").write_text(f'"{NASTY[1:7]}\\e[31m": [1]\n', encoding="utf-8")
    (city / f"c{NASTY}.txt").write_text("", encoding="utf-8")
    return city


@pytest.mark.parametrize("arguments", [["scan", "--all"], ["scan", "--format", "json"], ["validate"]])
def test_control_characters_never_reach_the_terminal(arguments: list[str], tmp_path: Path, run: Run) -> None:
    city = _nasty_city(tmp_path)
    result = run(*arguments, city)
    assert result.exit_code == (4 if arguments == ["validate"] else 3)
    assert not set(result.stdout) & set("\x1b\x07\b\r" if "json" in arguments else "\x1b\x07\b\r\u202e")
    sent, _ = _terminal(*arguments, city, NO_COLOR="1")
    assert not set(sent) & set("\x1b\x07\b")


def test_ideographic_spaces_are_kept(tmp_path: Path, run: Run) -> None:
    entry = json.loads(FAILS % ("U-1", "a")) | {"name": "山田　太郎"}
    path = tmp_path / "city.ndjson"
    path.write_text(json.dumps(entry), encoding="utf-8")
    assert "山田　太郎" in run("scan", path).stdout


def test_colours_are_for_terminals_only(sample_city: list[str]) -> None:
    red = "\x1b[1;31m"
    assert red in _terminal(*sample_city)[0]
    for arguments in (sample_city, ["scan", "--standard", "none"]):
        assert "\x1b" not in _terminal(*arguments, NO_COLOR="1")[0]
        assert "\x1b" not in _terminal(*arguments, TERM="dumb")[0]
    assert "\x1b" not in _process(*sample_city).stdout
    assert "\x1b" not in _terminal(*sample_city, "--format", "json")[0]


def test_output_file_has_no_colours_even_from_a_terminal(sample_city: list[str], tmp_path: Path) -> None:
    output = tmp_path / "report.txt"
    assert _terminal(*sample_city, "--output", output) == ("", 3)
    assert output.read_text(encoding="utf-8") == _process(*sample_city).stdout


def test_text_is_as_wide_as_the_terminal(sample_city: list[str]) -> None:
    remedy = "→ 対応：直ちにウイルスチェックを行い、以後は使用のたびに先に行って、実施日"
    assert remedy in _terminal(*sample_city, NO_COLOR="1")[0]


def test_progress_bar_appears_on_a_terminal_when_patience_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "many.ndjson"
    path.write_text("".join(PASSES % (number, number) for number in range(20_000)), encoding="utf-8")
    arguments = [
        "scan",
        "--standard",
        CHAPTERS,
        path,
        "--as-of",
        AS_OF,
        "--format",
        "json",
        "--output",
        tmp_path / "report.json",
    ]
    sent, code = _terminal(*arguments, patience=0)
    assert code == 0
    assert "判定中" in sent
    assert "/20000" in sent
    assert _terminal(*arguments, patience=60) == ("", 0)
    assert _terminal(*arguments, patience=0, TERM="dumb") == ("", 0)


def test_progress_bar_does_not_appear_in_a_pipe(tmp_path: Path) -> None:
    driver = "import policycheck.progress as p; p.PATIENCE = 0; from policycheck.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        driver,
        "scan",
        "--standard",
        str(CHAPTERS),
        str(_ledger(tmp_path, PASSES)),
        "--as-of",
        AS_OF.isoformat(),
    ]
    process = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=_environment())
    assert (process.returncode, process.stderr) == (0, "")
    assert "\x1b" not in process.stdout


def test_errors_on_a_terminal_are_red_and_the_bar_is_gone(tmp_path: Path) -> None:
    sent, code = _terminal("scan", tmp_path, "--as-of", "0001-01-01", patience=0)
    assert code == 2
    assert "\x1b[31mpolicycheck: " in sent


def test_a_dash_is_standard_output(sample_city: list[str], run: Run, tmp_path: Path) -> None:
    assert run(*sample_city, "--output", "-").stdout == run(*sample_city).stdout
    assert not (ROOT / "-").exists()
    refused = run("evidence", "keygen", "--output", "-")
    assert (refused.exit_code, refused.stdout) == (2, "")
