"""Archives byte for byte, against those that belenios-tool wrote."""

import json

import pytest

from archives import (
    WITH_PREFERENCES,
    WITHOUT_PREFERENCES,
    archive,
    golden,
    golden_bytes,
    sample,
)
from tsukuba_trust.board import events, tar
from tsukuba_trust.board.archive import read_archive, write_archive
from tsukuba_trust.errors import Misconfigured, Refused, Rejected

KINDS = ("Setup", "Ballot", "EncryptedTally", "PartialDecryption", "Result")
ALL = (*WITHOUT_PREFERENCES, *WITH_PREFERENCES)


@pytest.mark.parametrize("name", ALL)
def test_it_writes_a_golden_archive_again(name: str) -> None:
    found = golden(name)
    assert write_archive(found.timestamp, found.events) == golden_bytes(name)


@pytest.mark.parametrize("name", WITHOUT_PREFERENCES)
def test_it_builds_a_golden_archive_from_what_it_means(name: str) -> None:
    found = golden(name)
    records = {kind: [e.records for e in found.events if e.kind == kind] for kind in KINDS}
    election, trustees, listed, _ = records["Setup"][0]
    text, sized = records["EncryptedTally"][0]
    counts = json.loads(sized)
    tally = events.Tally(text, int(counts["num_tallied"]), int(counts["total_weight"]))
    prefix = events.setup_until_tally(
        found.timestamp,
        (election, trustees, listed),
        [ballot for (ballot,) in records["Ballot"]],
        tally,
    )
    decryptions = [
        (json.loads(owner)["owner"], text) for text, owner in records["PartialDecryption"]
    ]
    (result,) = records["Result"][0]
    assert golden_bytes(name).startswith(prefix)
    assert events.continue_archive(prefix, decryptions, result) == golden_bytes(name)


def test_it_refuses_a_change_of_any_byte() -> None:
    data = golden_bytes("ed-h-single-3")
    for place in range(0, len(data), 37):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises((Rejected, Misconfigured)):
            read_archive(bytes(changed))


def test_it_refuses_a_file_that_ends_within_a_record() -> None:
    data = golden_bytes("ed-h-single-3")
    for length in (1, 511, 600, len(data) - 1, len(data) - 512):
        with pytest.raises(Misconfigured) as refusal:
            read_archive(data[:length])
        assert refusal.value.code == "archive_unreadable"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + bytes(600), bytes(1024)])
def test_it_refuses_what_is_no_archive(data: bytes) -> None:
    with pytest.raises((Misconfigured, Rejected)):
        read_archive(data)


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"version":1}', b'{"timestamp":null}', b"\xff"])
def test_it_refuses_a_first_record_without_a_time(body: bytes) -> None:
    with pytest.raises(Misconfigured):
        read_archive(tar.record_bytes("BELENIOS", body, 1))


def test_it_refuses_a_record_that_is_not_utf_8() -> None:
    data = golden_bytes("ed-h-single-3")
    time = golden("ed-h-single-3").timestamp
    name = "a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89"  # of b"\xff"
    for kind in ("data", "event"):
        with pytest.raises(Rejected):
            read_archive(data + tar.record_bytes(f"{name}.{kind}.json", b"\xff", time))


def test_it_refuses_an_event_that_is_no_object() -> None:
    name = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"  # of b"[]"
    header = tar.record_bytes("BELENIOS", b'{"version":1,"timestamp":"1"}', 1)
    with pytest.raises(Rejected, match="event_form"):
        read_archive(header + tar.record_bytes(f"{name}.event.json", b"[]", 1))


def test_it_continues_only_an_archive_that_ends_with_its_tally() -> None:
    made = sample()
    for found in (made.open(made.ballot(0)), made.decrypted(made.ballot(0))):
        with pytest.raises(Refused, match="archive_not_tallied"):
            events.continue_archive(archive(found), [])


def test_it_writes_decryptions_by_rising_owner() -> None:
    made = sample()
    prefix = archive(made.tallied(made.ballot(0)))
    first = events.continue_archive(prefix, [(2, "b"), (1, "a")])
    assert first == events.continue_archive(prefix, [(1, "a"), (2, "b")])


@pytest.mark.parametrize(
    ("value", "written"), [(1073741823, 1073741823), (1073741824, "1073741824")]
)
def test_it_writes_large_counts_as_strings(value: int, written: object) -> None:
    assert events.number(value) == written
