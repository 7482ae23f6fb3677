"""``tsukuba-trust purge``: what the end of the retention destroys, and the act that does it."""

from pathlib import Path

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings


@click.command("purge")
@click.argument("slug")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@click.option("--reason", default="", help="for everybody to read")
@with_settings
def command(slug: str, out: Path | None, reason: str, settings: Settings) -> None:
    """Show what is kept about people of election SLUG; with OUT, propose to destroy it.

    Without OUT nothing is written. OUT is an act, approved and enacted like every act; the
    enacting destroys links, evidence, persons and the registrar's keys, on the machine that
    has them. After a crash enact the same file again.
    """
    from tsukuba_trust.cli.files import write_new
    from tsukuba_trust.cli.office import election, now, opened

    with opened(settings) as office:
        fixed, purging = election(office, slug), office.services.purging
        for kind, count in purging.kept(fixed, office.keys).items():
            click.echo(f"kept\t{kind}\t{count}")
        ends = purging.ends(fixed)
        told = ends.isoformat(timespec="minutes") if ends else "not certified yet"
        click.echo(f"until\t{told}")
        if out is not None:
            made = purging.propose(fixed, now(), reason, office.keys)
            write_new(out, made.to_text())
            click.echo(f"act {made.act['number']} purge: have {out} approved, then enact it")
