"""What a certificate of each purpose looks like: data, so that the next card is a new entry.

The plan for the next card names ECDSA on a 384-bit curve with SHA-384, other policies and
other roots; nothing more was published. An algorithm that no entry names is refused.

:source: jpki.md 3.1, 3.4
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SIGN: Final = "sign"  # 署名用電子証明書: name, address, birth date, sex
AUTH: Final = "auth"  # 利用者証明用電子証明書: no name, no address

LARGEST_CERTIFICATE: Final = 4096  # bytes; real ones have about 1,500 to 1,800


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A signature algorithm with the keys that may use it.

    :param name: what ``signature.VERIFIERS`` knows it by
    :param identifier: DER of the AlgorithmIdentifier, parameters included
    :param least_bits: of the modulus; ``most_bits`` keeps a hostile key cheap to refuse
    """

    name: str
    identifier: bytes
    least_bits: int
    most_bits: int
    exponent: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of certificate on one generation of cards.

    :param policy: the one policy OID, in a critical extension
    :param key_usage: names of ``cryptography``'s KeyUsage; these and no others are set
    :param extended_key_usage: OIDs that must be present; empty = not asked
    :param has_attributes: whether the six otherNames are there; otherwise none may be
    """

    purpose: str
    policy: str
    key_usage: frozenset[str]
    extended_key_usage: frozenset[str]
    has_attributes: bool
    algorithm: Algorithm


RSA_SHA256: Final = Algorithm(
    name="rsa-pkcs1v15-sha256",
    identifier=bytes.fromhex("300d06092a864886f70d01010b0500"),
    least_bits=2048,
    most_bits=4096,
    exponent=65537,
)

# Signature algorithms that were good once: refused with a ground of their own.
WEAK_IDENTIFIERS: Final = frozenset(
    bytes.fromhex(f"300d06092a864886f70d0101{last}0500")
    for last in ("02", "04", "05")  # MD2, MD5, SHA-1 with RSA
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        SIGN: Profile(
            purpose=SIGN,
            policy="1.2.392.200149.8.5.1.1.20",
            key_usage=frozenset({"digital_signature", "content_commitment"}),
            extended_key_usage=frozenset(),
            has_attributes=True,
            algorithm=RSA_SHA256,
        ),
        AUTH: Profile(
            purpose=AUTH,
            policy="1.2.392.200149.8.5.1.3.30",
            key_usage=frozenset({"digital_signature"}),
            extended_key_usage=frozenset({"1.3.6.1.5.5.7.3.2"}),
            has_attributes=False,
            algorithm=RSA_SHA256,
        ),
    }
)
