"""An election of today: what a file says, in a period around the present."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tsukuba_trust.elections import rules
from tsukuba_trust.values import Election, Period, Text

DAYS_BEFORE, DAYS_AFTER = 1, 2


def of_today(election: Election, slug: str, now: datetime) -> Election:
    """Return the election as a mock vote of three days, open since yesterday.

    One ballot is enough to be counted, because a demo may have one voter.

    :param slug: used once, with ``mock`` in it
    :param now: aware
    """
    zone = ZoneInfo(election.period.timezone)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    opens, closes = midnight - timedelta(days=DAYS_BEFORE), midnight + timedelta(days=DAYS_AFTER)
    last = closes - timedelta(minutes=1)
    languages = dict.fromkeys((election.official_language, *election.languages))
    words = {"ja": " から {} まで"}
    shown = Text(
        tuple(
            (
                tag,
                f"{opens:%Y-%m-%d %H:%M}{words.get(tag, ' – {}').format(f'{last:%Y-%m-%d %H:%M}')}",
            )
            for tag in languages
        )
    )
    period = Period(opens, closes, election.period.timezone, shown)
    mock = replace(rules.rehearsal_of(election), effect="mock")
    return replace(mock, slug=slug, period=period, minimum_ballots=1)
