"""The floor of an import: reads every cell of a ledger with openpyxl or with csv, does nothing with it, and prints how many
rows there were.

read_ledger.py FILE
"""

import csv
import sys

if sys.argv[1].endswith(".csv"):
    with open(sys.argv[1], encoding="cp932", newline="") as file:  # noqa: PTH123 (pathlib takes time to import)
        print(sum(1 for _ in csv.reader(file)))
else:
    import openpyxl

    book = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)
    print(sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)))
