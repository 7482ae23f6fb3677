"""Our tally methods pass the vendors' kit."""

import pytest

from tsukuba_trust.plugins.tallies.approval import Approval
from tsukuba_trust.plugins.tallies.borda import Borda
from tsukuba_trust.plugins.tallies.choose_k import ChooseK
from tsukuba_trust.plugins.tallies.confidence import Confidence
from tsukuba_trust.plugins.tallies.dhondt import DHondt
from tsukuba_trust.plugins.tallies.irv import InstantRunoff
from tsukuba_trust.plugins.tallies.majority_judgment import MajorityJudgment
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.plugins.tallies.referendum import Referendum
from tsukuba_trust.plugins.tallies.sainte_lague import SainteLague
from tsukuba_trust.plugins.tallies.sainte_lague_modified import ModifiedSainteLague
from tsukuba_trust.plugins.tallies.schulze import Schulze
from tsukuba_trust.plugins.tallies.score import Score
from tsukuba_trust.plugins.tallies.star import Star
from tsukuba_trust.plugins.tallies.stv import SingleTransferableVote
from tsukuba_trust.testing import TallyMethodConformance
from tsukuba_trust.values import Contest, Option, Text

MINIMUM = {"of": "valid", "divide_by": ["seats", 4]}


def contest(tally, keys="abcd"):
    options = tuple(Option(key, Text((("en", key),))) for key in keys)
    title = Text((("en", "t"),))
    return Contest("c", "", title, title, options, "any", {}, "any", tally)


class TestPlurality(TallyMethodConformance):
    @pytest.fixture
    def plugin(self):
        return Plurality()

    @pytest.fixture
    def contest(self):
        return contest({"seats": 1})


class TestCouncil(TestPlurality):
    @pytest.fixture
    def contest(self):
        return contest({"seats": 3, "legal_minimum": MINIMUM})


class TestApproval(TestPlurality):
    @pytest.fixture
    def plugin(self):
        return Approval()


class TestChooseK(TestPlurality):
    @pytest.fixture
    def plugin(self):
        return ChooseK()

    @pytest.fixture
    def contest(self):
        return contest({"choices": 2})


class TestReferendum(TestPlurality):
    @pytest.fixture
    def plugin(self):
        return Referendum()

    @pytest.fixture
    def contest(self):
        return contest({}, ("yes", "no"))


class TestConfidence(TestReferendum):
    @pytest.fixture
    def plugin(self):
        return Confidence()


class TestDHondt(TestPlurality):
    @pytest.fixture
    def plugin(self):
        return DHondt()

    @pytest.fixture
    def contest(self):
        return contest({"seats": 3})


class TestSainteLague(TestDHondt):
    @pytest.fixture
    def plugin(self):
        return SainteLague()


class TestModifiedSainteLague(TestDHondt):
    @pytest.fixture
    def plugin(self):
        return ModifiedSainteLague()


class TestBorda(TestPlurality):
    whole_ballots = True

    @pytest.fixture
    def plugin(self):
        return Borda()


class TestSchulze(TestBorda):
    @pytest.fixture
    def plugin(self):
        return Schulze()


class TestInstantRunoff(TestBorda):
    @pytest.fixture
    def plugin(self):
        return InstantRunoff()


class TestTransferableVote(TestBorda):
    @pytest.fixture
    def plugin(self):
        return SingleTransferableVote()

    @pytest.fixture(params=["scottish", "wigm", "meek"])
    def contest(self, request):
        return contest({"rule": request.param, "seats": 2})


class TestScore(TestBorda):
    @pytest.fixture
    def plugin(self):
        return Score()

    def level(self, contest):
        return 5


class TestStar(TestScore):
    @pytest.fixture
    def plugin(self):
        return Star()


class TestMajorityJudgment(TestBorda):
    @pytest.fixture
    def plugin(self):
        return MajorityJudgment()

    @pytest.fixture
    def contest(self):
        return contest({"grades": ["good", "fair", "poor"]})

    def level(self, contest):
        return 0
