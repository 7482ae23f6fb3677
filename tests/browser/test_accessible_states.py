"""Axe and narrow screens on the states that only some voters meet."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from looking import Looks
from playwright.sync_api import expect
from school import QUICK_WAITS, School, served_school

from conftest import PHONE, Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with served_school(tmp_path_factory.mktemp("states")) as served:
        yield served


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_where_identification_and_sending_go_wrong(
    visitor: New, demo: Demo, language: str
) -> None:
    one, looks = visitor(viewport=PHONE), Looks()
    page = one.page
    one.context.add_init_script(QUICK_WAITS)
    one.begin(language)
    one.choose("administration", 0)
    one.seal()
    one.context.set_offline(True)
    page.click("#send")
    one.sees("problem")
    looks.at("problem without a network", page)
    one.context.set_offline(False)
    page.click("#retry")
    one.sees("V5")
    address = page.inner_text("#device-address")
    demo.refused(address, "tsuchiura")
    expect(page.locator("[data-code=not_tsukuba]")).to_be_visible()
    looks.at("V5 after a refused card", page)
    answer = demo.answer(address, "resident-6")
    one.type_digits("000000" if digits_of(answer) != "000000" else "111111")
    expect(page.locator("[data-code=wrong_token]")).to_be_visible()
    looks.at("V5 after wrong digits", page)
    page.route("**/graphql/cast", lambda route: route.abort())
    page.fill("#digits", digits_of(answer))
    page.click("#send-digits")
    expect(page.locator("#try-again")).to_be_visible()
    one.sees("V6")
    looks.at("V6 with a lost connection", page)
    other = one.context.new_page()
    other.goto(f"http://localhost:{demo.port}/return?lang={language}#{'a' * 32}.{'b' * 32}")
    one.sees("return", other)
    looks.at("return to a browser that does not know the attempt", other)
    assert looks.wrong == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_a_checked_receipt_and_on_error_pages(
    visitor: New, demo: Demo, language: str
) -> None:
    one, looks = visitor(viewport=PHONE), Looks()
    page = one.page
    answer = demo.answer(one.to_identity(("mobility", 0), language=language), "resident-7")
    one.type_digits(digits_of(answer))
    one.sees("V7")
    number = page.inner_text("[data-testid=number-mobility]")
    page.click("#next-field")
    one.sees("hub")
    looks.at("hub with a sent field", page)
    page.goto(f"{demo.portal}/check?lang={language}")
    page.fill("#number", number)
    page.click("button[type=submit]")
    expect(page.locator("#answer")).to_contain_text(number)
    looks.at("V8 found", page)
    page.fill("#number", number[:-1] + ("0" if number[-1] != "0" else "1"))
    page.click("button[type=submit]")
    expect(page.locator("#answer")).not_to_contain_text(number)
    looks.at("V8 not found", page)
    for name, address in (
        ("a page that is not there", f"{demo.portal}/nothing"),
        ("a vote that is not there", f"{demo.portal}/elections/nothing"),
        ("an unknown path of the voting host", f"http://localhost:{demo.port}/static/nothing"),
        ("the attempt for a plain camera", f"http://localhost:{demo.port}/a/{'a' * 32}"),
    ):
        page.goto(f"{address}?lang={language}")
        looks.at(name, page)
    assert looks.wrong == {}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_while_waiting_at_a_code_and_after_the_end(
    visitor: New, school: School, language: str
) -> None:
    one, looks, clock = visitor(demo=school), Looks(), school.world.clock
    page, period = one.page, school.world.election.period
    one.begin(language)
    one.sees("V5")
    page.fill("#field-code", "AAAAAAAAAAAA")
    page.click("#send-form")
    expect(page.locator("[data-testid=fault]")).to_be_visible()
    looks.at("V5 after a wrong code", page)
    other = one.context.new_page()
    try:
        for name, at in (("not_open", period.opens), ("closed", period.closes)):
            clock.go(at + timedelta(minutes=5 if name == "closed" else -5))
            other.goto(f"{school.booth}?lang={language}&again={name}")
            expect(other.locator(f"[data-code={name}]")).to_be_visible()
            looks.at(name, other)
    finally:
        clock.offset = timedelta()
    assert looks.wrong == {}


def test_axe_finds_nothing_on_a_suspended_vote_and_on_results_with_numbers(
    visitor: New, school: School
) -> None:
    """Last in this file: it ends the vote."""
    one, looks = visitor(demo=school), Looks()
    page, world = one.page, school.world
    for pupil, option in ((5, 0), (6, 0), (7, 1)):
        voter = world.voter()
        world.identify(voter, pupil)
        world.cast(voter, option)
    world.act("suspend")
    for language in ("ja", "en"):
        page.goto(f"{school.booth}?lang={language}")
        expect(page.locator("[data-code=suspended]")).to_be_visible()
        looks.at(f"suspended {language}", page)
        page.goto(f"{school.portal}/elections/{school.slug}?lang={language}")
        looks.at(f"V1 while suspended {language}", page)
    world.act("resume")
    world.count()
    for language in ("ja", "en"):
        page.goto(f"{school.portal}/elections/{school.slug}/results?lang={language}")
        expect(page.locator("table").first).to_be_visible()
        looks.at(f"results {language}", page)
    assert looks.wrong == {}
