"""The command line: parses, wires, prints and exits. Nothing heavy is imported before a command needs it, and no command
before it is asked for."""

from importlib import import_module

import click

from .. import __version__
from .shell import HELP, Group, lang

_COMMANDS = {
    "scan": "inventory",
    "validate": "inventory",
    "explain": "catalogue",
    "standards": "catalogue",
    "controls": "catalogue",
    "init": "init",
    "import": "ledgers",
    "mappings": "ledgers",
    "export": "export",
    "measures": "measures",
    "evidence": "evidence",
}
"""By name, the module that holds a command: under its name, or with an underscore behind it."""


class _Program(Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        held = vars(import_module(f".{_COMMANDS[cmd_name]}", __name__))
        command: click.Command = held.get(f"{cmd_name}_") or held[cmd_name]
        return command


@click.group(cls=_Program, help=HELP("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@lang
@click.version_option(__version__, prog_name="policycheck")
def main() -> None:
    pass
