"""Casting, and what a holder may ask about her own credential or ballot; no login (D6)."""

from typing import Annotated

import strawberry

from tsukuba_trust.api.context import Context, Info
from tsukuba_trust.api.refusals import AnyRefusal, refusal
from tsukuba_trust.api.scalars import Ballot
from tsukuba_trust.board import entries, note
from tsukuba_trust.board.receipt import read_receipt
from tsukuba_trust.crypto import ballot as ballots
from tsukuba_trust.errors import BallotRejected, Refused, Rejected, Unavailable
from tsukuba_trust.services.fixed import Fixed


@strawberry.input
class CastBallotInput:
    """A sealed ballot."""

    contest: str = strawberry.field(description="uuid of the contest.")
    ballot: Ballot
    padding: str = strawberry.field(
        default="",
        description="Anything; fills the request up, so that every request of a contest has "
        "the same length.",
    )


@strawberry.type(description="Proof that a ballot stands on the board; it verifies offline.")
class Receipt:
    """It says nothing about the choice."""

    contest: str
    tracker: str = strawberry.field(description="Base64 of the ballot's SHA-256, without padding.")
    index: int = strawberry.field(description="Number of the entry on the board.")
    proof: str = strawberry.field(description="c2sp.org/tlog-proof@v1 with the signed checkpoint.")
    replaced_by: int | None = strawberry.field(
        description="A later ballot of the same voter in this contest; null while this one counts."
    )


@strawberry.type(description="The ballot stands on the board; the same bytes give this again.")
class CastBallotSuccess:
    """What the voter keeps."""

    receipt: Receipt


CastBallotResult = Annotated[CastBallotSuccess | AnyRefusal, strawberry.union("CastBallotResult")]


@strawberry.type(description="A credential that stands on the board.")
class Registration:
    """What anybody can compute from the board about its holder."""

    index: int = strawberry.field(description="Number of the entry that registered it.")
    entry: str = strawberry.field(description="Canonical text of that entry.")
    receipt: str = strawberry.field(description="tlog-proof of that entry.")
    current: int = strawberry.field(
        description="The holder's newest registration; only its credentials may cast."
    )
    ballot: int | None = strawberry.field(
        description="Entry of the holder's ballot that counts in this contest; null when none."
    )


def cast_ballot(info: Info, input: CastBallotInput) -> CastBallotResult:
    """Put a sealed ballot on the board."""
    here: Context = info.context
    try:
        receipt = here.services.casting.cast(input.contest, input.ballot, here.at)
    except (Refused, Rejected, Unavailable) as error:
        return _refused(info, error, input)
    return CastBallotSuccess(
        receipt=Receipt(
            contest=receipt.contest,
            tracker=receipt.tracker,
            index=receipt.index,
            proof=receipt.proof,
            replaced_by=_later(here, input.contest, receipt.index, receipt.proof),
        )
    )


def receipt(info: Info, contest: str, tracker: str) -> Receipt | None:
    """Find a ballot by its tracker."""
    here: Context = info.context
    fixed = election_of(here, contest)
    if fixed is None:
        return None
    board = here.services.board
    index = board.find(fixed.origin, entries.tracker_key(tracker))
    if index is None or entries.read_entry(board.entry(fixed.origin, index))["contest"] != contest:
        return None
    proof = board.receipt(fixed.origin, index)
    return Receipt(
        contest=contest,
        tracker=tracker,
        index=index,
        proof=proof,
        replaced_by=_later(here, contest, index, proof),
    )


def registration(info: Info, contest: str, credential: str) -> Registration | None:
    """Find a credential on the board."""
    here: Context = info.context
    fixed = election_of(here, contest)
    if fixed is None:
        return None
    board = here.services.board
    lookup = board.lookup(fixed.origin)
    index = lookup.registration(contest, credential)
    if index is None:
        return None
    holder = lookup.holder(index)
    return Registration(
        index=index,
        entry=board.entry(fixed.origin, index).decode(),
        receipt=board.receipt(fixed.origin, index),
        current=lookup.current(holder),
        ballot=lookup.ballot(holder, contest),
    )


def election_of(here: Context, contest: str) -> Fixed | None:
    """Return the election of a contest, None when there is no such contest."""
    try:
        return here.services.catalogue.of_contest(contest)
    except Refused:
        return None


def _refused(
    info: Info, error: Refused | Rejected | Unavailable, input: CastBallotInput
) -> CastBallotResult:
    here: Context = info.context
    fixed = election_of(here, input.contest)
    index = None
    if error.code == "already_voted" and fixed is not None:
        index = _standing(here, fixed, input)
    return refusal(info, error, fixed, index)


def _standing(here: Context, fixed: Fixed, input: CastBallotInput) -> int | None:
    lookup = here.services.board.lookup(fixed.origin)
    credential = ballots.read_ballot(input.ballot).credential
    found = lookup.registration(input.contest, credential)
    return None if found is None else lookup.ballot(lookup.holder(found), input.contest)


def _later(here: Context, contest: str, index: int, proof: str) -> int | None:
    if index + 1 == note.peek_checkpoint(read_receipt(proof).checkpoint).size:
        return None  # the newest entry of all: nothing to look for
    fixed = here.services.catalogue.of_contest(contest)
    board = here.services.board
    entry = entries.read_entry(board.entry(fixed.origin, index))
    text = entries.document_text(entry["ballot"], board.blob)
    lookup = board.lookup(fixed.origin)
    found = lookup.registration(contest, ballots.read_ballot(text).credential)
    if found is None:
        raise BallotRejected("credential_unknown")
    last = lookup.ballot(lookup.holder(found), contest)
    return None if last == index else last
