"""Counts in stages, where votes move from option to option: ties, lots and what they can change.

IRV and STV are such counts. At every stage at most one thing must be chosen: who is
excluded, or whose surplus moves. Equal candidates for it are a tie. A recorded lot settles
it; without one the count stops there, and every lot that could be drawn is followed to its
end, so that everybody sees whether it matters.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Protocol

from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.seats import TOO_FEW_CANDIDATES
from tsukuba_trust.values import Json, Outcome, Tie

_MOST_STAGES: Final = 20_000  # stages that are followed behind an open tie, at most
_MOST_WORK: Final = 20_000_000  # stages times kinds of ballots


@dataclass(frozen=True, slots=True)
class Choice:
    """What must be chosen next.

    :param kind: "exclusion" or "surplus"
    :param options: between whom, in the contest's order; one is no tie
    :param together: all of them are excluded at once
    """

    kind: str
    options: tuple[int, ...]
    together: bool = False


class Stages(Protocol):
    """A count in stages; options are numbers, in the contest's order."""

    rounds: list[dict[str, Json]]
    elected: list[int]
    kinds: int

    def next_choice(self) -> Choice | None:
        """Return what must be chosen next; None when the count is complete."""

    def choose(self, choice: Choice, option: int, *, drawn: bool) -> None:
        """Count the next stage with this choice."""

    def copy(self) -> "Stages":
        """Return a count that goes on by itself from here."""

    def state(self) -> Hashable:
        """Return all that the rest of the count depends on."""

    def totals(self) -> Mapping[int, Fraction]:
        """Return the votes of those who still have any, now."""


def narrow(
    options: Sequence[int], history: Sequence[Mapping[int, Any]], *, lowest: bool
) -> tuple[int, ...]:
    """Return who of the equal was last (or first) at the latest earlier stage that tells.

    :param history: totals of each stage; the last one is the present stage
    """
    left = tuple(options)
    for earlier in reversed(history[:-1]):
        values = [earlier[option] for option in left]
        edge = min(values) if lowest else max(values)
        left = tuple(option for option in left if earlier[option] == edge)
        if len(left) == 1:
            break
    return left


def finish(stages: Stages, keys: Sequence[str], lots: Lots) -> Choice | None:
    """Count until the end, or until a tie for which no lot was drawn; return that tie.

    :raises Refused: ``lot_incomplete``
    """
    while choice := stages.next_choice():
        if len(choice.options) == 1 or choice.together:
            stages.choose(choice, choice.options[0], drawn=False)
            continue
        order = lots.order([keys[option] for option in choice.options])
        if order is None:
            return choice
        chosen = order[-1] if choice.kind == "exclusion" else order[0]
        stages.choose(choice, keys.index(chosen), drawn=True)
    return None


def possible_sets(stages: Stages) -> set[frozenset[int]] | None:
    """Return every set of elected options that some lots give; None when it is too much work."""
    found: set[frozenset[int]] = set()
    seen: set[Hashable] = set()
    waiting = [stages.copy()]
    budget = min(_MOST_STAGES, _MOST_WORK // max(stages.kinds, 1))
    while waiting:
        here = waiting.pop()
        while choice := here.next_choice():
            budget -= 1
            if budget < 0:
                return None
            if len(choice.options) == 1 or choice.together:
                here.choose(choice, choice.options[0], drawn=False)
                continue
            state = here.state()
            if state in seen:
                break
            seen.add(state)
            for option in choice.options[1:]:
                other = here.copy()
                other.choose(choice, option, drawn=True)
                waiting.append(other)
            here.choose(choice, choice.options[0], drawn=True)
        else:
            found.add(frozenset(here.elected))
    return found


def decide_stages(
    stages: Stages,
    keys: Sequence[str],
    seats: int,
    detail: Mapping[str, Json],
    lots: Sequence[Sequence[str]] | None,
) -> Outcome:
    """Count to the end and say what came out, with every stage."""
    tied = finish(stages, keys, Lots(lots))
    now = stages.totals()
    plain = {option: now.get(option, Fraction(0)) for option in range(len(keys))}
    totals = tuple(
        (key, votes.numerator if votes.denominator == 1 else votes)
        for key, votes in zip(keys, plain.values(), strict=True)
    )
    elected = tuple(keys[option] for option in stages.elected)
    detail = {**detail, "seats": seats, "rounds": stages.rounds}
    if tied is None:
        vacant = seats - len(elected)
        if vacant:
            detail |= {"vacant": vacant, "reason": TOO_FEW_CANDIDATES}
        return Outcome("incomplete" if vacant else "decided", elected, None, totals, detail)
    sets = possible_sets(stages)
    if sets is not None:
        names = [sorted(keys[option] for option in one) for one in sets]
        detail["possible_elected"] = sorted(names)
    survivors = len(tied.options) - 1 if tied.kind == "exclusion" else 1
    names_tied = tuple(keys[option] for option in tied.options)
    tie = Tie(names_tied, survivors, len(stages.rounds), tied.kind)
    return Outcome("tie", elected, tie, totals, detail)
