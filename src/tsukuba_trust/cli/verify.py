"""``tsukuba-trust verify``: the auditor's programme, from a record to numbered findings."""

import sys
from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings


@click.command("verify")
@click.argument("path", required=False)
@click.option("--previous", type=click.Path(path_type=Path), help="an earlier copy of the record")
@click.option("--log-key", metavar="VKEY", help="the log's verifier key, from the paper notice")
@click.option("--for-trustee", is_flag=True, help="check what a trustee must see before decrypting")
@click.option("--json", "as_json", is_flag=True, help="print findings as JSON")
@click.option("--booth", metavar="PLACE", help="compare the booth there with PATH's definition")
@click.option("--opening", type=click.Path(path_type=Path), help="file of a tested ballot")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True)
@with_settings
def command(
    path: str | None,
    previous: Path | None,
    log_key: str | None,
    for_trustee: bool,
    as_json: bool,
    booth: str | None,
    opening: Path | None,
    jobs: int,
    settings: Settings,
) -> None:
    """Check a record (folder or zip) or a bare .bel archive, believing nobody.

    With --booth: compare the booth's files at PLACE (folder of a build, source checkout that
    is built again, or address of a voting host) with what the election at PATH has fixed.

    With --opening: encrypt a tested ballot again and compare. PATH is a record or a log's
    address; without it, the address that the file names.

    Exit status: 0 all checks pass; 1 refuted, naming step, entry and reason;
    2 unusable input, or a question kind that is not installed.
    """
    from tsukuba_trust.registry import DEFAULT_PLUGINS, load
    from tsukuba_trust.verify.record import verify_record

    registry = load(settings.plugins or DEFAULT_PLUGINS, dict(settings.plugin_settings))
    if path is None and opening is None:
        raise click.UsageError("give the record's PATH")
    if booth is not None or opening is not None:
        from tsukuba_trust.cli.honesty import show_booth, show_opening

        if opening is not None:
            show_opening(opening, path, log_key, registry)
        elif booth is not None and path is not None:
            show_booth(booth, path, log_key)
        return
    report = verify_record(
        Path(path or ""),
        registry=registry,
        previous=previous,
        log_key=log_key,
        for_trustee=for_trustee,
        jobs=jobs,
    )
    click.echo(report.to_json() if as_json else report.to_text(), nl=False)
    sys.exit(report.exit_code)
