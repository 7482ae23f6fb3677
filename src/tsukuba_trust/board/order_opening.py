"""Entries before voting: definition, trustees, roll, opening.

:source: board.md 2.2, 2.5; architecture.md D3, D8
"""

import json
from dataclasses import replace
from datetime import datetime

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.board.order_acts import check_log_key, check_policy
from tsukuba_trust.board.refusals import reject
from tsukuba_trust.board.state import Lookup, Members, State
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC
from tsukuba_trust.values import Json


def define(state: State, entry: Json, _index: int, lookup: Lookup) -> State:
    """Begin a log: entry 0 must agree with the frozen definition that it holds.

    :raises Rejected: step 4; code ``definition_differs`` or ``definition_invalid``, or of
        the origin, the log key, the policy
    """
    origin = entry["origin"]
    if origin != origin.lower() or "/" not in origin.strip("/"):
        reject("origin_invalid")
    check_log_key(entry["log_key"], origin)
    check_policy(entry["witness_policy"], entry["log_key"])
    text = entries.document_text(entry["definition"], lookup.blob)
    definition = canonical.decode(text.encode())
    try:
        _check_same(entry, definition)
        trustees = definition["trustees"]
        return replace(
            state,
            phase="defined",
            origin=origin,
            definition_digest=canonical.digest(entry),
            contests=tuple(entry["contests"]),
            electorate=_one_of(definition["electorate"], "roll", "certificate"),
            revote=bool(definition["revote"]),
            minimum_ballots=int(definition["minimum_ballots"]),
            trustees=(len(trustees["names"]), int(trustees["threshold"])),
            mixers=_mixers(definition),
            closes=_instant(definition["period"]["closes"]),
            approval=entry["approval"],
            log_key=entry["log_key"],
            witness_policy=entry["witness_policy"],
            ballots=dict.fromkeys(entry["contests"], 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reject("definition_invalid", type(error).__name__)


def _mixers(definition: Json) -> dict[str, int]:
    trustees = definition["trustees"]
    number = int(trustees.get("mixers", trustees["threshold"]))
    if number > len(trustees["names"]):
        raise ValueError(number)
    return {contest["uuid"]: number for contest in definition["contests"]}


def _check_same(entry: Json, definition: Json) -> None:
    said = {
        "contests": [contest["uuid"] for contest in definition["contests"]],
        "officers": [(o["name"], o["organisation"]) for o in definition["officers"]],
        "approval": (definition["approval"]["total"], definition["approval"].get("from_each", [])),
        "auditors": definition.get("auditors", []),
    }
    found = {
        "contests": entry["contests"],
        "officers": [(o["name"], o["organisation"]) for o in entry["officers"]],
        "approval": (entry["approval"]["total"], entry["approval"]["from_each"]),
        "auditors": [auditor["name"] for auditor in entry["auditors"]],
    }
    for name, value in said.items():
        if found[name] != value:
            reject("definition_differs", name)
    if len(set(entry["contests"])) != len(entry["contests"]):
        reject("definition_invalid", "a contest twice")


def _one_of(value: Json, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(value)
    return str(value)


def _instant(value: Json) -> str:
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(value)
    return str(value)


def fix_trustees(state: State, entry: Json, _index: int, lookup: Lookup) -> State:
    """Take over who must decrypt, and which contests are mixed before.

    :raises Rejected: code ``contests_differ``, ``trustees_invalid`` or ``trustees_differ``
    """
    if tuple(record["contest"] for record in entry["records"]) != state.contests:
        reject("contests_differ", "records")
    text = entries.document_text(entry["trustees"], lookup.blob, blob=True)
    try:
        members = _members(json.loads(text))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        reject("trustees_invalid")
    total, threshold = state.trustees
    singles = total == threshold and all(m.count == 1 for m in members)
    pedersen = total > threshold and members == (Members(1, total, threshold),)
    if sum(m.count for m in members) != total or not (singles or pedersen):
        reject("trustees_differ", "number or threshold")
    mixers = {
        item["contest"]: state.mixers[item["contest"]]
        for item in entry["records"]
        if _is_mixed(entries.document_text(item["record"], lookup.blob, blob=True))
    }
    return replace(state, phase="trustees", members=members, mixers=mixers)


def _is_mixed(record: str) -> bool:
    """Say whether a record has a question whose ballots are opened one by one.

    What else it says, and whether it is a record at all, is judged elsewhere.

    :source: protocol.md 4, 9
    """
    try:
        questions = json.loads(record)["questions"]
        return any(question.get("type") == NON_HOMOMORPHIC for question in questions)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _members(items: Json) -> tuple[Members, ...]:
    members: list[Members] = []
    first = 1
    for kind, body in items:
        single = _one_of(kind, "Single", "Pedersen") == "Single"
        count = 1 if single else len(body["certs"])
        threshold = 1 if single else int(body["threshold"])
        members.append(Members(first, count, threshold))
        first += count
    return tuple(members)


def fix_roll(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Take over the roll's root; it stands only where the electorate is a roll.

    :raises Rejected: code ``roll_not_due``
    """
    if state.electorate != "roll":
        reject("roll_not_due")
    return replace(state, phase="roll", roll_root=entry["root"])


def open_voting(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Open: after the rehearsal, and where all trustees are needed after a waiver.

    :raises Rejected: code ``rehearsal_missing`` or ``waiver_missing`` (attack O01)
    """
    if entry["rehearsal"] != state.rehearsal:
        reject("rehearsal_missing")
    total, threshold = state.trustees
    if total == threshold and not state.waived:
        reject("waiver_missing", f"all {total} trustees are needed")
    return replace(state, phase="open")
