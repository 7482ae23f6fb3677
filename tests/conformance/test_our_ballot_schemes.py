"""Our ballot schemes pass the vendors' kit, with and without a blank option."""

import pytest

from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.ballots.preference import PreferenceBallots
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


class TestPreferenceChoice(TestExactlyOne):
    @pytest.fixture
    def plugin(self):
        return PreferenceBallots()

    @pytest.fixture
    def contest(self):
        return contest({"form": "choice"})


class TestPreferenceChoiceOrBlank(TestPreferenceChoice):
    @pytest.fixture
    def contest(self):
        return contest({"form": "choice", "blank": True})

    @pytest.fixture
    def allowed(self):
        return [[0, 1, 0], "blank", [0, 0, 1]]

    @pytest.fixture
    def refused(self):
        return [[1, 1, 0], [2, 0, 0], [-1, 1, 1], [1, 0], "empty"]


class TestPreferenceFiniteField(TestPreferenceChoice):
    group_name = "RFC-3526-2048"


class TestRanking(TestPreferenceChoice):
    """Selections are vectors; ``read`` says what the first two of them mean."""

    read = ((3, 1, 2), (None, 1, None))

    @pytest.fixture
    def contest(self):
        return contest({"form": "ranking"})

    @pytest.fixture
    def allowed(self):
        return [[3, 1, 2], [0, 1, 0], [1, 2, 0]]

    @pytest.fixture
    def refused(self):
        return [[0, 0, 0], [1, 1, 0], [1, 3, 0], [4, 1, 2], [-1, 1, 2], [1, 2], "blank"]

    def summary(self, count):
        assert count.votes == ()
        return count.preferences, count.blank

    def expected(self, contest, selections, weights):
        order = sorted(self.read, key=lambda levels: [-1 if n is None else n for n in levels])
        return tuple((levels, 1) for levels in order), 0


class TestRankingWithTies(TestRanking):
    read = ((1, 1, 2), (None, 1, 2))

    @pytest.fixture
    def contest(self):
        return contest({"form": "ranking", "ties": True, "min": 2})

    @pytest.fixture
    def allowed(self):
        return [[1, 1, 2], [0, 1, 2]]

    @pytest.fixture
    def refused(self):
        return [[0, 0, 0], [0, 0, 1], [1, 3, 3], [2, 2, 0], "blank"]


class TestScores(TestRanking):
    read = ((100, 0, None), (7, 7, 7))

    @pytest.fixture
    def contest(self):
        return contest({"form": "score", "max": 100})

    @pytest.fixture
    def allowed(self):
        return [[101, 1, 0], [8, 8, 8]]

    @pytest.fixture
    def refused(self):
        return [[0, 0, 0], [102, 1, 1], [1, 1], [1, 1, 1, 1], "blank"]


class TestGrades(TestRanking):
    read = ((0, 2, None), (1, 1, 1))

    @pytest.fixture
    def contest(self):
        return contest({"form": "grade", "grades": ["good", "fair", "poor"]})

    @pytest.fixture
    def allowed(self):
        return [[1, 3, 0], [2, 2, 2]]

    @pytest.fixture
    def refused(self):
        return [[0, 0, 0], [4, 1, 1], "blank"]


class TestList(TestRanking):
    read = ((2, None, 1), (None, 1, None))

    @pytest.fixture
    def contest(self):
        return contest({"form": "list", "slots": 2, "blank": True})

    @pytest.fixture
    def allowed(self):
        return [[3, 1], [2, 0], [1, 2], "blank"]

    @pytest.fixture
    def refused(self):
        return [[1, 1], [0, 1], [4, 1], [1, 2, 3], [1]]
