"""Officers' approvals and auditors' signatures: who signed, and whether it is enough.

:source: board.md 2.2; architecture.md D8, D17
"""

from collections.abc import Sequence

from tsukuba_trust.board import encodings, entries
from tsukuba_trust.board.signatures import PrivateKey, check_signature
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json

STEP = "5"
AUDIT_STEP = "11"


def approval_bytes(origin: str, act: Json) -> bytes:
    """Return what an officer signs to approve an act.

    :param act: an ``OfficersAct``, with approvals or without
    """
    return entries.signing_bytes(origin, act, "approvals")


def approve(origin: str, act: Json, officer: str, key: PrivateKey) -> Json:
    """Return the act with one more approval, approvals sorted by officer."""
    signature = encodings.base64_text(key.sign(approval_bytes(origin, act)))
    approvals = [*act.get("approvals", []), {"officer": officer, "signature": signature}]
    return {**act, "approvals": sorted(approvals, key=lambda item: str(item["officer"]))}


def check_approvals(origin: str, act: Json, officers: Sequence[Json], rule: Json) -> None:
    """Check that an act has the approvals that the rule in force wants.

    Every approval must stand, surplus ones too. The rule is the one *before* the act, so a
    rule is changed only under itself (attack O12).

    :param officers: of entry 0: name, organisation, key
    :param rule: ``{"total", "from_each"}``
    :raises Rejected: code ``officer_unknown``, ``officer_twice``, ``approval_signature`` or
        ``approvals_too_few``, step 5
    """
    known = {officer["name"]: officer for officer in officers}
    data = approval_bytes(origin, act)
    names = [approval["officer"] for approval in act["approvals"]]
    if len(set(names)) != len(names):
        raise Rejected("officer_twice", f"act {act['number']}", step=STEP)
    for approval in act["approvals"]:
        where = f"act {act['number']}: {approval['officer']}"
        officer = known.get(approval["officer"])
        if officer is None:
            raise Rejected("officer_unknown", where, step=STEP)
        signature = approval["signature"]
        check_signature(officer["key"], signature, data, "approval_signature", where, step=STEP)
    organisations = {known[name]["organisation"] for name in names}
    enough = len(names) >= rule["total"] and organisations.issuperset(rule["from_each"])
    if not enough:
        raise Rejected("approvals_too_few", f"act {act['number']}", step=STEP)


def check_officers(officers: Sequence[Json], rule: Json) -> None:
    """Check that a rule can be met by these officers, each with a name and key of their own.

    :raises Rejected: code ``officers_alike`` or ``approval_impossible``, step 5
    """
    for field in ("name", "key"):
        if len({officer[field] for officer in officers}) != len(officers):
            raise Rejected("officers_alike", field, step=STEP)
    organisations = {officer["organisation"] for officer in officers}
    if rule["total"] > len(officers) or not organisations.issuperset(rule["from_each"]):
        raise Rejected("approval_impossible", step=STEP)


def sign_audit(origin: str, entry: Json, auditor: str, key: PrivateKey) -> Json:
    """Return a ``RegistrationAudited`` with one more auditor's signature, sorted by name."""
    data = entries.signing_bytes(origin, entry, "auditors")
    line = {"name": auditor, "signature": encodings.base64_text(key.sign(data))}
    lines = [*entry.get("auditors", []), line]
    return {**entry, "auditors": sorted(lines, key=lambda item: str(item["name"]))}


def check_audit(origin: str, entry: Json, auditors: Sequence[Json]) -> None:
    """Check that two auditors signed, or the only one there is.

    :param auditors: of entry 0: name and key
    :raises Rejected: code ``auditor_unknown``, ``audit_signature`` or ``auditors_too_few``,
        step 11
    """
    known = {auditor["name"]: auditor["key"] for auditor in auditors}
    data = entries.signing_bytes(origin, entry, "auditors")
    signed = set()
    for line in entry["auditors"]:
        key = known.get(line["name"])
        if key is None:
            raise Rejected("auditor_unknown", step=AUDIT_STEP)
        check_signature(key, line["signature"], data, "audit_signature", step=AUDIT_STEP)
        signed.add(line["name"])
    if len(signed) < min(2, len(known)):
        raise Rejected("auditors_too_few", step=AUDIT_STEP)
