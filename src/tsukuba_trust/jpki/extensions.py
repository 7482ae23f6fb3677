"""The extensions that the validator asks for, each decoded strictly from its DER.

What is the same on many cards (usages, policy, authority, municipality) is decoded once and
remembered by its bytes; names and key ids of holders never are.

:source: RFC 5280 section 4.2; jpki.md 3.1
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.names import read_name
from tsukuba_trust.jpki.oids import dotted
from tsukuba_trust.jpki.refusal import CertificateRefused

SUBJECT_KEY_ID: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
ALTERNATIVE_NAMES: Final = "2.5.29.17"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
CRL_POINTS: Final = "2.5.29.31"
POLICIES: Final = "2.5.29.32"
AUTHORITY_KEY_ID: Final = "2.5.29.35"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"

_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_CRITICAL: Final = b"\xff"
# Personal: OID elements of subjectAltName and subjectKeyIdentifier.
_PERSONAL: Final = (bytes.fromhex("0603551d11"), bytes.fromhex("0603551d0e"))


class Extension(NamedTuple):
    """One extension.

    :param value: decoded where this module knows how, else its DER
    """

    oid: str
    critical: bool
    value: Any


class NamedAuthority(NamedTuple):
    """Whom an AuthorityKeyIdentifier names.

    :param issuer: DER of the name of the authority's own issuer
    """

    key_id: bytes
    issuer: bytes
    serial: int


def read_extensions(data: bytes, place: der.Place) -> dict[str, Extension]:
    """Read all extensions of a certificate, each at most once.

    :raises CertificateRefused: ``cert_malformed``
    """
    outer = der.inner(data, place, der.SEQUENCE)
    found: dict[str, Extension] = {}
    before = outer[1]
    for tag, start, end in der.split(data, outer[1], outer[2]):
        if tag != der.SEQUENCE:
            raise CertificateRefused(der.MALFORMED)
        content = data[start:end]
        personal = content.startswith(_PERSONAL)
        extension = _read(content) if personal else _remembered(content)
        if extension.oid in found:
            raise CertificateRefused(der.MALFORMED)
        found[extension.oid] = extension
        before = end
    if before == outer[1]:
        raise CertificateRefused(der.MALFORMED)
    return found


def _read(content: bytes) -> Extension:
    parts = der.split(content, 0, len(content))
    tags = [part[0] for part in parts]
    critical = tags == [der.OBJECT, der.BOOLEAN, der.OCTET_STRING]
    if not critical and tags != [der.OBJECT, der.OCTET_STRING]:
        raise CertificateRefused(der.MALFORMED)
    if critical and content[parts[1][1] : parts[1][2]] != _CRITICAL:
        raise CertificateRefused(der.MALFORMED)
    oid = dotted(content[parts[0][1] : parts[0][2]])
    value = content[parts[-1][1] :]
    decode = _DECODERS.get(oid)
    return Extension(oid, critical, decode(value) if decode else value)


_remembered = lru_cache(maxsize=512)(_read)


def _key_usage(value: bytes) -> frozenset[str]:
    bits = der.read(value, der.BIT_STRING).content
    if len(bits) not in (1, 2, 3) or bits[0] > 7 or bits[-1] & ((1 << bits[0]) - 1):
        raise CertificateRefused(der.MALFORMED)
    number = int.from_bytes(bits[1:].ljust(2, b"\0"), "big")
    if number & 0x7F:
        raise CertificateRefused(der.MALFORMED)
    return frozenset(name for place, name in enumerate(_USAGES) if number >> (15 - place) & 1)


def _extended_key_usage(value: bytes) -> frozenset[str]:
    parts = der.children(der.read(value, der.SEQUENCE))
    if not parts or any(part.tag != der.OBJECT for part in parts):
        raise CertificateRefused(der.MALFORMED)
    return frozenset(dotted(part.content) for part in parts)


def _policies(value: bytes) -> tuple[str, ...]:
    """Return the OIDs; qualifiers are read as far as their form."""
    found = []
    for policy in der.children(der.read(value, der.SEQUENCE)):
        parts = der.children(policy)
        tags = [part.tag for part in parts]
        if policy.tag != der.SEQUENCE or tags[:1] != [der.OBJECT] or tags[1:] not in ([], [0x30]):
            raise CertificateRefused(der.MALFORMED)
        found.append(dotted(parts[0].content))
    return tuple(found)


def _authority(value: bytes) -> NamedAuthority | None:
    """Return key id, issuer and serial; None unless all three are named."""
    parts = der.children(der.read(value, der.SEQUENCE))
    if [part.tag for part in parts] != [0x80, 0xA1, 0x82]:
        return None
    key_id, names, serial = parts
    issuers = der.children(names)
    if len(issuers) != 1 or issuers[0].tag != 0xA4:
        return None
    return NamedAuthority(key_id.content, issuers[0].content, der.positive(serial.content, 20))


def _basic_constraints(value: bytes) -> bool:
    """Tell whether the holder may issue certificates."""
    parts = der.children(der.read(value, der.SEQUENCE))
    return bool(parts) and (parts[0].tag, parts[0].content) == (der.BOOLEAN, _CRITICAL)


def _crl_points(value: bytes) -> str:
    """Return prefecture and municipality of the first directory name, or nothing."""
    for point in der.children(der.read(value, der.SEQUENCE)):
        for name in _within(_within(der.children(point), 0xA0), 0xA0):
            if name.tag == 0xA4:
                last = [text for _, text in read_name(name.content)][-2:]
                return "/".join(last).removesuffix(" CRLDP")
    return ""


def _within(elements: list[der.Element], tag: int) -> list[der.Element]:
    """Return what is inside the first element, if it has this tag."""
    return der.children(elements[0]) if elements and elements[0].tag == tag else []


_DECODERS: Final[Mapping[str, Callable[[bytes], Any]]] = MappingProxyType(
    {
        KEY_USAGE: _key_usage,
        EXTENDED_KEY_USAGE: _extended_key_usage,
        POLICIES: _policies,
        AUTHORITY_KEY_ID: _authority,
        BASIC_CONSTRAINTS: _basic_constraints,
        CRL_POINTS: _crl_points,
    }
)
