"""One vote over the API, from the booth's first question to the receipt, and back again."""

import secrets
from datetime import timedelta

import pytest

from api_world import Booth, sealed, send, token_of
from tsukuba_trust.api.operations import documents
from tsukuba_trust.board import entries, merkle, receipt
from tsukuba_trust.plugins.identity.roll_code import new_code
from web_world import SCHOOL, WebWorld, web_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("api") / "state")
    yield made
    made.close()


@pytest.fixture
def own(tmp_path):
    made = web_world(tmp_path / "state")
    yield made
    made.close()


def test_a_booth_votes_with_one_card_reading_in_all_fields(world: WebWorld):
    booth = Booth(world).identified(1)
    for contest in world.contests:
        done = booth.cast(sealed(booth, 0, contest), contest)
        assert done["__typename"] == "CastBallotSuccess"


def test_the_receipt_proves_the_very_ballot_offline(world: WebWorld):
    booth = Booth(world).identified(2)
    ballot = sealed(booth)
    told = booth.cast(ballot)["receipt"]
    document, _blob = entries.document(ballot)
    entry = {"type": "BallotAccepted", "contest": told["contest"], "ballot": document}
    leaf = merkle.leaf_hash(entries.encode_entry(entry))
    keys = [booth.election()["logKey"]]
    receipt.check_receipt(told["proof"], leaf, keys, world.fixed.origin)


def test_the_same_ballot_again_gives_the_same_receipt(world: WebWorld):
    booth = Booth(world).identified(3)
    ballot = sealed(booth)
    size = len(world.types())
    first, again = booth.cast(ballot)["receipt"], booth.cast(ballot)["receipt"]
    assert first["index"] == again["index"] and first["tracker"] == again["tracker"]
    assert len(world.types()) == size + 1


def test_padding_changes_nothing_but_the_length(world: WebWorld):
    booth = Booth(world).identified(4)
    ballot = sealed(booth)
    short, long = booth.cast(ballot), booth.cast(ballot, padding="x" * 1_000)
    assert short["receipt"]["index"] == long["receipt"]["index"]


def test_a_later_ballot_is_named_by_the_receipt_of_the_earlier_one(world: WebWorld):
    booth = Booth(world).identified(5)
    first = booth.cast(sealed(booth, 0))["receipt"]
    second = booth.cast(sealed(booth, 1))["receipt"]
    asked = {"contest": first["contest"], "tracker": first["tracker"]}
    assert booth.call("ReceiptByTracker", asked)["replacedBy"] == second["index"]


def test_a_holder_finds_her_registration_and_her_ballot(world: WebWorld):
    booth = Booth(world).identified(6)
    contest = world.contests[0]
    asked = {"contest": contest, "credential": booth.voter.credentials[contest]}
    before = booth.call("Registration", asked)
    index = booth.cast(sealed(booth))["receipt"]["index"]
    after = booth.call("Registration", asked)
    assert (before["ballot"], after["ballot"]) == (None, index)
    assert before["index"] == before["current"] == after["current"]


def test_identifying_again_ends_the_old_keys_right_to_cast(world: WebWorld):
    old, new = Booth(world).identified(7), Booth(world).identified(7)
    refused = old.cast(sealed(old))
    assert (refused["code"], refused["step"]) == ("ballot_rejected", "credential_replaced")
    assert new.cast(sealed(new))["__typename"] == "CastBallotSuccess"


def test_the_page_is_told_of_earlier_uses_by_the_day(world: WebWorld):
    Booth(world).identified(8)
    booth = Booth(world)
    booth.start()
    claimed = booth.claim(token_of(booth.sign(8)))
    assert claimed["earlierUses"] == 1 and len(claimed["lastDay"]) == len("2026-11-21")


def test_an_answer_and_a_claim_may_be_repeated(world: WebWorld):
    booth = Booth(world)
    booth.start()
    text = booth.request()["challenge"]["text"]
    response = world.card(9).response(text)
    first, again = booth.answer(response), booth.answer(response)
    assert first == again
    claims = [booth.claim(token_of(first)) for _ in range(2)]
    assert claims[0]["index"] == claims[1]["index"]
    assert claims[0]["entry"] == claims[1]["entry"]


def test_digits_claim_as_the_token_does(world: WebWorld):
    booth = Booth(world)
    booth.start()
    assert booth.claim(booth.sign(10)["digits"])["__typename"] == "ClaimIdentificationSuccess"


def test_a_poll_shows_every_state(world: WebWorld):
    booth = Booth(world)
    booth.start()
    states = [booth.poll()["state"]]
    booth.request()
    states.append(booth.poll()["state"])
    booth.answer({"certificate": "", "signature": ""})
    told = booth.poll()
    states.append((told["state"], told["refusal"]))
    done = booth.sign(11)
    states.append(booth.poll()["state"])
    booth.claim(token_of(done))
    states.append(booth.poll()["state"])
    assert states == ["WAITING", "OPENED", ("REFUSED", "cert_refused"), "ANSWERED", "CLAIMED"]


def test_polls_slow_down_after_a_minute(own: WebWorld):
    booth = Booth(own)
    booth.start()
    early = booth.poll()["pollAfterMs"]
    own.clock.offset += timedelta(seconds=61)
    assert (early, booth.poll()["pollAfterMs"]) == (2_000, 4_000)


def test_an_attempt_ends_after_ten_minutes(own: WebWorld):
    booth = Booth(own)
    booth.start()
    own.clock.offset += timedelta(minutes=10, seconds=1)
    assert booth.poll()["state"] == "EXPIRED"
    assert booth.request()["code"] == "attempt_expired"


def test_two_cards_void_an_attempt_and_register_nobody(world: WebWorld):
    booth = Booth(world)
    booth.start()
    first = booth.sign(12)
    text = booth.challenge["text"]
    assert booth.answer(world.card(13).response(text))["code"] == "attempt_contested"
    size = len(world.types())
    assert booth.poll()["state"] == "CONTESTED"
    assert booth.claim(token_of(first))["code"] == "attempt_contested"
    assert len(world.types()) == size


def test_a_card_from_elsewhere_is_refused_and_the_device_may_answer_again(world: WebWorld):
    booth = Booth(world)
    booth.start()
    refused = booth.sign(world.card(14, defect="expired"))
    assert refused["code"] == "cert_expired"
    assert booth.sign(14)["__typename"] == "CompleteIdentificationSuccess"


def test_a_code_is_answered_by_the_page_itself(tmp_path):
    world = web_world(tmp_path / "state", file=SCHOOL)
    booth = Booth(world)
    assert booth.start()["challenge"]["__typename"] == "FormChallenge"
    wrong = booth.answer({"code": "0000-0000-0000"})
    assert wrong["code"] == "wrong_token"
    wrong = booth.answer({"code": new_code(secrets.token_bytes)})
    assert (wrong["code"], wrong["triesLeft"]) == ("wrong_token", 3)
    done = booth.answer({"code": world.codes["1"]})
    assert (done["digits"] is None) is not world.election.cross_device
    assert booth.claim(token_of(done))["__typename"] == "ClaimIdentificationSuccess"
    world.close()


def test_a_second_ballot_is_refused_and_its_first_is_named_where_only_one_counts(tmp_path):
    world = web_world(tmp_path / "state", revote=False)
    booth = Booth(world).identified(1)
    first = booth.cast(sealed(booth, 0))["receipt"]["index"]
    refused = booth.cast(sealed(booth, 1))
    assert (refused["code"], refused["index"]) == ("already_voted", first)
    world.close()


def test_a_page_of_another_definition_is_refused(world: WebWorld):
    assert Booth(world).start(definition="0" * 64)["code"] == "stale_definition"


def test_before_and_after_the_period_the_times_are_told(own: WebWorld):
    booth = Booth(own).identified(1)
    own.clock.go(own.election.period.closes + timedelta(seconds=1))
    refused = booth.cast(sealed(booth))
    assert (refused["code"], refused["__typename"]) == ("closed", "OutsidePeriod")
    assert booth.start()["code"] == "closed"
    assert booth.election()["notTakingVotes"] == "closed"


def test_the_booth_gets_all_texts_in_all_languages_at_once(world: WebWorld):
    told = Booth(world).election()
    names = [option["name"]["texts"] for one in told["contests"] for option in one["options"]]
    assert all([text["locale"] for text in texts] == ["ja", "en"] for texts in names)
    assert {one["uuid"] for one in told["contests"]} == set(world.contests)
    assert all(one["record"] and one["fingerprint"] for one in told["contests"])


def test_a_generated_client_may_send_the_text_of_the_document(world: WebWorld):
    compact = " ".join(documents()["BoothContest"].split())
    body = {"query": compact, "operationName": "BoothContest", "variables": {"slug": world.slug}}
    answer = send(world.vote, "/graphql/cast", body)
    assert answer.json["data"]["election"]["slug"] == world.slug
