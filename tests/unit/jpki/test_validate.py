"""The validator: what it accepts, and each defect with its own ground (attacks J01, J03, O23)."""

from datetime import date, datetime, timedelta

import pytest
from cryptography import x509

from tsukuba_trust.errors import Refused
from tsukuba_trust.jpki import validate as validator
from tsukuba_trust.jpki.refusal import CertificateRefused
from tsukuba_trust.jpki.validate import validate
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.cards import TestCard
from tsukuba_trust.testing.defects import DEFECTS
from tsukuba_trust.testing.people import FOREIGN_RESIDENT, Person


def reason_of(data: bytes, at: datetime, anchors: object, purpose: str = "sign") -> str:
    with pytest.raises(CertificateRefused) as caught:
        validate(data, at, anchors, purpose)
    return caught.value.reason


def test_it_accepts_a_signing_certificate_and_reads_its_holder(
    card: TestCard, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    valid = validate(card.certificate, at, authority.anchors, "sign")
    assert valid.attributes is not None
    assert valid.attributes.name == resident.name
    assert valid.attributes.name_flags == "00000"
    assert valid.attributes.sex == "2"
    assert valid.attributes.birth_date.day == "1980-02-17"
    assert valid.attributes.address == resident.address
    assert valid.subject_locality == "Ibaraki-ken/Tsukuba-shi"
    assert valid.crl_locality == "Ibaraki-ken/Tsukuba-shi"


def test_it_accepts_a_foreign_residents_latin_name(authority: TestAuthority, at: datetime) -> None:
    valid = validate(authority.issue(FOREIGN_RESIDENT), at, authority.anchors, "sign")
    assert valid.attributes is not None
    assert valid.attributes.name == "ＮＧＵＹＥＮ　ＬＡＮ　ＡＮＨ"


def test_it_accepts_an_authentication_certificate_without_attributes(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    valid = validate(authority.issue(resident, purpose="auth"), at, authority.anchors, "auth")
    assert valid.attributes is None


@pytest.mark.parametrize("name", DEFECTS)
def test_j01_each_defect_is_refused_with_its_own_ground(
    name: str, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    """J01: expired, wrong usage, no authority, unknown root, wrong policy, weak hash, …"""
    data = authority.issue(resident, defect=name)
    assert reason_of(data, at, authority.careless_anchors) == DEFECTS[name].reason


@pytest.mark.parametrize(
    ("check", "defect"),
    [
        ("check_algorithm", "sha1"),
        ("check_issued", "issuer_name_borrowed"),
        ("check_validity", "expired"),
        ("check_policy", "test_policy"),
        ("check_key_usage", "no_non_repudiation"),
        ("check_critical_extensions", "unknown_critical_extension"),
    ],
)
def test_j01_each_check_is_needed(
    monkeypatch: pytest.MonkeyPatch,
    check: str,
    defect: str,
    authority: TestAuthority,
    at: datetime,
    resident: Person,
) -> None:
    """Without the check its defect is accepted, or only a later check stops it (J01)."""
    data = authority.issue(resident, defect=defect)
    monkeypatch.setattr(validator, check, lambda *_arguments: None)
    if check == "check_algorithm":
        assert reason_of(data, at, authority.anchors) == "cert_bad_signature"
    else:
        validate(data, at, authority.anchors, "sign")


def test_j01_a_pinned_certificate_that_is_no_authority_issues_nothing(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    data = authority.issue(resident, defect="issuer_not_authority")
    anchors = authority.careless_anchors
    assert reason_of(data, at, anchors) == "cert_issuer_not_authority"
    object.__setattr__(anchors[-1], "authority", True)  # without the check it would be believed
    validate(data, at, anchors, "sign")


def test_j01_a_card_cannot_issue_cards(
    authority: TestAuthority, card: TestCard, at: datetime, resident: Person
) -> None:
    draft = authority.draft(resident)
    draft.issuer = type(draft.issuer)(_parsed(card.certificate), card.key)
    assert reason_of(draft.make(), at, authority.anchors) == "cert_unknown_issuer"


def test_j01_a_card_is_refused_once_its_authority_is_not_valid(
    authority: TestAuthority, resident: Person
) -> None:
    draft = authority.draft(resident)
    end = authority.issuers.sign.certificate.not_valid_after_utc
    draft.not_after = end + timedelta(days=30)
    data = draft.make()
    validate(data, end, authority.anchors, "sign")
    assert reason_of(data, end + timedelta(seconds=1), authority.anchors) == "cert_issuer_not_valid"


def test_validity_holds_to_the_last_second(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    last = _parsed(card.certificate).not_valid_after_utc
    validate(card.certificate, last, authority.anchors, "sign")
    late = last + timedelta(seconds=1)
    assert reason_of(card.certificate, late, authority.anchors) == "cert_expired"


def test_the_expired_card_has_its_own_page_and_all_else_shares_one(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    pages = {}
    for defect in ("expired", "not_yet_valid", "sha1"):
        with pytest.raises(Refused) as caught:
            validate(authority.issue(resident, defect=defect), at, authority.anchors, "sign")
        pages[defect] = caught.value.code
    assert pages == {
        "expired": "cert_expired",
        "not_yet_valid": "cert_refused",
        "sha1": "cert_refused",
    }


def test_it_does_not_believe_another_test_authority_of_the_same_name(
    card: TestCard, at: datetime
) -> None:
    assert reason_of(card.certificate, at, TestAuthority(at).anchors) == "cert_unknown_issuer"


@pytest.mark.parametrize("cut", [1, 2, 4, 40, 400, 1200])
def test_it_refuses_a_truncated_certificate(
    card: TestCard, authority: TestAuthority, at: datetime, cut: int
) -> None:
    assert reason_of(card.certificate[:-cut], at, authority.anchors) == "cert_malformed"


def test_it_refuses_every_flipped_bit_of_a_certificate(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    for place in range(0, len(card.certificate), 7):
        broken = bytearray(card.certificate)
        broken[place] ^= 1
        with pytest.raises(CertificateRefused):
            validate(bytes(broken), at, authority.anchors, "sign")


def test_j03_an_authentication_certificate_is_refused_where_signing_is_required(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    data = authority.issue(resident, purpose="auth")
    assert reason_of(data, at, authority.anchors) == "cert_wrong_purpose"


def test_j03_a_signing_certificate_is_refused_where_authentication_is_required(
    card: TestCard, authority: TestAuthority, at: datetime
) -> None:
    assert reason_of(card.certificate, at, authority.anchors, "auth") == "cert_wrong_purpose"


def test_j03_policy_and_usage_tell_the_kinds_apart_even_under_one_authority(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    draft = authority.draft(resident)
    draft.issuer = authority.issuers.auth
    assert reason_of(draft.make(), at, authority.anchors, "auth") == "cert_wrong_policy"
    DEFECTS["auth_policy"].change(draft, authority.issuers)
    assert reason_of(draft.make(), at, authority.anchors, "auth") == "cert_wrong_key_usage"


def test_j03_non_repudiation_is_refused_on_an_authentication_certificate(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    draft = authority.draft(resident, purpose="auth")
    draft.usages.add("content_commitment")
    assert reason_of(draft.make(), at, authority.anchors, "auth") == "cert_wrong_key_usage"


def test_j03_client_authentication_must_be_named_on_an_authentication_certificate(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    draft = authority.draft(resident, purpose="auth")
    draft.client_auth = False
    assert reason_of(draft.make(), at, authority.anchors, "auth") == "cert_wrong_key_usage"


def test_j03_an_authentication_certificate_with_attributes_is_refused(
    authority: TestAuthority, at: datetime, resident: Person
) -> None:
    draft = authority.draft(resident, purpose="auth")
    draft.other_names = authority.draft(resident).other_names
    assert reason_of(draft.make(), at, authority.anchors, "auth") == "cert_attributes_not_allowed"


def test_j03_nobody_under_fifteen_has_a_signing_certificate(
    authority: TestAuthority, at: datetime
) -> None:
    child = Person("筑波　太郎", date(2014, 4, 2).isoformat(), "1", "茨城県つくば市並木１番地")
    with pytest.raises(Refused, match="no_signing_certificate"):
        authority.card(child)
    data = authority.issue(child, purpose="auth")
    assert reason_of(data, at, authority.anchors) == "cert_wrong_purpose"


@pytest.mark.parametrize("name", DEFECTS)
def test_o23_no_refusal_says_anything_about_the_holder(
    name: str, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    """O23: neither the message nor a chained library error holds a byte of the certificate."""
    data = authority.issue(resident, defect=name)
    with pytest.raises(CertificateRefused) as caught:
        validate(data, at, authority.careless_anchors, "sign")
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    for secret in (*resident.name.split("　"), "1980", resident.address, "Tsukuba", "TEST0"):
        assert secret not in f"{error} {error!r}"


def test_o23_what_was_read_hides_from_repr(
    card: TestCard, authority: TestAuthority, at: datetime, resident: Person
) -> None:
    valid = validate(card.certificate, at, authority.anchors, "sign")
    shown = f"{valid!r} {valid.attributes!r} {card!r}"
    for secret in (resident.name, resident.address, resident.birth_date, "Tsukuba-shi"):
        assert secret not in shown


def _parsed(data: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(data)
