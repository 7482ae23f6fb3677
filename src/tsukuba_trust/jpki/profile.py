"""What certificates of each card look like: data, so that the next card is a new entry.

A pinned authority names the card whose rules its certificates follow (``card`` in
``anchors.toml``). The plan for the next card names ECDSA on a 384-bit curve with SHA-384, other
policies and other roots; nothing more was published. What no entry names is refused.

:source: jpki.md 3.1, 3.2, 3.4
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SIGN: Final = "sign"  # 署名用電子証明書: name, address, birth date, sex
AUTH: Final = "auth"  # 利用者証明用電子証明書: no name, no address
PURPOSES: Final = (SIGN, AUTH)
CARD: Final = "2016"  # the plastic card that has been issued since January 2016

LARGEST_CERTIFICATE: Final = 4096  # bytes; real ones have about 1,500 to 1,800


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A signature algorithm with the keys that may use it.

    :param family: "rsa-pkcs1v15" or "ecdsa"
    :param digest: "sha256" or "sha384"
    :param identifier: DER of the AlgorithmIdentifier in a certificate, parameters included
    :param key_identifier: DER of the one in the holder's SubjectPublicKeyInfo, the curve included
    :param digest_identifiers: DER of those that a CMS message may name for the digest
    :param signer_identifiers: DER of those that a CMS message may name for the signature
    :param least_bits: of the key; ``most_bits`` keeps a hostile one cheap to refuse
    :param exponent: of an RSA key; 0 = it has none
    """

    family: str
    digest: str
    identifier: bytes
    key_identifier: bytes
    digest_identifiers: frozenset[bytes]
    signer_identifiers: frozenset[bytes]
    least_bits: int
    most_bits: int
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of certificate on one generation of cards.

    :param card: the generation
    :param policy: the one policy OID, in a critical extension
    :param key_usage: names of usages; these and no others are set
    :param extended_key_usage: OIDs that must be present; empty = not asked
    :param attributes: field of ``Attributes`` by OID of the otherName, each exactly once; empty =
        the certificate may have no otherName at all
    :param issued_with: how the authority signs; ``signs_with`` likewise the holder
    """

    card: str
    purpose: str
    policy: str
    key_usage: frozenset[str]
    extended_key_usage: frozenset[str]
    attributes: Mapping[str, str]
    issued_with: Algorithm
    signs_with: Algorithm


RSA_SHA256: Final = Algorithm(
    family="rsa-pkcs1v15",
    digest="sha256",
    identifier=bytes.fromhex("300d06092a864886f70d01010b0500"),
    key_identifier=bytes.fromhex("300d06092a864886f70d0101010500"),
    digest_identifiers=frozenset(
        {
            bytes.fromhex("300b0609608648016503040201"),
            bytes.fromhex("300d06096086480165030402010500"),
        }
    ),
    signer_identifiers=frozenset(
        {
            bytes.fromhex("300d06092a864886f70d0101010500"),  # rsaEncryption, as OpenSSL writes
            bytes.fromhex("300d06092a864886f70d01010b0500"),  # sha256WithRSAEncryption
        }
    ),
    least_bits=2048,
    most_bits=4096,
    exponent=65537,
)

# Signature algorithms that were good once: refused with a ground of their own.
WEAK_IDENTIFIERS: Final = frozenset(
    bytes.fromhex(f"300d06092a864886f70d0101{last}0500")
    for last in ("02", "04", "05")  # MD2, MD5, SHA-1 with RSA
)
WEAK_DIGESTS: Final = frozenset(
    bytes.fromhex(digest)
    for digest in (
        "300706052b0e03021a",  # SHA-1, without parameters and with
        "300906052b0e03021a0500",
        "300a06082a864886f70d0205",  # MD5
        "300c06082a864886f70d02050500",
    )
)

_ARC: Final = "1.2.392.200149.8.5"
ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"{_ARC}.5.1": "name",
        f"{_ARC}.5.2": "name_flags",
        f"{_ARC}.5.3": "sex",
        f"{_ARC}.5.4": "birth_date",
        f"{_ARC}.5.5": "address",
        f"{_ARC}.5.6": "address_flags",
    }
)

PROFILES: Final[tuple[Profile, ...]] = (
    Profile(
        card=CARD,
        purpose=SIGN,
        policy=f"{_ARC}.1.1.20",
        key_usage=frozenset({"digital_signature", "content_commitment"}),
        extended_key_usage=frozenset(),
        attributes=ATTRIBUTES,
        issued_with=RSA_SHA256,
        signs_with=RSA_SHA256,
    ),
    Profile(
        card=CARD,
        purpose=AUTH,
        policy=f"{_ARC}.1.3.30",
        key_usage=frozenset({"digital_signature"}),
        extended_key_usage=frozenset({"1.3.6.1.5.5.7.3.2"}),
        attributes=MappingProxyType({}),
        issued_with=RSA_SHA256,
        signs_with=RSA_SHA256,
    ),
)


def profile(purpose: str, card: str = CARD, profiles: tuple[Profile, ...] = PROFILES) -> Profile:
    """Return the rules of a certificate.

    :raises LookupError: no entry for this purpose and card
    """
    for one in profiles:
        if (one.purpose, one.card) == (purpose, card):
            return one
    raise LookupError(purpose)
