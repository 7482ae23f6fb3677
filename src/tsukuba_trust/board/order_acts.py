"""The place and the consequences of officers' acts.

:source: board.md 2.2 (``OfficersAct``), 2.5; architecture.md D8
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tsukuba_trust.board import note, policy
from tsukuba_trust.board.refusals import out_of_order, reject
from tsukuba_trust.board.state import COUNTING, FINAL, VOTING, State
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

CERTIFYING = ("decrypting", "evaluating", "audited", "declaring")
_SEALED = ("sealed", "rehearsed")
EVALUATING = ("decrypting", "evaluating")
_ANYWHERE = (*_SEALED, *VOTING, *COUNTING, *FINAL)

PHASES: dict[str, tuple[str, ...]] = {
    "seal": ("trustees", "roll"),
    "waiver": _SEALED,
    "rehearsed": ("sealed",),
    "suspend": ("open",),
    "resume": ("suspended",),
    "extend": VOTING,
    "end-early": VOTING,
    "correct": VOTING,
    "strike": ("ended",),
    "sheets": EVALUATING,
    "lot": EVALUATING,
    "certify": CERTIFYING,
    "purge": FINAL,
    "change-roll": (*_SEALED, *VOTING),
    "change-approval": _ANYWHERE,
    "change-policy": _ANYWHERE,
    "rotate-key": _ANYWHERE,
}

# Acts that are about entries: these follow at once. All others but seal name none.
SUBJECT_KIND = {
    "strike": "HoldersStruck",
    "sheets": "SheetsEntered",
    "lot": "LotDrawn",
    "certify": "ResultDeclared",
    "purge": "Purged",
}
_PHASE_AFTER = {
    "seal": "sealed",
    "rehearsed": "rehearsed",
    "suspend": "suspended",
    "resume": "open",
}


def act(state: State, entry: Json) -> State:
    """Judge an act's number, phase, subject and change, and apply it.

    :raises Rejected: step 4
    """
    name, number, subject = entry["act"], entry["number"], tuple(entry["subject"])
    if number != state.acts + 1:
        reject("act_number", f"{number} after {state.acts}")
    if state.phase not in PHASES[name]:
        out_of_order(f"act {name}", state.phase)
    if name == "seal":
        _check_seal(state, subject)
        subject = ()
    elif bool(subject) != (name in SUBJECT_KIND):
        reject("act_subject", f"act {name}")
    if name in ("sheets", "lot", "certify") and not state.decryption_complete:
        reject("decryption_incomplete")
    following = replace(
        state,
        acts=number,
        phase=_PHASE_AFTER.get(name, state.phase),
        pending=subject,
        pending_act=(name, number) if subject else ("", 0),
    )
    apply = _APPLY.get(name)
    return following if apply is None else apply(following, entry)


def _check_seal(state: State, subject: tuple[str, ...]) -> None:
    if state.phase != ("roll" if state.electorate == "roll" else "trustees"):
        reject("roll_missing")
    if subject != state.sealing:
        reject("seal_subject", "not exactly the entries before it")


def _waive(state: State, _entry: Json) -> State:
    return replace(state, waived=True)


def _rehearse(state: State, entry: Json) -> State:
    return replace(state, rehearsal=entry["number"])


def _change_roll(state: State, entry: Json) -> State:
    if state.electorate != "roll":
        reject("roll_not_due")
    return replace(state, roll_root=entry["change"]["root"])


def _change_approval(state: State, entry: Json) -> State:
    return replace(state, approval=entry["change"]["approval"])


def _move_end(state: State, entry: Json) -> State:
    name, closes = entry["act"], entry["change"]["closes"]
    later = datetime.fromisoformat(closes) > datetime.fromisoformat(state.closes)
    earlier = datetime.fromisoformat(closes) < datetime.fromisoformat(state.closes)
    if not (later if name == "extend" else earlier):
        reject("closes_direction", f"act {name}")
    return replace(state, closes=closes)


def _change_policy(state: State, entry: Json) -> State:
    text = entry["change"]["witness_policy"]
    check_policy(text, state.log_key)
    return replace(state, witness_policy=text)


def check_policy(text: str, log_key: str) -> None:
    """Check that a witness policy can be read and is about this log.

    :raises Rejected: code ``policy_invalid`` or ``policy_other_log``, step 4
    """
    try:
        found = policy.read_policy(text)
    except Rejected as error:
        raise Rejected("policy_invalid", error.detail, step="4") from error
    if found.logs != (log_key,):
        reject("policy_other_log")


def _rotate(state: State, entry: Json) -> State:
    log_key = entry["change"]["log_key"]
    check_log_key(log_key, state.origin)
    if log_key == state.log_key:
        reject("log_key_invalid", "the same key")
    return replace(state, log_key=log_key)


def check_log_key(log_key: str, origin: str) -> None:
    """Check that a vkey can be read and bears the log's name.

    :raises Rejected: code ``log_key_invalid``, step 4
    """
    try:
        name = note.read_key(log_key).name
    except Rejected as error:
        raise Rejected("log_key_invalid", step="4") from error
    if name != origin:
        reject("log_key_invalid", "its name is not the origin")


_APPLY: dict[str, Callable[[State, Json], State]] = {
    "waiver": _waive,
    "rehearsed": _rehearse,
    "extend": _move_end,
    "end-early": _move_end,
    "change-roll": _change_roll,
    "change-approval": _change_approval,
    "change-policy": _change_policy,
    "rotate-key": _rotate,
}
