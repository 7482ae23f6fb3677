"""Several visits, lost answers, suspension, and browsers without script."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from school import QUICK_WAITS, School, served_school
from test_accessibility import PORTAL
from traces import operation, visits

from conftest import FIELDS, Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]
NO_SCRIPT = {"ja": "JavaScriptが必要です", "en": "Please switch JavaScript on"}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with served_school(tmp_path_factory.mktemp("further")) as served:
        yield served


def entry(page: Page, field: str) -> str:
    said = page.locator(f"[data-testid=receipt-{field}] .recorded").inner_text()
    return re.findall(r"\d+", said)[0]


def phone_of(one: Visitor, address: str, person: str) -> Page:
    """Open the simulated phone at an attempt, with somebody's card."""
    phone = one.context.new_page()
    phone.goto(f"{one.demo.portal}/demo/phone?lang=en")
    phone.fill("#attempt", address)
    phone.select_option("#person", person)
    phone.click("#fetch")
    expect(phone.locator("#text")).to_contain_text("binding:")
    return phone


def sign(phone: Page, password: str = "TSUKUBA123") -> None:
    phone.fill("#password", password)
    phone.click("#sign")


def test_three_fields_in_three_visits_stand_beside_each_other(visitor: New, demo: Demo) -> None:
    one, recorded = visitor(), {}
    for n, field in enumerate(FIELDS):
        address = one.to_identity((field, n))
        one.type_digits(digits_of(demo.answer(address, "resident-4")))
        one.sees("V7")
        assert one.receipts() == 1
        recorded[field] = entry(one.page, field)
        others = one.page.locator("[data-testid=others]")
        for earlier in FIELDS[:n]:
            expect(others).to_contain_text(f"A ballot of yours is in (entry {recorded[earlier]}).")
        one.page.click("#finish")
        one.sees("V2")
        assert visits(one.page) == []
    assert len(set(recorded.values())) == len(FIELDS)


def test_the_phone_loses_the_answer_and_gets_the_same_one_again(visitor: New, demo: Demo) -> None:
    one, answers = visitor(), []
    phone = phone_of(one, one.to_identity(("mobility", 2)), "resident-5")

    def answered(response: object) -> bool:
        return "completeIdentification" in (response.request.post_data or "")

    phone.check("#lose")
    for _ in range(2):
        with phone.expect_response(answered) as caught:
            sign(phone)
        answers.append(caught.value.json()["data"]["completeIdentification"])
        phone.uncheck("#lose")
    assert answers[0] == answers[1]
    shown = phone.locator("#digits")
    expect(shown).to_be_visible()
    assert digits_of({"digits": shown.inner_text()}) == digits_of(answers[0])
    one.type_digits(shown.inner_text())
    one.sees("V7")
    assert sum(operation(request) == "ClaimIdentification" for request in one.requests) == 1


def test_a_wrong_password_and_a_locked_card_are_told_with_the_tries_left(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    address = one.to_identity(("healthcare", 1))
    locked = phone_of(one, address, "locked")
    sign(locked)
    expect(locked.locator("#answer")).to_contain_text("card_locked")
    expect(locked.locator("#answer")).to_contain_text("tries left: 0")
    expect(locked.locator("#answer")).to_contain_text("Unlock it at the city office")
    phone = phone_of(one, address, "resident-6")
    for left in ("4", "3"):
        sign(phone, "tsukuba124")
        expect(phone.locator("#answer")).to_contain_text(f"tries left: {left}")
        expect(phone.locator("#answer")).to_contain_text("card_wrong_password")
    sign(phone)
    one.type_digits(phone.locator("#digits").inner_text())
    one.sees("V7")


def test_a_suspended_vote_takes_nothing_and_goes_on_with_the_same_ballot(
    visitor: New, school: School
) -> None:
    one, other = visitor(demo=school), visitor(demo=school)
    one.context.add_init_script(QUICK_WAITS)
    school.identify(one, 1)
    school.seal(one, 0)
    school.world.act("suspend")
    one.page.click("#send")
    fault = one.page.locator("[data-testid=fault]")
    expect(fault).to_have_attribute("data-code", "suspended")
    expect(fault).to_contain_text("suspended by the commission")
    ballots = visits(one.page)[0]["ballots"]
    assert ballots, "the sealed ballot waits"
    other.page.goto(f"{school.booth}?lang=en")
    expect(other.page.locator("[data-code=suspended]")).to_be_visible()
    assert other.page.locator("#start").count() == 0
    other.page.goto(f"{school.portal}/elections/{school.slug}?lang=en")
    assert other.page.locator("#start").count() == 0
    assert re.search("suspended|stopped", other.page.inner_text("main"))
    school.world.act("resume")
    one.page.click("#try-again")
    one.sees("V7")
    assert visits(one.page)[0]["receipts"].keys() == ballots.keys()


def test_while_another_field_waits_to_be_sent_no_test_is_offered_and_it_says_why(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    page = one.page
    one.context.add_init_script(QUICK_WAITS)
    address = one.to_identity(("administration", 0), ("mobility", 0))
    waiting = next(iter(visits(page)[0]["ballots"].values()))["text"]
    page.route(
        "**/graphql/cast",
        lambda route: (
            route.abort()
            if route.request.post_data_json["variables"].get("input", {}).get("ballot") == waiting
            else route.continue_()
        ),
    )
    one.type_digits(digits_of(demo.answer(address, "resident-7")))
    expect(page.locator("#try-again")).to_be_visible()
    page.click("#to-receipts")
    one.sees("V7")
    page.click("#next-field")
    one.sees("hub")
    one.choose("healthcare", 0)
    one.seal()
    expect(page.locator("[data-testid=test-unsent]")).to_contain_text("still waits to be sent")
    assert page.locator("#test-healthcare").count() == 0
    page.unroute("**/graphql/cast")
    page.click("#send")
    one.sees("V7")
    assert one.receipts() == len(FIELDS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_without_script_everything_but_the_booth_is_readable_and_the_booth_says_why(
    visitor: New, demo: Demo, language: str
) -> None:
    one = visitor(java_script_enabled=False, locale=language)
    page = one.page
    page.goto(f"{demo.booth}?lang={language}")
    said = page.locator("noscript").inner_text()
    assert NO_SCRIPT[language] in said
    assert {"ja": "何も送られていません", "en": "Nothing has been sent"}[language] in said
    for path in PORTAL:
        page.goto(f"{demo.portal}{path.format(slug=demo.slug)}?lang={language}")
        assert page.locator("h1").inner_text().strip(), path
        assert len(page.inner_text("main")) > 60, path
        if page.locator("main script, head script").count():
            assert "JavaScript" in page.locator("noscript").inner_text(), path
