"""What answers about revocation have in common: what may sign them, and why one is no answer.

:source: RFC 6960 section 3.2; RFC 5280 section 6.3
"""

from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509.oid import SignatureAlgorithmOID as Algorithm

from tsukuba_trust.errors import TrustError

GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"
STALE, UNREACHABLE, NOT_CHECKED = "stale", "unreachable", "not_checked"
STATES: Final = (GOOD, REVOKED, UNKNOWN, STALE, UNREACHABLE, NOT_CHECKED)
SKEW: Final = timedelta(minutes=5)  # between our clock and a responder's
LEAST_RSA_BITS: Final = 2048
_HASHES: Final = MappingProxyType(
    {
        Algorithm.RSA_WITH_SHA256: SHA256(),
        Algorithm.RSA_WITH_SHA384: SHA384(),
        Algorithm.RSA_WITH_SHA512: SHA512(),
        Algorithm.ECDSA_WITH_SHA256: SHA256(),
        Algorithm.ECDSA_WITH_SHA384: SHA384(),
    }
)


class NoAnswer(TrustError):
    """There is no answer that can be believed.

    :param state: "unreachable", or "stale" when it is believable but too old, or not to
        this question
    :param reason: stable code for the log
    """

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(state, reason)
        self.state = state
        self.reason = reason


def check_signed(
    signer: x509.Certificate,
    algorithm: x509.ObjectIdentifier,
    signature: bytes,
    message: bytes,
    *,
    reason: str,
) -> None:
    """Check a signature over an answer; SHA-1, short keys and other algorithms are none.

    :raises NoAnswer: unreachable
    """
    hashed = _HASHES.get(algorithm)
    if hashed is None:
        raise NoAnswer(UNREACHABLE, f"{reason}_algorithm")
    try:
        _verify(signer.public_key(), hashed, signature, message)
    except (InvalidSignature, ValueError, TypeError):
        raise NoAnswer(UNREACHABLE, reason) from None


def _verify(key: Any, hashed: HashAlgorithm, signature: bytes, message: bytes) -> None:
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        key.verify(signature, message, padding.PKCS1v15(), hashed)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(hashed))
    else:
        raise InvalidSignature
