"""``tsukuba-trust work``: what an installation does by itself."""

import click

from tsukuba_trust.cli.edge import with_settings
from tsukuba_trust.settings import Settings


@click.command("work")
@click.option("--once", is_flag=True, help="one round, then leave")
@click.option("--every", type=click.FloatRange(0.1, 3600), default=5.0, show_default=True)
@with_settings
def command(once: bool, every: float, settings: Settings) -> None:
    """Open and end elections in time, publish heads, deliver and purge; until SIGTERM.

    Runs beside "serve". Nothing depends on it being punctual: the log decides.
    """
    import signal
    import threading
    from datetime import timedelta

    from tsukuba_trust.cli.office import now, opened
    from tsukuba_trust.jobs import work_once

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    told: set[str] = set()
    with opened(settings) as office:
        while not stop.is_set():
            lines = work_once(office.services, now(), timedelta(seconds=settings.drain_s))
            for line in lines:
                if line not in told:  # what fails every round is told once
                    click.echo(line)
            told = set(lines)
            if once:
                return
            stop.wait(every)
