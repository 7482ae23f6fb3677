"""A card in the booth when the service that checks certificates is down, then up (attack J05)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from school import Served
from traces import variables

from card_source import Switch
from conftest import Visitor, digits_of
from tsukuba_trust.cli import phone
from tsukuba_trust.errors import Refused
from tsukuba_trust.plugins.identity.my_number_card import MyNumberCard
from tsukuba_trust.testing.cards import TestCard
from web_world import web_world

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]


class Survey(Served):
    """The survey, served in the test's own process."""

    def answer(self, address: str, card: TestCard) -> str:
        """Answer an attempt as a device does; give the digits."""
        endpoint, attempt = phone.find(address)
        asked = phone.ask(endpoint, phone.QUERY, {"attempt": attempt}, "identificationRequest")
        response = card.response(asked["challenge"]["text"])
        given = {"input": {"attempt": attempt, "response": response}}
        return digits_of(phone.ask(endpoint, phone.MUTATION, given, "completeIdentification"))


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    world = web_world(tmp_path_factory.mktemp("cards") / "state")
    try:
        with world.serve_in_thread() as port:
            yield Survey(port, world)
    finally:
        world.close()


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Switch:
    """Let the server of this process ask a switch."""
    found = Switch()
    monkeypatch.setattr(
        MyNumberCard, "_ask", lambda _self, certificate, _valid, at: found.ask(certificate, b"", at)
    )
    return found


def test_j05_the_sealed_ballot_waits_and_a_new_attempt_needs_no_new_choice(
    visitor: New, survey: Survey, switch: Switch
) -> None:
    one, card = visitor(demo=survey), survey.world.card(1)
    switch.state = "unreachable"
    address = one.to_identity(("administration", 1))
    first = variables(one, "StartIdentification")
    with pytest.raises(Refused, match="cert_check_unavailable"):
        survey.answer(address, card)
    told = one.page.locator("[data-code=cert_check_unavailable]")
    expect(told).to_contain_text("nothing has to be chosen again")
    expect(told).to_contain_text("029-883-1111")
    assert one.receipts() == 0

    switch.state = "good"
    one.page.click("#new-code")
    expect(one.page.locator("#device-address")).not_to_have_text(address)
    one.sees("V5")
    one.type_digits(survey.answer(one.page.inner_text("#device-address"), card))
    one.sees("V7")
    assert one.receipts() == 1

    second = variables(one, "StartIdentification")
    assert first["credentials"] == second["credentials"]
    assert first["blind"] != second["blind"]


def test_j13_the_page_says_that_the_card_was_used_before(
    visitor: New, survey: Survey, switch: Switch
) -> None:
    card = survey.world.card(2)
    for uses in range(2):
        one = visitor(demo=survey)
        one.type_digits(survey.answer(one.to_identity(("administration", 0)), card))
        one.sees("V7")
        said = "first identification" if uses == 0 else "in this vote: 1, last on"
        expect(one.page.locator("[data-testid=earlier-uses]").first).to_contain_text(said)
