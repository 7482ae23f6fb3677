"""One attempt answered with one card: ask, show, wait, unlock, sign, send.

Who is asked and how (a terminal, a kiosk's page) is the caller's; the order of the steps and
what is never done without the holder are here.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from tsukuba_trust.card.password import fold
from tsukuba_trust.card.reader import Card, Signed
from tsukuba_trust.card.service import Answered, Asked, Service
from tsukuba_trust.card.transport import Transport
from tsukuba_trust.errors import Refused, TrustError

MOST_TRIES: Final = {"sign": 5, "auth": 3}
# After these the holder may try again with the same attempt; nothing was sent.
AGAIN: Final = frozenset(
    {"card_wrong_password", "password_form", "card_unreadable", "card_try_unknown", "card_other"}
    | {"card_in_use"}
)


class Desk(Protocol):
    """Where the holder reads and types."""

    def asked(self, asked: Asked) -> None:
        """Show the text that will be signed, and what it means."""

    def wait(self) -> None:
        """Ask for the card."""

    def password(self, purpose: str, left: int) -> str:
        """Show the tries that are left, and ask for the password without showing it.

        :raises Refused: ``stopped``
        """

    def last(self) -> bool:
        """Ask whether the last try may be used."""

    def told(self, error: TrustError) -> None:
        """Tell what did not go, before it is tried again."""


Connect = Callable[[], AbstractContextManager[Transport]]


def answer(service: Service, connect: Connect, desk: Desk) -> Answered:
    """Answer an attempt with the card that ``connect`` waits for.

    :raises TrustError: what ends it; whatever the holder can mend is told and tried again
    """
    asked = service.request()
    desk.asked(asked)
    signed = _signed(asked, connect, desk)
    return service.complete(
        {
            "certificate": base64.b64encode(signed.certificate).decode("ascii"),
            "signature": base64.b64encode(signed.signature).decode("ascii"),
        }
    )


def _signed(asked: Asked, connect: Connect, desk: Desk) -> Signed:
    while True:
        desk.wait()
        with _mendable(desk), connect() as transport:
            card = Card(transport, asked.require)
            card.open()
            return _with_password(card, asked, desk)


def _with_password(card: Card, asked: Asked, desk: Desk) -> Signed:
    """Ask for the password as long as the card stays; each round is one try of the holder."""
    while True:
        left = card.tries()
        if left == 0:
            raise Refused("card_locked", tries_left=0)
        if left == 1 and not desk.last():
            raise Refused("card_last_try", tries_left=1)
        typed = desk.password(asked.require, left)
        try:
            card.unlock(fold(typed, asked.require), last=left == 1)
        except Refused as error:
            if error.code not in ("card_wrong_password", "password_form"):
                raise
            desk.told(error)
        else:
            return card.sign(asked.text)
        finally:
            del typed


@contextmanager
def _mendable(desk: Desk) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        if error.code not in AGAIN:
            raise
        desk.told(error)
