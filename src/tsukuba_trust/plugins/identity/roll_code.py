"""A code per line of the roll, printed once: for schools and people without a card.

Only ``HMAC-SHA256(key, code)`` is enrolled. A code does not sign the binding, so this
provider is *unbound*: an election has to accept that, and the result says so.
Setting: ``roll_code.key`` = path of the key file (64 hex digits), mode 0600.

:source: architecture D2; voting-flow.md 4 (flow 6), 12
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from zope.interface import implementer

from tsukuba_trust.board.canonical import decode, encode
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import AttemptView, Begun, Identity, IIdentityProvider
from tsukuba_trust.values import Json, Parameters, Randomness

NAME: Final = "roll-code"
MOST_TRIES: Final = 5  # voting-flow.md 12; then the counter
KEY_BYTES: Final = 32

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base 32 without I, L, O and U
_LENGTH: Final = 12  # 11 symbols of 5 bits, then one check character
_LOOK_ALIKES: Final = str.maketrans("ILO", "110", " -‐‑−–—ー\t\r\n")
_LONGEST_TYPED: Final = 64


@implementer(IIdentityProvider)
class RollCode:
    """Finds the line of the roll whose code was typed.

    :param key: 32 bytes; None = this installation checks no codes, only election files
    """

    name = NAME
    bound = False
    not_checked = ()

    def __init__(self, key: bytes | None) -> None:
        self._key = key

    def check(self, parameters: Parameters) -> None:
        """Check that the election file gives no parameters: there are none.

        :raises Misconfigured: ``parameter_unknown``
        """
        if parameters:
            raise Misconfigured("parameter_unknown", sorted(parameters)[0], where=NAME)

    def enrol(self, code: str) -> Json:
        """Return what the roll keeps for a code: its keyed hash, never the code.

        :raises Refused: ``wrong_token``: not a code
        """
        return {"code_mac": self._mac(read_code(code))}

    def begin(self, attempt: AttemptView) -> Begun:
        """Ask the page for the code."""
        field = {"name": "code", "length": _LENGTH, "alphabet": ALPHABET}
        return Begun(challenge={"shape": "form", "fields": [field]}, state={})

    def complete(self, attempt: AttemptView, state: Json, response: Json, at: datetime) -> Identity:
        """Look for the code among the people of the roll.

        1. at most five tries; 2. the form, which no My Number has (J07); 3. the keyed hash
        against every enrolment, in time that does not depend on where it stands.

        :raises Refused: ``too_many_tries`` or ``wrong_token``
        """
        if attempt.tries >= MOST_TRIES:
            raise Refused("too_many_tries", "ask for a new code at the counter")
        if not isinstance(response, dict) or set(response) != {"code"}:
            raise Refused("wrong_token", "the form has one field")
        code = read_code(response["code"])
        mac = self._mac(code)
        if not _stands_in(mac, attempt.enrolments):
            left = MOST_TRIES - 1 - attempt.tries
            raise Refused("wrong_token", f"{left} tries left", tries_left=left)
        return _identity(mac, encode({"v": 1, "attempt": attempt.id, "code": code}))

    def recheck(self, evidence: bytes, binding: bytes, at: datetime) -> Identity:
        """Compute the keyed hash again.

        Whether the code is one that was printed cannot be seen from it: who holds the key
        can make codes up, as many as the roll has lines (docs/threat-model.md).

        :raises Rejected: ``evidence_malformed``
        """
        kept = decode(evidence)
        if set(kept) != {"v", "attempt", "code"} or kept["v"] != 1:
            raise Rejected("evidence_malformed", step="recheck")
        try:
            code = read_code(kept["code"])
        except Refused:
            raise Rejected("evidence_malformed", step="recheck") from None
        if code != kept["code"]:
            raise Rejected("evidence_malformed", step="recheck")
        return _identity(self._mac(code), evidence)

    def _mac(self, code: str) -> str:
        if self._key is None:
            raise Misconfigured(
                "roll_code_key_missing",
                "the settings need roll_code.key (docs/operator.md)",
                where=NAME,
            )
        return hmac.new(self._key, code.encode("ascii"), hashlib.sha256).hexdigest()


def new_code(randomness: Randomness) -> str:
    """Make a code of 55 random bits as it is printed: three groups of four.

    Drawn again while it has digits only, so that no code looks like a My Number.
    """
    while True:
        number = int.from_bytes(randomness(7), "big") >> 1
        symbols = "".join(ALPHABET[number >> shift & 31] for shift in range(50, -1, -5))
        if not symbols.isdigit():
            code = symbols + _check_character(symbols)
            return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))


def read_code(text: Json) -> str:
    """Read a typed code: case, width, hyphens and look-alikes do not matter.

    :returns: 12 characters of the alphabet
    :raises Refused: ``wrong_token``: not a code, or the check character does not fit
    """
    if not isinstance(text, str) or len(text) > _LONGEST_TYPED:
        raise Refused("wrong_token", "not a code")
    folded = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES)
    if len(folded) != _LENGTH or not set(folded) <= set(ALPHABET) or folded[:-1].isdigit():
        raise Refused("wrong_token", "not a code")
    if _check_character(folded[:-1]) != folded[-1]:
        raise Refused("wrong_token", "mistyped")
    return folded


def read_key(path: Path) -> bytes:
    """Read the key file.

    :raises Misconfigured: ``roll_code_key_unreadable``; never says what stands in it
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise Misconfigured("roll_code_key_unreadable", "64 hex digits", where=str(path)) from None
    if len(key) != KEY_BYTES:
        raise Misconfigured("roll_code_key_unreadable", "64 hex digits", where=str(path))
    return key


def _check_character(symbols: str) -> str:
    """Luhn's formula modulo 32: finds every single mistake and most swapped neighbours."""
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        value = ALPHABET.index(symbol) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def _stands_in(mac: str, enrolments: Sequence[Json]) -> bool:
    found = False
    for enrolment in enrolments:
        found |= hmac.compare_digest(mac, str(enrolment["code_mac"]))
    return found


def _identity(mac: str, evidence: bytes) -> Identity:
    return Identity(subject=mac, attributes={}, bound=False, evidence=evidence)


def includeme(config: Any) -> None:
    """Register the provider with the key that the settings name.

    :raises Misconfigured: ``roll_code_key_unreadable``
    """
    path = config.get_settings().get("roll_code.key")
    config.add_identity_provider(NAME, RollCode(read_key(Path(path)) if path else None))
