"""Distinguished names: one attribute per level, PrintableString or UTF8String.

:source: RFC 5280 section 4.1.2.4; jpki.md 3.1
"""

from functools import lru_cache
from typing import Final

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.oids import dotted
from tsukuba_trust.jpki.refusal import CertificateRefused

LOCALITY: Final = "2.5.4.7"
_HOLDER: Final = bytes.fromhex("0603550403")  # OID element of CN: never remembered


def read_name(data: bytes) -> list[tuple[str, str]]:
    """Read a name as (OID, text) pairs, in order.

    :param data: DER
    :raises CertificateRefused: ``cert_malformed``
    """
    outer = der.inner(data, (0, 0, len(data)), der.SEQUENCE)
    found = []
    for tag, start, end in der.split(data, outer[1], outer[2]):
        if tag != der.SET:
            raise CertificateRefused(der.MALFORMED)
        level = data[start:end]
        found.append(_read(level) if _HOLDER in level else _remembered(level))
    return found


def _read(level: bytes) -> tuple[str, str]:
    """Read the one attribute of a level."""
    pair = der.children(der.read(level, der.SEQUENCE))
    if len(pair) != 2 or pair[0].tag != der.OBJECT:
        raise CertificateRefused(der.MALFORMED)
    encoding = {der.UTF8_STRING: "utf-8", der.PRINTABLE_STRING: "ascii"}.get(pair[1].tag)
    if encoding is None:
        raise CertificateRefused(der.MALFORMED)
    try:
        return dotted(pair[0].content), pair[1].content.decode(encoding)
    except UnicodeDecodeError:
        # Not chained: the decoder's error would carry the holder's bytes.
        raise CertificateRefused(der.MALFORMED) from None


_remembered = lru_cache(maxsize=512)(_read)
