"""Files and folders → resources, each with its file and line."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pieces import entries

from policycheck.inventory import load_inventory
from policycheck.inventory.schemas import Schemas
from policycheck.model import Inventory

Entry = dict[str, Any]
Lines = dict[tuple[str, str], int]
"""By kind and id, the line at which a resource stands."""

KINDS = {"servers": "server", "usb_media": "usb_medium", "user_ids": "user_id"}

NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=5)
NOTES = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1, max_size=30)
DATES = st.none() | st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(str)
TITLES = st.lists(NAMES, min_size=1, max_size=3).map(" ".join)
SHARED = {"department": NAMES, "name": TITLES, "note": NOTES}
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "servers": {
        "last_maintained_on": DATES,
        "location": st.fixed_dictionaries({"room": NAMES, "lockable": st.booleans()}),
    },
    "usb_media": {
        "virus_checked_on": DATES,
        "encrypted": st.booleans(),
        "classification": st.sampled_from(["1", "3A"]),
    },
    "user_ids": {"last_reviewed_on": DATES, "status": st.sampled_from(["active", "disabled"]), "account": TITLES},
}


def _entries(section: str) -> st.SearchStrategy[list[Entry]]:
    entry = st.fixed_dictionaries({"id": NAMES}, optional=SHARED | FIELDS[section])
    return st.lists(entry, max_size=4, unique_by=lambda fields: fields["id"])


DOCUMENTS = st.fixed_dictionaries({}, optional={section: _entries(section) for section in KINDS})
GAPS = st.lists(st.integers(0, 2), min_size=1, max_size=5)
"""Empty lines before each entry, again and again."""


def _load(path: Path, schemas: Schemas) -> Inventory:
    return load_inventory([path], schemas)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


class _Quoting(yaml.SafeDumper):
    """Quotes every string, for PyYAML knows YAML 1.1 only and would leave bare what is no string in YAML 1.2."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _as_yaml(document: dict[str, list[Entry]], gaps: list[int], style: dict[str, Any]) -> tuple[str, Lines]:
    text, lines = 'department: "総務課"\n', {}
    for section, members in document.items():
        text += f"{section}:\n" if members else f"{section}: []\n"
        for number, entry in enumerate(members):
            text += "# 注\n" * gaps[number % len(gaps)]
            lines[KINDS[section], entry["id"]] = text.count("\n") + 1
            text += "- " + yaml.dump(entry, Dumper=_Quoting, sort_keys=False, **style).replace("\n", "\n  ") + "\n"
    return text, lines


def _as_json(document: dict[str, list[Entry]], gaps: list[int], style: dict[str, Any]) -> tuple[str, Lines]:
    text, lines = '{"department": "総務課"', {}
    for section, members in document.items():
        text += f',\n"{section}": ['
        for number, entry in enumerate(members):
            text += ("," if number else "") + "\n" * gaps[number % len(gaps)]
            lines[KINDS[section], entry["id"]] = text.count("\n") + 1
            text += json.dumps(entry, **style)
        text += "]"
    return text + "}", lines


def _as_ndjson(document: dict[str, list[Entry]], gaps: list[int], style: dict[str, Any]) -> tuple[str, Lines]:
    text, lines = "", {}
    for section, members in document.items():
        for number, entry in enumerate(members):
            text += "\n" * gaps[number % len(gaps)]
            lines[KINDS[section], entry["id"]] = text.count("\n") + 1
            text += json.dumps({"kind": KINDS[section], "department": "総務課"} | entry, **style) + "\n"
    return text, lines


@given(
    document=DOCUMENTS,
    gaps=GAPS,
    block=st.booleans(),
    width=st.sampled_from([8, 80]),
    indent=st.sampled_from([None, 0, 2]),
    ascii=st.booleans(),
)
def test_every_format_gives_the_same_resources_each_with_its_line(
    tmp_path_factory: pytest.TempPathFactory,
    schemas: Schemas,
    document: dict[str, list[Entry]],
    gaps: list[int],
    block: bool,
    width: int,
    indent: int | None,
    ascii: bool,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    expected = [
        (KINDS[section], {"department": "総務課"} | entry) for section, members in document.items() for entry in members
    ]
    layouts = {
        "yaml": _as_yaml(document, gaps, {"default_flow_style": not block, "width": width}),
        "json": _as_json(document, gaps, {"indent": indent, "ensure_ascii": ascii}),
        "ndjson": _as_ndjson(document, gaps, {"ensure_ascii": ascii}),
    }
    for suffix, (text, lines) in layouts.items():
        path = _write(folder / f"city.{suffix}", text)
        inventory = _load(path, schemas)
        if expected:
            assert inventory.problems == []
        assert inventory.resources == len(expected)
        resources = entries([path], schemas)
        assert [(resource.kind, resource.fields) for resource in resources] == expected
        for resource in resources:
            assert resource.file == path.as_posix()
            assert resource.line == lines[resource.key], (suffix, text)


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path, schemas: Schemas) -> None:
    for name in ("b.yaml", "a/z.ndjson", "a/b/c.json", "c.YML", "10.yaml", "9.yaml"):
        form = (
            '{{"department": "課", "kind": "server", "id": "{}"}}'
            if "ndjson" in name
            else '{{"department": "課", "servers": [{{"id": "{}"}}]}}'
        )
        _write(tmp_path / name, form.format(name))
    for name in (".hidden.yaml", ".git/a.yaml", "a/.b/c.yaml"):
        _write(tmp_path / name, "broken: [")
    for name in ("README.md", "a/ledger.xlsx", "noext"):
        _write(tmp_path / name, "x")

    inventory = _load(tmp_path, schemas)
    resources = entries([tmp_path], schemas)

    assert [resource.id for resource in resources] == [
        "10.yaml", "9.yaml", "a/b/c.json", "a/z.ndjson", "b.yaml", "c.YML",
    ]  # fmt: skip
    assert [file.path for file in inventory.files] == [resource.file for resource in resources]
    assert inventory.skipped == [f"{tmp_path}/{name}" for name in ("README.md", "a/ledger.xlsx", "noext")]
    assert inventory.problems == []


def test_paths_are_read_in_the_order_given_and_each_file_once(tmp_path: Path, schemas: Schemas) -> None:
    first = _write(tmp_path / "z" / "first.yaml", "department: 課\nservers: [{id: first}]\n")
    _write(tmp_path / "a" / "second.yaml", "department: 課\nservers: [{id: second}]\n")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "a")

    paths = [first, tmp_path, link, tmp_path / "a" / ".." / "z"]
    inventory = load_inventory(paths, schemas)

    assert [resource.id for resource in entries(paths, schemas)] == ["first", "second"]
    assert inventory.problems == []


def test_links_are_followed(tmp_path: Path, schemas: Schemas) -> None:
    _write(tmp_path / "elsewhere" / "deep" / "a.yaml", "department: 課\nservers: [{id: linked}]\n")
    _write(tmp_path / "b.yaml", "department: 課\nservers: [{id: b}]\n")
    city = tmp_path / "city"
    city.mkdir()
    (city / "folder").symlink_to(tmp_path / "elsewhere")
    (city / "file.yaml").symlink_to(tmp_path / "b.yaml")

    inventory = _load(city, schemas)

    assert [resource.file for resource in entries([city], schemas)] == [
        f"{city}/file.yaml",
        f"{city}/folder/deep/a.yaml",
    ]
    assert inventory.problems == []


def test_hidden_files_are_read_when_they_are_named(tmp_path: Path, schemas: Schemas) -> None:
    path = _write(tmp_path / ".hidden.yaml", "department: 課\nservers: [{id: a}]\n")
    assert _load(path, schemas).resources == 1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("yaml", "department: 総務課\nservers:\n  - {id: a}\n  - {id: b, department: 税務課}\n"),
        ("json", '{"servers": [{"id": "a"}, {"id": "b", "department": "税務課"}], "department": "総務課"}'),
        (
            "ndjson",
            '{"kind": "server", "id": "a", "department": "総務課"}\n{"department": "税務課", "id": "b", "kind": "server"}',
        ),
    ],
)
def test_the_department_of_the_entry_goes_before_that_of_the_file(
    suffix: str, text: str, tmp_path: Path, schemas: Schemas
) -> None:
    path = _write(tmp_path / f"city.{suffix}", text)
    departments = {resource.id: resource.department for resource in entries([path], schemas)}
    assert departments == {"a": "総務課", "b": "税務課"}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        ("yaml", "department: 総務課\ndepartments:\n  - {id: 税務課}\n  - {id: 分室, department: 健康局}\n"),
        ("json", '{"departments": [{"id": "税務課"}, {"id": "分室", "department": "健康局"}], "department": "総務課"}'),
        ("json", '{"departments": [{"id": "税務課"}, {"id": "分室", "department": "健康局"}]}'),
        (
            "ndjson",
            '{"kind": "department", "id": "税務課"}\n{"department": "健康局", "id": "分室", "kind": "department"}',
        ),
    ],
)
def test_the_record_of_a_department_belongs_to_it(suffix: str, text: str, tmp_path: Path, schemas: Schemas) -> None:
    path = _write(tmp_path / f"city.{suffix}", text)
    inventory = _load(path, schemas)
    assert inventory.problems == []
    assert {resource.id: resource.department for resource in entries([path], schemas)} == {
        "税務課": "税務課",
        "分室": "健康局",
    }
    named = (["総務課"] if "総務課" in text else []) + ["税務課", "健康局"]
    assert inventory.departments == dict.fromkeys(named, path.as_posix())
    assert list(inventory.departments) == named


def test_departments_are_named_by_files_that_list_nothing_too(tmp_path: Path, schemas: Schemas) -> None:
    first = _write(tmp_path / "a.yaml", "department: 総務課\nservers: []\n")
    second = _write(tmp_path / "b.yaml", "department: 総務課\nservers:\n  - {id: a, department: 税務課}\n  - {id: 1}\n")
    third = _write(tmp_path / "c.json", '{"department": "健康局", "servers": [{"id": 1}]}')
    inventory = _load(tmp_path, schemas)
    expected = {"総務課": first.as_posix(), "税務課": second.as_posix(), "健康局": third.as_posix()}
    assert (inventory.departments, list(inventory.departments)) == (expected, list(expected))
    assert {type(name) for name in inventory.departments} == {str}


def test_words_that_yaml_1_1_takes_for_booleans_and_dates_are_strings(tmp_path: Path, schemas: Schemas) -> None:
    entry = "{id: no, name: yes, note: on, holder: off, account: 0123, site: 12:30, last_reviewed_on: 2026-02-28}"
    path = _write(tmp_path / "city.yaml", f"department: y\nuser_ids:\n  - {entry}\n")
    (resource,) = entries([path], schemas)
    assert resource.fields == {
        "id": "no", "name": "yes", "note": "on", "holder": "off", "account": "0123", "site": "12:30",
        "last_reviewed_on": "2026-02-28", "department": "y",
    }  # fmt: skip


@pytest.mark.parametrize("null", ["null", "~", ""])
def test_null_dates_stay_null(null: str, tmp_path: Path, schemas: Schemas) -> None:
    path = _write(tmp_path / "city.yaml", f"department: 課\nuser_ids:\n  - id: a\n    last_reviewed_on: {null}\n")
    (resource,) = entries([path], schemas)
    assert resource.fields["last_reviewed_on"] is None


def test_what_is_skipped_is_listed_once(tmp_path: Path, schemas: Schemas) -> None:
    _write(tmp_path / "README.md", "x")
    _write(tmp_path / "city.yaml", "department: 課\nservers: [{id: a}]\n")
    inventory = load_inventory([tmp_path, tmp_path / ".", tmp_path], schemas)
    assert inventory.skipped == [(tmp_path / "README.md").as_posix()]


def test_sections_may_be_empty(tmp_path: Path, schemas: Schemas) -> None:
    path = _write(tmp_path / "city.yaml", "department: 課\nservers: []\nuser_ids: []\nusb_media: [{id: a}]\n")
    inventory = _load(path, schemas)
    assert (inventory.resources, inventory.problems) == (1, [])


def test_one_id_may_serve_for_two_kinds(tmp_path: Path, schemas: Schemas) -> None:
    path = _write(tmp_path / "city.yaml", "department: 課\nservers: [{id: a}]\nuser_ids: [{id: a}]\n")
    inventory = _load(path, schemas)
    assert (inventory.resources, inventory.problems) == (2, [])


def test_anchors_and_aliases_may_be_used(tmp_path: Path, schemas: Schemas) -> None:
    text = "department: 課\nservers:\n  - id: a\n    location: &hall {room: 電算室, lockable: true}\n  - id: b\n    location: *hall\n"
    first, second = entries([_write(tmp_path / "city.yaml", text)], schemas)
    assert first.fields["location"] == second.fields["location"]
    assert (first.line, second.line) == (3, 5)


@pytest.mark.parametrize(
    "key", ["*a : 1", "*a:b : 1", "? *a\n    : 1", "?   \n      *a\n    : 1", "{*a : 1}", "{*a\n      : 1}"]
)
def test_an_alias_is_no_key(key: str, tmp_path: Path, schemas: Schemas) -> None:
    """Whatever stands between the two."""
    text = f"department: 課\nservers:\n  - id: &a b\n    location:\n      {key}\n"
    (problem,) = _load(_write(tmp_path / "city.yaml", text), schemas).problems
    assert problem.key in {"non_string_key", "broken_yaml"}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("suffix", ["yaml", "json", "ndjson"])
def test_line_endings_of_windows(suffix: str, ending: str, tmp_path: Path, schemas: Schemas) -> None:
    make = {"yaml": _as_yaml, "json": _as_json, "ndjson": _as_ndjson}[suffix]
    text, lines = make({"servers": [{"id": "a"}, {"id": "b"}]}, [1], {})
    path = tmp_path / f"city.{suffix}"
    path.write_bytes(text.replace("\n", ending).encode())
    assert {resource.key: resource.line for resource in entries([path], schemas)} == lines


def test_names_of_files_that_are_no_text_are_written_out(tmp_path: Path, schemas: Schemas) -> None:
    for name in ("総務　課.yaml".encode(), b"\x8e\x73.yaml", b"\x1b[31m\n.yaml"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("department: 課\n", encoding="utf-8")
    inventory = _load(tmp_path, schemas)
    names = [Path(file.path).name for file in inventory.files]
    assert names == ["\\x1b[31m\\n.yaml", "総務　課.yaml", "\\udc8es.yaml"]


def test_the_sample_city_has_no_problem(schemas: Schemas) -> None:
    inventory = _load(ROOT / "inventory", schemas)
    assert inventory.problems == []
    resources = entries([ROOT / "inventory"], schemas)
    assert inventory.kinds == Counter(resource.kind for resource in resources)
    assert set(inventory.kinds) == set(schemas.kinds.values())
    assert {Path(file.path).suffix for file in inventory.files} == {".yaml", ".json", ".ndjson"}
    assert all(resource.line for resource in resources)
