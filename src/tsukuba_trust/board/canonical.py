"""The one byte form of everything that is signed, hashed or logged.

RFC 8785 (JCS) restricted until no number formatting and no key-order subtlety is left:
keys match ``[a-z][a-z0-9_]*``; values are strings, integers 0…2^53−1, booleans, arrays and
objects; no null, no fraction, no exponent, no lone surrogate. Absent means left out.

:source: board.md 2.1
"""

import hashlib
import json
import re
from typing import NoReturn

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64  # arrays and objects inside each other; real entries stay below ten
STEP = "3"

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")


def encode(value: Json) -> bytes:
    """Return the canonical bytes of one object.

    :raises Rejected: code ``not_canonical``: no object, or a value the restriction excludes
    """
    if not isinstance(value, dict):
        _refuse("not an object")
    return encode_value(value)


def encode_value(value: Json) -> bytes:
    """Return the canonical bytes of any allowed value: what bindings and keys are hashed from.

    :raises Rejected: code ``not_canonical``
    """
    _check_value(value, DEEPEST)
    return _write(value)


def encode_string(text: str) -> bytes:
    """Return a text as a JSON string with its quotes: its *escaped* form (board.md 2.3).

    :raises Rejected: code ``not_canonical``: a lone surrogate
    """
    return _write(text)


def decode(data: bytes) -> Json:
    """Read exactly one canonical object.

    :raises Rejected: code ``not_canonical``: any byte differs from what ``encode`` writes
    """
    value = decode_value(data)
    if not isinstance(value, dict):
        _refuse("not an object")
    return value


def decode_value(data: bytes) -> Json:
    """Read exactly one canonical value of any allowed kind.

    :raises Rejected: code ``not_canonical``
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique_pairs,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise Rejected("not_canonical", "not JSON in UTF-8", step=STEP) from error
    if encode_value(value) != data:
        _refuse("other bytes for the same value")
    return value


def digest(value: Json) -> str:
    """Return the SHA-256 of bytes, or of the canonical bytes of an object, as lower-case hex."""
    data = value if isinstance(value, bytes) else encode_value(value)
    return hashlib.sha256(data).hexdigest()


def _write(value: Json) -> bytes:
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Rejected("not_canonical", "lone surrogate", step=STEP) from error


def _check_value(value: Json, depth: int) -> None:
    # bool before int: True is an int to Python, and both are allowed here.
    if isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if not 0 <= value <= LARGEST_INTEGER:
            _refuse("integer outside 0…2^53−1")
    elif depth == 0:
        _refuse("nested too deeply")
    elif isinstance(value, list | tuple):
        for item in value:
            _check_value(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.match(key):
                _refuse("key outside [a-z][a-z0-9_]*")
            _check_value(item, depth - 1)
    else:
        _refuse("null, fraction or a value of no JSON kind")


def _unique_pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        _refuse("duplicate key")
    return result


def _refuse_number(_text: str) -> NoReturn:
    _refuse("fraction, exponent or constant")


def _refuse(why: str) -> NoReturn:
    raise Rejected("not_canonical", why, step=STEP)
