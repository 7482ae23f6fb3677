"""What commands say: commands that can be typed, acts that can be read."""

import hashlib
import sys

import pytest

from tsukuba_trust.cli.acting import read_strikes
from tsukuba_trust.cli.approve import reason
from tsukuba_trust.cli.edge import program
from tsukuba_trust.errors import Refused


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
    with pytest.raises(Refused, match="line 1: a number, a comma, a reason"):
        read_strikes("holder,reason\n5,moved\n")
