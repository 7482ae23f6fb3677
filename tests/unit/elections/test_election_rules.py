"""One broken rule per test: each is refused with its code, naming file and key (D9)."""

from datetime import date

import pytest

from tsukuba_trust.errors import Misconfigured

MISSING = object()


def put(content, path, value):
    *way, last = path
    for step in way:
        content = content[step]
    if value is MISSING:
        del content[last]
    else:
        content[last] = value


def refusal(check, content):
    with pytest.raises(Misconfigured) as raised:
        check(content)
    assert raised.value.where.startswith("x.toml")
    assert "\n" not in str(raised.value)
    return raised.value


def test_the_untouched_file_passes(content, checked):
    assert checked(content).slug == "survey-2025"


FIRST = ("contests", 0)
OPTION = (*FIRST, "options", 1)
KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
MOCK = {"slug": "mock-2025", "effect": "mock"}
CASES = [
    (("slug",), "Survey-2025", "slug_malformed"),
    (("slug",), "survey--2025", "slug_malformed"),
    (("slug",), "s" * 60 + "-2025", "slug_malformed"),
    (("slug",), "survey", "slug_without_year"),
    (("slug",), "survey-mock-2025", "slug_mock"),
    (("effect",), "mock", "slug_mock"),
    (("kind",), "public-office", "legal_basis_missing"),
    (("kind",), "party", "value_unknown"),
    (("effect",), "maybe", "value_unknown"),
    (("group",), "BELENIOS-256", "group_unknown"),
    (("languages",), ["en"], "value_unknown"),
    (("languages",), ["ja", "ja"], "value_twice"),
    (("languages",), ["ja", "en", "ko"], "translation_missing"),
    (("minimum_ballots",), MISSING, "key_missing"),
    (("minimum_ballots",), 0, "value_out_of_range"),
    (("minimum_ballots",), 10.0, "wrong_type"),
    (("minimum_ballots",), True, "wrong_type"),
    (("retention_days",), MISSING, "key_missing"),
    (("secret_setting",), 1, "key_unknown"),
    (("title", "ja"), MISSING, "official_text_missing"),
    (("title", "en"), MISSING, "translation_missing"),
    (("title", "ko"), "제목", "key_unknown"),
    (("title", "ja"), "", "text_empty"),
    (("title", "ja"), " 題", "text_empty"),
    (("title", "ja"), "題\n名", "control_character"),
    (("title", "en"), "Ti\u0007tle", "control_character"),
    (("title", "en"), "Ti\u202etle", "control_character"),
    (("title", "en"), "Ti\u2028tle", "control_character"),
    (("title",), "Title", "wrong_type"),
    (("description", "ja"), "一\r\n二", "control_character"),
    (("conditions", 0, "en"), "Since Sunday, 20 February 2025", "weekday_contradicts"),
    (("contact", "ja"), "2月30日まで", "date_impossible"),
    (("period", "opens"), "2025-02-08(木) 00:00", "weekday_contradicts"),
    (("period", "opens"), "2025-02-20 00:00", "weekday_missing"),
    (("period", "opens"), "2025-02-20 (Thu)", "time_malformed"),
    (("period", "opens"), "2025-02-30 (Thu) 00:00", "time_malformed"),
    (("period", "opens"), "2025-02-20 (Thu) 25:00", "time_malformed"),
    (("period", "opens"), "2025-03-25 (Tue) 00:00", "period_empty"),
    (("period", "timezone"), "Asia/Tsukuba", "timezone_unknown"),
    (("period", "timezone"), "../../etc/passwd", "timezone_unknown"),
    (("period", "shown", "ja"), "2025年02月08日(木)から3月24日(月)まで", "weekday_contradicts"),
    (("period", "shown", "ja"), "2025年2月8日(土)から3月24日(月)まで", "shown_contradicts"),
    (("period", "shown", "ja"), "2025年3月23日(日)まで", "shown_contradicts"),
    (("period", "shown", "en"), "until Monday, 24 March 2025, 22:00", "shown_contradicts"),
    (("period", "shown", "en"), "until 24 March 2025, 26:00", "time_malformed"),
    (("eligibility", "residence"), "08221", "residence_unknown"),
    (("eligibility", "minimum_age"), -1, "value_out_of_range"),
    (("eligibility", "age_on"), "2025-02-30", "date_impossible"),
    (("eligibility", "age_on"), "20250220", "date_impossible"),
    (("electorate",), "certificate", "roll_not_used"),
    (("roll",), {}, "roll_without_internet"),
    (("roll", "groups", 0, "channel"), "paper", "roll_without_internet"),
    (("roll", "groups", 1, "name"), "g4", "group_twice"),
    (("electors",), {"count": 5, "source": "roll"}, "electors_twice"),
    ((*FIRST, "groups"), ["g6"], "group_unknown"),
    (("trustees", "threshold"), 4, "threshold_impossible"),
    (("trustees", "threshold"), 0, "value_out_of_range"),
    (("trustees", "names"), ["t1", "t1"], "value_twice"),
    (("trustees", "names"), [], "threshold_impossible"),
    (("officers", 1, "name"), "A", "officer_twice"),
    (("officers", 1, "key"), "AAAA", "key_malformed"),
    (("officers", 1, "key"), KEY[:-2] + "B=", "key_malformed"),
    (("approval", "total"), 4, "approval_impossible"),
    (("approval", "total"), 1, "approval_impossible"),
    (("approval",), {"total": 1}, "approval_too_weak"),
    (("approval", "from_each"), ["press"], "approval_impossible"),
    (("auditors",), ["one"], "auditors_missing"),
    (("identity",), [], "identity_missing"),
    (("identity",), [{"provider": "x"}, {"provider": "x"}], "provider_twice"),
    (("identity", 0, "parameters"), {"rate": 0.5}, "number_not_exact"),
    (("identity", 0, "parameters"), {"Rate": 1}, "key_malformed"),
    (("identity", 0, "parameters"), {"since": [date(2025, 2, 20)]}, "wrong_type"),
    (("auditors",), ["one", 2], "wrong_type"),
    (("description", "en"), "", "text_empty"),
    (("officers", 1, "key"), "no base64!", "key_malformed"),
    (("identity", 0, "parameters"), {"rate": [{"a": -1}]}, "value_out_of_range"),
    (("contests",), [], "contests_missing"),
    ((*FIRST, "key"), "First", "key_malformed"),
    ((*FIRST, "description"), MISSING, "key_missing"),
    ((*FIRST, "options"), [], "options_missing"),
    ((*OPTION, "key"), "a b", "key_malformed"),
    ((*OPTION, "key"), "a", "two_display_names"),
    ((*OPTION, "name", "en"), "A", "name_twice"),
    ((*OPTION, "aliases"), [{"ja": "別", "en": "c"}], "alias_ambiguous"),
    ((*OPTION, "labels"), {"paper": "b"}, "label_missing"),
    ((*OPTION, "labels", "screen"), "A", "label_twice"),
    ((*OPTION, "labels"), {"Paper": "b"}, "key_malformed"),
]


@pytest.mark.parametrize(("path", "value", "code"), CASES)
def test_it_refuses(content, checked, path, value, code):
    put(content, path, value)
    assert refusal(checked, content).code == code


@pytest.mark.parametrize("slug", ["a", "board", "callback", "graphql", "return", "static", "texts"])
def test_it_refuses_a_slug_that_is_an_address(content, checked, slug):
    content["slug"] = slug
    assert refusal(checked, content).code == "slug_reserved"


def test_it_names_file_and_key(content, checked):
    put(content, (*OPTION, "name", "en"), MISSING)
    assert refusal(checked, content).where == "x.toml: contests[0].options[1].name.en"


def test_a_second_contest_needs_its_own_key(content, checked):
    content["contests"].append(dict(content["contests"][0]))
    assert refusal(checked, content).code == "contest_twice"


def test_one_key_twice_with_the_same_name_is_still_refused(content, checked):
    options = content["contests"][0]["options"]
    options[1] = dict(options[0])
    assert refusal(checked, content).code == "option_twice"


def test_two_officers_may_not_share_a_key(content, checked):
    content["officers"][0]["key"] = content["officers"][1]["key"] = KEY
    assert refusal(checked, content).code == "officer_twice"


def test_a_public_office_mock_vote_needs_no_legal_basis(content, checked):
    content |= MOCK | {"kind": "public-office"}
    assert checked(content).legal_basis == ""


def test_a_public_office_election_with_a_legal_basis_is_accepted(content, checked):
    content |= {"kind": "public-office", "legal_basis": "an Act yet to come"}
    assert checked(content).effect == "advisory"


def test_nobody_decrypts_a_binding_vote_alone(content, checked):
    content["effect"] = "binding"
    content["trustees"]["threshold"] = 1
    assert refusal(checked, content).code == "threshold_too_low"


def test_only_a_roll_knows_nationality(content, checked):
    content |= {"electorate": "certificate", "roll": {}}
    content["contests"][0]["groups"] = []
    content["eligibility"]["nationality"] = "JP"
    assert refusal(checked, content).code == "nationality_unknowable"


def test_a_roll_may_know_nationality_and_another_day_may_count(content, checked):
    content["eligibility"] |= {"nationality": "JP", "age_on": "2025-04-01"}
    assert checked(content).eligibility.age_on == "2025-04-01"


def test_the_official_language_comes_first_in_every_text(content, checked):
    content["languages"] = ["en", "ja"]
    election = checked(content)
    assert election.languages == ("ja", "en")
    assert election.title.official == "Title(日)"
    assert election.title.in_language("ko") == "Title(日)"
