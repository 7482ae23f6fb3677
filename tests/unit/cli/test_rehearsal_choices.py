"""What simulated voters choose is something that their contest allows, whatever its form."""

import random

import pytest

from record_parts import contest
from tsukuba_trust.cli.rehearsal.cast import selection
from tsukuba_trust.plugins.ballots.preference_reading import form_of_contest

FORMS = [
    {"form": "choice", "blank": True},
    {"form": "ranking"},
    {"form": "ranking", "ties": True, "min": 2},
    {"form": "ranking", "max": 2},
    {"form": "list", "slots": 2},
    {"form": "score", "max": 100},
    {"form": "grade", "grades": ["good", "fair", "poor"], "blank": True},
]


@pytest.mark.parametrize("ballot", FORMS, ids=str)
def test_every_choice_can_be_sealed(ballot: dict[str, object]) -> None:
    one, chance = contest(0, ballot_scheme="preference", ballot=ballot), random.Random(5)
    form, seen = form_of_contest(one), set()
    for _ in range(200):
        seen.add(tuple(form.vector(selection(one, chance))))
    assert len(seen) > 2
