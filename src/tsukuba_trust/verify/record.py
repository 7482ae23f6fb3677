"""The auditor's programme: a record or an archive in, numbered findings out.

The steps are those of board.md 2.5. Entries are read once, in order; ballots go to
worker processes in chunks and come back in order, so the report depends on the record
alone. Of a ballot are kept: its digest, its place in a temporary file, its components'
digests, and what the counting rule needs.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from tsukuba_trust.board import note
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.board.rebuild import Prefix
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.errors import Misconfigured, Rejected, TrustError
from tsukuba_trust.values import Json
from tsukuba_trust.verify import (
    steps_ballots,
    steps_counting,
    steps_entries,
    steps_previous,
    steps_result,
    steps_shuffles,
    steps_tree,
)
from tsukuba_trust.verify.archive import verify_archive
from tsukuba_trust.verify.facts import archive_facts, record_facts
from tsukuba_trust.verify.known import Known, Plugins, Spool, lenient
from tsukuba_trust.verify.report import Finding, Findings, Report, report
from tsukuba_trust.verify.roots import Roots
from tsukuba_trust.verify.steps_previous import Previous, is_archive, read_previous
from tsukuba_trust.verify.walk import walk
from tsukuba_trust.verify.workers import Workers


def verify_record(
    path: Path,
    *,
    registry: Plugins,
    previous: Path | None = None,
    log_key: str | None = None,
    for_trustee: bool = False,
    jobs: int = 1,
) -> Report:
    """Check a record (folder or zip) or a bare ``.bel``, believing nobody.

    Nothing that the record holds is raised: it becomes a finding.

    :param previous: an earlier copy, record or archive, that this one must continue
    :param log_key: vkey from the paper notice; without it entry 0 is believed
    :param for_trustee: stop behind the tallies and give the digests to compare (D16)
    :param jobs: processes; the report does not depend on it
    :source: board.md 2.5
    """
    findings, facts = Findings(), {}
    try:
        _check_key(log_key)
        if is_archive(path):
            facts = _verify_archive(path, findings, registry, previous, jobs)
        else:
            facts = _Run(path, findings, registry, previous, log_key, jobs).facts(for_trustee)
    except TrustError as error:
        step = "12" if error.code == "previous_unusable" else getattr(error, "step", "")
        findings.add_error(step or "1", error)
    except OSError as error:
        where = Path(error.filename or "").name
        findings.add_error("1", Misconfigured("file_unusable", str(error.strerror), where=where))
    except Exception as error:
        findings.add(Finding("1", "unusable", "unreadable", type(error).__name__))
    return report(findings, facts)


def _check_key(log_key: str | None) -> None:
    try:
        if log_key is not None:
            note.read_key(log_key)
    except Rejected as error:
        raise Misconfigured("log_key_invalid", "not the text of a verifier key") from error


def _verify_archive(
    path: Path, findings: Findings, plugins: Plugins, previous: Path | None, jobs: int
) -> dict[str, Json]:
    with ExitStack() as stack:
        stream = stack.enter_context(path.open("rb"))
        earlier: BinaryIO | None = None
        if previous is not None:
            earlier = stack.enter_context(previous.open("rb"))
        found = verify_archive(stream, plugins.ballot_schemes, previous=earlier, jobs=jobs)
    findings.reached |= {"9", "12"} if previous is not None else {"9"}
    findings.note("9", "archive_only", "without its log: counting rule, chains and acts unseen")
    return archive_facts(found)


class _Run:
    """One verification of one record."""

    def __init__(
        self,
        path: Path,
        findings: Findings,
        plugins: Plugins,
        previous: Path | None,
        log_key: str | None,
        jobs: int,
    ) -> None:
        self._reader = RecordReader(path)
        self._findings = findings
        self._plugins = plugins
        self._previous = read_previous(previous) if previous is not None else Previous()
        self._log_key = log_key
        self._jobs = jobs
        self._compared = self._previous.archive is None

    def facts(self, for_trustee: bool) -> dict[str, Json]:
        """Do all steps; return what was read."""
        newest = note.peek_checkpoint(self._reader.checkpoint())
        with Spool() as spool, ExitStack() as stack:
            known = Known(
                self._reader,
                self._findings,
                self._plugins,
                spool,
                Ledger(self._reader.blob),
                size=newest.size,
                roots=Roots(self._signed_sizes(newest.size)),
            )
            self._read_entries(known)
            if known.defined is None:
                self._findings.add_error("3", Rejected("log_empty", "no readable entry 0"), 0)
                return {}
            with Workers(self._jobs) as workers:
                steps_tree.check_heads(known, self._log_key, workers)
            if self._previous.checkpoint is not None:
                steps_previous.compare(known, self._previous.checkpoint)
            countable = known.complete and not known.lost
            counted = self._count(known, stack, for_trustee) if countable else {}
            if countable and not self._compared:
                detail = "this record has no finished archive of that contest"
                self._findings.add_error("12", Misconfigured("previous_other", detail))
            return record_facts(known, counted, self._log_key is not None)

    def _signed_sizes(self, size: int) -> list[int]:
        try:
            kept = self._reader.checkpoint_sizes()
        except Rejected:
            kept = []
        earlier = self._previous.checkpoint
        return [size, *kept] + ([earlier.size] if earlier else [])

    def _read_entries(self, known: Known) -> None:
        """Do steps 2 to 8 in one pass."""
        with Workers(self._jobs) as workers:
            for done in workers.map(steps_ballots.judge_chunk, walk(known)):
                for judged in done:
                    steps_ballots.take_judged(known, judged)
        steps_entries.judge_keys(known)
        steps_ballots.judge_components(known)

    def _count(
        self, known: Known, stack: ExitStack, for_trustee: bool
    ) -> dict[str, dict[str, Json]]:
        """Do steps 9 to 11 and the archives of step 12."""
        counted: dict[str, dict[str, Json]] = {}
        for contest in known.contests.tallies:
            stream = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            # One pool at a time: processes are forked only while there is one thread.
            with Workers(self._jobs) as workers:
                rebuilt = steps_counting.rebuild_tally(known, contest, stream, workers)
            if rebuilt is None:
                continue
            steps_counting.check_rebuilt(known, contest, rebuilt, self._jobs)
            counted[contest] = {"archive": rebuilt.document["sha256"]}
            counted[contest] |= {"tally": rebuilt.prefix.digest, "counted": rebuilt.prefix.ballots}
            with Workers(self._jobs) as workers:
                opened = steps_shuffles.judge_shuffles(known, contest, rebuilt.prefix, workers)
            counted[contest] |= steps_shuffles.last_digest(known, contest)
            if not for_trustee:
                counted[contest] |= self._finish(known, contest, rebuilt, opened)
            self._compare_archive(known, contest, stream)
        if for_trustee:
            steps_result.judge_for_trustee(known, counted)
        else:
            steps_result.judge_audit(known)
        return counted

    def _finish(
        self, known: Known, contest: str, rebuilt: steps_counting.Rebuilt, prefix: Prefix
    ) -> dict[str, Json]:
        """Do step 10 of a contest, and compare its whole archive with copies.

        :param prefix: with what was decrypted
        """
        found: dict[str, Json] = {}
        trustees, election = known.trustees, known.election
        if trustees is None or election is None:
            return found  # then there is no rebuilt archive either
        factors = steps_result.judge_decryptions(known, contest, trustees, prefix)
        if contest in known.contests.results:
            of = election.contest(contest)
            outcome = steps_result.judge_result(known, of, trustees, prefix, factors)
            found = {"outcome": lenient(outcome.encode()) or outcome} if outcome is not None else {}
        if contest in known.contests.incomplete:
            return found
        decryptions = known.contests.decryptions.get(contest, {})
        texts = {trustee: text for trustee, (_, text) in decryptions.items()}
        found["head"] = rebuilt.finish(
            texts,
            steps_result.result_text(known, contest),
            steps_shuffles.shuffles_of(known, contest),
            known.state.mixers.get(contest, 0),
        )
        steps_counting.compare_copy(known, contest, rebuilt)
        return found

    def _compare_archive(self, known: Known, contest: str, stream: BinaryIO) -> None:
        path = self._previous.archive
        if path is not None and self._previous.contest == contest:
            self._compared = True
            with path.open("rb") as earlier:
                known.findings.check(None, steps_previous.check_archive, stream, earlier)
