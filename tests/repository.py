"""A git repository with an inventory, as a user has one."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

AUTHOR = ("-c", "user.name=tests", "-c", "user.email=tests@policycheck.example", "-c", "core.fsync=none")


@dataclass(frozen=True)
class Repository:
    """Its folder is that of its work tree."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *options: str) -> "Repository":
        folder.mkdir(parents=True, exist_ok=True)
        made = cls(folder)
        made.git("init", "--quiet", *options)
        return made

    def git(self, *command: str, folder: str = ".", check: bool = True, **environment: str) -> str:
        process = subprocess.run(
            ["git", *AUTHOR, *command],
            cwd=self.folder / folder,
            env=clean(os.environ) | environment,
            check=check,
            capture_output=True,
            text=True,
        )
        return process.stdout + process.stderr

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write({name: text.replace(old, new)})

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> None:
        """These files, and everything else that is in the work tree."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "tests")

    def empty(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what git tells its hooks, for the case that one of them runs these tests."""
    own = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
    return own | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def isolate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests know no other repository and no configuration of a user."""
    own = clean(os.environ)
    for name in os.environ.keys() - own.keys():
        monkeypatch.delenv(name)
    for name in own.keys() - os.environ.keys():
        monkeypatch.setenv(name, own[name])
