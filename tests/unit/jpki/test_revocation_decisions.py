"""The decision table: what follows from each answer, per policy (attacks J04, J05)."""

import pytest

from tsukuba_trust.errors import Misconfigured, TrustError, Unavailable
from tsukuba_trust.jpki.decisions import ACCEPTED, DECISIONS, MARKED, decide
from tsukuba_trust.jpki.statuses import STATES
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.registry import load
from tsukuba_trust.revocation import NotChecked

TABLE = [
    # answer         optional                  required                  counter
    ("good", ACCEPTED, ACCEPTED, ACCEPTED),
    ("revoked", "cert_revoked", "cert_revoked", "cert_revoked"),
    ("unknown", "cert_refused", "cert_refused", "counter_needed"),
    ("stale", "cert_check_unavailable", "cert_check_unavailable", "cert_check_unavailable"),
    ("unreachable", "cert_check_unavailable", "cert_check_unavailable", "cert_check_unavailable"),
    ("not_checked", MARKED, "cert_check_unavailable", "cert_check_unavailable"),
]
ROWS = [
    (policy, row[0], expected)
    for row in TABLE
    for policy, expected in zip(("optional", "required", "counter"), row[1:], strict=True)
]


def outcome(policy, state):
    try:
        return ACCEPTED if decide(policy, state) else MARKED
    except TrustError as error:
        return error.code


@pytest.mark.parametrize(("policy", "state", "expected"), ROWS)
def test_the_table_is_what_happens(policy, state, expected):
    assert outcome(policy, state) == expected == DECISIONS[policy][state]


def test_the_table_has_every_answer_of_every_policy():
    assert {policy: set(row) for policy, row in DECISIONS.items()} == {
        policy: set(STATES) for policy in ("optional", "required", "counter")
    }


@pytest.mark.parametrize("policy", DECISIONS)
@pytest.mark.parametrize("state", ["GOOD", "", "fine", "good "])
def test_an_answer_that_nobody_knows_is_no_answer(policy, state):
    with pytest.raises(Unavailable):
        decide(policy, state)


@pytest.mark.parametrize("policy", ["required", "counter"])
def test_a_policy_that_needs_a_source_is_refused_without_one(policy):
    provider = MyNumberCard((), revocation=NotChecked())
    with pytest.raises(Misconfigured) as caught:
        provider.check({"revocation": policy})
    assert caught.value.code == "revocation_not_asked"


def test_persons_are_linked_only_where_the_source_links_them():
    with pytest.raises(Misconfigured) as caught:
        MyNumberCard(()).check({"person": "operator"})
    assert caught.value.code == "revocation_not_asked"


@pytest.mark.parametrize(
    "parameters", [{"revocation": "never"}, {"person": "name"}, {"revocation": True}], ids=str
)
def test_other_words_are_refused(parameters):
    with pytest.raises(Misconfigured):
        MyNumberCard(()).check(parameters)


def test_an_installation_without_a_word_asks_nobody_and_says_so():
    provider = load(["my-number-card"]).identity_providers["my-number-card"]
    assert provider.not_checked == ("revocation",)


def test_a_misspelt_source_stops_the_start():
    with pytest.raises(Misconfigured) as caught:
        load(["my-number-card"], {"my_number_card.revocation": "oscp"})
    assert "crl, not-checked, ocsp, operator" in str(caught.value)
