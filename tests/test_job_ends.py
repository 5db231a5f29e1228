"""How processes end: with a report, or with an error and nothing that looks like one; and what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

from policycheck.texts import texts

DRIVER = """
import faulthandler, os, resource, signal, time
faulthandler.enable()
from pathlib import Path
from policycheck import evaluate, spool
from policycheck.cli import main
from policycheck.inventory import reading, sources
from policycheck.jobs import local

parent = os.getpid()
here = Path(os.environ["HERE"])
reading_, judging = reading.Reader, evaluate.Evaluation

def meddle(kind, action):
    work = kind.__call__
    def first(self, *task):
        if os.getpid() != parent:
            action()
        return work(self, *task)
    kind.__call__ = first

def after(count, action):
    made = []
    return lambda: action() if len(made) >= count else made.append(1)

def wait(seconds):
    (here / str(os.getpid())).touch()
    time.sleep(seconds)

def interrupt():
    try:
        (here / "one").touch(exist_ok=False)
    except FileExistsError:
        return
    time.sleep(1)
    os.killpg(0, signal.SIGINT)
    time.sleep(1)

sources.PART = 1000
"""
KILL = "lambda: os.kill(os.getpid(), signal.SIGKILL)"


class Started:
    """A scan in a session of its own, with a folder for what is temporary."""

    def __init__(self, folder: Path, code: str, *options: object, jobs: int = 2) -> None:
        self.temporary, self.working = folder / "temporary", folder / "working"
        self.output = folder / "report.json"
        for made in (self.temporary, self.working):
            made.mkdir()
        self.output.write_text("old", encoding="utf-8")
        arguments = ["scan", ROOT / "inventory", "--as-of", "2026-11-20", "--format", "json", "--jobs", jobs, *options]
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"{DRIVER}\n{code}\nmain()", *map(str, arguments), "--output", str(self.output)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"POLICYCHECK_LANG": "en", "TMPDIR": str(self.temporary), "HERE": str(self.working)},
            start_new_session=True,
        )

    def ended(self) -> tuple[int, str]:
        """The exit code and what was told."""
        try:
            stdout, stderr = self._process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGABRT)
            raise AssertionError(self._process.communicate()[1].decode()) from None
        assert stdout == b""
        return self._process.returncode, stderr.decode()

    def send(self, sent: signal.Signals, *, everyone: bool = False) -> None:
        """Once every worker is at work."""
        _until(lambda: len(list(self.working.iterdir())) >= 2)
        (os.killpg if everyone else os.kill)(self._process.pid, sent)

    def left(self) -> list[int]:
        """The processes of the session that still run."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, _, _, session = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(session) == self._process.pid and state != "Z":
                found.append(int(stat.parent.name))
        return found

    def assert_nothing_left(self, *, report: bool = False) -> None:
        _until(lambda: not self.left())
        assert list(self.temporary.iterdir()) == []
        assert (self.output.read_text(encoding="utf-8") == "old") is not report
        assert {path.name for path in self.output.parent.iterdir()} == {"temporary", "working", "report.json"}


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_a_scan_that_ends_well_leaves_nothing(jobs: int, tmp_path: Path) -> None:
    scan = Started(tmp_path, "local._IN_MEMORY = spool._IN_MEMORY = 1000", "--all", jobs=jobs)
    assert scan.ended() == (3, "")
    scan.assert_nothing_left(report=True)


@pytest.mark.parametrize("stage", ["reading_", "judging"])
@pytest.mark.parametrize("before", [0, 3])
def test_a_worker_that_is_killed(before: int, stage: str, tmp_path: Path) -> None:
    scan = Started(tmp_path, f"meddle({stage}, after({before}, {KILL}))")
    code, told = scan.ended()
    assert (code, told.splitlines()) == (
        1,
        [f"policycheck: {texts('en')('error.job_died')}", f"  {texts('en')('hint.job_died')}"],
    )
    scan.assert_nothing_left()


@pytest.mark.parametrize("stage", ["reading_", "judging"])
def test_an_error_in_a_worker_is_told_once(stage: str, tmp_path: Path) -> None:
    code = "from policycheck.errors import EngineError\ndef fail():\n    raise EngineError('wasm_failed', reason='out of luck')"
    scan = Started(tmp_path, f"{code}\nmeddle({stage}, after(2, fail))")
    told = texts("en")("error.wasm_failed", reason="out of luck"), texts("en")("hint.wasm_failed", reason="")
    assert scan.ended() == (1, f"policycheck: {told[0]}\n  {told[1]}\n")
    scan.assert_nothing_left()


@pytest.mark.parametrize("stage", ["reading_", "judging"])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
def test_workers_end_with_the_process_that_started_them(sent: signal.Signals, stage: str, tmp_path: Path) -> None:
    scan = Started(tmp_path, f"signal.signal(signal.SIGHUP, signal.SIG_DFL)\nmeddle({stage}, lambda: wait(60))")
    scan.send(sent)
    code, told = scan.ended()
    assert code == (-sent if sent is signal.SIGKILL else 128 + sent)
    assert "Traceback" not in told
    if sent is signal.SIGKILL:  # nobody is left to remove what is temporary
        _until(lambda: not scan.left())
        assert scan.output.read_text(encoding="utf-8") == "old"
    else:
        scan.assert_nothing_left()


@pytest.mark.parametrize("stage", ["reading_", "judging"])
def test_an_interrupt_ends_workers_quietly_that_have_nothing_to_do(stage: str, tmp_path: Path) -> None:
    """One of them is still at work, and interrupts all the others."""
    scan = Started(tmp_path, f"meddle({stage}, interrupt)", jobs=3)
    told = f"policycheck: {texts('en')('error.interrupted')}\n  {texts('en')('hint.interrupted')}\n"
    assert scan.ended() == (1, told)
    scan.assert_nothing_left()


@pytest.mark.parametrize("stage", ["reading_", "judging"])
def test_an_interrupt_ends_quietly(stage: str, tmp_path: Path) -> None:
    scan = Started(tmp_path, f"meddle({stage}, lambda: wait(0.5))")
    scan.send(signal.SIGINT, everyone=True)
    told = f"policycheck: {texts('en')('error.interrupted')}\n  {texts('en')('hint.interrupted')}\n"
    assert scan.ended() == (1, told)
    scan.assert_nothing_left()


LIMIT = "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
"""A limit on the size of files stands for a full disk: so many bytes have room, and no more."""

PLACES = {
    "what parts left": (2, LIMIT.format(1000)),
    "what parts left that one process reads": (1, f"local._IN_MEMORY = 1000\n{LIMIT.format(1000)}"),
    "the list of results": (1, f"spool._IN_MEMORY = 1000\n{LIMIT.format(1000)}"),
    "no room at all": (2, LIMIT.format(0)),
    "no room at all for one process": (1, f"local._IN_MEMORY = 1000\n{LIMIT.format(0)}"),
    "no room at all for results": (1, f"spool._IN_MEMORY = 1000\n{LIMIT.format(0)}"),
    "folder that is gone": (2, "meddle(reading_, lambda: os.system('rm -rf \"$TMPDIR\"/policycheck-*'))"),
}


@pytest.mark.parametrize(("jobs", "code"), PLACES.values(), ids=list(PLACES))
def test_no_room_for_what_is_temporary(jobs: int, code: str, tmp_path: Path) -> None:
    scan = Started(tmp_path, code, "--all", jobs=jobs)
    exit_code, told = scan.ended()
    assert exit_code == 1, told
    first, hint = told.splitlines()
    start, _, end = texts("en")("error.no_temporary_room", folder="FOLDER", reason="REASON").partition("FOLDER")
    assert first.startswith(f"policycheck: {start}")
    assert end.partition("REASON")[0] in first
    assert hint == f"  {texts('en')('hint.no_temporary_room')}"
    scan.assert_nothing_left()


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_engine_that_finds_no_room_is_told(jobs: int, tmp_path: Path) -> None:
    scan = Started(tmp_path, "resource.setrlimit(resource.RLIMIT_AS, (900_000_000, 900_000_000))", jobs=jobs)
    code, told = scan.ended()
    assert (code, len(told.splitlines())) == (1, 2)
    assert told.startswith(f"policycheck: {texts('en')('error.wasm_failed', reason='mmap')}")
    scan.assert_nothing_left()
