"""A lot that anybody can repeat: for surveys and schools, never for public offices.

The order is that of SHA-256 of ``tsukuba-trust/draw/1``, the seed, the contest's uuid, the
stage and the option's key, one per line; the smallest digest is the best. The seed must be
something that nobody could know or choose when the tie was found, and it is published.

:source: elections-jp.md section 4 (product rule)
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from tsukuba_trust.errors import Refused

ALLOWED: Final = frozenset({"survey", "school"})
_LABEL: Final = "tsukuba-trust/draw/1"


def draw(kind: str, seed: str, contest: str, stage: int, tied: Sequence[str]) -> tuple[str, ...]:
    """Return the tied options, best first.

    :param kind: of the election
    :param seed: at least 16 characters of ASCII, words with one space between: whoever could
        add what nobody sees (another space, a variation selector) would choose the winner
    :param contest: uuid
    :raises Refused: ``draw_not_allowed``, ``draw_seed_malformed``
    """
    if kind not in ALLOWED:
        raise Refused("draw_not_allowed", f"in a {kind} election officers draw by hand")
    visible = seed.isascii() and seed.isprintable() and seed == " ".join(seed.split())
    if len(seed) < 16 or not visible:
        raise Refused("draw_seed_malformed", "16 or more plain ASCII characters in one line")
    return tuple(sorted(tied, key=lambda key: digest(seed, contest, stage, key)))


def digest(seed: str, contest: str, stage: int, key: str) -> str:
    """Return what an option's place depends on, in hexadecimal; each line ends with LF."""
    text = "".join(f"{line}\n" for line in (_LABEL, seed, contest, str(stage), key))
    return hashlib.sha256(text.encode()).hexdigest()
