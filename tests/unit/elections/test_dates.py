"""Dates and times as offices write them (requirements B11, B12)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tsukuba_trust.elections.dates import last_shown, mentions, moment, times

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "day", "contradicts"),
    [
        ("2025年02月08日(木)", date(2025, 2, 8), True),
        ("2025年2月20日（木曜日）", date(2025, 2, 20), False),
        ("令和7年2月20日(木)", date(2025, 2, 20), False),
        ("令和元年5月1日(水)", date(2019, 5, 1), False),
        ("2025年(令和7年)2月20日(金)", date(2025, 2, 20), True),
        ("３月２４日（月・祝）", date(2025, 3, 24), False),
        ("7月7日㈬", date(2025, 7, 7), True),
        ("3/24(月)", date(2025, 3, 24), False),
        ("2025-02-20 (Fri)", date(2025, 2, 20), True),
        ("2025/2/20（周四）", date(2025, 2, 20), False),
        ("2025年2月20日（星期五）", date(2025, 2, 20), True),
        ("2025년 2월 20일(목)", date(2025, 2, 20), False),
        ("Thursday, 20 February 2025", date(2025, 2, 20), False),
        ("Thursday, February 20, 2025", date(2025, 2, 20), False),
        ("24 March (Tuesday)", date(2025, 3, 24), True),
        ("24 March", date(2025, 3, 24), False),
    ],
)
def test_it_reads_a_date_and_its_weekday(text, day, contradicts):
    (found,) = mentions(text, 2025)
    assert (found.day, found.contradicts) == (day, contradicts)


def test_a_year_holds_for_the_dates_after_it():
    found = [m.day for m in mentions("2024年12月30日から1月6日、1月7日まで", 2025)]
    assert found == [date(2024, 12, 30), date(2024, 1, 6), date(2024, 1, 7)]


def test_two_dates_side_by_side_are_not_a_third():
    found = [m.day for m in mentions("20 February 21 March", 2025)]
    assert found == [date(2025, 2, 20), date(2025, 3, 21)]


@pytest.mark.parametrize("text", ["029-883-1111", "1/4", "投票は3/24まで", "8:45–16:30", "2/3以上"])
def test_it_leaves_other_numbers_alone(text):
    assert list(mentions(text, 2025)) == []


def test_a_day_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="2月30日"):
        list(mentions("2025年2月30日", 2025))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("午前00時00分", time(0)),
        ("午後11時59分", time(23, 59)),
        ("午後0時", time(12)),
        ("24:00", time(0)),
        ("15:35", time(15, 35)),
        ("11:59 p.m.", time(23, 59)),
        ("12:05 am", time(0, 5)),
    ],
)
def test_it_reads_times_in_both_notations(text, expected):
    assert list(times(text)) == [expected]


@pytest.mark.parametrize("text", ["25:00", "午前9時75分"])
def test_a_time_that_does_not_exist_is_named(text):
    with pytest.raises(ValueError, match=text[:2]):
        list(times(text))


def test_a_moment_is_an_instant_with_its_offset():
    instant, _ = moment("令和7年2月20日(木) 午前0時", TOKYO)
    assert instant.isoformat() == "2025-02-20T00:00:00+09:00"


@pytest.mark.parametrize(
    "text", ["2月20日(木) 00:00", "2025-02-20 (Thu)", "2025-02-20 1:00 2:00", ""]
)
def test_a_moment_needs_one_full_date_and_one_time(text):
    with pytest.raises(ValueError, match="expected"):
        moment(text, TOKYO)


@pytest.mark.parametrize("text", ["2025-10-26 (Sun) 02:30", "2025-03-30 (Sun) 02:30"])
def test_a_time_that_the_clock_shows_twice_or_never_is_refused(text):
    with pytest.raises(ValueError, match="twice or never"):
        moment(text, ZoneInfo("Europe/Paris"))


def test_a_midnight_is_shown_as_the_minute_before_it():
    assert last_shown(datetime(2025, 3, 25, tzinfo=TOKYO)).day == 24
    assert last_shown(datetime(2021, 7, 7, 15, 35, tzinfo=TOKYO)).minute == 35
