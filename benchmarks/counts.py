"""How many verdicts of each status an answer holds. A process of its own: a large one would make the processes that are
measured after it look large, because a process begins as a copy of the one that starts it.

    counts.py report|verdicts|conftest|counts FILE
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

STATUSES = ("pass", "fail", "unknown", "not_applicable")


def of_report(report: Any) -> Mapping[str, int]:
    """Of the controls. What people answered, no other program judges."""
    return {status: sum(control[status] for control in report["controls"]) for status in STATUSES}


def of_verdicts(chunks: Any) -> Mapping[str, int]:
    """Of what `data.policycheck.verdicts` is for each chunk."""
    lists: Iterable[list[Any]] = (verdicts for chunk in chunks for checks in chunk.values() for verdicts in checks)
    return Counter(
        verdict if isinstance(verdict, str) else verdict["status"] for verdicts in lists for verdict in verdicts
    )


def of_conftest(results: Any) -> Mapping[str, int]:
    """Of the entries that conftest.rego makes: the counts of each chunk, and the entries where it makes some."""
    counts: Counter[str] = Counter()
    entries: Counter[str] = Counter()
    for failure in results[0]["failures"]:
        facts = failure["metadata"]
        if "counts" in facts:
            counts.update(facts["counts"])
        else:
            entries[facts["status"]] += 1
    assert all(entries[status] == counts[status] for status in ("fail", "unknown")), (entries, counts)
    return counts


READERS: dict[str, Callable[[Any], Mapping[str, int]]] = {
    "report": of_report,
    "verdicts": of_verdicts,
    "conftest": of_conftest,
    "counts": dict,
}


def main() -> None:
    reader, file = sys.argv[1:]
    found = READERS[reader](orjson.loads(Path(file).read_bytes()))
    print(json.dumps({status: found.get(status, 0) for status in STATUSES}))


if __name__ == "__main__":
    main()
