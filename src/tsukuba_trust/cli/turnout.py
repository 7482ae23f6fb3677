"""``tsukuba-trust turnout``: who voted by age band and group, small cells hidden."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings
from tsukuba_trust.values import Json

COLUMNS = ("table", "row", "electors", "voters", "percent", "note")
HIDDEN = "too few people"


@click.command("turnout")
@click.argument("slug")
@click.option("--as", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@click.option("--out", type=click.Path(path_type=Path), help="a new file instead of the screen")
@with_settings
def command(slug: str, form: str, out: Path | None, settings: Settings) -> None:
    """Count who voted on the internet, by age band and by group of the roll.

    Only when every tally is fixed, from the links, never with choices. Rows with few people
    are hidden, and so many others that no sum or difference gives them away; the election
    file says what is few ([publish]). There is one such document per election.
    """
    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, opened

    with opened(settings) as office:
        document = office.services.turnout.document(election(office, slug))
    text = {"text": as_text, "csv": as_csv, "json": as_json}[form](document)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_new(out, text)
        click.echo(f"{document['kind']}, n = {document['n']}: {out}")


def rows(document: Json) -> Iterator[tuple[str, ...]]:
    """Yield the lines of all tables: (table, row, electors, voters, percent, note)."""
    yield "all", "", *_numbers(document["all"]), ""
    if document["kind"] == "sample":
        yield "sample", "", *_numbers(document["counted"]), f"n = {document['n']}"
    for table in document["tables"]:
        for row in table["rows"]:
            if "hidden" in row:
                yield table["name"], row["key"], "", "", "", HIDDEN
            else:
                yield table["name"], row["key"], *_numbers(row), ""
        if "hidden" in table:
            yield table["name"], "", *_numbers(table["hidden"]), "hidden rows together"


def _numbers(row: Json) -> tuple[str, str, str]:
    return str(row["electors"]), str(row["voters"]), row["percent"]


def as_json(document: Json) -> str:
    """Return the document itself."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_csv(document: Json) -> str:
    """Return open data: one line per row, hidden ones without numbers."""
    from tsukuba_trust.elections.open_data import csv_text

    return csv_text([COLUMNS, *rows(document)])


def as_text(document: Json) -> str:
    """Return lines for the screen."""
    lines = [f"{document['log']}: turnout on the internet, {document['kind']}, n = {document['n']}"]
    for table, row, electors, voters, percent, note in rows(document):
        name = f"{table} {row}".strip()
        told = f"{voters} of {electors}, {percent} %" if electors else "–"
        lines.append(f"  {name}: {told}{f' ({note})' if note else ''}")
    return "\n".join(lines) + "\n"
