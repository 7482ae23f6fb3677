"""What the methods of marks, questions and means keep, whatever the votes (attack O08)."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from polls import decide, poll, sums, whole
from tsukuba_trust.values import Count, Sheet

MINIMUM = {"of": "valid", "divide_by": ["seats", 4]}
MARKS = {
    "approval": {"seats": 2},
    "choose-k": {"choices": 2},
}
votes_of_two = st.tuples(st.integers(0, 9), st.integers(0, 9))


@st.composite
def marked(draw):
    """Draw ballots with at most two marks; return keys, marks per option, and ballots."""
    size = draw(st.integers(3, 5))
    mark = st.sets(st.integers(0, size - 1), max_size=2)
    ballots = draw(st.lists(mark, min_size=1, max_size=14))
    return "abcde"[:size], [sum(n in one for one in ballots) for n in range(size)], len(ballots)


def by_marks(name, keys, votes, ballots, *lots, **more):
    contest = poll(keys, {**MARKS[name], **more})
    return decide(name, contest, Count(tuple(votes), 0, ballots), *lots)


def essence(outcome):
    tied = outcome.tied and (frozenset(outcome.tied.candidates), outcome.tied.seats)
    return outcome.status, frozenset(outcome.elected), tied, frozenset(outcome.totals)


@pytest.mark.parametrize("name", MARKS)
@given(data=st.data())
def test_marked_options_can_stand_in_any_order(name, data):
    keys, votes, ballots = data.draw(marked())
    order = data.draw(st.permutations(range(len(keys))))
    turned = by_marks(name, [keys[n] for n in order], [votes[n] for n in order], ballots)
    assert essence(by_marks(name, keys, votes, ballots)) == essence(turned)


@pytest.mark.parametrize("name", MARKS)
@given(election=marked())
def test_whoever_is_passed_over_has_fewer_marks_or_stands_in_the_tie(name, election):
    keys, votes, ballots = election
    outcome = by_marks(name, keys, votes, ballots)
    total = dict(zip(keys, votes, strict=True))
    tied = outcome.tied.candidates if outcome.tied else ()
    inside = [total[key] for key in outcome.elected]
    outside = [total[key] for key in keys if key not in (*outcome.elected, *tied)]
    assume(any(votes))
    assert not inside or not outside or min(inside) > max(outside)
    assert len({total[key] for key in tied}) <= 1
    assert len(outcome.elected) + (outcome.tied.seats if tied else 0) == 2


@pytest.mark.parametrize("name", MARKS)
@given(data=st.data())
def test_a_lot_settles_a_tie_of_marks_and_nothing_else(name, data):
    keys, votes, ballots = data.draw(marked())
    lot = data.draw(st.permutations(list(keys)))
    before, drawn = (by_marks(name, keys, votes, ballots, *lots) for lots in ((), (lot,)))
    if before.status == "tie":
        assert (drawn.status, len(drawn.elected)) == ("decided", 2)
        assert set(before.elected) <= set(drawn.elected)
    else:
        assert drawn == before


@pytest.mark.parametrize("name", MARKS)
@given(data=st.data())
def test_one_more_ballot_for_the_elected_never_costs_the_seat(name, data):
    keys, votes, ballots = data.draw(marked())
    before = by_marks(name, keys, votes, ballots)
    assume(before.elected)
    chosen = data.draw(st.sampled_from(before.elected))
    more = [n + (key == chosen) for key, n in zip(keys, votes, strict=True)]
    assert chosen in by_marks(name, keys, more, ballots + 1).elected


@pytest.mark.parametrize("name", MARKS)
@given(election=marked())
def test_nobody_is_elected_by_fewer_ballots_than_the_minimum(name, election):
    keys, votes, ballots = election
    outcome = by_marks(name, keys, votes, ballots, legal_minimum=MINIMUM)
    named = {*outcome.elected, *(outcome.tied.candidates if outcome.tied else ())}
    assert all(8 * votes[keys.index(key)] >= ballots for key in named)
    assert sum(n for _, n in outcome.totals) == sum(votes)


@given(election=marked())
def test_marks_of_sums_and_of_whole_ballots_elect_the_same(election):
    """Approval is a score of one point; the ballots are any that have these sums."""
    keys, votes, ballots = election
    assume(any(votes))
    rows = [tuple(int(place < n) for n in votes) for place in range(ballots)]
    scored = decide("score", poll(keys, {"seats": 2, "max": 1}), whole(rows))
    assert essence(by_marks("approval", keys, votes, ballots)) == essence(scored)


QUESTION = ("referendum", "confidence")
OPPOSITE = {"yes": "no", "no": "yes"}


def ask(name, votes, *lots, **rule):
    return decide(name, poll(["yes", "no"], rule), sums(votes), *lots)


@pytest.mark.parametrize("name", QUESTION)
@given(votes=votes_of_two)
def test_half_treats_yes_and_no_alike(name, votes):
    assume(any(votes))
    asked, turned = ask(name, votes), ask(name, votes[::-1])
    assert asked.status == turned.status == ("tie" if votes[0] == votes[1] else "decided")
    assert [OPPOSITE[key] for key in asked.elected] == list(turned.elected)


@pytest.mark.parametrize("name", QUESTION)
@pytest.mark.parametrize("strict", [True, False])
@given(votes=votes_of_two, majority=st.sampled_from(["1/2", "3/5", "2/3", "1"]))
def test_yes_wins_exactly_above_or_at_the_line(name, strict, votes, majority):
    assume(any(votes))
    line = Fraction(majority) * sum(votes)
    wins = votes[0] > line or (not strict and votes[0] == line)
    outcome = ask(name, votes, majority=majority, strict=strict)
    assert (outcome.elected == ("yes",)) == wins
    assert wins or outcome.status == "tie" or outcome.elected == ("no",)


@pytest.mark.parametrize("name", QUESTION)
@given(votes=votes_of_two, first=st.sampled_from(["yes", "no"]))
def test_only_a_lot_settles_an_equal_question(name, votes, first):
    open_outcome = ask(name, votes)
    drawn = ask(name, votes, [first, OPPOSITE[first]])
    equal = open_outcome.status == "tie"
    assert drawn.elected == ((first,) if equal else open_outcome.elected)


@pytest.mark.parametrize("name", QUESTION)
@given(votes=votes_of_two, electors=st.integers(1, 30), part=st.sampled_from(["1/3", "1/2", "1"]))
def test_a_missed_quorum_decides_nothing(name, votes, electors, part):
    quorum = {"of": "electors", "at_least": part}
    contest = poll(["yes", "no"], {"quorum": quorum})
    outcome = decide(name, contest, sums(votes, electors=electors))
    missed = sum(votes) < Fraction(part) * electors
    assert (outcome.detail["quorum_met"], missed) in ((True, False), (False, True))
    if missed:
        assert (outcome.status, outcome.elected, outcome.tied) == ("no_decision", (), None)


@given(kinds=st.dictionaries(st.tuples(*[st.none() | st.integers(0, 1)] * 3), st.integers(1, 6)))
def test_persons_on_one_ballot_are_judged_like_each_on_a_ballot_of_its_own(kinds):
    together = decide("confidence", poll("abc", {"each": True}), whole(kinds))
    for place, key in enumerate("abc"):
        yes, no = (sum(n for one, n in kinds.items() if one[place] == say) for say in (0, 1))
        alone = ask("confidence", (yes, no))
        said = together.detail["questions"][key]["outcome"]
        assert said == alone.detail.get("outcome", alone.status)
        assert (key in together.elected) == (alone.elected == ("yes",))


@given(points=st.lists(st.integers(0, 100), min_size=1, max_size=20))
def test_a_mean_is_the_same_from_sums_and_from_whole_ballots(points):
    values = sorted(set(points))
    keys = [f"p{value}" for value in values]
    scale = poll(keys, {"values": values})
    added = decide("evaluation", scale, sums([points.count(value) for value in values]))
    single = decide("evaluation", poll("a", {}), whole([(one,) for one in points]))
    mean = Fraction(added.detail["mean"])
    assert (
        mean == Fraction(single.detail["means"]["a"]["mean"]) == Fraction(sum(points)) / len(points)
    )


def on_paper(votes, ballots, cut):
    """Return a count with the ballots before ``cut`` on the internet, the others on a sheet."""
    online = [min(n, cut) for n in votes]
    paper = tuple(n - m for n, m in zip(votes, online, strict=True))
    papers = max(ballots - cut, *paper)
    sheet = Sheet("p1", paper, 0, 0, valid=papers)
    return Count(tuple(online), 0, ballots - papers, sheets=(sheet,))


@given(election=marked(), cut=st.integers(0, 3))
def test_marks_on_paper_and_on_the_internet_are_one_box(election, cut):
    keys, votes, ballots = election
    count = on_paper(votes, ballots, cut)
    assume(count.ballots >= max(count.votes))
    mixed = decide("approval", poll(keys, {"seats": 2, "legal_minimum": MINIMUM}), count)
    plain = by_marks("approval", keys, votes, ballots, legal_minimum=MINIMUM)
    assume(any(votes) and sum(count.votes) <= count.ballots * len(keys))
    assert essence(mixed) == essence(plain)
    assert mixed.detail["legal_minimum"] == plain.detail["legal_minimum"]


@pytest.mark.parametrize(
    ("name", "keys", "rule"),
    [
        ("referendum", ["yes", "no"], {}),
        ("confidence", ["yes", "no"], {}),
        ("dhondt", "ab", {"seats": 3}),
        ("sainte-lague", "ab", {"seats": 3}),
        ("sainte-lague-modified", "ab", {"seats": 3}),
        ("evaluation", "ab", {"values": [0, 100]}),
    ],
)
@given(online=votes_of_two, paper=votes_of_two)
def test_votes_on_paper_and_on_the_internet_are_one_box(name, keys, rule, online, paper):
    contest = poll(keys, rule)
    mixed = decide(name, contest, sums(online, sheets=(Sheet("p1", paper, 0, 0),)))
    plain = decide(name, contest, sums([a + b for a, b in zip(online, paper, strict=True)]))
    assert mixed == plain
