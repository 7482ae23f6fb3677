"""STV by Meek's method: the elected keep a part of every ballot and pass the rest on.

Nine decimals; products and quotients that set keep factors are rounded up; an iteration ends
when the surplus is below 0.000001 or no longer falls.

:source: PR Foundation, Reference Meek Rule (steps A, B, C and T)
"""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from tsukuba_trust.elections.figures import fixed
from tsukuba_trust.plugins.tallies.stv_flow import UNIT, Flow
from tsukuba_trust.plugins.tallies.transfers import Choice, narrow
from tsukuba_trust.values import Json

_DECIMALS: Final = 9
_OMEGA: Final = 10**3  # 0.000001


def _show(units: int) -> str:
    return fixed(Fraction(units, UNIT), _DECIMALS)


class MeekCount:
    """The count, round by round; numbers are integers in units of 0.000000001."""

    def __init__(
        self,
        keys: Sequence[str],
        orders: Sequence[tuple[tuple[int, ...], int]],
        seats: int,
        *,
        previous: bool,
    ) -> None:
        self.keys, self.orders, self.seats = keys, orders, seats
        self.previous, self.kinds = previous, len(orders)
        self.valid = sum(ballots for _, ballots in orders)
        self.rounds: list[dict[str, Json]] = []
        self.elected: list[int] = []
        self.hopeful = list(range(len(keys)))
        self.keep = dict.fromkeys(self.hopeful, UNIT)
        self.votes: dict[int, int] = {}
        self.history: list[dict[int, int]] = []
        self.quota = self.surplus = 0
        self._flow = Flow(orders, set(), set(self.hopeful))
        self._count_rounds()

    def copy(self) -> "MeekCount":
        twin = object.__new__(MeekCount)
        twin.__dict__.update(self.__dict__)
        twin.rounds = [dict(row) for row in self.rounds]
        twin.elected, twin.hopeful = list(self.elected), list(self.hopeful)
        twin.keep, twin.votes = dict(self.keep), dict(self.votes)
        twin.history = list(self.history)
        return twin

    def state(self) -> Hashable:
        past = self.history if self.previous else ()
        earlier = tuple(tuple(row[option] for option in self.hopeful) for row in past)
        factors = tuple((option, self.keep[option]) for option in sorted(self.elected))
        return tuple(self.hopeful), factors, earlier

    def totals(self) -> Mapping[int, Fraction]:
        return {option: Fraction(n, UNIT) for option, n in self.votes.items()}

    def next_choice(self) -> Choice | None:
        """Return who is lowest; whoever is behind by no more than the surplus is tied (B.3)."""
        if self._complete():
            return None
        edge = min(self.votes[option] for option in self.hopeful) + self.surplus
        level = tuple(option for option in self.hopeful if self.votes[option] <= edge)
        if self.previous and len(level) > 1:
            level = narrow(level, self.history, lowest=True)
        return Choice("exclusion", level)

    def choose(self, choice: Choice, option: int, *, drawn: bool) -> None:
        if drawn:
            self.rounds[-1].setdefault("lot", []).append(self.keys[option])
        self.rounds[-1]["excluded"] = [self.keys[option]]
        self.hopeful.remove(option)
        self.keep[option] = 0
        self._count_rounds()

    def _complete(self) -> bool:
        return not self.hopeful or len(self.elected) >= self.seats

    def _count_rounds(self) -> None:
        """Count rounds until somebody must be excluded or the seats are filled (B.1, B.2, C.1)."""
        while not self._complete():
            if len(self.hopeful) + len(self.elected) <= self.seats:
                self._elect_remaining()
            elif not self._iterate():
                return

    def _elect_remaining(self) -> None:
        if not self.rounds:
            self._distribute()
            self._close_round()
        row = self.rounds[-1]
        row["elected"] = [*row.get("elected", ()), *self._elect(list(self.hopeful))]

    def _iterate(self) -> bool:
        """Count one round; tell whether somebody was elected."""
        self._flow = Flow(self.orders, set(self.elected), set(self.hopeful))
        before = self.valid * UNIT
        while True:
            self._distribute()
            reached = [option for option in self.hopeful if self.votes[option] >= self.quota]
            names = self._elect(reached)
            above = sum(self.votes[option] - self.quota for option in self.elected)
            self.surplus = max(above, 0)
            if names or self.surplus < _OMEGA or self.surplus >= before:
                break
            before = self.surplus
            for option in self.elected:
                product = -(-self.keep[option] * self.quota // UNIT)
                self.keep[option] = -(-product * UNIT // self.votes[option])
        self._close_round()
        if names:
            self.rounds[-1]["elected"] = names
        return bool(names)

    def _elect(self, options: Sequence[int]) -> list[str]:
        order = sorted(options, key=lambda option: -self.votes[option])
        for option in order:
            self.hopeful.remove(option)
            self.elected.append(option)
        return [self.keys[option] for option in order]

    def _distribute(self) -> None:
        """Give every ballot's weight to its candidates (B.2.a) and set the quota (B.2.b)."""
        standing = sorted([*self.hopeful, *self.elected])
        self.votes = self._flow.votes({option: self.keep[option] for option in standing})
        self.quota = sum(self.votes.values()) // (self.seats + 1) + 1

    def _close_round(self) -> None:
        self.history.append(dict(self.votes))
        self.rounds.append(
            {
                "quota": _show(self.quota),
                "totals": {self.keys[option]: _show(n) for option, n in self.votes.items()},
                "exhausted": _show(self.valid * UNIT - sum(self.votes.values())),
                "surplus": _show(self.surplus),
            }
        )
