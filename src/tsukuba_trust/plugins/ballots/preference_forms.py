"""The forms of a preference ballot: what its vector says, and which vectors are valid.

0 always means "nothing said of it", so the vector of zeros is a blank ballot.

| form | entries | one entry |
|---|---|---|
| ranking | one per option | rank from 1; without ties each rank once; no rank left out |
| score | one per option | score + 1 |
| grade | one per option | number of the grade from 1, the best |
| list | ``slots`` | number of an option from 1, best first; none twice, no gap |
| choice | 1 | number of an option from 1 |

A vector that is not valid is an invalid ballot under a published rule, whose name stands in
the count: ``plaintext`` (the plaintext is not the plain encoding of any vector, so it holds
something besides), ``range``, ``twice``, ``gap``, ``too_few``, ``too_many``, ``empty`` (no
choice where blank is not offered). They are asked in this order and the first one counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb, perm

from tsukuba_trust.crypto.vectors import LARGEST_ENTRY
from tsukuba_trust.values import Json, Levels

FORMS = ("ranking", "score", "grade", "list", "choice")
SLOTTED = ("list", "choice")  # entries are numbers of options, not one per option
PLAINTEXT = "plaintext"


class InvalidBallot(Exception):
    """A vector is not valid.

    :param rule: the published rule
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Form:
    """What voters of a contest may say.

    :param kind: one of ``FORMS``
    :param options: how many there are
    :param blank: whether nothing at all may be said
    :param low: fewest options that are ranked or listed; 0 for scores and grades
    :param high: most options that are ranked or listed; highest entry of a score or grade
    :param ties: whether options may share a rank
    """

    kind: str
    options: int
    blank: bool
    low: int
    high: int
    ties: bool = False

    @property
    def is_slotted(self) -> bool:
        """Whether entries are numbers of options, not one per option."""
        return self.kind in SLOTTED

    @property
    def levels(self) -> str:
        """What the levels of a whole ballot are."""
        return self.kind if self.kind in ("score", "grade") else "rank"

    @property
    def length(self) -> int:
        """Entries of the vector."""
        return self.high if self.is_slotted else self.options

    @property
    def largest(self) -> int:
        """The largest entry."""
        return self.high if self.kind in ("score", "grade") else self.options

    def read(self, vector: Sequence[int]) -> Levels:
        """Return what a vector says of each option; of none when it is blank.

        :raises InvalidBallot: it says nothing valid
        """
        if any(entry > self.largest for entry in vector):
            raise InvalidBallot("range")
        if not any(vector):
            if not self.blank:
                raise InvalidBallot("empty")
            return (None,) * self.options
        if self.kind in ("score", "grade"):
            return tuple(entry - 1 if entry else None for entry in vector)
        ranks = self._ranks_of_slots(vector) if self.is_slotted else tuple(vector)
        self._check_ranks([rank for rank in ranks if rank])
        return tuple(rank or None for rank in ranks)

    def _ranks_of_slots(self, vector: Sequence[int]) -> tuple[int, ...]:
        ranks = [0] * self.options
        for place, number in enumerate(vector, 1):
            if number and ranks[number - 1]:
                raise InvalidBallot("twice")
            if number:
                ranks[number - 1] = place
        return tuple(ranks)

    def _check_ranks(self, ranks: Sequence[int]) -> None:
        used = set(ranks)
        if len(used) != len(ranks) and not self.ties:
            raise InvalidBallot("twice")
        if used != set(range(1, len(used) + 1)):
            raise InvalidBallot("gap")
        if len(ranks) < self.low:
            raise InvalidBallot("too_few")
        if len(ranks) > self.high:
            raise InvalidBallot("too_many")

    def vector(self, selection: Json) -> list[int]:
        """Return the vector of a selection.

        :param selection: "blank"; for a choice 0 or 1 per option, as in a contest whose
            ballots are added up; for every other form the vector itself
        :raises InvalidBallot: it is none that the contest allows
        """
        if selection == "blank":
            entries = [0] * self.length
        elif not isinstance(selection, list) or not all(map(_is_entry, selection)):
            raise InvalidBallot("range")
        elif self.kind == "choice":
            entries = [self._chosen(selection)]
        else:
            entries = selection
        if len(entries) != self.length:
            raise InvalidBallot("range")
        self.read(entries)
        return entries

    def _chosen(self, marks: Sequence[int]) -> int:
        if len(marks) != self.options or max(marks) > 1:
            raise InvalidBallot("range")
        if sum(marks) > 1:
            raise InvalidBallot("too_many")
        return marks.index(1) + 1 if 1 in marks else 0

    def patterns(self) -> int:
        """Return how many different valid ballots there are that sums would not tell apart.

        0 where every ballot speaks of one option: a list of those says what their sums say.
        """
        if self.options == 1 or self.length == 1:
            return 0
        blank = int(self.blank)
        if self.kind in ("score", "grade"):
            return int((self.high + 1) ** self.options) - 1 + blank
        orders: Callable[[int], int] = weak_orders if self.ties else perm
        sizes = range(self.low, self.high + 1)
        return sum(comb(self.options, size) * orders(size) for size in sizes) + blank


def weak_orders(size: int) -> int:
    """Return in how many ways things can be ranked with ties (the Fubini numbers)."""
    counts = [1]
    for n in range(1, size + 1):
        counts.append(sum(comb(n, k) * counts[n - k] for k in range(1, n + 1)))
    return counts[size]


def _is_entry(value: Json) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ENTRY
