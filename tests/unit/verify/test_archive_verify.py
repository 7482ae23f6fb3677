"""Whole archives: golden ones, open ones, and the same verdict whatever the jobs."""

import io
import json

import pytest

from archives import (
    SCHEMES,
    TIME,
    VECTORS,
    WITH_PREFERENCES,
    WITHOUT_PREFERENCES,
    archive,
    golden_bytes,
    new_sample,
    sample,
)
from archives_broken import DEFECTS
from mixed_archives import mixed, mixed_questions, tallied
from tsukuba_trust.board import events, tar
from tsukuba_trust.board.archive import digest
from tsukuba_trust.crypto import json_text
from tsukuba_trust.crypto.ballot import tracker
from tsukuba_trust.errors import Misconfigured, Rejected
from tsukuba_trust.verify.archive import verify_archive


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES + WITH_PREFERENCES)
def test_it_verifies_a_golden_election_with_its_result(name: str) -> None:
    told = json.loads((VECTORS / name / "info.json").read_text())
    report = verify_archive(golden_bytes(name), SCHEMES)
    assert report.state == "complete"
    assert report.result == told["result"]
    assert report.credential_list == told["fingerprint_of_public_credentials"]


@pytest.mark.parametrize("name", WITH_PREFERENCES)
def test_it_says_that_a_preference_question_is_not_installed(name: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        verify_archive(golden_bytes(name), {"homomorphic": SCHEMES["homomorphic"]})
    assert refusal.value.code == "scheme_not_installed"


def test_it_verifies_an_election_at_every_stage() -> None:
    made = sample()
    found = made.complete(made.ballot(0), made.ballot(1))
    states = [verify_archive(archive(found[:n]), SCHEMES).state for n in range(1, len(found) + 1)]
    assert states == ["open"] * 3 + ["ended", "tallied", "decrypting", "decrypting", "complete"]


def test_it_verifies_an_election_without_ballots() -> None:
    report = verify_archive(archive(sample().complete()), SCHEMES)
    assert (report.ballots, report.result) == (0, [[0, 0]])


def test_it_verifies_mixed_ballots_at_every_stage() -> None:
    found = mixed().complete()
    states = [verify_archive(archive(found[:n]), SCHEMES).state for n in range(1, len(found) + 1)]
    assert states == [
        *["open"] * 4,
        "ended",
        "tallied",
        *["shuffling"] * 2,
        "shuffled",
        *["decrypting"] * 2,
        "complete",
    ]


def test_it_verifies_mixed_ballots_beside_added_ones() -> None:
    report = verify_archive(archive(mixed_questions().complete()), SCHEMES)
    assert report.shuffled_by == (2, 1)
    assert report.result[0] == [1, 2]
    assert sorted(report.result[1]) == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize("choices", [(), (1,)])
def test_it_verifies_a_mix_of_few_ballots(choices: tuple[int, ...]) -> None:
    made = tallied(choices=choices).mixed_by(1).mixed_by(2)
    report = verify_archive(archive(made.complete()), SCHEMES, mixers=2)
    assert report.result == [[[0, 1, 0]] * len(choices)]


@pytest.mark.parametrize(("mixers", "code"), [(3, "shuffles_missing"), (1, "shuffle_unexpected")])
def test_it_demands_the_number_of_shuffles_that_it_is_told(mixers: int, code: str) -> None:
    data = archive(mixed().complete())
    verify_archive(data, SCHEMES, mixers=2)
    with pytest.raises(Rejected) as refusal:
        verify_archive(data, SCHEMES, mixers=mixers)
    assert (refusal.value.step, refusal.value.code) == ("9.7", code)


def test_v05_it_names_the_first_bad_shuffle_whatever_the_jobs() -> None:
    found = list(mixed().complete())
    for place in (-6, -5):
        shuffled = found[place]
        content = json.loads(shuffled.records[0])
        content["proofs"][0][1][2] = "1"
        found[place] = events.shuffle(7 + place, json_text.write(content))
    refusals = set()
    for jobs in (1, 2):
        with pytest.raises(Rejected) as refusal:
            verify_archive(archive(found), SCHEMES, jobs=jobs)
        refusals.add((refusal.value.step, refusal.value.code, refusal.value.detail))
    assert refusals == {("9.7", "shuffle_proof_invalid", "shuffle 1: t3: equation t3")}


@pytest.mark.parametrize("text", ["", "[]", '{"ciphertexts":{},"proofs":[]}'])
def test_it_refuses_a_shuffle_of_no_form(text: str) -> None:
    found = [*mixed().events(), events.shuffle(2, text)]
    for kept in (found, [*found[:-3], found[-1]]):
        with pytest.raises(Rejected, match=r"shuffle_form|owner_twice"):
            verify_archive(archive(kept), SCHEMES)


def test_it_counts_the_last_ballot_of_each_credential_with_its_weight() -> None:
    made = new_sample(weights=[3, 1, 2_000_000_000])
    first, again, other = made.ballot(0), made.ballot(0, 1), made.ballot(2)
    tally = made.tally((again, other), 2_000_000_003)
    closing = [events.end_ballots(), events.encrypted_tally(tally)]
    report = verify_archive(archive([*made.open(first, other, again), *closing]), SCHEMES)
    assert (report.ballots, report.counted, report.total_weight) == (3, 2, 2_000_000_003)


def test_it_prints_trackers_and_the_last_event() -> None:
    made = sample()
    texts = [made.ballot(0), made.ballot(1)]
    data = archive(made.open(*texts))
    report = verify_archive(data, SCHEMES)
    assert report.trackers() == [tracker(text) for text in texts]
    assert f"{report.head}.event.json".encode() in data


def test_it_accepts_an_archive_that_continues_an_earlier_one() -> None:
    made = sample()
    found = made.complete(made.ballot(0))
    for n in range(1, len(found) + 1):
        verify_archive(archive(found), SCHEMES, previous=archive(found[:n]))


def test_it_reads_an_archive_from_a_file() -> None:
    data = golden_bytes("ed-h-single-3")
    stream = io.BytesIO(b"" + data)
    stream.seek(100)
    assert verify_archive(stream, SCHEMES) == verify_archive(data, SCHEMES)


def test_v05_it_says_the_same_with_two_processes() -> None:
    data = golden_bytes("ed-h-multi-20")
    assert verify_archive(data, SCHEMES, jobs=2) == verify_archive(data, SCHEMES)


def test_v05_it_names_the_first_bad_ballot_whatever_the_jobs() -> None:
    made = new_sample(voters=150)
    texts = [made.ballot(voter) for voter in range(150)]
    for bad in (20, 140):
        ballot = json.loads(texts[bad])
        ballot["answers"][0]["overall_proof"][0]["response"] = "1"
        texts[bad] = made.sign(bad, ballot["answers"])
    data = archive(made.open(*texts))
    refusals = set()
    for jobs in (1, 2):
        with pytest.raises(Rejected) as refusal:
            verify_archive(data, SCHEMES, jobs=jobs)
        refusals.add((refusal.value.step, refusal.value.code, refusal.value.detail))
    assert refusals == {("9.5", "proof_invalid", "ballot 21: overall_proof")}


def test_it_refuses_a_ballot_larger_than_any() -> None:
    made = sample()
    with pytest.raises(Rejected) as refusal:
        verify_archive(archive(made.open("[" * 300_000)), SCHEMES)
    assert (refusal.value.step, refusal.value.code) == ("9.5", "ballot_form")


def test_it_refuses_an_archive_without_a_setup() -> None:
    with pytest.raises(Rejected, match="setup_missing"):
        verify_archive(archive([]), SCHEMES)


@pytest.mark.parametrize(
    ("place", "text", "step"),
    [
        (0, "{", "9.3"),
        (0, "[]", "9.3"),
        (1, "[]", "9.2"),
        (1, '["Single"]', "9.2"),
        (2, "{}", "9.4"),
        (2, "[1]", "9.4"),
    ],
)
def test_it_refuses_a_setup_record_of_no_form(place: int, text: str, step: str) -> None:
    made = sample()
    records = [made.record, made.trustees, made.listed]
    records[place] = text
    with pytest.raises(Rejected) as refusal:
        verify_archive(archive([events.setup(*records)]), SCHEMES)
    assert refusal.value.step == step


@pytest.mark.parametrize("entry", ['{"owner":"1","payload":""}', "[]", '{"owner":1}'])
def test_it_refuses_an_owner_of_no_form(entry: str) -> None:
    made = sample()
    found = made.decrypted(made.ballot(0), by=(1,))
    found[-1] = events.Event("PartialDecryption", (found[-1].records[0], entry))
    with pytest.raises(Rejected, match="owner_form"):
        verify_archive(archive(found), SCHEMES)


@pytest.mark.parametrize("text", ['{"result":{}}', "[]", '{"result":[[1,0]],"more":1}'])
def test_it_refuses_a_result_of_no_form(text: str) -> None:
    made = sample()
    found = [*made.decrypted(made.ballot(0)), events.result(text)]
    with pytest.raises(Rejected, match="result_form"):
        verify_archive(archive(found), SCHEMES)


def test_a_refusal_holds_no_credential() -> None:
    made = sample()
    for builder, _, _ in DEFECTS.values():
        broken = builder()
        with pytest.raises(Rejected) as refusal:
            verify_archive(broken.data, SCHEMES, previous=broken.previous)
        assert not any(made.credential(voter) in str(refusal.value) for voter in range(3))


@pytest.mark.parametrize("text", ["", "plain text"])
def test_it_says_that_a_file_is_no_archive(text: str) -> None:
    with pytest.raises(Misconfigured, match="archive_unreadable"):
        verify_archive(text.encode(), SCHEMES)


def test_it_refuses_a_record_that_is_not_utf_8() -> None:
    made = sample()
    link = {"height": 0, "type": "Setup", "payload": digest(b"\xff")}
    event = json_text.write(link).encode()
    bodies = [text.encode() for text in made.setup().records[:3]] + [b"\xff"]
    written = archive([]) + b"".join(
        tar.record_bytes(f"{digest(body)}.data.json", body, TIME) for body in bodies
    )
    written += tar.record_bytes(f"{digest(event)}.event.json", event, TIME)
    with pytest.raises(Rejected, match="archive_text"):
        verify_archive(written, SCHEMES)
