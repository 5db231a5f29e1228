"""The floor: reads every line of an inventory with orjson, does nothing with it, and prints how many there were.

read.py INVENTORY
"""

import gc
import sys

import orjson

gc.disable()  # as `policycheck scan` does
with open(sys.argv[1], "rb") as lines:  # noqa: PTH123 (pathlib takes time to import)
    count = 0
    for line in lines:
        orjson.loads(line)
        count += 1
print(f'{{"lines": {count}}}')
