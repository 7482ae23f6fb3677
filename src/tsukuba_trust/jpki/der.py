"""A strict reader of DER, for the few places where the library is too lenient or too silent.

Definite, shortest lengths and single-byte tags only; nothing may follow.

:source: ITU-T X.690, 8.1 and 10.1
"""

from dataclasses import dataclass

from tsukuba_trust.jpki.refusal import CertificateRefused

INTEGER = 0x02
UTF8_STRING = 0x0C
SEQUENCE = 0x30


@dataclass(frozen=True, slots=True)
class Element:
    """One element.

    :param whole: its bytes with tag and length
    """

    tag: int
    content: bytes
    whole: bytes


def read(data: bytes, tag: int) -> Element:
    """Read exactly one element of this tag.

    :raises CertificateRefused: ``cert_malformed``
    """
    element, rest = _first(data)
    if rest or element.tag != tag:
        raise CertificateRefused("cert_malformed")
    return element


def children(element: Element) -> list[Element]:
    """Split the content of a constructed element.

    :raises CertificateRefused: ``cert_malformed``
    """
    rest = element.content
    found = []
    while rest:
        child, rest = _first(rest)
        found.append(child)
    return found


def utf8_text(data: bytes) -> str:
    """Read exactly one UTF8String.

    :raises CertificateRefused: ``cert_attribute_encoding``: another type, bytes that are not
        UTF-8, or something after it
    """
    try:
        return read(data, UTF8_STRING).content.decode("utf-8")
    except (CertificateRefused, UnicodeDecodeError):
        # Not chained: the decoder's error would carry the holder's bytes.
        raise CertificateRefused("cert_attribute_encoding") from None


def _first(data: bytes) -> tuple[Element, bytes]:
    """Return the first element and what follows it."""
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise CertificateRefused("cert_malformed")
    length, start = data[1], 2
    if length >= 0x80:
        count = length & 0x7F
        start = 2 + count
        field = data[2:start]
        if not 1 <= count <= 3 or len(field) != count or field[0] == 0:
            raise CertificateRefused("cert_malformed")
        length = int.from_bytes(field, "big")
        if length < 0x80:
            raise CertificateRefused("cert_malformed")
    end = start + length
    if end > len(data):
        raise CertificateRefused("cert_malformed")
    return Element(data[0], data[start:end], data[:end]), data[end:]
