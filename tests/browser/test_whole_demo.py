"""From the front page to a record that others accept: what a newcomer does with make demo."""

import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from conftest import Demo, Visitor, start_demo, stop_demo

pytestmark = pytest.mark.browser


@pytest.fixture(params=["", "BELENIOS-2048"], ids=["Ed25519", "BELENIOS-2048"])
def own_demo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Demo]:
    words = ("--group", request.param) if request.param else ()
    running = start_demo(tmp_path / "home", *words)
    yield running
    stop_demo(running)


@pytest.mark.belenios
def test_a_newcomer_votes_closes_sees_the_result_and_checks_the_record(
    own_demo: Demo, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    one = visitor(demo=own_demo)
    page = one.page
    page.goto(f"{own_demo.portal}/?lang=en")
    page.click(".tt-card h3 a")
    page.click("#start")
    one.sees("V2")
    expect(page.get_by_test_id("demo")).to_have_text("This is a demo. Nothing here is a real vote.")
    page.click("#start")
    for field in ("administration", "mobility", "healthcare"):
        one.choose(field, 0)
    one.seal()
    page.click("#send")
    one.sees("V5")
    with one.context.expect_page() as opened:
        page.click("#app-link")
    phone = opened.value
    phone.click("#fetch") if not phone.locator("#text").is_visible() else None
    expect(phone.locator("#text")).to_contain_text("binding:")
    # Another language is another address, and leads to the same attempt.
    phone.click(".tt-languages a[lang=ja]")
    expect(phone.locator("html")).to_have_attribute("lang", "ja")
    expect(phone.locator("#text")).to_contain_text("binding:")
    phone.fill("#password", "TSUKUBA123")
    phone.click("#sign")
    phone.click("#return")
    one.sees("V7", phone)
    assert one.receipts(phone) == 3
    page.goto(f"{own_demo.portal}/elections/{own_demo.slug}?lang=en")
    page.click("#close-demo")
    expect(page.locator("h1")).to_have_text("Result")
    assert page.locator("tbody .tt-number").first.inner_text() == "1"
    page.goto(f"{own_demo.portal}/elections/{own_demo.slug}/observe?lang=en")
    with page.expect_download() as download:
        page.click("a[href$='record.zip']")
    record = tmp_path / "record.zip"
    download.value.save_as(record)
    key = re.search(r"--log-key '([^']+)'", page.inner_text("main"))
    assert key is not None
    done = own_demo.run("verify", str(record), "--log-key", key[1])
    assert done.returncode == 0, done.stdout + done.stderr
    if page.locator("text=belenios-tool").count():
        check_with_belenios(record, tmp_path)


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
