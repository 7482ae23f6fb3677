"""The voting host's shell: the same bytes for everybody, nothing that could tell people apart."""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tsukuba_trust.pages import booth_shell
from tsukuba_trust.web.headers import VOTE_POLICY
from web_world import PORTAL, WebWorld, web_world

WORKER_KB, FIRST_LOAD_KB = 25, 120
ATTEMPT = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorld]:
    made = web_world(tmp_path_factory.mktemp("shell") / "state")
    yield made
    made.close()


def test_v06_the_shell_is_the_same_for_every_reader(world: WebWorld) -> None:
    addresses = (f"/{world.slug}", f"/{world.slug}?lang=en&contest=x&size=200", "/return")
    agents = ({}, {"User-Agent": "another", "Accept-Language": "en", "Cookie": "a=b"})
    bodies = {world.vote.get(path, headers=agent).body for path in addresses for agent in agents}
    assert len(bodies) == 1


def test_o06_the_shell_has_no_inline_script_or_style_and_no_nonce(world: WebWorld) -> None:
    text = world.vote.get(f"/{world.slug}").text
    assert "nonce" not in text
    assert "<style" not in text
    assert not re.search(r"\s(style|on\w+)=", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_it_sends_the_strict_policy_and_no_cookie(world: WebWorld) -> None:
    response = world.vote.get(f"/{world.slug}")
    assert response.headers["Content-Security-Policy"] == VOTE_POLICY
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_scripts_and_styles_carry_the_digest_of_what_is_served(world: WebWorld) -> None:
    text = world.vote.get(f"/{world.slug}").text
    tags = re.findall(r'(?:src|href)="(/static/build/[^"]+)" integrity="sha384-([^"]+)"', text)
    assert len(tags) == 2
    for path, digest in tags:
        response = world.vote.get(path)
        assert hashlib.sha384(response.body).digest() == base64.b64decode(digest)
        assert "immutable" in response.headers["Cache-Control"]


def test_texts_of_both_languages_are_served_by_their_digest(world: WebWorld) -> None:
    text = world.vote.get(f"/{world.slug}").text
    named = re.findall(r'name="texts-(\w+)" content="texts\.([^ ]+) sha384-([^"]+)"', text)
    assert [tag for tag, _file, _digest in named] == ["ja", "en"]
    for _tag, file, digest in named:
        response = world.vote.get(f"/texts/{file}")
        assert hashlib.sha384(response.body).digest() == base64.b64decode(digest)
        assert response.json["Start"]


def test_it_serves_nothing_else_of_the_build_or_beside_it(world: WebWorld) -> None:
    made = booth_shell.manifest()
    others = [made[name]["path"] for name in ("check.js", "site.css", "shell.html") if name in made]
    for path in ("manifest.json", "booth.js", "..%2Fbooth.css", *others):
        assert world.vote.get(f"/static/build/{path}", status=404)
    assert world.vote.get("/texts/ja.json", status=404)


def test_an_unknown_election_leads_to_the_portals_list(world: WebWorld) -> None:
    response = world.vote.get("/no-such-vote", status=303)
    assert response.headers["Location"] == f"http://{PORTAL}/"


def test_a_camera_gets_a_page_without_script_that_names_the_service(world: WebWorld) -> None:
    response = world.vote.get(f"/a/{ATTEMPT}", headers={"Accept-Language": "en"})
    assert response.headers["Link"] == f'<http://{PORTAL}/graphql>; rel="graphql"'
    assert "<script" not in response.text
    assert ATTEMPT not in response.text
    assert "Open this in the app" in response.text


def test_the_portal_has_no_booth(world: WebWorld) -> None:
    for path in (f"/{world.slug}", "/return", f"/a/{ATTEMPT}"):
        assert world.portal.get(path, status=404)


def test_it_says_when_the_booth_was_not_built(
    world: WebWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(booth_shell, "BUILD", tmp_path)
    assert world.vote.get("/return", status=503).status_int == 503


def test_the_first_load_stays_small_on_slow_phones() -> None:
    made = booth_shell.manifest()
    first = ("shell.html", "booth.css", "booth.js", "worker.js", "texts.ja.json", "texts.en.json")
    packed = {
        name: len(gzip.compress((booth_shell.BUILD / made[name]["path"]).read_bytes()))
        for name in first
    }
    assert packed["worker.js"] <= WORKER_KB * 1000
    assert sum(packed.values()) <= FIRST_LOAD_KB * 1000
