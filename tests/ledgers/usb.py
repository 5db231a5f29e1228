"""Registers of USB media and the logs of who took them."""

import datetime
from pathlib import Path

from .writing import Rows, write_book, write_text

REGISTER: Rows = [
    ["記録媒体管理簿（健康局　公害保健担当）"],
    [],
    ["No.", "管理番号", "品名", "機密性", "暗号化機能", "パスワード", "施錠保管", "ウイルスチェック日", "保管場所", "管理者", "備考"],
    [1, "ＵＳＢ－０１", "USBメモリ 8GB（黒）", "機密性３", "有", "有", "○", "未実施", "鍵付きキャビネット", "髙橋　一郎", None],
    [2],
    [3],
    ["合計", "1本"],
    ["※ 機密性３の情報を保存するものは、暗号化機能のあるものに限る。"],
]  # fmt: skip

HANDED_OVER: Rows = [
    ["記録媒体受渡簿（公害保健担当）", None, None, None, None, None],
    ["受渡日", "媒体番号", "相手方", "用途", "返却日", "ウイルスチェック実施日"],
    [datetime.date(2024, 2, 1), "USB-01", "㈱髙﨑情報", "診療報酬データ", datetime.date(2024, 2, 1), "未"],
    ["令和6年2月5日", "ＵＳＢ－０２", "環境保健協会", "認定患者一覧", "令和6年2月6日", "未"],
    ["R6.2.13", "USB-03", "環境保健協会", "帳票", "R6.2.13", "未"],
    ["2024/3/1", "USB-04", "保健センター", "支払データ", "2024/3/4", "未"],
    ["令和６年３月１１日", "USB-05", "保健センター", "支払データ", None, "未"],
    ["R6.3.18", "USB-02", "環境保健協会", "認定患者一覧", "R6.3.19", "未"],
]  # fmt: skip


def osaka(folder: Path) -> list[Path]:
    """The case of the audit of Osaka: five sticks, four of which are in daily use and not in the register."""
    merged = {"管理簿": ["A1:K1"], "受渡簿": ["A1:F1"]}
    return [write_book(folder / "記録媒体.xlsx", {"管理簿": REGISTER, "受渡簿": HANDED_OVER}, merged)]


def as_text(folder: Path) -> list[Path]:
    register = [
        ["登録番号", "所属", "媒体名", "暗号化", "パスワード設定", "ウイルスチェック日", "最終使用日", "施錠管理", "状態", "備考"],
        ["Ｕ－１", "健康増進課", "①黒", "○", "○", "令和8年11月2日", "令和8年10月30日", "○", "", "㈱髙島屋から購入"],
        ["Ｕ－２", "税務課", "②白", "有", "不明", "2026.11", "使用実績なし", "済", "", ""],
        ["Ｕ－３", "税務課", "③赤", "有", "有", "", "", "済", "廃棄済み", "裁断"],
    ]  # fmt: skip
    log = [
        ["貸出日", "登録番号", "使用者", "使用目的", "返却日"],
        ["2026/11/05", "U-1", "髙橋", "講座の資料", "2026/11/05"],
        ["2026/11/06", "U-2", "佐藤", "調査票", ""],
    ]
    return [
        write_text(folder / "媒体管理.csv", register, "cp932"),
        write_text(folder / "貸出記録.txt", log, "utf-16", "\t"),
    ]
