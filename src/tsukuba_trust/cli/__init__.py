"""The program ``tsukuba-trust``: one edge over the services and the verifier.

Each command imports its room when it runs, so that a trustee's or an auditor's
command loads neither a database library nor a web framework (architecture 3).
"""

import importlib
import warnings

import click

from tsukuba_trust.cli.edge import Program

# Pyramid 2.1 still imports pkg_resources; setup.py holds setuptools where that works.
warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)

# command -> module below tsukuba_trust.cli whose attribute ``command`` it is
COMMANDS = {
    "approve": "approve",
    "authority": "authority",
    "card": "card",
    "check": "check",
    "count": "count",
    "db": "db",
    "demo": "demo",
    "election": "election",
    "lot": "lot",
    "phone": "phone",
    "plugins": "plugins",
    "purge": "purge",
    "record": "record",
    "rehearse": "rehearse",
    "report": "report",
    "roll": "roll",
    "schema": "schema",
    "serve": "serve",
    "sheets": "sheets",
    "tally": "tally",
    "trustee": "trustee",
    "turnout": "turnout",
    "verify": "verify",
    "work": "work",
}


class LazyCommands(Program):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"tsukuba_trust.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tsukuba-trust")
def main() -> None:
    """Hold an internet vote that everybody can check.

    Exit status: 0 done, 1 refused or refuted, 2 the input or the installation is unusable.
    """
