"""Ways through the booth that go astray and come back, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Dialog, Route, expect
from school import QUICK_WAITS, School, served_school
from traces import operation, variables, visits

from conftest import FIELDS, Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
New = Callable[..., Visitor]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    with served_school(tmp_path_factory.mktemp("journeys")) as served:
        yield served


def identified(one: Visitor, demo: Demo, person: str, *fields: str) -> None:
    """Vote in some fields, with a card."""
    address = one.to_identity(*((field, 0) for field in fields))
    one.type_digits(digits_of(demo.answer(address, person)))
    one.sees("V7")


def entry(one: Visitor, field: str) -> str:
    said = one.page.locator(f"[data-testid=receipt-{field}] .recorded").inner_text()
    return re.findall(r"\d+", said)[0]


def test_pupils_identify_first_and_a_wrong_code_is_told(visitor: New, school: School) -> None:
    one = visitor(demo=school)
    one.begin("en")
    one.sees("V5")
    assert one.page.locator("#option-0").count() == 0
    one.page.fill("#field-code", "AAAAAAAAAAAA")
    one.page.click("#send-form")
    expect(one.page.locator("[data-testid=fault]")).to_be_visible()
    one.page.fill("#field-code", school.world.codes["1"].lower())
    one.page.click("#send-form")
    school.seal(one, 2)
    one.page.click("#send")
    one.sees("V7")
    assert one.receipts() == 1


def test_a_code_that_voted_is_told_so_before_choosing(visitor: New, school: School) -> None:
    first, second = visitor(demo=school), visitor(demo=school)
    school.identify(first, 2)
    school.seal(first, 0)
    first.page.click("#send")
    first.sees("V7")
    school.identify(second, 2)
    second.sees("hub")
    expect(second.page.locator("[data-testid=standing-president]")).to_contain_text(
        f"entry {entry(first, 'president')}"
    )
    assert second.page.locator("#field-president").count() == 0


def test_voting_that_ends_while_the_page_is_open_is_told_with_its_time(
    visitor: New, school: School
) -> None:
    one = visitor(demo=school)
    school.identify(one, 3)
    school.seal(one, 0)
    clock = school.world.clock
    clock.go(school.world.election.period.closes + timedelta(minutes=5))
    try:
        one.page.click("#send")
        expect(one.page.locator("[data-code=closed]")).to_contain_text("Voting ended")
        assert one.receipts() == 0
        assert "CastBallot" in {operation(request) for request in one.requests}
        one.page.reload()
        expect(one.page.locator("[data-code=closed]")).to_be_visible()
    finally:
        clock.offset = timedelta()


def test_a_vote_that_has_not_begun_says_when_and_opens_by_itself(
    visitor: New, school: School
) -> None:
    clock, one = school.world.clock, visitor(demo=school)
    clock.go(school.world.election.period.opens - timedelta(minutes=5))
    try:
        one.page.goto(f"{school.booth}?lang=en")
        expect(one.page.locator("[data-code=not_open]")).to_contain_text("Voting begins")
        expect(one.page.locator("[data-testid=countdown]")).to_be_visible()
        assert one.page.locator("#start").count() == 0
    finally:
        clock.offset = timedelta()
    one.sees("V2")


def test_coming_back_without_the_credential_the_earlier_ballots_stay(
    visitor: New, demo: Demo
) -> None:
    first, second = visitor(), visitor()
    identified(first, demo, "resident-1", "mobility")
    there = entry(first, "mobility")
    identified(second, demo, "resident-1", "healthcare")
    others = second.page.locator("[data-testid=others]")
    expect(others).to_contain_text(f"A ballot of yours is in (entry {there}).")
    expect(second.page.locator("[data-testid=earlier-uses]")).to_contain_text(re.compile(r"\d"))
    second.page.click("#next-field")
    expect(second.page.locator("[data-testid=standing-mobility]")).to_contain_text(there)
    first.page.reload()
    first.sees("V7")
    assert entry(first, "mobility") == there
    assert first.page.locator("[data-testid=later-mobility]").count() == 0


def test_a_vote_on_another_device_replaces_the_earlier_one(visitor: New, demo: Demo) -> None:
    first, second = visitor(), visitor()
    identified(first, demo, "resident-2", "administration")
    identified(second, demo, "resident-2", "administration")
    first.page.reload()
    expect(first.page.locator("[data-testid=later-administration]")).to_contain_text(
        f"entry {entry(second, 'administration')}"
    )
    assert second.page.locator("[data-testid=later-administration]").count() == 0


def test_one_of_three_fails_the_others_are_recorded_and_it_goes_again(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    one.context.add_init_script(QUICK_WAITS)
    address = one.to_identity(*((field, 1) for field in FIELDS))
    broken = next(iter(visits(one.page)[0]["ballots"].values()))["text"]
    bodies: list[str] = []

    def lose(route: Route) -> None:
        given = route.request.post_data_json["variables"].get("input", {})
        if given.get("ballot") == broken:
            bodies.append(given["ballot"])
            return route.abort()
        return route.continue_()

    one.page.route("**/graphql/cast", lose)
    one.type_digits(digits_of(demo.answer(address, "resident-3")))
    expect(one.page.locator("#try-again")).to_be_visible()
    assert len(visits(one.page)[0]["receipts"]) == 2
    assert one.page.locator("[data-code=network_lost_unknown]").count() == 1
    one.page.unroute("**/graphql/cast")
    one.page.click("#try-again")
    one.sees("V7")
    assert one.receipts() == len(FIELDS)
    assert variables(one, "CastBallot")["ballot"] == bodies[0]


def test_the_language_changes_while_waiting_and_sending_without_a_request(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    one.context.add_init_script(QUICK_WAITS)
    address = one.to_identity(("administration", 0))
    digits = digits_of(demo.answer(address, "resident-7"))
    one.page.click("#lang-ja")
    expect(one.page.locator("#new-code")).not_to_have_text("New code")
    assert one.page.inner_text("#device-address") == address
    one.page.route("**/graphql/cast", lambda route: route.abort())
    one.type_digits(digits)
    one.sees("V6")
    expect(one.page.locator("#try-again")).to_be_visible()
    began = len(one.requests)
    one.page.click("#lang-en")
    expect(one.page.locator("#try-again")).to_have_text("Try again")
    expect(one.page.locator("[data-testid=fault]")).to_contain_text("The connection was lost")
    assert len(one.requests) == began
    one.page.unroute("**/graphql/cast")
    one.page.click("#try-again")
    one.sees("V7")


def test_a_second_tab_takes_the_visit_and_the_first_lets_go(visitor: New, demo: Demo) -> None:
    one = visitor()
    address = one.to_identity(("administration", 0))
    first, second = one.page, one.context.new_page()
    second.goto(f"{demo.booth}?lang=en")
    one.sees("V5", second)
    assert second.inner_text("#device-address") == address
    one.page = second
    one.type_digits(digits_of(demo.answer(address, "resident-4")))
    one.sees("V7", second)
    one.sees("return", first)
    assert first.locator("#option-0, .receipt").count() == 0
    assert sum(operation(request) == "CastBallot" for request in one.requests) == 1


def test_back_and_reload_before_sending_lose_the_choice_only_when_told(
    visitor: New, demo: Demo
) -> None:
    one = visitor()
    page, asked = one.page, []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    one.begin()
    page.click("#field-administration")
    one.sees("V3")
    page.go_back()
    one.sees("hub")
    one.choose("administration", 1)
    page.click("#to-confirm")
    one.sees("V4")
    page.go_back()
    one.sees("hub")
    expect(page.locator("[data-testid=card-administration]")).to_have_attribute(
        "data-state", "chosen"
    )
    page.click("#to-confirm")
    page.reload()
    one.sees("V2")
    assert asked == ["beforeunload"]
    assert visits(page) == []


def test_back_and_reload_after_sending_change_nothing(visitor: New, demo: Demo) -> None:
    one = visitor()
    page = one.page
    address = one.to_identity(("administration", 0))
    page.go_back()
    one.sees("V5")
    page.reload()
    one.sees("V5")
    assert page.inner_text("#device-address") == address
    one.type_digits(digits_of(demo.answer(address, "resident-5")))
    one.sees("V7")
    number = page.inner_text("[data-testid=number-administration]")
    page.go_back()
    one.sees("V7")
    page.reload()
    one.sees("V7")
    assert page.inner_text("[data-testid=number-administration]") == number
    assert sum(operation(request) == "CastBallot" for request in one.requests) == 1


def test_without_a_network_before_sending_everything_is_kept(visitor: New, demo: Demo) -> None:
    one = visitor()
    one.begin()
    one.choose("administration", 2)
    one.seal()
    one.context.set_offline(True)
    one.page.click("#send")
    one.sees("problem")
    expect(one.page.locator("[data-code=network_lost_before_send]")).to_be_visible()
    expect(one.page.locator("[data-testid=not-sent]")).to_be_visible()
    sealed = visits(one.page)[0]["ballots"]
    one.context.set_offline(False)
    one.page.click("#retry")
    one.sees("V5")
    answer = demo.answer(one.page.inner_text("#device-address"), "resident-6")
    one.type_digits(digits_of(answer))
    one.sees("V7")
    given = variables(one, "CastBallot")
    assert given["ballot"] == sealed[given["contest"]]["text"]
