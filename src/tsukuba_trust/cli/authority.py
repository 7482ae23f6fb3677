"""``tsukuba-trust authority``: test people, their cards, and the authorities above them.

For tests and demonstrations only: an installation refuses these authorities unless its settings
allow test authorities by name, and a binding vote never does.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("authority")
def command() -> None:
    """Make test people and the test authority above their cards."""


@command.command()
@click.argument("folder", type=FOLDER)
def init(folder: Path) -> None:
    """Make both test authorities, their lists and responders, and everybody's card in FOLDER.

    FOLDER must be new or empty. Its private keys have mode 0600; keep it out of version control.
    """
    from tsukuba_trust.testing.authority_files import make_folder

    made = make_folder(folder, datetime.now(UTC))
    click.echo(f"my_number_card.anchors = {folder / 'anchors'}")
    for name in made.names:
        card = made.card(name)
        which = "both certificates" if card.sign else "authentication only"
        click.echo(f"{name}: {which}, {card.person.municipality}")


@command.command()
@click.argument("folder", type=FOLDER)
@click.argument("name")
@click.option(
    "--purpose",
    type=click.Choice(["sign", "auth"]),
    default="sign",
    show_default=True,
    help="which of the two certificates",
)
def revoke(folder: Path, name: str, purpose: str) -> None:
    """Revoke a certificate of NAME's card and write new lists of revoked certificates."""
    from tsukuba_trust.testing.authority_files import read_folder

    read_folder(folder).revoke(name, purpose, datetime.now(UTC))
    click.echo(f"{name}: {purpose} revoked")


@command.command()
@click.argument("folder", type=FOLDER)
def renew(folder: Path) -> None:
    """Write both lists of revoked certificates anew, as of now; they last a day."""
    from tsukuba_trust.testing.authority_files import read_folder

    read_folder(folder).write_lists(datetime.now(UTC))
    click.echo("lists written")
