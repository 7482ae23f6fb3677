"""The people of a demo and their simulated cards, with passwords that lock.

Every card's password is shown on the demo's phone; five wrong ones lock the card, as on a
real one, and the same card in an emulated reader with it. Nothing here may ever stand beside
a real election.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.jpki.profile import SIGN
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.emulated_card_pins import FULL, PASSWORD, KeptTries, Pins
from tsukuba_trust.testing.people import (
    FOREIGN_RESIDENT,
    FROM_TSUCHIURA,
    WITH_EXPIRED_CARD,
    Person,
    people,
)
from tsukuba_trust.values import Json

__all__ = ["PASSWORD", "Cards", "Role", "mistype", "roles", "tries_of"]

RESIDENTS = 8
_TRIES = "tries.json"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the demo.

    :param name: in addresses and commands
    :param defect: of the certificate, see ``testing.defects``
    :param wrong: passwords mistyped before the demo began
    """

    name: str
    person: Person
    defect: str = ""
    wrong: int = 0


def roles() -> list[Role]:
    """Return the demo's people: residents, and those who meet a refusal."""
    residents = people(7, RESIDENTS + 1)[1:]
    return [
        *(Role(f"resident-{n}", person) for n, person in enumerate(residents, start=1)),
        Role("foreign-resident", FOREIGN_RESIDENT),
        Role("tsuchiura", FROM_TSUCHIURA),
        Role("expired", WITH_EXPIRED_CARD, defect="expired"),
        Role("locked", residents[-1], wrong=FULL[SIGN]),
    ]


def tries_of(folder: Path, name: str) -> KeptTries:
    """Return how many tries a person's card has left, kept beside the cards.

    :param folder: of the test authority
    """
    return KeptTries(folder / _TRIES, name)


def mistype(folder: Path) -> None:
    """Count the wrong passwords that were typed before the demo began."""
    for role in roles():
        for _ in range(role.wrong):
            tries_of(folder, role.name).take(SIGN)


class Cards:
    """The cards of a demo; several processes may use them at once.

    :param folder: of its test authority
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sign(self, name: str, password: str, text: str) -> Json:
        """Do what a card does when its holder types a password.

        :returns: certificate and signature, as a reader sends them
        :raises Refused: ``unknown_card``, ``card_locked``, ``card_wrong_password``; ``detail``
            is the number of tries left
        """
        role = next((role for role in roles() if role.name == name), None)
        if role is None:
            raise Refused("unknown_card")
        pins = Pins({SIGN: PASSWORD.encode("ascii")}, tries_of(self._folder, name))
        if not pins.verify(SIGN, password.encode("utf-8")):
            left = pins.left(SIGN)
            raise Refused("card_wrong_password" if left else "card_locked", str(left))
        return TestCard(role.person, *self._read(name)).response(text)

    def left(self, name: str) -> int:
        """Return how many tries a card has left."""
        known = any(role.name == name for role in roles())
        return tries_of(self._folder, name).left(SIGN) if known else 0

    def _read(self, name: str) -> tuple[bytes, RSAPrivateKey]:
        place = self._folder / "people" / name
        try:
            certificate = (place / f"{SIGN}.der").read_bytes()
            key = load_pem_private_key((place / f"{SIGN}.key").read_bytes(), None)
        except OSError:
            raise Misconfigured("demo_cards_missing", where=str(self._folder)) from None
        if not isinstance(key, RSAPrivateKey):
            raise Misconfigured("demo_cards_missing", where=str(self._folder))
        return certificate, key
