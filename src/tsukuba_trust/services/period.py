"""Whether voting is open: the log decides, the clock only opens the door (D12)."""

from datetime import datetime

from tsukuba_trust.board.state import BEFORE_OPENING, State
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.fixed import Fixed


def closes_in_force(state: State) -> datetime:
    """Return the instant, exclusive, until which requests are admitted."""
    return datetime.fromisoformat(state.closes)


def check_open(fixed: Fixed, state: State, admitted_at: datetime) -> None:
    """Check that a request may still be served.

    :param admitted_at: when the outermost layer saw the whole request
    :raises Refused: ``not_open``, ``suspended`` or ``closed``
    """
    if state.phase in BEFORE_OPENING or admitted_at < fixed.election.period.opens:
        raise Refused("not_open")
    if state.phase not in ("open", "suspended") or admitted_at >= closes_in_force(state):
        raise Refused("closed")
    if state.phase == "suspended":
        raise Refused("suspended")
