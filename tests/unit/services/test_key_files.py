"""Key files: private, never written over, read strictly; one folder per election."""

import errno
import os
import stat

import pytest

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.services.key_folder import KeyFolder
from tsukuba_trust.services.keys import (
    box_key,
    new_box_key,
    new_registrar_keys,
    new_signing_key,
    public_text,
    read_box_key,
    read_signing_key,
    registrar_keys,
    write_key,
)

ORIGIN = "board.example.jp/e/city-2027"


def code_of(call) -> str:
    with pytest.raises(Misconfigured) as error:
        call()
    return error.value.code


def test_a_signing_key_is_written_for_its_owner_only_and_read_back(tmp_path, randomness):
    key, path = new_signing_key(randomness), tmp_path / "k.pem"
    write_key(path, key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public_text(read_signing_key(path)) == public_text(key)


def test_a_box_key_is_read_back(tmp_path, randomness):
    key, path = new_box_key(randomness), tmp_path / "k.pem"
    write_key(path, key)
    assert bytes(box_key(read_box_key(path))) == bytes(box_key(key))


def test_a_key_is_never_written_over(tmp_path, randomness):
    path = tmp_path / "k.pem"
    write_key(path, new_signing_key(randomness))
    before = path.read_bytes()
    assert code_of(lambda: write_key(path, new_signing_key(randomness))) == "key_file_exists"
    assert path.read_bytes() == before


@pytest.mark.parametrize("read", [read_signing_key, read_box_key])
def test_a_missing_or_broken_key_file_is_named(tmp_path, read):
    path = tmp_path / "k.pem"
    assert code_of(lambda: read(path)) == "key_file_missing"
    path.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert code_of(lambda: read(path)) == "key_file_invalid"


def test_a_key_of_the_other_kind_is_refused(tmp_path, randomness):
    signing, box = tmp_path / "s.pem", tmp_path / "b.pem"
    write_key(signing, new_signing_key(randomness))
    write_key(box, new_box_key(randomness))
    assert code_of(lambda: read_signing_key(box)) == "key_file_invalid"
    assert code_of(lambda: read_box_key(signing)) == "key_file_invalid"


def test_keys_show_nothing_of_themselves(randomness):
    keys = new_registrar_keys(randomness)
    assert keys.persons.hex() not in repr(keys)
    assert code_of(lambda: registrar_keys({}, ORIGIN)) == "registrar_keys_missing"


@pytest.fixture
def folder(tmp_path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys", tmp_path / "signer.memory")


def test_a_folder_makes_the_keys_of_an_election_once(folder, randomness):
    made = folder.make(ORIGIN, randomness)
    assert folder.make(ORIGIN, randomness) == made
    assert made[0].startswith(ORIGIN + "+")
    assert made[1] == public_text(folder[ORIGIN].registration)
    assert folder.log_key(ORIGIN).text == made[0]
    assert folder[ORIGIN] is folder[ORIGIN]


def test_a_folder_knows_only_the_elections_it_holds_keys_of(folder, randomness):
    assert ORIGIN not in folder
    folder.make(ORIGIN, randomness)
    assert ORIGIN in folder
    assert (list(folder), len(folder)) == ([ORIGIN], 1)


@pytest.mark.parametrize("text", ["zz", "00", ""])
def test_a_broken_persons_key_is_named(folder, tmp_path, randomness, text):
    folder.make(ORIGIN, randomness)
    path = tmp_path / "keys" / "city-2027" / "persons.key"
    path.chmod(0o600)
    path.write_text(text)
    assert code_of(lambda: folder[ORIGIN]) == "key_file_invalid"


def test_a_key_that_finds_no_room_leaves_no_file(tmp_path, monkeypatch, randomness):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_key(tmp_path / "key.pem", new_signing_key(randomness))
    assert list(tmp_path.iterdir()) == []
