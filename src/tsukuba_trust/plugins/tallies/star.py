"""STAR: the two with most points meet in a run-off; whom more ballots prefer wins.

Parameters, each optional: ``max`` (of the ballots, else 5); ``tie_rule``: "head-to-head" or
"none". Equal points for a place in the run-off are settled by duels won among the tied, then
by ballots with the highest score; "none" reports them at once. An equal run-off goes to the
higher total, then to more highest scores.

:source: data/tallies (``star``); starvoting.org, tie-breaking
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zope.interface import implementer

from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.reading import Table
from tsukuba_trust.elections.seats import NO_VALID_VOTES
from tsukuba_trust.elections.whole_ballots import Box, keys_of, open_box
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.interfaces import ITallyMethod
from tsukuba_trust.plugins.tallies.points import points_of, take_highest
from tsukuba_trust.values import Contest, Count, Json, Outcome, Tie

_FINALISTS = 2
_NEITHER = "equal"


@implementer(ITallyMethod)
class Star:
    """Elects one option by score, then automatic run-off."""

    name = "star"

    def check(self, contest: Contest) -> None:
        """Check the parameters.

        :raises Misconfigured: names the key; ``seats_unfillable``: STAR fills one seat;
            ``option_reserved``: the outcome says under this key how many prefer neither
        """
        _read(contest)
        if _NEITHER in keys_of(contest):
            raise Misconfigured("option_reserved", "no option of STAR", where=_NEITHER)

    def decide(
        self, contest: Contest, count: Count, lots: Sequence[Sequence[str]] | None = None
    ) -> Outcome:
        """Decide the contest by the scores of its ballots.

        :raises Rejected: ``count_malformed``
        """
        highest, breaks = _read(contest)
        box = open_box(contest, count, of="score", highest=highest)
        keys = keys_of(contest)
        points = points_of(box, len(keys))
        totals = tuple(zip(keys, points, strict=True))
        detail: dict[str, Json] = {
            "valid": box.valid,
            "blank": box.blank,
            "invalid": box.invalid,
            "max": highest,
        }
        if not box.valid:
            detail |= {"vacant": 1, "reason": NO_VALID_VOTES}
            return Outcome("no_decision", totals=totals, detail=detail)
        duel = _Duel(box, highest, points, breaks, keys, Lots(lots), detail)
        finalists = duel.finalists()
        winner = finalists if isinstance(finalists, Tie) else duel.winner(finalists)
        if isinstance(winner, Tie):
            return Outcome("tie", (), winner, totals, detail)
        return Outcome("decided", (keys[winner],), None, totals, detail)


def _read(contest: Contest) -> tuple[int, bool]:
    table = Table(dict(contest.tally), "")
    highest = take_highest(contest, table, 5)
    breaks = table.choice("tie_rule", ("head-to-head", "none"), "head-to-head") != "none"
    if table.integer("seats", 1, 1) != 1:
        raise Misconfigured("seats_unfillable", "STAR fills one seat", where="seats")
    table.finish()
    return highest, breaks


@dataclass(frozen=True, slots=True)
class _Duel:
    box: Box
    highest: int
    points: Sequence[int]
    breaks: bool
    keys: Sequence[str]
    lots: Lots
    detail: dict[str, Json]

    def finalists(self) -> list[int] | Tie:
        """Return the options of the run-off, the one with more points first."""
        chosen, left = _take_best([], range(len(self.keys)), self._points(range(len(self.keys))))
        for test in (self._duels_won, self._highest_scores) if self.breaks else ():
            chosen, left = _take_best(chosen, left, test(left))
        if left:
            drawn = self._draw(left, _FINALISTS - len(chosen), "finalist")
            if isinstance(drawn, Tie):
                self.detail["finalists"] = [self.keys[option] for option in chosen]
                return drawn
            chosen += drawn
        chosen.sort(key=lambda option: -self.points[option])
        self.detail["finalists"] = [self.keys[option] for option in chosen]
        return chosen

    def winner(self, finalists: Sequence[int]) -> int | Tie:
        """Return who wins the run-off."""
        if len(finalists) == 1:
            return finalists[0]
        first, second = finalists
        ahead, behind = self._prefer(first, second), self._prefer(second, first)
        self.detail["runoff"] = {
            self.keys[first]: ahead,
            self.keys[second]: behind,
            _NEITHER: self.box.valid - ahead - behind,
        }
        tests = [{first: ahead, second: behind}, self._points([first, second])]
        if self.breaks:
            tests.append(self._highest_scores([first, second]))
        for values in tests:
            if values[first] != values[second]:
                return max(finalists, key=lambda option: values[option])
        drawn = self._draw(sorted(finalists), 1, "runoff")
        return drawn if isinstance(drawn, Tie) else drawn[0]

    def _draw(self, tied: Sequence[int], places: int, kind: str) -> list[int] | Tie:
        names = [self.keys[option] for option in tied]
        order = self.lots.order(names)
        if order is None:
            return Tie(tuple(names), places, 1 if kind == "finalist" else 2, kind)
        self.detail.setdefault("by_lot", []).extend(order[:places])
        return [self.keys.index(key) for key in order[:places]]

    def _points(self, options: Sequence[int]) -> dict[int, int]:
        return {option: self.points[option] for option in options}

    def _highest_scores(self, options: Sequence[int]) -> dict[int, int]:
        return {
            option: sum(n for levels, n in self.box.kinds if levels[option] == self.highest)
            for option in options
        }

    def _duels_won(self, options: Sequence[int]) -> dict[int, int]:
        return {a: sum(self._prefer(a, b) > self._prefer(b, a) for b in options) for a in options}

    def _prefer(self, a: int, b: int) -> int:
        return sum(n for levels, n in self.box.kinds if (levels[a] or 0) > (levels[b] or 0))


def _take_best(
    chosen: Sequence[int], left: Sequence[int], values: Mapping[int, int]
) -> tuple[list[int], list[int]]:
    """Move whole groups of equal value, best first, while they fit; return those at the edge."""
    chosen = list(chosen)
    for value in sorted(set(values.values()), reverse=True):
        group = [option for option in left if values[option] == value]
        if len(chosen) + len(group) > _FINALISTS:
            return chosen, group if len(chosen) < _FINALISTS else []
        chosen += group
    return chosen, []


def includeme(config: Any) -> None:
    """Register the method."""
    config.add_tally_method(Star.name, Star())
