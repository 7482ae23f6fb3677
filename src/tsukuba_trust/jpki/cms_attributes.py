"""The signed attributes of a CMS message: what the card really signed.

:source: RFC 5652 sections 5.3, 11.1, 11.2
"""

from typing import Final

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.refusal import CertificateRefused

CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_MALFORMED: Final = "cms_malformed"


def read_signed_attributes(data: bytes, content_type: bytes) -> bytes:
    """Return the digest that the attributes name.

    Every attribute stands once and in the order of DER, because the bytes as they came are
    what is checked; contentType and messageDigest have one value each. Others, such as the
    time, are claims of the signer and not used.

    :param data: DER of the SET OF
    :param content_type: what contentType must say
    :raises CertificateRefused: ``cms_malformed``, ``cms_attributes_unsorted``,
        ``cms_attribute_repeated``, ``cms_attribute_missing``, ``cms_attribute_value`` or
        ``cms_content_type``
    """
    attributes = der.children(der.read(data, der.SET, _MALFORMED), _MALFORMED)
    whole = [one.whole for one in attributes]
    if whole != sorted(whole):
        raise CertificateRefused("cms_attributes_unsorted")
    values: dict[bytes, list[der.Element]] = {}
    for attribute in attributes:
        kind, found = _read(attribute)
        if kind in values:
            raise CertificateRefused("cms_attribute_repeated")
        values[kind] = found
    if _only(values, CONTENT_TYPE, der.OBJECT) != content_type:
        raise CertificateRefused("cms_content_type")
    return _only(values, MESSAGE_DIGEST, der.OCTET_STRING)


def _read(attribute: der.Element) -> tuple[bytes, list[der.Element]]:
    parts = der.children(attribute, _MALFORMED)
    if attribute.tag != der.SEQUENCE or [part.tag for part in parts] != [der.OBJECT, der.SET]:
        raise CertificateRefused(_MALFORMED)
    return parts[0].content, der.children(parts[1], _MALFORMED)


def _only(values: dict[bytes, list[der.Element]], kind: bytes, tag: int) -> bytes:
    """Return the content of the one value of an attribute."""
    if kind not in values:
        raise CertificateRefused("cms_attribute_missing")
    found = values[kind]
    if len(found) != 1 or found[0].tag != tag:
        raise CertificateRefused("cms_attribute_value")
    return found[0].content
