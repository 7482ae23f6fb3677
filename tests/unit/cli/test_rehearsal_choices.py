"""What simulated voters choose is something that their contest allows, whatever its form."""

import random
from datetime import date

import pytest

from record_parts import contest
from tsukuba_trust.cli.rehearsal.cast import pupils, selection
from tsukuba_trust.plugins.ballots.preference_reading import form_of_contest
from tsukuba_trust.testing.people import people

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


@pytest.mark.parametrize("grade", range(1, 7))
def test_pupils_have_the_age_of_their_grade(grade: int) -> None:
    rows = [(f"N{n}", f"{grade}年生", person) for n, person in enumerate(people(1, 200))]
    found = pupils(rows, date(2021, 7, 14))
    born = [date.fromisoformat(person.birth_date) for _, _, person in found]
    assert min(born) > date(2008 - grade, 4, 1)
    assert max(born) <= date(2009 - grade + 1, 4, 1)
    assert len(set(born)) == len(rows)
