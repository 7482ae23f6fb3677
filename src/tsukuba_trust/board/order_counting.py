"""Entries after the end: strikes, tallies, decryptions, results, purge.

:source: board.md 2.2, 2.5; architecture.md D6, D9, D16; protocol.md 16
"""

from dataclasses import replace

from tsukuba_trust.board import canonical, entries
from tsukuba_trust.board.refusals import reject
from tsukuba_trust.board.state import Lookup, State
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json


def strike(state: State, entry: Json, _index: int, lookup: Lookup) -> State:
    """Judge the one list of struck holders.

    :raises Rejected: code ``strikes_invalid``, ``strikes_count`` or ``strike_unknown``
    """
    struck = read_strikes(entries.document_text(entry["holders"], lookup.blob))
    if len(struck) != entry["count"]:
        reject("strikes_count")
    for holder, _reason in struck:
        _check_is_holder(lookup, holder)
    return replace(state, phase="struck")


def _check_is_holder(lookup: Lookup, holder: int) -> None:
    try:
        first = lookup.holder(holder)
    except KeyError:
        first = None
    if first != holder:
        reject("strike_unknown", f"{holder} is no holder")


def read_strikes(text: str) -> list[tuple[int, str]]:
    """Read the document of ``HoldersStruck``: (holder, reason) pairs, sorted by holder.

    :raises Rejected: code ``strikes_invalid``
    """
    try:
        items = canonical.decode_value(text.encode())
    except Rejected:
        reject("strikes_invalid")
    if not isinstance(items, list) or not all(map(_is_strike, items)):
        reject("strikes_invalid")
    pairs = [(item["holder"], item["reason"]) for item in items]
    holders = [holder for holder, _reason in pairs]
    if holders != sorted(set(holders)):
        reject("strikes_invalid", "not sorted, or a holder twice")
    return pairs


def _is_strike(item: Json) -> bool:
    return (
        isinstance(item, dict)
        and set(item) == {"holder", "reason"}
        and type(item["holder"]) is int
        and isinstance(item["reason"], str)
    )


def fix_tally(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Fix one contest's tally, in the definition's order.

    :raises Rejected: code ``tally_order``
    """
    contest = entry["contest"]
    done = len(state.tallied)
    if contest != state.contests[done]:
        reject("tally_order", f"{contest} at place {done}")
    last = done + 1 == len(state.contests)
    return replace(
        state,
        phase="decrypting" if last else "tallying",
        tallied={**state.tallied, contest: entry["ballots"]},
    )


def shuffle(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Judge a shuffle's place: steps count from 1, each by another trustee, and none too many.

    No decryption can stand before it, as those need all shuffles.

    :raises Rejected: code ``contest_unknown``, ``too_few_ballots``, ``shuffle_order``,
        ``shuffles_complete``, ``trustee_unknown`` or ``trustee_twice``
    """
    contest, trustee = _decryptable(state, entry["contest"]), entry["trustee"]
    owners = state.shuffled.get(contest, ())
    if state.shuffles_missing(contest) < 1:
        reject("shuffles_complete")
    if entry["step"] != len(owners) + 1:
        reject("shuffle_order")
    if trustee > state.trustees[0]:
        reject("trustee_unknown")
    if trustee in owners:
        reject("trustee_twice")
    return replace(state, shuffled={**state.shuffled, contest: (*owners, trustee)})


def decrypt(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Judge a partial decryption's place: each trustee once, none beyond the needed ones.

    :raises Rejected: code ``contest_unknown``, ``too_few_ballots``, ``shuffles_missing``,
        ``factors_unproven``, ``trustee_unknown``, ``trustee_twice`` or ``decryption_complete``
    """
    contest, trustee = _decryptable(state, entry["contest"]), entry["trustee"]
    owners = state.decrypted.get(contest, ())
    if state.shuffles_missing(contest):
        reject("shuffles_missing")
    if (contest in state.mixers) != ("proof" in entry):
        reject("factors_unproven", "a proof stands where ballots are opened one by one")
    if trustee > state.trustees[0]:
        reject("trustee_unknown")
    if trustee in owners:
        reject("trustee_twice")
    if not state.wants_decryption_of(contest, trustee):
        reject("decryption_complete")
    return replace(state, decrypted={**state.decrypted, contest: (*owners, trustee)})


def _decryptable(state: State, contest: str) -> str:
    if contest not in state.tallied:
        reject("contest_unknown")
    if not state.needs_decryption(contest):
        reject("too_few_ballots")
    return contest


def evaluate(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Take a sheet or a lot of a contest that is opened: nothing else is counted.

    :raises Rejected: code ``contest_unknown`` or ``too_few_ballots``
    """
    _decryptable(state, entry["contest"])
    return replace(state, phase="evaluating")


def audit(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Take the registrar's audit.

    :raises Rejected: code ``decryption_incomplete`` or ``audit_counts``
    """
    if not state.decryption_complete:
        reject("decryption_incomplete")
    if entry["faulty"] > entry["checked"]:
        reject("audit_counts")
    return replace(state, phase="audited")


def declare(state: State, entry: Json, _index: int, _lookup: Lookup) -> State:
    """Declare one contest, once; with a Belenios result exactly where one was decrypted.

    :raises Rejected: code ``contest_unknown``, ``declared_twice``, ``result_missing`` or
        ``too_few_ballots``
    """
    contest = entry["contest"]
    if contest not in state.contests:
        reject("contest_unknown")
    if contest in state.declared:
        reject("declared_twice")
    if state.needs_decryption(contest) and "result" not in entry:
        reject("result_missing")
    if "result" in entry and not state.needs_decryption(contest):
        reject("too_few_ballots")
    declared = (*state.declared, contest)
    complete = len(declared) == len(state.contests)
    return replace(state, phase="declared" if complete else "declaring", declared=declared)


def purge(state: State, _entry: Json, _index: int, _lookup: Lookup) -> State:
    """Take the news that something was destroyed."""
    return replace(state, phase="purged")
