"""Two hosts from one port: what is meant for one never meets the other (D14)."""

from dataclasses import replace

import pytest
from pyramid.config import Configurator
from pyramid.response import Response
from webtest import TestApp

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.web.application import KEY, open_application
from tsukuba_trust.web.host_names import canonical_host, is_voting_host
from tsukuba_trust.web.hosts import TWEEN
from web_world import PORTAL, VOTE, WebWorld, web_world

UNKNOWN = "/no/such/page"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("hosts") / "state")
    yield made
    made.close()


def noisy_host(world, *, after=False, settings=None, tween="test_web_hosts.noise"):
    """Build somebody's application with voting below /vote."""
    config = Configurator(settings={KEY: world.application, **(settings or {})})
    seen = []
    config.registry["seen"] = seen
    config.add_route("page", "/host/page")
    config.add_view(lambda request: seen.append("view") or Response("host"), route_name="page")
    if not after:
        config.add_tween(tween)
    config.include("tsukuba_trust", route_prefix="/vote")
    if after:
        config.add_tween(tween)
    return TestApp(config.make_wsgi_app()), seen


def noise(handler, registry):
    def tween(request):
        registry["seen"].append("tween")
        response = handler(request)
        response.set_cookie("host", "1")
        return response

    return tween


def host(name):
    return {"HTTP_HOST": name}


def test_the_voting_hosts_root_leads_to_the_portal(world: WebWorld):
    answer = world.vote.get("/", status=303)
    assert answer.headers["Location"] == "http://127.0.0.1:6543/"


@pytest.mark.parametrize("after", [False, True], ids=["tween before us", "tween after us"])
def test_nothing_of_a_host_application_runs_on_the_voting_host(world: WebWorld, after):
    app, seen = noisy_host(world, after=after)
    answer = app.get("/host/page", extra_environ=host(VOTE), status=404)
    assert seen == []
    assert "Set-Cookie" not in answer.headers
    assert app.get("/host/page", extra_environ=host(PORTAL)).text == "host"
    assert seen == ["tween", "view"]


@pytest.mark.parametrize(
    "name",
    [
        "LOCALHOST:6543",
        "Localhost:6543",
        "localhost.:6543",
        "localhost",
        "localhost.",
        "localhost:06543",
        "localhost:80",
        "localhost:9999",
    ],
)
def test_every_spelling_of_the_voting_host_is_the_voting_host(world: WebWorld, name):
    app, seen = noisy_host(world)
    app.get("/host/page", extra_environ=host(name), status=404)
    assert seen == []


@pytest.mark.parametrize(
    "name", ["", "a b", "localhost:6543,127.0.0.1", "x@localhost:6543", "localhost:6543/", "ホスト"]
)
def test_a_host_that_nobody_can_have_typed_meets_neither(world: WebWorld, name):
    app, seen = noisy_host(world)
    answer = app.get("/host/page", extra_environ=host(name.encode().decode("latin-1")), status=400)
    assert answer.text == "host_invalid\n"
    assert seen == []


def test_ports_tell_the_hosts_apart_where_only_they_can():
    voting, portal = canonical_host("city.example:8443"), canonical_host("city.example")
    assert is_voting_host(voting, voting, portal)
    assert not is_voting_host(portal, voting, portal)
    assert not is_voting_host(canonical_host("city.example:443"), voting, portal)


def test_one_name_for_both_leaves_everything_to_the_portal():
    same = canonical_host("city.example")
    assert not is_voting_host(same, same, same)


def test_a_forwarded_host_of_a_stranger_is_not_believed(world: WebWorld):
    app, _seen = noisy_host(world)
    forged = {"HTTP_HOST": PORTAL, "HTTP_X_FORWARDED_HOST": VOTE, "REMOTE_ADDR": "192.0.2.1"}
    assert app.get("/host/page", extra_environ=forged).text == "host"


def test_a_forwarded_host_of_a_listed_proxy_is_believed(world: WebWorld):
    behind = world.with_settings(trusted_proxies=("192.0.2.1",))
    app, seen = noisy_host(behind)
    forwarded = {
        "HTTP_HOST": PORTAL,
        "HTTP_X_FORWARDED_HOST": VOTE,
        "HTTP_X_FORWARDED_FOR": "198.51.100.7",
        "REMOTE_ADDR": "192.0.2.1",
    }
    app.get("/host/page", extra_environ=forwarded, status=404)
    assert seen == []
    behind.close()


def test_an_explicit_list_of_tweens_without_ours_stops_the_start(world: WebWorld):
    only = {"pyramid.tweens": "test_web_hosts.noise"}
    with pytest.raises(Misconfigured, match="host_tween_not_first"):
        noisy_host(world, settings=only)


def test_an_explicit_list_that_begins_with_ours_is_fine(world: WebWorld):
    listed = {"pyramid.tweens": f"{TWEEN} test_web_hosts.noise"}
    app, seen = noisy_host(world, settings=listed)
    app.get("/host/page", extra_environ=host(VOTE), status=404)
    assert seen == []


def test_one_name_for_both_hosts_stops_the_start_when_an_election_is_sealed(tmp_path):
    world = web_world(tmp_path / "state", stage="prepared")
    with pytest.raises(Misconfigured, match="hosts_equal"):
        open_application(replace(world.settings, portal_host=VOTE.upper()))
    open_application(replace(world.settings, portal_host=VOTE, demo=True)).close()
    world.close()


@pytest.mark.parametrize("path", [UNKNOWN, "/graphql/other", "/static/x.js"])
def test_an_unknown_path_of_the_voting_host_names_the_portal(world: WebWorld, path):
    answer = world.vote.get(path, status="4*")
    assert 'href="http://127.0.0.1:6543/"' in answer.text or answer.content_type.endswith("json")


def test_the_request_clock_is_read_once(world: WebWorld):
    ticks = []
    application = replace(world.application, clock=lambda: ticks.append(1) or world.now)
    config = Configurator(settings={KEY: application})
    config.add_route("twice", "/twice")
    config.add_view(
        lambda request: Response(str(request.admitted_at == request.admitted_at)),
        route_name="twice",
    )
    config.include("tsukuba_trust")
    TestApp(config.make_wsgi_app()).get("/twice", extra_environ=host(PORTAL))
    assert len(ticks) == 1
