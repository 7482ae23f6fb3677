"""Reads certificates and signs with a My Number Card, one careful step after the other.

Only the application of the two certificates is ever selected: what holds the My Number and
the face of the card has no place here, not even as a constant.

:source: jpki.md sections 1 and 2
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tsukuba_trust.card import status
from tsukuba_trust.card.transport import Transport
from tsukuba_trust.errors import Refused, TrustError

APPLICATION: Final = bytes.fromhex("D392F000260100000001")
DIRECTORY: Final = 0x0008
DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
BLOCK: Final = 256
LARGEST: Final = 0x8000  # READ BINARY has 15 bits of offset
THERE: Final = 0x8F
MOST_ANSWERS: Final = 16  # GET RESPONSE in a row


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one key pair lies.

    :param present: byte of the directory that says whether it is there
    """

    certificate: int
    authority: int
    key: int
    password: int
    present: int


SLOTS: Final = {
    "sign": Slot(certificate=0x0001, authority=0x0002, key=0x001A, password=0x001B, present=0),
    "auth": Slot(certificate=0x000A, authority=0x000B, key=0x0017, password=0x0018, present=1),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """What a card answered.

    :param certificate: DER; :param signature: PKCS#1 v1.5 over SHA-256
    """

    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


class Card:
    """One card in one exclusive connection.

    :param purpose: "sign" (署名用) or "auth" (利用者証明用)
    """

    def __init__(self, transport: Transport, purpose: str = "sign") -> None:
        self._transport = transport
        self._slot = SLOTS[purpose]

    def open(self) -> None:
        """Select the application, and see whether the certificate is there.

        :raises Refused: ``card_other``, ``card_no_certificate``, ``card_unreadable``
        """
        select = b"\x00\xa4\x04\x0c" + bytes([len(APPLICATION)]) + APPLICATION
        _, answer = self._once(select)
        if answer == status.INTERNAL:  # the first command after power-up may fail so
            _, answer = self._once(select)
        if answer != status.OK:
            raise status.failure(answer, "application")
        directory = self._read(DIRECTORY, "directory", 3)
        if len(directory) != 3:
            raise Refused("card_unreadable", "directory")
        if directory[self._slot.present] != THERE:
            raise Refused("card_no_certificate")

    def tries(self) -> int:
        """Return how many tries the password has left; asking costs none.

        :raises Refused: ``card_unreadable``
        """
        self._select(self._slot.password, "tries")
        _, answer = self._once(b"\x00\x20\x00\x80")
        left = status.tries_in(answer)
        if left is None:
            raise Refused("card_unreadable", f"tries: {answer:04x}")
        return left

    def authority(self) -> bytes:
        """Return the DER of the certificate above this card's own."""
        return self._certificate(self._slot.authority, "authority")

    def certificate(self) -> bytes:
        """Return the DER of the certificate; the signing one only after ``unlock``."""
        return self._certificate(self._slot.certificate, "certificate")

    def unlock(self, password: bytes, *, last: bool = False) -> None:
        """Give the card its password: one try, whatever happens.

        :param password: as ``password.fold`` returns it
        :param last: whether the holder has confirmed that the last try may be used
        :raises Refused: ``card_wrong_password`` (``tries_left``), ``card_locked``,
            ``card_last_try``, ``card_try_unknown``: the card left while it was compared
        """
        left = self.tries()
        if left == 0:
            raise Refused("card_locked", tries_left=0)
        if left == 1 and not last:
            raise Refused("card_last_try", tries_left=1)
        try:
            _, answer = self._once(b"\x00\x20\x00\x80" + bytes([len(password)]) + password)
        except TrustError:
            raise Refused("card_try_unknown") from None
        if answer == status.OK:
            return
        left_now = status.tries_in(answer)
        if left_now:
            raise Refused("card_wrong_password", tries_left=left_now)
        if left_now == 0:
            raise Refused("card_locked", tries_left=0)
        raise status.failure(answer, "password")

    def sign(self, text: str) -> Signed:
        """Read the certificate, sign a text, and check the signature with that certificate.

        :raises Refused: ``card_unreadable``; ``card_signature_wrong``
        """
        certificate = self.certificate()
        message = text.encode("utf-8")
        info = DIGEST_INFO + hashlib.sha256(message).digest()
        self._select(self._slot.key, "key")
        command = b"\x80\x2a\x00\x80" + bytes([len(info)]) + info
        signature, answer = self._follow(command, 0)
        if answer != status.OK:
            raise status.failure(answer, "signature")
        check(certificate, signature, message)
        return Signed(certificate, signature)

    def _certificate(self, file: int, step: str) -> bytes:
        self._select(file, step)
        head = self._block(0, 4, step)
        return self._rest(head, total_of(head), step)

    def _read(self, file: int, step: str, size: int) -> bytes:
        self._select(file, step)
        return self._block(0, size, step)

    def _rest(self, begun: bytes, total: int, step: str) -> bytes:
        found = begun
        while len(found) < total:
            found += self._block(len(found), min(BLOCK, total - len(found)), step)
        return found

    def _block(self, offset: int, size: int, step: str) -> bytes:
        data, answer = self._follow(b"\x00\xb0" + offset.to_bytes(2, "big"), size % BLOCK)
        if answer not in (status.OK, status.END_OF_FILE):
            raise status.failure(answer, step)
        if not 0 < len(data) <= size:
            raise Refused("card_unreadable", f"{step}: {len(data)} bytes")
        return data

    def _select(self, file: int, step: str) -> None:
        _, answer = self._once(b"\x00\xa4\x02\x0c\x02" + file.to_bytes(2, "big"))
        if answer != status.OK:
            raise status.failure(answer, step)

    def _follow(self, command: bytes, expected: int) -> tuple[bytes, int]:
        """Send a command that may be answered in parts or with another length.

        Never for a password: it would be another try.

        :param expected: last byte of the command; 0 means 256 bytes
        """
        data, answer = self._once(command + bytes([expected]))
        if answer >> 8 == status.WRONG_LENGTH:
            data, answer = self._once(command + bytes([answer & 0xFF]))
        for _ in range(MOST_ANSWERS):
            if answer >> 8 != status.MORE:
                break
            more, answer = self._once(b"\x00\xc0\x00\x00" + bytes([answer & 0xFF]))
            data += more
        return data, answer

    def _once(self, command: bytes) -> tuple[bytes, int]:
        answer = self._transport.transmit(command)
        if len(answer) < 2:
            raise Refused("card_unreadable", "no status")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


def total_of(head: bytes) -> int:
    """Return how long the DER object is whose first bytes these are: header and content.

    :param head: four bytes
    :raises Refused: ``card_unreadable``: no certificate begins so
    """
    if len(head) == 4 and head[0] == 0x30:
        if head[1] < 0x80:
            return 2 + head[1]
        size = head[1] & 0x7F
        length = int.from_bytes(head[2 : 2 + size], "big")
        shortest = length >= 0x80 and (size == 1 or length > 0xFF)
        if size in (1, 2) and shortest and 2 + size + length <= LARGEST:
            return 2 + size + length
    raise Refused("card_unreadable", "no certificate in its file")


def check(certificate: bytes, signature: bytes, message: bytes) -> None:
    """Check what the card signed, before anybody else sees it.

    :raises Refused: ``card_signature_wrong``
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Refused("card_signature_wrong", "another kind of key")
        key.verify(signature, message, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, UnsupportedAlgorithm, x509.InvalidVersion, ValueError):
        # Not chained: the library's error may quote the certificate.
        raise Refused("card_signature_wrong") from None
