"""Our reader and our command on the real PC/SC stack, up to a counted ballot."""

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509

from api_world import sealed
from card_desk import served, started, token_in
from tsukuba_trust.card.pcsc import Readers
from tsukuba_trust.card.reader import Card
from tsukuba_trust.errors import Refused
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_pins import PASSWORD, PIN
from tsukuba_trust.testing.people import people

PROGRAM = Path(sys.executable).with_name("tsukuba-trust")
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
    assert not card.pins.verified("sign")


def test_a_card_taken_out_is_one_clear_error(insert, card, readers):
    link = insert(card)
    with readers.connect(readers.wait()) as connection:
        ours = Card(connection)
        ours.open()
        link.remove()
        with pytest.raises(Refused) as caught:
            ours.tries()
    assert caught.value.code == "card_unreadable"


@contextmanager
def typing(*words, env=None):
    """Run the command at a terminal of its own."""
    mine, its = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *words],
        stdin=its,
        stdout=its,
        stderr=its,
        env={**os.environ, "LANG": "en_US.UTF-8", **(env or {})},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(its)
    try:
        yield Typist(process, mine)
    finally:
        process.kill()
        process.wait()
        os.close(mine)


class Typist:
    def __init__(self, process, terminal):
        self.process, self._terminal, self.seen = process, terminal, ""

    def sees(self, wanted):
        until = time.monotonic() + PATIENCE_S
        while wanted not in self.seen:
            if not select.select([self._terminal], [], [], until - time.monotonic())[0]:
                raise AssertionError(f"{wanted!r} not in {self.seen}")
            try:
                self.seen += os.read(self._terminal, 4096).decode(errors="replace")
            except OSError:  # the program has ended
                assert wanted in self.seen, self.seen
        return self.seen

    def types(self, text):
        os.write(self._terminal, f"{text}\n".encode())

    def of_process(self, name):
        return Path(f"/proc/{self.process.pid}/{name}").read_bytes()


@pytest.fixture
def browser(tmp_path):
    """A default browser that writes down which address it was given."""
    program, log = tmp_path / "browser", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\nprintf %s "$1" > {log}.part && mv {log}.part {log}\n')
    program.chmod(0o755)
    return {"BROWSER": f"{program} %s"}, log


def opened(log):
    until = time.monotonic() + PATIENCE_S
    while not log.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return log.read_text()


def test_a_vote_with_the_card_command_is_counted(
    insert, card_reader_environment, tmp_path, browser
):
    env, log = browser
    with served(tmp_path / "state", minimum_ballots=1) as world:
        held = EmulatedCard(world.authority.whole_card(people(7, 2)[1]))
        insert(held)
        booth, address = started(world, "en")
        contest = world.contests[0]
        ballot = sealed(booth, 0)
        with typing("card", address, env=env) as holder:
            holder.sees("Tries left for the password: 5 of 5")
            holder.sees("Signature password")
            time.sleep(0.2)  # until the terminal shows no letters any more
            holder.types("tsukuba123")
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
    insert, card_reader_environment, tmp_path, browser
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
        with typing("card", address, env=browser[0]) as holder:
            holder.sees("Signature password")
            time.sleep(0.2)
            holder.types(PASSWORD)
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
    insert, card_reader_environment, tmp_path, browser
):
    with served(tmp_path / "state", minimum_ballots=1) as world:
        held = EmulatedCard(world.authority.whole_card(people(7, 2)[1]))
        link = insert(held)
        _, address = started(world, "en")
        with typing("card", address, env=browser[0]) as holder:
            holder.sees("Signature password")
            time.sleep(0.2)
            holder.types("SECRET99")
            holder.sees("The password is wrong")
            holder.sees("4 of 5")
            time.sleep(0.2)
            link.remove()
            holder.types(PASSWORD)
            holder.sees("could not be read")
            assert "SECRET99" not in holder.seen
            assert PASSWORD not in holder.seen
        assert held.pins.left("sign") == 4
