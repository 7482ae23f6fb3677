"""What commands say: commands that can be typed, acts that can be read."""

import errno
import hashlib
import socket
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tsukuba_trust.cli import main
from tsukuba_trust.cli.acting import read_strikes
from tsukuba_trust.cli.approve import reason
from tsukuba_trust.cli.demo import HOME, port_of, settings_text
from tsukuba_trust.cli.demo_serving import words
from tsukuba_trust.cli.edge import Program, program
from tsukuba_trust.errors import Misconfigured


@pytest.mark.parametrize(
    ("called", "path", "typed"),
    [
        (".venv/bin/tsukuba-trust", "/nowhere", ".venv/bin/tsukuba-trust"),
        ("/usr/lib/python3/pytest/__main__.py", "/nowhere", "tsukuba-trust"),
    ],
)
def test_it_names_itself_as_it_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, called: str, path: str, typed: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setenv("PATH", path)
    assert program() == typed


def test_a_rehearsal_is_approved_by_its_digest_not_by_kilobytes() -> None:
    text = '{"messages":[1]}'
    shown = reason({"act": "rehearsed", "reason": {"text": text}})
    assert text not in shown
    assert hashlib.sha256(text.encode()).hexdigest() in shown


def test_what_a_person_wrote_is_shown_whole() -> None:
    text = "power cut " * 90
    assert reason({"act": "suspend", "reason": {"text": text}}) == text


def test_a_list_of_strikes_has_no_heading() -> None:
    with pytest.raises(Misconfigured, match="line 1: a holder's number, a comma, a reason"):
        read_strikes("holder,reason\n5,moved\n")


def test_a_second_demo_on_one_port_leaves_no_folder_for_close_to_take(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    with socket.create_server(("localhost", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["demo", "--port", port, "--home", str(home)])
    assert result.exit_code == 2
    assert "address_unusable" in result.output
    assert not home.exists()


def test_a_resumed_demo_keeps_the_port_that_its_hosts_are_named_with(tmp_path: Path) -> None:
    (tmp_path / "demo.ini").write_text(settings_text(tmp_path, 6599))
    assert port_of(tmp_path) == 6599


def test_a_demo_elsewhere_says_where_to_close_it(tmp_path: Path) -> None:
    assert f"demo --home {tmp_path} close" in words(tmp_path / "mock-x", 6543)
    assert "--home" not in words(HOME / "mock-x", 6543)


def test_a_resumed_demo_whose_vote_was_closed_says_so(tmp_path: Path) -> None:
    (tmp_path / "mock-x" / "record").mkdir(parents=True)
    told = words(tmp_path / "mock-x", 6543)
    assert "has ended" in told
    assert "A vote is open" not in told


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    @click.command()
    def listing() -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    result = CliRunner().invoke(Program(commands={"listing": listing}), ["listing"])
    assert result.exit_code == 1
    assert "error" not in result.output
