"""What a kiosk opens, and what its profile forbids."""

import fcntl
import os

import pytest

from tsukuba_trust.card import chromium
from tsukuba_trust.card.devtools import Pipe
from tsukuba_trust.card.kiosk_page import kiosk_address, origin_of
from tsukuba_trust.errors import Misconfigured, Unavailable


def test_it_opens_the_vote_as_a_kiosk_and_keeps_the_look():
    found = kiosk_address("https://Vote.example.jp/survey?lang=ja&size=150#x")
    assert found == "https://vote.example.jp/survey?lang=ja&size=150&kiosk=1"
    assert origin_of(found) == "https://vote.example.jp"


@pytest.mark.parametrize(
    "typed",
    [
        "http://vote.example.jp/survey",
        "https://vote.example.jp/",
        "https://vote.example.jp/a/0123",
        "https://somebody@vote.example.jp/survey",
        "file:///survey",
        "vote.example.jp/survey",
        "https://[vote.example.jp/survey",
    ],
)
def test_anything_but_a_vote_on_a_voting_host_is_refused(typed):
    with pytest.raises(Misconfigured) as caught:
        kiosk_address(typed)
    assert caught.value.code == "kiosk_address"


def test_j08_a_profile_lies_in_memory_only(monkeypatch, tmp_path):
    monkeypatch.setattr(chromium, "MEMORY", tmp_path)
    with pytest.raises(Misconfigured) as caught:
        chromium.Chromium("/usr/bin/true")
    assert caught.value.code == "no_memory_filesystem"
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_is_missing_leaves_no_profile():
    before = set(chromium.MEMORY.glob(f"{chromium.PREFIX}*"))
    with pytest.raises(Misconfigured) as caught:
        chromium.Chromium("/nowhere/chromium")
    assert caught.value.code == "browser_missing"
    assert set(chromium.MEMORY.glob(f"{chromium.PREFIX}*")) == before


def test_j08_what_a_killed_kiosk_left_is_deleted_and_a_living_one_is_left_alone(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(chromium, "MEMORY", tmp_path)
    for name in ("dead", "alive"):
        folder = tmp_path / f"{chromium.PREFIX}{name}"
        folder.mkdir()
        (folder / "secret").touch()
    with (tmp_path / f"{chromium.PREFIX}alive" / chromium.HELD).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        chromium.delete_leftovers()
        assert [path.name for path in tmp_path.iterdir()] == [f"{chromium.PREFIX}alive"]
    chromium.delete_leftovers()
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_ends_is_told_to_everybody_who_waits():
    reading, its_answers = os.pipe()
    its_commands, writing = os.pipe()
    pipe = Pipe(reading, writing)
    os.close(its_answers)
    assert pipe.events.get(timeout=5) is None
    with pytest.raises(Unavailable) as caught:
        pipe.call("Browser.getVersion")
    assert caught.value.code == "browser_gone"
    os.close(its_commands)
