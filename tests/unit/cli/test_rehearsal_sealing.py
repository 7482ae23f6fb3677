"""Sealing for simulated voters in several processes."""

import pytest

from tsukuba_trust.cli.rehearsal import voting
from tsukuba_trust.cli.rehearsal.cast import Player


def _echo(_fixed, choices):
    return choices


@pytest.mark.parametrize("count", [1, 16, 17, 40])
def test_every_player_is_sealed_for_once_and_in_order(count, monkeypatch):
    monkeypatch.setattr(voting, "seal", _echo)
    players = [Player(str, ((str(number), []),), revotes=False) for number in range(count)]
    sealed = list(voting.seal_all(None, players, jobs=2))
    assert sealed == [player.choices for player in players]
