"""An emulated My Number Card: commands in, answers out, without a socket.

``EmulatedCard(whole_card).transmit(command)`` is what a reader sees of a real card's JPKI
application, and nothing more: no My Number, no face, no other application.

:source: jpki.md 1, 2, 8
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tsukuba_trust.jpki.profile import AUTH, SIGN
from tsukuba_trust.testing.cards import WholeCard
from tsukuba_trust.testing.emulated_card_faults import NEVER, CardRemoved, Faults
from tsukuba_trust.testing.emulated_card_files import (
    AID,
    ATR,
    KEYS,
    OTHER_ATR,
    PASSWORDS,
    SIGN_CERTIFICATE,
    compute_signature,
    files_of,
)
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN, ForgottenTries, Pins, Tries

DONE: Final = 0x9000
TRIES: Final = 0x63C0
WRONG_LENGTH: Final = 0x6700
NOT_VERIFIED: Final = 0x6982
CONDITIONS: Final = 0x6985
NOT_FOUND: Final = 0x6A82
WRONG_PARAMETERS: Final = 0x6A86
WRONG_OFFSET: Final = 0x6B00
UNKNOWN: Final = 0x6D00
FAILED: Final = 0x6F00
MOST: Final = 256  # bytes of a short answer
_SHORT: Final = 0x80  # in P1 or P2: the low five bits name the file
_FORMS: Final = range(6)


@dataclass(frozen=True, slots=True)
class _Command:
    """A short command.

    :param data: None = no Lc field at all
    :param expected: Le; None = not there
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes | None
    expected: int | None


class _Refusal(Exception):
    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


class EmulatedCard:
    """One card, in the reader and powered until told otherwise.

    :param card: certificates and keys
    :param password: for signing; as typed on a real card: digits and capital letters
    :param pin: for user authentication, four digits
    :param tries: where the tries are kept; by default as long as the object
    :param pause: waits a number of seconds, for slow answers
    """

    def __init__(
        self,
        card: WholeCard,
        *,
        password: str = PASSWORD,
        pin: str = PIN,
        tries: Tries | None = None,
        faults: Faults | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.faults = faults or Faults()
        self.pins = Pins(
            {SIGN: password.encode("ascii"), AUTH: pin.encode("ascii")}, tries or ForgottenTries()
        )
        self._files = files_of(card, self.faults.filler)
        self._pause = pause
        self._answered = 0
        self._removed = False
        self.power_off()

    @property
    def atr(self) -> bytes:
        """Return the answer to reset; a reader must not know the card by it."""
        return OTHER_ATR if self.faults.other_card else ATR

    def insert(self) -> None:
        """Put the card (back) into the reader."""
        self._removed, self._answered = False, 0
        self.power_off()

    def remove(self) -> None:
        """Take the card out of the reader: every command raises from now on."""
        self._removed = True
        self.power_off()

    def power_off(self) -> None:
        """Take the power away: who was verified is forgotten."""
        self.pins.forget()
        self._application = False
        self._file: int | None = None
        self._waiting = b""
        self._fresh = True

    def reset(self) -> None:
        """Reset warmly: the selection is gone, and who is verified stays verified."""
        self._application, self._file, self._waiting = False, None, b""
        if self.faults.unblocked_by_reset:
            self.pins.unblock()
        if self.faults.forgets_on_reset:
            self.pins.forget()

    def transmit(self, command: bytes) -> bytes:
        """Answer a command: data, then two bytes of status. Never crashes on any bytes.

        :raises CardRemoved: the card has left, before or while answering
        """
        if self._removed or self._answered == self.faults.remove_after:
            self.remove()
            raise CardRemoved
        if self.faults.delay_ms:
            self._pause(self.faults.delay_ms / 1000)
        answer = self._answer(command)
        if self.faults.remove_after != NEVER:
            self._answered += 1
        return answer[:1] if self.faults.cut_answers else answer

    def _answer(self, command: bytes) -> bytes:
        fresh, self._fresh = self._fresh, False
        if fresh and self.faults.first_fails:
            return _status(FAILED)
        try:
            read = _read_command(command)
            if (read.cla, read.ins) == (0x00, 0xC0):
                return self._get_response(read)
            self._waiting = b""
            found = self._dispatch(read)
        except _Refusal as refusal:
            return _status(refusal.status)
        return self._deliver(found, read.expected)

    def _dispatch(self, command: _Command) -> bytes:
        """Do a command and return the data it has; status other than 9000 is raised."""
        match command.cla, command.ins:
            case 0x00, 0xA4:
                return self._select(command)
            case 0x00, 0xB0:
                return self._read(command)
            case 0x00, 0x20:
                return self._verify(command)
            case 0x80, 0x2A:
                return self._sign(command)
            case _:
                raise _Refusal(UNKNOWN)

    def _deliver(self, data: bytes, expected: int | None) -> bytes:
        if data and self.faults.get_response:
            self._waiting = data
            return _more(len(data))
        if expected is None or len(data) >= expected:
            return data[:expected] + _status(DONE)
        if self.faults.exact_length and data:
            return _status(0x6C00 | len(data))
        return data + _status(self.faults.short_status)

    def _get_response(self, command: _Command) -> bytes:
        if not self._waiting or command.expected is None:
            raise _Refusal(CONDITIONS)
        if command.expected > len(self._waiting):
            raise _Refusal(0x6C00 | len(self._waiting))
        data = self._waiting[: command.expected]
        self._waiting = self._waiting[command.expected :]
        return data + (_more(len(self._waiting)) if self._waiting else _status(DONE))

    def _select(self, command: _Command) -> bytes:
        name = command.data or b""
        if (command.p1, command.data) == (0, None):  # the master file, which does nothing here
            raise _Refusal(DONE if self._application else WRONG_PARAMETERS)
        if command.p1 == 0x04:
            self._select_application(name)
        elif command.p1 != 0x02:
            raise _Refusal(WRONG_PARAMETERS)
        elif len(name) != 2:
            raise _Refusal(WRONG_LENGTH)
        else:
            self._file = self._find(int.from_bytes(name, "big"))
        return b""

    def _select_application(self, name: bytes) -> None:
        if name != AID or self.faults.other_card:
            self.pins.forget()
            raise _Refusal(NOT_FOUND)
        self._application, self._file = True, None

    def _find(self, file: int) -> int:
        if not self._application or file not in self._files:
            raise _Refusal(NOT_FOUND)
        return file

    def _chosen(self, parameter: int) -> int:
        """Return the file that a parameter names, or the selected one."""
        if parameter & _SHORT and parameter & 0x1F:
            self._file = self._find(parameter & 0x1F)
        if not self._application or self._file is None:
            raise _Refusal(CONDITIONS)
        return self._file

    def _read(self, command: _Command) -> bytes:
        if command.data is not None or command.expected is None:
            raise _Refusal(WRONG_LENGTH)
        file = self._chosen(command.p1)
        offset = command.p2 if command.p1 & _SHORT else command.p1 << 8 | command.p2
        if file not in self._files.transparent:
            raise _Refusal(CONDITIONS)
        if file == SIGN_CERTIFICATE and not self.pins.verified(SIGN):
            raise _Refusal(NOT_VERIFIED)
        found = self._files.transparent[file]
        if offset >= len(found):
            raise _Refusal(WRONG_OFFSET)
        return found[offset : offset + command.expected]

    def _verify(self, command: _Command) -> bytes:
        if command.expected is not None:  # also a fifth byte 00 behind the bare question
            raise _Refusal(WRONG_LENGTH)
        if command.p1 or not command.p2 & _SHORT:
            raise _Refusal(WRONG_PARAMETERS)
        purpose = PASSWORDS.get(self._chosen(command.p2))
        if purpose is None:
            raise _Refusal(CONDITIONS)
        if command.data is None:
            raise _Refusal(TRIES | self.pins.left(purpose))
        blocked = not self.pins.left(purpose)
        if self.faults.drop_in_verify:
            if self.faults.drop_in_verify == "counted":
                self.pins.verify(purpose, command.data)
            self.remove()
            raise CardRemoved
        if not self.pins.verify(purpose, command.data):
            left = TRIES | self.pins.left(purpose)
            raise _Refusal(self.faults.blocked_status if blocked else left)
        return b""

    def _sign(self, command: _Command) -> bytes:
        if command.data is None or command.expected is None:
            raise _Refusal(WRONG_LENGTH)
        if command.p1 not in _FORMS or not command.p2 & _SHORT:
            raise _Refusal(WRONG_PARAMETERS)
        file = self._chosen(command.p2)
        if file not in self._files.keys:
            raise _Refusal(CONDITIONS)
        if not self.pins.verified(KEYS[file]):
            raise _Refusal(NOT_VERIFIED)
        signature = compute_signature(self._files.keys[file], command.p1, command.data)
        if signature is None:
            raise _Refusal(WRONG_LENGTH)
        return signature


def _read_command(command: bytes) -> _Command:
    """Read a short command; extended lengths are refused as a wrong length."""
    if len(command) < 4:
        raise _Refusal(WRONG_LENGTH)
    body = command[4:]
    data, expected = None, None
    if len(body) == 1:
        expected = body[0] or MOST
    elif body:
        data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
        if not body[0] or len(data) != body[0] or len(rest) > 1:
            raise _Refusal(WRONG_LENGTH)
        expected = (rest[0] or MOST) if rest else None
    cla, ins, p1, p2 = command[:4]
    return _Command(cla, ins, p1, p2, data, expected)


def _status(word: int) -> bytes:
    return word.to_bytes(2, "big")


def _more(count: int) -> bytes:
    return _status(0x6100 | (count & 0xFF))
