"""The table of error states (web.md 6), row by row: sentence, safety, way on, code and mark."""

import re

import pytest

from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.refusal_texts import help_text, message_text
from tsukuba_trust.errors import Refused
from tsukuba_trust.web.application import Application
from web_world import WebWorld, web_world

C = RefusalCode
# What is safe, in words; codes that only programs or readers meet say where to look instead.
SAFE = re.compile(
    r"(?i)nothing|nobody|not (been )?(sent|recorded)|stays|once only|before the end counts"
)
ELSEWHERE = {
    C.wrong_host: "addresses",
    C.unknown_operation: "list",
    C.too_large: "limits",
    C.receipt_not_found: "Compare the number",
}
SHOWN = re.compile(r"<code>([a-z_]+)</code>[^<]*<code>([0-9A-HJKMNP-TV-Z]{6})</code>")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("errors") / "state")
    yield made
    made.close()


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.value)
def test_every_refusal_says_what_happened_what_is_safe_and_what_to_do(code: RefusalCode) -> None:
    told = {
        tag: (message_text(code).in_language(tag), help_text(code).in_language(tag))
        for tag in ("ja", "en")
    }
    assert all(len(text) > 5 for texts in told.values() for text in texts)
    assert all(re.search("[ぁ-んァ-ン一-龥]", text) for text in told["ja"])
    said = " ".join(told["en"])
    if code in ELSEWHERE:
        assert ELSEWHERE[code] in said
    else:
        assert SAFE.search(said), said
    assert re.search(r"[.!]$", told["en"][1]) and told["ja"][1].endswith("。")


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.value)
def test_every_page_that_refuses_shows_code_and_incident_mark(
    world: WebWorld, code: RefusalCode, monkeypatch
) -> None:
    def refuse(_self: Application, _slug: str) -> None:
        raise Refused(code.value)

    monkeypatch.setattr(Application, "election", refuse)
    for language in ("ja", "en"):
        page = world.portal.get("/elections/any", {"lang": language}, expect_errors=True)
        found = SHOWN.search(page.text)
        assert page.status_int >= 400 and found is not None and found[1] == code.value
        assert found[2] != SHOWN.search(world.portal.get("/elections/any", status="*").text)[2]


def test_error_pages_of_the_voting_host_show_code_and_incident_mark(world: WebWorld) -> None:
    for path, status in (("/static/nothing", 404), ("/a/nothing", 404)):
        found = SHOWN.search(world.vote.get(path, {"lang": "en"}, status=status).text)
        assert found is not None, path
