"""The registrar's audit: every way in which a registration can be without its evidence."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from nacl.public import PrivateKey

from election_world import CARD, World, opened_world
from tsukuba_trust.board import canonical, entries, registration
from tsukuba_trust.elections.rules import Eligibility
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services import evidence
from tsukuba_trust.services.audit import AuditReport, Fault, audit, audited_entry
from tsukuba_trust.services.evidence import Evidence
from tsukuba_trust.services.keys import box_key
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.people import FROM_TSUCHIURA
from tsukuba_trust.values import Json


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    for person in range(3):
        made.identify(made.voter(), person)
    yield made
    made.close()


class Case:
    """A log and its evidence, open to changes, audited as the auditors would."""

    def __init__(self, held: World) -> None:
        self.held = held
        self.fixed = held.is_fixed
        self.key = box_key(held.staff.evidence)
        self.log: list[tuple[int, Json]] = list(held.services.board.entries(held.origin))
        with held.services.roll.begin() as tx:
            self.sealed = [sealed for _key, sealed in tx.evidence(held.origin)]
        self.opened = {one.registration: one for one in map(self._open, self.sealed)}
        self.providers = dict(held.services.registry.identity_providers)

    def _open(self, sealed: bytes) -> Evidence:
        return evidence.unseal(self.key, sealed)

    @property
    def registrations(self) -> list[int]:
        return [at for at, entry in self.log if entry["type"] == "CredentialsRegistered"]

    def of(self, index: int) -> Evidence:
        return self.opened[canonical.digest(dict(self.log)[index])]

    def change(self, index: int, **fields) -> None:
        """Change evidence and give the entry the commitment that fits it."""
        old = self.of(index)
        del self.opened[old.registration]
        kept = replace(old, **fields)
        entry = dict(self.log)[index]
        committed = registration.evidence_digest(kept.salt, kept.evidence)
        self.put(index, {**entry, "evidence": committed}, kept)

    def put(self, index: int, entry: Json, kept: Evidence | None = None) -> None:
        """Put another entry, signed again, with evidence that names it."""
        old = dict(self.log)[index]
        kept = kept or self.opened.pop(canonical.digest(old))
        signed = registration.sign(
            self.held.origin,
            {name: value for name, value in entry.items() if name != "registrar"},
            self.held.keys[self.held.origin].registration,
        )
        self.log = [(at, signed if at == index else one) for at, one in self.log]
        digest = canonical.digest(signed)
        self.opened[digest] = replace(kept, registration=digest)

    def report(self, extra: tuple[Evidence, ...] = ()) -> AuditReport:
        boxes = [
            evidence.seal(self.fixed.defined["evidence_key"], one)
            for one in (*self.opened.values(), *extra)
        ]
        return audit(self.fixed, self.log, boxes, self.key, self.providers)

    def faults(self) -> list[tuple[int, str]]:
        return [(fault.index, fault.reason) for fault in self.report().faults]


@pytest.fixture
def case(held) -> Case:
    return Case(held)


def test_an_honest_registrar_has_no_fault(case):
    assert case.report() == AuditReport(3, (), 0)


def test_a_person_who_identified_again_is_no_fault(held):
    held.identify(held.voter(), 0)
    assert Case(held).report() == AuditReport(4, (), 0)


def test_a_registration_without_evidence_is_found(case):
    first = case.registrations[0]
    del case.opened[case.of(first).registration]
    assert case.faults() == [(first, "evidence_missing")]


def test_two_pieces_of_evidence_for_one_registration_are_found(case):
    first = case.registrations[0]
    assert case.report(extra=(case.of(first),)).faults == (Fault(first, "evidence_twice"),)


def test_evidence_under_another_salt_is_found(case):
    first = case.registrations[0]
    kept = case.of(first)
    case.opened[kept.registration] = replace(kept, salt=bytes(32))
    assert case.faults() == [(first, "evidence_commitment")]


def test_a_short_salt_is_found(case):
    first = case.registrations[0]
    case.change(first, salt=b"x")
    assert case.faults() == [(first, "evidence_commitment")]


def test_evidence_of_another_provider_than_the_board_says_is_found(case):
    first = case.registrations[0]
    case.change(first, provider="roll-code")
    assert case.faults() == [(first, "evidence_provider")]


def test_one_piece_of_evidence_for_two_registrations_is_found(case):
    first, second, _ = case.registrations
    kept = case.of(first)
    case.change(
        second, attempt=kept.attempt, blind=kept.blind, evidence=kept.evidence, salt=kept.salt
    )
    assert case.faults() == [(second, "evidence_reused")]


def test_evidence_under_another_attempt_or_blind_is_found(case):
    first, second, _ = case.registrations
    case.change(first, blind=bytes(32))
    case.change(second, attempt="0" * 32)
    assert [index for index, _ in case.faults()] == [first, second]


def test_the_registrar_cannot_swap_the_credentials_under_evidence(case):
    first = case.registrations[0]
    entry = dict(case.log)[first]
    other = case.held.voter().credentials
    changed = [{**one, "credential": other[one["contest"]]} for one in entry["credentials"]]
    case.put(first, {**entry, "credentials": changed})
    assert [index for index, _ in case.faults()] == [first]


def test_an_entry_that_calls_evidence_bound_or_unbound_falsely_is_found(case):
    first = case.registrations[0]
    case.put(first, {**dict(case.log)[first], "bound": False})
    assert case.faults() == [(first, "evidence_bound")]


def test_evidence_completed_when_the_certificate_was_not_valid_is_found(case):
    first = case.registrations[0]
    case.change(first, completed=case.of(first).completed.replace(year=2040))
    assert [index for index, _ in case.faults()] == [first]


def test_a_person_from_another_city_is_found(held):
    held.identify(held.voter(), FROM_TSUCHIURA)
    case = Case(held)
    rule = Eligibility(residence="08220")
    case.fixed = replace(case.fixed, election=replace(case.fixed.election, eligibility=rule))
    assert case.faults() == [(case.registrations[-1], "not_tsukuba")]


def test_one_person_with_two_holders_is_found(held):
    held.identify(held.voter(), 0)
    case = Case(held)
    last = case.registrations[-1]
    entry = {k: v for k, v in dict(case.log)[last].items() if k != "replaces"}
    case.put(last, entry)
    assert case.faults() == [(last, "person_with_two_holders")]


def test_two_persons_in_one_chain_are_found(held):
    case = Case(held)
    first, second, _ = case.registrations
    case.put(second, {**dict(case.log)[second], "replaces": first})
    assert case.faults() == [(second, "holder_of_two_persons")]


def test_evidence_without_a_registration_is_counted_apart(case):
    stray = replace(case.of(case.registrations[0]), registration="0" * 64)
    assert case.report(extra=(stray,)) == AuditReport(3, (), 1)


def test_a_provider_that_is_not_installed_makes_its_registrations_faulty(case):
    case.providers = {}
    assert {reason for _, reason in case.faults()} == {"provider_not_installed"}


def test_the_wrong_evidence_key_is_told_at_once(case):
    case.key = PrivateKey(b"\x01" * 32)
    boxes = case.sealed
    with pytest.raises(Refused, match="evidence_key_other"):
        audit(case.fixed, case.log, boxes, case.key, case.providers)


def test_unreadable_evidence_is_counted_as_surplus(case):
    key = base64.b64decode(case.fixed.defined["evidence_key"])
    assert len(key) == 32
    report = audit(case.fixed, case.log, [*case.sealed, b"x" * 4144], case.key, case.providers)
    assert report == AuditReport(3, (), 1)


def test_codes_of_a_roll_are_audited_too(tmp_path):
    school = opened_world(tmp_path, electorate="roll")
    school.identify(school.voter(), 1)
    school.identify(school.voter(), 2)
    assert Case(school).report() == AuditReport(2, (), 0)


# -- the finding ------------------------------------------------------------------------


def test_the_finding_is_signed_by_both_auditors_and_put_on_the_board(held):
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    holding.audit_registrar(held.services, held.is_fixed, held.staff)
    entry = dict(held.services.board.entries(held.origin))[held.size() - 1]
    assert (entry["type"], entry["checked"], entry["faulty"]) == ("RegistrationAudited", 3, 0)
    assert [one["name"] for one in entry["auditors"]] == ["Doi", "Endo"]


def test_a_finding_with_one_signature_is_refused(held):
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    entry, blobs = audited_entry(AuditReport(3, (), 0))
    entry = held.staff.auditors[0].sign_audit(held.origin, entry)
    with pytest.raises(Rejected, match="auditors_too_few"):
        held.services.counting.post_audit(held.is_fixed, entry, blobs)


def test_a_long_finding_becomes_a_blob():
    faults = tuple(Fault(index, "evidence_missing") for index in range(2000))
    entry, blobs = audited_entry(AuditReport(2000, faults, 0))
    assert entry["faulty"] == 2000
    assert entry["sample"] == entries.blob_document(blobs[0])
    assert CARD not in entry
