"""Counts by another rule than the published one, and ballots that spoil a count."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import UUIDS, election
from record_reports import found, verify
from tsukuba_trust.crypto import json_text


def test_a_counted_ballot_with_false_proofs_is_named_by_both_steps(tmp_path: Path) -> None:
    """Its index on the board by step 8, its number in the archive by step 9.5 (attack B05)."""

    def spoil(text: str, log: Log) -> str:
        value = json.loads(text)
        proof = value["answers"][0]["individual_proofs"][0][0]
        proof["response"] = str(int(proof["response"]) ^ 1)
        uuid = value["election_uuid"]
        return log.sign("ann", uuid, value["answers"], log.records[uuid].fingerprint)

    report = verify(records.build(tmp_path / "record", change={"ballot 0": spoil}))
    assert ("refuted", "8", "proof_invalid", 6) in found(report)
    assert ("refuted", "9.5", "proof_invalid", 22) in found(report)


def test_a_counted_ballot_without_ciphertexts_is_named(tmp_path: Path) -> None:
    def empty(text: str, log: Log) -> str:
        value = json.loads(text)
        uuid = value["election_uuid"]
        return log.sign("ann", uuid, [{}], log.records[uuid].fingerprint)

    path = records.build(tmp_path / "r", until="ended", change={"ballot 0": empty})
    assert ("refuted", "8", "answer_form", 6) in found(verify(path))


def test_a_tally_over_ballots_that_cannot_be_added_is_refuted(tmp_path: Path) -> None:
    """The count was made over other ballots than the board shows."""

    def swap(data: list[bytes], log: Log) -> list[bytes]:
        entry = json.loads(data[6])
        ballot = json.loads(entry["ballot"]["text"])
        uuid = ballot["election_uuid"]
        text = log.sign("ann", uuid, [{}], log.records[uuid].fingerprint)
        ballot["answers"] = [{}]
        entry["ballot"]["text"] = json_text.write({**json.loads(text), "answers": [{}]})
        data[6] = json.dumps(
            entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()
        return data

    script = (("register", "ann"), ("cast", "ann", 0), ("register", "bob"), ("cast", "bob", 0))
    path = records.build(
        tmp_path / "r",
        script=script,
        strikes=(),
        until="tallied",
        change={"counted 0": only_bob, "entries": swap},
    )
    report = verify(path)
    assert report.exit_code == 1
    assert "ballot_unusable" in {code for _, _, code, _ in found(report)}


def only_bob(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
    bob = log.holders["bob"].credentials[UUIDS[0]]
    return [pair for pair in pairs if pair[0] == bob]


@pytest.mark.parametrize(
    ("point", "change", "code"),
    [
        ("counted 0", lambda pairs, log: pairs[:-1], "archive_differs"),
        ("counted 0", lambda pairs, log: pairs[::-1], "archive_differs"),
        ("opens", lambda opens, log: opens + 1, "archive_differs"),
        ("tally 0", lambda text, log: text.replace("alpha", "alphb", 1), "tally_differs"),
    ],
)
def test_a_count_by_another_rule_is_refuted(
    point: str, change: Callable[[Any, Log], Any], code: str, tmp_path: Path
) -> None:
    report = verify(records.build(tmp_path / "record", until="tallied", change={point: change}))
    assert ("refuted", "9", code, 22) in found(report)


def test_a_struck_holder_who_is_counted_all_the_same_is_refuted(tmp_path: Path) -> None:
    def with_eve(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
        eve = log.holders["eve"]
        pair = (eve.credentials[UUIDS[0]], eve.ballots[UUIDS[0]])
        group = log.trustees.group
        return sorted([*pairs, pair], key=lambda p: group.sort_key(group.reread(p[0])))

    report = verify(records.build(tmp_path / "record", change={"counted 0": with_eve}))
    assert ("refuted", "9", "tally_ballots", 22) in found(report)


def test_an_earlier_ballot_that_is_counted_instead_is_refuted(tmp_path: Path) -> None:
    """Attack B03: the last ballot counts, whatever the office would like better."""

    def older(pairs: list[tuple[str, str]], log: Log) -> list[tuple[str, str]]:
        ann = log.entry(6)["ballot"]["text"]
        other = log.entry(13)["ballot"]["text"]
        return [(c, ann if text == ann else other if text else "") for c, text in pairs]

    report = verify(
        records.build(tmp_path / "record", until="tallied", change={"counted 0": older})
    )
    assert ("refuted", "9", "archive_differs", 22) in found(report)


def test_a_trustee_number_that_does_not_exist_is_refuted(tmp_path: Path) -> None:
    change = {"decrypted 0 3": lambda entry, log: {**entry, "trustee": 4}}
    report = verify(records.build(tmp_path / "record", change=change))
    assert ("refuted", "10", "trustee_unknown", 23) in found(report)


def test_a_result_without_enough_decryptions_is_refuted(tmp_path: Path) -> None:
    change = {"entries": lambda data, log: [*data[:24], *data[25:]]}
    report = verify(records.build(tmp_path / "record", change=change))
    assert ("refuted", "10", "decryption_incomplete", 26) in found(report)


def test_a_decryption_that_is_none_is_refuted(tmp_path: Path) -> None:
    report = verify(records.build(tmp_path / "r", change={"partial 0 3": lambda text, log: "{}"}))
    assert ("refuted", "10", "decryption_form", 23) in found(report)


def test_p01_a_binding_election_without_strong_proofs_is_refuted(tmp_path: Path) -> None:
    of = election(effect="binding")
    report = verify(records.build(tmp_path / "weak", of=of, proves_strongly=False))
    assert {index for _, _, code, index in found(report) if code == "strong_proof_missing"} == {
        23,
        24,
    }
    report = verify(records.build(tmp_path / "strong", of=of))
    assert "strong_proof_missing" not in {code for _, _, code, _ in found(report)}


def test_a_result_of_another_shape_is_refuted(tmp_path: Path) -> None:
    change = {"result 0": lambda text, log: '{"result":[[3]]}', "outcome 0": lambda t, log: "{}"}
    report = verify(records.build(tmp_path / "r", **quiet(change)))
    assert ("refuted", "10", "result_form", 27) in found(report)


def quiet(change: dict[str, Callable[[Any, Log], Any]]) -> dict[str, Any]:
    """Let the builder write the outcome of the true result."""
    return {"change": change, "outcome_of": '{"result":[[2,1,0]]}'}
