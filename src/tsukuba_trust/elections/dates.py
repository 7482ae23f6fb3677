"""Dates, weekdays and times as offices write them, read so that they can be compared.

One seed of this project announces "2025年02月08日(木)", a Saturday (requirements B11). So
every date in every text of an election file is read, and a weekday beside it must be
the day's own.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925}  # era year 1 is this plus one
_WEEKDAYS: Final = ("月월一", "火화二", "水수三", "木목四", "金금五", "土토六", "日일天")
_ENGLISH_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DAY_NAME: Final = (
    r"(?:Mon(?:day)?|Tue(?:s(?:day)?)?|Wed(?:nesday)?|Thu(?:rs(?:day)?)?|Fri(?:day)?"
    r"|Sat(?:urday)?|Sun(?:day)?)"
)
_MONTH_NAME: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_EAST: Final = r"(?:星期|周|週)?[月火水木金土日월화수목금토일一二三四五六天](?:曜日?|요일)?"
_BESIDE: Final = rf"(?:\s*\(\s*(?P<beside>{_EAST}|{_DAY_NAME})(?:[・,][^)]*)?\))"
_BEFORE: Final = rf"(?:\b(?P<before>{_DAY_NAME}),?\s+)?"
# After NFKC: full-width digits, brackets and the one-character ㈭ are already plain.
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:(?:(?P<era>令和|平成|昭和)\s*(?P<era_year>\d{1,2}|元)|(?P<year>\d{4}))\s*[年년]\)?\s*)?"
        rf"(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日일]{_BESIDE}?",
        rf"\b(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d){_BESIDE}?",
        rf"(?<![\d/-])(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}}){_BESIDE}",
        rf"{_BEFORE}\b(?P<day>\d{{1,2}})\s+(?P<month_name>{_MONTH_NAME})\b\.?"
        rf"(?:,?\s+(?P<year>\d{{4}}))?{_BESIDE}?",
        rf"{_BEFORE}\b(?P<month_name>{_MONTH_NAME})\.?\s+(?P<day>\d{{1,2}})(?![\d:])"
        rf"(?:,?\s+(?P<year>\d{{4}}))?{_BESIDE}?",
    )
)
_TIME: Final = re.compile(
    r"(?P<half>午前|午後|正午)?\s*(?<![\d:])(?P<hour>\d{1,2})(?:\s*時(?:\s*(?P<minutes>\d{1,2})\s*分)?"
    r"|:(?P<minute>\d{2}))(?![\d:])(?:\s*(?P<after>[ap])\.?m\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text.

    :param weekday: 0 = Monday, as the text says; None = it says nothing
    """

    day: date
    weekday: int | None
    written: str

    @property
    def true_weekday(self) -> str:
        """The day's own weekday, for complaints."""
        return _ENGLISH_DAYS[self.day.weekday()].title()

    @property
    def contradicts(self) -> bool:
        """Whether the weekday beside the date is another day's."""
        return self.weekday is not None and self.weekday != self.day.weekday()


def mentions(text: str, year: int) -> Iterator[Mention]:
    """Find the dates of a text.

    :param year: for dates without a year, until the text names one itself
    :raises ValueError: a date that no calendar has, naming it
    """
    plain = unicodedata.normalize("NFKC", text)
    found = sorted(
        (match for form in _FORMS for match in form.finditer(plain)),
        key=lambda match: (match.start(), -match.end()),
    )
    end = 0
    for match in found:
        if match.start() < end:
            continue
        end = match.end()
        part = {key: value for key, value in match.groupdict().items() if value}
        year = _year(part, year)
        yield Mention(_day(part, year, match.group()), _weekday(part), match.group().strip())


def _year(part: dict[str, str], year: int) -> int:
    if "era" in part:
        return _ERAS[part["era"]] + (1 if part["era_year"] == "元" else int(part["era_year"]))
    return int(part.get("year", year))


def _day(part: dict[str, str], year: int, written: str) -> date:
    name = part.get("month_name", "").lower()[:3]
    month = _MONTHS.index(name) + 1 if name else int(part["month"])
    try:
        return date(year, month, int(part["day"]))
    except ValueError:
        raise ValueError(written.strip()) from None


def _weekday(part: dict[str, str]) -> int | None:
    name = part.get("beside") or part.get("before")
    if name is None:
        return None
    if name[:3].lower() in _ENGLISH_DAYS:
        return _ENGLISH_DAYS.index(name[:3].lower())
    sign = name.removeprefix("星期").removeprefix("周").removeprefix("週")[0]
    return next(number for number, signs in enumerate(_WEEKDAYS) if sign in signs)


def times(text: str) -> Iterator[time]:
    """Find the times of day of a text, in 12- or 24-hour notation; 24:00 is 00:00.

    :raises ValueError: a time that no clock shows, naming it
    """
    for match in _TIME.finditer(unicodedata.normalize("NFKC", text)):
        hour = int(match["hour"])
        afternoon = match["half"] == "午後" or (match["after"] or "").lower() == "p"
        morning = match["half"] == "午前" or (match["after"] or "").lower() == "a"
        if (morning or afternoon) and hour == 12:
            hour = 0
        try:
            found = time(
                hour % 24 if hour == 24 else hour, int(match["minutes"] or match["minute"] or 0)
            )
            yield found.replace(hour=found.hour + 12) if afternoon and found.hour < 12 else found
        except ValueError:
            raise ValueError(match.group().strip()) from None


def moment(text: str, zone: ZoneInfo) -> tuple[datetime, Mention]:
    """Read one wall-clock moment, for instance "2025-02-20 (Thu) 00:00".

    :returns: the instant with its offset, and the date as it is written
    :raises ValueError: not exactly one date with its year and one time, or a time that the
        zone's clock shows twice or never
    """
    days = list(mentions(text, 0)) if re.search(r"\d{4}|令和|平成", text) else []
    if len(days) != 1:
        raise ValueError("one date with its year is expected")
    plain = unicodedata.normalize("NFKC", text)
    clock = list(times(plain.replace(days[0].written, " ", 1)))
    if len(clock) != 1:
        raise ValueError("one time of day is expected")
    wall = datetime.combine(days[0].day, clock[0], zone)
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        raise ValueError("the clock shows this time twice or never on that day")
    return datetime.fromisoformat(wall.isoformat()), days[0]


def last_shown(closes: datetime) -> datetime:
    """Return the last minute that a notice shows: 23:59 of the day before a midnight (D12).

    :param closes: exclusive, on the office's clock
    """
    midnight = closes.time() == time(0)
    return closes - timedelta(minutes=1) if midnight else closes
