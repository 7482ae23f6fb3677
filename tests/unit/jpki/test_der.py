"""The strict DER reader."""

import pytest

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.certificate import read_certificate
from tsukuba_trust.jpki.refusal import CertificateRefused
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
        der.utf8_text(data)


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
