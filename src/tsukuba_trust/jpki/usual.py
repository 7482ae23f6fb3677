"""The usual layout of a card's certificate, cut apart without reading what many cards share.

``cut`` compares every length with where its element ends, and every byte between the parts that
it returns with fixed ones. So a certificate that it cuts is the one strict DER with these parts in
these places: it takes nothing that the explicit reader would refuse, provided that the parts are
good. Whatever is laid out otherwise it leaves to the explicit reader, which has the grounds.

:source: jpki.md 3.1, order of the extensions; X.690, 10.1
"""

from datetime import datetime
from struct import Struct
from typing import Final, NamedTuple

from tsukuba_trust.jpki import der
from tsukuba_trust.jpki.profile import LARGEST_CERTIFICATE, RSA_SHA256
from tsukuba_trust.jpki.refusal import CertificateRefused

ALGORITHM: Final = RSA_SHA256  # of the authority and of the holder
_SMALLEST: Final = 1024  # bytes; so the lengths of whole and signed part have two
_BEGINS: Final = Struct(">HHHHIH")  # the two lengths, version 3, a serial number
# The algorithm again, then a signature of 256 bytes without unused bits.
_SIGNATURE: Final = ALGORITHM.identifier + bytes.fromhex("0382010100")
# A key of 2048 bits, the highest of them set, with the exponent 65537.
_KEY: Final = (
    bytes.fromhex("30820122")
    + ALGORITHM.key_identifier
    + bytes.fromhex("0382010f003082010a0282010100")
)
_EXPONENT: Final = bytes.fromhex("0203010001")
_TIMES: Final = bytes.fromhex("301e170d170d")  # two UTCTimes of 13 bytes, cut out
_COMMON_NAME: Final = bytes.fromhex("0603550403")
# The level of the CN before a text, by the bytes from its OID on; lengths have one byte each.
_HOLDERS: Final = [
    bytes((der.SET, size + 2, der.SEQUENCE, size))
    + _COMMON_NAME
    + bytes((der.UTF8_STRING, max(size - 7, 0)))
    for size in range(0x80)
]
_EXTENSIONS: Final = Struct(">5sHHHH12s")  # after the exponent: two lengths, the key usage
_USAGE: Final = bytes.fromhex("300e0603551d0f0101ff0404")  # the first extension, 16 bytes
_NAMES: Final = bytes.fromhex("0603551d1104")
# Extension, its value and the names in that, when the names have 128 bytes to 243.
_NAMES_FROM_128: Final = {
    size: bytes((0x30, 0x81, size + 12)) + _NAMES + bytes((0x81, size + 3, 0x30, 0x81, size))
    for size in range(128, 244)
}
_KEY_ID: Final = bytes.fromhex("301d0603551d0e04160414")  # the last extension, 31 bytes
PERSONAL: Final = (_NAMES[:5], _KEY_ID[2:7])  # kinds of extension that are the holder's own


class Parts(NamedTuple):
    """What differs from card to card, and what does not.

    :param issuer: DER of the name
    :param not_before: first instant of validity, aware UTC; ``not_after`` likewise the last
    :param levels: of the subject, without the holder's CN, which is well-formed
    :param key: DER of the SubjectPublicKeyInfo
    :param names: DER of the subject's alternative names, or nothing
    :param shared: all extensions but the holder's names and key id
    :param signed: DER of the part that the authority signed; ``signature`` is over it
    """

    serial: int
    issuer: bytes
    not_before: datetime
    not_after: datetime
    levels: bytes
    key: bytes
    names: bytes
    shared: bytes
    signed: bytes
    signature: bytes


def cut(data: bytes) -> Parts | None:
    """Cut a certificate apart; None = laid out otherwise.

    :param data: DER
    """
    size = len(data)
    end = size - 276  # of the signed part
    if (
        not _SMALLEST <= size <= LARGEST_CERTIFICATE
        or data[:14] != _BEGINS.pack(0x3082, size - 4, 0x3082, end - 8, 0xA0030201, 0x0202)
        or data[end : end + 20] != _SIGNATURE
    ):
        return None
    try:
        issuer = 30 + data[14]
        _, times = der.place(data, issuer, der.SEQUENCE)
        subject = times + 34
        key = subject + data[subject - 1]
        levels, period = _levels(data, subject, key), _period(data[times : times + 32])
        first = key + 302
        names, rest = _names(data, first + 16)
    except (CertificateRefused, IndexError, ValueError):
        return None
    if (
        not 30 < issuer <= 50  # a serial number of at most 20 bytes
        or not 0 < data[15] < 0x80  # positive, without a zero before it
        or data[issuer - 15 : issuer] != ALGORITHM.identifier
        or data[subject - 2] != der.SEQUENCE
        or not rest <= end - 31
        or data[end - 31 : end - 20] != _KEY_ID
        or not _is_usual_key(data, key, end)
    ):
        return None
    return Parts(
        int.from_bytes(data[15 : issuer - 15], "big"),
        data[issuer:times],
        *period,
        levels,
        data[key : key + 294],
        names,
        data[first : first + 16] + data[rest : end - 31],
        data[4:end],
        data[end + 20 :],
    )


def _is_usual_key(data: bytes, key: int, end: int) -> bool:
    """Tell whether a key and, behind it, extensions up to the end begin as they should."""
    first = key + 302  # where the extensions begin, behind their two lengths
    size = end - first
    return (
        size >= 0x100
        and data[key : key + 33] == _KEY
        and data[key + 33] >= 0x80
        and data[key + 289 : first + 12]
        == _EXTENSIONS.pack(_EXPONENT, 0xA382, size + 4, 0x3082, size, _USAGE)
    )


def _period(data: bytes) -> tuple[datetime, datetime]:
    if data[:4] + data[17:19] != _TIMES:
        raise ValueError
    return _time(data[4:17]), _time(data[19:])


def _time(text: bytes) -> datetime:
    """Read a UTCTime of this century's first half.

    :raises ValueError: another form, or no such instant
    """
    digits = text.decode()
    if not (text[:12].isdigit() and text[12:] == b"Z" and text < b"5" and text[6:] < b"24"):
        raise ValueError
    return datetime.fromisoformat(f"20{digits[:6]}T{digits[6:]}")


def _levels(data: bytes, first: int, stop: int) -> bytes:
    """Return the levels before the holder's CN, which is the last; lengths have one byte each."""
    name = data.find(_COMMON_NAME, first, stop)
    size = stop - name
    if name < 0 or size < 7 or stop - first >= 0x80:
        raise CertificateRefused(der.MALFORMED)
    if data[name - 4 : name + 7] != _HOLDERS[size]:
        raise CertificateRefused(der.MALFORMED)
    data[name + 7 : stop].decode()
    return data[first : name - 4]


def _names(data: bytes, start: int) -> tuple[bytes, int]:
    """Return the alternative names, if they stand here, and where the extension ends."""
    size = data[start + 13]
    if data[start : start + 14] == _NAMES_FROM_128.get(size):
        return data[start + 11 : start + 14 + size], start + 14 + size
    content, stop = der.place(data, start, der.SEQUENCE)
    if data[content : content + 6] != _NAMES:
        return b"", start
    value, end = der.place(data, content + 5, der.OCTET_STRING)
    if end != stop:
        raise CertificateRefused(der.MALFORMED)
    return data[value:stop], stop
