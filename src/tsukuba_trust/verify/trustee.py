"""What a trustee's own machine does with a record: verify first, then decrypt once (D16).

No store and no network: the record is a folder or zip that was carried over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tsukuba_trust.board import entries, note
from tsukuba_trust.board.rebuild import Prefix, read_prefix
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.crypto.decryption import partial_decrypt, rehearsal_context
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.rehearsal import read_rehearsal
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

    :param digest: hex SHA-256 of the tally record, as ``TallyFixed`` names it
    """

    record: ElectionRecord
    digest: str
    prefix: Prefix


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
    :raises Refused: ``record_refuted``
    :raises Misconfigured: ``record_unusable``
    """
    report = verify_record(
        path, registry=registry, log_key=log_key, for_trustee=not before_tally, jobs=jobs
    )
    report.require_accepted()
    reader = RecordReader(path)
    log = read_log(reader)
    fixed = read_fixed(next(log), reader.blob)
    tallies: list[Tally] = []
    for data in log:
        entry = entries.read_entry(data)
        if entry["type"] == "TrusteesFixed":
            fixed = fixed.with_trustees(entry, reader.blob)
        elif entry["type"] == "TallyFixed":
            tallies.append(_tally(entry, fixed.records[entry["contest"]], reader))
    return Opened(fixed, tuple(tallies), report)


def read_log(reader: RecordReader) -> Iterator[bytes]:
    """Yield the bytes of every entry of a record that was verified."""
    size = note.peek_checkpoint(reader.checkpoint()).size
    return reader.entries(0, size, size)


def _tally(entry: Json, record: ElectionRecord, reader: RecordReader) -> Tally:
    data = entries.read_blob(entry["archive"], reader.blob)
    return Tally(record, entry["tally"], read_prefix(record.group, data))


def decrypt(fixed: Fixed, tally: Tally, number: int, secret: int, randomness: Randomness) -> str:
    """Return the text of a trustee's partial decryption of one tally.

    :param number: the trustee's, from 1
    :raises Refused: ``trustee_unknown``, ``key_other``: not the key of this trustee
    """
    public = own_key(fixed.keys, number, secret)
    record = tally.record
    return partial_decrypt(
        record.group, record.fingerprint, secret, public, tally.prefix.ciphertexts, randomness
    )


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
