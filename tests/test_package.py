"""The wheel, built from the source distribution and installed in a clean environment, outside the checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from conftest import AS_OF, ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, ROOT], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment that holds the locked dependencies and the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip: list[str | Path] = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements/runtime.txt"], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    return folder / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "inventory", tmp_path / "inventory")
    monkeypatch.chdir(tmp_path)
    for name in ("PYTHONPATH", "POLICYCHECK_OPA"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_scan_in_another_folder(installed: Path, elsewhere: Path, run: Callable[..., Result]) -> None:
    options = ["--as-of", AS_OF.isoformat(), "--format", "json"]
    process = subprocess.run([installed / "policycheck", "scan", *options], capture_output=True, text=True, check=False)
    assert process.returncode == 3, process.stderr
    assert json.loads(process.stdout) == json.loads(run("scan", *options).stdout)


@pytest.mark.parametrize("standard", ["guideline", "osaka", "kobe"])
def test_standards_travel_inside(installed: Path, elsewhere: Path, standard: str) -> None:
    command: list[str | Path] = [installed / "policycheck", "scan", "--standard", standard, "--lang", "en"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"[{standard}]" in process.stdout
    assert process.returncode == 3, process.stderr


@pytest.mark.opa
def test_opa_engine_from_the_wheel(installed: Path, elsewhere: Path, opa_binary: Path) -> None:
    options = ["--engine", "opa", "--as-of", AS_OF.isoformat(), "--format", "json"]
    command: list[str | Path] = [installed / "policycheck", "scan", *options]
    environment = os.environ | {"POLICYCHECK_OPA": str(opa_binary)}
    process = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert process.returncode == 3, process.stderr
    assert json.loads(process.stdout)["engine"]["name"] == "opa"


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"policycheck"}
    assert "policycheck/py.typed" in names
    assert not [name for name in names if re.search(r"(^|/)tests?(/|_)|_test\.", name)]


def test_version_is_the_same_everywhere(installed: Path, wheel: Path, run: Callable[..., Result]) -> None:
    process = subprocess.run([installed / "policycheck", "--version"], capture_output=True, text=True, check=True)
    assert process.stdout == run("--version").stdout
    version = process.stdout.split()[-1]
    assert version in wheel.name
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
