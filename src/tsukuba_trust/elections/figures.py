"""Exact figures: how integers, fractions and fixed decimals are read and written.

Nothing here is a float. A figure in a document is an integer, a decimal that ends
("29769.5"), a fraction ("85/3"), or a decimal of fixed length ("173.40000").
"""

import re
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.reading import Table

_FRACTION: Final = re.compile(r"(0|[1-9][0-9]{0,15})(/[1-9][0-9]{0,15})?", re.ASCII)


def number(value: Fraction) -> int | Fraction:
    """Return an integer where the number is one."""
    return value.numerator if value.denominator == 1 else value


def exact(value: int | Fraction) -> int | str:
    """Return a number for a document: an integer, "29769.5" if the decimals end, else "85/3"."""
    value = Fraction(value)
    rest, digits = value.denominator, 0
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 10 if rest % 10 == 0 else 2 if rest % 2 == 0 else 5
        digits += 1
    if rest > 1:
        return str(value)
    return fixed(value, digits) if digits else value.numerator


def ratio(value: int | Fraction) -> int | str:
    """Return a number for a document: an integer, or always a fraction as "31/2"."""
    plain = number(Fraction(value))
    return plain if isinstance(plain, int) else str(plain)


def fixed(value: int | Fraction, digits: int) -> str:
    """Return a number of 0 or more with this many decimals; what is left over is cut off."""
    scaled = Fraction(value) * 10**digits
    whole, part = divmod(scaled.numerator // scaled.denominator, 10**digits)
    return f"{whole}.{part:0{digits}}" if digits else str(whole)


def cut(value: int | Fraction, digits: int) -> Fraction:
    """Return a number of 0 or more without what stands behind this many decimals."""
    scaled = Fraction(value) * 10**digits
    return Fraction(scaled.numerator // scaled.denominator, 10**digits)


def take_fraction(table: Table, key: str, default: str | None = None) -> Fraction:
    """Take a number such as "1/4" or "1" out of a table of parameters.

    :raises Misconfigured: ``value_unknown``: another form
    """
    text: str = table.take(key, str, default)
    if not _FRACTION.fullmatch(text):
        table.fail("value_unknown", 'a fraction such as "1/4"', key)
    return Fraction(text)
