"""The demo's simulated phone: sentences for refusals, typing read as by our reader."""

from pathlib import Path

import pytest

from tsukuba_trust.testing.demo import make_authority
from tsukuba_trust.testing.demo_cards import PASSWORD
from tsukuba_trust.values import Json
from web_world import WebWorld, web_world

FULL_WIDTH = {ord(char): chr(ord(char) + 0xFEE0) for char in PASSWORD}
WRONG = {"en": "The password is wrong.", "ja": "パスワードがちがいます"}


@pytest.fixture
def world(tmp_path: Path):
    made = web_world(tmp_path, demo=True, settings={"secure_cookies": False})
    make_authority(made.settings.state, made.clock())
    yield made
    made.close()


def sign(world: WebWorld, password: str, person: str = "resident-1", lang: str = "en") -> Json:
    body = {"person": person, "password": password, "text": "x"}
    found: Json = world.portal.post_json(f"/demo/sign?lang={lang}", body).json
    return found


@pytest.mark.parametrize("typed", [PASSWORD, PASSWORD.lower(), PASSWORD.translate(FULL_WIDTH)])
def test_lower_case_and_full_width_are_folded_as_by_the_reader(world: WebWorld, typed: str) -> None:
    assert "response" in sign(world, typed)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_wrong_password_is_told_as_a_sentence_with_the_tries_left(
    world: WebWorld, lang: str
) -> None:
    told = sign(world, "WRONG1234", lang=lang)
    assert (told["code"], told["left"]) == ("card_wrong_password", "4")
    assert WRONG[lang] in told["message"]
    assert told["help"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_locked_card_says_where_it_is_unlocked(world: WebWorld, lang: str) -> None:
    told = sign(world, PASSWORD, "locked", lang)
    assert (told["code"], told["left"]) == ("card_locked", "0")
    assert {"en": "city office", "ja": "市役所"}[lang] in told["help"]


def test_a_password_that_no_card_has_costs_no_try(world: WebWorld) -> None:
    told = sign(world, "1234")
    assert (told["code"], told["left"]) == ("password_form", "5")
    assert "no try was counted" in told["message"]


def test_the_page_asks_in_its_own_language(world: WebWorld) -> None:
    form = world.portal.get("/demo/phone", {"lang": "en"}).html.find("form", id="phone-form")
    assert form["data-sign"].endswith("?lang=en")
    assert form["data-graphql"].endswith("?lang=en")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_api_tells_the_phone_its_refusals_in_that_language(world: WebWorld, lang: str) -> None:
    query = """query IdentificationRequest($attempt: Hex16!) {
      identificationRequest(attempt: $attempt) {
        __typename ... on Refusal { code message { text locale } help { text } } } }"""
    body = {"query": query, "variables": {"attempt": "0" * 32}}
    told = world.portal.post_json(f"/graphql?lang={lang}", body).json
    assert told["data"]["identificationRequest"]["message"]["locale"] == lang
