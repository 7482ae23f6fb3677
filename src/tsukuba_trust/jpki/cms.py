"""The CMS form of a signature: one signer, detached, with signed attributes.

Client software of the card writes it. What is not needed is refused rather than passed over;
only further certificates are ignored, because the pinned authorities alone are believed.

:source: RFC 5652 sections 3, 5; jpki.md 4, item 10, form (b)
"""

from dataclasses import dataclass, field
from typing import Final

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.certificate import issuer_and_serial
from tsukuba_trust.jpki.cms_attributes import read_signed_attributes
from tsukuba_trust.jpki.der import Element
from tsukuba_trust.jpki.profile import WEAK_DIGESTS
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import digest_of
from tsukuba_trust.jpki.valid import ValidCertificate

LARGEST: Final = 16 * 1024  # bytes
MOST_CERTIFICATES: Final = 4
MALFORMED: Final = "cms_malformed"
DATA: Final = bytes.fromhex("2a864886f70d010701")
SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_VERSION_1: Final = b"\1"
_CERTIFICATES, _LISTS = 0xA0, 0xA1
_ATTRIBUTES, _UNSIGNED = 0xA0, 0xA1
_BY_KEY: Final = 0x80


@dataclass(frozen=True, slots=True)
class SignedText:
    """One signature over signed attributes; nothing of it is checked but its form.

    :param certificate: DER of the one that the signer names by issuer and serial
    :param attributes: DER of the signed attributes as SET OF: what was signed
    :param digest: what the attributes say the text's digest is
    :param digest_identifier: DER; ``signer_identifier`` likewise of the signature
    """

    certificate: bytes = field(repr=False)
    attributes: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    digest_identifier: bytes
    signer_identifier: bytes
    signature: bytes = field(repr=False)

    def check(self, valid: ValidCertificate, message: bytes) -> None:
        """Check that the holder signed this very text.

        1. algorithms of the card; 2. the digest of *our* text; 3. the signature.

        :param valid: ``certificate``, validated
        :param message: the registration text from our own store
        :raises CertificateRefused: ``cms_weak_digest``, ``cms_unknown_algorithm``,
            ``cms_other_text`` or ``signature_invalid``
        """
        algorithm = valid.profile.signs_with
        if self.digest_identifier in WEAK_DIGESTS:
            raise CertificateRefused("cms_weak_digest")
        if self.digest_identifier not in algorithm.digest_identifiers:
            raise CertificateRefused("cms_unknown_algorithm")
        if self.signer_identifier not in algorithm.signer_identifiers:
            raise CertificateRefused("cms_unknown_algorithm")
        if self.digest != digest_of(algorithm, message):
            raise CertificateRefused("cms_other_text")
        valid.check_signed(self.signature, self.attributes)


def read_cms(data: bytes) -> SignedText:
    """Read a message.

    1. strict DER of at most 16 kB; 2. SignedData, version 1, one digest algorithm; 3. no
    content; 4. one to four certificates, no lists; 5. exactly one signer, version 1, named by
    issuer and serial; 6. signed attributes, no others; 7. the signer's certificate, once.

    :param data: DER of a ContentInfo
    :raises CertificateRefused: ``reason`` names the check
    """
    if len(data) > LARGEST:
        raise CertificateRefused("cms_too_large")
    parts = _children(_wrapped(data))
    if [part.tag for part in parts[:3]] != [der.INTEGER, der.SET, der.SEQUENCE]:
        raise CertificateRefused(MALFORMED)
    version, digests, content, *rest = parts
    if version.content != _VERSION_1:
        raise CertificateRefused("cms_version")
    _check_detached(content)
    certificates, signer = _certificates_and_signer(rest)
    found = _read_signer(signer, certificates)
    if [one.whole for one in _children(digests)] != [found.digest_identifier]:
        raise CertificateRefused("cms_digests_differ")
    return found


def _children(element: Element) -> list[Element]:
    return der.children(element, MALFORMED)


def _wrapped(data: bytes) -> Element:
    """Return the SignedData inside the ContentInfo."""
    parts = _children(der.read(data, der.SEQUENCE, MALFORMED))
    if [part.tag for part in parts] != [der.OBJECT, 0xA0]:
        raise CertificateRefused(MALFORMED)
    if parts[0].content != SIGNED_DATA:
        raise CertificateRefused("cms_not_signed_data")
    return der.read(parts[1].content, der.SEQUENCE, MALFORMED)


def _check_detached(content: Element) -> None:
    """Check that the message brings no text of its own: ours is the one that counts (J02)."""
    parts = _children(content)
    if not parts or parts[0].tag != der.OBJECT:
        raise CertificateRefused(MALFORMED)
    if parts[0].content != DATA:
        raise CertificateRefused("cms_content_type")
    if len(parts) > 1:
        raise CertificateRefused("cms_content_attached")


def _certificates_and_signer(rest: list[Element]) -> tuple[list[bytes], Element]:
    tags = [part.tag for part in rest]
    if _LISTS in tags:
        raise CertificateRefused("cms_lists_attached")
    if tags == [der.SET]:
        raise CertificateRefused("cms_certificate_missing")
    if tags != [_CERTIFICATES, der.SET]:
        raise CertificateRefused(MALFORMED)
    certificates = _children(rest[0])
    if any(one.tag != der.SEQUENCE for one in certificates):
        raise CertificateRefused(MALFORMED)
    if not certificates:
        raise CertificateRefused("cms_certificate_missing")
    if len(certificates) > MOST_CERTIFICATES:
        raise CertificateRefused("cms_too_many_certificates")
    signers = _children(rest[1])
    if len(signers) != 1:
        raise CertificateRefused("cms_extra_signer" if signers else "cms_signer_missing")
    return [one.whole for one in certificates], signers[0]


def _read_signer(signer: Element, certificates: list[bytes]) -> SignedText:
    if signer.tag != der.SEQUENCE:
        raise CertificateRefused(MALFORMED)
    parts = _children(signer)
    tags = [part.tag for part in parts]
    if _BY_KEY in tags[1:2]:
        raise CertificateRefused("cms_signer_by_key")
    if len(tags) > 3 and tags[3] != _ATTRIBUTES:
        raise CertificateRefused("cms_signed_attributes_missing")
    if tags[-1:] == [_UNSIGNED]:
        raise CertificateRefused("cms_unsigned_attributes")
    sequence, octets = der.SEQUENCE, der.OCTET_STRING
    if tags != [der.INTEGER, sequence, sequence, _ATTRIBUTES, sequence, octets]:
        raise CertificateRefused(MALFORMED)
    version, named, digest, attributes, algorithm, signature = parts
    if version.content != _VERSION_1:
        raise CertificateRefused("cms_version")
    signed = bytes([der.SET]) + attributes.whole[1:]
    return SignedText(
        certificate=_choose(named, certificates),
        attributes=signed,
        digest=read_signed_attributes(signed, DATA),
        digest_identifier=digest.whole,
        signer_identifier=algorithm.whole,
        signature=signature.content,
    )


def _choose(named: Element, certificates: list[bytes]) -> bytes:
    """Return the certificate with this issuer and serial; exactly one must have them."""
    found = [one for one in certificates if issuer_and_serial(one) == named.content]
    if len(found) != 1:
        raise CertificateRefused("cms_signer_ambiguous" if found else "cms_signer_unknown")
    return found[0]
