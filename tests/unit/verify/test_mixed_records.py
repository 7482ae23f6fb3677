"""Whole records whose ballots are mixed: at every phase, for a trustee, and broken."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import UUIDS, contest, election
from record_reports import found, verify
from tsukuba_trust.crypto import json_text
from tsukuba_trust.plugins.ballots.preference import seal_plaintext
from tsukuba_trust.values import TrusteesRule

CHOICE = contest(0, ballot_scheme="preference", ballot={"form": "choice", "blank": True})
ADDED = contest(1)
MIXED = election(contests=(CHOICE,))
BOTH = election(contests=(CHOICE, ADDED))


def make(path: Path, **arguments: Any) -> Path:
    return records.build(path / "record", **{"of": MIXED, **arguments})


@pytest.mark.parametrize("until", ["tallied", "mixed", "decrypted", "declared"])
def test_a_mixed_record_verifies_at_every_phase(until: str, tmp_path: Path) -> None:
    report = verify(make(tmp_path, until=until))
    assert report.exit_code == 0, report.to_text()


def test_a_mixed_contest_stands_beside_an_added_one(tmp_path: Path) -> None:
    report = verify(make(tmp_path, of=BOTH))
    assert report.exit_code == 0, report.to_text()


def test_v05_a_mixed_record_reads_the_same_with_two_processes(tmp_path: Path) -> None:
    path = make(tmp_path)
    assert verify(path, jobs=2).to_json() == verify(path).to_json()


def test_more_mixers_than_the_threshold_verify(tmp_path: Path) -> None:
    rule = TrusteesRule(MIXED.trustees.names, 2, mixers=3)
    report = verify(make(tmp_path, of=election(contests=(CHOICE,), trustees=rule)))
    assert report.exit_code == 0, report.to_text()


def without_a_mixer(mixers: range, log: Log) -> range:
    return mixers[:-1]


def one_mixer_twice(mixers: range, log: Log) -> list[int]:
    return [1, 1]


@pytest.mark.parametrize(
    ("mixers", "code"),
    [(without_a_mixer, "shuffles_missing"), (one_mixer_twice, "trustee_twice")],
)
def test_p02_a_record_with_too_few_mixers_is_refuted(
    mixers: Callable[[range, Log], Any], code: str, tmp_path: Path
) -> None:
    report = verify(make(tmp_path, change={"mixers 0": mixers}))
    assert ("refuted", "4", code) in {row[:3] for row in found(report)}


def swapped(text: str, log: Log) -> str:
    value = json.loads(text)
    value["ciphertexts"][0].reverse()
    return json_text.write(value)


@pytest.mark.parametrize("step", [1, 2])
def test_p02_a_cheating_mixer_is_named_by_her_entry(step: int, tmp_path: Path) -> None:
    report = verify(make(tmp_path, change={f"shuffle 0 {step}": swapped}))
    assert report.exit_code == 1
    assert ("refuted", "9.7", "shuffle_proof_invalid", 22 + step) in found(report)


def test_a_shuffle_that_is_no_list_refutes_the_record(tmp_path: Path) -> None:
    path = make(tmp_path, until="mixed", change={"shuffle 0 2": lambda text, log: "[]"})
    report = verify(path)
    assert ("refuted", "9.7", "shuffle_form", 24) in found(report)


def test_b05_an_invalid_ballot_stands_in_the_verified_outcome(tmp_path: Path) -> None:
    def forged(text: str, log: Log) -> str:
        uuid = UUIDS[0]
        context = log.context(uuid, log.holders["bob"].credentials[uuid])
        element = context.group.power(context.group.generator, 4711)
        answer = seal_plaintext(context, element, log.draw)
        return log.sign("bob", uuid, [answer], context.fingerprint)

    path = make(tmp_path, change={"ballot 5": forged}, strikes=())
    report = verify(path)
    assert report.exit_code == 0, report.to_text()
    (told,) = report.facts["contests"]
    assert told["outcome"]["detail"]["invalid_ballots"] == [{"rule": "plaintext", "ballots": 1}]


def notes(path: Path) -> dict[str, str]:
    report = verify(path, for_trustee=True)
    assert report.exit_code == 0, report.to_text()
    return {row.code: row.detail for row in report.findings if row.status == "note"}


def test_d16_a_trustee_is_told_to_wait_for_all_mixers(tmp_path: Path) -> None:
    told = notes(make(tmp_path, until="tallied"))
    assert told["shuffles_missing"] == f"{UUIDS[0]}: 2 to come, do not decrypt"
    assert "compare_before_decrypting" not in told


def test_d16_a_trustee_compares_the_last_list(tmp_path: Path) -> None:
    path = make(tmp_path, until="mixed")
    told, facts = notes(path), verify(path, for_trustee=True).facts
    (row,) = facts["contests"]
    assert told["compare_before_decrypting"] == f"{UUIDS[0]}: {row['mixed']}"
    assert row["mixed"] != row["tally"]
