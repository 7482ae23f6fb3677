"""Passwords as people type them, and the bytes that a card compares.

A form that no card can hold is refused here, before anything reaches the card: a wrong try
counts, a mistyped form need not (jpki.md 1.3).
"""

import re
from typing import Final

from tsukuba_trust.errors import Refused

FORMS: Final = {"sign": re.compile(rb"[0-9A-Z]{6,16}"), "auth": re.compile(rb"[0-9]{4}")}
_FULL_WIDTH: Final = {0xFF01 + place: 0x21 + place for place in range(94)}
_UPPER: Final = {ord("a") + place: ord("A") + place for place in range(26)}


def fold(typed: str, purpose: str) -> bytes:
    """Return the card's bytes of what was typed: full-width and lower case folded.

    :param purpose: "sign" or "auth"
    :raises Refused: ``password_form``; the error never repeats what was typed
    """
    folded = typed.translate(_FULL_WIDTH).translate(_UPPER)
    if not folded.isascii() or not FORMS[purpose].fullmatch(folded.encode("ascii")):
        raise Refused("password_form", purpose)
    return folded.encode("ascii")
