"""``tsukuba-trust card emulate``: a test person's card from the command line."""

import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tsukuba_trust.testing.authority_files import make_folder

PROGRAM = Path(sys.executable).with_name("tsukuba-trust")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return make_folder(tmp_path_factory.mktemp("authority") / "cards", datetime.now(UTC))


@contextmanager
def emulated(people, person, *words):
    command = [PROGRAM, "card", "emulate", "--authority", people.path, "--person", person]
    process = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline()
        assert said == f"{person}'s card is in the virtual reader; Ctrl-C takes it out.\n"
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert rest.endswith("The card is out.\n")


def refused(people, *words):
    command = [PROGRAM, "card", "emulate", "--authority", people.path, *words]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr


def test_it_puts_a_persons_card_into_the_reader(people, card_reader_environment, opensc):
    with emulated(people, "resident-2"):
        assert opensc("opensc-tool", "-n").stdout.strip() == b"jpki"
        read = opensc("pkcs15-tool", "--read-certificate", "1").stdout
    certificate = x509.load_pem_x509_certificate(read).public_bytes(Encoding.DER)
    assert certificate == people.card("resident-2").auth.certificate


def test_what_was_blocked_stays_blocked_when_it_runs_again(people, card_reader_environment, opensc):
    def try_it():
        words = ("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "0000")
        return opensc(*words).stderr.decode()

    with emulated(people, "resident-3"):
        for _ in range(3):
            try_it()
    with emulated(people, "resident-3", "--fault", "blocked_status=0x6983"):
        assert "blocked" in try_it()


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("--person", "nobody"), 2, "error: authority_person: "),
        (("--person", "child", "--fault", "melts"), 1, "error: fault_unknown: melts; there are:"),
        (("--person", "child", "--port", "1"), 2, "error: reader_missing: 127.0.0.1:1: "),
    ],
)
def test_it_says_in_one_line_what_is_wrong(people, card_reader_environment, words, status, says):
    code, said = refused(people, *words)
    assert (code, said.count("\n")) == (status, 1)
    assert said.startswith(says)
