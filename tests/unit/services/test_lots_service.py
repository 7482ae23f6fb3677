"""Lots of a counted election: asked for, drawn by officers or by everybody, recorded."""

import json

import pytest

from election_world import World, opened_world
from record_parts import contest
from tsukuba_trust.board import entries
from tsukuba_trust.elections.drawn_lots import ByHand, PublicDraw, read_minutes
from tsukuba_trust.elections.public_draw import draw
from tsukuba_trust.errors import Refused, Rejected
from tsukuba_trust.services.declaring import lots_of
from tsukuba_trust.testing import holding
from tsukuba_trust.values import LotRule
from tsukuba_trust.verify.record import verify_record

MINUTES = ByHand("2027-05-15T00:30+09:00", "開票所", ("Aoki",), ("Doi", "Endo"))
AGREED = LotRule("public-draw", "SHA-256 of the national newspaper of 2027-05-16")
SEED = "edition 23,456 of 2027-05-16"


@pytest.fixture
def held(tmp_path):
    return opened_world(tmp_path / "world")


def counted(held: World, *choices: int) -> World:
    for person, choice in enumerate(choices):
        voter = held.registered(person)
        for one in held.election.contests:
            held.cast(voter, choice, one.uuid)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    holding.decrypt(held.services, held.is_fixed, held.trustees[:2], held.draw)
    return held


def draw_lot(held: World, *order: str, how=MINUTES, of: str = "") -> None:
    made = held.services.lots.propose(held.is_fixed, held.now, of or held.contest, order, how)
    holding.enact(held.services, held.is_fixed, held.staff, made)


def declared(held: World) -> dict:
    certificate = held.services.counting.propose_certificate(held.is_fixed, held.now, "done")
    holding.enact(held.services, held.is_fixed, held.staff, certificate)
    return json.loads(held.services.publishing.outcomes(held.is_fixed)[held.contest])


def code_of(call):
    with pytest.raises((Refused, Rejected)) as refusal:
        call()
    return refusal.value.code


def verified(held: World, tmp_path):
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    return verify_record(tmp_path / "record", registry=held.services.registry)


def test_it_says_between_whom_and_for_how_many_seats_a_lot_is_needed(held):
    counted(held, 0, 2)
    ((of, tie),) = held.services.lots.needed(held.is_fixed)
    assert (of.uuid, tie.candidates, tie.seats) == (held.contest, ("option-a", "option-c"), 1)


def test_no_lot_is_needed_where_somebody_has_more_votes(held):
    assert held.services.lots.needed(counted(held, 0, 2, 2).is_fixed) == []


def test_a_recorded_lot_settles_a_tie_and_the_record_verifies(held, tmp_path):
    counted(held, 0, 2)
    draw_lot(held, "option-c", "option-a")
    outcome = declared(held)
    assert (outcome["status"], outcome["elected"]) == ("decided", ["option-c"])
    report = verified(held, tmp_path)
    assert report.exit_code == 0, report.to_text()


def test_the_act_says_who_drew_who_saw_it_where_and_when(held):
    counted(held, 0, 2)
    draw_lot(held, "option-c", "option-a")
    act = [entry for _, entry in held.services.board.entries(held.origin)][-2]
    assert act["act"] == "lot" and len(act["approvals"]) >= 2
    assert read_minutes(entries.document_text(act["reason"], held.services.board.blob)) == MINUTES


def test_a_lot_of_one_contest_settles_nothing_in_another(tmp_path):
    held = counted(opened_world(tmp_path, contests=(contest(0), contest(1))), 0, 2)
    first, second = held.is_fixed.defined["contests"]
    draw_lot(held, "option-c", "option-a", of=first)
    assert lots_of(held.is_fixed, held.services.board, second) == []
    assert [of.uuid for of, _ in held.services.lots.needed(held.is_fixed)] == [second]


@pytest.mark.parametrize(
    "order", [("option-a",), ("option-a", "option-b"), ("option-a", "option-a")]
)
def test_a_lot_names_exactly_those_who_are_tied(held, order):
    counted(held, 0, 2)
    assert code_of(lambda: draw_lot(held, *order)) == "lot_incomplete"


def test_without_a_tie_no_lot_is_drawn(held):
    counted(held, 0, 2, 2)
    assert code_of(lambda: draw_lot(held, "option-a", "option-c")) == "no_tie"


def test_a_second_lot_for_a_settled_tie_is_refused(held):
    counted(held, 0, 2)
    draw_lot(held, "option-c", "option-a")
    assert code_of(lambda: draw_lot(held, "option-a", "option-c")) == "no_tie"


def test_below_the_minimum_no_lot_is_drawn(tmp_path):
    held = opened_world(tmp_path, minimum_ballots=2)
    held.cast(held.registered(0), 0)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    assert code_of(lambda: draw_lot(held, "option-a", "option-c")) == "no_tie"


@pytest.mark.parametrize(
    "how",
    [
        ByHand("2027-05-15T00:30+09:00", "hall", ("Aoki",), ()),
        ByHand("2027-05-15T00:30+09:00", "hall", ("Aoki",), ("Aoki",)),
        ByHand("2027-05-15T00:30+09:00", "hall", (), ("Doi",)),
        ByHand("2027-05-15T00:30+09:00", " ", ("Aoki",), ("Doi",)),
        ByHand("2027-05-15T00:30", "hall", ("Aoki",), ("Doi",)),
        ByHand("2027-05-15 00:30", "hall", ("Aoki",), ("Doi",)),
        ByHand("2037-05-15T00:30+09:00", "hall", ("Aoki",), ("Doi",)),
        ByHand("2027-05-15T00:30+09:00", "hall", ("Ao\nki",), ("Doi",)),
    ],
)
def test_a_lot_needs_somebody_who_draws_a_witness_a_place_and_a_time(held, how):
    counted(held, 0, 2)
    assert code_of(lambda: draw_lot(held, "option-a", "option-c", how=how)) == "lot_minutes"


# -- the public draw --------------------------------------------------------------------


@pytest.fixture
def agreed(tmp_path):
    return counted(opened_world(tmp_path / "world", lots=AGREED), 0, 2)


def test_a_public_draw_has_one_order_and_the_record_verifies(agreed, tmp_path):
    order = agreed.services.lots.order(agreed.is_fixed, agreed.contest, SEED)
    assert order == draw("survey", SEED, agreed.contest, 1, ["option-a", "option-c"])
    draw_lot(agreed, *order, how=PublicDraw(SEED, "every kiosk"))
    assert declared(agreed)["elected"] == [order[0]]
    report = verified(agreed, tmp_path)
    assert report.exit_code == 0, report.to_text()
    assert any(SEED in one.detail for one in report.findings if one.code == "compare_seed")


def test_nobody_records_another_order_than_the_public_draw(agreed):
    order = agreed.services.lots.order(agreed.is_fixed, agreed.contest, SEED)
    how = PublicDraw(SEED, "every kiosk")
    assert code_of(lambda: draw_lot(agreed, *order[::-1], how=how)) == "lot_differs"


def test_officers_do_not_draw_by_hand_where_a_public_draw_was_agreed(agreed):
    assert code_of(lambda: draw_lot(agreed, "option-a", "option-c")) == "lot_other_way"


def test_nobody_draws_publicly_where_that_was_not_agreed_before(held):
    counted(held, 0, 2)
    how = PublicDraw(SEED, "every kiosk")
    assert code_of(lambda: draw_lot(held, "option-a", "option-c", how=how)) == "lot_other_way"


def test_simulated_officers_settle_several_ties_of_one_contest(tmp_path):
    held = counted(opened_world(tmp_path, contests=(contest(0), contest(1))), 0, 2)
    drawn = holding.draw_lots(held.services, held.is_fixed, held.staff, held.now, held.draw)
    assert drawn == 2
    assert held.services.lots.needed(held.is_fixed) == []
