"""Every outcome can be written on the board, and explains itself there."""

import json

import pytest

from polls import decide, poll, sums, whole
from tsukuba_trust.board import canonical
from tsukuba_trust.elections.outcome import outcome_text
from tsukuba_trust.values import Sheet

KEYS = ("list-1", "b", "9c")
RANKS = whole({(1, 2, None): 4, (None, 1, 2): 3, (2, None, 1): 3})
SHARED = sums((0,) * 3, sheets=(Sheet("p", (5, 2, 1), 0, 0, shared=((("list-1", "b"), 3),)),))
COUNCIL = {
    "seats": 2,
    "shared_names": {},
    "legal_minimum": {"of": "valid", "divide_by": ["seats", 3]},
    "deposit_line": {"of": "valid", "divide_by": [7]},
}
TOLD = [
    ("plurality", COUNCIL, SHARED, {"legal_minimum", "deposit_forfeited", "shared_names"}),
    ("approval", {}, sums((5, 5, 1)), {"valid"}),
    ("borda", {}, RANKS, {"seats"}),
    ("schulze", {}, RANKS, {"pairwise", "ranking"}),
    ("irv", {}, RANKS, {"rounds", "possible_elected"}),
    ("stv", {"rule": "scottish", "seats": 2}, RANKS, {"rounds", "quota"}),
    ("stv", {"rule": "wigm", "seats": 2}, RANKS, {"rounds", "quota"}),
    ("stv", {"rule": "meek", "seats": 2}, RANKS, {"rounds"}),
    ("dhondt", {"seats": 3, "threshold": "1/3"}, sums((9, 5, 1)), {"quotients", "threshold"}),
    ("score", {}, whole({(5, 0, None): 1}), {"max"}),
    ("star", {}, whole({(5, 1, None): 1}), {"finalists", "runoff"}),
    ("majority-judgment", {"grades": ["very good", "bad"]}, whole({(0, 1, None): 1}), {"tally"}),
    ("evaluation", {}, whole({(100, 33, None): 1, (0, 1, None): 2}), {"means"}),
    ("confidence", {"each": True}, whole({(0, 1, None): 1}), {"questions"}),
]


@pytest.mark.parametrize(("method", "tally", "count", "told"), TOLD)
def test_an_outcome_is_canonical_and_explains_itself(method, tally, count, told):
    outcome = decide(method, poll(KEYS, tally), count)
    text = outcome_text(outcome, count.ballots)
    assert canonical.encode(canonical.decode(text.encode())).decode() == text
    assert told | {"valid", "blank", "invalid"} <= set(json.loads(text)["detail"])


def test_a_referendum_tells_turnout_majority_and_base():
    count = sums((5, 3), electors=20)
    outcome = decide("referendum", poll(("yes", "no"), {"quorum": {"at_least": "1/3"}}), count)
    detail = json.loads(outcome_text(outcome, 8))["detail"]
    assert {"turnout": "2/5", "quorum_met": True, "majority": "1/2", "base": "yes-no"}.items() <= (
        detail.items()
    )


@pytest.mark.parametrize(
    ("method", "tally", "reason"),
    [
        ("plurality", {"legal_minimum": {"of": "valid", "divide_by": [1]}}, "legal-minimum"),
        ("dhondt", {"threshold": "1"}, "threshold"),
        ("dhondt", {"seats": 9, "list_sizes": [{"option": k, "names": 1} for k in KEYS]},
         "lists-exhausted"),
        ("plurality", {"quorum": {"of": "electors", "at_least": "1"}}, "quorum"),
    ],
)  # fmt: skip
def test_an_empty_seat_has_a_reason(method, tally, reason):
    outcome = decide(method, poll(KEYS, tally), sums((5, 3, 1), electors=100))
    assert json.loads(outcome_text(outcome, 9))["detail"]["reason"] == reason
