"""The outer form of ballots and the signature over it."""

import json

import pytest

from archives import UUID, golden, sample
from tsukuba_trust.crypto.ballot import (
    MAX_BYTES,
    check_signature,
    fingerprint,
    read_ballot,
    tracker,
)
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.errors import BallotRejected


def test_it_reads_a_golden_ballot() -> None:
    found = golden("ff-h-single-3")
    election = found.events[0].records[0]
    ballot = read_ballot(found.events[1].records[0])
    check_signature(group("BELENIOS-2048"), ballot)
    assert ballot.fingerprint == fingerprint(election)


def test_it_reads_back_what_it_sealed() -> None:
    made = sample()
    ballot = read_ballot(made.ballot(0))
    check_signature(made.of_group, ballot)
    assert (ballot.uuid, ballot.credential) == (UUID, made.credential(0))


def test_a_tracker_has_43_characters() -> None:
    assert len(tracker(sample().ballot(0))) == 43


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"answers":[]}', "1.5", "NaN", "[" * 9999]
)
def test_it_refuses_what_is_no_ballot(text: str) -> None:
    with pytest.raises(BallotRejected, match="ballot_form"):
        read_ballot(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("election_uuid", 1),
        ("election_hash", None),
        ("credential", ["x"]),
        ("answers", {}),
        ("signature", {"hash": 1, "proof": {}}),
        ("signature", {"hash": ""}),
        ("more", 1),
    ],
)
def test_it_refuses_a_field_of_another_kind(field: str, value: object) -> None:
    ballot = json.loads(sample().ballot(0))
    with pytest.raises(BallotRejected, match="ballot_form"):
        read_ballot(json.dumps({**ballot, field: value}, separators=(",", ":")))


def test_it_refuses_a_field_that_stands_twice() -> None:
    text = sample().ballot(0).replace("{", f'{{"election_uuid":"{UUID}",', 1)
    with pytest.raises(BallotRejected, match="ballot_form"):
        read_ballot(text)


def test_it_refuses_half_a_surrogate() -> None:
    text = sample().ballot(0).replace("TsukubaTest", "\\ud800", 1)
    with pytest.raises(BallotRejected, match="ballot_form"):
        read_ballot(text)


@pytest.mark.parametrize("letter", ["x", "あ"])
def test_it_refuses_more_bytes_than_any_ballot_needs(letter: str) -> None:
    text = '"' + letter * (MAX_BYTES // len(letter.encode())) + '"'
    with pytest.raises(BallotRejected, match="larger"):
        read_ballot(text)


def test_it_refuses_a_signature_by_another_key() -> None:
    made = sample()
    ballot = json.loads(made.ballot(0))
    ballot["credential"] = made.credential(1)
    with pytest.raises(BallotRejected):
        check_signature(made.of_group, read_ballot(json.dumps(ballot, separators=(",", ":"))))


def test_it_refuses_a_credential_outside_the_subgroup() -> None:
    made = sample()
    bad = made.sign(0, [], phi="x").replace(made.credential(0), "0" * 64)
    with pytest.raises(BallotRejected):
        check_signature(made.of_group, read_ballot(bad))


def test_two_signatures_of_the_same_answers_differ() -> None:
    made = sample()
    answers = made.answers(0)
    assert made.sign(0, answers) != made.sign(0, answers)
