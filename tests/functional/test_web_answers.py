"""Headers, error pages, small files and the access log of both hosts."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust import main
from tsukuba_trust.errors import Misconfigured, Refused, Unavailable
from tsukuba_trust.settings import settings_from
from tsukuba_trust.web import admission, well_known
from tsukuba_trust.web.errors import CODE_STATUS, STATUS_CODES
from tsukuba_trust.web.headers import VOTE_POLICY
from web_world import WebWorld, web_world

UNKNOWN = "/no/such/page"
MARK = re.compile(r"<code>([0-9A-HJKMNP-TV-Z]{6})</code>")
DESIGN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; worker-src 'self'; trusted-types booth; "
    "require-trusted-types-for 'script'"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("answers") / "state")
    yield made
    made.close()


@pytest.fixture(params=["portal", "vote"])
def app(request, world):
    return getattr(world, request.param)


@pytest.mark.parametrize(
    "path", ["/", UNKNOWN, "/robots.txt", "/board/none/checkpoint", "/favicon.ico"]
)
def test_o06_every_answer_of_the_voting_host_has_the_strict_policy(world: WebWorld, path):
    headers = world.vote.get(path, status="*").headers
    assert headers["Content-Security-Policy"] == VOTE_POLICY == DESIGN_POLICY
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "clipboard-write=(self)" in headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]
    assert headers["Permissions-Policy"].count("(self)") == 2
    assert "Set-Cookie" not in headers
    assert not [name for name in headers if name.startswith("Access-Control")]


def test_pages_of_the_voting_host_are_stored_nowhere(world: WebWorld):
    assert world.vote.get("/", status=303).headers["Cache-Control"] == "no-store"


def test_the_portal_refuses_frames_and_foreign_scripts(world: WebWorld):
    policy = world.portal.get(UNKNOWN, status=404).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self';" in policy
    assert "unsafe" not in policy


def test_public_pages_may_load_from_the_portals_listed_origins(world: WebWorld):
    listed = world.with_settings(page_origins=("https://city.example",))
    policy = listed.portal.get(UNKNOWN, status=404).headers["Content-Security-Policy"]
    assert "default-src 'self' https://city.example;" in policy
    assert listed.vote.get("/", status=303).headers["Content-Security-Policy"] == VOTE_POLICY
    listed.close()


def test_an_error_page_shows_its_code_and_a_mark(app):
    answer = app.get(UNKNOWN, status=404)
    assert "<code>not_found</code>" in answer.text
    assert MARK.search(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_page_has_a_mark_of_its_own(app):
    marks = {MARK.search(app.get(UNKNOWN, status=404).text)[1] for _ in range(5)}
    assert len(marks) == 5


@pytest.mark.parametrize(("lang", "says"), [("ja", "アドレス"), ("en", "no page")])
def test_an_error_page_speaks_the_readers_language(app, lang, says):
    assert says in app.get(f"{UNKNOWN}?lang={lang}", status=404).text
    answer = app.get(UNKNOWN, headers={"Accept-Language": f"fr, {lang};q=0.5"}, status=404)
    assert f'<html lang="{lang}"' in answer.text
    assert says in answer.text


def test_an_error_page_holds_nothing_of_the_request(app):
    answer = app.get("/<script>alert(1)</script>?x=canary-7", status=404)
    assert "canary-7" not in answer.text
    assert "<script" not in answer.text


def test_programs_get_their_errors_as_json(app):
    error = app.get(UNKNOWN, headers={"Accept": "application/json"}, status=404).json["errors"][0]
    assert error["extensions"]["code"] == "not_found"
    assert len(error["extensions"]["incident"]) == 6


def test_a_wrong_method_is_told_with_the_right_one(app):
    answer = app.post("/robots.txt", status=405)
    assert answer.headers["Allow"] == "GET, HEAD"
    assert "method_not_allowed" in answer.text


@pytest.mark.parametrize(("path", "most"), [("/graphql/identify", 65_536), ("/x", 65_536)])
def test_a_body_over_the_limit_is_refused_before_it_is_read(world: WebWorld, path, most):
    answer = world.vote.post(path, b"x" * (most + 1), status=413)
    assert "too_large" in answer.text


class Unread:
    """A body that fails the test when somebody reads it."""

    def read(self, *_):
        pytest.fail("the body was read")

    readline = readlines = __iter__ = read


def test_the_size_is_judged_by_its_declared_length(world: WebWorld):
    environ = {
        "wsgi.input": Unread(),
        "CONTENT_LENGTH": str(admission.MOST_CAST_BYTES + 1),
        "REQUEST_METHOD": "POST",
    }
    answer = Request.blank("/graphql/cast", environ, base_url=world.settings.voting_url)
    assert answer.get_response(world.app).status_int == 413


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValueError("canary-value"), 500, "internal_error"),
        (Misconfigured("database_missing", "canary-value"), 500, "internal_error"),
        (Unavailable("database_busy", "canary-value"), 503, "server_busy"),
        (Refused("too_many_tries"), 429, "too_many_tries"),
        (Refused("unknown_election"), 404, "unknown_election"),
        (Refused("receipt_not_found"), 404, "receipt_not_found"),
    ],
)
def test_what_a_view_raises_is_told_and_logged_without_data(
    world: WebWorld, monkeypatch, caplog, error, status, code
):
    from tsukuba_trust.web import vote

    def fail(request):
        raise error

    monkeypatch.setattr(vote, "to_the_portal", fail)
    app = web_app_again(world)
    with caplog.at_level(logging.ERROR):
        answer = app.get("/?who=canary-person", status=status)
    assert f"<code>{code}</code>" in answer.text
    assert answer.headers["Content-Security-Policy"] == VOTE_POLICY
    logged = caplog.text
    assert "canary" not in logged + answer.text
    if status >= 500:
        assert f"incident {MARK.search(answer.text)[1]} code=" in logged
    if status == 503:
        assert int(answer.headers["Retry-After"]) > 0


def web_app_again(world):
    from webtest import TestApp

    from tsukuba_trust.web.application import KEY

    app = main({}, **{KEY: world.application})
    return TestApp(app, extra_environ={"HTTP_HOST": world.settings.voting_host})


def test_every_code_has_one_status():
    assert set(CODE_STATUS.values()) <= set(STATUS_CODES)


def test_robots_stay_off_the_voting_host(world: WebWorld):
    assert "Disallow: /\n" in world.vote.get("/robots.txt").text
    assert "Disallow: /" not in world.portal.get("/robots.txt").text


def test_security_txt_has_what_rfc_9116_wants(app):
    answer = app.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain"
    lines = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert lines["Contact"].startswith(("https:", "http:", "mailto:"))
    assert lines["Expires"] == f"{well_known.EXPIRES:%Y-%m-%dT%H:%M:%SZ}"
    assert lines["Canonical"].endswith("/.well-known/security.txt")


def test_security_txt_is_renewed_thirty_days_before_it_expires():
    assert datetime.now(UTC) < well_known.EXPIRES - timedelta(days=30)


def test_security_txt_expires_within_a_year_of_its_renewal():
    assert datetime.now(UTC) > well_known.EXPIRES - timedelta(days=366)


def test_there_is_a_favicon(app):
    assert app.get("/favicon.ico").content_type == "image/svg+xml"


def test_the_access_log_says_route_and_nothing_of_the_caller(world: WebWorld, app, caplog):
    caller = {"REMOTE_ADDR": "198.51.100.77"}
    agent = {"User-Agent": "canary-agent", "Referer": "http://canary-referrer/"}
    with caplog.at_level(logging.INFO, logger="tsukuba_trust.access"):
        app.get("/robots.txt?canary-query", headers=agent, extra_environ=caller)
        app.get("/canary-path", headers=agent, extra_environ=caller, status="*")
    lines = [record.getMessage() for record in caplog.records]
    assert re.fullmatch(r"GET well_known.robots 200 \d+ ms", lines[0])
    assert "canary" not in caplog.text
    assert "198.51" not in caplog.text


def test_the_access_log_names_known_methods_only(world: WebWorld, caplog):
    strange = Request.blank("/", method="CANARY", base_url=world.settings.voting_url)
    with caplog.at_level(logging.INFO, logger="tsukuba_trust.access"):
        strange.get_response(world.app)
    assert "- vote.root 405" in caplog.text
    assert "CANARY" not in caplog.text


def test_a_misspelt_setting_stops_the_start():
    with pytest.raises(Misconfigured, match="setting_unknown"):
        main({}, **{"tsukuba_trust.voting_hosts": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("demo", "yes"), ("role", "both"), ("drain_s", "-1"), ("secure_cookies", "false")],
)
def test_a_setting_that_cannot_be_meant_stops_the_start(name, value):
    with pytest.raises(Misconfigured, match="setting_value"):
        settings_from({f"tsukuba_trust.{name}": value}, "test")


def test_cookies_may_be_insecure_in_the_demo_only():
    items = {"tsukuba_trust.secure_cookies": "false", "tsukuba_trust.demo": "true"}
    assert not settings_from(items, "test").secure_cookies


def test_a_response_of_somebody_else_keeps_its_own_headers(world: WebWorld):
    from tsukuba_trust.web.headers import with_portal_headers

    mine = Response("x")
    mine.headers["Cache-Control"] = "public, max-age=60"
    done = with_portal_headers(mine, world.settings)
    assert done.headers["Cache-Control"] == "public, max-age=60"
