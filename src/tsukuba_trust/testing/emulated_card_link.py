"""The way of an emulated card into pcscd's virtual reader (vsmartcard's vpcd).

A connection is a card in the reader, and closing it takes the card out. Anyone who reaches
the port can put a card in, so this belongs into a network namespace or a test machine, and
never onto a counter's.

:source: jpki.md 9.2; vsmartcard virtualsmartcard/src/vpcd
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tsukuba_trust.errors import Unavailable
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import CardRemoved

PORT: Final = 35963
PATIENCE_S: Final = 15.0  # pcscd looks for a card some twice a second
UNNOTICED_S: Final = 1.0  # longer than between two looks
MESSAGES_BEFORE_POWER: Final = 5
_QUICKACK: Final = getattr(socket, "TCP_QUICKACK", None)  # Linux only, as vpcd's delay is


class ReaderLink:
    """One card in one virtual reader.

    :param host: where vpcd listens; likewise ``port``
    """

    def __init__(self, card: EmulatedCard, *, host: str = "127.0.0.1", port: int = PORT) -> None:
        self._card = card
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._powered = False
        self.out = threading.Event()

    def insert(self, patience_s: float = PATIENCE_S) -> None:
        """Put the card in and answer until the reader has powered it.

        When a card left while it was asked something, pcscd takes the next one for it and
        never powers it; as a person would, this takes the card out and puts it in again.

        :raises Unavailable: ``reader_missing``: nobody listens; ``reader_occupied``: another
            card is in it
        """
        until = time.monotonic() + patience_s
        while not self._try_to_insert(patience_s):
            if time.monotonic() > until:
                raise Unavailable("reader_occupied", _place(self._address))
            time.sleep(UNNOTICED_S)

    def _try_to_insert(self, patience_s: float) -> bool:
        self._card.insert()
        self._powered = False
        self.out.clear()
        try:
            self._socket = socket.create_connection(self._address, timeout=patience_s)
        except OSError as error:
            raise Unavailable("reader_missing", f"{_place(self._address)}: {error}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(MESSAGES_BEFORE_POWER):
            message = self._receive()
            if message is None:
                break
            self._answer(message)
            if self._powered:
                self._socket.settimeout(None)
                return True
        self.remove()
        return False

    def serve(self) -> None:
        """Answer until the card is taken out, by either side."""
        try:
            while (message := self._receive()) is not None:
                self._answer(message)
        finally:
            self.remove()

    def remove(self) -> None:
        """Take the card out; from any thread, any number of times."""
        self._card.remove()
        if self._socket is not None:
            with suppress(OSError):  # closed from the other side
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        self.out.set()

    def _answer(self, message: bytes) -> None:
        """Obey a control byte, or answer a command; a card that left closes the link."""
        if len(message) != 1:
            try:
                self._send(self._card.transmit(message))
            except CardRemoved:
                self.remove()
            return
        match message[0]:
            case 0x00:  # power off
                self._card.power_off()
            case 0x01:  # power on
                self._card.power_off()
                self._powered = True
            case 0x02:  # reset
                self._card.reset()
            case 0x04:  # the presence check
                self._send(self._card.atr)

    def _send(self, answer: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:  # taken out while answering
            self.remove()

    def _receive(self) -> bytes | None:
        """Return the next message; None = the other side has gone or says nothing."""
        head = self._exactly(2)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, count: int) -> bytes | None:
        """Read so many bytes, acknowledging at once: a delayed answer costs 40 ms each."""
        found = b""
        while len(found) < count:
            try:
                if self._socket is None:
                    return None
                if _QUICKACK is not None:
                    self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
                part = self._socket.recv(count - len(found))
            except OSError:
                return None
            if not part:
                return None
            found += part
        return found


@contextmanager
def inserted(
    card: EmulatedCard, *, port: int = PORT, patience_s: float = PATIENCE_S
) -> Iterator[ReaderLink]:
    """Keep a card in the virtual reader for a block, answering from a thread.

    :raises Unavailable: as ``ReaderLink.insert``
    """
    link = ReaderLink(card, port=port)
    link.insert(patience_s)
    thread = threading.Thread(target=link.serve, name="emulated card", daemon=True)
    thread.start()
    try:
        yield link
    finally:
        link.remove()
        thread.join(patience_s)


def _place(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
