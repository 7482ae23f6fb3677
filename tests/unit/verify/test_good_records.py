"""Whole records verify, whatever they hold and however far the election is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import records
from record_log import Log
from record_parts import UUIDS, contest, election, key
from tsukuba_trust.board import canonical, note
from tsukuba_trust.board.record import RecordReader
from tsukuba_trust.errors import Rejected
from tsukuba_trust.verify.published import read_booths, read_published
from tsukuba_trust.verify.record import verify_record
from tsukuba_trust.verify.report import Report

COUNTED = (("register", "ann"), ("cast", "ann", 0))


def verified(path: Path, **arguments: object) -> Report:
    report = verify_record(path, registry=records.registry(), **arguments)  # type: ignore[arg-type]
    assert report.exit_code == 0, report.to_text()
    return report


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings if finding.status == "note"}


def passed(report: Report) -> list[str]:
    return [finding.step for finding in report.findings if finding.status == "passed"]


def test_a_whole_record_passes_every_step_but_the_comparison(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "record"))
    assert passed(report) == [str(step) for step in range(1, 12)]


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_several_contests_with_and_without_blank_verify(tmp_path: Path, group: str) -> None:
    contests = (contest(0), contest(1, blank=True))
    script = (
        ("register", "ann"),
        ("cast", "ann", 0),
        ("register", "bob"),
        ("cast", "bob", 2),
        ("cast", "bob", 1),
    )
    of = election(contests=contests, group=group)
    report = verified(records.build(tmp_path / "r", of=of, script=script, strikes=()))
    found = {item["contest"]: item for item in report.facts["contests"]}
    assert [found[uuid]["counted"] for uuid in UUIDS[:2]] == [2, 2]


@pytest.mark.parametrize(("names", "threshold"), [(1, 1), (3, 3), (3, 1), (4, 3)])
def test_single_and_threshold_trustees_verify(tmp_path: Path, names: int, threshold: int) -> None:
    of = election(names=names, threshold=threshold)
    verified(records.build(tmp_path / "r", of=of, script=COUNTED, strikes=()))


@pytest.mark.parametrize("until", records.PHASES)
def test_an_election_that_is_not_over_verifies_and_says_so(tmp_path: Path, until: str) -> None:
    report = verified(records.build(tmp_path / "record", until=until))
    assert ("not_certified" in codes(report)) == (until != "declared")


def test_an_election_with_a_roll_verifies(tmp_path: Path) -> None:
    verified(records.build(tmp_path / "record", of=election(electorate="roll")))


def test_an_election_without_any_ballot_verifies(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "record", script=(), strikes=()))
    assert "not_decrypted" in codes(report)


def test_a_contest_below_the_minimum_is_not_decrypted_and_it_is_said(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "record", of=election(minimum_ballots=4)))
    assert "not_decrypted" in codes(report)
    outcome = report.facts["contests"][0]["outcome"]
    assert outcome == {"ballots": 3, "status": "not_decrypted"}


def test_a_registrar_who_was_not_audited_is_named(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "record", audited=False))
    assert "registrar_not_audited" in codes(report)


def test_p01_a_decryption_without_strong_proofs_is_named(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "weak", proves_strongly=False))
    details = [f.detail for f in report.findings if f.code == "decryption_weakly_proven"]
    assert details == [f"{UUIDS[0]}: trustee {number}" for number in (3, 1)]
    strong = verified(records.build(tmp_path / "strong"))
    assert "decryption_weakly_proven" not in codes(strong)


def test_a_key_that_was_not_pinned_is_named_and_a_pinned_one_is_not(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record")
    assert "key_not_pinned" in codes(verified(path))
    vkey = note.LogKey("board.example.jp/e/record-2027", key("log").public_key().public_bytes_raw())
    assert "key_not_pinned" not in codes(verified(path, log_key=vkey.text))


def test_a_log_without_witnesses_is_named(tmp_path: Path) -> None:
    assert "no_witnesses" in codes(verified(records.build(tmp_path / "record")))


@pytest.mark.parametrize("top", ["", "inside"])
def test_a_zip_says_the_same_as_the_folder(tmp_path: Path, top: str) -> None:
    folder = records.build(tmp_path / "all" / (top or "."))
    packed = Path(shutil.make_archive(str(tmp_path / "record"), "zip", tmp_path / "all"))
    assert verified(packed).to_text() == verified(folder).to_text()


def test_a_longer_record_continues_its_earlier_copies(tmp_path: Path) -> None:
    path = records.build(tmp_path / "now")
    for until in ("sealed", "voted", "tallied", "declared"):
        before = records.build(tmp_path / until, until=until)
        assert "12" in passed(verified(path, previous=before))


def test_a_record_continues_an_earlier_archive(tmp_path: Path) -> None:
    path = records.build(tmp_path / "now")
    before = records.build(tmp_path / "before", until="tallied")
    assert "12" in passed(verified(path, previous=before / f"{UUIDS[0]}.bel"))


def test_a_bare_archive_verifies_and_says_what_it_cannot_show(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record") / f"{UUIDS[0]}.bel"
    report = verified(path)
    assert "archive_only" in codes(report)
    assert report.facts["state"] == "complete"


def test_a_trustee_is_told_the_digest_to_compare(tmp_path: Path) -> None:
    report = verified(records.build(tmp_path / "r", until="tallied"), for_trustee=True)
    fixed = report.facts["contests"][0]
    told = [f.detail for f in report.findings if f.code == "compare_before_decrypting"]
    assert told == [f"{UUIDS[0]}: {fixed['tally']}"]


def test_a_trustee_is_told_not_to_decrypt_too_few_ballots(tmp_path: Path) -> None:
    of = election(minimum_ballots=4)
    report = verified(records.build(tmp_path / "r", of=of, until="tallied"), for_trustee=True)
    assert "too_few_ballots" in codes(report)


def test_a_trustee_finds_nothing_to_decrypt_before_the_tally_is_fixed(tmp_path: Path) -> None:
    path = records.build(tmp_path / "record", until="ended")
    report = verify_record(path, registry=records.registry(), for_trustee=True)
    assert report.exit_code == 1
    assert "tally_not_fixed" in {finding.code for finding in report.findings}


def rotate(data: list[bytes], log: Log) -> list[bytes]:
    new = note.LogKey(log.origin, key("new log").public_key().public_bytes_raw())
    log.act("rotate-key", log_key=new.text)
    return data


def signed_by(name: str) -> Callable[[dict[str, bytes], Log], dict[str, bytes]]:
    """Return a change of a record: its newest head is signed by the key of this name."""

    def sign(files: dict[str, bytes], log: Log) -> dict[str, bytes]:
        head = note.peek_checkpoint(files["checkpoint"])
        text = note.sign_checkpoint(
            log.origin, head.size, head.root, log.origin, key(name)
        ).encode()
        return {**files, "checkpoint": text, f"checkpoints/{head.size}": text}

    return sign


def test_a_rotated_log_key_signs_the_heads_after_its_act(tmp_path: Path) -> None:
    change = {"entries": rotate, "files": signed_by("new log")}
    verified(records.build(tmp_path / "record", change=change))


def test_what_a_log_has_fixed_is_read_under_a_rotated_key(tmp_path: Path) -> None:
    change = {"entries": rotate, "files": signed_by("new log")}
    reader = RecordReader(records.build(tmp_path / "record", change=change))
    fixed = read_published(reader)
    assert read_published(reader, fixed.defined["log_key"]).digest == fixed.digest
    with pytest.raises(Rejected, match="booth_not_fixed"):
        read_booths(reader, fixed)


def test_a_key_that_no_act_names_signs_nothing(tmp_path: Path) -> None:
    never = RecordReader(records.build(tmp_path / "a", change={"files": signed_by("new log")}))
    other = {"entries": rotate, "files": signed_by("third log")}
    for reader in (never, RecordReader(records.build(tmp_path / "b", change=other))):
        with pytest.raises(Rejected, match="note_unsigned"):
            read_published(reader)


def test_a_rotation_without_its_approvals_is_none(tmp_path: Path) -> None:
    def unapproved(data: list[bytes], log: Log) -> list[bytes]:
        act = json.loads(rotate(data, log)[-1])
        act["approvals"] = act["approvals"][:1]
        return [*data[:-1], canonical.encode(act)]

    change = {"entries": unapproved, "files": signed_by("new log")}
    reader = RecordReader(records.build(tmp_path / "record", change=change))
    with pytest.raises(Rejected, match="approval"):
        read_published(reader)


def test_a_long_ballot_stands_as_a_blob_and_verifies(tmp_path: Path) -> None:
    def blobbed(files: dict[str, bytes], log: Log) -> dict[str, bytes]:
        assert any(len(data) > 32_768 for data in log.blobs.values())
        return files

    of = election(group="BELENIOS-2048", contests=(contest(0, options=many(28)),))
    script = (("register", "ann"), ("cast", "ann", [1] + [0] * 27))
    change = {"files": blobbed}
    verified(records.build(tmp_path / "r", of=of, script=script, strikes=(), change=change))


def many(count: int) -> tuple[object, ...]:
    from tsukuba_trust.values import Option, Text

    return tuple(Option(f"option-{i}", Text((("ja", f"選択{i}"),))) for i in range(count))
