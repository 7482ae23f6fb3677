"""CMS messages as client software of the card writes them, and each part to be changed at will.

:source: RFC 5652 sections 3, 5, 11
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from tsukuba_trust.jpki.certificate import issuer_and_serial
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import der_string

DATA: Final = "2a864886f70d010701"
SIGNED_DATA: Final = "2a864886f70d010702"
CONTENT_TYPE: Final = "2a864886f70d010903"
MESSAGE_DIGEST: Final = "2a864886f70d010904"
SHA256_IDENTIFIER: Final = bytes.fromhex("300d06096086480165030402010500")
RSA_IDENTIFIER: Final = bytes.fromhex("300d06092a864886f70d0101010500")

Attribute = tuple[str, list[bytes]]


@dataclass(slots=True)
class Signer:
    """One SignerInfo before it is signed.

    :param named: DER of who signs
    :param attributes: (hex of the type's OID, DER of the values); None = no signed attributes
    :param signed: what is really signed; None = the attributes
    :param behind: DER of what follows the signature
    """

    card: TestCard = field(repr=False)
    named: bytes
    attributes: list[Attribute] | None
    version: bytes = b"\2\1\1"
    digest: bytes = SHA256_IDENTIFIER
    algorithm: bytes = RSA_IDENTIFIER
    ordered: bool = True
    signed: bytes | None = None
    behind: bytes = b""

    def make(self) -> bytes:
        """Sign and return the DER."""
        listed = [_attribute(*item) for item in self.attributes or ()]
        inside = b"".join(sorted(listed) if self.ordered else listed)
        signed = der_string(0x31, inside) if self.signed is None else self.signed
        signature = self.card.key.sign(signed, padding.PKCS1v15(), SHA256())
        attributes = b"" if self.attributes is None else der_string(0xA0, inside)
        return der_string(
            0x30,
            self.version
            + self.named
            + self.digest
            + attributes
            + self.algorithm
            + der_string(0x04, signature)
            + self.behind,
        )


@dataclass(slots=True)
class Message:
    """A SignedData before it is put together.

    :param content: DER of the content that the message brings along
    :param between: DER of what stands before the certificates; ``lists`` = after them
    :param behind: bytes after everything
    """

    signers: list[Signer]
    certificates: list[bytes] = field(repr=False)
    kind: str = SIGNED_DATA
    version: bytes = b"\2\1\1"
    digests: list[bytes] = field(default_factory=lambda: [SHA256_IDENTIFIER])
    content_type: str = DATA
    content: bytes = b""
    lists: bytes = b""
    behind: bytes = b""

    def make(self) -> bytes:
        """Put it together."""
        inside = der_string(0x06, bytes.fromhex(self.content_type)) + self.content
        given = b"".join(self.certificates)
        parts = (
            self.version,
            der_string(0x31, b"".join(self.digests)),
            der_string(0x30, inside),
            der_string(0xA0, given) if given else b"",
            self.lists,
            der_string(0x31, b"".join(signer.make() for signer in self.signers)),
        )
        signed = der_string(0xA0, der_string(0x30, b"".join(parts)))
        kind = der_string(0x06, bytes.fromhex(self.kind))
        return der_string(0x30, kind + signed) + self.behind


def message(card: TestCard, text: str) -> Message:
    """Return the message of a card over a text, detached."""
    return Message([signer(card, text)], [card.certificate])


def signer(card: TestCard, text: str) -> Signer:
    """Return a card's signature over a text."""
    attributes = [
        (CONTENT_TYPE, [der_string(0x06, bytes.fromhex(DATA))]),
        (MESSAGE_DIGEST, [der_string(0x04, digest(text))]),
    ]
    return Signer(card, der_string(0x30, issuer_and_serial(card.certificate)), attributes)


def digest(text: str) -> bytes:
    """Return SHA-256 of a text."""
    hashed = Hash(SHA256())
    hashed.update(text.encode("utf-8"))
    return hashed.finalize()


def _attribute(kind: str, values: list[bytes]) -> bytes:
    inside = der_string(0x06, bytes.fromhex(kind)) + der_string(0x31, b"".join(values))
    return der_string(0x30, inside)
