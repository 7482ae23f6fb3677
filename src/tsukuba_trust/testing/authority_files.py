"""A test authority in a folder: both CAs, what they revoke, their responders, and people's cards.

Layout: ``authority.json`` · ``sign.pem``, ``sign.key``, ``auth.pem``, ``auth.key`` (the CAs) ·
``anchors/`` (for ``my_number_card.anchors``) · ``sign.crl``, ``auth.crl`` (DER) ·
``ocsp_sign.pem``, ``ocsp_sign.key`` and likewise ``auth`` · ``people/NAME/`` with
``person.json``, ``sign.der``, ``sign.key``, ``auth.der``, ``auth.key``; no ``sign.*`` for a child.
Keys have mode 0600. Nothing here may ever stand beside a real election.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard, WholeCard
from tsukuba_trust.testing.certificates import Issuer
from tsukuba_trust.testing.demo_cards import Role, roles
from tsukuba_trust.testing.people import FROM_TSUKUBAMIRAI, WITH_SUBSTITUTE, Person
from tsukuba_trust.testing.statuses import OcspResponder

PURPOSES: Final = (SIGN, AUTH)
CHILD: Final = Person("筑波　太郎", "2014-04-02", "1", "茨城県つくば市並木四丁目１番地")


@dataclass(frozen=True, slots=True)
class Folder:
    """A test authority as it stands in files.

    :param revoked: instant of revocation by purpose and serial number
    :param number: of the newest lists
    """

    path: Path
    authority: TestAuthority
    revoked: dict[str, dict[int, datetime]]
    number: int

    @property
    def names(self) -> list[str]:
        """Return the names of the people who hold cards."""
        return sorted(path.name for path in (self.path / "people").iterdir())

    def card(self, name: str) -> WholeCard:
        """Return a person's card.

        :raises Misconfigured: ``authority_person``: nobody of this name
        """
        place = self.path / "people" / name
        if name not in self.names:
            known = f"no {name}; there are: {', '.join(self.names)}"
            raise Misconfigured("authority_person", known, where=str(self.path))
        person = Person(**json.loads((place / "person.json").read_text(encoding="utf-8")))
        issuers = self.authority.issuers
        return WholeCard(
            person=person,
            sign=_card(place, SIGN, person) if (place / "sign.der").exists() else None,
            auth=_card(place, AUTH, person),
            sign_authority=issuers.sign.certificate.public_bytes(Encoding.DER),
            auth_authority=issuers.auth.certificate.public_bytes(Encoding.DER),
        )

    def responder(self, purpose: str) -> OcspResponder:
        """Return the OCSP responder of a purpose's authority."""
        named = _issuer(self.path, f"ocsp_{purpose}")
        return OcspResponder(
            named.certificate, named.key, self.authority.issuer(purpose).certificate
        )

    def revoke(self, name: str, purpose: str, at: datetime) -> None:
        """Revoke a certificate of a person's card and write new lists.

        :raises Misconfigured: ``authority_person`` or ``authority_no_certificate``
        """
        whole = self.card(name)
        card = whole.sign if purpose == SIGN else whole.auth
        if card is None:
            raise Misconfigured("authority_no_certificate", f"{name} has none", where=purpose)
        self.revoked[purpose].setdefault(card.serial, at)
        self.write_lists(at)

    def write_lists(self, at: datetime) -> None:
        """Write both lists anew, as of an instant, with the next number."""
        number = self.number + 1
        for purpose in PURPOSES:
            crl = self.authority.crl(purpose, self.revoked[purpose], at=at, number=number)
            (self.path / f"{purpose}.crl").write_bytes(crl)
        _write_state(self.path, self.authority, self.revoked, number)


def people_of_tests() -> list[Role]:
    """Return who gets cards: the demo's people, and those with an odd certificate or none."""
    return [
        *roles(),
        Role("tsukubamirai", FROM_TSUKUBAMIRAI),
        Role("substitute", WITH_SUBSTITUTE),
        Role("child", CHILD),
    ]


def make_folder(path: Path, at: datetime) -> Folder:
    """Make a test authority with its people in a new folder.

    :param at: aware UTC; certificates are valid from one year before it to four after
    :raises Misconfigured: ``authority_exists``
    """
    if path.exists() and any(path.iterdir()):
        raise Misconfigured("authority_exists", "not an empty folder", where=str(path))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = TestAuthority(at)
    authority.write_anchors(path / "anchors")
    for purpose in PURPOSES:
        issuer, responder = authority.issuer(purpose), authority.ocsp_responder(purpose)
        _write_pair(path, purpose, issuer.certificate, issuer.key)
        _write_pair(path, f"ocsp_{purpose}", responder.certificate, responder.key)
    for role in people_of_tests():
        _write_card(
            path / "people" / role.name, authority.whole_card(role.person, defect=role.defect)
        )
    folder = Folder(path, authority, {purpose: {} for purpose in PURPOSES}, number=0)
    folder.write_lists(at)
    return read_folder(path)


def read_folder(path: Path) -> Folder:
    """Read what ``make_folder`` made.

    :raises Misconfigured: ``authority_unreadable``
    """
    try:
        state = json.loads((path / "authority.json").read_text(encoding="ascii"))
        issuers = (_issuer(path, SIGN), _issuer(path, AUTH))
        at = datetime.fromisoformat(state["at"]).astimezone(UTC)
        revoked = {
            purpose: {int(s): datetime.fromisoformat(t) for s, t in state["revoked"][purpose]}
            for purpose in PURPOSES
        }
        authority = TestAuthority(at, issuers=issuers, issued=int(state["issued"]))
        return Folder(path, authority, revoked, int(state["number"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        name = type(error).__name__
        raise Misconfigured("authority_unreadable", name, where=str(path)) from None


def _write_state(
    path: Path, authority: TestAuthority, revoked: dict[str, dict[int, datetime]], number: int
) -> None:
    state: dict[str, Any] = {
        "at": authority.at.isoformat(),
        "issued": 2 * len(people_of_tests()),
        "number": number,
        "revoked": {
            purpose: [[serial, when.isoformat()] for serial, when in sorted(found.items())]
            for purpose, found in revoked.items()
        },
    }
    text = json.dumps(state, indent=1)
    (path / "authority.json").write_text(text + "\n", encoding="ascii")


def _write_card(place: Path, card: WholeCard) -> None:
    place.mkdir(mode=0o700, parents=True)
    person = json.dumps(asdict(card.person), ensure_ascii=False, indent=1)
    (place / "person.json").write_text(person + "\n", encoding="utf-8")
    for purpose, half in ((SIGN, card.sign), (AUTH, card.auth)):
        if half is not None:
            (place / f"{purpose}.der").write_bytes(half.certificate)
            _write_key(place / f"{purpose}.key", half.key)


def _card(place: Path, purpose: str, person: Person) -> TestCard:
    certificate = (place / f"{purpose}.der").read_bytes()
    return TestCard(person, certificate, _read_key(place / f"{purpose}.key"))


def _write_pair(path: Path, name: str, certificate: x509.Certificate, key: RSAPrivateKey) -> None:
    (path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    _write_key(path / f"{name}.key", key)


def _issuer(path: Path, name: str) -> Issuer:
    certificate = x509.load_pem_x509_certificate((path / f"{name}.pem").read_bytes())
    return Issuer(certificate, _read_key(path / f"{name}.key"))


def _write_key(path: Path, key: RSAPrivateKey) -> None:
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def _read_key(path: Path) -> RSAPrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise Misconfigured("authority_unreadable", "an RSA key is expected", where=str(path))
    return key
