"""Whether an identity may vote, and which person of the roll store she is.

Judged at completion, so that the device is told at once, and again at the claim.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nacl.secret import SecretBox

from tsukuba_trust.board import canonical
from tsukuba_trust.elections import names, rules
from tsukuba_trust.errors import Refused
from tsukuba_trust.interfaces import Identity
from tsukuba_trust.services.evidence import read_time, write_time
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.people import linked_hash, person_hash, subject_hash, twin_hash
from tsukuba_trust.store.roll import RollTransaction

CARD_ON_ROLL = "person"  # enrolments under this name find a roll record by a card's attributes
INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Judged:
    """An identity that passed, as it waits for its claim; ``repr`` shows nothing of it.

    :param person: key of the roll record, or hex of the person hash with certificates
    """

    person: str = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)
    evidence: bytes = field(repr=False)
    bound: bool
    completed: datetime

    def seal(self, persons_key: bytes) -> str:
        """Return the text for the attempts store, readable by the registrar only."""
        plain = canonical.encode(
            {
                "person": self.person,
                "attributes": dict(self.attributes),
                "evidence": base64.b64encode(self.evidence).decode(),
                "bound": self.bound,
                "completed": write_time(self.completed),
            }
        )
        return base64.b64encode(bytes(_box(persons_key).encrypt(plain))).decode()

    @classmethod
    def unseal(cls, persons_key: bytes, text: str) -> "Judged":
        """Read what ``seal`` wrote."""
        value = canonical.decode(_box(persons_key).decrypt(base64.b64decode(text)))
        return cls(
            value["person"],
            value["attributes"],
            base64.b64decode(value["evidence"]),
            value["bound"],
            read_time(value["completed"]),
        )


def check_identity(fixed: Fixed, identity: Identity) -> None:
    """Check the quality of an identification and the election's conditions.

    :raises Refused: ``unbound_not_accepted``, ``cert_check_unavailable``, ``not_tsukuba``,
        ``not_eligible`` or ``counter_needed``
    """
    election = fixed.election
    rules.check_evidence(election, bound=identity.bound, not_checked=identity.not_checked)
    check_conditions(fixed, identity.attributes)


def check_conditions(fixed: Fixed, attributes: Mapping[str, str]) -> None:
    """Check what the election file asks of a person. A roll line says it for those without card.

    :raises Refused: ``not_tsukuba``, ``not_eligible`` or ``counter_needed``
    """
    if attributes or fixed.election.electorate == "certificate":
        election = fixed.election
        rules.judge(election.eligibility, attributes, rules.age_day(election))


def find_person(
    tx: RollTransaction,
    fixed: Fixed,
    key: bytes,
    provider: str,
    identity: Identity,
    alike: Sequence[str] = (),
) -> str:
    """Return who this is: one person = one roll record, or one person hash (D5).

    :param key: the registrar's key of persons
    :param alike: keys of the roll's persons with the birth date and sex of the identity
    :raises Refused: ``counter_needed`` when a clerk must look, ``not_eligible`` otherwise
    """
    origin = fixed.origin
    if fixed.election.electorate == "certificate":
        if identity.person:
            return linked_hash(key, origin, identity.person).hex()
        return person_hash(key, origin, identity.attributes).hex()
    subject = subject_hash(key, origin, provider, identity.subject)
    enrolled = tx.enrolment(origin, provider, subject)
    person = enrolled.person if enrolled else None
    if person is None and identity.attributes:
        person = _by_card(tx, fixed, key, identity.attributes, alike)
    if person is None:
        raise Refused("not_eligible", "not on the roll")
    return person


def _by_card(
    tx: RollTransaction,
    fixed: Fixed,
    key: bytes,
    attributes: Mapping[str, str],
    alike: Sequence[str],
) -> str | None:
    """Find the one line with this name, birth date and sex (jpki.md section 7, item 6)."""
    name, flags = attributes.get("name", ""), attributes.get("name_flags", "")
    if "1" not in flags:
        person = person_hash(key, fixed.origin, attributes)
        found = tx.enrolment(fixed.origin, CARD_ON_ROLL, person)
        if found is not None:
            return found.person
        if tx.enrolment(fixed.origin, CARD_ON_ROLL, twin_hash(key, person)):
            raise Refused("counter_needed", "several people of this name and birth date")
    names_of = {one: str(tx.lock(fixed.origin, one).record.get("name", "")) for one in alike}
    if "1" in flags:
        hits = [one for one in alike if names.fits(name, flags, names_of[one])]
        if len(hits) == 1:
            return hits[0]
        raise Refused("counter_needed", "a substitute character, and no one line fits")
    if any(names.is_close(name, registered) for registered in names_of.values()):
        raise Refused("counter_needed", "a line of the roll is close, and not the same")
    return None


def check_group(fixed: Fixed, group: str) -> None:
    """Check that a roll group votes on the internet, and in all contests.

    :raises Refused: ``not_eligible``
    """
    if dict(fixed.election.roll.groups).get(group) != INTERNET:
        raise Refused("not_eligible", "this group does not vote here")
    for contest in fixed.election.contests:
        if contest.groups and group not in contest.groups:
            raise Refused("not_eligible", "this group does not vote in every contest")


def _box(persons_key: bytes) -> SecretBox:
    return SecretBox(hmac.digest(persons_key, b"tsukuba-trust/answer/1", hashlib.sha256))
