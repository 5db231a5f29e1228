"""Writes a ledger of user IDs as people keep it, in Excel and as CSV in cp932, and the mapping to import it by.

ledger.py FOLDER ROWS [--csv]
"""

import csv
import random
import sys
from itertools import chain
from pathlib import Path

import xlsxwriter

HEADINGS = ["管理番号", "ID名称", "利用者", "所属", "拠点", "状態", "共用", "特権", "最終点検日", "備考"]

MAPPING = """\
output: user-ids.ndjson
tables:
  - kind: user_id
    columns:
      管理番号: id
      ID名称: account
      利用者: holder
      所属: department
      拠点: site
      状態: status
      共用: shared
      特権: privileged
      最終点検日: last_reviewed_on
      備考: note
    skip: [合計*]
"""


def row(number: int, draw: random.Random) -> list[str]:
    day = f"令和{draw.randint(6, 8)}年{draw.randint(1, 12)}月{draw.randint(1, 28)}日"
    return [
        f"ID-{number:07}",
        f"user{number}",
        f"職員{number % 3000}",
        f"所属{number % 40}課",
        f"会館{number % 25}",
        "使用中" if number % 7 else "停止",
        "○" if number % 11 == 0 else "×",
        "○" if number % 50 == 0 else "×",
        day if number % 20 else "未実施",
        "" if number % 9 else "年度末に確認",
    ]


def main(folder: Path, rows: int, *, workbook: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(rows)  # noqa: S311 (a made-up ledger)
    lines = chain([HEADINGS], (row(number, draw) for number in range(rows)))
    with (folder / "ledger.csv").open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows(lines)
    (folder / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    if workbook:
        with xlsxwriter.Workbook(str(folder / "ledger.xlsx")) as book:
            sheet = book.add_worksheet("利用者ID")
            with (folder / "ledger.csv").open(encoding="cp932", newline="") as file:
                for number, line in enumerate(csv.reader(file)):
                    sheet.write_row(number, 0, line)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), workbook="--csv" not in sys.argv)
