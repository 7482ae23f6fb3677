"""What every tally method keeps, whatever the ballots (attack O08; elections-jp.md 12)."""

from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polls import METHODS, decide, poll, sums, whole

GRADES = {"grades": ["good", "fair", "poor"]}
RANKED = {
    "borda": ("borda", {}),
    "borda-average": ("borda", {"unranked": "average"}),
    "schulze": ("schulze", {}),
    "schulze-margins": ("schulze", {"strength": "margins"}),
    "irv": ("irv", {}),
    "irv-previous": ("irv", {"tie_rule": "previous-rounds-then-lot"}),
    "irv-safe": ("irv", {"bulk_exclusion": "safe"}),
    "scottish": ("stv", {"rule": "scottish"}),
    "scottish-2": ("stv", {"rule": "scottish", "seats": 2}),
    "wigm-2": ("stv", {"rule": "wigm", "seats": 2}),
    "wigm-exact": ("stv", {"rule": "wigm", "seats": 2, "quota": "droop-exact"}),
    "meek-2": ("stv", {"rule": "meek", "seats": 2}),
}
GRADED = {
    "score": ("score", {"max": 2}),
    "star": ("star", {"max": 2}),
    "majority-judgment": ("majority-judgment", GRADES),
}
ADDED = {
    "plurality": ("plurality", {"seats": 2}),
    "dhondt": ("dhondt", {"seats": 5}),
    "sainte-lague": ("sainte-lague", {"seats": 5}),
    "sainte-lague-modified": ("sainte-lague-modified", {"seats": 5}),
}
WHOLE = {**RANKED, **GRADED}
TRANSFERS = ["irv", "irv-previous", "irv-safe", "scottish", "scottish-2", "wigm-2", "wigm-exact"]
WITH_UNIT = {"scottish", "scottish-2", "wigm-2", "meek-2"}  # their quotas count single votes
MONOTONE = ["borda", "borda-average", "schulze", "schulze-margins", "score", "majority-judgment"]


@st.composite
def boxes(draw, highest=3, most=6):
    """Draw ballots of levels 0 to ``highest - 1`` or None, each kind ``most`` times at most."""
    size = draw(st.integers(2, 4))
    level = st.none() | st.integers(0, highest - 1)
    ballot = st.tuples(*[level] * size)
    kinds = draw(st.dictionaries(ballot, st.integers(1, most), min_size=1, max_size=6))
    return "abcd"[:size], kinds


def outcome_of(name, keys, kinds, *lots):
    method, tally = {**WHOLE, **ADDED}[name]
    assume(tally.get("seats", 1) <= len(keys))
    return decide(method, poll(keys, tally), whole(kinds), *lots)


def essence(outcome):
    """Return what an outcome says, without the order of options."""
    tied = outcome.tied and (frozenset(outcome.tied.candidates), outcome.tied.seats)
    return outcome.status, frozenset(outcome.elected), tied, frozenset(outcome.totals)


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(max_examples=60)
def test_the_order_of_ballots_does_not_matter(name, data):
    keys, kinds = data.draw(boxes())
    pairs = [pair for levels, n in kinds.items() for pair in ((levels, 1), (levels, n - 1))]
    mixed = data.draw(st.permutations([pair for pair in pairs if pair[1]]))
    method, tally = WHOLE[name]
    assume(tally.get("seats", 1) <= len(keys))
    count = whole(kinds)
    other = METHODS[method].decide(
        poll(keys, tally), type(count)((), 0, count.ballots, preferences=tuple(mixed))
    )
    assert other == decide(method, poll(keys, tally), count)


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(max_examples=60)
def test_the_order_of_options_does_not_matter(name, data):
    keys, kinds = data.draw(boxes())
    order = data.draw(st.permutations(range(len(keys))))
    turned = {tuple(levels[n] for n in order): ballots for levels, ballots in kinds.items()}
    first = outcome_of(name, keys, kinds)
    second = outcome_of(name, "".join(keys[n] for n in order), turned)
    assert essence(first) == essence(second)


@pytest.mark.parametrize("name", sorted(set(WHOLE) - WITH_UNIT))
@given(data=st.data())
@settings(max_examples=60)
def test_many_times_the_same_ballots_give_the_same_outcome(name, data):
    keys, kinds = data.draw(boxes())
    times = data.draw(st.integers(2, 5))
    first = outcome_of(name, keys, kinds)
    second = outcome_of(name, keys, {levels: n * times for levels, n in kinds.items()})
    assert essence(first)[:3] == essence(second)[:3]


@pytest.mark.parametrize("name", WHOLE)
@given(box=boxes())
@settings(max_examples=60)
def test_nobody_gets_a_seat_too_many(name, box):
    keys, kinds = box
    outcome = outcome_of(name, keys, kinds)
    seats = WHOLE[name][1].get("seats", 1)
    tied = outcome.tied
    if outcome.status == "decided":
        assert len(set(outcome.elected)) == seats
    else:
        assert len(set(outcome.elected)) < seats or tied.kind == "surplus"
    if tied and tied.kind in ("election", "runoff"):
        assert 0 < tied.seats < len(tied.candidates)
        assert len(outcome.elected) + tied.seats == seats


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
@settings(max_examples=40)
def test_a_lot_settles_every_tie_and_nothing_else(name, data):
    keys, kinds = data.draw(boxes())
    lot = data.draw(st.permutations(list(keys)))
    open_outcome, drawn = outcome_of(name, keys, kinds), outcome_of(name, keys, kinds, lot)
    if open_outcome.status == "tie":
        assert drawn.status == "decided"
        assert set(open_outcome.elected) <= set(drawn.elected)
    else:
        assert drawn == open_outcome


@pytest.mark.parametrize("name", [*TRANSFERS, "meek-2"])
@given(box=boxes(highest=4, most=2))
@settings(max_examples=60)
def test_a_tie_names_every_set_that_some_lot_elects(name, box):
    """An order that a lot gives settles all ties alike, so it gives some of the sets."""
    keys, kinds = box
    outcome = outcome_of(name, keys, kinds)
    if outcome.status != "tie":
        return
    possible = {tuple(one) for one in outcome.detail["possible_elected"]}
    reached = {
        tuple(sorted(outcome_of(name, keys, kinds, lot).elected)) for lot in permutations(keys)
    }
    assert reached <= possible
    assert outcome.detail["possible_elected"] == sorted(sorted(one) for one in possible)
    if len(keys) < 4:  # at most two ties: one order tells all
        assert reached == possible


@pytest.mark.parametrize("name", MONOTONE)
@given(data=st.data())
@settings(max_examples=80)
def test_a_better_place_on_a_ballot_never_costs_the_seat(name, data):
    keys, kinds = data.draw(boxes())
    outcome = outcome_of(name, keys, kinds)
    if outcome.status != "decided":
        return
    winner = keys.index(outcome.elected[0])
    levels = data.draw(st.sampled_from(sorted(kinds, key=str)))
    raised = list(levels)
    best = {"score": 2, "majority-judgment": 0}.get(name, -1)
    raised[winner] = best
    if name not in GRADED:  # levels of a ranking start at 1; leave room above all others
        kinds = {tuple(n if n is None else n + 1 for n in one): k for one, k in kinds.items()}
        levels = tuple(n if n is None else n + 1 for n in levels)
        raised = [n if n is None else n + 1 for n in raised]
    changed = dict(kinds)
    changed[levels] -= 1
    changed = {one: k for one, k in changed.items() if k}
    changed[tuple(raised)] = changed.get(tuple(raised), 0) + 1
    assert keys[winner] in outcome_of(name, keys, changed).elected


@pytest.mark.parametrize("name", [*TRANSFERS, "meek-2"])
@given(box=boxes(highest=4))
@settings(max_examples=80)
def test_no_vote_is_lost_or_made_in_any_round(name, box):
    outcome = outcome_of(name, *box)
    for row in outcome.detail["rounds"]:
        rest = row.get("exhausted", row.get("non_transferable"))
        total = sum((Fraction(votes) for votes in row["totals"].values()), Fraction(rest))
        assert total == outcome.detail["valid"]


@given(box=boxes())
def test_every_pair_of_options_adds_up(box):
    keys, kinds = box
    outcome = outcome_of("schulze", keys, kinds)
    for i, a in enumerate(keys):
        for j, b in enumerate(keys):
            if a != b:
                above = sum(
                    n
                    for levels, n in kinds.items()
                    if levels[i] is not None and (levels[j] is None or levels[i] < levels[j])
                )
                assert outcome.detail["pairwise"][a][b] == above


@given(box=boxes())
def test_schulze_elects_whoever_beats_everybody(box):
    keys, kinds = box
    for name in ("schulze", "schulze-margins"):
        outcome = outcome_of(name, keys, kinds)
        winner = outcome.detail["condorcet_winner"]
        assert winner is None or outcome.elected == (winner,)


@given(box=boxes(), margins=st.booleans())
def test_schulze_ranks_by_the_strongest_of_all_paths(box, margins):
    """Every path is walked; the paths' weakest links are compared."""
    keys, kinds = box
    outcome = outcome_of("schulze-margins" if margins else "schulze", keys, kinds)
    assume(outcome.status != "no_decision")
    votes = outcome.detail["pairwise"]

    def link(a, b):
        ahead = votes[a][b] - votes[b][a]
        return (0, 0) if ahead <= 0 else (ahead, 0) if margins else (votes[a][b], -votes[b][a])

    def strongest(a, b):
        between = [key for key in keys if key not in (a, b)]
        return max(
            min(link(one, two) for one, two in pairwise((a, *middle, b)))
            for length in range(len(between) + 1)
            for middle in permutations(between, length)
        )

    left, ranking = list(keys), []
    while left:
        ranking.append(
            [a for a in left if all(strongest(a, b) >= strongest(b, a) for b in left if a != b)]
        )
        left = [key for key in left if key not in ranking[-1]]
    assert outcome.detail["ranking"] == ranking


@given(box=boxes(highest=4))
def test_more_than_half_of_the_first_places_win_every_transfer_count(box):
    keys, kinds = box
    first = dict.fromkeys(keys, 0)
    for levels, ballots in kinds.items():
        ranked = sorted(n for n in levels if n is not None)
        if ranked and ranked.count(ranked[0]) == 1:
            first[keys[levels.index(ranked[0])]] += ballots
    for name in ("irv", "irv-safe", "scottish"):
        outcome = outcome_of(name, keys, kinds)
        for key, votes in first.items():
            if 2 * votes > sum(first.values()):
                assert outcome.elected == (key,)


@given(box=boxes())
def test_majority_judgment_is_its_definition(box):
    keys, kinds = box
    outcome = outcome_of("majority-judgment", keys, kinds)
    assume(outcome.status != "no_decision")
    values = {}
    for option, key in enumerate(keys):
        grades = sorted(
            2 if levels[option] is None else levels[option]
            for levels, ballots in kinds.items()
            for _ in range(ballots if any(n is not None for n in levels) else 0)
        )
        values[key] = []
        while grades:
            values[key].append(grades.pop((len(grades) - 1) // 2))
    order = sorted({tuple(value) for value in values.values()})
    assert outcome.detail["ranking"] == [
        [key for key in keys if tuple(values[key]) == value] for value in order
    ]


@given(box=boxes(highest=2))
def test_scores_of_one_point_are_approval(box):
    keys, kinds = box
    marks = [sum(n for levels, n in kinds.items() if levels[i]) for i in range(len(keys))]
    scored = decide("score", poll(keys, {"max": 1}), whole(kinds))
    assume(any(marks))
    approved = decide("approval", poll(keys), sums_of_marks(marks, sum(kinds.values())))
    assert (scored.elected, scored.tied, scored.totals) == (
        approved.elected,
        approved.tied,
        approved.totals,
    )


def sums_of_marks(marks, ballots):
    count = sums(marks)
    return type(count)(count.votes, 0, ballots)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=2))
def test_two_candidates_come_out_alike_by_every_method(votes):
    ballots = {(1, None): votes[0], (None, 1): votes[1]}
    kinds = {levels: n for levels, n in ballots.items() if n}
    plain = decide("plurality", poll("ab"), sums(votes))
    for name in ("borda", "schulze", "schulze-margins", "irv", "scottish", "score", "star"):
        other = outcome_of(name, "ab", kinds)
        assert (other.status, other.elected) == (plain.status, plain.elected)


@st.composite
def tables(draw):
    votes = draw(st.lists(st.integers(0, 60), min_size=2, max_size=5))
    return "abcde"[: len(votes)], votes


@pytest.mark.parametrize("name", ADDED)
@given(data=st.data())
def test_options_of_a_sum_can_stand_in_any_order(name, data):
    keys, votes = data.draw(tables())
    order = data.draw(st.permutations(range(len(keys))))
    method, tally = ADDED[name]
    first = decide(method, poll(keys, tally), sums(votes))
    second = decide(method, poll([keys[n] for n in order], tally), sums([votes[n] for n in order]))
    assert essence(first) == essence(second)


@pytest.mark.parametrize("name", ADDED)
@given(data=st.data())
def test_one_more_vote_never_costs_a_seat(name, data):
    keys, votes = data.draw(tables())
    method, tally = ADDED[name]
    before = decide(method, poll(keys, tally), sums(votes))
    assume(before.status == "decided")
    chosen = data.draw(st.sampled_from(before.elected))
    more = [n + (key == chosen) for key, n in zip(keys, votes, strict=True)]
    after = decide(method, poll(keys, tally), sums(more))
    held = before.detail.get("seats") if method != "plurality" else {}
    assert chosen in after.elected
    if held:
        tied = after.tied is not None and chosen in after.tied.candidates
        assert after.detail["seats"][chosen] + tied >= held[chosen]


@pytest.mark.parametrize("name", [name for name in ADDED if name != "plurality"])
@given(table=tables(), part=st.sampled_from(["0", "1/10", "1/3"]))
def test_lists_get_the_largest_quotients_and_no_list_below_the_threshold(name, table, part):
    keys, votes = table
    method, tally = ADDED[name]
    outcome = decide(method, poll(keys, {**tally, "threshold": part}), sums(votes))
    seats, detail = outcome.detail["seats"], outcome.detail
    assert sum(seats.values()) + detail.get("vacant", 0) <= tally["seats"]
    quotients = [Fraction(one) for one in detail["quotients"]]
    assert quotients == sorted(quotients, reverse=True)
    for key, n in zip(keys, votes, strict=True):
        if n < sum(votes) * Fraction(part):
            assert seats[key] == 0
    if outcome.status == "decided":
        assert sum(seats.values()) == tally["seats"]


@given(table=tables(), names=st.integers(0, 2))
def test_a_list_gets_no_more_seats_than_names(table, names):
    keys, votes = table
    sizes = [{"option": keys[0], "names": names}]
    outcome = decide("dhondt", poll(keys, {"seats": 6, "list_sizes": sizes}), sums(votes))
    assert outcome.detail["seats"][keys[0]] <= names
    if outcome.detail.get("vacant"):
        assert outcome.detail["reason"] in ("lists-exhausted", "no-valid-votes")
