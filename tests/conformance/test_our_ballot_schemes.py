"""Our ballot scheme passes the vendors' kit, with and without a blank option."""

import pytest

from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.testing import BallotSchemeConformance
from tsukuba_trust.values import Contest, Option, Text


def text(words):
    return Text((("ja", words), ("en", words)))


def contest(parameters):
    options = tuple(Option(key, text(key)) for key in "abc")
    return Contest("c", "", text("t"), text("q"), options, "homomorphic", parameters, "any", {})


class TestExactlyOne(BallotSchemeConformance):
    @pytest.fixture
    def plugin(self):
        return HomomorphicBallots()

    @pytest.fixture
    def contest(self):
        return contest({"min": 1, "max": 1, "blank": False})

    @pytest.fixture
    def allowed(self):
        return [[1, 0, 0], [0, 1, 0], [0, 0, 1]]

    @pytest.fixture
    def refused(self):
        return [[0, 0, 0], [1, 1, 0], [2, 0, 0], [-1, 1, 1], [1, 0], "blank"]


class TestUpToTwoOrBlank(TestExactlyOne):
    @pytest.fixture
    def contest(self):
        return contest({"min": 0, "max": 2, "blank": True})

    @pytest.fixture
    def allowed(self):
        return [[1, 1, 0], "blank", [0, 0, 0]]

    @pytest.fixture
    def refused(self):
        return [[1, 1, 1], [2, 0, 0], "empty"]


class TestFiniteField(TestExactlyOne):
    group_name = "BELENIOS-2048"
