"""Options of tally cases that no published case uses, with outcomes worked out by hand."""

import json

import pytest

from tsukuba_trust.cli.case.counting import count_case


def count(method, seats, candidates, content, **options):
    case = {
        "name": "n",
        "method": method,
        "seats": seats,
        "candidates": [
            {"id": key.strip("-"), **({"withdrawn": True} if key.startswith("-") else {})}
            for key in candidates
        ],
        "options": options,
        **content,
    }
    [(_, words)] = count_case(json.dumps(case), "case.json")
    return words


def ranked(*ballots):
    rows = [{"ranking": [[key] for key in order], "count": n} for order, n in ballots]
    return {"ballots": rows}


def test_a_list_gets_no_more_seats_than_it_has_names():
    words = count("dhondt", 4, "AB", {"counts": {"A": 100, "B": 30}}, list_sizes={"A": 2})
    assert words["seats"] == {"A": 2, "B": 2}
    assert words["allocation_order"] == ["A", "A", "B", "B"]


def test_seats_that_no_list_can_take_stay_vacant():
    sizes = {"A": 1, "B": 1, "W": 5}
    words = count("dhondt", 3, ["A", "B", "-W"], {"counts": {"A": 9, "B": 3}}, list_sizes=sizes)
    assert (words["status"], words["vacant"]) == ("incomplete", 1)
    assert words["reason"] == "lists-exhausted"


@pytest.mark.parametrize("threshold", ["1/10", "0.1"])
def test_reaching_the_threshold_exactly_is_enough(threshold):
    counts = {"counts": {"A": 81, "B": 10, "C": 9}}
    words = count("sainte-lague", 10, "ABC", counts, threshold=threshold)
    assert words["seats"] == {"A": 9, "B": 1, "C": 0}


def test_no_votes_at_all_give_no_seats():
    words = count("dhondt", 2, "AB", {"counts": {"A": 0, "B": 0}})
    assert words == {
        "status": "no_decision",
        "seats": {"A": 0, "B": 0},
        "allocation_order": [],
        "reason": "no-valid-votes",
    }


def test_apportioned_votes_are_exact():
    counts = {"counts": {"a": "415.500", "b": "415.5", "c": "1/3"}, "blank": 2, "invalid": 1}
    words = count("sntv", 1, "abc", counts)
    assert words["totals"] == {"a": "415.5", "b": "415.5", "c": "1/3"}
    assert (words["valid"], words["tied"]["candidates"]) == ("2494/3", ["a", "b"])
    assert (words["blank"], words["invalid"]) == (2, 1)


def test_votes_for_a_withdrawn_candidate_are_invalid():
    words = count("plurality", 1, ["a", "-w"], {"counts": {"a": 5, "w": 3}})
    assert (words["totals"], words["valid"], words["invalid"]) == ({"a": 5}, 5, 3)


def test_lists_may_be_chosen_ballot_by_ballot():
    rows = [{"choice": "A", "count": 4}, {"choice": "B", "count": 1}, {"choice": None, "count": 9}]
    assert count("dhondt", 3, "AB", {"ballots": rows})["seats"] == {"A": 3, "B": 0}


def test_a_referendum_may_be_chosen_ballot_by_ballot():
    rows = [{"choice": "yes", "count": 3}, {"choice": "no", "count": 1}]
    rows.append({"choice": None, "count": 6})
    words = count("referendum", 0, ["yes", "no"], {"ballots": rows}, eligible=20)
    assert words == {
        "status": "decided",
        "outcome": "approved",
        **{"yes": 3, "no": 1, "blank": 6, "invalid": 0, "cast": 10},
    }


@pytest.mark.parametrize(
    ("quorum", "met"),
    [
        ({"fraction": "1/2", "of": "cast"}, True),
        ({"fraction": "1/2", "of": "cast", "strict": True}, False),
        ({"fraction": "1/2", "of": "valid"}, False),
        ({"fraction": "2/5", "of": "valid"}, True),
    ],
)
@pytest.mark.parametrize("name", ["turnout_quorum", "quorum"])
def test_quorums_count_all_papers_or_valid_ones(name, quorum, met):
    counts = {"counts": {"yes": 30, "no": 10, "blank": 6, "invalid": 4}}
    words = count("referendum", 0, ["yes", "no"], counts, eligible=100, **{name: quorum})
    assert (words["quorum_met"], words["turnout"], words["cast"]) == (met, "1/2", 50)
    assert words["outcome"] == ("approved" if met else None)
    assert words.get("reason") == (None if met else "turnout-quorum")


def test_an_equal_referendum_is_a_tie():
    words = count("referendum", 0, ["yes", "no"], {"counts": {"yes": 5, "no": 5}})
    assert (words["status"], words["outcome"]) == ("tie", None)


def test_a_lot_does_not_settle_confidence():
    counts = {"counts": {"p": {"yes": 5, "no": 5}}}
    words = count("confidence", 0, "p", counts, lot=["p"])
    assert words["questions"]["p"]["outcome"] == "tie"


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ({"majority": "2/3"}, "rejected"),
        ({"majority": "2/3", "strict": False}, "confirmed"),
        ({"base": "cast"}, "rejected"),
        ({"base": "eligible"}, "rejected"),
        ({"base": "valid"}, "confirmed"),
    ],
)
def test_a_majority_of_its_base(options, outcome):
    counts = {"counts": {"p": {"yes": 20, "no": 10, "blank": 10, "invalid": 1}}}
    words = count("confidence", 0, "p", counts, eligible=50, **options)
    question = words["questions"]["p"]
    assert (question["outcome"], question["quorum_met"]) == (outcome, True)
    assert question["invalid"] == 1


def test_bulk_exclusion_takes_all_who_cannot_win():
    ballots = ranked(("a", 10), ("b", 9), ("ca", 3), ("db", 2))
    one = count("irv", 1, "abcd", ballots)
    safe = count("irv", 1, "abcd", ballots, bulk_exclusion="safe")
    assert [row.get("excluded") for row in one["rounds"]] == [["d"], ["c"], None]
    assert safe["rounds"][0]["excluded"] == ["d", "c"]
    assert one["elected"] == safe["elected"] == ["a"]


def test_earlier_rounds_settle_a_tie_before_a_lot():
    """First a 5, b 4, c 6, d 1; when d's ballot has gone to b, a and b have 5 each."""
    ballots = ranked(("a", 5), ("b", 4), ("c", 6), ("db", 1))
    lot = count("irv", 1, "abcd", ballots)
    assert (lot["status"], lot["tied"]["candidates"]) == ("tie", ["a", "b"])
    assert lot["tied"]["stage"] == 2
    earlier = count("irv", 1, "abcd", ballots, tie_rule="previous-rounds-then-lot")
    assert earlier["rounds"][1]["excluded"] == ["b"]
    assert "lot" not in earlier["rounds"][1]


def test_candidates_without_a_vote_go_together():
    words = count("irv", 1, "abcd", ranked(("a", 3), ("b", 3), ("ba", 1), ("ab", 1)))
    assert words["rounds"][0]["excluded"] == ["c", "d"]
    assert words["tied"] == {
        "candidates": ["a", "b"],
        "stage": 2,
        "kind": "exclusion",
        "possible_elected": [["a"], ["b"]],
    }


def test_the_exact_quota_is_a_fraction_that_must_be_exceeded():
    ballots = ranked(("ab", 8), ("b", 1), ("c", 1))
    words = count("stv", 2, "abc", ballots, rule="wigm", arithmetic="exact", quota="droop-exact")
    assert words["quota"] == "10/3"
    assert words["rounds"][1]["totals"] == {"a": "10/3", "b": "17/3", "c": 1}
    assert words["elected"] == ["a", "b"]


def test_a_lot_alone_settles_stv_where_that_is_the_rule():
    """a and b are equal at the second stage, but not at the first."""
    ballots = ranked(("a", 5), ("b", 4), ("db", 1), ("c", 9))
    options = {"rule": "scottish"}
    by_stage = count("stv", 1, "abcd", ballots, **options)
    by_lot = count("stv", 1, "abcd", ballots, **options, tie_rule="lot")
    assert by_stage["rounds"][2]["candidate"] == "b"
    assert (by_lot["status"], by_lot["tied"]["candidates"]) == ("tie", ["a", "b"])


def test_votes_for_nobody_decide_nothing_in_any_method():
    nothing = {"ballots": [{"ranking": [], "count": 4}]}
    assert count("schulze", 1, "ab", nothing) == {
        "status": "no_decision",
        "pairwise": {"a": {"b": 0}, "b": {"a": 0}},
        "ranking": [],
        "condorcet_winner": None,
        "valid": 0,
        "blank": 4,
        "elected": [],
        "reason": "no-valid-votes",
    }
    words = count("star", 1, "ab", {"ballots": [{"scores": {}, "count": 4}]})
    assert (words["status"], words["totals"], words["blank"]) == (
        "no_decision",
        {"a": 0, "b": 0},
        4,
    )


def test_star_reports_a_tie_for_the_run_off_at_once_where_that_is_the_rule():
    rows = [
        {"scores": {"a": 5, "b": 2, "c": 3}, "count": 2},
        {"scores": {"a": 5, "b": 4, "c": 2}, "count": 1},
    ]
    ballots = {"ballots": rows}
    assert count("star", 1, "abc", ballots, max=5)["finalists"] == ["a", "c"]
    words = count("star", 1, "abc", ballots, max=5, tie_rule="none")
    assert words["tied"] == {"candidates": ["b", "c"], "seats": 1, "kind": "finalist"}


def test_a_second_seat_goes_down_the_ranking_of_schulze():
    ballots = ranked(("abc", 3), ("bac", 2), ("cab", 1))
    words = count("schulze", 2, "abc", ballots)
    assert (words["ranking"], words["elected"]) == ([["a"], ["b"], ["c"]], ["a", "b"])


def test_a_withdrawn_candidate_is_passed_over_on_every_kind_of_ballot():
    ballots = {"ballots": [{"ranking": [["w"], ["a"], ["b"]], "count": 2}]}
    assert count("borda", 1, ["a", "b", "-w"], ballots)["totals"] == {"a": 2, "b": 0}
    ballots = {"ballots": [{"scores": {"w": 5}, "count": 2}, {"scores": {"a": 1}, "count": 1}]}
    words = count("score", 1, ["a", "b", "-w"], ballots)
    assert (words["valid"], words["blank"], words["totals"]) == (1, 2, {"a": 1, "b": 0})
    ballots = {
        "ballots": [{"grades": {"w": "good"}, "count": 2}, {"grades": {"a": "bad"}, "count": 1}]
    }
    words = count("majority-judgment", 1, ["a", "-w"], ballots, grades=["good", "bad"])
    assert (words["blank"], words["tally"]) == (2, {"a": {"good": 0, "bad": 1}})


def test_two_answers_need_no_candidates():
    rows = [{"choice": "yes", "count": 3}, {"choice": "no", "count": 3}]
    words = count("referendum", 0, [], {"ballots": rows}, lot=["no", "yes"])
    assert (words["status"], words["outcome"]) == ("decided", "rejected")


def test_no_elector_at_all_decides_nothing():
    counts = {"counts": {"yes": 0, "no": 0}}
    quorum = {"fraction": "1/2", "of": "cast"}
    words = count("referendum", 0, [], counts, eligible=0, turnout_quorum=quorum)
    assert (words["status"], words["reason"]) == ("no_decision", "no-valid-votes")
    assert "turnout" not in words


def test_papers_that_are_blank_or_invalid_as_a_whole_are_so_in_every_question():
    """10 of 20 electors: the quorum is reached by them."""
    counts = {"counts": {"p": {"yes": 3, "no": 2, "blank": 1}}, "blank": 2, "invalid": 2}
    quorum = {"fraction": "1/2", "of": "cast"}
    words = count("confidence", 0, "p", counts, eligible=20, quorum=quorum)
    assert words["questions"]["p"] == {
        **{"yes": 3, "no": 2, "blank": 3, "invalid": 2},
        "quorum_met": True,
        "outcome": "confirmed",
    }


def test_nobody_asks_about_a_withdrawn_candidate():
    counts = {"counts": {"p": {"yes": 3}, "w": {"yes": 1, "no": 9}}}
    assert list(count("confidence", 0, ["p", "-w"], counts)["questions"]) == ["p"]


VOTES = {"a": 5, "b": 5, "c": 2}


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("plurality", {"legal_minimum": {"fraction": "1/4"}}),
        ("sntv", {}),
        ("dhondt", {"threshold": "1/5"}),
        ("sainte-lague", {}),
        ("sainte-lague-modified", {"first_divisor": "6/5"}),
    ],
)
@pytest.mark.parametrize("seats", [1, 3])
def test_counts_and_ballots_give_the_same(method, options, seats):
    rows = [{"choice": key, "count": 1} for key, n in VOTES.items() for _ in range(n)]
    outside = {"blank": 3, "invalid": 2}
    ballots = {"ballots": [*rows, {"choice": None, "count": 1}], **outside, "blank": 2}
    by_ballots = count(method, seats, "abc", ballots, **options)
    assert by_ballots == count(method, seats, "abc", {"counts": VOTES, **outside}, **options)


def test_a_referendum_comes_out_the_same_from_counts_and_from_ballots():
    rows = [{"choice": key, "count": n} for key, n in (("yes", 5), ("no", 3), (None, 2))]
    counts = {"yes": 5, "no": 3, "blank": 2, "invalid": 1}
    by_ballots = count("referendum", 0, [], {"ballots": rows, "invalid": 1})
    assert by_ballots == count("referendum", 0, [], {"counts": counts})
