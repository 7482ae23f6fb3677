"""A contest's fixed tally as the board holds it, and what decrypts and decodes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tsukuba_trust.board import canonical, entries, rebuild
from tsukuba_trust.board.rebuild import Prefix, Shuffle
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial, combine, parse_partial
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


@dataclass(frozen=True, slots=True)
class Work:
    """What a trustee's file holds.

    :param text: canonical text of a decryption or shuffle
    :param proof: that it is hers and right, where ballots are opened one by one; else None
    :param strong: text of the strong proofs of a decryption; None when there are none
    """

    text: str
    proof: Json
    strong: str | None = None


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

    def shuffles(self, fixed: Fixed, contest: str) -> list[Shuffle]:
        """Return the shuffles on the board, in their order."""
        found = []
        owners = self._board.state(fixed.origin).shuffled.get(contest, ())
        for step, owner in enumerate(owners, 1):
            named = {"type": "Shuffled", "contest": contest, "step": step}
            index = self._board.find(fixed.origin, entries.entry_keys(named)[0])
            entry = entries.read_entry(self._board.entry(fixed.origin, index or 0))
            text = entries.document_text(entry["shuffle"], self._board.blob)
            found.append(Shuffle(owner, text))
        return found

    def opened(self, fixed: Fixed, contest: str) -> Prefix:
        """Return the fixed tally with what trustees decrypt, or the next one mixes.

        :raises Refused: ``tally_missing``
        """
        prefix = self.fixed(fixed, contest).prefix
        group = fixed.records[contest].group
        return rebuild.after_shuffles(prefix, group, self.shuffles(fixed, contest))

    def final_archive(self, fixed: Fixed, contest: str, result: str | None) -> bytes:
        """Return the contest's whole ``.bel`` as far as the board goes."""
        tally = self.fixed(fixed, contest)
        rest: list[bytes] = []
        rebuild.write_rest(
            tally.prefix,
            self.decryptions(fixed, contest),
            result,
            rest.append,
            shuffles=self.shuffles(fixed, contest),
            mixers=self._board.state(fixed.origin).mixers.get(contest, 0),
        )
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


def irregular(
    record: ElectionRecord,
    trustees: Trustees,
    scheme: IBallotScheme,
    prefix: Prefix,
    decryptions: Mapping[int, str],
) -> Sequence[int]:
    """Return the places of opened ballots that no honest device seals.

    :param decryptions: accepted on the board; their proofs are not checked again
    """
    factors = {
        owner: parse_partial(record.group, text).factors for owner, text in decryptions.items()
    }
    (row,) = combine(trustees, factors, prefix.ciphertexts)
    return scheme.irregular(contexts(record)[0], row)


def contexts(record: ElectionRecord) -> list[BallotContext]:
    """Return the context of each question's tally."""
    return [
        BallotContext(record.group, record.key, record.fingerprint, "", question)
        for question in record.questions
    ]


def read_work(text: str, trustee: int) -> Work:
    """Read a trustee's file: her work, the line that names its owner, and her proofs.

    The owner's line, which belenios-tool writes too, may be left out.

    :raises Refused: ``trustee_file``: other lines, or another owner is named
    """
    first, *lines = text.removesuffix("\n").split("\n")
    if len(lines) > 2:
        raise Refused("trustee_file", "at most three lines expected")
    proof: Json = None
    strong: str | None = None
    for line in lines:
        value = json_text.read(line, code="owner_form")
        if isinstance(value, dict) and "challenge" in value and proof is None:
            proof = value
        elif isinstance(value, list) and strong is None:
            strong = line
        elif value != {"owner": trustee, "payload": canonical.digest(first.encode())}:
            raise Refused("trustee_file", "a line names another owner or body")
    return Work(first, proof, strong)
