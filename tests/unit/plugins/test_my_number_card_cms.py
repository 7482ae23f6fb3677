"""The card's answer in CMS: accepted, kept for the auditors, and read again."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from tsukuba_trust.board.canonical import decode, encode
from tsukuba_trust.errors import Rejected
from tsukuba_trust.interfaces import AttemptView
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.messages import message
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 10, 3, 0, tzinfo=UTC)
ATTEMPT = AttemptView(
    id="0123456789abcdef0123456789abcdef",
    binding=hashlib.sha256(b"binding").digest(),
    title="つくば市ニーズ調査",
    origin="localhost/survey",
    voting_host="localhost:6543",
    locale="ja",
)
TEXT = registration_text(
    ATTEMPT.title, ATTEMPT.origin, ATTEMPT.voting_host, ATTEMPT.id, ATTEMPT.binding
)


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def provider(authority: TestAuthority) -> MyNumberCard:
    return MyNumberCard(authority.anchors)


@pytest.fixture(scope="module")
def card(authority: TestAuthority) -> TestCard:
    return authority.card(people(1, 2)[1])


def response(card: TestCard, text: str = TEXT) -> dict[str, str]:
    return {"cms": base64.b64encode(message(card, text).make()).decode("ascii")}


def test_both_forms_name_the_same_person(provider: MyNumberCard, card: TestCard) -> None:
    from_cms = provider.complete(ATTEMPT, {}, response(card), AT)
    raw = provider.complete(ATTEMPT, {}, card.response(TEXT), AT)
    assert (from_cms.subject, from_cms.attributes) == (raw.subject, raw.attributes)


def test_an_auditor_checks_the_kept_message_again(provider: MyNumberCard, card: TestCard) -> None:
    identity = provider.complete(ATTEMPT, {}, response(card), AT)
    assert decode(identity.evidence)["cms"] == response(card)["cms"]
    assert provider.recheck(identity.evidence, ATTEMPT.binding, AT).subject == identity.subject


def test_a_kept_message_does_not_stand_for_another_binding(
    provider: MyNumberCard, card: TestCard
) -> None:
    evidence = provider.complete(ATTEMPT, {}, response(card), AT).evidence
    with pytest.raises(Rejected, match="cms_other_text"):
        provider.recheck(evidence, bytes(32), AT)
    with pytest.raises(Rejected, match="evidence_malformed"):
        provider.recheck(encode(decode(evidence) | {"signature": "AAAA"}), ATTEMPT.binding, AT)


def test_j02_a_message_over_another_attempt_is_refused(
    provider: MyNumberCard, card: TestCard
) -> None:
    with pytest.raises(CertificateRefused) as caught:
        provider.complete(ATTEMPT, {}, response(card, TEXT[:-1] + "0"), AT)
    assert caught.value.reason == "cms_other_text"


@pytest.mark.parametrize("more", ["certificate", "signature", "text"])
def test_j02_a_message_comes_alone(provider: MyNumberCard, card: TestCard, more: str) -> None:
    """One answer, one signature: nobody may choose which of two counts."""
    given = response(card) | {more: card.response(TEXT).get(more, "x")}
    with pytest.raises(CertificateRefused, match="response_malformed"):
        provider.complete(ATTEMPT, {}, given, AT)


def test_a_message_without_end_is_refused_before_it_is_decoded(
    provider: MyNumberCard,
) -> None:
    with pytest.raises(CertificateRefused, match="response_malformed"):
        provider.complete(ATTEMPT, {}, {"cms": "A" * 24_004}, AT)
