"""Our identity providers pass the vendors' kit."""

from datetime import UTC, datetime

import pytest

from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.plugins.identity.roll_code import RollCode, new_code
from tsukuba_trust.testing import IdentityProviderConformance
from tsukuba_trust.testing.authority import TestAuthority
from tsukuba_trust.testing.people import people

AT = datetime(2025, 3, 1, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority():
    return TestAuthority(AT)


class TestMyNumberCard(IdentityProviderConformance):
    @pytest.fixture
    def plugin(self, authority):
        return MyNumberCard(authority.anchors)

    @pytest.fixture
    def respond(self, authority):
        card = authority.card(people(seed=1, count=2)[1])
        return lambda attempt, begun: card.response(begun.challenge["text"])


class TestRollCode(IdentityProviderConformance):
    CODE = new_code(lambda size: b"tsukuba"[:size])

    @pytest.fixture
    def plugin(self):
        return RollCode(b"k" * 32)

    @pytest.fixture
    def enrolments(self, plugin):
        return (plugin.enrol(new_code(lambda size: b"nobody!"[:size])), plugin.enrol(self.CODE))

    @pytest.fixture
    def respond(self):
        return lambda attempt, begun: {"code": self.CODE}
