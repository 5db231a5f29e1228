"""Days as people write them: eras, slashes, dots, serial numbers, fiscal years. What could mean two days is not read."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from typing import Literal, NamedTuple

from ..excel.formats import START
from .cells import Raw, Unread
from .words import shown, stands_for_digit

TOKYO = datetime.timezone(datetime.timedelta(hours=9))

_ERAS = {
    "令和": (datetime.date(2019, 5, 1), datetime.date.max),
    "平成": (datetime.date(1989, 1, 8), datetime.date(2019, 4, 30)),
    "昭和": (datetime.date(1926, 12, 25), datetime.date(1989, 1, 7)),
}
_INITIALS = {"R": "令和", "令": "令和", "H": "平成", "平": "平成", "S": "昭和", "昭": "昭和"}
_YEAR = r"(?:(?P<year>[0-9]{4})|(?P<era>令和|平成|昭和|[令平昭]|[RHS]\.?)(?P<count>[0-9]{1,2}|元))"
_BEHIND = r"""
    (?:\((?P<weekday>[月火水木金土日])(?:曜日?)?(?:・?祝)?\)|(?P<weekday_word>[月火水木金土日])曜日?)?
    (?:付け?)?
    (?:(?P<gap>[ T]|(?<![0-9])|(?=午|[AP]M))
       (?P<half>AM|PM|午前|午後)?
       (?P<hour>[0-9]{1,2})
       (?: :(?P<minute>[0-9]{2})(?: :(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?
         | 時(?:(?P<minute_word>[0-9]{1,2})分(?:(?P<second_word>[0-9]{1,2})秒)?)?)
       (?P<half_behind>AM|PM)?
       (?P<zone>Z|UTC|GMT|JST|[-+][0-9]{2}(?::?[0-9]{2})?)?)?
"""
_DAY = re.compile(
    rf"(?:{_YEAR}[-/.年](?P<month>[0-9]{{1,2}})[-/.月](?P<day>[0-9]{{1,2}})日?"
    r"|(?P<whole>[0-9]{8})"
    rf"|(?P<first>[0-9]{{1,2}})(?P<joint>[-/.])(?P<second_part>[0-9]{{1,2}})(?P=joint)(?P<last>[0-9]{{4}})){_BEHIND}",
    re.VERBOSE,
)
_PERIOD = re.compile(
    rf"{_YEAR}(?:(?P<rest>年?|[-/.年](?P<month>[0-9]{{1,2}})月?)"
    r"|(?P<fiscal>年度)?(?:(?:第(?P<quarter>[1-4一二三四])・?四半期)|第?(?P<of>[1-4])Q|Q(?P<no>[1-4])|(?<=度)))"
)
_SHORT = re.compile(r"['’]?(?:[0-9]{1,2}[-/.月][0-9]{1,2}(?:[-/.月][0-9]{1,2})?[日月]?|[0-9]{1,2}年.*|[0-9]{6})")
_UNCLEAR = re.compile(
    r"[上中下]旬|頃|ころ|ごろ|予定|見込|以[前降後]|前後|約|末|初|まで|から|[~〜?]|未定|不明|確認中|調査中"
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_SHORT_YEAR = re.compile("[1-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_UNIX = re.compile(r"[0-9]{9,10}(?:\.[0-9]+)?")
_WEEKDAYS = "月火水木金土日"
_NUMERALS = str.maketrans("一二三四", "1234")
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "JST": 9}
_DASHES = re.compile("(?<=[0-9元])[‐‑‒–—―−ー](?=[0-9])")
_YEARS = range(1900, 3000)
_SERIAL_YEARS = range(1955, 2100)
"""What a number can mean as a serial one. Others are more likely to be something else."""


class DayOptions(NamedTuple):
    """What a ledger says about its days.

    `epoch` is where the serial numbers of its spreadsheet begin; without it they are not read. Where it is
    not `stated` by the mapping, a number is not read either whose digits may be a year of an era, a month and a day.
    `order` is that of days whose year stands last. `coarse` is the day that a month, a quarter or a year stands for;
    without it they are not read. With `unix`, numbers of nine or ten digits are seconds since 1970.
    """

    epoch: Literal["1900", "1904"] | None = None
    order: Literal["ymd", "mdy", "dmy"] = "ymd"
    coarse: Literal["first", "last"] | None = None
    unix: bool = False
    stated: bool = True


PLAIN = DayOptions()


def read_day(raw: Raw, options: DayOptions = PLAIN) -> str | Unread:
    """The day as YYYY-MM-DD. A time is dropped; one with an offset counts by the day that it is in Asia/Tokyo."""
    if isinstance(raw, datetime.date):
        return _iso(raw, shown(raw))
    if isinstance(raw, str) or (type(raw) in (int, float)):
        text = shown(raw)
        if isinstance(raw, float) and not raw.is_integer():
            return _number(text, options) or _unread("date_unread", text)
        return _text(text, options)
    return _unread("date_unread", shown(raw))


def day_of(value: object) -> datetime.date | None:
    """The day that a cell holds as a date, or as a text in one of the ways in which it is written in Japan."""
    day = read_day(value) if isinstance(value, (str, datetime.date)) else None
    return datetime.date.fromisoformat(day) if isinstance(day, str) else None


def _text(text: str, options: DayOptions) -> str | Unread:
    plain = _normal(text)
    if stands_for_digit(text):
        return _unread("date_unread", text)
    if found := _DAY.fullmatch(plain):
        return _day(found, text, options)
    if found := _PERIOD.fullmatch(plain):
        return _period(found, text, options)
    if day := _number(plain, options):
        return day
    if _SHORT.fullmatch(plain):
        return _unread("date_short_year", text)
    return _unread("date_unclear" if _UNCLEAR.search(plain) else "date_unread", text)


def _normal(text: str) -> str:
    """In one width and case. White space goes, but for what parts two numbers."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().upper()
    return _DASHES.sub("-", re.sub("(?<![0-9]) | (?![0-9])", "", plain))


def _day(found: re.Match[str], text: str, options: DayOptions) -> str | Unread:
    parts = found.groupdict()
    if parts["last"]:
        if options.order == "ymd":
            return _unread("date_order", text)
        month, day = parts["first"], parts["second_part"]
        if options.order == "dmy":
            month, day = day, month
        year = parts["last"]
    else:
        whole = parts["whole"]
        year, month, day = (whole[:4], whole[4:6], whole[6:]) if whole else (None, parts["month"], parts["day"])
    try:
        date = datetime.date(int(year) if year else _year(found), int(month), int(day))
        moment = datetime.datetime.combine(date, _time(parts))
        if zone := parts["zone"]:
            if zone[0] == "-" and parts["gap"] != "T":  # from one time to another, as like as not
                return _unread("date_unread", text)
            moment = moment.replace(tzinfo=_zone(zone))
    except ValueError:
        return _unread("date_impossible", text)
    if found["era"] and not _bounds(found)[0] <= date <= _bounds(found)[1]:
        return _unread("date_era", text, day=date.isoformat())
    weekday = parts["weekday"] or parts["weekday_word"]
    if weekday and weekday != _WEEKDAYS[date.weekday()]:
        return _unread("date_weekday", text, day=date.isoformat())
    return _iso(moment, text)


def _period(found: re.Match[str], text: str, options: DayOptions) -> str | Unread:
    """A month, a year, a fiscal year from April to March, or a quarter of one."""
    quarter = found["quarter"] or found["of"] or found["no"]
    if quarter and not found["fiscal"] and found["year"]:
        return _unread("date_unclear", text)  # of the calendar year, or of the fiscal one
    year, month, length = _year(found), 1, 12
    if found["month"]:
        month, length = int(found["month"]), 1
    elif quarter:
        month, length = 3 * int(quarter.translate(_NUMERALS)) + 1, 3
    elif found["fiscal"]:
        month = 4
    try:
        first, last = _month(year, month)[0], _month(year, month + length - 1)[1]
    except ValueError:
        return _unread("date_impossible", text)
    if first.year not in _YEARS or last.year not in _YEARS or (found["month"] and month > 12):
        return _unread("date_impossible", text)
    if found["era"]:
        begun, ended = _bounds(found)
        if found["rest"] is not None:  # a fiscal year is whole in each of the eras that it touches
            first, last = max(first, begun), min(last, ended)
        if first > last or not begun.year <= year <= ended.year:
            return _unread("date_era", text, day=f"{year}-{month:02}")
    if options.coarse is None:
        return _unread("date_coarse", text, first=first.isoformat(), last=last.isoformat())
    return (first if options.coarse == "first" else last).isoformat()


def _month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    """Its first and last day; the 13th is January of the year behind. Raises ValueError where there is none."""
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    first = datetime.date(year, month, 1)
    return first, first.replace(day=calendar.monthrange(year, month)[1])


def _number(text: str, options: DayOptions) -> str | Unread | None:
    """What a number means that is no date by its digits; None where it means no day."""
    if options.unix and _UNIX.fullmatch(text) and float(text) >= 1e8:
        return datetime.datetime.fromtimestamp(float(text), TOKYO).date().isoformat()
    if not _SERIAL.fullmatch(text):
        return None
    day = (START[options.epoch or "1900"] + datetime.timedelta(float(text))).date()
    if day.year not in _SERIAL_YEARS:
        return None
    sure = options.epoch and (options.stated or not _SHORT_YEAR.fullmatch(text))
    return day.isoformat() if sure else _unread("date_serial", text, day=day.isoformat())


def _bounds(found: re.Match[str]) -> tuple[datetime.date, datetime.date]:
    era = found["era"].rstrip(".")
    return _ERAS[_INITIALS.get(era, era)]


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    count = 1 if found["count"] == "元" else int(found["count"])
    if not count:
        return 0
    return _bounds(found)[0].year - 1 + count


def _time(parts: dict[str, str | None]) -> datetime.time:
    """Raises ValueError where there is no such time."""
    hour = int(parts["hour"] or 0)
    if half := parts["half"] or parts["half_behind"]:
        if hour > 12:
            raise ValueError
        hour = hour % 12 + (12 if half in ("PM", "午後") else 0)
    minute, second = (parts[name] or parts[f"{name}_word"] or 0 for name in ("minute", "second"))
    return datetime.time(hour, int(minute), int(second))


def _zone(zone: str) -> datetime.timezone:
    if zone in _ZONES:
        return datetime.timezone(datetime.timedelta(hours=_ZONES[zone]))
    offset = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].lstrip(":") or 0))
    return datetime.timezone(-offset if zone[0] == "-" else offset)


def _iso(day: datetime.date, text: str) -> str | Unread:
    try:
        if isinstance(day, datetime.datetime):
            day = (day.astimezone(TOKYO) if day.tzinfo else day).date()
    except (OverflowError, ValueError):
        return _unread("date_impossible", text)
    return day.isoformat() if day.year in _YEARS else _unread("date_impossible", text)


def _unread(key: str, value: str, **facts: str) -> Unread:
    return Unread(key, {"value": value, **facts})
