"""Holding a simulated election: the steps of a real one, with simulated people.

Rehearsals, demos and tests call these functions in order; between two of them they may do
whatever they want to show. Nothing sleeps: every step is told what time it is.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tsukuba_trust.elections.drawn_lots import ByHand, PublicDraw
from tsukuba_trust.services.acts import Proposal, minute
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.audit import AuditReport, audit, audited_entry
from tsukuba_trust.services.ceremony import Proposed, PublicKeys, join_rehearsal, rehearsal_file
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import box_key, new_box_key, public_text
from tsukuba_trust.services.registrar import Claimed
from tsukuba_trust.testing.trustees import (
    Signatory,
    Trustee,
    approve,
    hold_key_ceremony,
    new_signatories,
    officers_of,
)
from tsukuba_trust.testing.voter import Voter
from tsukuba_trust.values import Election, Json, Randomness

LOCALE = "ja"
PLACE = "開票所 (counting hall)"
SEED_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class Staff:
    """The people of one election, with keys that real ones keep on their own machines.

    :param evidence: the auditors' key for sealed evidence
    """

    officers: tuple[Signatory, ...]
    auditors: tuple[Signatory, ...]
    evidence: X25519PrivateKey

    def public_keys(self, log_key: str, registrar: Ed25519PrivateKey) -> PublicKeys:
        """Return what entry 0 says of these people.

        :param log_key: verifier key text of the log
        """
        return PublicKeys(
            log=log_key,
            registrar=public_text(registrar),
            evidence=public_text(self.evidence),
            auditors={one.name: one.public for one in self.auditors},
            officers={one.name: one.public for one in self.officers},
        )


def new_staff(election: Election, randomness: Randomness) -> Staff:
    """Draw keys for everybody whom an election file names."""
    return Staff(
        tuple(officers_of(election, randomness)),
        tuple(new_signatories(election.auditors, randomness)),
        new_box_key(randomness),
    )


def enact(services: Services, fixed: Fixed, staff: Staff, proposal: Proposal) -> int:
    """Let all officers approve a proposal and put it on the board."""
    return services.acts.enact(fixed, approve(proposal, staff.officers))


def prepare(
    services: Services,
    proposed: Proposed,
    staff: Staff,
    at: datetime,
    randomness: Randomness,
    *,
    fill_roll: Callable[[Fixed], object] | None = None,
) -> tuple[Fixed, list[Trustee]]:
    """Define, make the trustees' keys, fix the roll, seal, rehearse: all but the opening.

    :param fill_roll: imports the roll, where the election has one
    """
    fixed = services.ceremony.define(proposed)
    rule = fixed.election.trustees
    trustees, text = hold_key_ceremony(fixed.election.group, rule, randomness)
    fixed = services.ceremony.fix_trustees(fixed, text)
    if fixed.election.electorate == "roll":
        if fill_roll is not None:
            fill_roll(fixed)
        services.ceremony.fix_roll(fixed)
    enact(services, fixed, staff, services.ceremony.propose_seal(fixed, at, "sealed"))
    if rule.threshold == len(rule.names):
        waiver = services.ceremony.propose_waiver(fixed, at, "every trustee is needed")
        enact(services, fixed, staff, waiver)
    rehearsal = rehearse_decryption(fixed, trustees, randomness)
    enact(services, fixed, staff, services.ceremony.propose_rehearsed(fixed, at, rehearsal))
    return fixed, trustees


def rehearse_decryption(fixed: Fixed, trustees: Sequence[Trustee], randomness: Randomness) -> str:
    """Let every trustee decrypt a rehearsal and return its file."""
    text = rehearsal_file(fixed, randomness)
    answers = {one.number: one.rehearse(fixed, text, randomness) for one in trustees}
    return join_rehearsal(fixed, text, answers)


def identify(
    services: Services,
    fixed: Fixed,
    voter: Voter,
    provider: str,
    answer: Callable[[Json], Json],
    at: datetime,
) -> Claimed:
    """Let a voter identify herself and have her credentials registered.

    :param answer: what her card or code says to a challenge
    """
    started = services.registrar.start_identification(
        fixed.origin,
        provider,
        voter.credentials,
        voter.proofs(),
        voter.blind,
        voter.page_secret_hash,
        LOCALE,
        at,
    )
    response = answer(started.challenge)
    token = services.registrar.complete_identification(started.attempt, response, at).token
    return services.registrar.claim_identification(started.attempt, voter.page_secret, token, at)


def shuffle(
    services: Services, fixed: Fixed, trustees: Sequence[Trustee], randomness: Randomness
) -> None:
    """Let trustees mix every contest whose ballots are opened one by one, in their order."""
    state = services.board.state(fixed.origin)
    for contest, mixers in state.mixers.items():
        if state.needs_decryption(contest):
            for trustee in trustees[:mixers]:
                lists = services.tallies.opened(fixed, contest).ciphertexts
                text = trustee.shuffle(fixed, contest, lists, randomness)
                services.mixing.post_shuffle(fixed, contest, trustee.number, text)


def decrypt(
    services: Services, fixed: Fixed, trustees: Sequence[Trustee], randomness: Randomness
) -> None:
    """Let trustees decrypt every contest that has enough ballots."""
    state = services.board.state(fixed.origin)
    for contest in fixed.defined["contests"]:
        if state.needs_decryption(contest):
            ciphertexts = services.tallies.opened(fixed, contest).ciphertexts
            for trustee in trustees:
                text = trustee.decrypt(fixed, contest, ciphertexts, randomness)
                services.counting.post_decryption(fixed, contest, trustee.number, text)


def audit_registrar(services: Services, fixed: Fixed, staff: Staff) -> AuditReport:
    """Let the auditors check all registrations, sign, and put their finding on the board."""
    with services.roll.begin() as tx:
        sealed = [box for _key, box in tx.evidence(fixed.origin)]
    report = audit(
        fixed,
        services.board.entries(fixed.origin),
        sealed,
        box_key(staff.evidence),
        services.registry.identity_providers,
    )
    entry, blobs = audited_entry(report)
    for auditor in staff.auditors:
        entry = auditor.sign_audit(fixed.origin, entry)
    services.counting.post_audit(fixed, entry, blobs)
    return report


def draw_lots(
    services: Services, fixed: Fixed, staff: Staff, at: datetime, randomness: Randomness
) -> int:
    """Let officers settle every tie, one after the other; return how many lots there were.

    A public draw takes its seed from chance, which stands in for the agreed public value.
    """
    drawn = 0
    while waiting := services.lots.needed(fixed):
        contest, tie = waiting[0]
        rule, chance = fixed.election.lots, randomness(SEED_BYTES).hex()
        how: ByHand | PublicDraw
        if rule and rule.beacon:
            how = PublicDraw(chance, rule.beacon)
            order = services.lots.order(fixed, contest.uuid, chance)
        else:
            names = [one.name for one in (*staff.officers, *staff.auditors)]
            how = ByHand(minute(fixed, at), PLACE, (names[0],), tuple(names[1:]))
            order = tuple(sorted(tie.candidates, key=lambda key: _ticket(chance, key)))
        proposal = services.lots.propose(fixed, at, contest.uuid, order, how)
        enact(services, fixed, staff, proposal)
        drawn += 1
    return drawn


def _ticket(chance: str, key: str) -> bytes:
    return hashlib.sha256(f"{chance} {key}".encode()).digest()


def count(
    services: Services,
    fixed: Fixed,
    staff: Staff,
    trustees: Sequence[Trustee],
    at: datetime,
    randomness: Randomness,
    *,
    strike: Callable[[], object] | None = None,
    enter: Callable[[], object] | None = None,
) -> AuditReport:
    """End, fix tallies, mix, decrypt with just enough trustees, draw lots, audit, certify.

    :param strike: strikes holders, before the tallies are fixed
    :param enter: enters sheets, when the internet ballots are opened
    """
    services.counting.end(fixed, at)
    if strike is not None:
        strike()
    services.counting.fix_tallies(fixed)
    shuffle(services, fixed, trustees, randomness)
    decrypt(services, fixed, trustees[: fixed.election.trustees.threshold], randomness)
    if enter is not None:
        enter()
    draw_lots(services, fixed, staff, at, randomness)
    report = audit_registrar(services, fixed, staff)
    certificate = services.counting.propose_certificate(fixed, at, "certified")
    enact(services, fixed, staff, certificate)
    return report
