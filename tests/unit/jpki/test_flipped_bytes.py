"""Mutation fuzzing of certificates and messages: never a crash, never an accept (J01, J02).

A million changes in ``make test-long``, a seeded tenth otherwise. Every byte of a certificate
and of a message is changed at least once; what the reader passes, the signature still stops.
"""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from tsukuba_trust.jpki import validate as validator
from tsukuba_trust.jpki.cms import read_cms
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.messages import message

TEXT = "つくばトラスト 登録 / tsukuba-trust registration 1"
SHORT, LONG = 100_000, 1_000_000
PARTS = 4  # sign, auth, message, and reading alone
STRUCTURE = (0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x30, 0x31, 0x80, 0xA0, 0xA3, 0xFF, 0x00)


@dataclass(frozen=True)
class Subject:
    """Something to be changed.

    :param check: raises for what is refused
    """

    data: bytes
    check: Callable[[bytes], object]


def changed(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield changed copies: each byte once, then one to four places at random."""
    chance = random.Random(seed)
    for place in range(min(len(data), count)):
        yield flipped(data, [place], chance)
    for _ in range(count - len(data)):
        places = [chance.randrange(len(data)) for _ in range(chance.choice((1, 1, 1, 2, 4)))]
        if chance.random() < 0.02:
            yield resized(data, places[0], chance)
        else:
            yield flipped(data, places, chance)


def flipped(data: bytes, places: list[int], chance: random.Random) -> bytes:
    """Change bytes by a bit, to a byte of DER's structure, or to anything else."""
    copy = bytearray(data)
    for place in dict.fromkeys(places):
        old = copy[place]
        way = chance.randrange(3)
        new = old ^ 1 << chance.randrange(8)
        if way == 1:
            new = chance.choice(STRUCTURE)
        elif way == 2:
            new = chance.randrange(256)
        copy[place] = new if new != old else old ^ 0x80
    return bytes(copy)


def resized(data: bytes, place: int, chance: random.Random) -> bytes:
    """Cut something out, double it, or put something in."""
    size = chance.randrange(1, 40)
    part = data[place : place + size]
    return chance.choice(
        (
            data[:place] + data[place + size :],
            data[:place] + part + data[place:],
            data[:place] + chance.randbytes(size) + data[place:],
            data[:place],
        )
    )


def accepted(subject: Subject, count: int, seed: int) -> list[bytes]:
    """Return the changes that were taken; whatever else is raised ends the test."""
    taken = []
    for data in changed(subject.data, count, seed):
        try:
            subject.check(data)
        except CertificateRefused:
            continue
        if data != subject.data:
            taken.append(data)
    return taken


@pytest.fixture(params=["sign", "auth", "message"])
def subject(
    request: pytest.FixtureRequest, card: TestCard, authority: TestAuthority, at: datetime
) -> Subject:
    def check_message(data: bytes) -> None:
        found = read_cms(data)
        found.check(validate(found.certificate, at, authority.anchors, "sign"), TEXT.encode())

    anchors, kind = authority.anchors, str(request.param)
    if kind == "message":
        return Subject(message(card, TEXT).make(), check_message)
    data = card.certificate
    if kind == "auth":
        data = authority.issue(card.person, purpose="auth")
    return Subject(data, lambda data: validate(data, at, anchors, kind))


def test_the_unchanged_subject_is_accepted(subject: Subject) -> None:
    subject.check(subject.data)


def test_j01_j02_no_change_crashes_the_validator_or_is_accepted(subject: Subject) -> None:
    assert accepted(subject, SHORT // PARTS, seed=2026) == []


@pytest.mark.long
def test_j01_j02_no_change_of_a_million_crashes_the_validator_or_is_accepted(
    subject: Subject,
) -> None:
    assert accepted(subject, LONG // PARTS, seed=int(os.environ.get("SEED", "7"))) == []


def unsigned(authority: TestAuthority, card: TestCard, at: datetime) -> Subject:
    return Subject(card.certificate, lambda data: validate(data, at, authority.anchors, "sign"))


def test_no_change_crashes_the_checks_behind_the_signature(
    monkeypatch: pytest.MonkeyPatch, card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    """With the authority's signature out of the way the later checks see the changes too."""
    monkeypatch.setattr(validator, "check_issued", lambda *_arguments: None)
    taken = accepted(unsigned(authority, card, at), SHORT // PARTS, seed=11)
    assert 0 < len(taken) < SHORT // PARTS


@pytest.mark.long
def test_no_change_of_a_million_crashes_the_checks_behind_the_signature(
    monkeypatch: pytest.MonkeyPatch, card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    monkeypatch.setattr(validator, "check_issued", lambda *_arguments: None)
    assert len(accepted(unsigned(authority, card, at), LONG // PARTS, seed=12)) < LONG // PARTS


def test_every_byte_of_both_certificates_and_the_message_counts(subject: Subject) -> None:
    """Each bit of each byte, once: nothing stands in them that nobody looks at."""
    for place in range(len(subject.data)):
        for bit in range(0, 8, 3):
            copy = bytearray(subject.data)
            copy[place] ^= 1 << bit
            with pytest.raises(CertificateRefused):
                subject.check(bytes(copy))
