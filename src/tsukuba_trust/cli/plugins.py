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
    from importlib.metadata import entry_points

    from rich.console import Console
    from rich.table import Table

    from tsukuba_trust.registry import DEFAULT_PLUGINS, GROUP, REVOCATION, find, load
    from tsukuba_trust.revocation import UNASKED

    names = settings.plugins or DEFAULT_PLUGINS
    registry = load(names, dict(settings.plugin_settings))
    table = Table("kind", "name", "distribution", "version")
    for kind, mapping in (
        ("identity_provider", registry.identity_providers),
        ("ballot_scheme", registry.ballot_schemes),
        ("tally_method", registry.tally_methods),
    ):
        for name in sorted(mapping):
            table.add_row(kind.replace("_", " "), name, *registry.distribution(kind, name))
    chosen = dict(settings.plugin_settings).get("my_number_card.revocation") or UNASKED
    source = find(chosen, REVOCATION)
    if source.dist is not None:
        table.add_row("revocation", chosen, source.dist.name, source.dist.version)
    console = Console()
    console.print(table)
    idle = sorted({point.name for point in entry_points(group=GROUP)} - set(names))
    if idle:
        console.print("installed but switched off: " + ", ".join(idle))
