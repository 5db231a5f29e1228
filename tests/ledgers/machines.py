"""Ledgers of PCs, and what tools know of them."""

import datetime
import json
from pathlib import Path

from .writing import Rows, write_book, write_text

LEDGER: Rows = [
    ["端末管理台帳", None, None, None, None, None, None, None, None, None, None, None],
    ["（令和８年度）"],
    ["No.", "端末番号", "配置所属", "係名", "ネットワーク", "形状", "機密性", "認証方式", "ウイルス対策ソフト", "パターンファイル更新日", "施錠", "個人情報", "状況", "備考"],
    [1, "ＰＣ－００１", "健康増進課", "予防係", "スタンドアロン", "ノート型", "3A", "共有パスワード", "導入済", datetime.date(2026, 10, 1), "○", "有", None, "㈱髙﨑"],
    [2, "PC-002", "税務課", "市民税係", "LGWAN接続系", "デスクトップ", "機密性３Ｂ", "ICカード", "導入済", "自動", "×", "有", None, None],
    [3, "PC-003", "税務課", None, "基幹系", "ノート", 2, "ICカード", "導入済", "自動", "○", "無", None, None],
    [4, "PC-004", "総務課", None, None, "ノート", 2, "ICカード", "導入済", "自動", "○", "無", None, "倉庫"],
    [5, "PC-005", "総務課", None, "住基", "一体型", 2, "ICカード", "導入済", "自動", "○", "無", None, None],
    [6, "PC-006", "健康増進課", "予防係", "未接続", "ノート", "秘", "なし", "未導入", "記録なし", "未", "○", None, None],
    [7, "PC-007", "総務課", None, "スタンドアロン", "ノート", 2, "なし", "未導入", None, None, None, "廃棄済", None],
    [8],
    ["小計", "7台"],
]  # fmt: skip

ASSET_TOOL: Rows = [
    ["コンピューター名", "資産番号", "使用者", "所属部署", "OS", "ウイルス対策ソフト", "リアルタイム保護", "定義ファイル日付", "機器種別", "接続形態", "スクリーンロック", "外部デバイス制御", "EDR", "最終起動日時", "IPアドレス"],
    ["AOBA-0001", "0001", "髙橋　花子", "税務課", "Windows 11 Pro", "ウイルスバスター", "有効", "2026/11/19", "ノートPC", "LGWAN接続系", "有効", "有効", "有効", "2026/11/20 08:31:05", "192.0.2.1"],
    ["AOBA-0002", "0002", "山田　太郎", "総務課", "Windows 11 Pro", "ウイルスバスター", "無効", "2026/11/19", "デスクトップ", "インターネット接続系", "無効", "有効", "停止中", "2026/11/20 08:29:44", "192.0.2.2"],
    ["KENKO-SA1", "0003", "①㈱はるか", "健康増進課", "Windows 10 Enterprise", "ウイルスバスター", "有効", "2026/08/01", "ノートPC", "スタンドアロン", "有効", "", "", "", ""],
    ["AOBA-SV01", "0004", "", "情報政策課", "Windows Server 2022 Standard", "ウイルスバスター", "有効", "2026/11/19", "タワー", "LGWAN接続系", "", "", "", "", "192.0.2.4"],
    ["AOBA-0005", "0005", "", "総務課", "Windows 11 Pro", "", "", "", "シンクライアント", "庁内LAN", "", "-", "", "", ""],
]  # fmt: skip

HOSTS = [
    {"id": 1, "hostname": "AOBA-0001.aobano.local", "computer_name": "AOBA-0001", "display_name": "AOBA-0001", "uuid": "4C4C4544-0001", "platform": "windows", "os_version": "Windows 11 Pro 24H2 10.0.26100.1", "hardware_serial": "5CG0000001", "hardware_model": "HP ProBook 450 G10", "team_id": 3, "team_name": "税務課", "status": "online", "seen_time": "2026-11-20T00:10:00Z", "issues": {"failing_policies_count": 1, "total_issues_count": 1}},
    {"id": 2, "hostname": "aoba-0002", "computer_name": "aoba-0002", "display_name": "aoba-0002", "uuid": "4C4C4544-0002", "platform": "windows", "os_version": "Windows 11 Pro 24H2 10.0.26100.1", "hardware_serial": "5CG0000002", "hardware_model": "HP ProDesk", "team_id": None, "team_name": None, "status": "offline", "seen_time": "2026-11-01T00:10:00Z", "issues": {"failing_policies_count": 0, "total_issues_count": 0}},
    {"id": 3, "hostname": "AOBA-SV01", "computer_name": "AOBA-SV01", "display_name": "AOBA-SV01", "uuid": "4C4C4544-0003", "platform": "windows", "os_version": "Windows Server 2022 Standard 21H2", "hardware_serial": "VM-1", "team_id": None, "team_name": None, "issues": {"failing_policies_count": 0, "total_issues_count": 0}},
    {"id": 4, "hostname": "iPad", "computer_name": "iPad", "display_name": "iPad", "uuid": "00008030", "platform": "ipados", "os_version": "iPadOS 18.1", "hardware_serial": "DMPX0001", "team_id": 3, "team_name": "税務課", "issues": {"failing_policies_count": 0, "total_issues_count": 0}},
]  # fmt: skip

LOOKED_AT = [
    {"antivirus_state": "On", "chassis_types": "Notebook", "computer_name": "KENKO-SA1", "hardware_serial": "5CG0000003", "network": "standalone"},
    {"antivirus_state": "Snoozed", "chassis_types": "Desktop", "computer_name": "KENKO-SA2", "hardware_serial": "5CG0000004", "network": "standalone"},
    {"antivirus_state": "On", "chassis_types": "Laptop", "computer_name": "AOBA-0009", "hardware_serial": "5CG0000009", "network": "lgwan"},
    {"antivirus_state": "", "chassis_types": "Other", "computer_name": "AOBA-0010", "hardware_serial": "5CG0000010", "network": "LAN"},
]  # fmt: skip


def ledger(folder: Path) -> list[Path]:
    return [write_book(folder / "端末管理台帳.xlsx", {"R8": LEDGER}, {"R8": ["A1:N1"]})]


def asset_tool(folder: Path) -> list[Path]:
    return [write_text(folder / "pc一覧.csv", ASSET_TOOL, "cp932", quoted=True)]


def fleet(folder: Path) -> list[Path]:
    path = folder / "fleet.json"
    path.write_text(json.dumps({"hosts": HOSTS}, ensure_ascii=False), encoding="utf-8")
    return [path]


def osquery(folder: Path) -> list[Path]:
    """What osqueryi writes: a list of rows, of which all values are texts, for each PC."""
    paths = [folder / f"PC-{number}.json" for number, _ in enumerate(LOOKED_AT, 1)]
    for path, row in zip(paths, LOOKED_AT, strict=True):
        path.write_text(json.dumps([row], indent=2), encoding="utf-8")
    return paths
