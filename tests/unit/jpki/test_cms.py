"""The CMS form: what client software writes is read, and everything else is refused (J02)."""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)

from tsukuba_trust.jpki import cms, cms_attributes
from tsukuba_trust.jpki.cms import read_cms
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import der_string
from tsukuba_trust.testing.message_defects import MESSAGE_DEFECTS, TIME, Context
from tsukuba_trust.testing.messages import message
from tsukuba_trust.testing.people import Person

TEXT = "つくばトラスト 登録 / tsukuba-trust registration 1\nelection: x"


@pytest.fixture(scope="module")
def other(authority: TestAuthority, resident: Person) -> TestCard:
    return authority.card(resident)


def check(data: bytes, authority: TestAuthority, at: datetime, text: str = TEXT) -> None:
    """Do what the provider does with a message."""
    found = read_cms(data)
    found.check(validate(found.certificate, at, authority.anchors, "sign"), text.encode())


def test_a_cards_message_is_accepted(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    check(message(card, TEXT).make(), authority, at)


@pytest.mark.parametrize("capabilities", [True, False])
def test_a_message_of_another_program_is_accepted(
    card: TestCard, authority: TestAuthority, at: datetime, capabilities: bool
) -> None:
    """The library adds the signing time and, when it likes, what else it can do."""
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    if not capabilities:
        options.append(pkcs7.PKCS7Options.NoCapabilities)
    holder = x509.load_der_x509_certificate(card.certificate)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(TEXT.encode())
    data = builder.add_signer(holder, card.key, SHA256()).sign(Encoding.DER, options)
    check(data, authority, at)
    with pytest.raises(CertificateRefused, match="cms_other_text"):
        check(data, authority, at, TEXT + "x")


@pytest.mark.skipif(
    shutil.which("openssl") is None and not os.environ.get("CI"), reason="openssl is not installed"
)
def test_what_openssl_writes_is_accepted_and_openssl_accepts_ours(
    card: TestCard, authority: TestAuthority, at: datetime, tmp_path: Path
) -> None:
    """A program that nobody here wrote, with the command of docs/card-reasons.md."""
    holder = x509.load_der_x509_certificate(card.certificate)
    (tmp_path / "card.pem").write_bytes(holder.public_bytes(Encoding.PEM))
    key = card.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "card.key").write_bytes(key)
    (tmp_path / "text").write_bytes(TEXT.encode())
    openssl(tmp_path, "-sign -md sha256 -in text -signer card.pem -inkey card.key -out theirs")
    check((tmp_path / "theirs").read_bytes(), authority, at)
    (tmp_path / "ours").write_bytes(message(card, TEXT).make())
    openssl(tmp_path, "-verify -noverify -inform DER -in ours -content text -out seen")
    assert (tmp_path / "seen").read_bytes() == TEXT.encode()


def openssl(folder: Path, arguments: str) -> None:
    command = ["openssl", "cms", "-binary", "-outform", "DER", *arguments.split()]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("name", MESSAGE_DEFECTS)
def test_j02_each_defect_of_a_message_is_refused_with_its_own_ground(
    name: str, card: TestCard, other: TestCard, authority: TestAuthority, at: datetime
) -> None:
    """J02: extra signer, appended data, swapped payload, content from the message, …"""
    made = message(card, TEXT)
    MESSAGE_DEFECTS[name].change(made, Context(TEXT, other))
    with pytest.raises(CertificateRefused) as caught:
        check(made.make(), authority, at)
    assert caught.value.reason == MESSAGE_DEFECTS[name].reason
    assert caught.value.__cause__ is None


def test_certificates_of_authorities_in_a_message_are_ignored(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    made = message(card, TEXT)
    made.certificates += [
        authority.issuers.sign.certificate.public_bytes(Encoding.DER),
        authority.issuers.stranger.certificate.public_bytes(Encoding.DER),
    ]
    check(made.make(), authority, at)


def test_j01_an_authority_that_a_message_brings_along_is_not_believed(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    forged = authority.card(resident, defect="unknown_root")
    made = message(forged, TEXT)
    made.certificates.append(authority.issuers.stranger.certificate.public_bytes(Encoding.DER))
    with pytest.raises(CertificateRefused, match="cert_unknown_issuer"):
        check(made.make(), authority, at)


def test_the_time_that_a_signer_claims_is_not_used(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    made = message(card, TEXT)
    assert made.signers[0].attributes is not None
    made.signers[0].attributes.append((TIME, [der_string(0x17, b"990101000000Z")]))
    check(made.make(), authority, at)


@pytest.mark.parametrize(
    ("room", "check_name", "defect"),
    [
        (cms, "_check_detached", "content_attached"),
        (cms, "_check_detached", "content_of_another_type"),
        (cms_attributes, "sorted", "attributes_unsorted"),
    ],
)
def test_j02_each_check_is_needed(
    monkeypatch: pytest.MonkeyPatch,
    room: object,
    check_name: str,
    defect: str,
    card: TestCard,
    other: TestCard,
    authority: TestAuthority,
    at: datetime,
) -> None:
    """Without the check the message would be taken."""
    made = message(card, TEXT)
    MESSAGE_DEFECTS[defect].change(made, Context(TEXT, other))
    monkeypatch.setattr(room, check_name, lambda value: value, raising=False)
    check(made.make(), authority, at)


def test_j02_only_our_own_text_counts(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    """A good message over another text is no signature over ours."""
    data = message(card, "another text").make()
    check(data, authority, at, "another text")
    with pytest.raises(CertificateRefused, match="cms_other_text"):
        check(data, authority, at)


@pytest.mark.parametrize("cut", [1, 2, 10, 100, 300, 1000])
def test_a_truncated_message_is_refused(card: TestCard, cut: int) -> None:
    with pytest.raises(CertificateRefused, match="cms_malformed"):
        read_cms(message(card, TEXT).make()[:-cut])


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\0", b"\x30\x80\0\0", b"-----BEGIN PKCS7"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateRefused, match="cms_malformed"):
        read_cms(data)
