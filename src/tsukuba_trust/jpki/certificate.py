"""One card certificate, parsed strictly, with what the validator asks of it.

:source: jpki.md 3.1 and 4, item 1
"""

from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import NameOID

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.profile import LARGEST_CERTIFICATE
from tsukuba_trust.jpki.refusal import CertificateRefused

_Kind = TypeVar("_Kind", bound=x509.ExtensionType)
# What the library raises for a certificate that it cannot read; odd lengths of names and the
# like are warnings, which are errors only where the installation says so.
_UNREADABLE = (
    ValueError,
    Warning,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


class Certificate:
    """A parsed certificate; nothing of it is checked but its form.

    :param parsed: the library's view
    :param inner_algorithm: DER of the AlgorithmIdentifier inside the signed part
    :param outer_algorithm: DER of the one beside the signature
    """

    __slots__ = ("inner_algorithm", "outer_algorithm", "parsed")

    def __init__(
        self, parsed: x509.Certificate, inner_algorithm: bytes, outer_algorithm: bytes
    ) -> None:
        self.parsed = parsed
        self.inner_algorithm = inner_algorithm
        self.outer_algorithm = outer_algorithm

    def extension(self, kind: type[_Kind]) -> x509.Extension[_Kind] | None:
        """Return an extension, or None."""
        try:
            return self.parsed.extensions.get_extension_for_class(kind)
        except x509.ExtensionNotFound:
            return None

    def public_key(self) -> CertificatePublicKeyTypes:
        """Return the holder's key.

        :raises CertificateRefused: ``cert_unknown_algorithm``
        """
        try:
            return self.parsed.public_key()
        except (ValueError, UnsupportedAlgorithm):
            raise CertificateRefused("cert_unknown_algorithm") from None

    @property
    def authority_key_id(self) -> tuple[bytes, int] | None:
        """Return (key id, serial) of the authority; None unless both are named."""
        extension = self.extension(x509.AuthorityKeyIdentifier)
        if extension is None:
            return None
        key_id = extension.value.key_identifier
        serial = extension.value.authority_cert_serial_number
        return None if key_id is None or serial is None else (key_id, serial)

    @property
    def key_usage(self) -> frozenset[str]:
        """Return the names of the usages that are set; none when it is not critical."""
        extension = self.extension(x509.KeyUsage)
        if extension is None or not extension.critical:
            return frozenset()
        return frozenset(name for name in _USAGES if getattr(extension.value, name))

    @property
    def extended_key_usage(self) -> frozenset[str]:
        """Return the OIDs of the extended usages."""
        extension = self.extension(x509.ExtendedKeyUsage)
        return frozenset(oid.dotted_string for oid in extension.value) if extension else frozenset()

    @property
    def alternative_names(self) -> tuple[x509.GeneralName, ...]:
        """Return the subject's alternative names, in order."""
        extension = self.extension(x509.SubjectAlternativeName)
        return tuple(extension.value) if extension else ()

    @property
    def subject_locality(self) -> str:
        """Return the subject's L values in order, "/" between them."""
        found = self.parsed.subject.get_attributes_for_oid(NameOID.LOCALITY_NAME)
        return "/".join(str(item.value) for item in found)

    @property
    def crl_locality(self) -> str:
        """Return prefecture and municipality from the CRL's directory name, or nothing."""
        extension = self.extension(x509.CRLDistributionPoints)
        for point in extension.value if extension else ():
            for name in point.full_name or ():
                if isinstance(name, x509.DirectoryName):
                    last = [str(item.value) for item in name.value][-2:]
                    return "/".join(last).removesuffix(" CRLDP")
        return ""


def read_certificate(data: bytes) -> Certificate:
    """Parse strict DER; every extension is decoded here, so nothing fails later.

    :param data: at most 4,096 bytes
    :raises CertificateRefused: ``cert_too_large`` or ``cert_malformed``
    """
    if len(data) > LARGEST_CERTIFICATE:
        raise CertificateRefused("cert_too_large")
    inner, outer = _algorithms(data)
    try:
        parsed = x509.load_der_x509_certificate(data)
        certificate = Certificate(parsed, inner, outer)
        # Decoded now, because the library is lazy: names, dates, extensions.
        _ = (parsed.issuer, parsed.not_valid_before_utc, parsed.not_valid_after_utc)
        _ = (parsed.extensions, certificate.subject_locality, certificate.crl_locality)
    except _UNREADABLE:
        # Not chained: the library's message may quote the certificate.
        raise CertificateRefused("cert_malformed") from None
    return certificate


def _algorithms(data: bytes) -> tuple[bytes, bytes]:
    """Return the inner and outer AlgorithmIdentifier; the serial number must be positive."""
    parts = der.children(der.read(data, der.SEQUENCE))
    if len(parts) != 3 or parts[0].tag != der.SEQUENCE:
        raise CertificateRefused("cert_malformed")
    signed = der.children(parts[0])
    if len(signed) < 3 or signed[1].tag != der.INTEGER:
        raise CertificateRefused("cert_malformed")
    serial = int.from_bytes(signed[1].content, "big", signed=True)
    if not signed[1].content or serial <= 0 or len(signed[1].content) > 20:
        raise CertificateRefused("cert_malformed")
    return signed[2].whole, parts[1].whole
