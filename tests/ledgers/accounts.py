"""Lists of user IDs, and what a directory exports of its users."""

from pathlib import Path

from .writing import Rows, write_book, write_text

ONE_LIST: Rows = [
    ["利用者ID一覧（施設予約システム）", "", "", "", "", "", "", "", "", "", ""],
    ["施設名", "所管課", "利用者ID", "氏名", "在籍状況", "共用の有無", "特権", "状態", "最終点検日", "パスワード変更日", "備考"],
    ["北区民センター", "市民局", "uketsuke1", "受付共用", "", "○", "×", "有効", "", "一度も変更なし", ""],
    ["北区民センター", "市民局", "ｔ－ｙａｍａｄａ", "山田　太郎", "異動", "×", "×", "有効", "令和5年9月29日", "R5.4.1", "①"],
    ["南区民センター", "市民局", "uketsuke1", "髙橋　花子", "在職", "個人", "一般", "停止", "2026/10/01", "2026/10/01", "㈱はるか（指定管理者）"],
    ["南区民センター", "市民局", "old1", "佐藤", "退職", "×", "×", "削除済", "", "", ""],
    ["合計", "", "4件", "", "", "", "", "", "", "", ""],
]  # fmt: skip

HEADINGS = ["No.", "ID", "利用者名", "在籍", "共用", "管理者権限", "IDの状態", "点検日", "PW変更日"]

DIRECTORY: Rows = [
    ["DistinguishedName", "Enabled", "GivenName", "Name", "ObjectClass", "ObjectGUID", "SamAccountName", "SID", "Surname", "UserPrincipalName", "DisplayName", "Department", "Office", "PasswordLastSet", "LastLogonDate", "Description"],
    ["CN=山田 太郎,OU=職員,DC=aobano,DC=local", "True", "太郎", "山田 太郎", "user", "0b9c5d1e-0000-4000-8000-000000000001", "t-yamada", "S-1-5-21-1-2-3-1101", "山田", "t-yamada@aobano.local", "山田　太郎", "税務課", "本庁舎", "2026/11/20 9:15:00", "2026/11/20 8:31:05", "①"],
    ["CN=髙橋 花子,OU=職員,DC=aobano,DC=local", "False", "花子", "髙橋 花子", "user", "0b9c5d1e-0000-4000-8000-000000000002", "h-takahashi", "S-1-5-21-1-2-3-1102", "髙橋", "h-takahashi@aobano.local", "髙橋　花子", "", "", "2019/04/01 0:05:59", "", ""],
    ["CN=svc-backup,OU=機器,DC=aobano,DC=local", "True", "", "svc-backup", "user", "0b9c5d1e-0000-4000-8000-000000000003", "svc-backup", "S-1-5-21-1-2-3-1103", "", "", "", "", "", "", "", ""],
]  # fmt: skip


def one_list(folder: Path) -> list[Path]:
    return [write_text(folder / "ID一覧.txt", ONE_LIST, "utf-16", "\t")]


def by_site(folder: Path) -> list[Path]:
    def sheet(site: str, *rows: list[object]) -> Rows:
        return [[f"{site}　利用者ID一覧"], [], list(HEADINGS), *rows, ["※ 半年ごとに点検すること"]]

    north = sheet("北", [1, "uketsuke1", "受付", "在籍", "有", "無", "有効", "記録なし", "令和元年5月7日"], [2], [3])
    south = sheet("南", [1, "ｕｋｅｔｓｕｋｅ１", "髙橋　花子", "退職", "無", "無", "有効", "2026/9/29", "2026/9/29"])
    sheets: dict[str, Rows] = {
        "目次": [["施設の一覧"], ["北区民センター"]],
        "北区民センター": north,
        "南区民センター": south,
    }
    return [write_book(folder / "施設別ID.xlsx", sheets)]


def directory(folder: Path, encoding: str = "utf-8-sig") -> list[Path]:
    path = write_text(folder / "ad-users.csv", DIRECTORY, encoding, quoted=True)
    with path.open(encoding=encoding, newline="") as stream:
        rows = stream.read()
    path.write_bytes(f"#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n{rows}".encode(encoding))
    return [path]
