"""Voting inside somebody else's portal: its layout on our pages, nothing of it where one votes."""

import sys
from pathlib import Path

import pytest
from webtest import TestApp

from tsukuba_trust.web.application import KEY
from tsukuba_trust.web.headers import VOTE_POLICY
from web_world import PORTAL, VOTE, WebWorld, web_world

sys.path.insert(0, str(Path(__file__).parents[1] / "sample_host"))

import city_portal

COOKIES = "visits=1; city-session=x; city-language=en; auth_tkt=somebody; lang=en"
VOTING_PATHS = [
    "/",
    "/static/city.jinja2",
    "/vote",
    "/vote/",
    "/vote/graphql",
    "/robots.txt",
    "/graphql/identify",
    "/graphql/cast",
    "/no/such/page",
    "/a/00112233445566778899aabbccddeeff",
    "/return",
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    settings = {"layout": city_portal.LAYOUT}
    made = web_world(tmp_path_factory.mktemp("guest") / "state", settings=settings)
    yield made
    made.close()


@pytest.fixture(scope="module")
def city(world):
    return city_portal.main({}, **{KEY: world.application})


@pytest.fixture
def seen(city):
    city.registry["seen"].clear()
    return city.registry["seen"]


@pytest.fixture
def portal(city):
    return TestApp(city, extra_environ={"HTTP_HOST": PORTAL})


@pytest.fixture
def vote(city):
    return TestApp(city, extra_environ={"HTTP_HOST": VOTE, "HTTP_COOKIE": COOKIES})


def test_the_host_serves_its_own_pages(portal, seen):
    assert portal.get("/").text == "Welcome to the city"
    assert {"tween", "view"} <= set(seen)


def test_our_pages_take_the_hosts_layout(portal):
    page = portal.get("/vote/?lang=en")
    assert '<body class="city-portal">' in page.text
    assert "City portal</title>" in page.text


def test_our_pages_speak_the_hosts_language(portal, seen):
    portal.get("/vote/")
    assert "locale" in seen


def test_addresses_of_our_pages_have_the_prefix(portal, world: WebWorld):
    page = portal.get("/vote/?lang=en").text
    assert f"/vote/elections/{world.slug}" in page
    assert f'href="/elections/{world.slug}' not in page


def test_our_pages_have_our_headers_and_the_hosts_keep_their_own(portal):
    assert "Content-Security-Policy" in portal.get("/vote/").headers
    assert "Content-Security-Policy" not in portal.get("/").headers


def test_the_host_tells_its_own_errors(portal):
    assert portal.get("/nothing", status=404).text == "The city does not know this page"


def test_what_we_refuse_is_told_by_us(portal):
    answer = portal.get("/vote/board/none/checkpoint", status=404)
    assert "unknown_election" in answer.text


def test_the_board_is_below_the_prefix(portal, world: WebWorld):
    answer = portal.get(f"/vote/board/{world.slug}/checkpoint")
    assert answer.text.startswith(world.fixed.origin)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", VOTING_PATHS)
def test_nothing_of_the_host_answers_where_one_votes(vote, seen, path, method):
    """No view, tween, sign-in, language, session or error page of the host."""
    answer = vote.request(path, method=method, status="*")
    assert seen == []
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Security-Policy"] == VOTE_POLICY
    assert "city" not in answer.text


def test_the_booth_answers_at_the_root_of_its_host(vote, world: WebWorld, seen):
    assert vote.get(f"/{world.slug}?lang=en").status_int == 200
    assert seen == []


def test_pages_of_the_portal_are_not_on_the_voting_host(vote):
    for path in ("/vote/", "/elections/x", "/check", "/how-it-works"):
        vote.get(path, status=[303, 404])
