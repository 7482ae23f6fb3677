"""Reproducible randomness and the names of the groups, for the tests of this room."""

import hashlib
from collections.abc import Callable
from itertools import count

NAMES = ("Ed25519", "BELENIOS-2048", "RFC-3526-2048")


def stream(seed: str) -> Callable[[int], bytes]:
    """Return reproducible randomness; never the same bytes twice."""
    calls = count()
    return lambda size: hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(size)
