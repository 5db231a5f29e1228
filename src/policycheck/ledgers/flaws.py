"""What is wrong with cells whatever their fields: what was lost in them, or changed by a spreadsheet."""

from __future__ import annotations

import re

from .cells import Raw, Unread
from .words import known_words, shown

_LOST = re.compile("[\ufffd〓\ud800-\udfff]|\\A[\\s?#]*\\Z")
"""What is left where characters could not be written, or a number did not fit its column."""
_ERROR = re.compile(r"\s*#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)\s*")
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
CHANGED = re.compile(
    rf"[0-9](?:\.[0-9]+)?E[-+]?[0-9]{{1,3}}|{MONTH}-[0-9]{{1,4}}|[0-9]{{1,2}}-{MONTH}(?:-[0-9]{{2,4}})?"
    r"|[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|(?:19|20)[0-9]{2}/[0-9]{1,2}(?:/[0-9]{1,2})?"
)
"""What spreadsheets make of such ids as 1234567890123, 3-1 and APR-23, and write into CSV."""
_SUSPECT = re.compile('[^ -"$->@-~一-龠ぁ-んァ-ヶ０-９Ａ-Ｚａ-ｚー－（）・]')
"""Anything but what most texts consist of."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def flaw_of(text: str, word: str) -> Unread | None:
    """What is wrong with a text whatever the field."""
    if word in known_words().ditto:
        return unread("value_ditto", text)
    if not _SUSPECT.search(text):
        return None
    if _ERROR.fullmatch(text):
        return unread("cell_error", text)
    if _LOST.search(text):
        return unread("text_lost", text)
    if control := _CONTROL.search(text):
        return Unread("control_character", {"value": text, "code": f"U+{ord(control[0]):04X}"})
    return None


def unread(key: str, raw: Raw) -> Unread:
    return Unread(key, {"value": shown(raw)})
