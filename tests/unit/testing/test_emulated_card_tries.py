"""Tries of emulated cards are counted before the answer and outlive their card."""

import threading

import pytest

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.testing import demo_cards
from tsukuba_trust.testing.emulated_card_pins import FULL, ForgottenTries, KeptTries, Pins

RIGHT = {"sign": b"TSUKUBA123", "auth": b"1357"}


@pytest.fixture(params=["kept", "forgotten"])
def tries(request, tmp_path):
    return KeptTries(tmp_path / "tries", "a") if request.param == "kept" else ForgottenTries()


def test_a_new_card_has_all_its_tries(tries):
    assert {purpose: tries.left(purpose) for purpose in FULL} == {"sign": 5, "auth": 3}


def test_tries_run_out_and_are_given_back_at_the_counter(tries):
    pins = Pins(RIGHT, tries)
    assert [pins.verify("auth", b"0000") for _ in range(4)] == [False] * 4
    assert not pins.verify("auth", RIGHT["auth"])
    assert (pins.left("auth"), pins.left("sign")) == (0, 5)
    pins.unblock()
    assert pins.verify("auth", RIGHT["auth"])


def test_what_one_card_counted_another_life_of_it_knows(tmp_path):
    KeptTries(tmp_path / "tries", "a").take("sign")
    assert KeptTries(tmp_path / "tries", "a").left("sign") == 4
    assert KeptTries(tmp_path / "tries", "b").left("sign") == 5


def test_a_try_is_counted_before_the_password_is_compared(tmp_path):
    tries, seen = KeptTries(tmp_path / "tries", "a"), []

    class Watched(KeptTries):
        def refill(self, purpose):
            seen.append(tries.left(purpose))
            super().refill(purpose)

    Pins(RIGHT, Watched(tmp_path / "tries", "a")).verify("sign", RIGHT["sign"])
    assert (seen, tries.left("sign")) == ([4], 5)


def test_tries_at_once_are_each_counted(tmp_path):
    def guess():
        Pins(RIGHT, KeptTries(tmp_path / "tries", "a")).verify("sign", b"WRONG1")

    threads = [threading.Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert KeptTries(tmp_path / "tries", "a").left("sign") == 1


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"b": 1}', "\x00", '{"a": {}}', '{"a": {"sign": 5}}'),
        *('{"a": {"sign": 6, "auth": 3}}', '{"a": {"sign": -1, "auth": 3}}'),
        '{"a": {"sign": true, "auth": 3}}',
    ],
)
def test_a_damaged_counter_is_not_a_full_one(tmp_path, text):
    (tmp_path / "tries").write_text(text)
    with pytest.raises(Misconfigured, match="card_state_unreadable"):
        KeptTries(tmp_path / "tries", "a").left("sign")


def test_the_counters_are_nobody_elses_to_read(tmp_path):
    KeptTries(tmp_path / "tries", "a").take("sign")
    assert (tmp_path / "tries").stat().st_mode & 0o777 == 0o600


def test_the_demos_locked_card_is_locked_before_it_begins(tmp_path):
    demo_cards.mistype(tmp_path)
    cards = demo_cards.Cards(tmp_path)
    assert (cards.left("locked"), cards.left("resident-1"), cards.left("nobody")) == (0, 5, 0)
