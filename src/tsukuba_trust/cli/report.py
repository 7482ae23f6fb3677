"""``tsukuba-trust report``: a verified record as a printable report and open data."""

from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings

PATH = click.Path(path_type=Path)


@click.command("report")
@click.argument("record")
@click.argument("out", type=PATH)
@click.option("--log-key", metavar="VKEY", help="the log's verifier key, from the paper notice")
@click.option("--turnout", type=PATH, help='what "turnout --as json" wrote')
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True)
@with_settings
def command(
    record: str,
    out: Path,
    log_key: str | None,
    turnout: Path | None,
    jobs: int,
    settings: Settings,
) -> None:
    """Verify RECORD (folder, zip or address) and write its report into the new folder OUT.

    report.html is one file in Japanese and English that needs nothing else and prints well;
    results.csv, turnout.csv and report.json are open data. A record that does not verify,
    or is not certified, gets no report.
    """
    from tsukuba_trust.cli.files import read_text
    from tsukuba_trust.cli.reporting.fetching import at_hand
    from tsukuba_trust.cli.reporting.reading import read_report
    from tsukuba_trust.cli.reporting.writing import write_report
    from tsukuba_trust.errors import Misconfigured
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    if out.exists():
        raise Misconfigured("target_exists", "not overwritten", where=str(out))
    told = read_text(turnout) if turnout else None
    with at_hand(record) as path:
        found = read_report(path, registry, log_key, told, jobs)
    files = write_report(found, out)
    click.echo(f"{found.origin}: verified; {', '.join(files)} in {out}")
