"""What carries commands to a card and its answers back."""

from typing import Protocol


class Transport(Protocol):
    """An exclusive connection to one card.

    :raises Refused, Unavailable: from ``transmit``, when the card or its reader has gone
    """

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command; return the answer's data and its two status bytes."""
