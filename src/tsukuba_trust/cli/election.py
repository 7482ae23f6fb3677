"""``tsukuba-trust election``: the office's steps, from proposal to declared result."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.words import counted
from tsukuba_trust.settings import Settings

if TYPE_CHECKING:
    from tsukuba_trust.services.acts import Proposal
    from tsukuba_trust.services.fixed import Fixed
    from tsukuba_trust.services.office import Office

PATH = click.Path(path_type=Path)


@click.group("election")
def command() -> None:
    """Prepare, open, end and count an election.

    In order: propose, define, trustees, (roll import, roll fix), act seal, rehearsal,
    act rehearsed, open, end, (act strike), tally, count, act certify. Every act is
    approved with "tsukuba-trust approve" and then enacted.
    """


@command.command()
@click.argument("file", type=PATH)
@click.argument("out", type=PATH)
@click.option("--officer", multiple=True, metavar="NAME=KEY", help="public key, base64")
@click.option("--auditor", multiple=True, metavar="NAME=KEY", help="public key, base64")
@click.option("--evidence-key", required=True, help="the auditors' X25519 public key, base64")
@with_settings
def propose(
    file: Path,
    out: Path,
    officer: tuple[str, ...],
    auditor: tuple[str, ...],
    evidence_key: str,
    settings: Settings,
) -> None:
    """Draw uuids and keys for the election FILE and write entry 0 to OUT, for review."""
    import secrets

    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import named_values, opened
    from tsukuba_trust.cli.proposed import proposed_text
    from tsukuba_trust.elections.definition import load
    from tsukuba_trust.services import ceremony
    from tsukuba_trust.verify.booth import BUILT
    from tsukuba_trust.verify.builds import keep_build

    with opened(settings) as office:
        election = load(file, registry=office.services.registry)
        origin = ceremony.origin_of(settings.board_host, election)
        log_key, registrar = office.keys.make(origin, secrets.token_bytes)
        keys = ceremony.PublicKeys(
            log=log_key,
            registrar=registrar,
            evidence=evidence_key,
            auditors=named_values(auditor, "--auditor"),
            officers=named_values(officer, "--officer"),
        )
        proposed = ceremony.propose(
            election,
            origin,
            keys,
            registry=office.services.registry,
            randomness=secrets.token_bytes,
            booth=dict(keep_build(settings.builds, BUILT)),
        )
    write_new(out, proposed_text(proposed))
    click.echo(f"log: {origin}\nlog key: {log_key}\nD: {proposed.digest}")
    click.echo(f"read {out}, then: tsukuba-trust election define {out}")


@command.command()
@click.argument("proposed", type=PATH)
@with_settings
def define(proposed: Path, settings: Settings) -> None:
    """Begin the log with the entry 0 that "propose" wrote. From here on it is fixed."""
    from tsukuba_trust.cli.files import read_text
    from tsukuba_trust.cli.office import opened
    from tsukuba_trust.cli.proposed import read_proposed

    with opened(settings) as office:
        fixed = office.services.ceremony.define(read_proposed(read_text(proposed)))
        click.echo(f"{fixed.origin} begins; D: {fixed.digest}")


@command.command()
@click.argument("slug", required=False)
@with_settings
def show(slug: str | None, settings: Settings) -> None:
    """Show all elections, or where election SLUG stands."""
    from tsukuba_trust.cli.decided import decision_lines
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        board = office.services.board
        if slug is None:
            for origin in board.origins():
                state = board.state(origin)
                click.echo(f"{origin}\t{state.phase}\t{counted(state.size, 'entry', 'entries')}")
            if not board.origins():
                click.echo('There are no elections yet; one begins with "election propose".')
            return
        fixed = election(office, slug)
        state = board.state(fixed.origin)
        click.echo(f"log\t{fixed.origin}\nlog key\t{state.log_key}\nD\t{fixed.digest}")
        click.echo(f"phase\t{state.phase}\ncloses\t{state.closes}\nlast act\t{state.acts}")
        for contest in fixed.election.contests:
            done = state.tallied.get(contest.uuid)
            stands = f"{done} tallied" if done is not None else "not tallied"
            click.echo(f"contest\t{contest.uuid}\t{contest.title.official}\t{stands}")
        for line in decision_lines(fixed.election, office.services.registry):
            click.echo(line)


@command.command()
@click.argument("slug")
@click.option("--single", type=PATH, multiple=True, help="NAME.public.json, in the file's order")
@click.option("--certificate", type=PATH, multiple=True, help="of each member, in order")
@click.option("--deal", type=PATH, multiple=True, help="of each member, in order")
@click.option("--member", type=PATH, multiple=True, help=".public.json of each member, in order")
@with_settings
def trustees(
    slug: str,
    single: tuple[Path, ...],
    certificate: tuple[Path, ...],
    deal: tuple[Path, ...],
    member: tuple[Path, ...],
    settings: Settings,
) -> None:
    """Fix the trustees' keys: of single trustees, or of the members of a threshold."""
    from tsukuba_trust.cli.files import read_text
    from tsukuba_trust.cli.office import election, opened
    from tsukuba_trust.cli.trustee import read_all
    from tsukuba_trust.crypto.ceremony import threshold_item
    from tsukuba_trust.crypto.groups import group
    from tsukuba_trust.crypto.trustees import trustees_text

    if bool(single) == bool(member):
        raise click.UsageError("give --single for each trustee, or all files of the ceremony")
    with opened(settings) as office:
        fixed = election(office, slug)
        if single:
            items = [("Single", public) for public in read_all(single)]
        else:
            dealt = [read_text(path) for path in deal]
            chosen = group(fixed.election.group)
            item = threshold_item(chosen, read_all(certificate), dealt, read_all(member))
            items = [("Pedersen", item)]
        fixed = office.services.ceremony.fix_trustees(fixed, trustees_text(items))
        for uuid, record in fixed.records.items():
            click.echo(f"contest {uuid}: fingerprint {record.fingerprint}")


@command.command()
@click.argument("slug")
@click.argument("out", type=PATH)
@click.option("--answer", multiple=True, metavar="NUMBER=FILE", help="of each trustee")
@with_settings
def rehearsal(slug: str, out: Path, answer: tuple[str, ...], settings: Settings) -> None:
    """Write a decryption rehearsal for the trustees to OUT; with --answer, join theirs to it."""
    import secrets

    from tsukuba_trust.cli.files import read_text, replace_text, write_new
    from tsukuba_trust.cli.office import election, named_values, opened
    from tsukuba_trust.services.ceremony import join_rehearsal, rehearsal_file

    with opened(settings) as office:
        fixed = election(office, slug)
        office.services.ceremony.check_sealed(fixed)
        if not answer:
            write_new(out, rehearsal_file(fixed, secrets.token_bytes))
            click.echo(f'give to every trustee: {out}, for "trustee decrypt --rehearsal"')
            return
        given = named_values(answer, "--answer")
        answers = {int(number): read_text(Path(path)) for number, path in given.items()}
        replace_text(out, join_rehearsal(fixed, read_text(out), answers))
        told = f"{counted(len(answers), 'answer')} in {out}"
        click.echo(f"{told}; next: election act {slug} rehearsed")


@command.command()
@click.argument("slug")
@click.argument("name")
@click.argument("out", type=PATH)
@click.option("--reason", default="", help="for everybody to read")
@click.option("--file", type=PATH, help="rehearsed: the joined file; strike: CSV holder,reason")
@click.option("--closes", help="extend, end-early: the new end, with offset")
@click.option("--text", help="correct: what is right instead")
@click.option("--booth", is_flag=True, help="correct: serve this software's booth from now on")
@with_settings
def act(
    slug: str,
    name: str,
    out: Path,
    reason: str,
    file: Path | None,
    closes: str | None,
    text: str | None,
    booth: bool,
    settings: Settings,
) -> None:
    """Propose the act NAME (seal, waiver, rehearsed, suspend, resume, extend, end-early,
    correct, strike, certify) and write it to OUT for the officers' approvals.
    """
    from tsukuba_trust.cli.acting import Given, proposal
    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, opened
    from tsukuba_trust.verify.booth import BUILT
    from tsukuba_trust.verify.builds import keep_build

    with opened(settings) as office:
        files = keep_build(settings.builds, BUILT) if booth else ()
        given = Given(file, closes, text, files)
        made = proposal(office, election(office, slug), name, reason, given)
        write_new(out, made.to_text())
        click.echo(f"act {made.act['number']} {name}: have {out} approved, then enact it")


@command.command()
@click.argument("slug")
@click.argument("proposal", type=PATH, nargs=-1, required=True)
@with_settings
def enact(slug: str, proposal: tuple[Path, ...], settings: Settings) -> None:
    """Put an approved act on the board; several copies with approvals are joined."""
    from tsukuba_trust.cli.office import election, opened, read_proposal

    with opened(settings) as office:
        fixed = election(office, slug)
        joined: Proposal = read_proposal(proposal[0])
        for path in proposal[1:]:
            joined = joined.merged(read_proposal(path))
        index = _enact(office, fixed, joined)
        click.echo(f"act {joined.act['number']} stands at entry {index}")


def _enact(office: "Office", fixed: "Fixed", proposal: "Proposal") -> int:
    from tsukuba_trust.cli.office import now

    if proposal.act["act"] == "purge":
        return office.services.purging.enact(fixed, now(), proposal, office.keys)
    return office.services.acts.enact(fixed, proposal)


@command.command("open")
@click.argument("slug")
@with_settings
def open_(slug: str, settings: Settings) -> None:
    """Open voting, when its time has come and the rehearsal has passed."""
    from tsukuba_trust.cli.office import now

    _step(settings, slug, lambda office, fixed: office.services.ceremony.open(fixed, now()))


@command.command()
@click.argument("slug")
@with_settings
def end(slug: str, settings: Settings) -> None:
    """End voting, when its time is over and admitted requests have been written."""
    from tsukuba_trust.cli.office import now

    _step(settings, slug, lambda office, fixed: office.services.counting.end(fixed, now()))


@command.command()
@click.argument("slug")
@with_settings
def tally(slug: str, settings: Settings) -> None:
    """Fix every contest's encrypted tally. No strike is possible afterwards."""
    _step(settings, slug, lambda office, fixed: office.services.counting.fix_tallies(fixed)[-1])


def _step(settings: Settings, slug: str, step: "Callable[[Office, Fixed], int]") -> None:
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        index = step(office, election(office, slug))
        click.echo(f"stands at entry {index}")
