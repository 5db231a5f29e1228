"""The file of measures for `policycheck scan --measures`: made anew, or changed where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import PolicycheckError, UsageError
from .inventory import yaml_text
from .inventory.text import Flaw, decode
from .ledgers.paths import same
from .ledgers.yaml_edit import Section, edit
from .ledgers.yaml_tree import NotEditableError
from .model import Fields, Standard
from .texts import Texts
from .yaml_out import flow, items


def as_yaml(entries: Sequence[Fields], standard: Standard, language: Texts) -> bytes:
    """A new file."""
    measures = f"\n{items(entries, '  ')}" if entries else " []\n"
    return f"# {language('xlsx.comment')}\nstandard: {flow(standard.id)}\nmeasures:{measures}".encode()


def edited(path: Path, entries: Sequence[Fields], standard: Standard) -> bytes:
    """The content of the file when it holds these entries, which begin with its own in their order. What does not change
    stays as it is written, with its comments.

    Raises UsageError for a file of another standard, PolicycheckError where it is written in a way that cannot be changed.
    """
    try:
        content = path.read_bytes()
        value: Any = yaml_text.parse(decode(content)).value
        if value["standard"] != standard.id:
            raise UsageError("measures_of_other_standard", file=path, found=value["standard"], standard=standard.id)
        before = value["measures"] or []
        known = [_kept(old, fields) for old, fields in zip(before, entries, strict=False)]
        changed = {place: fields for place, fields in enumerate(known) if not same(before[place], fields)}
        added = list(entries[len(before) :])
        if not changed and not added:
            return content
        text = edit(decode(content), value, {"measures": Section(changed, added)})
        after: Any = yaml_text.parse(text).value
    except (NotEditableError, Flaw, OSError):
        raise PolicycheckError("not_editable", file=path) from None
    if after["standard"] != standard.id or not same(after["measures"], known + added):
        raise PolicycheckError("not_editable", file=path)
    return text.encode()


def _kept(old: Fields, fields: Fields) -> Fields:
    """The fields, and the white space around their texts, which is lost in a workbook."""
    return {
        name: text if isinstance(text := old.get(name), str) and text.strip() == value else value
        for name, value in fields.items()
    }
