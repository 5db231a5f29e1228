"""An inventory of any size for measurements: NDJSON, every kind, about one judgement in fifty a fail. Same size, same
bytes."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

DEPARTMENTS = ["総務課", "税務課", "市民課", "福祉課", "健康増進課", "教育総務課", "土木課", "水道課"]
CLASSES = ["1", "2", "3", "3A", "3B", "3C"]
SHARES = {"user_id": 60, "usb_medium": 12, "standalone_pc": 8, "server": 6, "nas_share": 6, "data_file": 8}
"""Of a hundred resources that are no systems."""


def write(path: Path, resources: int) -> None:
    """Writes an inventory with this many resources."""
    with path.open("wb") as file:
        for resource in generate(resources):
            file.write(orjson.dumps(resource) + b"\n")


def generate(resources: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(resources)  # noqa: S311 (no secrets here)
    systems = [f"SYS-{number}" for number in range(max(1, resources // 200))]
    for system in systems:
        yield base("system", system, chance) | {
            "network": chance.choice(["mynumber", "lgwan", "internet", "standalone"]),
            "internet_connected": False,
            "sites": ["本庁", "支所"],
            "id_register_sites": ["本庁", "支所"] if good(chance) else ["本庁"],
        }
    kinds, weights = list(SHARES), list(SHARES.values())
    for number in range(resources - len(systems)):
        kind = chance.choices(kinds, weights)[0]
        yield base(kind, f"{kind}-{number}", chance) | FIELDS[kind](chance, number) | {"system": chance.choice(systems)}


def base(kind: str, identity: str, chance: random.Random) -> dict[str, Any]:
    return {"kind": kind, "id": identity, "department": chance.choice(DEPARTMENTS)}


def good(chance: random.Random) -> bool:
    return chance.random() > 0.02


def day(chance: random.Random) -> str:
    return f"2026-{chance.randint(9, 11):02}-{chance.randint(1, 18):02}" if good(chance) else "2024-04-01"


def user_id(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "site": f"拠点{number % 40}",
        "account": f"user{number if good(chance) else number % 50}",
        "holder": f"利用者{number}",
        "holder_status": "active" if good(chance) else chance.choice(["moved", "left"]),
        "shared": not good(chance),
        "privileged": number % 20 == 0,
        "status": "active",
        "last_reviewed_on": day(chance),
        "password_changed_on": day(chance),
    }


def usb_medium(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"USBメモリ{number}",
        "classification": chance.choice(CLASSES),
        "registered": good(chance),
        "virus_checked_on": day(chance),
        "encrypted": good(chance),
        "password_protected": False,
        "locked_storage": good(chance),
    }


def standalone_pc(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"専用端末{number}",
        "classification": chance.choice(CLASSES),
        "personal_data": chance.random() < 0.5,
        "authentication": "id_password" if good(chance) else "none",
        "antivirus": {"resident": good(chance), "definitions_updated_on": day(chance)},
        "lockable_storage": good(chance),
        "built_on": "2022-01-15",
        "council_consulted_on": "2021-11-01" if good(chance) else None,
        "data_shared_outside": not good(chance),
    }


def server(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"サーバ{number}",
        "location": {"room": "サーバ室", "lockable": good(chance), "restricted_entry": good(chance)},
        "fixed": good(chance),
        "last_maintained_on": day(chance),
        "failure_procedure": good(chance),
    }


def nas_share(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"共有{number}",
        "network": "lgwan",
        "classification": chance.choice(CLASSES),
        "sensitive": chance.random() < 0.1,
        "within_dedicated_system": good(chance),
        "access_restricted": good(chance),
        "password_protected": good(chance),
        "encrypted": False,
    }


def data_file(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"名簿{number}",
        "classification": chance.choice(CLASSES),
        "sensitive": chance.random() < 0.1,
        "within_dedicated_system": False,
        "council_consulted_on": "2023-02-01" if good(chance) else None,
        "password_protected": good(chance),
        "encrypted": False,
    }


FIELDS = {
    "user_id": user_id,
    "usb_medium": usb_medium,
    "standalone_pc": standalone_pc,
    "server": server,
    "nas_share": nas_share,
    "data_file": data_file,
}
