"""Text size, contrast and readings on the portal: links and cookies, no script (web.md 1.4)."""

from pathlib import Path

import pytest

from web_world import WebWorld, web_world


@pytest.fixture
def world(tmp_path: Path):
    made = web_world(tmp_path, demo=True, settings={"secure_cookies": False})
    yield made
    made.close()


def root(page):
    return page.html.find("html")


def switch(page, label: str, value: str) -> str:
    group = page.html.find("nav", attrs={"aria-label": label})
    return next(link["href"] for link in group.find_all("a") if link.text == value)


def test_a_link_changes_size_and_contrast_of_this_very_page(world: WebWorld) -> None:
    page = world.portal.get(f"/elections/{world.slug}", {"lang": "en"})
    assert (root(page)["data-size"], root(page)["data-contrast"]) == ("100", "normal")
    page = world.portal.get(switch(page, "Text size", "150 %"))
    page = world.portal.get(switch(page, "Contrast", "High"))
    assert page.request.path == f"/elections/{world.slug}"
    assert (root(page)["data-size"], root(page)["data-contrast"]) == ("150", "high")


def test_every_switch_shows_what_is_chosen(world: WebWorld) -> None:
    page = world.portal.get("/", {"lang": "en", "size": "200"})
    current = [
        a.text for a in page.html.find("details").find_all("a", attrs={"aria-current": True})
    ]
    assert current == ["200 %", "Normal"]


def test_other_pages_keep_the_language_and_look(world: WebWorld) -> None:
    world.portal.get("/", {"lang": "en", "size": "125", "contrast": "low"})
    page = world.portal.get("/how-it-works")
    assert root(page)["lang"] == "en"
    assert (root(page)["data-size"], root(page)["data-contrast"]) == ("125", "low")


def test_cookies_are_of_the_portal_alone_and_name_no_domain(world: WebWorld) -> None:
    answer = world.portal.get("/", {"lang": "ja", "ruby": "1", "other": "x"})
    cookies = answer.headers.getall("Set-Cookie")
    assert sorted(one.partition("=")[0] for one in cookies) == ["lang", "ruby"]
    for one in cookies:
        assert "SameSite=Lax" in one and "HttpOnly" in one and "Path=/" in one
        assert "domain" not in one.lower()
    assert "Set-Cookie" not in world.portal.get("/").headers


def test_where_there_is_tls_the_cookies_are_secure(tmp_path: Path) -> None:
    world = web_world(tmp_path / "secure")
    assert "; secure" in world.portal.get("/", {"size": "150"}).headers["Set-Cookie"].lower()
    world.close()


def test_the_voting_host_sets_no_cookie_for_a_look(world: WebWorld) -> None:
    answer = world.vote.get(f"/{world.slug}", {"size": "150", "contrast": "high", "lang": "en"})
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("asked", ["", "130", "200%22", "<b>", "1" * 5000])
def test_another_value_is_ignored(world: WebWorld, asked: str) -> None:
    answer = world.portal.get("/", {"size": asked, "contrast": asked, "ruby": asked})
    assert root(answer)["data-size"] == "100"
    assert "Set-Cookie" not in answer.headers
    world.portal.set_cookie("size", "abc")
    assert root(world.portal.get("/"))["data-size"] == "100"


def test_readings_are_offered_in_japanese_only(world: WebWorld) -> None:
    assert "ふりがな" in world.portal.get("/", {"lang": "ja"}).html.find("details").text
    assert len(world.portal.get("/", {"lang": "en"}).html.find("details").find_all("nav")) == 2


def test_start_carries_the_whole_look_to_the_voting_host(world: WebWorld) -> None:
    path = f"/elections/{world.slug}"
    world.portal.get(path, {"lang": "ja", "size": "150", "contrast": "high", "ruby": "1"})
    start = world.portal.get(path).html.find(id="start")
    host = f"http://{world.settings.voting_host}/{world.slug}"
    assert start["href"] == f"{host}?lang=ja&size=150&contrast=high&ruby=1"


def test_a_portal_gets_an_address_with_the_readers_look(world: WebWorld) -> None:
    query = """query($slug: String!) { election(slug: $slug) { plain: votingUrl(locale: "en")
      all: votingUrl(locale: "ja", contest: "x", size: 150, contrast: HIGH, ruby: true)
      odd: votingUrl(locale: "en", size: 7) } }"""
    body = {"query": query, "variables": {"slug": world.slug}}
    found = world.portal.post_json("/graphql", body).json["data"]["election"]
    host = f"http://{world.settings.voting_host}/{world.slug}"
    assert found == {
        "plain": f"{host}?lang=en",
        "all": f"{host}?contest=x&lang=ja&size=150&contrast=high&ruby=1",
        "odd": f"{host}?lang=en",
    }
