"""The birth date of a signing certificate: an era digit and a Gregorian date.

:source: jpki.md 3.2
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tsukuba_trust.jpki.refusal import CertificateRefused

# First and last day; the days on which the emperor changed belong to both eras.
_ERAS: Final = {
    "1": ("1868-01-25", "1912-07-30"),  # 明治
    "2": ("1912-07-30", "1926-12-25"),  # 大正
    "3": ("1926-12-25", "1989-01-07"),  # 昭和
    "4": ("1989-01-08", "2019-04-30"),  # 平成
    "5": ("2019-05-01", "9999-12-31"),  # 令和
}


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as far as the register knows it.

    :param day: YYYY-MM-DD, or empty when year, month or day is unknown: no proof of age
    :param warnings: "birth_date_unknown", "birth_date_era"
    """

    day: str = field(repr=False)
    warnings: tuple[str, ...] = ()


def read_birth_date(text: str) -> BirthDate:
    """Read the nine digits ``EYYYYMMDD``.

    :raises CertificateRefused: ``cert_birth_date_malformed``: another form or no such day;
        the message never carries the digits
    """
    if len(text) != 9 or not (text.isascii() and text.isdecimal()):
        raise CertificateRefused("cert_birth_date_malformed")
    era, year, month, day = text[0], text[1:5], text[5:7], text[7:]
    if year == "0000" or month == "00" or day == "00":
        return BirthDate("", ("birth_date_unknown",))
    born = f"{year}-{month}-{day}"
    try:
        date.fromisoformat(born)
    except ValueError:
        # Not chained: the traceback would hold the date.
        raise CertificateRefused("cert_birth_date_malformed") from None
    return BirthDate(born, () if _fits(era, born) else ("birth_date_era",))


def _fits(era: str, born: str) -> bool:
    if era == "0":  # unknown era: nothing to compare
        return True
    first, last = _ERAS.get(era, ("", ""))
    return first <= born <= last
