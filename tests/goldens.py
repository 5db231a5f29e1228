"""Reports word for word. `pytest --update-golden` writes tests/golden/ anew."""

import re
from pathlib import Path

import pytest

from policycheck import __version__

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(name: str, printed: str, pytestconfig: pytest.Config) -> None:
    text = _normal(printed)
    golden = GOLDEN / name
    if pytestconfig.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(text.encode())
    assert golden.read_bytes().decode() == text


def _normal(text: str) -> str:
    """Without what changes with every version of the program, of the engine and of the policies. An id of OSCAL that
    is made from these changes too: that of a document, and of its result."""
    text = re.sub(r"wasmtime [\d.]+", "wasmtime VERSION", text)
    text = re.sub(r'("bundle_sha256": )"[0-9a-f]{64}"', r'\1"REVISION"', text)
    text = re.sub(r'("name": "engine-bundle_sha256",\s+"ns": "[^"]*",\s+"value": )"[^"]*"', r'\1"REVISION"', text)
    text = text.replace(f'"{__version__}"', '"VERSION"')
    return re.sub(r'(^\{\n  "[a-z-]+": \{\n    "uuid": |"results": \[\s+\{\s+"uuid": )"[^"]*"', r'\1"UUID"', text)
