"""STV by papers that carry a value: Scottish rules, and weighted inclusive Gregory exactly.

Every paper of a candidate with a surplus moves on at its value times surplus over votes.
The Scottish rules cut that value off after five decimals; the exact count keeps the fraction.

:source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), rules 45 to 52
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, TypeAlias

from tsukuba_trust.elections.figures import fixed, ratio
from tsukuba_trust.plugins.tallies.transfers import Choice, narrow
from tsukuba_trust.values import Json

_Paper: TypeAlias = tuple[tuple[int, ...], int, int]  # order, place in it, ballots
_Number: TypeAlias = Any  # int in units of the last decimal, or Fraction


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How values of papers are kept.

    :param unit: the value of a fresh paper
    :param share: (value, surplus, votes) -> the value of a paper that moves on
    :param exact: a number as a fraction of papers
    :param show: a number for a document
    """

    unit: _Number
    share: Callable[[_Number, _Number, _Number], _Number]
    exact: Callable[[_Number], Fraction]
    show: Callable[[_Number], Json]


_DECIMALS: Final = 5
_UNIT: Final = 10**_DECIMALS
FIVE_DECIMALS: Final = Arithmetic(
    _UNIT,
    lambda value, surplus, votes: value * surplus // votes,
    lambda value: Fraction(value, _UNIT),
    lambda value: fixed(Fraction(value, _UNIT), _DECIMALS),
)
FRACTIONS: Final = Arithmetic(
    Fraction(1), lambda value, surplus, votes: value * surplus / votes, Fraction, ratio
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Seats, quota and ties of a count.

    :param quota: in the arithmetic's numbers
    :param above: whether the quota must be exceeded; reaching it is enough otherwise
    :param previous: whether earlier stages settle ties before a lot
    """

    seats: int
    arithmetic: Arithmetic
    quota: _Number
    above: bool
    previous: bool


class PaperCount:
    """The count, stage by stage."""

    def __init__(
        self, keys: Sequence[str], orders: Sequence[tuple[tuple[int, ...], int]], rule: Rule
    ) -> None:
        self.keys, self.rule, self.kinds = keys, rule, len(orders)
        self.rounds: list[dict[str, Json]] = []
        self.elected: list[int] = []
        self.history: list[dict[int, _Number]] = []
        unit = rule.arithmetic.unit
        options = range(len(keys))
        self.piles: dict[int, dict[_Number, list[_Paper]]] = {option: {} for option in options}
        self.votes: dict[int, _Number] = dict.fromkeys(options, unit * 0)
        self.lost: _Number = unit * 0
        self.continuing = list(options)
        self.surpluses: list[int] = []
        for order, ballots in orders:
            self.piles[order[0]].setdefault(unit, []).append((order, 0, ballots))
            self.votes[order[0]] += unit * ballots
        self._close_stage({"action": "first preferences"})

    def copy(self) -> "PaperCount":
        twin = object.__new__(PaperCount)
        twin.__dict__.update(self.__dict__)
        twin.rounds = [dict(row) for row in self.rounds]
        twin.elected, twin.history = list(self.elected), list(self.history)
        twin.piles = {
            option: {value: list(papers) for value, papers in pile.items()}
            for option, pile in self.piles.items()
        }
        twin.votes = dict(self.votes)
        twin.continuing, twin.surpluses = list(self.continuing), list(self.surpluses)
        return twin

    def state(self) -> Hashable:
        open_piles = [*self.continuing, *self.surpluses]
        piles = tuple(
            tuple(sorted((value, tuple(sorted(papers))) for value, papers in pile.items()))
            for pile in (self.piles[option] for option in open_piles)
        )
        past = self.history if self.rule.previous else self.history[-1:]
        earlier = tuple(tuple(row[option] for option in open_piles) for row in past)
        return tuple(open_piles), frozenset(self.elected), piles, earlier

    def totals(self) -> Mapping[int, Fraction]:
        return {option: self.rule.arithmetic.exact(n) for option, n in self.votes.items()}

    def next_choice(self) -> Choice | None:
        if not self.continuing or len(self.elected) >= self.rule.seats:
            return None
        kind = "surplus" if self.surpluses else "exclusion"
        options = self.surpluses or self.continuing
        values = {option: self.votes[option] for option in options}
        edge = max(values.values()) if self.surpluses else min(values.values())
        level = tuple(sorted(option for option in options if values[option] == edge))
        if self.rule.previous:
            level = narrow(level, self.history, lowest=not self.surpluses)
        return Choice(kind, level)

    def choose(self, choice: Choice, option: int, *, drawn: bool) -> None:
        if drawn:
            self.rounds[-1].setdefault("lot", []).append(self.keys[option])
        if choice.kind == "surplus":
            self._transfer_surplus(option)
        else:
            self._exclude(option)
        self._close_stage({"action": choice.kind, "candidate": self.keys[option]})

    def _transfer_surplus(self, option: int) -> None:
        votes, share = self.votes[option], self.rule.arithmetic.share
        surplus = votes - self.rule.quota
        self.surpluses.remove(option)
        pile, self.piles[option] = self.piles[option], {}
        moved = self._move(pile, lambda value: share(value, surplus, votes))
        self.votes[option] = self.rule.quota
        self.lost += surplus - moved

    def _exclude(self, option: int) -> None:
        self.continuing.remove(option)
        moved = self._move(self.piles.pop(option), lambda value: value)
        self.lost += self.votes.pop(option) - moved

    def _move(
        self, pile: Mapping[_Number, Sequence[_Paper]], worth: Callable[[_Number], _Number]
    ) -> _Number:
        """Move papers to their next continuing candidates; return what these received."""
        moved = self.rule.arithmetic.unit * 0
        standing = set(self.continuing)
        for old, papers in pile.items():
            value, received = worth(old), dict.fromkeys(standing, 0)
            for order, place, ballots in papers:
                for at in range(place + 1, len(order)):
                    if order[at] in standing:
                        to = self.piles[order[at]].setdefault(value, [])
                        to.append((order, at, ballots))
                        received[order[at]] += ballots
                        break
            for option, ballots in received.items():
                self.votes[option] += value * ballots
                moved += value * ballots
        return moved

    def _close_stage(self, row: dict[str, Json]) -> None:
        show = self.rule.arithmetic.show
        self.history.append(dict(self.votes))
        row["totals"] = {self.keys[option]: show(n) for option, n in self.votes.items()}
        row["non_transferable"] = show(self.lost)
        now = self._elect([option for option in self.continuing if self._has_quota(option)])
        if len(self.continuing) <= self.rule.seats - len(self.elected):
            now += self._elect(list(self.continuing))
        row["elected"] = [self.keys[option] for option in now]
        self.rounds.append(row)

    def _has_quota(self, option: int) -> bool:
        votes, quota = self.votes[option], self.rule.quota
        return bool(votes > quota or (votes == quota and not self.rule.above))

    def _elect(self, options: Sequence[int]) -> list[int]:
        """Elect these, those with most votes first."""
        order = sorted(options, key=lambda option: -self.votes[option])
        for option in order:
            self.continuing.remove(option)
            self.elected.append(option)
            if self.votes[option] > self.rule.quota:
                self.surpluses.append(option)
        return order
