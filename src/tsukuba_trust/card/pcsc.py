"""Readers of this machine through PC/SC. ``pyscard`` is imported when it is used.

Connections are exclusive, and the card is without power afterwards: a verified password
survives everything else (jpki.md 2.5, 9.4).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tsukuba_trust.errors import Misconfigured, Refused, TrustError, Unavailable

PACKAGES: Final = (
    "install tsukuba-trust[card]; on Debian it needs the packages "
    "pcscd libpcsclite-dev gcc python3-dev (or python3-pyscard)"
)
POLL_S: Final = 0.1
IN_USE: Final = 0x8010000B
NO_CARD: Final = frozenset({0x8010000C, 0x80100069})
NO_SERVICE: Final = frozenset({0x8010001D, 0x8010001E, 0x80100013})
NO_READER: Final = frozenset({0x80100009, 0x80100017, 0x8010002E})


def failure(code: int) -> TrustError:
    """Return the error of a PC/SC return code; texts of libraries are never looked at."""
    code &= 0xFFFFFFFF
    if code == IN_USE:
        return Refused("card_in_use")
    if code in NO_SERVICE:
        return Unavailable("reader_service_missing", "is pcscd running?")
    if code in NO_READER:
        return Unavailable("reader_missing", "no card reader is connected")
    return Refused("card_unreadable", "removed" if code in NO_CARD else f"{code:08x}")


def library() -> Any:
    """Return pyscard's plain functions.

    :raises Misconfigured: ``card_extra_missing``, with the extra and the packages
    """
    try:
        from smartcard import scard  # noqa: PLC0415 - only where a reader is used
    except ImportError:
        raise Misconfigured("card_extra_missing", PACKAGES) from None
    return scard


class Connection:
    """A card that nobody else can use until it is released."""

    def __init__(self, scard: Any, handle: Any, protocol: int) -> None:
        self._scard, self._handle = scard, handle
        self._protocol = scard.SCARD_PCI_T0
        if protocol == scard.SCARD_PROTOCOL_T1:
            self._protocol = scard.SCARD_PCI_T1

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command; return data and status bytes.

        :raises Refused: ``card_unreadable``
        """
        code, answer = self._scard.SCardTransmit(self._handle, self._protocol, list(apdu))
        if code:
            raise failure(code)
        return bytes(byte & 0xFF for byte in answer)


class Readers:
    """The readers of this machine.

    :param only: part of the name of the one to use; else any with a card
    """

    def __init__(self, only: str = "", sleep: Callable[[float], None] = time.sleep) -> None:
        self._scard, self._only, self._sleep = library(), only, sleep
        code, self._context = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        if code:
            raise failure(code)

    def close(self) -> None:
        """Let the service go."""
        self._scard.SCardReleaseContext(self._context)

    def names(self) -> list[str]:
        """Return the readers.

        :raises Unavailable: ``reader_missing``, ``reader_service_missing``
        """
        code, found = self._scard.SCardListReaders(self._context, [])
        if code:
            raise failure(code)
        names = [name for name in found if self._only in name]
        if not names:
            raise Unavailable("reader_missing", f"no reader is called {self._only}")
        return names

    def with_card(self) -> str | None:
        """Return a reader that holds a card, or None; no card is touched."""
        scard = self._scard
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in self.names()]
        code, states = scard.SCardGetStatusChange(self._context, 0, asked)
        if code:
            raise failure(code)
        held = (name for name, state, _ in states if state & scard.SCARD_STATE_PRESENT)
        return next(held, None)

    def wait(self, until: Callable[[], bool] = lambda: False) -> str | None:
        """Wait for a card; return its reader, or None when ``until`` says so first."""
        while (found := self.with_card()) is None:
            if until():
                return None
            self._sleep(POLL_S)
        return found

    @contextmanager
    def connect(self, reader: str) -> Iterator[Connection]:
        """Give the card of a reader to this block alone; afterwards it has no power.

        :raises Refused: ``card_in_use``, ``card_unreadable``
        """
        scard = self._scard
        code, handle, protocol = scard.SCardConnect(
            self._context,
            reader,
            scard.SCARD_SHARE_EXCLUSIVE,
            scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1,
        )
        if code:
            raise failure(code)
        try:
            yield Connection(scard, handle, protocol)
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
