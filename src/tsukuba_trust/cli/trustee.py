"""``tsukuba-trust trustee``: a trustee's own commands, for a machine without network."""

import json
import secrets
from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.files import read_text, write_new
from tsukuba_trust.cli.group_names import known_group
from tsukuba_trust.settings import Settings
from tsukuba_trust.values import Json

PATH = click.Path(path_type=Path)
GROUP = click.option(
    "--group",
    "group_name",
    required=True,
    callback=lambda _context, _option, name: known_group(name),
    help="of the election, e.g. Ed25519",
)


@click.group("trustee")
def command() -> None:
    """Make a share of the decryption key, and decrypt with it.

    A single trustee runs init. Members of a threshold run join, deal and finish, and hand
    the files named in each step to all others in between.
    """


@command.command()
@GROUP
@click.option("--name", required=True, help="public, as in the election file")
@click.argument("out", type=PATH)
def init(group_name: str, name: str, out: Path) -> None:
    """Make a single trustee's key: OUT.key (secret) and OUT.public.json."""
    from tsukuba_trust.crypto import ceremony, json_text
    from tsukuba_trust.crypto.groups import group
    from tsukuba_trust.crypto.trustees import new_single

    secret, public = new_single(group(group_name), name, secrets.token_bytes)
    write_new(out.with_suffix(".key"), ceremony.key_file(secret), secret=True)
    write_new(out.with_suffix(".public.json"), json_text.write(public))
    click.echo(f"keep secret: {out.with_suffix('.key')}")
    click.echo(f"give to the office: {out.with_suffix('.public.json')}")


@command.command()
@GROUP
@click.option("--number", type=click.IntRange(1), required=True, help="yours, from 1")
@click.option("--members", type=click.IntRange(2), required=True, help="how many there are")
@click.option("--threshold", type=click.IntRange(1), required=True, help="how many must decrypt")
@click.argument("out", type=PATH)
def join(group_name: str, number: int, members: int, threshold: int, out: Path) -> None:
    """Round 1: make OUT.member (secret) and OUT.certificate.json for everybody."""
    from tsukuba_trust.crypto import ceremony, json_text
    from tsukuba_trust.crypto.groups import group

    if number > members or threshold > members:
        raise click.UsageError("number and threshold are at most the number of members")
    secret, public = ceremony.certificate(
        group(group_name), members, threshold, number, secrets.token_bytes
    )
    write_new(out.with_suffix(".member"), ceremony.secret_file(secret), secret=True)
    write_new(out.with_suffix(".certificate.json"), json_text.write(public))
    click.echo(f"keep secret: {out.with_suffix('.member')}")
    click.echo(f"give to all members: {out.with_suffix('.certificate.json')}")


@command.command()
@GROUP
@click.argument("member", type=PATH)
@click.argument("certificates", type=PATH, nargs=-1, required=True)
def deal(group_name: str, member: Path, certificates: tuple[Path, ...]) -> None:
    """Round 2: from MEMBER and all CERTIFICATES in order make the deal file for everybody."""
    from tsukuba_trust.crypto import ceremony
    from tsukuba_trust.crypto.groups import group

    chosen = group(group_name)
    secret = ceremony.read_secret_file(chosen, read_text(member))
    text = ceremony.deal(chosen, secret, read_all(certificates), secrets.token_bytes)
    write_new(member.with_suffix(".deal.json"), text)
    click.echo(f"give to all members: {member.with_suffix('.deal.json')}")


@command.command()
@GROUP
@click.argument("member", type=PATH)
@click.option("--certificate", "certificates", type=PATH, multiple=True, required=True)
@click.option("--deal", "deals", type=PATH, multiple=True, required=True)
def finish(
    group_name: str, member: Path, certificates: tuple[Path, ...], deals: tuple[Path, ...]
) -> None:
    """Round 3: check what was dealt to MEMBER and make its key: .key and .public.json.

    Give all certificates and all deals in the members' order. A dealer whose share does
    not fit is named; then the ceremony must be repeated without her.
    """
    from tsukuba_trust.crypto import ceremony, json_text
    from tsukuba_trust.crypto.groups import group

    chosen = group(group_name)
    secret = ceremony.read_secret_file(chosen, read_text(member))
    dealt = [read_text(path) for path in deals]
    key, public = ceremony.finish(
        chosen, secret, read_all(certificates), dealt, secrets.token_bytes
    )
    write_new(member.with_suffix(".key"), ceremony.key_file(key), secret=True)
    write_new(member.with_suffix(".public.json"), json_text.write(public))
    click.echo(f"keep secret: {member.with_suffix('.key')}")
    click.echo(f"give to the office: {member.with_suffix('.public.json')}")


@command.command()
@click.argument("record", type=PATH)
@click.argument("out", type=PATH)
@click.option("--key", type=PATH, required=True, help="your key file")
@click.option("--number", type=click.IntRange(1), required=True, help="yours, from 1")
@click.option("--log-key", metavar="VKEY", help="from the paper notice")
@click.option("--made", type=PATH, help="sign this shuffle of belenios-tool instead")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True)
@with_settings
def shuffle(
    record: Path,
    out: Path,
    key: Path,
    number: int,
    log_key: str | None,
    made: Path | None,
    jobs: int,
    settings: Settings,
) -> None:
    """Verify the RECORD, then mix every list that waits for you into the folder OUT.

    Ballots that are opened one by one are mixed by several trustees before, so that nobody
    can say whose they are. Mix on your own machine, without network: who learns your order,
    and those of all other mixers, learns that.
    """
    from tsukuba_trust.cli.decrypting import mix_tallies
    from tsukuba_trust.crypto.ceremony import read_key_file
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load
    from tsukuba_trust.verify.trustee import open_for_trustee

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    opened = open_for_trustee(record, registry=registry, log_key=log_key, jobs=jobs)
    click.echo(opened.report.to_text(), nl=False)
    secret = read_key_file(opened.fixed.keys.group, read_text(key))
    work = read_text(made).partition("\n")[0] if made is not None else None
    for path in mix_tallies(opened, number, secret, out, work):
        click.echo(f"give to the office: {path}")


@command.command()
@click.argument("record", type=PATH)
@click.argument("out", type=PATH)
@click.option("--key", type=PATH, required=True, help="your key file")
@click.option("--number", type=click.IntRange(1), required=True, help="yours, from 1")
@click.option("--log-key", metavar="VKEY", help="from the paper notice")
@click.option("--rehearsal", type=PATH, help="decrypt this rehearsal instead of the tallies")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True)
@with_settings
def decrypt(
    record: Path,
    out: Path,
    key: Path,
    number: int,
    log_key: str | None,
    rehearsal: Path | None,
    jobs: int,
    settings: Settings,
) -> None:
    """Verify the RECORD, then decrypt your part of every fixed tally into the folder OUT.

    One tally per contest, ever: what was decrypted is remembered beside the key, and
    another tally of the same contest is refused. A rehearsal is no tally.
    """
    from tsukuba_trust.cli.decrypting import Remembered, decrypt_rehearsal, decrypt_tallies
    from tsukuba_trust.crypto.ceremony import read_key_file
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load
    from tsukuba_trust.verify.trustee import open_for_trustee

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    opened = open_for_trustee(
        record,
        registry=registry,
        log_key=log_key,
        before_tally=rehearsal is not None,
        jobs=jobs,
    )
    click.echo(opened.report.to_text(), nl=False)
    secret = read_key_file(opened.fixed.keys.group, read_text(key))
    if rehearsal is not None:
        written = [decrypt_rehearsal(opened, read_text(rehearsal), number, secret, out)]
    else:
        remembered = Remembered(key.with_name(key.name + ".decrypted.json"))
        written = decrypt_tallies(opened, number, secret, remembered, out)
    for path in written:
        click.echo(f"give to the office: {path}")


def read_all(paths: tuple[Path, ...]) -> list[Json]:
    """Read JSON files, in the order given.

    :raises Misconfigured: ``file_not_json``
    """
    return [read_json(path) for path in paths]


def read_json(path: Path) -> Json:
    """Read one JSON file.

    :raises Misconfigured: ``file_not_json``
    """
    from tsukuba_trust.errors import Misconfigured

    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError):
        raise Misconfigured("file_not_json", "no JSON", where=str(path)) from None
