"""Simulated cards: a certificate and the key that belongs to it, in software."""

import base64
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tsukuba_trust.testing.people import Person, people
from tsukuba_trust.values import Json

__all__ = ["Person", "TestCard", "WholeCard", "people"]


@dataclass(frozen=True, slots=True)
class TestCard:
    """One certificate of a card with its key; no password, no chip.

    :param certificate: DER
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    person: Person = field(repr=False)
    certificate: bytes = field(repr=False)
    key: rsa.RSAPrivateKey = field(repr=False)

    @property
    def serial(self) -> int:
        """Return the certificate's serial number."""
        return x509.load_der_x509_certificate(self.certificate).serial_number

    def sign(self, text: str) -> bytes:
        """Sign a text: PKCS#1 v1.5 over SHA-256 of its UTF-8, 256 bytes."""
        return self.key.sign(text.encode("utf-8"), padding.PKCS1v15(), SHA256())

    def response(self, text: str) -> Json:
        """Return what a card reader sends for a registration text: the raw form."""
        return {
            "certificate": base64.b64encode(self.certificate).decode("ascii"),
            "signature": base64.b64encode(self.sign(text)).decode("ascii"),
        }


@dataclass(frozen=True, slots=True)
class WholeCard:
    """Everything on one plastic card: two key pairs and four certificates.

    :param sign: 署名用; None for holders under 15, who have none
    :param auth: 利用者証明用
    :param sign_authority: DER of the authority above ``sign``; likewise ``auth_authority``
    """

    person: Person = field(repr=False)
    sign: TestCard | None
    auth: TestCard
    sign_authority: bytes
    auth_authority: bytes
