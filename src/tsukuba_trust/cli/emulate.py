"""``tsukuba-trust card emulate``: a test person's card in a virtual reader."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsukuba_trust.cli.demo import HOME, last

if TYPE_CHECKING:
    from tsukuba_trust.testing.emulated_card import EmulatedCard


@click.command("emulate")
@click.option("--person", required=True, help="name in the test authority, such as resident-1")
@click.option(
    "--authority",
    type=click.Path(path_type=Path, file_okay=False),
    help="folder of `authority init`; without it the last demo's",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[=NUMBER]",
    help="what the card does wrong, such as remove_after=7; repeatable; an unknown one lists all",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="of the virtual reader; without it vpcd's own, 35963",
)
def command(person: str, authority: Path | None, faults: tuple[str, ...], port: int | None) -> None:
    """Put a test person's card into pcscd's virtual reader until Ctrl-C takes it out.

    For tests and demonstrations: whoever reaches the virtual reader's port can put a card in,
    so never install it on a counter's machine. Wrong passwords are counted in the authority's
    folder; a blocked card stays blocked.
    """
    from tsukuba_trust.testing.demo import CARDS
    from tsukuba_trust.testing.emulated_card_link import PORT, ReaderLink
    from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN

    card = emulated(authority or last(HOME) / CARDS, person, faults)
    link = ReaderLink(card, port=port or PORT)
    link.insert()
    click.echo(f"{person}'s card is in the virtual reader; Ctrl-C takes it out.")
    click.echo(f"signing password {PASSWORD}, user authentication PIN {PIN}")
    try:
        link.serve()
    except KeyboardInterrupt:
        link.remove()
    click.echo("The card is out.")


def emulated(folder: Path, person: str, faults: tuple[str, ...]) -> "EmulatedCard":
    """Return a test person's card, with its tries beside it.

    :raises Misconfigured: ``authority_unreadable``, ``authority_person``
    :raises Refused: ``fault_unknown``
    """
    from tsukuba_trust.testing.authority_files import read_folder
    from tsukuba_trust.testing.demo_cards import tries_of
    from tsukuba_trust.testing.emulated_card import EmulatedCard
    from tsukuba_trust.testing.emulated_card_faults import read_faults

    wrong = read_faults(faults)
    return EmulatedCard(
        read_folder(folder).card(person), tries=tries_of(folder, person), faults=wrong
    )
