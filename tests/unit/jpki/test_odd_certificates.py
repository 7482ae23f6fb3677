"""Certificates and authorities that lack what real ones have."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.anchors import Anchor, anchor, is_authority, load_anchors
from tsukuba_trust.jpki.certificate import Certificate, read_certificate
from tsukuba_trust.jpki.profile import RSA_SHA256
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import check_issued, validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import directory_name

KEY = ec.generate_private_key(ec.SECP384R1())
NAME = directory_name(("C", "JP"), ("O", "JPKI-TEST"))


def bare(at: datetime, *extensions: x509.ExtensionType) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 7)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(KEY, SHA256())


def read(at: datetime, *extensions: x509.ExtensionType) -> Certificate:
    return read_certificate(bare(at, *extensions).public_bytes(Encoding.DER))


def test_a_certificate_with_one_extension_says_nothing_else(at: datetime) -> None:
    certificate = read(at, x509.OCSPNoCheck())
    assert certificate.authority is None
    assert certificate.key_usage == frozenset()
    assert certificate.alternative_names == b""
    assert (certificate.subject_locality, certificate.crl_locality) == ("", "")


def test_a_certificate_without_extensions_is_none_of_a_card(at: datetime) -> None:
    with pytest.raises(CertificateRefused, match="cert_malformed"):
        read(at)


@pytest.mark.parametrize("serial", [None, 5])
def test_an_authority_key_identifier_must_name_key_and_serial(
    at: datetime, authority: TestAuthority, serial: int | None
) -> None:
    names = None if serial is None else [x509.DirectoryName(NAME)]
    key_id = authority.issuers.sign.key_id if serial is None else None
    data = bare(at, x509.AuthorityKeyIdentifier(key_id, names, serial)).public_bytes(Encoding.DER)
    assert read_certificate(data).authority is None
    with pytest.raises(CertificateRefused, match="cert_unknown_issuer"):
        validate(data, at, authority.anchors, "sign")


def test_a_crl_with_an_address_only_names_no_municipality(at: datetime) -> None:
    link = x509.UniformResourceIdentifier("http://crl.test.invalid")
    named = x509.DistributionPoint([link], None, None, None)
    relative = x509.DistributionPoint(
        None, x509.RelativeDistinguishedName(list(NAME)[:1]), None, None
    )
    assert read(at, x509.CRLDistributionPoints([named, relative])).crl_locality == ""


def test_a_certificate_without_constraints_is_no_authority(at: datetime) -> None:
    assert not is_authority(bare(at))


def test_an_authority_that_cannot_be_chosen_by_key_is_no_anchor(at: datetime) -> None:
    with pytest.raises(Misconfigured, match="anchor_not_authority"):
        anchor("sign", bare(at), genuine=False)


def test_an_authority_with_another_kind_of_key_checks_nothing(at: datetime, card: TestCard) -> None:
    """The next card is a new profile with a new algorithm, not a surprise in an old one."""
    elliptic = Anchor("sign", bare(at), "", b"", genuine=False)
    with pytest.raises(CertificateRefused, match="cert_bad_signature"):
        check_issued(read_certificate(card.certificate), elliptic, RSA_SHA256)


def test_a_list_must_hold_entries(tmp_path: Path) -> None:
    (tmp_path / "anchors.toml").write_text("anchor = 1", encoding="utf-8")
    with pytest.raises(Misconfigured, match="anchors_unreadable"):
        load_anchors(tmp_path)


def test_a_list_that_holds_other_things_than_entries_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anchors.toml").write_text("anchor = [1]", encoding="utf-8")
    with pytest.raises(Misconfigured, match="anchors_unreadable"):
        load_anchors(tmp_path)
