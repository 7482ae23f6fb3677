"""``tsukuba-trust card --kiosk``: from a start to SIGTERM or Ctrl+C."""

import signal
import sys

import click

from tsukuba_trust.card.kiosk import Kiosk
from tsukuba_trust.card.kiosk_page import kiosk_address
from tsukuba_trust.card.pcsc import Readers


def run_kiosk(
    address: str, reader: str, program: str, switches: tuple[str, ...], lang: str
) -> None:
    """Own this machine's screen for a vote.

    :raises Misconfigured: before anything is shown
    """
    kiosk = Kiosk(kiosk_address(address), lambda: Readers(reader), program, switches, lang)
    Readers(reader).close()  # says at once what is missing
    signal.signal(signal.SIGTERM, lambda *_words: sys.exit(0))
    click.echo(f"kiosk: {kiosk_address(address)}")
    kiosk.run()
