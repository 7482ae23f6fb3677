"""Age, residence and readiness (elections-jp.md 7, jpki.md 7)."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.elections.residence import check_residence
from tsukuba_trust.elections.rules import (
    age_day,
    age_on,
    check_evidence,
    judge,
    ready,
    rehearsal_of,
)
from tsukuba_trust.errors import Refused
from tsukuba_trust.values import Eligibility

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
NONE = "log x\nquorum none\n"
HOME = "茨城県つくば市研究学園１－１－１"


@pytest.fixture
def survey(plugins):
    election = load(data_dir("config") / "elections" / "needs-survey-2025.toml", registry=plugins)
    officers = tuple(replace(officer, key=KEY) for officer in election.officers)
    return replace(election, officers=officers)


def card(address=HOME, flags=None, **more):
    return {"address": address, "address_flags": flags or "0" * len(address), **more}


def verdict(attributes):
    try:
        check_residence("08220", attributes)
    except Refused as refusal:
        assert HOME not in str(refusal)
        return refusal.code
    return "accepted"


def test_a_tsukuba_address_is_accepted():
    assert verdict(card()) == "accepted"


def test_a_substituted_character_after_the_prefix_does_not_matter():
    assert verdict(card(flags="0" * 7 + "1" + "0" * (len(HOME) - 8))) == "accepted"


@pytest.mark.parametrize(
    "address",
    [
        "茨城県土浦市大和町９－１",
        "茨城県つくばみらい市福田１９５",
        "つくばみらい市福田１９５",
        "東京都清瀬市観布子南１２－７－２０２",
        "神奈川県横浜市中区本町１",
        "茨城県ひたちなか市東石川２",
    ],
)
def test_another_municipality_is_not_tsukuba(address):
    assert verdict(card(address)) == "not_tsukuba"


@pytest.mark.parametrize(
    "address",
    [
        "茨城県つくば市",
        "つくば市研究学園１",
        "茨城県ﾂｸﾊﾞ市研究学園１",
        unicodedata.normalize("NFD", HOME),
        "茨城県筑波郡谷田部町１",
        "茨城県筑波市研究学園１",
        "茨城縣つくば市研究学園１",
        "茨\U000e0100城県つくば市研究学園１",
        "茨城県つくば市\U000e0100研究学園１",
        "茨城県つくば市\u3099研究学園１",
        "茨城県 つくば市研究学園１",
        "　茨城県つくば市研究学園１",
        "茨城県つくば町研究学園１",
        "国外　アメリカ合衆国",
        "CHICAGO ILLINOIS",
        "",
    ],
)
def test_what_is_close_goes_to_the_counter(address):
    assert verdict(card(address)) == "counter_needed"


@pytest.mark.parametrize("place", range(7))
def test_a_substituted_character_in_the_prefix_goes_to_the_counter(place):
    flags = "0" * place + "1" + "0" * (len(HOME) - place - 1)
    assert verdict(card(flags=flags)) == "counter_needed"
    other = HOME[:place] + "〓" + HOME[place + 1 :]
    assert verdict(card(other, flags)) == "counter_needed"


@pytest.mark.parametrize("flags", ["0" * 7, "0" * (len(HOME) + 1), "x" * len(HOME)])
def test_flags_that_do_not_fit_go_to_the_counter(flags):
    assert verdict(card(flags=flags)) == "counter_needed"


@pytest.mark.parametrize("name", ["subject_locality", "crl_locality"])
def test_words_of_the_issuer_that_differ_go_to_the_counter(name):
    same = "Ibaraki-ken/Tsukuba-shi"
    assert verdict(card(**{name: same})) == "accepted"
    assert verdict(card(**{name: "Ibaraki-ken/Tsuchiura-shi"})) == "counter_needed"
    assert verdict(card(**{name: ""})) == "counter_needed"


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2006, 10, 28), date(2024, 10, 27), 18),
        (date(2006, 10, 29), date(2024, 10, 27), 17),
        (date(2000, 12, 10), date(2018, 12, 9), 18),
        (date(2004, 2, 29), date(2022, 2, 28), 18),
        (date(2004, 2, 29), date(2022, 2, 27), 17),
        (date(2004, 2, 29), date(2024, 2, 28), 20),
        (date(2007, 1, 1), date(2024, 12, 31), 18),
        (date(2007, 4, 1), date(2025, 3, 31), 18),
    ],
)
def test_a_year_of_age_is_full_on_the_day_before_the_birthday(birth, day, years):
    assert age_on(birth, day) == years


@pytest.mark.parametrize(
    ("birth_date", "code"),
    [
        ("2010-03-25", ""),
        ("1930-01-01", ""),
        ("2010-03-26", "not_eligible"),
        ("", "counter_needed"),
    ],
)
def test_it_judges_age_on_the_last_day(survey, birth_date, code):
    rule = Eligibility(minimum_age=15)
    assert age_day(survey) == date(2025, 3, 24)
    try:
        judge(rule, {"birth_date": birth_date}, age_day(survey))
    except Refused as refusal:
        assert refusal.code == code
    else:
        assert code == ""


def test_an_election_may_fix_another_day_for_ages(survey):
    rule = replace(survey.eligibility, age_on="2025-04-01")
    assert age_day(replace(survey, eligibility=rule)) == date(2025, 4, 1)


def test_it_judges_residence(survey):
    judge(survey.eligibility, card(), age_day(survey))
    with pytest.raises(Refused, match="not_tsukuba"):
        judge(survey.eligibility, card("茨城県土浦市大和町９"), age_day(survey))


def test_unbound_evidence_needs_the_elections_consent(survey):
    with pytest.raises(Refused, match="unbound_not_accepted"):
        check_evidence(survey, bound=False, not_checked=())
    check_evidence(replace(survey, accept_unbound=True), bound=False, not_checked=())


def test_a_binding_election_refuses_what_nobody_checked(survey):
    check_evidence(survey, bound=True, not_checked=("revocation",))
    with pytest.raises(Refused, match="cert_check_unavailable"):
        check_evidence(replace(survey, effect="binding"), bound=True, not_checked=("revocation",))


def test_nothing_asked_is_nothing_refused(survey):
    judge(Eligibility(), {}, age_day(survey))


def test_a_binding_election_with_witnesses_and_every_check_is_ready(survey):
    ready(replace(survey, effect="binding"), witness_policy="log x\nquorum machines\n")


def test_a_survey_is_ready_without_witnesses(survey):
    ready(survey, witness_policy=NONE, not_checked=("revocation",))


def test_a_binding_election_is_not_ready_without_witnesses(survey):
    with pytest.raises(Refused, match="witnesses_missing"):
        ready(replace(survey, effect="binding"), witness_policy=NONE)


def test_a_binding_election_is_not_ready_without_revocation(survey):
    with pytest.raises(Refused, match="identity_not_checked"):
        ready(
            replace(survey, effect="binding"),
            witness_policy="log x\nquorum machines\n",
            not_checked=("revocation",),
        )


def test_an_officer_without_a_key_is_not_ready(survey):
    officers = (replace(survey.officers[0], key=""), *survey.officers[1:])
    with pytest.raises(Refused, match="officer_key_missing"):
        ready(replace(survey, officers=officers), witness_policy=NONE)


def test_a_public_office_election_is_not_ready_without_a_legal_basis(survey):
    with pytest.raises(Refused, match="legal_basis_missing"):
        ready(replace(survey, kind="public-office"), witness_policy=NONE)


def test_a_rehearsal_of_a_binding_election_is_a_mock_vote(survey):
    assert rehearsal_of(survey) is survey
    mock = rehearsal_of(replace(survey, effect="binding"))
    assert (mock.effect, mock.slug) == ("mock", "needs-survey-2025-mock")
