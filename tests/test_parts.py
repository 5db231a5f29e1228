"""However an inventory is cut into parts, and whichever way its lines are read, the report is the same."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import CHAPTERS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pieces import printed, report_on

from policycheck.engines import Engine
from policycheck.inventory import columns, reading, sources
from policycheck.inventory.discovery import find_files
from policycheck.inventory.documents import Entry, read_lines
from policycheck.inventory.reading import plain_lines
from policycheck.inventory.schemas import Schemas
from policycheck.inventory.sources import Source, cut, read_source
from policycheck.reports import View, entry_printer, renderer
from policycheck.standards import Catalogue
from policycheck.texts import texts


def _source(path: Path, content: bytes) -> Source:
    path.write_bytes(content)
    (found,) = find_files([path]).files
    return found


BREAKS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\n \n"])
RAW = st.sampled_from([b"", b"{}", b"\r", b" ", b"a\rb", b"x" * 90, "漢字".encode(), b"\xff"]) | st.binary(max_size=9)


@st.composite
def lines_of(draw: st.DrawFn, line: st.SearchStrategy[bytes], most: int) -> bytes:
    """Lines with all kinds of breaks between them, and mostly one at the end."""
    text = b"".join(one + draw(BREAKS) for one in draw(st.lists(line, min_size=1, max_size=most)))
    return text if draw(st.booleans()) else text.rstrip(b"\n")


@settings(max_examples=60)
@given(content=lines_of(RAW, 12), data=st.data())
def test_every_line_belongs_to_one_part(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    source = _source(tmp_path_factory.getbasetemp() / "lines.ndjson", content)
    begins = [0, *(place + 1 for place, byte in enumerate(content) if byte == 10)]
    within = data.draw(st.sets(st.integers(1, max(len(content) - 1, 1)), max_size=9))
    for places in [within, *(range(step, len(content), step) for step in range(1, len(content)))]:
        cuts = [0, *sorted(places), len(content)]
        for start, end in pairwise(cuts):
            own = [begin for begin in begins if start <= begin < end]
            after = next((begin for begin in begins if begin >= end), len(content))
            expected = content[own[0] : after] if own else b""
            assert read_source(source, start, end) == expected, (start, end)
        assert b"".join(read_source(source, start, end) for start, end in pairwise(cuts)) == content
    assert read_source(source) == content


@given(
    sizes=st.lists(st.tuples(st.integers(0, 900), st.sampled_from(["yaml", "ndjson", "NDJSON"])), max_size=7),
    part=st.integers(1, 300),
)
def test_parts_hold_every_file_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[tuple[int, str]], part: int
) -> None:
    folder = tmp_path_factory.mktemp("files")
    files = [_source(folder / f"{number}.{suffix}", b"x" * size + b"\n") for number, (size, suffix) in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "PART", part)
        parts = list(cut(files))
    assert list(dict.fromkeys(source for found in parts for source in found.sources)) == files
    for found in parts:
        if found.end is None:
            assert len(found.sources) == 1 or sum(source.size for source in found.sources) <= part
        else:
            (source,) = found.sources
            assert source.by_lines
            assert source.size > 2 * part
    for source in files:
        spans = [(found.start, found.end) for found in parts if source in found.sources]
        if spans != [(0, None)]:
            assert [start for start, _ in spans] == list(range(0, source.size, part))
            assert [end for _, end in spans] == [*(start for start, _ in spans[1:]), source.size]


IDS = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "漢", "i j"])
DEPARTMENTS = st.sampled_from(["健康局", "総務課", "D"])
VALUES: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "user_id": {
        "system": st.sampled_from(["a", "b", "nowhere"]),
        "account": st.sampled_from(["admin", "ＡＤＭＩＮ", "x:y"]),
        "status": st.sampled_from(["active", "disabled"]),
        "last_reviewed_on": st.sampled_from(["2026-11-01", "2020-01-01", None]),
    },
    "usb_medium": {"registered": st.booleans(), "classification": st.sampled_from(["1", "3A"]), "note": st.text()},
    "system": {"network": st.sampled_from(["mynumber", "lgwan"])},
    "server": {"system": IDS, "location": st.fixed_dictionaries({"room": IDS, "lockable": st.booleans()})},
    "department": {},
}


def _entries(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    known = {"kind": st.just(kind), "id": IDS, "department": DEPARTMENTS}
    if kind == "department":
        known.pop("department")
    return st.fixed_dictionaries(known, optional=dict(VALUES[kind]))


ENTRIES = st.sampled_from(sorted(VALUES)).flatmap(_entries)
LINES = st.one_of(
    *[st.builds(lambda entry, plain: json.dumps(entry, ensure_ascii=plain).encode(), ENTRIES, st.booleans())] * 4,
    st.sampled_from(
        [
            b"",
            b" \t",
            b"broken",
            b'{"kind": "server", "id": "a", "department": "D", "id": "b"}',
            b'{"kind": "server", "id": "a"}',
            b'{"kind": "sever", "id": "a", "department": "D"}',
            b'{"id": "a", "department": "D"}',
            b'{"kind": "usb_medium", "id": "a", "department": "D", "registerd": true, "encrypted": 1}',
            b"[1]",
            '{"kind": "server", "id": "漢", "department": "課"}'.encode("cp932"),
            '{"kind": "server", "id": "u", "department": "D"}'.encode("utf-16"),
            b'\xef\xbb\xbf{"kind": "server", "id": "u", "department": "D"}',
            b'{"kind": "user_id", "id": "long", "department": "D", "note": "%s"}' % (b"n" * 1500),
        ]
    ),
)
FILES = st.lists(lines_of(LINES, 25), min_size=1, max_size=3)

Scanned = Callable[[Path], str]


@pytest.fixture(params=[str(CHAPTERS), "guideline"])
def scanned(request: pytest.FixtureRequest, catalogue: Catalogue, schemas: Schemas, wasm_engine: Engine) -> Scanned:
    """The JSON report on a folder, with every judgement."""
    standard = catalogue.standard(request.param)

    def scanned(folder: Path) -> str:
        wishes: dict[str, Any] = {"keep_passes": True, "entry": entry_printer("json", texts("ja"))}
        report = report_on([folder], standard, catalogue, schemas, wasm_engine, **wishes)
        return printed(renderer("json").render(report, texts("ja"), View()))

    return scanned


def test_the_report_does_not_depend_on_the_parts(
    scanned: Scanned, tmp_path: Path, valid_report: Callable[[str], Any]
) -> None:
    met: set[int] = set()

    @settings(max_examples=120)
    @given(files=FILES, part=st.integers(100, 900), size=st.integers(1, 9))
    def same(files: list[bytes], part: int, size: int) -> None:
        for number in range(3):
            (tmp_path / f"{number}.ndjson").unlink(missing_ok=True)
        for number, content in enumerate(files):
            (tmp_path / f"{number}.ndjson").write_bytes(content)
        whole = scanned(tmp_path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sources, "PART", part)
            met.add(len(list(cut(find_files([tmp_path]).files))))
            assert scanned(tmp_path) == whole
            patch.setattr(columns, "CHUNK", size)
            patch.setattr(reading, "CHUNK", size)
            assert scanned(tmp_path) == whole
        valid_report(whole)

    same()
    assert max(met) > 8


@pytest.mark.parametrize(
    "start", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{", b"\n" * 900, b"", b" \r\n" * 400]
)
def test_the_beginning_of_a_big_file_is_seen_once(
    start: bytes, scanned: Scanned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"".join(b'{"kind": "user_id", "id": "%d", "department": "D"}\n' % number for number in range(30))
    for content in (start + lines, start, start + b"\n" * 900):
        (tmp_path / "city.ndjson").write_bytes(content)
        whole = scanned(tmp_path)
        with monkeypatch.context() as patch:
            patch.setattr(sources, "PART", 200)
            assert scanned(tmp_path) == whole
        if content.strip() and start.strip():
            assert json.loads(whole)["inventory"]["resources"] == 0


NUMBERS = st.sampled_from(["1", "1e999", "-0", "12345678901234567890123", "NaN", "1.50", "01", "9007199254740993"])
TEXTS = st.sampled_from(
    ['"a"', '"a:b"', '"a\\u003ab"', '"\\u003A"', '"\\\\u003a"', '"\\u00e9"', '"\\ud800"', '"{\\"id\\":1}"']
)
DEEP = st.sampled_from([1, 127, 130, 1100]).map(lambda depth: "[" * depth + "]" * depth)
ODD = st.one_of(
    NUMBERS, TEXTS, DEEP, st.sampled_from(["true", "null", "{}", "[]", '{"a": 1, "a": 2}', '["a:", {"b": ":"}]'])
)
KEYS = st.sampled_from(
    [
        '"id"',
        '"i\\u0064"',
        '"kind"',
        '"k\\u0069nd"',
        '"note"',
        '"n\\u006fte"',
        '"a:b"',
        '"\\u003a"',
        '"zzz"',
        '"location"',
    ]
)
ROOMS = st.sampled_from(
    [
        '{"room": "a"}',
        '{"room": "a", "room": "b"}',
        '{"room": "a", "r\\u006fom": "b:"}',
        '{"room": "a\\u003a", "room": "b"}',
    ]
)
GARBAGE = st.sampled_from(["", "", "", "x", "}", " {}", ",", "\r", "\t ", "\x00", "\ufeff"])


TWINS = [('"note"', '"note"'), ('"note"', '"n\\u006fte"'), ('"id"', '"id"'), ('"kind"', '"kind"')]
COLONS = [":", "\\u003a", "\\u003A"]
"""A key that is there twice costs the text one colon; an escaped one gives it back."""


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """An entry of NDJSON in which some members, or what surrounds them, may be odd."""
    entry = draw(ENTRIES)
    members = [
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=draw(st.booleans()))}" for key, value in entry.items()
    ]
    if draw(st.booleans()):
        (first, second), colons = draw(st.sampled_from(TWINS)), draw(st.integers(0, 2))
        members += [f'{first}: "y"', f'{second}: "x{draw(st.sampled_from(COLONS)) * colons}"']
    for _ in range(draw(st.integers(0, 2))):
        key, value = draw(KEYS), draw(ODD)
        members.insert(draw(st.integers(0, len(members))), f"{key}: {value}")
    if draw(st.booleans()):
        members.append(f'"location": {draw(ROOMS)}')
    if draw(st.integers(0, 5)) == 0:
        members.pop(draw(st.integers(0, len(members) - 1)))
    return ("{" + ", ".join(members) + "}" + draw(GARBAGE)).encode()


BLOCKS = st.lists(mutated() | LINES.filter(lambda line: b"\n" not in line), min_size=1, max_size=4)


def _one_by_one(lines: Sequence[bytes], schemas: Schemas) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """The entries of the lines with their places; each of them has to be one, and valid."""
    for entry in read_lines("x.ndjson", b"\n".join(lines), schemas.kinds):
        assert isinstance(entry, Entry), entry
        assert schemas.are_valid(entry.kind, [entry.fields]), entry
        (line,) = entry.path
        assert isinstance(line, int)
        yield line - 1, entry.kind, entry.fields


def test_many_lines_at_once_are_what_they_are_one_by_one(schemas: Schemas) -> None:
    met: set[bool] = set()

    @settings(max_examples=1000)
    @example([b'{"kind": "usb_medium", "id": "a", "department": "D", "note": "y", "note": "x\\u003a"}'])
    @given(BLOCKS)
    def same(lines: list[bytes]) -> None:
        found = plain_lines(lines, schemas)
        met.add(found is None)
        if found is not None:
            fast = [(place, kind, fields) for kind, own in found.items() for place, fields in zip(*own, strict=True)]
            slow = list(_one_by_one(lines, schemas))
            assert repr(sorted(fast, key=lambda item: item[0])) == repr(slow)
            assert list(found) == list(dict.fromkeys(kind for _, kind, _ in slow))

    same()
    assert met == {True, False}
