"""``tsukuba-trust sheets``: paper, from a counting place's numbers to an act of the officers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tsukuba_trust.cli.edge import EXIT_REFUSED, with_settings
from tsukuba_trust.settings import Settings

if TYPE_CHECKING:
    from tsukuba_trust.values import Contest, Election

PATH = click.Path(path_type=Path)


@click.group("sheets")
def command() -> None:
    """Check, type, compare, sign and enter the sheets of counting places.

    A file has one line per place. It is signed by an officer, or typed twice by two people
    who do not see each other's numbers. "enter" writes an act, which officers approve.
    """


def _of_election(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--contest", required=True, help="key in the election file"),
        click.option("--election", "file", type=PATH, required=True, help="the election file"),
    ):
        function = option(function)
    return function


def _encoded(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--encoding",
        type=click.Choice(["utf-8", "shift_jis"]),
        default="utf-8",
        show_default=True,
        help="of the CSV files; a line is shown before anything is converted",
    )(function)


def _load(file: Path, key: str) -> "tuple[Election, Contest, int]":
    from tsukuba_trust.cli.sheet_files import contest_of, marks_of
    from tsukuba_trust.elections.definition import load as load_election
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load

    registry = load(DEFAULT_PLUGINS)
    election = load_election(file, registry=registry)
    contest = contest_of(election, key)
    return election, contest, marks_of(registry, contest)


@command.command()
@click.argument("sheets", type=PATH)
@_of_election
@click.option("--doubtful", type=PATH, help="CSV place,number,decision,decided_by")
@_encoded
@click.pass_context
def check(
    context: click.Context,
    sheets: Path,
    file: Path,
    contest: str,
    doubtful: Path | None,
    encoding: str,
) -> None:
    """Check a file of SHEETS: every sum that does not agree, with line and column."""
    from tsukuba_trust.cli.sheet_files import read_sheet_file

    election, of, marks = _load(file, contest)
    found = read_sheet_file(sheets, of, encoding, doubtful)
    differences = found.differences(election, of, marks)
    for line in differences:
        click.echo(line)
    small = [] if differences else found.small(election, of)
    for line in small:
        click.echo(line)
    voters = sum(sheet.protocol.voters for sheet in found.sheets)
    click.echo(f"{len(found.sheets)} places, {voters} voters, {len(differences)} differences")
    click.echo(f"SHA-256 {found.source.sha256}")
    context.exit(EXIT_REFUSED if differences or small else 0)


@command.command("type")
@click.argument("out", type=PATH)
@_of_election
@click.option("--place", multiple=True, required=True, help="repeat for each place")
@click.option("--invalid", multiple=True, help="class of invalid papers that occurs")
@click.option("--group", help="of the roll, where the place belongs to one")
def type_(
    out: Path,
    file: Path,
    contest: str,
    place: tuple[str, ...],
    invalid: tuple[str, ...],
    group: str | None,
) -> None:
    """Type sheets into the new file OUT; a second person types them on another machine."""
    import csv
    import io

    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.elections.sheet_table import LARGEST, NEEDED

    _election, of, _marks = _load(file, contest)
    counts = [*NEEDED[1:], "not_returned", "not_accepted", "marked"]
    counts += [f"invalid:{name}" for name in invalid]
    counts += [f"vote:{option.key}" for option in of.options]
    names = {f"vote:{option.key}": option.name.official for option in of.options}
    rows = [["place", "group", *counts]]
    for one in place:
        click.echo(f"— {one}")
        numbers = [
            click.prompt(names.get(item, item), type=click.IntRange(0, LARGEST)) for item in counts
        ]
        rows.append([one, group or "", *map(str, numbers)])
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_new(out, text.getvalue())
    click.echo(f"{len(place)} places in {out}; show it to nobody who types the same sheets")


@command.command()
@click.argument("first", type=PATH)
@click.argument("second", type=PATH)
@_of_election
@_encoded
@click.pass_context
def compare(
    context: click.Context, first: Path, second: Path, file: Path, contest: str, encoding: str
) -> None:
    """Say where two people typed differently; never what, so that neither copies."""
    from tsukuba_trust.cli.sheet_files import compare as where
    from tsukuba_trust.cli.sheet_files import read_sheet_file

    _election, of, _marks = _load(file, contest)
    found = where(read_sheet_file(first, of, encoding), read_sheet_file(second, of, encoding))
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} differences; each person looks at the paper again")
    context.exit(EXIT_REFUSED if found else 0)


@command.command()
@click.argument("sheets", type=PATH)
@click.argument("out", type=PATH)
@click.option("--log", "origin", required=True, help="the election's log")
@click.option("--contest", required=True, help="uuid of the contest")
@click.option("--doubtful", type=PATH, help="the file with decisions, signed with it")
@click.option("--officer", required=True, help="your name, as in the election file")
@click.option("--key", type=PATH, required=True, help="your private key file")
def sign(
    sheets: Path,
    out: Path,
    origin: str,
    contest: str,
    doubtful: Path | None,
    officer: str,
    key: Path,
) -> None:
    """Sign a file of SHEETS as an officer and write the signature to the new file OUT."""
    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.sheet_files import digest
    from tsukuba_trust.elections.sheet_rules import sign_source
    from tsukuba_trust.elections.sheets import Source
    from tsukuba_trust.services.keys import read_signing_key

    source = Source(digest(sheets), digest(doubtful) if doubtful else "")
    signature = sign_source(origin, contest, source, read_signing_key(key))
    write_new(out, f"{officer}\n{signature}\n")
    click.echo(f"signed: SHA-256 {source.sha256}")


@command.command()
@click.argument("slug")
@click.argument("contest")
@click.argument("sheets", type=PATH)
@click.argument("out", type=PATH)
@click.option("--signature", type=PATH, help='what "sheets sign" wrote')
@click.option("--second", type=PATH, help="the same sheets, typed by somebody else")
@click.option("--typed-by", multiple=True, help="twice: who typed SHEETS, who typed --second")
@click.option("--doubtful", type=PATH, help="CSV place,number,decision,decided_by")
@click.option("--correct", is_flag=True, help="these places stand already and were wrong")
@click.option("--reason", default="", help="for everybody to read")
@_encoded
@with_settings
def enter(
    slug: str,
    contest: str,
    sheets: Path,
    out: Path,
    correct: bool,
    reason: str,
    settings: Settings,
    **given: Any,
) -> None:
    """Propose to enter SHEETS of CONTEST (uuid or key); OUT is the act to be approved."""
    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, now, opened
    from tsukuba_trust.cli.sheet_sources import vouched

    with opened(settings) as office:
        fixed, papers = election(office, slug), office.services.papers
        of = papers.contest(fixed, contest)
        marks = office.services.counting.marks(of)
        file, source = vouched(sheets, fixed, of, **given)
        file.checked(fixed.election, of, marks)
        entered = [(sheet, source) for sheet in file.sheets]
        made = papers.propose(fixed, now(), reason, of, entered, corrects=correct)
        write_new(out, made.to_text())
        click.echo(f"act {made.act['number']} sheets: {len(entered)} places; have {out} approved")


@command.command()
@click.argument("slug")
@with_settings
def show(slug: str, settings: Settings) -> None:
    """Show the places whose sheets stand, and what keeps them from being one result."""
    from tsukuba_trust.cli.office import election, opened
    from tsukuba_trust.elections.sheet_rules import in_words

    with opened(settings) as office:
        fixed, papers = election(office, slug), office.services.papers
        for contest in fixed.election.contests:
            click.echo(f"contest\t{contest.uuid}\t{contest.title.official}")
            for sheet in papers.standing(fixed, contest):
                click.echo(f"place\t{sheet.place}\t{sheet.protocol.voters} voters")
            for one in papers.differences(fixed, contest):
                click.echo(f"differs\t{in_words(one)}")
