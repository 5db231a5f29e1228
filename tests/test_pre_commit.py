"""The hooks, run by the real pre-commit from this repository in the repository of a user."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CHAPTERS, ROOT

GOOD = "department: 市民課\ndata_files:\n  - {id: F-1, classification: 3B, encrypted: true, sensitive: false}\n"
VIOLATING = GOOD.replace("encrypted: true", "encrypted: false, password_protected: false")
BROKEN = GOOD.replace("encrypted", "encripted")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What all runs share, so that pre-commit installs the hooks once."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return own | {"PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")), "POLICYCHECK_LANG": "en"}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> str:
    """A repository with this working tree as its one commit, and the configuration that names it."""
    folder = tmp_path_factory.mktemp("hooks")
    listing = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", environment=environment)
    for name in listing.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet", environment=environment)
    git(folder, "add", "--all", environment=environment)
    author = ("-c", "user.name=tests", "-c", "user.email=tests@policycheck.example")
    git(folder, *author, "commit", "--quiet", "--message", "hooks", environment=environment)
    revision = git(folder, "rev-parse", "HEAD", environment=environment).strip()
    hooks = "{id: policycheck-validate}, {id: policycheck-scan, args: [--standard, chapters.yaml]}"
    return f"repos: [{{repo: {folder}, rev: {revision}, hooks: [{hooks}]}}]\n"


def git(folder: Path, *command: str, environment: dict[str, str]) -> str:
    process = subprocess.run(["git", *command], cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return process.stdout


@pytest.mark.parametrize(
    ("content", "hook", "passes", "says"),
    [
        (GOOD, "policycheck-validate", True, ""),
        (GOOD, "policycheck-scan", True, ""),
        (VIOLATING, "policycheck-validate", True, ""),
        (VIOLATING, "policycheck-scan", False, "inventory/shimin.yaml:3"),
        (BROKEN, "policycheck-validate", False, "inventory/shimin.yaml:3: data_file F-1: there is no field"),
        (BROKEN, "policycheck-scan", False, "inventory/shimin.yaml:3: data_file F-1"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("policycheck") else "",
)
def test_hook(
    tmp_path: Path, environment: dict[str, str], hooks: str, content: str, hook: str, *, passes: bool, says: str
) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory/shimin.yaml").write_text(content, encoding="utf-8")
    shutil.copy(CHAPTERS, tmp_path)
    (tmp_path / ".pre-commit-config.yaml").write_text(hooks, encoding="utf-8")
    git(tmp_path, "init", "--quiet", environment=environment)
    git(tmp_path, "add", ".", environment=environment)
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--verbose"]
    process = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (process.returncode == 0) is passes, process.stdout + process.stderr
    assert says in process.stdout
