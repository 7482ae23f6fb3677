"""Distinguished names: one attribute per level, PrintableString or UTF8String.

:source: RFC 5280 section 4.1.2.4; jpki.md 3.1
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.oids import dotted
from tsukuba_trust.jpki.refusal import CertificateRefused

LOCALITY: Final = "2.5.4.7"
_ENCODINGS: Final = MappingProxyType({der.UTF8_STRING: "utf-8", der.PRINTABLE_STRING: "ascii"})
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
    outer = der.inner(level, (0, 0, len(level)), der.SEQUENCE)
    pair = der.split(level, outer[1], outer[2])
    if len(pair) != 2 or pair[0][0] != der.OBJECT:
        raise CertificateRefused(der.MALFORMED)
    encoding = _ENCODINGS.get(pair[1][0])
    if encoding is None:
        raise CertificateRefused(der.MALFORMED)
    try:
        return dotted(level[pair[0][1] : pair[0][2]]), level[pair[1][1] :].decode(encoding)
    except UnicodeDecodeError:
        # Not chained: the decoder's error would carry the holder's bytes.
        raise CertificateRefused(der.MALFORMED) from None


_remembered = lru_cache(maxsize=512)(_read)
