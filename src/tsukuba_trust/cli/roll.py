"""``tsukuba-trust roll``: the voter roll, and the audit of the registrar."""

import csv
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.cli.words import counted
from tsukuba_trust.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from tsukuba_trust.registry import Registry
    from tsukuba_trust.services.roll import Enrolled
    from tsukuba_trust.values import RollRule

PATH = click.Path(path_type=Path)
ROLL_CODE = "roll-code"


@click.group("roll")
def command() -> None:
    """Import the roll, report on it, fix it, and audit who was registered."""


@command.command("import")
@click.argument("slug")
@click.argument("file", type=PATH)
@click.option("--codes", type=PATH, help="new file for printed codes, one line per elector")
@with_settings
def import_(slug: str, file: Path, codes: Path | None, settings: Settings) -> None:
    """Import the CSV FILE (number, group, name, birth_date, sex, address) for SLUG.

    All of it or nothing; every wrong line is named. With --codes each elector of a group that
    votes on the internet gets a code: only its keyed hash is kept, so print the file, hand it
    out and destroy it.
    """
    from tsukuba_trust.cli.office import election, opened

    data = file.read_bytes()
    with opened(settings) as office:
        fixed = election(office, slug)
        enrolled: dict[str, list[Enrolled]] = {}
        if codes is not None:
            numbers = on_internet(data, fixed.election.roll)
            enrolled = print_codes(office.services.registry, numbers, codes)
        count = office.services.rolls.import_file(fixed, data, enrolled)
        click.echo(f"{counted(count, 'elector')} imported, {counted(len(enrolled), 'code')}")


def on_internet(data: bytes, roll: "RollRule") -> list[str]:
    """Return the numbers of a roll file's electors whose group votes on the internet."""
    from tsukuba_trust.services.admission import INTERNET
    from tsukuba_trust.services.roll_file import read_roll

    channels = dict(roll.groups)
    return [one.number for one in read_roll(data, roll) if channels.get(one.group) == INTERNET]


def print_codes(
    registry: "Registry", numbers: list[str], target: Path
) -> "dict[str, list[Enrolled]]":
    """Write one code per elector to a new secret file and return what the roll keeps.

    :raises Misconfigured: ``file_exists``, ``roll_code_key_missing``
    """
    import io

    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.errors import Misconfigured
    from tsukuba_trust.plugins.identity.roll_code import RollCode, new_code
    from tsukuba_trust.services.roll import Enrolled

    plugin = registry.identity_providers.get(ROLL_CODE)
    if not isinstance(plugin, RollCode):
        raise Misconfigured("provider_not_installed", ROLL_CODE)
    printed = {number: new_code(secrets.token_bytes) for number in numbers}
    kept = {number: plugin.enrol(code) for number, code in printed.items()}
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("number", "code"), *printed.items()])
    write_new(target, text.getvalue(), secret=True)
    return {n: [Enrolled(ROLL_CODE, data["code_mac"], data)] for n, data in kept.items()}


@command.command()
@click.argument("slug")
@with_settings
def report(slug: str, settings: Settings) -> None:
    """Show how many electors stand in which group; nobody's name."""
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        found = office.services.rolls.report(election(office, slug))
        for group, electors in sorted(found.groups.items()):
            click.echo(f"{group}\t{electors}")
        click.echo(f"electors\t{found.electors}\nroot\t{found.root or 'not fixed yet'}")


@command.command()
@click.argument("slug")
@with_settings
def fix(slug: str, settings: Settings) -> None:
    """Close the roll and put its numbers and root on the board."""
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        index = office.services.ceremony.fix_roll(election(office, slug))
        click.echo(f"RollFixed stands at entry {index}")


@command.command()
@click.argument("slug")
@click.argument("target", type=PATH)
@with_settings
def evidence(slug: str, target: Path, settings: Settings) -> None:
    """Write the sealed evidence of SLUG to the new file TARGET, for the auditors."""
    import base64

    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        fixed = election(office, slug)
        with office.services.roll.begin() as tx:
            boxes = [box for _key, box in tx.evidence(fixed.origin)]
    lines = [base64.b64encode(box).decode() + "\n" for box in boxes]
    write_new(target, "".join(lines), secret=True)
    click.echo(f"{len(lines)} pieces of sealed evidence in {target}")


@command.command()
@click.argument("record", type=PATH)
@click.argument("evidence_file", type=PATH)
@click.argument("out", type=PATH)
@click.option("--evidence-key", type=PATH, required=True, help="the auditors' X25519 key file")
@click.option("--auditor", required=True, help="your name, as in the election file")
@click.option("--key", type=PATH, required=True, help="your Ed25519 key file")
@click.option("--log-key", metavar="VKEY", help="from the paper notice")
@with_settings
def audit(
    record: Path,
    evidence_file: Path,
    out: Path,
    evidence_key: Path,
    auditor: str,
    key: Path,
    log_key: str | None,
    settings: Settings,
) -> None:
    """Check every registration of RECORD against its sealed evidence, and sign the finding.

    Offline. The first auditor makes OUT; the second runs the same command, which adds her
    signature when her own finding is the same. Exit status 1 when a registration is faulty.
    """
    import sys

    from tsukuba_trust.cli.auditing import find, sign
    from tsukuba_trust.cli.edge import EXIT_REFUSED
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    found = find(record, evidence_file, evidence_key, registry, log_key)
    for fault in found.report.faults:
        click.echo(f"registration at entry {fault.index}: {fault.reason}")
    sign(found, auditor, key, out)
    click.echo(
        f"{counted(found.report.checked, 'registration')} checked, {found.report.faulty} faulty, "
        f"{counted(found.report.surplus, 'piece')} of evidence without a registration"
    )
    sys.exit(EXIT_REFUSED if found.report.faulty else 0)


@command.command()
@click.argument("slug")
@click.argument("file", type=PATH)
@with_settings
def audited(slug: str, file: Path, settings: Settings) -> None:
    """Put the auditors' signed finding FILE on the board."""
    from tsukuba_trust.cli.auditing import read_finding
    from tsukuba_trust.cli.office import election, opened

    entry, blobs = read_finding(file)
    with opened(settings) as office:
        fixed = election(office, slug)
        index = office.services.counting.post_audit(fixed, entry, blobs)
        click.echo(f"RegistrationAudited stands at entry {index}")


@command.command()
@click.argument("slug")
@click.argument("file", type=PATH)
@click.argument("out", type=PATH)
@with_settings
def strikes(slug: str, file: Path, out: Path, settings: Settings) -> None:
    """Write the strikes of electors who voted on paper to OUT, for "election act … strike".

    FILE has a header line "number" and the number of one elector on each line.
    """
    import csv
    import io

    from tsukuba_trust.cli.acting import read_numbers
    from tsukuba_trust.cli.files import read_text, write_new
    from tsukuba_trust.cli.office import election, opened

    numbers = read_numbers(read_text(file), str(file))
    with opened(settings) as office:
        found = office.services.overrides.strikes(election(office, slug), numbers)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(found.items())
    write_new(out, text.getvalue())
    told = f"{counted(len(numbers), 'elector')} voted on paper, holders among them: {len(found)}"
    click.echo(f"{told}; {out}")


@command.command()
@click.argument("slug")
@click.argument("target", type=PATH)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="who identified from this day on")
@with_settings
def letters(slug: str, target: Path, since: "datetime | None", settings: Settings) -> None:
    """Write to the new file TARGET whom the office tells by letter that a card or code was used.

    Columns: number, name, address, uses, last_day. For elections whose file says
    notices = ["letters"]. Who stands in it identified herself; nobody's vote is known.
    """
    import io

    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, opened
    from tsukuba_trust.services.letters import letters as listed

    with opened(settings) as office:
        day = since.date() if since else None
        found = listed(office.services.roll, election(office, slug), day)
    text = io.StringIO(newline="")
    rows = [(one.number, one.name, one.address, one.uses, one.last_day) for one in found]
    head = ("number", "name", "address", "uses", "last_day")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    write_new(target, text.getvalue(), secret=True)
    click.echo(f"{counted(len(rows), 'letter')} to write; {target}")


@command.command()
@with_settings
def rearrange(settings: Settings) -> None:
    """Write all rows anew in the order of their random keys: directly before every backup.

    Else a dump of PostgreSQL tells who changed last, and both engines keep what was deleted.
    """
    from tsukuba_trust.cli.office import opened

    with opened(settings) as office:
        office.services.roll.rearrange()
        click.echo("the roll tells no order; back it up now")


@command.command("new-key")
@click.argument("target", type=PATH)
def new_key(target: Path) -> None:
    """Make the auditors' X25519 key for sealed evidence, which no server ever holds."""
    from tsukuba_trust.services.keys import new_box_key, public_text, write_key

    key = new_box_key(secrets.token_bytes)
    write_key(target, key)
    click.echo(f"keep secret: {target}\npublic key: {public_text(key)}")
