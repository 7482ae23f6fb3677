"""Simulated cards of a demo: made once, kept in files, with passwords that lock.

Every card's password is shown on the demo's phone; five wrong ones lock the card, as on a
real one. Nothing here may ever stand beside a real election.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.people import (
    FOREIGN_RESIDENT,
    FROM_TSUCHIURA,
    WITH_EXPIRED_CARD,
    Person,
    people,
)
from tsukuba_trust.values import Json

PASSWORD = "TSUKUBA123"  # noqa: S105 - printed on the demo's own page
MOST_WRONG = 5
RESIDENTS = 8


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
        Role("locked", residents[-1], wrong=MOST_WRONG),
    ]


def make_cards(folder: Path, authority: TestAuthority) -> None:
    """Issue every role's card into a new folder."""
    folder.mkdir(parents=True, mode=0o700)
    for role in roles():
        card = authority.card(role.person, defect=role.defect)
        (folder / f"{role.name}.der").write_bytes(card.certificate)
        (folder / f"{role.name}.pem").write_bytes(
            card.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    counters = {role.name: role.wrong for role in roles()}
    (folder / "wrong.json").write_text(json.dumps(counters), encoding="ascii")


class Cards:
    """The cards of a demo's folder; several processes may use them at once."""

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
        with self._counters() as wrong:
            if wrong[name] >= MOST_WRONG:
                raise Refused("card_locked", "0")
            if password != PASSWORD:
                wrong[name] += 1
                left = MOST_WRONG - wrong[name]
                raise Refused("card_wrong_password" if left else "card_locked", str(left))
            wrong[name] = 0
        return TestCard(role.person, *self._read(name)).response(text)

    def left(self, name: str) -> int:
        """Return how many tries a card has left."""
        with self._counters() as wrong:
            return MOST_WRONG - wrong.get(name, MOST_WRONG)

    def _read(self, name: str) -> tuple[bytes, RSAPrivateKey]:
        try:
            certificate = (self._folder / f"{name}.der").read_bytes()
            key = load_pem_private_key((self._folder / f"{name}.pem").read_bytes(), None)
        except OSError:
            raise Misconfigured("demo_cards_missing", where=str(self._folder)) from None
        if not isinstance(key, RSAPrivateKey):
            raise Misconfigured("demo_cards_missing", where=str(self._folder))
        return certificate, key

    @contextmanager
    def _counters(self) -> Iterator[dict[str, int]]:
        """Give the counters under a lock; what the block changed stays, refusals included."""
        path = self._folder / "wrong.json"
        with path.open("r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            wrong: dict[str, int] = json.load(file)
            try:
                yield wrong
            finally:
                file.seek(0)
                file.truncate()
                json.dump(wrong, file)
