"""Flow 3: the booth in Chromium, the card in a reader at the same computer."""

import json
import shlex

import pytest
from kiosk_hands import CHROMIUM, ONLINE
from playwright.sync_api import expect, sync_playwright
from terminals import opened, typing

from card_desk import served
from tsukuba_trust.testing.emulated_card import EmulatedCard
from tsukuba_trust.testing.emulated_card_pins import PASSWORD
from tsukuba_trust.testing.people import people

pytestmark = pytest.mark.browser
PATIENCE_MS = 30_000


@pytest.fixture
def page(card_reader_environment):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu"])
        context = browser.new_context(locale="en-JP", timezone_id="Asia/Tokyo")
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(ONLINE)
        yield context.new_page()
        browser.close()


def sees(page, screen):
    expect(page.locator(f'main[data-screen="{screen}"]')).to_be_visible(timeout=PATIENCE_MS)


def test_a_vote_in_the_browser_with_a_reader_at_the_computer_is_counted(
    page, insert, tmp_path, default_browser
):
    env, log = default_browser
    with served(tmp_path / "state", minimum_ballots=1) as world:
        insert(EmulatedCard(world.authority.whole_card(people(7, 2)[1])))
        page.goto(f"http://{world.settings.voting_host}/{world.slug}?lang=en")
        sees(page, "V2")
        page.click("#start")
        page.click("#field-administration")
        page.check("#option-0")
        page.click("#next")
        page.click("#to-confirm")
        page.click("#confirm")
        page.click("#send")
        sees(page, "V5")
        program, *words = shlex.split(page.text_content("#reader-line"))
        assert program == "tsukuba-trust"
        with typing(*words, env=env) as holder:
            holder.types_hidden(PASSWORD)
            holder.sees("The voting page goes on in your browser.")
        tab = page.context.new_page()
        tab.goto(opened(log))
        sees(tab, "V7")
        assert tab.locator(".receipt").count() == 1
        sees(page, "return")  # the older tab drops what it held
        contest = next(one.uuid for one in world.election.contests if one.key == "administration")
        world.count()
        counted = json.loads(world.services.publishing.result(world.fixed, contest))
        assert sum(counted["result"][0]) == counted["result"][0][0] == 1
