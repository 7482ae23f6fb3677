"""``tsukuba-trust serve``: the portal and the voting host."""

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import ROLES, Settings


@click.command("serve")
@click.option(
    "--listen",
    multiple=True,
    default=("localhost:6543",),
    show_default=True,
    metavar="HOST:PORT",
    help="may be given several times; a name binds all its addresses",
)
@click.option("--role", type=click.Choice(ROLES), help="what this service answers")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(1, 256), default=8, show_default=True)
@with_settings
def command(
    listen: tuple[str, ...], role: str | None, processes: int, threads: int, settings: Settings
) -> None:
    """Serve both hosts until SIGTERM; what has arrived by then is still answered.

    Put a proxy with TLS before it. Registrar and box may be two services: the paths that
    each answers stand in the operator's guide.
    """
    import logging
    from dataclasses import replace

    from tsukuba_trust.web.server import LOOPBACK, Service, bind

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    chosen = replace(settings, role=role or settings.role)
    sockets = bind(listen)
    internal = bind([f"{LOOPBACK}:{chosen.internal_port}"]) if chosen.internal_port else []
    click.echo(f"portal {chosen.portal_url}\nvoting host {chosen.voting_url}")
    Service(chosen, sockets, internal, processes=processes, threads=threads).run()
