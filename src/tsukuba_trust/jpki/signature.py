"""Signature checks by family of algorithm, and what the card signs.

:source: jpki.md 4, item 10; RFC 8017 section 8.2
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, HashAlgorithm

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.profile import Algorithm
from tsukuba_trust.jpki.refusal import CertificateRefused

_TITLE: Final = "つくばトラスト 登録 / tsukuba-trust registration 1"
_WARNING: Final = (
    "この投票の画面を自分で開いているときだけ署名してください / "
    "Sign only if you have this voting page open now"
)
_ATTEMPT: Final = re.compile(r"[0-9a-f]{32}\Z")
# Control and format characters (line breaks, direction overrides), line and paragraph
# separators, surrogates: whatever could make the shown text differ from the signed one.
_UNSHOWABLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def registration_text(
    title: str, origin: str, voting_host: str, attempt: str, binding: bytes
) -> str:
    """Return the text that a card signs: seven lines, the same in every locale.

    :param title: the official title of the election
    :param attempt: 32 lower-case hex digits
    :param binding: 32 bytes (architecture D2)
    :raises Misconfigured: ``text_unshowable``: a field with control characters, or none
    :source: jpki.md 4, item 10
    """
    for name, value in (("title", title), ("origin", origin), ("voting_host", voting_host)):
        check_showable(value, name)
    if not _ATTEMPT.match(attempt) or len(binding) != 32:
        raise Misconfigured("text_unshowable", "attempt or binding has another form")
    return "\n".join(
        (
            _TITLE,
            f"election: {title}",
            f"log: {origin}",
            f"voting host: {voting_host}",
            f"attempt: {attempt}",
            _WARNING,
            f"binding: {binding.hex()}",
        )
    )


def check_showable(value: str, name: str) -> None:
    """Check that a text fits on one line and is shown as it is.

    :raises Misconfigured: ``text_unshowable``
    """
    if not value or any(unicodedata.category(char) in _UNSHOWABLE for char in value):
        raise Misconfigured("text_unshowable", "empty, or holds control characters", where=name)


CardKey: TypeAlias = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
_HASHES: Final[Mapping[str, HashAlgorithm]] = MappingProxyType(
    {"sha256": SHA256(), "sha384": SHA384()}
)
_PKCS1: Final = padding.PKCS1v15()


def _rsa_pkcs1v15(key: Any, signature: bytes, message: bytes, hashed: HashAlgorithm) -> None:
    if len(signature) != key.key_size // 8:
        raise InvalidSignature
    key.verify(signature, message, _PKCS1, hashed)


def _ecdsa(key: Any, signature: bytes, message: bytes, hashed: HashAlgorithm) -> None:
    """Check a signature in DER; the library takes no other form of the same numbers."""
    key.verify(signature, message, ec.ECDSA(hashed))


_FAMILIES: Final[Mapping[str, Callable[[Any, bytes, bytes, HashAlgorithm], None]]] = (
    MappingProxyType({"rsa-pkcs1v15": _rsa_pkcs1v15, "ecdsa": _ecdsa})
)


def family_of(key: object) -> str:
    """Return the family of algorithms that a public key is for, or nothing."""
    if isinstance(key, rsa.RSAPublicKey):
        return "rsa-pkcs1v15"
    return "ecdsa" if isinstance(key, ec.EllipticCurvePublicKey) else ""


def check_signature(
    algorithm: Algorithm, key: Any, signature: bytes, message: bytes, *, reason: str
) -> None:
    """Check a raw signature.

    :param key: of the algorithm's family
    :param signature: for RSA as long as the modulus, 256 bytes today
    :param reason: the ground to give
    :raises CertificateRefused: the signature does not stand
    """
    try:
        _FAMILIES[algorithm.family](key, signature, message, _HASHES[algorithm.digest])
    except InvalidSignature:
        raise CertificateRefused(reason) from None


def digest_of(algorithm: Algorithm, message: bytes) -> bytes:
    """Return the digest that an algorithm signs."""
    return hashlib.new(algorithm.digest, message).digest()
