"""The validator: eight checks in a fixed order, each with a ground of its own.

The ninth, revocation, is not made here yet; whoever asks is told so. Nothing of the
certificate is ever in a message, and library errors are not chained (attack O23).

:source: jpki.md 4
"""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from tsukuba_trust.jpki.anchors import Anchor, Anchors, is_authority
from tsukuba_trust.jpki.attributes import Attributes, read_attributes
from tsukuba_trust.jpki.certificate import Certificate, read_certificate
from tsukuba_trust.jpki.profile import PROFILES, WEAK_IDENTIFIERS, Algorithm, Profile
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import check_signature


@dataclass(frozen=True, slots=True)
class ValidCertificate:
    """A certificate that stands.

    :param attributes: of a signing certificate; None for user authentication
    :param subject_locality: the subject's L values, "/" between them, as in Ibaraki-ken/Tsukuba-shi
    :param crl_locality: the last two components of the CRL's directory name, likewise
    """

    purpose: str
    profile: Profile
    anchor: Anchor
    key: rsa.RSAPublicKey = field(repr=False)
    attributes: Attributes | None = field(repr=False)
    subject_locality: str = field(repr=False)
    crl_locality: str = field(repr=False)

    def check_signed(self, signature: bytes, message: bytes) -> None:
        """Check that the card signed a message.

        :raises CertificateRefused: ``signature_invalid``
        """
        check_signature(
            self.profile.algorithm.name, self.key, signature, message, reason="signature_invalid"
        )


def validate(data: bytes, at: datetime, anchors: Anchors, purpose: str) -> ValidCertificate:
    """Validate the certificate of a card.

    1. strict DER of at most 4,096 bytes; 2. the issuer among the pinned authorities of the
    purpose, by key id and serial, an authority indeed; 3. algorithms and key sizes, then the
    issuer's signature; 4. validity of card and authority; 5. policy; 6. key usage;
    7. no other critical extension; 8. the six attributes, or none.

    :param data: DER
    :param at: aware UTC
    :param anchors: pinned authorities
    :param purpose: "sign" or "auth"
    :raises CertificateRefused: ``reason`` names the check
    :source: jpki.md 4; signature after algorithm, so that a weak one is never computed
    """
    profile = PROFILES[purpose]
    certificate = read_certificate(data)
    issuer = choose_issuer(certificate, anchors, purpose)
    check_algorithm(certificate, profile.algorithm)
    key = check_key(certificate, profile.algorithm)
    check_issued(certificate, issuer, profile.algorithm)
    check_validity(certificate, issuer, at)
    check_policy(certificate, profile)
    check_key_usage(certificate, profile)
    check_critical_extensions(certificate)
    return ValidCertificate(
        purpose=purpose,
        profile=profile,
        anchor=issuer,
        key=key,
        attributes=check_attributes(certificate, profile),
        subject_locality=certificate.subject_locality,
        crl_locality=certificate.crl_locality,
    )


def choose_issuer(certificate: Certificate, anchors: Anchors, purpose: str) -> Anchor:
    """Choose the pinned authority that the AuthorityKeyIdentifier names (step 2).

    :raises CertificateRefused: ``cert_wrong_purpose`` when it is pinned for the other one,
        ``cert_unknown_issuer``, ``cert_issuer_not_authority``
    """
    key_id = certificate.authority_key_id
    named = [a for a in anchors if key_id == (a.key_id, a.serial)]
    for candidate in named:
        if candidate.purpose == purpose:
            if not is_authority(candidate.certificate):
                raise CertificateRefused("cert_issuer_not_authority")
            return candidate
    raise CertificateRefused("cert_wrong_purpose" if named else "cert_unknown_issuer")


def check_algorithm(certificate: Certificate, algorithm: Algorithm) -> None:
    """Check the signature algorithm, inside and outside alike (step 3).

    :raises CertificateRefused: ``cert_weak_algorithm`` or ``cert_unknown_algorithm``
    """
    identifiers = {certificate.inner_algorithm, certificate.outer_algorithm}
    if identifiers == {algorithm.identifier}:
        return
    weak = identifiers & WEAK_IDENTIFIERS
    raise CertificateRefused("cert_weak_algorithm" if weak else "cert_unknown_algorithm")


def check_key(certificate: Certificate, algorithm: Algorithm) -> rsa.RSAPublicKey:
    """Check kind and size of the holder's key (step 3).

    :raises CertificateRefused: ``cert_unknown_algorithm`` or ``cert_weak_key``
    """
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise CertificateRefused("cert_unknown_algorithm")
    fits = algorithm.least_bits <= key.key_size <= algorithm.most_bits
    if not fits or key.public_numbers().e != algorithm.exponent:
        raise CertificateRefused("cert_weak_key")
    return key


def check_issued(certificate: Certificate, issuer: Anchor, algorithm: Algorithm) -> None:
    """Check the authority's signature (steps 2 and 3).

    :raises CertificateRefused: ``cert_bad_signature``
    """
    key = issuer.certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise CertificateRefused("cert_unknown_algorithm")
    parsed = certificate.parsed
    check_signature(
        algorithm.name,
        key,
        parsed.signature,
        parsed.tbs_certificate_bytes,
        reason="cert_bad_signature",
    )


def check_validity(certificate: Certificate, issuer: Anchor, at: datetime) -> None:
    """Check that card and authority are valid at an instant (step 4).

    :raises CertificateRefused: ``cert_expired``, ``cert_not_yet_valid`` or
        ``cert_issuer_not_valid``
    """
    if at > certificate.parsed.not_valid_after_utc:
        raise CertificateRefused("cert_expired")
    if at < certificate.parsed.not_valid_before_utc:
        raise CertificateRefused("cert_not_yet_valid")
    authority = issuer.certificate
    if not authority.not_valid_before_utc <= at <= authority.not_valid_after_utc:
        raise CertificateRefused("cert_issuer_not_valid")


def check_policy(certificate: Certificate, profile: Profile) -> None:
    """Check that the one policy is the purpose's, in a critical extension (step 5).

    :raises CertificateRefused: ``cert_wrong_policy`` or ``cert_policy_not_critical``
    """
    extension = certificate.extension(x509.CertificatePolicies)
    policies = [p.policy_identifier.dotted_string for p in extension.value] if extension else []
    if policies != [profile.policy]:
        raise CertificateRefused("cert_wrong_policy")
    if extension is None or not extension.critical:
        raise CertificateRefused("cert_policy_not_critical")


def check_key_usage(certificate: Certificate, profile: Profile) -> None:
    """Check that exactly the purpose's usages are set (step 6).

    :raises CertificateRefused: ``cert_wrong_key_usage``
    """
    if certificate.key_usage != profile.key_usage:
        raise CertificateRefused("cert_wrong_key_usage")
    if not profile.extended_key_usage <= certificate.extended_key_usage:
        raise CertificateRefused("cert_wrong_key_usage")


def check_critical_extensions(certificate: Certificate) -> None:
    """Check that no critical extension is left that nobody looked at (step 7).

    :raises CertificateRefused: ``cert_unknown_critical_extension``
    """
    known = {x509.KeyUsage.oid, x509.CertificatePolicies.oid}
    for extension in certificate.parsed.extensions:
        if extension.critical and extension.oid not in known:
            raise CertificateRefused("cert_unknown_critical_extension")


def check_attributes(certificate: Certificate, profile: Profile) -> Attributes | None:
    """Read the six attributes of a signing certificate; any other must have none (step 8).

    :raises CertificateRefused: the grounds of ``read_attributes``, or
        ``cert_attributes_not_allowed``
    """
    names = certificate.alternative_names
    if profile.has_attributes:
        return read_attributes(names)
    if any(isinstance(name, x509.OtherName) for name in names):
        raise CertificateRefused("cert_attributes_not_allowed")
    return None
