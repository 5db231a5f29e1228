"""The chain of packages: one that is missing, replaced, put in or made by somebody else is named."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packages import command, make, members_of, new_key, predicate_of, resealed, write

from policycheck.texts import LANGUAGES, texts

DAYS = ("2024-03-27", "2024-03-27", "2024-06-30", "2024-09-30", "2024-12-31")
EXAMPLE = ("docs/example", "--standard", "osaka")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("key") / "office")


@pytest.fixture(scope="module")
def chain(key: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Packages 1.zip, 2.zip and so on, each of which follows the one before it."""
    folder = tmp_path_factory.mktemp("chain")
    made: list[Path] = []
    for number, day in enumerate(DAYS, 1):
        previous = ["--previous", made[-1]] if made else []
        made.append(make(folder / f"{number}.zip", *EXAMPLE, "--as-of", day, "--key", key, *previous))
    return made


@pytest.fixture
def folder(chain: list[Path], tmp_path: Path) -> Path:
    """A copy of the chain, to be changed."""
    copy = tmp_path / "packages"
    copy.mkdir()
    for pack in chain:
        shutil.copy(pack, copy)
    return copy


def told(folder: Path, code: int, *arguments: object) -> str:
    result = command("evidence", "log", folder, "--lang", "en", *arguments)
    assert result.exit_code == code, result.output
    return result.stdout


def faults(text: str) -> list[str]:
    return [line.removeprefix("× ") for line in text.splitlines() if line.startswith("×")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_chain(chain: list[Path], folder: Path, key: Path, language: str) -> None:
    for number, pack in enumerate(chain, 1):
        predicate = predicate_of(pack)
        assert predicate["sequence"] == number
        before = None
        if number > 1:
            digest = hashlib.sha256(chain[number - 2].read_bytes()).hexdigest()
            before = {"sha256": digest, "sequence": number - 1}
        assert predicate["previous"] == before
    result = command("evidence", "log", folder, "--lang", language, "--public-key", f"{key}.pub")
    assert result.exit_code == 0
    assert texts(language)("evidence.whole_chain", count=5) in result.stdout
    assert hashlib.sha256(chain[-1].read_bytes()).hexdigest() in result.stdout
    assert texts(language)("evidence.nobody_vouches") not in result.stdout
    result = command("evidence", "log", folder, "--lang", language)
    assert result.exit_code == 0
    assert texts(language)("evidence.nobody_vouches") in result.stdout


def test_names_and_other_files_do_not_matter(folder: Path) -> None:
    (folder / "1.zip").rename(folder / "z.ZIP")
    (folder / "2.zip").rename(folder / "z")
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "older").mkdir()
    text = told(folder, 0)
    assert faults(text) == []
    assert texts("en")("evidence.whole_chain", count=5) in text
    assert texts("en")("evidence.aside", count=2, files=["notes.txt", "older"]) in text
    (folder / "z").rename(folder / ".2.zip")
    text = told(folder, 3)
    assert len(faults(text)) == 1
    assert ".2.zip" in text


def test_what_is_no_file_is_named_and_stops_nothing(folder: Path, tmp_path: Path) -> None:
    (folder / "folder.zip").mkdir()
    (folder / "link.zip").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.zip")
    what = texts("en")("evidence.not_regular")
    text = told(folder, 3)
    assert faults(text) == [f"{name}.zip: {what}" for name in ("folder", "link", "pipe")]
    assert "Number 5, 5.zip" in text


def test_a_package_that_is_there_twice(folder: Path) -> None:
    shutil.copy(folder / "3.zip", folder / "backup of 3.zip")
    (line,) = faults(told(folder, 3))
    assert line == f"backup of 3.zip: {texts('en')('evidence.same_package', other='3.zip')}"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 5), max_size=4))
def test_whatever_is_missing_before_the_end_is_named(
    chain: list[Path], tmp_path_factory: pytest.TempPathFactory, missing: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("left")
    left = [number for number in range(1, 6) if number not in missing]
    for number in left:
        shutil.copy(chain[number - 1], folder)
    inner = sorted(number for number in missing if number < max(left))
    text = told(folder, 3 if inner else 0)
    if inner:
        named = set()
        for line in faults(text):
            file, _, said = line.partition(".zip: ")
            first, _, last = said.partition("numbers: ")[2].rstrip(").").partition("-")
            gap = set(range(int(first), int(last or first) + 1))
            assert int(file) == max(gap) + 1
            named |= gap
        assert named == set(inner)


def test_a_replaced_package(folder: Path, key: Path) -> None:
    make(folder / "3.zip", *EXAMPLE, "--as-of", "2024-06-29", "--key", key, "--previous", folder / "2.zip")
    (line,) = faults(told(folder, 3, "--public-key", f"{key}.pub"))
    assert line.startswith("4.zip: ")
    assert "3.zip" in line


def test_a_second_one_of_the_same_number(folder: Path, key: Path) -> None:
    make(folder / "3b.zip", *EXAMPLE, "--as-of", "2024-06-29", "--key", key, "--previous", folder / "2.zip")
    (line,) = faults(told(folder, 3))
    assert line == texts("en")(
        "evidence.of_file",
        file="3b.zip",
        what=texts("en")("evidence.same_sequence", sequence=3, other="3.zip"),
    )


def test_a_second_beginning(folder: Path, key: Path) -> None:
    make(folder / "0.zip", *EXAMPLE, "--as-of", "2024-03-27", "--key", key)
    shutil.copy(folder / "0.zip", folder / "1 again.zip")
    assert len(faults(told(folder, 3))) == 2


def test_one_that_goes_back_in_time(folder: Path) -> None:
    members = resealed(members_of(folder / "5.zip"), change=lambda predicate: predicate.update(as_of="2024-09-29"))
    write(members, folder / "5.zip")
    text = "\n".join(faults(told(folder, 3)))
    assert texts("en")("evidence.back_in_time", file="4.zip", day="2024-09-30") in text


def test_one_that_follows_another_number(folder: Path) -> None:
    digest = hashlib.sha256((folder / "3.zip").read_bytes()).hexdigest()
    given = {"sha256": digest, "sequence": 4}
    members = resealed(members_of(folder / "5.zip"), change=lambda predicate: predicate.update(previous=given))
    write(members, folder / "5.zip")
    assert texts("en")("evidence.wrong_sequence", file="3.zip", sequence=4) in told(folder, 3)


def test_one_by_somebody_else(folder: Path, key: Path, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    (folder / "5.zip").unlink()
    make(folder / "5.zip", *EXAMPLE, "--as-of", "2024-12-31", "--key", other, "--previous", folder / "4.zip")
    (line,) = faults(told(folder, 3))
    assert line.startswith("5.zip: ")
    (line,) = faults(told(folder, 3, "--public-key", f"{key}.pub"))
    assert line.startswith("5.zip: ")
    assert "signed by another key" in line


def test_one_without_a_signature(folder: Path, key: Path) -> None:
    write(resealed(members_of(folder / "5.zip")), folder / "5.zip")
    assert texts("en")("evidence.unsigned_package") in told(folder, 3, "--public-key", f"{key}.pub")
    assert texts("en")("evidence.other_signer", file="1.zip") in told(folder, 3)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:],
        lambda content: b"",
        lambda content: b"no package",
    ],
)
def test_a_damaged_package(damage: Callable[[bytes], bytes], folder: Path) -> None:
    pack = folder / "3.zip"
    pack.write_bytes(damage(pack.read_bytes()))
    lines = faults(told(folder, 3))
    assert any(line.startswith("3.zip: ") for line in lines), lines
    assert any(line.startswith("4.zip: ") for line in lines), lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_without_packages(language: str, tmp_path: Path) -> None:
    result = command("evidence", "log", tmp_path, "--lang", language)
    assert result.exit_code == 3
    assert texts(language)("evidence.no_packages") in result.stdout
    for place in (tmp_path / "nowhere", ROOT / "README.md"):
        result = command("evidence", "log", place, "--lang", language)
        assert result.exit_code == 2
        assert texts(language)("hint.unreadable_log") in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_followed(chain: list[Path], language: str, tmp_path: Path) -> None:
    output = tmp_path / "a.zip"

    def refused(previous: Path, error: str) -> str:
        options = ["--as-of", "2024-12-30", "--previous", previous, "--output", output, "--lang", language]
        result = command("evidence", "create", *EXAMPLE, *options)
        assert result.exit_code == 2
        assert texts(language)(f"hint.{error}") in result.stderr
        assert not output.exists()
        return result.stderr

    refused(chain[-1], "later_previous")
    refused(tmp_path / "nowhere.zip", "unreadable_pack")
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(chain[0].read_bytes()[:-1])
    assert "damaged.zip" in refused(damaged, "broken_previous")
    before = chain[0].read_bytes()
    options = ["--as-of", "2024-12-30", "--previous", chain[0], "--output", chain[0]]
    assert command("evidence", "create", *EXAMPLE, *options).exit_code == 2
    assert chain[0].read_bytes() == before
