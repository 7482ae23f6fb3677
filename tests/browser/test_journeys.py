"""A voter's ways through the booth, in a real browser against a real demo."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from traces import operation

from conftest import DESKTOP, FIELDS, PHONE, Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_three_fields_are_voted_with_one_card_reading(
    visitor: New,
    demo: Demo,
    language: str,
    viewport: dict[str, int],
    told: Callable[[str, float], None],
) -> None:
    one = visitor(viewport=viewport, locale=f"{language}-JP")
    page = one.page
    page.goto(f"{demo.portal}/?lang={language}")
    page.click(".tt-card h3 a")
    began = time.monotonic()
    page.click("#start")
    one.sees("V2")
    page.click("#start")
    for place, field in enumerate(FIELDS):
        one.choose(field, place)
    one.seal()
    page.click("#send")
    one.sees("V5")
    answer = demo.answer(page.inner_text("#device-address"), "resident-1")
    one.type_digits(digits_of(answer))
    one.sees("V7")
    told(f"{language}, {viewport['width']} px, digits at once", time.monotonic() - began)
    assert one.receipts() == len(FIELDS)
    assert one.said == []
    cookies = {cookie["domain"] for cookie in one.context.cookies()}
    assert "localhost" not in cookies


def test_the_same_phone_returns_in_a_new_tab(visitor: New, demo: Demo) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0), ("mobility", 1), ("healthcare", 2))
    answer = demo.answer(address, "resident-2")
    tab = one.context.new_page()
    tab.goto(answer["returnAddress"])
    one.sees("V7", tab)
    assert one.receipts(tab) == len(FIELDS)
    assert answer["returnAddress"].split("#")[1] not in tab.url
    one.sees("return")  # the older tab learns it and drops what it held
    tab.reload()
    one.sees("V7", tab)


def test_a_browser_that_does_not_know_the_attempt_consumes_nothing(
    visitor: New, demo: Demo
) -> None:
    one, other = visitor(), visitor()
    answer = demo.answer(one.to_identity(("administration", 0)), "resident-3")
    other.page.goto(answer["returnAddress"])
    other.sees("return")
    expect(other.page.locator("[data-testid=return-unknown]")).to_be_visible()
    one.type_digits(digits_of(answer))
    one.sees("V7")


def test_wrong_digits_leave_tries_and_full_width_ones_are_understood(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    demo.refused(address, "tsuchiura")
    expect(one.page.locator("[data-code=not_tsukuba]")).to_be_visible()
    answer = demo.answer(address, "resident-4")
    wrong = "000000" if digits_of(answer) != "000000" else "111111"
    one.type_digits(wrong)
    expect(one.page.locator("[data-code=wrong_token]")).to_contain_text("Tries left: 4")
    with one.page.expect_response(lambda response: operation(response.request) == "Attempt"):
        pass  # the page hears that the card was read, and still tells of the digits
    one.page.wait_for_timeout(100)
    expect(one.page.locator("[data-code=wrong_token]")).to_be_visible()
    one.page.fill(
        "#digits", digits_of(answer).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    )
    one.page.click("#send-digits")
    one.sees("V7")


def test_later_fields_need_no_second_card_reading(visitor: New, demo: Demo) -> None:
    one = visitor()
    one.type_digits(digits_of(demo.answer(one.to_identity(("administration", 0)), "resident-5")))
    one.sees("V7")
    one.page.click("#next-field")
    one.sees("hub")
    one.choose("mobility", 1)
    one.seal()
    one.page.click("#send")
    one.sees("V7")
    assert one.receipts() == 2


def test_a_killed_tab_resumes_and_shows_no_choice(visitor: New, demo: Demo) -> None:
    one = visitor()
    address = one.to_identity(("administration", 1))
    one.page.close()
    one.page = one.context.new_page()
    one.page.goto(f"{demo.booth}?lang=en")
    one.sees("V5")
    assert one.page.inner_text("#device-address") == address
    assert "digital" not in one.page.inner_text("main").lower()
    one.type_digits(digits_of(demo.answer(address, "resident-6")))
    one.sees("V7")


def test_two_cards_void_an_attempt_and_nobody_is_registered(visitor: New, demo: Demo) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    demo.answer(address, "resident-7")
    assert demo.refused(address, "resident-8") == "attempt_contested"
    expect(one.page.locator("[data-code=attempt_contested]")).to_be_visible()
    one.page.click("#new-code")
    one.sees("V5")
    expect(one.page.locator("#device-address")).not_to_have_text(address)
    again = one.page.inner_text("#device-address")
    one.type_digits(digits_of(demo.answer(again, "resident-7")))
    one.sees("V7")


def test_refused_cards_are_told_on_the_page_and_do_not_end_the_attempt(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    assert demo.refused(address, "tsuchiura") == "not_tsukuba"
    expect(one.page.locator("[data-code=not_tsukuba]")).to_be_visible()
    assert demo.refused(address, "expired") == "cert_expired"
    expect(one.page.locator("[data-code=cert_expired]")).to_be_visible()
    assert demo.refused(address, "locked") == "card_locked"
    assert demo.refused(address, "foreign-resident", "WRONG999") == "card_wrong_password"
    one.type_digits(digits_of(demo.answer(address, "foreign-resident")))
    one.sees("V7")


def test_a_tested_ballot_opens_elsewhere_and_is_never_counted(
    visitor: New, demo: Demo, tmp_path: Path
) -> None:
    one = visitor()
    one.begin()
    one.choose("administration", 0)
    one.seal()
    tracker = one.page.locator(".tracker bdi").inner_text()
    one.page.click("#test-administration")
    one.sees("V9")
    with one.page.expect_download() as download:
        one.page.click("#save-test")
    file = tmp_path / "ballot-test.json"
    download.value.save_as(file)
    board = f"{demo.portal}/board/{demo.slug}"
    done = demo.run("verify", "--opening", str(file), board)
    assert done.returncode == 0, done.stdout + done.stderr
    other = visitor()
    other.page.goto(f"{demo.portal}/check/test?lang=en")
    other.page.set_input_files("#file", file)
    expect(other.page.locator("#opened")).to_contain_text("exactly what the file says")
    expect(other.page.locator("#opened bdi")).to_have_text(tracker)
    one.page.click("#after-test")
    one.sees("V4")
    one.page.click("#confirm")
    one.sees("send")
    assert one.page.locator(".tracker bdi").inner_text() != tracker


def test_answers_that_get_lost_are_asked_for_again_and_nothing_counts_twice(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    names = ("ClaimIdentification", "CastBallot")
    lost: set[str] = set()
    bodies: list[str] = []

    def lose_first(route: Route) -> None:
        body = route.request.post_data or ""
        name = next((one for one in names if f'"{one}"' in body), "")
        if name == "CastBallot":
            bodies.append(body)
        if name and name not in lost:
            lost.add(name)
            route.fetch()  # it arrives; the answer does not
            route.abort()
        else:
            route.continue_()

    one.page.route("**/graphql/*", lose_first)
    one.type_digits(digits_of(demo.answer(address, "resident-8")))
    one.sees("V7")
    assert lost == set(names)
    assert len({json.loads(body)["variables"]["input"]["ballot"] for body in bodies}) == 1


def test_the_language_changes_on_every_step_without_losing_the_choice(visitor: New) -> None:
    one = visitor()
    one.begin("ja")
    one.sees("hub")
    one.page.click("#field-mobility")
    one.sees("V3")
    one.page.check("#option-1")
    one.page.click("#lang-en")
    expect(one.page.locator("#clear")).to_contain_text("Clear")
    expect(one.page.locator("#option-1")).to_be_checked()
    one.page.click("#next")
    one.page.click("#to-confirm")
    one.sees("V4")
    one.page.click("#lang-ja")
    one.page.click("#confirm")
    one.sees("send")
    one.page.click("#lang-en")
    assert "mobility" not in one.page.url
    assert one.said == []


def voted_by(one: Visitor, demo: Demo, person: str) -> Page:
    one.type_digits(digits_of(demo.answer(one.to_identity(("administration", 0)), person)))
    one.sees("V7")
    return one.page


def test_a_receipt_is_checked_on_another_device_and_shows_no_choice(
    visitor: New, demo: Demo
) -> None:
    """V02, V03: the second device gets the number alone."""
    one, other = visitor(), visitor()
    page = voted_by(one, demo, "resident-1")
    number = page.locator(".receipt .number").first.inner_text()
    other.page.goto(f"{demo.portal}/check?lang=en")
    other.page.fill("#number", number)
    other.page.click("button[type=submit]")
    expect(other.page.locator("#answer")).to_contain_text(number)
    assert "internet voting" not in page.locator(".receipt").first.inner_text().lower()
    assert all(number not in request.url for request in other.requests)
