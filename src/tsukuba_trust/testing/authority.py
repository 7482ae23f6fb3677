"""A test authority: both purposes, the profile of real cards, and every defect on demand.

Its organisation is ``JPKI-TEST``, so that no test card can be taken for a real one.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.errors import Refused
from tsukuba_trust.jpki.anchors import LIST, Anchor, Anchors, anchor
from tsukuba_trust.jpki.profile import AUTH, SIGN, profile
from tsukuba_trust.testing.cards import TestCard, WholeCard
from tsukuba_trust.testing.certificates import (
    Draft,
    Issuer,
    Issuers,
    directory_name,
    make_issuer,
    utf8_string,
)
from tsukuba_trust.testing.defects import AUTH_DEFECTS, DEFECTS
from tsukuba_trust.testing.keys import card_key, new_key
from tsukuba_trust.testing.people import Person
from tsukuba_trust.testing.statuses import DAY, OcspResponder, make_crl, make_responder

ORGANISATION: Final = "JPKI-TEST"
YEAR: Final = timedelta(days=365)
SIGNING_AGE: Final = 15  # nobody younger is given a signing certificate
_ARC: Final = "1.2.392.200149.8.5.5."


class TestAuthority:
    """Issues simulated cards that are valid around one instant.

    Authorities are valid from two years before it to eight after, cards from one before to
    four after.

    :param at: aware UTC, usually inside the period of the vote
    :param organisation: "JPKI" gives the genuine names, for "same name, other key"
    :param issuers: both authorities when they were kept; otherwise new ones are made
    :param issued: how many certificates they have issued already
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    def __init__(
        self,
        at: datetime,
        *,
        organisation: str = ORGANISATION,
        issuers: tuple[Issuer, Issuer] | None = None,
        issued: int = 0,
    ) -> None:
        self.at = at.replace(microsecond=0)
        self._numbers = itertools.count(issued)
        period = (self.at - 2 * YEAR, self.at + 8 * YEAR)
        sign, auth = issuers or (
            make_issuer(organisation, SIGN, new_key(), *period),
            make_issuer(organisation, AUTH, new_key(), *period),
        )
        self.issuers = Issuers(
            sign=sign,
            auth=auth,
            not_authority=make_issuer(organisation, SIGN, card_key(0), *period, authority=False),
            stranger=make_issuer(organisation, SIGN, card_key(1), *period),
        )

    @property
    def anchors(self) -> Anchors:
        """Return both authorities as anchors, never genuine ones."""
        return (_anchor(SIGN, self.issuers.sign), _anchor(AUTH, self.issuers.auth))

    @property
    def careless_anchors(self) -> Anchors:
        """Return the anchors of an office that pinned a certificate that is no authority."""
        return (*self.anchors, _anchor(SIGN, self.issuers.not_authority))

    def card(self, person: Person, *, purpose: str = SIGN, defect: str = "") -> TestCard:
        """Issue a certificate for the next key of the pool and return both as a card.

        :param defect: a name in ``DEFECTS`` or ``AUTH_DEFECTS``
        :raises Refused: ``no_signing_certificate``: the holder is too young for one
        """
        number = next(self._numbers)
        draft = self._draft(person, purpose, number)
        if defect:
            {**DEFECTS, **AUTH_DEFECTS}[defect].change(draft, self.issuers)
        return TestCard(person, draft.make(), card_key(number))

    def whole_card(self, person: Person, *, defect: str = "") -> WholeCard:
        """Issue both certificates of a person, each with a key of its own.

        :param defect: of the signing certificate
        """
        old_enough = person.age_on((self.at - YEAR).date()) >= SIGNING_AGE
        return WholeCard(
            person=person,
            sign=self.card(person, defect=defect) if old_enough else None,
            auth=self.card(person, purpose=AUTH),
            sign_authority=self.issuers.sign.certificate.public_bytes(Encoding.DER),
            auth_authority=self.issuers.auth.certificate.public_bytes(Encoding.DER),
        )

    def issue(self, person: Person, *, purpose: str = SIGN, defect: str = "") -> bytes:
        """Issue a certificate and return its DER; see ``card``."""
        return self.card(person, purpose=purpose, defect=defect).certificate

    def draft(self, person: Person, *, purpose: str = SIGN) -> Draft:
        """Return a certificate before it is signed, to be changed at will."""
        return self._draft(person, purpose, next(self._numbers))

    def _draft(self, person: Person, purpose: str, number: int) -> Draft:
        if purpose == SIGN and person.age_on((self.at - YEAR).date()) < SIGNING_AGE:
            raise Refused("no_signing_certificate", "holders under 15 have none")
        locality = (person.prefecture, person.municipality)
        place = [("L", part) for part in locality] if purpose == SIGN else []
        return Draft(
            purpose=purpose,
            issuer=self.issuer(purpose),
            key=card_key(number).public_key(),
            serial=0x2000_0001 + number,
            subject=directory_name(("C", "JP"), *place, ("CN", f"TEST{number:020d}")),
            not_before=self.at - YEAR,
            not_after=self.at + 4 * YEAR,
            policies=[profile(purpose).policy],
            usages=set(profile(purpose).key_usage),
            other_names=_other_names(person) if purpose == SIGN else [],
            locality=locality,
            client_auth=purpose == AUTH,
        )

    def crl(
        self,
        purpose: str,
        revoked: Mapping[int, datetime] = MappingProxyType({}),
        *,
        at: datetime | None = None,
        lasts: timedelta = DAY,
        number: int = 1,
    ) -> bytes:
        """Return the DER of the list of revoked certificates; see ``statuses.make_crl``.

        :param at: None = the authority's own instant
        """
        issuer = self.issuer(purpose)
        return make_crl(issuer, revoked, at or self.at, lasts=lasts, number=number)

    def ocsp_responder(self, purpose: str, *, may_answer: bool = True) -> OcspResponder:
        """Name a responder with a new key, valid as long as the cards are."""
        period = (self.at - YEAR, self.at + 4 * YEAR)
        issuer = self.issuer(purpose)
        return make_responder(issuer, new_key(), *period, may_answer=may_answer)

    def issuer(self, purpose: str) -> Issuer:
        """Return the authority of a purpose."""
        return self.issuers.sign if purpose == SIGN else self.issuers.auth

    def write_anchors(self, folder: Path) -> None:
        """Write both authorities with their list, for ``my_number_card.anchors``.

        :param folder: made when it is not there
        """
        folder.mkdir(parents=True, exist_ok=True)
        entries = []
        for item in self.anchors:
            name = f"test_{item.purpose}_ca.pem"
            (folder / name).write_bytes(item.certificate.public_bytes(Encoding.PEM))
            entries.append(
                f'[[anchor]]\npurpose = "{item.purpose}"\nfile = "{name}"\n'
                f'sha256 = "{item.sha256}"\n'
                f"valid_from = {item.certificate.not_valid_before_utc.isoformat()}\n"
                f"valid_until = {item.certificate.not_valid_after_utc.isoformat()}\n"
            )
        (folder / LIST).write_text("\n".join(entries), encoding="utf-8")


def _anchor(purpose: str, issuer: Issuer) -> Anchor:
    return anchor(purpose, issuer.certificate, genuine=False)


def _other_names(person: Person) -> list[tuple[str, bytes]]:
    """Return the six otherNames in the order of real certificates: 1, 4, 3, 5, 2, 6."""
    values = {
        "1": person.name,
        "4": person.era_date,
        "3": person.sex,
        "5": person.address,
        "2": person.name_flags or "0" * len(person.name),
        "6": person.address_flags or "0" * len(person.address),
    }
    return [(_ARC + number, utf8_string(text)) for number, text in values.items()]
