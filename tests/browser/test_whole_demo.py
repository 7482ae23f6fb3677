"""From the front page to a record that others accept: what a newcomer does with make demo."""

import re
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import DESKTOP, FIELDS, PHONE, Demo, Visitor, start_demo, stop_demo

pytestmark = pytest.mark.browser


# Both groups, languages and viewports are closed and verified; the two others run at night.
COMBINATIONS = [
    pytest.param("", "en", PHONE, id="Ed25519-en-phone"),
    pytest.param("BELENIOS-2048", "ja", DESKTOP, id="BELENIOS-2048-ja-desktop"),
    pytest.param("BELENIOS-2048", "ja", PHONE, id="BELENIOS-2048-ja-phone", marks=pytest.mark.long),
    pytest.param("", "en", DESKTOP, id="Ed25519-en-desktop", marks=pytest.mark.long),
]
WORDS = {
    "en": ("This is a demo. Nothing here is a real vote.", "Result"),
    "ja": ("これはデモです。", "結果"),
}


@pytest.fixture
def own_demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    group = request.getfixturevalue("group")
    running = start_demo(tmp_path / "home", *(("--group", group) if group else ()))
    yield running
    stop_demo(running)


@pytest.mark.belenios
@pytest.mark.parametrize(("group", "language", "viewport"), COMBINATIONS)
def test_a_newcomer_votes_closes_sees_the_result_and_checks_the_record(
    own_demo: Demo,
    visitor: Callable[..., Visitor],
    tmp_path: Path,
    group: str,
    language: str,
    viewport: dict[str, int],
    told: Callable[[str, float], None],
) -> None:
    one = visitor(demo=own_demo, viewport=viewport, locale=language)
    began = vote_in_all_fields(one, language)
    shown = answer_on_the_same_phone(one) if viewport == PHONE else answer_on_a_phone(one, visitor)
    told(f"{language}, {group or 'Ed25519'}, {viewport['width']} px", time.monotonic() - began)
    assert one.receipts(shown) == len(FIELDS)
    check_receipts(one, shown, language)
    close(one, language)
    record = download(one, tmp_path, language)
    key = re.search(r"--log-key '([^']+)'", one.page.inner_text("main"))
    assert key is not None
    done = own_demo.run("verify", str(record), "--log-key", key[1])
    assert done.returncode == 0, done.stdout + done.stderr
    if group:
        check_with_belenios(record, tmp_path)


def vote_in_all_fields(one: Visitor, language: str) -> float:
    """Go from the front page to V5; return when *start* was pressed."""
    page = one.page
    page.goto(f"{one.demo.portal}/?lang={language}")
    page.click(".tt-card h3 a")
    began = time.monotonic()
    page.click("#start")
    one.sees("V2")
    expect(page.get_by_test_id("demo")).to_contain_text(WORDS[language][0])
    page.click("#start")
    for field in FIELDS:
        one.choose(field, 0)
    one.seal()
    page.click("#send")
    one.sees("V5")
    return began


def answer_on_the_same_phone(one: Visitor) -> Page:
    """Follow the app's link, sign and return in a new tab."""
    with one.context.expect_page() as opened:
        one.page.click("#app-link")
    phone = opened.value
    expect(phone.locator("#text")).to_contain_text("binding:")
    # Another language is another address, and leads to the same attempt.
    phone.click(".tt-languages a[hreflang=ja]")
    expect(phone.locator("html")).to_have_attribute("lang", "ja")
    expect(phone.locator("#text")).to_contain_text("binding:")
    phone.fill("#password", "TSUKUBA123")
    phone.click("#sign")
    phone.click("#return")
    one.sees("V7", phone)
    return phone


def answer_on_a_phone(one: Visitor, visitor: Callable[..., Visitor]) -> Page:
    """Give the address to a phone, and type its six digits at the computer."""
    phone = visitor(demo=one.demo).page
    phone.goto(f"{one.demo.portal}/demo/phone?lang=en")
    phone.fill("#attempt", one.page.inner_text("#device-address"))
    phone.click("#fetch")
    phone.fill("#password", "TSUKUBA123")
    phone.click("#sign")
    one.type_digits(phone.locator("#digits").inner_text())
    one.sees("V7")
    return one.page


def check_receipts(one: Visitor, shown: Page, language: str) -> None:
    """See every receipt recorded on the portal's page, as a second device does."""
    numbers = [shown.inner_text(f"[data-testid=number-{field}]") for field in FIELDS]
    for number in numbers:
        one.page.goto(f"{one.demo.portal}/check?lang={language}")
        one.page.fill("#number", number)
        one.page.click("button[type=submit]")
        expect(one.page.locator("#answer")).to_contain_text(number)


def close(one: Visitor, language: str) -> None:
    page = one.page
    page.goto(f"{one.demo.portal}/elections/{one.demo.slug}?lang={language}")
    page.click("#close-demo")
    expect(page.locator("h1")).to_have_text(WORDS[language][1])
    assert page.locator("tbody .tt-number").first.inner_text() == "1"


def download(one: Visitor, folder: Path, language: str) -> Path:
    page = one.page
    page.goto(f"{one.demo.portal}/elections/{one.demo.slug}/observe?lang={language}")
    with page.expect_download() as got:
        page.click("a[href$='record.zip']")
    got.value.save_as(folder / "record.zip")
    return folder / "record.zip"


def check_with_belenios(record: Path, folder: Path) -> None:
    """Let the program that strangers wrote check every archive of the record."""
    with zipfile.ZipFile(record) as archive:
        names = [name for name in archive.namelist() if name.endswith(".bel")]
        assert len(names) == 3
        for name in names:
            place = folder / name.removesuffix(".bel")
            place.mkdir()
            archive.extract(name, place)
            command = ("belenios-tool", "election", "verify", "--dir", str(place))
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
