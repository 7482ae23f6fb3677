"""A lying server at the check page, a device that lacks something, a ballot of 41 options."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from looking import faults
from playwright.sync_api import Route, expect
from school import School
from traces import stored

from conftest import Demo, Visitor, digits_of
from tsukuba_trust.data import data_dir
from tsukuba_trust.elections.definition import load
from tsukuba_trust.registry import DEFAULT_PLUGINS
from tsukuba_trust.registry import load as load_plugins
from web_world import web_world

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]
NO_GENERATOR = "Object.defineProperty(Crypto.prototype, 'getRandomValues', { value: undefined });"
NO_WORKER = "delete globalThis.Worker;"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """A mock election of mayor and council: 41 options in the second field."""
    world = web_world(tmp_path_factory.mktemp("city") / "state", file="mayor-council-mock")
    with world.serve_in_thread() as port:
        yield School(port, world)
    world.close()


def saying(later: int | None) -> Callable[[Route], None]:
    """A portal that says this of every receipt."""

    def answer(route: Route) -> None:
        value = {"data": {"receipt": {"index": 0, "replacedBy": later}}}
        route.fulfill(body=json.dumps(value), content_type="application/json")

    return answer


def test_v01_b03_a_server_that_hides_or_invents_a_later_ballot_is_shown_in_red(
    visitor: New, demo: Demo
) -> None:
    one, other = visitor(), visitor()
    address = one.to_identity(("administration", 0))
    one.type_digits(digits_of(demo.answer(address, "resident-4")))
    one.sees("V7")
    check = one.page.get_attribute("[data-testid=check-administration]", "href") or ""
    answer = other.page.locator("#answer")

    other.page.route("**/graphql", saying(2))
    other.page.goto(check.replace("/check#", "/check?lang=en#"))
    expect(answer).to_have_class("tt-error")
    expect(answer).to_contain_text("the log does not confirm")
    expect(answer).to_contain_text("No later ballot of the same voter stands in the log")
    assert faults(other.page) == []
    other.page.unroute("**/graphql")

    one.page.click("#next-field")
    one.sees("hub")
    one.choose("administration", 1)
    one.seal()
    one.page.click("#send")
    one.sees("V7")
    later = re.findall(r"\d+", one.page.locator(".receipt .recorded").inner_text())[0]
    other.page.route("**/graphql", saying(None))
    other.page.reload()
    expect(answer).to_have_class("tt-error")
    expect(answer).to_contain_text("The server concealed this")
    expect(answer).to_contain_text(f"replaces this one: entry {later}")
    other.page.unroute("**/graphql")

    other.page.reload()
    expect(answer).to_have_class("tt-good")
    expect(answer).to_contain_text(f"replaces this one: entry {later}")
    expect(answer).to_contain_text("entry by entry")


@pytest.mark.parametrize(
    ("script", "code"), [(NO_GENERATOR, "no_randomness"), (NO_WORKER, "device_unsupported")]
)
def test_p09_a_device_that_cannot_seal_is_told_before_anything_is_chosen(
    visitor: New, demo: Demo, script: str, code: str
) -> None:
    one = visitor()
    one.context.add_init_script(script)
    one.page.goto(f"{demo.booth}?lang=ja")
    one.sees("V2")
    expect(one.page.locator(f"[data-code={code}]")).to_contain_text("窓口")
    expect(one.page.locator("#start")).to_have_count(0)


def test_b07_a_long_ballot_is_searched_without_a_request_and_hides_no_choice(
    visitor: New, city: School
) -> None:
    one = visitor(demo=city)
    page = one.page
    one.begin("en")
    one.sees("hub")
    page.click("#field-council")
    one.sees("V3")
    cards = page.locator(".option-card:not(.blank)")
    expect(cards).to_have_count(41)
    page.locator("#option-40").check()
    bar = page.locator("[data-testid=choice-count]")
    expect(bar).to_have_text("Chosen: 1 of at most 1")
    expect(page.locator("#next")).to_be_in_viewport()

    name = page.locator("label[for=option-7] .name").inner_text()
    before = len(one.requests)
    page.focus("#option-filter")
    page.keyboard.type(name)
    expect(page.locator("#option-7")).to_be_visible()
    expect(page.locator("#option-40")).to_be_visible()
    assert page.locator(".option-card:not(.blank) >> visible=true").count() < 41
    expect(page.locator("[data-testid=filter-status]")).to_contain_text("of 41 options")
    assert len(one.requests) == before
    assert faults(page) == []
    assert name not in json.dumps(stored(page), ensure_ascii=False)
    assert name not in page.url + page.title()

    page.keyboard.press("Tab")
    page.focus("#option-7")
    page.keyboard.press("Space")
    expect(page.locator("#option-7")).to_be_checked()
    page.focus("#next")
    page.keyboard.press("Enter")
    one.sees("hub")
    page.click("#field-council")
    expect(page.locator("#option-7")).to_be_checked()
    expect(page.locator("#option-filter")).to_have_value("")
    expect(bar).to_have_text("Chosen: 1 of at most 1")


@pytest.fixture(scope="module")
def list_of_three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """The council's field alone, as a list of the three best."""
    path = data_dir("config") / "elections" / "mayor-council-mock.toml"
    council = load(path, registry=load_plugins(DEFAULT_PLUGINS)).contests[1]
    ballot = {"form": "list", "slots": 3, "accept_patterns": True}
    contest = replace(
        council, ballot_scheme="preference", ballot=ballot, tally_method="irv", tally={}
    )
    place = tmp_path_factory.mktemp("list") / "state"
    world = web_world(place, file="mayor-council-mock", contests=(contest,))
    with world.serve_in_thread() as port:
        yield School(port, world)
    world.close()


def test_b07_a_long_list_of_preferences_is_searched_and_counted_too(
    visitor: New, list_of_three: School
) -> None:
    one = visitor(demo=list_of_three)
    page = one.page
    one.begin("en")
    one.sees("V3")
    page.click("#option-40")
    bar = page.locator("[data-testid=choice-count]")
    expect(bar).to_have_text("Chosen: 1 of at most 3")
    page.fill("#option-filter", page.locator("#option-7 .name").inner_text())
    expect(page.locator("#option-40")).to_be_visible()
    expect(page.locator("#option-0")).to_be_hidden()
    page.click("#option-7")
    expect(bar).to_have_text("Chosen: 2 of at most 3")
    page.click("#next")
    one.sees("V4")


def test_a_long_ballot_does_not_scroll_sideways_at_320_pixels_in_large_text(
    visitor: New, city: School
) -> None:
    one = visitor(demo=city, viewport={"width": 320, "height": 640})
    one.begin("ja", size="200")
    one.sees("hub")
    one.page.click("#field-council")
    one.sees("V3")
    wide = one.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    one.page.locator("#option-20").scroll_into_view_if_needed()
    expect(one.page.locator("#next")).to_be_in_viewport()


def test_the_portals_switches_work_without_script_and_reach_the_booth(
    visitor: New, demo: Demo
) -> None:
    plain, one = visitor(java_script_enabled=False), visitor()
    for who in (plain, one):
        page = who.page
        page.goto(f"{demo.portal}/elections/{demo.slug}?lang=ja")
        page.click(".tt-display summary")
        page.click(".tt-display a:text-is('200 %')")
        expect(page.locator("html[data-size='200']")).to_have_count(1)
        page.click(".tt-display summary")
        page.click(".tt-display nav:last-child a:text-is('あり')")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for contrast in ("high", "low"):
        one.page.goto(f"{demo.portal}/elections/{demo.slug}?contrast={contrast}")
        one.page.click(".tt-display summary")
        assert faults(one.page) == []
    one.page.click("#start")
    one.sees("V2")
    expect(one.page.locator("html[data-size='200']")).to_have_count(1)
    expect(one.page.locator("html[data-contrast='low']")).to_have_count(1)
    assert one.page.locator("main ruby").count() > 0
    assert "localhost" not in {cookie["domain"] for cookie in one.context.cookies()}
