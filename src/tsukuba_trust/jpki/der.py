"""A strict reader of DER, for the places where the library is too lenient, too silent or too slow.

Definite, shortest lengths and single-byte tags only; nothing may follow.

:source: ITU-T X.690, 8.1 and 10.1
"""

from typing import NamedTuple

from tsukuba_trust.jpki.refusal import CertificateRefused

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OBJECT = 0x06
UTF8_STRING = 0x0C
PRINTABLE_STRING = 0x13
SEQUENCE = 0x30
SET = 0x31
MALFORMED = "cert_malformed"

Place = tuple[int, int, int]  # tag, start of the content, end of the content


class Element(NamedTuple):
    """One element.

    :param whole: its bytes with tag and length
    """

    tag: int
    content: bytes
    whole: bytes


def split(data: bytes, start: int, end: int, reason: str = MALFORMED) -> list[Place]:
    """Find the elements that fill a part of the data exactly.

    :raises CertificateRefused: ``reason``
    """
    found = []
    while start < end:
        content = start + 2
        if content > end or data[start] & 0x1F == 0x1F:
            raise CertificateRefused(reason)
        length = data[start + 1]
        if length == 0x82 and content + 2 <= end:  # the usual long form, without another call
            length = data[content] << 8 | data[content + 1]
            content += 2
            if length < 0x100:
                raise CertificateRefused(reason)
        elif length >= 0x80:
            length, content = _long_length(data, content, end, reason)
        stop = content + length
        if stop > end:
            raise CertificateRefused(reason)
        found.append((data[start], content, stop))
        start = stop
    return found


def place(data: bytes, start: int, tag: int, reason: str = MALFORMED) -> tuple[int, int]:
    """Find one element of this tag; return where its content starts and ends.

    :raises CertificateRefused: ``reason``
    """
    content = start + 2
    if content > len(data) or data[start] != tag:
        raise CertificateRefused(reason)
    length = data[start + 1]
    if length >= 0x80:
        length, content = _long_length(data, content, len(data), reason)
    if content + length > len(data):
        raise CertificateRefused(reason)
    return content, content + length


def sequence(content: bytes) -> bytes:
    """Return the DER of a SEQUENCE of at most 65,535 bytes."""
    size = len(content)
    if size < 0x80:
        return bytes((SEQUENCE, size)) + content
    if size < 0x100:
        return bytes((SEQUENCE, 0x81, size)) + content
    return bytes((SEQUENCE, 0x82, size >> 8, size & 0xFF)) + content


def read(data: bytes, tag: int, reason: str = MALFORMED) -> Element:
    """Read exactly one element of this tag.

    :raises CertificateRefused: ``reason``
    """
    found = split(data, 0, len(data), reason)
    if len(found) != 1 or found[0][0] != tag:
        raise CertificateRefused(reason)
    return Element(tag, data[found[0][1] :], data)


def children(element: Element, reason: str = MALFORMED) -> list[Element]:
    """Split the content of a constructed element.

    :raises CertificateRefused: ``reason``
    """
    content, start = element.content, 0
    found = []
    for tag, first, stop in split(content, 0, len(content), reason):
        found.append(Element(tag, content[first:stop], content[start:stop]))
        start = stop
    return found


def inner(data: bytes, place: Place, tag: int, reason: str = MALFORMED) -> Place:
    """Return the one element inside another, of this tag.

    :raises CertificateRefused: ``reason``
    """
    found = split(data, place[1], place[2], reason)
    if len(found) != 1 or found[0][0] != tag:
        raise CertificateRefused(reason)
    return found[0]


def positive(content: bytes, largest: int, reason: str = MALFORMED) -> int:
    """Read the content of a positive INTEGER in its shortest form.

    :param largest: number of bytes
    :raises CertificateRefused: ``reason``
    """
    value = int.from_bytes(content, "big", signed=True)
    if value <= 0 or len(content) > largest or len(content) != value.bit_length() // 8 + 1:
        raise CertificateRefused(reason)
    return value


def utf8_text(data: bytes, start: int, end: int, reason: str = MALFORMED) -> str:
    """Read the one UTF8String that fills a part of the data.

    :raises CertificateRefused: ``reason``: another type, bytes that are not UTF-8, or
        something after it
    """
    found = split(data, start, end, reason)
    if len(found) != 1 or found[0][0] != UTF8_STRING:
        raise CertificateRefused(reason)
    try:
        return data[found[0][1] : end].decode()
    except UnicodeDecodeError:
        # Not chained: the decoder's error would carry the holder's bytes.
        raise CertificateRefused(reason) from None


def _long_length(data: bytes, content: int, end: int, reason: str) -> tuple[int, int]:
    """Return a length of several bytes and where the content starts."""
    count = data[content - 1] & 0x7F
    field = data[content : content + count]
    if not 1 <= count <= 3 or content + count > end or field[0] == 0:
        raise CertificateRefused(reason)
    length = int.from_bytes(field, "big")
    if length < 0x80:
        raise CertificateRefused(reason)
    return length, content + count
