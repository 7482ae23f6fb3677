"""Step 10 for lots: each settles a tie that the count reports, and was drawn as agreed.

:source: elections-jp.md section 4; board.md 2.2 (``LotDrawn``)
"""

from collections.abc import Callable, Sequence

from tsukuba_trust.elections.drawn_lots import (
    DrawnLot,
    PublicDraw,
    check_lot,
    read_minutes,
    tie_text,
)
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Election, Json, Outcome, Tie
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing


@check("10")
def check_drawn(election: Election, contest: str, lot: DrawnLot, act: Json, minutes: str) -> None:
    """Check that a lot names exactly the tied, and was drawn in the way that was agreed."""
    check_lot(election, contest, lot, read_minutes(minutes), act["at"])


@check("10")
def check_tie(found: Tie | None, recorded: str) -> None:
    """Check that the count reports the very tie that a lot was drawn for."""
    if found is None or tie_text(found) != recorded:
        raise Rejected("lot_other_tie", "the count reports no such tie")


def take_lot(known: Known, entry: Json, index: int) -> None:
    """Keep a lot until its contest is counted, and judge how it was drawn."""
    contest = entry["contest"]
    try:
        lot = DrawnLot(known.text(entry["tie"], "10"), tuple(entry["order"]))
        minutes = known.text(known.acting["reason"], "10") if known.acting else ""
    except Missing as error:
        known.findings.add_error("10", error, index)
        known.contests.incomplete.add(contest)
        return
    known.contests.lots.setdefault(contest, []).append((index, lot))
    if known.election is None or known.acting is None:
        return
    if known.findings.check(
        index, check_drawn, known.election, contest, lot, known.acting, minutes
    ):
        _note_public_draw(known, minutes, index)


def _note_public_draw(known: Known, minutes: str, index: int) -> None:
    how = read_minutes(minutes)
    if isinstance(how, PublicDraw) and known.election and known.election.lots:
        detail = f"seed: {how.seed}; agreed: {known.election.lots.beacon}; seen: {how.seen_at}"
        known.findings.note("10", "compare_seed", detail, index)


def settled(
    known: Known, contest: str, decide: Callable[[Sequence[Sequence[str]]], Outcome]
) -> Outcome | None:
    """Count a contest with its lots; None, with a finding, when one settles nothing.

    :raises Refused: a method cannot use a lot
    """
    last = known.contests.sheeted.get(contest, -1)
    used: list[Sequence[str]] = []
    outcome = decide(used)
    for index, lot in known.contests.lots.get(contest, []):
        if index < last and (outcome.tied is None or tie_text(outcome.tied) != lot.tie):
            known.findings.note("10", "lot_void", "sheets were entered after it", index)
            continue
        if not known.findings.check(index, check_tie, outcome.tied, lot.tie):
            return None
        used.append(lot.order)
        outcome = decide(used)
    if outcome.tied is not None:
        known.findings.note("10", "lot_needed", f"{contest}: {', '.join(outcome.tied.candidates)}")
    return outcome
