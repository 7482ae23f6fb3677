"""Seats filled down a ranking of groups; options of one group are tied."""

from collections.abc import Mapping, Sequence

from tsukuba_trust.elections.lots import Lots
from tsukuba_trust.elections.seats import TOO_FEW_CANDIDATES
from tsukuba_trust.values import Json, Outcome, Tie


def fill_from_ranking(
    ranking: Sequence[Sequence[str]], seats: int, detail: Mapping[str, Json], lots: Lots
) -> Outcome:
    """Fill the seats with the best groups; one that is too large is a tie, or drawn for.

    :raises Refused: ``lot_incomplete``
    """
    elected: list[str] = []
    for group in ranking:
        left = seats - len(elected)
        if len(group) <= left:
            elected += group
            continue
        if not left:
            break
        drawn = lots.order(group)
        if drawn is None:
            return Outcome("tie", tuple(elected), Tie(tuple(group), left), (), detail)
        return Outcome(
            "decided", (*elected, *drawn[:left]), detail={**detail, "by_lot": drawn[:left]}
        )
    vacant = seats - len(elected)
    if vacant:
        detail = {**detail, "vacant": vacant, "reason": TOO_FEW_CANDIDATES}
    return Outcome("incomplete" if vacant else "decided", tuple(elected), detail=detail)
