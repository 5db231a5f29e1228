"""Bytes → the encoding of a ledger: stated by its first bytes, or the only one in which all of it can be read."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import BinaryIO, NamedTuple

from ..errors import LedgerError, UsageError

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "cp932": "cp932 (Shift_JIS)",
    "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
}
"""The encodings that can be read, and how they are named to people."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NOT_CP932 = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""What Python makes of bytes that are no character in cp932."""
CHUNK = 1 << 20
"""Bytes that are looked at together. No line of a ledger is that long."""


class Look(NamedTuple):
    """`flaw` is the offset of the first bytes that are no character."""

    flaw: int | None
    empty: bool
    escapes: bool
    formulas: bool


def read_encoding(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name.replace("shift_jis", "cp932")
    except (LookupError, ValueError):
        name = ""
    if name not in ENCODINGS:
        raise UsageError("unknown_encoding", encoding=encoding, known=list(ENCODINGS))
    return name


def codec_of(head: bytes, given: str | None) -> str | None:
    """The encoding that the first bytes state, unless another one is given."""
    stated = next((codec for mark, codec in _MARKS.items() if head.startswith(mark)), None)
    if given is None or (stated or "").startswith(given[:6]):
        return stated or given
    return given


def decide(stream: BinaryIO, file: str, given: str | None) -> tuple[str, Look]:
    """The encoding that fits, and a look at the whole file in it."""
    named = read_encoding(given) if given else None
    if codec := codec_of(stream.read(4), named):
        return codec, _only(stream, file, codec)
    look = _look(stream, file, "utf-8")
    if look.escapes:
        return "iso2022_jp", _only(stream, file, "iso2022_jp")
    if look.flaw is None:
        return "utf-8", look
    japanese = {name: _look(stream, file, name) for name in ("cp932", "euc_jp")}
    fitting = [name for name, look in japanese.items() if look.flaw is None]
    if len(fitting) == 1:
        return fitting[0], japanese[fitting[0]]
    if fitting:
        names = [ENCODINGS[name] for name in fitting]
        raise LedgerError("unsure_encoding", file=file, encodings=names, known=fitting)
    line = _line_at(stream, look.flaw, "utf-8")
    raise LedgerError("unknown_encoding_of_ledger", file=file, line=line, offset=look.flaw, known=list(ENCODINGS))


def _only(stream: BinaryIO, file: str, codec: str) -> Look:
    look = _look(stream, file, codec)
    if look.flaw is not None:
        line = _line_at(stream, look.flaw, codec)
        facts = {"encoding": ENCODINGS[codec], "line": line, "offset": look.flaw, "known": list(ENCODINGS)}
        raise LedgerError("other_encoding", file=file, **facts)
    return look


def _look(stream: BinaryIO, file: str, codec: str) -> Look:
    """What a reading of the whole file in an encoding shows, up to the first bytes that are none of its characters."""
    stream.seek(0)
    wide = codec.startswith("utf-16")
    decoder = codecs.getincrementaldecoder(codec)()
    done, empty, escapes, formulas = 0, True, False, False
    last = b""
    while True:
        chunk = stream.read(CHUNK)
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, not chunk)
        except UnicodeError as error:
            return Look(done - waiting + getattr(error, "start", 0), empty, escapes, formulas)
        if codec == "cp932" and (lost := _NOT_CP932.search(text)):
            return Look(done - waiting + len(text[: lost.start()].encode(codec)), empty, escapes, formulas)
        done += len(chunk)
        if "\0" in text if wide else b"\0" in chunk:
            raise LedgerError("zero_in_ledger", file=file, line=_line_at(stream, done, codec, "\0"))
        if len(chunk) == CHUNK and "\n" not in text and "\r" not in text:
            raise LedgerError("long_line", file=file, line=_line_at(stream, done - CHUNK, codec))
        empty = empty and not text.strip()
        escapes = escapes or b"\x1b" in chunk
        formulas = formulas or wide or b'="' in last + chunk
        last = chunk[-1:]
        if not chunk:
            return Look(None, empty, escapes, formulas)


def _line_at(stream: BinaryIO, offset: int, codec: str, until: str | None = None) -> int:
    """The line at which a byte stands, or before it the first such character."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(codec)("ignore")
    line, left = 1, offset
    with suppress(UnicodeError):  # of UTF-16 that does not say which
        while left > 0:
            chunk = stream.read(min(left, CHUNK))
            left -= len(chunk) or left
            text = decoder.decode(chunk)
            found = text.find(until) if until else -1
            line += text.count("\n", 0, None if found < 0 else found)
            if found >= 0:
                break
    return line
