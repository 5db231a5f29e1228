"""Ledgers that look like those that cities keep, made for the tests. Each is for a ready mapping."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from . import accounts, machines, systems, usb


class Sample(NamedTuple):
    """A ledger: the mapping that it is for, what writes its files into a folder, and what `import` is told besides."""

    mapping: str
    write: Callable[[Path], list[Path]]
    options: tuple[str, ...] = ()
    exit_code: int = 0
    """4 where values in it cannot be read."""


SAMPLES = {
    "systems in two-line headings, and servers below": Sample(
        "system_ledger", systems.two_lines, ("--department", "情報政策課"), 4
    ),
    "systems in one line, in cp932": Sample("system_ledger", systems.one_line, (), 4),
    "the five USB sticks of Osaka": Sample("usb_register", usb.osaka, ("--department", "健康局")),
    "a register of media as text": Sample("usb_register", usb.as_text, ("--department", "総務課"), 4),
    "user IDs with a column for the facility": Sample("user_ids", accounts.one_list, (), 4),
    "user IDs, a sheet a facility": Sample("user_ids_by_site", accounts.by_site, ("--department", "市民局")),
    "users of a directory": Sample("ad_users", accounts.directory, ("--department", "総務課")),
    "PCs on several networks": Sample("pc_ledger", machines.ledger, (), 4),
    "PCs of an asset tool": Sample("asset_management", machines.asset_tool, (), 4),
    "hosts of Fleet": Sample("fleet", machines.fleet, ("--department", "情報政策課")),
    "PCs that osquery looked at": Sample("osquery", machines.osquery, ("--department", "健康局"), 4),
}
