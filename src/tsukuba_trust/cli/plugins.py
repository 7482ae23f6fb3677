"""``tsukuba-trust plugins``: what is installed, and what is switched on."""

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings


@click.command("plugins")
@with_settings
def command(settings: Settings) -> None:
    """List the plugins that run here, with their distributions.

    Installed is not active: what the settings do not name stays off.
    """
    from rich.console import Console
    from rich.table import Table

    from tsukuba_trust.registry import DEFAULT_PLUGINS, installed, load

    names = settings.plugins or DEFAULT_PLUGINS
    registry = load(names, dict(settings.plugin_settings))
    table = Table("kind", "name", "distribution", "version")
    for kind, mapping in (
        ("identity provider", registry.identity_providers),
        ("ballot scheme", registry.ballot_schemes),
        ("tally method", registry.tally_methods),
    ):
        for name in sorted(mapping):
            table.add_row(kind, name, *registry.distribution(kind, name))
    console = Console()
    console.print(table)
    idle = sorted(set(installed()) - set(names))
    if idle:
        console.print("installed but switched off: " + ", ".join(idle))
