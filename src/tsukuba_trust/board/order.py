"""The order of a log's entries: a pure fold, used by the one writer and by every verifier.

``advance`` judges what an entry says about its place among the others. Signatures, proofs
and recomputations are judged elsewhere (``acts``, ``registration``, ``verify``).

:source: board.md 2.2, 2.5; architecture.md D6, D8, D9, D12, D16
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from tsukuba_trust.board import canonical, order_acts, order_counting, order_opening, order_voting
from tsukuba_trust.board.refusals import out_of_order, reject
from tsukuba_trust.board.state import Lookup, State
from tsukuba_trust.values import Json

__all__ = ["Lookup", "State", "advance"]

Step: TypeAlias = Callable[[State, Json, int, Lookup], State]

_STEPS: dict[str, tuple[tuple[str, ...], Step]] = {
    "ElectionDefined": (("new",), order_opening.define),
    "TrusteesFixed": (("defined",), order_opening.fix_trustees),
    "RollFixed": (("trustees",), order_opening.fix_roll),
    "VotingOpened": (("rehearsed",), order_opening.open_voting),
    "CredentialsRegistered": (("open", "suspended"), order_voting.register),
    "BallotAccepted": (("open",), order_voting.accept),
    "VotingEnded": (("open", "suspended"), order_voting.end),
    "HoldersStruck": (("ended",), order_counting.strike),
    "TallyFixed": (("ended", "struck", "tallying"), order_counting.fix_tally),
    "Shuffled": (("decrypting",), order_counting.shuffle),
    "PartiallyDecrypted": (("decrypting",), order_counting.decrypt),
    "SheetsEntered": (("decrypting", "evaluating"), order_counting.evaluate),
    "LotDrawn": (("decrypting", "evaluating"), order_counting.evaluate),
    "RegistrationAudited": (("decrypting", "evaluating"), order_counting.audit),
    "ResultDeclared": (order_acts.CERTIFYING, order_counting.declare),
    "Purged": (("declared", "purged"), order_counting.purge),
}

# Entries that are an act's own, by the act that must stand directly before them.
_ACT_OF = {kind: name for name, kind in order_acts.SUBJECT_KIND.items()}


def advance(state: State, entry: Json, index: int, lookup: Lookup) -> State:
    """Return the state after one more entry.

    :param entry: checked against its schema
    :param index: where it is to stand
    :raises Rejected: step 4, a code per breach; documents that cannot be read keep step 3
    """
    if index != state.size:
        reject("index_gap", f"entry {index} after {state.size} entries")
    kind = entry["type"]
    digest = canonical.digest(entry)
    if state.pending and state.pending[0] != digest:
        reject("subject_missing", f"act {state.pending_act[1]} names another entry here")
    if kind == "OfficersAct":
        following = order_acts.act(state, entry)
    else:
        phases, step = _STEPS[kind]
        if state.phase not in phases:
            out_of_order(kind, state.phase)
        _check_own_act(state, entry)
        following = step(state, entry, index, lookup)
    if following.phase in ("defined", "trustees", "roll"):
        following = replace(following, sealing=(*state.sealing, digest))
    pending = following.pending if kind == "OfficersAct" else following.pending[1:]
    return replace(following, size=index + 1, pending=pending)


def _check_own_act(state: State, entry: Json) -> None:
    name = _ACT_OF.get(entry["type"])
    if name is None:
        if state.pending:
            reject("subject_other", f"{entry['type']} is no subject of an act")
    elif not state.pending or state.pending_act != (name, entry["act"]):
        reject("act_missing", f"{entry['type']} without its act before it")
