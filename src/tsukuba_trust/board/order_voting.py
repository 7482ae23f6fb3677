"""Entries while voting is open: registrations, ballots, the end.

:source: board.md 2.2, 2.5; architecture.md D2, D6, D12
"""

import json
from dataclasses import replace

from tsukuba_trust.board import entries
from tsukuba_trust.board.refusals import reject
from tsukuba_trust.board.state import Lookup, State
from tsukuba_trust.values import Json


def register(state: State, entry: Json, _index: int, lookup: Lookup) -> State:
    """Judge one registration: all contests, new credentials, the newest of its chain replaced.

    Credentials stand in the order of the definition's contests.

    :raises Rejected: code ``contests_differ``, ``credential_taken``, ``replaces_unknown`` or
        ``replaces_old``
    """
    if tuple(item["contest"] for item in entry["credentials"]) != state.contests:
        reject("contests_differ", "credentials")
    for item in entry["credentials"]:
        if lookup.registration(item["contest"], item["credential"]) is not None:
            reject("credential_taken")
    if "replaces" not in entry:
        return replace(state, holders=state.holders + 1)
    replaced = entry["replaces"]
    if lookup.current(_holder(lookup, replaced, "replaces_unknown")) != replaced:
        reject("replaces_old", f"entry {replaced} is replaced already")
    return state


def accept(state: State, entry: Json, _index: int, lookup: Lookup) -> State:
    """Judge one ballot: its credential must be current, a second one must be allowed.

    :raises Rejected: code ``contest_unknown``, ``ballot_contest``, ``credential_unknown``,
        ``credential_replaced`` or ``already_voted``
    """
    contest = entry["contest"]
    if contest not in state.contests:
        reject("contest_unknown")
    credential = ballot_credential(entries.document_text(entry["ballot"], lookup.blob), contest)
    registration = lookup.registration(contest, credential)
    if registration is None:
        reject("credential_unknown")
    holder = lookup.holder(registration)
    if lookup.current(holder) != registration:
        reject("credential_replaced")
    if not lookup.has_ballot(holder, contest):
        return replace(state, ballots={**state.ballots, contest: state.ballots[contest] + 1})
    if not state.revote:
        reject("already_voted")
    return state


def ballot_credential(text: str, contest: str) -> str:
    """Return the public credential that a ballot names; its proofs are checked elsewhere.

    :raises Rejected: code ``ballot_invalid``, or ``ballot_contest``: of another contest
    """
    try:
        ballot = json.loads(text)
        uuid, credential = ballot["election_uuid"], ballot["credential"]
    except (ValueError, KeyError, TypeError, RecursionError):
        reject("ballot_invalid")
    if uuid != contest:
        reject("ballot_contest")
    if not isinstance(credential, str) or not credential.isascii():
        reject("ballot_invalid")
    return credential


def end(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """End voting with the true numbers of every contest.

    Every registration is for all contests, so each has as many holders as the election.

    :raises Rejected: code ``end_counts``
    """
    wanted = [
        {"contest": contest, "holders": state.holders, "ballots": state.ballots[contest]}
        for contest in state.contests
    ]
    if entry["contests"] != wanted:
        reject("end_counts")
    return replace(state, phase="ended")


def _holder(lookup: Lookup, registration: int, code: str) -> int:
    try:
        return lookup.holder(registration)
    except KeyError:
        reject(code, f"no registration at entry {registration}")
