"""What a number format makes of a cell: the number itself, a padded number, a date, or something else than is stored."""

from __future__ import annotations

import datetime
import math
import re
from functools import cache, lru_cache
from typing import NamedTuple

from .cells import Odd, Raw

BUILTIN = {
    27: "ge.m.d",
    28: 'ggge"年"m"月"d"日"',
    29: 'ggge"年"m"月"d"日"',
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"',
    35: 'm"月"d"日"',
    36: "ge.m.d",
    42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
    50: "ge.m.d",
    51: 'ggge"年"m"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'ggge"年"m"月"d"日"',
    55: 'yyyy"年"m"月"',
    56: 'm"月"d"日"',
    57: "ge.m.d",
    58: 'ggge"年"m"月"d"日"',
}
"""The formats that a Japanese Excel names by number alone, and two that openpyxl has not as Excel does."""

START = {"1900": datetime.datetime(1899, 12, 30), "1904": datetime.datetime(1904, 1, 1)}  # noqa: DTZ001 (as in Excel)
_FIRST = {"1900": 61, "1904": 1}
"""The first number that is surely a day: Excel counts a 29 February 1900 that never was."""
_DAY = 86_400_000

_TOKEN = re.compile(r'"[^"]*"?|\\.|[_*].|\[[^\]]*\]|[^"\\_*\[]|.', re.DOTALL)
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_HARMLESS = re.compile(
    r"\[(\$[^\]]*|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color *\d+|DBNum\d|.色|色\d+)\]", re.IGNORECASE
)
_GENERAL = re.compile("General|G/標準", re.IGNORECASE)
_SHOWN = re.compile(r"[ ¥\\$€￥+]*([@\x01]|[#?0,]*[#?0](?:\.[#?0]*)?(?:[Ee][+-]0+)?|# ?\?+/[?\d]+)[ ¥\\$€￥]*")
_SHOWN_NEGATIVE = re.compile(r"[ ¥\\$€￥()▲△-]*(\x01|[#?0,]*[#?0](?:\.[#?0]*)?(?:[Ee][+-]0+)?)[ ¥\\$€￥()]*")


class Format(NamedTuple):
    """`date` is what is shown of a day: `day`, `month`, `year`, `time` or `span`; none where numbers are shown. The others
    say of a number of each sign to how many digits it is padded (1: not at all; 0: something else is shown), and whether a
    text is shown as it is."""

    code: str
    date: str | None
    positive: int
    negative: int
    zero: int
    text: bool

    @property
    def plain(self) -> bool:
        """Whether every number stands for itself."""
        return not self.date and self.positive == self.negative == self.zero == 1


@cache
def format_of(code: str) -> Format:
    """What a number format shows."""
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(_GENERAL.sub("\x01", code)):
        if token == ";":
            sections.append([])
        elif not _HARMLESS.fullmatch(token) and token[0] not in "_*":
            sections[-1].append(token)
    written = ["".join(token if len(token) == 1 else _literal(token) for token in section) for section in sections]
    letters = re.sub("e[+-]|am/pm|a/p", "", "".join(token for token in sections[0] if len(token) == 1).lower())
    date = _shown_of_day(letters, sections[0])
    positive = _digits(_SHOWN, written[0])
    negative = _digits(_SHOWN_NEGATIVE, written[1]) if len(written) > 1 and "@" not in written[1] else positive
    zero = _digits(_SHOWN, written[2]) if len(written) > 2 and "@" not in written[2] else positive
    texts = written[3] if len(written) > 3 else next((section for section in written if "@" in section), "@")
    return Format(code, date, positive, negative, zero, texts.strip() == "@")


def value_of(number: float, form: Format, epoch: str) -> Raw:
    """What a number in a cell is, of whole days since the epoch `1900` or `1904` where it is a date."""
    if form.date:
        return _moment(number, form, epoch)
    digits = form.positive if number > 0 else form.negative if number else form.zero
    if digits == 1:
        return number
    if digits and number >= 0 and number == int(number):
        return f"{int(number):0{digits}}"
    return Odd("cell_format", f"{number} [{form.code}]")


def _literal(token: str) -> str:
    """A text in a format, with what is more than a sign or a currency made unlike any placeholder."""
    text = token[1:] if token.startswith("\\") else token.strip('"')
    return re.sub(r"[^ ¥\\$€￥()▲△-]", "\0", text)


def _shown_of_day(letters: str, section: list[str]) -> str | None:
    if any(_SPAN.fullmatch(token) for token in section):
        return "span"
    if "d" in letters or "aaa" in letters:
        return "day"
    if re.search("[ygeb]", letters):
        return "month" if "m" in letters else "year"
    return "time" if re.search("[hms]", letters) else None


def _digits(shown: re.Pattern[str], section: str) -> int:
    found = shown.fullmatch(section)
    if not found:
        return 0
    core = found[1]
    zeros = re.split("[.eE]", core)[0].count("0")
    if core.endswith(",") or (zeros > 1 and core.strip("0")):
        return 0
    return max(zeros, 1) if section == core or zeros < 2 else 0


@lru_cache(1 << 16)
def _moment(number: float, form: Format, epoch: str) -> Raw:
    try:
        if form.date == "span":
            return datetime.timedelta(milliseconds=round(number * _DAY))
        moment = START[epoch] + datetime.timedelta(milliseconds=round(number * _DAY))
    except (OverflowError, ValueError):
        return Odd("cell_format", f"{number} [{form.code}]")
    if form.date == "time" and 0 <= number < 1:
        return moment.time()
    if math.floor(number) < _FIRST[epoch]:
        return Odd("cell_format", f"{number} [{form.code}]")
    if form.date == "month":
        return f"{moment.year}年{moment.month}月"
    if form.date == "year":
        return f"{moment.year}{'年度' if '年度' in form.code else '年'}"
    return moment
