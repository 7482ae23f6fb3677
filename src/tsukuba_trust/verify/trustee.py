"""What a trustee's own machine does with a record: verify, mix, and decrypt once (D16).

No store and no network: the record is a folder or zip that was carried over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tsukuba_trust.board import entries, events, merkle
from tsukuba_trust.board.archive import digest
from tsukuba_trust.board.rebuild import Prefix, Shuffle, after_shuffles, read_prefix
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import partial_decrypt, rehearsal_context
from tsukuba_trust.crypto.factors import prove_factors
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.record import NON_HOMOMORPHIC, ElectionRecord
from tsukuba_trust.crypto.rehearsal import read_rehearsal
from tsukuba_trust.crypto.shuffle_record import check_shuffle, shuffle_lists, sign_shuffle
from tsukuba_trust.crypto.strong_decryption import prove_strong
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.elections.fixed import Fixed, read_fixed
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Json, Randomness
from tsukuba_trust.verify.known import Plugins
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report


@dataclass(frozen=True, slots=True)
class Tally:
    """A contest's fixed tally in a record that was verified.

    :param digest: hex SHA-256 of the tally record, as ``TallyFixed`` names it, or of the last
        shuffle
    :param prefix: with what is to be decrypted, or mixed next
    :param mixers: numbers of the trustees that mixed it so far
    :param missing: how many must still mix it
    """

    record: ElectionRecord
    digest: str
    prefix: Prefix
    mixers: tuple[int, ...] = ()
    missing: int = 0

    @property
    def is_mixed(self) -> bool:
        """Whether its ballots are mixed and opened one by one."""
        return bool(self.mixers or self.missing)


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified record as a trustee needs it.

    :param report: of ``verify --for-trustee``
    """

    fixed: Fixed
    tallies: tuple[Tally, ...]
    report: Report


def open_for_trustee(
    path: Path,
    *,
    registry: Plugins,
    log_key: str | None,
    before_tally: bool = False,
    jobs: int = 1,
) -> Opened:
    """Verify a record and return what may be decrypted.

    :param before_tally: for a rehearsal, when no tally is fixed yet
    :param log_key: vkey from the paper notice
    :raises Refused: ``record_refuted``; ``record_changed``: while it was read
    :raises Misconfigured: ``record_unusable``
    """
    report = verify_record(
        path, registry=registry, log_key=log_key, for_trustee=not before_tally, jobs=jobs
    )
    report.require_accepted()
    reader = RecordReader(path)
    log = read_log(reader, report)
    fixed = read_fixed(next(log), reader.blob)
    tallies: dict[str, Tally] = {}
    for data in log:
        entry = entries.read_entry(data)
        if entry["type"] == "TrusteesFixed":
            fixed = fixed.with_trustees(entry, reader.blob)
        elif entry["type"] == "TallyFixed":
            tallies[entry["contest"]] = _tally(entry, fixed, reader)
        elif entry["type"] == "Shuffled":
            tally = tallies[entry["contest"]]
            tallies[entry["contest"]] = _after(tally, entry, reader)
    return Opened(fixed, tuple(tallies.values()), report)


def read_log(reader: RecordReader, report: Report) -> Iterator[bytes]:
    """Yield the bytes of every entry of a record that was verified.

    They are read a second time, so they may be others by then: nothing of them may be used
    before the last one was asked for, when their root is compared with the verified one.

    :param report: what ``verify_record`` said of this record
    :raises Refused: ``record_changed``
    """
    size, frontier = report.facts["size"], merkle.Frontier()
    for data in reader.entries(0, size, size):
        frontier = frontier.append(merkle.leaf_hash(data))
        yield data
    if frontier.root.hex() != report.facts["root"]:
        raise Refused("record_changed", "other entries than those that were verified")


def _tally(entry: Json, fixed: Fixed, reader: RecordReader) -> Tally:
    record = fixed.records[entry["contest"]]
    data = entries.read_blob(entry["archive"], reader.blob)
    mixed = record.questions[0].get("type") == NON_HOMOMORPHIC
    missing = fixed.election.trustees.shuffles if mixed else 0
    return Tally(record, entry["tally"], read_prefix(record.group, data), missing=missing)


def _after(tally: Tally, entry: Json, reader: RecordReader) -> Tally:
    shuffle = Shuffle(entry["trustee"], entries.document_text(entry["shuffle"], reader.blob))
    return replace(
        tally,
        digest=digest(shuffle.text.encode()),
        prefix=after_shuffles(tally.prefix, tally.record.group, [shuffle]),
        mixers=(*tally.mixers, shuffle.owner),
        missing=tally.missing - 1,
    )


def shuffle(
    fixed: Fixed,
    tally: Tally,
    number: int,
    secret: int,
    randomness: Randomness,
    *,
    made: str | None = None,
) -> str:
    """Mix a tally's last list, and stand for it; return the file for the office.

    :param number: the trustee's, from 1
    :param made: a shuffle that another program made of it, to be checked and signed
    :raises Refused: ``shuffles_complete``, ``mixed_before``, ``trustee_unknown``, ``key_other``
    :raises Rejected: ``made`` is no shuffle of this list
    """
    if not tally.missing:
        raise Refused("shuffles_complete", tally.record.uuid)
    if number in tally.mixers:
        raise Refused("mixed_before", f"trustee {number} mixed this list already")
    own_key(fixed.keys, number, secret)
    record, lists = tally.record, tally.prefix.ciphertexts
    group, key, phi = record.group, record.key, record.fingerprint
    text = shuffle_lists(group, key, phi, lists, randomness) if made is None else made
    check_shuffle(group, key, phi, lists, text)
    proof = sign_shuffle(group, phi, secret, text, randomness)
    return work_file(number, text, proof)


def decrypt(fixed: Fixed, tally: Tally, number: int, secret: int, randomness: Randomness) -> str:
    """Decrypt a trustee's part of one tally; return the file for the office.

    :param number: the trustee's, from 1
    :raises Refused: ``shuffles_missing``, ``trustee_unknown``, ``key_other``: not the key of
        this trustee
    """
    check_all_mixed(tally)
    public = own_key(fixed.keys, number, secret)
    record, lists = tally.record, tally.prefix.ciphertexts
    group, phi = record.group, record.fingerprint
    text = partial_decrypt(group, phi, secret, public, lists, randomness)
    if not tally.is_mixed:
        return strong_file(text, prove_strong(group, phi, secret, lists, text, randomness))
    proof = prove_factors(group, phi, secret, lists, text, randomness)
    return work_file(number, text, proof)


def check_all_mixed(tally: Tally) -> None:
    """Check that every mixer has mixed.

    :raises Refused: ``shuffles_missing``
    """
    if tally.missing:
        raise Refused("shuffles_missing", f"{tally.record.uuid}: {tally.missing} to come")


def strong_file(text: str, strong: str) -> str:
    """Return a trustee's file: her decryption, and its strong proofs."""
    return f"{text}\n{strong}\n"


def work_file(number: int, text: str, proof: Json) -> str:
    """Return a trustee's file: her work, the line that names its owner, and her proof."""
    return "\n".join((text, events.owned_text(number, text), json_text.write(proof), ""))


def rehearse(fixed: Fixed, text: str, number: int, secret: int, randomness: Randomness) -> str:
    """Decrypt a rehearsal, which the trustee encrypts herself from its plaintexts.

    :param text: of the rehearsal's file
    """
    trustees = fixed.keys
    public = own_key(trustees, number, secret)
    ciphertexts = read_rehearsal(trustees.group, text).ciphertexts(trustees)
    context = rehearsal_context(fixed.digest)
    return partial_decrypt(trustees.group, context, secret, public, ciphertexts, randomness)


def own_key(trustees: Trustees, number: int, secret: int) -> Element:
    """Return the public key of a trustee, when the secret is hers.

    :raises Refused: ``trustee_unknown``, ``key_other``
    """
    keys = trustees.verification_keys
    if not 1 <= number <= len(keys):
        raise Refused("trustee_unknown", f"there are {len(keys)}")
    public = keys[number - 1]
    chosen = trustees.group
    if chosen.power_secret(chosen.generator, secret) != public:
        raise Refused("key_other", f"this is not the key of trustee {number}")
    return public
