"""What a change touches is judged as the whole inventory would be, and nothing that it leaves alone is."""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from changes import (
    CITY,
    DAY,
    KEPT,
    OPEN,
    STANDARD,
    Comparison,
    Files,
    by_key,
    edited,
    entry,
    sheet,
    text_of,
    written,
)
from click.testing import CliRunner, Result
from conftest import AS_OF, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from repository import Repository, isolate

from policycheck.cli import main
from policycheck.inventory import sources
from policycheck.texts import LANGUAGES, texts


@pytest.fixture(scope="module", autouse=True)
def _isolated() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        isolate(monkeypatch)
        yield


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = Repository.create(tmp_path_factory.mktemp("city"))
    made.write({"standard.yaml": STANDARD})
    return made


def run(repository: Repository, *options: object) -> Result:
    given = ["--standard", repository.folder / "standard.yaml", "--as-of", AS_OF, "--lang", "en", *options]
    if "--cache" not in options:
        given.append("--no-cache")
    done = CliRunner().invoke(main, ["scan", str(repository.folder / "inventory"), *map(str, given)])
    assert done.exit_code in {0, 3, 4}, done.stderr
    return done


def scan(repository: Repository, *options: object) -> tuple[int, dict[str, Any]]:
    done = run(repository, "--format", "json", "--all", *options)
    return done.exit_code, json.loads(done.stdout)


ONE = ("--jobs", 1)


@settings(max_examples=100)
@given(data=st.data())
def test_changes_are_judged_as_the_whole_would_be(repository: Repository, data: st.DataObject) -> None:
    before = data.draw(st.just(CITY) | edited(CITY, 0))
    after = data.draw(edited(before, 1))
    against = data.draw(st.sampled_from([["--changed"], ["--against", "HEAD"]]))
    kept = data.draw(st.sampled_from([[], ["--cache", repository.folder / ".git" / "cache"]]))
    repository.empty("inventory")
    repository.write(written(before))
    repository.git("add", "--all")
    if "HEAD" in against:
        repository.commit()
    _, old = scan(repository, *ONE, *kept)
    repository.empty("inventory")
    repository.write(written(after))
    _, new = scan(repository, *ONE)
    code, changed = scan(repository, *ONE, *against, *kept)
    Comparison(before, after, old, new, changed).check(code)


@pytest.mark.parametrize("name", ["a.yaml", "z.yaml", "", "sub/a.yaml"])
def test_the_first_of_an_id_counts(repository: Repository, name: str) -> None:
    """Where it is taken away, or comes to stand behind the other, that of another file counts, which is as it was."""
    media = [entry("usb_medium", "M-1", "市民課", **OPEN)]
    rest = {"b.yaml": [media[0] | {"encrypted": True}, entry("usb_medium", "M-2", "市民課")]}
    before = Files({"a.yaml": media, **rest})
    after = Files({name: media} if name else {}) | rest
    repository.empty("inventory")
    repository.commit(written(before))
    _, old = scan(repository, *ONE)
    repository.empty("inventory")
    repository.write(written(Files(after)))
    _, new = scan(repository, *ONE)
    code, changed = scan(repository, *ONE, "--against", "HEAD")
    Comparison(before, Files(after), old, new, changed).check(code)
    assert {key[3] for key in by_key(changed) if key[0]} == (set() if name == "a.yaml" else {"M-1"})


@pytest.fixture
def city(tmp_path: Path) -> Repository:
    """A repository of its own, with the sample city."""
    made = Repository.create(tmp_path / "city")
    shutil.copytree(ROOT / "inventory", made.folder / "inventory")
    made.commit({"standard.yaml": STANDARD})
    return made


GUIDELINE = ("--standard", "guideline")


def touched(repository: Repository, *options: object) -> set[tuple[str, str]]:
    _, report = scan(repository, *ONE, *options, *GUIDELINE, "--against", "HEAD")
    return {(result["resource"]["kind"], result["resource"]["id"]) for result in report["results"] if result["control"]}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("shimin.yaml", "id: USB-SHI-03, name: 人口統計", "id: USB-SHI-03, name: 統計", {("usb_medium", "USB-SHI-03")}),
        ("shimin.yaml", "virus_checked_on: 2026-11-05", "virus_checked_on: 2026-11-06", {("usb_medium", "USB-SHI-02")}),
        ("shimin.yaml", "- {id: USB-SHI-01", "- {id: USB-SHI-09", {("usb_medium", "USB-SHI-09")}),
        (
            "shimin.yaml",
            "account: shi-mizuho",
            "account: ＳＨＩ－ＨＡＲＵＫＡＺＥ",
            {("user_id", "ID-SHI-01"), ("user_id", "ID-SHI-02")},
        ),
        ("shimin.yaml", "- {id: 市民課, staff: 27,", "- {id: 市民課, staff: 28,", {("department", "市民課")}),
        (
            "shimin.yaml",
            "- {id: 市民課, staff: 27,",
            "- {id: 駅前, staff: 27,",
            {("department", n) for n in ("市民課", "駅前")},
        ),
        ("attestations/zeimu.yaml", "id: AT-", "id: AT2-", None),
    ],
)
def test_one_edit_of_the_city(
    city: Repository, file: str, old: str, new: str, expected: set[tuple[str, str]] | None
) -> None:
    """Of a sheet of answers, everything of its department."""
    city.replace(f"inventory/{file}", old, new)
    if expected is None:
        _, whole = scan(city, *ONE, *GUIDELINE)
        zeimu = [result for result in whole["results"] if result["resource"]["department"] == "税務課"]
        _, report = scan(city, *ONE, *GUIDELINE, "--changed")
        assert report["results"] == zeimu
    else:
        assert touched(city) == expected


@pytest.mark.parametrize("form", ["text", "matrix", "viewpoints", "json"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_says_that_only_changes_were_judged(city: Repository, form: str, language: str) -> None:
    head = ("--against", "HEAD", "--format", form, "--lang", language)
    assert run(city, "--format", form).exit_code == 3
    clean = run(city, *head)
    assert clean.exit_code == 0
    city.replace("inventory/shimin.yaml", "id: USB-SHI-02,", "id: USB-SHI-09,")
    edited = run(city, *head)
    assert edited.exit_code == 0
    for count, report in ((0, clean), (1, edited)):
        for against, told in (("HEAD", report), ("index", run(city, *head[2:], "--changed"))):
            if form == "json":
                known = count if against == "HEAD" else 1
                assert json.loads(told.stdout)["changes"] == {"against": against, "resources": known}
            else:
                name = against if against == "HEAD" else texts(language)("report.index")
                line = texts(language)("report.changes", against=name, resources=count if against == "HEAD" else 1)
                assert line in told.stdout.replace("\n  ", " " if language == "en" else "")


def test_a_waived_fail_does_not_block(city: Repository) -> None:
    waiver: dict[str, Any] = dict.fromkeys(("reason", "approved_by", "compensating_measure"), "x")
    waiver |= {"approved_on": "2026-11-01", "expires_on": "2026-11-30"}
    waiver |= {"resource": {"kind": "usb_medium", "id": "USB-SHI-03"}}
    given = {"standard": "changes", "waivers": [waiver | {"clause": clause} for clause in ("1", "6")]}
    city.commit({"waivers.json": json.dumps(given)})
    edit = "id: USB-SHI-03, name: 人口統計, classification: "
    city.replace("inventory/shimin.yaml", edit + '"1"', edit + "3B")
    against = (*ONE, "--against", "HEAD")
    waived = (*against, "--waivers", city.folder / "waivers.json")
    assert scan(city, *against)[0] == 3
    code, report = scan(city, *waived)
    assert (code, [one["status"] for one in report["results"]]) == (0, ["waived"])
    assert report["waivers"][0]["hides"] == 1
    # That it was called kept is no less wrong for it.
    city.commit({"inventory/answers.json": text_of("answers.json", [sheet("A-1", "市民課", DAY, c1=KEPT)])})
    city.replace("inventory/shimin.yaml", "id: USB-SHI-03,", "id: USB-SHI-04,")
    city.replace("waivers.json", "USB-SHI-03", "USB-SHI-04")
    code, report = scan(city, *waived)
    assert (code, [one["status"] for one in report["results"]]) == (3, ["waived", "fail"])
    assert report["results"][1]["facts"]["resources"] == ["usb_medium/USB-SHI-04"]


def test_a_file_in_many_parts(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PART", 256)
    lines = [one for entries in CITY.values() for one in entries or ()]
    lines += [entry("usb_medium", f"N-{number}", "新設課", classification="1") for number in range(40)]
    before = Files({"a.ndjson": lines})
    repository.empty("inventory")
    repository.commit(written(before))
    _, old = scan(repository, *ONE)
    for place, more in ((30, {"classification": "3B"}), (7, {"network": "lgwan"}), (16, {"account": "ｋａｔｏ"})):
        after = Files({"a.ndjson": [*lines[:place], lines[place] | more, *lines[place + 1 :]]})
        repository.write(written(after))
        _, new = scan(repository, *ONE)
        for jobs in (1, 2):
            code, changed = scan(repository, "--jobs", jobs, "--against", "HEAD")
            assert changed["changes"]["resources"] < 15
            Comparison(before, after, old, new, changed).check(code)


def test_an_answer_for_the_whole_city_is_held_against_all_of_it(repository: Repository) -> None:
    repository.empty("inventory")
    before, after = copy.deepcopy(CITY), copy.deepcopy(CITY)
    for files, by in ((before, "課長"), (after, "係長")):
        files["e.json"] = [sheet("A-9", "福祉課", DAY, c5=KEPT) | {"by": by}]
    repository.commit(written(before))
    repository.write(written(after))
    _, new = scan(repository, *ONE)
    _, changed = scan(repository, *ONE, "--against", "HEAD")
    key = (None, ("6",), "department", "福祉課")
    assert by_key(new)[key]["facts"]["resources"] == ["usb_medium/M-1", "usb_medium/M-4"]
    assert by_key(changed)[key] == by_key(new)[key]


@pytest.mark.parametrize("end", [".yaml", ".yml"])
@pytest.mark.parametrize("known", [True, False], ids=["tracked", "untracked"])
def test_another_standard_judges_everything(city: Repository, end: str, known: bool) -> None:
    changed = f"here/own{end}"
    before = STANDARD.replace("control: assets/usb_protected}", "control: human/training_attended}", 1)
    if known:
        city.commit({changed: before})
    city.write({changed: before + "# a remark\n"})
    options = (*ONE, "--standard", city.folder / changed)
    if known:
        code, report = scan(city, *options, "--changed")
        assert (code, report["changes"]["resources"]) == (0, 0)
    city.write({changed: STANDARD})
    assert scan(city, *options)[0] == 3
    for against, name in ((("--changed",), "git’s index"), (("--against", "HEAD"), "HEAD")):
        done = run(city, *options, *against, "--format", "json", "--all")
        assert (done.exit_code, json.loads(done.stdout)) == scan(city, *options)
        assert f"own{end} is another standard than in {name}, so everything was judged." in done.stderr
    bad = ["scan", str(city.folder / "inventory"), *map(str, options), "--against", "nowhere", "--lang", "en"]
    refused = CliRunner().invoke(main, bad)
    assert refused.exit_code == 2
    assert "nowhere" in refused.stderr


def test_other_waivers_touch_what_they_speak_of(city: Repository) -> None:
    """A waiver that is taken away brings its fail back, and one that is given spares whoever gives it."""
    facts: dict[str, Any] = dict.fromkeys(("reason", "approved_by", "compensating_measure"), "x")
    facts |= {"approved_on": "2026-11-01", "expires_on": "2026-11-30"}
    media = [{"kind": "usb_medium", "id": f"USB-SHI-0{number}"} for number in (2, 3)]
    city.replace(
        "inventory/shimin.yaml",
        'id: USB-SHI-03, name: 人口統計, classification: "1"',
        "id: USB-SHI-03, classification: 3B",
    )

    def waivers(*waived: dict[str, str]) -> str:
        given = [facts | {"resource": one, "clause": clause} for one in waived for clause in ("1", "6")]
        return json.dumps({"standard": "changes", "waivers": given})

    city.commit({"waivers.json": waivers(*media)})
    options = (*ONE, "--waivers", city.folder / "waivers.json", "--against", "HEAD")
    assert scan(city, *options)[0] == 0
    city.write({"waivers.json": "\n" + waivers(*media)})
    code, report = scan(city, *options)
    assert (code, report["changes"]["resources"]) == (0, 0)
    city.write({"waivers.json": waivers(media[0])})
    code, report = scan(city, *options)
    assert (code, [one["resource"]["id"] for one in report["results"] if one["status"] == "fail"]) == (
        3,
        ["USB-SHI-03"],
    )
    for earlier in (waivers(), "{"):
        city.commit({"waivers.json": earlier})
        city.write({"waivers.json": waivers(*media)})
        code, report = scan(city, *options)
        assert (code, report["changes"]["resources"]) == (0, 2)
    told = run(city, *options, "--format", "text").stdout
    assert "Exit code 0: everything that the change touches and that applies passes" in " ".join(told.split())
    assert "USB-SHI-03" in told
    city.commit()
    assert "USB-SHI-03" not in run(city, *options, "--format", "text").stdout


@pytest.mark.parametrize("options", [("--jobs", 2), pytest.param(("--engine", "opa"), marks=pytest.mark.opa)])
def test_whoever_judges(city: Repository, options: tuple[object, ...]) -> None:
    city.replace("inventory/digital.yaml", "network: mynumber", "network: lgwan")
    city.replace("inventory/attestations/soumu.yaml", "by: ", "by: 新")
    alone, other = (run(city, "--against", "HEAD", "--format", "json", *GUIDELINE, *how) for how in (ONE, options))
    if "opa" in options:
        one, two = json.loads(alone.stdout), json.loads(other.stdout)
        assert one.pop("engine") != two.pop("engine")
        assert one == two
    else:
        assert alone.stdout_bytes == other.stdout_bytes
    assert json.loads(alone.stdout)["changes"]["resources"] > 10
