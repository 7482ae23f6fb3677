"""Scalars: unbiased drawing and their strict text form (protocol.md section 1)."""

import re

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json, Randomness

_FORM = re.compile("0|[1-9][0-9]*")
_MAX_DIGITS = 620  # q of RFC-3526-2048 has 617; keeps a hostile text from being converted


def uniform_below(limit: int, randomness: Randomness) -> int:
    """Draw an integer from [0, limit) by rejection, never by reduction (attack P05)."""
    bits = limit.bit_length()
    size, mask = (bits + 7) // 8, (1 << bits) - 1
    while True:
        candidate = int.from_bytes(randomness(size), "big") & mask
        if candidate < limit:
            return candidate


def read_scalar(q: int, text: Json) -> int:
    """Read a scalar: a JSON string, decimal, in [0, q), without leading zeros.

    :raises Rejected: code ``scalar_invalid``
    """
    if not isinstance(text, str) or len(text) > _MAX_DIGITS or not _FORM.fullmatch(text):
        raise Rejected("scalar_invalid", "not a decimal number")
    value = int(text)
    if value >= q:
        raise Rejected("scalar_invalid", "not below the order of the group")
    return value
