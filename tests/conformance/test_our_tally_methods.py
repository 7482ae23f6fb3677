"""Our tally methods pass the vendors' kit."""

import pytest

from tsukuba_trust.plugins.tallies.approval import Approval
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.testing import TallyMethodConformance
from tsukuba_trust.values import Contest, Option, Text

MINIMUM = {"of": "valid", "divide_by": ["seats", 4]}


def contest(tally):
    options = tuple(Option(key, Text((("en", key),))) for key in "abcd")
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
