"""Files that change while they are read, and big ones: nothing is passed over in silence, and nothing is held for long."""

import gc
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import AS_OF, CHAPTERS, Run
from pieces import printed, report_on

from policycheck import spool
from policycheck.engines import Engine
from policycheck.inventory import discovery, sources
from policycheck.inventory.discovery import Found
from policycheck.inventory.schemas import Schemas
from policycheck.jobs import Answer, Task, local
from policycheck.jobs.local import Here
from policycheck.report import Report
from policycheck.reports import View, entry_printer, renderer
from policycheck.standards import Catalogue
from policycheck.texts import LANGUAGES, texts

LINE = (
    '{"kind": "user_id", "id": "U-%d", "department": "課%d", "status": "active", "last_reviewed_on": "%s", '
    '"system": "juki", "account": "u%d", "holder": "人", "holder_status": "active", "shared": false, '
    '"password_changed_on": "2026-11-01"}\n'
)
"""A user ID with which nothing is wrong."""


def ledger(count: int, day: str = "2026-11-01") -> str:
    return "".join(LINE % (number, number % 3, day, number) for number in range(count))


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _replace(path: Path, content: bytes) -> None:
    other = path.with_name("other")
    other.write_bytes(content)
    _touch(other)
    other.replace(path)


CHANGES: Mapping[str, Callable[[Path], object]] = {
    "appended": lambda path: path.write_bytes(path.read_bytes() + path.read_bytes()[-110:]),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path: path.write_bytes(b""),
    "touched": _touch,
    "replaced": lambda path: _replace(path, path.read_bytes().replace(b"2026-11-01", b"2020-01-01")),
    "deleted": Path.unlink,
    "made a folder": _make_folder,
}


@pytest.mark.parametrize(("jobs", "part"), [(1, 1 << 20), (2, 1000)])
@pytest.mark.parametrize("name", ["moving.ndjson", "moving.json"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_file_that_changes_after_it_was_found(
    change: Callable[[Path], object],
    name: str,
    part: int,
    jobs: int,
    tmp_path: Path,
    run: Run,
    valid_report: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = tmp_path / "city"
    city.mkdir()
    moving = city / name
    lines = [json.loads(line) for line in ledger(40).splitlines()]
    fields = [{key: value for key, value in line.items() if key != "kind"} for line in lines]
    moving.write_text(ledger(40) if name.endswith("ndjson") else json.dumps({"user_ids": fields}), encoding="utf-8")
    (city / "stays.ndjson").write_text(ledger(20).replace("U-", "V-"), encoding="utf-8")
    find = discovery.find_files

    def find_and_change(paths: Any) -> Found:
        found = find(paths)
        change(moving)
        return found

    monkeypatch.setattr("policycheck.scan.find_files", find_and_change)
    monkeypatch.setattr(sources, "PART", part)
    before = moving.read_bytes()
    for language in LANGUAGES:
        options = ("--as-of", AS_OF, "--standard", CHAPTERS, "--format", "json", "--all", "--jobs", jobs)
        result = run("scan", city, *options, "--lang", language)
        assert result.exit_code == 4, result.stderr
        report = valid_report(result.stdout)
        assert not report["complete"]
        assert {entry["resource"]["id"] for entry in report["results"]} == {f"V-{number}" for number in range(20)}
        assert [file["path"] for file in report["inventory"]["files"]] == [str(city / "stays.ndjson")]
        (problem,) = report["problems"]
        assert problem["file"] == str(moving)
        told = texts(language)("problem.changed_file" if moving.exists() else "problem.vanished_file")
        assert (problem["message"] == told) is not moving.is_dir(), problem
        if moving.is_dir():
            moving.rmdir()
        moving.write_bytes(before)


def _told_of(path: Path) -> str:
    return "unreadable" if path.is_dir() else "changed_file" if path.exists() else "vanished_file"


class Meddling(Here):
    """Does the tasks of a stage from the first or from the last, and something else after so many of them."""

    def __init__(self, after: int, action: Callable[[], object], *, backwards: bool) -> None:
        super().__init__()
        self.done = 0
        self._action, self._after, self._backwards = action, after, backwards

    def read(self, work: Callable[[Task], tuple[Answer, bytes]], tasks: Mapping[int, Task]) -> Iterator[Answer]:
        answers: dict[int, Answer] = {}
        for number in sorted(tasks, reverse=self._backwards):
            if self.done == self._after:
                self._action()
            self.done += 1
            answers[number], left = work(tasks[number])
            self._keep(number, left)
        yield from (answers[number] for number in tasks)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_file_that_changes_while_it_is_read(
    change: Callable[[Path], object],
    backwards: bool,
    tmp_path: Path,
    catalogue: Catalogue,
    schemas: Schemas,
    wasm_engine: Engine,
    valid_report: Callable[[str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some parts were read before, and one id is there twice, so that a part is read again."""
    monkeypatch.setattr(sources, "PART", 1000)
    path = tmp_path / "city.ndjson"
    content = ledger(40) + LINE % (7, 1, "2026-11-01", 7) + ledger(20).replace("U-", "V-")
    standard, told = catalogue.standard(str(CHAPTERS)), texts("ja")
    after, total = 0, 1
    while after <= total:
        if path.is_dir():
            path.rmdir()
        path.write_text(content, encoding="utf-8")
        jobs = Meddling(after, lambda: change(path), backwards=backwards)
        wishes: dict[str, Any] = {"keep_passes": True, "entry": entry_printer("json", told)}
        report = report_on([path], standard, catalogue, schemas, wasm_engine, jobs=jobs, **wishes)
        document = valid_report(printed(renderer("json").render(report, told, View())))
        total = max(total, jobs.done)
        after += 1
        assert not document["complete"]
        assert report.exit_code in (3, 4)
        ids = {entry["resource"]["id"] for entry in document["results"]}
        keys = [problem.key for problem in report.problems]
        listed = [file["resources"] for file in document["inventory"]["files"]]
        if jobs.done >= after:  # of a file that is not the same all the time nothing is judged, and that is told once
            assert keys == [_told_of(path)], (after, keys)
            assert (ids, listed) == (set(), [])
        else:
            assert (keys, len(ids), listed) == (["duplicate_id"], 60, [60])
    assert total > 7


@pytest.mark.parametrize(
    "damage", ["}", '{"kind": "user_id"}', '{"kind": "user_id", "id": "a", "id": "b"}', "\ufeff{}"]
)
def test_a_damaged_line_in_the_middle_of_a_big_file(
    damage: str, tmp_path: Path, run: Run, valid_report: Callable[[str], Any]
) -> None:
    lines = ledger(24_000).splitlines()
    lines[13_000] = damage
    path = tmp_path / "big.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert path.stat().st_size > 2 * sources.PART
    arguments = ("scan", path, "--as-of", AS_OF, "--standard", CHAPTERS, "--format", "json", "--jobs", 2)
    result = run(*arguments)
    report = valid_report(result.stdout)
    assert {(problem["file"], problem["line"]) for problem in report["problems"]} == {(str(path), 13_001)}
    assert not report["complete"]
    assert report["inventory"]["resources"] == 23_999
    assert {sum(control[status] for status in report["summary"]) for control in report["controls"]} == {0, 23_999}
    assert result.exit_code == 4


def _peak(scanned: Callable[[], Report]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        report = scanned()
        assert report.exit_code == 0, report.problems
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_resources_are_not_held(
    tmp_path: Path,
    catalogue: Catalogue,
    schemas: Schemas,
    wasm_engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An entry alone, as Python has it, takes over a thousand bytes."""
    monkeypatch.setattr(sources, "PART", 1 << 17)
    monkeypatch.setattr(local, "_IN_MEMORY", 1 << 17)
    monkeypatch.setattr(spool, "_IN_MEMORY", 1 << 17)
    standard = catalogue.standard(str(CHAPTERS))
    note = f', "note": "{"n" * 700}"}}\n'
    for passes in (False, True):
        peaks = []
        for count in (4_000, 16_000):
            path = tmp_path / "big.ndjson"
            path.write_text(ledger(count).replace("}\n", note), encoding="utf-8")
            wishes: dict[str, Any] = {"keep_passes": passes, "entry": entry_printer("json", texts("ja"))}
            peaks.append(_peak(partial(report_on, [path], standard, catalogue, schemas, wasm_engine, **wishes)))
        assert peaks[1] - peaks[0] < 300 * 12_000, peaks


def test_a_file_that_changes_before_repeated_ids_are_left_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries are left out by their numbers in the part, which would then be those of others."""
    first, second = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    lines = ledger(4).splitlines(keepends=True)
    first.write_text(lines[0], encoding="utf-8")
    second.write_text("".join([lines[1], *lines[1:]]), encoding="utf-8")
    look = Here.look

    def meddled(self: Here, *work: Any) -> Iterator[Any]:
        found = list(look(self, *work))
        _touch(first)
        return iter(found)

    assert run("scan", tmp_path, "--format", "json").exit_code in (3, 4)
    monkeypatch.setattr(Here, "look", meddled)
    for language in LANGUAGES:
        os.utime(first)
        result = run("scan", tmp_path, "--format", "json", "--jobs", 1, "--lang", language)
        assert (result.exit_code, result.stdout) == (1, "")
        assert texts(language)("error.changed_between") in result.stderr
