"""Strict readers of the small text forms: base64, hexadecimal, decimal."""

import base64
import binascii
import re

from tsukuba_trust.errors import Rejected

_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z")


def base64_text(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def read_base64(text: str, size: int | None = None) -> bytes:
    """Read standard base64 with padding: only the one text that ``base64_text`` writes.

    :param size: of the bytes, when it is known
    :raises Rejected: code ``base64_invalid`` (other alphabet, padding bits, length)
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Rejected("base64_invalid") from error
    if base64_text(data) != text or size not in (None, len(data)):
        raise Rejected("base64_invalid")
    return data


def read_hex(text: str, size: int) -> bytes:
    """Read lower-case hexadecimal of exactly ``size`` bytes.

    :raises Rejected: code ``hex_invalid``
    """
    if len(text) != 2 * size or not _HEX.match(text):
        raise Rejected("hex_invalid")
    return bytes.fromhex(text)


def read_decimal(text: str, largest: int) -> int:
    """Read a decimal integer without sign or leading zero.

    :raises Rejected: code ``decimal_invalid``
    """
    if not _DECIMAL.match(text) or int(text) > largest:
        raise Rejected("decimal_invalid")
    return int(text)
