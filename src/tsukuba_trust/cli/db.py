"""``tsukuba-trust db``: the databases of an installation."""

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings

STORES = ("board", "roll", "attempts")


@click.group("db")
def command() -> None:
    """Set up and upgrade the databases."""


@command.command()
@with_settings
def upgrade(settings: Settings) -> None:
    """Bring all databases to this program's version; SQLite files are made when absent."""
    from tsukuba_trust.store.migrations import VERSIONS
    from tsukuba_trust.store.migrations import upgrade as upgrade_store

    for store in STORES:
        upgrade_store(settings.url(store), store)
        click.echo(f"{store}: {VERSIONS[store]}")
