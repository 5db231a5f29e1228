"""What stands in a cell, whatever kind of file it is in."""

from __future__ import annotations

import datetime
from typing import NamedTuple, TypeAlias


class Odd(NamedTuple):
    """A cell that has no value to be used: an error, a formula without its result, a number that is shown as something
    else. `key` is that of the problem with it."""

    key: str
    shown: str


Moment: TypeAlias = datetime.datetime | datetime.date | datetime.time | datetime.timedelta
Raw: TypeAlias = str | int | float | bool | Moment | list[object] | dict[str, object] | Odd | None
"""What a cell holds as it was read. Of texts nothing is taken away; None is an empty cell."""
