"""Ed25519 signatures inside entries: keys and signatures as base64 text."""

from typing import Protocol

from nacl import bindings
from nacl.exceptions import BadSignatureError

from tsukuba_trust.board import encodings
from tsukuba_trust.errors import Rejected


class PrivateKey(Protocol):
    """What signs: an Ed25519 private key, wherever it lives."""

    def sign(self, data: bytes) -> bytes:
        """Return 64 bytes."""


def check_signature(
    key: str, signature: str, data: bytes, code: str, detail: str = "", *, step: str
) -> None:
    """Check an Ed25519 signature.

    By libsodium, which refuses keys of small order: under such a key somebody without any
    secret signs everything.

    :param key: base64 of 32 bytes
    :param signature: base64 of 64 bytes
    :raises Rejected: with the given code, detail and step
    """
    try:
        signed = encodings.read_base64(signature, 64) + data
        bindings.crypto_sign_open(signed, encodings.read_base64(key, 32))
    except (BadSignatureError, Rejected) as error:
        raise Rejected(code, detail, step=step) from error
