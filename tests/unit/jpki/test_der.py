"""The strict DER reader."""

import random
from datetime import datetime

import pytest

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki import validate as validator
from tsukuba_trust.jpki.certificate import read_certificate
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import der_string, utf8_string


def test_it_reads_long_lengths() -> None:
    content = bytes(70_000)
    assert der.read(der_string(0x30, content), der.SEQUENCE).content == content


@pytest.mark.parametrize(
    "data",
    [
        "",
        "30",
        "3080020100 0000",  # indefinite length
        "308101 00",  # a long form for a short length
        "30820001 00",  # a leading zero in the length
        "3084000000 0100",  # more length than any certificate needs
        "3082",  # the length is missing
        "3003 0201",  # the content is missing
        "3000 00",  # something behind
        "0c00",  # another type
        "1f8100 00",  # a tag of several bytes
    ],
)
def test_it_refuses_what_is_not_der(data: str) -> None:
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        der.read(bytes.fromhex(data), der.SEQUENCE)


def test_it_refuses_broken_children() -> None:
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        der.children(der.read(bytes.fromhex("30020205"), der.SEQUENCE))


@pytest.mark.parametrize(
    "data",
    [
        utf8_string("筑波") + b"\x05\0",  # something behind
        der_string(0x13, b"TSUKUBA"),  # PrintableString
        der_string(0x1E, "筑波".encode("utf-16-be")),  # BMPString
        der_string(0x0C, b"\xe7\xad"),  # a cut character
        der_string(0x0C, b"\xc0\x80"),  # an overlong form
        der_string(0x0C, b"\xed\xa0\x80"),  # a surrogate
        b"",
    ],
)
def test_text_is_strict_utf8_and_nothing_else(data: bytes) -> None:
    with pytest.raises(CertificateRefused, match="cert_attribute_encoding"):
        der.utf8_text(data, 0, len(data), "cert_attribute_encoding")


@pytest.mark.parametrize("serial", ["0200", "020100", "0201ff", "0215" + "11" * 21])
def test_a_serial_number_is_positive_and_at_most_twenty_bytes(serial: str) -> None:
    parts = der_string(0x30, bytes.fromhex("a003020102" + serial + "3000"))
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        read_certificate(der_string(0x30, parts + bytes.fromhex("30000300")))


@pytest.mark.parametrize(
    "content", ["", "3000", "300030003000", "0200 3000 0300", "300402000200 3000 0300"]
)
def test_another_structure_is_no_certificate(content: str) -> None:
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        read_certificate(der_string(0x30, bytes.fromhex(content)))


def test_an_extension_that_stands_twice_is_refused(card: TestCard) -> None:
    """Found by the library only when extensions are looked at: they are, at once."""
    key_id = bytes.fromhex("0603551d0e")
    usage = bytes.fromhex("0603551d0f")
    doubled = card.certificate.replace(key_id, usage, 1)
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        read_certificate(doubled)


@pytest.mark.parametrize("version", [0, 1, 3, 111])
def test_only_version_three_is_read(card: TestCard, version: int) -> None:
    old = bytes.fromhex("a003020102")
    changed = card.certificate.replace(old, old[:-1] + bytes([version]), 1)
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        read_certificate(changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Tsukuba-shi", b"Tsukuba\xffshi"),  # no UTF-8 in the subject
        (bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d010163")),
    ],
)
def test_o23_what_the_library_cannot_read_is_refused_without_its_words(
    card: TestCard, old: bytes, new: bytes
) -> None:
    with pytest.raises(CertificateRefused) as caught:
        read_certificate(card.certificate.replace(old, new)).public_key()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_an_issuer_of_another_form_is_not_the_authority(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    """The organisation's name stands as a country: the bytes of the name decide."""
    odd = card.certificate.replace(bytes.fromhex("060355040a"), bytes.fromhex("0603550406"), 1)
    with pytest.raises(CertificateRefused, match="cert_issuer_name"):
        validator.validate(odd, at, authority.anchors, "sign")


def test_no_change_of_any_byte_raises_anything_else(
    card: TestCard, authority: TestAuthority, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even with the authority's signature out of the way, a broken card is refused cleanly."""
    monkeypatch.setattr(validator, "check_issued", lambda *_arguments: None)
    chance = random.Random(1)
    refused = 0
    for place in range(len(card.certificate)):
        broken = bytearray(card.certificate)
        broken[place] = chance.randrange(256)
        try:
            validator.validate(bytes(broken), at, authority.anchors, "sign")
        except CertificateRefused:
            refused += 1
    assert refused > len(card.certificate) // 3
