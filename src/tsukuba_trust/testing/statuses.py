"""Lists of revoked certificates and OCSP responders of a test authority.

:source: RFC 5280 section 5; RFC 6960 section 4.2.2.2
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tsukuba_trust.testing.certificates import Issuer, directory_name, key_usage

DAY: Final = timedelta(days=1)
SUPERSEDED: Final = x509.ReasonFlags.superseded


@dataclass(frozen=True, slots=True)
class OcspResponder:
    """Who answers for an authority: its certificate and key.

    :param issuer: the authority that named it
    """

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey = field(repr=False)
    issuer: x509.Certificate


def make_crl(
    issuer: Issuer,
    revoked: Mapping[int, datetime],
    at: datetime,
    *,
    lasts: timedelta = DAY,
    number: int = 1,
) -> bytes:
    """Return the DER of a list of revoked certificates.

    :param revoked: instant of revocation by serial number
    :param at: ``thisUpdate``, aware UTC
    :param lasts: from ``thisUpdate`` to ``nextUpdate``
    """
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at.replace(microsecond=0))
        .next_update(at.replace(microsecond=0) + lasts)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(key_id, critical=False)
    )
    for serial, when in sorted(revoked.items()):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(when.replace(microsecond=0))
            .add_extension(x509.CRLReason(SUPERSEDED), critical=False)
            .build()
        )
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


def make_responder(
    issuer: Issuer,
    key: rsa.RSAPrivateKey,
    not_before: datetime,
    not_after: datetime,
    *,
    may_answer: bool = True,
) -> OcspResponder:
    """Name a responder; ``may_answer=False`` leaves the usage OCSPSigning out."""
    name = directory_name(("C", "JP"), ("O", "JPKI-TEST"), ("CN", "OCSP responder"))
    usage = ExtendedKeyUsageOID.OCSP_SIGNING if may_answer else ExtendedKeyUsageOID.CLIENT_AUTH
    key_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(key_id.digest[:4], "big") | 1)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(key_usage({"digital_signature"}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(key_id, critical=False)
        .sign(issuer.key, SHA256())
    )
    return OcspResponder(certificate, key, issuer.certificate)
