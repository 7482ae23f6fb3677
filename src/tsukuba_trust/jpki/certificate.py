"""One card certificate, parsed strictly, with what the validator asks of it.

It is read twice, by the library and by our own reader: a certificate that either does not
understand is refused.

:source: jpki.md 3.1 and 4, item 1
"""

from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from tsukuba_trust.jpki import der, extensions
from tsukuba_trust.jpki.extensions import Extension, NamedAuthority
from tsukuba_trust.jpki.names import LOCALITY, read_name
from tsukuba_trust.jpki.profile import LARGEST_CERTIFICATE
from tsukuba_trust.jpki.refusal import CertificateRefused

# What the library raises for a certificate that it cannot read; odd lengths of names and the
# like are warnings, which are errors only where the installation says so.
_UNREADABLE: Final = (
    ValueError,
    Warning,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_OUTER: Final = [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]
# Version, serial number, algorithm, issuer, validity, subject, key, extensions: no unique ids.
_SIGNED: Final = [0xA0, der.INTEGER, *[der.SEQUENCE] * 5, 0xA3]
_VERSION_3: Final = b"\2\1\2"
_LARGEST_SERIAL: Final = 20  # bytes
_NOT_CRITICAL: Final = Extension("", False, None)


class Certificate:
    """A parsed certificate; nothing of it is checked but its form.

    :param parsed: the library's view
    :param signed: DER of the part that the authority signed; ``signature`` is over it
    :param inner_algorithm: DER of the AlgorithmIdentifier inside the signed part
    :param outer_algorithm: DER of the one beside the signature
    :param key_identifier: DER of the one of the holder's key
    :param issuer: DER of the name
    :param subject: (OID, text) pairs
    :param not_before: first instant of validity, aware UTC; ``not_after`` likewise the last
    :param extensions: by OID
    """

    __slots__ = (
        "extensions",
        "inner_algorithm",
        "issuer",
        "key_identifier",
        "not_after",
        "not_before",
        "outer_algorithm",
        "parsed",
        "serial",
        "signature",
        "signed",
        "subject",
    )

    parsed: x509.Certificate
    signed: bytes
    signature: bytes
    serial: int
    inner_algorithm: bytes
    outer_algorithm: bytes
    key_identifier: bytes
    issuer: bytes
    subject: list[tuple[str, str]]
    not_before: datetime
    not_after: datetime
    extensions: dict[str, Extension]

    def extension(self, oid: str) -> Extension:
        """Return an extension; one that is missing has no value and is not critical."""
        return self.extensions.get(oid, _NOT_CRITICAL)

    def public_key(self) -> Any:
        """Return the holder's key, of the kind that ``key_identifier`` names.

        :raises CertificateRefused: ``cert_unknown_algorithm``
        """
        try:
            return self.parsed.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise CertificateRefused("cert_unknown_algorithm") from None

    @property
    def authority(self) -> NamedAuthority | None:
        """Return who signed, as the certificate says; None unless it says it in full."""
        named: NamedAuthority | None = self.extension(extensions.AUTHORITY_KEY_ID).value
        return named

    @property
    def key_usage(self) -> frozenset[str]:
        """Return the names of the usages that are set; none when it is not critical."""
        found = self.extension(extensions.KEY_USAGE)
        return found.value if found.critical else frozenset()

    @property
    def extended_key_usage(self) -> frozenset[str]:
        """Return the OIDs of the extended usages."""
        return self.extension(extensions.EXTENDED_KEY_USAGE).value or frozenset()

    @property
    def alternative_names(self) -> bytes:
        """Return the DER of the subject's alternative names; empty when there are none."""
        return self.extension(extensions.ALTERNATIVE_NAMES).value or b""

    @property
    def subject_locality(self) -> str:
        """Return the subject's L values in order, "/" between them."""
        return "/".join([text for oid, text in self.subject if oid == LOCALITY])

    @property
    def crl_locality(self) -> str:
        """Return prefecture and municipality from the CRL's directory name, or nothing."""
        return self.extension(extensions.CRL_POINTS).value or ""


def read_certificate(data: bytes) -> Certificate:
    """Parse strict DER.

    :param data: at most 4,096 bytes
    :raises CertificateRefused: ``cert_too_large`` or ``cert_malformed``
    """
    if len(data) > LARGEST_CERTIFICATE:
        raise CertificateRefused("cert_too_large")
    whole = der.inner(data, (0, 0, len(data)), der.SEQUENCE)
    outer = der.split(data, whole[1], whole[2])
    # No unused bits in the signature, so that no other bytes say the same.
    if [place[0] for place in outer] != _OUTER or data[outer[2][1] : outer[2][1] + 1] != b"\0":
        raise CertificateRefused(der.MALFORMED)
    signed = der.split(data, outer[0][1], outer[0][2])
    if [place[0] for place in signed] != _SIGNED:
        raise CertificateRefused(der.MALFORMED)
    version, serial, inner, issuer, _, subject, key, rest = signed
    if data[version[1] : version[2]] != _VERSION_3:
        raise CertificateRefused(der.MALFORMED)
    certificate = Certificate()
    certificate.signed = data[whole[1] : outer[0][2]]
    certificate.signature = data[outer[2][1] + 1 :]
    certificate.serial = der.positive(data[serial[1] : serial[2]], _LARGEST_SERIAL)
    certificate.inner_algorithm = data[serial[2] : inner[2]]
    certificate.outer_algorithm = data[outer[0][2] : outer[1][2]]
    certificate.issuer = data[inner[2] : issuer[2]]
    certificate.subject = read_name(data[signed[4][2] : subject[2]])
    certificate.key_identifier = _key_identifier(data, key)
    certificate.extensions = extensions.read_extensions(data, rest)
    try:
        parsed = x509.load_der_x509_certificate(data)
        certificate.not_before = parsed.not_valid_before_utc
        certificate.not_after = parsed.not_valid_after_utc
    except _UNREADABLE:
        # Not chained: the library's message may quote the certificate.
        raise CertificateRefused(der.MALFORMED) from None
    certificate.parsed = parsed
    return certificate


def _key_identifier(data: bytes, key: der.Place) -> bytes:
    parts = der.split(data, key[1], key[2])
    if [part[0] for part in parts] != [der.SEQUENCE, der.BIT_STRING]:
        raise CertificateRefused(der.MALFORMED)
    return data[key[1] : parts[0][2]]


def issuer_and_serial(data: bytes) -> bytes:
    """Return issuer and serial number as CMS names a signer: both elements in DER.

    :raises CertificateRefused: ``cert_malformed``
    """
    whole = der.inner(data, (0, 0, len(data)), der.SEQUENCE)
    outer = der.split(data, whole[1], whole[2])
    signed = der.split(data, outer[0][1], outer[0][2]) if outer else []
    if [place[0] for place in signed[:4]] != _SIGNED[:4]:
        raise CertificateRefused(der.MALFORMED)
    version, serial, algorithm, issuer = signed[:4]
    return data[algorithm[2] : issuer[2]] + data[version[2] : serial[2]]
