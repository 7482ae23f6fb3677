"""What a definition may ask for that cannot be checked here, and what is no definition."""

from dataclasses import dataclass
from pathlib import Path

import records
from record_log import Log
from record_parts import UUIDS, key
from record_reports import found, verify
from tsukuba_trust.board import note
from tsukuba_trust.interfaces import IBallotScheme, ITallyMethod
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.values import Json


@dataclass
class Fewer:
    """A registry in which not everything is switched on."""

    ballot_schemes: dict[str, IBallotScheme]
    tally_methods: dict[str, ITallyMethod]


def test_a_ballot_scheme_that_is_not_installed_makes_a_record_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record")
    installed = records.registry()
    report = verify(path, registry=Fewer({}, dict(installed.tally_methods)))
    assert report.exit_code == 2
    assert ("unusable", "5", "scheme_not_installed", 0) in found(report)


class Shuffling(HomomorphicBallots):
    """A scheme whose ciphertexts are no sums."""

    needs_shuffle = True


def test_a_scheme_that_shuffles_is_not_passed_over(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record")
    methods = dict(records.registry().tally_methods)
    report = verify(path, registry=Fewer({"homomorphic": Shuffling()}, methods))
    assert found(report) == {("unusable", "9", "shuffles_not_checked", 22)}


def test_a_tally_method_that_is_not_installed_makes_a_record_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record", until="tallied")
    report = verify(path, registry=Fewer(dict(records.registry().ballot_schemes), {}))
    assert report.exit_code == 2
    assert ("unusable", "5", "method_not_installed", 0) in found(report)


def test_a_question_kind_that_is_not_installed_makes_an_archive_unusable(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record") / f"{UUIDS[0]}.bel"
    report = verify(path, registry=Fewer({}, {}))
    assert report.exit_code == 2
    assert "scheme_not_installed" in {code for _, _, code, _ in found(report)}


def witnessed(vkey: str) -> str:
    witness = note.LogKey("w.example", key("w").public_key().public_bytes_raw(), note.COSIGNATURE)
    return f"log {vkey}\nwitness w {witness.text} https://w.example/\nquorum w\n"


def test_a_quorum_that_this_release_cannot_check_is_not_passed_over(tmp_path: Path) -> None:
    def defined(entry: Json, log: Log) -> Json:
        return {**entry, "witness_policy": witnessed(entry["log_key"])}

    report = verify(records.build(tmp_path / "record", change={"defined": defined}))
    assert report.exit_code == 2
    assert ("unusable", "5", "witnesses_not_checked", 0) in found(report)


def test_a_policy_that_is_changed_by_act_is_said_again(tmp_path: Path) -> None:
    def changed(data: list[bytes], log: Log) -> list[bytes]:
        vkey = log.entry(0)["log_key"]
        log.act("change-policy", witness_policy=f"log {vkey}\nquorum none\n")
        return data

    report = verify(records.build(tmp_path / "record", change={"entries": changed}))
    assert report.exit_code == 0
    notes = [f.entry for f in report.findings if f.code == "no_witnesses"]
    assert notes == [0, 28]


def test_a_policy_that_cannot_be_read_is_a_breach_of_the_order(tmp_path: Path) -> None:
    policy = {"defined": lambda entry, log: {**entry, "witness_policy": "quorum"}}
    report = verify(records.build(tmp_path / "record", until="sealed", change=policy))
    assert ("refuted", "4", "policy_invalid", 0) in found(report)


def test_a_definition_that_is_none_is_refuted(tmp_path: Path) -> None:
    empty = {"defined": lambda entry, log: {**entry, "definition": {"text": "{}"}}}
    report = verify(records.build(tmp_path / "record", until="sealed", change=empty))
    assert ("refuted", "5", "definition_invalid", 0) in found(report)


def test_trustees_that_are_none_are_refuted(tmp_path: Path) -> None:
    broken = {"trustees": lambda text, log: "[]"}
    report = verify(records.build(tmp_path / "record", until="sealed", change=broken))
    assert ("refuted", "6", "trustees_form", 1) in found(report)


def test_a_record_that_is_none_is_refuted(tmp_path: Path) -> None:
    def fixed(entry: Json, log: Log) -> Json:
        entry["records"][0]["record"] = log.blob(b"{}")
        return entry

    path = records.build(tmp_path / "record", until="sealed", change={"trustees fixed": fixed})
    assert ("refuted", "6", "record_form", 1) in found(verify(path))
