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

    def set(self, purpose: str, left: int) -> None: ...


class ForgottenTries:
    """Tries that last as long as the object."""

    def __init__(self) -> None:
        self._left = dict(FULL)

    def left(self, purpose: str) -> int:
        return self._left[purpose]

    def set(self, purpose: str, left: int) -> None:
        self._left[purpose] = left


class KeptTries:
    """Tries of one card in a file that several cards and processes may share.

    :param file: JSON, card name -> purpose -> tries left; made when it is not there
    :param card: name in that file; a card that is not in it has all its tries
    """

    def __init__(self, file: Path, card: str) -> None:
        self._file = file
        self._card = card

    def left(self, purpose: str) -> int:
        """Return the tries left.

        :raises Misconfigured: ``card_state_unreadable``
        """
        with self._locked() as cards:
            return cards.get(self._card, {}).get(purpose, FULL[purpose])

    def set(self, purpose: str, left: int) -> None:
        """Write the tries left; they are on the disk when this returns.

        :raises Misconfigured: ``card_state_unreadable``
        """
        with self._locked() as cards:
            cards.setdefault(self._card, {})[purpose] = left

    @contextmanager
    def _locked(self) -> Iterator[dict[str, dict[str, int]]]:
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.read()
            cards = _read(before, self._file)
            yield cards
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
            for purpose, left in tries.items():
                if type(left) is not int or not 0 <= left <= FULL[purpose]:
                    raise ValueError
    except (ValueError, KeyError, AttributeError):
        raise Misconfigured("card_state_unreadable", where=str(file)) from None
    checked: dict[str, dict[str, int]] = cards
    return checked


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
        for purpose, full in FULL.items():
            self._tries.set(purpose, full)

    def verify(self, purpose: str, given: bytes) -> bool:
        """Compare; the try is counted before the answer exists. Blocked: always False."""
        self._verified.discard(purpose)
        left = self._tries.left(purpose)
        if not left:
            return False
        self._tries.set(purpose, left - 1)
        if not hmac.compare_digest(given, self._secrets[purpose]):
            return False
        self._tries.set(purpose, FULL[purpose])
        self._verified.add(purpose)
        return True
