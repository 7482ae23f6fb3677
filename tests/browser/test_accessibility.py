"""What a machine can check of accessibility: axe on every page and step, width, keyboard."""

from collections.abc import Callable

import pytest
from looking import Looks, faults, width

from conftest import PHONE, Demo, Visitor, digits_of

pytestmark = pytest.mark.browser
PORTAL = (
    *("/", "/how-it-works", "/your-worries", "/accessibility", "/check", "/check/test"),
    *("/elections/{slug}", "/elections/{slug}/results", "/elections/{slug}/observe"),
    *("/elections/{slug}/entries", "/elections/{slug}/entries/0", "/demo/phone"),
)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_the_portal(
    visitor: Callable[..., Visitor], demo: Demo, language: str
) -> None:
    one = visitor(viewport=PHONE)
    found = {}
    for path in PORTAL:
        one.page.goto(f"{demo.portal}{path.format(slug=demo.slug)}?lang={language}")
        found[path] = faults(one.page)
    assert {path: list_ for path, list_ in found.items() if list_} == {}
    assert one.said == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing_on_any_step_of_the_booth(
    visitor: Callable[..., Visitor], demo: Demo, language: str
) -> None:
    one, looks = visitor(viewport=PHONE), Looks()
    page = one.page

    def look(screen: str) -> None:
        one.sees(screen)
        looks.at(screen, page)

    page.goto(f"{demo.booth}?lang={language}")
    look("V2")
    page.click("#start")
    look("hub")
    page.click("#field-administration")
    look("V3")
    page.check("#option-2")
    page.click("#next")
    page.click("#to-confirm")
    look("V4")
    page.click("#confirm")
    look("send")
    page.click("#test-administration")
    look("V9")
    page.click("#after-test")
    one.sees("V4")
    page.click("#confirm")
    one.sees("send")
    page.click("#send")
    look("V5")
    answer = demo.answer(page.inner_text("#device-address"), "resident-3")
    one.type_digits(digits_of(answer))
    look("V7")
    assert looks.wrong == {}


@pytest.mark.parametrize("size", [320, 256])
def test_nothing_scrolls_sideways_on_narrow_screens(
    visitor: Callable[..., Visitor], demo: Demo, size: int
) -> None:
    """320 px, and 1280 px at 400 % or more."""
    one = visitor(viewport={"width": size, "height": 600})
    wide = {}
    for path in PORTAL:
        one.page.goto(f"{demo.portal}{path.format(slug=demo.slug)}?lang=en")
        wide[path] = width(one.page)
    assert {path: found for path, found in wide.items() if found > size} == {}


def test_the_vote_works_by_keyboard_alone(visitor: Callable[..., Visitor], demo: Demo) -> None:
    one = visitor()
    page = one.page
    page.goto(f"{demo.booth}?lang=en&contest=administration")
    one.sees("V2")

    def press(target: str, key: str = "Enter") -> None:
        for _ in range(60):
            if page.evaluate("document.activeElement?.id ?? ''") == target:
                page.keyboard.press(key)
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached with the keyboard")

    press("start")
    one.sees("V3")
    press("option-0", "Space")
    press("next")
    one.sees("hub")
    press("to-confirm")
    one.sees("V4")
    press("confirm")
    one.sees("send")
    press("send")
    one.sees("V5")
    answer = demo.answer(page.inner_text("#device-address"), "resident-2")
    press("have-digits")
    page.keyboard.type(digits_of(answer))
    press("send-digits")
    one.sees("V7")
