"""What git says of the files: its index and its revisions, its hooks, odd names, and what it cannot tell."""

import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from conftest import CHAPTERS, Run
from repository import Repository, isolate

from policycheck.texts import LANGUAGES

MEDIA = """\
department: 市民課
usb_media:
  - {id: M-1, classification: "1", registered: true, virus_checked_on: 2026-10-01, locked_storage: true}
  - {id: M-2, classification: "1", registered: true, virus_checked_on: 2026-10-01, locked_storage: true}
"""
MORE = MEDIA.replace("M-", "N-")
EDITED = ('M-1, classification: "1"', "M-1, classification: 3B")
FILE = "inventory/a.yaml"
SCAN = (
    "--standard",
    CHAPTERS,
    "--as-of",
    "2026-11-20",
    "--jobs",
    "1",
    "--format",
    "json",
    "--all",
    "--lang",
    "en",
    "--no-cache",
)
INDEX, HEAD = ("--changed",), ("--against", "HEAD")

Touched: TypeAlias = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    isolate(monkeypatch)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository.create(tmp_path / "city")
    made.commit({FILE: MEDIA, "inventory/b.yaml": MORE})
    monkeypatch.chdir(made.folder)
    return made


@pytest.fixture
def touched(run: Run) -> Touched:
    """The ids of the resources that are judged."""

    def touched(*arguments: object) -> list[str]:
        result = run("scan", *SCAN, *arguments)
        assert result.exit_code in {0, 3, 4}, result.stderr
        return ids(result.stdout)

    return touched


def ids(report: str) -> list[str]:
    return sorted({result["resource"]["id"] for result in json.loads(report)["results"]})


def edit(repository: Repository) -> None:
    repository.replace(FILE, *EDITED)


def stage(repository: Repository) -> None:
    edit(repository)
    repository.git("add", "--all")


def stage_and_edit(repository: Repository) -> None:
    stage(repository)
    repository.replace("inventory/b.yaml", "N-2", "N-3")


def ignore(repository: Repository) -> None:
    repository.commit({".gitignore": "*.json"})
    repository.write({"inventory/c.json": '{"department": "市民課", "usb_media": [{"id": "M-9"}]}'})


def intend_to_add(repository: Repository) -> None:
    repository.write({"inventory/c.yaml": MEDIA.replace("M-", "L-")})
    repository.git("add", "--intent-to-add", "inventory/c.yaml")


def end_lines_otherwise(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    repository.write({FILE: MEDIA.replace(*EDITED).replace("\n", "\r\n")})


def filter_content(repository: Repository) -> None:
    """Git keeps the files in a form that cannot be read: everything in them is as good as new."""
    repository.git("config", "filter.secret.clean", "tr a-z n-za-m")
    repository.git("config", "filter.secret.smudge", "tr a-z n-za-m")
    repository.commit({".gitattributes": "a.yaml filter=secret\n", FILE: MEDIA + "# new\n"})


def hide(flag: str) -> Callable[[Repository], None]:
    def hidden(repository: Repository) -> None:
        repository.git("update-index", flag, FILE)
        edit(repository)

    return hidden


@pytest.mark.parametrize(
    ("change", "index", "head"),
    [
        (lambda _: None, [], []),
        (edit, ["M-1"], ["M-1"]),
        (stage, [], ["M-1"]),
        (stage_and_edit, ["N-3"], ["M-1", "N-3"]),
        (lambda city: city.write({"inventory/c.yaml": "department: 福祉課\nusb_media: [{id: M-9}]"}), ["M-9"], ["M-9"]),
        (ignore, ["M-9"], ["M-9"]),
        (intend_to_add, ["L-1", "L-2"], ["L-1", "L-2"]),
        (lambda city: (city.folder / FILE).unlink(), [], []),
        (lambda city: city.git("mv", FILE, "inventory/c.yaml"), [], []),
        (lambda city: city.git("rm", "--cached", FILE), ["M-1", "M-2"], []),
        (end_lines_otherwise, ["M-1"], ["M-1"]),
        (filter_content, ["M-1", "M-2"], ["M-1", "M-2"]),
        (hide("--skip-worktree"), ["M-1"], ["M-1"]),
        (hide("--assume-unchanged"), ["M-1"], ["M-1"]),
    ],
    ids=[
        *("nothing", "unstaged", "staged", "both", "untracked", "ignored", "intended", "deleted", "moved", "removed"),
        *("crlf", "filter", "skip-worktree", "assume-unchanged"),
    ],
)
def test_index_and_revision(
    repository: Repository, touched: Touched, change: Callable[[Repository], object], index: list[str], head: list[str]
) -> None:
    change(repository)
    assert touched(*INDEX) == index
    assert touched(*HEAD) == head
    assert touched(*INDEX, *HEAD) == head


def test_a_file_that_is_gone_touches_what_named_its_entries(repository: Repository, touched: Touched) -> None:
    ids = "department: 市民課\nuser_ids:\n  - {id: U-%s, system: juki, account: sato, status: active}\n"
    repository.commit({"inventory/c.yaml": ids % 1, "inventory/d.yaml": ids % 2})
    (repository.folder / "inventory/c.yaml").unlink()
    assert touched(*HEAD) == ["U-2"]
    assert touched("inventory/c.yaml", "inventory/d.yaml", *HEAD) == ["U-2"]
    repository.git("rm", "--quiet", "inventory/c.yaml")
    assert (touched(*INDEX), touched(*HEAD)) == ([], ["U-2"])


def test_sha256(tmp_path: Path, touched: Touched) -> None:
    repository = Repository.create(tmp_path / "city", "--object-format=sha256")
    repository.commit({FILE: MEDIA})
    assert touched(repository.folder, *HEAD) == []
    edit(repository)
    assert touched(repository.folder, *HEAD) == touched(repository.folder, *INDEX) == ["M-1"]


@pytest.mark.parametrize("against", [INDEX, HEAD])
def test_paths(
    repository: Repository, tmp_path: Path, touched: Touched, monkeypatch: pytest.MonkeyPatch, against: tuple[str, ...]
) -> None:
    other = Repository.create(tmp_path / "other")
    other.commit({"deep/inventory/c.yaml": MEDIA.replace("M-", "L-")})
    other.replace("deep/inventory/c.yaml", "L-1,", "L-3,")
    (tmp_path / "link").symlink_to(repository.folder / "inventory")
    (tmp_path / "link.yaml").symlink_to(repository.folder / FILE)
    edit(repository)
    folders = {".": "inventory", "inventory": ".", "..": "city"}
    for folder, path in folders.items():
        monkeypatch.chdir(repository.folder / folder)
        assert touched(path, *against) == ["M-1"]
    monkeypatch.chdir(repository.folder)
    for paths in ([FILE], [FILE, "inventory/b.yaml"], ["inventory", FILE], [FILE, "inventory", "."], ["../link"]):
        assert touched(*paths, *against) == ["M-1"], paths
    assert touched("../link.yaml", *against) == ["M-1"]
    assert touched("inventory/b.yaml", *against) == []
    assert touched("inventory", other.folder, *against) == ["L-3", "M-1"]
    monkeypatch.chdir(other.folder / "deep")
    assert touched(*against) == ["L-3"]
    repository.git("worktree", "add", "--quiet", "../tree")
    assert touched("../../tree/inventory", *against) == []
    (tmp_path / "tree" / FILE).write_text(MEDIA.replace("M-2,", "M-4,"), encoding="utf-8")
    assert touched("../../tree/inventory", *against) == ["M-4"]


def test_links(repository: Repository, touched: Touched) -> None:
    """They are followed, as far as git knows where they lead."""
    inventory = repository.folder / "inventory"
    repository.write({"masters/b.yaml": MEDIA.replace("M-", "L-"), "master.yaml": MEDIA.replace("M-", "K-")})
    links = {"0.yaml": "b.yaml", "c.yaml": "../master.yaml", "d": "../masters", "e.txt": "../master.yaml", "f": "d"}
    for name, target in (links | {"g.yaml": "g.yaml", "h": ".."}).items():
        (inventory / name).symlink_to(target)
    repository.commit()
    assert touched(*HEAD) == touched(*INDEX) == []
    repository.replace("inventory/b.yaml", "N-2", "N-3")
    repository.replace("masters/b.yaml", "L-2", "L-3")
    assert touched(*HEAD) == touched(*INDEX) == ["L-3", "N-3"]
    (inventory / "d").unlink()
    (inventory / "c.yaml").unlink()
    (inventory / "c.yaml").symlink_to("../masters/b.yaml")
    assert touched(*HEAD) == ["L-3", "N-3"]
    (inventory / "i.yaml").symlink_to(repository.folder.parent / "outside.yaml")
    repository.write({"../outside.yaml": MEDIA.replace("M-", "H-")})
    repository.commit()
    assert touched(*HEAD) == ["H-1", "H-2"]


def _switched(city: Repository) -> tuple[str, ...]:
    city.commit({"v1/a.yaml": MEDIA, "v2/a.yaml": MEDIA.replace(*EDITED)})
    (city.folder / "now").symlink_to("v1")
    city.commit()
    (city.folder / "now").unlink()
    (city.folder / "now").symlink_to("v2")
    return ("now",)


def _switched_above(city: Repository) -> tuple[str, ...]:
    city.commit({"v1/inv/a.yaml": MEDIA, "v2/inv/a.yaml": MEDIA.replace(*EDITED)})
    _switched(city)
    return ("now/inv",)


def _switched_by_a_link_outside(city: Repository) -> tuple[str, ...]:
    _switched(city)
    (city.folder.parent / "outer").symlink_to(city.folder / "now")
    return ("../outer",)


def _behind_another_link(city: Repository) -> tuple[str, ...]:
    city.write({"v1/inv/a.yaml": MEDIA.replace("M-", "K-")})
    (city.folder / "now").symlink_to("v1")
    (city.folder / "inventory/x").symlink_to("../now/inv")
    city.commit()
    (city.folder / "v1/inv/a.yaml").unlink()
    return ("inventory",)


def _was_a_link(city: Repository) -> tuple[str, ...]:
    city.write({"v1/inv/a.yaml": MEDIA.replace("M-", "K-")})
    (city.folder / "now").symlink_to("v1")
    city.commit()
    (city.folder / "now").unlink()
    city.write({"now/inv/a.yaml": MEDIA.replace("M-", "L-")})
    return ("now/inv",)


def _submodule(city: Repository) -> tuple[str, ...]:
    other = Repository.create(city.folder.parent / "other")
    other.commit({"a.yaml": MEDIA.replace("M-", "K-")})
    city.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other.folder), "inventory/sub")
    city.commit()
    return ("inventory",)


def _waivers(city: Repository) -> tuple[str, ...]:
    city.commit({"w1.yaml": "standard: x\nwaivers: []\n", "w2.yaml": "standard: x\nwaivers: []\n"})
    (city.folder / "w.yaml").symlink_to("w1.yaml")
    return ("inventory", "--waivers", "w.yaml")


def _standard(city: Repository) -> tuple[str, ...]:
    city.commit({"s1.yaml": CHAPTERS.read_text(encoding="utf-8")})
    (city.folder / "s.yaml").symlink_to("s1.yaml")
    return ("inventory", "--standard", "s.yaml")


@pytest.mark.parametrize("against", [INDEX, HEAD])
@pytest.mark.parametrize(
    "arrange",
    [
        *(_switched, _switched_above, _switched_by_a_link_outside, _behind_another_link, _was_a_link),
        *(_submodule, _waivers, _standard),
    ],
)
def test_what_git_cannot_tell_is_refused(
    repository: Repository,
    run: Run,
    arrange: Callable[[Repository], tuple[str, ...]],
    against: tuple[str, ...],
) -> None:
    """A link may have led elsewhere, and a submodule has a history of its own."""
    given = arrange(repository)
    result = run("scan", *SCAN, *given, *against)
    assert result.exit_code == 2
    assert "is a link or a submodule" in result.stderr
    assert not result.stdout


def test_a_link_that_leads_elsewhere_touches_what_named_the_entries(repository: Repository, touched: Touched) -> None:
    systems = "department: 市民課\nsystems: [{id: juki, network: mynumber}]\n"
    servers = "department: 市民課\nservers: [{id: S-1, system: juki, location: {restricted_entry: false}}]\n"
    (repository.folder / "inventory/c.yaml").symlink_to("../old.yaml")
    repository.commit({"old.yaml": systems, "new.yaml": systems.replace("juki", "zeimu"), FILE: servers})
    (repository.folder / "inventory/c.yaml").unlink()
    assert touched("--standard", "guideline", *HEAD) == ["S-1"]
    (repository.folder / "inventory/c.yaml").symlink_to("../new.yaml")
    assert touched("--standard", "guideline", *HEAD) == ["S-1", "zeimu"]


@pytest.mark.parametrize(
    "name", ["a b.yaml", "見本 1/市民課.yaml", "new\nline.yaml", "-x.yaml", ":(top)x.yaml", "[ab].YML", '"q".yaml']
)
def test_names(repository: Repository, touched: Touched, name: str) -> None:
    repository.empty("inventory")
    repository.commit({f"inventory/{name}": MEDIA, "inventory/a.yaml": MORE, f"{name}/inventory/a.yaml": MEDIA})
    assert touched(*INDEX) == touched(*HEAD) == []
    repository.replace(f"inventory/{name}", *EDITED)
    assert touched(*INDEX) == touched(*HEAD) == ["M-1"]
    assert touched(f"./inventory/{name}", *HEAD) == touched(f"./inventory/{name}", *INDEX) == ["M-1"]
    assert touched(f"./{name}", *INDEX) == touched(f"./{name}", *HEAD) == []


def test_a_merge_is_judged_against_our_side(repository: Repository, touched: Touched) -> None:
    repository.git("checkout", "--quiet", "-b", "theirs")
    theirs = MEDIA.replace("M-1,", "M-3,")
    repository.commit({FILE: theirs, "inventory/b.yaml": MORE + "# theirs\n"})
    repository.git("checkout", "--quiet", "-")
    repository.git("rm", "--quiet", "inventory/b.yaml")
    repository.commit({FILE: MEDIA.replace("M-1,", "M-4,")})
    assert "CONFLICT" in repository.git("merge", "theirs", check=False)
    assert touched(*INDEX) == ["N-1", "N-2"]
    repository.write({FILE: theirs})
    assert touched(*INDEX) == touched(*HEAD) == ["M-3", "N-1", "N-2"]


HOOK = """\
#!/bin/sh
cd {folder} || exit 1
for against in --changed --against=HEAD; do
  {scan} {path} $against > {out}$against 2>&1
  echo $? > {out}$against.code
done
"""


def commits(
    repository: Repository, out: Path, *command: str, folder: str = ".", cd: str = "."
) -> list[list[str] | str]:
    """What a hook judges that looks at the index and at the revision, before this commit."""
    scan = " ".join(shlex.quote(str(part)) for part in (sys.executable, "-m", "policycheck.cli", "scan", *SCAN))
    path = "." if cd == "inventory" else "inventory"
    hook = repository.folder / repository.git("rev-parse", "--git-common-dir").strip() / "hooks" / "pre-commit"
    hook.write_text(HOOK.format(folder=cd, scan=scan, path=path, out=out / "out"), encoding="utf-8")
    hook.chmod(0o755)
    repository.git(*command, folder=folder)
    found: list[list[str] | str] = []
    for against in ("--changed", "--against=HEAD"):
        text = (out / f"out{against}").read_text(encoding="utf-8")
        code = (out / f"out{against}.code").read_text(encoding="utf-8").strip()
        found.append(text if code == "2" else ids(text))
    return found


def test_in_a_hook(repository: Repository, tmp_path: Path) -> None:
    stage(repository)
    repository.replace("inventory/b.yaml", "N-2", "N-3")
    assert commits(repository, tmp_path, "commit", "-m", "staged") == [["N-3"], ["M-1", "N-3"]]
    repository.replace(FILE, "M-2", "M-3")
    assert commits(repository, tmp_path, "commit", "-m", "file", FILE) == [["N-3"], ["M-3", "N-3"]]
    assert commits(repository, tmp_path, "commit", "-am", "all", folder="inventory", cd="inventory") == [[], ["N-3"]]
    stage_and_edit_again = (("M-3", "M-5"), ("N-3", "N-5"))
    repository.replace(FILE, *stage_and_edit_again[0])
    repository.git("add", FILE)
    repository.replace("inventory/b.yaml", *stage_and_edit_again[1])
    assert commits(repository, tmp_path, "commit", "-m", "sub", cd="inventory") == [["N-5"], ["M-5", "N-5"]]


def test_in_a_hook_that_is_told_where_git_is(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "../tree")
    tree = Repository(tmp_path / "tree")
    stage_and_edit(tree)
    assert commits(tree, tmp_path, "commit", "-m", "tree") == [["N-3"], ["M-1", "N-3"]]
    stage_and_edit(repository)
    given = ("--git-dir=.git", "--work-tree=.")
    assert commits(repository, tmp_path, *given, "commit", "-m", "told") == [["N-3"], ["M-1", "N-3"]]


def test_before_the_first_commit(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "new")
    repository.write({FILE: MEDIA})
    repository.git("add", "--all")
    repository.write({"inventory/b.yaml": MORE})
    index, head = commits(repository, tmp_path, "commit", "-m", "first")
    assert index == ["N-1", "N-2"]
    assert "git cannot tell the earlier content" in head
    assert "HEAD" in head


def lose(repository: Repository) -> None:
    """The content of a file of HEAD."""
    blob = repository.git("rev-parse", f"HEAD:{FILE}").strip()
    (repository.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    edit(repository)


def cut_off(repository: Repository) -> None:
    """A clone without the history."""
    repository.commit()
    repository.git("clone", "--quiet", "--depth", "1", repository.folder.as_uri(), "../shallow")
    os.chdir("../shallow")


def no_repository(repository: Repository) -> None:
    (repository.folder / ".git").rename(repository.folder / "git")


def nothing(repository: Repository) -> None:
    pass


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        (no_repository, INDEX, "not a git repository"),
        (no_repository, HEAD, "not a git repository"),
        (lambda _: os.environ.update(PATH="/nowhere"), INDEX, "git"),
        (nothing, ("--against", "nosuch"), "nosuch"),
        (nothing, ("--against", "-x"), "-x"),
        (nothing, ("--against=--output=x",), "--output=x"),
        (nothing, ("--against", "HEAD..HEAD"), "HEAD..HEAD"),
        (nothing, ("--against", f"HEAD:{FILE}"), "not a tree object"),
        (nothing, ("--against", ""), "Not a valid object name"),
        (nothing, (*INDEX, "--against", ""), "Not a valid object name"),
        (nothing, (*INDEX, "--baseline", "x.json"), "--baseline"),
        (nothing, (*HEAD, "--measures", "x.yaml"), "--measures"),
        (nothing, (*INDEX, "s3://city/a.yaml"), "s3://city/a.yaml"),
        (nothing, (*INDEX, ".."), "not a git repository"),
        (lose, HEAD, "bad file"),
        (lose, INDEX, "bad file"),
        (cut_off, ("--against", "HEAD~1"), "HEAD~1"),
    ],
)
def test_what_git_cannot_tell(
    repository: Repository,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Repository], None],
    options: tuple[str, ...],
    words: str,
    language: str,
) -> None:
    monkeypatch.setenv("PATH", os.environ["PATH"])
    change(repository)
    result = run("scan", *SCAN, "--lang", language, *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 2, result.stderr
    assert not (repository.folder / "x").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_on_changes_is_no_baseline(repository: Repository, run: Run, language: str) -> None:
    edit(repository)
    report = run("scan", *SCAN, *HEAD)
    repository.write({"report.json": report.stdout})
    result = run("scan", *SCAN, "--lang", language, "--baseline", "report.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "report.json" in result.stderr
    assert "HEAD" in result.stderr
