"""Our reader and our command on the real PC/SC stack, up to a counted ballot."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from kiosk_hands import until
from terminals import PROGRAM, opened, typing

from api_world import sealed
from card_desk import served, started, token_in
from tsukuba_trust.card.pcsc import Readers
from tsukuba_trust.card.reader import Card
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN
from tsukuba_trust.testing.people import people

PATIENCE_S = 20
TEXT = "つくば\ntext"


@pytest.fixture
def readers(card_reader_environment):
    made = Readers()
    yield made
    made.close()


@pytest.mark.parametrize(("purpose", "password"), [("sign", PASSWORD), ("auth", PIN)])
def test_our_reader_reads_both_certificates_verifies_and_signs(
    insert, card, whole_card, readers, purpose, password
):
    insert(card)
    held = getattr(whole_card, purpose)
    with readers.connect(readers.wait()) as connection:
        ours = Card(connection, purpose)
        ours.open()
        assert ours.tries() == (5 if purpose == "sign" else 3)
        ours.unlock(password.encode())
        signed = ours.sign(TEXT)
        assert ours.authority() == getattr(whole_card, f"{purpose}_authority")
    assert signed.certificate == held.certificate
    assert signed.signature == held.sign(TEXT)
    assert x509.load_der_x509_certificate(signed.certificate).serial_number == held.serial


def test_nobody_else_can_use_the_card_meanwhile(insert, card, readers):
    insert(card)
    name = readers.wait()
    with readers.connect(name), pytest.raises(Refused) as caught, readers.connect(name):
        pass
    assert caught.value.code == "card_in_use"


def test_afterwards_the_card_has_no_power_and_nobody_is_verified(insert, card, readers):
    insert(card)
    with readers.connect(readers.wait()) as connection:
        ours = Card(connection)
        ours.open()
        ours.unlock(PASSWORD.encode())
        assert card.pins.verified("sign")
    until(lambda: not card.pins.verified("sign"))  # nobody waits for an answer to "power off"


def test_a_card_taken_out_is_one_clear_error(insert, card, readers):
    link = insert(card)
    with readers.connect(readers.wait()) as connection:
        ours = Card(connection)
        ours.open()
        link.remove()
        with pytest.raises(Refused) as caught:
            ours.tries()
    assert caught.value.code == "card_unreadable"


def test_without_a_service_for_readers_the_command_says_so_in_one_line(card_reader_environment):
    done = subprocess.run(
        [PROGRAM, "card", "--kiosk", "https://vote.example/survey"],
        env={**os.environ, "PCSCLITE_CSOCK_NAME": "/nowhere/pcscd.comm"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 2
    assert done.stderr == "error: reader_service_missing: is pcscd running?\n"


def test_a_vote_with_the_card_command_is_counted(
    insert, card_reader_environment, tmp_path, default_browser
):
    env, log = default_browser
    with served(tmp_path / "state", minimum_ballots=1) as world:
        held = EmulatedCard(world.authority.whole_card(people(7, 2)[1]))
        insert(held)
        booth, address = started(world, "en")
        contest = world.contests[0]
        ballot = sealed(booth, 0)
        with typing("card", address, env=env) as holder:
            holder.sees("Tries left for the password: 5 of 5")
            holder.types_hidden("tsukuba123")
            holder.sees("The voting page goes on in your browser.")
            assert holder.process.wait(PATIENCE_S) == 0
            assert "tsukuba123" not in holder.seen.lower()
        claimed = booth.claim(token_in(opened(log)))
        assert claimed["__typename"] == "ClaimIdentificationSuccess"
        receipt = booth.cast(ballot, contest)
        assert receipt["__typename"] == "CastBallotSuccess"
        world.count()
        counted = json.loads(world.services.publishing.result(world.fixed, contest))
        assert sum(counted["result"][0]) == counted["result"][0][0] == 1
    said = card_reader_environment.log.read_bytes()
    assert PASSWORD.encode() not in said
    assert b"APDU" not in said


def test_the_password_is_nowhere_but_in_the_memory_that_nobody_reads(
    insert, card_reader_environment, tmp_path, default_browser
):
    """While the card is being asked: command line, environment, limits, core, open files."""
    with served(tmp_path / "state", minimum_ballots=1) as world:
        held = EmulatedCard(world.authority.whole_card(people(7, 2)[1]))
        go_on, verified = threading.Event(), threading.Event()
        plain = held.transmit

        def slowly(command):
            if command[:2] == b"\x80\x2a":
                verified.set()
                go_on.wait(PATIENCE_S)
            return plain(command)

        held.transmit = slowly
        insert(held)
        _, address = started(world, "en")
        with typing("card", address, env=default_browser[0]) as holder:
            holder.types_hidden(PASSWORD)
            assert verified.wait(PATIENCE_S)
            for name in ("cmdline", "environ"):
                assert PASSWORD.encode() not in holder.of_process(name)
            assert b"Max core file size        0                    0" in holder.of_process(
                "limits"
            )
            # What may not be dumped belongs to root, whoever runs it.
            assert Path(f"/proc/{holder.process.pid}/mem").stat().st_uid == 0
            go_on.set()
            assert holder.process.wait(PATIENCE_S) == 0
        for path in (tmp_path / "state").rglob("*"):
            if path.is_file():
                assert PASSWORD.encode() not in path.read_bytes(), path


def test_a_wrong_password_and_a_removed_card_end_in_no_trace_of_either(
    insert, card_reader_environment, tmp_path, default_browser
):
    with served(tmp_path / "state", minimum_ballots=1) as world:
        held = EmulatedCard(world.authority.whole_card(people(7, 2)[1]))
        link = insert(held)
        _, address = started(world, "en")
        with typing("card", address, env=default_browser[0]) as holder:
            holder.types_hidden("SECRET99")
            holder.sees("The password is wrong")
            holder.sees("4 of 5")
            time.sleep(0.2)
            link.remove()
            holder.types(PASSWORD)
            holder.sees("could not be read")
            assert "SECRET99" not in holder.seen
            assert PASSWORD not in holder.seen
        assert held.pins.left("sign") == 4
