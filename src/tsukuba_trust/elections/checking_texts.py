"""Dates in texts: a weekday must be its day's, the shown period must be the period."""

from datetime import date, time

from tsukuba_trust.elections.building import every_text
from tsukuba_trust.elections.complaint import Complain
from tsukuba_trust.elections.dates import Mention, last_shown, mentions, times
from tsukuba_trust.values import Election


def check_weekdays(election: Election, fail: Complain) -> None:
    """Refuse a weekday that contradicts its date, in any text and language (B11)."""
    for key, text in every_text(election).items():
        for language, words in text.variants:
            for mention in _mentions(words, election, f"{key}.{language}", fail):
                if mention.contradicts:
                    detail = f"{mention.written}: that day is a {mention.true_weekday}"
                    fail("weekday_contradicts", f"{key}.{language}", detail)


def check_shown_period(election: Election, fail: Complain) -> None:
    """Check that the period as shown names the last day and no other day or time than it has."""
    opens, last = election.period.opens, last_shown(election.period.closes)
    clock = {opens.time(), last.time(), election.period.closes.time()}
    for language, words in election.period.shown.variants:
        key = f"period.shown.{language}"
        days = {mention.day for mention in _mentions(words, election, key, fail)}
        if last.date() not in days:
            fail("shown_contradicts", key, f"does not show the last day, {last.date()}")
        _refuse_others(days, {opens.date(), last.date()}, key, fail)
        _refuse_others(_times(words, key, fail), clock, key, fail)


def _refuse_others(
    found: set[date] | set[time], known: set[date] | set[time], key: str, fail: Complain
) -> None:
    for other in sorted(map(str, found - known)):
        fail("shown_contradicts", key, f"{other} is neither the opening nor the end")


def _mentions(words: str, election: Election, key: str, fail: Complain) -> list[Mention]:
    try:
        return list(mentions(words, election.period.opens.year))
    except ValueError as error:
        fail("date_impossible", key, f"{error}: there is no such day")


def _times(words: str, key: str, fail: Complain) -> set[time]:
    try:
        return set(times(words))
    except ValueError as error:
        fail("time_malformed", key, f"{error}: there is no such time")
