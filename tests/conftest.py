"""What the tests share. Tests that need the opa executable carry the mark `opa`, and fail without it."""

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import hypothesis
import jsonschema
import pytest
from click.testing import CliRunner, Result

from policycheck.bundle import Bundle
from policycheck.cli import main
from policycheck.engines import Engine
from policycheck.inventory.schemas import Schemas
from policycheck.standards import Catalogue

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "tests" / "chapters.yaml"
"""A small standard without clauses that people answer."""

AS_OF = date(2026, 11, 20)
"""The day for which the samples of the controls and the sample city are written."""

os.environ["POLICYCHECK_NO_CACHE"] = "1"
"""No scan here is to find what another one left, least of all in the home of who runs the tests."""

hypothesis.settings.register_profile(
    "policycheck",
    deadline=None,  # the first example compiles the policies
    derandomize=os.environ.get("CI") == "true",  # a search for new examples belongs to whoever can look at them
)
hypothesis.settings.load_profile("policycheck")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ and docs/report.png anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "opa_binary" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.opa)


@pytest.fixture(autouse=True)
def _collects_garbage() -> Iterator[None]:
    """A scan turns that off for its process, which here has more to do."""
    yield
    gc.enable()


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return Bundle()


@pytest.fixture(scope="session")
def catalogue(bundle: Bundle) -> Catalogue:
    return Catalogue(bundle)


@pytest.fixture(scope="session")
def schemas(bundle: Bundle) -> Schemas:
    return Schemas(bundle.schemas)


def program(*names: str) -> Path:
    """The first of these programs that is there. Without one the test is left out, loudly; in CI that is a failure."""
    if found := next(filter(None, map(shutil.which, names)), None):
        return Path(found)
    if os.environ.get("CI") == "true":
        pytest.fail(f"in CI nothing is left out, and there is no {' or '.join(names)}")
    pytest.skip(f"LEFT OUT: there is no {' or '.join(names)}")


@pytest.fixture(scope="session")
def opa_binary() -> Path:
    binary = os.environ.get("POLICYCHECK_OPA") or shutil.which("opa")
    assert binary, "these tests need OPA: run `make opa`, or leave them out with -m 'not opa'"
    return Path(binary)


@pytest.fixture(scope="session")
def wasm_engine(bundle: Bundle) -> Iterator[Engine]:
    from policycheck.engines.wasm import WasmEngine

    with WasmEngine(bundle) as engine:
        yield engine


@pytest.fixture(scope="session")
def opa_engine(bundle: Bundle, opa_binary: Path) -> Iterator[Engine]:
    from policycheck.engines.opa import OpaEngine, OpaOptions

    with OpaEngine(bundle, OpaOptions()) as engine:
        yield engine


@pytest.fixture(params=["wasm", pytest.param("opa", marks=pytest.mark.opa)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    return engine


Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs the command line in this process: `run("scan", "inventory")`."""

    def run(*arguments: object, **settings: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **settings)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def valid_report(bundle: Bundle) -> Callable[[str], dict[str, Any]]:
    """The document of a JSON report, held against its schema."""
    draft = jsonschema.Draft202012Validator
    validator: Any = draft(bundle.schemas["report"], format_checker=draft.FORMAT_CHECKER)

    def valid_report(text: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(text)
        validator.validate(document)
        return document

    return valid_report
