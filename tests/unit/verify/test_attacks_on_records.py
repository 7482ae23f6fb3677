"""Attacks on a whole record; the identifiers are those of the attack lists."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import records
from record_log import Log
from record_parts import ORIGIN, UUIDS, election, key
from tsukuba_trust.board import acts, registration, tiles
from tsukuba_trust.values import Json
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report

SIZE = 28
TESTS = Path(records.__file__).parent


def verify(path: Path, **arguments: Any) -> Report:
    report = verify_record(path, registry=records.registry(), **arguments)
    assert "unreadable" not in {finding.code for finding in report.findings}, report.to_text()
    return report


def found(report: Report) -> set[tuple[str, str, int | None]]:
    return {
        (finding.status, finding.code, finding.entry)
        for finding in report.findings
        if finding.status not in ("passed", "note")
    }


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return records.build(tmp_path_factory.mktemp("honest") / "record")


# -- P11: the chain is not optional ---------------------------------------------------


def removed(data: list[bytes], index: int) -> list[bytes]:
    return [*data[:index], *data[index + 1 :]]


def altered(data: list[bytes], index: int) -> list[bytes]:
    entry = json.loads(data[index])
    return [*data[:index], json.dumps({**entry, "x": 1}).encode(), *data[index + 1 :]]


def swapped(data: list[bytes], index: int) -> list[bytes]:
    other = (index + 1) % len(data)
    result = list(data)
    result[index], result[other] = data[other], data[index]
    return result


TAMPERED = [removed, altered, swapped]
SHORT = {"script": (("register", "ann"), ("cast", "ann", 0)), "strikes": (), "audited": False}


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return records.build(tmp_path_factory.mktemp("short") / "record", **SHORT)


@pytest.mark.parametrize("tamper", TAMPERED)
def test_p11_no_entry_can_be_touched_where_it_lies(
    tamper: Callable[[list[bytes], int], list[bytes]], short: Path
) -> None:
    """Attack P11: the files are changed, and nobody signs anew."""
    size = len(records.make(**SHORT).data)
    bundle = short / tiles.bundle_path(0, size)
    kept = bundle.read_bytes()
    try:
        for index in range(size):
            data = tamper(tiles.decode_bundle(kept, size), index)
            bundle.write_bytes(tiles.encode_bundle(data))
            assert verify(short).exit_code == 1
    finally:
        bundle.write_bytes(kept)


@pytest.mark.parametrize("tamper", TAMPERED)
def test_p11_a_rewritten_history_that_the_log_signs_is_a_fork(
    tamper: Callable[[list[bytes], int], list[bytes]], short: Path, tmp_path: Path
) -> None:
    """Attack P11, and board.md 7 row 2: the log's own key signs another history."""
    for index in range(1, len(records.make(**SHORT).data)):
        change = {"entries": lambda data, log, at=index: tamper(data, at)}
        path = records.build(tmp_path / str(index), **SHORT, change=change)
        report = verify(path, previous=short)
        assert report.exit_code == 1
        assert {"fork", "rollback", "log_empty"} & {code for _, code, _ in found(report)}


def test_p11_an_altered_ballot_is_named_by_its_index(honest: Path, tmp_path: Path) -> None:
    """Attack 21: somebody updated an old entry in the database behind the log's back."""
    data = records.make().data
    data[8] = data[8].replace(b'\\"challenge', b'\\"challengE', 1)

    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        return {**made, tiles.bundle_path(0, SIZE): tiles.encode_bundle(data)}

    report = verify(records.build(tmp_path / "record", change={"files": files}))
    assert ("refuted", "tile_differs", 8) in found(report)


# -- O13: nothing moves after the close -----------------------------------------------


def late(data: list[bytes], log: Log) -> list[bytes]:
    text = log.seal("dan", UUIDS[0], 1)
    entry = {"type": "BallotAccepted", "contest": UUIDS[0], "ballot": {"text": text}}
    return [*data[:20], json.dumps(entry).encode(), *data[20:]]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(late, id="insert"),
        pytest.param(lambda data, log: removed(data, 18), id="delete"),
        pytest.param(lambda data, log: [*data[:18], data[16], *data[19:]], id="update"),
    ],
)
def test_o13_a_ballot_box_that_was_touched_after_the_close_is_refuted(
    change: Callable[[list[bytes], Log], list[bytes]], tmp_path: Path
) -> None:
    """Attack O13: insert, delete and update after the end, head and tree signed anew."""
    report = verify(records.build(tmp_path / "record", change={"entries": change}))
    assert report.exit_code == 1
    assert steps(report) & {"3", "4", "9"}


def steps(report: Report) -> set[str]:
    return {f.step for f in report.findings if f.status == "refuted"}


# -- J11: invented voters -------------------------------------------------------------


def test_j11_more_holders_than_the_roll_has_electors_are_refuted(tmp_path: Path) -> None:
    """Attack J11: the fifth holder of a roll of four is named."""
    of = election(electorate="roll")
    report = verify(records.build(tmp_path / "record", of=of, electors=4))
    assert ("refuted", "roll_exceeded", 16) in found(report)


def test_j11_the_roll_grows_only_by_an_act(tmp_path: Path) -> None:
    """Attack J11: what officers approved counts from there on."""
    change = {"groups": [{"name": "all", "electors": 5}], "root": "1" * 64}
    script = (*records.SCRIPT[:6], ("act", "change-roll", change), *records.SCRIPT[6:])
    of = election(electorate="roll")
    path = records.build(tmp_path / "r", of=of, electors=4, script=script, until="voted")
    assert verify(path).exit_code == 0


def test_j11_a_registration_that_the_registrar_did_not_sign_is_refuted(tmp_path: Path) -> None:
    """Attack J11: whoever owns the database cannot add an elector."""
    forged = {
        "registered 5": lambda entry, log: registration.sign(ORIGIN, entry, key("the database"))
    }
    report = verify(records.build(tmp_path / "record", change=forged))
    assert ("refuted", "registrar_signature", 14) in found(report)


# -- board.md 7 -----------------------------------------------------------------------


def test_row_1_a_truncated_log_is_a_rollback(honest: Path, tmp_path: Path) -> None:
    shorter = records.build(tmp_path / "record", until="ended")
    report = verify(shorter, previous=honest)
    assert ("refuted", "rollback", None) in found(report)


def test_row_4_an_old_checkpoint_beside_newer_ones_is_a_rollback(tmp_path: Path) -> None:
    def replay(files: dict[str, bytes], log: Log) -> dict[str, bytes]:
        size = log.heads[1]
        old = records.tree(log, size)
        return {**files, **old, "checkpoint": files[f"checkpoints/{size}"]}

    report = verify(records.build(tmp_path / "record", change={"files": replay}))
    assert ("refuted", "rollback", None) in found(report)


def test_row_5_the_right_key_under_another_origin_is_refused(tmp_path: Path) -> None:
    other = {"head": lambda head, log: ("board.example.jp/e/other-2027", head[1])}
    assert verify(records.build(tmp_path / "record", change=other)).exit_code == 1


@pytest.mark.parametrize(
    "name",
    ["tile/0/000.p/200", "tile/0/x000/000", "tile/00/000", "tile/0/000.p/256", "tile/64/000"],
)
def test_row_17_a_tile_that_should_not_be_there_is_a_finding(name: str, tmp_path: Path) -> None:
    extra = {"files": lambda files, log: {**files, name: bytes(32)}}
    report = verify(records.build(tmp_path / "record", change=extra))
    assert {code for _, code, _ in found(report)} <= {"tile_beyond", "tile_path"}
    assert report.exit_code == 1


@pytest.mark.parametrize("data", [bytes(27 * 32), bytes(28 * 32 - 1), b""])
def test_row_17_a_tile_of_another_length_is_a_finding(data: bytes, tmp_path: Path) -> None:
    short = {"files": lambda files, log: {**files, "tile/0/000.p/28": data}}
    report = verify(records.build(tmp_path / "record", change=short))
    assert "tile_invalid" in {code for _, code, _ in found(report)}


def blob_change(edit: Callable[[bytes], bytes | None]) -> dict[str, Any]:
    """Change the blob of the declared outcome."""

    def files(made: dict[str, bytes], log: Log) -> dict[str, bytes]:
        digest = json.loads(log.data[27])["outcome"]["sha256"]
        name = f"blob/{digest[:2]}/{digest}"
        data = edit(made.pop(name))
        return made if data is None else {**made, name: data}

    return {"files": files}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda data: None, "blob_missing"),
        (lambda data: data + b" ", "blob_invalid"),
        (lambda data: data[:-1], "blob_invalid"),
        (lambda data: b"X" + data[1:], "blob_invalid"),
    ],
)
def test_row_18_a_blob_that_is_not_here_cannot_be_checked(
    edit: Callable[[bytes], bytes | None], code: str, tmp_path: Path
) -> None:
    """Its own finding: nothing is said against the log, and nothing is accepted."""
    report = verify(records.build(tmp_path / "record", change=blob_change(edit)))
    assert {(status, what) for status, what, _ in found(report)} == {("missing", code)}
    assert report.exit_code == 2


@pytest.mark.parametrize(
    ("size", "inline", "code"),
    [(32_767, True, "inline_too_long"), (32_766, False, "blob_not_due")],
)
def test_row_18_a_document_on_the_wrong_side_of_the_limit_is_refused(
    size: int, inline: bool, code: str, tmp_path: Path
) -> None:
    """Escaped form: two quotes more than the text."""

    def reason(entry: Json, log: Log) -> Json:
        text = "a" * size
        return {**entry, "reason": {"text": text} if inline else log.blob(text.encode())}

    report = verify(records.build(tmp_path / "record", change={"act seal": reason}))
    assert ("refuted", code, 2) in found(report)


def test_row_22_a_registration_of_another_election_is_refused(tmp_path: Path) -> None:
    def replayed(entry: Json, log: Log) -> Json:
        return registration.sign("board.example.jp/e/other-2027", entry, key("registrar"))

    report = verify(records.build(tmp_path / "record", change={"registered 5": replayed}))
    assert ("refuted", "registrar_signature", 14) in found(report)


def test_row_22_an_approval_of_another_act_is_refused(tmp_path: Path) -> None:
    def replayed(entry: Json, log: Log) -> Json:
        seal = log.entry(2)
        return {**entry, "approvals": seal["approvals"]}

    report = verify(records.build(tmp_path / "record", change={"approved rehearsed": replayed}))
    assert ("refuted", "approval_signature", 3) in found(report)


def test_row_22_an_approval_for_another_election_is_refused(tmp_path: Path) -> None:
    def replayed(entry: Json, log: Log) -> Json:
        bare = {**entry, "approvals": []}
        for officer in ("Aoki", "Baba"):
            bare = acts.approve("board.example.jp/e/other-2027", bare, officer, key(officer))
        return bare

    report = verify(records.build(tmp_path / "record", change={"approved rehearsed": replayed}))
    assert ("refuted", "approval_signature", 3) in found(report)


def test_o12_a_rule_that_was_lowered_without_its_own_quorum_is_refused(tmp_path: Path) -> None:
    script = (
        ("act", "change-approval", {"approval": {"total": 1, "from_each": []}}),
        ("register", "ann"),
    )
    alone = {"approvers change-approval": lambda names, log: ("Aoki",)}
    path = records.build(tmp_path / "r", script=script, until="voted", strikes=(), change=alone)
    assert ("refuted", "approvals_too_few", 5) in found(verify(path))
