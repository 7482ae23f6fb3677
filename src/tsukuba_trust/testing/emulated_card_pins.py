"""The two passwords of an emulated card: tries that count down, and a file that remembers.

A card that was blocked stays blocked when its emulator starts again, as a real one does.

:source: jpki.md 1.3, 2.1, 8
"""

import fcntl
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jpki.profile import AUTH, SIGN

FULL: Final = {SIGN: 5, AUTH: 3}
PASSWORD: Final = "TSUKUBA123"  # noqa: S105 - of every emulated card, printed where it is shown
PIN: Final = "1357"  # of every emulated card, likewise


class Tries(Protocol):
    """Where a card keeps how many tries are left, by purpose."""

    def left(self, purpose: str) -> int: ...

    def take(self, purpose: str) -> bool:
        """Count one try; False = none was left."""

    def refill(self, purpose: str) -> None: ...


class ForgottenTries:
    """Tries that last as long as the object."""

    def __init__(self) -> None:
        self._left = dict(FULL)

    def left(self, purpose: str) -> int:
        return self._left[purpose]

    def take(self, purpose: str) -> bool:
        had = self._left[purpose]
        self._left[purpose] = max(had - 1, 0)
        return had > 0

    def refill(self, purpose: str) -> None:
        self._left[purpose] = FULL[purpose]


class KeptTries:
    """Tries of one card in a file that several cards and processes may share.

    What was counted is on the disk when a call returns. All raise Misconfigured
    (``card_state_unreadable``) for a file that is not theirs.

    :param file: JSON, card name -> purpose -> tries left; made when it is not there
    :param card: name in that file; a card that is not in it has all its tries
    """

    def __init__(self, file: Path, card: str) -> None:
        self._file = file
        self._card = card

    def left(self, purpose: str) -> int:
        with self._locked() as tries:
            return tries[purpose]

    def take(self, purpose: str) -> bool:
        with self._locked() as tries:
            had = tries[purpose]
            tries[purpose] = max(had - 1, 0)
        return had > 0

    def refill(self, purpose: str) -> None:
        with self._locked() as tries:
            tries[purpose] = FULL[purpose]

    @contextmanager
    def _locked(self) -> Iterator[dict[str, int]]:
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.read()
            cards = _read(before, self._file)
            yield cards.setdefault(self._card, dict(FULL))
            after = json.dumps(cards, sort_keys=True, ensure_ascii=False)
            if after != before:
                file.seek(0)
                file.truncate()
                file.write(after)
                file.flush()
                os.fsync(file.fileno())


def _read(text: str, file: Path) -> dict[str, dict[str, int]]:
    """Refuse what is not ours: a damaged counter must not become a full one."""
    if not text:
        return {}
    try:
        cards = json.loads(text)
        for tries in cards.values():
            if tries.keys() != FULL.keys() or not all(_possible(*pair) for pair in tries.items()):
                raise ValueError
    except (ValueError, AttributeError):
        raise Misconfigured("card_state_unreadable", where=str(file)) from None
    checked: dict[str, dict[str, int]] = cards
    return checked


def _possible(purpose: str, left: object) -> bool:
    return type(left) is int and 0 <= left <= FULL[purpose]


class Pins:
    """Both passwords: who is verified since power-up, and how many tries are left.

    :param secrets: purpose -> the bytes that are right
    """

    def __init__(self, secrets: dict[str, bytes], tries: Tries) -> None:
        self._secrets = secrets
        self._tries = tries
        self._verified: set[str] = set()

    def left(self, purpose: str) -> int:
        return self._tries.left(purpose)

    def verified(self, purpose: str) -> bool:
        return purpose in self._verified

    def forget(self) -> None:
        """Forget who is verified; tries stay."""
        self._verified.clear()

    def unblock(self) -> None:
        """Give all tries back, as the city's counter does."""
        for purpose in FULL:
            self._tries.refill(purpose)

    def verify(self, purpose: str, given: bytes) -> bool:
        """Compare; the try is counted before the answer exists. Blocked: always False."""
        self._verified.discard(purpose)
        if not self._tries.take(purpose):
            return False
        if not hmac.compare_digest(given, self._secrets[purpose]):
            return False
        self._tries.refill(purpose)
        self._verified.add(purpose)
        return True
