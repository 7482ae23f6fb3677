"""Ballots that are mixed: by different trustees, one after the other, before anybody decrypts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from election_world import World, opened_world
from record_parts import contest
from tsukuba_trust.board import archive
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.decryption import check_partial, partial_decrypt
from tsukuba_trust.crypto.factors import prove_factors
from tsukuba_trust.crypto.groups import hash_to_scalar
from tsukuba_trust.crypto.proofs import Proof, proof_json
from tsukuba_trust.crypto.shuffle_record import shuffle_lists, sign_shuffle
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.plugins.ballots.preference import seal_plaintext
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.trustee import work_file

MIXED = contest(0, ballot_scheme="preference", ballot={"form": "choice", "blank": True})
ADDED = contest(1)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[World]:
    made = opened_world(tmp_path, contests=(MIXED, ADDED))
    yield made
    made.close()


def code_of(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


def tallied(held: World, *choices: int) -> World:
    for person, choice in enumerate(choices):
        voter = held.registered(person)
        for uuid in (mixed(held), added(held)):
            held.cast(voter, choice, uuid)
    held.closed()
    held.services.counting.fix_tallies(held.is_fixed)
    return held


def mixed(held: World) -> str:
    return held.election.contests[0].uuid


def added(held: World) -> str:
    return held.election.contests[1].uuid


def shuffle(held: World, trustee: int, uuid: str = "") -> str:
    uuid = uuid or mixed(held)
    lists = held.services.tallies.opened(held.is_fixed, uuid).ciphertexts
    return held.trustees[trustee - 1].shuffle(held.is_fixed, uuid, lists, held.draw)


def post(held: World, trustee: int, text: str = "", uuid: str = "") -> int:
    uuid = uuid or mixed(held)
    text = text or shuffle(held, trustee, uuid)
    return held.services.mixing.post_shuffle(held.is_fixed, uuid, trustee, text)


def decryption(held: World, trustee: int) -> str:
    lists = held.services.tallies.opened(held.is_fixed, mixed(held)).ciphertexts
    return held.trustees[trustee - 1].decrypt(held.is_fixed, mixed(held), lists, held.draw)


def post_decryption(held: World, trustee: int, text: str) -> int:
    return held.services.counting.post_decryption(held.is_fixed, mixed(held), trustee, text)


def test_a_mixed_election_is_held_to_its_result_and_verifies(held: World, tmp_path: Path) -> None:
    for person, choice in enumerate((0, 2, 2, 1)):
        voter = held.registered(person)
        held.cast(voter, choice, mixed(held))
        held.cast(voter, choice, added(held))
    held.counted()
    result = held.services.publishing.result(held.is_fixed, mixed(held))
    assert sorted(json.loads(result or "")["result"][0]) == [[1], [2], [3], [3]]
    assert held.votes(added(held)) == [1, 1, 2]
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    report = verify_record(tmp_path / "record", registry=held.services.registry)
    assert report.exit_code == 0, report.to_text()
    events = archive.read_archive((tmp_path / "record" / f"{mixed(held)}.bel").read_bytes()).events
    kinds = [event.kind for event in events if event.kind != "Ballot"]
    assert kinds[3:] == [*["Shuffle"] * 2, "EndShuffles", *["PartialDecryption"] * 2, "Result"]


def test_b05_a_ballot_of_no_meaning_is_counted_as_invalid(held: World, tmp_path: Path) -> None:
    voter = held.registered(0)
    record = held.is_fixed.records[mixed(held)]
    context = voter.context(mixed(held), record.questions[0])
    element = record.group.power(record.group.generator, 4711)
    held.send(voter.sign(mixed(held), [seal_plaintext(context, element, held.draw)]), mixed(held))
    held.cast(held.registered(1), 1, mixed(held))
    held.cast(voter, 0, added(held))
    held.counted()
    outcome = json.loads(held.services.publishing.outcomes(held.is_fixed)[mixed(held)])
    assert outcome["detail"]["invalid_ballots"] == [{"rule": "plaintext", "ballots": 1}]
    assert outcome["elected"] == ["option-b"]


def test_p02_nobody_decrypts_before_all_have_mixed(held: World) -> None:
    tallied(held, 0, 1)
    for trustee in (2, 3):
        text = decryption(held, trustee)
        assert code_of(lambda text=text, t=trustee: post_decryption(held, t, text)) == (
            "shuffles_missing"
        )
        post(held, trustee)
    post_decryption(held, 2, decryption(held, 2))


def test_a_partly_mixed_contest_is_published_as_far_as_it_goes(held: World, tmp_path: Path) -> None:
    tallied(held, 0, 1)
    post(held, 2)
    held.services.publishing.export(held.is_fixed, tmp_path / "record")
    report = verify_record(tmp_path / "record", registry=held.services.registry)
    assert report.exit_code == 0, report.to_text()


def test_the_same_file_again_gives_the_same_index(held: World) -> None:
    tallied(held, 0, 1)
    text = shuffle(held, 1)
    index = post(held, 1, text)
    assert post(held, 1, text) == index
    assert code_of(lambda: post(held, 1)) == "entry_differs"
    post(held, 2)
    assert post(held, 1, text) == index


def test_p02_there_are_as_many_mixers_as_configured(held: World) -> None:
    tallied(held, 0, 1)
    post(held, 3)
    post(held, 1)
    assert code_of(lambda: post(held, 2)) == "shuffles_complete"


def test_it_refuses_a_trustee_who_does_not_exist_and_a_shuffle_too_early(held: World) -> None:
    text = "{}"
    assert code_of(lambda: post(held, 1, text)) == "tally_missing"
    tallied(held, 0, 1)
    for number in (0, 4):
        assert code_of(lambda number=number: post(held, number, text)) == "trustee_unknown"


def test_ballots_that_are_added_up_are_not_mixed(held: World) -> None:
    tallied(held, 0, 1)
    assert code_of(lambda: post(held, 1, "{}", added(held))) == "shuffles_complete"


def test_below_the_minimum_nothing_is_mixed(held: World) -> None:
    tallied(held)
    assert code_of(lambda: post(held, 1, "{}")) == "too_few_ballots"


def test_p02_nobody_mixes_in_the_name_of_a_trustee(held: World) -> None:
    """The office cannot be every mixer: each signs with the key that decrypts."""
    tallied(held, 0, 1)
    lists = held.services.tallies.opened(held.is_fixed, mixed(held)).ciphertexts
    record = held.is_fixed.records[mixed(held)]
    group, phi = record.group, record.fingerprint
    text = shuffle_lists(group, record.key, phi, lists, held.draw)
    own = sign_shuffle(group, phi, held.trustees[1].secret, text, held.draw)
    assert code_of(lambda: post(held, 1, work_file(1, text, own))) == "shuffle_unsigned"
    assert code_of(lambda: post(held, 1, text)) == "shuffle_unsigned"
    other = shuffle_lists(group, record.key, phi, lists, held.draw)
    signed = sign_shuffle(group, phi, held.trustees[0].secret, other, held.draw)
    assert code_of(lambda: post(held, 1, work_file(1, text, signed))) == "shuffle_unsigned"


def test_p02_a_cheating_mixer_is_refused(held: World) -> None:
    tallied(held, 0, 1)
    record, secret = held.is_fixed.records[mixed(held)], held.trustees[0].secret
    content = json.loads(shuffle(held, 1).partition("\n")[0])
    content["ciphertexts"][0].reverse()
    text = json_text.write(content)
    proof = sign_shuffle(record.group, record.fingerprint, secret, text, held.draw)
    before = held.size()
    assert code_of(lambda: post(held, 1, work_file(1, text, proof))) == "shuffle_proof_invalid"
    assert held.size() == before


def test_a_shuffle_of_an_older_list_is_refused(held: World) -> None:
    tallied(held, 0, 1)
    late = shuffle(held, 2)
    post(held, 1)
    assert code_of(lambda: post(held, 2, late)) == "shuffle_proof_invalid"


def forged(held: World, trustee: int) -> str:
    """Decrypt with one factor made up so that the format's own proof accepts it."""
    one, record = held.trustees[trustee - 1], held.is_fixed.records[mixed(held)]
    lists = held.services.tallies.opened(held.is_fixed, mixed(held)).ciphertexts
    group, phi = record.group, record.fingerprint
    public = held.is_fixed.keys.verification_keys[trustee - 1]
    text = partial_decrypt(group, phi, one.secret, public, lists, held.draw)
    content = json.loads(text)
    w, alpha = group.random_scalar(held.draw), lists[0][0].alpha
    commitments = [group.power(group.generator, w), group.power(alpha, 99)]
    prefix = f"decrypt|{phi}|{group.encode(public)}|"
    challenge = hash_to_scalar(group, prefix, commitments)
    response = (w - one.secret * challenge) % group.q
    quotient = group.multiply(commitments[1], group.invert(group.power(alpha, response)))
    factor = group.power(quotient, pow(challenge, -1, group.q))
    content["decryption_factors"][0][0] = group.encode(factor)
    content["decryption_proofs"][0][0] = proof_json(Proof(challenge, response))
    text = json_text.write(content)
    check_partial(group, phi, public, lists, text)
    proof = prove_factors(group, phi, one.secret, lists, text, held.draw)
    return work_file(trustee, text, proof)


def test_p01_no_trustee_spoils_the_ballot_that_she_opens(held: World) -> None:
    """The format's proof hashes no factor: it accepts one that makes a ballot invalid."""
    tallied(held, 0, 1)
    post(held, 1)
    post(held, 2)
    text = forged(held, 2)
    assert code_of(lambda: post_decryption(held, 2, text)) == "factors_unproven"
    unproven = decryption(held, 2).partition("\n")[0]
    assert code_of(lambda: post_decryption(held, 2, unproven)) == "factors_unproven"
    post_decryption(held, 2, decryption(held, 2))
