"""Which person of the electorate an identity is; any doubt goes to the counter (D5).

On a roll, a person is one record, found by what her provider enrolled or by name, birth
date and sex together. Without a roll she is a keyed hash of these three; the address is
not in it, so that somebody who moves inside the city stays one person.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping

from tsukuba_trust.board import canonical
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.roll_file import Elector


def person_hash(key: bytes, origin: str, attributes: Mapping[str, str]) -> bytes:
    """Return HMAC(name, birth date, sex) of an identity.

    :param key: 32 bytes, the registrar's
    :param attributes: of an ``Identity``
    :raises Refused: ``counter_needed``: one of the three is missing, or the name holds
        substitute characters, so that it may not be the name of the register
    :source: architecture D5; jpki.md section 7
    """
    name, birth_date, sex = (attributes.get(part, "") for part in ("name", "birth_date", "sex"))
    if not (name and birth_date and sex) or "1" in attributes.get("name_flags", ""):
        raise Refused("counter_needed")
    return _mac(key, "person", origin, name, birth_date, sex)


def linked_hash(key: bytes, origin: str, person: str) -> bytes:
    """Return the keyed hash of somebody whom a service links over changes of name.

    :param person: of ``Identity``; not empty
    """
    return _mac(key, "linked", origin, person)


def twin_hash(key: bytes, person: bytes) -> bytes:
    """Return the mark that says: several electors have this name, birth date and sex."""
    return hmac.digest(key, b"twin" + person, hashlib.sha256)


def subject_hash(key: bytes, origin: str, provider: str, subject: str) -> bytes:
    """Return the keyed hash under which an enrolment is found."""
    return _mac(key, "subject", origin, provider, subject)


def roll_hashes(key: bytes, origin: str, electors: Iterable[Elector]) -> list[bytes | None]:
    """Return the person hash of each elector of a roll, for finding her by her card.

    Of electors that share name, birth date and sex the first carries the twin mark and
    the others nothing: their cards lead to the counter.
    """
    hashes = [_roll_hash(key, origin, elector) for elector in electors]
    counted = Counter(hashes)
    marked: set[bytes] = set()
    found: list[bytes | None] = []
    for one in hashes:
        if one is None or counted[one] == 1:
            found.append(one)
        else:
            found.append(None if one in marked else twin_hash(key, one))
            marked.add(one)
    return found


def _roll_hash(key: bytes, origin: str, elector: Elector) -> bytes | None:
    if not (elector.name and elector.birth_date and elector.sex):
        return None
    return person_hash(key, origin, elector.record())


def _mac(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, canonical.encode_value(list(parts)), hashlib.sha256)
