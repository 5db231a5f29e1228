"""User IDs of the same name: which are certainly the same, which may be, and which are not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
SURE = {"system": "yoyaku", "site": "A", "account": "sato", "status": "active"}


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Callable[..., list[str]]:
    """The statuses of the control, in the order of the user IDs."""

    def judge(*changes: dict[str, str | None]) -> list[str]:
        entries = [
            {name: value for name, value in (SURE | change).items() if value is not None} | {"id": f"U-{number}"}
            for number, change in enumerate(changes)
        ]
        path = tmp_path / "ids.json"
        path.write_text(json.dumps({"department": "市民課", "user_ids": entries}), encoding="utf-8")
        report = json.loads(run("scan", path, "--all", "--format", "json").stdout)
        return [result["status"] for result in report["results"] if result["control"] == "technical/user_id_unique"]

    return judge


@pytest.mark.parametrize(
    ("changes", "statuses"),
    [
        (({}, {}), ["fail", "fail"]),
        (({}, {"account": "ＳＡＴＯ"}), ["fail", "fail"]),
        (({}, {"site": "Ａ"}), ["fail", "fail"]),
        (({}, {"site": "B"}), ["pass", "pass"]),
        (({}, {"account": "suzuki"}), ["pass", "pass"]),
        (({}, {"system": "YOYAKU"}), ["pass", "pass"]),
        (({}, {"status": "disabled"}), ["pass", "not_applicable"]),
        (({"site": None}, {"site": None}), ["fail", "fail"]),
        (({}, {"site": None}), ["unknown", "unknown"]),
        (({}, {"status": None}), ["unknown", "unknown"]),
        (({}, {"status": None, "site": None}), ["unknown", "unknown"]),
        (({}, {"status": None, "site": "B"}), ["pass", "unknown"]),
        (({}, {"account": None}), ["pass", "unknown"]),
        (({}, {}, {"site": None}), ["fail", "fail", "unknown"]),
        (({}, {"site": "B"}, {"site": None}), ["unknown", "unknown", "unknown"]),
    ],
)
def test_ids_of_one_name(
    changes: tuple[dict[str, str | None], ...], statuses: list[str], judged: Callable[..., list[str]]
) -> None:
    assert judged(*changes) == statuses
    assert judged(*reversed(changes)) == statuses[::-1]
