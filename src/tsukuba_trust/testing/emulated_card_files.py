"""The files of an emulated card's JPKI application, and what its keys compute.

:source: jpki.md 1, 1.1, 1.2, 2.1
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, Hash

from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.testing.cards import WholeCard

AID: Final = bytes.fromhex("D392F000260100000001")
TOKEN: Final = "JPKIAPICCTOKEN2"  # noqa: S105 - what a plastic card calls itself
ATR: Final = bytes.fromhex("3BE000FF8131FE4514")
OTHER_ATR: Final = bytes.fromhex("3B8880010000000033818100")  # as a reader makes up for any card

SIGN_CERTIFICATE, SIGN_AUTHORITY = 0x0001, 0x0002
TOKEN_INFORMATION, PRESENT = 0x0006, 0x0008
AUTH_CERTIFICATE, AUTH_AUTHORITY = 0x000A, 0x000B
PASSWORDS: Final = {0x0018: AUTH, 0x001B: SIGN}
KEYS: Final = {0x0017: AUTH, 0x001A: SIGN}

DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
MOST_PADDED: Final = 245  # bytes that PKCS#1 v1.5 can pad to 256
_HASHED_HERE: Final = (1, 3, 5)  # P1 for which the card hashes; 2 and 4 take a hash


@dataclass(frozen=True, slots=True)
class Files:
    """What lies on the card.

    :param transparent: EF -> bytes that READ BINARY gives
    :param keys: EF of a private key -> the key
    """

    transparent: dict[int, bytes] = field(repr=False)
    keys: dict[int, rsa.RSAPrivateKey] = field(repr=False)

    def __contains__(self, file: int) -> bool:
        return file in self.transparent or file in self.keys or file in PASSWORDS


def files_of(card: WholeCard, filler: int = 0) -> Files:
    """Lay out the files of a card; without signing certificate its file and key are missing.

    :param filler: bytes FF behind each certificate
    """
    behind = b"\xff" * filler
    transparent = {
        SIGN_AUTHORITY: card.sign_authority + behind,
        TOKEN_INFORMATION: token_information(),
        PRESENT: bytes([0x8F if card.sign else 0, 0x8F, 0]),
        AUTH_CERTIFICATE: card.auth.certificate + behind,
        AUTH_AUTHORITY: card.auth_authority + behind,
    }
    keys = {0x0017: card.auth.key}
    if card.sign:
        transparent[SIGN_CERTIFICATE] = card.sign.certificate + behind
        keys[0x001A] = card.sign.key
    return Files(transparent, keys)


def token_information() -> bytes:
    """Return the 160 bytes of EF 0006: a serialised token record of PKCS#11."""
    words = (0x40D, 1, 0, 1, 0, 16, 6, *[0xFFFFFFFF] * 4)
    texts = [TOKEN.ljust(32), "JPKI-TEST".ljust(32), "EMULATED".ljust(16), "0" * 16]
    return b"".join(
        (
            "".join(texts).encode("ascii"),
            b"".join(word.to_bytes(4, "big") for word in words),
            bytes.fromhex("01000100"),
            b"0" * 16,
        )
    )


def compute_signature(key: rsa.RSAPrivateKey, form: int, data: bytes) -> bytes | None:
    """Do what COMPUTE DIGITAL SIGNATURE does; None = wrong length for this form.

    :param form: P1, 0 to 5; 0 pads whatever it is given
    """
    if form == 0:
        return _padded(key, data) if 1 <= len(data) <= MOST_PADDED else None
    if form in _HASHED_HERE:
        digest = Hash(SHA256())
        digest.update(data)
        data = digest.finalize()
    elif len(data) != SHA256.digest_size:
        return None
    match form:
        case 1:
            return _padded(key, data)
        case 2 | 3:
            return _padded(key, DIGEST_INFO + data)
        case _:
            pss = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
            return key.sign(data, pss, Prehashed(SHA256()))


def _padded(key: rsa.RSAPrivateKey, data: bytes) -> bytes:
    """Pad as PKCS#1 v1.5 type 1 and raise to the secret exponent; nothing here is hashed."""
    numbers, size = key.private_numbers(), key.key_size // 8
    block = b"\0\1" + b"\xff" * (size - len(data) - 3) + b"\0" + data
    value = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes(size, "big")
