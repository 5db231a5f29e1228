"""The cache: it never gives anything but what a scan without it gives."""

import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

import policycheck
from policycheck import bundle
from policycheck import cache as store
from policycheck.cache import Cache, keys
from policycheck.engines import EngineInput
from policycheck.engines.wasm import WasmEngine
from policycheck.evaluate import Evaluation
from policycheck.inventory import reading, sources
from policycheck.model import Verdicts
from policycheck.texts import texts

Run = Callable[..., Result]

DAY = ("--as-of", "2026-11-20")
PERSON = (
    '{"kind": "user_id", "department": "健康局", "id": "%s", "system": "yoyaku", "site": "中央会館", "account": "%s",'
    ' "holder_status": "active", "shared": %s, "status": "active", "last_reviewed_on": "2026-10-01",'
    ' "password_changed_on": "2026-10-01"}\n'
)
MEDIUM = '{"department": "税務課", "usb_media": [{"id": "USB-9", "registered": false}]}'
WAIVERS = """\
standard: city
waivers:
  - clause: 2 台帳
    resource: {kind: usb_medium, id: USB-9}
    reason: 入れ替えるまで
    approved_by: 統括責任者
    approved_on: 2026-11-07
    expires_on: 2027-02-19
    compensating_measure: 毎週確かめる
"""
MEASURES = """\
standard: city
measures:
  - {finding: 媒体が登録されていない, owner: 税務課, about: [{kind: usb_medium, department: 税務課}], status: planned, on: 2027-02-19, text: 登録する}
"""


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Small parts, so that a small inventory has several; and no folder but that of the test."""
    for name in ("POLICYCHECK_CACHE", "POLICYCHECK_NO_CACHE", "POLICYCHECK_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sources, "PART", 2000)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with a standard of its own, files of every form, waivers, measures and an earlier report."""
    folder = tmp_path_factory.mktemp("template")
    command = [sys.executable, "-m", "policycheck.cli"]
    subprocess.run([*command, "init", ".", "--body", "青葉野市"], cwd=folder, check=True, capture_output=True)
    inventory = folder / "inventory"
    people = "".join(PERSON % (f"P-{n}", f"account{n // 2}", "true" if n % 7 == 0 else "false") for n in range(40))
    (inventory / "people.ndjson").write_text(people, encoding="utf-8")
    answers = inventory / "answers.yaml"
    answered = re.sub("answered_on: [0-9-]+", "answered_on: 2026-11-01", answers.read_text(encoding="utf-8"))
    answers.write_text(answered, encoding="utf-8")
    (inventory / "media.json").write_text(MEDIUM, encoding="utf-8")
    (folder / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    (folder / "measures.yaml").write_text(MEASURES, encoding="utf-8")
    earlier = [*command, "scan", "--standard", "standard.yaml", "--format", "json", "--output", "earlier.json"]
    done = subprocess.run([*earlier, "--as-of", "2026-11-01", "--no-cache"], cwd=folder, check=False)
    assert done.returncode == 3
    return folder


@pytest.fixture
def city(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(template, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


Scan = Callable[..., tuple[bytes, int]]


@pytest.fixture
def scan(run: Run) -> Scan:
    """What a scan of the city prints, and its exit code."""

    def scan(*options: object, cache: Path | None = None) -> tuple[bytes, int]:
        given = [] if "--standard" in options else ["--standard", "standard.yaml"]
        day = [] if "--as-of" in options else DAY
        where = ("--no-cache",) if cache is None else ("--cache", cache)
        done = run("scan", *given, *day, "--jobs", 1, *options, *where)
        assert done.exit_code in (3, 4), done.output
        assert done.stderr == ""
        return done.stdout_bytes, done.exit_code

    return scan


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be read or judged any more, but for the departments of which there is no record."""

    def refuse(*_: object) -> None:
        raise AssertionError

    def judge(self: WasmEngine, question: EngineInput) -> Verdicts:
        assert orjson.loads(question["resources"]).keys() == {"department"}
        return judged(self, question)

    judged: Callable[..., Verdicts] = WasmEngine.judge
    monkeypatch.setattr(reading.Reader, "read", refuse)
    monkeypatch.setattr(WasmEngine, "judge", judge)


OPTIONS: list[tuple[str, ...]] = [
    (),
    ("--format", "json"),
    ("--format", "json", "--all"),
    ("--format", "json", "--lang", "en"),
    ("--format", "matrix"),
    ("--format", "viewpoints"),
    ("--format", "measures", "--measures", "measures.yaml"),
    ("--lang", "en"),
    ("--by", "measure"),
    ("--all",),
    ("--baseline", "earlier.json"),
    ("--baseline", "earlier.json", "--format", "json"),
    ("--waivers", "waivers.yaml"),
    ("--waivers", "waivers.yaml", "--format", "json"),
    ("--measures", "measures.yaml"),
    ("--standard", "guideline"),
    ("--as-of", "2027-11-20"),
    ("inventory/people.ndjson",),
    ("inventory/media.json", "inventory/people.ndjson"),
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_a_second_scan_does_no_work_and_gives_the_same(
    options: tuple[str, ...], city: Path, folder: Path, scan: Scan, request: pytest.FixtureRequest
) -> None:
    without = scan(*options)
    assert scan(*options, cache=folder) == without
    request.getfixturevalue("no_work")
    assert scan(*options, cache=folder) == without


def test_no_option_gets_the_report_of_another(city: Path, folder: Path, scan: Scan) -> None:
    without = [scan(*options) for options in OPTIONS]
    assert [scan(*options, cache=folder) for options in OPTIONS] == without
    assert [scan(*options, cache=folder) for options in OPTIONS] == without


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_parts_that_have_not_changed_are_neither_read_nor_judged(
    options: tuple[str, ...], city: Path, folder: Path, scan: Scan, request: pytest.FixtureRequest
) -> None:
    scan(*options, cache=folder)
    (city / "inventory" / "new.txt").touch()
    (city / "inventory" / "people.ndjson").touch()
    without = scan(*options)
    request.getfixturevalue("no_work")
    assert scan(*options, cache=folder) == without


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(city: Path) -> None:
        file = city / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _move(old: str, new: str) -> Callable[[Path], None]:
    def change(city: Path) -> None:
        (city / old).rename(city / new)

    return change


def _write(name: str, text: str = "") -> Callable[[Path], None]:
    def change(city: Path) -> None:
        (city / name).write_text(text, encoding="utf-8")

    return change


EVERYTHING = ("--waivers", "waivers.yaml", "--measures", "measures.yaml", "--baseline", "earlier.json")
CHANGES: dict[str, Callable[[Path], None]] = {
    "a byte of NDJSON": _replace("inventory/people.ndjson", '"shared": false', '"shared": true '),
    "a line of NDJSON": _replace("inventory/people.ndjson", "\n", "\n\n"),
    "a byte of JSON": _replace("inventory/media.json", "USB-9", "USB-8"),
    "a line of JSON": _replace("inventory/media.json", "{", "{\n"),
    "a line of YAML": _replace("inventory/sample.yaml", "department:", "\ndepartment:"),
    "a value of YAML": _replace("inventory/sample.yaml", "lgwan", "internet"),
    "an answer": _replace("inventory/answers.yaml", "1 体制: {answer: ○", "1 体制: {answer: ×"),
    "an entry that is not valid": _replace("inventory/media.json", "registered", "registred"),
    "a file that is not": _replace("inventory/sample.yaml", "department:", "department"),
    "an id twice": _replace("inventory/people.ndjson", '"P-39"', '"P-0"'),
    "a name": _move("inventory/people.ndjson", "inventory/humans.ndjson"),
    "another form": _move("inventory/media.json", "inventory/media.yaml"),
    "a form that it is not": _move("inventory/sample.yaml", "inventory/sample.json"),
    "a file fewer": lambda city: (city / "inventory" / "media.json").unlink(),
    "a file more": _write("inventory/z.yaml", "department: 新設課\n"),
    "a folder": lambda city: (city / "inventory" / "folder").mkdir(),
    "a file to skip": _write("inventory/z.xlsx"),
    "a link that leads nowhere": lambda city: (city / "inventory" / "z.yaml").symlink_to("nowhere"),
    "the standard": _replace("standard.yaml", "title: {ja: 青葉野市", "title: {ja: 新青葉野市"),
    "a parameter": _replace("standard.yaml", "  period: P1Y", "  period: P1D"),
    "the waivers": _replace("waivers.yaml", "毎週", "毎日"),
    "a waiver": _replace("waivers.yaml", "2026-11-07", "2026-11-21"),
    "the measures": _replace("measures.yaml", "planned", "none"),
    "the baseline": _replace("earlier.json", "2026-11-01", "2026-11-02"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_never_passed_over(change: Callable[[Path], None], city: Path, folder: Path, scan: Scan) -> None:
    options = (*EVERYTHING, "--format", "json")
    before = scan(*options, cache=folder)
    times = {file: file.stat().st_mtime_ns for file in city.rglob("*")}
    change(city)
    for file, time_ns in times.items():
        if file.exists():
            os.utime(file, ns=(time_ns, time_ns))  # a tool that sets it back deceives nobody
    without = scan(*options)
    assert scan(*options, cache=folder) == without
    assert scan(*options, cache=folder) == without
    assert (before == without) == (change is CHANGES["a folder"])


def test_another_name_of_a_file_beside_the_inventory_is_another_report(city: Path, folder: Path, scan: Scan) -> None:
    for name in ("waivers.yaml", "measures.yaml", "earlier.json", "standard.yaml"):
        shutil.copy(name, f"copy-of-{name}")
    scan(*EVERYTHING, cache=folder)
    for position in range(1, len(EVERYTHING), 2):
        options = [*EVERYTHING]
        options[position] = f"copy-of-{options[position]}"
        assert scan(*options, cache=folder) == scan(*options)


@pytest.mark.parametrize("what", ["version", "code", "revision"])
def test_another_program_finds_nothing(
    what: str, city: Path, folder: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    scan(cache=folder)
    known = set(folder.iterdir())
    request.addfinalizer(keys.program.cache_clear)
    keys.program.cache_clear()
    if what == "version":
        monkeypatch.setattr(keys, "__version__", policycheck.__version__ + ".post1")
    elif what == "code":
        monkeypatch.setattr(keys, "_HERE", keys._HERE / "cache")
    else:
        monkeypatch.setattr(bundle.Bundle, "_hashes", {}, raising=False)
        monkeypatch.setattr(bundle.Bundle, "revision", property(lambda _: "0" * 64, lambda *_: None), raising=False)
    assert scan("--format", "json", cache=folder) == scan("--format", "json")
    assert scan(cache=folder) == scan()
    assert len(set(folder.iterdir()) - known) > len(known)


def test_a_random_series_of_edits_is_followed(
    template: Path, tmp_path_factory: pytest.TempPathFactory, run: Run
) -> None:
    """Whatever is done to the files, one edit after the other: with the cache it is as without."""
    lines = st.sampled_from(
        [PERSON % (f"P-{n}", f"account{n % 3}", flag) for n in range(6) for flag in ("true", "false")]
    )
    odd = st.sampled_from(["\n", "{}\n", "nothing\n", '{"kind": "user_id"}\n'])
    names = st.sampled_from(["a.ndjson", "b.ndjson", "c/d.ndjson", "e.txt", "people.ndjson", "media.json"])
    content = st.lists(lines | odd, max_size=30).map("".join)
    edits = st.tuples(names, st.none() | content, st.sampled_from(["json", "text"]))

    @settings(max_examples=12)
    @given(st.lists(edits, min_size=2, max_size=5))
    def check(series: list[tuple[str, str | None, str]]) -> None:
        home = tmp_path_factory.mktemp("edits")
        shutil.copytree(template / "inventory", home / "inventory")
        for name, text, format in series:
            file = home / "inventory" / name
            file.parent.mkdir(exist_ok=True)
            file.unlink(missing_ok=True)
            if text is not None:
                file.write_text(text, encoding="utf-8")
            command = ("scan", home / "inventory", *DAY, "--jobs", 1, "--format", format)
            without = run(*command, "--no-cache")
            for _ in range(2):
                done = run(*command, "--cache", home / "cache")
                assert (done.stdout_bytes, done.exit_code, done.stderr) == (without.stdout_bytes, without.exit_code, "")

    check()


def _flip(place: int) -> Callable[[bytes], bytes]:
    return lambda content: bytes(byte ^ (number == place % len(content)) for number, byte in enumerate(content))


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "first bit": _flip(0),
    "last bit": _flip(-1),
    "bit in the middle": _flip(100),
    "truncated": lambda content: content[:-1],
    "half": lambda content: content[: len(content) // 2],
    "digest alone": lambda content: content[:32],
    "empty": lambda _: b"",
    "longer": lambda content: content + b"\n",
    "foreign": lambda _: b"PK\3\4 something else",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_made_anew(damage: Callable[[bytes], bytes], city: Path, folder: Path, scan: Scan) -> None:
    without = scan(cache=folder)
    sound = {entry: entry.read_bytes() for entry in folder.iterdir()}
    assert len(sound) > 5
    for entry, content in sound.items():
        entry.write_bytes(damage(content))
    assert scan(cache=folder) == without
    assert {entry: entry.read_bytes() for entry in folder.iterdir()} == sound


def test_an_entry_does_not_take_the_place_of_another(city: Path, folder: Path, scan: Scan) -> None:
    without = scan(cache=folder)
    entries = sorted(folder.iterdir())
    contents = [entry.read_bytes() for entry in entries]
    for entry, content in zip(entries, contents[1:] + contents[:1], strict=True):
        entry.write_bytes(content)
    assert scan(cache=folder) == without
    assert [entry.read_bytes() for entry in entries] == contents


def test_each_entry_can_go_alone(city: Path, folder: Path, scan: Scan) -> None:
    without = scan(cache=folder)
    (city / "inventory" / "new.txt").touch()
    for entry in sorted(folder.iterdir()):
        entry.unlink()
        assert scan(cache=folder) == scan()
    (city / "inventory" / "new.txt").unlink()
    assert scan(cache=folder) == without


def test_the_folder_can_go_at_any_time(city: Path, folder: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    without = scan(cache=folder)
    shutil.rmtree(folder)
    assert scan(cache=folder) == without

    def read_and_delete(*arguments: Any) -> Any:
        shutil.rmtree(folder, ignore_errors=True)
        return read(*arguments)

    read = reading.Reader.read
    shutil.rmtree(folder)
    monkeypatch.setattr(reading.Reader, "read", read_and_delete)
    assert scan(cache=folder) == without
    assert not folder.exists()


def test_a_file_that_changes_during_the_scan_is_not_kept(
    city: Path, folder: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = city / "inventory" / "media.json"
    before = file.read_bytes()

    def judge(*arguments: Any) -> Any:
        file.write_bytes(b"\n" + before)
        return judged(*arguments)

    judged = Evaluation.judge
    with monkeypatch.context() as patch:
        patch.setattr(Evaluation, "judge", judge)
        scan(cache=folder)
    file.write_bytes(before)
    assert scan(cache=folder) == scan()


def test_what_cannot_be_read_twice_is_not_kept(city: Path, folder: Path, scan: Scan) -> None:
    os.mkfifo("waivers.fifo")
    outputs = set()
    for text in (WAIVERS, WAIVERS.replace("毎週", "毎日")):
        writer = threading.Thread(target=Path("waivers.fifo").write_text, args=(text, "utf-8"))
        writer.start()
        outputs.add(scan("--waivers", "waivers.fifo", cache=folder))
        writer.join()
    assert len(outputs) == 2


SMALL_PARTS = "from policycheck.inventory import sources; sources.PART = 2000"
DRIVER = "from policycheck.cli import main; main()"


def _start(*options: object, driver: str = "", **more: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", f"{driver}\n{DRIVER}", "scan", *map(str, (*DAY, "--format", "json", *options))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """An inventory of several parts."""
    file = tmp_path / "large.ndjson"
    people = (PERSON % (f"P-{n}", f"account{n // 2}", "true" if n % 7 == 0 else "false") for n in range(12000))
    file.write_text("".join(people), encoding="utf-8")
    return file


@pytest.mark.parametrize("entries", [1, 3, 5])
def test_a_scan_that_is_killed_leaves_nothing_wrong(entries: int, large: Path, folder: Path) -> None:
    killed = _start(large, "--cache", folder, start_new_session=True)
    while killed.poll() is None and not (folder.exists() and len(list(folder.iterdir())) >= entries):
        time.sleep(0.001)
    with suppress(ProcessLookupError):
        os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    without = _start(large, "--no-cache").communicate()
    for _ in range(2):
        assert _start(large, "--cache", folder).communicate() == without


def test_several_scans_at_once(large: Path, folder: Path) -> None:
    without = _start(large, "--no-cache").communicate()
    scans = [_start(large, "--cache", folder) for _ in range(3)]
    assert [one.communicate() for one in scans] == [without] * 3
    assert _start(large, "--cache", folder).communicate() == without
    assert not list(folder.glob("*.new"))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("format", ["text", "json"])
def test_a_full_disk_costs_the_cache_and_nothing_else(language: str, format: str, city: Path, folder: Path) -> None:
    """No file may be longer than a kilobyte."""
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (1000, 1000))
    command = ("inventory", "--format", format, "--jobs", 1, "--lang", language)
    whole = _start(*command, "--no-cache")
    output, _ = whole.communicate()
    full = _start(*command, "--cache", folder, preexec_fn=limit)
    assert full.communicate() == (
        output,
        f"policycheck: {texts(language)('warning.cache_not_written', folder=folder, reason='File too large')}\n".encode(),
    )
    assert full.returncode == whole.returncode == 3
    assert all(len(entry.name) == 64 for entry in folder.iterdir())


NO_ROOM = f"""{SMALL_PARTS}
import errno, os, tempfile
def fail(*arguments):
    if os.getpid() != parent:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return made(*arguments)
parent, made, tempfile.mkstemp = os.getpid(), tempfile.mkstemp, fail
"""


def test_a_process_that_cannot_write_says_so(city: Path, folder: Path) -> None:
    process = _start("--jobs", 2, "--cache", folder, driver=NO_ROOM)
    printed, told = process.communicate()
    assert process.returncode == 3
    assert os.strerror(errno.ENOSPC) in told.decode()
    assert not list(folder.iterdir())
    assert printed == _start("--no-cache").communicate()[0]


def test_processes_keep_the_same_as_one(city: Path, folder: Path) -> None:
    without = _start("--no-cache").communicate()
    assert _start("--jobs", 3, "--cache", folder, driver=SMALL_PARTS).communicate() == without
    known = set(folder.iterdir())
    assert len(known) > 5
    (city / "inventory" / "new.txt").touch()
    without = _start("--no-cache").communicate()
    assert _start("--jobs", 1, "--cache", folder, driver=SMALL_PARTS).communicate() == without
    assert len(set(folder.iterdir()) - known) == 1


def test_a_folder_that_was_named_must_be_usable(city: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    for folder in (tmp_path / "file", tmp_path / "file" / "inside", tmp_path / "shared"):
        for more in ({}, {"env": {"POLICYCHECK_CACHE": str(folder)}}):
            done = run("scan", *DAY, "--jobs", 1, *([] if more else ["--cache", folder]), **more)
            assert done.exit_code == 2
            assert str(folder) in done.stderr
            assert done.stdout == ""
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_folder_of_somebody_else_is_not_used(
    city: Path, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    assert run("scan", *DAY, "--jobs", 1, "--cache", folder).exit_code == 2


def test_a_folder_that_cannot_be_written_is_not_used(
    city: Path, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    folder.chmod(0o500)
    monkeypatch.setattr(os, "access", lambda path, mode: not (path == folder and mode & os.W_OK))  # root may
    assert run("scan", *DAY, "--jobs", 1, "--cache", folder).exit_code == 2


@pytest.mark.parametrize("language", ["ja", "en"])
def test_without_a_usable_default_folder_the_scan_goes_on(
    language: str, city: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").touch()
    without = run("scan", *DAY, "--jobs", 1, "--no-cache", "--lang", language)
    done = run("scan", *DAY, "--jobs", 1, "--lang", language)
    facts = {"folder": tmp_path / "home" / "policycheck", "reason": os.strerror(errno.ENOTDIR)}
    assert done.stderr == f"policycheck: {texts(language)('warning.no_cache', **facts)}\n"
    assert (done.stdout_bytes, done.exit_code) == (without.stdout_bytes, without.exit_code)


def test_the_default_folder(city: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("scan", *DAY, "--jobs", 1)
    assert len(list((tmp_path / "home" / "policycheck").iterdir())) > 5
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    run("scan", *DAY, "--jobs", 1)
    assert len(list((tmp_path / ".cache" / "policycheck").iterdir())) > 5
    assert not (city / "relative").exists()


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--no-cache"], {}),
        ([], {"POLICYCHECK_NO_CACHE": "1"}),
        (["--engine", "opa"], {}),
        (["--opa-url", "http://x"], {}),
    ],
)
def test_nothing_is_kept(
    options: list[str], environment: dict[str, str], city: Path, folder: Path, run: Run, opa_binary: Path
) -> None:
    done = run("scan", *DAY, "--jobs", 1, *options, env={"POLICYCHECK_CACHE": str(folder), **environment})
    assert done.exit_code == (2 if "--opa-url" in options else 3)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("options", "environment", "named"),
    [
        (["--no-cache"], {}, "--no-cache"),
        (["--engine", "opa"], {}, "--engine opa"),
        (["--scheduler", "tcp://127.0.0.1:1"], {}, "--scheduler"),
    ],
)
def test_a_cache_that_would_not_be_used_is_refused(
    options: list[str], environment: dict[str, str], named: str, city: Path, folder: Path, run: Run
) -> None:
    done = run("scan", *DAY, "--cache", folder, *options, "--lang", "en", env=environment)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"policycheck: --cache cannot be combined with {named}.\n")


def test_a_cache_that_is_named_by_hand_is_used_whatever_the_environment_says(
    city: Path, folder: Path, run: Run
) -> None:
    done = run("scan", *DAY, "--cache", folder, "--jobs", 1, env={"POLICYCHECK_NO_CACHE": "1"})
    assert done.exit_code == 3
    assert list(folder.iterdir())


def test_a_cache_without_a_name_is_refused(city: Path, run: Run) -> None:
    done = run("scan", *DAY, "--cache", "", "--lang", "en")
    assert done.exit_code == 2
    assert "--cache" in done.stderr


def test_nobody_else_can_read_what_is_kept(city: Path, folder: Path, scan: Scan) -> None:
    scan(cache=folder / "inner")
    assert (folder / "inner").stat().st_mode & 0o777 == 0o700
    assert {entry.stat().st_mode & 0o777 for entry in (folder / "inner").iterdir()} == {0o600}


def test_a_cache_in_the_inventory_is_refused(city: Path, run: Run) -> None:
    done = run("scan", *DAY, "--cache", "inventory/cache", "--lang", "en")
    assert done.exit_code == 2
    assert done.stderr == (
        "policycheck: The folder of the cache, inventory/cache, lies in the inventory inventory.\n"
        "  Name a folder elsewhere by --cache FOLDER.\n"
    )
    assert not (city / "inventory" / "cache").exists()


def test_without_a_home_there_is_no_cache(city: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", _homeless)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    done = run("scan", *DAY, "--lang", "en", env={"POLICYCHECK_NO_CACHE": "", "POLICYCHECK_CACHE": ""})
    assert done.exit_code == 3
    assert done.stderr.startswith("policycheck: The cache folder ~/.cache/policycheck cannot be used (")


def _homeless() -> Path:
    raise RuntimeError("nowhere")


def test_what_was_not_used_for_longest_goes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 350)
    monkeypatch.setattr(store, "_LEAST", 1)
    cache = Cache(folder)
    names = [letter * 64 for letter in "abcde"]
    for age, name in enumerate(names):
        cache.put(name, [bytes(68)])
        os.utime(folder / name, (age, age))
    assert cache.get(names[0]) == bytes(68)
    foreign, abandoned, young = folder / "notes.txt", folder / f"{names[0]}.x.new", folder / f"{names[0]}.y.new"
    for file in (foreign, abandoned, young):
        file.write_bytes(bytes(400))
    for file in (foreign, abandoned):
        os.utime(file, (1, 1))
    cache.prune()
    left = {entry.name for entry in folder.iterdir()}
    assert left == {names[0], names[3], names[4], foreign.name, young.name}
    cache.put("f" * 64, [bytes(300), bytes(51)])
    assert cache.get("f" * 64) is None
    assert cache.failure is None


def test_a_scan_prunes(city: Path, folder: Path, scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 1 << 16)
    monkeypatch.setattr(store, "_LEAST", 1)
    without = scan()
    for _ in range(2):
        assert scan(cache=folder) == without
        (city / "inventory" / "new.txt").touch()
        assert 0 < sum(entry.stat().st_size for entry in folder.iterdir()) <= 1 << 16
        without = scan()


def test_the_output_is_whole_or_not_at_all(city: Path, folder: Path, scan: Scan) -> None:
    scan("--format", "json", "--output", "first.json", cache=folder)
    scan("--format", "json", "--output", "second.json", cache=folder)
    assert Path("first.json").read_bytes() == Path("second.json").read_bytes() == scan("--format", "json")[0]


def test_a_second_scan_imports_nothing_heavy(city: Path, folder: Path) -> None:
    driver = "import sys\nfrom policycheck.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", driver, "scan", *DAY, "--cache", str(folder)]
    first, second = (subprocess.run(command, capture_output=True, check=False) for _ in range(2))
    needed = {b"wasmtime", b"jsonschema_rs", b"rich", b"policycheck.scan", b"policycheck.evaluate"}
    heavy = {*needed, b"jsonschema", b"yaml", b"multiprocessing"}
    assert needed <= set(first.stderr.split())
    assert heavy.isdisjoint(second.stderr.split())
    assert (first.stdout, first.returncode) == (second.stdout, second.returncode)


def test_nothing_that_is_kept_is_code(city: Path, folder: Path, scan: Scan) -> None:
    scan(*EVERYTHING, cache=folder)
    for file in (Path(store.__file__).parent).glob("*.py"):
        assert not {"pickle", "marshal", "eval", "exec"} & set(re.findall(r"\w+", file.read_text("utf-8")))


def test_a_key_is_another_one_for_anything_else() -> None:
    values: list[Any] = [
        None,
        "",
        "None",
        0,
        False,
        b"",
        (),
        ("",),
        [["", ""]],
        {},
        {"a": 1},
        {"b": 1},
        "a,b",
        ["a", "b"],
    ]
    assert len({keys.key_of(value) for value in values}) == len(values)
    assert keys.key_of({"a", "b", "c"}) == keys.key_of({"c", "b", "a"})
    with pytest.raises(TypeError):
        keys.key_of(object())
