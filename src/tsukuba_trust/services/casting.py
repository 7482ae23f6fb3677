"""Casting: a sealed ballot in, a receipt out; no login, no cookie, no time of its own.

:source: architecture D6, D12, section 5 step 6
"""

import hashlib
from datetime import datetime

from tsukuba_trust.board import entries
from tsukuba_trust.crypto import ballot as ballots
from tsukuba_trust.crypto.ballot import Ballot
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.errors import BallotRejected, Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.registry import Registry
from tsukuba_trust.services.fixed import Catalogue, Fixed
from tsukuba_trust.services.period import check_open
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.board_reading import TableLookup
from tsukuba_trust.store.board_view import LogView
from tsukuba_trust.values import Receipt

COMPONENT_SIZE = 16


class Casting:
    """Accepts ballots of registered credentials. Thread-safe.

    :param catalogue: the elections of the board
    """

    def __init__(self, *, catalogue: Catalogue, board: BoardStore, registry: Registry) -> None:
        self._catalogue = catalogue
        self._board = board
        self._registry = registry

    def cast(self, contest: str, ballot_text: str, admitted_at: datetime) -> Receipt:
        """Put a ballot on the board, once, and prove that it stands there.

        The same bytes again give a receipt at the same index, at any time. Otherwise:
        (0) open at admission (1) credential live, and a second ballot allowed (2) scheme
        by name (3) canonical form, this contest, signature, proofs (4) no ciphertext that
        stands on the board already (5) append, durable (6) receipt. Every refusal comes
        before anything is written.

        :param contest: uuid
        :param ballot_text: canonical ballot, at most 256 KiB
        :param admitted_at: when the outermost layer saw the whole request, aware UTC
        :raises Refused: ``too_large``, ``unknown_contest``, ``not_open``, ``suspended``,
            ``closed``, ``credential_unknown``, ``credential_replaced``, ``already_voted``,
            ``component_seen``
        :raises BallotRejected: ``step`` names the check
        """
        if len(ballot_text) > ballots.MAX_BYTES:
            raise Refused("too_large")
        fixed = self._catalogue.of_contest(contest)
        document, blob = entries.document(ballot_text)
        entry = {"type": "BallotAccepted", "contest": contest, "ballot": document}
        with self._board.view(fixed.origin) as view:
            stored = _stored(view, entries.entry_keys(entry)[0], contest)
            if stored is None:
                # (0)
                check_open(fixed, view.state, admitted_at)
                # (1)
                ballot = ballots.read_ballot(ballot_text)
                _check_live(fixed, view.lookup, contest, ballot)
        if stored is not None:
            return self._receipt(fixed.origin, contest, ballot_text, stored)
        # (2)
        scheme = self._scheme(fixed, contest)
        # (3)
        self._check_proofs(fixed, contest, ballot, scheme)
        # (4), (5)
        components = self._components(fixed.records[contest], ballot, scheme)
        index = self._append(fixed.origin, entry, [blob] if blob else [], components)
        # (6)
        return self._receipt(fixed.origin, contest, ballot_text, index)

    def _scheme(self, fixed: Fixed, contest: str) -> IBallotScheme:
        name = fixed.election.contest(contest).ballot_scheme
        scheme = self._registry.ballot_schemes.get(name)
        if scheme is None:
            raise Misconfigured("scheme_not_installed", name)
        return scheme

    def _check_proofs(
        self, fixed: Fixed, contest: str, ballot: Ballot, scheme: IBallotScheme
    ) -> None:
        record = fixed.records[contest]
        if ballot.uuid != contest:
            raise BallotRejected("ballot_contest", step="contest")
        if ballot.fingerprint != record.fingerprint:
            raise BallotRejected("ballot_fingerprint", step="fingerprint")
        if len(ballot.answers) != len(record.questions):
            raise BallotRejected("ballot_answers", step="answers")
        ballots.check_signature(record.group, ballot)
        for context, answer in zip(_contexts(record, ballot), ballot.answers, strict=True):
            scheme.verify_answer(context, answer)

    def _components(
        self, record: ElectionRecord, ballot: Ballot, scheme: IBallotScheme
    ) -> list[bytes]:
        """Return the digests under which copied ciphertexts are found (attack B01)."""
        return [
            hashlib.sha256(f"{record.uuid}\0{alpha}".encode()).digest()[:COMPONENT_SIZE]
            for context, answer in zip(_contexts(record, ballot), ballot.answers, strict=True)
            for alpha in scheme.first_components(context, answer)
        ]

    def _append(
        self, origin: str, entry: dict[str, object], blobs: list[bytes], components: list[bytes]
    ) -> int:
        try:
            return self._board.append(origin, entry, blobs=blobs, components=components).index
        except Rejected as error:
            # The board's order changed between (1) and (5): the voter can be told.
            raise Refused(error.code, error.detail) from None

    def _receipt(self, origin: str, contest: str, ballot_text: str, index: int) -> Receipt:
        proof = self._board.receipt(origin, index)
        return Receipt(contest, ballots.tracker(ballot_text), index, proof)


def _stored(view: LogView, key: bytes, contest: str) -> int | None:
    index = view.find(key)
    if index is None:
        return None
    if entries.read_entry(view.entry(index))["contest"] != contest:
        raise BallotRejected("ballot_contest", step="contest")
    return index


def _check_live(fixed: Fixed, lookup: TableLookup, contest: str, ballot: Ballot) -> None:
    registration = lookup.registration(contest, ballot.credential)
    if registration is None:
        raise Refused("credential_unknown")
    holder = lookup.holder(registration)
    if lookup.current(holder) != registration:
        raise Refused("credential_replaced")
    if not fixed.election.revote and lookup.has_ballot(holder, contest):
        raise Refused("already_voted")


def _contexts(record: ElectionRecord, ballot: Ballot) -> list[BallotContext]:
    return [
        BallotContext(record.group, record.key, record.fingerprint, ballot.credential, question)
        for question in record.questions
    ]
