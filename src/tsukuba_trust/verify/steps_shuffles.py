"""Step 9.7 for a record: the trustees' shuffles, in the order in which they stand.

How many there must be, and by whom, is step 4; here is what they say.

:source: protocol.md 9, 13; board.md 2.5
"""

import hashlib

from tsukuba_trust.board import rebuild
from tsukuba_trust.board.rebuild import Prefix, Shuffle
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.shuffle_record import check_signature, reread_lists
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json
from tsukuba_trust.verify import archive_shuffles
from tsukuba_trust.verify.archive_shuffles import ShuffleJob, jobs_of
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing
from tsukuba_trust.verify.workers import Workers


@check("9.7")
def check_shuffle(job: ShuffleJob) -> None:
    """Check form and proof of a trustee's shuffle of the list before it (attack P02)."""
    archive_shuffles.check_shuffle(job)


@check("9.7")
def check_mixer(record: ElectionRecord, key: Element, shuffle: Shuffle, proof: Json) -> None:
    """Check that the owner of the trustee's key stands for the shuffle, and nobody else."""
    check_signature(record.group, record.fingerprint, key, shuffle.text, proof)


def take_shuffle(known: Known, entry: Json, index: int) -> None:
    """Keep a shuffle until its tally is rebuilt."""
    try:
        text = known.text(entry["shuffle"], "9")
    except Missing as error:
        known.findings.add_error("9", error, index)
        known.contests.incomplete.add(entry["contest"])
        return
    of_contest = known.contests.shuffles.setdefault(entry["contest"], [])
    of_contest.append((index, Shuffle(entry["trustee"], text)))
    known.contests.proofs[index] = entry["proof"]


def shuffles_of(known: Known, contest: str) -> list[Shuffle]:
    """Return a contest's shuffles, in their order."""
    return [shuffle for _, shuffle in known.contests.shuffles.get(contest, [])]


def last_digest(known: Known, contest: str) -> dict[str, Json]:
    """Return the digest of the last shuffle, which trustees compare before they decrypt."""
    shuffles = shuffles_of(known, contest)
    if not shuffles:
        return {}
    return {"mixed": hashlib.sha256(shuffles[-1].text.encode()).hexdigest()}


def judge_shuffles(known: Known, contest: str, prefix: Prefix, workers: Workers) -> Prefix:
    """Check every shuffle of a contest; return the tally with what was decrypted.

    Behind a list that cannot be read nothing can be checked: the contest is incomplete.
    """
    found = known.contests.shuffles.get(contest, [])
    if contest in known.contests.incomplete or not found or known.trustees is None:
        return prefix
    record, keys = known.records[contest], known.trustees.verification_keys
    for index, shuffle in found:
        if shuffle.owner <= len(keys):  # else step 4 says so
            proof = known.contests.proofs[index]
            known.findings.check(
                index, check_mixer, record, keys[shuffle.owner - 1], shuffle, proof
            )
    jobs = jobs_of(record, prefix.ciphertexts, [shuffle.text for _, shuffle in found])
    for (index, _), error in zip(found, workers.map(_judge, jobs), strict=False):
        known.findings.reached.add("9.7")
        if error is not None:
            known.findings.add_error("9.7", error, index)
    try:
        for _, shuffle in found:
            reread_lists(record.group, shuffle.text)
        return rebuild.after_shuffles(prefix, record.group, shuffles_of(known, contest))
    except Rejected:
        known.contests.incomplete.add(contest)
        return prefix


def _judge(job: ShuffleJob) -> Rejected | None:
    try:
        check_shuffle(job)
    except Rejected as error:
        return error
    return None
