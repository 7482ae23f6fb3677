"""``tsukuba-trust count``: take a trustee's shuffle or partial decryption."""

from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.words import counted
from tsukuba_trust.errors import Refused
from tsukuba_trust.settings import Settings

LARGEST = 1 << 30  # bytes: a shuffle of 95,574 ballots has 0.42 GB in the slowest group
SHUFFLE = '{"ciphertexts":'  # how a shuffle begins (protocol.md 9)


@click.command("count")
@click.argument("slug")
@click.argument("contest")
@click.argument("trustee", type=click.IntRange(1))
@click.argument("file", type=click.Path(path_type=Path))
@with_settings
def command(slug: str, contest: str, trustee: int, file: Path, settings: Settings) -> None:
    """Check the FILE of TRUSTEE (a number) for CONTEST (a uuid) and post it.

    FILE is what "trustee shuffle" or "trustee decrypt" wrote, or, where ballots are added
    up, the lines that belenios-tool's "election decrypt" prints. When enough trustees have
    decrypted, the result is shown.
    """
    from tsukuba_trust.cli.files import read_text
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        fixed, services = election(office, slug), office.services
        if contest not in fixed.defined["contests"]:
            raise Refused("unknown_contest", f'{contest}; "election show {slug}" names them')
        text = read_text(file, LARGEST)
        if text.startswith(SHUFFLE):
            index = services.mixing.post_shuffle(fixed, contest, trustee, text)
            click.echo(f"shuffle of trustee {trustee} stands at entry {index}")
            missing = services.board.state(fixed.origin).shuffles_missing(contest)
            to_come = f"{counted(missing, 'shuffle')} to come"
            click.echo(to_come if missing else "all shuffles are there")
            return
        index = services.counting.post_decryption(fixed, contest, trustee, text)
        click.echo(f"decryption of trustee {trustee} stands at entry {index}")
        given = services.board.state(fixed.origin).decrypted.get(contest, ())
        needed = fixed.election.trustees.threshold
        if len(given) < needed:
            click.echo(f"{counted(len(given), 'decryption')} so far, {needed} needed")
        else:
            click.echo(services.counting.result_text(fixed, contest))
