"""Credentials: the text a voter's device makes, and the keys derived from it.

protocol.md section 5. The text and the secrets never leave the device that made them
and stand in no error message.
"""

import hashlib
import re

from tsukuba_trust.crypto.groups import Element, Group
from tsukuba_trust.crypto.scalars import uniform_below
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Randomness

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_GROUPS = (5, 6, 5, 6)  # digits of the 2.4 form
_FORM_24 = re.compile("-".join(f"[{_BASE58}]{{{n}}}" for n in _GROUPS))
_FORM_20 = re.compile("-".join([f"[{_BASE58}]{{3}}"] * 5))
_ROUNDS_20 = 1000


def new_text(randomness: Randomness) -> str:
    """Make a credential text: 22 base-58 digits, 128 bits, as ``XXXXX-XXXXXX-XXXXX-XXXXXX``."""
    parts = []
    for length in _GROUPS:
        parts.append("".join(_BASE58[uniform_below(58, randomness)] for _ in range(length)))
    return "-".join(parts)


def derive(group: Group, uuid: str, text: str) -> int:
    """Derive the signing key of one contest from a credential text.

    :param text: 2.4 form, or the older 2.0 form with its check digit
    :returns: the secret scalar
    :raises Refused: code ``credential_form``
    :source: protocol.md section 5
    """
    if _FORM_24.fullmatch(text):
        halves = (f"derive_credential|{uuid}|{i}|{text}".encode() for i in (0, 1))
        return int("".join(hashlib.sha256(half).hexdigest() for half in halves), 16) % group.q
    if _FORM_20.fullmatch(text) and _check_digit_holds(text):
        key = hashlib.pbkdf2_hmac("sha256", text.encode(), uuid.encode(), _ROUNDS_20, 32)
        return int.from_bytes(key, "big") % group.q
    raise Refused("credential_form")


def _check_digit_holds(text: str) -> bool:
    *digits, last = (_BASE58.index(digit) for digit in text.replace("-", ""))
    number = 0
    for digit in digits:
        number = number * 58 + digit
    return last == 53 - number % 53


def public(group: Group, secret: int) -> str:
    """Return the public credential c = enc(g^s)."""
    return group.encode(group.power_secret(group.generator, secret))


def read_credential(group: Group, text: str) -> Element:
    """Read a public credential with the full check; the identity is refused.

    :raises Rejected: code ``element_invalid``
    """
    return group.decode(text, identity_allowed=False)
