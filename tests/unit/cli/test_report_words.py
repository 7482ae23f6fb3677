"""The report's words for codes that stand in the record."""

from tsukuba_trust.board.schemas import ACTS
from tsukuba_trust.cli.reporting import words


def test_every_act_of_the_officers_has_a_name_in_the_report():
    assert set(words.ACTS) == set(ACTS)
