"""Outcomes as documents of the board: the same bytes for everybody (board.md 2.2)."""

import json
from fractions import Fraction

from tsukuba_trust.elections.outcome import decide, not_decrypted_text, outcome_text
from tsukuba_trust.elections.sheets import PaperSheet
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.values import Contest, Option, Outcome, Sheet, Text, Tie

TITLE = Text((("en", "t"),))
OPTIONS = tuple(Option(key, TITLE) for key in "ab")
POLL = Contest("c", "", TITLE, TITLE, OPTIONS, "h", {"min": 1, "max": 1, "blank": True}, "p", {})


def test_a_result_and_the_sheets_are_decided_together():
    sheet = Sheet("hall", (5, 1), 2, 0, 6)
    papers = [PaperSheet("hall", "", 9, 8, sheet, Protocol(8, 8))]
    outcome = decide(
        POLL, HomomorphicBallots(), Plurality(), result=[1, 2, 3], ballots=6, papers=papers
    )
    assert outcome.totals == (("a", 7), ("b", 4))
    assert outcome.detail["blank"] == 3
    assert [one["voters"] for one in outcome.detail["channels"]] == [6, 8]


def test_a_tie_is_written_with_its_seats_and_stage():
    outcome = Outcome("tie", tied=Tie(("a", "b"), 1), totals=(("a", 2), ("b", 2)))
    document = json.loads(outcome_text(outcome, 4))
    assert document["tied"] == {
        "candidates": ["a", "b"],
        "kind": "election",
        "seats": 1,
        "stage": 1,
    }
    assert "detail" not in document


def test_fractions_are_strings_and_other_keys_become_rows():
    detail = {"half": Fraction(1, 2), "whole": Fraction(4, 2), "by": {"b-1": 2, "a-1": [1]}}
    outcome = Outcome("decided", ("a",), totals=(("a", Fraction(831, 2)),), detail=detail)
    document = json.loads(outcome_text(outcome, 1))
    assert document["totals"] == [{"option": "a", "votes": "831/2"}]
    assert document["detail"] == {
        "half": "1/2",
        "whole": 2,
        "by": [{"key": "a-1", "value": [1]}, {"key": "b-1", "value": 2}],
    }


def test_too_few_ballots_are_an_outcome_of_their_own():
    assert not_decrypted_text(4) == '{"ballots":4,"status":"not_decrypted"}'
