"""Sealed evidence and links: sizes that tell nothing, contents that come back."""

import base64
import json
from datetime import UTC, datetime

import pytest
from nacl.public import PrivateKey, SealedBox

from tsukuba_trust.board import canonical
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.services import evidence, links
from tsukuba_trust.services.evidence import Evidence
from tsukuba_trust.services.links import Link, Pending, Slots

KEY = PrivateKey(b"\x07" * 32)
PUBLIC = base64.b64encode(bytes(KEY.public_key)).decode()


def some_evidence(size=100):
    return Evidence(
        attempt="0" * 32,
        blind=b"\x01" * 32,
        completed=datetime(2025, 3, 1, tzinfo=UTC),
        evidence=b"\xff" * size,
        provider="my-number-card",
        registration="ab" * 32,
        salt=b"\x02" * 32,
    )


@pytest.mark.parametrize(("size", "blocks"), [(0, 1), (100, 1), (2500, 1), (2900, 2), (6000, 3)])
def test_sealed_evidence_is_a_multiple_of_4096_before_sealing(size, blocks):
    assert len(evidence.seal(PUBLIC, some_evidence(size))) == 4096 * blocks + 48


def test_sealed_evidence_opens_with_the_evidence_key_only():
    sealed = evidence.seal(PUBLIC, some_evidence())
    assert evidence.unseal(KEY, sealed) == some_evidence()
    with pytest.raises(Rejected, match="evidence_unreadable"):
        evidence.unseal(PrivateKey(b"\x08" * 32), sealed)


@pytest.mark.parametrize(
    "plain", [b"{}", b"not json", b'{"v":1}', b"[]", b'{"attempt":"x" ,"v":1}']
)
def test_evidence_of_another_form_is_unreadable(plain):
    sealed = SealedBox(KEY.public_key).encrypt(plain.ljust(4096, b"\0"))
    with pytest.raises(Rejected):
        evidence.unseal(KEY, sealed)


@pytest.mark.parametrize("field", ["attempt", "provider", "registration"])
def test_evidence_with_a_field_that_is_no_text_is_unreadable(field):
    plain = json.loads(SealedBox(KEY).decrypt(evidence.seal(PUBLIC, some_evidence())).rstrip(b"\0"))
    wrong = canonical.encode({**plain, field: [plain[field]]})
    sealed = SealedBox(KEY.public_key).encrypt(wrong.ljust(4096, b"\0"))
    with pytest.raises(Rejected, match="evidence_unreadable"):
        evidence.unseal(KEY, sealed)


def test_two_seals_of_the_same_evidence_differ():
    assert evidence.seal(PUBLIC, some_evidence()) != evidence.seal(PUBLIC, some_evidence())


ENTRY = {"type": "CredentialsRegistered", "credentials": [], "provider": "p"}


@pytest.mark.parametrize(
    "slots",
    [
        Slots(),
        Slots(current=Link(5, 9)),
        Slots(pending=Pending(ENTRY, "k")),
        Slots(current=Link(2**40, 2**41), pending=Pending(ENTRY, "k")),
    ],
)
def test_b08_both_slots_have_one_size_whatever_they_say(slots):
    size = links.pending_size(3, "Ed25519")
    current, pending = links.seal(KEY.public_key, slots, size)
    assert (len(current), len(pending)) == (512 + 48, size + 48)
    assert links.unseal(KEY, current, pending) == slots


def test_a_change_of_one_slot_seals_both_anew():
    slots = Slots(current=Link(5, 9))
    first, second = (links.seal(KEY.public_key, slots, 2048) for _ in range(2))
    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize(("group", "digits"), [("Ed25519", 64), ("BELENIOS-2048", 617)])
@pytest.mark.parametrize("contests", [1, 3, 20])
def test_the_largest_registration_fits_into_the_pending_slot(group, digits, contests):
    scalar = "9" * 78
    credential = {
        "contest": "1" * 14,
        "credential": "9" * digits,
        "proof": {"challenge": scalar, "response": scalar},
    }
    entry = {
        "type": "CredentialsRegistered",
        "credentials": [credential] * contests,
        "provider": "p" * 64,
        "bound": False,
        "evidence": "f" * 64,
        "registrar": "A" * 88,
        "replaces": 2**53 - 1,
    }
    size = links.pending_size(contests, group)
    links.seal(KEY.public_key, Slots(pending=Pending(entry, "f" * 64)), size)


def test_a_registration_that_does_not_fit_is_refused_not_cut():
    entry = {"type": "x" * 600}
    with pytest.raises(Misconfigured, match="link_too_large"):
        links.seal(KEY.public_key, Slots(pending=Pending(entry, "")), 512)


def test_links_open_with_the_link_key_only():
    sealed = links.seal(KEY.public_key, Slots(current=Link(1, 1)), 512)
    with pytest.raises(Misconfigured, match="link_unreadable"):
        links.unseal(PrivateKey(b"\x08" * 32), *sealed)
