"""Ed25519 signatures inside entries: keys and signatures as base64 text."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tsukuba_trust.board import encodings
from tsukuba_trust.errors import Rejected


class PrivateKey(Protocol):
    """What signs: an Ed25519 private key, wherever it lives."""

    def sign(self, data: bytes) -> bytes:
        """Return 64 bytes."""


def check_signature(key: str, signature: str, data: bytes, code: str, *, step: str) -> None:
    """Check an Ed25519 signature.

    :param key: base64 of 32 bytes
    :param signature: base64 of 64 bytes
    :raises Rejected: with the given code and step
    """
    try:
        public = Ed25519PublicKey.from_public_bytes(encodings.read_base64(key, 32))
        public.verify(encodings.read_base64(signature, 64), data)
    except (InvalidSignature, ValueError, Rejected) as error:
        raise Rejected(code, step=step) from error
