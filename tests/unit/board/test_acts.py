"""Approvals, audits, registrations: who signed what for which election (section 7 row 22)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board_logs import CONTESTS, ORIGIN, Log, credential, key, public
from tsukuba_trust.board import acts, encodings, registration
from tsukuba_trust.board.signatures import check_signature
from tsukuba_trust.errors import Rejected

OFFICERS = [
    {"name": "a", "organisation": "city", "key": public("a")},
    {"name": "b", "organisation": "city", "key": public("b")},
    {"name": "c", "organisation": "school", "key": public("c")},
]
RULE = {"total": 2, "from_each": ["city", "school"]}
ACT = {
    "type": "OfficersAct",
    "act": "suspend",
    "number": 3,
    "at": "2025-03-20T10:00+09:00",
    "reason": {"text": "flood"},
    "subject": [],
    "approvals": [],
}


def approved(*names, origin=ORIGIN, **changes):
    act = {**ACT, **changes}
    for name in names:
        act = acts.approve(origin, act, name, key(name))
    return act


def refuses(code, step="5"):
    return pytest.raises(Rejected, match=rf"^{code}\b")


def test_enough_approvals_from_each_organisation_are_enough():
    acts.check_approvals(ORIGIN, approved("c", "a"), OFFICERS, RULE)
    acts.check_approvals(ORIGIN, approved("a", "b", "c"), OFFICERS, RULE)


def test_approvals_stand_in_one_order_whoever_signed_first():
    assert approved("a", "c") == approved("c", "a")


@pytest.mark.parametrize("names", [(), ("a",), ("c",), ("a", "b")])
def test_too_few_approvals_or_none_from_one_organisation_are_refused(names):
    with refuses("approvals_too_few"):
        acts.check_approvals(ORIGIN, approved(*names), OFFICERS, RULE)


def test_one_officer_counts_once():
    act = approved("a", "c")
    act["approvals"].append(act["approvals"][0])
    with refuses("officer_twice"):
        acts.check_approvals(ORIGIN, act, OFFICERS, RULE)


def test_a_stranger_does_not_approve():
    with refuses("officer_unknown"):
        acts.check_approvals(ORIGIN, approved("a", "c", "z"), OFFICERS, RULE)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 4},
        {"act": "resume"},
        {"reason": {"text": "fire"}},
        {"at": "2025-03-20T10:01+09:00"},
        {"subject": ["00" * 32]},
        {"change": {"closes": "2025-03-25T00:00+09:00"}},
    ],
    ids="".join,
)
def test_an_approval_is_of_one_act_in_every_field(change):
    with refuses("approval_signature"):
        acts.check_approvals(ORIGIN, {**approved("a", "c"), **change}, OFFICERS, RULE)


@pytest.mark.parametrize(
    "key", [bytes([1, *[0] * 31]), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f"]
)
def test_under_a_key_of_small_order_nobody_signs(key):
    signature = base64.b64encode(bytes([1, *[0] * 63])).decode()
    for data in map(bytes, range(16)):  # one in eight would stand
        with pytest.raises(Rejected, match="forged"):
            check_signature(base64.b64encode(key).decode(), signature, data, "forged", step="5")


def test_an_approval_is_of_one_election():
    act = approved("a", "c", origin="board.example.jp/e/other")
    with refuses("approval_signature"):
        acts.check_approvals(ORIGIN, act, OFFICERS, RULE)


def test_a_surplus_approval_must_stand_too():
    act = approved("a", "b", "c")
    act["approvals"][1]["signature"] = encodings.base64_text(bytes(64))
    with refuses("approval_signature"):
        acts.check_approvals(ORIGIN, act, OFFICERS, {"total": 1, "from_each": []})


def test_it_names_the_officer_whose_approval_does_not_stand():
    act = approved("a", "b", "c")
    named = act["approvals"][1]["officer"]
    act["approvals"][1]["signature"] = encodings.base64_text(bytes(64))
    with pytest.raises(Rejected, match=f"act {act['number']}: {named}"):
        acts.check_approvals(ORIGIN, act, OFFICERS, RULE)


def test_o12_a_rule_is_lowered_only_under_itself():
    """The rule before the act decides; advancing past the act puts the new one in force."""
    lower = {"total": 1, "from_each": []}
    log = Log(approval={"total": 2}).until_open()
    before = log.state.approval
    log.act("change-approval", change={"approval": lower})
    act = approved("a", act="change-approval", change={"approval": lower})
    with refuses("approvals_too_few"):
        acts.check_approvals(ORIGIN, act, OFFICERS, before)
    assert log.state.approval == lower


@pytest.mark.parametrize("field", ["name", "key"])
def test_officers_are_different_people(field):
    alike = [OFFICERS[0], {**OFFICERS[1], field: OFFICERS[0][field]}]
    with refuses("officers_alike"):
        acts.check_officers(alike, {"total": 1, "from_each": []})


@pytest.mark.parametrize("rule", [{"total": 4, "from_each": []}, {"total": 1, "from_each": ["x"]}])
def test_a_rule_that_nobody_can_meet_is_refused(rule):
    acts.check_officers(OFFICERS, RULE)
    with refuses("approval_impossible"):
        acts.check_officers(OFFICERS, rule)


AUDITORS = [{"name": name, "key": public(name)} for name in ("x", "y", "z")]
AUDIT = {"type": "RegistrationAudited", "checked": 3, "faulty": 0, "sample": {"text": "[]"}}


def audited(*names):
    entry = dict(AUDIT)
    for name in names:
        entry = acts.sign_audit(ORIGIN, entry, name, key(name))
    return entry


def test_two_auditors_are_enough_or_the_only_one():
    acts.check_audit(ORIGIN, audited("z", "x"), AUDITORS)
    acts.check_audit(ORIGIN, audited("x"), AUDITORS[:1])


def test_one_of_three_auditors_is_not_enough_even_twice():
    with refuses("auditors_too_few"):
        acts.check_audit(ORIGIN, audited("x"), AUDITORS)
    with refuses("auditors_too_few"):
        acts.check_audit(ORIGIN, audited("x", "x"), AUDITORS)


def test_auditors_sign_their_own_numbers_in_their_own_election():
    with refuses("audit_signature"):
        acts.check_audit(ORIGIN, {**audited("x", "y"), "faulty": 1}, AUDITORS)
    with refuses("audit_signature"):
        acts.check_audit("board.example.jp/e/other", audited("x", "y"), AUDITORS)
    with refuses("auditor_unknown"):
        acts.check_audit(ORIGIN, audited("x", "y"), AUDITORS[:1])


# Registrations


def registered():
    log = Log().until_open()
    log.register("ann")
    return registration.sign(ORIGIN, log.entries[-1], key("registrar"))


def test_the_registrars_line_stands():
    registration.check(ORIGIN, registered(), public("registrar"))


def test_the_registrars_line_of_one_election_does_not_stand_in_another():
    with refuses("registrar_signature"):
        registration.check("board.example.jp/e/other", registered(), public("registrar"))


@pytest.mark.parametrize(
    "change", [{"replaces": 3}, {"provider": "x"}, {"bound": True}, {"evidence": "00" * 32}]
)
def test_the_registrar_signs_every_field(change):
    with refuses("registrar_signature"):
        registration.check(ORIGIN, {**registered(), **change}, public("registrar"))


def test_somebody_elses_line_is_not_the_registrars():
    with refuses("registrar_signature"):
        registration.check(ORIGIN, registered(), public("a"))
    with refuses("registrar_signature"):
        registration.check(ORIGIN, registered(), "A" * 42)


PAIRS = [(contest, credential("ann", contest)) for contest in CONTESTS]


def bind(origin=ORIGIN, digest="d" * 64, attempt="a" * 32, blind=bytes(32), pairs=PAIRS):
    return registration.binding(origin, digest, attempt, blind, pairs)


def test_a_binding_is_the_same_in_whatever_order_contests_come():
    assert bind() == bind(pairs=PAIRS[::-1])
    assert len(bind()) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "board.example.jp/e/other"},
        {"digest": "e" * 64},
        {"attempt": "b" * 32},
        {"blind": bytes(31) + b"\1"},
        {"pairs": PAIRS[:1]},
        {"pairs": [(PAIRS[0][0], PAIRS[1][1]), (PAIRS[1][0], PAIRS[0][1])]},
    ],
    ids="".join,
)
def test_a_binding_depends_on_everything_in_it(change):
    assert bind(**change) != bind()


WORDS = st.text('a",[]', max_size=4)


@given(*[st.lists(WORDS, min_size=6, max_size=6)] * 2)
def test_p08_no_two_registrations_share_a_binding(one, other):
    """Parts that run into each other must not meet, whatever quotes and brackets they hold."""

    def made(words):
        origin, digest, attempt, uuid, credential, more = words
        return bind(origin, digest, attempt, bytes(32), [(uuid, credential), ("z" + more, "c")])

    assert (made(one) == made(other)) == (one == other)


def test_the_prefix_of_a_proof_names_contest_and_credential():
    assert registration.proof_prefix("u", "c") == "register|u|c|"


def test_evidence_is_named_by_its_salted_digest():
    salted = registration.evidence_digest(b"s" * 32, b"evidence")
    assert salted != registration.evidence_digest(b"t" * 32, b"evidence")
    assert len(salted) == 64
