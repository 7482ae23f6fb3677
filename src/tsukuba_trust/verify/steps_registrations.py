"""Step 7: every registration is the registrar's, proven, and within the roll.

Chains, contests and credentials that stand twice are judged by steps 3 and 4.

:source: architecture.md D2, D5, D17
"""

from tsukuba_trust.board import registration
from tsukuba_trust.crypto.credentials import read_credential
from tsukuba_trust.crypto.groups import Group
from tsukuba_trust.crypto.proofs import check_knowledge, read_proof
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Election, Json
from tsukuba_trust.verify.checks import check
from tsukuba_trust.verify.known import Known


@check("7")
def check_registrar(origin: str, entry: Json, registrar_key: str) -> None:
    """Check the registrar's signature over the whole entry in this election (attack 22)."""
    registration.check(origin, entry, registrar_key)


@check("7")
def check_possession(group: Group, item: Json) -> None:
    """Check that whoever registered a credential knows its secret (D2)."""
    public = read_credential(group, item["credential"])
    proof = read_proof(group, item["proof"])
    prefix = registration.proof_prefix(item["contest"], item["credential"])
    check_knowledge(group, prefix, public, proof, step="7")


@check("7")
def check_provider(election: Election, entry: Json) -> None:
    """Check that the election offers this way to identify oneself, and accepts its quality."""
    if entry["provider"] not in [rule.provider for rule in election.identity]:
        raise Rejected("provider_unknown", entry["provider"])
    if not entry["bound"] and not election.accept_unbound:
        raise Rejected("unbound_not_accepted", entry["provider"])


@check("7")
def check_roll_size(holders: int, electors: int) -> None:
    """Check that no more people hold credentials than stand on the roll (attack J11)."""
    if holders > electors:
        raise Rejected("roll_exceeded", f"{holders} holders, {electors} electors")


def judge_registration(known: Known, entry: Json, index: int) -> None:
    """Do step 7 for one registration."""
    findings = known.findings
    known.registrations += 1
    if "replaces" not in entry:
        known.holders += 1
        if known.electors is not None:
            findings.check(index, check_roll_size, known.holders, known.electors)
    if known.defined is not None:
        key = known.defined["registrar_key"]
        findings.check(index, check_registrar, known.origin, entry, key)
    if known.election is not None:
        findings.check(index, check_provider, known.election, entry)
    if known.trustees is not None:
        for item in entry["credentials"]:
            findings.check(index, check_possession, known.trustees.group, item)
