"""The validator: eight checks in a fixed order, each with a ground of its own.

The ninth, revocation, is not made here yet; whoever asks is told so. Nothing of the
certificate is ever in a message, and library errors are not chained (attack O23).

:source: jpki.md 4
"""

from datetime import datetime
from typing import Final, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from tsukuba_trust.jpki import extensions
from tsukuba_trust.jpki.anchors import Anchor, Anchors
from tsukuba_trust.jpki.attributes import Attributes, other_names, read_attributes
from tsukuba_trust.jpki.certificate import Certificate, read_certificate
from tsukuba_trust.jpki.memory import Common
from tsukuba_trust.jpki.profile import PROFILES, WEAK_IDENTIFIERS, Algorithm, Profile
from tsukuba_trust.jpki.profile import profile as profile_of
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import CardKey, check_signature
from tsukuba_trust.jpki.usual import Parts, cut
from tsukuba_trust.jpki.valid import ValidCertificate

_READ: Final = frozenset({extensions.KEY_USAGE, extensions.POLICIES})


def validate(
    data: bytes,
    at: datetime,
    anchors: Anchors,
    purpose: str,
    profiles: tuple[Profile, ...] = PROFILES,
) -> ValidCertificate:
    """Validate the certificate of a card.

    1. strict DER of at most 4,096 bytes; 2. the issuer among the pinned authorities of the
    purpose, by key id and serial, with this very name, an authority indeed; 3. algorithms and
    key sizes, then the issuer's signature; 4. validity of card and authority; 5. policy; 6. key
    usage; 7. no other critical extension, and no authority itself; 8. the six attributes, or none.

    :param data: DER
    :param at: aware UTC
    :param anchors: pinned authorities
    :param purpose: "sign" or "auth"
    :param profiles: the rules of every card that is known
    :raises CertificateRefused: ``reason`` names the check
    :source: jpki.md 4; signature after algorithm, so that a weak one is never computed
    """
    parts = cut(data)
    if parts is not None:
        known = _recognise(parts, at, anchors, purpose, profiles)
        if known is not None:
            return known
    valid = validate_explicitly(data, at, anchors, purpose, profiles)
    if parts is not None:
        common = Common(valid.profile, valid.subject_locality, valid.crl_locality)
        valid.anchor.memory.learn(parts, common, anchors, profiles)
    return valid


def validate_explicitly(
    data: bytes,
    at: datetime,
    anchors: Anchors,
    purpose: str,
    profiles: tuple[Profile, ...] = PROFILES,
) -> ValidCertificate:
    """Validate a certificate by every check in turn, whatever was seen before.

    :raises CertificateRefused: ``reason`` names the check
    """
    certificate = read_certificate(data)
    issuer = choose_issuer(certificate, anchors, purpose)
    profile = profile_of(purpose, issuer.card, profiles)
    check_algorithm(certificate, profile.issued_with)
    key = check_key(certificate, profile.signs_with)
    check_issued(certificate, issuer, profile.issued_with)
    check_validity(certificate, issuer, at)
    check_policy(certificate, profile)
    check_key_usage(certificate, profile)
    check_critical_extensions(certificate)
    return ValidCertificate(
        purpose,
        profile,
        issuer,
        certificate.serial,
        key,
        check_attributes(certificate, profile),
        certificate.subject_locality,
        certificate.crl_locality,
    )


def _recognise(
    parts: Parts,
    at: datetime,
    anchors: Anchors,
    purpose: str,
    profiles: tuple[Profile, ...],
) -> ValidCertificate | None:
    """Accept a certificate that differs from accepted ones only in what is the holder's own.

    Issuer, policy, usages and all critical extensions are those of a certificate that passed
    every check by the same authorities and rules; algorithms and form of the key are compared by
    ``cut``. Left are the key itself, the authority's signature, validity and attributes. So what is
    accepted here is accepted explicitly too; None = the explicit checks are to say.

    :raises CertificateRefused: ``cert_bad_signature``, the first ground that is left
    """
    for issuer in anchors:
        common = issuer.memory.recall(parts, anchors, profiles)
        if common is not None and issuer.purpose == purpose and issuer.subject == parts.issuer:
            break
    else:
        return None
    try:
        key = cast("CardKey", load_der_public_key(parts.key))
    except (ValueError, UnsupportedAlgorithm):
        return None
    profile = common.profile
    check_issued(parts, issuer, profile.issued_with)
    if (
        not parts.not_before <= at <= parts.not_after
        or not issuer.not_before <= at <= issuer.not_after
    ):
        return None
    try:
        attributes = read_attributes(parts.names, profile.attributes) if parts.names else None
    except CertificateRefused:
        return None
    return ValidCertificate(
        purpose,
        common.profile,
        issuer,
        parts.serial,
        key,
        attributes,
        common.subject_locality,
        common.crl_locality,
    )


def choose_issuer(certificate: Certificate, anchors: Anchors, purpose: str) -> Anchor:
    """Choose the pinned authority that the AuthorityKeyIdentifier names (step 2).

    :raises CertificateRefused: ``cert_unknown_issuer``, ``cert_wrong_purpose`` when it is
        pinned for the other one, ``cert_issuer_not_authority``, ``cert_issuer_name``
    """
    named = certificate.authority
    if named is None:
        raise CertificateRefused("cert_unknown_issuer")
    found = [a for a in anchors if named.key_id == a.key_id and named.serial == a.serial]
    for candidate in found:
        if candidate.purpose == purpose:
            if not candidate.authority:
                raise CertificateRefused("cert_issuer_not_authority")
            if not certificate.issuer == named.issuer == candidate.subject:
                raise CertificateRefused("cert_issuer_name")
            return candidate
    raise CertificateRefused("cert_wrong_purpose" if found else "cert_unknown_issuer")


def check_algorithm(certificate: Certificate, algorithm: Algorithm) -> None:
    """Check the signature algorithm, inside and outside alike (step 3).

    :raises CertificateRefused: ``cert_weak_algorithm``, ``cert_algorithms_differ`` or
        ``cert_unknown_algorithm``
    """
    inner, outer = certificate.inner_algorithm, certificate.outer_algorithm
    if inner == outer == algorithm.identifier:
        return
    if {inner, outer} & WEAK_IDENTIFIERS:
        raise CertificateRefused("cert_weak_algorithm")
    raise CertificateRefused(
        "cert_unknown_algorithm" if inner == outer else "cert_algorithms_differ"
    )


def check_key(certificate: Certificate, algorithm: Algorithm) -> CardKey:
    """Check kind and size of the holder's key (step 3).

    :raises CertificateRefused: ``cert_unknown_algorithm`` or ``cert_weak_key``
    """
    if certificate.key_identifier != algorithm.key_identifier:
        raise CertificateRefused("cert_unknown_algorithm")
    key = certificate.public_key()
    if not algorithm.least_bits <= key.key_size <= algorithm.most_bits:
        raise CertificateRefused("cert_weak_key")
    if algorithm.exponent and key.public_numbers().e != algorithm.exponent:
        raise CertificateRefused("cert_weak_key")
    return cast("CardKey", key)


def check_issued(certificate: Certificate | Parts, issuer: Anchor, algorithm: Algorithm) -> None:
    """Check the authority's signature (steps 2 and 3).

    :raises CertificateRefused: ``cert_bad_signature``
    """
    if issuer.family != algorithm.family:
        raise CertificateRefused("cert_bad_signature")
    check_signature(
        algorithm,
        issuer.key,
        certificate.signature,
        certificate.signed,
        reason="cert_bad_signature",
    )


def check_validity(certificate: Certificate | Parts, issuer: Anchor, at: datetime) -> None:
    """Check that card and authority are valid at an instant (step 4).

    :raises CertificateRefused: ``cert_expired``, ``cert_not_yet_valid`` or
        ``cert_issuer_not_valid``
    """
    if at > certificate.not_after:
        raise CertificateRefused("cert_expired")
    if at < certificate.not_before:
        raise CertificateRefused("cert_not_yet_valid")
    if not issuer.not_before <= at <= issuer.not_after:
        raise CertificateRefused("cert_issuer_not_valid")


def check_policy(certificate: Certificate, profile: Profile) -> None:
    """Check that the one policy is the purpose's, in a critical extension (step 5).

    :raises CertificateRefused: ``cert_wrong_policy`` or ``cert_policy_not_critical``
    """
    extension = certificate.extension(extensions.POLICIES)
    if extension.value != (profile.policy,):
        raise CertificateRefused("cert_wrong_policy")
    if not extension.critical:
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
    """Check that no critical extension is left unread, and that the holder issues nothing (step 7).

    :raises CertificateRefused: ``cert_unknown_critical_extension`` or ``cert_is_authority``
    """
    for extension in certificate.extensions.values():
        if extension.critical and extension.oid not in _READ:
            raise CertificateRefused("cert_unknown_critical_extension")
    if certificate.extension(extensions.BASIC_CONSTRAINTS).value:
        raise CertificateRefused("cert_is_authority")


def check_attributes(certificate: Certificate, profile: Profile) -> Attributes | None:
    """Read the six attributes of a signing certificate; any other must have none (step 8).

    :raises CertificateRefused: the grounds of ``read_attributes``, or
        ``cert_attributes_not_allowed``
    """
    names = certificate.alternative_names
    if profile.attributes:
        return read_attributes(names, profile.attributes)
    if other_names(names):
        raise CertificateRefused("cert_attributes_not_allowed")
    return None
