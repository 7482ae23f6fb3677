"""The vendor's conformance tests."""

from fractions import Fraction

import pytest
from acme_ballots import NAME, Majority

from tsukuba_trust.testing import TallyMethodConformance
from tsukuba_trust.values import Contest, Option, Text


class TestMajority(TallyMethodConformance):
    @pytest.fixture
    def plugin(self):
        return Majority(Fraction(1, 2))

    @pytest.fixture
    def contest(self):
        title = Text((("en", "t"),))
        options = tuple(Option(key, title) for key in "abc")
        return Contest("c", "", title, title, options, "any", {}, NAME, {})
