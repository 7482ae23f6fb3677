"""``tsukuba-trust lot``: ties that wait for a lot, and recording how it was drawn."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings

if TYPE_CHECKING:
    from tsukuba_trust.services.acts import Proposal
    from tsukuba_trust.values import Contest, Tie

PATH = click.Path(path_type=Path)


@click.group("lot")
def command() -> None:
    """Show ties, and record the lots that settle them.

    The program never draws for a public office: officers draw before witnesses, and "enter"
    records it. Where the election file agreed on a public draw (surveys, schools), "draw"
    computes the order from the agreed public value, as everybody can.
    """


@command.command()
@click.argument("slug")
@with_settings
def show(slug: str, settings: Settings) -> None:
    """Show the tie that each contest of SLUG waits for; then the state is lot_needed."""
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        fixed = election(office, slug)
        waiting = office.services.lots.needed(fixed)
        for contest, tie in waiting:
            click.echo("\n".join(lines(contest, tie)))
        if not waiting:
            click.echo("no lot is needed")
        elif fixed.election.lots and fixed.election.lots.beacon:
            click.echo(f"agreed: public draw with this seed: {fixed.election.lots.beacon}")


def lines(contest: "Contest", tie: "Tie") -> list[str]:
    """Say between whom, for what."""
    names = {option.key: option.name.official for option in contest.options}
    told = f"stage {tie.stage}, {tie.kind}, {tie.seats} of {len(tie.candidates)}"
    head = f"lot_needed\t{contest.uuid}\t{contest.title.official}\t{told}"
    return [head, *(f"\t{key}\t{names[key]}" for key in tie.candidates)]


@command.command()
@click.argument("slug")
@click.argument("contest")
@click.argument("out", type=PATH)
@click.option("--order", required=True, help="keys of all who are tied, best first, with commas")
@click.option("--drawn-at", required=True, help="for instance 2026-10-25T23:10+09:00")
@click.option("--place", required=True)
@click.option("--drawn-by", multiple=True, required=True, help="who drew")
@click.option("--witness", multiple=True, required=True, help="who saw it, not who drew")
@with_settings
def enter(
    slug: str,
    contest: str,
    out: Path,
    order: str,
    drawn_at: str,
    place: str,
    drawn_by: tuple[str, ...],
    witness: tuple[str, ...],
    settings: Settings,
) -> None:
    """Write the act that records a lot drawn by hand for CONTEST (a uuid) to OUT."""
    from tsukuba_trust.cli.office import election, now, opened
    from tsukuba_trust.elections.drawn_lots import ByHand

    with opened(settings) as office:
        fixed = election(office, slug)
        how = ByHand(drawn_at, place, drawn_by, witness)
        keys = [key.strip() for key in order.split(",")]
        _hand_out(office.services.lots.propose(fixed, now(), contest, keys, how), out, keys)


@command.command()
@click.argument("slug")
@click.argument("contest")
@click.argument("out", type=PATH)
@click.option("--seed", required=True, help="the public value that was agreed before, exactly")
@click.option("--seen-at", required=True, help="where everybody finds it")
@with_settings
def draw(slug: str, contest: str, out: Path, seed: str, seen_at: str, settings: Settings) -> None:
    """Draw publicly for CONTEST (a uuid) and write the act that records it to OUT."""
    from tsukuba_trust.cli.office import election, now, opened
    from tsukuba_trust.elections.drawn_lots import PublicDraw

    with opened(settings) as office:
        fixed, lots = election(office, slug), office.services.lots
        order = lots.order(fixed, contest, seed)
        made = lots.propose(fixed, now(), contest, order, PublicDraw(seed, seen_at))
        _hand_out(made, out, order)


def _hand_out(proposal: "Proposal", out: Path, order: "list[str] | tuple[str, ...]") -> None:
    from tsukuba_trust.cli.files import write_new

    write_new(out, proposal.to_text())
    click.echo(f"order: {', '.join(order)}")
    click.echo(f"act {proposal.act['number']} lot: have {out} approved, then enact it")
