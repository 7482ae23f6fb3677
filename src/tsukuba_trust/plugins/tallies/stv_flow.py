"""How the weight of ballots runs through the elected to a hopeful candidate, all at once.

Ballots that pass the same elected candidates in the same order have the same weight there,
so they share one knot. A round has many iterations over the same knots with other keep
factors; the knots of one candidate at one depth are computed in one go.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import itemgetter, mul
from typing import Any, Final, TypeAlias

UNIT: Final = 10**9
_Row: TypeAlias = tuple[tuple[int, ...], int, int]  # path, ballots, number of the knot above


@dataclass(frozen=True, slots=True)
class _Knots:
    """Knots of one candidate at one depth; those of several ballots stand first.

    :param take: picks the weights that arrive out of those of the depth above
    :param several: ballots in each of the first knots; all others have one ballot each
    """

    option: int
    passing: bool
    take: Callable[[Sequence[int]], Sequence[int]]
    several: Sequence[int]

    def total(self, weights: Sequence[int]) -> int:
        """Return the weights of all ballots together."""
        shared: int = sum(map(mul, weights, self.several))
        return shared + sum(weights[len(self.several) :])


class Flow:
    """The knots of one round.

    :param orders: (order, ballots) pairs
    """

    def __init__(
        self,
        orders: Sequence[tuple[tuple[int, ...], int]],
        elected: AbstractSet[int],
        hopeful: AbstractSet[int],
    ) -> None:
        self._depths: list[list[_Knots]] = []
        rows = sorted((_path(order, elected, hopeful), ballots, 0) for order, ballots in orders)
        while rows := [row for row in rows if len(row[0]) > len(self._depths)]:
            rows = self._add_depth(rows, elected)

    def _add_depth(self, rows: Sequence[_Row], elected: AbstractSet[int]) -> list[_Row]:
        """Add the knots where the paths are now; return the rows that go on."""
        depth = len(self._depths)
        found: dict[int, dict[int, int]] = {}  # candidate -> knot above -> ballots
        for path, ballots, above in rows:
            knots = found.setdefault(path[depth], {})
            knots[above] = knots.get(above, 0) + ballots
        added, numbers, start = [], {}, 0
        for option in sorted(found):
            knots, passing = found[option], option in elected
            order = sorted(knots, key=lambda above: (knots[above] == 1, above))
            several = [knots[above] for above in order if knots[above] > 1]
            added.append(_Knots(option, passing, _taking(order), several))
            if passing:
                numbers[option] = {above: start + place for place, above in enumerate(order)}
                start += len(order)
        self._depths.append(added)
        return [
            (path, ballots, numbers[path[depth]][above])
            for path, ballots, above in rows
            if path[depth] in numbers
        ]

    def votes(self, keep: Mapping[int, int]) -> dict[int, int]:
        """Return every candidate's votes; of each weight the keep factor's part, rounded up."""
        votes = dict.fromkeys(keep, 0)
        above = [UNIT]
        for depth in self._depths:
            here: list[int] = []
            for knots in depth:
                weights = knots.take(above)
                votes[knots.option] += knots.total(weights)
                if knots.passing:
                    given_on = UNIT - keep[knots.option]
                    left = [weight * given_on // UNIT for weight in weights]
                    votes[knots.option] -= knots.total(left)
                    here += left
            above = here
        return votes


def _path(
    order: Sequence[int], elected: AbstractSet[int], hopeful: AbstractSet[int]
) -> tuple[int, ...]:
    """Return the elected that a ballot passes and the hopeful candidate where it ends."""
    path: list[int] = []
    for option in order:
        if option in hopeful:
            return (*path, option)
        if option in elected:
            path.append(option)
    return tuple(path)


def _taking(places: Sequence[int]) -> Callable[[Sequence[int]], Sequence[int]]:
    if len(places) > 1:
        take: Any = itemgetter(*places)
        return take  # type: ignore[no-any-return]
    return itemgetter(slice(places[0], places[0] + 1))
