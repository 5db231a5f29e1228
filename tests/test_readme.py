"""What the READMEs show is what a user gets."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from conftest import ROOT

from policycheck.reports import FORMATS

CONSOLE = re.compile(r"```console\n\$ policycheck (?P<command>.*)\n(?P<output>(?:.*\n)*?)```")
VERSION = re.compile(r"\(wasmtime [\d.]+\)")


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_output_shown_is_the_output(name: str, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = list(CONSOLE.finditer((ROOT / name).read_text(encoding="utf-8")))
    assert shown
    for example in shown:
        output = run(*shlex.split(example["command"])).stdout
        assert VERSION.sub("", example["output"]) == VERSION.sub("", output)


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_both_show_the_same_clause_as_the_standard(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    clause = text.partition("```yaml\n")[2].partition("```")[0]
    assert clause in (ROOT / "policies/standards/osaka.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_five_commands_lead_from_a_workbook_to_the_matrix(
    name: str, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    shown = re.findall(
        r"^```sh\n(policycheck import --guess (?:.*\n)*?)```", (ROOT / name).read_text("utf-8"), re.MULTILINE
    )
    commands = [shlex.split(line, comments=True)[1:] for line in shown[0].splitlines()]
    results = [run(*command) for command in commands]
    assert [result.exit_code for result in results] == [0, 4, 4, 0, 3], [result.output for result in results]
    assert (tmp_path / "ledger" / "usb-register.yaml").is_file()
    matrix = results[-1].stdout.splitlines()
    assert any(line.strip().startswith("(2)イ") and line.endswith("×") for line in matrix)


def test_every_dependency_is_explained() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    explained = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    for requirement in project["project"]["dependencies"]:
        assert f"| {re.split('[<>=]', requirement)[0]} |" in explained
    for requirement in project["dependency-groups"]["dev"]:
        name = re.split("[<>=]", requirement)[0]
        assert name in explained or name.startswith("types-")


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_every_format_is_listed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [format for format in FORMATS if not re.search(rf"^\|.*`{format}`.*\|$", text, re.MULTILINE)] == []
