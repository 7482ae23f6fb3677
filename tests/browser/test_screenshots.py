"""Pictures of every screen in both languages and viewports: ``make screenshots``.

They are for eyes; nothing compares them, because fonts differ from machine to machine.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

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


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_screen_is_pictured(
    visitor: Callable[..., Visitor],
    demo: Demo,
    language: str,
    viewport: dict[str, int],
    request: pytest.FixtureRequest,
) -> None:
    one = visitor(viewport=viewport)
    size = "phone" if viewport == PHONE else "desktop"
    folder = Path(TARGET)
    folder.mkdir(parents=True, exist_ok=True)

    def picture(name: str, page: Page | None = None) -> None:
        shown = page or one.page
        shown.screenshot(path=folder / f"{name}-{language}-{size}.png", full_page=True)

    for name, path in PORTAL.items():
        one.page.goto(f"{demo.portal}{path.format(slug=demo.slug)}?lang={language}")
        picture(name)
    booth(one, demo, language, picture)


def booth(one: Visitor, demo: Demo, language: str, picture: Callable[[str], None]) -> None:
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
    page.click("#send")
    one.sees("V5")
    picture("V5")
    answer = demo.answer(page.inner_text("#device-address"), "resident-8")
    one.type_digits(digits_of(answer))
    one.sees("V7")
    picture("V7")
