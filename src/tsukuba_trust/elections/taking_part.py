"""How many took part in a contest, by channel: the same numbers wherever they are told.

Turnout is of the electors of the channels that were counted: of those on the net alone, or with
paper sheets of everybody who votes in the contest.

:source: web.md 5.5; the outcome's ``channels`` (``elections.outcome``)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tsukuba_trust.elections.electors import PAPER, electors_of_contest
from tsukuba_trust.elections.explained import percent
from tsukuba_trust.values import Contest, Election, Json

INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Who took part in one contest.

    :param channels: (channel, voters) pairs, "internet" first
    :param electors: of these channels; None when nobody says how many
    """

    channels: tuple[tuple[str, int], ...]
    electors: int | None

    @property
    def voters(self) -> int:
        """The voters of every channel."""
        return sum(voters for _, voters in self.channels)

    @property
    def turnout(self) -> str:
        """Percent with one decimal, half up; empty without electors."""
        return percent(Fraction(self.voters), Fraction(self.electors)) if self.electors else ""


def taking_part(
    election: Election, contest: Contest, outcome: Json, groups: Mapping[str, int] | None
) -> TakingPart:
    """Return who took part in a contest that was declared.

    :param outcome: the document of ``ResultDeclared``
    :param groups: electors by group of the roll in force; None without a roll
    """
    told = outcome.get("detail", {}).get("channels", [])
    channels = tuple((one["channel"], int(one["voters"])) for one in told)
    channels = channels or ((INTERNET, int(outcome["ballots"])),)
    paper = any(channel == PAPER for channel, _ in channels)
    return TakingPart(channels, electors_of_contest(election, contest, groups, paper=paper))
