"""Steps 10 and 11: decryptions, results, outcomes; audit and certification.

:source: protocol.md 10, 11, 16; architecture.md D9, D16, D17
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

from tsukuba_trust.board import acts
from tsukuba_trust.board.rebuild import Prefix
from tsukuba_trust.crypto import decryption, json_text, strong_decryption
from tsukuba_trust.crypto import factors as factors_proof
from tsukuba_trust.crypto.decryption import Partial, combine
from tsukuba_trust.crypto.groups import Element
from tsukuba_trust.crypto.record import ElectionRecord
from tsukuba_trust.crypto.trustees import Trustees
from tsukuba_trust.elections.outcome import decide, not_decrypted_text, outcome_text
from tsukuba_trust.elections.rules import demands_strong_decryption
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.interfaces import BallotContext, IBallotScheme
from tsukuba_trust.values import Contest, Json
from tsukuba_trust.verify import steps_lots, steps_sheets
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known
from tsukuba_trust.verify.report import Missing

Row: TypeAlias = tuple[tuple[Element, ...], ...]
Factors: TypeAlias = dict[int, Row]


@check("10")
def check_decryption(
    record: ElectionRecord, trustees: Trustees, trustee: int, prefix: Prefix, partial: Partial
) -> None:
    """Check shape and proofs of a trustee's decryption of the fixed tally."""
    if not 1 <= trustee <= len(trustees.verification_keys):
        raise Rejected("trustee_unknown", f"number {trustee}")
    key = trustees.verification_keys[trustee - 1]
    decryption.check_shape(partial, prefix.ciphertexts)
    decryption.check_proofs(record.group, record.fingerprint, key, prefix.ciphertexts, partial)


@check("10")
def check_factors(
    record: ElectionRecord, key: Element, prefix: Prefix, text: str, factors: Row, proof: Json
) -> None:
    """Check that no factor is another than that of the trustee's key (attack P01)."""
    group, phi = record.group, record.fingerprint
    factors_proof.check_factors(group, phi, key, prefix.ciphertexts, factors, text, proof)


@check("10")
def check_strong(
    record: ElectionRecord, key: Element, prefix: Prefix, factors: Row, strong: str
) -> None:
    """Check the strong proofs that stand beside a decryption (attack P01)."""
    group, phi = record.group, record.fingerprint
    strong_decryption.check_strong(group, phi, key, prefix.ciphertexts, factors, strong)


@check("10")
def check_result_form(text: str) -> None:
    """Check that a result has one entry, in canonical form."""
    value = json_text.read(text, code="result_form")
    (entries,) = json_text.fields(value, ("result",), code="result_form")
    if not isinstance(entries, list) or len(entries) != 1 or json_text.write(value) != text:
        raise Rejected("result_form", "not one entry in canonical form")


@check("10")
def check_result(
    scheme: IBallotScheme,
    context: BallotContext,
    plaintexts: Sequence[Element],
    result: Json,
    ballots: int,
) -> None:
    """Check that the declared numbers are those that were decrypted."""
    scheme.check_result(context, plaintexts, result, ballots)


@check("10")
def check_outcome(found: str, expected: str) -> None:
    """Check that the tally method, asked again, declares the same."""
    if found != expected:
        raise Rejected("outcome_differs", "not what the tally method gives")


@check("11")
def check_audit(origin: str, entry: Json, auditors: Sequence[Json]) -> None:
    """Check that the auditors signed their finding (D17)."""
    acts.check_audit(origin, entry, auditors)


@check("11")
def check_audit_size(checked: int, registrations: int) -> None:
    """Check that no more registrations were audited than there are."""
    if checked > registrations:
        raise Rejected("audit_counts", f"{checked} checked of {registrations} registrations")


def judge_decryptions(known: Known, contest: str, trustees: Trustees, prefix: Prefix) -> Factors:
    """Check every partial decryption of a contest; return the factors of the sound ones."""
    findings, record = known.findings, known.records[contest]
    factors: Factors = {}
    for trustee, (index, text) in known.contests.decryptions.get(contest, {}).items():
        try:
            partial = decryption.parse_partial(record.group, text)
        except Rejected as error:
            findings.add_error("10", error, index)
            continue
        if not findings.check(index, check_decryption, record, trustees, trustee, prefix, partial):
            continue
        key = trustees.verification_keys[trustee - 1]
        statement = record, key, prefix, text, partial.factors
        if _judge_binding(known, index, f"{contest}: trustee {trustee}", statement):
            factors[trustee] = partial.factors
    return factors


def _judge_binding(
    known: Known, index: int, who: str, statement: tuple[ElectionRecord, Element, Prefix, str, Row]
) -> bool:
    """Judge whether a proof binds the factors to their ciphertexts (attack P01)."""
    findings, (record, key, prefix, _, factors) = known.findings, statement
    proof, strong = known.contests.proofs.get(index), known.contests.strong.get(index)
    if proof is not None and not findings.check(index, check_factors, *statement, proof):
        return False
    if strong is not None:
        return findings.check(index, check_strong, record, key, prefix, factors, strong)
    if proof is None and known.election and demands_strong_decryption(known.election):
        findings.add_error("10", Rejected(strong_decryption.MISSING, who), index)
        return False
    if proof is None:
        findings.note("10", "decryption_weakly_proven", who, index)
    return True


def judge_result(
    known: Known, contest: Contest, trustees: Trustees, prefix: Prefix, factors: Factors
) -> str | None:
    """Do step 10 for a contest's ``ResultDeclared``; return the outcome's text."""
    index, entry = known.contests.results[contest.uuid]
    try:
        outcome = known.text(entry["outcome"], "10")
        result = known.text(entry["result"], "10") if "result" in entry else None
    except Missing as error:
        known.findings.add_error("10", error, index)
        known.contests.incomplete.add(contest.uuid)
        return None
    if result is None:
        known.findings.note("10", "not_decrypted", f"{prefix.ballots} ballots", index)
        expected = not_decrypted_text(prefix.ballots)
        known.findings.check(index, check_outcome, outcome, expected)
        return outcome
    sound = factors.keys() == known.contests.decryptions.get(contest.uuid, {}).keys()
    # Where a decryption was refuted or is missing, nothing follows from the others.
    if (
        known.findings.check(index, check_result_form, result)
        and sound
        and contest.uuid not in known.contests.incomplete
    ):
        _judge_numbers(known, contest, (index, result, outcome), prefix, trustees, factors)
    return outcome


def _judge_numbers(
    known: Known,
    contest: Contest,
    declared: tuple[int, str, str],
    prefix: Prefix,
    trustees: Trustees,
    factors: Factors,
) -> None:
    index, result, outcome = declared
    record = known.records[contest.uuid]
    scheme = known.plugins.ballot_schemes[contest.ballot_scheme]
    try:
        entry = json_text.read(result, code="result_form")["result"][0]
        plaintexts = combine(trustees, factors, prefix.ciphertexts)[0]
    except (Rejected, KeyError, IndexError, TypeError) as error:
        refusal = error if isinstance(error, Rejected) else Rejected("result_form")
        known.findings.add_error("10", refusal, index)
        return
    context = BallotContext(record.group, record.key, record.fingerprint, "", record.questions[0])
    if known.findings.check(
        index, check_result, scheme, context, plaintexts, entry, prefix.ballots
    ):
        irregular = scheme.irregular(context, plaintexts)
        _judge_outcome(known, contest, (index, entry, outcome), prefix.ballots, irregular)


def _judge_outcome(
    known: Known,
    contest: Contest,
    declared: tuple[int, Json, str],
    ballots: int,
    irregular: Sequence[int],
) -> None:
    index, entry, outcome = declared
    steps_sheets.judge_channels(known, contest, ballots, index)
    scheme = known.plugins.ballot_schemes[contest.ballot_scheme]
    try:
        count = partial(
            decide,
            contest,
            scheme,
            known.plugins.tally_methods[contest.tally_method],
            result=entry,
            ballots=ballots,
            irregular=irregular,
            papers=steps_sheets.papers_of(known, contest.uuid),
            electors=steps_sheets.electors(known, contest),
        )
        decided = steps_lots.settled(known, contest.uuid, lambda lots: count(lots=lots))
        if decided is None:
            return
        expected = outcome_text(decided, ballots)
    except Refused as error:
        known.findings.add_error("10", Rejected(error.code, error.detail), index)
        return
    except (Rejected, Misconfigured) as error:
        known.findings.add_error("10", error, index)
        return
    known.findings.check(index, check_outcome, outcome, expected)


def judge_audit(known: Known) -> None:
    """Do step 11."""
    findings = known.findings
    if known.audited is None:
        if known.contests.results or known.certified:
            findings.note("11", "registrar_not_audited", "nobody checked who was registered")
    else:
        index, entry = known.audited
        findings.check(index, check_audit, known.origin, entry, known.defined["auditors"])
        findings.check(index, check_audit_size, entry["checked"], known.registrations)
        counts = (
            f"{entry['checked']} of {known.registrations} registrations, {entry['faulty']} faulty"
        )
        findings.note("11", "registrar_audited", counts, index)
    if known.state.phase not in ("declared", "purged"):
        findings.note("11", "not_certified", f"phase: {known.state.phase}")


def take_decryption(known: Known, entry: Json, index: int) -> None:
    """Keep a partial decryption until its tally is rebuilt."""
    try:
        text = known.text(entry["decryption"], "10")
        if "strong" in entry:
            known.contests.strong[index] = known.text(entry["strong"], "10")
    except Missing as error:
        known.findings.add_error("10", error, index)
        known.contests.incomplete.add(entry["contest"])
        return
    of_contest = known.contests.decryptions.setdefault(entry["contest"], {})
    of_contest.setdefault(entry["trustee"], (index, text))
    if "proof" in entry:
        known.contests.proofs[index] = entry["proof"]


def result_text(known: Known, contest: str) -> str | None:
    """Return a contest's declared Belenios result, where there is one.

    :raises Missing: its blob is not in this copy
    """
    _, entry = known.contests.results.get(contest, (0, {}))
    return known.text(entry["result"], "10") if "result" in entry else None


def judge_for_trustee(known: Known, counted: Mapping[str, Mapping[str, Json]]) -> None:
    """Say which digests a trustee compares before she decrypts, and what she must not decrypt.

    Where ballots are mixed first, the digest is that of the last list.

    :source: architecture.md D9, D16
    """
    election = known.election
    least = election.minimum_ballots if election else 0
    for contest in election.contests if election else ():
        uuid = contest.uuid
        if uuid not in known.contests.tallies:
            known.findings.add_error("9", Rejected("tally_not_fixed", uuid))
        elif uuid in counted and counted[uuid]["counted"] < least:
            known.findings.note("9", "too_few_ballots", f"{uuid}: do not decrypt")
        elif uuid in counted and known.state.shuffles_missing(uuid):
            detail = f"{uuid}: {known.state.shuffles_missing(uuid)} to come, do not decrypt"
            known.findings.note("9.7", "shuffles_missing", detail)
        elif uuid in counted:
            detail = f"{uuid}: {counted[uuid].get('mixed', counted[uuid]['tally'])}"
            known.findings.note("9", "compare_before_decrypting", detail)
