"""The 12-digit My Number (個人番号), which this system must never take (attack J07).

The law limits who may collect it, and the card's certificates do not contain it. Whoever
types it into a field by mistake is refused before anything is computed or kept.

:source: Order of the Ministry of Internal Affairs 2014/85, article 5 (check digit)
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from tsukuba_trust.values import Json

_TYPED: Final = re.compile(r"[0-9]{12}\Z")
# In a running text: twelve digits in one piece, or three groups of four with one separator.
_DIGIT: Final = "[0-9０-９]"
_FOUR: Final = f"{_DIGIT}{{4}}"
_RUN: Final = re.compile(
    rf"(?<![0-9A-Za-z０-９-])(?:{_DIGIT}{{12}}|{_FOUR}([ 　‐－-]){_FOUR}\1{_FOUR})"
    r"(?![0-9A-Za-z０-９-])"
)
_SEPARATORS: Final = str.maketrans("", "", " \t\r\n-‐‑−‒–—―ー・.")
_LONGEST_TYPED: Final = 64  # longer values are not something that a person typed


def is_my_number(text: str) -> bool:
    """Tell whether a typed value is 12 digits with a valid check digit.

    Full-width digits, spaces and hyphens are folded first, as a form would.
    """
    if len(text) > _LONGEST_TYPED:
        return False
    folded = unicodedata.normalize("NFKC", text).translate(_SEPARATORS)
    return bool(_TYPED.match(folded)) and _check_digit(folded[:11]) == folded[11]


def holds_my_number(value: Json) -> bool:
    """Tell whether any key or value in a JSON value is a My Number."""
    return any(is_my_number(text) for text in _texts(value))


def my_numbers_in(text: str) -> list[int]:
    """Return the positions of My Numbers in a running text, such as a log or a column.

    Digits of longer numbers, of hexadecimal and of UUIDs are not taken for one.
    """
    return [m.start() for m in _RUN.finditer(text) if is_my_number(m.group())]


def _check_digit(eleven: str) -> str:
    """Weights 2…7 for the six lowest digits, then 2…6; remainders 0 and 1 give 0."""
    total = sum(
        int(digit) * (place + 1 if place <= 6 else place - 5)
        for place, digit in enumerate(reversed(eleven), start=1)
    )
    remainder = total % 11
    return str(11 - remainder if remainder > 1 else 0)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int) and 0 <= value < 10**12:
        yield f"{value:012d}" if value >= 10**10 else str(value)
