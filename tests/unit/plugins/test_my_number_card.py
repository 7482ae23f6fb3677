"""The My Number Card as an identity provider (attacks J01–J03, J07, O23)."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tsukuba_trust.board.canonical import decode, encode
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.interfaces import AttemptView, Identity
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.signature import registration_text
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.registry import load
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.certificates import utf8_string
from tsukuba_trust.testing.defect_changes import BIRTH_DATE, set_name
from tsukuba_trust.testing.defects import DEFECTS
from tsukuba_trust.testing.keys import card_key
from tsukuba_trust.testing.people import FROM_TSUCHIURA, Person

AT = datetime(2025, 3, 10, 3, 0, tzinfo=UTC)
HANAKO = Person("筑波　花子", "1980-02-17", "2", "茨城県つくば市研究学園一丁目１番地１")
ATTEMPT = AttemptView(
    id="0123456789abcdef0123456789abcdef",
    binding=hashlib.sha256(b"binding").digest(),
    title="つくば市ニーズ調査",
    origin="localhost/survey",
    voting_host="localhost:6543",
    locale="ja",
)


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority(AT)


@pytest.fixture(scope="module")
def provider(authority: TestAuthority) -> MyNumberCard:
    return MyNumberCard(authority.anchors)


@pytest.fixture(scope="module")
def card(authority: TestAuthority) -> TestCard:
    return authority.card(HANAKO)


def text_of(attempt: AttemptView) -> str:
    return registration_text(
        attempt.title, attempt.origin, attempt.voting_host, attempt.id, attempt.binding
    )


def answer(
    provider: MyNumberCard, card: TestCard, attempt: AttemptView = ATTEMPT, at: datetime = AT
) -> Identity:
    return provider.complete(attempt, {}, card.response(text_of(attempt)), at)


def ground(provider: MyNumberCard, response: object, attempt: AttemptView = ATTEMPT) -> str:
    with pytest.raises(CertificateRefused) as caught:
        provider.complete(attempt, {}, response, AT)
    return caught.value.reason


def test_the_challenge_is_the_text_to_sign(provider: MyNumberCard) -> None:
    begun = provider.begin(ATTEMPT)
    assert begun.challenge == {"shape": "app", "require": "sign", "text": text_of(ATTEMPT)}


def test_it_says_who_answered_and_what_it_did_not_check(
    provider: MyNumberCard, card: TestCard
) -> None:
    identity = answer(provider, card)
    assert identity.bound
    assert identity.not_checked == provider.not_checked == ("revocation", "genuine_authority")
    assert identity.warnings == ("test_anchor",)
    assert identity.attributes == {
        "name": HANAKO.name,
        "name_flags": "00000",
        "address": HANAKO.address,
        "address_flags": "0" * len(HANAKO.address),
        "birth_date": "1980-02-17",
        "sex": "2",
        "subject_locality": "Ibaraki-ken/Tsukuba-shi",
        "crl_locality": "Ibaraki-ken/Tsukuba-shi",
    }


def test_it_judges_nobodys_residence(provider: MyNumberCard, authority: TestAuthority) -> None:
    identity = answer(provider, authority.card(FROM_TSUCHIURA))
    assert identity.attributes["subject_locality"] == "Ibaraki-ken/Tsuchiura-shi"


def test_the_subject_stays_over_a_move_and_a_new_card(
    provider: MyNumberCard, authority: TestAuthority, card: TestCard
) -> None:
    moved = authority.card(replace(HANAKO, address="茨城県つくば市竹園一丁目２番地"))
    other = authority.card(replace(HANAKO, birth_date="1980-02-18"))
    first = answer(provider, card).subject
    assert answer(provider, moved).subject == first
    assert answer(provider, other).subject != first


def test_an_unknown_birth_date_is_empty_and_reported(
    provider: MyNumberCard, authority: TestAuthority
) -> None:
    draft = authority.draft(HANAKO)
    set_name(draft, BIRTH_DATE, utf8_string("319800000"))
    number = draft.serial - 0x2000_0001
    identity = answer(provider, TestCard(HANAKO, draft.make(), card_key(number)))
    assert identity.attributes["birth_date"] == ""
    assert "birth_date_unknown" in identity.warnings


@pytest.mark.parametrize("defect", ["expired", "unknown_root", "name_repeated", "sha1"])
def test_j01_a_defective_certificate_is_refused_with_its_ground(
    provider: MyNumberCard, authority: TestAuthority, defect: str
) -> None:
    card = authority.card(HANAKO, defect=defect)
    assert ground(provider, card.response(text_of(ATTEMPT))) == DEFECTS[defect].reason


@pytest.mark.parametrize(
    "change",
    [
        {"binding": hashlib.sha256(b"another").digest()},
        {"id": "f" * 32},
        {"title": "別の投票"},
        {"origin": "localhost/other"},
        {"voting_host": "evil.example"},
    ],
)
def test_j02_a_signature_for_another_attempt_is_refused(
    provider: MyNumberCard, card: TestCard, change: dict[str, object]
) -> None:
    """J02: whatever line of the text differs, the signature does not fit."""
    other = replace(ATTEMPT, **change)
    assert ground(provider, card.response(text_of(other))) == "signature_invalid"


def test_j02_a_swapped_certificate_or_signature_is_refused(
    provider: MyNumberCard, authority: TestAuthority, card: TestCard
) -> None:
    other = authority.card(replace(HANAKO, name="筑波　月子"))
    mixed = card.response(text_of(ATTEMPT)) | {
        "certificate": other.response("")["certificate"],
    }
    assert ground(provider, mixed) == "signature_invalid"


def appended(name: str, extra: bytes) -> Callable[[dict[str, str]], object]:
    def change(response: dict[str, str]) -> object:
        longer = base64.b64decode(response[name]) + extra
        return response | {name: base64.b64encode(longer).decode()}

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (appended("certificate", b"\0"), "cert_malformed"),
        (appended("signature", b"\0"), "signature_invalid"),
        (lambda r: r | {"certificate": r["certificate"] + "\n"}, "response_malformed"),
        (lambda r: r | {"signature": r["signature"].rstrip("=")}, "response_malformed"),
        (lambda r: r | {"signature": r["signature"][:-3] + "B=="}, "response_malformed"),
        (lambda r: r | {"signature": "A" * 9000}, "response_malformed"),
        (lambda r: r | {"signature": ["x"]}, "response_malformed"),
        (lambda r: r | {"second_signature": r["signature"]}, "response_malformed"),
        (lambda r: {"certificate": r["certificate"]}, "response_malformed"),
        (lambda r: [r], "response_malformed"),
        (lambda r: None, "response_malformed"),
    ],
)
def test_j02_extra_or_missing_data_in_the_answer_is_refused(
    provider: MyNumberCard, card: TestCard, change: Callable[[object], object], expected: str
) -> None:
    assert ground(provider, change(card.response(text_of(ATTEMPT)))) == expected


def test_j03_each_election_says_which_certificate_it_takes(
    provider: MyNumberCard, authority: TestAuthority, card: TestCard
) -> None:
    login = authority.card(HANAKO, purpose="auth")
    wants_login = replace(ATTEMPT, parameters={"require": "auth"})
    assert ground(provider, login.response(text_of(ATTEMPT))) == "cert_wrong_purpose"
    assert ground(provider, card.response(text_of(ATTEMPT)), wants_login) == "cert_wrong_purpose"
    identity = answer(provider, login, wants_login)
    assert identity.attributes == {}
    assert provider.begin(wants_login).challenge["require"] == "auth"


@pytest.mark.parametrize(
    "response",
    [
        {"certificate": "123456789018", "signature": "AAAA"},
        {"certificate": "AAAA", "signature": "１２３４５６７８９０１８"},
        {"my_number": "1234 5678 9018"},
        "123456789018",
    ],
)
def test_j07_a_my_number_in_the_answer_is_refused(provider: MyNumberCard, response: object) -> None:
    assert ground(provider, response) == "my_number_given"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({"requires": "sign"}, "parameter_unknown"), ({"require": "seal"}, "parameter_value")],
)
def test_wrong_parameters_are_named(
    provider: MyNumberCard, parameters: dict[str, str], code: str
) -> None:
    provider.check({})
    provider.check({"require": "auth"})
    with pytest.raises(Misconfigured) as caught:
        provider.check(parameters)
    assert caught.value.code == code


def test_an_auditor_checks_the_evidence_again(provider: MyNumberCard, card: TestCard) -> None:
    identity = answer(provider, card)
    assert provider.recheck(identity.evidence, ATTEMPT.binding, AT) == identity


def reject(provider: MyNumberCard, evidence: bytes, at: datetime = AT) -> str:
    with pytest.raises(Rejected) as caught:
        provider.recheck(evidence, ATTEMPT.binding, at)
    return caught.value.code


def test_evidence_does_not_stand_for_another_binding_or_time(
    provider: MyNumberCard, card: TestCard
) -> None:
    evidence = answer(provider, card).evidence
    with pytest.raises(Rejected, match="signature_invalid"):
        provider.recheck(evidence, bytes(32), AT)
    assert reject(provider, evidence, AT + timedelta(days=3000)) == "cert_expired"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "別の投票"}, "signature_invalid"),
        ({"require": "auth"}, "cert_wrong_purpose"),
        ({"require": "seal"}, "evidence_malformed"),
        ({"require": ["sign"]}, "evidence_malformed"),
        ({"v": 2}, "evidence_malformed"),
        ({"title": "a\nb"}, "evidence_malformed"),
        ({"title": 7}, "evidence_malformed"),
        ({"certificate": "AAAA"}, "cert_malformed"),
        ({"certificate": "!"}, "response_malformed"),
        ({"more": "x"}, "evidence_malformed"),
    ],
)
def test_changed_evidence_is_rejected(
    provider: MyNumberCard, card: TestCard, change: dict[str, object], code: str
) -> None:
    kept = decode(answer(provider, card).evidence)
    assert reject(provider, encode(kept | change)) == code


def test_evidence_that_is_not_canonical_is_rejected(provider: MyNumberCard) -> None:
    assert reject(provider, b"{} ") == "not_canonical"


def test_o23_an_identity_shows_nothing_of_the_person(
    provider: MyNumberCard, card: TestCard
) -> None:
    identity = answer(provider, card)
    for secret in ("花子", "1980", "つくば", identity.subject):
        assert secret not in repr(identity)


def test_the_settings_choose_the_authorities(authority: TestAuthority, tmp_path: Path) -> None:
    authority.write_anchors(tmp_path)
    settings = {"my_number_card.anchors": str(tmp_path)}
    with pytest.raises(Misconfigured) as caught:
        load(["my-number-card"], settings)
    assert caught.value.code == "anchor_test"
    settings["my_number_card.allow_test_anchors"] = "true"
    provider = load(["my-number-card"], settings).identity_providers["my-number-card"]
    assert answer(provider, authority.card(HANAKO)).bound


def test_the_genuine_authorities_are_the_default_and_refuse_test_cards(card: TestCard) -> None:
    provider = load(["my-number-card"]).identity_providers["my-number-card"]
    assert ground(provider, card.response(text_of(ATTEMPT))) == "cert_unknown_issuer"
