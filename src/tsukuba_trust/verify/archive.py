"""The auditor's programme for one ``.bel`` archive: steps 9.1 to 9.11.

protocol.md section 13. The archive is a file that is read twice; of each ballot only
digest and place are kept. The checks stand in the modules beside this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from tsukuba_trust.board.tar import stream_of
from tsukuba_trust.crypto.digests import digest_b64
from tsukuba_trust.interfaces import IBallotScheme
from tsukuba_trust.values import Json
from tsukuba_trust.verify import archive_chain, archive_tally
from tsukuba_trust.verify.archive_ballots import Counted, check_ballots
from tsukuba_trust.verify.archive_chain import Chain
from tsukuba_trust.verify.archive_setup import Setup, read_setup
from tsukuba_trust.verify.archive_shuffles import check_shuffles
from tsukuba_trust.verify.workers import Workers

STATES = {
    "Setup": "open",
    "Ballot": "open",
    "EndBallots": "ended",
    "EncryptedTally": "tallied",
    "Shuffle": "shuffling",
    "EndShuffles": "shuffled",
    "PartialDecryption": "decrypting",
    "Result": "complete",
}


@dataclass(frozen=True, slots=True)
class ArchiveReport:
    """What a sound archive says (step 9.11).

    :param fingerprint: φ, 43 characters
    :param credential_list: fingerprint of the list of credentials, 43 characters
    :param timestamp: POSIX seconds of its header
    :param state: "open", "ended", "tallied", "shuffling", "shuffled", "decrypting" or "complete"
    :param ballots: ballot events
    :param counted: ballots in the tally, the last one of each credential
    :param head: SHA-256 of the last event, hex; compare it with other observers
    :param result: one entry per question; None before the end
    :param digests: SHA-256 of every ballot in order, 32 bytes each
    """

    uuid: str
    name: str
    group: str
    fingerprint: str
    credential_list: str
    credentials: int
    trustees: int
    timestamp: int
    state: str
    ballots: int
    counted: int
    total_weight: int
    shuffled_by: tuple[int, ...]
    decrypted_by: tuple[int, ...]
    result: Json
    head: str
    digests: bytes

    def trackers(self) -> list[str]:
        """Return the tracking numbers of all ballots in order, 43 characters each."""
        return [digest_b64(self.digests[at : at + 32]) for at in range(0, len(self.digests), 32)]


def verify_archive(
    data: bytes | BinaryIO,
    schemes: Mapping[str, IBallotScheme],
    *,
    previous: bytes | BinaryIO | None = None,
    mixers: int | None = None,
    jobs: int = 1,
) -> ArchiveReport:
    """Check everything that an archive says; an election still open verifies too.

    1. bytes, digests, chain, order; 2. trustees; 3. election record; 4. credentials;
    5. ballots; 6. tally; 7. shuffles; 8. decryptions; 9. result; 10. the previous archive is
    its beginning; 11. what observers compare.

    :param data: the archive, or a file that can seek, opened for bytes
    :param schemes: installed ballot schemes by name; a question's ``type`` picks one
    :param previous: an archive of the same election that was downloaded earlier
    :param mixers: how many shuffles there must be where any is needed; the archive itself
        does not say it, so without this one is enough
    :param jobs: processes; the verdict does not depend on it
    :raises Rejected: ``step`` is "9.1" to "9.10"; the first refusal, by step and place
    :raises Misconfigured: ``archive_unreadable``, ``scheme_not_installed``
    :source: protocol.md section 13
    """
    chain = archive_chain.read_chain(stream_of(data))
    with Workers(jobs) as workers:
        setup = read_setup(chain, schemes, workers)
        counted = check_ballots(chain, setup, workers)
        archive_tally.check_encrypted_tally(chain, setup, counted)
        mixed = check_shuffles(chain, setup, counted, mixers, workers)
    factors = archive_tally.check_decryptions(chain, setup, mixed.rows)
    result = archive_tally.check_results(chain, setup, counted, mixed.rows, factors)
    if previous is not None:
        archive_chain.check_continues(chain.stream, stream_of(previous))
    return _report(chain, setup, counted, (mixed.owners, tuple(sorted(factors))), result)


def _report(
    chain: Chain,
    setup: Setup,
    counted: Counted,
    acted: tuple[tuple[int, ...], tuple[int, ...]],
    result: Json,
) -> ArchiveReport:
    of, (shuffled_by, decrypted_by) = setup.record, acted
    return ArchiveReport(
        uuid=of.uuid,
        name=of.name,
        group=of.group.name,
        fingerprint=of.fingerprint,
        credential_list=setup.credentials.fingerprint,
        credentials=len(setup.credentials.index),
        trustees=len(setup.trustees.verification_keys),
        timestamp=chain.timestamp,
        state=STATES.get(chain.last, "open"),
        ballots=chain.ballot_count(),
        counted=counted.ballots,
        total_weight=counted.total_weight,
        shuffled_by=shuffled_by,
        decrypted_by=decrypted_by,
        result=result,
        head=chain.head,
        digests=bytes(chain.digests),
    )
