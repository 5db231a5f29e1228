"""Writing YAML that the reader of inventories takes for what it is. It follows YAML 1.2, PyYAML 1.1."""

from typing import Any

import ryaml
import yaml


class _Dumper(yaml.SafeDumper):
    """Quotes every text that could be taken for something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    try:
        plain_enough = ryaml.loads(text) == text
    except (ryaml.InvalidYamlError, ValueError):
        plain_enough = False
    style = None if plain_enough else '"' if "\n" in text else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(value: object, *, flow: bool = False) -> str:
    """No line is broken. With `flow` all of it is in flow style; without, in block style down to where nothing is nested."""
    settings: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": float("inf")}
    text: str = yaml.dump(value, Dumper=_Dumper, default_flow_style=flow or None, **settings)
    return text
