"""The portal's pages: readable without script, in both languages, with nothing inline."""

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tsukuba_trust.verify.record import verify_record
from web_world import WebWorld, web_world

PUBLIC = ("/", "/how-it-works", "/your-worries", "/accessibility", "/check", "/check/test")
OF_A_VOTE = ("", "/results", "/observe", "/entries", "/entries/0")
DEMO = (("GET", "/demo/phone"), ("POST", "/demo/sign"), ("POST", "/demo/close"))


@pytest.fixture
def world(tmp_path: Path):
    made = web_world(tmp_path)
    yield made
    made.close()


def addresses(world: WebWorld) -> list[str]:
    return [*PUBLIC, *(f"/elections/{world.slug}{path}" for path in OF_A_VOTE)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_answers_in_the_language_asked(world: WebWorld, language: str) -> None:
    for address in addresses(world):
        page = world.portal.get(address, {"lang": language})
        assert f'<html lang="{language}"' in page.text, address
        assert page.html.find("h1").text.strip(), address


def test_no_page_has_inline_script_style_or_foreign_addresses(world: WebWorld) -> None:
    """O04, O06: everything is loaded from ourselves, nothing is inline."""
    for address in addresses(world):
        text = world.portal.get(address).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), address
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), address
        loaded = re.findall(r'<(?:script|img)[^>]*src="([^"]+)"', text)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', text)
        assert all(one.startswith("/") for one in loaded), address


def test_who_can_take_part_is_the_first_sentence_of_a_vote(world: WebWorld) -> None:
    page = world.portal.get(f"/elections/{world.slug}", {"lang": "en"})
    first = page.html.find("main").find("p").text
    assert "Tsukuba address; nationality does not matter" in first


def test_start_leads_to_the_voting_host_and_tells_it_nothing(world: WebWorld) -> None:
    start = world.portal.get(f"/elections/{world.slug}", {"lang": "en"}).html.find(id="start")
    assert start["href"] == f"http://{world.settings.voting_host}/{world.slug}?lang=en"
    assert "noreferrer" in start["rel"]


def test_option_names_are_never_translated_by_a_browser(world: WebWorld) -> None:
    """O10: a translated name could be another candidate's."""
    page = world.portal.get(f"/elections/{world.slug}", {"lang": "en"})
    names = page.html.find_all("dt")
    assert names
    assert all(name.get("translate") == "no" for name in names)


def test_an_unknown_vote_is_not_found(world: WebWorld) -> None:
    assert "unknown_election" in world.portal.get("/elections/nothing", status=404).text


def test_a_result_is_shown_as_table_and_chart_with_the_same_numbers(world: WebWorld) -> None:
    for person in (1, 2, 3):
        world.cast(world.registered(person), choice=0)
    world.count()
    page = world.portal.get(f"/elections/{world.slug}/results", {"lang": "en"})
    table = page.html.find("table")
    assert table.find("tbody").find("td").text == "3"
    assert "100.0 %" in table.text
    assert "3" in page.html.find("svg").text
    data = world.portal.get(f"/elections/{world.slug}/results.json").json
    assert data["contests"][0]["outcome"]["status"] == "decided"


def test_the_record_that_is_downloaded_verifies(world: WebWorld, tmp_path: Path) -> None:
    world.cast(world.registered(1))
    world.count()
    answer = world.portal.get(f"/elections/{world.slug}/record.zip")
    (tmp_path / "record.zip").write_bytes(answer.body)
    report = verify_record(
        tmp_path / "record.zip",
        registry=world.services.registry,
        log_key=world.fixed.defined["log_key"],
    )
    assert report.exit_code == 0, report.to_text()


def test_before_the_count_there_is_no_result(world: WebWorld) -> None:
    world.cast(world.registered(1))
    page = world.portal.get(f"/elections/{world.slug}/results", {"lang": "en"})
    assert "There is no result yet." in page.text
    assert page.html.find("table") is None


@pytest.mark.parametrize(("method", "address"), DEMO)
def test_demo_pages_are_not_there_without_the_demo_setting(
    world: WebWorld, method: str, address: str
) -> None:
    world.portal.request(address, method=method, status=404)


def test_a_vote_s_page_tells_its_period_once(world: WebWorld) -> None:
    page = world.portal.get(f"/elections/{world.slug}", {"lang": "ja"})
    assert page.html.find("main").text.count("23:59") == 1


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_receipt_number_is_not_broken_at_its_hyphens(world: WebWorld, lang: str) -> None:
    hint = world.portal.get("/check", {"lang": lang}).html.find(id="number-hint")
    assert hint.find("bdi").text == "123-ABCD-EFGH-J"


def test_a_period_ends_with_its_last_minute_and_not_on_the_next_day(world: WebWorld) -> None:
    closes = world.election.period.closes.astimezone(ZoneInfo("Asia/Tokyo"))
    assert f"{closes:%H:%M}" == "00:00", "the end is exclusive"
    last = closes - timedelta(minutes=1)
    for address in ("/", f"/elections/{world.slug}"):
        said = world.portal.get(address, {"lang": "ja"}).html.find("main").text
        assert f"{last.month}月{last.day}日" in said and "23:59（日本時間）" in said
        assert f"{closes.month}月{closes.day}日" not in said
