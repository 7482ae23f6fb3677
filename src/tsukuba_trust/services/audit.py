"""The audit of the registrar: every registration against the evidence for it (D17).

Two auditors run it offline, with the evidence key that no server ever had. Nothing here
opens a store: the log and the sealed evidence come as files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nacl.public import PrivateKey

from tsukuba_trust.board import canonical, entries, registration
from tsukuba_trust.board.ledger import Ledger
from tsukuba_trust.elections import names, rules
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.interfaces import Identity, IIdentityProvider
from tsukuba_trust.services.evidence import Evidence, unseal
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.values import Json

SALT_SIZE = 32
PARTS = ("name", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one registration.

    :param index: of the registration on the board
    :param reason: stable code; nothing about the person
    """

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    :param checked: registrations that were looked at
    :param surplus: pieces of evidence without a registration on the board (a refused or
        interrupted delivery leaves none; any number but 0 deserves a question)
    """

    checked: int
    faults: tuple[Fault, ...]
    surplus: int

    @property
    def faulty(self) -> int:
        """How many registrations have at least one fault."""
        return len({fault.index for fault in self.faults})


@dataclass
class _Seen:
    """Who is which holder, as found so far."""

    holder_of: dict[tuple[str, ...], int] = field(default_factory=dict)
    person_of: dict[tuple[int, str], tuple[tuple[str, ...], Identity]] = field(default_factory=dict)
    attempts: set[str] = field(default_factory=set)
    pieces: set[tuple[str, bytes]] = field(default_factory=set)


def audit(
    fixed: Fixed,
    log: Iterable[tuple[int, Json]],
    sealed: Iterable[bytes],
    key: PrivateKey,
    providers: Mapping[str, IIdentityProvider],
) -> AuditReport:
    """Check every registration of an election.

    Per registration: (1) exactly one piece of evidence names it (2) the commitment and the
    provider are those of the entry (3) attempt and evidence were used once (4) the
    provider finds the evidence sound for the binding over exactly these credentials
    (5) quality and conditions of the election (6) one person ↔ one holder.

    :param log: (index, entry) of the whole log, its order verified before
    :param sealed: all sealed evidence of the roll store
    :param key: the evidence key
    :raises Refused: ``evidence_key_other``: nothing can be opened with this key
    """
    opened, unreadable = _open_all(sealed, key)
    if unreadable and not opened:
        raise Refused("evidence_key_other", "it opens nothing")
    ledger = Ledger(lambda _digest, _size: b"")
    seen, faults, checked = _Seen(), [], 0
    for index, entry in log:
        if entry["type"] != "CredentialsRegistered":
            continue
        checked += 1
        ledger.record(entry, index)
        found = opened.pop(canonical.digest(entry), [])
        try:
            _check(fixed, entry, ledger.holder(index), found, seen, providers)
        except (Rejected, Refused) as error:
            faults.append(Fault(index, error.code))
    surplus = sum(map(len, opened.values())) + unreadable
    return AuditReport(checked, tuple(faults), surplus)


def _open_all(sealed: Iterable[bytes], key: PrivateKey) -> tuple[dict[str, list[Evidence]], int]:
    opened: dict[str, list[Evidence]] = {}
    unreadable = 0
    for box in sealed:
        try:
            evidence = unseal(key, box)
        except Rejected:
            unreadable += 1
        else:
            opened.setdefault(evidence.registration, []).append(evidence)
    return opened, unreadable


def _check(
    fixed: Fixed,
    entry: Json,
    holder: int,
    found: list[Evidence],
    seen: _Seen,
    providers: Mapping[str, IIdentityProvider],
) -> None:
    # (1)
    if len(found) != 1:
        raise Rejected("evidence_missing" if not found else "evidence_twice")
    evidence = found[0]
    # (2)
    committed = registration.evidence_digest(evidence.salt, evidence.evidence)
    if committed != entry["evidence"] or len(evidence.salt) != SALT_SIZE:
        raise Rejected("evidence_commitment")
    if evidence.provider != entry["provider"]:
        raise Rejected("evidence_provider")
    # (3)
    piece = (evidence.provider, evidence.evidence)
    if evidence.attempt in seen.attempts or piece in seen.pieces:
        raise Rejected("evidence_reused")
    seen.attempts.add(evidence.attempt)
    seen.pieces.add(piece)
    # (4)
    identity = _recheck(fixed, entry, evidence, providers)
    # (5)
    _check_conditions(fixed, entry, identity)
    # (6)
    _check_person(fixed, entry, identity, holder, seen)


def _recheck(
    fixed: Fixed, entry: Json, evidence: Evidence, providers: Mapping[str, IIdentityProvider]
) -> Identity:
    provider = providers.get(evidence.provider)
    if provider is None:
        raise Rejected("provider_not_installed")
    binding = registration.binding(
        fixed.origin,
        fixed.digest,
        evidence.attempt,
        evidence.blind,
        [(one["contest"], one["credential"]) for one in entry["credentials"]],
    )
    return provider.recheck(evidence.evidence, binding, evidence.completed)


def _check_conditions(fixed: Fixed, entry: Json, identity: Identity) -> None:
    election = fixed.election
    if identity.bound != entry["bound"]:
        raise Rejected("evidence_bound")
    rules.check_evidence(election, bound=identity.bound, not_checked=identity.not_checked)
    if identity.attributes or election.electorate == "certificate":
        rules.judge(election.eligibility, identity.attributes, rules.age_day(election))


def _check_person(fixed: Fixed, entry: Json, identity: Identity, holder: int, seen: _Seen) -> None:
    """Check that one person is one holder, by whatever way she identified herself (attack B11).

    People are the same by what a service links, else by name, birth date and sex, else by the
    provider's own word; a holder may be known in several of these ways, and in each to one
    person only.
    """
    way, person = _named(fixed, entry["provider"], identity)
    if seen.holder_of.setdefault((way, *person), holder) != holder:
        raise Rejected("person_with_two_holders")
    before = seen.person_of.setdefault((holder, way), (person, identity))
    if before[0] != person and not _alike(before[1].attributes, identity.attributes):
        raise Rejected("holder_of_two_persons")


def _named(fixed: Fixed, provider: str, identity: Identity) -> tuple[str, tuple[str, ...]]:
    """Return by what somebody is known, and how."""
    if identity.person and fixed.election.electorate == "certificate":
        return "person", (identity.person,)
    parts = tuple(identity.attributes.get(part, "") for part in PARTS)
    if all(parts) or fixed.election.electorate == "certificate":
        return "attributes", parts
    return f"provider {provider}", (identity.subject,)


def _alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Tell whether names differ in substitute characters only, and nothing else does."""
    if not one or any(one.get(part) != other.get(part) for part in PARTS[1:]):
        return False
    pairs = ((one, other), (other, one))
    return any(
        names.fits(mine.get("name", ""), mine.get("name_flags", ""), theirs.get("name", ""))
        for mine, theirs in pairs
    )


def audited_entry(report: AuditReport) -> tuple[Json, list[bytes]]:
    """Return ``RegistrationAudited`` for the auditors to sign (``board.acts.sign_audit``).

    :returns: the entry without signatures, and its blobs
    """
    sample = canonical.encode(
        {
            "all": True,
            "faults": [{"index": one.index, "reason": one.reason} for one in report.faults],
            "surplus": report.surplus,
        }
    ).decode()
    document, blob = entries.document(sample)
    entry = {
        "type": "RegistrationAudited",
        "checked": report.checked,
        "faulty": report.faulty,
        "sample": document,
        "auditors": [],
    }
    return entry, [blob] if blob else []
