"""Taking the trustees' shuffles (architecture section 5, step 8; protocol.md section 9)."""

from tsukuba_trust.board import entries
from tsukuba_trust.crypto.shuffle_record import check_shuffle, check_signature
from tsukuba_trust.errors import Refused
from tsukuba_trust.services.counting import check_countable
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.tally import Tallies, read_work
from tsukuba_trust.store.board import BoardStore


class Mixing:
    """Puts shuffles on the board, one trustee after the other. Every step may be repeated."""

    def __init__(self, *, board: BoardStore, tallies: Tallies) -> None:
        self._board = board
        self._tallies = tallies

    def post_shuffle(self, fixed: Fixed, contest: str, trustee: int, text: str) -> int:
        """Check a trustee's shuffle of the last list and put it on the board.

        (1) every tally is fixed, enough ballots (2) trustee exists, and one more is needed
        (3) form and proofs (4) append. Two at once: the second no longer begins with the last
        list and is refused.

        :param text: the file that ``trustee shuffle`` wrote
        :returns: the index of its entry
        :raises Refused: ``tally_missing``, ``too_few_ballots``, ``shuffles_complete``,
            ``trustee_unknown``, ``entry_differs``
        :raises Rejected: ``shuffle_unsigned``, ``shuffle_form``, ``shuffle_length``,
            ``shuffle_proof_invalid`` …
        """
        # (1)
        state = check_countable(self._board.state(fixed.origin), contest)
        # (2)
        if not 1 <= trustee <= len(fixed.keys.verification_keys):
            raise Refused("trustee_unknown")
        owners = state.shuffled.get(contest, ())
        given = trustee in owners
        if not given and state.shuffles_missing(contest) < 1:
            raise Refused("shuffles_complete")
        work = read_work(text, trustee)
        if work.strong is not None:
            raise Refused("trustee_file", "a shuffle has no strong proofs")
        document, blob = entries.document(work.text)
        entry = {
            "type": "Shuffled",
            "contest": contest,
            "trustee": trustee,
            "step": owners.index(trustee) + 1 if given else len(owners) + 1,
            "shuffle": document,
            "proof": work.proof,
        }
        # (3) one that stands already was checked, and what differs from it is refused below
        if not given:
            record = fixed.records[contest]
            key, phi = fixed.keys.verification_keys[trustee - 1], record.fingerprint
            check_signature(record.group, phi, key, work.text, work.proof)
            before = self._tallies.opened(fixed, contest).ciphertexts
            check_shuffle(record.group, record.key, phi, before, work.text)
        # (4)
        return self._board.append(fixed.origin, entry, blobs=[blob] if blob else []).index
