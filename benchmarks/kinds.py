"""The resources of a made-up city: for each kind, the fields that a well-kept ledger has, and now and then a flaw."""

import random
from collections.abc import Callable
from typing import Any

MIX = {
    "system": 16,
    "network_model": 4,
    "document": 2,
    "contract": 10,
    "cloud_service": 6,
    "drill": 4,
    "server": 16,
    "file_server": 16,
    "nas_share": 20,
    "standalone_pc": 40,
    "usb_medium": 70,
    "disposed_medium": 16,
    "ledger_entry": 60,
    "data_file": 50,
    "office_pc": 180,
    "user_id": 490,
}
"""Of a block. The first has the records and the answers of the departments too, in the place of its last user IDs."""

MODELS = ["alpha", "alpha_prime", "beta", "beta_prime"]
CLASSES = ["1", "2", "3A", "3B", "3C"]
SITES = [f"{place}{number}" for number in range(1, 11) for place in ("本庁", "支所", "会館", "センター")]

FLAW = 0.024
"""How often a field is such that its control fails."""

GAP = 0.0005
"""How often a resource lacks one of its fields."""

Fields = dict[str, Any]


class Draw(random.Random):
    """The values of one block."""

    def __init__(self, block: int, *, flawed: bool, texts: dict[str, list[str]]) -> None:
        super().__init__(block)
        self.block, self.flawed, self.texts = block, flawed, texts

    def good(self) -> bool:
        return self.random() >= FLAW or not self.flawed

    def gap(self) -> bool:
        return self.random() < GAP and self.flawed

    def yes(self, share: float) -> bool:
        return self.random() < share

    def day(self) -> str:
        return f"2026-11-{self.randint(1, 18):02}" if self.good() else "2024-04-01"

    def one_of(self, kind: str, count: int | None = None) -> str:
        """The id of one of the block's resources of a kind."""
        return f"{kind}-{self.block}-{self.randrange(count or MIX[kind])}"

    def part(self, items: list[str]) -> list[str]:
        """All of them, or all but one."""
        if self.good():
            return items
        gone = self.choice(items)
        return [item for item in items if item != gone]


def system(draw: Draw, number: int) -> Fields:
    sites = draw.sample(SITES, 3)
    parties = ["所属長", "統括情報セキュリティ責任者", "CSIRT", "委託事業者"]
    measures = ["training", "autorun_disabled", "internal_detection", "traffic_inspected"]
    taken = draw.part(measures)
    network = ["mynumber", "lgwan", "internet", "standalone"][number % 4]
    return {
        "name": f"業務システム{number}",
        "network": network,
        "internet_connected": network == "internet",
        "classification": draw.choice(CLASSES),
        "personal_data": draw.yes(0.5),
        "sites": sites,
        "id_register_sites": draw.part(sites),
        "monitored": draw.good(),
        "separated_from_internet": draw.good(),
        "connections_limited": draw.good(),
        "incoming_sanitised": draw.good(),
        "through_security_cloud": draw.good(),
        "removable_media_blocked": draw.good(),
        "authentication": "multi_factor" if draw.good() else "password",
        "ledger_updated_on": draw.day(),
        "ledger_type": "information_system" if draw.good() else None,
        "ledger_owner": "own",
        "data_flow_documented": draw.good(),
        "log_analysed_on": draw.day(),
        "log_analysis": {"prescribed": "情報政策担当", "actual": "情報政策担当" if draw.good() else "委託事業者"},
        "contact_chain": parties,
        "contact_chart": draw.part(parties),
        "reachable_from_outside": draw.yes(0.3),
        "denial_of_service_measures": draw.good(),
        "targeted_attack": {measure: measure in taken for measure in measures},
    }


def network_model(draw: Draw, number: int) -> Fields:
    audited = draw.day()
    return {
        "name": f"三層の構成{number}",
        "model": MODELS[number],
        "audited_on": audited,
        "audit_reported_on": audited if draw.good() else None,
    }


def document(draw: Draw, number: int) -> Fields:
    return {
        "name": f"規程{number}",
        "type": ["security_standard", "procedures"][number],
        "topics": draw.part(draw.texts["topics"]),
        "revised_on": draw.day(),
    }


def contract(draw: Draw, number: int) -> Fields:
    promised = ["稼働率", "障害の復旧時間", "問合せへの回答時間"]
    specified = ["体制", "工程", "セキュリティ対策", "成果物"]
    return {
        "name": f"業務委託{number}",
        "system": draw.one_of("system"),
        "contractor": f"受託者{number}",
        "starts_on": "2026-04-01",
        "sla_items": promised,
        "report_items": draw.part(promised),
        "reported_on": draw.day(),
        "specification_items": specified,
        "work_plan_items": draw.part(specified),
        "work_plan_approved_on": "2026-03-25" if draw.good() else "2026-05-11",
        "subcontractors": [
            {
                "name": f"再委託先{place}",
                "consented_on": "2026-03-25" if draw.good() else None,
                "supervised": draw.good(),
            }
            for place in range(draw.randint(0, 2))
        ],
    }


def cloud_service(draw: Draw, number: int) -> Fields:
    return {
        "name": f"外部サービス{number}",
        "system": draw.one_of("system"),
        "network": "lgwan",
        "network_model": f"network_model-{draw.block}-{MODELS.index('alpha_prime' if draw.good() else 'beta')}",
        "classification": draw.choice(CLASSES),
        "uniform_terms": not draw.good(),
        "direct_connection": draw.yes(0.5),
        "named_service": draw.good(),
    }


def drill(draw: Draw, number: int) -> Fields:
    held = draw.day()
    return {
        "name": f"停電訓練{number}",
        "system": draw.one_of("system"),
        "held_on": held,
        "powered": draw.good(),
        "shutdown": {"method": "auto", "as_planned": draw.good()},
        "startup": {"method": "manual" if draw.yes(0.5) else "auto", "as_planned": draw.good()},
        "manual_steps_documented": draw.good(),
        "usable_on": held if draw.good() else None,
    }


def server(draw: Draw, number: int) -> Fields:
    return {
        "name": f"サーバ{number}",
        "system": draw.one_of("system"),
        "location": {"room": "サーバ室", "lockable": draw.good(), "restricted_entry": draw.good()},
        "fixed": draw.good(),
        "last_maintained_on": draw.day(),
        "failure_procedure": draw.good(),
        "power_failure": {"shutdown": "automatic", "startup": "manual", "emergency_power": draw.good()},
    }


def file_server(draw: Draw, number: int) -> Fields:
    return {
        "name": f"共有フォルダ{number}",
        "system": draw.one_of("system"),
        "network": "mynumber" if draw.yes(0.7) else "lgwan",
        "classified": draw.good(),
        "personal_folders": not draw.good(),
        "obsolete_data": not draw.good(),
        "important_files": draw.yes(0.7),
        "important_files_protected": draw.good(),
        "foreign_data": not draw.good(),
    }


def nas_share(draw: Draw, number: int) -> Fields:
    return {
        "name": f"NAS共有{number}",
        "system": draw.one_of("system"),
        "network": "lgwan",
        "classification": draw.choice(CLASSES),
        "sensitive": draw.yes(0.3),
        "within_dedicated_system": draw.good(),
        "access_restricted": draw.good(),
        "shared": draw.yes(0.9),
        "password_protected": draw.good(),
        "encrypted": False,
    }


def standalone_pc(draw: Draw, number: int) -> Fields:
    return {
        "name": f"専用端末{number}",
        "system": draw.one_of("system"),
        "classification": draw.choice(CLASSES),
        "personal_data": draw.yes(0.5),
        "authentication": "id_password" if draw.good() else "none",
        "access_limited": draw.good(),
        "antivirus": {"resident": draw.good(), "definitions_updated_on": draw.day()},
        "lockable_storage": draw.good(),
        "built_on": "2022-01-15",
        "council_consulted_on": "2021-11-01" if draw.good() else None,
        "data_shared_outside": not draw.good(),
    }


def usb_medium(draw: Draw, number: int) -> Fields:
    return {
        "name": f"USBメモリ{number}",
        "system": draw.one_of("system"),
        "classification": draw.choice(CLASSES),
        "registered": draw.good(),
        "virus_checked_on": draw.day(),
        "last_used_on": "2026-10-05",
        "password_protected": False,
        "encrypted": draw.good(),
        "locked_storage": draw.good(),
        "holds_data": not draw.good(),
    }


def disposed_medium(draw: Draw, number: int) -> Fields:
    method = draw.choice(["secure_erase", "crypto_erase", "sanitise"])
    type = ["hdd", "ssd", "usb", "optical"][number % 4]
    network = draw.choice(["mynumber", "lgwan", "internet"])
    residents = draw.yes(0.3)
    destroyed = type in ("usb", "optical") or (residents and network == "mynumber")
    return {
        "name": f"廃棄媒体{number}",
        "type": type,
        "network": network,
        "classification": draw.choice(CLASSES),
        "residents_data": residents,
        "method": ("physical_destruction" if destroyed else method) if draw.good() else "format",
        "reused": False,
        "disposed_on": "2026-06-10",
    }


def ledger_entry(draw: Draw, number: int) -> Fields:
    return {
        "name": f"情報資産{number}",
        "system": draw.one_of("system"),
        "importance": draw.choice(draw.texts["importance"]) if draw.good() else None,
        "medium": draw.choice(draw.texts["media"]),
        "storage": "鍵付き書庫",
        "disposal": draw.choice(draw.texts["disposals"]) if draw.good() else "適切に処分",
    }


def data_file(draw: Draw, number: int) -> Fields:
    return {
        "name": f"名簿{number}",
        "system": draw.one_of("system"),
        "place": "共有フォルダ",
        "network": "lgwan",
        "classification": draw.choice(CLASSES) if draw.good() else "3",
        "sensitive": draw.yes(0.2),
        "within_dedicated_system": draw.yes(0.3),
        "password_protected": draw.good(),
        "encrypted": False,
        "council_consulted_on": "2023-02-01" if draw.good() else None,
        "sent_by_mail": draw.yes(0.3),
        "handed_outside": draw.yes(0.3),
    }


def office_pc(draw: Draw, number: int) -> Fields:
    network = draw.choice(["lgwan", "lgwan", "internet", "mynumber"])
    model = draw.choice(MODELS)
    if network == "internet" and draw.good():
        model = draw.choice(["beta", "beta_prime"])
    return {
        "name": f"事務用PC{number}",
        "network": network,
        "network_model": f"network_model-{draw.block}-{MODELS.index(model)}",
        "classification": draw.choice(CLASSES),
        "main_terminal": draw.yes(0.8),
        "portable": draw.yes(0.5),
        "locked_storage": draw.good(),
        "locks_unattended": draw.good(),
        "data_on_desktop": not draw.good(),
        "external_storage_restricted": draw.good(),
        "edr": draw.good(),
    }


def user_id(draw: Draw, number: int) -> Fields:
    alone = draw.good()
    return {
        "system": draw.one_of("system"),
        "site": SITES[number % len(SITES)] if alone else SITES[0],
        "account": f"user{number}" if alone else "窓口共用",
        "holder": f"利用者{number}",
        "holder_status": "active" if draw.good() else draw.choice(["moved", "left"]),
        "shared": not draw.good(),
        "privileged": draw.yes(0.05),
        "status": "active" if draw.yes(0.95) else "disabled",
        "last_reviewed_on": draw.day(),
        "password_changed_on": draw.day(),
    }


_MAKERS: tuple[Callable[[Draw, int], Fields], ...] = (
    system,
    network_model,
    document,
    contract,
    cloud_service,
    drill,
    server,
    file_server,
    nas_share,
    standalone_pc,
    usb_medium,
    disposed_medium,
    ledger_entry,
    data_file,
    office_pc,
    user_id,
)
KINDS = {maker.__name__: maker for maker in _MAKERS}
