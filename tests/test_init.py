"""What `init` lays out can be used at once, and the guides show what really happens."""

import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from conftest import AS_OF, ROOT
from hypothesis import given
from hypothesis import strategies as st

from policycheck.cli import main
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, plain

Run = Callable[..., Result]
ValidReport = Callable[[str], dict[str, Any]]

FILES = [
    ".pre-commit-config.yaml",
    "inventory/answers.yaml",
    "inventory/sample.yaml",
    "measures.yaml",
    "standard.yaml",
    "waivers.yaml",
]
OPTIONS = ("--standard", "standard.yaml", "--waivers", "waivers.yaml", "--measures", "measures.yaml")
CLI: Any = importlib.import_module("policycheck.cli.init")
"""The module, which the package hides behind the command of that name."""
PROGRAMS = str(Path(sys.executable).parent)
NAMES = ["青葉野市", "𠮷野市", "葛󠄀城市", "Aobano City", "O'Higgins \"City\"", "a: b", "a #b", "# a", "- a", "? a", "{a", "[a]",
         "a, b", "!a", "&a", "*a", "%a", "@a", "`a`", "|", ">", "'", '"', "\\", "\\n", "$id", "${", "a\u3000b", "a  b", "=",
         "null", "~", "yes", "no", "on", "true", "123", "0o17", "0x1f", "1e3", "1_000", "12:30", ".inf", "2026-01-01", "<<",
         "---", "...", "--body", "-x", "🏯", "\u00a0a", "x" * 2000]  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _uncomment(path: Path, start: str) -> None:
    """Takes the comment sign off every line that begins so."""
    text = path.read_text(encoding="utf-8")
    changed = re.sub(rf"^(\s*)# ?(?={start})", r"\1", text, flags=re.MULTILINE)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layout(language: str, run: Run) -> None:
    result = run("init", "--body", "青葉野市", "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    assert _files(Path()) == FILES
    for name in FILES:
        assert f"  {name}\n" in result.stdout
        assert "$" not in Path(name).read_text(encoding="utf-8")
    commands = re.findall(r"^  policycheck (.*)$", result.stdout, re.MULTILINE)
    codes = [run(*shlex.split(command)).exit_code for command in commands]
    assert codes == [0, 3]


def test_the_layout_in_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("init", "a/new city", "--body", "青葉野市", "--id", "aobano")
    assert result.exit_code == 0
    assert _files(Path("a/new city")) == FILES
    assert "\n  cd 'a/new city'\n" in result.stdout
    assert not [path.name for path in Path("a").rglob(".*") if path.name != ".pre-commit-config.yaml"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_report(language: str, run: Run, valid_report: ValidReport) -> None:
    run("init", "--body", "青葉野市", "--id", "aobano", "--lang", language)
    report = valid_report(run("scan", *OPTIONS, "--format", "json").stdout)
    assert (report["standard"]["id"], report["complete"], report["problems"]) == ("aobano", True, [])
    assert report["summary"]["fail"] == 1
    assert 2 <= report["summary"]["unknown"] <= 5
    assert report["inventory"]["unjudged"] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_sample_lacks_can_be_mended(language: str, run: Run) -> None:
    """The places that its comments point to are all there is to do."""
    run("init", "--body", "青葉野市", "--lang", language)
    sample = Path("inventory/sample.yaml")
    _uncomment(sample, "external_storage_restricted:")
    _uncomment(Path("inventory/answers.yaml"), ".*answer: ○")
    assert run("scan", *OPTIONS).exit_code == 3
    text = sample.read_text(encoding="utf-8")
    reviewed = f"last_reviewed_on: {CLI.today().isoformat()}"
    sample.write_text(text.replace("last_reviewed_on: null", reviewed), encoding="utf-8")
    assert run("scan", *OPTIONS).exit_code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commented_examples_can_be_used(language: str, run: Run, valid_report: ValidReport) -> None:
    run("init", "--body", "青葉野市", "--lang", language)
    for name in ("waivers", "measures"):
        _uncomment(Path(f"{name}.yaml"), "  ")
        assert len(yaml.safe_load(Path(f"{name}.yaml").read_text(encoding="utf-8"))[name]) == 1
    report = valid_report(run("scan", *OPTIONS, "--format", "json").stdout)
    assert report["problems"] == []
    assert [waiver["state"] for waiver in report["waivers"]] == ["in_force"]
    assert (report["summary"]["fail"], report["summary"]["waived"]) == (0, 1)
    assert run("scan", *OPTIONS).exit_code == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standard_says_what_the_guideline_says(language: str, run: Run, catalogue: Catalogue) -> None:
    run("init", "--body", "青葉野市", "--lang", language)
    own, pattern = catalogue.standard("standard.yaml"), catalogue.standard("guideline")
    assert (own.id, own.body) == ("city", "青葉野市")
    assert own.title == {"ja": "青葉野市 情報セキュリティ対策基準", "en": "Information security standard of 青葉野市"}
    assert own.clauses == pattern.clauses
    assert (own.groups, own.period, own.contradictions) == (pattern.groups, pattern.period, pattern.contradictions)


def test_every_parameter_is_written_out(run: Run, catalogue: Catalogue) -> None:
    run("init", "--body", "青葉野市")
    text = Path("standard.yaml").read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    for clause in written["clauses"]:
        for use in clause.get("controls", ()):
            declared = catalogue.controls[use["control"]].parameters
            assert use.get("parameters", {}) == {name: facts["default"] for name, facts in declared.items()}
    assert "period: P6M  # 点検の周期\n" in text
    assert "title: {ja: 責任者とCSIRTが決まっている, en: Those responsible and a CSIRT are named}\n" in text
    assert "\\u" not in text


@pytest.mark.parametrize("name", [*FILES, "inventory/soumu.yaml"])
def test_nothing_is_overwritten(name: str, run: Run) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("mine", encoding="utf-8")
    for language, message in (("ja", "すでにあります："), ("en", "These are there already: ")):
        result = run("init", "--body", "青葉野市", "--lang", language)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{message}{name}\n" in result.stderr
    assert _files(Path()) == [name]
    assert Path(name).read_text(encoding="utf-8") == "mine"


def test_a_second_start_names_every_file(run: Run) -> None:
    run("init", "--body", "青葉野市")
    before = {name: Path(name).read_bytes() for name in FILES}
    result = run("init", "--body", "若葉市", "--lang", "en")
    assert result.exit_code == 2
    assert all(name in result.stderr for name in FILES)
    assert {name: Path(name).read_bytes() for name in FILES} == before


def test_a_link_that_leads_nowhere_is_in_the_way(run: Run) -> None:
    Path("waivers.yaml").symlink_to("nowhere")
    assert run("init", "--body", "青葉野市").exit_code == 2
    assert _files(Path()) == ["waivers.yaml"]


def test_an_empty_inventory_is_not_in_the_way(run: Run) -> None:
    Path("inventory").mkdir()
    Path("inventory/.gitkeep").touch()
    assert run("init", "--body", "青葉野市").exit_code == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_that_cannot_be_written(language: str, run: Run) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    result = run("init", "file", "--body", "青葉野市", "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    for folder in ("file/city", "/proc/city", "x" * 300):
        result = run("init", folder, "--body", "青葉野市", "--lang", language)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"{folder} {'cannot be written' if language == 'en' else 'に書き込めません'}" in result.stderr
    assert _files(Path()) == ["file"]


def test_all_or_nothing(run: Run) -> None:
    """The standard has been written when the folder of the inventory turns out to be none."""
    Path("inventory").symlink_to("nowhere")
    result = run("init", "--body", "青葉野市")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "書き込めません" in result.stderr
    assert _files(Path()) == ["inventory"]


@given(name=st.sampled_from(NAMES) | st.text())
def test_any_name_is_given_back_or_refused(
    name: str, tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> None:
    from click.testing import CliRunner

    folder = tmp_path_factory.mktemp("city")
    result = CliRunner().invoke(main, ["init", str(folder), f"--body={name}"])
    if name.strip() and plain(name) == name:
        assert result.exit_code == 0, result.output
        standard = catalogue.standard(str(folder / "standard.yaml"))
        assert standard.body == name.strip()
        assert standard.title["ja"].startswith(name.strip()[:400])
    else:
        assert (result.exit_code, _files(folder)) == (2, [])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_yaml_takes_for_something_else(name: str, run: Run, catalogue: Catalogue) -> None:
    assert run("init", f"--body={name}").exit_code == 0
    assert catalogue.standard("standard.yaml").body == name.strip()
    assert run("scan", *OPTIONS).exit_code == 3


@pytest.mark.parametrize(
    "name", ["a\nb", "a\n", "\r", "\x1b[2J", "a\0", "\x7f", "\u2028", "\u202e", "\x85", "\ufeff", "\ud800"]
)
def test_a_name_with_control_characters(name: str, run: Run) -> None:
    for language, message in (("ja", "使えない文字"), ("en", "a character that cannot be used")):
        result = run("init", f"--body={name}", "--lang", language)
        assert (result.exit_code, result.stdout, _files(Path())) == (2, "", [])
        assert f"{message}" in result.stderr
        assert name not in result.stderr.removesuffix("\n").replace("\n", " ")


@pytest.mark.parametrize("given", [[], ["--body", ""], ["--body", " \u3000"]])
def test_no_name(given: list[str], run: Run) -> None:
    for language, message in (("ja", "--body に、市の名前がありません"), ("en", "--body does not say")):
        result = run("init", *given, "--lang", language)
        assert (result.exit_code, result.stdout, _files(Path())) == (2, "", [])
        assert message in result.stderr


@pytest.mark.parametrize("identity", ["", "City", "1a", "-a", "a_b", "a b", "市", "ａ", "a\n", "a.yaml", "../a"])
def test_an_id_that_cannot_be_used(identity: str, run: Run) -> None:
    for language, message in (("ja", "対策基準のidに使えません"), ("en", "cannot be the id of a standard")):
        result = run("init", "--body", "青葉野市", f"--id={identity}", "--lang", language)
        assert (result.exit_code, result.stdout, _files(Path())) == (2, "", [])
        assert message in result.stderr


def test_an_id_that_is_taken(run: Run, catalogue: Catalogue) -> None:
    for identity in catalogue.standard_ids:
        for language, message in (("ja", "付属する対策基準のid"), ("en", "that comes with policycheck")):
            result = run("init", "--body", "青葉野市", "--id", identity, "--lang", language)
            assert (result.exit_code, result.stdout, _files(Path())) == (2, "", [])
            assert f"{identity}" in result.stderr
            assert message in result.stderr


@pytest.mark.parametrize("identity", ["null", "true", "yes", "no", "on", "y", "a", "aobano-2", "e1"])
def test_an_id_that_yaml_takes_for_something_else(identity: str, run: Run, valid_report: ValidReport) -> None:
    assert run("init", "--body", "青葉野市", "--id", identity).exit_code == 0
    report = valid_report(run("scan", *OPTIONS, "--format", "json").stdout)
    assert (report["standard"]["id"], report["problems"], report["summary"]["fail"]) == (identity, [], 1)
    assert report["summary"]["unknown"] <= 5  # the answers are for this standard


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "POLICYCHECK_"))}
    path = os.pathsep.join((PROGRAMS, os.environ["PATH"]))
    return kept | {"PATH": path, "PRE_COMMIT_HOME": str(folder / ".cache"), "PYTHONUTF8": "1"}


def _outside(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs a program that is not ours, in the current folder."""
    settings: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
    return subprocess.run(command, env=_environment(Path.cwd()), check=False, **settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pre_commit_hook(language: str, run: Run) -> None:
    run("init", "--body", "青葉野市", "--lang", language)
    assert _outside("pre-commit", "validate-config", ".pre-commit-config.yaml").returncode == 0
    assert _outside("git", "init", "--quiet").returncode == 0
    assert _outside("git", "add", *FILES).returncode == 0
    process = _outside("pre-commit", "run")
    assert process.returncode == 1, process.stdout
    assert "- exit code: 3" in process.stdout
    assert {"ja": "要対応", "en": "To be dealt with"}[language] in process.stdout
    config = Path(".pre-commit-config.yaml")
    config.write_text(re.sub("policycheck scan .*", "policycheck validate", config.read_text("utf-8")), "utf-8")
    assert _outside("git", "add", *FILES).returncode == 0
    assert _outside("pre-commit", "run").returncode == 0


BLOCK = re.compile(
    r"<!-- mistake in (?P<mistaken>\S+): (?P<right>.*?) => (?P<wrong>.*?) -->\n"
    r"|```diff\n--- (?P<edited>\S+)\n(?P<change>(?:.*\n)*?)```\n"
    r"|```console\n\$ (?P<command>.*)\n(?P<output>(?:.*\n)*?)```\n"
)
VERSION = re.compile(r"\(wasmtime [\d.]+\)")


def _edit(path: Path, before: str, after: str) -> str:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (path, before)
    path.write_text(text.replace(before, after), encoding="utf-8")
    return text


def _output(command: list[str], run: Run) -> str:
    return run(*command[1:]).output if command[0] == "policycheck" else _outside(*command).stdout


def _shows(shown: str, output: str) -> bool:
    """Whether it is the output, but for lines of … that stand for what is left out."""
    parts = [re.escape(VERSION.sub("", part)) for part in re.split(r"^ *…\n", shown, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), VERSION.sub("", output)) is not None


@pytest.mark.parametrize("page", ["docs/own-standard.ja.md", "docs/own-standard.md"])
def test_the_guide_shows_what_happens(
    page: str, run: Run, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """Does what the guide says, step by step. A line of … stands for what is left out."""
    monkeypatch.setattr(CLI, "today", lambda: AS_OF)
    undo: list[tuple[Path, str]] = []

    def step(block: re.Match[str]) -> str:
        """Does what a block says, and gives it with what really comes out."""
        if block["mistaken"]:
            path = Path(block["mistaken"])
            undo.append((path, _edit(path, block["right"], block["wrong"])))
        elif block["edited"]:
            lines = block["change"].splitlines(keepends=True)
            before, after = ("".join(line[1:] for line in lines if line[0] != other) for other in "+-")
            _edit(Path(block["edited"]), before, after)
        else:
            output = _output(shlex.split(block["command"]), run)
            while undo:
                path, content = undo.pop()
                path.write_text(content, encoding="utf-8")
            if not _shows(block["output"], output):
                return f"```console\n$ {block['command']}\n{output}```\n"
        return block[0]

    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count("```console") > 15
    real = BLOCK.sub(step, text)
    if pytestconfig.getoption("--update-golden"):
        (ROOT / page).write_text(real, encoding="utf-8")
    else:
        assert real == text, "pytest tests/test_init.py --update-golden writes the outputs anew, those with … whole"
