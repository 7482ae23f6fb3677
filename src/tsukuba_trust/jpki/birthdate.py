"""The birth date of a signing certificate: an era digit and a Gregorian date.

:source: jpki.md 3.2
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tsukuba_trust.jpki.refusal import CertificateRefused

_FORM: Final = re.compile(r"([0-9])([0-9]{4})([0-9]{2})([0-9]{2})\Z")
# First and last day; the days on which the emperor changed belong to both eras.
_ERAS: Final = {
    "1": (date(1868, 1, 25), date(1912, 7, 30)),  # 明治
    "2": (date(1912, 7, 30), date(1926, 12, 25)),  # 大正
    "3": (date(1926, 12, 25), date(1989, 1, 7)),  # 昭和
    "4": (date(1989, 1, 8), date(2019, 4, 30)),  # 平成
    "5": (date(2019, 5, 1), date.max),  # 令和
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
    match = _FORM.match(text)
    if match is None:
        raise CertificateRefused("cert_birth_date_malformed")
    era, year, month, day = match.groups()
    if year == "0000" or "00" in (month, day):
        return BirthDate("", ("birth_date_unknown",))
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        # Not chained: the traceback would hold the date.
        raise CertificateRefused("cert_birth_date_malformed") from None
    return BirthDate(born.isoformat(), () if _fits(era, born) else ("birth_date_era",))


def _fits(era: str, born: date) -> bool:
    if era == "0":  # unknown era: nothing to compare
        return True
    first, last = _ERAS.get(era, (date.max, date.min))
    return first <= born <= last
