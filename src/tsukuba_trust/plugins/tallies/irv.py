"""Instant-runoff: who has fewest votes is excluded, until one has more than half.

Parameters, each optional: ``tie_rule``: "lot" or "previous-rounds-then-lot";
``bulk_exclusion``: "none" (one at a time, but all who have no vote go together) or "safe"
(the largest group that together has fewer votes than the next one). A ballot ends at its
first rank with two or more options; one that ends there before any choice is blank.

:source: data/tallies (``irv``)
"""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.elections.whole_ballots import keys_of, open_box, strict_orders
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.transfers import Choice, decide_stages, narrow
from tsukuba_trust.values import Contest, Count, Json, Outcome

_Paper = tuple[tuple[int, ...], int, int]  # order, place in it, ballots


@implementer(ITallyMethod)
class InstantRunoff:
    """Elects one option by exclusion and transfer."""

    name = "irv"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key; ``seats_unfillable``: IRV fills one seat
        """
        _read(contest)

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the rankings of its ballots.

        :raises Rejected: ``count_malformed``
        """
        previous, safe = _read(contest)
        box = open_box(contest, count, of="rank")
        orders, empty = strict_orders(box)
        valid = box.valid - empty
        detail: dict[str, Json] = {
            "valid": valid,
            "blank": box.blank + empty,
            "invalid": box.invalid,
        }
        keys = keys_of(contest)
        if not valid:
            detail |= {"vacant": 1, "reason": NO_VALID_VOTES, "rounds": []}
            return Outcome("no_decision", totals=tuple((key, 0) for key in keys), detail=detail)
        stages = _Count(keys, orders, previous=previous, safe=safe)
        return decide_stages(stages, keys, 1, detail, lots)


def _read(contest: Contest) -> tuple[bool, bool]:
    table = Table(dict(contest.tally), "")
    rules = ("lot", "previous-rounds-then-lot")
    previous = table.choice("tie_rule", rules, "lot") != "lot"
    safe = table.choice("bulk_exclusion", ("none", "safe"), "none") == "safe"
    if table.integer("seats", 1, 1) != 1:
        raise Misconfigured("seats_unfillable", "IRV fills one seat", where="seats")
    table.finish()
    return previous, safe


class _Count:
    def __init__(
        self,
        keys: Sequence[str],
        orders: Sequence[tuple[tuple[int, ...], int]],
        *,
        previous: bool,
        safe: bool,
    ) -> None:
        self.keys, self.kinds = keys, len(orders)
        self.previous, self.safe = previous, safe
        self.rounds: list[dict[str, Json]] = []
        self.elected: list[int] = []
        self.history: list[dict[int, int]] = []
        self.piles: dict[int, list[_Paper]] = {option: [] for option in range(len(keys))}
        self.exhausted = 0
        for order, ballots in orders:
            self.piles[order[0]].append((order, 0, ballots))
        self._close_round()

    def copy(self) -> "_Count":
        twin = object.__new__(_Count)
        twin.__dict__.update(self.__dict__)
        twin.rounds = [dict(row) for row in self.rounds]
        twin.elected, twin.history = list(self.elected), list(self.history)
        twin.piles = {option: list(pile) for option, pile in self.piles.items()}
        return twin

    def state(self) -> Hashable:
        standing = tuple(self.piles)
        earlier = self.history if self.previous else ()
        return standing, tuple(tuple(row[option] for option in standing) for row in earlier)

    def totals(self) -> Mapping[int, Fraction]:
        return {option: Fraction(votes) for option, votes in self.history[-1].items()}

    def next_choice(self) -> Choice | None:
        if self.elected:
            return None
        votes = self.history[-1]
        if self.safe and (group := _safe_group(votes)):
            return Choice("exclusion", group, together=True)
        low = min(votes.values())
        lowest = tuple(option for option in votes if votes[option] == low)
        if low and self.previous:
            lowest = narrow(lowest, self.history, lowest=True)
        return Choice("exclusion", lowest, together=low == 0)

    def choose(self, choice: Choice, option: int, *, drawn: bool) -> None:
        out = choice.options if choice.together else (option,)
        if drawn:
            self.rounds[-1]["lot"] = True
        self.rounds[-1]["excluded"] = [self.keys[one] for one in out]
        papers = [paper for one in out for paper in self.piles.pop(one)]
        for order, place, ballots in papers:
            for at in range(place + 1, len(order)):
                if order[at] in self.piles:
                    self.piles[order[at]].append((order, at, ballots))
                    break
            else:
                self.exhausted += ballots
        self._close_round()

    def _close_round(self) -> None:
        votes = {option: sum(n for *_, n in pile) for option, pile in self.piles.items()}
        self.history.append(votes)
        shown = {self.keys[option]: number for option, number in votes.items()}
        self.rounds.append({"totals": shown, "exhausted": self.exhausted})
        best = max(votes, key=lambda option: votes[option])
        if 2 * votes[best] > sum(votes.values()):
            self.elected.append(best)
            self.rounds[-1]["elected"] = [self.keys[best]]


def _safe_group(votes: Mapping[int, int]) -> tuple[int, ...]:
    """Return the largest group that together has fewer votes than the next one above it."""
    order = sorted(votes, key=lambda option: votes[option])
    together, largest = 0, 0
    for size, option in enumerate(order[:-1], 1):
        together += votes[option]
        if together < votes[order[size]]:
            largest = size
    return tuple(order[:largest])


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(InstantRunoff.name, InstantRunoff())
