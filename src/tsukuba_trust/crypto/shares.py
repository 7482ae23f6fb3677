"""Secret shares on their way from a dealer to a member (protocol.md section 3).

Each share lies in a SecretBox of its own; the key follows from a fresh k and the
member's encryption key, and is bound to dealer and member.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.scalars import read_scalar
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness


@dataclass(frozen=True, slots=True)
class SealedShare:
    """One share on its way: g^k of a fresh k, and the SecretBox with its nonce in front."""

    ephemeral: Element
    box: bytes


def evaluate(group: Group, coefficients: Sequence[int], j: int) -> int:
    """Return f(j) of a secret polynomial, lowest coefficient first."""
    value = 0
    for coefficient in reversed(coefficients):
        value = group.scalar_add(group.scalar_multiply(value, j), coefficient)
    return value


def seal(
    group: Group, route: tuple[int, int], recipient: Element, share: int, randomness: Randomness
) -> Json:
    """Seal a share for one member.

    :param route: numbers of dealer and member
    :param recipient: the member's encryption key g^dk_j
    """
    k = group.random_scalar(randomness)
    ephemeral = group.encode(group.power_secret(group.generator, k))
    key = _box_key(group, route, ephemeral, group.power_secret(recipient, k))
    plain = str(share).zfill(len(str(group.q))).encode()  # one length for all shares
    box = SecretBox(key).encrypt(plain, randomness(SecretBox.NONCE_SIZE))
    return {"key": ephemeral, "box": bytes(box).hex()}


def parse(group: Group, value: Json) -> SealedShare:
    """Read a sealed share.

    :raises Rejected: ``share_form``, ``element_invalid``
    """
    ephemeral, box = json_text.fields(value, ("key", "box"), code="share_form")
    try:
        sealed = bytes.fromhex(box)
    except (ValueError, TypeError) as error:
        raise Rejected("share_form", "a box is no hexadecimal text") from error
    return SealedShare(group.decode(ephemeral, identity_allowed=False), sealed)


def unseal(group: Group, route: tuple[int, int], decryption: int, share: SealedShare) -> int:
    """Open a share with the member's decryption secret.

    :raises Rejected: ``share_invalid``: it was not sealed for this member by this dealer
    """
    common = group.power_secret(share.ephemeral, decryption)
    key = _box_key(group, route, group.encode(share.ephemeral), common)
    try:
        plain = SecretBox(key).decrypt(share.box).decode("ascii")
    except (CryptoError, ValueError) as error:
        raise Rejected("share_invalid", f"dealer {route[0]}: cannot be opened") from error
    return read_scalar(group.q, plain.lstrip("0") or "0")


def _box_key(group: Group, route: tuple[int, int], ephemeral: str, common: Element) -> bytes:
    dealer, member = route
    text = f"tsukuba-trust/share/1|{dealer}|{member}|{ephemeral}|{group.encode(common)}"
    return hashlib.sha256(text.encode("ascii")).digest()
