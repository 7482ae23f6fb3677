"""Pictures of every screen in both languages and viewports: ``make screenshots``.

They are for eyes; nothing compares them, because fonts differ from machine to machine.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from school import served_school

from conftest import DESKTOP, PHONE, Demo, Visitor, digits_of

TARGET = os.environ.get("TSUKUBA_TRUST_SCREENSHOTS", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not TARGET, reason="pictures are made by `make screenshots`"),
]
PORTAL = {
    "V0": "/",
    "V1": "/elections/{slug}",
    "V8": "/check",
    "check-test": "/check/test",
    "O1": "/elections/{slug}/observe",
    "O2": "/elections/{slug}/entries",
    "worries": "/your-worries",
    "how": "/how-it-works",
    "accessibility": "/accessibility",
    "results": "/elections/{slug}/results",
}


SIZES = [PHONE, DESKTOP]


def save(page: Page, name: str, language: str, viewport: dict[str, int]) -> None:
    size = "phone" if viewport == PHONE else "desktop"
    folder = Path(TARGET)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}-{language}-{size}.png", full_page=True)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("viewport", SIZES, ids=["phone", "desktop"])
def test_every_screen_is_pictured(
    visitor: Callable[..., Visitor],
    demo: Demo,
    language: str,
    viewport: dict[str, int],
) -> None:
    one = visitor(viewport=viewport)

    def picture(name: str, page: Page | None = None) -> None:
        save(page or one.page, name, language, viewport)

    for name, path in PORTAL.items():
        one.page.goto(f"{demo.portal}{path.format(slug=demo.slug)}?lang={language}")
        picture(name)
    booth(one, demo, language, picture)


def booth(one: Visitor, demo: Demo, language: str, picture: Callable[..., None]) -> None:
    page = one.page
    page.goto(f"{demo.booth}?lang={language}")
    one.sees("V2")
    picture("V2")
    page.click("#start")
    one.sees("hub")
    picture("hub")
    page.click("#field-administration")
    one.sees("V3")
    page.check("#option-0")
    picture("V3")
    page.click("#next")
    page.click("#to-confirm")
    one.sees("V4")
    picture("V4")
    page.click("#confirm")
    one.sees("send")
    picture("send")
    page.click("#test-administration")
    one.sees("V9")
    picture("V9")
    page.click("#after-test")
    one.sees("V4")
    page.click("#confirm")
    one.sees("send")
    one.context.set_offline(True)
    page.click("#send")
    one.sees("problem")
    picture("problem")
    one.context.set_offline(False)
    page.click("#retry")
    one.sees("V5")
    picture("V5")
    identified(one, demo, language, picture)


def identified(one: Visitor, demo: Demo, language: str, picture: Callable[..., None]) -> None:
    page = one.page
    address = page.inner_text("#device-address")
    demo.refused(address, "tsuchiura")
    expect(page.locator("[data-code=not_tsukuba]")).to_be_visible()
    picture("V5-refused")
    digits = digits_of(demo.answer(address, "resident-8"))
    page.route("**/graphql/cast", lambda route: route.abort())
    one.type_digits(digits)
    expect(page.locator("#try-again")).to_be_visible()
    one.sees("V6")
    picture("V6")
    page.unroute("**/graphql/cast")
    page.click("#try-again")
    one.sees("V7")
    picture("V7")
    number = page.inner_text("[data-testid=number-administration]")
    page.click("#next-field")
    one.sees("hub")
    picture("hub-sent")
    page.goto(f"http://localhost:{demo.port}/return?lang={language}#{'a' * 32}.{'b' * 32}")
    one.sees("return")
    picture("return")
    page.goto(f"{demo.portal}/check?lang={language}")
    page.fill("#number", number)
    page.click("button[type=submit]")
    expect(page.locator("#answer")).to_contain_text(number)
    picture("V8-answer")
    page.goto(f"{demo.portal}/nothing?lang={language}")
    picture("error")


@pytest.mark.parametrize("viewport", SIZES, ids=["phone", "desktop"])
def test_waiting_suspended_code_and_results_are_pictured(
    visitor: Callable[..., Visitor], tmp_path: Path, viewport: dict[str, int]
) -> None:
    with served_school(tmp_path) as school:
        one, world = visitor(demo=school, viewport=viewport), school.world
        for pupil, option in ((1, 0), (2, 0), (3, 1)):
            voter = world.voter()
            world.identify(voter, pupil)
            world.cast(voter, option)

        def both(name: str, address: str, screen: str = "main") -> None:
            for language in ("ja", "en"):
                one.page.goto(f"{address}?lang={language}")
                expect(one.page.locator(screen)).to_be_visible()
                save(one.page, name, language, viewport)

        for language in ("ja", "en"):
            one.begin(language)
            one.sees("V5")
            save(one.page, "V5-code", language, viewport)
            one.page.click("#give-up")
        world.act("suspend")
        both("suspended", school.booth, "[data-code=suspended]")
        both("V1-suspended", f"{school.portal}/elections/{school.slug}")
        world.act("resume")
        world.clock.go(world.election.period.opens - timedelta(minutes=5))
        both("waiting", school.booth, "[data-code=not_open]")
        world.clock.offset = timedelta()
        world.count()
        both("closed", school.booth, "[data-code=closed]")
        both("results-numbers", f"{school.portal}/elections/{school.slug}/results")
