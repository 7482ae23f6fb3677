"""What an election file says about lots and published turnout."""

from dataclasses import replace

import pytest

from record_parts import election
from tsukuba_trust.elections.checking import check_rules
from tsukuba_trust.elections.freezing import freeze, thaw
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.values import LotRule, PublishRule

AGREED = LotRule("public-draw", "the newspaper of 2027-05-16")


def code_of(**changes):
    with pytest.raises(Misconfigured) as error:
        check_rules(election(**changes), "file.toml")
    return error.value.code


def test_a_survey_may_agree_on_a_public_draw():
    check_rules(election(lots=AGREED), "file.toml")


@pytest.mark.parametrize("kind", ["public-office", "referendum"])
def test_a_public_office_is_never_drawn_by_a_program(kind):
    one = {"kind": kind, "slug": "record-mock-2027", "effect": "mock"}
    assert code_of(lots=AGREED, **one) == "draw_not_allowed"


@pytest.mark.parametrize("rule", [LotRule("public-draw"), LotRule("officers", "a newspaper")])
def test_a_public_draw_and_only_it_names_its_seed_before(rule):
    assert code_of(lots=rule) == "beacon_missing"


def test_a_sample_is_taken_from_a_roll():
    assert code_of(publish=PublishRule(sample=100)) == "sample_without_roll"


def test_a_sample_is_not_smaller_than_a_row():
    assert code_of(electorate="roll", publish=PublishRule(sample=19)) == "sample_too_small"


@pytest.mark.parametrize("lots", [None, LotRule(), AGREED])
@pytest.mark.parametrize("publish", [None, PublishRule(), PublishRule(30, 6, 7, 100)])
def test_both_survive_freezing(lots, publish):
    made = election(lots=lots, publish=publish)
    assert thaw(freeze(made)) == made


def test_absent_rules_leave_no_trace_in_the_definition():
    assert not {"lots", "publish"} & set(freeze(election()))


@pytest.mark.parametrize(
    "publish",
    [
        {"suppress_below": {"electors": 2, "voters": 5, "nonvoters": 5}},
        {"suppress_below": {"electors": 20, "voters": 0, "nonvoters": 5}},
        {"suppress_below": {"electors": 20, "voters": 5}},
        {"suppress_below": {"electors": 20, "voters": 5, "nonvoters": 5}, "sample": 0},
        {"suppress_below": {"electors": 20, "voters": 5, "nonvoters": 5, "more": 1}},
    ],
)
def test_weak_or_unknown_thresholds_are_refused(publish):
    definition = {**freeze(replace(election())), "publish": publish}
    with pytest.raises(Rejected):
        thaw(definition)
