"""From the end to the result: order, strikes, decryptions, minimum, outcome."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from election_world import World, opened_world
from record_parts import contest
from tsukuba_trust.board import archive, canonical, entries
from tsukuba_trust.crypto import json_text
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.services.declaring import electors_of
from tsukuba_trust.services.tally import read_work
from tsukuba_trust.testing import holding


@pytest.fixture
def held(tmp_path) -> Iterator[World]:
    made = opened_world(tmp_path)
    yield made
    made.close()


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


def vote(held: World, *choices: int) -> None:
    for person, choice in enumerate(choices):
        held.cast(held.registered(person), choice)


def decryption(held: World, trustee: int, contest: str = "") -> str:
    uuid = contest or held.contest
    ciphertexts = held.services.tallies.fixed(held.is_fixed, uuid).prefix.ciphertexts
    return held.trustees[trustee - 1].decrypt(held.is_fixed, uuid, ciphertexts, held.draw)


def post(held: World, trustee: int, text: str = "", contest: str = "") -> int:
    uuid = contest or held.contest
    return held.services.counting.post_decryption(
        held.is_fixed, uuid, trustee, text or decryption(held, trustee, uuid)
    )


def tallied(held: World, *choices: int) -> World:
    vote(held, *choices)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    return held


# -- the end ----------------------------------------------------------------------------


def test_voting_does_not_end_before_the_drain_is_over(held):
    closes = held.election.period.closes
    end = held.services.counting.end
    for at in (closes, closes + timedelta(seconds=119)):
        assert code_of(lambda at=at: end(held.is_fixed, at)) == "not_closed"
    assert end(held.is_fixed, closes + timedelta(seconds=120)) == held.size() - 1


def test_ending_twice_is_one_entry(held):
    held.closed()
    before = held.size()
    held.closed()
    assert held.size() == before


def test_the_end_counts_holders_and_their_ballots(held):
    voter = held.registered(0)
    held.cast(voter, 0)
    held.cast(voter, 1)
    held.registered(1)
    held.closed()
    entry = dict(held.services.board.entries(held.origin))[held.size() - 1]
    assert entry["contests"] == [{"contest": held.contest, "holders": 2, "ballots": 1}]


def test_a_ballot_between_look_and_lock_does_not_falsify_the_end(held, monkeypatch):
    voter = held.registered()
    texts, at = [held.sealed(voter, choice) for choice in (0, 1, 2)], held.now
    append = held.services.board.append

    def late(origin, entry, **rest):
        if entry["type"] == "VotingEnded" and texts:
            held.send(texts.pop(), at=at)
        return append(origin, entry, **rest)

    monkeypatch.setattr(held.services.board, "append", late)
    held.closed()
    # The second ballot of one holder changes no number, so the end goes through then.
    assert held.types()[-3:] == ["BallotAccepted", "BallotAccepted", "VotingEnded"]


def test_ballots_that_never_stop_are_told_so(held, monkeypatch):
    def busy(*_args, **_kwargs):
        raise Rejected("end_counts", step="4")

    monkeypatch.setattr(held.services.board, "append", busy)
    assert code_of(held.closed) == "server_busy"


def test_another_process_that_ends_first_is_no_fault(held, monkeypatch):
    append = held.services.board.append
    done = []

    def twice(origin, entry, **rest):
        if not done:
            done.append(append(origin, entry, **rest))
            raise Refused("entry_differs")
        return append(origin, entry, **rest)

    monkeypatch.setattr(held.services.board, "append", twice)
    held.closed()
    assert held.types()[-1] == "VotingEnded"


def test_an_end_that_the_board_refuses_for_another_reason_is_told(held, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise Refused("unknown_election")

    monkeypatch.setattr(held.services.board, "append", refuse)
    assert code_of(held.closed) == "unknown_election"


def test_a_vote_that_was_never_opened_cannot_end(tmp_path):
    held = opened_world(tmp_path, stage="prepared")
    assert code_of(held.closed) == "order"


# -- strikes ----------------------------------------------------------------------------


def strike(held: World, holders: dict[int, str]) -> None:
    made = held.services.counting.propose_strikes(held.is_fixed, held.now, "paper", holders)
    holding.enact(held.services, held.is_fixed, held.staff, made)


def test_a_struck_holder_does_not_count(held):
    first = held.identify(one := held.voter(), 0).index
    held.cast(one, 0)
    held.cast(held.registered(1), 1)
    held.closed()
    strike(held, {first: "paper"})
    held.counted()
    assert held.votes() == [0, 1, 0]


def test_strikes_are_sorted_whatever_order_they_come_in(held):
    holders = [held.identify(held.voter(), person).index for person in range(3)]
    held.closed()
    strike(held, dict.fromkeys(reversed(holders), "paper"))
    entry = dict(held.services.board.entries(held.origin))[held.size() - 1]
    listed = json.loads(entries.document_text(entry["holders"], held.services.board.blob))
    assert [one["holder"] for one in listed] == holders
    assert entry["count"] == 3


def test_only_holders_can_be_struck(held):
    first = held.identify(held.voter(), 0).index
    second = held.identify(held.voter(), 0).index
    held.closed()
    propose = held.services.counting.propose_strikes
    for index in (0, second, 9999):
        call = lambda index=index: propose(held.is_fixed, held.now, "x", {index: "paper"})  # noqa: E731
        assert code_of(call) == "unknown_holder"
    assert code_of(lambda: propose(held.is_fixed, held.now, "x", {})) == "strikes_missing"
    assert propose(held.is_fixed, held.now, "x", {first: "paper"}).act["number"] == 3


def test_holders_are_struck_once(held):
    first = held.identify(held.voter(), 0).index
    second = held.identify(held.voter(), 1).index
    held.closed()
    strike(held, {first: "paper"})
    assert code_of(lambda: strike(held, {second: "paper"})) == "order"


# -- tallies ----------------------------------------------------------------------------


def test_tallies_are_fixed_in_the_definitions_order_and_once(tmp_path):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    held.closed()
    first = held.services.counting.fix_tallies(held.is_fixed)
    assert held.services.counting.fix_tallies(held.is_fixed) == first
    assert held.types()[-2:] == ["TallyFixed", "TallyFixed"]


def test_a_crash_between_two_tallies_is_mended_by_the_same_call(tmp_path, monkeypatch):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    held.closed()
    second = held.election.contests[1].uuid
    append = held.services.board.append

    def crash(origin, entry, **rest):
        if entry.get("contest") == second:
            raise KeyboardInterrupt
        return append(origin, entry, **rest)

    monkeypatch.setattr(held.services.board, "append", crash)
    with pytest.raises(KeyboardInterrupt):
        held.services.counting.fix_tallies(held.is_fixed)
    monkeypatch.undo()
    held.services.counting.fix_tallies(held.is_fixed)
    assert held.types()[-2:] == ["TallyFixed", "TallyFixed"]


def test_a_tally_names_its_archive_and_the_ballots_in_it(held):
    tallied(held, 0, 1)
    tally = held.services.tallies.fixed(held.is_fixed, held.contest)
    kinds = [event.kind for event in archive.read_archive(tally.archive).events]
    assert kinds == ["Setup", "Ballot", "Ballot", "EndBallots", "EncryptedTally"]
    assert held.services.board.state(held.origin).tallied == {held.contest: 2}


def test_a_tally_that_is_not_fixed_cannot_be_read(held):
    call = lambda: held.services.tallies.fixed(held.is_fixed, held.contest)  # noqa: E731
    assert code_of(call) == "tally_missing"
    call = lambda: held.services.counting.result_text(held.is_fixed, held.contest)  # noqa: E731
    assert code_of(call) == "tally_missing"


# -- O14: nothing is decrypted early ----------------------------------------------------


def some_decryption(held: World) -> str:
    """Return a well-formed decryption of nothing in particular."""
    record = held.is_fixed.records[held.contest]
    return held.trustees[0].decrypt(held.is_fixed, record.uuid, [[]], held.draw)


def test_o14_no_decryption_is_taken_while_voting_is_open(held):
    vote(held, 0)
    assert code_of(lambda: post(held, 1, some_decryption(held))) == "tally_missing"


def test_o14_no_decryption_is_taken_between_the_end_and_the_tally(held):
    vote(held, 0)
    held.closed()
    assert code_of(lambda: post(held, 1, some_decryption(held))) == "tally_missing"


def test_o14_no_decryption_is_taken_before_every_tally_is_fixed(tmp_path, monkeypatch):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    held.closed()
    fixed = held.is_fixed
    only = held.election.contests[0]
    from tsukuba_trust.board.ledger import read_ledger

    ledger = read_ledger(held.services.board.entries(held.origin), held.services.board.blob)
    held.services.counting._fix_tally(fixed, only, ledger)
    assert code_of(lambda: post(held, 1)) == "tally_missing"


def test_o14_the_writer_itself_takes_no_decryption_before_the_tallies(held):
    document, _ = entries.document(some_decryption(held))
    entry = {
        "type": "PartiallyDecrypted",
        "contest": held.contest,
        "trustee": 1,
        "decryption": document,
    }
    with pytest.raises(Rejected, match="order"):
        held.services.board.append(held.origin, entry)


# -- decryptions ------------------------------------------------------------------------


def test_decryptions_of_enough_trustees_give_the_result(held):
    tallied(held, 0, 1, 1)
    post(held, 1)
    assert code_of(lambda: held.services.counting.result_text(held.is_fixed, held.contest)) == (
        "decryption_incomplete"
    )
    post(held, 3)
    text = held.services.counting.result_text(held.is_fixed, held.contest)
    assert text == '{"result":[[1,2,0]]}'


def test_the_same_decryption_again_is_one_entry(held):
    tallied(held, 0)
    text = decryption(held, 1)
    assert post(held, 1, text) == post(held, 1, text)


def test_another_decryption_of_the_same_trustee_is_refused(held):
    tallied(held, 0)
    post(held, 1)
    assert code_of(lambda: post(held, 1)) == "entry_differs"


def test_more_decryptions_than_needed_are_refused(held):
    tallied(held, 0)
    post(held, 1)
    post(held, 2)
    assert code_of(lambda: post(held, 3)) == "decryption_complete"


@pytest.mark.parametrize("trustee", [0, 4, -1])
def test_a_trustee_that_does_not_exist_is_refused(held, trustee):
    tallied(held, 0)
    assert code_of(lambda: post(held, trustee, "{}")) == "trustee_unknown"


def test_a_decryption_under_another_trustees_name_is_refused(held):
    tallied(held, 0)
    text = decryption(held, 1)
    assert code_of(lambda: post(held, 2, text)) == "decryption_proof_invalid"


def test_a_decryption_of_another_contest_is_refused(tmp_path):
    held = opened_world(tmp_path, contests=(contest(0), contest(1)))
    voter = held.registered()
    first, second = held.is_fixed.defined["contests"]
    held.cast(voter, 0, first)
    held.cast(voter, 1, second)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    text = decryption(held, 1, first)
    assert code_of(lambda: post(held, 1, text, second)) == "decryption_proof_invalid"


def test_a_decryption_of_another_shape_is_refused(held):
    tallied(held, 0)
    assert code_of(lambda: post(held, 1, some_decryption(held))) == "decryption_shape"


@pytest.mark.parametrize("text", ["", "x", "[]", '{"decryption_factors":[]}'])
def test_a_malformed_decryption_is_refused(held, text):
    tallied(held, 0)
    assert code_of(lambda: post(held, 1, text + "\n")) == "decryption_form"


def test_the_two_lines_of_belenios_tool_are_taken(held):
    tallied(held, 0)
    text, _strong = decryption(held, 2).splitlines()
    owned = json_text.write({"owner": 2, "payload": canonical.digest(text.encode())})
    assert post(held, 2, f"{text}\n{owned}\n") == held.size() - 1


@pytest.mark.parametrize("owned", [{"owner": 1, "payload": "x"}, {"owner": 3}, "x"])
def test_a_second_line_that_names_another_owner_or_body_is_refused(owned):
    call = lambda: read_work(f"text\n{json.dumps(owned)}", 1)  # noqa: E731
    assert code_of(call) == "trustee_file"


def test_more_than_three_lines_are_refused():
    assert code_of(lambda: read_work("a\nb\nc\nd", 1)) == "trustee_file"


def test_a_large_decryption_becomes_a_blob(tmp_path):
    from record_parts import words
    from tsukuba_trust.values import Option

    options = tuple(Option(f"o-{n}", words(f"候補{n}")) for n in range(160))
    held = opened_world(tmp_path, contests=(contest(0, options=options),))
    tallied(held, 150)
    index = post(held, 1)
    entry = dict(held.services.board.entries(held.origin))[index]
    assert "sha256" in entry["decryption"]
    post(held, 2)
    text = held.services.counting.result_text(held.is_fixed, held.contest)
    assert json.loads(text)["result"][0][150] == 1


# -- minimum and declaration ------------------------------------------------------------


def test_below_the_minimum_nothing_is_decrypted_and_the_outcome_says_so(tmp_path):
    held = opened_world(tmp_path, minimum_ballots=2)
    tallied(held, 0)
    assert code_of(lambda: post(held, 1)) == "too_few_ballots"
    certificate = held.services.counting.propose_certificate(held.is_fixed, held.now, "done")
    holding.enact(held.services, held.is_fixed, held.staff, certificate)
    entry = dict(held.services.board.entries(held.origin))[held.size() - 1]
    text = entries.document_text(entry["outcome"], held.services.board.blob, blob=True)
    assert json.loads(text) == {"status": "not_decrypted", "ballots": 1}
    assert "result" not in entry
    archived = held.services.publishing.archive(held.is_fixed, held.contest)
    assert archive.read_archive(archived).events[-1].kind == "EncryptedTally"


def test_strikes_may_bring_a_contest_below_the_minimum(tmp_path):
    held = opened_world(tmp_path, minimum_ballots=2)
    vote(held, 0, 1)
    holder = next(
        index
        for index, entry in held.services.board.entries(held.origin)
        if entry["type"] == "CredentialsRegistered"
    )
    held.closed()
    strike(held, {holder: "paper"})
    held.services.counting.fix_tallies(held.is_fixed)
    assert code_of(lambda: post(held, 1)) == "too_few_ballots"


def test_the_declared_result_is_in_entry_and_archive(held):
    vote(held, 0, 2, 2)
    held.counted()
    entry = dict(held.services.board.entries(held.origin))[held.size() - 1]
    outcome = entries.document_text(entry["outcome"], held.services.board.blob, blob=True)
    assert json.loads(outcome)["elected"] == ["option-c"]
    archived = held.services.publishing.archive(held.is_fixed, held.contest)
    assert archive.read_archive(archived).events[-1].records == ('{"result":[[1,0,2]]}',)


def test_the_result_is_not_declared_before_enough_decryptions(held):
    tallied(held, 0)
    post(held, 1)
    call = lambda: held.services.counting.propose_certificate(held.is_fixed, held.now, "x")  # noqa: E731
    assert code_of(call) == "decryption_incomplete"


def test_an_election_without_ballots_is_declared_without_a_result(held):
    held.counted()
    assert held.services.publishing.result(held.is_fixed, held.contest) is None
    assert held.types()[-1] == "ResultDeclared"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("ballot_schemes", "scheme_not_installed"), ("tally_methods", "method_not_installed")],
)
def test_a_missing_plugin_is_a_fault_of_the_installation(held, monkeypatch, kind, code):
    tallied(held, 0)
    post(held, 1)
    post(held, 2)
    monkeypatch.setattr(type(held.services.registry), kind, {})
    call = lambda: held.services.counting.propose_certificate(held.is_fixed, held.now, "x")  # noqa: E731
    assert code_of(call) == code


# -- ties -------------------------------------------------------------------------------


def decrypted(held: World, *choices: int) -> World:
    tallied(held, *choices)
    post(held, 1)
    post(held, 2)
    return held


def test_a_tie_stops_the_certificate_until_a_lot_is_drawn(held):
    decrypted(held, 0, 2)
    with pytest.raises(Refused, match=r"lot_needed.*1 of option-a .*option-c") as refusal:
        held.services.counting.propose_certificate(held.is_fixed, held.now, "done")
    assert refusal.value.code == "lot_needed"


# -- electors ---------------------------------------------------------------------------


def test_electors_are_those_of_the_roll_in_force(tmp_path):
    held = opened_world(tmp_path, electorate="roll", electors=6)
    assert electors_of(held.is_fixed, held.services.board) == 6
    groups = [{"name": "all", "electors": 7}]
    held.act("change-roll", groups=groups, root="0" * 64)
    assert electors_of(held.is_fixed, held.services.board) == 7


def test_without_a_roll_electors_come_from_the_definition_or_are_unknown(held):
    fixed = held.is_fixed
    assert electors_of(fixed, held.services.board) is None
    given = replace(fixed, election=replace(fixed.election, electors=(120, "city hall")))
    assert electors_of(given, held.services.board) == 120
