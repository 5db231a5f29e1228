"""The command line: parses, wires, prints and exits. Nothing heavy is imported before a command needs it."""

import click

from .. import __version__
from .catalogue import controls, explain, standards
from .evidence import evidence
from .init import init
from .inventory import scan, validate
from .measures import measures
from .shell import HELP, Group, lang


@click.group(cls=Group, help=HELP("help.main"), context_settings={"help_option_names": ["-h", "--help"]})
@lang
@click.version_option(__version__, prog_name="policycheck")
def main() -> None:
    pass


for command in (scan, validate, explain, standards, controls, init, measures, evidence):
    main.add_command(command)
