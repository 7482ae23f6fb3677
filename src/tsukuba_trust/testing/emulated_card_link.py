"""The way of an emulated card into pcscd's virtual reader (vsmartcard's vpcd).

A connection is a card in the reader, and closing it takes the card out. Anyone who reaches
the port can put a card in, so this belongs into a network namespace or a test machine, and
never onto a counter's.

:source: jpki.md 9.2; vsmartcard virtualsmartcard/src/vpcd
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tsukuba_trust.errors import Unavailable
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_faults import CardRemoved

PORT: Final = 35963
PATIENCE_S: Final = 15.0  # pcscd looks for a card some twice a second
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4
_QUICKACK: Final = getattr(socket, "TCP_QUICKACK", None)  # Linux only, as vpcd's delay is


class ReaderLink:
    """One card in one virtual reader.

    :param host: where vpcd listens; likewise ``port``
    """

    def __init__(self, card: EmulatedCard, *, host: str = "127.0.0.1", port: int = PORT) -> None:
        self._card = card
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self.powered = threading.Event()
        self.out = threading.Event()

    def insert(self, patience_s: float = PATIENCE_S) -> None:
        """Put the card in and wait until the reader has spoken to it.

        :raises Unavailable: ``reader_missing``: nobody listens; ``reader_occupied``: another
            card is in it
        """
        self._card.insert()
        try:
            self._socket = socket.create_connection(self._address, timeout=patience_s)
        except OSError as error:
            raise Unavailable("reader_missing", f"{_place(self._address)}: {error}") from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        first = self._receive()
        if first is None:
            self.remove()
            raise Unavailable("reader_occupied", f"{_place(self._address)}: it said nothing")
        self._socket.settimeout(None)
        self._answer(first)

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
            case 0x00:
                self._card.power_off()
            case 0x01:
                self._card.power_off()
                self.powered.set()
            case 0x02:
                self._card.reset()
            case 0x04:
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

    :raises Unavailable: as ``ReaderLink.insert``; ``reader_silent``: it was never powered
    """
    link = ReaderLink(card, port=port)
    link.insert(patience_s)
    thread = threading.Thread(target=link.serve, name="emulated card", daemon=True)
    thread.start()
    try:
        if not link.powered.wait(patience_s):
            raise Unavailable("reader_silent", _place(("127.0.0.1", port)))
        yield link
    finally:
        link.remove()
        thread.join(patience_s)


def _place(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
