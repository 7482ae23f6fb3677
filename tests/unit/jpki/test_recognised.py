"""What is recognised is what every explicit check accepts: both ways agree on everything (J01)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tsukuba_trust.jpki import validate as validator
from tsukuba_trust.jpki.anchors import Anchors
from tsukuba_trust.jpki.profile import PROFILES
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.usual import cut
from tsukuba_trust.jpki.valid import ValidCertificate
from tsukuba_trust.jpki.validate import validate, validate_explicitly
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.defects import AUTH_DEFECTS, DEFECTS
from tsukuba_trust.testing.people import FROM_TSUCHIURA, Person, people

Way = Callable[[bytes, datetime, Anchors, str], ValidCertificate]
PURPOSES = ("sign", "auth")
CHANGES = 4_000  # of each purpose


@pytest.fixture
def anchors(authority: TestAuthority, at: datetime, resident: Person) -> Anchors:
    """Authorities that remember a certificate of each kind."""
    found = authority.careless_anchors
    for purpose in PURPOSES:
        validate(authority.issue(resident, purpose=purpose), at, found, purpose)
    return found


def outcome(way: Way, data: bytes, at: datetime, anchors: Anchors, purpose: str) -> object:
    try:
        return way(data, at, anchors, purpose)
    except CertificateRefused as error:
        return error.reason


def check_agree(data: bytes, at: datetime, anchors: Anchors, purpose: str) -> object:
    found = outcome(validate, data, at, anchors, purpose)
    assert found == outcome(validate_explicitly, data, at, anchors, purpose)
    return found


def recognised(data: bytes, anchors: Anchors) -> bool:
    parts = cut(data)
    return parts is not None and any(
        one.memory.recall(parts, anchors, PROFILES) is not None for one in anchors
    )


@pytest.mark.parametrize("name", DEFECTS)
def test_j01_both_ways_give_the_same_ground_for_each_defect(
    name: str, authority: TestAuthority, at: datetime, resident: Person, anchors: Anchors
) -> None:
    data = authority.issue(resident, defect=name)
    assert check_agree(data, at, anchors, "sign") == DEFECTS[name].reason


@pytest.mark.parametrize("name", AUTH_DEFECTS)
def test_j03_both_ways_give_the_same_ground_for_authentication_too(
    name: str, authority: TestAuthority, at: datetime, resident: Person, anchors: Anchors
) -> None:
    data = authority.issue(resident, purpose="auth", defect=name)
    assert check_agree(data, at, anchors, "auth") == AUTH_DEFECTS[name].reason


@pytest.mark.parametrize("purpose", PURPOSES)
def test_both_ways_read_the_same_in_good_certificates(
    purpose: str, authority: TestAuthority, at: datetime, anchors: Anchors
) -> None:
    for person in people(3, 40):
        data = authority.issue(person, purpose=purpose)
        assert recognised(data, anchors)
        assert isinstance(check_agree(data, at, anchors, purpose), ValidCertificate)


def test_attributes_in_another_order_or_longer_than_usual_are_read_too(
    authority: TestAuthority, at: datetime, resident: Person, anchors: Anchors
) -> None:
    draft = authority.draft(resident)
    draft.other_names.reverse()
    long = Person(resident.name, "1980-02-17", "2", resident.address + "あ" * 60)
    for data in (draft.make(), authority.issue(long)):
        assert isinstance(check_agree(data, at, anchors, "sign"), ValidCertificate)


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("signature", ["checked", "passed over"])
def test_j01_both_ways_agree_on_changed_bytes(
    monkeypatch: pytest.MonkeyPatch,
    purpose: str,
    signature: str,
    authority: TestAuthority,
    at: datetime,
    resident: Person,
    anchors: Anchors,
) -> None:
    """With the authority's signature out of the way everything behind it sees the changes too."""
    if signature == "passed over":
        monkeypatch.setattr(validator, "check_issued", lambda *_arguments: None)
        monkeypatch.setattr("tsukuba_trust.jpki.memory.Memory.learn", lambda *_arguments: None)
    chance, data = random.Random(20), authority.issue(resident, purpose=purpose)
    seen = 0
    for number in range(CHANGES):
        changed = bytearray(data)
        for place in (number % len(data), *chance.choices(range(len(data)), k=number % 3)):
            changed[place] = chance.choice((changed[place] ^ 1 << chance.randrange(8), 0x30, 0x80))
        seen += recognised(bytes(changed), anchors)
        check_agree(bytes(changed), at, anchors, purpose)
    assert seen > CHANGES // 20


def test_both_ways_agree_on_the_seconds_at_both_ends(
    authority: TestAuthority, resident: Person, anchors: Anchors
) -> None:
    draft = authority.draft(resident)
    data = draft.make()
    step = timedelta(microseconds=1)
    for at in (draft.not_before, draft.not_after):
        for instant in (at - step, at, at + step):
            check_agree(data, instant, anchors, "sign")


def test_a_forged_signature_is_refused_where_all_else_is_known(
    authority: TestAuthority, at: datetime, resident: Person, anchors: Anchors
) -> None:
    data = bytearray(authority.issue(resident))
    data[-1] ^= 1
    assert recognised(bytes(data), anchors)
    assert check_agree(bytes(data), at, anchors, "sign") == "cert_bad_signature"


def test_nothing_is_remembered_of_what_was_refused(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    anchors = authority.anchors
    for name in ("expired", "no_non_repudiation", "test_policy"):
        data = authority.issue(resident, defect=name)
        outcome(validate, data, at, anchors, "sign")
        assert not recognised(data, anchors)


def test_nothing_counts_for_other_authorities_or_rules(
    authority: TestAuthority, resident: Person, anchors: Anchors
) -> None:
    parts = cut(authority.issue(resident))
    assert parts is not None
    memory = anchors[0].memory
    assert memory.recall(parts, anchors, PROFILES) is not None
    assert memory.recall(parts, authority.anchors, PROFILES) is None
    assert memory.recall(parts, anchors, (*PROFILES, PROFILES[0])) is None


def test_another_municipality_is_read_explicitly_once(
    authority: TestAuthority, at: datetime, anchors: Anchors
) -> None:
    data = authority.issue(FROM_TSUCHIURA)
    assert not recognised(data, anchors)
    valid = validate(data, at, anchors, "sign")
    assert recognised(data, anchors)
    assert valid.subject_locality == "Ibaraki-ken/Tsuchiura-shi"
    assert check_agree(data, at, anchors, "sign") == valid


def test_o23_nothing_of_the_holder_is_remembered(
    authority: TestAuthority, resident: Person, anchors: Anchors
) -> None:
    data = authority.issue(resident)
    remembered = repr(anchors[0].memory._kept).encode()
    parts = cut(data)
    assert parts is not None
    for secret in (parts.names[20:40], data[-300:-280], b"TEST0", parts.key[40:60]):
        assert repr(secret)[2:-1].encode() not in remembered
