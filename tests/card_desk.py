"""A vote on real sockets, and the way of the card command to it, for its tests."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api_world import Booth, token_of
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import CardRemoved
from tsukuba_trust.web.server import run
from web_world import WebWorld, web_world


@contextmanager
def served(folder: Path, **changes: Any) -> Iterator[WebWorld]:
    """Give a world whose hosts are really there: portal 127.0.0.1, voting host localhost."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        hosts = {"portal_host": f"127.0.0.1:{port}", "voting_host": f"localhost:{port}"}
        world = web_world(folder, settings=hosts, **changes)
        stop = threading.Event()
        thread = threading.Thread(target=run, args=(world.app, [listening], stop), daemon=True)
        thread.start()
        try:
            yield world
        finally:
            stop.set()
            thread.join(timeout=10)
            world.close()


def started(world: WebWorld, locale: str = "ja") -> tuple[Booth, str]:
    """Begin an attempt; give the booth and the address that its page shows."""
    booth = Booth(world)
    return booth, booth.start(locale=locale)["deviceAddress"]


def token_in(address: str) -> str:
    return token_of({"returnAddress": address})


class OneReader:
    """Stands for the readers of a machine; every connection begins with a powered card."""

    def __init__(self, card: EmulatedCard) -> None:
        self.card = card

    def __call__(self, _only: str = "") -> "OneReader":
        return self

    def close(self) -> None:
        self.card.power_off()

    def wait(self) -> str:
        return "reader"

    @contextmanager
    def connect(self, _reader: str) -> Iterator["OneReader"]:
        self.card.insert()
        yield self
        self.card.power_off()

    def transmit(self, apdu: bytes) -> bytes:
        try:
            return self.card.transmit(apdu)
        except CardRemoved:
            raise Refused("card_unreadable", "removed") from None
