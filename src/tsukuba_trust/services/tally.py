"""A contest's fixed tally as the board holds it, and what decrypts and decodes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from tsukuba_trust.board import canonical, entries, rebuild
from tsukuba_trust.board.rebuild import Prefix
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial, combine
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.errors import Refused
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.values import Json


@dataclass(frozen=True, slots=True)
class FixedTally:
    """What ``TallyFixed`` of a contest names.

    :param archive: the ``.bel`` up to EncryptedTally
    :param prefix: the same, read
    """

    contest: str
    archive: bytes
    prefix: Prefix


class Tallies:
    """Fixed tallies of a board, with the trustees' decryptions."""

    def __init__(self, *, board: BoardStore) -> None:
        self._board = board

    def fixed(self, fixed: Fixed, contest: str) -> FixedTally:
        """Read a contest's fixed tally.

        :raises Refused: ``tally_missing``
        """
        key = entries.entry_keys({"type": "TallyFixed", "contest": contest})[0]
        index = self._board.find(fixed.origin, key)
        if index is None:
            raise Refused("tally_missing", contest)
        entry = entries.read_entry(self._board.entry(fixed.origin, index))
        data = entries.read_blob(entry["archive"], self._board.blob)
        return FixedTally(contest, data, rebuild.read_prefix(fixed.records[contest].group, data))

    def decryptions(self, fixed: Fixed, contest: str) -> dict[int, str]:
        """Return the texts of the partial decryptions on the board, by trustee."""
        found = {}
        for trustee in self._board.state(fixed.origin).decrypted.get(contest, ()):
            named = {"type": "PartiallyDecrypted", "contest": contest, "trustee": trustee}
            index = self._board.find(fixed.origin, entries.entry_keys(named)[0])
            entry = entries.read_entry(self._board.entry(fixed.origin, index or 0))
            found[trustee] = entries.document_text(entry["decryption"], self._board.blob)
        return found

    def final_archive(self, fixed: Fixed, contest: str, result: str | None) -> bytes:
        """Return the contest's whole ``.bel`` as far as the board goes."""
        tally = self.fixed(fixed, contest)
        rest: list[bytes] = []
        rebuild.write_rest(tally.prefix, self.decryptions(fixed, contest), result, rest.append)
        return tally.archive + b"".join(rest)


def decode(
    record: ElectionRecord,
    trustees: Trustees,
    scheme: IBallotScheme,
    prefix: Prefix,
    decryptions: Mapping[int, str],
) -> list[Json]:
    """Check the decryptions again, combine them, and read the plaintexts.

    :returns: the entries of the result record, one per question
    :raises Rejected: ``decryption_incomplete``, or a proof does not stand
    """
    keys = trustees.verification_keys
    factors = {
        owner: check_partial(
            record.group, record.fingerprint, keys[owner - 1], prefix.ciphertexts, text
        )
        for owner, text in decryptions.items()
    }
    rows: list[list[Element]] = combine(trustees, factors, prefix.ciphertexts)
    return [
        scheme.decode(context, row, prefix.ballots)
        for context, row in zip(contexts(record), rows, strict=True)
    ]


def contexts(record: ElectionRecord) -> list[BallotContext]:
    """Return the context of each question's tally."""
    return [
        BallotContext(record.group, record.key, record.fingerprint, "", question)
        for question in record.questions
    ]


def read_decryption(text: str, trustee: int) -> str:
    """Read a decryption file: the decryption, and optionally the line that names its owner.

    :returns: the canonical text of the decryption record
    :raises Refused: ``decryption_file``: more lines, or the second names another
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) == 2:
        owned = json_text.read(lines[1], code="decryption_form")
        if owned != {"owner": trustee, "payload": canonical.digest(lines[0].encode())}:
            raise Refused("decryption_file", "the second line names another owner or body")
    elif len(lines) != 1:
        raise Refused("decryption_file", "one or two lines expected")
    return lines[0]
