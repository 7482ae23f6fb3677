"""Object identifiers: from the bytes of DER to dots.

:source: ITU-T X.690, 8.19
"""

from functools import lru_cache

from tsukuba_trust.jpki.refusal import CertificateRefused


@lru_cache(maxsize=256)
def dotted(content: bytes, reason: str = "cert_malformed") -> str:
    """Return an identifier in dots, for instance 2.5.29.15.

    :param content: of the element, without tag and length
    :raises CertificateRefused: ``reason``: empty, cut short, or not in the shortest form
    """
    arcs, value, fresh = [], 0, True
    for byte in content:
        if fresh and byte == 0x80:
            raise CertificateRefused(reason)
        value = value << 7 | byte & 0x7F
        fresh = byte < 0x80
        if fresh:
            arcs.append(value)
            value = 0
    if not fresh or not arcs:
        raise CertificateRefused(reason)
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def encoded(text: str) -> bytes:
    """Return the content of the element for an identifier in dots."""
    first, second, *rest = map(int, text.split("."))
    found = bytearray()
    for arc in (40 * first + second, *rest):
        parts = [arc & 0x7F]
        while arc := arc >> 7:
            parts.append(arc & 0x7F | 0x80)
        found += bytes(reversed(parts))
    return bytes(found)
