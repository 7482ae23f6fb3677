"""What the answering device gets and the page must show: return token or six digits.

Both follow from the attempt and the evidence under the key of the attempts store, so a
repeated answer gives the same ones and nothing of them has to be kept (voting-flow 3.3).
"""

import hashlib
import hmac
from dataclasses import dataclass

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``complete_identification`` gives to whoever answered.

    :param token: 32 hex digits, only ever in the fragment of a return address
    :param digits: six digits, empty where the election does not allow ``cross_device``
    :param origin: the election's, so that its own booth is opened again
    """

    token: str
    digits: str
    origin: str = ""


def answer(key: bytes, attempt: str, evidence_digest: bytes, *, digits: bool) -> Answer:
    """Make token and digits of an answered attempt.

    :param key: 32 bytes, of the attempts store
    :param evidence_digest: SHA-256 of the evidence
    :source: voting-flow.md section 3.3
    """
    token = _mac(key, "token", attempt, evidence_digest)[:16].hex()
    number = int.from_bytes(_mac(key, "digits", attempt, evidence_digest)) % 10**DIGITS
    return Answer(token, f"{number:0{DIGITS}d}" if digits else "")


def fits(expected: Answer, given: str) -> bool:
    """Tell whether the page was told the right token or digits, in constant time."""
    said = given.encode("utf-8", "replace")
    found = hmac.compare_digest(said, expected.token.encode())
    if expected.digits:
        found |= hmac.compare_digest(said, expected.digits.encode())
    return found


def _mac(key: bytes, purpose: str, attempt: str, evidence_digest: bytes) -> bytes:
    message = f"tsukuba-trust/{purpose}/1|{attempt}|".encode() + evidence_digest
    return hmac.digest(key, message, hashlib.sha256)
