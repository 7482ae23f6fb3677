"""Lists of revoked certificates: signed by the pinned authority, whole, fresh, and for us.

J-LIS gives its lists by municipality; which one covers a certificate is said by the
directory names of both, never by an address in the certificate.

:source: RFC 5280 sections 5 and 6.3; jpki.md 3.1, 3.6
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from tsukuba_trust.jpki.statuses import (
    GOOD,
    REVOKED,
    SKEW,
    STALE,
    UNKNOWN,
    UNREACHABLE,
    NoAnswer,
    check_signed,
)

LARGEST: Final = 32 * 1024 * 1024
_UNREADABLE = (ValueError, Warning, x509.DuplicateExtension, UnsupportedAlgorithm)


def read_list(data: bytes) -> x509.CertificateRevocationList:
    """Parse a list, DER or PEM; nothing of it is believed yet.

    :raises NoAnswer: unreachable
    """
    if len(data) > LARGEST:
        raise NoAnswer(UNREACHABLE, "crl_too_large")
    try:
        pem = data.startswith(b"-----BEGIN")
        found = x509.load_pem_x509_crl(data) if pem else x509.load_der_x509_crl(data)
        # Decoded now, because the library is lazy.
        _ = (found.extensions, found.issuer, found.last_update_utc, found.next_update_utc)
    except _UNREADABLE:
        raise NoAnswer(UNREACHABLE, "crl_malformed") from None
    return found


def state_in(
    lists: Sequence[x509.CertificateRevocationList],
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    at: datetime,
    max_age: timedelta,
) -> str:
    """Return "good" or "revoked", or "unknown" when no list covers the certificate.

    Whatever a fresh list says goes before what is wrong with another one.

    :param issuer: the pinned authority
    :raises NoAnswer: unreachable or stale: lists cover it, and none can be used
    """
    found, trouble = [], []
    for one in lists:
        if one.issuer != issuer.subject or not covers(one, certificate):
            continue
        try:
            check_list(one, issuer, at, max_age)
            found.append(_state(one, certificate))
        except NoAnswer as error:
            trouble.append(error)
    if found:
        return REVOKED if REVOKED in found else GOOD
    if trouble:
        raise min(trouble, key=lambda error: error.state != STALE)
    return UNKNOWN


def covers(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Tell whether a list speaks of holders' certificates of this one's distribution point."""
    point = _extension(found, x509.IssuingDistributionPoint)
    if point is None:
        return True
    partial = (
        point.only_contains_ca_certs
        or point.only_contains_attribute_certs
        or point.indirect_crl
        or point.only_some_reasons
        or point.relative_name
    )
    if partial:
        return False
    return not point.full_name or bool(set(point.full_name) & _points_of(certificate))


def check_list(
    found: x509.CertificateRevocationList,
    issuer: x509.Certificate,
    at: datetime,
    max_age: timedelta,
) -> None:
    """Check a list: signed by an authority that may, complete, nothing critical unread, fresh.

    :raises NoAnswer: unreachable or stale
    """
    usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.crl_sign:
        raise NoAnswer(UNREACHABLE, "crl_issuer_not_allowed")
    check_signed(
        issuer,
        found.signature_algorithm_oid,
        found.signature,
        found.tbs_certlist_bytes,
        reason="crl_signature",
    )
    for extension in found.extensions:
        if extension.critical and extension.oid != x509.IssuingDistributionPoint.oid:
            raise NoAnswer(UNREACHABLE, "crl_unknown_critical_extension")
    made, until = found.last_update_utc, found.next_update_utc
    if made > at + SKEW:
        raise NoAnswer(UNREACHABLE, "crl_from_future")
    if until is None or until < at or at - made > max_age:
        raise NoAnswer(STALE, "crl_outdated")


def _state(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> str:
    """Say what a list says; an entry that cannot be read in full revokes all the same."""
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return GOOD if entry is None else REVOKED


def _points_of(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    except x509.ExtensionNotFound:
        return set()
    return {name for point in extension.value for name in point.full_name or ()}


def _extension(
    found: x509.CertificateRevocationList, kind: type[x509.IssuingDistributionPoint]
) -> x509.IssuingDistributionPoint | None:
    try:
        return found.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
