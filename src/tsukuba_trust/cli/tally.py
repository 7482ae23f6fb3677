"""``tsukuba-trust tally``: count a case from a file."""

import json
from pathlib import Path
from typing import Final

import click

_LIMIT: Final = 64 * 1024 * 1024  # bytes: every ballot of a large city ranks 41 candidates


@click.command("tally")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="the outcome as JSON, in the case's words")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "shift_jis"]),
    default="utf-8",
    help="of FILE; UTF-8 without a byte order mark unless this says otherwise",
)
def command(file: Path, as_json: bool, encoding: str) -> None:
    """Count the election in FILE: candidates, ballots or counts, method and options.

    The form of FILE is described in docs/tallies.md. Nothing is stored. Exit status 0
    also for a tie: it is an outcome, and says between whom a lot must be drawn.
    """
    from tsukuba_trust.cli.case.counting import count_parsed
    from tsukuba_trust.cli.case.located import parse
    from tsukuba_trust.cli.case.passed_over import passed_over
    from tsukuba_trust.cli.case.showing import lines
    from tsukuba_trust.cli.files import read_table_text

    text = read_table_text(file, encoding, _LIMIT)
    if encoding != "utf-8":
        click.echo(f"{file}: read as {encoding}", err=True)
    case = parse(text, str(file))
    outcomes = count_parsed(case)
    for key, place in passed_over(case):
        click.echo(f"note: {place}: {key!r} is nothing that a case has; passed over", err=True)
    if as_json:
        found = [words for _, words in outcomes]
        shown = found if len(found) > 1 else found[0]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for method, words in outcomes:
        for line in lines(method, words):
            click.echo(line)
