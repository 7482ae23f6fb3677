"""Attack P12: after the purge nothing that is left, in whatever copy, leads to a person."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from test_b08_unlinkable import dump

from election_world import World, world
from record_parts import contest
from tsukuba_trust.elections.retention import KINDS
from tsukuba_trust.errors import Misconfigured, Refused, Rejected
from tsukuba_trust.jobs import work_once
from tsukuba_trust.services import links
from tsukuba_trust.services.key_folder import REGISTRAR_FILES, KeyFolder
from tsukuba_trust.services.keys import write_key, write_secret
from tsukuba_trust.testing import holding
from tsukuba_trust.testing.people import people
from tsukuba_trust.testing.trustees import approve
from tsukuba_trust.values import RollRule

PERSONS = 6
DAY = timedelta(days=1)
DRAIN = timedelta(seconds=1)


def counted(folder: Path, **changes) -> World:
    held = world(folder, **changes).opened()
    for person in range(1, PERSONS + 1):
        held.cast(held.registered(person), person % 3)
    held.counted()
    held.close()
    return held


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> World:
    return counted(tmp_path_factory.mktemp("p12"))


@pytest.fixture(scope="module")
def with_roll(tmp_path_factory) -> World:
    return counted(
        tmp_path_factory.mktemp("roll"),
        electorate="roll",
        contests=(contest(0),),
        roll=RollRule((("all", "internet"),)),
    )


def with_key_files(template: World, folder: Path) -> World:
    """Return a copy whose keys lie in files, as an office's do, just before the purge."""
    registrar = template.keys[template.origin]
    keys = KeyFolder(folder / "keys", folder / "signer.memory")
    place = folder / "keys" / template.origin.rpartition("/")[2]
    place.mkdir(parents=True)
    write_key(place / "link.pem", X25519PrivateKey.from_private_bytes(bytes(registrar.link)))
    write_key(place / "registrar.pem", registrar.registration)
    write_secret(place / "persons.key", registrar.persons.hex())
    held = replace(template, keys=keys).reopened(folder)
    held.now = held.services.purging.ends(held.is_fixed)
    return held


@pytest.fixture
def held(template, tmp_path) -> World:
    return with_key_files(template, tmp_path)


def proposed(held: World):
    return held.services.purging.propose(held.is_fixed, held.now, "the time is over", held.keys)


def purge(held: World, made=None) -> int:
    made = approve(made or proposed(held), held.staff.officers)
    return held.services.purging.enact(held.is_fixed, held.now, made, held.keys)


def refusal(call) -> str:
    with pytest.raises((Refused, Rejected, Misconfigured)) as error:
        call()
    return error.value.code


def everything(folder: Path) -> bytes:
    """Return the bytes of every file of an installation but the tests' own copies."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return b"".join(path.read_bytes() for path in files if "backup" not in path.parts)


def what_is_kept(held: World) -> object:
    files = [path.read_bytes() for path in held.keys.registrar_files(held.origin)]
    return files, dump(held.urls["roll"]), held.size()


def test_p12_a_purge_leaves_no_row_of_a_person_and_none_of_the_registrars_keys(held):
    purge(held)
    assert held.services.purging.kept(held.is_fixed, held.keys) == dict.fromkeys(KINDS, 0)
    roll, attempts = dump(held.urls["roll"]), dump(held.urls["attempts"])
    assert not [name for name, rows in roll.items() if rows and "version" not in name]
    assert attempts["attempt"] == []
    place = held.folder / "keys" / held.origin.rpartition("/")[2]
    assert [path.name for path in place.iterdir()] == []


def test_p12_nothing_that_the_roll_knew_of_persons_is_in_any_file_afterwards(held):
    before = dump(held.urls["roll"])
    secret = held.keys[held.origin]
    known = [
        cell for name in ("person", "link", "evidence") for row in before[name] for cell in row
    ]
    marks = {cell if isinstance(cell, bytes) else str(cell).encode() for cell in known if cell}
    # A long cell is spread over pages of the file, so its beginning stands for it.
    marks = {mark[:32] for mark in marks if len(mark) >= 16 and mark != held.origin.encode()}
    marks.add(secret.persons.hex().encode())
    there = everything(held.folder)
    assert len(marks) > 4 * PERSONS and all(mark in there for mark in marks)
    purge(held)
    left = everything(held.folder)
    assert not [mark for mark in marks if mark in left]
    assert not [one.name for one in people(7, PERSONS + 1) if one.name.encode() in left]


def test_p12_a_roll_and_its_codes_are_gone_too(with_roll, tmp_path):
    held = with_key_files(with_roll, tmp_path)
    kept = held.services.purging.kept(held.is_fixed, held.keys)
    assert kept["person"] == kept["enrolment"] == 8 and kept["evidence"] == PERSONS
    purge(held)
    assert held.services.purging.kept(held.is_fixed, held.keys) == dict.fromkeys(KINDS, 0)
    assert refusal(lambda: held.services.turnout.document(held.is_fixed)) == "links_purged"
    assert dump(held.urls["roll"])["fixed"][0][2]  # one number is left, and that it was purged


def test_p12_a_backup_from_before_connects_nobody_with_a_ballot(held):
    backup = held.folder / "backup"
    backup.mkdir()
    held.services.roll.rearrange()
    shutil.copy(held.folder / "roll.sqlite", backup)
    link = held.keys[held.origin].link
    pem = held.keys.registrar_files(held.origin)[0].read_bytes().splitlines()[1]
    assert pem in everything(held.folder)
    purge(held)
    held.close()
    shutil.copy(backup / "roll.sqlite", held.folder / "roll.sqlite")
    again = replace(held, keys=KeyFolder(held.folder / "keys", held.folder / "signer.memory"))
    again = again.reopened()
    with again.services.roll.begin() as tx:
        slots = [(a, b) for _, a, b in tx.all_slots(held.origin)]
    assert len(slots) == PERSONS and all(links.unseal(link, *one).current for one in slots)
    left = everything(held.folder)
    assert pem not in left and held.origin not in again.keys
    assert refusal(lambda: again.services.turnout.document(again.is_fixed)) == "roll_missing"
    assert again.services.registrar.sweep() == 0
    board = b"".join(data for _, data in again.services.board.data(held.origin, 0, held.size()))
    for rows in dump(again.urls["roll"]).values():
        for cell in (cell for row in rows for cell in row if isinstance(cell, bytes)):
            assert cell not in board and cell.hex().encode() not in board


def test_p12_a_restored_backup_can_be_purged_again(held):
    backup = held.folder / "backup"
    backup.mkdir()
    shutil.copy(held.folder / "roll.sqlite", backup)
    made = proposed(held)
    size = held.size()
    purge(held, made)
    held.close()
    shutil.copy(backup / "roll.sqlite", held.folder / "roll.sqlite")
    again = held.reopened()
    purge(again, made)
    assert again.services.purging.kept(again.is_fixed, again.keys) == dict.fromkeys(KINDS, 0)
    assert again.size() == size + 2


def test_p12_the_board_says_what_was_destroyed_and_keeps_the_result(held):
    votes, kept = held.votes(), held.services.purging.kept(held.is_fixed, held.keys)
    purge(held)
    act, purged = [entry for _, entry in held.services.board.entries(held.origin)][-2:]
    assert (act["act"], purged["type"]) == ("purge", "Purged")
    assert dict(zip(purged["kinds"], purged["counts"], strict=True)) == kept
    assert kept["link"] == kept["evidence"] == PERSONS and kept["keys"] == len(REGISTRAR_FILES)
    assert held.votes() == votes and held.services.purging.is_done(held.is_fixed)


def test_p12_proposing_destroys_nothing(held):
    before = what_is_kept(held)
    proposed(held)
    assert what_is_kept(held) == before


def test_p12_nothing_is_purged_before_its_time(held):
    made = proposed(held)
    held.now -= timedelta(minutes=1)
    assert refusal(lambda: proposed(held)) == "retention_runs"
    assert refusal(lambda: purge(held, made)) == "retention_runs"
    assert held.services.purging.kept(held.is_fixed, held.keys)["keys"] == len(REGISTRAR_FILES)


def test_p12_nothing_is_purged_before_the_certificate(tmp_path):
    held = world(tmp_path).opened()
    assert held.services.purging.ends(held.is_fixed) is None
    held.keys = KeyFolder(tmp_path / "keys", tmp_path / "signer.memory")
    held.now += 400 * DAY
    assert refusal(lambda: proposed(held)) == "not_certified"


def test_p12_a_second_purge_finds_nothing(held):
    purge(held)
    assert refusal(lambda: proposed(held)) == "already_purged"


def test_p12_an_unapproved_purge_destroys_nothing(held):
    before = what_is_kept(held)
    made = proposed(held)
    enact = held.services.purging.enact
    assert refusal(lambda: enact(held.is_fixed, held.now, made, held.keys)) == "approvals_too_few"
    assert what_is_kept(held) == before


def test_p12_other_numbers_than_were_approved_are_not_destroyed(held):
    made = proposed(held)
    with held.services.roll.begin() as tx:
        tx.add_evidence(held.origin, b"\0" * (4096 + 48))
    assert refusal(lambda: purge(held, made)) == "purge_other"


def test_p12_the_board_never_says_so_without_it_being_done(held):
    made = approve(proposed(held), held.staff.officers)
    assert refusal(lambda: held.services.acts.enact(held.is_fixed, made)) == "purge_elsewhere"
    other = held.services.acts.propose(
        held.is_fixed, "change-approval", held.now, "", approval=held.proposed.entry["approval"]
    )
    assert refusal(lambda: purge(held, other)) == "purge_other"


@pytest.mark.parametrize("step", ["destroy", "purge", "rearrange", "forget"])
def test_p12_a_purge_that_was_killed_is_repeated(held, monkeypatch, step):
    from tsukuba_trust.store.attempts import AttemptTransaction
    from tsukuba_trust.store.roll import RollStore, RollTransaction

    where = {"destroy": KeyFolder, "purge": RollTransaction, "rearrange": RollStore}.get(
        step, AttemptTransaction
    )

    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    made, size = proposed(held), held.size()
    with monkeypatch.context() as patch:
        patch.setattr(where, step, killed)
        with pytest.raises(KeyboardInterrupt):
            purge(held, made)
    assert held.types()[-1] == "OfficersAct"  # and the board takes nothing but Purged
    assert refusal(lambda: holding.enact(held.services, held.is_fixed, held.staff, made)) == (
        "purge_elsewhere"
    )
    purge(held.reopened(), made)
    assert held.types()[size:] == ["OfficersAct", "Purged"]
    assert held.services.purging.kept(held.is_fixed, held.keys) == dict.fromkeys(KINDS, 0)


def test_p12_work_says_when_the_retention_is_over_and_destroys_nothing(held):
    said = work_once(held.services, held.now - DAY, DRAIN)
    assert not [line for line in said if "retention" in line]
    before = held.services.purging.kept(held.is_fixed, held.keys)
    (line,) = [one for one in work_once(held.services, held.now, DRAIN) if "retention" in one]
    assert line.startswith(f"retention {held.origin}: over since 2027-")
    assert line.endswith("tsukuba-trust purge record-2027")
    assert held.services.purging.kept(held.is_fixed, held.keys) == before
    purge(held)
    assert not [one for one in work_once(held.services, held.now, DRAIN) if "retention" in one]


def test_p12_a_running_process_lets_go_of_keys_that_another_destroyed(held):
    elsewhere = KeyFolder(held.folder / "keys", held.folder / "signer.memory")
    assert held.origin in elsewhere
    purge(held)
    assert held.origin not in elsewhere
    assert not elsewhere._registrars
