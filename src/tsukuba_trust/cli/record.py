"""``tsukuba-trust record``: the published record as files."""

from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.words import counted
from tsukuba_trust.settings import Settings


@click.group("record")
def command() -> None:
    """Export what everybody may serve, mirror and verify."""


@command.command()
@click.argument("slug")
@click.argument("target", type=click.Path(path_type=Path))
@with_settings
def export(slug: str, target: Path, settings: Settings) -> None:
    """Write the record of election SLUG into the new folder TARGET."""
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        fixed = election(office, slug)
        size = office.services.publishing.export(fixed, target)
        click.echo(f"{counted(size, 'entry', 'entries')} in {target}")
        click.echo(f"log key: {fixed.defined['log_key']}")
